"""Where measures are computed: DuckDB in this process, or Spark on as many machines as there are.

Measures are Ibis expressions and know of neither. An engine gives them tables and runs what they
make of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sarai.flows.settings import FlowsSettings

if TYPE_CHECKING:
    from ibis.backends import BaseBackend
    from ibis.expr.types import Table

__all__ = ["duckdb_engine", "read_files", "rows_of", "spark_engine"]


def read_files(engine: BaseBackend, folder: Path, names: Sequence[str]) -> Table:
    """Parquet files of a folder as one table."""
    paths = [str(folder / name) for name in names]
    if engine.name != "pyspark":
        return engine.read_parquet(paths)
    from ibis.util import gen_name
    from pyspark.sql import SparkSession

    view = gen_name("files")  # Ibis itself hands Spark one path only
    SparkSession.getActiveSession().read.parquet(*paths).createOrReplaceTempView(view)
    return engine.table(view)


def rows_of(engine: BaseBackend, table: Table) -> list[dict[str, Any]]:
    """Compute a table, each row by the names of its columns."""
    if engine.name != "pyspark":
        return engine.to_pyarrow(table).to_pylist()
    engine._run_pre_execute_hooks(table)  # Ibis itself fetches by way of pandas, for which null is NaN
    return engine.raw_sql(engine.compile(table)).toArrow().to_pylist()


@contextmanager
def duckdb_engine(settings: FlowsSettings | None = None, spill: Path | None = None) -> Iterator[BaseBackend]:
    """DuckDB in this process, within the memory of the settings.

    Parameters
    ----------
    spill : Path, optional
        Where what does not fit in memory goes; without it nothing is spilt, and what does not fit fails.
    """
    import ibis

    settings = settings or FlowsSettings()
    options = {"memory_limit": f"{settings.memory_mb}MB", "preserve_insertion_order": False}
    if settings.threads:
        options["threads"] = settings.threads
    options["temp_directory"] = str(spill) if spill else ""
    engine = ibis.duckdb.connect(**options)
    try:
        yield engine
    finally:
        engine.disconnect()


@contextmanager
def spark_engine(
    master: str = "local[2]", settings: FlowsSettings | None = None, spill: Path | None = None
) -> Iterator[BaseBackend]:
    """Spark at a master: ``local[2]`` in this process, ``spark://HOST:7077`` or ``yarn`` on a cluster.

    Everything else about a cluster is said where Spark looks for it, ``spark-defaults.conf``.
    """
    import ibis
    from pyspark.sql import SparkSession

    settings = settings or FlowsSettings()
    builder = SparkSession.builder.master(master).appName("sarai flows")
    for name, value in _spark_options(master, settings, spill).items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    try:
        yield ibis.pyspark.connect(session)
    finally:
        session.stop()


def _spark_options(master: str, settings: FlowsSettings, spill: Path | None) -> dict[str, str]:
    """What this room needs of Spark; on one machine also that it stays there, and small."""
    options = {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.ansi.enabled": "false",  # a cast or a division that has no result is null, not a fault
        "spark.sql.execution.arrow.pyspark.enabled": "true",
    }
    if master.startswith("local"):
        options |= {"spark.local.dir": str(spill)} if spill else {}
        options |= {
            "spark.driver.memory": f"{settings.memory_mb}m",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.ui.enabled": "false",
            "spark.log.level": "ERROR",
            "spark.sql.shuffle.partitions": "4",
        }
    return options
