"""Shocks over trade networks, against plain loops over dicts, figures by hand, and what must always hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from sarai.goods import BadSetting
from sarai.minerals.shocks import (
    Cut,
    Doubt,
    Market,
    by_month,
    cascade,
    clearing,
    cut,
    doubt_of,
    elasticities,
    intervals,
    market_of,
    parameters,
    parse,
)
from sarai.minerals.shocks.clearing.uncertain import redrawn
from sarai.minerals.shocks.playing import drawn

# -- another implementation, from the equations of the paper -------------------------------------


def by_loops(market: Market, what: Cut, rounds: int = 200) -> dict[str, dict[str, float]]:
    """The same cascade in plain loops: everything by the country's name, nothing in arrays."""
    names = market.countries
    value = {
        name: dict(zip(names, row, strict=True))
        for name, row in zip(names, market.trade.tolist(), strict=True)
    }
    made = dict(zip(names, market.production.tolist(), strict=True))
    stock = dict(zip(names, market.reserves.tolist(), strict=True))
    share = dict(zip(names, market.absorbed.tolist(), strict=True))
    supply = {j: made[j] + sum(value[k][j] for k in names) - sum(value[j][k] for k in names) for j in names}
    shock = dict.fromkeys(names, 0.0)
    capped = set()
    for a, j in enumerate(names):
        shock[j] -= made[j] * float(what.production[a])
        for b, k in enumerate(names):
            lost = value[j][k] * float(what.links[a, b])
            value[j][k] -= lost
            shock[k] -= lost
            stock[j] += lost
            if what.capped[a, b]:
                capped.add((j, k))
    used, borne, short = dict.fromkeys(names, 0.0), dict.fromkeys(names, 0.0), set()
    for number in range(1, rounds + 1):
        if not any(shock.values()):
            break
        left = {}
        for j in names:
            drawn = min(-shock[j], stock[j])
            stock[j] -= drawn
            used[j] -= drawn
            left[j] = -shock[j] - drawn
            if left[j] > 0:
                short.add(j)
        free = {(k, j) for k in names for j in names if k not in short and (k, j) not in capped}
        passed, volume, all_trade = {}, {}, sum(sum(row.values()) for row in value.values())
        for j in names:
            at_once = min(share[j] * left[j], max(supply[j], 0.0))
            rest = left[j] - at_once
            volume[j] = sum(value[j].values()) + sum(value[k][j] for k in names if (k, j) in free)
            tiny = rest < max(1e-5 * supply[j], 1e-12 * all_trade)
            passed[j] = 0.0 if tiny or number == rounds else min(rest, volume[j])
            eaten = at_once + rest - passed[j]
            borne[j] -= eaten
            supply[j] -= eaten + max(0.0, -shock[j] - left[j])
        turn = {j: passed[j] / volume[j] if volume[j] else 0.0 for j in names}
        shock, after = dict.fromkeys(names, 0.0), {j: dict(value[j]) for j in names}
        for j in names:
            for k in names:
                less = turn[j] * value[j][k]
                more = turn[k] * value[j][k] if (j, k) in free else 0.0
                after[j][k] += more - less
                shock[k] -= less
                shock[j] -= more
        value = after
    return {"used": used, "borne": borne}


# -- random networks -----------------------------------------------------------------------------

amounts = st.sampled_from([0.0, 0.0, 1.0, 3.0, 7.5, 40.0, 1000.0])
shares = st.sampled_from([0.0, 0.25, 0.5, 1.0])


@st.composite
def shocked(draw) -> tuple[Market, Cut]:
    many = draw(st.integers(2, 6))
    square = st.lists(st.lists(amounts, min_size=many, max_size=many), min_size=many, max_size=many)
    trade = np.array(draw(square)) * (1 - np.eye(many))
    row = st.lists(amounts, min_size=many, max_size=many)
    made = np.array(draw(row)) + np.maximum(trade.sum(axis=1) - trade.sum(axis=0), 0)
    part = st.lists(shares, min_size=many, max_size=many)
    names = tuple("ABCDEFGH"[:many])
    market = Market(names, trade, made, np.array(draw(row)), np.array(draw(part)))
    links = np.array(draw(st.lists(part, min_size=many, max_size=many)))
    return market, Cut(links, np.array(draw(part)), links >= draw(shares))


@settings(max_examples=80, deadline=None)
@given(shocked())
def test_what_is_lost_is_what_was_lost_at_first(case):
    market, what = case
    spread = cascade(market, what)
    scale = max(1.0, abs(spread.first.sum()))
    assert abs(spread.unaccounted) <= 1e-9 * scale
    assert (spread.reserves <= 1e-9 * scale).all()
    assert (spread.consumption <= 1e-9 * scale).all()
    assert (spread.trade >= 0).all()


