"""Declarations with what was found, as columns: all that targeting learns from and ranks."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

BETWEEN = "\x1f"  # the texts of a combination; no text has it
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Category:
    """A column of texts: the different ones, and for each declaration which of them."""

    texts: list[str]
    codes: Whole

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        """Out of a text for each declaration."""
        known: dict[str, int] = {}
        codes = array("q", (known.setdefault(text, len(known)) for text in texts))
        return cls(list(known), np.array(codes, np.int64))

    def __getitem__(self, rows: Whole) -> Category:
        return Category(self.texts, self.codes[rows])

    def text(self, row: int) -> str:
        """What a declaration says."""
        return self.texts[self.codes[row]]


class Refused(NamedTuple):
    """A row that is no declaration: its line in the table, and why."""

    line: int
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Declarations:
    """Declarations, column by column; all columns are as long.

    Attributes
    ----------
    time_s, known_s
        Seconds since 1970 (UTC): when it was made, and when its outcome was known (`NEVER`: not yet).
    outcome
        1 where something was found, 0 where nothing was, NaN where it was not opened.
    propensity
        The probability with which it was to be opened.
    value
        What is gained if it is caught; 0 where that is not said.
    refused
        Rows of the table that could not be read.
    digest
        SHA-256 of the table, in hexadecimal.
    """

    ids: Sequence[str]
    lines: Whole
    time_s: Whole
    known_s: Whole
    outcome: Floats
    propensity: Floats
    value: Floats
    categories: Mapping[str, Category]
    numbers: Mapping[str, Floats]
    refused: tuple[Refused, ...] = ()
    digest: str = ""

    def __len__(self) -> int:
        return len(self.time_s)

    def where(self, which: NDArray[np.bool_]) -> Declarations:
        """Those for which it holds."""
        rows = np.flatnonzero(which)
        return replace(
            self,
            ids=[self.ids[row] for row in rows],
            lines=self.lines[rows],
            time_s=self.time_s[rows],
            known_s=self.known_s[rows],
            outcome=self.outcome[rows],
            propensity=self.propensity[rows],
            value=self.value[rows],
            categories={name: each[rows] for name, each in self.categories.items()},
            numbers={name: each[rows] for name, each in self.numbers.items()},
        )

    def as_known(self, moment_s: int) -> Declarations:
        """Those made before a moment, with the outcomes that were known before it."""
        made = self.where(self.time_s < moment_s)
        open_ = made.known_s >= moment_s
        return replace(
            made,
            outcome=np.where(open_, np.nan, made.outcome),
            known_s=np.where(open_, NEVER, made.known_s),
        )

    def together(self, names: Sequence[str]) -> Category:
        """A category, or the combination of several as one."""
        first, *others = (self.categories[name] for name in names)
        for other in others:
            pairs, codes = np.unique(first.codes * len(other.texts) + other.codes, return_inverse=True)
            texts = [
                first.texts[pair // len(other.texts)] + BETWEEN + other.texts[pair % len(other.texts)]
                for pair in pairs.tolist()
            ]
            first = Category(texts, codes.astype(np.int64))
        return first
