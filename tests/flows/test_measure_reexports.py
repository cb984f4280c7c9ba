"""Re-exports through a transit country, by hand."""

from __future__ import annotations

import pytest

from flows.small import answered, bought, export, publishes
from sarai.flows.measures.reexports import Passage, quantities, reexports, refused
from sarai.flows.periods import span
from sarai.goods import BadSetting

MONTHS = ("2022-01", "2022-02", "2022-03")
PASSAGE = Passage(transit="AM", senders=("DE",), destinations=("RU",), exported="a", imported="b")
PUBLISHED = publishes("b", "AM", "import", *MONTHS) + publishes("a", "AM", "export", *MONTHS)
TRADE = [
    bought("AM", "DE", "2022-01", 100.0, mass_kg=10.0),
    bought("AM", "DE", "2022-02", 20.0, mass_kg=2.0),
    export("AM", "RU", "2022-02", 90.0, mass_kg=6.0),
    export("AM", "RU", "2022-03", 15.0, mass_kg=None),
]


def passed(trade, published, window=1, over="2022-01..2022-03"):
    found = answered(
        trade, published, lambda t, p: reexports(t, p, passage=PASSAGE, span=span(over), window=window)
    )
    return {row["period"].month: row for row in found}


def test_re_exports_are_the_lesser_leg():
    found = passed(TRADE, PUBLISHED)
    february = found[2]
    assert (february["inbound"], february["outbound"], february["reexports"]) == (20, 90, 20)
    assert (february["pass_through"], february["retained"], february["weight_ratio"]) == (1, 0, 3)
    assert (february["inbound_unit_value"], february["outbound_unit_value"]) == (10, 15)
    assert february["wedge"] == 1.5


def test_a_month_without_trade_is_zero_and_has_no_ratio():
    march = passed(TRADE, PUBLISHED)[3]
    assert (march["inbound"], march["reexports"], march["retained"]) == (0, 0, 0)
    assert (march["pass_through"], march["wedge"], march["outbound_kg"]) == (None, None, None)


def test_goods_may_take_some_periods_to_go_on():
    found = passed(TRADE, PUBLISHED, window=2, over="2022-02..2022-03")
    assert sorted(found) == [2, 3]
    assert (found[2]["inbound"], found[2]["outbound"], found[2]["reexports"]) == (120, 90, 90)
    assert (found[2]["pass_through"], found[2]["retained"]) == (0.75, 30)


def test_a_window_that_begins_before_the_figures_is_a_hole():
    found = passed(TRADE, PUBLISHED, window=2)
    assert (found[1]["inbound_imported"], found[1]["inbound"], found[1]["reexports"]) == (100, None, None)


def test_both_sides_are_shown_and_a_hole_is_none_of_them():
    january = passed(TRADE, PUBLISHED)[1]
    assert (january["inbound_imported"], january["inbound_exported"]) == (100, None)
    assert (january["inbound_exported_holes"], january["outbound_imported_holes"]) == (1, 1)


def test_a_hole_on_a_leg_is_a_hole_in_what_follows():
    found = passed(TRADE, [cell for cell in PUBLISHED if (cell[2], cell[-1].month) != ("import", 3)])
    assert {
        name: found[3][name] for name in ("inbound", "reexports", "retained", "inbound_kg")
    } == dict.fromkeys(("inbound", "reexports", "retained", "inbound_kg"))
    assert found[3]["outbound"] == 15


def test_imports_told_by_another_basis_are_a_hole():
    trade = [row | {"basis": "consignment"} if row["flow"] == "import" else row for row in TRADE]
    trade.append(export("AM", "RU", "2022-01", 1.0))
    assert {row["inbound"] for row in passed(trade, PUBLISHED).values()} == {None}


def test_units_that_only_one_leg_states_are_refused():
    trade = [
        bought("AM", "DE", "2022-01", 9.0, unit="H87", quantity=30.0),
        bought("AM", "DE", "2022-02", 9.0, unit="KGM", quantity=5.0),
        export("AM", "RU", "2022-02", 9.0, unit="H87", quantity=12.0),
        export("AM", "RU", "2022-03", 9.0),
    ]

    def compared(trade, published):
        return quantities(trade, published, passage=PASSAGE, span=span("2022-01..2022-03"))

    found = {row["unit"]: row for row in answered(trade, PUBLISHED, compared)}
    assert (found["H87"]["quantity_ratio"], found["H87"]["reason"]) == (pytest.approx(0.4), None)
    assert (found["KGM"]["quantity_ratio"], found["KGM"]["inbound"]) == (None, 5)
    out = answered(trade, PUBLISHED, lambda t, p: refused(compared(t, p)))
    assert {row["unit"]: row["reason"] for row in out} == {
        "KGM": "no outbound row states this unit",
        None: "no unit is stated",
    }


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"senders": ()}, "senders"), ({"inbound": "both"}, "both"), ({"destinations": ("AM",)}, "AM")],
)
def test_a_passage_leads_somewhere(wrong, said):
    parties = dict(transit="AM", senders=("DE",), destinations=("RU",), exported="a", imported="b")
    with pytest.raises(BadSetting, match=said):
        Passage(**parties | wrong)


def test_a_window_is_a_number_of_periods():
    with pytest.raises(BadSetting, match="0"):
        passed(TRADE, PUBLISHED, window=0)
