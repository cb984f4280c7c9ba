"""The book's statistics: which documents are trade, and their sums beside plain ones of a simulated state."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, timedelta, timezone
from decimal import Decimal
from math import isclose

import pyarrow as pa
import pytest
from watching import booked

from flows.booking import HOME, arrived, corrected, exited, exported, imported, line, on, read, ref, transited
from sarai.flows.booked import coverage, lacking, rows
from sarai.flows.periods import span
from sarai.flows.shape import CELL, arrow_schema
from sarai.goods import (
    Code,
    Correction,
    Export,
    Import,
    ItemQuantity,
    LotRef,
    Part,
    Processing,
    Regime,
    Seizure,
    Split,
)
from sarai.goods.document import OutputLine
from sarai.goods.errors import BadSetting
from sarai.ledger.feed import Feed
from sarai.reference import units
from sarai.simulation import Scenario, Simulation

ALMATY = timezone(timedelta(hours=5))


def table(documents, **more):
    return pa.Table.from_batches(rows(documents, reporter=HOME, **more), schema=arrow_schema()).to_pylist()


def amounts(documents, flow="import", basis="consignment", **more):
    """Of one flow, ``{(partner, code, month): value}``."""
    kept = [row for row in table(documents, **more) if (row["flow"], row["basis"]) == (flow, basis)]
    return {(row["partner"], row["code"], f"{row['period']:%Y-%m}"): row["value"] for row in kept}


# -- a simulated state beside plain Python -------------------------------------------------------------


@pytest.fixture(scope="module")
def documents():
    """What a book posted of the papers of a state where some are wrong, put right, late or sent twice."""
    scenario = Scenario(
        traders=100, days=30, imports=200, mistakes=60, corrected=800, amended=100, start=date(2026, 1, 20)
    )
    with booked(Simulation(scenario, seed=5)) as book:
        return [posted.document for posted in Feed(book.store) if posted.code == Code.POSTED]


def plainly(documents):
    """Imports and exports in their latest versions, summed over lines that say everything in plain Python."""
    latest = {}
    for document in documents:
        key = document.issuer, document.number
        if key not in latest or latest[key].version < document.version:
            latest[key] = document
    sums = defaultdict(lambda: [Decimal(0), Decimal(0), Decimal(0)])
    inside = {"home_use", "warehouse", "free_zone", "inward_processing"}
    for each in latest.values():
        document = each.replacement if isinstance(each, Correction) else each
        if isinstance(document, Import):
            if document.regime not in inside or document.previous_regime in inside:
                continue
        elif not isinstance(document, Export) or document.regime not in inside:
            continue
        flow = "import" if isinstance(document, Import) else "export"
        month = document.time.astimezone(ALMATY).date().replace(day=1)
        for item in document.lines:
            shown = units.base_unit(units.dimension(item.unit))
            quantity = units.from_base(units.to_base(item.quantity, item.unit), shown)
            mass = quantity if item.net_mass_kg is None and shown == "KGM" else item.net_mass_kg
            partner = document.country
            if flow == "import" and item.lot and not partner:
                partner = latest[item.lot.issuer, item.lot.number].country
            cell = sums[flow, partner or None, item.hs, month, item.currency, shown]
            for at, amount in enumerate((item.value, quantity, mass)):
                cell[at] = None if None in (cell[at], amount) else cell[at] + amount
    return sums


def test_statistics_are_the_sums_of_the_documents(documents):
    assert any(isinstance(each, Correction) and each.replacement for each in documents)
    assert any(isinstance(each, Correction) and not each.replacement for each in documents)
    found = {
        (row["flow"], row["partner"], row["code"], row["period"], row["currency"], row["unit"]): row
        for row in table(documents, zone=ALMATY)
        if row["flow"] in ("import", "export") and row["basis"] != "origin"
    }
    expected = plainly(documents)
    assert found.keys() == expected.keys()
    assert len(found) > 500
    for key, (value, quantity, mass) in expected.items():
        row = found[key]
        assert isclose(row["value"], value, rel_tol=1e-12)
        assert isclose(row["quantity"], quantity, rel_tol=1e-12)
        assert row["mass_kg"] is None if mass is None else isclose(row["mass_kg"], mass, rel_tol=1e-12)


def test_a_cell_stands_once_in_order_and_bases_agree(documents):
    found = table(documents)
    cells = [tuple((row[name] is None, row[name]) for name in CELL) for row in found]
    assert len(set(cells)) == len(cells)
    assert cells == sorted(
        cells, key=lambda cell: [(null, value or "") if null else (null, value) for null, value in cell]
    )
    total = {
        basis: sum(row["value"] for row in found if (row["flow"], row["basis"]) == ("import", basis))
        for basis in ("origin", "consignment")
    }
    assert isclose(total["origin"], total["consignment"], rel_tol=1e-12)
    assert total["origin"] > 0


def test_the_same_documents_give_the_same_bytes(documents):
    assert table(documents) == table(documents)


# -- what is trade -------------------------------------------------------------------------------------


def test_goods_are_imported_once_when_they_come_inside():
    counts = {
        (Regime.HOME_USE, None): True,
        (Regime.WAREHOUSE, None): True,
        (Regime.HOME_USE, Regime.WAREHOUSE): False,
        (Regime.INWARD_PROCESSING, Regime.FREE_ZONE): False,
        (Regime.HOME_USE, Regime.TEMPORARY_STORAGE): True,
        (Regime.HOME_USE, Regime.TEMPORARY_ADMISSION): True,
        (Regime.TEMPORARY_ADMISSION, None): False,
        (Regime.TEMPORARY_STORAGE, None): False,
    }
    documents = [
        imported(str(n), line(f"84710{n}"), regime=regime, previous_regime=previous)
        for n, (regime, previous) in enumerate(counts)
    ]
    found = {code for _, code, _ in amounts(documents)}
    assert found == {f"84710{n}" for n, counted in enumerate(counts.values()) if counted}


def test_what_was_never_imported_is_not_exported():
    documents = [exported(each.value, line(f"84710{n}"), regime=each) for n, each in enumerate(Regime)]
    found = {list(Regime)[int(code[-1])] for _, code, _ in amounts(documents, "export", "destination")}
    assert found == {Regime.HOME_USE, Regime.WAREHOUSE, Regime.FREE_ZONE, Regime.INWARD_PROCESSING}


def test_transit_is_no_trade_until_it_ends_otherwise():
    sent = transited("T")
    assert table([sent, exited("X", sent)]) == []
    assert table([sent, arrived("A", sent)]) == []  # in temporary storage, to be cleared yet
    short = arrived(
        "A", sent, day=30, regime=Regime.HOME_USE, shortages=[ItemQuantity(item=1, quantity=Decimal("0.25"))]
    )
    assert amounts([sent, short]) == {("DE", "854231", "2026-04"): 750.0}


def test_a_transit_out_of_home_use_is_an_export():
    ours = transited("T", country="", day=0)
    assert amounts([ours, exited("X", ours, day=25)], "export", "destination") == {
        ("UZ", "854231", "2026-04"): 1000.0
    }


def split(number: str, of: str, **shares: int) -> Split:
    """A consignment of one item is split in parts by name."""
    parts = [
        Part(number=name, destination="store", items=[ItemQuantity(item=1, quantity=Decimal(share))])
        for name, share in shares.items()
    ]
    return Split(issuer="customs", number=number, time=on(1), consignment=ref(of), parts=parts)


def test_parts_of_a_transit_end_each_in_its_own_way():
    papers = [
        transited("T", line(quantity=Decimal(4))),
        split("S", "T", a=1, b=3),
        split("S2", "b", b1=1, b2=2),
        arrived("A", "a", regime=Regime.HOME_USE),
        arrived("B", "b2", regime=Regime.WAREHOUSE),
        exited("X", "b1"),
    ]
    found = [row for row in table(papers) if row["basis"] == "consignment"]
    assert [(row["value"], row["quantity"]) for row in found] == [(750.0, 3.0)]


def test_a_seizure_under_way_is_not_imported():
    sent = transited("T", line(quantity=Decimal(4)))
    taken = Seizure(
        issuer="customs", number="S", time=sent.time, holder=sent.principal, place="border",
        consignment=ref("T"), lines=[line(quantity=Decimal(1))],
    )  # fmt: skip
    assert amounts([sent, taken, arrived("A", sent, regime=Regime.HOME_USE)]) == {
        ("DE", "854231", "2026-03"): 750.0
    }


# -- corrections and time ------------------------------------------------------------------------------


def test_a_corrected_document_counts_once_in_its_own_month():
    first = imported("1")
    second = imported("1", line(value=1200), day=5, version=2)
    assert amounts([first, corrected(first, second)]) == {("DE", "854231", "2026-03"): 1200.0}
    third = imported("1", line(value=900), day=25, version=3)
    assert amounts([first, corrected(first, second), corrected(second, third)]) == {
        ("DE", "854231", "2026-04"): 900.0
    }
    assert table([first, corrected(first, None)]) == []


def test_a_correction_may_lose_a_line():
    first = imported("1", line(), line("854239", item=2))
    assert list(amounts([first, corrected(first, imported("1", line(), version=2))])) == [
        ("DE", "854231", "2026-03")
    ]


def test_a_cancelled_arrival_leaves_the_transit_open():
    sent = transited("T")
    came = arrived("A", sent, regime=Regime.HOME_USE)
    assert table([sent, came, corrected(came, None)]) == []


def test_what_was_handed_in_twice_counts_once():
    assert amounts([imported("1"), imported("1")]) == {("DE", "854231", "2026-03"): 1000.0}


def test_a_month_begins_where_the_state_is():
    late = imported("1", day=21.5)  # 31 March, 21 h UTC
    assert list(amounts([late], zone=UTC)) == [("DE", "854231", "2026-03")]
    assert list(amounts([late], zone=ALMATY)) == [("DE", "854231", "2026-04")]


# -- what documents say, and what they do not ----------------------------------------------------------


def test_reexports_are_told_where_a_document_tells():
    lot = LotRef(issuer="customs", number="I", item=1)
    made = Processing(
        issuer="firm", number="P", time=imported("I").time, processor=imported("I").importer, place="store",
        inputs=[line()], outputs=[OutputLine(item=2, hs="854231", quantity=Decimal(1), origin=HOME)],
    )  # fmt: skip
    documents = [
        imported("I", line(origin="CN")),
        made,
        exported("1", line(origin="", lot=lot, value=1)),
        exported("2", line(origin="US", value=2)),
        exported("3", line(origin=HOME, value=4)),
        exported("4", line(origin="", value=8)),
        exported("5", line(origin="", value=16, lot=LotRef(issuer="firm", number="P", item=2))),
        exported("6", line(origin="", value=32, lot=LotRef(issuer="firm", number="?", item=2))),
    ]
    key = ("DE", "854231", "2026-03")
    assert amounts(documents, "export", "destination") == {key: 63.0}
    assert amounts(documents, "reexport", "destination") == {key: 3.0}
    assert amounts(documents, "domestic_export", "destination") == {key: 20.0}


def test_what_comes_home_is_a_reimport_too():
    documents = [imported("1", line(origin=HOME, value=5)), imported("2")]
    assert amounts(documents, "reimport") == {("DE", "854231", "2026-03"): 5.0}
    assert amounts(documents) == {("DE", "854231", "2026-03"): 1005.0}


def test_origin_and_consignment_are_both_shown():
    (by_origin,) = [row for row in table([imported("1", line(origin="CN"))]) if row["basis"] == "origin"]
    assert (by_origin["partner"], by_origin["second_partner"]) == ("CN", "DE")


def test_a_clearance_that_names_its_lot_has_the_country_of_its_transit():
    sent = transited("T", line(origin="CN"))
    lot = LotRef(issuer="customs", number="T", item=1)
    cleared = {"country": "", "previous_regime": Regime.TEMPORARY_STORAGE}
    named = imported("1", line(origin="", lot=lot), **cleared)
    unnamed = imported("2", line("854239", origin=""), **cleared)
    assert set(amounts([sent, arrived("A", sent), named, unnamed])) == {
        ("DE", "854231", "2026-03"), (None, "854239", "2026-03"),
    }  # fmt: skip


def test_nothing_is_made_up():
    documents = [
        imported("1", line(mass=None)),
        imported("2", line(mass=7)),
        imported("3", line("854239", value=5, currency="")),
        imported("4", line("854232", value="1E30")),
        imported("5", line("854233", mass=None, quantity=Decimal(2), unit="TNE")),
    ]
    found = {row["code"]: row for row in table(documents) if row["basis"] == "consignment"}
    assert found["854231"]["mass_kg"] is None  # one of two lines has none: a part is not the whole
    assert found["854231"]["value"] == 2000.0
    assert (found["854239"]["value"], found["854239"]["currency"]) == (None, None)
    assert (found["854232"]["value"], found["854232"]["currency"]) == (None, None)
    assert (found["854233"]["quantity"], found["854233"]["unit"], found["854233"]["mass_kg"]) == (
        2000.0,
        "KGM",
        2000.0,
    )
    assert {row["valuation"] for row in found.values()} == {None}
    assert {row["valuation"] for row in table(documents, valuations=("cif", "fob"))} == {"cif"}


def test_what_is_lacking_can_be_asked(tmp_path):
    documents = [
        imported("1", line(mass=None)),
        imported("2", line(origin="")),
        exported("3", line(origin="")),
    ]
    with read(documents, tmp_path) as (_, trade):
        found = {(row["flow"], row["field"]): row["share"] for row in lacking(trade).to_pyarrow().to_pylist()}
    assert found["import", "mass_kg"] == found["import", "origin"] == 0.5
    assert found["import", "value"] == found["import", "country"] == 0.0
    assert found["export", "origin"] == 1.0


def test_digits():
    documents = [imported("1", line("8542310000")), imported("2", line("854231"))]
    assert amounts(documents, digits=4) == {("DE", "8542", "2026-03"): 2000.0}
    assert set(amounts(documents, digits=8)) == {("DE", "85423100", "2026-03"), ("DE", "854231", "2026-03")}
    with pytest.raises(BadSetting, match="5 digits"):
        table(documents, digits=5)
    with pytest.raises(BadSetting, match="exw"):
        table(documents, valuations=("exw", None))


def test_a_book_without_trade():
    assert table([]) == []


def test_coverage_is_what_the_keeper_says():
    found = coverage(span("2025-11..2026-02"), reporter=HOME).to_pylist()
    months = sorted({row["period"] for row in found})
    assert months == [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]
    assert {row["flow"] for row in found} >= {"import", "export", "reexport"}
