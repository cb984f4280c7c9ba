"""What scope ``own`` lets through, and what ``summary`` leaves: pure functions for routes, pages and streams.

``sees_...`` tells whether; ``seen_...`` gives what is left, or None. What is shown in a summary is what
is listed here: a field that is new is hidden until somebody lists it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from numbers import Number
from typing import Any, NamedTuple

import msgspec

from sarai.goods import CaseStep, Correction, Document, Hold, Party, Release, Split
from sarai.ledger import BalanceRow, ConsignmentView, HeldLot
from sarai.server.access.eyes import Eyes
from sarai.server.access.roles import Scope
from sarai.watch import Alert
from sarai.watch.cases import Case

OFFICERS = (Hold, Release, CaseStep)
"""Documents that tell of suspicions: their readers are officers, whoever they name."""

SHOWN = frozenset({
    "kind", "version", "time", "place", "country", "regime", "previous_regime", "destination",
    "destination_country", "deadline", "decision", "event", "item", "hs", "edition", "origin", "quantity",
    "unit", "net_mass_kg", "value", "currency", "share", "accepted", "shortage",
})  # fmt: skip
"""Fields of a document that a summary shows as they are."""

PARTS = frozenset({"lines", "inputs", "outputs", "items", "shortages", "parts"})
PARTIES = frozenset({
    "importer", "exporter", "seller", "declarant", "carrier", "principal", "consignee", "consignor",
    "holder", "processor",
})  # fmt: skip
REFERENCES = frozenset({"lot", "consignment"})


class Consigned(NamedTuple):
    """Who has to do with a consignment."""

    sender: str = ""
    consignee: str = ""
    carrier: str = ""


# -- documents -------------------------------------------------------------------------------------


def named(document: Document) -> dict[str, tuple[str, ...]]:
    """The parties that a document names, by the field that names them."""
    if isinstance(document, Correction) and document.replacement is not None:
        return named(document.replacement)
    found = {"issuer": (document.issuer,)}
    for field in document.__struct_fields__:
        value = getattr(document, field)
        if isinstance(value, Party):
            found[field] = (value.id,)
    if isinstance(document, Split):
        found["consignee"] = tuple(part.consignee.id for part in document.parts if part.consignee)
    return found


def sees_document(eyes: Eyes, document: Document, consigned: Consigned | None = None) -> bool:
    """Whether somebody may see a document at all.

    Parameters
    ----------
    consigned
        Of the consignment that the document is about, if it is about one: who may see that may see it.
    """
    if eyes.scope is not Scope.OWN:
        return True
    if isinstance(document, OFFICERS):
        return False
    parties = named(document)
    if eyes.carries:
        parties = {field: parties[field] for field in ("issuer", "carrier") if field in parties}
    own = eyes.owns(party for some in parties.values() for party in some)
    return own or (consigned is not None and sees_consigned(eyes, consigned))


def seen_document(
    eyes: Eyes, document: Document, consigned: Consigned | None = None
) -> dict[str, Any] | None:
    """A document as built-in types, cut to what somebody may see of it."""
    if not sees_document(eyes, document, consigned):
        return None
    fields = msgspec.to_builtins(document)
    return _summary(eyes, fields) if eyes.scope is Scope.SUMMARY else fields


def _summary(eyes: Eyes, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What is listed, with labels for names; the place of a seal's event is free text."""
    shown = SHOWN - {"place"} if fields.get("kind") == "seal_event" else SHOWN
    left: dict[str, Any] = {}
    for name, value in fields.items():
        if name in shown:
            left[name] = value
        elif name in PARTIES and value:
            left[name] = {"id": eyes.party(value["id"])} | {k: v for k, v in value.items() if k == "country"}
        elif name in PARTS:
            left[name] = [_summary(eyes, part) for part in value]
        elif name in REFERENCES and value:
            left[name] = _reference(eyes, value)
        elif name == "replacement" and value:
            left[name] = _summary(eyes, value)
    if "issuer" in fields:
        left |= _reference(eyes, fields)
    return left


