"""A consignment as it goes: where it was to go, where it was sent instead, what its seals told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from msgspec import Struct, field

from sarai.goods import Party, Split, Transit, Waybill
from sarai.ledger.rows import to_us
from sarai.reference import units
from sarai.server.access import Consigned
from sarai.server.streams.told import Telling, Told

Name = tuple[str, str]
"""Issuer and number."""

OPEN = "open"
OUTCOME = {
    "confirm": "confirmed", "decline": "declined", "partial": "partial", "revoke": "revoked",
    "expire": "expired",
}  # fmt: skip
AT_DESTINATION = ("confirmed", "partial")


class Turn(NamedTuple):
    """Where it was sent from a time on, in microseconds."""

    time: int
    destination: str
    country: str


class End(NamedTuple):
    """How a consignment ended: the state, when, where, and by which document."""

    state: str
    time: int
    place: str
    by: Name


class Course(Struct, eq=False):
    """One consignment.

    Attributes
    ----------
    began, deadline
        Microseconds since 1970.
    turns
        Where it was to go at first, and wherever it was sent after that.
    units, left
        By item: the unit that the document states, and base units that are under way still.
    seals
        What each told; those that its document names are there from the beginning.
    seized
        What documents took, by document and item.
    whole, parts
        What it was split from, and into.
    heard
        What `standing` made of the words so far; None when there are others.
    drawn
        What a map made of it; None when it has changed.
    due
        When it is expected, and at which moment that was told; None when it has changed.
    sequence
        Counts what was opened, so that a list of it can be read on.
    """

    name: Name
    kind: str
    place: str
    began: int
    deadline: int
    turns: list[Turn]
    units: dict[int, str]
    left: dict[int, int]
    consigned: Consigned = Consigned()
    vehicle: str = ""
    seals: dict[str, Telling] = field(default_factory=dict)
    seized: dict[Name, dict[int, int]] = field(default_factory=dict)
    end: End | None = None
    whole: Name | None = None
    parts: tuple[Name, ...] = ()
    heard: Any = None
    drawn: Any = None
    due: Any = None
    sequence: int = 0

    @property
    def state(self) -> str:
        """As the book names it."""
        return self.end.state if self.end else OPEN

    @property
    def destination(self) -> str:
        """Where it is to go now."""
        return self.turns[-1].destination

    def words(self) -> Iterator[tuple[Told, str]]:
        """All that its seals told, each with its seal, in no order."""
        for seal, telling in self.seals.items():
            for word in telling:
                yield word, seal

    def last(self, until: int | None = None) -> tuple[Told, str] | None:
        """The last word that told where it is, up to a time, and its seal."""
        latest: tuple[Told, str] | None = None
        for seal, telling in self.seals.items():
            for at in range(len(telling) - 1, -1, -1):
                word = telling[at]
                if word.point is not None and (until is None or word.time <= until):
                    if latest is None or word[:2] > latest[0][:2]:
                        latest = word, seal
                    break
        return latest


def begin(document: Transit | Waybill) -> Course:
    """The course that a document opens."""
    is_transit = isinstance(document, Transit)
    country = document.destination_country if is_transit else ""
    sender = document.principal if is_transit else document.consignor
    return Course(
        name=(document.issuer, document.number),
        kind="transit" if is_transit else "waybill",
        place=document.place,
        began=to_us(document.time),
        deadline=to_us(document.deadline),
        turns=[Turn(to_us(document.time), document.destination, country)],
        units={line.item: line.unit for line in document.lines},
        left={line.item: units.to_base(line.quantity, line.unit) for line in document.lines},
        consigned=Consigned(sender.id, _id(document.consignee), _id(document.carrier)),
        vehicle=document.vehicle,
        seals={seal: Telling() for seal in document.seals} if is_transit else {},
    )


def split(whole: Course, document: Split) -> list[Course]:
    """The courses of the parts; each begins where the whole is."""
    time, country = to_us(document.time), whole.turns[-1].country
    return [
        Course(
            name=(document.issuer, part.number),
            kind=whole.kind,
            place=whole.place,
            began=time,
            deadline=to_us(part.deadline) if part.deadline else whole.deadline,
            turns=[Turn(time, part.destination, country)],
            units={share.item: whole.units[share.item] for share in part.items},
            left={share.item: units.to_base(share.quantity, whole.units[share.item]) for share in part.items},
            consigned=whole.consigned._replace(consignee=_id(part.consignee) or whole.consigned.consignee),
            vehicle=whole.vehicle,
            whole=whole.name,
        )
        for part in document.parts
    ]


def _id(party: Party | None) -> str:
    return party.id if party else ""
