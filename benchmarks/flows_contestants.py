"""One contestant in a process of its own: `python -m benchmarks.flows_contestants DIRECTORY ours|polars`."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from sarai.flows.measures.mirror import LEAST_BASE, LEAST_SPREAD
from sarai.flows.periods import Span, span

BASE, SPAN, TOP = span("2019..2021"), span("2022..2023"), 50
PAIR = ("exporter", "importer", "code")
Gap = tuple[str, str, str, str, float]


def ours(folder: Path, memory_mb: int) -> list[Gap]:
    """As `sarai flows mirror` asks."""
    from sarai.flows.engines import duckdb_engine
    from sarai.flows.gaps import widest_gaps
    from sarai.flows.question import Question
    from sarai.flows.ready import ready
    from sarai.flows.settings import FlowsSettings
    from sarai.flows.statistics import Statistics

    question = Question(span=Span(BASE.first, SPAN.last), edition="HS2017")
    with duckdb_engine(FlowsSettings(memory_mb=memory_mb, threads=2), folder / "spill") as engine:
        found = ready(Statistics(folder), question, engine)
        rows = widest_gaps(found, question, engine, base=BASE, span=SPAN, top=TOP, memory_mb=memory_mb)
    return [(*(row[name] for name in PAIR), str(row["period"]), row["score"]) for row in rows]


def polars(folder: Path, memory_mb: int) -> list[Gap]:
    """As an analyst would write it in Polars; it takes the memory that it needs."""
    import polars as pl

    from sarai.flows.editions import shares

    known = [s for s in shares(["HS2017", "HS2022"], "HS2017") if s.code != s.target_code or s.weight != 1]
    table = pl.LazyFrame(
        {
            "edition": [each.edition for each in known], "code": [each.code for each in known],
            "target": [each.target_code for each in known],
            "weight": [None if each.rule == "wide" else each.weight for each in known],
        }
    ).unique()  # fmt: skip
    trade = pl.scan_parquet(folder / "rows-*.parquet").filter(
        (pl.col("frequency") == "M")
        & (pl.col("partner") != "W1")
        & pl.col("flow").is_in(["export", "import"])
    )
    exported = pl.col("flow") == "export"
    rows = (
        trade.join(table, on=["edition", "code"], how="left")
        .filter(pl.col("target").is_null() | pl.col("weight").is_not_null())
        .with_columns(
            code=pl.coalesce("target", "code"), value=pl.col("value") * pl.col("weight").fill_null(1.0),
            exporter=pl.when(exported).then("reporter").otherwise("partner"),
            importer=pl.when(exported).then("partner").otherwise("reporter"),
        )
    )  # fmt: skip
    legs = rows.group_by(*PAIR, "period").agg(
        sent=pl.col("value").filter(exported).sum(), received=pl.col("value").filter(~exported).sum()
    )
    gaps = legs.filter((pl.col("sent") > 0) & (pl.col("received") > 0)).with_columns(
        log=(pl.col("sent") / pl.col("received")).log()
    )
    past = (
        gaps.filter(pl.col("period").is_between(BASE.first, BASE.last))
        .group_by(*PAIR)
        .agg(mean=pl.col("log").mean(), spread=pl.col("log").std(), number=pl.len())
        .filter(pl.col("number") >= LEAST_BASE)
    )
    scored = gaps.filter(pl.col("period").is_between(SPAN.first, SPAN.last)).join(past, on=list(PAIR))
    scored = scored.with_columns(
        score=(pl.col("log") - pl.col("mean")) / pl.max_horizontal("spread", pl.lit(LEAST_SPREAD))
    )
    found = scored.top_k(TOP, by="score").collect(engine="streaming")
    found = found.sort(["score", *PAIR, "period"], descending=[True, False, False, False, False])
    return [(*(row[name] for name in PAIR), str(row["period"]), row["score"]) for row in found.to_dicts()]


def main(directory: Path, name: str) -> None:
    """Do it once, and tell how."""
    from benchmarks.flows import MEMORY_MB

    began = time.perf_counter()
    gaps = {"ours": ours, "polars": polars}[name](directory / "statistics", MEMORY_MB)
    wall = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(json.dumps({"wall_s": wall, "rss_mb": peak, "gaps": gaps}))


if __name__ == "__main__":
    import os

    os.environ.setdefault("POLARS_MAX_THREADS", "2")
    main(Path(sys.argv[1]), sys.argv[2])
