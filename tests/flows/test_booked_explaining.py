"""Which documents explain a gap: what was put in is found, and what is missing is said to be missing."""

from __future__ import annotations

from datetime import date, timedelta, timezone
from decimal import Decimal
from typing import NamedTuple

import ibis
import pytest
from msgspec import structs

from flows.booking import (
    HOME,
    PARTNER,
    arrived,
    exited,
    exported,
    imported,
    line,
    published,
    read,
    reported,
    transited,
)
from sarai.flows.booked import Cell, Question, explain
from sarai.flows.periods import span
from sarai.goods import (
    Arrival,
    BadSetting,
    Document,
    Import,
    ItemQuantity,
    Party,
    Regime,
    Transit,
)
from sarai.simulation import Scenario, Simulation

MARCH = "2026-03"


def cell(code="854231", months=MARCH, exporter=PARTNER, importer=HOME, **more) -> Cell:
    return Cell(exporter=exporter, importer=importer, code=code, span=span(months), **more)


def explained(
    tmp_path, documents, cells, asked=None, months="2026-01..2026-12", by="kg", exports=False, **more
):
    """What explains a gap to a partner that reports ``(code, month, value, kg)``."""
    rates = {"EUR": 1.0} if by == "EUR" else None
    flow = "import" if exports else "export"
    question = Question(cell=asked or cell(), reporter=HOME, rates=rates, currency="EUR", **more)
    with read(documents, tmp_path) as (_, trade):
        return explain(
            trade, ibis.memtable(reported(cells, flow)), ibis.memtable(published(months)), question
        )


def told(found):
    return [(each.reason, each.where, each.explains) for each in found.candidates]


# -- one reason at a time ------------------------------------------------------------------------------


def test_two_sides_that_agree_need_no_words(tmp_path):
    found = explained(tmp_path, [imported("1")], [("854231", MARCH, 1000.0, 10.0)])
    assert (found.ours, found.theirs, found.gap, found.candidates, found.unexplained) == (10, 10, 0, (), 0)
    assert [(paper.number, paper.amount) for paper in found.papers] == [("1", 10.0)]


def test_what_no_document_explains_is_said(tmp_path):
    found = explained(tmp_path, [imported("1")], [("854231", MARCH, 1000.0, 25.0)])
    assert (found.gap, found.candidates, found.unexplained) == (15.0, (), 15.0)


def test_another_code_of_the_heading(tmp_path):
    documents = [imported("1"), imported("2", line("854239", mass=50)), imported("3", line("854290", mass=7))]
    cells = [("854231", MARCH, 1.0, 40.0), ("854239", MARCH, 1.0, 25.0), ("854290", MARCH, 1.0, 7.0)]
    found = explained(tmp_path, documents, cells)
    (one,) = found.candidates
    assert (one.reason, one.where, one.amount, one.surplus, one.explains) == ("code", "854239", 50, 25, 25)
    assert [paper.number for paper in one.papers] == ["2"]
    assert (found.gap, found.unexplained) == (30.0, 5.0)


def test_another_code_of_which_the_partner_has_more(tmp_path):
    documents = [imported("1", line(mass=40)), imported("2", line("854239"))]
    found = explained(tmp_path, documents, [("854231", MARCH, 1.0, 10.0), ("854239", MARCH, 1.0, 30.0)])
    (one,) = found.candidates
    assert (found.gap, one.reason, one.where, one.explains) == (-30.0, "code", "854239", 20.0)
    assert [paper.number for paper in one.papers] == ["1"]  # ours, one of which is under the wrong code


def test_a_code_of_an_older_edition(tmp_path):
    """854140 of HS 2017 is any of 854141 to 854149 in HS 2022, 854151 of HS 2022 was in 854150."""
    older = imported("1", line("854140", edition="HS2017", mass=10))
    found = explained(tmp_path, [older], [("854143", MARCH, 1.0, 10.0)], cell("854143"))
    assert (found.ours, told(found)) == (0.0, [("edition", "854141", 10.0)])
    newer = imported("2", line("854151"))
    found = explained(tmp_path, [newer], [("854150", MARCH, 1.0, 10.0)], cell("854150"), edition="HS2017")
    assert (found.ours, found.gap) == (10.0, 0.0)


def test_a_month_later(tmp_path):
    documents = [imported("1"), imported("2", line(mass=30), day=25), imported("3", line(mass=99), day=70)]
    cells = [("854231", MARCH, 1.0, 40.0), ("854231", "2026-04", 1.0, 5.0)]
    found = explained(tmp_path, documents, cells)
    assert told(found) == [("month", "2026-04", 25.0)]
    assert [paper.number for paper in found.candidates[0].papers] == ["2"]


