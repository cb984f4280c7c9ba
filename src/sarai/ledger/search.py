"""The journal as people look things up in it: entry by entry, by number, kind and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from sarai.goods import Code, FactCode, NotInBook
from sarai.ledger.reading import Reader
from sarai.ledger.rows import from_us
from sarai.ledger.store import Store
from sarai.ledger.verdict import Fact

COLUMNS = "id, recorded, code, kind, issuer, number, version, pointer, message"
MOST = 1_000


class Line(Struct, frozen=True):
    """An entry of the journal without its content."""

    entry: int
    recorded: datetime
    code: Code
    kind: str
    issuer: str
    number: str
    version: int
    pointer: str
    message: str


class Kept(Struct, frozen=True):
    """An entry with the document as it came in (of a refused one, whatever came) and what was noticed."""

    line: Line
    body: bytes
    facts: tuple[Fact, ...]


def find(
    store: Store,
    *,
    issuer: str = "",
    number: str = "",
    kind: str = "",
    besides: Sequence[str] = (),
    refused: bool | None = None,
    before: int | None = None,
    most: int = 100,
) -> list[Line]:
    """Entries that fit, the latest first.

    Parameters
    ----------
    issuer, number, kind
        Only these; of a number the beginning is enough.
    besides
        None of these kinds.
    refused
        Only what was refused, or only what was posted.
    before
        Only entries before this one: to read on.
    """
    wanted: list[tuple[str, object]] = []
    if before is not None:
        wanted.append(("id < ?", before))
    if issuer:
        wanted.append(("issuer = ?", issuer))
    if number:
        wanted.append(("substr(number, 1, ?) = ?", (len(number), number)))
    if kind:
        wanted.append(("kind = ?", kind))
    if besides:
        wanted.append((f"kind NOT IN ({', '.join('?' * len(besides))})", tuple(besides)))
    if refused is not None:
        wanted.append(("code > ?" if refused else "code <= ?", int(Code.REPEATED)))
    condition = " AND ".join(sql for sql, _ in wanted) or "1 = 1"
    values = [part for _, value in wanted for part in (value if isinstance(value, tuple) else (value,))]
    rows = store.query(
        f"SELECT {COLUMNS} FROM entry WHERE {condition} ORDER BY id DESC LIMIT ?", (*values, min(most, MOST))
    )
    return list(map(_line, rows))


def kept(store: Store, entry: int) -> Kept:
    """One entry; NotInBook if there is none of that number."""
    rows = store.query(f"SELECT {COLUMNS}, body FROM entry WHERE id = ?", (entry,))
    if not rows:
        raise NotInBook(f"the book has no entry {entry:,}; its last is {Reader(store).head():,}")
    facts = store.query("SELECT item, code, quantity, detail FROM fact WHERE entry = ? ORDER BY id", (entry,))
    *line, body = rows[0]
    return Kept(_line(line), body, tuple(Fact(item, FactCode(code), *rest) for item, code, *rest in facts))


def _line(row: Sequence) -> Line:
    entry, recorded, code, *rest = row
    return Line(entry, from_us(recorded), Code(code), *rest)
