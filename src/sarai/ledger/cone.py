"""The cone of a subject: all goods that could have reached it, as flows between pools.

A pool is an account's free stock of one commodity (code of the lots and kind of unit), or what a
consignment has under one item. The cone begins with the pools that the subject was drawn from, and
takes in what flowed into these before, the pools that it was drawn from, and so on; and what else was
drawn from all of them meanwhile, since that is not there any more. How much of each *code* a line drew
is taken as booked: lines draw over several only where editions of the HS meet.

Flows are what stands of the movements, as is known now: what corrections took back never was. What
they could not take back was lent by ``unexplained`` into the layer that it once came out of; so it
is born there, where and when that layer was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from msgspec import Raw, Struct, json

from sarai.goods import TooLarge
from sarai.ledger.reading import CHUNK, Reader
from sarai.ledger.rows import ITEM_BITS, Movement

MAX_FLOWS = 200_000  # read for one question: some seconds, some 100 MB
OUTSIDE = 0  # where flows of the cone come from that are births, and go to that do not come back
BORN = OUTSIDE


class Flow(NamedTuple):
    """What one line moved from pool to pool.

    ``number`` gives the order. A pool is an account's number, or for an item of a consignment a large
    negative number; -1, -2 ... take what belongs to the first, second ... subject. ``lot`` is the lot
    that was born or that the line named, else 0. ``booked`` are the lots as the book attributes them.
    """

    number: int
    giver: int
    taker: int
    quantity: int
    time: int
    lot: int
    booked: tuple[tuple[int, int], ...]


class Cone(NamedTuple):
    """Flows in the order of the book.

    ``late`` are the times of draws that were dated before something that had come to their pool
    earlier in the book: between them, goods of all ages may be drawn alike. ``made`` are the lots
    that were born of processing.
    """

    flows: list[Flow]
    late: dict[int, list[int]]
    made: frozenset[int]


class Placed(NamedTuple):
    """A standing movement between pools, in its place in the order."""

    number: int
    id: int
    entry: int
    item: int
    giver: int
    taker: int
    lot: int
    quantity: int
    time: int


class _Share(Struct):
    item: int
    quantity: Decimal


class _Part(Struct):
    items: list[_Share]


class _Line(Struct):
    item: int
    lot: Raw | None = None


class _Paper(Struct):
    lines: list[_Line] = []
    inputs: list[_Line] = []
    parts: list[_Part] = []
    replacement: _Paper | None = None


_decode = json.Decoder(_Paper).decode


class Cones:
    """Reads cones out of one book, for one question; keeps what it has read.

    Parameters
    ----------
    reader
        Of the book.
    last
        The highest number of a movement that belongs to the question.
    """

    def __init__(self, reader: Reader, last: int) -> None:
        self.papers = Papers(reader)
        self.reader, self.last = reader, last
        self._stocks: dict[tuple[int, int], Stocks] = {}
        self._flows = 0

    def of(self, subjects: Sequence[Sequence[Movement]]) -> list[Cone]:
        """One cone for each commodity that the subjects consist of; TooLarge beyond `MAX_FLOWS`."""
        lots = self.reader.lots([m.lot for movements in subjects for m in movements])
        shares: dict[tuple[int, int], dict[int, tuple[int, Movement]]] = {}
        for index, movements in enumerate(subjects, 1):
            for movement in once(movements):
                lot = lots[movement.lot]
                shares.setdefault((lot.code, lot.dimension), {})[movement.id] = (-index, movement)
        return [self._cone(commodity, share) for commodity, share in sorted(shares.items())]

    def _cone(self, commodity: tuple[int, int], subject: dict[int, tuple[int, Movement]]) -> Cone:
        stocks = self._stocks.get(commodity)
        if stocks is None:
            stocks = self._stocks[commodity] = Stocks(self.reader, self.papers, commodity, self.last)
        own = stocks.place([movement for _, movement in subject.values()])
        own = [placed._replace(taker=subject[placed.id][0]) for placed in own]
        limits, reached = _reach(stocks, own)
        reached.update((placed.id, placed) for placed in own)
        inside = [
            placed if placed.taker < 0 and placed.id in subject or placed.number <= limits.get(placed.taker, 0)
            else placed._replace(taker=OUTSIDE)
            for placed in sorted(reached.values())
        ]  # fmt: skip
        flows = _grouped(inside, self.papers.named(inside))
        self._flows = check_size(self._flows + len(flows))
        return Cone(flows, _late(flows), frozenset(m.lot for m in inside if m.lot in stocks.made))


def once(movements: Iterable[Movement]) -> list[Movement]:
    """A subject's movements, without what one gave only for another to take on (a loan)."""
    passed: dict[int, int] = {}
    movements = list(movements)
    for movement in movements:
        passed[movement.source] = passed.get(movement.source, 0) + movement.quantity
    rest = (m._replace(quantity=m.quantity - passed.get(m.id, 0)) for m in movements)
    return [movement for movement in rest if movement.quantity > 0]


def check_size(flows: int) -> int:
    """No more than can be answered; TooLarge says what to do."""
    if flows > MAX_FLOWS:
        raise TooLarge(
            f"the goods could have come by more than {MAX_FLOWS} movements; name one item of the document, "
            "or ask by the booked method, without bounds"
        )
    return flows


