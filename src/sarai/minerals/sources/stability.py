"""Political stability and absence of violence, by country and year: the one indicator GeoPolRisk goes by.

Source: the World Bank's Worldwide Governance Indicators; an estimate is standard normal, about -2.5 to 2.5.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from sarai.goods import BadSetting
from sarai.minerals.sources.finding import find
from sarai.minerals.sources.rows import Odd, country_of, rows

__all__ = ["of_folder", "read_stability"]

INDICATOR = "pv"
NOT_GIVEN = ".."


def of_folder(folder: Path, year: int) -> tuple[int, dict[str, float]]:
    """The last year up to one that is rated, and the estimates of it by country.

    Raises
    ------
    BadSetting
        There is no such file, or no year so early.
    """
    path = find(folder, "governance")
    read = _kept(path, path.stat().st_mtime_ns)
    rated = [each for _, each in read if each <= year]
    if not rated:
        raise BadSetting(f"{path} rates no country in {year} or before; ask for a later year")
    latest = max(rated)
    return latest, {country: estimate for (country, of), estimate in read.items() if of == latest}


@lru_cache(maxsize=2)
def _kept(path: Path, _changed: int) -> Mapping[tuple[str, int], float]:
    return read_stability(path, [])


def read_stability(path: Path, odd: list[Odd]) -> dict[tuple[str, int], float]:
    """Estimates by country and year; what cannot be read goes to `odd`."""
    read: dict[tuple[str, int], float] = {}
    for line, row in rows(path, ("code", "year", "indicator", "estimate"), odd):
        country = country_of(row["code"]) if row["indicator"] == INDICATOR else ""
        if not country or row["estimate"] == NOT_GIVEN:
            continue
        try:
            read[country, int(row["year"])] = float(row["estimate"])
        except ValueError:
            text = f"{row['year']} {row['estimate']}"
            odd.append(Odd(file=path.name, line=line, text=text, why="is no estimate of a year"))
    return read
