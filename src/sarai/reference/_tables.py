"""The packaged tables: CSV files whose ``#`` lines name source, licence and date."""

from __future__ import annotations

import csv


def table(name: str) -> list[dict[str, str]]:
    """The rows of ``tables/<name>.csv``, each by column name."""
    from importlib.resources import files  # 10 ms that a start which reads no table need not pay

    text = files("sarai.reference").joinpath("tables", f"{name}.csv").read_text("utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
