"""What the book needs of a database: the tables, and the few things done with them.

Two kinds of tables. *Logs* are only ever appended to, in the transaction that acknowledges their
documents. *Projections* follow from the logs and trail behind: they are brought up to date at a
checkpoint, in bulk and in key order, because keeping them at every commit would write a page a row.
What is newer than the last checkpoint is posted again, from the journal, when a book is opened.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol

SCHEMA_VERSION = "1"
RUN = 1 << 16  # movements to a run of the indexes below


class Table(NamedTuple):
    """A table: its columns with their type, how many of the first make the key, what is indexed."""

    name: str
    columns: tuple[tuple[str, str], ...]
    key: int
    doc: str
    index: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The columns, in order."""
        return tuple(name for name, _ in self.columns)

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns of the key."""
        return self.names[: self.key]


def _table(name: str, doc: str, key: int, columns: str, index: str = "") -> Table:
    pairs = [column.split(":") for column in columns.split()]
    return Table(name, tuple((name, kind) for name, kind in pairs), key, doc, index)


LOGS = (
    _table(
        "entry",
        "the journal",
        1,
        "id:int recorded:int mode:int code:int kind:text issuer:text number:text version:int "
        "movement:int movements:int digest:bytes leaf:bytes body:bytes pointer:text message:text",
    ),
    _table(
        "movement",
        "every quantity that went from an account to another",
        1,
        "id:int entry:int item:int lot:int source:int reverses:int giver:int taker:int quantity:int time:int",
    ),
    _table("lot", "what each lot was born as", 1, "id:int code:int origin:text dimension:int quantity:int"),
    _table(
        "parent",
        "what went into a made lot, and how much was made",
        2,
        "child:int movement:int parent:int quantity:int made:int",
    ),
    _table(
        "account",
        "accounts by number",
        1,
        "id:int party:text place:text regime:text state:text",
        index="(party, place, regime, state)",
    ),
    _table(
        "fact",
        "differences noticed while posting",
        1,
        "id:int entry:int item:int code:int quantity:int detail:text",
    ),
    _table(
        "node",
        "hashes of full Merkle subtrees of 256, 65536 ... leaves",
        2,
        "level:int position:int hash:bytes",
    ),
)

PROJECTIONS = (
    _table(
        "layer",
        "what is left of each movement",
        3,
        "pool:int acquired:int id:int lot:int commodity:int origin:text item:int quantity:int",
    ),
    _table("identity", "documents by number", 3, "issuer:text number:text version:int entry:int target:int"),
    _table("refused", "the latest refusal of an input", 3, "issuer:text number:text version:int entry:int"),
    _table(
        "consignment",
        "goods under way, and how they ended",
        1,
        "id:int kind:text state:text issuer:text number:text sender:text home:int account:int "
        "destination:text "
        "destination_country:text consignee:text regime:text time:int deadline:int items:text touched:int",
        index="(deadline) WHERE state = 'open'",
    ),
    _table(
        "hold",
        "lots that are held, and by which documents",
        2,
        "lot:int entry:int lot_issuer:text lot_number:text issuer:text number:text case_id:text",
    ),
)

PARENT = LOGS[3]

RUNS = (
    _table(
        "by_account",
        "what each entry moved of an account, first and last movement, run by run",
        3,
        "run:int account:int first:int last:int",
    ),
    _table("by_lot", "movements of a lot, run by run", 3, "run:int lot:int movement:int"),
)

META = _table("meta", "settings and positions", 1, "name:text value:text")

TABLES = (*LOGS, *PROJECTIONS, *RUNS, META)

FILL_RUN = {
    "by_account": """
        INSERT INTO by_account SELECT {run}, account, min(id), max(id) FROM (
            SELECT giver AS account, entry, id FROM movement WHERE id >= {start} AND id < {stop}
            UNION ALL SELECT taker, entry, id FROM movement WHERE id >= {start} AND id < {stop}
        ) AS side GROUP BY account, entry ORDER BY 2, 3""",
    "by_lot": """
        INSERT INTO by_lot SELECT {run}, lot, id FROM movement
        WHERE id >= {start} AND id < {stop} ORDER BY 2, 3""",
}  # an index in runs: each is written once, in key order, at the end of its tree

Row = Sequence[Any]


class Query(NamedTuple):
    """A question to the database; placeholders are ``?``."""

    sql: str
    values: Row = ()


class Store(Protocol):
    """A database that holds one book. Placeholders in SQL are ``?``."""

    def writing(self, *asked: Query) -> AbstractContextManager[list[list[tuple]]]:
        """Be the only writer until the block ends; commit durably, or undo everything on an error.

        The block gets the rows of each query, asked once nobody else writes.
        """

    def append(self, table: Table, rows: Sequence[Row]) -> None:
        """Add rows with new keys."""

    def upsert(self, table: Table, rows: Sequence[Row]) -> None:
        """Add rows, or replace those with the same keys."""

    def delete(self, table: Table, keys: Sequence[Row]) -> None:
        """Remove the rows with these keys."""

    def execute(self, sql: str) -> None:
        """Run a statement within `writing`."""

    def query(self, sql: str, values: Row = ()) -> list[tuple]:
        """All rows of a query; sees what `writing` has done so far if called within it."""

    def stream(self, sql: str, values: Row = ()) -> Iterator[tuple]:
        """The rows of a query, a few at a time, from one snapshot of the book."""

    def lookup(self, table: Table, columns: int, keys: Sequence[Row]) -> Query:
        """How to ask for the rows whose first so many key columns are among these."""

    def close(self) -> None:
        """Let go of the database."""
