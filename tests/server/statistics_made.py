"""A small folder of invented statistics: three exporters, a country in between, a buyer, three years.

From April 2022 on four times as much is sent as before and much of it is never received. Lithuania has
published nothing for two months of 2021, and Russia nothing at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from math import sin
from pathlib import Path
from typing import Any

import pyarrow as pa

from flows.tables import row, table
from sarai.flows.engines import duckdb_engine
from sarai.flows.readers.reading import Reading
from sarai.flows.statistics import Statistics

MONTHS = [f"{year}-{month:02}" for year in (2020, 2021, 2022) for month in range(1, 13)]
SINCE = MONTHS.index("2022-04")
HOLES = ("2021-06", "2021-07")
SENDERS = {"DE": 1.0, "LT": 0.5, "PL": 0.7}
CHIPS, LAPTOPS = "854231", "847130"
QUESTION = {
    "from": "DE, LT, PL", "through": "KZ", "to": "RU", "codes": "8542,8471", "span": "2022-04..2022-12",
    "base": "2020-01..2022-03",
}  # fmt: skip


def invented(currency: str = "USD") -> Iterator[dict[str, Any]]:
    """All rows."""
    for n, month in enumerate(MONTHS):
        grown = 4 if n >= SINCE else 1
        for place, (sender, size) in enumerate(SENDERS.items()):
            for code, dear in ((CHIPS, 1.0), (LAPTOPS, 2.0)):
                usual = (
                    1e6 * size * dear * (1 + 0.12 * sin(1.7 * n + place) + 0.07 * sin(5.3 * n * dear + place))
                )
                arrived = 0.9 * usual * (1 + 0.04 * sin(3.1 * n + 2 * place)) * (1.2 if grown > 1 else 1)
                if (sender, month) not in {("LT", hole) for hole in HOLES}:
                    yield row(sender, "export", "KZ", code, month, usual * grown, currency=currency,
                              mass_kg=usual / 50)  # fmt: skip
                yield row("KZ", "import", sender, code, month, arrived, mass_kg=arrived / 50, quantity=5.0,
                          unit="H87")  # fmt: skip
        for code in (CHIPS, LAPTOPS):
            went = 2e5 * grown * grown * (1 + 0.1 * sin(2.3 * n))
            yield row("KZ", "export", "RU", code, month, went, mass_kg=went / 50, quantity=3.0, unit="KGM")


def statistics_at(folder: Path, rows: Iterator[dict[str, Any]] | None = None, name: str = "first") -> Path:
    """The folder, loaded; another name stands for another file."""
    file = folder.parent / f"{name}.csv"
    file.write_text(name)
    kinds = {"file": "string", "row": "int64", "column": "string", "value": "string", "reason": "string",
             "rows": "int64"}  # fmt: skip
    none = pa.table({name: pa.array([], pa.type_for_alias(kind)) for name, kind in kinds.items()})
    with duckdb_engine() as engine:
        given = engine.create_table("given", table(rows or invented()))
        reading = Reading(given, engine.create_table("refusals", none), False)
        Statistics(folder).load(reading, [file], "tests", engine, datetime(2026, 1, 1, tzinfo=UTC))
    return folder
