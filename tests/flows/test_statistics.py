"""The folder of statistics: what is loaded stays, revisions replace what they revise, holes are told."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from flows.tables import row, table
from sarai.flows.catalogue import StatisticsDamaged
from sarai.flows.engines import duckdb_engine
from sarai.flows.readers.reading import Reading
from sarai.flows.statistics import NoStatistics, SaidTwice, Statistics

AT = datetime(2026, 1, 1, tzinfo=UTC)
REFUSED = pa.table(
    {name: pa.array([], kind) for name, kind in [
        ("file", pa.string()), ("row", pa.int64()), ("column", pa.string()), ("value", pa.string()),
        ("reason", pa.string()), ("rows", pa.int64()),
    ]}
)  # fmt: skip


def load(folder: Path, rows, name: str = "a.csv", complete: bool = False):
    file = folder.parent / name
    file.write_text(str(rows))
    with duckdb_engine() as engine:
        reading = Reading(
            engine.create_table("given", table(rows)), engine.create_table("refusals", REFUSED), complete
        )
        return Statistics(folder).load(reading, [file], "test", engine, AT)


def held(folder: Path) -> list[dict]:
    with duckdb_engine() as engine:
        trade = Statistics(folder).trade(engine)
        return engine.to_pyarrow(trade.order_by("reporter", "code", "period")).to_pylist()


def published(folder: Path) -> set[tuple]:
    with duckdb_engine() as engine:
        rows = engine.to_pyarrow(Statistics(folder).published(engine)).to_pylist()
        return {(each["reporter"], each["flow"], f"{each['period']:%Y-%m}") for each in rows}


MAY = row("LT", "export", "KZ", "854231", "2022-05", 400)
JUNE = row("LT", "export", "KZ", "854231", "2022-06", 500)
OTHER = row("KZ", "import", "LT", "854231", "2022-05", 90)


def test_what_was_loaded_is_there_and_the_same_again_has_no_effect(tmp_path):
    folder = tmp_path / "statistics"
    first = load(folder, [MAY, OTHER])
    assert (first.load.rows, first.load.first, first.load.digits) == (2, "2022-05-01", {"comtrade": 6})
    assert load(folder, [MAY, OTHER]).repeated
    assert [(each["reporter"], each["value"]) for each in held(folder)] == [("KZ", 90), ("LT", 400)]


def test_a_revision_takes_the_place_of_what_it_revises_and_of_nothing_else(tmp_path):
    folder = tmp_path / "statistics"
    load(folder, [MAY, JUNE, OTHER])
    revised = load(folder, [MAY | {"value": 410.0}], name="b.csv")
    assert revised.load.replaced == 1
    assert [each["value"] for each in held(folder)] == [90, 410, 500]
    load(folder, [row("EE", "export", "KZ", "854231", "2022-05", 1)], name="c.csv")
    assert len(list(folder.glob("rows-*"))) == 3  # what was replaced is gone with the next load


def test_who_asks_while_a_load_replaces_rows_gets_an_answer(tmp_path):
    folder = tmp_path / "statistics"
    load(folder, [MAY, OTHER])
    with duckdb_engine() as engine:
        trade = Statistics(folder).trade(engine)
        load(folder, [MAY | {"value": 410.0}], name="b.csv")
        assert engine.to_pyarrow(trade.value.sum()).as_py() == 490
    assert sum(each["value"] for each in held(folder)) == 500


def test_the_same_row_twice_counts_once(tmp_path):
    assert load(tmp_path / "s", [MAY, MAY]).load.rows == 1


def test_two_figures_for_one_cell_are_refused_and_leave_nothing(tmp_path):
    folder = tmp_path / "s"
    with pytest.raises(SaidTwice, match="LT export KZ 854231 2022-05-01"):
        load(folder, [MAY, MAY | {"value": 1.0}])
    with pytest.raises(NoStatistics):
        held(folder)


def test_only_what_has_rows_is_published_unless_the_file_is_complete(tmp_path):
    rows = [MAY, row("EE", "export", "KZ", "854231", "2022-06", 1)]
    load(tmp_path / "sparse", rows)
    assert published(tmp_path / "sparse") == {("LT", "export", "2022-05"), ("EE", "export", "2022-06")}
    load(tmp_path / "whole", rows, complete=True)
    assert published(tmp_path / "whole") == {
        (reporter, "export", month) for reporter in ("LT", "EE") for month in ("2022-05", "2022-06")
    }


def test_an_empty_folder_says_what_to_do(tmp_path):
    with pytest.raises(NoStatistics, match="sarai flows load"):
        held(tmp_path / "nowhere")


def test_a_damaged_catalogue_is_not_taken_for_an_empty_one(tmp_path):
    load(tmp_path / "s", [MAY])
    (tmp_path / "s/catalogue.json").write_text("{")
    with pytest.raises(StatisticsDamaged, match=r"catalogue\.json"):
        held(tmp_path / "s")


def test_a_load_that_is_cut_off_leaves_what_was_there(tmp_path):
    """The process dies just before the catalogue comes into force."""
    folder = tmp_path / "s"
    load(folder, [MAY])
    code = (
        "import sys, os; from pathlib import Path; from flows import test_statistics as t;"
        "from sarai.flows.catalogue import Catalogue; Catalogue.put = lambda *a: os._exit(9);"
        "t.load(Path(sys.argv[1]), [t.MAY | {'value': 1.0}, t.OTHER], name='b.csv')"
    )
    path = os.pathsep.join([str(Path(__file__).resolve().parents[1]), *sys.path])
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], check=False, env={**os.environ, "PYTHONPATH": path}
    )
    assert done.returncode == 9
    assert [each["value"] for each in held(folder)] == [400]
    assert not load(folder, [MAY | {"value": 1.0}, OTHER], name="b.csv").repeated
    assert [each["value"] for each in held(folder)] == [90, 1]


def test_details_of_each_source(tmp_path):
    load(tmp_path / "s", [MAY, JUNE | {"source": "comext", "code": "85423110"}, OTHER | {"code": "TOTAL"}])
    assert Statistics(tmp_path / "s").catalogue.digits == {"comext": 8, "comtrade": 6}