@settings(max_examples=80, deadline=None)
@given(shocked())
def test_each_country_loses_what_its_trade_and_production_lost(case):
    """What the paper's own diagnostics check: supply's change is that of reserves and consumption."""
    market, what = case
    spread = cascade(market, what)
    before = market.trade
    made = -market.production * what.production
    change = made + (spread.trade - before).sum(axis=0) - (spread.trade - before).sum(axis=1)
    # what an exporter kept back left its trade, and lies with it: no change of its supply by others
    found = spread.reserves + spread.held + spread.consumption
    assert np.allclose(change, found, atol=1e-6 * max(1.0, before.sum()))


@settings(max_examples=60, deadline=None)
@given(shocked())
def test_it_is_as_plain_loops_say(case):
    market, what = case
    spread, other = cascade(market, what), by_loops(market, what)
    scale = max(1.0, market.trade.sum())
    assert np.allclose(spread.reserves, list(other["used"].values()), atol=1e-8 * scale)
    assert np.allclose(spread.consumption, list(other["borne"].values()), atol=1e-8 * scale)


@settings(max_examples=40, deadline=None)
@given(shocked(), st.randoms(use_true_random=False))
def test_the_order_of_countries_does_not_matter(case, chance):
    market, what = case
    order = list(range(len(market.countries)))
    chance.shuffle(order)
    turned = Market(
        tuple(market.countries[at] for at in order), market.trade[np.ix_(order, order)],
        market.production[order], market.reserves[order], market.absorbed[order],
    )  # fmt: skip

    def turn(square):
        return square[np.ix_(order, order)]

    there = cascade(turned, Cut(turn(what.links), what.production[order], turn(what.capped)))
    here = cascade(market, what)
    assert np.allclose(there.consumption, here.consumption[order], atol=1e-8 * max(1.0, market.trade.sum()))


@settings(max_examples=30, deadline=None)
@given(shocked())
def test_without_a_shock_nobody_loses(case):
    market, what = case
    nothing = Cut(np.zeros_like(what.links), np.zeros_like(what.production), what.capped)
    spread = cascade(market, nothing)
    assert spread.rounds == 0
    assert not spread.first.any() and not spread.reserves.any() and not spread.consumption.any()
    assert (spread.trade == market.trade).all()


# -- by hand -------------------------------------------------------------------------------------


def three(reserve_days: float = 0.0, absorbed: float = 0.0) -> Market:
    """CN sends JP 80 and VN 40; VN sends JP 20."""
    flows = {("CN", "JP"): 80.0, ("CN", "VN"): 40.0, ("VN", "JP"): 20.0}
    return market_of(flows, reserve_days=reserve_days, absorbed=absorbed)


def asked(words: str, market: Market, month: int | None = None) -> Cut:
    return cut(parse(words), market.countries, 2009, month=month)


def test_an_embargo_is_gone_round_through_others():
    """JP loses 80, and asks VN for all it can, 20 more. VN, with trade of 80, takes half of that back from JP
    and half from CN, which has kept 80 back. VN's stock is empty, so it gives no more."""
    market = three()
    spread = cascade(market, asked("embargo CN>JP", market))
    at = market.countries.index
    assert spread.first[at("JP")] == -80
    assert spread.consumption[at("JP")] == pytest.approx(-70)
    assert spread.trade[at("CN"), at("JP")] == 0
    assert spread.trade[at("VN"), at("JP")] == pytest.approx(30)
    assert spread.trade[at("CN"), at("VN")] == pytest.approx(50)
    assert spread.reserves[at("CN")] == pytest.approx(-10)
    assert spread.consumption.sum() == pytest.approx(-70)


def test_reserves_go_first_then_a_share_of_consumption():
    market = three(reserve_days=36.5, absorbed=0.5)  # JP uses 100, has 10
    spread = cascade(market, asked("quota CN>JP 50%", market))
    at = market.countries.index("JP")
    assert spread.reserves[at] == pytest.approx(-10)
    # JP bears half of 30 and asks VN for 15; of these VN's stock bears 2, its users half of 13, and its trade
    # of 75 the rest, 35 of it what goes to JP, which has nobody left to ask
    assert spread.consumption[at] == pytest.approx(-15 - 6.5 * 35 / 75)


def test_a_lost_mine_costs_what_it_made():
    market = three()
    spread = cascade(market, asked("lose CN 25%", market))
    assert spread.first.sum() == pytest.approx(-30)
    assert spread.consumption.sum() == pytest.approx(-30)
    assert spread.settled


