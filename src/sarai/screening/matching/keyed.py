"""Numbers by their keys: two sorted arrays, which take far less than a dictionary of lists."""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Sequence

import numpy as np


class Keyed:
    """Which numbers have a key; first all are added, then it is settled and asked.

    Keys are kept as their hashes: what is found under one may, once in a very long while, have another.
    """

    def __init__(self) -> None:
        self._added, self._numbers_added = array("q"), array("i")
        self._hashes, self._numbers = np.empty(0, np.int64), np.empty(0, np.int32)

    def add(self, key: Hashable, number: int) -> None:
        """Give a number a key."""
        self._added.append(hash(key))
        self._numbers_added.append(number)

    def settle(self) -> None:
        """Sort what was added; under one key in the order in which it was."""
        hashes, numbers = np.array(self._added, np.int64), np.array(self._numbers_added, np.int32)
        order = np.argsort(hashes, kind="stable")
        self._hashes, self._numbers = hashes[order], numbers[order]
        self._added, self._numbers_added = array("q"), array("i")

    def of(self, key: Hashable) -> list[int]:
        """The numbers that have a key."""
        start, stop = self._hashes.searchsorted([hash(key), hash(key) + 1]).tolist()
        return self._numbers[start:stop].tolist()

    def of_any(self, keys: Sequence[Hashable]) -> set[int]:
        """The numbers that have one of these keys."""
        wanted = np.array([*map(hash, keys)], np.int64)
        bounds = self._hashes.searchsorted(np.concatenate((wanted, wanted + 1))).tolist()
        found: set[int] = set()
        for start, stop in zip(bounds, bounds[len(keys) :], strict=False):
            if start < stop:
                found.update(self._numbers[start:stop].tolist())
        return found
