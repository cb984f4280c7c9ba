"""What made lots are made of: amounts over the graph of lots and parents.

Two ways to the same answer. A few ancestors are looked up one by one. Where there are many, as in
blended goods, the whole graph is laid out in arrays once, and an answer is a few sweeps over it.

A lot's number is greater than its parents', so descending numbers are an order in which every
child comes before its parents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

import numpy as np

from sarai.ledger.reading import Reader

RATIO = "CAST(sum(p.quantity) AS DOUBLE PRECISION) / max(l.quantity)"
FEW = 300  # ancestors that are looked up one by one before the arrays are laid out


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much of each lot is in something.

    ``lots`` ascending; ``quantities`` in base units of each lot, as floats, since processing
    shares out what it mixes; ``root`` tells which lots have no parents.
    """

    lots: np.ndarray
    quantities: np.ndarray
    root: np.ndarray

    @classmethod
    def of_roots(cls, quantities: dict[int, float]) -> Amounts:
        """Amounts of lots that are all roots."""
        lots = sorted(quantities)
        return cls(
            np.array(lots, dtype=np.int64),
            np.array([quantities[lot] for lot in lots], dtype=float),
            np.ones(len(lots), dtype=bool),
        )


class Ancestry:
    """Upstream amounts over one book; keeps the arrays until the book has new parents."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._graph: LotGraph | None = None
        self._head = 0

    def upstream(self, start: dict[int, int]) -> Amounts:
        """What is in given quantities of lots: those lots and all their ancestors."""
        few = self._look_up(start)
        return self._whole().upstream(start) if few is None else few

    def parents(self, child: int) -> list[tuple[int, float]]:
        """``(parent, ratio)``: base units of each parent in one base unit of a lot."""
        return self.reader.store.query(
            f"SELECT parent, {RATIO} FROM parent p JOIN lot l ON l.id = p.child WHERE p.child = ? "
            "GROUP BY parent HAVING sum(p.quantity) > 0 ORDER BY parent",
            (child,),
        )

    def _all_parents(self) -> Iterator[tuple[int, int, float]]:
        """``(child, parent, ratio)`` of the whole book, by child."""
        return self.reader.store.stream(
            f"SELECT child, parent, {RATIO} FROM parent p JOIN lot l ON l.id = p.child "
            "GROUP BY child, parent HAVING sum(p.quantity) > 0 ORDER BY child, parent"
        )

    def _mixed_since(self, entry: int) -> bool:
        """Whether anything recorded after an entry may have changed what lots are made of."""
        sql = "SELECT 1 FROM entry WHERE id > ? AND kind IN ('processing', 'correction') LIMIT 1"
        return bool(self.reader.store.query(sql, (entry,)))

    def _look_up(self, start: dict[int, int]) -> Amounts | None:
        """One by one; None if they are too many."""
        amounts = {lot: float(quantity) for lot, quantity in start.items()}
        waiting = [-lot for lot in amounts]
        heapify(waiting)
        roots = set()
        while waiting:
            if len(amounts) > FEW:
                return None
            child = -heappop(waiting)
            parents = self.parents(child)
            if not parents:
                roots.add(child)
            for parent, ratio in parents:
                if parent not in amounts:
                    heappush(waiting, -parent)
                amounts[parent] = amounts.get(parent, 0.0) + amounts[child] * ratio
        lots = np.array(sorted(amounts), dtype=np.int64)
        return Amounts(
            lots,
            np.array([amounts[lot] for lot in lots.tolist()]),
            np.array([lot in roots for lot in lots.tolist()], dtype=bool),
        )

    def _whole(self) -> LotGraph:
        head = self.reader.head()
        if self._graph is None or self._mixed_since(self._head):
            self._graph = LotGraph.of(self._all_parents())
        self._head = head
        return self._graph


class LotGraph:
    """Lots and parents as arrays: children in ascending order, each with a run of parents.

    Parameters
    ----------
    lots
        All lots, ascending; their place here is their index below.
    first
        For each lot where its parents begin in the next two; one more at the end.
    parents, ratios
        Index of a parent, and base units of it in one base unit of the child.
    generation
        0 for roots, else one more than the highest of the parents'.
    """

    def __init__(
        self, lots: np.ndarray, first: np.ndarray, parents: np.ndarray, ratios: np.ndarray,
        generation: np.ndarray,
    ) -> None:  # fmt: skip
        self.lots, self.first, self.parents = lots, first, parents
        self.ratios, self.generation = ratios, generation

    @classmethod
    def of(cls, rows: Iterable[tuple[int, int, float]]) -> LotGraph:
        """Lay out ``(child, parent, ratio)`` rows, which come by ascending child."""
        table = np.array(list(rows), dtype=[("child", "i8"), ("parent", "i8"), ("ratio", "f8")])
        lots = np.unique(np.concatenate([table["child"], table["parent"]]))
        children = np.searchsorted(lots, table["child"])
        parents = np.searchsorted(lots, table["parent"])
        first = np.searchsorted(children, np.arange(len(lots) + 1))
        return cls(lots, first, parents, table["ratio"], _generations(first, parents))

    def upstream(self, start: dict[int, int]) -> Amounts:
        """The amounts of all ancestors, generation by generation from the youngest."""
        lots = np.array(sorted(start), dtype=np.int64)
        known = lots[np.isin(lots, self.lots, assume_unique=True)]
        quantities = np.zeros(len(self.lots))
        begin = np.searchsorted(self.lots, known)
        quantities[begin] = [start[lot] for lot in known.tolist()]
        found = self._ancestors(begin)
        found = found[np.argsort(-self.generation[found], kind="stable")]
        edges, owners = self._edges(found)
        bounds = np.flatnonzero(np.diff(self.generation[owners], prepend=-1, append=-1))
        for low, high in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
            some = edges[low:high]
            np.add.at(quantities, self.parents[some], quantities[owners[low:high]] * self.ratios[some])
        found = np.sort(found)
        alone = lots[~np.isin(lots, known, assume_unique=True)]
        every = np.concatenate([self.lots[found], alone])
        amounts = np.concatenate([quantities[found], [float(start[lot]) for lot in alone.tolist()]])
        root = np.concatenate([self.generation[found] == 0, np.ones(len(alone), dtype=bool)])
        order = np.argsort(every)
        return Amounts(every[order], amounts[order], root[order])

    def _ancestors(self, begin: np.ndarray) -> np.ndarray:
        """The index of every lot that can be reached upwards, those of the beginning too."""
        seen = np.zeros(len(self.lots), dtype=bool)
        seen[begin] = True
        layers = [begin]
        while len(layers[-1]):
            reached = self.parents[self._edges(layers[-1])[0]]
            new = reached[~seen[reached]]
            seen[new] = True
            layers.append(np.unique(new))
        return np.concatenate(layers)

    def _edges(self, children: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The places of these lots' parents, and for each the child."""
        low = self.first[children]
        counts = self.first[children + 1] - low
        owners = np.repeat(children, counts)
        ends = np.cumsum(counts)
        within = np.arange(len(owners)) - np.repeat(ends - counts, counts)
        return np.repeat(low, counts) + within, owners


def _generations(first: np.ndarray, parents: np.ndarray) -> np.ndarray:
    generation = [0] * (len(first) - 1)
    bounds, above = first.tolist(), parents.tolist()
    for child in range(len(generation)):
        low, high = bounds[child], bounds[child + 1]
        if low < high:
            generation[child] = 1 + max(generation[parent] for parent in above[low:high])
    return np.array(generation, dtype=np.int64)
