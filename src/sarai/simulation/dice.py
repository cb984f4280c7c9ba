"""The one source of chance: a seed and a name give the same stream on every machine.

``random.Random.random`` is the one generator call whose sequence Python promises to keep from
version to version, and IEEE 754 fixes the rest; NumPy's ``Generator`` promises neither. All
sizes are integers, so nothing hangs on a machine's ``log`` or ``pow`` either.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")

FINE = 1 << 53  # random() gives multiples of 2**-53


class Weighted(Generic[T]):
    """Choices with integer weights, ready to be drawn from."""

    __slots__ = ("choices", "sums")

    def __init__(self, pairs: Iterable[tuple[T, int]]) -> None:
        kept = [(choice, weight) for choice, weight in pairs if weight > 0]
        self.choices = [choice for choice, _ in kept]
        self.sums = list(accumulate(weight for _, weight in kept))


class Dice:
    """Integer chance from a named stream of one seed.

    Examples
    --------
    >>> Dice(7, "trade").below(6) == Dice(7, "trade").below(6)
    True
    """

    __slots__ = ("_random",)

    def __init__(self, seed: int, stream: str) -> None:
        self._random = Random(f"{seed}/{stream}").random

    def below(self, limit: int) -> int:
        """0 up to ``limit`` - 1, each as likely."""
        return int(self._random() * limit)

    def between(self, low: int, high: int) -> int:
        """``low`` up to and with ``high``, each as likely."""
        return low + int(self._random() * (high - low + 1))

    def chance(self, per_mille: int) -> bool:
        """Whether something with this probability (in thousandths) happens."""
        return self._random() * 1000 < per_mille

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices, each as likely; there must be one."""
        return choices[int(self._random() * len(choices))]

    def weighted(self, table: Weighted[T]) -> T:
        """One of a table's choices, each as likely as its weight."""
        point = int(self._random() * table.sums[-1])
        return table.choices[bisect_right(table.sums, point)]

    def pareto(self, least: int, most: int) -> int:
        """A heavy-tailed size: P(size > s) = least / s, cut off at ``most`` (Zipf's law)."""
        return min(most, least * FINE // (int(self._random() * FINE) + 1))

    def sample(self, choices: Sequence[T], count: int) -> list[T]:
        """Up to ``count`` different elements, in the order drawn."""
        rest = list(choices)
        return [rest.pop(self.below(len(rest))) for _ in range(min(count, len(rest)))]
