"""Events that mean a movement, as documents of the book. Pure: what else is known is asked of `Memory`.

An event becomes a document, is refused with a numbered code where it means a movement but lacks what
the book needs, or is a sighting: words that say why it moves nothing.
"""

from __future__ import annotations

from typing import Any

import msgspec

from sarai.goods import Code, Document, Refusal
from sarai.goods.document import AnyDocument
from sarai.server.epcis import vocabulary
from sarai.server.epcis.cargo import Memory, compared, lines
from sarai.server.epcis.naming import RECEIVED, named, short_number
from sarai.server.epcis.telling import (
    ENDS,
    STARTS,
    Refused,
    Sighting,
    Told,
    deadline,
    destination,
    needed,
    party,
    place_of,
    reference,
    regime,
    stated_place,
    time_of,
)

MAX_TURNS = 20  # times that one shipment may be declared wrong and told anew


def meaning(told: Told, memory: Memory, answer_days: int) -> Document | Refusal | str:
    """What an event means in the book: a document, a refusal, or why it is a sighting.

    Parameters
    ----------
    answer_days
        Until a waybill must be answered, if the event states no deadline.
    """
    try:
        return _meaning(told, memory, answer_days)
    except Refused as refused:
        return refused.refusal
    except Sighting as sighting:
        return str(sighting)


def _meaning(told: Told, memory: Memory, answer_days: int) -> Document:
    kind = vocabulary.event_type(told.event["type"], told.known)
    if "errorDeclaration" in told.event:
        return _undone(told, memory)
    if kind == "TransformationEvent":
        return _processing(told, memory)
    if kind == "ObjectEvent" and told.step() in STARTS:
        return _dispatch(told, memory, answer_days)
    if kind == "ObjectEvent" and told.step() in ENDS:
        return _receipt(told, memory)
    raise Sighting(f"{kind}, business step {told.step() or 'not stated'}: no movement of the book")


# -- the documents -----------------------------------------------------------------------------------


def _undone(told: Told, memory: Memory) -> Document:
    """A document whose event is declared wrong is cancelled; the corrective event speaks for itself."""
    posted = memory.posted_as(told.event_id)
    if posted is None:
        raise Sighting("an event that became no document is declared wrong; there is nothing to take back")
    declared = told.event["errorDeclaration"]
    return _document(told, {
        "kind": "correction", "issuer": posted[0], "number": posted[1], "version": 2,
        "time": time_of(declared["declarationTime"]), "reason": str(declared.get("reason", "")),
    })  # fmt: skip


def _numbered(memory: Memory, issuer: str, base: str) -> tuple[str, Told | None]:
    """The number of a document, and the event that it stands for already if there is one.

    A document that was cancelled has used its number up; the event that corrects it gets the next.
    """
    for turn in range(1, MAX_TURNS):
        number = base if turn == 1 else f"{base}#{turn}"
        before = memory.posted(issuer, number)
        if before is None or not memory.undone(issuer, number):
            return number, before
    raise Sighting(f"{base} of {issuer} was declared wrong {MAX_TURNS} times; use another number")


def _dispatch(told: Told, memory: Memory, answer_days: int) -> Document:
    consignor = needed(party(told, "source"), "who gives the goods is not said (sourceList)")
    goods = lines(told, memory, ("epcList", "quantityList"))
    number, before = _numbered(memory, consignor, reference(told))
    if before is not None:
        raise Sighting(f"{number} of {consignor} is in the book already, by an earlier event")
    head = {"issuer": consignor, "number": number, "time": time_of(told.event["eventTime"])}
    place = needed(place_of(told, "source"), "from where is not said (sourceList, bizLocation or readPoint)")
    head |= {"place": place, "lines": goods} | regime(told)
    consignee = party(told, "destination")
    if told.own("regime") == "transit":
        return _document(told, _transit(told, head, consignor, consignee, answer_days))
    if told.own("country"):
        export = {"kind": "export", "exporter": {"id": consignor}, "country": told.own("country")}
        return _document(told, head | export | _stated("consignee", consignee and {"id": consignee}))
    return _document(told, head | {
        "kind": "waybill", "consignor": {"id": consignor},
        "consignee": {"id": needed(consignee, "who gets the goods is not said (destinationList)")},
        "destination": needed(destination(told), "to where is not said (destinationList, location)"),
        "deadline": deadline(told, answer_days),
    })  # fmt: skip


