"""The tables of the EU's study of critical raw materials: who supplies the world and the EU; its results."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from sarai.minerals.sources.rows import Odd, country_of, rows

__all__ = [
    "BELOW",
    "GROUPS",
    "NAMES",
    "STAGES",
    "Assessed",
    "Supply",
    "named",
    "read_assessed",
    "read_supply",
]

STAGES = {"E": "mining", "P": "processing"}
LEAST_T, MOST_T = 0.8, 2.0
"""The trade parameter: 0.8 for members of the EU; export taxes, quotas and bans raise it above 1."""
BELOW = 0.5
"""What ``<0.1%`` is read as, as a share of the bound. Squared, it does not matter."""

NAMES = {
    "barytes": "baryte", "borate": "boron", "phosphorous": "phosphorus", "hrees": "hree", "lrees": "lree",
    "pgms": "pgm", "heavy rare earths elements": "hree", "kaolin clay": "kaolin",
}  # fmt: skip
"""Materials that the tables call by another name than the house."""

GROUPS: Mapping[str, tuple[str, ...]] = {
    "hree": ("dysprosium", "erbium", "europium", "gadolinium", "holmium", "lutetium", "terbium", "thulium",
             "ytterbium", "yttrium"),
    "lree": ("cerium", "lanthanum", "neodymium", "praseodymium", "samarium"),
    "pgm": ("iridium", "palladium", "platinum", "rhodium", "ruthenium"),
}  # fmt: skip
"""Materials that the study assesses as groups, with the members that its tables have."""


class Supply(Struct, frozen=True, kw_only=True):
    """What a country gives of a supply.

    Attributes
    ----------
    material : str
        A code of the house, or a member of `GROUPS`.
    stage : str
        One of the values of `STAGES`.
    share : float
        Of the supply, from 0 to 1.
    t : float
        The trade parameter of the EU's method.
    """

    material: str
    stage: str
    country: str
    share: float
    t: float


class Assessed(Struct, frozen=True, kw_only=True):
    """Supply risk and economic importance as the EU published them, to one decimal."""

    material: str
    year: int
    risk: float | None
    importance: float | None


def named(text: str) -> str:
    """The code of a material by the name that the tables have.

    >>> named("Natural Graphite"), named("Barytes"), named("HREEs")
    ('natural-graphite', 'baryte', 'hree')
    """
    folded = " ".join(text.casefold().split())
    return NAMES.get(folded, folded.replace(" ", "-"))


def read_supply(path: Path, odd: list[Odd]) -> tuple[Supply, ...]:
    """The rows of global or EU supply shares; what cannot be read goes to `odd`."""
    read = []
    seen: dict[tuple[str, str, str], int] = {}
    for line, row in rows(path, ("Material", "Stage", "Country", "Share", "t"), odd):
        faults: list[Odd] = []
        each = _supply(path.name, line, row, faults)
        if each is not None:
            before = seen.setdefault((each.material, each.stage, each.country), line)
            if before != line:
                faults.append(_odd(path.name, line, row["Country"], f"says again what line {before} says"))
            else:
                read.append(each)
        odd += faults
    return tuple(read)


def _supply(file: str, line: int, row: Mapping[str, str], faults: list[Odd]) -> Supply | None:
    share = _share(row["Share"])
    t = _number(row["t"])
    country, stage = country_of(row["Country"]), STAGES.get(row["Stage"])
    if not country:
        faults.append(_odd(file, line, row["Country"], "is no country that is known"))
    elif stage is None:
        faults.append(_odd(file, line, row["Stage"], "is no stage; E and P are"))
    elif share is None:
        faults.append(_odd(file, line, row["Share"], "is no share such as 12.5% or <0.1%"))
    elif t is None or not LEAST_T <= t <= MOST_T:
        faults.append(_odd(file, line, row["t"], f"is no trade parameter from {LEAST_T} to {MOST_T}"))
    else:
        if "%" not in row["Share"]:
            faults.append(_odd(file, line, row["Share"], "has no percent sign; read as per cent", kept=True))
        return Supply(material=named(row["Material"]), stage=stage, country=country, share=share, t=t)
    return None


def _share(text: str) -> float | None:
    """A share of 1; ``<0.1%`` is half of its bound, and a bare number above 1 can only be per cent."""
    number = _number(text.removeprefix("<").removesuffix("%"))
    if number is None or not 0 <= number <= 100 or ("%" not in text and number <= 1):
        return None
    return number / 100 * (BELOW if text.startswith("<") else 1.0)


def read_assessed(path: Path, odd: list[Odd]) -> tuple[Assessed, ...]:
    """Supply risk and economic importance by material and list; ``-`` is not assessed."""
    read = []
    for line, row in rows(path, ("Material", "Year", "SR", "EI"), odd):
        risk, importance = _number(row["SR"]), _number(row["EI"])
        wrong = [row[name] for name, value in (("SR", risk), ("EI", importance)) if value is None]
        if not row["Year"].isdecimal() or any(text != "-" for text in wrong):
            text = " ".join((row["Year"], *wrong))
            odd.append(_odd(path.name, line, text, "is no year, or no figure or -"))
            continue
        read.append(Assessed(material=named(row["Material"]), year=int(row["Year"]), risk=risk,
                             importance=importance))  # fmt: skip
    return tuple(read)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _odd(file: str, line: int, text: str, why: str, *, kept: bool = False) -> Odd:
    return Odd(file=file, line=line, text=text, why=why, kept=kept)
