"""The World Bank's Worldwide Governance Indicators, as a weight of risk by country."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from sarai.goods import BadSetting
from sarai.minerals.sources.rows import Odd, country_of, rows

__all__ = ["INDICATORS", "Governance", "read_governance"]

INDICATORS = ("cc", "ge", "pv", "rl", "rq", "va")
"""Control of corruption, effectiveness, stability, rule of law, regulation, voice."""
HALF = 2.5  # estimates are standard normal; the publisher gives their range as -2.5 to 2.5
NOT_GIVEN = ".."


class Governance(Struct, frozen=True):
    """The mean estimate of the six indicators by country and year; higher is better."""

    means: Mapping[tuple[str, int], float]

    def years(self) -> tuple[int, ...]:
        """The years that there are."""
        return tuple(sorted({year for _, year in self.means}))

    def latest(self, year: int) -> int:
        """The last year up to `year`; raises `BadSetting` if all are later."""
        there = [each for each in self.years() if each <= year]
        if not there:
            raise BadSetting(f"governance is not known for {year} or before; ask for {min(self.years())} on")
        return there[-1]

    def risk(self, years: Iterable[int]) -> dict[str, float]:
        """By country the mean over years, turned and scaled as the EU's method has it: 0 best to 10 worst.

        >>> Governance({("KZ", 2020): -0.5, ("KZ", 2021): -0.3}).risk([2020, 2021])
        {'KZ': 5.8}
        """
        asked = set(years)
        found: dict[str, list[float]] = {}
        for (country, year), mean in sorted(self.means.items()):
            if year in asked:
                found.setdefault(country, []).append(mean)
        return {country: scaled(sum(means) / len(means)) for country, means in found.items()}


def scaled(estimate: float) -> float:
    """An estimate on the scale of the EU's method: 0 best to 10 worst."""
    return min(10.0, max(0.0, (HALF - estimate) * 10 / (2 * HALF)))


def read_governance(path: Path, odd: list[Odd]) -> Governance:
    """The estimates of a file; what is no country any more, or cannot be read, goes to `odd`.

    A year of a country counts with the indicators that it has. A dissolved country is told once.
    """
    found: dict[tuple[str, int], dict[str, float]] = {}
    unknown: dict[str, int] = {}
    for line, row in rows(path, ("code", "countryname", "year", "indicator", "estimate"), odd):
        country = country_of(row["code"])
        if not country:
            unknown.setdefault(f"{row['code']} {row['countryname']}", line)
        elif row["estimate"] != NOT_GIVEN:
            try:
                key, indicator = (country, int(row["year"])), _indicator(row["indicator"])
                estimate = float(row["estimate"])
            except ValueError:
                text = " ".join((row["year"], row["indicator"], row["estimate"]))
                odd.append(Odd(file=path.name, line=line, text=text, why="is no estimate of an indicator"))
            else:
                found.setdefault(key, {})[indicator] = estimate
    odd += [Odd(file=path.name, line=line, text=text, why="is no country of today, here and below")
            for text, line in unknown.items()]  # fmt: skip
    return Governance({key: sum(each.values()) / len(each) for key, each in found.items()})


def _indicator(code: str) -> str:
    if code not in INDICATORS:
        raise ValueError(code)
    return code