def test_a_month_that_is_not_published_bounds_nothing_but_itself(tmp_path):
    documents = [imported("1"), imported("2", line(mass=30), day=25)]
    found = explained(tmp_path, documents, [("854231", MARCH, 1.0, 35.0)], months=MARCH)
    (one,) = found.candidates
    assert (one.reason, one.surplus, one.amount, one.explains) == ("month", None, 30.0, 25.0)


def test_triangular_trade(tmp_path):
    by_way_of_poland = imported("1", line(mass=30), country="PL")
    made_in_china = imported("2", line(origin="CN"))
    found = explained(tmp_path, [by_way_of_poland, made_in_china], [("854231", MARCH, 1.0, 40.0)])
    assert told(found) == [("third_country", "PL", 30.0)]
    by_origin = explained(
        tmp_path, [by_way_of_poland, made_in_china], [("854231", MARCH, 1.0, 45.0)], basis="origin"
    )
    assert told(by_origin) == [("third_country", "CN", 10.0)]


def test_what_stands_under_the_partner_and_was_made_elsewhere(tmp_path):
    documents = [imported("1"), imported("2", line(origin="CN", mass=30))]
    found = explained(tmp_path, documents, [("854231", MARCH, 1.0, 15.0)])
    assert (found.gap, told(found), found.unexplained) == (-25.0, [("other_basis", "CN", 25.0)], 0.0)


def test_transit_that_left_again_or_is_under_way(tmp_path):
    through, waiting, short, home = (
        transited(name, line(mass=mass, quantity=Decimal(10)))
        for name, mass in zip("TWSH", (30, 20, 40, 8), strict=True)
    )
    documents = [
        through, exited("X", through), waiting, short,
        arrived("A", short, shortages=[ItemQuantity(item=1, quantity=Decimal(1))]), home, arrived("B", home),
    ]  # fmt: skip
    found = explained(tmp_path, documents, [("854231", MARCH, 1.0, 60.0)])
    assert told(found) == [("left_again", "UZ", 30.0), ("under_way", "store", 20.0), ("lost", "store", 4.0)]
    assert found.unexplained == 6.0
    assert [paper.number for paper in found.candidates[0].papers] == ["T"]


def test_what_was_cleared_without_a_country_came_with_its_holder(tmp_path):
    """The firm received 30 kg from the partner and 100 kg from China; another firm's origin is China."""
    sent, chinese = transited("T", line(mass=30)), transited("C", line(mass=100), country="CN")
    cleared = {"country": "", "previous_regime": Regime.TEMPORARY_STORAGE}
    documents = [
        sent, chinese, arrived("A", sent), arrived("B", chinese),
        imported("1", line(mass=80, origin=""), **cleared),
        imported("2", line(mass=9, origin="CN"), importer=Party(id="other"), **cleared),
        imported("3", line(mass=5, origin=""), importer=Party(id="third"), **cleared),
    ]  # fmt: skip
    found = explained(tmp_path, documents, [("854231", MARCH, 1.0, 60.0)])
    assert told(found) == [("no_country", "", 35.0)]
    assert {paper.number for paper in found.candidates[0].papers} == {"1", "3"}
    assert found.candidates[0].amount == 85.0


def test_another_value_for_the_same_mass(tmp_path):
    documents = [imported("1", line(mass=10, value=400)), imported("2", line(mass=10, value=1000))]
    found = explained(tmp_path, documents, [("854231", MARCH, 2000.0, 20.0)], by="EUR")
    (one,) = found.candidates
    assert (one.reason, one.where, one.explains, one.count) == ("unit_value", "854231", 600.0, 1)
    assert [(paper.number, paper.amount) for paper in one.papers] == [("1", 600.0)]
    dearer = explained(tmp_path, documents, [("854231", MARCH, 1000.0, 20.0)], by="EUR")
    assert told(dearer) == [("unit_value", "854231", 400.0)]
    assert [paper.number for paper in dearer.candidates[0].papers] == ["2"]


def test_value_and_quantity_add_up(tmp_path):
    """Half as dear, and half of it missing: three quarters of the value."""
    found = explained(
        tmp_path, [imported("1", line(mass=10, value=500))], [("854231", MARCH, 2000.0, 20.0)], by="EUR"
    )
    assert (found.gap, told(found), found.unexplained) == (1500.0, [("unit_value", "854231", 500.0)], 1000.0)


