"""Somebody writes to the database past the book: whatever he changes, `verify` names it."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
import rfc8785
from papers import Batch, open_book, post, stream
from plain import Run, plain

import sarai
from sarai.goods import BookError, SaraiError
from sarai.ledger.rows import Entry
from sarai.ledger.store import META, TABLES, Table
from sarai.ledger.verify import Finding

SEED = 3
BATCHES = 40
FAR = 1_000_003
COLUMNS = [(table, name, kind) for table in TABLES for name, kind in table.columns]
OTHER_TYPES = {"int": ("x", 1.5, b"\x01"), "text": (b"x", 7), "bytes": ("x", 7)}

Row = tuple


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory, short_runs: None) -> Path:
    """A book that has something in every table."""
    path = tmp_path_factory.mktemp("rich") / "rich.book"
    with open_book(str(path)) as book:
        for batch in stream(SEED, BATCHES):
            list(post(book, batch))
    with plain(str(path)) as run:
        assert all(run(f"SELECT * FROM {table.name} LIMIT 1") for table in TABLES)
    assert examine(str(path)) == []
    return path


@pytest.fixture
def copy(rich: Path, tmp_path: Path) -> str:
    """A copy of it to be spoilt."""
    return str(shutil.copy(rich, tmp_path / "copy.book"))


def examine(url: str) -> list[Finding]:
    """What is found wrong. A book that says why it cannot be opened has found it; closing may complain."""
    try:
        book = sarai.open(url)
    except SaraiError as fault:
        return [Finding("book", (), str(fault))]
    try:
        return book.verify().findings
    finally:
        with suppress(SaraiError):
            book.close()


def pick(run: Run, table: Table, rng: random.Random) -> Row:
    names = ", ".join(table.names)
    return rng.choice(run(f"SELECT {names} FROM {table.name} ORDER BY {', '.join(table.keys)}"))


def where(table: Table) -> str:
    return " AND ".join(f"{name} = ?" for name in table.keys)


def spoil(value: object, step: int) -> object:
    """Another value of the same type."""
    if isinstance(value, int):
        return value + step
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:] if value else b"\x00"
    return f"{value}{step}"


def change(run: Run, table: Table, name: str, value: object, row: Row) -> Row:
    """Change one column of a row; the row as it is now."""
    run(f"UPDATE {table.name} SET {name} = ? WHERE {where(table)}", (value, *row[: table.key]))
    at = table.names.index(name)
    return (*row[:at], value, *row[at + 1 :])


def assert_named(findings: list[Finding], table: Table, *rows: Row) -> None:
    """A finding names the table and the key of one of these rows (what is in meta shows everywhere)."""
    assert findings
    named = {finding.key for finding in findings if finding.table == table.name}
    assert table.name == "meta" or named & {row[: table.key] for row in rows}, findings[:3]


@pytest.mark.parametrize(("table", "name", "kind"), COLUMNS, ids=lambda part: getattr(part, "name", part))
def test_a_changed_value(copy, table, name, kind):
    rng = random.Random(f"{table.name}.{name}")
    with plain(copy) as run:
        row = pick(run, table, rng)
        value = row[table.names.index(name)]
        try:
            now = change(run, table, name, spoil(value, rng.choice((1, -1))), row)
        except sqlite3.IntegrityError:  # the neighbour bears that key
            now = change(run, table, name, spoil(value, FAR), row)
    assert_named(examine(copy), table, row, now)


@pytest.mark.parametrize(("table", "name", "kind"), COLUMNS, ids=lambda part: getattr(part, "name", part))
def test_a_value_of_another_type(rich, tmp_path, table, name, kind):
    for value in (None, *OTHER_TYPES[kind]):
        copy = str(shutil.copy(rich, tmp_path / "copy.book"))
        with plain(copy) as run:
            row = pick(run, table, random.Random(f"{table.name}.{name}"))
            try:
                now = change(run, table, name, value, row)
            except (sqlite3.IntegrityError, sqlite3.OperationalError):
                continue  # the database itself refuses it
        assert_named(examine(copy), table, row, now)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_deleted_row(copy, table):
    with plain(copy) as run:
        row = pick(run, table, random.Random(table.name))
        run(f"DELETE FROM {table.name} WHERE {where(table)}", row[: table.key])
    after = (row[0] + 1,) if table.name == "entry" else row
    assert_named(examine(copy), table, row, after)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_forged_row(copy, table):
    with plain(copy) as run:
        row = pick(run, table, random.Random(table.name))
        forged = (*(spoil(value, FAR) for value in row[: table.key]), *row[table.key :])
        run(f"INSERT INTO {table.name} VALUES ({', '.join('?' * len(row))})", forged)
    assert_named(examine(copy), table, forged)


JUNK = ("", "junk", "null", "[]", "-1", "99", '"x"', "[1]", '{"origin": 7}', '{"attribution": "lifo"}')


@pytest.mark.parametrize("junk", JUNK)
@pytest.mark.parametrize("name", ["settings", "position", "schema", "runs"])
def test_junk_in_meta(copy, name, junk):
    with plain(copy) as run:
        run("UPDATE meta SET value = ? WHERE name = ?", (junk, name))
    assert_named(examine(copy), META)


@pytest.mark.parametrize("name", ["settings", "position", "schema", "runs"])
def test_a_line_of_meta_is_gone(copy, name):
    with plain(copy) as run:
        run("DELETE FROM meta WHERE name = ?", (name,))
    assert examine(copy)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_is_gone(copy, table):
    with plain(copy) as run:
        run(f"DROP TABLE {table.name}")
    assert examine(copy)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_an_emptied_table(copy, table):
    with plain(copy) as run:
        run(f"DELETE FROM {table.name}")
    assert examine(copy)


def test_other_settings(copy):
    """The terms that a book was born with are in every leaf."""
    with plain(copy) as run:
        run("UPDATE meta SET value = replace(value, 'fifo', 'proportional') WHERE name = 'settings'")
    assert "settings" in str(examine(copy)[0])


def test_questions_to_a_spoilt_book(copy):
    """Whoever asks before he verifies gets an answer or a fault of Sarai's own."""
    with plain(copy) as run:
        run("UPDATE meta SET value = 'junk' WHERE name = 'runs'")
    with pytest.raises(SaraiError), sarai.open(copy) as book:
        book.balance()


