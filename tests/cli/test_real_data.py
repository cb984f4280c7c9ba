"""Declarations that others published, and broken files, from the shell into a book that verifies."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import sarai

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
SAD = DATA / "tracking" / "asycuda_sad"
KOREA = DATA / "trade" / "korea_customs"
MAP = ROOT / "examples" / "korea_customs.toml"

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not beside the checkout")


def post(run, *words):
    """Exit status, and how many were posted, repeated and refused."""
    ran = run("post", *words, "--json")
    said = ran.json
    return ran.status, said["posted"], said["repeated"], sum(kind["count"] for kind in said["refused"])


def entries(book_path):
    with sarai.open(str(book_path)) as book:
        return book.store.query("SELECT count(*), coalesce(sum(movements), 0) FROM entry")[0]


@needs_data
def test_real_declarations_post_once_and_verify(tmp_path, run):
    book = tmp_path / "book.db"
    tables, files = sorted(KOREA.glob("*.csv")), sorted(SAD.glob("*.xml"))
    assert post(run, *tables, "--map", MAP, "--ledger", book) == (0, 45_519, 0, 0)
    # sad_08.xml is a declaration that somebody commented out: there is nothing in it to post.
    assert post(run, *files, "--ledger", book) == (1, 5, 0, 1)
    before = entries(book)
    assert before == (45_525, 45_519 + 40 + 8 + 1 + 1 + 1)
    assert run("verify", "--ledger", book).status == 0

    assert post(run, *tables, "--map", MAP, "--ledger", book) == (0, 0, 45_519, 0)
    assert post(run, *files, "--ledger", book) == (1, 0, 5, 1)
    assert entries(book) == before
    assert run("verify", "--ledger", book).status == 0


WHOLE = (
    b'{"kind":"import","issuer":"a","number":"%d","time":"2026-01-02T00:00:00Z","importer":{"id":"t"},'
    b'"place":"p","country":"DE","lines":[{"item":1,"hs":"854231","quantity":%s}]}\n'
)
BROKEN = {
    "cut.xml": (b"<?xml version='1.0'?><ASYCUDA><Property><Sad_flow>I</Sad", {107}),
    "bomb.xml": (
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
        b"<ASYCUDA>&b;</ASYCUDA>",
        {106},
    ),
    "latin.jsonl": (WHOLE % (1, b'"1"') + '{"kind":"import","issuer":"Zoë"}\n'.encode("latin-1"), {100}),
    "digits.jsonl": (WHOLE % (2, b"9" * 1_000_000), {102, 105}),
    "nul.jsonl": (b"\0" * 100 + b"\n" + WHOLE % (3, b'"1"'), {100, 101}),
    "nul_in_text.jsonl": (WHOLE.replace(b'"p"', b'"p\\u0000"') % (4, b'"1"'), {105}),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files_are_refused_by_number(name, tmp_path, run):
    content, codes = BROKEN[name]
    path, book, out = tmp_path / name, tmp_path / "book.db", tmp_path / "refusals.jsonl"
    path.write_bytes(content)
    status, posted, _, refused = post(run, path, "--ledger", book, "--refusals", out)
    refusals = [json.loads(text) for text in out.read_text(encoding="utf-8").splitlines()]
    assert (status, refused, len(refusals)) == (1, 1, 1)
    assert refusals[0]["code"] in codes
    assert refusals[0]["message"]
    assert entries(book) == (posted + 1, posted)
    assert run("verify", "--ledger", book).status == 0


def test_a_line_of_two_gigabytes_is_one_refusal(tmp_path, run):
    path, book = tmp_path / "long.jsonl", tmp_path / "book.db"
    with path.open("wb") as file:
        file.write(b'{"kind":"import","issuer":"')
        file.truncate(2 << 30)  # a hole: it takes no room on the disk
        file.seek(0, 2)
        file.write(b"\n" + WHOLE % (5, b'"1"'))
    assert post(run, path, "--ledger", book, "--format", "jsonl") == (1, 1, 0, 1)
    assert entries(book) == (2, 1)
