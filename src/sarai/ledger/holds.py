"""Which lots are held, and by which documents (docs/book.md, Holds)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sarai.goods import Code
from sarai.ledger.rows import ITEM_MASK
from sarai.ledger.verdict import Refused


class Held(NamedTuple):
    """That a document holds a lot; with the names of both, so that people can be told."""

    lot: int
    entry: int
    lot_issuer: str
    lot_number: str
    issuer: str
    number: str
    case_id: str

    @property
    def name(self) -> str:
        """The lot as people name it."""
        return f"{self.lot_issuer}/{self.lot_number} item {self.lot & ITEM_MASK}"

    @property
    def hold(self) -> str:
        """The hold as people name it."""
        return f"{self.issuer}/{self.number}" + (f" for case {self.case_id}" if self.case_id else "")


class Holds(dict[int, tuple[Held, ...]]):
    """Lots that are held, each with what holds it, the oldest first. Empty in most books: ask that first."""

    def __init__(self, rows: Iterable[tuple] = ()) -> None:
        """Rows as stored, in the order of their keys."""
        super().__init__()
        self.add(Held(*row) for row in rows)

    def add(self, rows: Iterable[Held]) -> None:
        """Hold."""
        for held in rows:
            self[held.lot] = (*self.get(held.lot, ()), held)

    def lift(self, rows: Iterable[Held]) -> None:
        """Hold no more."""
        for held in rows:
            rest = tuple(other for other in self[held.lot] if other != held)
            if rest:
                self[held.lot] = rest
            else:
                del self[held.lot]

    def rows(self) -> set[Held]:
        """All of it."""
        return {held for rows in self.values() for held in rows}

    def check(self, lot: int, pointer: str = "") -> None:
        """Refuse what would move a lot that is held."""
        if lot in self:
            first = self[lot][0]
            raise Refused(
                Code.LOT_HELD,
                f"lot {first.name} is held by {first.hold}; nothing of it may move until {first.issuer} "
                "releases it: ask there",
                pointer,
            )