# -- the forger knows how the book is made ---------------------------------------------------------

POSTED = "kind = 'import' AND code = 0"
UNREAD = "kind = ''"
FORGERIES = {
    "more goods": (POSTED, "body", lambda body: body.replace(b'"quantity":"', b'"quantity":"1')),
    "an earlier day": (POSTED, "body", lambda body: body.replace(b'"2026-', b'"2025-')),
    "another kind": (POSTED, "body", lambda body: body.replace(b'"import"', b'"export"')),
    "no document": (POSTED, "body", lambda body: b"[" + body),
    "not even text": (POSTED, "body", lambda body: b"\xff" + body),
    "nothing": (POSTED, "body", lambda _: b""),
    "refused after all": (POSTED, "code", lambda _: 300),
    "no such mode": (POSTED, "mode", lambda _: 7),
    "not read, but was": (POSTED, "kind", lambda _: ""),
    "strict": ("kind = 'export' AND mode = 1 AND code = 0", "mode", lambda _: 0),
    "posted after all": ("code = 203", "code", lambda _: 0),
    "no such code": ("code = 203", "code", lambda _: 999),
    "another reason": ("code = 203", "message", lambda _: "because"),
    "another place": ("code = 203", "pointer", lambda _: "/"),
    "no such code of what was not read": (UNREAD, "code", lambda _: 999),
    "read, but was not": (UNREAD, "kind", lambda _: "import"),
    "a name that is none": (UNREAD, "number", lambda _: "x"),
    "a name without an end": (UNREAD, "number", lambda number: number.rsplit(":", 1)[0] + ":x"),
    "a moment later": ("id = 2", "recorded", lambda time: time + 1),
    "beyond all time": ("id = 2", "recorded", lambda _: 1 << 62),
    "before all time": ("id = 2", "recorded", lambda _: -(1 << 62)),
}


