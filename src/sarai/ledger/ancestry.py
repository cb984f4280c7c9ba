"""What made lots are made of: amounts over the graph of lots and parents.

Two ways to the same answer. A few ancestors are looked up, a generation at a time. Where there are
many, as in blended goods, the whole graph is laid out as a sparse matrix once, and an answer is one
triangular solve: with W[parent, child] the base units of parent in one base unit of child, and e what
one starts with, the amounts x are those with x = e + W x. A lot's number is greater than its
parents', so by descending number I - W is lower triangular.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sarai.ledger.reading import Reader
from sarai.ledger.store import PARENT

FEW = 100  # ancestors that are looked up; beyond, one solve is quicker
Ratios = dict[int, list[tuple[int, float]]]  # child: (parent, base units of it in one of the child)


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much of each lot is in something.

    ``lots`` in no particular order; ``quantities`` in base units of each lot, as floats, since
    processing shares out what it mixes; ``root`` tells which lots have no parents.
    """

    lots: np.ndarray
    quantities: np.ndarray
    root: np.ndarray

    @classmethod
    def of(cls, quantities: dict[int, float], made: Ratios) -> Amounts:
        """Amounts of lots, of which those that are ``made`` have parents."""
        lots = list(quantities)
        return cls(
            np.array(lots, dtype=np.int64),
            np.array(list(quantities.values()), dtype=float),
            np.array([lot not in made for lot in lots], dtype=bool),
        )


