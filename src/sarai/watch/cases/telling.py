"""What a document says, in one sentence for an officer."""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatch

from sarai.goods import (
    Answer,
    Arrival,
    CaseStep,
    Consumption,
    Correction,
    CountedLine,
    Diversion,
    Document,
    DocumentRef,
    Exit,
    Export,
    FactCode,
    Hold,
    Import,
    Line,
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
from sarai.ledger.verdict import Fact
from sarai.watch.cases.stake import lines_of

MOST_LINES = 4  # said; the document has all
MOST_CHARS = 60  # of a description
UNITS = {"KGM": "kg", "LTR": "l", "C62": "pcs", "H87": "pcs", "NAR": "pcs", "PCE": "pcs"}


@singledispatch
def tell(document: Document) -> str:
    """One sentence; what is not said in the document is not said here."""
    return type(document).__name__


def _who(party: Party | None) -> str:
    if party is None:
        return ""
    named = f"{party.name} ({party.id})" if party.name and party.name != party.id else party.id
    return f"{named}, {party.country}" if party.country else named


def _to(word: str, party: Party | None) -> str:
    return f" {word} {_who(party)}" if party else ""


def _name(ref: DocumentRef) -> str:
    return f"{ref.issuer}/{ref.number}"


def _much(line: Line | CountedLine) -> str:
    return f"{line.quantity:f} {UNITS.get(line.unit, line.unit)}"


def _goods(document: Document) -> str:
    lines = lines_of(document)
    said = [
        f"{_much(line)} of {line.hs}" + (f" ({line.description[:MOST_CHARS]})" if line.description else "")
        for line in lines[:MOST_LINES]
    ]
    more = len(lines) - MOST_LINES
    return ", ".join(said) + (f" and {more} more" if more > 0 else "")


def _says(kind: type[Document]) -> Callable:
    return tell.register(kind)


@_says(Import)
def _import(document: Import) -> str:
    origin = f" from {document.country}" if document.country else ""
    if document.previous_regime:
        origin = f" out of {document.previous_regime.value.replace('_', ' ')}"
    seller = _to("bought from", document.seller)
    return f"{_who(document.importer)} imports{origin} at {document.place}{seller}: {_goods(document)}."


@_says(Export)
def _export(document: Export) -> str:
    buyer = _to("for", document.consignee)
    head = f"{_who(document.exporter)} exports from {document.place} to {document.country}{buyer}"
    return f"{head}: {_goods(document)}."


@_says(Transit)
def _transit(document: Transit) -> str:
    origin = f" from {document.country}" if document.country else ""
    country = f", {document.destination_country}" if document.destination_country else ""
    return (
        f"Transit{origin} by {document.place} to {document.destination}{country}"
        f"{_to('for', document.consignee)}, due {document.deadline:%d %B %Y}: {_goods(document)}."
    )


@_says(Arrival)
def _arrival(document: Arrival) -> str:
    return f"{_name(document.consignment)} arrives at {document.place} with {_who(document.holder)}."


@_says(Exit)
def _exit(document: Exit) -> str:
    return f"{_name(document.consignment)} leaves at {document.place} for {document.country}."


@_says(Waybill)
def _waybill(document: Waybill) -> str:
    return (
        f"{_who(document.consignor)} sends from {document.place} to {document.destination}"
        f"{_to('for', document.consignee)}: {_goods(document)}."
    )


@_says(Answer)
def _answer(document: Answer) -> str:
    said = {
        "confirm": "is received", "decline": "is refused", "partial": "is received in part",
        "revoke": "is called back", "expire": "was not answered for in time",
    }[document.decision]  # fmt: skip
    return f"{_name(document.consignment)} {said}."


@_says(Diversion)
def _diversion(document: Diversion) -> str:
    country = f", {document.destination_country}" if document.destination_country else ""
    why = f": {document.reason}" if document.reason else ", without a reason"
    return (
        f"{_name(document.consignment)} is sent to {document.destination}{country} instead"
        f"{_to('for', document.consignee)}{why}."
    )


@_says(Split)
def _split(document: Split) -> str:
    parts = ", ".join(part.number for part in document.parts[:MOST_LINES])
    more = len(document.parts) - MOST_LINES
    return f"{_name(document.consignment)} goes on as {parts}{f' and {more} more' if more > 0 else ''}."


@_says(Processing)
def _processing(document: Processing) -> str:
    made = ", ".join(f"{_much(line)} of {line.hs}" for line in document.outputs[:MOST_LINES])
    return f"{_who(document.processor)} makes {made} from {_goods(document)}."


@_says(Consumption)
def _consumption(document: Consumption) -> str:
    why = f" ({document.reason})" if document.reason else ""
    return f"{_who(document.holder)} writes off at {document.place}{why}: {_goods(document)}."


@_says(StockCount)
def _count(document: StockCount) -> str:
    return f"Counted with {_who(document.holder)} at {document.place}: {_goods(document)}."


@_says(Seizure)
def _seizure(document: Seizure) -> str:
    why = f" ({document.reason})" if document.reason else ""
    return f"Seized from {_who(document.holder)} at {document.place}{why}: {_goods(document)}."


@_says(SealEvent)
def _seal(document: SealEvent) -> str:
    where = f" at {document.place}" if document.place else ""
    if document.latitude_deg is not None and document.longitude_deg is not None:
        where += f" ({document.latitude_deg:f}, {document.longitude_deg:f})"
    event = document.event.replace("_", " ")
    return f"Seal {document.seal} of {_name(document.consignment)}: {event}{where}."


@_says(Correction)
def _correction(document: Correction) -> str:
    why = f" ({document.reason})" if document.reason else ""
    if document.replacement is None:
        return f"{document.issuer}/{document.number} is cancelled{why}."
    return f"Version {document.version}{why}: {tell(document.replacement)}"


@_says(Hold)
def _hold(document: Hold) -> str:
    return f"Held: {_lots(document)}{f' ({document.reason})' if document.reason else ''}."


@_says(Release)
def _release(document: Release) -> str:
    return f"Released: {_lots(document)}{f' ({document.reason})' if document.reason else ''}."


def _lots(document: Hold | Release) -> str:
    said = [f"{lot.issuer}/{lot.number} item {lot.item}" for lot in document.lots[:MOST_LINES]]
    more = len(document.lots) - MOST_LINES
    return ", ".join(said) + (f" and {more} more" if more > 0 else "")


@_says(CaseStep)
def _step(document: CaseStep) -> str:
    head = {
        "open": f"opened with {len(document.alerts)} alert{'s' * (len(document.alerts) != 1)}",
        "join": f"{len(document.alerts)} more alert{'s' * (len(document.alerts) != 1)}",
        "assign": f"assigned to {document.to}" if document.to else "assigned to nobody",
        "note": "note",
        "state": document.to,
        "decide": document.to,
        "merge": f"{document.case} merged into {document.to}",
    }[document.step]
    said = f"{document.officer}: {head}"
    return f"{said}: {document.text}" if document.text else f"{said}."


def noticed(fact: Fact) -> str:
    """What the book noticed of a document.

    >>> noticed(Fact(2, FactCode.CODE_DRIFT, 0, "847130"))
    'item 2: code drift (847130)'
    """
    item = f"item {fact.item}: " if fact.item else ""
    name = FactCode(fact.code).name.replace("_", " ").lower()
    return f"{item}{name}" + (f" ({fact.detail})" if fact.detail else "")
