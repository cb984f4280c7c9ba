"""What scope lets through of a small book: three firms in a row, and each sees its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from sarai.goods import AnyDocument, Code, Correction, Document, DocumentRef, Hold, LotRef
from sarai.ledger import Book, LotName, Settings, open_book
from sarai.server.access import (
    ANOTHER,
    Consigned,
    Eyes,
    Role,
    Scope,
    Visitor,
    allowed,
    refused,
    seen_alert,
    seen_case,
    seen_consignment,
    seen_destinations,
    seen_document,
    seen_holds,
    seen_origins,
    seen_rows,
    seen_steps,
    sees_document,
)
from sarai.watch import Alert
from sarai.watch.cases import build
from sarai.watch.finding import Reason

NOW = datetime(2026, 2, 1, tzinfo=UTC)
A, B, C = ({"id": f"KZ-{name}", "name": f"Firm {name}", "address": f"Street {name}"} for name in "ABC")
CARRIER = {"id": "KZ-T", "name": "Trucks"}
CHIPS = {"item": 1, "hs": "854231", "unit": "KGM"}


def paper(kind: str, issuer: str, number: str, day: int, **fields: Any) -> Document:
    head = {"kind": kind, "issuer": issuer, "number": number, "time": f"2026-01-{day:02}T10:00:00Z"}
    return msgspec.convert(head | fields, AnyDocument, strict=False)


def waybill(number: str, day: int, sender: dict, taker: dict, quantity: str, **fields: Any) -> Document:
    return paper(
        "waybill", sender["id"], number, day, consignor=sender, consignee=taker, place="ALA",
        destination="ALA", deadline="2026-01-25T00:00:00Z", lines=[CHIPS | {"quantity": quantity}],
        vehicle="123 ABC", **fields,
    )  # fmt: skip


def confirm(taker: dict, sender: dict, number: str, day: int) -> Document:
    about = {"issuer": sender["id"], "number": number}
    return paper("answer", taker["id"], f"R-{number}", day, consignment=about, decision="confirm")


STORY = [
    paper("import", "customs:ALA", "I-1", 2, importer=A, place="ALA", country="DE", seller={"id": "DE-9"},
          lines=[CHIPS | {"quantity": "100", "origin": "DE", "value": "900", "currency": "EUR",
                          "description": "chips of firm A"}]),
    waybill("W-1", 3, A, B, "60", carrier=CARRIER),
    confirm(B, A, "W-1", 4),
    paper("import", "customs:ALA", "I-2", 5, importer=B, place="ALA", country="CN",
          lines=[CHIPS | {"quantity": "10"}]),
    waybill("W-2", 6, B, C, "65"),
    confirm(C, B, "W-2", 7),
    paper("export", "customs:ALA", "E-1", 8, exporter=C, place="ALA", country="KG",
          lines=[CHIPS | {"quantity": "20"}]),
    waybill("W-3", 9, C, A, "5"),
    paper("export", "customs:ALA", "E-2", 9, exporter=A, place="ALA", country="UZ",
          lines=[CHIPS | {"quantity": "30"}]),
    paper("hold", "customs", "C-77/4", 10, case="C-77", reason="the price",
          lots=[{"issuer": "customs:ALA", "number": "I-1", "item": 1}]),
    paper("case_step", "customs", "C-77/1", 10, case="C-77", step="note", officer="officer-7",
          text="KZ-C again"),
]  # fmt: skip


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Iterator[Book]:
    path = tmp_path_factory.mktemp("book") / "book.db"
    made = open_book(path, Settings(authorities=("customs",)), clock=lambda: NOW)
    results = made.record(STORY, mode="strict")
    assert [result.message for result in results if not result.ok] == []
    yield made
    made.close()


def eyes(role: Role, *parties: str, right: str = "documents.read") -> Eyes:
    visitor = Visitor(role=role, parties=parties, how="session", officer="officer-7", authority="customs")
    scope = allowed(visitor, right) or Scope.OWN
    return Eyes(visitor=visitor, scope=scope, key=b"k" * 32, offices=("customs", "customs:"))


def seen(role: Role, *parties: str) -> list[str]:
    """The documents that somebody sees, by number; about consignments, with who has to do with them."""
    consigned = {
        ("KZ-A", "W-1"): Consigned("KZ-A", "KZ-B", "KZ-T"),
        ("KZ-B", "W-2"): Consigned("KZ-B", "KZ-C", ""),
    }
    looking = eyes(role, *parties)
    found = []
    for document in STORY:
        about = getattr(document, "consignment", None)
        of = consigned[about.issuer, about.number] if about else None
        shown = seen_document(looking, document, of)
        assert (shown is not None) == sees_document(looking, document, of)
        found += [document.number] if shown is not None else []
    return found


EVERYTHING = [document.number for document in STORY]


@pytest.mark.parametrize(
    ("role", "parties", "numbers"),
    [
        (Role.TRADER, ["KZ-A"], ["I-1", "W-1", "R-W-1", "W-3", "E-2"]),
        (Role.TRADER, ["KZ-B"], ["W-1", "R-W-1", "I-2", "W-2", "R-W-2"]),
        (Role.TRADER, ["KZ-C"], ["W-2", "R-W-2", "E-1", "W-3"]),
        (Role.TRADER, ["KZ-A", "KZ-C"], ["I-1", "W-1", "R-W-1", "W-2", "R-W-2", "E-1", "W-3", "E-2"]),
        (Role.TRADER, ["KZ-X"], []),
        (Role.TRADER, [], []),
        (Role.CARRIER, ["KZ-T"], ["W-1", "R-W-1"]),
        (Role.CARRIER, ["KZ-C"], ["R-W-2", "W-3"]),  # it issued it; what it sends or gets is no carriage
        (Role.OFFICER, [], EVERYTHING),
        (Role.AUDITOR, [], EVERYTHING),
        (Role.ANALYST, [], EVERYTHING),
    ],
)
def test_documents(role, parties, numbers):
    assert seen(role, *parties) == numbers


def test_steps_and_holds_are_no_readers_own_even_if_they_name_it():
    for document in STORY[-2:]:
        assert not sees_document(eyes(Role.TRADER, "customs", "KZ-C"), document)


def test_a_correction_is_seen_by_who_sees_what_it_puts_in_place():
    fields = {"issuer": "customs:ALA", "number": "I-1", "version": 2, "time": NOW}
    correction = Correction(**fields, replacement=msgspec.structs.replace(STORY[0], version=2))
    assert sees_document(eyes(Role.TRADER, "KZ-A"), correction)
    assert not sees_document(eyes(Role.TRADER, "KZ-B"), correction)
    assert "KZ-A" not in str(seen_document(eyes(Role.ANALYST), correction))


# -- an analyst ------------------------------------------------------------------------------------


def test_a_summary_of_a_document_is_what_happened_and_not_to_whom():
    shown = seen_document(eyes(Role.ANALYST), STORY[0])
    assert shown["lines"] == [{"item": 1, "hs": "854231", "quantity": "100", "origin": "DE", "value": "900",
                               "currency": "EUR"}]  # fmt: skip
    assert shown["importer"]["id"].startswith("party ")
    assert (shown["kind"], shown["country"], shown["issuer"]) == ("import", "DE", "customs:ALA")
    assert shown["number"].startswith("document ")
    assert set(shown) == {
        "kind",
        "time",
        "place",
        "country",
        "importer",
        "seller",
        "lines",
        "issuer",
        "number",
    }


def test_no_summary_names_anybody():
    told = str([seen_document(eyes(Role.ANALYST), document) for document in STORY])
    for name in ("KZ-", "Firm", "Street", "Trucks", "DE-9", "123 ABC", "chips of", "I-1", "W-1", "C-77",
                 "officer-7", "the price"):  # fmt: skip
        assert name not in told


def test_labels_are_the_same_for_the_same_and_hang_on_the_key():
    first, second = (seen_document(eyes(Role.ANALYST), document) for document in (STORY[1], STORY[4]))
    assert first["consignee"] == second["consignor"] != first["consignor"]
    other = msgspec.structs.replace(eyes(Role.ANALYST), key=b"another")
    assert seen_document(other, STORY[1])["consignee"] != first["consignee"]
    assert first["issuer"] == first["consignor"]["id"]


# -- balances, holds -------------------------------------------------------------------------------


def test_balances(book):
    rows = book.balance(outside=True).rows
    held = {row.party for row in rows if row.state}
    assert held == {"KZ-A", "KZ-B", "KZ-C"}
    assert seen_rows(eyes(Role.OFFICER, right="balances.read"), rows) == rows
    for party in sorted(held):
        own = seen_rows(eyes(Role.TRADER, party, right="balances.read"), rows)
        assert {row.party for row in own} == {party}
        assert sum(row.quantity for row in own) == sum(row.quantity for row in rows if row.party == party)
    assert seen_rows(eyes(Role.TRADER, "abroad:DE", right="balances.read"), rows) == []
    summary = seen_rows(eyes(Role.ANALYST, right="balances.read"), rows)
    assert [row.quantity for row in summary] == [row.quantity for row in rows]
    assert {row.party for row in summary if not row.state} == {row.party for row in rows if not row.state}
    assert "KZ-" not in str([row.party for row in summary]) and "I-1" not in str(summary)


def test_a_lot_that_another_made_is_not_named_after_it():
    looking = eyes(Role.TRADER, "KZ-A")
    assert looking.lot(LotName("customs:ALA", "I-1", 1)) == LotName("customs:ALA", "I-1", 1)
    assert looking.lot(LotName("KZ-A", "P-1", 2)) == LotName("KZ-A", "P-1", 2)
    hidden = looking.lot(LotName("KZ-B", "P-1", 2))
    assert (hidden.issuer, hidden.item) == (ANOTHER, 2)
    assert hidden.number != looking.lot(LotName("KZ-B", "P-2", 2)).number


def test_holds(book):
    holds, rows = book.holds(), book.balance().rows
    assert seen_holds(eyes(Role.OFFICER, right="holds.read"), holds) == holds
    for party, count in (("KZ-A", 1), ("KZ-X", 0)):
        looking = eyes(Role.TRADER, party, right="holds.read")
        own = seen_holds(looking, holds, seen_rows(looking, rows))
        told = [(hold.lot.number, hold.case, hold.reason, hold.number) for hold in own]
        assert told == [("I-1", "", "", "")] * count


# -- consignments ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "party", "sees"),
    [(Role.TRADER, "KZ-A", True), (Role.TRADER, "KZ-B", True), (Role.TRADER, "KZ-C", False),
     (Role.CARRIER, "KZ-T", True), (Role.CARRIER, "KZ-A", False), (Role.OFFICER, "", True)],
)  # fmt: skip
def test_consignments(book, role, party, sees):
    view = book.consignment("KZ-A", "W-1")
    shown = seen_consignment(eyes(role, party, right="consignments.read"), view, carrier="KZ-T")
    assert shown == (view if sees else None)


def test_a_summary_of_a_consignment(book):
    view = book.consignment("KZ-A", "W-1")
    shown = seen_consignment(eyes(Role.ANALYST), view)
    assert "KZ-" not in str(asdict(shown)) and "W-1" not in str(asdict(shown))
    assert (shown.destination, shown.left, shown.state) == (view.destination, view.left, view.state)


# -- traces ----------------------------------------------------------------------------------------


def shown_steps(steps) -> list[tuple[str, str, str]]:
    found, waiting = [], list(steps)
    for step in waiting:
        waiting.extend(step.links)
        found.append((step.giver.party, step.document.number, step.taker.party))
    return found


def test_a_traders_trace_back_stops_where_others_began(book):
    up = book.trace("KZ-B", "W-2")
    looking = eyes(Role.TRADER, "KZ-B", right="traces.read")
    told = shown_steps(seen_steps(looking, up.tree))
    assert (ANOTHER, looking.number("KZ-A", "W-1"), "KZ-B") not in told
    assert {step for step in told if ANOTHER in step} == {(ANOTHER, "R-W-1", "KZ-B")}
    assert ("abroad:CN", "I-2", "KZ-B") in told
    assert not any("abroad:DE" in step for step in told)
    assert "KZ-A" not in str(seen_steps(looking, up.tree))


def test_origins_add_up_and_name_ones_own_births_only(book):
    up = book.trace("KZ-B", "W-2")
    looking = eyes(Role.TRADER, "KZ-B", right="traces.read")
    own = seen_origins(looking, up.origins, up.tree)
    assert [(origin.lot, round(origin.share, 6), origin.country) for origin in own] == [
        (LotName(ANOTHER, "", 0), round(60 / 65, 6), ""),
        (LotName("customs:ALA", "I-2", 1), round(5 / 65, 6), "CN"),
    ]
    assert sum(origin.quantity for origin in own) == sum(origin.quantity for origin in up.origins)
    assert all(origin.low is origin.high is None for origin in own)
    officer = eyes(Role.OFFICER, right="traces.read")
    assert seen_origins(officer, up.origins, up.tree) == up.origins
    assert seen_steps(officer, up.tree) == up.tree


def test_a_traders_trace_on_stops_where_others_go_on(book):
    down = book.trace("customs:ALA", "I-1", direction="down")
    looking = eyes(Role.TRADER, "KZ-A", right="traces.read")
    told = shown_steps(seen_steps(looking, down.tree))
    assert not any("abroad:KG" in step for step in told)
    assert any(step[2] == "abroad:UZ" for step in told)
    assert "KZ-B" not in str(told) and "KZ-C" not in str(told)
    own = seen_destinations(looking, down.destinations, down.tree)
    amounts = {each.account.party: each.quantity for each in own}
    assert amounts == {"KZ-A": 10_000_000, "abroad:UZ": 30_000_000, ANOTHER: 60_000_000}
    assert sum(amounts.values()) == sum(each.quantity for each in down.destinations)


def test_of_goods_that_never_were_ones_own_nothing_is_told(book):
    looking = eyes(Role.TRADER, "KZ-C", right="traces.read")
    up, down = book.trace("KZ-B", "W-2"), book.trace("customs:ALA", "I-1", direction="down")
    assert seen_steps(looking, up.tree) == seen_steps(looking, down.tree) == []
    assert seen_origins(looking, up.origins, up.tree) == []
    assert seen_destinations(looking, down.destinations, down.tree) == []


def test_what_was_cut_says_so(book):
    down = book.trace("customs:ALA", "I-1", direction="down")
    waiting = seen_steps(eyes(Role.TRADER, "KZ-A", right="traces.read"), down.tree)
    cut = []
    for step in waiting:
        waiting.extend(step.links)
        cut += [step.taker.party] if step.cut else []
    assert cut == [ANOTHER]
    assert down.tree[0].cut is False  # the book's own tree is as it was


def test_an_analysts_trace_is_whole_and_names_nobody(book):
    down = book.trace("customs:ALA", "I-1", direction="down")
    looking = eyes(Role.ANALYST, right="traces.read")
    steps = seen_steps(looking, down.tree)
    assert len(shown_steps(steps)) == len(shown_steps(down.tree))
    ends = seen_destinations(looking, down.destinations, down.tree)
    assert "KZ-" not in str(steps) + str(ends)
    assert [each.quantity for each in ends] == [each.quantity for each in down.destinations]


# -- what the watch says ---------------------------------------------------------------------------

ALERT = Alert(
    id="3f2a9c01b7de", typology="round-trip", version=2, subject="17 KZ-A/W-1", raised=1_769_904_000_000_000,
    entry=3, score=4.5, words="KZ-A sends goods of Firm B round", parties=("KZ-A", "KZ-B"), lots=(17,),
    reasons=(Reason(typology="round-trip", points=4.5, words="KZ-A again", entries=(2, 3)),),
    facts={"days": 3, "share": Decimal("0.5"), "firm": "Firm B", "export": "KZ-A/W-1"},
    consignment="KZ-A/W-1",
)  # fmt: skip


def test_nobody_sees_an_alert_or_a_case_as_its_own():
    (case,) = build([ALERT], [])
    for role in (Role.TRADER, Role.CARRIER):
        looking = eyes(role, "KZ-A", right="alerts.read")
        assert seen_alert(looking, ALERT) is None
        assert seen_case(looking, case) is None


def test_alerts_and_cases_in_full_and_in_summary():
    (case,) = build([ALERT], [])
    officer, analyst = (eyes(role, right="cases.read") for role in (Role.OFFICER, Role.ANALYST))
    assert seen_alert(officer, ALERT)["words"] == ALERT.words
    assert seen_case(officer, case)["alerts"][0]["words"] == ALERT.words
    told = str(seen_case(analyst, case)) + str(seen_alert(analyst, ALERT))
    for name in ("KZ-", "Firm", "W-1", ALERT.id, "again"):
        assert name not in told
    shown = seen_alert(analyst, ALERT)
    assert (shown["typology"], shown["score"], shown["facts"]) == (
        "round-trip",
        4.5,
        {"days": 3, "share": "0.5"},
    )
    msgspec.json.encode(seen_case(analyst, case))


# -- handing in ------------------------------------------------------------------------------------


def consigned(reference: DocumentRef) -> Consigned:
    return Consigned("KZ-A", "KZ-B", "KZ-T") if reference.number == "W-1" else Consigned()


ABOUT = {"issuer": "KZ-A", "number": "W-1"}
ELSE = {"issuer": "KZ-A", "number": "W-9"}
LINES = [CHIPS | {"quantity": "1"}]


def consumed(issuer: str, holder: dict) -> Document:
    return paper("consumption", issuer, "N", 11, holder=holder, place="ALA", lines=LINES)


def diverted(issuer: str) -> Document:
    return paper("diversion", issuer, "N", 11, consignment=ABOUT, destination="AST")


def sealed(issuer: str) -> Document:
    return paper("seal_event", issuer, "N", 11, consignment=ABOUT, seal="S", event="broken")


def answered(issuer: str, about: dict) -> Document:
    return paper("answer", issuer, "N", 11, consignment=about, decision="confirm")


def ordered(kind: str, issuer: str) -> Document:
    return paper(kind, issuer, "N", 11, lots=[{"issuer": "x", "number": "y", "item": 1}])


def stepped(step: str, officer: str) -> Document:
    return paper("case_step", "customs", "N", 11, case="C-1", step=step, officer=officer)


IN_ANOTHERS_NAME = msgspec.structs.replace(waybill("N", 11, A, B, "1"), issuer="KZ-B")


@pytest.mark.parametrize(
    ("role", "party", "document", "pointer"),
    [
        (Role.TRADER, "KZ-A", waybill("N", 11, A, B, "1"), None),
        (Role.TRADER, "KZ-B", waybill("N", 11, A, B, "1"), "/issuer"),
        (Role.TRADER, "KZ-B", IN_ANOTHERS_NAME, "/consignor/id"),
        (Role.TRADER, "KZ-A", consumed("KZ-A", A), None),
        (Role.TRADER, "KZ-A", consumed("KZ-A", B), "/holder/id"),
        (Role.TRADER, "KZ-A", STORY[0], "/issuer"),
        (Role.TRADER, "KZ-A", msgspec.structs.replace(STORY[0], issuer="KZ-A"), None),
        (Role.TRADER, "KZ-B", answered("KZ-B", ABOUT), None),
        (Role.TRADER, "KZ-C", answered("KZ-C", ABOUT), "/consignment"),
        (Role.TRADER, "KZ-B", answered("KZ-B", ELSE), "/consignment"),
        (Role.TRADER, "KZ-A", diverted("KZ-A"), None),
        (Role.TRADER, "KZ-C", diverted("KZ-C"), "/consignment"),
        (Role.TRADER, "KZ-A", sealed("KZ-A"), "/consignment"),
        (Role.TRADER, "KZ-A", paper("exit", "KZ-A", "N", 11, consignment=ABOUT, place="X", country="RU"),
         "/kind"),
        (Role.TRADER, "KZ-A", paper("seizure", "KZ-A", "N", 11, holder=A, place="X", lines=LINES), "/kind"),
        (Role.TRADER, "customs", STORY[-2], "/kind"),
        (Role.TRADER, "customs", STORY[-1], "/kind"),
        (Role.CARRIER, "KZ-T", sealed("KZ-T"), None),
        (Role.CARRIER, "KZ-X", sealed("KZ-X"), "/consignment"),
        (Role.CARRIER, "KZ-T", diverted("KZ-T"), None),
        (Role.CARRIER, "KZ-T", answered("KZ-T", ABOUT), "/kind"),
        (Role.CARRIER, "KZ-T", waybill("N", 11, CARRIER, B, "1"), "/kind"),
        (Role.TRADER, "KZ-A", paper("correction", "KZ-A", "W-3", 11, version=2), None),
        (Role.TRADER, "KZ-A", paper("correction", "KZ-C", "W-3", 11, version=2), "/issuer"),
        (Role.OFFICER, "", STORY[0], None),
        (Role.OFFICER, "", ordered("hold", "customs"), None),
        (Role.OFFICER, "", ordered("hold", "other"), "/issuer"),
        (Role.OFFICER, "", ordered("release", "customs"), ""),
        (Role.SUPERVISOR, "", ordered("release", "customs"), None),
        (Role.OFFICER, "", stepped("note", "officer-7"), None),
        (Role.OFFICER, "", stepped("note", "officer-8"), "/officer"),
        (Role.OFFICER, "", stepped("decide", "officer-7"), ""),
        (Role.SUPERVISOR, "", stepped("decide", "officer-7"), None),
    ],
)  # fmt: skip
def test_handing_in(role, party, document, pointer):
    refusal = refused(eyes(role, party, right="documents.post"), document, consigned)
    if pointer is None:
        assert refusal is None
    else:
        assert (refusal.code, refusal.pointer) == (Code.NOT_ENTITLED, pointer)
        assert ";" in refusal.message


def test_a_correction_puts_nothing_in_place_that_could_not_be_handed_in():
    replacement = waybill("W-3", 9, C, A, "7", version=2)
    fields = {"issuer": "KZ-C", "number": "W-3", "version": 2, "time": NOW}
    own = msgspec.structs.replace(replacement, consignor=replacement.consignee)
    looking = eyes(Role.TRADER, "KZ-C", right="documents.post")
    assert refused(looking, Correction(**fields, replacement=replacement), consigned) is None
    told = refused(looking, Correction(**fields, replacement=own), consigned)
    assert told.pointer == "/replacement/consignor/id"


def test_every_kind_of_document_has_an_answer_for_a_trader():
    looking = eyes(Role.TRADER, "KZ-A", right="documents.post")
    hold = Hold(issuer="KZ-A", number="N", time=NOW, lots=[LotRef(issuer="x", number="y", item=1)])
    assert refused(looking, hold, consigned).pointer == "/kind"
