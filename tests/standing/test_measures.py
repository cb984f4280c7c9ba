"""Shares, spread and exposure: closed forms, bounds, and what is reckoned by hand."""

from __future__ import annotations

from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sarai.standing import (
    diversification,
    entropy,
    exposure,
    exposures,
    latest,
    means,
    shares,
    shipped,
    spread,
)
from sarai.standing.channels import draws_of, portions
from sarai.standing.exposure import rerouted, stopped
from sarai.standing.tables import Channel, Figure, Measure, Power, Replacing, Route, Source, Standing

PARTS = st.lists(st.floats(0.001, 1), min_size=2, max_size=8).map(lambda v: [each / sum(v) for each in v])


@given(st.integers(2, 40))
def test_equal_shares_have_the_closed_forms(n):
    parts = [1 / n] * n
    assert diversification(parts) == pytest.approx(1 - 1 / n)
    assert entropy(parts) == pytest.approx(1)


@given(PARTS)
def test_measures_are_within_their_bounds(parts):
    n = len(parts)
    assert -1e-12 <= diversification(parts) <= 1 - 1 / n + 1e-12
    assert -1e-12 <= entropy(parts) <= 1 + 1e-12


@given(PARTS)
def test_order_does_not_count_and_two_that_join_are_less_spread(parts):
    assert diversification(parts[::-1]) == pytest.approx(diversification(parts))
    joined = [parts[0] + parts[1], *parts[2:]]
    assert diversification(joined) < diversification(parts)
    assert entropy(joined) * log(max(2, len(joined))) <= entropy(parts) * log(len(parts)) + 1e-9


def test_one_alone_is_not_spread():
    assert (diversification([1.0]), entropy([1.0]), entropy([1.0, 0.0])) == (0, 0, 0)


def made(*figures: Figure, replacing: tuple[Replacing, ...] = (), routes: tuple[Route, ...] = ()) -> Standing:
    """A standing of one channel, made up."""
    return Standing(
        sources=(Source(code="a", title="one"), Source(code="b", title="another")),
        powers=(Power(code="EU", name="Union"), Power(code="RU", name="Russia")),
        channels=(Channel(code="trade", name="Trade"),),
        measures=(Measure(code="m", channel="trade", name="amount", unit="t"),
                  Measure(code="mirror", channel="trade", name="mirror", unit="t", base="m")),
        figures=figures, replacing=replacing, routes=routes,
    )  # fmt: skip


def row(power: str, value: float | None, source: str = "a", **more) -> Figure:
    return Figure(**({"measure": "m", "power": power, "of": "2020", "value": value, "source": source} | more))


def test_shares_are_amounts_by_the_total_and_parts_add_up():
    found = shares(
        made(row("*", 10), row("EU", 2, part="NL"), row("EU", 1, part="FR"), row("RU", 5)), "m", "2020"
    )
    assert [each.share for each in found.powers] == [0.3, 0.5]
    assert found.rest == pytest.approx(0.2)
    assert [(each.low, each.high) for each in found.powers] == [(0.3, 0.3), (0.5, 0.5)]


def test_what_conflicts_is_shown_and_is_not_averaged():
    found = shares(made(row("*", 10), row("RU", 2), row("RU", 6, "b")), "m", "2020")
    russia = found.powers[1]
    assert (russia.share, russia.low, russia.high, russia.conflicts) == (0.2, 0.2, 0.6, True)
    assert [(each.value, each.source) for each in russia.figures] == [(2, "a"), (6, "b")]


def test_the_interval_of_a_range_is_that_of_straight_lines():
    found = shares(made(row("*", 1), row("RU", 0.5, low=0.4, high=0.8)), "m", "2020", draws=20_000).powers[1]
    assert found.low == pytest.approx(0.41, abs=0.005)
    assert found.high == pytest.approx(0.77, abs=0.01)


def test_what_is_not_known_has_no_share_but_a_reason():
    found = shares(made(row("*", 10), row("RU", None, note="never published")), "m", "2020").powers
    assert [(each.share, each.reason) for each in found] == [
        (None, "no figure is known"), (None, "never published"),
    ]  # fmt: skip
    assert shares(made(row("RU", 3)), "m", "2020").powers[1].reason == "the total is not known"


def test_a_measure_borrows_from_its_base_and_raises_the_total_by_what_it_says_more():
    standing = made(row("*", 100), row("RU", 20), row("EU", 30), row("RU", 30, measure="mirror"))
    found = shares(standing, "mirror", "2020")
    assert [each.share for each in found.powers] == [pytest.approx(30 / 110), pytest.approx(30 / 110)]


def test_powers_that_exceed_the_total_are_scaled_and_that_is_said():
    found = shares(made(row("*", 10), row("EU", 8), row("RU", 8)), "m", "2020")
    assert found.scaled
    assert [each.share for each in found.powers] == [0.5, 0.5]


@pytest.mark.parametrize("measure", [each.code for each in shipped().measures])
def test_packaged_shares_sum_to_at_most_one(measure):
    standing = shipped()
    of = latest(standing, measure)
    found = shares(standing, measure, of)
    assert sum(each.share or 0 for each in found.powers) <= 1 + 1e-9
    for each in draws_of(standing, measure, of, draws=50):
        assert sum(portions(each)[0].values()) <= 1 + 1e-9
    for each in found.powers:
        if each.share is not None:
            assert each.low <= each.high


