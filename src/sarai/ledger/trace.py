"""Trace: up to the imports that goods came from, down to where they went.

A movement carries its lot, and names the layer that it took from; so the way of goods is read off,
not computed. Only processing mixes: there amounts are shared out by what went in (`ancestry`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from sarai.goods import BadSetting, NotInBook
from sarai.ledger.ancestry import Amounts, Ancestry
from sarai.ledger.lineage import Birth, Lineage
from sarai.ledger.reading import LotName, Reader
from sarai.ledger.rows import Movement
from sarai.ledger.way import Account, Step, Way, destinations

if TYPE_CHECKING:
    from sarai.ledger.bounds import Bound

METHODS = ("booked", "named", "fifo", "proportional")


class Origin(NamedTuple):
    """A lot that something came from.

    ``quantity`` in base units of the lot; ``share`` among the origins with the same kind of unit;
    ``low`` and ``high`` bound what the quantity could be (None: not asked for), and are the least
    bounds if ``exact``.
    """

    item: int
    lot: LotName
    kind: str
    country: str
    hs: str
    edition: str
    origin: str
    dimension: int
    quantity: float
    share: float
    low: int | None
    high: int | None
    exact: bool


class Destination(NamedTuple):
    """An account that holds something of what was traced; ``quantity`` in base units of ``lot``."""

    account: Account
    lot: LotName
    hs: str
    dimension: int
    quantity: float


@dataclass(frozen=True)
class Upstream:
    """Where the goods of a document came from."""

    subject: str
    method: str
    reader: Reader
    movements: list[Movement]
    amounts: dict[int, Amounts]
    bounds: dict[int, dict[int, Bound]]

    @cached_property
    def origins(self) -> list[Origin]:
        """The lots without parents, by item, the greatest share first."""
        return [origin for item in self.amounts for origin in self._origins(item)]

    def _origins(self, item: int) -> list[Origin]:
        amounts = self.amounts[item]
        quantities = dict(
            zip(amounts.lots[amounts.root].tolist(), amounts.quantities[amounts.root].tolist(), strict=True)
        )
        births = Lineage(self.reader).births([lot for lot in quantities if lot])
        if 0 in quantities:
            births[0] = self._not_named(item)
        totals: dict[int, float] = {}
        for lot, quantity in quantities.items():
            totals[births[lot].dimension] = totals.get(births[lot].dimension, 0.0) + quantity
        bounds = self.bounds.get(item, {})
        found = []
        for lot, quantity in quantities.items():
            birth, bound = births[lot], bounds.get(lot)
            share = quantity / totals[birth.dimension]
            limits = (bound.low, bound.high, bound.exact) if bound else (None, None, False)
            found.append(Origin(item, *birth, quantity, share, *limits))
        return sorted(found, key=lambda origin: (-origin.share, origin.lot))

    def _not_named(self, item: int) -> Birth:
        """What stands for goods whose lot no document names."""
        lot = next(movement.lot for movement in self.movements if movement.item == item)
        (row,) = self.reader.lots([lot]).values()
        return Birth(LotName("", "", 0), "not_named", "", row.hs, row.edition, "", row.dimension)

    @cached_property
    def tree(self) -> list[Step]:
        """The way back as it was booked, a tree for each movement; cut at `MAX_STEPS`."""
        return Way(self.reader).back(self.movements)

    def to_arrow(self):
        """The origins as a `pyarrow.Table` (needs the extra ``arrow``)."""
        from sarai.ledger.arrow import table_of

        return table_of(self.origins, Origin)


@dataclass(frozen=True)
class Downstream:
    """Where the goods of a document went."""

    subject: str
    reader: Reader
    movements: list[Movement]

    @cached_property
    def tree(self) -> list[Step]:
        """The way on, a tree for each movement; cut at `MAX_STEPS`."""
        return Way(self.reader).on(self.movements)

    @cached_property
    def destinations(self) -> list[Destination]:
        """Who has it now, or how it left, lot by lot."""
        held = destinations(self.reader, self.movements)
        accounts = self.reader.accounts([account for account, _ in held])
        lots = self.reader.lots([lot for _, lot in held])
        names = self.reader.names(list(lots))
        return sorted(
            Destination(Account(*accounts[account]), names[lot], lots[lot].hs, lots[lot].dimension, quantity)
            for (account, lot), quantity in held.items()
        )

    def to_arrow(self):
        """The destinations as a `pyarrow.Table` (needs the extra ``arrow``)."""
        from sarai.ledger.arrow import table_of

        return table_of(self.destinations, Destination)


class Tracer:
    """Answers traces over one book."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.ancestry = Ancestry(reader)

    def up(self, issuer: str, number: str, item: int | None, method: str, bounded: bool) -> Upstream:
        """Where a document's goods came from, item by item."""
        if method not in METHODS:
            raise BadSetting(f"method {method!r} is none of {', '.join(METHODS)}")
        movements = _last(self._moved(issuer, number, item))
        items: dict[int, list[Movement]] = {}
        for movement in movements:
            items.setdefault(movement.item, []).append(movement)
        amounts = {number: self._amounts(some, method) for number, some in sorted(items.items())}
        limits = {}
        if bounded:
            from sarai.ledger.bounds import bounds

            limits = {
                number: bounds(self.reader, some, amounts[number].lots[amounts[number].root].tolist())
                for number, some in sorted(items.items())
            }
        return Upstream(f"{issuer}/{number}", method, self.reader, movements, amounts, limits)

    def down(self, issuer: str, number: str, item: int | None) -> Downstream:
        """Where a document's goods went."""
        return Downstream(f"{issuer}/{number}", self.reader, self._first(self._moved(issuer, number, item)))

    def _first(self, movements: list[Movement]) -> list[Movement]:
        """Without those that take from one another; of processing, only what it made."""
        made = [
            movement for movement in movements if not movement.source and self.ancestry.parents(movement.lot)
        ]
        given = {movement.id for movement in movements}
        return made or [movement for movement in movements if movement.source not in given]

    def _moved(self, issuer: str, number: str, item: int | None) -> list[Movement]:
        movements = Lineage(self.reader).standing(self.reader.entries_of(issuer, number))
        found = [movement for movement in movements if item in (None, movement.item)]
        if not found:
            what = f"item {item} of {issuer}/{number}" if item else f"{issuer}/{number}"
            raise NotInBook(f"{what} moved nothing that still stands; trace a document that moves goods")
        return found

    def _amounts(self, movements: Sequence[Movement], method: str) -> Amounts:
        if method == "booked":
            start: dict[int, int] = {}
            for movement in movements:
                start[movement.lot] = start.get(movement.lot, 0) + movement.quantity
            return self.ancestry.upstream(start)
        from sarai.ledger.blend import recompute

        roots = recompute(self.reader, list(movements), method)
        return Amounts.of(roots, {})


def _last(movements: list[Movement]) -> list[Movement]:
    """Without those that others of them take from, such as what was lent to be moved on."""
    sources = {movement.source for movement in movements}
    return [movement for movement in movements if movement.id not in sources]