def _transit(
    told: Told, head: dict[str, Any], principal: str, consignee: str, answer_days: int
) -> dict[str, Any]:
    """Goods under customs control; with a country they enter from there, else they come from free stock."""
    country = told.own("country")
    del head["regime"]
    return head | {
        "kind": "transit", "principal": {"id": principal}, "deadline": deadline(told, answer_days),
        "destination": needed(destination(told), "to where is not said (destinationList, location)"),
    } | _stated("country", country) | _stated("consignee", consignee and {"id": consignee})  # fmt: skip


def _receipt(told: Told, memory: Memory) -> Document:
    consignor = party(told, "source")
    holder = needed(party(told, "destination"), "who gets the goods is not said (destinationList)")
    number, opened = _numbered(memory, consignor, reference(told))
    ends_number, before = _numbered(memory, holder, number + RECEIVED if opened else reference(told))
    if before is not None:
        raise Sighting(f"{number} was received by {holder} already, by an earlier event")
    head = {"issuer": holder, "number": ends_number, "time": time_of(told.event["eventTime"])}
    if opened is None:
        return _import(told, memory, head, consignor)
    missing, accepted = compared(told, opened)
    ends = head | {"consignment": {"issuer": consignor, "number": number}}
    if opened.own("regime") == "transit":
        return _document(told, ends | _end_of_transit(told, holder, missing))
    if opened.own("country"):
        raise Sighting(f"{number} left the country; that it was received abroad moves nothing here")
    if not missing:
        return _document(told, ends | {"kind": "answer", "decision": "confirm"})
    return _document(told, ends | {"kind": "answer", "decision": "partial", "items": accepted})


def _end_of_transit(told: Told, holder: str, missing: list[dict[str, Any]]) -> dict[str, Any]:
    place = needed(
        destination(told), "where it ended is not said (destinationList, bizLocation or readPoint)"
    )
    country = told.own("country")
    ends = {"place": place} | _stated("shortages", missing)
    if country:
        return ends | {"kind": "exit", "country": country}
    return ends | {"kind": "arrival", "holder": {"id": holder}} | regime(told)


def _import(told: Told, memory: Memory, head: dict[str, Any], seller: str) -> Document:
    country = told.own("country")
    if not country:
        raise Sighting(
            f"no consignment {head['number']} of {seller or 'nobody named'} is known here, and no country "
            "is stated that the goods came from"
        )
    place = needed(destination(told), "to where is not said (destinationList, bizLocation or readPoint)")
    return _document(told, head | {
        "kind": "import", "importer": {"id": head["issuer"]}, "place": place, "country": country,
        "lines": lines(told, memory, ("epcList", "quantityList")),
    } | regime(told) | _stated("seller", seller and {"id": seller}))  # fmt: skip


def _processing(told: Told, memory: Memory) -> Document:
    processor = party(told, "source") or party(told, "destination") or named(told.own("party"), told.known)
    processor = needed(processor, "who processed is not said (sourceList, destinationList or sarai:party)")
    place = needed(stated_place(told), "where is not said (bizLocation or readPoint)")
    inputs = lines(told, memory, ("inputEPCList", "inputQuantityList"))
    outputs = lines(told, memory, ("outputEPCList", "outputQuantityList"), len(inputs))
    return _document(told, {
        "kind": "processing", "issuer": processor, "number": short_number(told.event_id),
        "time": time_of(told.event["eventTime"]), "processor": {"id": processor}, "place": place,
        "inputs": inputs, "outputs": outputs,
    } | regime(told))  # fmt: skip


def _document(told: Told, fields: dict[str, Any]) -> Document:
    """The document, checked as any other; what it cannot say is refused."""
    try:
        return msgspec.convert(fields, AnyDocument)
    except (msgspec.ValidationError, ArithmeticError) as fault:
        raise Refused(
            Code.BAD_VALUE, f"the event's document, a {fields['kind']}: {fault}; mend the event's field", ""
        ) from fault


def _stated(field: str, value: Any) -> dict[str, Any]:
    return {field: value} if value else {}
