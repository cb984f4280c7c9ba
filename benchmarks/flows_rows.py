"""Made-up trade in the one shape: `python -m benchmarks.flows_rows DIRECTORY MILLIONS`."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

import duckdb

from sarai.flows.catalogue import Catalogue, Load, Terms
from sarai.flows.editions import shares
from sarai.reference import countries

PERIODS = 60
COUNTRIES = 120
FILES = 20
ROWS = """
COPY (
  WITH series AS (
    SELECT range AS series, (hash(range) % {countries})::INT AS one,
           (hash(range + 7) % ({countries} - 1))::INT AS step, range * {codes} // {series} AS code_at
    FROM range({first}, {end})
  ), period AS (
    SELECT range AS month, (DATE '2019-01-01' + to_months(range::INT))::DATE AS period FROM range({periods})
  ), leg AS (SELECT unnest([true, false]) AS exported)
  SELECT 'comtrade' AS source, CASE WHEN exported THEN a.code ELSE b.code END AS reporter,
         CASE WHEN exported THEN b.code ELSE a.code END AS partner, NULL::VARCHAR AS second_partner,
         CASE WHEN exported THEN 'export' ELSE 'import' END AS flow,
         CASE WHEN period >= DATE '2022-01-01' THEN 'HS2022' ELSE 'HS2017' END AS edition, hs6.code AS code,
         'M' AS frequency, period, 'USD' AS currency,
         exp(10 + (hash(series) % 997) / 300
             + (hash(series * 61 + month + exported::INT) % 1000003) / 1000003.0) AS value,
         NULL::DOUBLE AS quantity, NULL::VARCHAR AS unit,
         exp(8 + (hash(series + month) % 997) / 300) AS mass_kg,
         CASE WHEN exported THEN 'destination' ELSE 'origin' END AS basis,
         CASE WHEN exported THEN 'fob' ELSE 'cif' END AS valuation
  FROM series JOIN country a ON a.number = one JOIN country b ON b.number = (one + 1 + step) % {countries}
       JOIN hs6 ON hs6.number = code_at, period, leg
  ORDER BY code, reporter, partner, period
) TO '{file}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)
"""


def main(directory: Path, millions: int) -> None:
    """Write the rows as a folder of statistics."""
    engine = duckdb.connect(
        config={"threads": 2, "memory_limit": "4GB", "temp_directory": str(directory / "tmp")}
    )
    codes = sorted(each.code for each in shares(["HS2022"], "HS2022"))
    _table(engine, "hs6", codes)
    _table(engine, "country", _countries())
    series, names = millions * 1_000_000 // (2 * PERIODS), []
    folder = directory / "statistics"
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(FILES):
        names.append(f"rows-{number:02}.parquet")
        engine.execute(ROWS.format(
            countries=COUNTRIES, codes=len(codes), series=series, periods=PERIODS,
            first=series * number // FILES, end=series * (number + 1) // FILES, file=folder / names[-1],
        ))  # fmt: skip
    engine.execute(
        "COPY (SELECT 'comtrade' AS source, code AS reporter, flow, 'M' AS frequency, "
        "(DATE '2019-01-01' + to_months(range::INT))::DATE AS period "
        f"FROM country, range({PERIODS}), (SELECT unnest(['export', 'import']) AS flow)) "
        f"TO '{folder / 'coverage.parquet'}' (FORMAT parquet)"
    )
    first, last = date(2019, 1, 1), date(2023, 12, 1)
    terms = tuple(
        Terms("comtrade", flow, "M", edition, "USD", *span)
        for flow in ("export", "import")
        for edition, span in (("HS2017", (first, date(2021, 12, 1))), ("HS2022", (date(2022, 1, 1), last)))
    )
    load = Load(
        digest="made up", reader="none", files=(), at=datetime(2026, 1, 1, tzinfo=UTC),
        rows=series * 2 * PERIODS, refused=0, replaced=0, complete=True, digits={"comtrade": 6},
        terms=terms, first=str(first), last=str(last),
    )  # fmt: skip
    Catalogue((load,), tuple(names), ("coverage.parquet",), ()).put(folder)


def _countries() -> list[str]:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    known = (one + two for one in letters for two in letters if countries.exists(one + two))
    return list(islice(known, COUNTRIES))


def _table(engine: duckdb.DuckDBPyConnection, name: str, codes: list[str]) -> None:
    engine.execute(f"CREATE TABLE {name} (number INT, code VARCHAR)")
    engine.executemany(f"INSERT INTO {name} VALUES (?, ?)", list(enumerate(codes)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
