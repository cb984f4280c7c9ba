"""The cone of a subject: all goods that could have reached it, as flows between pools.

It begins with the pools that the subject was drawn from, and takes in what flowed into these before,
the pools which that was drawn from, and so on; and what else was drawn from all of them meanwhile,
since that is not there any more. How much of each *code* a line drew is taken as booked: lines draw
over several only where editions of the HS meet.

Flows are what stands of the movements, as is known now: what corrections took back never was. What
they could not take back was lent by ``unexplained`` into the layer that it once came out of; so it
is born there, where and when that layer was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from heapq import heapify, heappop, heappush
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sarai.ledger.lineage import Lineage
from sarai.ledger.pools import OUTSIDE, Papers, Placed, Stocks, check_size
from sarai.ledger.reading import CHUNK, Reader
from sarai.ledger.rows import ITEM_BITS, Movement

Line = tuple[int, int]  # entry and item
SUBJECT: Line = (0, 0)
LOWEST = 1 << 2 * ITEM_BITS  # an item of a consignment is at least that far below zero


def is_subject(pool: int) -> bool:
    """Whether a flow that ends there belongs to a subject; consignments have far lower numbers."""
    return -LOWEST < pool < 0


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


Compose = Callable[[Cone], dict[int, dict[int, Any]]]  # by subject (1, 2 ...), by lot


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
            placed if placed.id in subject or placed.number <= limits.get(placed.taker, 0)
            else placed._replace(taker=OUTSIDE)
            for placed in sorted(reached.values())
        ]  # fmt: skip
        flows = _grouped(inside, self.papers.named(inside))
        self._flows = check_size(self._flows + len(flows))
        return Cone(flows, late_draws(flows), frozenset(m.lot for m in inside if m.lot in stocks.made))


def once(movements: Iterable[Movement]) -> list[Movement]:
    """A subject's movements, without what one gave only for another to take on (a loan)."""
    passed: dict[int, int] = {}
    movements = list(movements)
    for movement in movements:
        passed[movement.source] = passed.get(movement.source, 0) + movement.quantity
    rest = (m._replace(quantity=m.quantity - passed.get(m.id, 0)) for m in movements)
    return [movement for movement in rest if movement.quantity > 0]


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
        if one.giver == OUTSIDE:
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


def late_draws(flows: Iterable[Flow]) -> dict[int, list[int]]:
    """By pool, the times of draws that are dated before what had come there already."""
    newest: dict[int, int] = {}
    late: dict[int, set[int]] = {}
    for flow in flows:
        if flow.giver > 0 and flow.time < newest.get(flow.giver, flow.time):
            late.setdefault(flow.giver, set()).add(flow.time)
        newest[flow.taker] = max(flow.time, newest.get(flow.taker, flow.time))
    return {pool: sorted(times) for pool, times in late.items()}


# -- through processing ------------------------------------------------------------------------


class Recipe(NamedTuple):
    """Of a made lot: base units born, and how much of each line of inputs went into it."""

    born: int
    inputs: list[tuple[Line, int]]


class Mixture(NamedTuple):
    """A line's quantity, and what `Compose` found in it, commodity by commodity."""

    quantity: int
    parts: list[dict[int, Any]]


def follow(
    reader: Reader, movements: Sequence[Movement], compose: Compose
) -> tuple[dict[Line, Mixture], dict[int, Recipe]]:
    """Compose a subject (`SUBJECT`), then the inputs of all that was made within its cones, and so on.

    Inputs take effect before what is made of them, so this ends.
    """
    cones = Cones(reader, max(movement.id for movement in movements))
    mixtures: dict[Line, Mixture] = {}
    recipes: dict[int, Recipe] = {}
    wave = {SUBJECT: once(movements)}
    while wave:
        for line, some in wave.items():
            mixtures[line] = Mixture(sum(movement.quantity for movement in some), [])
        found = cones.of(list(wave.values()))
        for cone in found:
            for index, parts in compose(cone).items():
                mixtures[list(wave)[index - 1]].parts.append(parts)
        made = {lot for cone in found for lot in cone.made} - set(recipes)
        recipes.update(_recipes(reader, sorted(made)))
        lines = dict.fromkeys(line for lot in sorted(made) for line, _ in recipes[lot].inputs)
        wave = _inputs(reader, [line for line in lines if line not in mixtures])
    return mixtures, recipes


def _recipes(reader: Reader, lots: Sequence[int]) -> dict[int, Recipe]:
    born = reader.lots(lots)
    recipes = {lot: Recipe(born[lot].quantity, []) for lot in lots}
    for start in range(0, len(lots), CHUNK):
        some = lots[start : start + CHUNK]
        rows = reader.store.query(
            "SELECT p.child, m.item, CAST(sum(p.quantity) AS BIGINT) FROM parent p "
            f"JOIN movement m ON m.id = p.movement WHERE p.child IN ({', '.join('?' * len(some))}) "
            "GROUP BY p.child, m.item HAVING sum(p.quantity) > 0 ORDER BY p.child, m.item",
            some,
        )
        for child, item, quantity in rows:
            recipes[child].inputs.append(((child >> ITEM_BITS, item), quantity))
    return recipes


def _inputs(reader: Reader, lines: Iterable[Line]) -> dict[Line, list[Movement]]:
    """What these lines of processing drew."""
    lineage, found = Lineage(reader), {}
    for entry, group in groupby(sorted(lines), key=itemgetter(0)):
        moved = lineage.of_entry(entry)
        for line in group:
            drawn = [m for m in moved if m.item == line[1] and m.source and not m.reverses]
            found[line] = drawn
    return found


def roots_of(
    mixtures: dict[Line, Mixture],
    recipes: dict[int, Recipe],
    portion: Callable[[Any, Any, int, int], Any],
    plus: Callable[[int, Any, Any], Any],
) -> dict[int, Any]:
    """What the subject consists of, with made lots replaced by what went into them.

    The latest goes first, since what it was made of was born before it. ``portion`` of what there is of
    a made lot, what there is of a part in a line of inputs, and a ratio, is what there is of the part;
    ``plus`` of a lot and two portions of it is their sum.
    """
    found: dict[int, Any] = {}
    waiting: list[int] = []

    def put(lot: int, value: Any) -> None:
        if lot not in found and lot in recipes and recipes[lot].inputs:
            heappush(waiting, -lot)
        found[lot] = plus(lot, found[lot], value) if lot in found else value

    for lot, value in _parts(mixtures[SUBJECT]):
        put(lot, value)
    while waiting:
        made = -heappop(waiting)
        whole, recipe = found.pop(made), recipes[made]
        for line, quantity in recipe.inputs:
            for lot, part in _parts(mixtures[line]):
                put(lot, portion(whole, part, quantity, recipe.born * mixtures[line].quantity))
    return found


def _parts(mixture: Mixture) -> Iterable[tuple[int, Any]]:
    return (pair for parts in mixture.parts for pair in parts.items())