def test_stocks_run_out_in_the_month_that_they_do():
    """JP uses 100 a year and has 40 days of it; of CN's 80 a year a day's lack is 80/365."""
    market = replace(three(reserve_days=40), absorbed=np.ones(3))
    months = by_month(market, lambda month: asked("embargo CN>JP", market, month))
    at = market.countries.index("JP")
    assert months.runs_out_days[at] == pytest.approx(50)
    assert months.reserves[0, at] == pytest.approx(100 * 40 / 365)
    assert months.consumption[:, at].sum() == pytest.approx(-(80 - 100 * 40 / 365))
    assert np.isnan(months.runs_out_days[market.countries.index("CN")])


def test_a_delay_ends():
    market = replace(three(), absorbed=np.ones(3))
    months = by_month(market, lambda month: asked("delay CN>JP 60d", market, month))
    lost = months.consumption[:, market.countries.index("JP")]
    assert lost.sum() == pytest.approx(-80 * 60 / 365)
    assert (lost[2:] == 0).all()


def test_intervals_are_seeded_ordered_and_about_the_figure():
    market = three(reserve_days=30, absorbed=0.2)
    what = asked("embargo CN>JP", market)
    one, same, other = (intervals(market, what, seed=seed, draws=60) for seed in (7, 7, 8))
    assert (one.consumption == same.consumption).all()
    assert (one.consumption != other.consumption).any()
    assert (np.diff(one.consumption, axis=0) >= 0).all()
    at = market.countries.index("JP")
    low, _, high = one.consumption[:, at]
    assert low < cascade(market, what).consumption[at] < high


def test_a_draw_of_stocks_is_one_level_for_all_and_an_error_of_each():
    countries = tuple(f"{chr(65 + at // 26)}{chr(65 + at % 26)}" for at in range(200))
    trade = np.zeros((200, 200))
    trade[0, 1:] = 1.0
    market = Market(countries, trade, np.eye(200)[0] * 199, trade[0] * 60 / 365, np.zeros(200))
    source, levels = np.random.default_rng(3), []
    for _ in range(400):
        logs = np.log(drawn(market, source, Doubt(trade=0.0)).reserves[1:] / market.reserves[1:])
        assert logs.std() == pytest.approx(0.3, abs=0.08)
        levels.append(np.exp(logs.mean()))
    assert 0.2 < min(levels) < 0.35 and 1.7 < max(levels) < 2.2
    assert np.mean(np.array(levels) < 1) == pytest.approx(0.5, abs=0.08)


def test_both_models_draw_the_same_stocks():
    """Days of consumption in JP, which uses 100, over draws: quantile by quantile."""
    known = parameters("gallium", reserve_days=40)
    market, source = three(reserve_days=40), np.random.default_rng(5)
    prices = clearing.market(
        {("CN", "JP"): 80.0, ("CN", "VN"): 40.0, ("VN", "JP"): 20.0}, {}, elasticities.typical(known)
    )
    doubt = replace(doubt_of(known["stocks"]), trade=0.0)
    ours = [drawn(market, source, doubt).reserves[market.countries.index("JP")] for _ in range(4000)]
    theirs = [
        redrawn(prices, elasticities.drawn(known, source), source).stocks[prices.at("JP")]
        for _ in range(4000)
    ]
    steps = np.linspace(0.05, 0.95, 10)
    assert np.quantile(ours, steps) == pytest.approx(np.quantile(theirs, steps), rel=0.1)
    assert np.median(ours) == pytest.approx(100 * 40 / 365, rel=0.06)


def test_production_that_was_inferred_is_inferred_again():
    """An exporter that uses nothing at home uses nothing in any draw, however its trade is drawn."""
    market = three(reserve_days=30)
    at = market.countries.index("CN")
    for seed in range(20):
        other = drawn(market, np.random.default_rng(seed), Doubt(trade=1.0))
        assert other.supply[at] == pytest.approx(0, abs=1e-9)
        assert (other.supply >= -1e-9).all()


@pytest.mark.parametrize(
    ("part", "value", "words"),
    [
        ("trade", np.ones((3, 3)), "trades with itself"),
        ("reserves", np.array([1.0, -1.0, 0.0]), "negative"),
        ("production", np.zeros(2), "shape"),
        ("absorbed", np.array([0.0, 2.0, 0.0]), "share"),
    ],
)
def test_a_market_that_cannot_be_is_refused(part, value, words):
    market = replace(three(), **{part: value})
    with pytest.raises(BadSetting, match=words):
        cascade(market, asked("embargo CN>JP", three()))