def _reference(eyes: Eyes, fields: Mapping[str, Any]) -> dict[str, Any]:
    issuer, number = fields["issuer"], fields["number"]
    item = {"item": fields["item"]} if "item" in fields else {}
    return {"issuer": eyes.party(issuer), "number": eyes.number(issuer, number)} | item


# -- goods -----------------------------------------------------------------------------------------


def seen_rows(eyes: Eyes, rows: Iterable[BalanceRow]) -> list[BalanceRow]:
    """The rows of a balance that somebody may see, with labels where they must be."""
    if eyes.scope is Scope.ALL:
        return list(rows)
    own = eyes.scope is Scope.OWN
    return [
        row._replace(party=eyes.party(row.party) if row.state else row.party, lot=eyes.lot(row.lot))
        for row in rows
        if not own or (row.state and row.party in eyes.visitor.parties)
    ]


def seen_holds(eyes: Eyes, holds: Iterable[HeldLot], held: Sequence[BalanceRow] = ()) -> list[HeldLot]:
    """The holds that somebody may know of: of its own goods (``held``), but neither case nor reason."""
    if eyes.scope is Scope.ALL:
        return list(holds)
    lots = {row.lot for row in held if row.party in eyes.visitor.parties}
    return [
        hold._replace(lot=eyes.lot(hold.lot), number="", case="", reason="")
        for hold in holds
        if eyes.scope is Scope.OWN and hold.lot in lots
    ]


# -- consignments ----------------------------------------------------------------------------------


def sees_consigned(eyes: Eyes, consigned: Consigned) -> bool:
    """Whether somebody may see a consignment: who sends, carries or is to receive it."""
    if eyes.scope is not Scope.OWN:
        return True
    return eyes.owns((consigned.carrier,) if eyes.carries else consigned)


def seen_consignment(eyes: Eyes, view: ConsignmentView, carrier: str = "") -> ConsignmentView | None:
    """A consignment, cut to what somebody may see of it; the book's view of it does not name the carrier."""
    if not sees_consigned(eyes, Consigned(view.sender, view.consignee, carrier)):
        return None
    if eyes.scope is not Scope.SUMMARY:
        return view
    return replace(
        view,
        issuer=eyes.party(view.issuer),
        number=eyes.number(view.issuer, view.number),
        sender=eyes.party(view.sender),
        consignee=eyes.party(view.consignee),
    )


# -- what the watch says ---------------------------------------------------------------------------


def seen_alert(eyes: Eyes, alert: Alert) -> dict[str, Any] | None:
    """An alert as built-in types. Nobody sees one as its own: it warns those whom it is about."""
    if eyes.scope is Scope.OWN:
        return None
    if eyes.scope is Scope.ALL:
        return msgspec.to_builtins(alert)
    return {
        "id": eyes.label("alert", alert.id),  # its own is a digest of names, which can be tried
        "typology": alert.typology,
        "version": alert.version,
        "raised": alert.raised,
        "score": alert.score,
        "facts": {name: _figure(value) for name, value in alert.facts.items() if _is_figure(value)},
        "parties": [eyes.party(party) for party in alert.parties],
        "reasons": [{"typology": each.typology, "points": each.points} for each in alert.reasons],
    }


def seen_case(eyes: Eyes, case: Case) -> dict[str, Any] | None:
    """A case as built-in types; in a summary no words, for words name people."""
    if eyes.scope is Scope.OWN:
        return None
    if eyes.scope is Scope.ALL:
        return msgspec.to_builtins(case)
    return {
        "id": eyes.label("case", case.id),
        "state": case.state,
        "verdict": case.verdict,
        "since": case.since,
        "looked": case.looked,
        "alerts": [seen_alert(eyes, alert) for alert in case.alerts],
        "parties": [eyes.party(party) for party in case.parties],
        "steps": len(case.steps),
        "lots": len(case.lots),
    }


def _is_figure(value: object) -> bool:
    return isinstance(value, Number)


def _figure(value: object) -> object:
    return str(value) if isinstance(value, Decimal) else value
