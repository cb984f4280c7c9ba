"""Flows: what trade statistics give away, from any country's figures, with the uncertainty said.

Files are read by `sarai.flows.readers` into `Statistics`; a `Question` is made `ready` on an engine, and
`sarai.flows.measures` and `sarai.flows.models` answer it.
"""

from sarai.flows.engines import duckdb_engine, rows_of, spark_engine
from sarai.flows.gaps import widest_gaps
from sarai.flows.periods import Span, span
from sarai.flows.question import Question
from sarai.flows.ready import NothingThere, Ready, ready
from sarai.flows.settings import FlowsSettings
from sarai.flows.statistics import Loaded, NoStatistics, SaidTwice, Statistics

__all__ = [
    "FlowsSettings",
    "Loaded",
    "NoStatistics",
    "NothingThere",
    "Question",
    "Ready",
    "SaidTwice",
    "Span",
    "Statistics",
    "duckdb_engine",
    "ready",
    "rows_of",
    "span",
    "spark_engine",
    "widest_gaps",
]
