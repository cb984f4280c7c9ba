"""Measures of spans: growth, anomalous markets, surges, what was lost and what took its place."""

from __future__ import annotations

import math

import pytest

from flows.small import answered, bought, export, publishes
from sarai.flows.measures.anomalous import anomalous, anomalous_share
from sarai.flows.measures.growth import growth
from sarai.flows.measures.legs import Sources
from sarai.flows.measures.lost import lost_in_transit
from sarai.flows.measures.reexports import Passage
from sarai.flows.measures.substitution import substitution
from sarai.flows.measures.surges import SurgeLine, surges
from sarai.flows.measures.terms import Term, periods_of, year_before
from sarai.flows.periods import span
from sarai.goods import BadSetting

NOW, THEN = span("2022-03..2022-04"), span("2021-03..2021-04")
MONTHS = ("2021-03", "2021-04", "2022-03", "2022-04")
AB = Sources("a", "b")
PASSAGE = Passage(transit="AM", senders=("DE", "FR"), destinations=("RU",), exported="a", imported="b")


def grown(trade, published, **said) -> dict:
    asked = dict(source="a", span=NOW, base=THEN, reporters=("DE", "FR"), **said)
    (found,) = answered(trade, published, lambda t, p: growth(t, p, **asked))
    return found


def test_growth_is_of_sums():
    trade = [export("DE", "AM", "2021-03", 40.0), export("DE", "AM", "2022-03", 60.0)]
    trade += [export("FR", "AM", "2021-04", 10.0), export("FR", "AM", "2022-04", 40.0)]
    published = publishes("a", "DE", "export", *MONTHS) + publishes("a", "FR", "export", *MONTHS)
    found = grown(trade, published)
    assert (found["value"], found["base"], found["change"], found["growth"]) == (100, 50, 50, 1)


def test_growth_with_a_hole_is_not_known_but_bounded():
    trade = [export("DE", "AM", "2021-03", 40.0), export("DE", "AM", "2022-03", 60.0)]
    published = publishes("a", "DE", "export", *MONTHS) + publishes("a", "FR", "export", *MONTHS[:3])
    found = grown(trade, published)
    assert (found["value"], found["growth"], found["value_holes"]) == (None, None, 1)
    assert (found["value_at_least"], found["growth_at_least"]) == (60, 0.5)


def test_growth_over_a_base_with_a_hole_is_not_even_bounded():
    trade = [export("DE", "AM", "2021-03", 40.0), export("DE", "AM", "2022-03", 60.0)]
    published = publishes("a", "DE", "export", *MONTHS) + publishes("a", "FR", "export", *MONTHS[1:])
    found = grown(trade, published)
    assert (found["base"], found["growth"], found["growth_at_least"]) == (None, None, None)
    assert (found["base_at_least"], found["base_holes"]) == (40, 1)


def test_growth_from_zero_is_infinite_and_of_nothing_is_nothing():
    published = publishes("a", "DE", "export", *MONTHS) + publishes("a", "FR", "export", *MONTHS)
    assert grown([export("DE", "AM", "2022-03", 5.0)], published)["growth"] == math.inf
    nothing = grown([export("DE", "AM", "2022-03", 0.0)], published)
    assert (nothing["value"], nothing["base"], nothing["growth"]) == (0, 0, None)


def test_a_confidential_value_is_not_zero():
    trade = [export("DE", "AM", "2021-03", 40.0), export("DE", "AM", "2022-03", None)]
    published = publishes("a", "DE", "export", *MONTHS) + publishes("a", "FR", "export", *MONTHS)
    found = grown(trade, published)
    assert (found["value"], found["value_confidential"], found["value_holes"]) == (None, 1, 0)


def test_coverage_of_years_does_not_cover_months():
    published = publishes("a", "DE", "export", *MONTHS) + publishes("a", "FR", "export", *MONTHS[:2])
    published += [("a", "FR", "export", "A", each[-1]) for each in publishes("a", "FR", "export", *MONTHS)]
    assert grown([export("DE", "AM", "2021-03", 1.0)], published)["value_holes"] == 2


