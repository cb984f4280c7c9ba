"""What goods would be made of, had every unnamed draw been attributed by one method.

The flows of a cone are played again, from the first to the last. A pool is a row of layers; what is
drawn comes out in the order of age, and is laid down so in the next pool.

- A draw that names its lot gets that lot, as far as it is still there by this method, and the rest
  by the method. (Where the rest is not zero, the answer may lie outside `bounds`, which keep to names.)
- Only what was acquired at or before the event time of a draw can be drawn; if that does not suffice
  by this method, later goods make up for it, the first first.
- A move out of a consignment is not a matter of attribution: it takes the layers in their order.
- Processing blends each line of inputs evenly.

The flows are those that stand now: a proportional book that was corrected did its rounds with what
was held at the time, so it can differ.

By ``fifo`` quantities are integers until processing shares them out. By ``proportional`` they are
double precision all along; a book rounds at every draw, so it differs by some base units.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from sarai.ledger.cone import Cone, Flow, follow, is_subject, roots_of
from sarai.ledger.pools import OUTSIDE
from sarai.ledger.reading import Reader
from sarai.ledger.rows import Movement

UNNAMED = 0
MOST_LAYERS = 1_000  # to a blended pool, before layers of the same lot are laid together
DUST = 1e-12  # of a layer: what doubles leave over

Take = Callable[[np.ndarray, int | float], np.ndarray]  # (layers, wanted) to what is taken of each
Contents = tuple[np.ndarray, np.ndarray]  # lots and quantities


def recompute(reader: Reader, subject_movements: Sequence[Movement], method: str) -> dict[int, float]:
    """What a subject is made of by another method of attribution.

    Parameters
    ----------
    reader
        Of the book.
    subject_movements
        The standing movements of one item of a document.
    method
        ``fifo``, ``proportional``, or ``named``: only what lines named on all the way from the birth
        (or what a consignment carried on unmixed) counts.

    Returns
    -------
    dict
        Base units by root lot, ascending: a lot that was imported, lent, or made from nothing known.
        By ``named``, key 0 is what was not named, in the base unit of the goods where it is lost.

    Raises
    ------
    TooLarge
        If the goods could have come by more than `pools.MAX_FLOWS` movements.
    """
    if not subject_movements:
        return {}
    found = roots_of(
        *follow(reader, subject_movements, partial(compose, method=method)),
        lambda made, part, numerator, denominator: made * part * (numerator / denominator),
        lambda _, one, other: one + other,
    )
    return {lot: float(found[lot]) for lot in sorted(found)}


# -- playing a cone again ----------------------------------------------------------------------


def compose(cone: Cone, method: str) -> dict[int, dict[int, float]]:
    """What each subject of a cone consists of, by lot, after the method."""
    pools: dict[int, Pool] = {}
    subjects: dict[int, dict[int, float]] = {}
    for flow in cone.flows:
        if flow.giver == OUTSIDE:
            taken = np.array([flow.lot]), np.array([flow.quantity])
        else:
            taken = pools[flow.giver].take(flow)
        if is_subject(flow.taker):
            parts = subjects.setdefault(-flow.taker, {})
            for lot, quantity in zip(taken[0].tolist(), taken[1].tolist(), strict=True):
                parts[lot] = parts.get(lot, 0) + quantity
        elif flow.taker != OUTSIDE:
            if flow.taker not in pools:
                pools[flow.taker] = _pool(flow.taker, method, cone)
            pools[flow.taker].give(flow, taken)
    return subjects


def _pool(number: int, method: str, cone: Cone) -> Pool:
    kind = float if method == "proportional" else np.int64
    if number < 0:
        return Pool(oldest_first, kind, [])
    return Pool(METHODS[method], kind, cone.late.get(number, []))


class Pool:
    """Layers in the order of their age.

    Parameters
    ----------
    method
        How a draw is attributed that does not name its lot; None: not at all.
    kind
        Of the quantities: integer or double.
    late
        Times that part the layers (`cone.Cone`): those on both sides are not laid together.
    """

    def __init__(self, method: Take | None, kind: type, late: Sequence[int]) -> None:
        self.method, self.late = method, late
        self.stock = 0
        self.room = MOST_LAYERS
        self.times = np.empty(0, dtype=np.int64)
        self.lots = np.empty(0, dtype=np.int64)
        self.left = np.empty(0, dtype=kind)

    def give(self, flow: Flow, contents: Contents) -> None:
        """Lay down what a flow brings."""
        lots, quantities = contents
        at = int(np.searchsorted(self.times, flow.time, side="right"))
        self.times = _insert(self.times, at, np.full(len(lots), flow.time))
        self.lots = _insert(self.lots, at, lots)
        self.left = _insert(self.left, at, quantities)
        self.stock += flow.quantity
        if self.method is evenly and len(self.lots) > self.room:
            self._lay_together()

    def take(self, flow: Flow) -> Contents:
        """Take what a flow draws; lots and quantities, the oldest first."""
        count = int(np.searchsorted(self.times, flow.time, side="right"))
        taken = np.zeros_like(self.left)
        acquired, left = taken[:count], self.left[:count]  # the first is a view: it fills `taken`
        if flow.lot:
            acquired += oldest_first(np.where(self.lots[:count] == flow.lot, left, 0), flow.quantity)
        if self.method is None:
            return self._take_out(flow, taken, flow.quantity - taken.sum())
        acquired += self.method(left - acquired, flow.quantity - acquired.sum())
        taken += oldest_first(self.left - taken, flow.quantity - taken.sum())
        return self._take_out(flow, taken, 0)

    def _take_out(self, flow: Flow, taken: np.ndarray, unnamed: int) -> Contents:
        rest, dust = self.left - taken, DUST * self.left
        some = taken > dust
        lots, quantities = self.lots[some], taken[some]
        self.stock -= flow.quantity
        self._keep(rest > dust if self.stock else np.zeros(len(rest), dtype=bool), rest)
        if unnamed:
            return np.append(lots, UNNAMED), np.append(quantities, unnamed)
        return lots, quantities

    def _keep(self, layers: np.ndarray, left: np.ndarray) -> None:
        self.times, self.lots, self.left = self.times[layers], self.lots[layers], left[layers]

    def _lay_together(self) -> None:
        """Layers of one lot that every draw to come finds alike become one, as old as the oldest."""
        _, lots = np.unique(self.lots, return_inverse=True)
        kinds = np.searchsorted(self.late, self.times) * (lots.max() + 1) + lots
        _, first, place = np.unique(kinds, return_index=True, return_inverse=True)
        left = np.bincount(place, weights=self.left)
        order = np.argsort(first)
        self._keep(first[order], np.zeros_like(self.left))
        self.left = left[order]
        self.room = max(MOST_LAYERS, 2 * len(order))


def _insert(layers: np.ndarray, at: int, new: np.ndarray) -> np.ndarray:
    return np.concatenate([layers[:at], new.astype(layers.dtype), layers[at:]])


def oldest_first(layers: np.ndarray, wanted: int | float) -> np.ndarray:
    """Take from the first layers as much as they have."""
    before = np.cumsum(layers) - layers
    return np.clip(wanted - before, 0, layers)


def evenly(layers: np.ndarray, wanted: int | float) -> np.ndarray:
    """Take the same share of every layer."""
    total = layers.sum()
    return layers * min(1.0, wanted / total) if total > 0 else layers


METHODS: dict[str, Take | None] = {"fifo": oldest_first, "proportional": evenly, "named": None}
