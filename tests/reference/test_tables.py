"""Every packaged table says where it comes from, and can be read."""

from __future__ import annotations

from importlib.resources import files

import pytest

from sarai.reference._tables import table

TABLES = sorted(files("sarai.reference").joinpath("tables").iterdir(), key=lambda path: path.name)


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_a_table_names_its_source_licence_and_date(path):
    head = "\n".join(line for line in path.read_text("utf-8").splitlines() if line.startswith("#"))
    assert all(word in head for word in ("Source: ", "Licence: ", "Apache-2.0", "Date: "))


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_every_row_fills_every_column(path):
    rows = table(path.name.removesuffix(".csv"))
    assert rows
    for row in rows:
        assert None not in row
        assert None not in row.values()