@pytest.mark.parametrize("wrong", ["product", "reporter"])
def test_flows_are_summed_by_what_they_have(wrong):
    with pytest.raises(BadSetting, match=wrong):
        grown([export("DE", "AM", "2021-03", 1.0)], [], by=(wrong,))


def test_a_flow_needs_two_parties():
    with pytest.raises(BadSetting, match="reexport"):
        Term(source="a", flow="reexport", span=NOW)


def test_periods_of_a_span():
    assert [str(each) for each in periods_of(span("2021-11..2022-02"), "M")] == [
        "2021-11-01",
        "2021-12-01",
        "2022-01-01",
        "2022-02-01",
    ]
    assert [each.year for each in periods_of(span("2019..2021"), "A")] == [2019, 2020, 2021]
    assert str(year_before(NOW)) == "2021-03..2021-04"


MARKETS = [
    ("870323", 4e6, 11e6, "anomalous", 1.75),
    ("854231", 6e6, 11e6, "ordinary", 5 / 6),
    ("851762", None, 12e6, "anomalous", math.inf),
    ("880730", 1e6, 10e6, "small", 9),
]


def markets(trade, published, **said):
    return answered(trade, published, lambda t, p: anomalous(t, p, source="a", span=NOW, base=THEN, **said))


def market_rows():
    trade = [export("DE", "KZ", "2021-03", base, code) for code, base, *_ in MARKETS if base]
    return trade + [export("DE", "KZ", "2022-04", value, code) for code, _, value, *_ in MARKETS]


def test_markets_are_anomalous_if_large_and_grown():
    found = markets(market_rows(), publishes("a", "DE", "export", *MONTHS))
    assert {row["code"]: (row["verdict"], pytest.approx(row["growth"])) for row in found} == {
        code: (verdict, rate) for code, _, _, verdict, rate in MARKETS
    }


def test_a_base_that_is_a_hole_is_unknown():
    found = markets(market_rows(), publishes("a", "DE", "export", *MONTHS[1:]))
    assert {row["code"]: row["verdict"] for row in found} == {
        code: "small" if verdict == "small" else "unknown" for code, _, _, verdict, _ in MARKETS
    }
    assert {row["growth"] for row in found} == {None}


def test_the_share_that_anomalous_markets_hold():
    def share(trade, published):
        return anomalous_share(anomalous(trade, published, source="a", span=NOW, base=THEN))

    (found,) = answered(market_rows(), publishes("a", "DE", "export", *MONTHS), share)
    assert (found["markets"], found["anomalous"], found["unknown"], found["with_holes"]) == (4, 2, 0, 0)
    assert found["share"] == pytest.approx(23 / 44)


def test_a_new_code_is_compared_at_the_digits_that_it_came_from():
    """85241100 is of HS 2022: nobody used it in 2021, when the same goods were in 852990."""
    old, new = export("DE", "KZ", "2021-03", 11e6, "85299092"), export("DE", "KZ", "2022-03", 12e6, "852990")
    published = publishes("a", "DE", "export", *MONTHS)

    def at_six(trade, published):
        six = trade.mutate(code=trade.code.left(6))
        return anomalous(trade, published, source="a", span=NOW, base=THEN, six=six)

    alone = {row["code"]: row["growth"] for row in markets([old, new], published)}
    carried = {row["code"]: row for row in answered([old, new], published, at_six)}
    assert alone["852990"] == math.inf
    assert carried["852990"]["growth"] == pytest.approx(1 / 11)
    assert (carried["852990"]["verdict"], carried["852990"]["digits"]) == ("ordinary", 6)
    assert carried["85299092"]["digits"] == 8


def surge_rows(factor: float):
    months = [f"{year}-{number:02}" for year in (2021, 2022) for number in range(1, 13)]
    trade, published = [], []
    for when in months:
        grown_by = factor if when >= "2022" else 1
        trade.append(bought("AM", "DE", when, 20_000.0 * grown_by))
        trade.append(export("AM", "RU", when, 10_000.0 * grown_by))
    published += publishes("b", "AM", "import", *months) + publishes("a", "AM", "export", *months)
    return trade, published


