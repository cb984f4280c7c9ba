"""World Mining Data: what each country produced in a year, in the unit that the publisher uses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from sarai.goods import BadSetting
from sarai.minerals.sources.rows import Odd, country_of, rows

__all__ = ["MINED", "Produced", "read_produced"]

TOTAL = "Total"
MINED: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("aluminium", "mining"): ("Bauxite",), ("aluminium", "processing"): ("Aluminium",),
    ("antimony", "mining"): ("Antimony",), ("arsenic", "processing"): ("Arsenic",),
    ("baryte", "mining"): ("Baryte",), ("beryllium", "mining"): ("Beryllium (conc.)",),
    ("bismuth", "mining"): ("Bismuth",), ("boron", "mining"): ("Boron Minerals",),
    ("cobalt", "mining"): ("Cobalt",), ("coking-coal", "mining"): ("Coking Coal",),
    ("copper", "mining"): ("Copper",), ("feldspar", "mining"): ("Feldspar",),
    ("fluorspar", "mining"): ("Fluorspar",), ("gallium", "processing"): ("Gallium",),
    ("germanium", "processing"): ("Germanium",), ("hree", "mining"): ("Rare Earths (REO)",),
    ("lithium", "mining"): ("Lithium (Li2O)",), ("lree", "mining"): ("Rare Earths (REO)",),
    ("manganese", "mining"): ("Manganese",), ("natural-graphite", "mining"): ("Graphite",),
    ("nickel", "mining"): ("Nickel",), ("niobium", "mining"): ("Niobium (Nb2O5)",),
    ("pgm", "mining"): ("Palladium", "Platinum", "Rhodium"),
    ("phosphate-rock", "mining"): ("Phosphate Rock (P2O5)",), ("tantalum", "mining"): ("Tantalum (Ta2O5)",),
    ("titanium-metal", "mining"): ("Titanium (TiO2)",), ("tungsten", "mining"): ("Tungsten (W)",),
    ("vanadium", "mining"): ("Vanadium (V)",),
}  # fmt: skip
"""By material and stage, what the publisher counts: ore as its content, gallium and germanium as metal."""


class Produced(Struct, frozen=True, kw_only=True):
    """What a country produced in a year.

    Attributes
    ----------
    material : str
        As the publisher names it; `MINED` says for what of ours.
    unit : str
        As the publisher says it: ``metr. t``, ``kg``.
    """

    material: str
    country: str
    year: int
    amount: float
    unit: str


def read_produced(path: Path, odd: list[Odd]) -> tuple[Produced, ...]:
    """The cells of a file; what cannot be read goes to `odd`, and so does a total that its countries miss."""
    read: list[Produced] = []
    totals: list[tuple[int, Produced]] = []
    seen: dict[tuple[str, str], int] = {}
    years: list[str] = []
    for line, row in rows(path, ("material", "Country", "Country_ISO", "unit"), odd):
        years = years or [name for name in row if name.isdecimal()]
        country = TOTAL if row["Country"] == TOTAL else country_of(row["Country_ISO"], row["Country"])
        before = seen.setdefault((row["material"], country), line)
        if not country:
            odd.append(_odd(path, line, row["Country"], "is no country that is known"))
        elif before != line:
            why = f"of {row['material']} says again what line {before} says"
            odd.append(_odd(path, line, row["Country"], why))
        else:
            cells = _cells(path, line, row, country, years, odd)
            totals += [(line, each) for each in cells if country == TOTAL]
            read += [each for each in cells if country != TOTAL]
    if not years:
        raise BadSetting(
            f"{path} has no column of a year such as 2022, or no rows; take the publisher's file"
        )
    odd += _missed(path, read, totals)
    return tuple(read)


def _cells(path: Path, line: int, row: Mapping[str, str], country: str, years: list[str],
           odd: list[Odd]) -> list[Produced]:  # fmt: skip
    read = []
    for year in years:
        if not row[year]:
            continue
        try:
            amount = float(row[year])
        except ValueError:
            amount = -1.0
        if not 0 <= amount < float("inf"):
            odd.append(_odd(path, line, row[year], f"is no amount of {year}"))
            continue
        read.append(Produced(material=row["material"], country=country, year=int(year), amount=amount,
                             unit=row["unit"]))  # fmt: skip
    return read


def _missed(path: Path, read: list[Produced], totals: list[tuple[int, Produced]]) -> list[Odd]:
    """Totals that the countries do not add up to, within one in a hundred."""
    sums: dict[tuple[str, int], float] = {}
    for each in read:
        sums[each.material, each.year] = sums.get((each.material, each.year), 0.0) + each.amount
    return [
        _odd(path, line, f"{total.material} {total.year}",
             f"has a total of {total.amount:,.0f} {total.unit}, its countries {found:,.0f}", kept=True)
        for line, total in totals
        if abs((found := sums.get((total.material, total.year), 0.0)) - total.amount) > 0.01 * total.amount
    ]  # fmt: skip


def _odd(path: Path, line: int, text: str, why: str, *, kept: bool = False) -> Odd:
    return Odd(file=path.name, line=line, text=text, why=why, kept=kept)