def leaf(run: Run, entry: Entry) -> bytes:
    """As docs/book.md has it (Proof)."""
    ((settings,),) = run("SELECT value FROM meta WHERE name = 'settings'")
    terms = sha256(rfc8785.dumps(json.loads(settings))).hexdigest()
    reason = sha256(f"{entry.pointer}\0{entry.message}".encode()).hexdigest() if entry.code else ""
    mode = {0: "strict", 1: "observe"}.get(entry.mode)
    said = (entry.id, entry.recorded, mode, entry.code, entry.digest.hex(), reason, terms)
    return sha256(b"\0" + "".join(f"{line}\n" for line in said).encode()).digest()


def test_the_leaves_are_those_of_the_contract(copy):
    with plain(copy) as run:
        for row in run("SELECT * FROM entry"):
            assert leaf(run, Entry(*row)) == Entry(*row).leaf


@pytest.mark.parametrize("what", FORGERIES)
def test_an_entry_forged_with_its_hashes(copy, what):
    which, name, make = FORGERIES[what]
    with plain(copy) as run:
        rows = run(f"SELECT * FROM entry WHERE {which} ORDER BY id")
        entry = Entry(*random.Random(what).choice(rows))
        entry = entry._replace(**{name: make(getattr(entry, name))})
        entry = entry._replace(digest=sha256(entry.body).digest())
        entry = entry._replace(leaf=leaf(run, entry))
        run("DELETE FROM entry WHERE id = ?", (entry.id,))
        run(f"INSERT INTO entry VALUES ({', '.join('?' * len(entry))})", entry)
    assert examine(copy)


def test_a_book_written_anew_has_another_root(rich, tmp_path):
    """Against a forger who posts it all again there is only the checkpoint that was given away."""
    batches = stream(SEED, BATCHES)
    first = batches[0]
    forged = [Batch(first.now + timedelta(microseconds=1), first.documents, first.refusals), *batches[1:]]
    roots = []
    for path, story in (("again", batches), ("forged", forged)):
        with open_book(str(tmp_path / path)) as book:
            for batch in story:
                list(post(book, batch))
            verification = book.verify()
        assert verification.ok
        roots.append(verification.root)
    with sarai.open(str(rich)) as book:
        assert book.verify().root == roots[0] != roots[1]


# -- the same in PostgreSQL --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server_book(postgres_url: str, short_runs: None) -> str:
    """The same book in PostgreSQL; whoever spoils it mends it."""
    url = f"{postgres_url}{'&' if '?' in postgres_url else '?'}schema=tampering"
    with open_book(url) as book:
        for batch in stream(SEED, BATCHES):
            list(post(book, batch))
    assert examine(url) == []
    return url


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_changed_value_in_postgres(server_book, table):
    rng = random.Random(table.name)
    name = rng.choice(table.names)
    with plain(server_book) as run:
        row = pick(run, table, rng)
        value = row[table.names.index(name)]
        now = change(run, table, name, spoil(value, FAR), row)
        try:
            assert_named(examine(server_book), table, row, now)
        finally:
            change(run, table, name, value, now)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_deleted_row_in_postgres(server_book, table):
    with plain(server_book) as run:
        row = pick(run, table, random.Random(table.name))
        run(f"DELETE FROM {table.name} WHERE {where(table)}", row[: table.key])
        try:
            after = (row[0] + 1,) if table.name == "entry" else row
            assert_named(examine(server_book), table, row, after)
        finally:
            run(f"INSERT INTO {table.name} VALUES ({', '.join('?' * len(row))})", row)


def test_no_book_at_all(tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("Dear colleague, this is not a book. " * 100)
    with pytest.raises(BookError, match=r"letter\.txt"):
        sarai.open(str(path))
