"""Reading declarations from a CSV, by a declared table of its columns."""

from __future__ import annotations

import csv
import math
from array import array
from collections.abc import Mapping
from datetime import UTC
from functools import lru_cache
from hashlib import file_digest
from pathlib import Path

import numpy as np

from sarai.goods.errors import BadSetting, TooLarge
from sarai.screening.batch import lines
from sarai.watch.targeting.columns import Beginning, Columns
from sarai.watch.targeting.declarations import NEVER, Category, Declarations, Refused
from sarai.watch.targeting.settings import MAX_ROWS

MAX_TEXT = 64  # characters of a category; what is longer is told apart by these


def header_of(path: Path) -> list[str]:
    """The names of a table's columns; what is not UTF-8 in them is left to be refused by who reads on."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        first = stream.readline(1_000_000)
    return next(csv.reader([first], delimiter=";" if ";" in first and "," not in first else ","), [])


def read_declarations(path: Path, columns: Columns, lag_days: float, *, outcome: bool = True) -> Declarations:
    """Read a table of declarations.

    Parameters
    ----------
    lag_days
        Until an outcome is known, if no column says when it was.
    outcome
        Whether it must say what was found; else that is read if it is there.

    Raises
    ------
    BadSetting
        A column is lacking, or it is no CSV.
    TooLarge
        More than `MAX_ROWS` rows.
    """
    header = {name.strip().lower() for name in header_of(path)}
    reading = _Reading(columns, header, lag_days)
    for line in lines(path, *([name.lower()] for name in columns.needed(outcome=outcome))):
        if len(reading.ids) >= MAX_ROWS:
            raise TooLarge(f"{path} has more than {MAX_ROWS:,} rows; leave out the oldest")
        reading.take(line.number, line.row, line.error)
    if not reading.ids:
        first = f"; {reading.refused[0].error}" if reading.refused else ""
        raise BadSetting(f"{path} has no declaration that can be read{first}; give one row for each")
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return reading.declarations(digest)


class _Reading:
    """Gathers rows into columns; a row that cannot be read is left out and told of."""

    def __init__(self, columns: Columns, header: set[str], lag_days: float) -> None:
        self.columns, self.lag_s = columns, round(lag_days * 86_400)
        self.header = header
        self.ids: list[str] = []
        self.whole = {name: array("q") for name in ("line", "time", "known")}
        self.floats = {name: array("d") for name in ("outcome", "propensity", "value")}
        self.numbers = {name: array("d") for name in columns.numbers}
        self.texts = {name: _Texts() for name in columns.categories}
        self.refused: list[Refused] = []
        self.seconds = lru_cache(100_000)(self._seconds)

    def take(self, number: int, row: Mapping[str, str], error: str) -> None:
        """Take in one row."""
        try:
            if error:
                raise ValueError(error)
            whole, floats = self._head(row)
            numbers = {name: self._number(row, column) for name, column in self.columns.numbers.items()}
        except ValueError as fault:
            self.refused.append(Refused(number, f"line {number}: {fault}"))
            return
        self.ids.append(_printable(self._cell(row, self.columns.id)))
        for columns, values in ((self.whole, {"line": number, **whole}), (self.floats, floats)):
            for name, value in values.items():
                columns[name].append(value)
        for name, value in numbers.items():
            self.numbers[name].append(value)
        for name, of in self.columns.categories.items():
            column, first = (of.column, of.first) if isinstance(of, Beginning) else (of, MAX_TEXT)
            self.texts[name].append(_printable(self._cell(row, column)[:first]))

    def _cell(self, row: Mapping[str, str], column: str) -> str:
        """What a row says in a column; nothing if the table does not have it."""
        name = column.lower()
        return row[name].strip() if name in self.header else ""

    def _head(self, row: Mapping[str, str]) -> tuple[dict[str, int], dict[str, float]]:
        columns = self.columns
        time, outcome = self.seconds(self._cell(row, columns.time)), self._outcome(row)
        stated = self._cell(row, columns.known)
        known = self.seconds(stated) if stated else time + self.lag_s
        if known < time:
            raise ValueError(f"the outcome was known at {stated}, before the declaration was made")
        propensity, value = self._number(row, columns.propensity), self._number(row, columns.value)
        if not (math.isnan(propensity) or 0 < propensity <= 1):
            raise ValueError(f"propensity {propensity} must be more than 0 and at most 1")
        return (
            {"time": time, "known": NEVER if math.isnan(outcome) else known},
            {
                "outcome": outcome,
                "propensity": 1.0 if math.isnan(propensity) else propensity,
                "value": 0.0 if math.isnan(value) else max(value, 0.0),
            },
        )

    def _seconds(self, text: str) -> int:
        try:
            moment = self.columns.moment(text)
        except ValueError:
            wanted = self.columns.date or "ISO 8601, such as 2026-03-02"
            raise ValueError(f"{text[:40]!r} is no time written as {wanted}") from None
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())

    def _outcome(self, row: Mapping[str, str]) -> float:
        text = self._cell(row, self.columns.outcome).lower()
        if text in self.columns.wrong:
            return 1.0
        if text in self.columns.right:
            return 0.0
        if not text:
            return math.nan
        told = ", ".join((*self.columns.wrong, *self.columns.right))
        raise ValueError(f"outcome {text[:40]!r} is none of {told}; leave it empty if it was not opened")

    def _number(self, row: Mapping[str, str], column: str) -> float:
        text = self._cell(row, column)
        if not text:
            return math.nan
        try:
            number = float(text)
        except ValueError:
            number = math.inf
        if not math.isfinite(number):
            raise ValueError(f"{column} {text[:40]!r} is no number; write it such as 1250.5")
        return number

    def declarations(self, digest: str) -> Declarations:
        """All that was taken in."""
        whole = {name: np.array(values, np.int64) for name, values in self.whole.items()}
        floats = {name: np.array(values, np.float64) for name, values in self.floats.items()}
        return Declarations(
            ids=self.ids,
            lines=whole["line"],
            time_s=whole["time"],
            known_s=whole["known"],
            outcome=floats["outcome"],
            propensity=floats["propensity"],
            value=floats["value"],
            categories={name: texts.category() for name, texts in self.texts.items()},
            numbers={name: np.array(values, np.float64) for name, values in self.numbers.items()},
            refused=tuple(self.refused),
            digest=digest,
        )


class _Texts:
    """A category as it is gathered: each text is kept once."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}
        self.codes = array("q")

    def append(self, text: str) -> None:
        self.codes.append(self.known.setdefault(text, len(self.known)))

    def category(self) -> Category:
        return Category(list(self.known), np.array(self.codes, np.int64))


def _printable(text: str) -> str:
    """Without what would steer a terminal, or part a combination."""
    return text if text.isprintable() else "".join(each if each.isprintable() else " " for each in text)
