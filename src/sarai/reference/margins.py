"""What transport and insurance add between the exporter's border and the importer's: c.i.f. margins.

A margin is c.i.f. / f.o.b. - 1. Sources disagree about it by more than many a mirror gap, so each margin
has a low and a high, and whoever uses it carries both along.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from msgspec import Struct

from sarai.goods.errors import BadSetting
from sarai.reference._tables import table
from sarai.reference.countries import exists

__all__ = ["EVERYONE", "Margin", "margins", "read_margins", "stated"]

EVERYONE = "*"  # every importer that is not named
MOST = 2.0  # cement by road across a continent; beyond it a percentage was written for a share
COLUMNS = {"importers", "margin", "low", "high", "source"}


class Margin(Struct, frozen=True):
    """A margin as it was stated; `low` and `high` are the margin itself where no range was.

    Attributes
    ----------
    importers : tuple of str
        Alpha-2 codes, or `EVERYONE`.
    margin, low, high : float
        Shares of the f.o.b. value.
    years : str
        What it was measured in.
    used : bool
        Whether `margins` takes it.
    """

    importers: tuple[str, ...]
    margin: float
    low: float
    high: float
    source: str
    years: str = ""
    used: bool = True

    def __post_init__(self) -> None:
        unknown = [each for each in self.importers if each != EVERYONE and not exists(each)]
        if unknown or not self.importers:
            raise BadSetting(
                f"importer {''.join(unknown[:1])!r} is not known; use alpha-2 codes or {EVERYONE}"
            )
        if not 0 <= self.low <= self.margin <= self.high <= MOST:
            raise BadSetting(
                f"margin {self.margin:g} ({self.low:g} to {self.high:g}) of {' '.join(self.importers)} is "
                f"not ordered within 0 and {MOST:g}; write six per cent as 0.06, the low first"
            )


@cache
def stated() -> tuple[Margin, ...]:
    """All that the packaged table has, also where its sources disagree."""
    return tuple(_rows(table("cif_margins"), "packaged"))


def margins(known: Iterable[Margin] | None = None) -> dict[str, Margin]:
    """The margin of each importer that is named, and of `EVERYONE` else; a later one takes the place.

    >>> {importer: margins()[importer].margin for importer in ("*", "KZ")}
    {'*': 0.06, 'KZ': 0.1}
    """
    chosen = stated() if known is None else known
    return {importer: each for each in chosen if each.used for importer in each.importers}


def read_margins(text: str, source: str) -> tuple[Margin, ...]:
    """The margins of a CSV with columns importers, margin, low, high and source.

    Raises
    ------
    BadSetting
        A column is missing, or a row cannot be read.
    """
    lines = [line for line in text.lstrip("\ufeff").splitlines() if not line.startswith("#")]
    rows = csv.DictReader(lines, strict=True)
    try:
        missing = COLUMNS - set(rows.fieldnames or ())
        if missing:
            raise BadSetting(f"{source} has no column {', '.join(sorted(missing))}")
        return tuple(_rows(rows, source))
    except csv.Error as fault:
        raise BadSetting(f"{source} is no CSV that can be read: {fault}") from fault


def _rows(rows: Iterable[Mapping[str, str]], source: str) -> Iterator[Margin]:
    for row in rows:
        try:
            margin = float(row["margin"])
            low, high = float(row["low"] or margin), float(row["high"] or margin)
        except (TypeError, ValueError):
            raise BadSetting(f"{source}: margin of {row['importers']!r} is no number; write 0.06") from None
        importers = tuple((row["importers"] or "").split())
        used = row.get("used", "yes") == "yes"
        yield Margin(importers, margin, low, high, row["source"] or "", row.get("years") or "", used)
