"""Invented statistics of a small world: senders, a state in between, and one that stops publishing.

Two senders sell to KZ and to RU. From March 2022 on one line is cut off directly, comes to KZ instead, and
goes on to RU; KZ records less of it than was sent. RU has published nothing since 2022. A second source has
the exports of DE a little otherwise, and a partner that nobody knows.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from random import Random

MONTHS = [f"{year}-{month:02d}" for year in range(2019, 2023) for month in range(1, 13)]
EVENT = "2022-03"
CUT = "854231"  # on the Common High Priority List
OTHERS = ("854232", "854239", "847130", "847141", "847160", "330499", "330510", "080810")
COLUMNS = ("reporter", "partner", "flow", "code", "month", "value", "kg", "basis")
MAPPING = """
source = "{source}"
[columns]
reporter = {{ column = "reporter" }}
partner = {{ column = "partner" }}
flow = {{ column = "flow" }}
code = {{ column = "code" }}
period = {{ column = "month", format = "%Y-%m" }}
currency = {{ constant = "USD" }}
edition = {{ constant = "HS2022" }}
value = {{ column = "value" }}
mass_kg = {{ column = "kg" }}
basis = {{ column = "basis" }}
"""

Row = tuple[str, str, str, str, str, float, float, str]


def world(seed: int = 7) -> Iterator[Row]:
    """Every row that national offices report."""
    chance = Random(seed)
    for number, code in enumerate((CUT, *OTHERS)):
        for at, month in enumerate(MONTHS):
            usual = 1e6 * (1 + number / 4) * (1 + 0.2 * (at % 12 > 8)) * chance.uniform(0.9, 1.1)
            cut = code == CUT and month >= EVENT
            yield from _month(code, month, usual, cut)


def _month(code: str, month: str, usual: float, cut: bool) -> Iterator[Row]:
    direct, sent = (0.05 * usual, 9 * usual) if cut else (4 * usual, usual)
    recorded, onward = (0.5 * sent, 0.4 * sent) if cut else (sent, 0.1 * sent)
    for sender, part in (("DE", 0.7), ("PL", 0.3)):
        yield _row(sender, "RU", "export", code, month, part * direct)
        yield _row(sender, "KZ", "export", code, month, part * sent)
        yield _row("KZ", sender, "import", code, month, part * recorded, "origin")
        yield _row("KZ", sender, "import", code, month, 0.8 * part * recorded, "consignment")
        if month < "2022-01":
            yield _row("RU", sender, "import", code, month, part * direct, "origin")
    yield _row("KZ", "RU", "export", code, month, onward)
    if month < "2022-01":
        yield _row("RU", "KZ", "import", code, month, onward, "origin")


def _row(
    reporter: str, partner: str, flow: str, code: str, month: str, value: float, basis: str = "destination"
) -> Row:
    return reporter, partner, flow, code, month, round(value), round(value / 50), basis


def otherwise() -> Iterator[Row]:
    """The exports of DE as a second source has them, and a row that cannot be taken."""
    for row in world():
        if row[:3] == ("DE", "KZ", "export"):
            yield (*row[:5], row[5] * 1.1, *row[6:])
    yield "DE", "Atlantis", "export", CUT, "2022-03", 1.0, 1.0, "destination"


def write(folder: Path) -> dict[str, tuple[Path, Path]]:
    """Both sources as a file and its mapping."""
    found = {}
    for name, rows in (("offices", world()), ("second", otherwise())):
        file, mapping = folder / f"{name}.csv", folder / f"{name}.toml"
        with file.open("w", newline="", encoding="utf-8") as opened:
            writer = csv.writer(opened)
            writer.writerow(COLUMNS)
            writer.writerows(rows)
        mapping.write_text(MAPPING.format(source=name), encoding="utf-8")
        found[name] = file, mapping
    return found