def test_another_importer(tmp_path):
    documents = [imported("1"), imported("2", line(mass=30), importer=Party(id="other"))]
    found = explained(tmp_path, documents, [("854231", MARCH, 1.0, 25.0)], cell(party="firm"))
    assert (found.ours, told(found)) == (10.0, [("other_party", "other", 15.0)])


def test_exports_and_what_passed_through(tmp_path):
    sent = transited("T", line(mass=12), country="CN")
    documents = [exported("1"), sent, exited("X", sent, country=PARTNER)]
    documents += [exported("2", line(mass=3), country="PL", consignee=Party(id="b", country=PARTNER))]
    found = explained(
        tmp_path, documents, [("854231", MARCH, 1.0, 30.0)],
        cell(exporter=HOME, importer=PARTNER), exports=True,
    )  # fmt: skip
    assert told(found) == [("passed_through", "CN", 12.0), ("third_country", "PL", 3.0)]
    less = explained(
        tmp_path, [exported("1", line(origin="CN"))], [], cell(exporter=HOME, importer=PARTNER), exports=True
    )
    assert told(less) == [("other_basis", "CN", 10.0)]


# -- what cannot be compared ---------------------------------------------------------------------------


def test_documents_without_the_measure_are_counted(tmp_path):
    documents = [imported("1"), imported("2", line(mass=None)), imported("3", line(currency="USD"))]
    assert explained(tmp_path, documents, []).unmeasured == 1
    assert explained(tmp_path, documents, [], by="EUR").unmeasured == 1


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"asked": cell(exporter="CN", importer="RU")}, "of which it is one party"),
        ({"asked": cell(months="2026-03..2027-01")}, "DE has not published 2027-01"),
        ({"asked": cell("85423110")}, "more than the 6 digits"),
        ({"basis": "sender"}, "use consignment or origin"),
        ({"lag_months": 13}, "0 to 12"),
        ({"cells": [("854231", MARCH, 5.0, None)]}, "ask by value"),
        ({"cells": [("854231", MARCH, None, 5.0)], "by": "EUR"}, "ask by mass"),
    ],
)
def test_what_cannot_be_asked_is_refused(tmp_path, changed, says):
    with pytest.raises(BadSetting, match=says):
        explained(tmp_path, **{"documents": [imported("1")], "cells": [], **changed})


def test_so_many_documents_are_shown(tmp_path):
    documents = [imported(f"{n:02d}", line(mass=n)) for n in range(1, 11)]
    found = explained(tmp_path, documents, [], shown=3)
    assert [paper.number for paper in found.papers] == ["10", "09", "08"]
    assert (found.count, found.ours) == (10, 55.0)
    assert explained(tmp_path, documents, [], shown=3) == found


# -- a simulated state ---------------------------------------------------------------------------------

ALMATY = timezone(timedelta(hours=5))
CODE, SIBLING, SUPPLIER = "854239", "854290", "CN"  # nobody trades in the sibling, unless under a wrong code
MONTH = "2026-03"


class Put(NamedTuple):
    """What the test did to the book of the state, in kg and yuan."""

    documents: list[Document]
    cells: list[tuple]
    misclassified_kg: float
    lost_kg: float
    undervalued_cny: float
    arrived_kg: float
    cheap: set[str]
    wrong: set[str]


@pytest.fixture(scope="module")
def put() -> Put:
    """A month of honest trade; then the book loses some of the supplier's goods, and misstates others.

    What the supplier reports is the truth: all that was sent for good, directly or under transit. What
    went through the country it reports as sent to where it went.
    """
    honest = Scenario.honest(traders=300, days=31, imports=400, start=date(2026, 3, 1), mistakes=0, amended=0)
    posted = [event.document for event in Simulation(honest, seed=8)]  # a strict book posts all of it
    sent = [each for each in posted if _is_from_supplier(each)]
    of_heading = sorted({line.hs for each in sent for line in each.lines if line.hs[:4] == CODE[:4]})
    cells = [
        (hs, MONTH, *map(sum, zip(*(_worth(each, hs) for each in sent), strict=True))) for hs in of_heading
    ]
    sent = [each for each in sent if any(line.hs == CODE for line in each.lines)]
    direct = [each for each in sent if isinstance(each, Import)]
    assert len(direct) > 15
    wrong, lost, cheap = direct[::4], direct[1::5], direct[2::3]
    lost = [each for each in lost if each not in wrong]
    cheap = [each for each in cheap if each not in wrong and each not in lost]
    changed = {id(each): _changed(each, hs=SIBLING) for each in wrong}
    changed |= {id(each): _changed(each, part=Decimal("0.4")) for each in cheap} | {
        id(each): None for each in lost
    }
    documents = [changed.get(id(each), each) for each in posted]
    ended = {each.consignment.number for each in posted if isinstance(each, Arrival)}
    return Put(
        documents=[each for each in documents if each is not None],
        cells=cells,
        misclassified_kg=sum(_worth(each)[1] for each in wrong),
        lost_kg=sum(_worth(each)[1] for each in lost),
        undervalued_cny=sum(_worth(each)[0] for each in cheap) * 0.6,
        arrived_kg=sum(_worth(each)[1] for each in sent if each.number in ended),
        cheap={each.number for each in cheap},
        wrong={each.number for each in wrong},
    )


