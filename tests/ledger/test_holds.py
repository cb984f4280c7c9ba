"""Goods that an authority holds: nobody moves them, they may come home, and a release lets them go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from plain import plain

import sarai
from sarai.goods import (
    Answer,
    Arrival,
    CaseStep,
    Code,
    Correction,
    CountedLine,
    Diversion,
    DocumentRef,
    Export,
    FactCode,
    Hold,
    Import,
    ItemQuantity,
    Line,
    LotRef,
    OutputLine,
    Part,
    Party,
    Processing,
    Release,
    SealEvent,
    Seizure,
    Split,
    StockCount,
    Transit,
    Waybill,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
DUE = NOON + timedelta(days=1)
SETTINGS = sarai.BookSettings(authorities=("customs", "police"))
AYAN = Party(id="ayan")
HELD = LotRef(issuer="ayan", number="held", item=1)
OTHER = LotRef(issuer="ayan", number="other", item=1)


@pytest.fixture
def url(urls) -> str:
    return next(urls)


@pytest.fixture
def book(url):
    """Ayan has 10 of a lot that is held, and 5 of one that came later and is not."""
    with sarai.open(url, settings=SETTINGS) as book:
        assert codes(book, arrives("held", 10), arrives("other", 5, LATER), hold("H")) == [Code.POSTED] * 3
        yield book


def codes(book, *documents, mode="strict") -> list[Code]:
    return [result.code for result in book.record(documents, now=DUE, mode=mode)]


def lines(quantity, item=1, **more) -> list[Line]:
    return [Line(item=item, hs="854231", quantity=Decimal(quantity), **more)]


def arrives(number, quantity, time=NOON, **more) -> Import:
    return Import(
        **{"issuer": "ayan", "number": number, "time": time, "importer": AYAN, "place": "port"}
        | {"country": "DE", "lines": lines(quantity)}
        | more
    )


def leaves(quantity, number="out", time=LATER, **line) -> Export:
    return Export(
        issuer="ayan", number=number, time=time, exporter=AYAN, place="port", country="KZ",
        lines=lines(quantity, **line),
    )  # fmt: skip


def hold(number, *lots, issuer="customs", case="7", **more) -> Hold:
    return Hold(issuer=issuer, number=number, time=LATER, lots=lots or [HELD], case=case, **more)


def release(number, *lots, issuer="customs", case="7") -> Release:
    return Release(issuer=issuer, number=number, time=LATER, lots=lots or [HELD], case=case)


def step(number, issuer="customs") -> CaseStep:
    return CaseStep(issuer=issuer, number=number, time=LATER, case="7", step="note", officer="desk 3")


def counted(quantity) -> StockCount:
    found = [CountedLine(item=1, hs="854231", quantity=Decimal(quantity))]
    return StockCount(issuer="ayan", number="count", time=LATER, holder=AYAN, place="port", lines=found)


def seized(quantity, issuer, **more) -> Seizure:
    return Seizure(
        issuer=issuer, number="seizure", time=LATER, holder=AYAN, place="port", lines=lines(quantity), **more
    )


def held_by_whom(book) -> list[tuple[str, str]]:
    return [(each.lot.number, each.number) for each in book.holds()]


def left(book) -> dict[str, Decimal]:
    """What is in Ayan's hands, by lot."""
    return {row.lot.number: row.amount for row in book.balance(party="ayan").rows}


# -- drawing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["strict", "observe"])
def test_what_is_held_is_passed_over(book, mode):
    assert codes(book, leaves(5), mode=mode) == [Code.POSTED]
    assert left(book) == {"held": 10}


@pytest.mark.parametrize("attribution", ["fifo", "proportional"])
def test_a_share_of_each_is_of_what_is_not_held(urls, attribution):
    settings = sarai.BookSettings(attribution=attribution, authorities=("customs",))
    with sarai.open(next(urls), settings=settings) as book:
        codes(book, arrives("held", 10), arrives("other", 5), arrives("third", 5), hold("H"))
        assert codes(book, leaves(4)) == [Code.POSTED]
        left_over = {"fifo": {"other": 1, "third": 5}, "proportional": {"other": 3, "third": 3}}
        assert left(book) == {"held": 10} | left_over[attribution]


