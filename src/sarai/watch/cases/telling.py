"""What a document says, in one sentence for an officer."""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatch
from typing import Any

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
from sarai.watch.cases.stake import lines_of
from sarai.watch.phrases import Phrase, counted, phrase

MOST_LINES = 4  # said; the document has all
MOST_CHARS = 60  # of a description
UNITS = {"KGM": "kg", "LTR": "l", "C62": "pcs", "H87": "pcs", "NAR": "pcs", "PCE": "pcs"}


@singledispatch
def tell(document: Document) -> Phrase:
    """One sentence; what is not said in the document is not said here."""
    return phrase(type(document).__name__)


def _who(party: Party | None) -> str:
    if party is None:
        return ""
    named = f"{party.name} ({party.id})" if party.name and party.name != party.id else party.id
    return f"{named}, {party.country}" if party.country else named


def _for(party: Party | None) -> Phrase | str:
    return phrase("for {party}", party=_who(party)) if party else ""


def _from(country: str) -> Phrase | str:
    return phrase("from {country}", country=country) if country else ""


def _beyond(country: str) -> str:
    return f", {country}" if country else ""


def _why(reason: str) -> str:
    return f"({reason})" if reason else ""


def _name(ref: DocumentRef) -> str:
    return f"{ref.issuer}/{ref.number}"


def _line(line: Line | CountedLine, description: str = "") -> Phrase:
    unit = phrase(UNITS.get(line.unit, line.unit))
    much = phrase("{quantity} {unit}", quantity=f"{line.quantity:f}", unit=unit)
    goods = f"{line.hs} ({description[:MOST_CHARS]})" if description else line.hs
    return phrase("{quantity} of {goods}", quantity=much, goods=goods)


def _goods(document: Document) -> dict[str, Any]:
    lines = lines_of(document)
    goods = [_line(line, line.description) for line in lines[:MOST_LINES]]
    return {"goods": goods, "more": _more(len(lines))}


def _more(count: int) -> Phrase | str:
    return phrase("and {count} more", count=count - MOST_LINES) if count > MOST_LINES else ""


def _says(kind: type[Document]) -> Callable:
    return tell.register(kind)


@_says(Import)
def _import(document: Import) -> Phrase:
    origin, seller = _from(document.country), document.seller
    if document.previous_regime:
        regime = phrase(document.previous_regime.value.replace("_", " "))
        origin = phrase("out of {regime}", regime=regime)
    return phrase(
        "{who} imports{origin: } at {place}{seller: }: {goods}{more: }.",
        who=_who(document.importer), origin=origin, place=document.place,
        seller=phrase("bought from {party}", party=_who(seller)) if seller else "",
        **_goods(document),
    )  # fmt: skip


@_says(Export)
def _export(document: Export) -> Phrase:
    return phrase(
        "{who} exports from {place} to {country}{consignee: }: {goods}{more: }.",
        who=_who(document.exporter), place=document.place, country=document.country,
        consignee=_for(document.consignee), **_goods(document),
    )  # fmt: skip


@_says(Transit)
def _transit(document: Transit) -> Phrase:
    return phrase(
        "Transit{origin: } by {place} to {destination}{country}{consignee: }, due {deadline:%d %B %Y}: "
        "{goods}{more: }.",
        origin=_from(document.country), place=document.place, destination=document.destination,
        country=_beyond(document.destination_country), consignee=_for(document.consignee),
        deadline=document.deadline, **_goods(document),
    )  # fmt: skip


@_says(Arrival)
def _arrival(document: Arrival) -> Phrase:
    return phrase(
        "{name} arrives at {place} with {who}.",
        name=_name(document.consignment), place=document.place, who=_who(document.holder),
    )  # fmt: skip


@_says(Exit)
def _exit(document: Exit) -> Phrase:
    return phrase(
        "{name} leaves at {place} for {country}.",
        name=_name(document.consignment), place=document.place, country=document.country,
    )  # fmt: skip


@_says(Waybill)
def _waybill(document: Waybill) -> Phrase:
    return phrase(
        "{who} sends from {place} to {destination}{consignee: }: {goods}{more: }.",
        who=_who(document.consignor), place=document.place, destination=document.destination,
        consignee=_for(document.consignee), **_goods(document),
    )  # fmt: skip


ANSWERS = {
    "confirm": "{name} is received.",
    "decline": "{name} is refused.",
    "partial": "{name} is received in part.",
    "revoke": "{name} is called back.",
    "expire": "{name} was not answered for in time.",
}