def _is_from_supplier(document: Document) -> bool:
    """Whether goods were sent to the country for good."""
    through = isinstance(document, Transit) and document.destination_country
    return isinstance(document, Import | Transit) and not through and document.country == SUPPLIER


def _worth(document: Import | Transit, hs: str = CODE) -> tuple[float, float]:
    """Value and net mass of the goods of a code."""
    goods = [line for line in document.lines if line.hs == hs]
    weighed = [line.quantity if line.net_mass_kg is None else line.net_mass_kg for line in goods]
    return float(sum(line.value for line in goods)), float(sum(weighed))


def _changed(document: Import, hs: str = CODE, part: Decimal = Decimal(1)) -> Import:
    goods = [
        structs.replace(line, hs=hs, value=(line.value * part).quantize(Decimal("0.01")))
        if line.hs == CODE
        else line
        for line in document.lines
    ]
    return structs.replace(document, lines=goods)


@pytest.fixture(scope="module")
def answers(put, tmp_path_factory):
    """The gap explained by mass, and by value."""
    asked = cell(CODE, MONTH, exporter=SUPPLIER)
    with read(put.documents, tmp_path_factory.mktemp("put"), zone=ALMATY) as (_, trade):
        mirror = ibis.memtable(reported(put.cells, reporter=SUPPLIER))
        months = ibis.memtable(published(MONTH, reporter=SUPPLIER))
        return [
            explain(trade, mirror, months, Question(cell=asked, reporter=HOME, rates=rates, currency="CNY"))
            for rates in (None, {"CNY": 1.0})
        ]


def the(found, reason):
    """The one candidate of a reason."""
    (candidate,) = [each for each in found.candidates if each.reason == reason]
    return candidate


def test_what_was_put_in_is_found(put, answers):
    by_mass, _ = answers
    assert by_mass.gap == pytest.approx(put.misclassified_kg + put.lost_kg + put.arrived_kg)
    wrong = the(by_mass, "code")
    assert wrong.where == SIBLING
    assert wrong.explains == pytest.approx(put.misclassified_kg)
    assert {paper.number for paper in wrong.papers} == put.wrong
    assert the(by_mass, "no_country").explains == pytest.approx(put.arrived_kg)


def test_what_was_lost_is_left_over(put, answers):
    """But for what candidates that nothing compares with could explain."""
    by_mass, _ = answers
    at_most = sum(each.explains for each in by_mass.candidates if each.surplus is None)
    assert 0 < by_mass.unexplained <= put.lost_kg
    assert by_mass.unexplained + at_most == pytest.approx(put.lost_kg)


def test_undervaluation_is_what_plain_arithmetic_makes_it(put, answers):
    """Beside what was put in: prices differ a little between consignments."""
    _, by_value = answers
    cheap = the(by_value, "unit_value")
    ours = [
        _worth(each)
        for each in put.documents
        if isinstance(each, Import)
        and each.country == SUPPLIER
        and any(line.hs == CODE for line in each.lines)
    ]
    value, mass = map(sum, zip(*ours, strict=True))
    ((their_value, their_mass),) = [(value, mass) for code, _, value, mass in put.cells if code == CODE]
    assert cheap.explains == pytest.approx(min(mass, their_mass) * (their_value / their_mass - value / mass))
    assert cheap.explains == pytest.approx(put.undervalued_cny, rel=0.1)
    assert put.cheap <= {paper.number for paper in cheap.papers}
    largest = {paper.number for paper in cheap.papers[: len(put.cheap)]}
    assert len(largest & put.cheap) >= len(put.cheap) - 1