def test_packaged_shares_are_those_of_their_sources():
    """As published: gross inflow of 2022, trade of nine months of 2023, arms, oil by CPC."""
    standing = shipped()

    def share(measure: str, of: str, power: str) -> float:
        return {each.power: each for each in shares(standing, measure, of).powers}[power].share

    assert share("fdi-gross", "2022", "EU") == pytest.approx(12.5 / 28)
    assert share("fdi-gross", "2022", "RU") == pytest.approx(1.5 / 28)
    assert share("trade-kz", "2023-01/2023-09", "CN") == pytest.approx(0.213, abs=0.0006)
    assert share("trade-kz", "2023-01/2023-09", "RU") == pytest.approx(0.186, abs=0.0006)
    assert share("trade-kz", "2023", "EU") == pytest.approx(0.30, abs=0.001)
    assert share("sipri", "2020/2024", "RU") == 0.88


def test_gross_and_net_inflow_are_two_measures_with_two_values():
    totals = [each for each in shipped().figures if (each.power, each.of) == ("*", "2022")]
    rows = {each.measure: each.value for each in totals if each.measure in ("fdi-gross", "fdi-net")}
    assert rows == {"fdi-gross": 28.0, "fdi-net": 6.1}


def test_spread_lies_between_a_rest_with_one_and_a_rest_with_many():
    found = spread(made(row("*", 10), row("EU", 3), row("RU", 5)), "m", "2020")
    assert found.diversification == pytest.approx(1 - 0.09 - 0.25 - 0.04)
    assert found.spread_at_most == pytest.approx(1 - 0.09 - 0.25)
    assert spread(made(row("RU", 5)), "m", "2020").reason == "the total is not known"


# -- exposure ------------------------------------------------------------------------------------


def test_exposure_is_the_share_less_what_is_replaced():
    rules = (Replacing(channel="trade", power="*", share=0.5, source="a"),
             Replacing(channel="trade", power="RU", share=0.25, low=0.0, high=0.5, source="a"))  # fmt: skip
    union, russia = exposure(made(row("*", 10), row("EU", 2), row("RU", 4), replacing=rules), "m", "2020")
    assert (union.gross, union.net) == (0.2, 0.1)
    assert (russia.gross, russia.net) == (0.4, pytest.approx(0.3))
    assert 0.2 < russia.low < 0.3 < russia.high < 0.4


ROUTES = (
    Route(measure="m", code="north", name="North", needs="RU", limits="n", source="a"),
    Route(measure="m", code="middle", name="Middle", needs="EU", limits="sea ship", source="a"),
    Route(measure="m", code="south", name="South", limits="sea", per_unit=1.0, source="a"),
)  # fmt: skip
CARRIED = {("*", ""): 10.0, ("RU", "north"): 6.0, ("EU", "middle"): 3.0, ("EU", "south"): 1.0}


def test_goods_go_over_what_limits_leave_and_shared_limits_count_once():
    caps = {"n": 100.0, "sea": 6.0, "ship": 4.0}
    assert rerouted({"north"}, ROUTES, CARRIED, caps) == {"middle": 1.0, "south": 1.0}
    assert stopped({"north"}, ROUTES, CARRIED, caps) == (6.0, 4.0)
    assert stopped({"middle"}, ROUTES, CARRIED, caps) == (3.0, 0.0)
    assert stopped(set(), ROUTES, CARRIED, caps) == (0.0, 0.0)


@given(st.dictionaries(st.sampled_from(["n", "sea", "ship"]), st.floats(0, 20), min_size=3))
def test_no_more_is_lost_than_stops_and_no_limit_is_exceeded(caps):
    moved = rerouted({"north"}, ROUTES, CARRIED, caps)
    gross, lost = stopped({"north"}, ROUTES, CARRIED, caps)
    assert 0 <= lost <= gross
    assert sum(moved.values()) + lost == pytest.approx(gross)
    assert moved["middle"] <= max(0, caps["ship"] - 3) + 1e-9
    assert moved["middle"] + moved["south"] <= max(0, caps["sea"] - 4) + 1e-9


def test_withdrawal_of_russia_takes_the_oil_that_finds_no_other_way():
    """By hand: Atyrau-Kenkiyak 6 Mt less 1.2, oil berths of Aktau 5.2 less 1.54."""
    found = {each.power: each for each in exposure(shipped(), "oil-route", "2024", draws=0)}
    stops = 54.9 + 8.8 + 2.06
    assert found["RU"].gross == pytest.approx(stops / 68.55)
    assert found["RU"].net == pytest.approx((stops - (6 - 1.2) - (5.2 - 1.54)) / 68.55)
    assert found["CN"].net == 0


def test_means_are_of_the_channels_that_are_known():
    found = exposures(shipped(), draws=20)
    for mean in means(shipped(), found):
        known = [each.net for each in found if each.power == mean.power and each.net is not None]
        assert mean.mean == pytest.approx(sum(known) / len(known))
        assert mean.channels == len(known)
