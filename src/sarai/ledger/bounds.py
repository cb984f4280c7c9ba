"""What could be at all: the least and the most of a lot in goods, whatever the attribution.

Between one lot and all others, goods in pools are a flow in a network: each pool is a chain of
nodes in the order of the book, which stock is carried along, and every line's quantity is an edge. The
book's own attribution is one such flow. The most of a lot in a subject is that flow with all that
can be swapped into the subject (a maximum flow through what the flow leaves open); the least is
the same the other way round. For a single pool that gives ``max(0, out - others)`` and ``min(in, out)``.

A draw that names its lot is that lot and nothing else. Bounds are *exact* (there is a way to attribute
that reaches them) but for these, where they are outer bounds, never too narrow:

- lines name other lots than the one in question, and there are more than two lots: the others are
  taken as one;
- papers came late: that a draw cannot take what was acquired after it is not looked at;
- goods came through processing: a made lot is taken to contain of its inputs between what is least
  and most in them, by its share, and what comes on several ways is added up;
- the cone is large: then each pool has limits for each lot, and draws narrow or widen them one by one.

What documents after the subject's own say is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from sarai.ledger.cone import Cone, Flow, follow, is_subject, roots_of
from sarai.ledger.pools import OUTSIDE
from sarai.ledger.reading import Reader
from sarai.ledger.rows import Movement

MAX_EXACT = 200_000  # flows times lots times subjects: some seconds; beyond, `pool_by_pool`
SWEEP = 1_024  # lots at a time, each with an interval in every pool
ELSEWHERE, HERE = 0, 1  # nodes: whatever is not the subject, and the subject


class Bound(NamedTuple):
    """The least and the most, in base units; whether some attribution reaches them."""

    low: int
    high: int
    exact: bool


def bounds(reader: Reader, subject_movements: Sequence[Movement], roots: Iterable[int]) -> dict[int, Bound]:
    """How much of each root lot could be in a subject.

    Parameters
    ----------
    reader
        Of the book.
    subject_movements
        The standing movements of one item of a document.
    roots
        Lots without parents.

    Returns
    -------
    dict
        By root lot, in the order given; base units of the lot.

    Raises
    ------
    TooLarge
        If the goods could have come by more than `pools.MAX_FLOWS` movements.
    """
    roots = list(roots)
    if not subject_movements:
        return {root: NOTHING for root in roots}
    work = _Work(frozenset(roots))
    found = roots_of(*follow(reader, subject_movements, work.compose), work.portion, work.plus)
    return {root: found.get(root, NOTHING) for root in roots}


NOTHING = Bound(0, 0, True)


class _Work:
    """Bounds of the lots that matter, cone by cone and in sum; no more of a lot than was born."""

    def __init__(self, roots: frozenset[int]) -> None:
        self.roots = roots
        self.born: dict[int, int] = {}

    def compose(self, cone: Cone) -> dict[int, dict[int, Bound]]:
        """Bounds of the roots and of made lots, for each subject of a cone."""
        born: dict[int, int] = {}
        for flow in cone.flows:
            if flow.giver == OUTSIDE:
                born[flow.lot] = born.get(flow.lot, 0) + flow.quantity
        self.born |= {lot: max(quantity, self.born.get(lot, 0)) for lot, quantity in born.items()}
        lots = sorted(born.keys() & (self.roots | cone.made))
        subjects = sorted({-flow.taker for flow in cone.flows if is_subject(flow.taker)})
        if len(cone.flows) * len(lots) * len(subjects) > MAX_EXACT:
            return pool_by_pool(cone, lots)
        return {subject: {lot: by_flow(cone, lot, subject) for lot in lots} for subject in subjects}

    def plus(self, lot: int, one: Bound, other: Bound) -> Bound:
        """What came by two ways."""
        return Bound(one.low + other.low, min(one.high + other.high, self.born[lot]), False)

    def portion(self, made: Bound, part: Bound, numerator: int, denominator: int) -> Bound:
        """What is in so much of a made lot of what was in a line of its inputs."""
        low = made.low * part.low * numerator // denominator
        high = -(-made.high * part.high * numerator // denominator)
        return Bound(low, high, False)


# -- exact: a flow -----------------------------------------------------------------------------


def by_flow(cone: Cone, lot: int, subject: int) -> Bound:
    """The least and the most of a lot in a subject: what can be swapped out of it, and into it."""
    network, booked = swaps(cone, lot, subject)
    high = booked + network.push(ELSEWHERE, HERE)
    low = high - network.push(HERE, ELSEWHERE)
    lots = {flow.lot for flow in cone.flows if flow.giver == OUTSIDE}
    named = {flow.lot for flow in cone.flows if flow.giver != OUTSIDE and flow.lot}
    return Bound(low, high, not cone.late and (len(lots) <= 2 or named <= {lot}))


class _Chain:
    """A pool as it is read along: its present node, and what there is, in all and of the lot."""

    def __init__(self, node: int) -> None:
        self.node = node
        self.stock = self.own = 0
        self.drawn = False


def swaps(cone: Cone, lot: int, subject: int) -> tuple[Network, int]:
    """How much more and how much less of a lot each flow could carry; how much is booked in the subject.

    Between two draws a pool's node takes in all that comes; after a draw, what comes goes to a new
    node, to which the stock is carried on.
    """
    network, booked = Network(), 0
    chains: dict[int, _Chain] = {}
    for flow in cone.flows:
        own = sum(quantity for booked_lot, quantity in flow.booked if booked_lot == lot)
        giver = chains.get(flow.giver)
        start = giver.node if giver else ELSEWHERE
        if giver:
            giver.stock, giver.own, giver.drawn = giver.stock - flow.quantity, giver.own - own, True
        end = HERE if flow.taker == -subject else ELSEWHERE
        if flow.taker != OUTSIDE and not is_subject(flow.taker):
            end = _arrive(network, chains, flow, own)
        if giver and not flow.lot:
            network.join(start, end, flow.quantity - own, own)
        booked += own if end == HERE else 0
    for chain in chains.values():
        network.join(chain.node, ELSEWHERE, chain.stock - chain.own, chain.own)
    return network, booked


def _arrive(network: Network, chains: dict[int, _Chain], flow: Flow, own: int) -> int:
    chain = chains.get(flow.taker)
    if chain is None:
        chain = chains[flow.taker] = _Chain(network.node())
    elif chain.drawn:
        former, chain.node, chain.drawn = chain.node, network.node(), False
        network.join(former, chain.node, chain.stock - chain.own, chain.own)
    chain.stock, chain.own = chain.stock + flow.quantity, chain.own + own
    return chain.node


class Network:
    """Integer maximum flow by blocking flows (Dinic), without recursion.

    Nodes `ELSEWHERE` and `HERE` are there from the beginning.
    """

    def __init__(self) -> None:
        self.out: list[list[int]] = [[], []]
        self.ends: list[int] = []
        self.room: list[int] = []

    def node(self) -> int:
        """A new node."""
        self.out.append([])
        return len(self.out) - 1

    def join(self, start: int, end: int, room: int, back: int = 0) -> None:
        """An edge with so much room, and so much the other way; they share it (edges 2n and 2n + 1)."""
        if (room or back) and start != end:
            self.out[start].append(len(self.ends))
            self.out[end].append(len(self.ends) + 1)
            self.ends += (end, start)
            self.room += (room, back)

    def push(self, source: int, sink: int) -> int:
        """Send as much as there is room for; the rooms are those that are left after it."""
        total = 0
        while (level := self._levels(source, sink))[sink] >= 0:
            total += self._block(source, sink, level)
        return total

    def _levels(self, source: int, sink: int) -> list[int]:
        level = [-1] * len(self.out)
        level[source] = 0
        reached = [source]
        for node in reached:
            if node == sink:
                break
            for edge in self.out[node]:
                end = self.ends[edge]
                if self.room[edge] and level[end] < 0:
                    level[end] = level[node] + 1
                    reached.append(end)
        return level

    def _block(self, source: int, sink: int, level: list[int]) -> int:
        """Fill shortest ways until none is left."""
        total, node, way = 0, source, []
        at = [0] * len(self.out)
        while True:
            if node == sink:
                total += self._fill(way)
                node, way = source, []
            elif at[node] < len(self.out[node]):
                edge = self.out[node][at[node]]
                end = self.ends[edge]
                if self.room[edge] and level[end] == level[node] + 1:
                    way.append(edge)
                    node = end
                else:
                    at[node] += 1
            elif way:
                node = self.ends[way.pop() ^ 1]
                at[node] += 1
            else:
                return total

    def _fill(self, way: list[int]) -> int:
        least = min(self.room[edge] for edge in way)
        for edge in way:
            self.room[edge] -= least
            self.room[edge ^ 1] += least
        return least


# -- for large cones: intervals ----------------------------------------------------------------


class _Span(NamedTuple):
    """A pool's stock, and the least and most of each lot in it."""

    stock: int
    low: np.ndarray
    high: np.ndarray


