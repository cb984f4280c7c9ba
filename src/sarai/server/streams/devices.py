"""What seals and gates say, and the documents that it becomes.

A device's word is one JSON object. Its identity follows from the device and its counter (or, if it has
none, its clock): the same word, however often it comes, is the same document.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from decimal import Decimal
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from sarai.goods import Code, DocumentRef, Refusal, SealEvent, canonical
from sarai.goods.document import Aware, Id, Text
from sarai.intake import LIMITS
from sarai.intake.explain import DECODE_ERRORS, decoded, explain
from sarai.intake.record import Refused

T = TypeVar("T")

SEALS, GATES = "sarai/seals/+/events", "sarai/gates/+/passages"
SHOWN = 60  # characters of a topic in a message

ConsignmentOf = Callable[[str], DocumentRef | None]
"""The consignment that a seal is on, if that is known."""


class Word(Struct, frozen=True, kw_only=True):
    """What a device says. Fields that are not named here are its own affair, and passed over."""

    time: Aware
    number: Id | Annotated[int, Meta(ge=0)] | None = None
    seal: Id | None = None
    event: Literal["applied", "removed", "broken", "silent", "off_route", "position"] = "position"
    consignment: DocumentRef | None = None
    place: Text = ""
    latitude_deg: Decimal | None = None
    longitude_deg: Decimal | None = None

    @property
    def mark(self) -> str:
        """What tells this word from the device's others."""
        if self.number is not None:
            return str(self.number)
        return f"{self.time.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ} {self.event}"


_decode = msgspec.json.Decoder(Word).decode
_decode_event = msgspec.json.Decoder(SealEvent).decode


def hear(topic: str, payload: bytes, consignment_of: ConsignmentOf | None = None) -> SealEvent | Refusal:
    """The document that a device's word becomes, or why it becomes none.

    Parameters
    ----------
    topic
        ``sarai/seals/SEAL/events`` or ``sarai/gates/POST/passages``. The broker sees to it that a device
        writes to its own topic only; so the topic tells who speaks, whatever the word says.
    payload
        As it came.
    consignment_of
        Asked for the consignment where the word names none.
    """
    try:
        return _event(topic, payload, consignment_of)
    except Refused as why:
        return Refusal(
            code=why.code, message=why.message, pointer=why.pointer, source=f"mqtt:{topic[:SHOWN]}",
            raw=payload[: LIMITS.max_raw_kept],
        )  # fmt: skip


def _event(topic: str, payload: bytes, consignment_of: ConsignmentOf | None) -> SealEvent:
    kind, _, device = topic.removeprefix("sarai/").rpartition("/")[0].partition("/")
    word = _decoded(_decode, payload)
    seal = _seal(kind, device, word)
    try:
        event = SealEvent(
            issuer=f"{kind.removesuffix('s')}:{device}",
            number=word.mark,
            time=word.time,
            consignment=_consignment(word, seal, consignment_of),
            seal=seal,
            event=word.event,
            place=word.place or (device if kind == "gates" else ""),
            latitude_deg=word.latitude_deg,
            longitude_deg=word.longitude_deg,
        )
    except ValueError as fault:  # degrees
        raise Refused(Code.BAD_VALUE, str(fault), f"/{str(fault).partition(' ')[0]}") from fault
    return _decoded(_decode_event, canonical(event))  # a topic may hold what a document may not


def _decoded(decode: Callable[[bytes], T], payload: bytes) -> T:
    try:
        return decode(payload)
    except DECODE_ERRORS as error:
        raise explain(error, decoded(payload)) from error


def _seal(kind: str, device: str, word: Word) -> str:
    """The seal that is spoken of."""
    if kind == "seals" and word.seal not in (None, device):
        message = f"seal {word.seal!r} spoke on the topic of {device!r}; give each seal its own"
        raise Refused(Code.BAD_VALUE, message, "/seal")
    seal = device if kind == "seals" else word.seal
    if seal is None:
        raise Refused(Code.MISSING_FIELD, "required field seal is missing; add it", "/seal")
    return seal


def _consignment(word: Word, seal: str, consignment_of: ConsignmentOf | None) -> DocumentRef:
    """The consignment that it is on."""
    found = word.consignment or (consignment_of(seal) if consignment_of else None)
    if found is None:
        message = f"required field consignment is missing, and none under way names seal {seal}; add it"
        raise Refused(Code.MISSING_FIELD, message, "/consignment")
    return found