@pytest.mark.parametrize("mode", ["strict", "observe"])
@pytest.mark.parametrize("quantity", [6, 60])
def test_nothing_is_lent_in_place_of_what_is_held(book, mode, quantity):
    (result,) = book.record([leaves(quantity)], now=DUE, mode=mode)
    assert (result.code, result.pointer) == (Code.LOT_HELD, "/lines/0/quantity")
    assert "lot ayan/held item 1 is held by customs/H for case 7" in result.message
    assert "until customs releases it: ask there" in result.message
    assert left(book) == {"held": 10, "other": 5}


@pytest.mark.parametrize("mode", ["strict", "observe"])
def test_a_line_that_names_what_is_held(book, mode):
    (result,) = book.record([leaves(1, lot=HELD)], now=DUE, mode=mode)
    assert (result.code, result.pointer) == (Code.LOT_HELD, "/lines/0/lot")


def test_a_line_that_names_another_lot(book):
    assert codes(book, leaves(5, lot=OTHER)) == [Code.POSTED]
    assert codes(book, leaves(1, number="more", lot=OTHER)) == [Code.NOT_HELD]
    assert codes(book, leaves(1, number="more", lot=OTHER), mode="observe") == [Code.POSTED]


def test_what_is_lacking_for_other_reasons_is_said_so(book):
    """Before the held goods came, they could not have been drawn anyhow."""
    early = NOON - timedelta(hours=1)
    assert codes(book, leaves(1, time=early)) == [Code.NOT_HELD]
    book.record([release("R")], now=DUE)
    assert codes(book, leaves(16)) == [Code.NOT_HELD]


def test_event_time_is_no_way_round(book):
    """The hold came at one o'clock; a paper that comes in after it, dated before, finds the goods held."""
    assert codes(book, leaves(6, time=NOON)) == [Code.LOT_HELD]


def test_what_is_made_of_other_goods_is_not_held(book):
    made = [OutputLine(item=2, hs="854231", quantity=Decimal(3))]
    work = {"issuer": "ayan", "time": LATER, "processor": AYAN, "place": "port", "outputs": made}
    assert codes(book, Processing(number="P1", inputs=lines(6), **work)) == [Code.LOT_HELD]
    assert codes(book, Processing(number="P2", inputs=lines(5), **work)) == [Code.POSTED]
    assert codes(book, leaves(3)) == [Code.POSTED]


def test_from_one_regime_to_another(book):
    change = {"previous_regime": sarai.goods.Regime.HOME_USE, "regime": sarai.goods.Regime.WAREHOUSE}
    assert codes(book, arrives("change", 6, LATER, country="", **change)) == [Code.LOT_HELD]


# -- under way -------------------------------------------------------------------------------------


@pytest.fixture
def under_way(url):
    """Of 10 that Ayan has, 4 are on their way to Bota as they become held; so are 3 in transit."""
    with sarai.open(url, settings=SETTINGS) as book:
        sent = {"issuer": "ayan", "time": NOON, "place": "port", "destination": "depot", "deadline": DUE}
        assert codes(
            book, arrives("held", 10),
            Waybill(number="W", consignor=AYAN, consignee=Party(id="bota"), lines=lines(4), **sent),
            Transit(number="T", principal=AYAN, lines=lines(3), **sent), hold("H"),
        ) == [Code.POSTED] * 4  # fmt: skip
        yield book


def about(number) -> dict:
    return {
        "number": f"about {number}",
        "time": LATER,
        "consignment": DocumentRef(issuer="ayan", number=number),
    }


@pytest.mark.parametrize("mode", ["strict", "observe"])
def test_what_is_under_way_stands_still(under_way, mode):
    parts = [
        Part(number=f"T/{n}", destination="depot", items=[ItemQuantity(item=1, quantity=Decimal(n))])
        for n in (1, 2)
    ]
    for document in (
        Answer(issuer="bota", decision="confirm", **about("W")),
        Answer(issuer="bota", decision="partial", **about("W")),
        Answer(issuer="customs", decision="confirm", **about("W")),
        Arrival(issuer="ayan", holder=AYAN, place="depot", **about("T")),
        sarai.goods.Exit(issuer="ayan", place="depot", country="RU", **about("T")),
        Diversion(issuer="ayan", destination="elsewhere", **about("T")),
        Split(issuer="ayan", parts=parts, **about("T")),
        seized(1, "ayan", consignment=DocumentRef(issuer="ayan", number="T")),
    ):
        (result,) = under_way.record([document], now=DUE, mode=mode)
        assert (result.code, result.pointer) == (Code.LOT_HELD, "/consignment"), document


