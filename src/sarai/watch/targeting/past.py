"""What was known before: of an importer, a code, a route, the outcomes that were known by then.

A declaration is only ever told what was known before the moment it was made. Its own outcome, and
those of declarations whose inspection was not yet closed, are not among it.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from typing import NamedTuple

import numpy as np
from msgspec import Struct

from sarai.watch.targeting.declarations import Category, Declarations, Floats, Whole

LEAST_USUAL = 5  # values, before one of them can be called usual


class Past(NamedTuple):
    """For each declaration: outcomes known before of its key, and how many were wrong; and lately."""

    count: Floats
    wrong: Floats
    recent_count: Floats
    recent_wrong: Floats


class Outcomes:
    """The outcomes of one category in the order in which they became known, ready to be counted.

    Parameters
    ----------
    keys
        The category's codes of all declarations.
    history
        The declarations themselves; those without an outcome count for nothing.
    """

    def __init__(self, keys: Whole, history: Declarations) -> None:
        told = np.flatnonzero(~np.isnan(history.outcome))
        known = history.known_s[told]
        self._first = int(known.min()) if len(known) else 0
        self._span = int(known.max()) - self._first + 2 if len(known) else 2
        places = self._places(keys[told], known)
        order = np.argsort(places, kind="stable")
        self._sorted = places[order]
        self._wrong = np.concatenate([[0.0], np.cumsum(history.outcome[told][order])])

    def _places(self, keys: Whole, moments_s: Whole) -> Whole:
        """Key and moment as one number, so that one sorted column answers for all keys."""
        return keys * self._span + np.clip(moments_s - self._first, 0, self._span - 1)

    def before(self, keys: Whole, moments_s: Whole, recent_s: int) -> Past:
        """What was known of each key before its moment."""
        begin = np.searchsorted(self._sorted, keys * self._span)
        lately = np.searchsorted(self._sorted, self._places(keys, moments_s - recent_s))
        end = np.searchsorted(self._sorted, self._places(keys, moments_s))
        return Past(
            (end - begin).astype(np.float64),
            self._wrong[end] - self._wrong[begin],
            (end - lately).astype(np.float64),
            self._wrong[end] - self._wrong[lately],
        )


class Kept(Struct, frozen=True):
    """What a model keeps of a category's past: for each text its counts, as in `Past`."""

    counts: dict[str, tuple[float, float, float, float]]

    @classmethod
    def of(cls, category: Category, history: Declarations, moment_s: int, recent_s: int) -> Kept:
        """As known before a moment; texts without an outcome are left out."""
        codes = np.arange(len(category.texts), dtype=np.int64)
        moments = np.full(len(codes), moment_s, np.int64)
        past = np.stack(Outcomes(category.codes, history).before(codes, moments, recent_s), axis=1)
        return cls({
            category.texts[code]: tuple(past[code].tolist()) for code in np.flatnonzero(past[:, 0]).tolist()
        })  # fmt: skip

    def past(self, category: Category) -> Past:
        """Of each declaration."""
        nothing = (0.0, 0.0, 0.0, 0.0)
        known = np.array([self.counts.get(text, nothing) for text in category.texts], np.float64)
        return Past(*known.reshape(-1, 4)[category.codes].T)


def usual_before(keys: Whole, moments_s: Whole, values: Floats) -> Floats:
    """The median of the values that declarations of the same key stated before; NaN if they are few.

    What a declaration states is known at once, so there is no lag.
    """
    usual = np.full(len(values), np.nan)
    stated: dict[int, list[float]] = defaultdict(list)
    waiting: list[int] = []
    for row in np.argsort(moments_s, kind="stable").tolist():
        if waiting and moments_s[row] != moments_s[waiting[0]]:
            for earlier in waiting:
                insort(stated[int(keys[earlier])], float(values[earlier]))
            waiting = []
        usual[row] = _median(stated.get(int(keys[row]), []))
        if not np.isnan(values[row]):
            waiting.append(row)
    return usual


def usual_kept(category: Category, values: Floats) -> dict[str, float]:
    """The median for each text that has enough values."""
    stated: dict[int, list[float]] = defaultdict(list)
    for code, value in zip(category.codes.tolist(), values.tolist(), strict=True):
        if not np.isnan(value):
            stated[code].append(value)
    usual = {category.texts[code]: _median(sorted(values)) for code, values in sorted(stated.items())}
    return {text: value for text, value in usual.items() if not np.isnan(value)}


def _median(ordered: list[float]) -> float:
    if len(ordered) < LEAST_USUAL:
        return np.nan
    middle, odd = divmod(len(ordered), 2)
    return ordered[middle] if odd else (ordered[middle - 1] + ordered[middle]) / 2
