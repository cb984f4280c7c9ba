"""What one seal told of one consignment: the latest of it, in little room."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from decimal import Decimal
from hashlib import blake2b
from typing import NamedTuple

from sarai.goods import SealEvent
from sarai.ledger.rows import to_us

EVENTS = ("position", "applied", "removed", "broken", "silent", "off_route")
POSITION = 0
SCALE = 7  # a ten-millionth of a degree is a centimetre
NOWHERE = 1 << 40  # no longitude or latitude is that large
WIDTH, EVENT, KEY = 7, 2, 6  # of a row; and where in it these stand


class Told(NamedTuple):
    """One word of a seal.

    Attributes
    ----------
    time, entry
        Event time in microseconds since 1970, and the entry of the journal.
    event
        Number of the event in `EVENTS`.
    latitude_e7, longitude_e7
        In ten-millionths of a degree, or `NOWHERE`.
    place
        Number of the place that it names, 0 for none; whoever keeps the words keeps the names.
    key
        Of the document, whatever its version.
    """

    time: int
    entry: int
    event: int
    latitude_e7: int
    longitude_e7: int
    place: int
    key: int

    @property
    def point(self) -> tuple[Decimal, Decimal] | None:
        """Latitude and longitude in degrees, if it told them."""
        if NOWHERE in (self.latitude_e7, self.longitude_e7):
            return None
        return Decimal(self.latitude_e7).scaleb(-SCALE), Decimal(self.longitude_e7).scaleb(-SCALE)


def told(entry: int, document: SealEvent, place: int) -> Told:
    """What a seal event tells, from a place of that number."""
    return Told(
        to_us(document.time), entry, EVENTS.index(document.event), _packed(document.latitude_deg),
        _packed(document.longitude_deg), place, key_of(document.issuer, document.number),
    )  # fmt: skip


def key_of(issuer: str, number: str) -> int:
    """A document in 63 bits: among all the words that are kept, two will not share one."""
    name = f"{issuer}\0{number}".encode()
    return int.from_bytes(blake2b(name, digest_size=8).digest()) >> 1


def _packed(degrees: Decimal | None) -> int:
    return NOWHERE if degrees is None else round(degrees.scaleb(SCALE))


class Telling:
    """The words of a seal, by time and then entry: so many positions, and so many other words, the latest."""

    __slots__ = ("_rows",)

    def __init__(self) -> None:
        self._rows = array("q")

    def __len__(self) -> int:
        return len(self._rows) // WIDTH

    def __getitem__(self, at: int) -> Told:
        start = range(len(self))[at] * WIDTH
        return Told(*self._rows[start : start + WIDTH])

    def __iter__(self) -> Iterator[Told]:
        return (self[at] for at in range(len(self)))

    def add(self, word: Told, positions: int, words: int) -> None:
        """Take in a word, and let go of the earliest of its like beyond the bound."""
        at = len(self)
        while at and self[at - 1][:2] > word[:2]:  # nearly always it is the latest
            at -= 1
        self._rows[at * WIDTH : at * WIDTH] = array("q", word)
        alike = [event == POSITION for event in self._rows[EVENT::WIDTH]]
        is_position = word.event == POSITION
        if alike.count(is_position) > (positions if is_position else words):
            self._remove(alike.index(is_position))

    def forget(self, key: int) -> bool:
        """Take back the word of a document; whether it was here."""
        keys = self._rows[KEY::WIDTH]
        if key not in keys:
            return False
        self._remove(keys.index(key))
        return True

    def _remove(self, at: int) -> None:
        del self._rows[at * WIDTH : (at + 1) * WIDTH]