def pool_by_pool(cone: Cone, lots: Sequence[int]) -> dict[int, dict[int, Bound]]:
    """Bounds from one sweep over the flows, which keeps an interval for each lot in each pool.

    Of a lot with between l and h in a stock of v, a draw of q has between ``max(0, q - (v - l))`` and
    ``min(q, h)``; there stay between ``max(0, l - q)`` and ``min(h, v - q)``.
    """
    found: dict[int, dict[int, Bound]] = {}
    for start in range(0, len(lots), SWEEP):
        some = lots[start : start + SWEEP]
        for subject, span in _sweep(cone, some).items():
            rows = zip(some, span.low.tolist(), span.high.tolist(), strict=True)
            found.setdefault(subject, {}).update((lot, Bound(low, high, False)) for lot, low, high in rows)
    return found


def _sweep(cone: Cone, lots: Sequence[int]) -> dict[int, _Span]:
    zero = np.zeros(len(lots), dtype=np.int64)
    ones = {lot: (np.arange(len(lots)) == place).astype(np.int64) for place, lot in enumerate(lots)}
    spans: dict[int, _Span] = {}
    empty = _Span(0, zero, zero)
    for flow in cone.flows:
        if flow.giver == OUTSIDE:
            low = high = ones.get(flow.lot, zero) * flow.quantity
        else:
            low, high, rest = _draw(
                spans[flow.giver], flow.quantity, ones.get(flow.lot, zero) if flow.lot else None
            )
            spans[flow.giver] = rest if rest.stock else empty
        if flow.taker != OUTSIDE:
            stock, least, most = spans.get(flow.taker, empty)
            spans[flow.taker] = _Span(stock + flow.quantity, least + low, most + high)
    return {-pool: span for pool, span in spans.items() if is_subject(pool)}


def _draw(span: _Span, quantity: int, named: np.ndarray | None) -> tuple[np.ndarray, np.ndarray, _Span]:
    """The least and most of each lot in a draw, and what stays; ``named``: 1 for the lot that it names."""
    stock, least, most = span
    if named is None:
        low, high = np.maximum(0, quantity - (stock - least)), np.minimum(quantity, most)
        rest = _Span(stock - quantity, np.maximum(0, least - quantity), np.minimum(most, stock - quantity))
    else:
        low = high = named * quantity
        rest = _Span(stock - quantity, np.maximum(0, least - low), np.minimum(most - high, stock - quantity))
    return low, high, rest
