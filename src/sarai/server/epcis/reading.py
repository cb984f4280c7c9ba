"""Bytes to JSON within bounds, with every number as it was written; and JSON to bytes again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from itertools import islice
from typing import Any

import msgspec
from msgspec import Struct

from sarai.server.epcis.checking import DOCUMENTS, check_document, check_event
from sarai.server.epcis.context import declared, prefixes
from sarai.server.epcis.flaws import Flaw, step
from sarai.server.epcis.settings import EpcisSettings

encode = msgspec.json.Encoder(decimal_format="number").encode
canonical = msgspec.json.Encoder(decimal_format="number", order="sorted").encode


class Unreadable(Exception):
    """The body is no JSON that can be kept; the flaw says where and why."""

    def __init__(self, words: str, pointer: str = "") -> None:
        super().__init__(words)
        self.flaw = Flaw(pointer, words)


def decode(body: bytes, bounds: EpcisSettings) -> Any:
    """Read JSON; decimals stay as they were written. Raises `Unreadable`."""
    try:
        value = json.loads(body.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_number)
    except UnicodeDecodeError as fault:
        raise Unreadable(f"byte {fault.start} is not UTF-8; send the document in UTF-8") from fault
    except json.JSONDecodeError as fault:
        raise Unreadable(
            f"{fault.msg} in line {fault.lineno}, column {fault.colno}; mend the JSON"
        ) from fault
    except RecursionError as fault:
        raise Unreadable(f"objects lie more than {bounds.depth} deep in each other; flatten them") from fault
    except ValueError as fault:  # NaN, or an integer of thousands of digits
        raise Unreadable(f"a number cannot be read: {fault}; write fewer digits") from fault
    _within(value, bounds)
    return value


def again(body: bytes) -> Any:
    """Read what was kept: it was within bounds."""
    return json.loads(body, parse_float=Decimal)


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not a number of JSON")


def _within(value: Any, bounds: EpcisSettings) -> None:
    """Depth, length of texts and size of numbers, without recursion."""
    waiting: list[tuple[Any, int, str]] = [(value, 1, "")]
    while waiting:
        each, depth, pointer = waiting.pop()
        if isinstance(each, str):
            _text_within(each, bounds, pointer)
        elif isinstance(each, Decimal | int):
            _number_within(each, bounds, pointer)
        elif isinstance(each, dict | list):
            if depth > bounds.depth:
                raise Unreadable(
                    f"objects lie more than {bounds.depth} deep in each other; flatten them", pointer
                )
            inner = each.items() if isinstance(each, dict) else enumerate(each)
            for name, part in inner:
                _text_within(str(name), bounds, pointer)
                waiting.append((part, depth + 1, step(pointer, name)))


def _text_within(text: str, bounds: EpcisSettings, pointer: str) -> None:
    if len(text) > bounds.text_chars:
        raise Unreadable(
            f"a text of {len(text):,} characters; {bounds.text_chars:,} are kept at most", pointer
        )
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as fault:
            raise Unreadable("half a character (a lone surrogate); write the whole of it", pointer) from fault


def _number_within(number: Decimal | int, bounds: EpcisSettings, pointer: str) -> None:
    size = (
        len(str(number))
        if isinstance(number, int)
        else max(abs(number.adjusted()), len(number.as_tuple().digits))
    )
    if size > bounds.exponent:
        raise Unreadable(f"a number beyond 300 digits or a power of ten beyond {bounds.exponent}", pointer)


class Reading(Struct, frozen=True):
    """What a document holds.

    Attributes
    ----------
    context
        Of the document, as it stood there.
    events
        Each with its pointer.
    head
        Faults of the document itself: nothing of it can be taken.
    flaws
        Faults of single events, by their place in the list.
    master
        Vocabularies of the header.
    """

    context: Any
    events: list[tuple[str, dict[str, Any]]]
    head: tuple[Flaw, ...] = ()
    flaws: Mapping[int, tuple[Flaw, ...]] = {}
    master: tuple[Mapping[str, Any], ...] = ()


def read_document(document: Any, bounds: EpcisSettings) -> Reading:
    """Check a document and its events; every fault is told, up to a bound."""
    head = tuple(islice(check_document(document), bounds.flaws))
    if head:
        return Reading(None, [], head)
    context, (_, where) = document["@context"], DOCUMENTS[document["type"]]
    found: Any = document
    for name in where.split("/")[1:]:
        found = found[name]
    known, flaws, left = declared(context), {}, bounds.flaws
    for place, event in enumerate(found):
        told = tuple(islice(_checked(event, known, bounds), max(1, left)))
        if told:
            left -= len(told)
            flaws[place] = tuple(flaw.within(step(where, place)) for flaw in told)
    events = [(step(where, place), event) for place, event in enumerate(found)]
    return Reading(context, events, (), flaws, _master(document))


def read_event(event: Any, bounds: EpcisSettings) -> Reading:
    """Check an event that stands alone; it brings its own context."""
    told = list(islice(_checked(event, {}, bounds), bounds.flaws))
    if isinstance(event, dict) and "@context" not in event:
        told.append(Flaw("/@context", "an event that stands alone needs its @context"))
    context = event.get("@context") if isinstance(event, dict) else None
    return Reading(context, [("", event)], (), {0: tuple(told)} if told else {})


def _checked(event: Any, known: Mapping[str, str], bounds: EpcisSettings) -> Any:
    yield from check_event(event, known)
    size = len(encode(event))
    if size > bounds.event_bytes:
        yield Flaw("", f"the event has {size:,} bytes; {bounds.event_bytes:,} are taken at most")


def _master(document: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    header = document.get("epcisHeader", {}).get("epcisMasterData", {}).get("vocabularyList", [])
    results = document["epcisBody"].get("queryResults", {}).get("resultsBody", {}).get("vocabularyList", [])
    return (*header, *results)


def names(context: Any, event: Mapping[str, Any]) -> dict[str, str]:
    """The prefixes that hold within an event."""
    return prefixes(context, event.get("@context"))