def surged(trade, published, **said) -> dict:
    spans = dict(earlier=span("2021"), later=span("2022"))
    (found,) = answered(trade, published, lambda t, p: surges(t, p, passage=PASSAGE, **spans, **said))
    return found


def test_a_surge_is_on_both_legs():
    found = surged(*surge_rows(3))
    assert (found["inbound_earlier"], found["inbound_later"]) == (240_000, 720_000)
    assert found["inbound_surge"] == pytest.approx(730 / 250)
    assert (found["outbound_surge"], found["surge"]) == (pytest.approx(370 / 130), True)


@pytest.mark.parametrize("line", [{"inbound": 720_000}, {"outbound": 360_000}, {"growth": 2.9}])
def test_a_surge_is_above_every_line(line):
    assert surged(*surge_rows(3), line=SurgeLine(**line))["surge"] is False


def test_means_are_of_published_periods():
    """Half a year less of figures is not half of the trade."""
    trade, published = surge_rows(3)
    trade, published = (
        [row for row in trade if row["flow"] == "export" or str(row["period"]) < "2022-07"],
        [cell for cell in published if cell[2] == "export" or str(cell[-1]) < "2022-07"],
    )
    found = surged(trade, published)
    assert (found["inbound_later"], found["inbound_later_holes"], found["surge"]) == (720_000, 6, True)


def test_who_published_nothing_has_no_mean():
    trade, published = surge_rows(3)
    published = [cell for cell in published if cell[2] == "export" or str(cell[-1]) < "2022"]
    trade = [row for row in trade if row["flow"] == "export" or str(row["period"]) < "2022"]
    found = surged(trade, published)
    assert (found["inbound_later"], found["inbound_later_silent"], found["surge"]) == (None, 1, None)


def test_lost_is_what_was_sent_more_and_not_received_more():
    """28 against 9, then 84 against 11: what the Financial Times found of Lithuania and Kazakhstan."""
    trade = [export("LT", "KZ", "2021-03", 28e6), bought("KZ", "LT", "2021-03", 9e6)]
    trade += [export("LT", "KZ", "2022-03", 84e6), bought("KZ", "LT", "2022-03", 11e6)]
    published = publishes("a", "LT", "export", *MONTHS) + publishes("b", "KZ", "import", *MONTHS)
    (found,) = answered(trade, published, lost)
    assert (found["additional"], found["unrecorded"]) == (56e6, 54e6)
    assert found["share"] == pytest.approx(54 / 56)


def lost(trade, published):
    parties = dict(exporters=("LT",), importers=("KZ",))
    return lost_in_transit(trade, published, sources=AB, span=NOW, **parties)


def test_what_was_not_published_on_arrival_is_not_lost():
    trade = [export("LT", "KZ", "2021-03", 28e6), export("LT", "KZ", "2022-03", 84e6)]
    (found,) = answered(trade, publishes("a", "LT", "export", *MONTHS), lost)
    assert (found["additional"], found["unrecorded"], found["share"]) == (56e6, None, None)
    assert (found["imported_holes"], found["imported_base_holes"]) == (2, 2)


def replaced(trade, published):
    parties = dict(senders=("DE",), transits=("AM",), sanctioned=("RU",))
    return substitution(trade, published, sources=AB, span=NOW, **parties)


def test_substitution_is_the_least_of_its_legs():
    trade = [export("DE", "RU", "2021-03", 100.0), export("DE", "RU", "2022-03", 20.0)]
    trade += [export("DE", "AM", "2021-03", 10.0), export("DE", "AM", "2022-03", 60.0)]
    trade += [export("AM", "RU", "2021-04", 5.0), export("AM", "RU", "2022-04", 25.0)]
    published = publishes("a", "DE", "export", *MONTHS) + publishes("a", "AM", "export", *MONTHS)
    (found,) = answered(trade, published, replaced)
    assert (found["lost"], found["gained_inward"], found["gained_onward"]) == (80, 50, 20)
    assert (found["replaced"], found["share"]) == (20, 0.25)
    (found,) = answered(trade, published[:-1], replaced)
    assert (found["lost"], found["replaced"], found["onward_holes"]) == (80, None, 1)
