"""Measures of cells and series: bases, sources, concentration, panels, holes."""

from __future__ import annotations

import math
from datetime import date

import pytest

from flows.small import answered, bought, export, publishes
from sarai.flows.measures.concentration import concentration
from sarai.flows.measures.disagreement import disagreement
from sarai.flows.measures.holes import holes
from sarai.flows.measures.origin_consignment import origin_consignment
from sarai.flows.measures.series import panel, series
from sarai.flows.measures.terms import Term
from sarai.flows.periods import span
from sarai.goods import BadSetting

MONTHS = ("2022-01", "2022-02", "2022-03")
SPAN = span("2022-01..2022-03")
OF_DE = Term(source="a", flow="export", span=SPAN, reporters=("DE",))


def test_origin_less_consignment_is_what_came_by_way_of_others():
    made = [bought("AM", "CN", "2022-01", 100.0), bought("AM", "GE", "2022-01", 5.0)]
    sent = [bought("AM", "CN", "2022-01", 40.0), bought("AM", "GE", "2022-01", 65.0)]
    trade = made + [row | {"basis": "consignment"} for row in sent]
    found = answered(
        trade,
        publishes("b", "AM", "import", *MONTHS),
        lambda t, p: origin_consignment(t, p, source="b", span=SPAN),
    )
    shares = {row["exporter"]: (row["difference"], pytest.approx(row["share"])) for row in found}
    assert shares == {"CN": (60, 0.6), "GE": (-60, -60 / 65)}


def test_a_basis_that_is_not_told_is_no_zero():
    found = answered(
        [bought("AM", "CN", "2022-01", 100.0)],
        publishes("b", "AM", "import", *MONTHS),
        lambda t, p: origin_consignment(t, p, source="b", span=SPAN),
    )
    (row,) = found
    assert (row["by_origin"], row["by_consignment"], row["difference"]) == (100, None, None)


def test_two_sources_stand_beside_each_other():
    trade = [export("DE", "AM", "2022-01", 90.0), export("DE", "AM", "2022-01", 100.0, source="c")]
    trade += [export("DE", "AM", "2022-02", 50.0), export("DE", "AM", "2022-03", 50.0, source="c")]
    published = publishes("a", "DE", "export", *MONTHS[:2]) + publishes("c", "DE", "export", *MONTHS)
    asked = dict(first="a", second="c", flow="export", span=SPAN)
    found = answered(trade, published, lambda t, p: disagreement(t, p, **asked))
    found = {row["period"].month: row for row in found}
    assert [(found[n]["first"], found[n]["second"], found[n]["ratio"]) for n in (1, 2, 3)] == [
        (90, 100, 0.9),
        (50, 0, None),
        (None, 50, None),
    ]
    assert [found[n]["first_holes"] for n in (1, 2, 3)] == [0, 0, 1]


def concentrated(trade, published, **said) -> dict:
    (found,) = answered(trade, published, lambda t, p: concentration(t, p, term=OF_DE, **said))
    return found


def test_concentration_of_unequal_parts():
    trade = [export("DE", to, "2022-01", value) for to, value in (("AM", 60.0), ("KZ", 30.0), ("KG", 10.0))]
    found = concentrated(trade, publishes("a", "DE", "export", *MONTHS), over="importer", top=2)
    assert found["hhi"] == pytest.approx(0.46)
    assert found["hhi_normalised"] == pytest.approx((0.46 - 1 / 3) / (2 / 3))
    assert found["equivalent"] == pytest.approx(1 / 0.46)
    assert (found["number"], found["top_share"], found["holes"]) == (3, pytest.approx(0.9), 0)


@pytest.mark.parametrize("number", [1, 2, 5])
def test_concentration_of_equal_parts(number):
    trade = [export("DE", "AM", "2022-01", 7.0, f"85423{n}") for n in range(number)]
    found = concentrated(trade, publishes("a", "DE", "export", *MONTHS[:2]), over="code")
    assert found["equivalent"] == pytest.approx(number)
    assert found["hhi_normalised"] == (None if number == 1 else pytest.approx(0, abs=1e-12))
    assert found["holes"] == 1


def test_concentration_is_over_what_is_not_a_group():
    with pytest.raises(BadSetting, match="code"):
        concentrated([], [], over="code", by=("code",))


def test_a_series_has_zeros_and_holes():
    trade = [export("DE", "AM", "2022-01", 12.0), export("DE", "KZ", "2022-01", 8.0)]
    found = answered(
        trade, publishes("a", "DE", "export", *MONTHS[:2]), lambda t, p: series(t, p, term=OF_DE)
    )
    found = sorted(found, key=lambda row: row["period"])
    assert [(row["value"], row["holes"]) for row in found] == [(20, 0), (0, 0), (None, 1)]
    assert [row["asinh"] for row in found] == [pytest.approx(math.asinh(20)), 0, None]


def test_a_panel_has_the_treated_that_nobody_traded():
    trade = [export("DE", "AM", "2022-01", 12.0, "854231")]
    found = answered(
        trade,
        publishes("a", "DE", "export", *MONTHS),
        lambda t, p: panel(t, p, term=OF_DE, treated=["880730"]),
    )
    assert len(found) == 2 * len(MONTHS)
    assert {(row["code"], row["treated"]) for row in found} == {("854231", False), ("880730", True)}
    assert sum(row["value"] for row in found) == 12


def test_holes_are_the_grid_less_what_was_published():
    published = publishes("a", "DE", "export", *MONTHS[:2]) + publishes("a", "FR", "export", *MONTHS)
    asked = dict(source="a", span=SPAN, flows=("export",))
    found = answered([], published, lambda _, p: holes(p, **asked))
    assert [(row["reporter"], row["period"]) for row in found] == [("DE", date(2022, 3, 1))]
    named = answered([], published, lambda _, p: holes(p, reporters=("PL",), **asked))
    assert {row["reporter"] for row in named} == {"PL"} and len(named) == 3