class Ancestry:
    """Upstream amounts over one book; keeps the matrix until the book has new mixtures."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._graph: LotGraph | None = None
        self._head = 0

    def upstream(self, start: dict[int, int]) -> Amounts:
        """What is in given quantities of lots: those lots and all their ancestors."""
        made = self._few(start)
        if made is None:
            return self._whole().upstream(start)
        amounts = {lot: float(quantity) for lot, quantity in start.items()}
        for child in sorted(made, reverse=True):  # every child before its parents
            for parent, ratio in made[child]:
                amounts[parent] = amounts.get(parent, 0.0) + amounts[child] * ratio
        return Amounts.of(amounts, made)

    def parents(self, child: int) -> list[tuple[int, float]]:
        """``(parent, ratio)``: base units of each parent in one base unit of a lot."""
        return self._parents_of([child]).get(child, [])

    def _few(self, start: dict[int, int]) -> Ratios | None:
        """The parents of all ancestors; None if they are too many to be looked up."""
        made: Ratios = {}
        seen, generation = set(start), sorted(start)
        while generation:
            if len(seen) > FEW:
                return None
            found = self._parents_of(generation)
            made |= found
            generation = sorted({parent for links in found.values() for parent, _ in links} - seen)
            seen.update(generation)
        return made

    def _parents_of(self, children: list[int]) -> Ratios:
        """The parents of those that have any, less what was undone."""
        sums: dict[tuple[int, int], int] = {}
        born: dict[int, int] = {}
        store = self.reader.store
        query = store.lookup(PARENT, 1, [(child,) for child in children])
        for child, _, parent, quantity, made in store.query(*query):
            sums[child, parent] = sums.get((child, parent), 0) + quantity
            born[child] = made
        found: Ratios = {}
        for (child, parent), quantity in sorted(sums.items()):
            if quantity:
                found.setdefault(child, []).append((parent, quantity / born[child]))
        return found

    def _whole(self) -> LotGraph:
        head = self.reader.head()
        if self._graph is None or self._mixed_since(self._head):
            self._graph = LotGraph(self._all_parents())
        self._head = head
        return self._graph

    def _all_parents(self) -> Iterator[tuple[int, int, float]]:
        """``(child, parent, ratio)`` of the whole book, by child."""
        return self.reader.store.stream(
            "SELECT child, parent, CAST(sum(quantity) AS DOUBLE PRECISION) / max(made) FROM parent "
            "GROUP BY child, parent HAVING sum(quantity) > 0 ORDER BY child, parent"
        )

    def _mixed_since(self, entry: int) -> bool:
        """Whether anything recorded after an entry may have changed what lots are made of."""
        sql = "SELECT 1 FROM entry WHERE id > ? AND kind IN ('processing', 'correction') LIMIT 1"
        return bool(self.reader.store.query(sql, (entry,)))


class LotGraph:
    """All lots that were made, or made into others, as two sparse matrices.

    Parameters
    ----------
    rows
        ``(child, parent, ratio)`` with the base units of the parent in one of the child.
    """

    def __init__(self, rows: Iterator[tuple[int, int, float]]) -> None:
        from scipy.sparse import csc_array

        table = np.array(list(rows), dtype=[("child", "i8"), ("parent", "i8"), ("ratio", "f8")])
        self.made = np.unique(table["child"])[::-1]  # the youngest first
        self.roots = np.setdiff1d(table["parent"], self.made)
        child = self._place(table["child"])
        mixed = np.isin(table["parent"], self.made)
        size, parent = len(self.made), self._place(table["parent"][mixed])
        diagonal = np.arange(size)
        self.solver = csc_array(
            (
                np.concatenate([np.ones(size), -table["ratio"][mixed]]),
                (np.concatenate([diagonal, parent]), np.concatenate([diagonal, child[mixed]])),
            ),
            shape=(size, size),
        )
        into = np.searchsorted(self.roots, table["parent"][~mixed])
        self.sources = csc_array(
            (table["ratio"][~mixed], (into, child[~mixed])), shape=(len(self.roots), size)
        )
        self.solver.sum_duplicates()

    def _place(self, lots: np.ndarray) -> np.ndarray:
        """Where made lots stand, the youngest at 0."""
        return len(self.made) - 1 - np.searchsorted(self.made[::-1], lots)

    def upstream(self, start: dict[int, int]) -> Amounts:
        """The amounts of all ancestors; those of less than a float can tell from nothing are left out."""
        lots = np.array(sorted(start), dtype=np.int64)
        begun = np.array([start[lot] for lot in lots.tolist()], dtype=float)
        is_made, is_root = _is_in(lots, self.made[::-1]), _is_in(lots, self.roots)
        made, roots = self._solve(lots[is_made], begun[is_made])
        roots[np.searchsorted(self.roots, lots[is_root])] += begun[is_root]
        alone = ~is_made & ~is_root
        some_made, some_roots = np.flatnonzero(made), np.flatnonzero(roots)
        first = len(self.made) - len(made)
        return Amounts(
            np.concatenate([self.made[first + some_made], self.roots[some_roots], lots[alone]]),
            np.concatenate([made[some_made], roots[some_roots], begun[alone]]),
            np.arange(len(some_made) + len(some_roots) + alone.sum()) >= len(some_made),
        )

    def _solve(self, lots: np.ndarray, begun: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Amounts of made lots from the youngest of these on, and of all roots."""
        from scipy.sparse import csc_array
        from scipy.sparse.linalg import spsolve_triangular

        size = len(self.made)
        places = self._place(lots)
        first = int(places.min()) if len(places) else size
        rest, after = size - first, self.solver.indptr[first]
        matrix = csc_array(
            (
                self.solver.data[after:],
                self.solver.indices[after:] - first,
                self.solver.indptr[first:] - after,
            ),
            shape=(rest, rest),
        )
        matrix.has_canonical_format = True
        amounts = np.zeros(rest)
        amounts[places - first] = begun
        if rest:
            amounts = spsolve_triangular(
                matrix, amounts, unit_diagonal=True, overwrite_A=True, overwrite_b=True
            )
        return amounts, self.sources[:, first:] @ amounts


def _is_in(lots: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Which of a few lots are among many, both ascending."""
    places = np.searchsorted(known, lots)
    inside = places < len(known)
    inside[inside] = known[places[inside]] == lots[inside]
    return inside
