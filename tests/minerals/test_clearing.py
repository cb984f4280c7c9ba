"""Prices against what can be worked out by hand, and against what must hold whatever the figures."""

from __future__ import annotations

import numpy as np
import pytest

from minerals.markets_of_prices import SIMPLE, chosen, random_market, shut
from sarai.goods.errors import BadSetting
from sarai.minerals.shocks.clearing import REST, Shock, calm, cleared, market, parameters, typical

TWO = {("AA", "BB"): 1200.0}


@pytest.mark.parametrize("countries", [2, 5, 30])
def test_without_a_shock_nothing_changes(countries):
    of = random_market(countries, countries)
    found = cleared(of, None, 6)
    assert found.prices == pytest.approx(1.0, abs=1e-12)
    assert found.flows == pytest.approx(np.tile(of.flows, (6, 1)), rel=1e-12)
    assert found.consumption_lost == pytest.approx(0.0, abs=1e-9)
    assert found.surplus_lost == pytest.approx(0.0, abs=1e-6)
    assert not found.released.any()


@pytest.mark.parametrize("share", [0.1, 0.25])
def test_a_quota_between_two_countries_is_the_closed_form(share):
    """All that AA makes goes to BB: each end's price is where its own curve meets the quota."""
    of = market(TWO, {"AA": 1200.0}, SIMPLE)
    found = cleared(of, shut(of, 0, 3, share), 3)
    left = 1 - share
    assert found.prices[:, 1] == pytest.approx(left ** (-1 / 0.2)) if left ** (-1 / 0.2) < 10 else True
    assert found.prices[:, 0] == pytest.approx(left ** (1 / 0.3))
    assert found.flows[:, 0] == pytest.approx(100 * left)


def test_a_quota_so_tight_that_users_shut_follows_the_straight_line():
    of = market(TWO, {"AA": 1200.0}, SIMPLE)
    left = 0.5
    at_choke = 10**-0.2  # of the base, used at ten times its price; from there straight to none at twenty
    assert cleared(of, shut(of, 0, 1, 1 - left), 1).prices[0, 1] == pytest.approx(20 - 10 * left / at_choke)


def test_a_loss_in_one_country_alone_is_the_closed_form():
    of = market({}, {"AA": 1200.0}, chosen(spare=(5.0, 5.0)))
    like = calm(of, 2)
    found = cleared(of, Shock(caps=like.caps, lost=like.lost + 0.25, added=like.added), 2)
    assert found.prices == pytest.approx(0.75 ** (-1 / (0.3 + 0.2)))


def test_a_dearer_corridor_parts_the_prices_by_what_trade_resists():
    """The gap is the cost less what the link's own flow gives way: gap = cost + (x / x0 - 1) / sigma."""
    of = market(TWO, {"AA": 1200.0}, SIMPLE)
    like = calm(of, 1)
    found = cleared(of, Shock(caps=like.caps, lost=like.lost, added=like.added + 0.3), 1)
    gap = found.prices[0, 1] - found.prices[0, 0]
    assert gap == pytest.approx(0.3 + (found.flows[0, 0] / 100 - 1) / 3)
    assert 0 < gap < 0.3


def test_a_capacity_bounds_what_replaces_a_loss():
    of = market({("AA", "BB"): 600.0, ("CC", "BB"): 600.0}, {"AA": 600.0, "CC": 600.0}, SIMPLE)
    found = cleared(of, shut(of, of.at("AA"), 2), 2)
    assert found.production[:, of.at("CC")] == pytest.approx(50 * 1.2)
    assert found.suppliers("BB", 2)["CC"] == pytest.approx((50.0, 60.0))


def test_stocks_run_down_and_the_price_jumps_after_them():
    of = market(TWO, {"AA": 1200.0}, SIMPLE, {"BB": 150.0})
    found = cleared(of, shut(of, 0, 12, 0.5), 12)
    out = found.runs_out("BB")
    assert out == 4  # half of 100 a month is missing, and users take a little less
    assert found.released.sum() == pytest.approx(150.0)
    assert found.prices[: out - 2, 1].max() < 1.1
    assert found.prices[out:, 1].min() > 10
    assert cleared(of, None, 12).runs_out("BB") is None


def test_foresight_spreads_stocks_over_the_months_and_saves_surplus():
    of = market(TWO, {"AA": 1200.0}, SIMPLE, {"BB": 150.0})
    shock = shut(of, 0, 12, 0.5)
    blind, seeing = cleared(of, shock, 12), cleared(of, shock, 12, foresight=True)
    assert seeing.released[:, 1].min() > 0
    assert seeing.surplus_lost < blind.surplus_lost
    assert seeing.prices[:, 1].max() < blind.prices[:, 1].max()


