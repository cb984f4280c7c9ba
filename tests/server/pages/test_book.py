"""The page Book: what is found, who sees it, and a proof that is really checked."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace
from watching import imported, line, on, record, ref

import sarai
from sarai.goods import (
    Answer,
    BadSetting,
    Code,
    Correction,
    Hold,
    LotRef,
    NotInBook,
    Party,
    Refusal,
    SealEvent,
    Waybill,
)
from sarai.ledger import Book, SigningKey
from sarai.server.access import Eyes, Role, Scope, Visitor
from sarai.server.pages import book_search
from sarai.server.pages import book_view as view
from sarai.server.pages.book_asking import Sight, known, named, proved
from sarai.server.pages.book_document import readable
from sarai.server.pages.book_proof import check, prove
from sarai.server.pages.book_search import Wanted, address, search, wanted
from sarai.server.pages.book_seen import Seen
from sarai.server.words import Words

UTC = ZoneInfo("UTC")
CHIPS = "854231"
KEY = SigningKey.generate("tests.example/book")
EN = Words("en", "UTC")


def eyes(role: Role, scope: Scope, *parties: str) -> Eyes:
    return Eyes(visitor=Visitor(role=role, parties=parties), scope=scope, key=b"k", offices=("customs",))


OFFICER = eyes(Role.OFFICER, Scope.ALL)
ANALYST = eyes(Role.ANALYST, Scope.SUMMARY)
TRADER = eyes(Role.TRADER, Scope.OWN, "F")


def papers() -> list:
    first = imported("I-1", on(0), "F", line(CHIPS, 100, description="Фишки <b>"))
    changed = replace(first, version=2, lines=[line(CHIPS, 90)])
    waybill = Waybill(
        issuer="F", number="W-1", time=on(2), consignor=Party(id="F"), place="store", consignee=Party(id="G"),
        destination="KZTSE", deadline=on(20), lines=[line(CHIPS, 30)],
    )  # fmt: skip
    return [
        first,
        imported("I-2", on(1), "G", line(CHIPS, 7)),
        waybill,
        SealEvent(
            issuer="seals", number="S-1", time=on(3), consignment=ref(waybill), seal="A", event="broken"
        ),
        Hold(
            issuer="customs",
            number="H-1",
            time=on(3, 1),
            lots=[LotRef(issuer="customs", number="I-2", item=1)],
        ),
        Answer(
            issuer="G",
            number="A-9",
            time=on(4),
            consignment=ref(imported("no", on(0), "F")),
            decision="confirm",
        ),
        Correction(
            issuer="customs", number="I-1", version=2, time=on(5), replacement=changed, reason="miscounted"
        ),
    ]


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Iterator[Book]:
    settings = sarai.BookSettings(authorities=("customs",), origin="tests.example/book")
    with sarai.open(tmp_path_factory.mktemp("book") / "book.db", settings=settings) as book:
        record(book, papers())
        raw = Refusal(code=Code.MALFORMED, message="no JSON", source="http", raw=b"\xff{ nothing")
        book.refuse([raw], now=on(6))
        yield book


def found(book: Book, sees: Eyes = OFFICER, **asked) -> list[int]:
    return [each.entry for each in search(book, Wanted(**asked), Seen(book, sees), UTC).found]


# -- finding ---------------------------------------------------------------------------------------


def test_everything_is_found_the_latest_first(book: Book):
    assert found(book) == [8, 7, 6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize(("asked", "entries"), [
    ({"number": "I-"}, [7, 2, 1]),
    ({"issuer": "customs", "kind": "import"}, [2, 1]),
    ({"outcome": "refused"}, [8, 6]),
    ({"outcome": "posted", "number": "A"}, []),
    ({"words": ("фишки",)}, [1]),
    ({"words": ("w-1", "broken")}, [4]),
    ({"day": date(2026, 3, 4)}, [3]),
    ({"day": date(2026, 3, 5)}, [5, 4]),
    ({"day": date(2020, 1, 1)}, []),
    ({"before": 3}, [2, 1]),
])  # fmt: skip
def test_what_is_asked_for_is_found(book: Book, asked: dict, entries: list[int]):
    assert found(book, **asked) == entries


def test_a_search_goes_on_from_where_it_stopped(book: Book, monkeypatch):
    seen, entries, before = Seen(book, OFFICER), [], 0
    for _ in range(10):
        page = search(book, Wanted(before=before), seen, UTC, most=3)
        entries += [each.entry for each in page.found]
        before = page.looked
        if not before:
            break
    assert entries == [8, 7, 6, 5, 4, 3, 2, 1]
    monkeypatch.setattr(book_search, "LOOKED_MOST", 2)
    page = search(book, Wanted(words=("фишки",)), seen, UTC)
    assert (page.found, page.looked) == ((), 7)
    assert "before=7" in view.found(page, Wanted(words=("фишки",)), EN)


def test_an_address_says_what_is_wanted():
    query = {
        "number": " I-1 ",
        "words": "Chips  And",
        "day": "2026-03-04",
        "before": "x",
        "outcome": "refused",
    }
    question = wanted(query)
    assert question == Wanted(number="I-1", words=("chips", "and"), day=date(2026, 3, 4), outcome="refused")
    assert address("/book", question) == "/book?number=I-1&words=chips+and&day=2026-03-04&outcome=refused"
    for wrong in ({"kind": "none"}, {"day": "today"}):
        with pytest.raises(BadSetting):
            wanted(wrong)


# -- who sees what ---------------------------------------------------------------------------------


def test_a_trader_finds_what_names_it_and_what_tells_of_its_consignments(book: Book):
    assert found(book, TRADER) == [7, 4, 3, 1]
    assert found(book, TRADER, number="I-2") == []
    assert found(book, eyes(Role.CARRIER, Scope.OWN, "F")) == [3]


def test_an_analyst_finds_by_label_and_not_by_name(book: Book):
    assert found(book, ANALYST, issuer="F") == found(book, ANALYST, number="W-1") == []
    assert found(book, ANALYST, words=("фишки",)) == []
    assert found(book, ANALYST, issuer=ANALYST.party("F")) == [3]
    for entry in found(book, ANALYST):
        text = view.entry_page(known(book, entry, Sight(read=ANALYST, balances=ANALYST)), EN)
        assert "W-1" not in text
        assert ">F<" not in text


def test_who_may_not_see_an_entry_does_not_learn_that_it_is_there(book: Book):
    for entry in (2, 5, 6, 8, 99):
        with pytest.raises(NotInBook):
            known(book, entry, Sight(read=TRADER))
    assert named(book, "customs/I-2", TRADER) is None
    assert named(book, "I-2", TRADER) is None
    assert named(book, "W-1", ANALYST) is None


def test_a_name_leads_to_its_document(book: Book):
    assert named(book, "customs/I-1", OFFICER) == named(book, "I-1", OFFICER) == 7
    assert named(book, "F/W-1", TRADER) == 3
    assert named(book, "I-", OFFICER) is None


# -- reading ---------------------------------------------------------------------------------------


def test_a_document_is_read_as_people_read_it(book: Book):
    shown = known(book, 1, Sight(read=OFFICER)).shown
    read = readable(shown.content, EN)
    head = {field.label: field.cell.text for field in read.head}
    assert head["Importer"] == "F · F"
    assert head["Country of dispatch"] == "Germany"
    assert head["Procedure"] == "Home use"
    (goods,) = read.tables
    row = dict(zip(goods.columns, goods.rows[0], strict=True))
    assert row["HS code"].text == CHIPS
    assert row["Quantity"].text.startswith("100\u00a0")
    assert row["Item"].href == "/trace?issuer=customs&number=I-1&item=1"
    assert "Origin" not in goods.columns


def test_every_kind_of_document_can_be_read(book: Book):
    for entry in range(1, 9):
        text = view.entry_page(
            known(book, entry, Sight(read=OFFICER, proofs=OFFICER, balances=OFFICER, keys=(KEY,))), EN
        )
        assert "does not hold" not in text
        assert "<b>" not in text
    assert "no JSON" in text
    assert "\\xff{ nothing" in text


def test_versions_and_where_the_goods_are(book: Book):
    seen = known(book, 7, Sight(read=OFFICER, balances=OFFICER))
    assert [each.entry for each in seen.versions] == [7, 1]
    held = {(row.party, row.state): row.amount for row in seen.where if row.state}
    assert held == {("F", "free"): 60, ("F", "reserved"): 30}
    assert known(book, 3, Sight(read=OFFICER, balances=OFFICER)).where == ()


# -- proofs ----------------------------------------------------------------------------------------


def root_of(proof) -> bytes:
    """RFC 9162, 2.1.3.2, written anew: the root that a leaf and its path lead to."""
    index, last = proof.index, proof.size - 1
    node = sha256(b"\x00" + proof.lines.encode()).digest()
    for other in map(b64decode, proof.hashes):
        if index % 2 or index == last:
            node = sha256(b"\x01" + other + node).digest()
            while not index % 2:
                index, last = index // 2, last // 2
        else:
            node = sha256(b"\x01" + node + other).digest()
        index, last = index // 2, last // 2
    return node


@pytest.mark.parametrize("entry", range(1, 9))
def test_a_proof_holds_and_leads_to_the_root(book: Book, entry: int):
    made = prove(book, entry, (KEY,))
    assert made.holds
    assert made.is_signed
    assert b64encode(root_of(made.proof)).decode() == made.proof.root


@pytest.mark.parametrize(("change", "fails"), [
    ({"document": "{}"}, "document"),
    ({"lines": "9"}, "entry"),
    ({"hashes": []}, "entry"),
    ({"hashes": ["?"]}, "entry"),
    ({"root": "AAAA"}, "checkpoint"),
    ({"size": 7}, "checkpoint"),
])  # fmt: skip
def test_what_was_altered_does_not_hold(book: Book, change: dict, fails: str):
    proof = replace(prove(book, 3, (KEY,)).proof, **change)
    made = check(proof, (KEY.verifier,))
    assert not made.holds
    assert fails in {step.what for step in made.steps if step.holds is False}
    assert "does not hold" in view.proof_panel(made, "/p", EN)


def test_another_key_is_not_the_keepers(book: Book):
    proof = prove(book, 3, (KEY,)).proof
    assert not check(proof, (SigningKey.generate("tests.example/book").verifier,)).holds


def test_without_a_key_nobody_answers_for_the_book(book: Book):
    made = prove(book, 3, ())
    assert (made.holds, made.is_signed) == (True, False)
    assert "nobody has signed" in view.proof_panel(made, "/p", EN)


def test_a_partner_gets_the_proof_without_the_document(book: Book):
    partner = Sight(read=None, proofs=eyes(Role.PARTNER, Scope.SUMMARY), keys=(KEY,))
    made = proved(book, "F", "W-1", partner)
    assert made.proof.document == ""
    assert made.holds
    digest = sha256(book.store.query("SELECT body FROM entry WHERE id = 3")[0][0]).hexdigest()
    assert digest in view.proof_panel(made, "/p", EN)
    with pytest.raises(NotInBook):
        known(book, 3, partner)


def test_a_trader_gets_proofs_of_its_own_only(book: Book):
    own = Sight(read=TRADER, proofs=TRADER, keys=(KEY,))
    assert json.loads(proved(book, "F", "W-1", own).proof.document)["number"] == "W-1"
    with pytest.raises(NotInBook):
        proved(book, "customs", "I-2", own)


def test_nothing_found_says_what_to_do():
    nothing = SimpleNamespace(found=(), looked=0)
    assert "The book is empty" in view.found(nothing, Wanted(), EN)
    assert "No document fits" in view.found(nothing, Wanted(number="x"), EN)
