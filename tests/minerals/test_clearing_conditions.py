"""The conditions of an equilibrium, recomputed from the answer alone: marginal costs, slackness, balances."""

from __future__ import annotations

import numpy as np
import pytest

from minerals.markets_of_prices import chosen, random_market, shut
from sarai.minerals.shocks.clearing import Shock, cleared

INTEREST = 0.1
ELASTIC = {"supply": (0.1, 0.6), "demand": (0.08, 0.5), "trade": (2.0, 5.0), "spare": (0.1, 0.8)}


@pytest.fixture(params=range(6), scope="module")
def found(request):
    """A random market whose first country ships less, makes less, and finds the ways dearer."""
    seed = request.param
    of = random_market(seed, 4 + 3 * seed, chosen(**ELASTIC, adjustment_months=12.0))
    cut = shut(of, 0, 10, share=(0.0, 0.5, 1.0)[seed % 3], lost=0.3 if seed % 2 else 0.0)
    added = np.random.default_rng(seed).random(cut.added.shape) * 0.1
    return cleared(
        of, Shock(caps=cut.caps, lost=cut.lost, added=added), 10, foresight=True, interest_a_year=INTEREST
    )


def run(kind: str, months: int = 10) -> np.ndarray:
    short, long = ELASTIC[kind]
    return (short + (long - short) * np.minimum(np.arange(months) / 12, 1))[:, None]


def test_what_there_is_is_what_is_used(found):
    of, balance = found.market, found.production + found.released - found.consumption - found.unsold
    for link, (giver, taker) in enumerate(of.links):
        balance[:, giver] -= found.flows[:, link]
        balance[:, taker] += found.flows[:, link]
    assert np.abs(balance).max() < 1e-9 * of.consumption.sum()


def test_no_trade_that_would_pay_is_left(found):
    """A link's marginal cost is the gap it crosses; more where nothing flows, less where the cap binds."""
    of = found.market
    marginal = of.entry + found.shock.added + (found.flows - of.flows) / (run("trade") * of.sizes)
    gap = found.prices[:, of.links[:, 1]] - found.prices[:, of.links[:, 0]]
    idle, full = found.flows <= 0, found.flows >= found.shock.caps * (1 - 1e-12)
    within = ~idle & ~full
    assert within.any()
    assert gap[within] == pytest.approx(marginal[within], abs=1e-7)
    assert (gap <= marginal + 1e-7)[idle & ~full].all()
    assert (gap >= marginal - 1e-7)[full & ~idle].all()


def test_users_and_producers_are_on_their_curves(found):
    of, prices = found.market, found.prices
    usual = (prices < 10) & (of.consumption > 0)
    on_curve = of.consumption * prices ** -run("demand")
    assert found.consumption[usual] == pytest.approx(on_curve[usual])
    can = of.production * (1 - found.shock.lost)
    most = can * (1 + run("spare"))
    made = np.minimum(can * prices ** run("supply"), most)
    assert found.production[prices > 0.3] == pytest.approx(made[prices > 0.3])


def test_stocks_are_never_negative_and_have_a_rent_only_where_used_up(found):
    of = found.market
    left = of.stocks - found.released.sum(axis=0)
    assert (found.released >= 0).all() and (left >= -1e-9 * of.consumption.sum()).all()
    assert (np.diff(found.stocks, axis=0, prepend=of.stocks[None]) <= 1e-12).all()
    assert np.abs(found.rents[0] * left).max() < 1e-8 * of.consumption.sum()
    assert (found.rents >= 0).all()


def test_holders_release_where_the_price_is_worth_it(found):
    """At 1 + rent (with interest) nothing; so much more for every tenth that the price is above it."""
    of = found.market
    rent = found.rents[0] * (1 + INTEREST) ** (np.arange(10)[:, None] / 12)
    pace = np.where(of.stocks > 0, np.maximum(of.consumption, of.stocks / 12), 0.0)
    expected = pace * np.maximum(found.prices - 1 - rent, 0) / 0.1
    assert found.released == pytest.approx(expected, abs=1e-7 * of.consumption.sum())
