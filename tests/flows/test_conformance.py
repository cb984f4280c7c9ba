"""Every measure gives the same on every engine, and the same as loops in plain Python."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import UTC, date, datetime
from functools import cache
from types import SimpleNamespace

import pyarrow
import pytest

from flows.cases import CASES, Prepared
from flows.engines import alike, assert_alike, by_key, duckdb, spark, without, write
from flows.invented import invented
from flows.plain import Statistics
from flows.plain import prepared as prepared_in_loops
from sarai import flows
from sarai.flows import Question, measures, span, widest_gaps
from sarai.flows.editions import shares
from sarai.flows.engines import rows_of
from sarai.flows.measures.method import Method
from sarai.flows.preparing import Selection, prepared, share_table
from sarai.flows.readers import REFUSED, Reading
from sarai.flows.shape import CELL

SEED = 20220224
ENGINES = {"duckdb": duckdb, "spark": spark}
EDITIONS = ("HS2017", "HS2022")
MACHINERY = {"arithmetic", "legs", "method", "tallies", "terms"}
NAMELESS = ("second_partner", "edition")  # the same in every prepared row

# A worker of Spark's closes its socket when the machine gets round to it.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """The invented trade, as files and as rows."""
    trade, published = invented(SEED)
    return SimpleNamespace(
        folder=write(tmp_path_factory.mktemp("invented"), trade, published), trade=trade, published=published
    )


@pytest.fixture(scope="module", params=list(ENGINES))
def on_engine(request, world, tmp_path_factory):
    """An engine, which is started once, with trade that it has itself prepared."""
    with ENGINES[request.param]() as engine:
        trade = engine.read_parquet(world.folder / "trade.parquet")
        carried = share_table(EDITIONS, "HS2017")
        ready = {
            digits: rows_of(engine, prepared(trade, Selection(digits=digits), carried, "HS2017"))
            for digits in (6, 4)
        }
        folders = [
            write(tmp_path_factory.mktemp(f"prepared{digits}"), ready[digits], world.published)
            for digits in ready
        ]
        tables = [engine.read_parquet(folder / "trade.parquet") for folder in folders]
        yield engine, Prepared(tables[0], engine.read_parquet(folders[0] / "published.parquet"), tables[1])


@pytest.fixture(scope="module")
def in_loops(world):
    """Answers in loops, by the name of the case."""
    ready = {
        digits: Statistics(
            prepared_in_loops(world.trade, shares(EDITIONS, "HS2017"), digits), world.published
        )
        for digits in (6, 4)
    }
    return cache(lambda name: without(CASES[name].looped(ready[6], ready[4]), NAMELESS))


@pytest.mark.parametrize("name", CASES)
def test_an_engine_gives_what_loops_give(name, on_engine, in_loops):
    engine, ready = on_engine
    case = CASES[name]
    found = rows_of(engine, case.measured(ready))
    assert in_loops(name), "the case says nothing"
    assert_alike(found, in_loops(name), case.keys)


UNPUBLISHED = [
    ("a", "DE", "export", date(2022, 6, 1)),
    ("a", "FR", "export", date(2021, 9, 1)),
    ("b", "AM", "import", date(2022, 6, 1)),
    ("b", "AM", "export", date(2022, 5, 1)),
]
WITHOUT_FIGURES = {"prepared", "holes"}


@pytest.fixture(scope="module")
def full(world):
    """Prepared rows, in loops, of six and four digits."""
    return [prepared_in_loops(world.trade, shares(EDITIONS, "HS2017"), digits) for digits in (6, 4)]


@pytest.fixture(scope="module", params=UNPUBLISHED, ids=lambda cell: f"{cell[1]} {cell[2]} {cell[3]:%Y-%m}")
def before_and_after(request, world, full, tmp_path_factory):
    """Trade, and the same had one reporter not published one month."""
    source, reporter, flow, period = request.param
    rest = [each for each in world.published if each != (source, reporter, flow, "M", period)]
    less = [[row for row in rows if not is_of(row, request.param)] for rows in full]
    assert len(rest) < len(world.published)
    with duckdb() as engine:
        ready = []
        for published, rows in ((world.published, full), (rest, less)):
            folders = [write(tmp_path_factory.mktemp("holes"), each, published) for each in rows]
            six, four = (engine.read_parquet(folder / "trade.parquet") for folder in folders)
            ready.append(Prepared(six, engine.read_parquet(folders[0] / "published.parquet"), four))
        yield engine, *ready


def is_of(row, cell) -> bool:
    return (row["source"], row["reporter"], row["flow"], row["period"]) == cell


def is_doubt(column: str) -> bool:
    """Whether a column says how much is missing, or from how much a figure is."""
    return column.endswith(("holes", "silent", "published", "unknown", "base_periods"))


@pytest.mark.parametrize("name", sorted(set(CASES) - WITHOUT_FIGURES))
def test_a_hole_is_never_a_zero(name, before_and_after):
    """Had a month not been published, every figure is as it was, or null, or says what it lacks."""
    engine, before, after = before_and_after
    keys = CASES[name].keys or ("nothing",)
    was, now = (
        by_key([row | {"nothing": 0} for row in rows_of(engine, CASES[name].measured(each))], keys)
        for each in (before, after)
    )
    for key in now.keys() & was.keys():
        doubted = any(is_doubt(column) and now[key][column] != was[key][column] for column in now[key])
        silent = {
            column: (was[key][column], value)
            for column, value in now[key].items()
            if value is not None and not doubted and not alike(value, was[key][column], 1e-9)
        }
        assert not silent, f"{key}: {silent}"
    if name == "lost in transit, all":  # the test sees holes at all
        assert now[0]["share"] is None


MEASURES = sorted({each.name for each in pkgutil.iter_modules(measures.__path__)} - MACHINERY)


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_says_how_it_is_made(name):
    module = importlib.import_module(f"sarai.flows.measures.{name}")
    method = module.METHOD
    assert isinstance(method, Method)
    assert all(getattr(method, field) for field in method.__struct_fields__)
    assert callable(getattr(module, method.name)) and method.name in module.__all__
    assert ".. math::" in module.__doc__


@pytest.fixture(scope="module")
def folder(world, tmp_path_factory):
    """The invented trade as a folder of statistics, as a load makes it."""
    held = tmp_path_factory.mktemp("held") / "statistics"
    file = world.folder / "trade.parquet"
    refused = pyarrow.table(
        {name: pyarrow.array([], pyarrow.type_for_alias(kind)) for name, kind in REFUSED.items()}
    )
    with duckdb() as engine:
        rows = engine.read_parquet(file)
        rows = rows.distinct(on=CELL, keep="first")
        reading = Reading(rows, engine.create_table("refused", refused), complete=True)
        flows.Statistics(held).load(reading, [file], "invented", engine, datetime(2026, 1, 1, tzinfo=UTC))
    return held


def test_a_question_has_the_same_answer_on_every_engine(folder, on_engine):
    engine, _ = on_engine
    question = Question(edition="HS2017", span=span("2021..2022"), exported="a", imported="b", currency="USD")
    asked = dict(base=span("2021"), span=span("2022"), top=9, memory_mb=256)
    with duckdb() as other:
        wanted = widest_gaps(flows.ready(flows.Statistics(folder), question, other), question, other, **asked)
    found = widest_gaps(flows.ready(flows.Statistics(folder), question, engine), question, engine, **asked)
    assert len(wanted) > 3
    assert_alike(found, wanted, ("exporter", "importer", "code", "period"))
