"""A look at a book past the book itself: a plain connection to its database, with no code of Sarai's."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from urllib.parse import unquote

Rows = list[tuple]
Run = Callable[..., Rows]

KEYS = {
    "entry": 1, "movement": 1, "lot": 1, "parent": 2, "account": 1, "fact": 1, "node": 2, "layer": 3,
    "identity": 3, "refused": 3, "consignment": 1, "hold": 2, "by_account": 3, "by_lot": 3, "meta": 1,
}  # fmt: skip
LOGS = ("entry", "movement", "lot", "parent", "account", "fact", "node")


@contextmanager
def plain(url: str) -> Iterator[Run]:
    """A function that runs a statement (placeholders ``?``) and gives its rows; each is a commit."""
    if url.startswith("postgresql"):
        import psycopg

        address, schema = url.rsplit("schema=", 1)
        # What a killed process sent may be committed while we look: one look is one snapshot.
        options = f"-c search_path={unquote(schema)} -c default_transaction_isolation=repeatable\\ read"
        with psycopg.connect(address.rstrip("?&"), autocommit=True, options=options) as connection:

            def run(sql: str, values: Sequence = ()) -> Rows:
                cursor = connection.execute(sql.replace("?", "%s"), values)
                return cursor.fetchall() if cursor.description else []

            yield run
    else:
        with closing(sqlite3.connect(url, isolation_level=None)) as connection:
            yield lambda sql, values=(): connection.execute(sql, values).fetchall()


def whole(run: Run, tables: Sequence[str] = tuple(KEYS)) -> dict[str, Rows]:
    """Every row of these tables, in the order of their first columns, as they stood at one time."""
    orders = {table: ", ".join(map(str, range(1, KEYS[table] + 1))) for table in tables}
    run("BEGIN")
    try:
        return {table: run(f"SELECT * FROM {table} ORDER BY {orders[table]}") for table in tables}
    finally:
        run("COMMIT")