@_says(Answer)
def _answer(document: Answer) -> Phrase:
    return phrase(ANSWERS[document.decision], name=_name(document.consignment))


@_says(Diversion)
def _diversion(document: Diversion) -> Phrase:
    return phrase(
        "{name} is sent to {destination}{country} instead{consignee: }{why}.",
        name=_name(document.consignment), destination=document.destination,
        country=_beyond(document.destination_country), consignee=_for(document.consignee),
        why=f": {document.reason}" if document.reason else phrase(", without a reason"),
    )  # fmt: skip


@_says(Split)
def _split(document: Split) -> Phrase:
    return phrase(
        "{name} goes on as {parts}{more: }.",
        name=_name(document.consignment), parts=[part.number for part in document.parts[:MOST_LINES]],
        more=_more(len(document.parts)),
    )  # fmt: skip


@_says(Processing)
def _processing(document: Processing) -> Phrase:
    made = [_line(line) for line in document.outputs[:MOST_LINES]]
    return phrase(
        "{who} makes {made} from {goods}{more: }.",
        who=_who(document.processor), made=made, **_goods(document),
    )  # fmt: skip


@_says(Consumption)
def _consumption(document: Consumption) -> Phrase:
    return phrase(
        "{who} writes off at {place}{why: }: {goods}{more: }.",
        who=_who(document.holder), place=document.place, why=_why(document.reason), **_goods(document),
    )  # fmt: skip


@_says(StockCount)
def _count(document: StockCount) -> Phrase:
    return phrase(
        "Counted with {who} at {place}: {goods}{more: }.",
        who=_who(document.holder), place=document.place, **_goods(document),
    )  # fmt: skip


@_says(Seizure)
def _seizure(document: Seizure) -> Phrase:
    return phrase(
        "Seized from {who} at {place}{why: }: {goods}{more: }.",
        who=_who(document.holder), place=document.place, why=_why(document.reason), **_goods(document),
    )  # fmt: skip


@_says(SealEvent)
def _seal(document: SealEvent) -> Phrase:
    position = ""
    if document.latitude_deg is not None and document.longitude_deg is not None:
        position = f"({document.latitude_deg:f}, {document.longitude_deg:f})"
    return phrase(
        "Seal {seal} of {name}: {event}{at: }{position: }.",
        seal=document.seal, name=_name(document.consignment), event=phrase(document.event.replace("_", " ")),
        at=phrase("at {place}", place=document.place) if document.place else "", position=position,
    )  # fmt: skip


@_says(Correction)
def _correction(document: Correction) -> Phrase:
    why = _why(document.reason)
    if document.replacement is None:
        name = f"{document.issuer}/{document.number}"
        return phrase("{name} is cancelled{why: }.", name=name, why=why)
    said = tell(document.replacement)
    return phrase("Version {version}{why: }: {said}", version=str(document.version), why=why, said=said)


@_says(Hold)
def _hold(document: Hold) -> Phrase:
    return phrase("Held: {lots}{more: }{why: }.", **_lots(document))


@_says(Release)
def _release(document: Release) -> Phrase:
    return phrase("Released: {lots}{more: }{why: }.", **_lots(document))


def _lots(document: Hold | Release) -> dict[str, Any]:
    lots = [
        phrase("{name} item {item}", name=f"{lot.issuer}/{lot.number}", item=str(lot.item))
        for lot in document.lots[:MOST_LINES]
    ]
    return {"lots": lots, "more": _more(len(document.lots)), "why": _why(document.reason)}


@_says(CaseStep)
def _step(document: CaseStep) -> Phrase:
    done = phrase("{officer}: {what}", officer=document.officer, what=_done(document))
    if document.text:
        return phrase("{done}: {text}", done=done, text=document.text)
    return phrase("{done}.", done=done)


def _done(document: CaseStep) -> Phrase:
    to, alerts = document.to, len(document.alerts)
    match document.step:
        case "open":
            return counted("opened with {count} alert", "opened with {count} alerts", alerts)
        case "join":
            return counted("{count} more alert", "{count} more alerts", alerts)
        case "assign":
            return phrase("assigned to {officer}", officer=to) if to else phrase("assigned to nobody")
        case "note":
            return phrase("note")
        case "merge":
            return phrase("{case} merged into {other}", case=document.case, other=to)
        case _:
            return phrase(to)