@pytest.mark.parametrize(("decision", "issuer"), [("decline", "bota"), ("revoke", "ayan"), ("expire", "")])
def test_what_is_held_may_come_home(under_way, decision, issuer):
    if issuer:
        assert codes(under_way, Answer(issuer=issuer, decision=decision, **about("W"))) == [Code.POSTED]
    else:
        (result,) = under_way.expire(DUE + timedelta(hours=1))
        assert result.facts[0].code == FactCode.EXPIRED
    states = {row.state: row.amount for row in under_way.balance(party="ayan").rows}
    assert states == {"free": 7, "reserved": 3}
    assert codes(under_way, leaves(1)) == [Code.LOT_HELD]


def test_a_seal_may_tell_what_it_will(under_way):
    assert codes(under_way, SealEvent(issuer="seals", seal="s", event="broken", **about("T"))) == [
        Code.POSTED
    ]


def test_the_authority_takes_it_on_its_way(under_way):
    taken = seized(2, "police", consignment=DocumentRef(issuer="ayan", number="T"))
    assert codes(under_way, taken) == [Code.POSTED]
    assert under_way.consignment("ayan", "T").left == {1: 1_000_000}


# -- what may happen to it -------------------------------------------------------------------------


def test_the_authority_takes_it_out_of_stock(book):
    assert codes(book, seized(12, "ayan")) == [Code.LOT_HELD]
    assert codes(book, seized(12, "police")) == [Code.POSTED]
    assert left(book) == {"other": 3}
    assert held_by_whom(book) == [("held", "H")]


def test_it_may_be_found_missing(book):
    (result,) = book.record([counted(2)], now=DUE)
    assert [fact.code for fact in result.facts] == [FactCode.COUNT_LOSS]
    assert left(book) == {"other": 2}


# -- corrections -----------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["strict", "observe"])
def test_no_correction_takes_it_back(book, mode):
    head = {"issuer": "ayan", "number": "held", "version": 2, "time": NOON}
    less = arrives("held", 9, version=2)
    for new in (None, less, arrives("held", 10, version=2, place="depot")):
        (result,) = book.record([Correction(replacement=new, **head)], now=DUE, mode=mode)
        assert (result.code, result.pointer) == (Code.LOT_HELD, ""), new
    more = arrives("held", 11, version=2)
    assert codes(book, Correction(replacement=more, **head), mode=mode) == [Code.POSTED]
    assert left(book) == {"held": 11, "other": 5}


def test_other_items_of_the_same_document_can_be_corrected(urls):
    with sarai.open(next(urls), settings=SETTINGS) as book:
        both = lines(10) + lines(5, item=2)
        codes(book, arrives("held", 1, lines=both), hold("H"))
        fewer = arrives("held", 1, version=2, lines=lines(10) + lines(1, item=2))
        head = {"issuer": "ayan", "number": "held", "version": 2, "time": NOON}
        assert codes(book, Correction(replacement=fewer, **head)) == [Code.POSTED]


def test_what_officers_wrote_stands(book):
    assert codes(book, release("R"), step("S")) == [Code.POSTED] * 2
    for number in "HRS":
        undo = Correction(issuer="customs", number=number, version=2, time=LATER)
        (result,) = book.record([undo], now=DUE)
        assert result.code == Code.NOT_CORRECTABLE
        assert "issue the next one instead" in result.message


# -- holding and releasing -------------------------------------------------------------------------


def test_a_release_lets_it_go(book):
    assert codes(book, leaves(15), release("R"), leaves(15, number="again")) == [Code.LOT_HELD, 0, 0]
    assert book.holds() == []
    assert left(book) == {}


def test_each_case_lets_go_of_its_own(book):
    second = hold("H2", issuer="police", case="8", reason="stolen")
    assert codes(book, second, release("R7")) == [Code.POSTED] * 2
    (found,) = book.holds()
    assert found[:6] == (("ayan", "held", 1), 4, "police", "H2", "8", "stolen")
    assert found.time == LATER
    assert codes(book, leaves(6)) == [Code.LOT_HELD]
    (result,) = book.record([release("R7 again")], now=DUE)
    assert (result.code, result.pointer) == (Code.NO_HOLD, "/lots/0")
    assert "is not held for case 7 but by police/H2 for case 8" in result.message
    assert codes(book, release("R8", case="8"), leaves(6)) == [Code.POSTED] * 2


def test_a_release_that_states_no_case_lifts_every_hold(book):
    assert codes(book, hold("H2", case="8"), hold("H3", case=""), release("R", case="")) == [Code.POSTED] * 3
    assert book.holds() == []


