"""How much of the EU's input is recycled from old scrap (EoL-RIR), by material, in a profile of the 34."""

from __future__ import annotations

from pathlib import Path

from sarai.minerals.sources.eu import named
from sarai.minerals.sources.rows import Odd, rows

__all__ = ["RATE", "read_recycled"]

RATE = "EoL_RIR_SCRREEN2023"


def read_recycled(path: Path, odd: list[Odd]) -> dict[str, float]:
    """The rate by material, from 0 to 1; a material whose cell is empty is not there."""
    read: dict[str, float] = {}
    for line, row in rows(path, ("crm", RATE), odd):
        if not row[RATE]:
            continue
        try:
            rate = float(row[RATE])
        except ValueError:
            rate = -1.0
        material = named(row["crm"])
        if not 0 <= rate < 1:
            odd.append(Odd(file=path.name, line=line, text=row[RATE], why="is no rate from 0 to 1"))
        elif read.setdefault(material, rate) != rate:
            why = f"of {material} differs from {read[material]:g} above"
            odd.append(Odd(file=path.name, line=line, text=row[RATE], why=why))
    return read
