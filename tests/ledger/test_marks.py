"""Marks: how far a source is read is kept with what it brought or not at all, and is no part of the proof."""

from __future__ import annotations

from pathlib import Path

import pytest
from papers import AUTHORITY, START, open_book, stream
from plain import LOGS, plain, whole

from sarai.goods import BadSetting, CaseStep
from sarai.ledger import Book

SOURCE = "nats:DOCUMENTS"
NAMES = ("a", "x" * 1_000, "mqtt:SEAL-07/Тест")


def note(number: int) -> CaseStep:
    return CaseStep(
        issuer=AUTHORITY, number=str(number), time=START, case="1", step="note", officer="desk 3"
    )  # fmt: skip


def rows_of_marks(url: str) -> list[tuple]:
    with plain(url) as run:
        return [row for row in whole(run, ["meta"])["meta"] if row[0].startswith("mark:")]


def test_a_mark_is_the_last_one_given_and_survives(urls):
    url = next(urls)
    with open_book(url) as book:
        assert book.mark(SOURCE) == ""
        book.record([note(1)], START, mark=(SOURCE, "1"))
        book.record([note(2), note(3)], START, mark=(SOURCE, "3"))
        book.record([note(4)], START)
        assert book.mark(SOURCE) == "3"
        assert book.mark("nats:OTHER") == ""
    with open_book(url) as book:
        assert book.mark(SOURCE) == "3"
    assert rows_of_marks(url) == [(f"mark:{SOURCE}", "3")]


def test_a_mark_needs_no_documents(urls):
    with open_book(next(urls)) as book:
        for name in NAMES:
            assert book.record([], START, mark=(name, f"{name} 7"[:1_000])) == []
        assert [book.mark(name) for name in NAMES] == [f"{name} 7"[:1_000] for name in NAMES]
        assert book.verify().entries == 0


def test_another_process_sees_the_mark(urls):
    url = next(urls)
    with open_book(url) as one, open_book(url) as other:
        one.record([note(1)], START, mark=(SOURCE, "1"))
        assert other.mark(SOURCE) == "1"
        other.record([note(2)], START, mark=(SOURCE, "2"))
        assert one.mark(SOURCE) == "2"


@pytest.mark.parametrize("fails", ["append", "upsert"])
def test_documents_and_mark_stand_or_fall_together(urls, monkeypatch, fails):
    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    url = next(urls)
    with open_book(url) as book:
        book.record([note(1)], START, mark=(SOURCE, "1"))
        with monkeypatch.context() as patch:
            patch.setattr(book.store, fails, fail)
            with pytest.raises(OSError, match="the disk is full"):
                book.record([note(2)], START, mark=(SOURCE, "2"))
        assert (book.mark(SOURCE), head(book)) == ("1", 1)
        book.record([note(2)], START, mark=(SOURCE, "2"))
        assert (book.mark(SOURCE), head(book)) == ("2", 2)


def head(book: Book) -> int:
    return book.store.query("SELECT max(id) FROM entry")[0][0]


def test_the_book_is_the_same_with_and_without_marks(urls, short_runs):
    books = []
    for marked in (False, True):
        url = next(urls)
        with open_book(url) as book:
            for number, batch in enumerate(stream(5, 8)):
                book.record(
                    batch.documents, batch.now, batch.mode, mark=(SOURCE, str(number)) if marked else None
                )
            verification = book.verify()
            assert verification.ok, verification.findings
            books.append((book.checkpoint(), verification.root))
        with plain(url) as run:
            rows = whole(run)
        rows["meta"] = [row for row in rows["meta"] if not row[0].startswith("mark:")]
        books[-1] += (rows,)
    assert books[0] == books[1]
    assert all(books[0][2][table] for table in LOGS if table != "node")


@pytest.mark.parametrize(
    "mark", [("", "1"), (SOURCE, ""), ("a\0b", "1"), ("\ud800", "1"), ("x" * 1_001, "1")]
)
def test_a_mark_that_cannot_be_kept_records_nothing(tmp_path: Path, mark):
    with open_book(str(tmp_path / "book.db")) as book:
        with pytest.raises(BadSetting, match="of a mark must be"):
            book.record([note(1)], START, mark=mark)
        assert head(book) is None


def test_what_is_no_mark_is_still_found(tmp_path: Path):
    url = str(tmp_path / "book.db")
    with open_book(url) as book:
        book.record([note(1)], START, mark=(SOURCE, "1"))
    with plain(url) as run:
        run("INSERT INTO meta VALUES ('remark:1', '1')")
    with open_book(url) as book:
        assert [finding.key for finding in book.verify().findings] == [("remark:1",)]
