"""What a document may not contradict by itself, or the tables of countries: before any booking."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from msgspec import DecodeError, to_builtins
from msgspec.json import encode

from sarai.goods import (
    KINDS,
    BadSetting,
    Code,
    Document,
    Hold,
    Import,
    Processing,
    Release,
    Split,
    Transit,
    Waybill,
    canonical,
)
from sarai.ledger.journal import decode
from sarai.ledger.verdict import Refused
from sarai.reference import countries

# As canonical JSON writes them: C0 other than tab and line ends, DEL, C1.
CONTROL = re.compile(rb"(?<!\\)(?:\\\\)*\\(?:u00|b|f)|\x7f|\xc2[\x80-\x9f]")


def _having(*names: str) -> dict[type, list[str]]:
    """Which of these fields each kind of document has."""
    return {kind: [name for name in names if name in kind.__struct_fields__] for kind in KINDS.values()}


HEAD_COUNTRIES = _having("country", "destination_country")
LINES = _having("lines", "inputs", "outputs")
ITEMS = _having("lines", "items", "shortages")


def check_structure(documents: Iterable[Document]) -> None:
    """BadSetting for a document that was built in Python as no reader would let it pass."""
    for document in documents:
        try:
            decode(canonical(document))
        except (DecodeError, UnicodeError) as fault:
            name = f"{document.issuer}/{document.number}"
            raise BadSetting(f"{name} is not a document that can be kept: {fault}; build it anew") from fault


def check_text(document: Document, body: bytes) -> None:
    """Refuse control characters: a terminal or a database may obey them."""
    suspect = b"\\" in body or b"\x7f" in body or not body.isascii()
    if suspect and CONTROL.search(body):
        pointer, text = next(_texts(to_builtins(document), ""))
        raise Refused(Code.BAD_VALUE, f"{text[:80]!r} holds a control character; take it out", pointer)


def _texts(value: object, pointer: str) -> Iterator[tuple[str, str]]:
    """The texts with a control character, each with the pointer to it."""
    if isinstance(value, str):
        if CONTROL.search(encode(value)):
            yield pointer, value
    elif isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in pairs:
            yield from _texts(inner, f"{pointer}/{key}")


def check(document: Document) -> None:
    """Refuse what contradicts itself: deadline, then countries, then items stated twice, then shares."""
    for step in STEPS[type(document)]:
        step(document)


def check_deadline(document: Waybill | Transit) -> None:
    """Nothing is due before it begins."""
    _check_deadline(document.deadline, document.time, "/deadline")


def check_part_deadlines(document: Split) -> None:
    """Nor is any part."""
    for index, part in enumerate(document.parts):
        _check_deadline(part.deadline, document.time, f"/parts/{index}/deadline")


def _check_deadline(deadline: datetime | None, time: datetime, pointer: str) -> None:
    if deadline is not None and deadline < time:
        message = f"deadline {deadline.isoformat()} is before time {time.isoformat()}; mend one of them"
        raise Refused(Code.DEADLINE_BEFORE_TIME, message, pointer)


def check_dispatch(document: Import) -> None:
    """Goods that are new to the country come from one."""
    if document.previous_regime is None and not document.country:
        raise Refused(
            Code.COUNTRY_MISSING,
            "country of dispatch is missing; give it, or the previous_regime that the goods come from",
            "/country",
        )


def check_countries(document: Document) -> None:
    """Countries are ISO 3166-1 alpha-2."""
    for name in HEAD_COUNTRIES[type(document)]:
        _check_country(getattr(document, name), f"/{name}")
    for name in LINES[type(document)]:
        for index, line in enumerate(getattr(document, name)):
            if line.origin and not countries.exists(line.origin):
                _check_country(line.origin, f"/{name}/{index}/origin")


def _check_country(code: str, pointer: str) -> None:
    if code and not countries.exists(code):
        raise Refused(
            Code.UNKNOWN_COUNTRY,
            f"{code} is no ISO 3166-1 alpha-2 country code; use XX where the country is unknown",
            pointer,
        )


def check_items(document: Document) -> None:
    """An item number stands once in a document."""
    for name in ITEMS[type(document)]:
        lines = getattr(document, name)
        if len(lines) > 1:
            _check_items(lines, f"/{name}")


def check_part_items(document: Split) -> None:
    """An item number stands once in each part."""
    for index, part in enumerate(document.parts):
        _check_items(part.items, f"/parts/{index}/items")


def check_all_items(document: Processing) -> None:
    """Inputs and outputs are numbered together."""
    _check_items([*document.inputs, *document.outputs], "")


def _check_items(lines: Sequence, pointer: str) -> None:
    seen: set[int] = set()
    for line in lines:
        if line.item in seen:
            raise Refused(Code.DUPLICATE_ITEM, f"item {line.item} stands twice; number each once", pointer)
        seen.add(line.item)


def check_shares(document: Processing) -> None:
    """Outputs whose shares are stated share out something."""
    shares = [line.share for line in document.outputs]
    if any(share is not None for share in shares) and not any(shares):
        raise Refused(Code.BAD_VALUE, "all shares are 0; give at least one output a share", "/outputs")


def check_lots(document: Hold | Release) -> None:
    """A lot stands once in a document."""
    seen = set()
    for index, lot in enumerate(document.lots):
        name = lot.issuer, lot.number, lot.item
        if name in seen:
            message = f"lot {lot.issuer}/{lot.number} item {lot.item} stands twice; name each once"
            raise Refused(Code.DUPLICATE_ITEM, message, f"/lots/{index}")
        seen.add(name)


USUAL = (check_countries, check_items)
STEPS: dict[type, tuple[Callable, ...]] = dict.fromkeys(KINDS.values(), USUAL) | {
    Import: (check_dispatch, *USUAL),
    Transit: (check_deadline, *USUAL),
    Waybill: (check_deadline, *USUAL),
    Split: (check_part_deadlines, check_countries, check_part_items),
    Processing: (check_countries, check_all_items, check_shares),
    Hold: (check_lots,),
    Release: (check_lots,),
}
