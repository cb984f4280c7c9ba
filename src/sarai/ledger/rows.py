"""The rows of the ledger: what is kept in memory while posting, and what is stored.

Numbers are those of base units and microseconds since 1970 (UTC). A lot's number is its root,
``entry << 16 | item``; a consignment's is ``entry << 16 | part`` (part 0: the whole).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import NamedTuple

from msgspec import Struct

from sarai.goods import BadSetting

ITEM_BITS = 16
ITEM_MASK = (1 << ITEM_BITS) - 1
COMMODITY_BITS = 27  # edition (2 bits), six digits (20), kind of unit (5): the low bits of a pool
DIMENSION_BITS = 5
EDITIONS = (2012, 2017, 2022)
DIGITS = 1_000_000  # a code is its edition times this, plus its six digits

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def to_us(time: datetime) -> int:
    """Microseconds since 1970 of an aware time; BadSetting if it has no zone."""
    if time.tzinfo is None:
        raise BadSetting(f"time {time.isoformat()} has no zone; give one, such as {time.isoformat()}+00:00")
    return (time - EPOCH) // MICROSECOND


def from_us(time_us: int) -> datetime:
    """The aware UTC time of microseconds since 1970."""
    return EPOCH + timedelta(microseconds=time_us)


def root_of(number: int) -> tuple[int, int]:
    """``(entry, item)`` of a lot's number; ``(entry, part)`` of a consignment's."""
    return number >> ITEM_BITS, number & ITEM_MASK


class Layer(Struct, eq=False, gc=False):
    """What a movement gave and nobody has taken yet. Its number is the movement's."""

    acquired: int
    id: int
    lot: int
    commodity: int
    origin: str
    item: int
    left: int
    pool: int
    stored: bool = False


age = attrgetter("acquired", "id")


class Consignment(Struct, eq=False):
    """Goods under way, from the document that sent them until they are answered for."""

    id: int
    kind: str
    state: str
    issuer: str
    number: str
    sender: str
    home: int
    account: int
    destination: str
    destination_country: str
    consignee: str
    regime: str
    time: int
    deadline: int
    items: str
    touched: int = 0


class Identity(NamedTuple):
    """One version of a numbered document; ``target`` is the consignment it opened, or 0."""

    version: int
    entry: int
    target: int


class LotRow(NamedTuple):
    """A lot as it was born; the quantity is 0 where it was lent."""

    id: int
    code: int
    origin: str
    dimension: int
    quantity: int

    @property
    def hs(self) -> str:
        """Six digits."""
        return f"{self.code % DIGITS:06d}"

    @property
    def edition(self) -> str:
        """The edition of the six digits, such as HS2022."""
        return f"HS{self.code // DIGITS}"


class Movement(NamedTuple):
    """A quantity of one lot, from one account to another."""

    id: int
    entry: int
    item: int
    lot: int
    source: int
    reverses: int
    giver: int
    taker: int
    quantity: int
    time: int


def net(movements: Iterable[Movement], undoing: Iterable[Movement]) -> list[Movement]:
    """Movements that undo nothing, less what was undone of them; what is left of none is left out."""
    undone: dict[int, int] = {}
    for movement in undoing:
        if movement.reverses:
            undone[movement.reverses] = undone.get(movement.reverses, 0) + movement.quantity
    rest = (m._replace(quantity=m.quantity - undone.get(m.id, 0)) for m in movements if not m.reverses)
    return [movement for movement in rest if movement.quantity]


class Entry(NamedTuple):
    """A line of the journal, as stored; its ``movements`` are numbered from ``movement`` on."""

    id: int
    recorded: int
    mode: int
    code: int
    kind: str
    issuer: str
    number: str
    version: int
    movement: int
    movements: int
    digest: bytes
    leaf: bytes
    body: bytes
    pointer: str
    message: str
