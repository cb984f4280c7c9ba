"""The book as its users meet it: small examples, and the words it uses when something is wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Thread

import msgspec
import pytest

import sarai
from sarai.goods import (
    Answer,
    BadSetting,
    BeforeTheBook,
    BookError,
    Code,
    Correction,
    Diversion,
    DocumentRef,
    Export,
    FactCode,
    Import,
    ItemAnswer,
    Line,
    LotRef,
    NotInBook,
    Party,
    Refusal,
    SaraiError,
    Waybill,
)
from sarai.ledger.opening import open_book

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
CHIPS = "854231"
UNREAD = Refusal(code=Code.NOT_TEXT, message="not text; send UTF-8", source="inbox", position=3, raw=b"\xff")


@pytest.fixture
def book(urls):
    with sarai.open(next(urls)) as book:
        yield book


def chips(quantity="10", **more) -> list[Line]:
    return [Line(**{"item": 1, "hs": CHIPS, "quantity": Decimal(quantity), **more})]


def arrives(number="in", quantity="10", time=NOON, who="ayan", **more) -> Import:
    lines = more.pop("lines", None) or chips(quantity)
    return Import(
        **{"issuer": who, "number": number, "time": time, "importer": Party(id=who), "place": "port"},
        **{"country": "DE", "lines": lines, **more},
    )


def leaves(number="out", quantity="10", time=NOON, who="ayan", **line) -> Export:
    return Export(
        issuer=who, number=number, time=time, exporter=Party(id=who), place="port", country="KZ",
        lines=chips(quantity, **line),
    )  # fmt: skip


def sent(number="way", quantity="4", time=NOON, due=DAY) -> Waybill:
    return Waybill(
        issuer="ayan", number=number, time=time, consignor=Party(id="ayan"), consignee=Party(id="bota"),
        place="port", destination="depot", deadline=time + due, lines=chips(quantity),
    )  # fmt: skip


def answered(number="answer", way="way", who="bota", decision="confirm", time=NOON + HOUR) -> Answer:
    about = DocumentRef(issuer="ayan", number=way)
    return Answer(issuer=who, number=number, time=time, consignment=about, decision=decision)


def held(book, **question) -> dict[tuple[str, str], Decimal]:
    """Amounts by party and state."""
    amounts: dict[tuple[str, str], Decimal] = {}
    for row in book.balance(**question).rows:
        amounts[row.party, row.state] = amounts.get((row.party, row.state), Decimal(0)) + row.amount
    return amounts


# -- recording -----------------------------------------------------------------------------------


def test_a_document_is_posted_once(book):
    first, again = book.record([arrives(), arrives()], now=NOON)
    assert (first.code, first.entry, first.ok) == (Code.POSTED, 1, True)
    assert (again.code, again.entry, again.ok) == (Code.REPEATED, 1, True)
    assert held(book) == {("ayan", "free"): 10}


def test_one_number_two_contents(book):
    book.record([arrives()], now=NOON)
    (result,) = book.record([arrives(quantity="11")], now=NOON)
    assert (result.code, result.pointer, result.ok) == (Code.IDENTITY_CONFLICT, "/number", False)
    assert "ayan/in version 1 is in the book with other content (entry 1)" in result.message
    assert "post a correction as version 2" in result.message


def test_what_is_not_held_is_refused(book):
    book.record([arrives(quantity="7.5")], now=NOON)
    (result,) = book.record([leaves(quantity="10")], now=NOON)
    assert (result.code, result.pointer) == (Code.NOT_HELD, "/lines/0/quantity")
    assert "2.5 KGM of the 10 KGM of 854231 are not held there" in result.message
    assert "Post what brought them in first, or post in observe mode" in result.message
    assert held(book) == {("ayan", "free"): Decimal("7.5")}


def test_what_was_acquired_only_later_is_not_held_yet(book):
    book.record([arrives(time=NOON)], now=NOON)
    (result,) = book.record([leaves(time=NOON - HOUR)], now=NOON)
    assert result.code == Code.NOT_HELD
    assert "some was acquired only later: check the dates" in result.message


def test_observing_lends_what_is_not_held(book):
    book.record([arrives(quantity="7.5")], now=NOON)
    (result,) = book.record([leaves(quantity="10")], now=NOON, mode="observe")
    assert [(fact.item, fact.code, fact.quantity) for fact in result.facts] == [
        (1, FactCode.UNEXPLAINED, 2_500_000)
    ]
    assert held(book, outside=True) == {("abroad:KZ", ""): 10, ("unexplained", ""): Decimal("-2.5")}


def test_a_mode_that_is_none(book):
    with pytest.raises(BadSetting, match="'lax' is neither strict nor observe"):
        book.record([arrives()], now=NOON, mode="lax")


def test_a_refused_document_leaves_the_others_alone_and_may_be_mended(book):
    bad = arrives("second", lines=chips(unit="ZZZ"))
    results = book.record([arrives("first"), bad, arrives("third")], now=NOON)
    assert [result.code for result in results] == [Code.POSTED, Code.UNKNOWN_UNIT, Code.POSTED]
    assert results[1].pointer == "/lines/0/unit"
    assert "ZZZ" in results[1].message
    (mended,) = book.record([arrives("second")], now=NOON)
    assert (mended.code, mended.entry) == (Code.POSTED, 4)
    assert held(book) == {("ayan", "free"): 30}


def test_the_same_refusal_is_entered_once(book):
    results = [book.record([leaves()], now=NOON)[0] for _ in range(2)]
    assert results[0] == results[1]
    assert [book.refuse([UNREAD], now=NOON)[0].entry for _ in range(2)] == [2, 2]
    assert book.verify().entries == 2


def test_what_could_not_be_read_is_kept(book):
    (result,) = book.refuse([UNREAD], now=NOON)
    assert (result.code, result.entry, result.message) == (Code.NOT_TEXT, 1, "not text; send UTF-8")
    assert book.store.query("SELECT body FROM entry") == [(b"\xff",)]


def test_papers_that_break_off_leave_nothing(book):
    def papers():
        yield arrives()
        raise OSError("the line is dead")

    with pytest.raises(OSError, match="the line is dead"):
        book.record(papers(), now=NOON)
    assert book.record([arrives()], now=NOON)[0].code == Code.POSTED


def test_a_batch_that_fails_leaves_nothing_and_the_book_usable(book):
    book.record([arrives("first")], now=NOON)
    with pytest.raises(AttributeError):
        book.record([arrives("second"), "no document"], now=NOON)
    assert held(book) == {("ayan", "free"): 10}
    assert book.record([arrives("second"), leaves(quantity="20")], now=NOON)[1].code == Code.POSTED
    assert book.verify().ok


# -- the clock -------------------------------------------------------------------------------------


def test_the_clock_never_runs_backwards(book):
    book.record([arrives("first")], now=NOON + DAY)
    book.record([arrives("second")], now=NOON)
    assert book.store.query("SELECT DISTINCT recorded FROM entry") == [(1_772_452_800_000_000,)]


def test_the_clock_that_the_book_was_opened_with(urls):
    with open_book(next(urls), clock=lambda: NOON) as book:
        results = book.record([arrives("today", time=NOON + DAY), arrives("later", time=NOON + DAY + HOUR)])
    assert [result.code for result in results] == [Code.POSTED, Code.IN_THE_FUTURE]
    assert "2026-03-02T13:00:00+00:00 is in the future (now 2026-03-01T12:00:00+00:00)" in results[1].message


def test_times_without_a_zone(book):
    book.record([arrives()], now=NOON)
    naive = NOON.replace(tzinfo=None)
    asks = (
        lambda: book.record([], now=naive), lambda: book.expire(naive), lambda: book.refuse([], now=naive),
        lambda: book.balance(at=naive), lambda: book.balance(as_known=naive),
    )  # fmt: skip
    for ask in asks:
        with pytest.raises(BadSetting, match="2026-03-01"):
            ask()


def test_waybills_expire_when_their_deadline_is_past(book):
    book.record([arrives(), sent(due=HOUR)], now=NOON)
    assert book.expire(NOON + HOUR) == []
    (expired,) = book.expire(NOON + 2 * DAY)
    assert [fact.code for fact in expired.facts] == [FactCode.EXPIRED]
    assert book.expire(NOON + 3 * DAY) == []
    assert book.consignment("ayan", "way").state == "expired"
    assert held(book, at=NOON + HOUR - timedelta(seconds=1)) == {("ayan", "free"): 6, ("ayan", "reserved"): 4}
    assert held(book, at=NOON + HOUR) == {("ayan", "free"): 10}
    (late,) = book.record([answered()], now=NOON + 2 * DAY)
    assert late.code == Code.CONSIGNMENT_CLOSED
    assert late.message == "consignment ayan/way is expired, not open any more"


# -- questions -------------------------------------------------------------------------------------


def test_a_balance_of_some(book):
    book.record([arrives(), arrives(who="bota", lines=chips(unit="C62", hs="880730"))], now=NOON)
    assert held(book, party="bota") == held(book, hs="88") == {("bota", "free"): 10}
    assert held(book, hs="854231", place="port", regime="home_use") == {("ayan", "free"): 10}
    assert held(book, place="elsewhere") == held(book, regime="transit") == {}
    assert [row.unit for row in book.balance().rows] == ["KGM", "C62"]
    assert held(book, outside=True) == held(book)


def test_a_balance_as_it_was_and_as_it_was_known(book):
    book.record([arrives()], now=NOON)
    book.record([leaves(quantity="3", time=NOON + HOUR)], now=NOON + DAY)
    assert held(book) == {("ayan", "free"): 7}
    assert held(book, at=NOON) == {("ayan", "free"): 10}
    assert held(book, as_known=NOON + DAY - HOUR) == {("ayan", "free"): 10}
    assert held(book, at=NOON + HOUR, as_known=NOON + DAY) == {("ayan", "free"): 7}


def test_before_the_book(book):
    with pytest.raises(BeforeTheBook):
        book.balance(at=NOON)
    assert book.balance().rows == []
    book.record([arrives()], now=NOON + HOUR)
    with pytest.raises(BeforeTheBook, match="2026-03-01T11:00:00"):
        book.balance(at=NOON - HOUR)
    with pytest.raises(BeforeTheBook, match="2026-03-01T12:00:00"):
        book.balance(as_known=NOON)
    assert held(book, at=NOON, as_known=NOON + HOUR) == {("ayan", "free"): 10}


def test_a_consignment(book):
    book.record([arrives(), sent()], now=NOON)
    found = book.consignment("ayan", "way")
    assert (found.kind, found.state, found.sender, found.consignee) == ("waybill", "open", "ayan", "bota")
    assert (found.began, found.deadline, found.left) == (NOON, NOON + DAY, {1: 4_000_000})
    (stranger,) = book.record([answered(who="dana")], now=NOON + HOUR)
    assert stranger.code == Code.NOT_ENTITLED
    assert stranger.message == "dana may not confirm this consignment; its consignee is bota"
    assert book.record([answered()], now=NOON + HOUR)[0].code == Code.POSTED
    found = book.consignment("ayan", "way")
    assert (found.state, found.left) == ("confirmed", {1: 0})
    assert held(book) == {("ayan", "free"): 6, ("bota", "free"): 4}


@pytest.mark.parametrize(
    "ask",
    [
        lambda book: book.consignment("ayan", "lost"),
        lambda book: book.consignment("ayan", "in"),
        lambda book: book.where("ayan", "lost"),
        lambda book: book.where("ayan", "in", 2),
    ],
)
def test_what_is_not_in_the_book(book, ask):
    book.record([arrives()], now=NOON)
    with pytest.raises(NotInBook, match="ayan/"):
        ask(book)


def test_where_the_goods_are(book):
    book.record([arrives(), sent(), leaves(quantity="1")], now=NOON)
    places = [(row.party, row.state, row.amount) for row in book.where("ayan", "in")]
    assert places == [("abroad:KZ", "", 1), ("ayan", "free", 5), ("ayan", "reserved", 4)]
    assert book.where("ayan", "in", 1) == book.where("ayan", "in")


def test_a_correction_is_known_from_its_recording_on(book):
    book.record([arrives()], now=NOON)
    cancel = Correction(issuer="ayan", number="in", version=2, time=NOON + HOUR)
    assert book.record([cancel], now=NOON + DAY)[0].code == Code.POSTED
    assert held(book) == {}
    assert held(book, as_known=NOON) == {("ayan", "free"): 10}
    with pytest.raises(NotInBook):
        book.where("ayan", "nowhere")


# -- settings, opening, closing --------------------------------------------------------------------


def test_proportional_books_blend(urls):
    with sarai.open(next(urls), sarai.BookSettings(attribution="proportional")) as book:
        book.record([arrives("a", "30"), arrives("b", "10"), leaves(quantity="8")], now=NOON)
        assert [row.amount for row in book.balance().rows] == [24, 8]


def test_an_authority_may_answer(urls):
    with sarai.open(next(urls), sarai.BookSettings(authorities=("customs",))) as book:
        results = book.record(
            [arrives(), sent(), answered(who="customs", decision="decline")], now=NOON + HOUR
        )
        assert [result.code for result in results] == [Code.POSTED] * 3


def test_settings_that_are_none(urls):
    with pytest.raises(BadSetting, match="lifo"):
        sarai.open(next(urls), sarai.BookSettings(attribution="lifo"))


def test_a_book_keeps_its_settings(urls):
    url = next(urls)
    born = sarai.BookSettings(attribution="proportional")
    for _ in range(2):
        with sarai.open(url, born) as book:
            assert book.settings == born
    with sarai.open(url) as book:
        assert book.settings == born
    with pytest.raises(BadSetting, match="fifo") as caught:
        sarai.open(url, sarai.BookSettings())
    assert "open it without settings" in str(caught.value)


def test_a_book_opened_again_is_the_same(urls):
    url = next(urls)
    with sarai.open(url) as book:
        book.record([arrives(), sent()], now=NOON)
        before = book.balance(outside=True).rows
    with sarai.open(url) as book:
        assert book.balance(outside=True).rows == before
        results = book.record([arrives(), answered()], now=NOON + HOUR)
        assert [(result.code, result.entry) for result in results] == [(Code.REPEATED, 1), (Code.POSTED, 3)]
        assert book.verify().ok


def test_no_book_is_made_unasked(urls):
    with pytest.raises(BookError, match="post something to it first"):
        sarai.open(next(urls), create=False)


def test_a_book_that_is_closed(urls):
    book = sarai.open(next(urls))
    book.close()
    for ask in (lambda: book.record([arrives()], now=NOON), book.balance, book.verify, book.flush):
        with pytest.raises(SaraiError):
            ask()


def test_a_place_where_no_book_can_be(tmp_path):
    with pytest.raises(BookError, match="nowhere"):
        sarai.open(str(tmp_path / "nowhere" / "book"))


def test_no_server_at_that_address():
    pytest.importorskip("psycopg", reason="PostgreSQL needs the extra `postgres`")
    with pytest.raises(BookError, match="connect"):
        sarai.open("postgresql://localhost:1/none?schema=book")


def test_threads_share_a_book(book):
    def post(who):
        for n in range(20):
            book.record([arrives(str(n), who=who)], now=NOON)

    threads = [Thread(target=post, args=(f"trader {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(held(book).values()) == {200}
    assert len(held(book)) == 4
    assert book.verify().ok


def test_verify_tells_how_far_it_is(book):
    book.record([arrives(), leaves()], now=NOON)
    steps = []
    verification = book.verify(lambda done, total: steps.append((done, total)))
    assert (verification.ok, verification.entries, verification.movements) == (True, 2, 2)
    assert steps[-1] == (2, 2)


# -- words that databases dislike --------------------------------------------------------------------

ODD = (
    "O'Hara \"; DROP TABLE entry; --", "100 %s ? :1 $1", "tab\there\nand there\r", "\\N", "\\x41", "{,}",
    "\ufeff", "Қостанай", "貨物", "\U0001f6a2", " ", "%",
)  # fmt: skip


@pytest.mark.parametrize("copies", [1, 60])  # a few rows, and more than are sent one by one
def test_odd_names(book, copies):
    papers = [arrives(f"{name}{n}", "1", who=name) for name in ODD for n in range(copies)]
    for results in (book.record(papers, now=NOON), book.record(papers, now=NOON)):
        assert all(result.ok for result in results)
    balance = [(row.party, row.lot.issuer) for row in book.balance().rows]
    assert len(balance) == len(papers)
    for name in ODD:
        (result,) = book.record(
            [leaves("out", "1", who=name, lot=LotRef(issuer=name, number=f"{name}0", item=1))]
        )
        assert result.code == Code.POSTED
    assert book.verify().ok


def test_a_name_that_no_database_takes(book):
    (result,) = book.record([arrives(who="Ayan\0Bota")], now=NOON)
    assert result.code == Code.BAD_VALUE
    assert "control character" in result.message
    assert book.verify().ok


def test_what_is_declined_comes_back_before_the_next_item_is_taken(book):
    """The sender takes his goods back at the same place: in his stock they lie in the order of the items."""
    first, second = arrives("first", "1"), arrives("second", "1", NOON + HOUR)
    way = sent(time=NOON + 2 * HOUR, quantity="1")
    lines = [
        Line(item=1, hs=CHIPS, quantity=Decimal(1), lot=LotRef(issuer="ayan", number="first", item=1)),
        Line(item=2, hs=CHIPS, quantity=Decimal(1), lot=LotRef(issuer="ayan", number="second", item=1)),
    ]
    way = msgspec.structs.replace(way, lines=lines)
    about = {"consignment": DocumentRef(issuer=way.issuer, number=way.number)}
    back = Diversion(
        issuer="ayan", number="back", time=NOON + 3 * HOUR, destination="port", consignee=Party(id="ayan"),
        **about,
    )  # fmt: skip
    answer = Answer(
        issuer="ayan", number="ans", time=NOON + 4 * HOUR, decision="partial",
        items=[ItemAnswer(item=1, accepted=Decimal(0))], **about,
    )  # fmt: skip
    out = leaves(quantity="1", time=NOON + 5 * HOUR)
    results = book.record([first, second, way, back, answer, out], now=NOON + DAY)
    assert [result.code for result in results] == [Code.POSTED] * 6
    (origin,) = book.trace("ayan", "out").origins
    assert origin.lot.number == "first"
