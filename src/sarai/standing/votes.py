"""Ideal points of states in the General Assembly of the United Nations, from the file as it is published.

Bailey, Strezhnev and Voeten estimate for every state and year a place on one line from its votes, with
quantiles of the posterior. Three series are in the file: votes on final passage (``fp``), all votes
(``all``) and the older estimate (``legacy``, without quantiles).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

from sarai.goods import BadSetting
from sarai.reference.countries import alpha2

__all__ = ["PATTERN", "QUANTILES", "SERIES", "Ideal", "Votes", "find", "read"]

PATTERN = "un_ideal_points*.csv"
PUBLISHER = "Voeten's United Nations General Assembly Voting Data (Harvard Dataverse)"
SERIES = {"fp": ("idealpointfp", "fp", "nvotesfp"), "all": ("idealpointall", "all", "nvotesall"),
          "legacy": ("idealpointlegacy", "", "nvotesLegacy")}  # fmt: skip
"""By series, its columns: the point, what quantiles end in, the number of votes."""
QUANTILES = (0, 5, 10, 50, 90, 95, 100)


class Ideal(Struct, frozen=True):
    """Where a state stands in a year.

    Attributes
    ----------
    point : float
        As the file has it.
    votes : int
        That it rests on.
    quantiles : tuple of float
        At `QUANTILES` per cent; empty for a series without.
    """

    point: float
    votes: int
    quantiles: tuple[float, ...] = ()


class Votes(Struct, frozen=True, kw_only=True):
    """Ideal points of one series.

    Attributes
    ----------
    points : dict
        By country (alpha-2; alpha-3 for those that are no more) and year.
    left_out : int
        Rows without a country's code, without a point, or for a country and year that stood before.
    """

    source: str
    series: str
    points: dict[tuple[str, int], Ideal]
    left_out: int

    def years(self, country: str) -> list[int]:
        """The years that a state has a point for."""
        return sorted(year for who, year in self.points if who == country)


def find(folder: Path) -> Path:
    """The file in a folder, the last by name if there are several; raises `BadSetting`."""
    there = sorted(folder.glob(PATTERN))
    if not there:
        raise BadSetting(f"{folder} has no {PATTERN}; put the file there as {PUBLISHER} publishes it")
    return there[-1]


@lru_cache(maxsize=4)
def read(path: Path, series: str = "fp") -> Votes:
    """The ideal points of a file.

    Raises
    ------
    BadSetting
        It has not the columns of the series, or a value is no number.
    """
    if series not in SERIES:
        raise BadSetting(f"series {series!r} is not known; take {', '.join(SERIES)}")
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines)
        missing = [name for name in _columns(series) if name not in (rows.fieldnames or ())]
        if missing:
            raise BadSetting(f"{path.name} has no column {missing[0]}; take {PATTERN} as {PUBLISHER} has it")
        points, left_out = _points(rows, series, path.name)
    return Votes(source=f"{PUBLISHER}, {path.name}", series=series, points=points, left_out=left_out)


def _columns(series: str) -> list[str]:
    point, ending, votes = SERIES[series]
    return ["iso3c", "year", point, votes, *_quantile_columns(ending)]


def _quantile_columns(ending: str) -> list[str]:
    """The file calls the least ``qo``, with a letter."""
    return [f"q{each or 'o'}{ending}" for each in QUANTILES] if ending else []


def _points(rows: Iterable[Mapping[str, str]], series: str, place: str) -> tuple[dict, int]:
    point, ending, votes = SERIES[series]
    found: dict[tuple[str, int], Ideal] = {}
    left_out = 0
    for number, row in enumerate(rows, 2):
        try:
            if not row["iso3c"] or not row[point]:
                left_out += 1
                continue
            key = alpha2(row["iso3c"]) or row["iso3c"], int(float(row["year"]))
            quantiles = tuple(float(row[name]) for name in _quantile_columns(ending))
            made = Ideal(float(row[point]), int(float(row[votes] or 0)), quantiles)
        except ValueError as fault:
            raise BadSetting(f"{place}, line {number}: {fault}; take the file as it is published") from fault
        left_out += key in found
        found.setdefault(key, made)
    return found, left_out