def _reach(stocks: Stocks, own: Sequence[Placed]) -> tuple[dict[int, int], dict[int, Placed]]:
    """The last number that matters in each pool, and all that moved there until then.

    The pool with the highest number comes first, and what it was fed by has lower ones: so the first
    time that a pool comes up is with its highest.
    """
    waiting = [(-placed.number, placed.giver) for placed in own if placed.giver]
    heapify(waiting)
    limits: dict[int, int] = {}
    reached: dict[int, Placed] = {}
    while waiting:
        negative, pool = heappop(waiting)
        if pool in limits:
            continue
        limits[pool] = -negative
        for placed in stocks.moved(pool):
            if placed.number <= limits[pool]:
                reached[placed.id] = placed
                if placed.taker == pool and placed.giver:
                    heappush(waiting, (-placed.number, placed.giver))
    return limits, reached


def _grouped(placed: Iterable[Placed], named: set[tuple[int, int]]) -> list[Flow]:
    """One flow for all that a line drew from one pool to another."""
    groups: dict[tuple, list[Placed]] = {}
    for one in placed:
        if one.giver == BORN:
            key: tuple = (one.id,)
        else:
            lot = one.lot if one.giver > 0 and (one.entry, one.item) in named else 0
            key = (one.entry, one.item, one.giver, one.taker, lot)
        groups.setdefault(key, []).append(one)
    return [_flow(group, group[0].lot if len(key) == 1 else key[-1]) for key, group in groups.items()]


def _flow(group: Sequence[Placed], lot: int) -> Flow:
    first = group[0]
    booked: dict[int, int] = {}
    for placed in group:
        booked[placed.lot] = booked.get(placed.lot, 0) + placed.quantity
    quantity = sum(booked.values())
    return Flow(first.number, first.giver, first.taker, quantity, first.time, lot, tuple(booked.items()))


def _late(flows: Iterable[Flow]) -> dict[int, list[int]]:
    newest: dict[int, int] = {}
    late: dict[int, set[int]] = {}
    for flow in flows:
        if flow.giver > 0 and flow.time < newest.get(flow.giver, flow.time):
            late.setdefault(flow.giver, set()).add(flow.time)
        newest[flow.taker] = max(flow.time, newest.get(flow.taker, flow.time))
    return {pool: sorted(times) for pool, times in late.items()}


class Stocks:
    """The pools of one commodity, read account by account."""

    def __init__(self, reader: Reader, papers: Papers, commodity: tuple[int, int], last: int) -> None:
        self.reader, self.papers, self.commodity, self.last = reader, papers, commodity, last
        self.made: set[int] = set()
        self._accounts: dict[int, tuple[str, str, str, str]] = {}
        self._account_of: dict[int, int] = {}
        self._moved: dict[int, list[Placed]] = {}
        self._read: set[int] = set()
        self._rows = 0

    def moved(self, pool: int) -> list[Placed]:
        """What was given to a pool or taken from it, in no order."""
        account = self._account_of[pool]
        if account not in self._read:
            self._read.add(account)
            for placed in self.place(self._standing(account)):
                for end in {placed.giver, placed.taker}:
                    if self._account_of.get(end) == account:
                        self._moved.setdefault(end, []).append(placed)
        return self._moved.get(pool, [])

    def _standing(self, account: int) -> list[Movement]:
        """An account's movements, less what was taken back in kind."""
        numbers = self.reader.movements_where(
            "by_account", "account", account, f"giver = {account} OR taker = {account}"
        )
        found = self.reader.store.query(
            "SELECT m.* FROM movement m JOIN lot l ON l.id = m.lot "
            f"WHERE m.id IN ({numbers}) AND l.code = ? AND l.dimension = ? AND (m.id <= ? OR m.reverses > 0) "
            f"ORDER BY m.id LIMIT {MAX_FLOWS + 1}",
            (*self.commodity, self.last),
        )
        self._rows = check_size(self._rows + len(found))
        rows = {row[0]: Movement(*row) for row in found}
        rest = {number: row.quantity for number, row in rows.items()}
        for row in rows.values():
            if row.reverses:
                undone = rows.get(row.reverses)
                if undone is None or row.giver == undone.taker or row.taker != account:
                    rest[row.id] = 0
                if undone is not None and row.giver == undone.taker:
                    rest[undone.id] -= row.quantity
        return [row._replace(quantity=rest[row.id]) for row in rows.values() if rest[row.id]]

    def place(self, movements: Sequence[Movement]) -> list[Placed]:
        """Put movements between pools."""
        known = {movement.id: movement for movement in movements}
        missing = sorted({m.source for m in movements if m.source} - set(known))
        known.update((row[0], Movement(*row)) for row in _many(self.reader, "movement", missing))
        ends = {end for m in known.values() for end in (m.giver, m.taker)}
        self._accounts.update(self.reader.accounts(sorted(ends - set(self._accounts))))
        return [self._place(movement, known) for movement in movements]

    def _place(self, m: Movement, known: dict[int, Movement]) -> Placed:
        if m.reverses:  # lent back: into the layer that was taken from
            layer = known[m.source]
            return Placed(
                layer.id, m.id, m.entry, m.item, BORN, self._into(layer), m.lot, m.quantity, layer.time
            )
        if not m.source or m.lot == m.entry << ITEM_BITS | m.item:  # born; or lent for this very line
            giver = BORN
            if self._accounts[m.giver][0] == "made" and not self._accounts[m.giver][3]:
                self.made.add(m.lot)
        else:
            giver = self._into(known[m.source])
        return Placed(
            m.id, m.id, m.entry, m.item, giver, self._into(m), m.lot, self._left(m, known), m.time
        )

    def _into(self, m: Movement) -> int:
        """The pool that a movement gave to."""
        state = self._accounts[m.taker][3]
        pool = OUTSIDE
        if state == "free":
            pool = m.taker
        elif state == "reserved":
            part = self.papers.part(m) if m.giver == m.taker else 0
            pool = -((m.entry << ITEM_BITS | part) << ITEM_BITS | m.item)
        self._account_of[pool] = m.taker
        return pool