def test_more_in_stock_lasts_longer_and_costs_users_less():
    months, lost = [], []
    for held in (50.0, 150.0, 300.0):
        of = market(TWO, {"AA": 1200.0}, SIMPLE, {"BB": held})
        found = cleared(of, shut(of, 0, 12, 0.3), 12)
        months.append(found.runs_out("BB") or 13)
        lost.append(found.users_lost[1])
    assert months == sorted(months)
    assert lost == sorted(lost, reverse=True)


@pytest.mark.parametrize("seed", range(4))
def test_a_deeper_embargo_never_lowers_the_importers_price(seed):
    of = random_market(seed, 8, stocked=seed % 2 == 0)
    link = int(of.flows.argmax())
    taker = of.links[link, 1]
    before, worth = np.full(4, -np.inf), -np.inf
    for share in (0.0, 0.1, 0.3, 0.6, 0.9, 1.0):
        like = calm(of, 4)
        caps = like.caps.copy()
        caps[:, link] = (1 - share) * of.flows[link]
        found = cleared(of, Shock(caps=caps, lost=like.lost, added=like.added), 4)
        # Stocks move a price between months, so it is their sum that cannot fall where there are any.
        paid = found.prices[:, taker] if not of.stocks.any() else np.full(4, found.prices[:, taker].sum())
        assert (paid >= before - 1e-8).all()
        assert found.surplus_lost >= worth - 1e-8
        before, worth = paid, found.surplus_lost


def test_the_order_of_countries_is_irrelevant():
    of = random_market(3, 7)
    trade = {
        (of.countries[giver], of.countries[taker]): 12 * flow
        for (giver, taker), flow in zip(of.links.tolist(), of.flows.tolist(), strict=True)
    }
    made = {code: 12 * amount for code, amount in zip(of.countries, of.production.tolist(), strict=True)}
    found = [
        cleared(each, shut(each, 0, 5, 0.7), 5).prices
        for each in (
            market(trade, made, SIMPLE),
            market(dict(reversed(trade.items())), dict(reversed(made.items())), SIMPLE),
        )
    ]
    assert (found[0] == found[1]).all()
    other = {code: f"Z{code[1]}" if code == of.countries[0] else code for code in of.countries}
    renamed = market(
        {(other[giver], other[taker]): flow for (giver, taker), flow in trade.items()},
        {other[code]: amount for code, amount in made.items()},
        SIMPLE,
    )
    last = cleared(renamed, shut(renamed, renamed.at(other[of.countries[0]]), 5, 0.7), 5)
    assert last.prices[:, [renamed.at(other[code]) for code in of.countries]] == pytest.approx(found[0])


def test_what_leaves_without_having_come_is_taken_as_made_and_said():
    of = market({("AA", "BB"): 120.0}, {"BB": 12.0}, SIMPLE)
    assert of.unrecorded == {"AA": pytest.approx(10.0)}
    assert of.consumption.tolist() == pytest.approx([0.0, 11.0])


def test_small_countries_are_folded_and_nothing_is_lost_of_them():
    made = {"AA": 1000.0, "BB": 500.0, "CC": 10.0, "DD": 5.0}
    of = market({("AA", "CC"): 4.0, ("CC", "DD"): 1.0}, made, SIMPLE, alone=["DD"], most=2)
    assert of.countries == ("AA", "BB", "DD", REST)
    assert of.production.sum() == pytest.approx(sum(made.values()) / 12)
    assert of.consumption.sum() == pytest.approx(sum(made.values()) / 12)
    with pytest.raises(BadSetting, match="'CC' does not stand alone"):
        of.at("CC")


def test_figures_that_make_no_market_are_refused():
    with pytest.raises(BadSetting, match="trade of AA>BB is -1"):
        market({("AA", "BB"): -1.0}, {}, SIMPLE)
    with pytest.raises(BadSetting, match="nothing is made or traded"):
        market({}, {}, SIMPLE)
    of = market(TWO, {"AA": 1200.0}, SIMPLE)
    with pytest.raises(BadSetting, match="caps of the shock have shape"):
        cleared(of, Shock(caps=np.zeros((2, 2)), lost=np.zeros((2, 2)), added=np.zeros((2, 1))), 2)
    with pytest.raises(BadSetting, match="`lost` at most 1"):
        cleared(of, Shock(caps=np.zeros((1, 1)), lost=np.full((1, 2), 1.5), added=np.zeros((1, 1))), 1)
    with pytest.raises(BadSetting, match="0 months are out of bounds"):
        cleared(of, None, 0)


def test_the_long_run_answers_more_than_the_first_month():
    of = market(TWO, {"AA": 1200.0}, typical(parameters("gallium")), {"BB": 0.0})
    found = cleared(of, shut(of, 0, 61, 0.2), 61)
    assert (np.diff(found.prices[:, 1]) < 0).all()
    assert found.prices[60, 1] == pytest.approx(0.8 ** (-1 / 0.4))
