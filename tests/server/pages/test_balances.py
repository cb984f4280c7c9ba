"""The page Balances: what it sums is what the book says, and nobody sees another's."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace
from watching import booked, exported, imported, line, on, record

import sarai
from sarai.goods import BadSetting, BeforeTheBook, Hold, LotRef, Party, Waybill
from sarai.ledger import Book, LotName
from sarai.reference import units
from sarai.reference.units import Dimension
from sarai.server.access import Eyes, Role, Scope, Visitor
from sarai.server.pages import balances_view as view
from sarai.server.pages.balances_rows import Asked, Key, Row, address, as_csv, asked, page_number, sheet
from sarai.server.words import Words

ALMATY = ZoneInfo("Asia/Almaty")
CHIPS, SHIRTS = "854231", "610910"
OFFICER = Eyes(visitor=Visitor(role=Role.OFFICER), scope=Scope.ALL)
EN = Words("en")


def trader(*parties: str) -> Eyes:
    return Eyes(
        visitor=Visitor(role=Role.TRADER, parties=parties), scope=Scope.OWN, key=b"k", offices=("customs",)
    )


def papers() -> list:
    waybill = Waybill(
        issuer="F", number="W-1", time=on(2), consignor=Party(id="F"), place="store", consignee=Party(id="G"),
        destination="KZTSE", deadline=on(20), lines=[line(CHIPS, 30)],
    )  # fmt: skip
    return [
        imported("I-1", on(0), "F", line(CHIPS, 100), line(SHIRTS, 50, item=2)),
        imported("I-2", on(1), "G", line(CHIPS, 7)),
        waybill,
        exported("E-1", on(4), "F", line(SHIRTS, 20)),
    ]


@pytest.fixture(scope="module")
def book() -> Iterator[Book]:
    with booked(papers()) as book:
        yield book


def shown(row: Row) -> tuple:
    unit = units.base_unit(Dimension(row.dimension))
    return tuple(str(units.from_base(each, unit)) for each in (row.free, row.reserved, row.held))


def figures(found, by: str) -> dict:
    return {getattr(row.key, by): shown(row) for row in found.rows}


# -- what is asked ---------------------------------------------------------------------------------


def test_an_address_says_what_is_asked_and_the_other_way_round():
    query = {
        "party": " F ",
        "hs": "8542",
        "at": "2026-03-05T08:00",
        "priority": "1",
        "by": "goods",
        "page": "3",
    }
    question = asked(query, ALMATY)
    assert (question.party, question.hs, question.priority, question.by, question.page) == (
        "F",
        "8542",
        True,
        "goods",
        3,
    )
    assert question.at.isoformat() == "2026-03-05T08:00:00+05:00"
    path = address("/balances", question, page=2)
    assert "at=2026-03-05T03%3A00%3A00Z" in path
    assert path.endswith("page=2")
    assert address("/balances", Asked()) == "/balances"


@pytest.mark.parametrize("query", [{"hs": "85x"}, {"hs": "8542311"}, {"regime": "none"}, {"at": "yesterday"}])
def test_what_cannot_be_asked_is_said(query):
    with pytest.raises(BadSetting):
        asked(query, ALMATY)


def test_numbers_of_pages_that_are_none_are_the_first():
    assert [page_number(text) for text in ("", "0", "-1", "²", "7", "9" * 40)] == [1, 1, 1, 1, 7, 1]


# -- what is summed --------------------------------------------------------------------------------


def test_rows_sum_to_what_the_book_has(book: Book):
    for by in ("lot", "holder", "goods"):
        found = sheet(book, Asked(by=by), OFFICER, book.holds())
        whole = sum(row.quantity for row in book.balance().rows)
        assert sum(row.total for row in found.rows) == whole == sum(row.total for row in found.totals)


def test_what_is_under_way_is_told_apart(book: Book):
    found = sheet(book, Asked(by="goods"), OFFICER, book.holds())
    assert figures(found, "hs") == {SHIRTS: ("30", "0", "0"), CHIPS: ("77", "30", "0")}


def test_filters_narrow(book: Book):
    assert {row.key.hs for row in sheet(book, Asked(hs="61"), OFFICER, book.holds()).rows} == {SHIRTS}
    assert {row.key.hs for row in sheet(book, Asked(priority=True), OFFICER, book.holds()).rows} == {CHIPS}
    assert {row.key.party for row in sheet(book, Asked(party="G"), OFFICER, book.holds()).rows} == {"G"}


def test_as_it_was(book: Book):
    found = sheet(book, Asked(by="holder", at=on(1)), OFFICER, book.holds())
    assert {row.key.party: row.reserved for row in found.rows} == {"F": 0, "G": 0}
    with pytest.raises(BeforeTheBook):
        sheet(book, Asked(at=on(-5)), OFFICER, book.holds())


def test_what_is_held_is_marked_for_officers_and_for_its_holder(tmp_path):
    hold = Hold(
        issuer="customs", number="H-1", time=on(5), lots=[LotRef(issuer="customs", number="I-1", item=1)]
    )
    with sarai.open(tmp_path / "book.db", settings=sarai.BookSettings(authorities=("customs",))) as book:
        record(book, [*papers(), hold])
        for eyes in (OFFICER, trader("F")):
            rows = sheet(book, Asked(), eyes, book.holds()).rows
            held = {row.key.lot: shown(row) for row in rows if row.held}
            assert held == {LotName("customs", "I-1", 1): ("70", "30", "100")}
        assert not any(row.held for row in sheet(book, Asked(), OFFICER, ()).rows)


# -- who sees what ---------------------------------------------------------------------------------


def test_a_trader_sees_its_own_and_nobody_elses(book: Book):
    for question in (Asked(), Asked(party="G"), Asked(by="holder"), Asked(party="F", by="goods")):
        parties = {row.key.party for row in sheet(book, question, trader("F"), book.holds()).rows} - {""}
        assert parties <= {"F"}
    assert sheet(book, Asked(party="G"), trader("F"), book.holds()).rows == ()
    both = sheet(book, Asked(by="goods"), trader("F", "G"), book.holds())
    assert figures(both, "hs")[CHIPS] == ("77", "30", "0")


def test_an_analyst_sees_labels_and_cannot_try_names(book: Book):
    eyes = Eyes(visitor=Visitor(role=Role.ANALYST), scope=Scope.SUMMARY, key=b"k", offices=("customs",))
    rows = sheet(book, Asked(by="holder"), eyes, ()).rows
    assert {"F", "G"}.isdisjoint(row.key.party for row in rows)
    assert sheet(book, Asked(party="F"), eyes, ()).rows == ()
    label = eyes.party("G")
    assert [row.key.party for row in sheet(book, Asked(party=label, by="holder"), eyes, ()).rows] == [label]


# -- as it is shown --------------------------------------------------------------------------------


def many(count: int) -> view.Sheet:
    row = Row(key=Key(), dimension=int(Dimension.MASS), free=1, lots=1)
    rows = tuple(replace(row, key=Key(party=f"P{n:05}", place="x", regime="home_use")) for n in range(count))
    return view.Sheet(rows=rows, totals=(replace(row, free=count),))


def test_only_one_page_of_many_rows_is_written():
    found = many(10_000)
    text = view.body(found, Asked(by="holder", page=200), EN, view.May())
    assert text.count("<tr") == 51
    assert "P09999" in text
    assert "9,951 to 10,000 of 10,000" in text
    assert found.pages() == 200


def test_hostile_names_are_text():
    row = Row(
        key=Key("<script>x</script>", "a", "home_use", LotName('"><b>', "n", 1), "854231", "HS2022"),
        dimension=1,
        free=1,
    )
    text = view.body(view.Sheet(rows=(row,), totals=(row,)), Asked(), EN, view.May())
    assert "<script" not in text
    assert "<b>" not in text


def test_nothing_to_show_says_so():
    nothing = view.Sheet(rows=(), totals=())
    assert "No balances" in view.body(nothing, Asked(), EN, view.May())
    assert "Clear filters" in view.body(nothing, Asked(party="X"), EN, view.May())


def test_a_table_to_take_away_has_all_rows_and_no_formulas():
    key = Key('=HYPERLINK("x")', "+1", "home_use", LotName("@i", "-n", 2), CHIPS, "HS2022", "DE")
    kilogram = units.to_base(units.from_base(10**6, "KGM"), "KGM")
    rows = [Row(key=key, dimension=int(Dimension.MASS), free=kilogram, lots=1)]
    (read,) = list(csv.DictReader(StringIO(as_csv(rows), newline="")))
    assert [read[name] for name in ("party", "place", "lot_issuer", "lot_number")] == [
        '\'=HYPERLINK("x")',
        "'+1",
        "'@i",
        "'-n",
    ]
    assert (read["free"], read["total"], read["unit"], read["lot_item"]) == ("1", "1", "KGM", "2")
