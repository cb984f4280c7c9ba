"""A closed corridor in both models: what comes late, and what the longer way costs."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq

from minerals.markets_of_prices import SIMPLE, chosen
from sarai.minerals.shocks import cut, parse
from sarai.minerals.shocks.applied import applied
from sarai.minerals.shocks.clearing import Market, cleared, market
from sarai.minerals.shocks.closing import Closed

COST = 0.3  # of the base price
MONTH = 365 / 12


def two(elasticities=SIMPLE) -> Market:
    """All that AA makes goes to BB."""
    return market({("AA", "BB"): 1200.0}, {"AA": 1200.0}, elasticities)


def late(days: float):
    """Everything takes so many days longer."""
    return lambda what, countries: np.full((len(countries),) * 2, days / 365)


def dearer(what, countries):
    assert what == "place:SUEZ"
    return np.full((len(countries),) * 2, COST)


@pytest.mark.parametrize("resists", [1.0, 3.0, 20.0])
def test_prices_part_as_two_curves_and_the_way_between_them_say(resists):
    """What AA gives at its price is what BB takes at its own, and the gap is the cost and the link's own."""
    of = two(chosen(trade=(resists, resists)))
    shock = applied(parse("close place:SUEZ"), of, 2022, 3, closing=late(0), dearer=dearer)
    found = cleared(of, shock, 3)

    def gap(flow: float) -> float:
        return flow ** (-1 / 0.2) - flow ** (1 / 0.3) - (COST + (flow - 1) / resists)

    flow = brentq(gap, 0.5, 1.0, xtol=1e-14)
    assert found.flows[:, 0] == pytest.approx(100 * flow)
    assert found.prices[:, 0] == pytest.approx(flow ** (1 / 0.3))
    assert found.prices[:, 1] == pytest.approx(flow ** (-1 / 0.2))


def test_where_shippers_ask_for_no_more_the_gap_rises_by_the_cost():
    of = two(chosen(trade=(999.0, 999.0)))
    shock = applied(parse("close place:SUEZ"), of, 2022, 1, closing=late(0), dearer=dearer)
    prices = cleared(of, shock, 1).prices[0]
    assert prices[1] - prices[0] == pytest.approx(COST, abs=2e-4)


def test_the_cost_is_borne_while_it_is_closed_and_after_a_year_too():
    of = two()
    for words, costs in (
        ("close place:SUEZ 45d", [COST, COST * (45 - MONTH) / MONTH, *[0.0] * 12]),
        ("close place:SUEZ", [COST] * 14),
    ):
        shock = applied(parse(words), of, 2022, 14, closing=late(10), dearer=dearer)
        assert shock.added[:, 0] == pytest.approx(costs)


def test_what_takes_ten_days_longer_is_missing_for_ten_days():
    of = two()
    shock = applied(parse("close place:SUEZ"), of, 2022, 14, closing=late(10))
    assert shock.caps[0, 0] == pytest.approx(100 * (1 - 10 / MONTH))
    assert np.isinf(shock.caps[1:]).all()
    assert not shock.added.any()


@pytest.mark.parametrize(("days", "missing"), [(10, 10), (40, 40), (400, 90)])
def test_the_months_together_miss_what_the_year_does(days, missing):
    closes = parse("close place:SUEZ 90d")
    late_by = np.full((2, 2), min(days / 365, 1.0))

    def taken(month: int | None) -> float:
        return float(cut(closes, ("AA", "BB"), 2022, month=month, closing=lambda *_: late_by).links[0, 1])

    assert taken(None) == pytest.approx(missing / 365)
    assert sum(taken(month) for month in range(1, 13)) / 12 == pytest.approx(missing / 365)


def test_a_link_that_nothing_leads_along_costs_no_more_and_a_cheaper_way_no_less():
    usd = np.array([[0.0, 50.0], [np.inf, -5.0]])
    closes = Closed(late=np.zeros((2, 2)), added_h=usd, added_usd=usd, outside=())
    assert closes.dearer(200.0).tolist() == [[0.0, 0.25], [0.0, 0.0]]
