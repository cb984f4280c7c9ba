"""Invented series of trade, of which the truth is known. A seed says all of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def noise(rng: np.random.Generator, periods: int, series: int = 1, rho: float = 0.0) -> Floats:
    """AR(1) noise with variance one, begun in its stationary state; shape (series, periods)."""
    shocks = rng.standard_normal((series, periods))
    shocks[:, 1:] *= np.sqrt(1 - rho**2)
    for t in range(1, periods):
        shocks[:, t] += rho * shocks[:, t - 1]
    return shocks


def monthly(
    rng: np.random.Generator,
    periods: int,
    *,
    base: float = 1e6,
    growth: float = 0.0,
    seasonal: float = 0.2,
    spread: float = 0.1,
    rho: float = 0.4,
) -> Floats:
    """Trade with yearly growth, seasons and noise, all in proportion to its size."""
    t = np.arange(periods)
    season = seasonal * np.cos(2 * np.pi * (t - rng.integers(12)) / 12)
    return base * (1 + growth) ** (t / 12) * np.exp(season + spread * noise(rng, periods, rho=rho)[0])


def with_holes(rng: np.random.Generator, values: Floats, holes: int) -> Floats:
    """The same with some periods unpublished."""
    values = values.copy()
    values[rng.choice(len(values), holes, replace=False)] = np.nan
    return values


class Diverted(NamedTuple):
    """Direct trade that was lost, two legs on which part of it came back, and the truth."""

    direct: Floats
    sent: Floats
    onward: Floats
    at: int
    share: float


def diverted(
    seed: int,
    *,
    periods: int = 84,
    drop: tuple[float, float] = (0.3, 0.7),
    spread: float = 0.1,
    rho: float = 0.4,
    holes: int = 4,
) -> Diverted:
    """Three flows with their own trends, seasons and noise; the break, drop and share differ by seed.

    The loss is a share of what direct trade would have been, so it grows and swings with the seasons;
    noise is in proportion to each flow: the estimator is not given the model that it assumes.
    """
    rng = np.random.default_rng(seed)
    at = int(rng.integers(periods // 3, 2 * periods // 3))
    part, share = rng.uniform(*drop), rng.uniform(0.2, 0.8)
    base, growth = (100e6, 40e6, 30e6), rng.uniform(-0.02, 0.05, 3)
    direct, sent, onward = (
        monthly(rng, periods, base=b, growth=g, seasonal=0.1, spread=spread, rho=rho)
        for b, g in zip(base, growth, strict=True)
    )
    lost = part * direct * (np.arange(periods) >= at)
    back = np.exp(spread * noise(rng, periods, 2, rho))  # not each month's loss comes back in that month
    flows = np.stack([direct - lost, sent + share * lost * back[0], onward + share * lost * back[1]])
    flows[:, rng.choice(periods, holes, replace=False)] = np.nan
    return Diverted(*flows, at, share)
