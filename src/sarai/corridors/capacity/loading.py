"""Ways to begin with: demands put on round after round, each where the rounds before left room.

Room is priced by how full a bound is on average so far, steeply, as roads are in traffic assignment (the
method of successive averages). It finds most of the ways that matter without a linear program.

Source: Y. Sheffi, Urban Transportation Networks (1985), chapter 5.
"""

from __future__ import annotations

import numpy as np

from sarai.corridors.capacity.columns import Column
from sarai.corridors.capacity.master import Duals
from sarai.corridors.capacity.model import Model
from sarai.corridors.capacity.pricing import Pricing

__all__ = ["loaded"]

ROUNDS = 8
POWER, FULLEST = 6, 10.0
OF_WAY = 0.03  # of a way's cost that one full bound adds


def loaded(model: Model, pricing: Pricing, rights: np.ndarray, asked: np.ndarray) -> list[Column]:
    """Ways of all demands, with their empties; fewer rounds if nothing is full."""
    use, prices = np.zeros(len(rights)), np.zeros(len(rights))
    unpriced = [np.full(len(model.problem.network.places), np.nan) for _ in model.fleets]
    refused = np.full(len(asked), model.problem.prices.undelivered_usd_per_t)
    share = (asked / np.maximum(np.bincount(model.row_of, minlength=len(asked)), 1))[model.row_of]
    columns: list[Column] = []
    for turn in range(1, ROUNDS + 1):
        found, least = pricing(Duals(refused, prices, unpriced))
        if turn == 1:
            scale = OF_WAY * (float(np.median(least)) or refused[0]) / _usual(model)
        now = np.zeros(len(rights))
        for way in found:
            backs = pricing.returns(way, prices)
            columns += [way, *backs]
            now[way.bounds] += way.takes * share[way.pair]
            for back in backs:
                units = share[way.pair] / model.goods[model.good_of[way.pair]].per_unit
                now[back.bounds] += back.takes * units
        if turn == 1 and (now <= rights).all():
            break
        use += (now - use) / turn
        prices = scale * np.minimum(use / np.maximum(rights, 1.0), FULLEST) ** POWER
    return columns


def _usual(model: Model) -> float:
    """Of a bound that a tonne takes, on average."""
    takes = np.array([good.takes.mean() for good in model.goods if len(good.takes)])
    return float(takes[takes > 0].mean()) if (takes > 0).any() else 1.0
