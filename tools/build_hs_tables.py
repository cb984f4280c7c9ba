"""Write the HS tables of ``sarai.reference.hs`` from the workbooks of the UN Statistics Division.

Usage: ``python tools/build_hs_tables.py FOLDER``, where FOLDER holds the code lists
``HS2012.xlsx``, ``HS2017.xlsx``, ``HS2022.xlsx`` and the two
``HS_…_ConversionAndCorrelationTables.xlsx``. Needs openpyxl (extra ``test``).

Of the workbooks only codes are kept, never texts. A code of the newer edition is written when
it corresponds to anything but itself, with all that it corresponds to; the others correspond to
themselves. Each workbook has two sheets: *conversion* names one older code for each newer one,
*correlation* all of them (n:n). The second is used; the first is contained in it.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import openpyxl

TABLES = Path(__file__).resolve().parents[1] / "src" / "sarai" / "reference" / "tables"
EDITIONS = ("HS2012", "HS2017", "HS2022")
STEPS = (("HS2017", "HS2012"), ("HS2022", "HS2017"))
NOT_HS = {"999999"}  # "commodities not specified": a code of the UN's statistics, not of the HS

# What the nomenclature itself says and the correlation sheet leaves out: the heading's only
# subheading of the same text (911490), and the one that was split in two (854150).
ADDED = {
    ("HS2022", "HS2017"): {"854151": {"854150"}, "854159": {"854150"}, "911490": {"911490"}},
    ("HS2017", "HS2012"): {},
}

CODES_HEADER = """\
# Six-digit codes of the Harmonized System; under each edition that has the code, its commodity class:
# the smallest code of HS 2022 that correlations connect it with, however far. Empty: not in the edition.
# Source: code lists H4, H5 and H6 of the UN Statistics Division (Comtrade), without its own 999999; classes
# are our own reckoning from the correlation tables beside this file.
# Licence: codes are facts, no text is taken over; Apache-2.0. Date: HS 2022. By tools/build_hs_tables.py.
"""
LINKS_HEADER = """\
# Codes of {newer} that correspond to anything but the same code of {older}, with all that they
# correspond to. Source: UN Statistics Division, {newer} to {older} correlation table (n:n), after the
# World Customs Organization. added: codes that the sheet leaves out, though the nomenclature names them.
# conversion: the one code that the UN's conversion table of the same workbook names.
# Licence: codes are facts, no text is taken over; Apache-2.0. Date: {newer}. By tools/build_hs_tables.py.
"""

Links = dict[str, set[str]]
Node = tuple[str, str]  # edition, code


def codes(folder: Path, edition: str) -> set[str]:
    """All six-digit codes of an edition."""
    rows = _rows(folder / f"{edition}.xlsx", 0)
    return {row[0] for row in rows if len(row[0]) == 6 and row[0].isdigit()} - NOT_HS


def links(folder: Path, newer: str, older: str) -> Links:
    """Which codes of the older edition each code of the newer one corresponds to."""
    found: Links = defaultdict(set)
    for new, old in _pairs(folder, newer, older, 1):
        found[new].add(old)
    return found


def conversions(folder: Path, newer: str, older: str) -> dict[str, str]:
    """The one code of the older edition that stands for each code of the newer one."""
    return dict(_pairs(folder, newer, older, 0))


def _pairs(folder: Path, newer: str, older: str, sheet: int) -> Iterator[tuple[str, str]]:
    name = f"HS_{newer[2:]}_to_HS_{older[2:]}_ConversionAndCorrelationTables.xlsx"
    for new, old, *_ in _rows(folder / name, sheet):
        if new.isdigit() and new not in NOT_HS:
            yield new, old


def _rows(path: Path, sheet: int) -> Iterator[tuple[str, ...]]:
    for row in openpyxl.load_workbook(path, read_only=True).worksheets[sheet].iter_rows(values_only=True):
        yield tuple("" if cell is None else str(cell).strip() for cell in row)


def classes(editions: dict[str, set[str]], steps: dict[tuple[str, str], Links]) -> dict[Node, str]:
    """The class of each code: newest codes spread first and in order, so the smallest comes first."""
    neighbours: dict[Node, set[Node]] = defaultdict(set)
    for (newer, older), found in steps.items():
        for new, olds in found.items():
            for old in olds | ADDED[newer, older].get(new, set()):
                neighbours[newer, new].add((older, old))
                neighbours[older, old].add((newer, new))
    classed: dict[Node, str] = {}
    for edition in reversed(EDITIONS):
        for code in sorted(editions[edition]):
            reached = [(edition, code)]
            while reached:
                node = reached.pop()
                if node not in classed:
                    classed[node] = code
                    reached.extend(neighbours[node])
    return classed


def write_codes(classed: dict[Node, str]) -> None:
    """Write ``hs_codes.csv``."""
    lines = [",".join(("hs6", *EDITIONS))]
    for code in sorted({code for _, code in classed}):
        lines.append(",".join((code, *(classed.get((edition, code), "") for edition in EDITIONS))))
    _write("hs_codes.csv", CODES_HEADER, lines)


def write_links(newer: str, older: str, found: Links, one: dict[str, str]) -> None:
    """Write ``hs_2022_to_2017.csv`` or ``hs_2017_to_2012.csv``."""
    added = ADDED[newer, older]
    lines = ["newer,older,added,conversion"]
    for code in sorted(found):
        if found[code] != {code} or code in added:
            more = " ".join(sorted(added.get(code, ())))
            lines.append(f"{code},{' '.join(sorted(found[code]))},{more},{one[code]}")
    _write(f"hs_{newer[2:]}_to_{older[2:]}.csv", LINKS_HEADER.format(newer=newer, older=older), lines)


def _write(name: str, header: str, lines: list[str]) -> None:
    (TABLES / name).write_text(header + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{name}: {len(lines) - 1} rows")


def main(folder: Path) -> None:
    """Check the workbooks against each other, then write the three tables."""
    editions = {edition: codes(folder, edition) for edition in EDITIONS}
    steps = {step: links(folder, *step) for step in STEPS}
    for (newer, older), found in steps.items():
        if set(found) != editions[newer] or not set().union(*found.values()) <= editions[older]:
            sys.exit(f"{newer} to {older}: the correlation sheet and the code lists name different codes")
        write_links(newer, older, found, conversions(folder, newer, older))
    write_codes(classes(editions, steps))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