def test_what_is_not_held_cannot_be_released(book):
    for lots, place in (([OTHER], 0), ([HELD, OTHER], 1)):
        (result,) = book.record([release("R", *lots)], now=DUE)
        assert (result.code, result.pointer) == (Code.NO_HOLD, f"/lots/{place}")
        assert "lot ayan/other item 1 is not held; there is nothing to release" in result.message
    assert held_by_whom(book) == [("held", "H")]


@pytest.mark.parametrize("document", [hold, release])
def test_lots_that_cannot_be_meant(book, document):
    unknown = LotRef(issuer="ayan", number="held", item=2)
    (result,) = book.record([document("X", HELD, unknown)], now=DUE)
    assert (result.code, result.pointer) == (Code.LOT_UNKNOWN, "/lots/1")
    assert "lot ayan/held item 2 is not in the book" in result.message
    (result,) = book.record([document("X", HELD, OTHER, HELD)], now=DUE)
    assert (result.code, result.pointer) == (Code.DUPLICATE_ITEM, "/lots/2")
    assert held_by_whom(book) == [("held", "H")]


@pytest.mark.parametrize("document", [hold, release, step])
def test_only_an_authority_may(book, urls, document):
    (result,) = book.record([document("X", issuer="ayan")], now=DUE)
    assert (result.code, result.pointer) == (Code.NOT_ENTITLED, "/issuer")
    assert "those of this book are customs, police" in result.message
    with sarai.open(next(urls)) as other:
        (result,) = other.record([document("X")], now=DUE)
    assert "this book has none. Authorities are named when a book is made: sarai new" in result.message


def test_a_name_means_the_lots_of_all_versions(urls):
    """An item that was corrected into other goods, while some of the first had gone on."""
    with sarai.open(next(urls), settings=SETTINGS) as book:
        other = [Line(item=1, hs="847130", quantity=Decimal(3), unit="C62")]
        new = arrives("held", 1, version=2, lines=other)
        correction = Correction(issuer="ayan", number="held", version=2, time=NOON, replacement=new)
        way = Waybill(
            issuer="ayan", number="W", time=NOON, consignor=AYAN, consignee=Party(id="bota"), place="port",
            destination="depot", deadline=DUE, lines=lines(4),
        )  # fmt: skip
        assert codes(book, arrives("held", 10), way, correction, hold("H"), mode="observe") == [0] * 4
        answer = Answer(issuer="bota", decision="confirm", **about("W"))
        assert codes(book, answer, mode="observe") == [Code.LOT_HELD]
        assert held_by_whom(book) == [("held", "H")]
        assert codes(book, release("R"), answer) == [Code.POSTED] * 2


# -- kept ------------------------------------------------------------------------------------------


def test_holds_survive_a_reopening(book, url):
    book.flush()
    codes(book, hold("H2", OTHER), release("R"))
    book.flush()
    codes(book, step("S"))
    for flushed in (False, True):
        with sarai.open(url) as again:
            assert held_by_whom(again) == [("other", "H2")], flushed
            assert codes(again, leaves(11, number=f"out {flushed}")) == [Code.LOT_HELD]
            assert again.verify().ok


def test_another_process_learns_of_them(book, url):
    with sarai.open(url) as other:
        assert codes(other, leaves(15)) == [Code.LOT_HELD]
        codes(book, release("R"))
        assert other.holds() == []
        assert codes(other, leaves(15)) == [Code.POSTED]


def test_a_batch_that_could_not_be_stored_held_nothing(book, monkeypatch):
    def fail(*_):
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(book.store, "append", fail)
        with pytest.raises(OSError, match="full"):
            book.record([hold("H2", OTHER)], now=DUE)
    assert held_by_whom(book) == [("held", "H")]


def test_a_book_of_before_there_were_holds(urls):
    url = next(urls)
    with sarai.open(url, settings=SETTINGS) as book:
        codes(book, arrives("held", 10))
    with plain(url) as run:
        run("DROP TABLE hold")
    with sarai.open(url, create=False) as book:
        assert book.holds() == []
        assert codes(book, hold("H"), leaves(1)) == [Code.POSTED, Code.LOT_HELD]
        assert book.verify().ok


def test_verify_names_a_hold_that_was_taken_away(book, url):
    book.flush()
    with plain(url) as run:
        run("DELETE FROM hold")
    with sarai.open(url) as again:
        (finding,) = again.verify().findings
    assert (finding.table, finding.message) == ("hold", "missing, though a document made it")
