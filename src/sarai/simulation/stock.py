"""What is really where: every lot followed by its own identity, whatever the papers say.

Quantities are integers, thousandths of the commodity's unit. A holding is (party, place,
regime); within it each commodity is a pool of layers, oldest first.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple

from sarai.goods import LotRef, Regime, SaraiError

Holding = tuple[str, str, Regime]


@dataclass(slots=True, eq=False)
class Lot:
    """Goods born together. ``fates`` says where what is no longer in stock went.

    ``nameable`` is False once paper and goods may have parted: then a paper that named the lot
    could name what the book has already given to somebody else.
    """

    ref: LotRef
    hs: str
    origin: str
    born: int
    nameable: bool = True
    declared: tuple[str, int] | None = None
    parents: tuple[Portion, ...] = ()
    formerly: LotRef | None = None
    fates: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Layer:
    """What one movement gave and nobody has taken yet."""

    order: tuple[int, int]
    lot: Lot
    left: int


class Portion(NamedTuple):
    """A quantity out of one layer."""

    layer: Layer
    quantity: int

    @property
    def lot(self) -> Lot:
        """The lot that the layer is of."""
        return self.layer.lot


@dataclass(slots=True, eq=False)
class Pool:
    """One commodity of one holding; muddled when the book may hold more here than anybody uses."""

    layers: list[Layer] = field(default_factory=list)
    total: int = 0
    muddled: bool = False


_order = attrgetter("order")


class Stock:
    """All holdings of all parties."""

    def __init__(self) -> None:
        self.holdings: defaultdict[Holding, dict[str, Pool]] = defaultdict(dict)
        self.lots: list[Lot] = []
        self._serial = 0

    def held(self, holding: Holding, hs: str) -> int:
        """How much of a commodity is really there, in thousandths of its unit."""
        pool = self.holdings[holding].get(hs)
        return pool.total if pool else 0

    def bear(self, lot: Lot) -> Lot:
        """Enter a lot that has come into being, so that its fate is kept."""
        self.lots.append(lot)
        return lot

    def put(self, holding: Holding, lot: Lot, quantity: int, time: int) -> None:
        """Lay down ``quantity`` of a lot as the newest layer."""
        pools = self.holdings[holding]
        pool = pools.get(lot.hs)
        if pool is None:
            pool = pools[lot.hs] = Pool()
        self._serial += 1
        pool.layers.append(Layer((time, self._serial), lot, quantity))
        pool.total += quantity

    def draw(self, holding: Holding, hs: str, quantity: int, lot: Lot | None = None) -> list[Portion]:
        """Take goods out, the oldest first; of one lot only, if it is given."""
        pool = self._enough(holding, hs, quantity)
        if pool.muddled:
            _forget_names(pool)
        layers = pool.layers if lot is None else [each for each in pool.layers if each.lot is lot]
        return self._take(pool, layers, quantity)

    def draw_out_of_turn(self, holding: Holding, hs: str, quantity: int) -> list[Portion]:
        """Take the newest first. No paper will say so, so none of these lots is named again."""
        pool = self._enough(holding, hs, quantity)
        _forget_names(pool)
        return self._take(pool, pool.layers[::-1], quantity)

    def muddle(self, holding: Holding, hs: str) -> None:
        """Note that from here on the book may take other lots than people do."""
        self.holdings[holding][hs].muddled = True

    def undo(self, holding: Holding, hs: str, portions: list[Portion]) -> None:
        """Lay goods back where they were taken from, in their old turn."""
        pool = self.holdings[holding][hs]
        for layer, quantity in portions:
            if not layer.left:
                insort(pool.layers, layer, key=_order)
            layer.left += quantity
            pool.total += quantity

    def _enough(self, holding: Holding, hs: str, quantity: int) -> Pool:
        if quantity > self.held(holding, hs):
            raise SaraiError(
                f"{holding} was to give {quantity} of {hs} and holds {self.held(holding, hs)}; "
                "ask held() before drawing"
            )
        return self.holdings[holding][hs]

    @staticmethod
    def _take(pool: Pool, layers: list[Layer], quantity: int) -> list[Portion]:
        portions, rest, emptied = [], quantity, False
        for layer in layers:
            if not rest:
                break
            taken = min(layer.left, rest)
            layer.left -= taken
            rest -= taken
            emptied = emptied or not layer.left
            portions.append(Portion(layer, taken))
        if rest:
            raise SaraiError(f"{rest} of {quantity} thousandths are wanting in the lot drawn from")
        pool.total -= quantity
        if emptied:
            pool.layers = [layer for layer in pool.layers if layer.left]
        return portions


def _forget_names(pool: Pool) -> None:
    for layer in pool.layers:
        layer.lot.nameable = False


def end(portions: list[Portion], fate: str) -> None:
    """Note that goods are nobody's stock any more."""
    for layer, quantity in portions:
        fates = layer.lot.fates
        fates[fate] = fates.get(fate, 0) + quantity


def divide(portions: list[Portion], *sizes: int) -> list[list[Portion]]:
    """Share portions out in their order: the first ``sizes[0]``, the next ``sizes[1]``, the rest."""
    shares: list[list[Portion]] = []
    queue = list(portions)
    for size in sizes:
        share, queue = _cut(queue, size)
        shares.append(share)
    return [*shares, queue]


def _cut(portions: list[Portion], size: int) -> tuple[list[Portion], list[Portion]]:
    for index, (layer, quantity) in enumerate(portions):
        if quantity > size:
            first = [*portions[:index], Portion(layer, size)] if size else portions[:index]
            return first, [Portion(layer, quantity - size), *portions[index + 1 :]]
        size -= quantity
    return portions, []
