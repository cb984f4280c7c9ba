"""sarai post: what becomes of documents, and how it ends."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

import sarai
from cli.conftest import A, Run, line, paper, write
from sarai.cli.poster import Poster
from sarai.goods import Code


def test_posts_all_that_stands_and_says_what_does_not(run: Run, tmp_path: Path, documents: Path):
    out = tmp_path / "refused.jsonl"
    ran = run("post", documents, "--ledger", tmp_path / "b.db", "--refusals", out, "--json")
    assert ran.status == 1
    told = ran.json
    assert (told["read"], told["posted"], told["repeated"], told["last_entry"]) == (11, 9, 0, 11)
    assert told["facts"] == [{"code": 4, "name": "DIVERTED", "count": 1}]
    refused = [json.loads(each) for each in out.read_text().splitlines()]
    assert [each["code"] for each in refused] == [300, told["refused"][0]["code"]]
    assert [each["position"] for each in refused] == [7, 11]
    assert refused[0]["name"] == "NOT_HELD"
    assert refused[0]["pointer"].startswith("/lines/0")
    assert {each["source"] for each in refused} == {str(documents)}
    assert all(each["message"] for each in refused)


def test_the_same_again_changes_nothing(run: Run, book: Path, documents: Path):
    before = run("checkpoint", "--ledger", book, "--json").json
    told = run("post", documents, "--ledger", book, "--json").json
    assert (told["posted"], told["repeated"]) == (0, 9)
    assert run("checkpoint", "--ledger", book, "--json").json == before


def test_what_the_reader_refused_is_kept_in_the_book(book: Path):
    with sarai.open(str(book), create=False) as opened:
        codes = [code for (code,) in opened.store.query("SELECT code FROM entry WHERE code > 1 ORDER BY id")]
    assert codes[0] == Code.NOT_HELD
    assert 100 <= codes[1] < 200


def test_observe_books_what_is_not_held(run: Run, tmp_path: Path, documents: Path):
    told = run("post", documents, "--ledger", tmp_path / "b.db", "--observe", "--json").json
    assert told["posted"] == 10
    assert {"code": 1, "name": "UNEXPLAINED", "count": 1} in told["facts"]


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_batches_make_no_difference(run: Run, tmp_path: Path, documents: Path, size: int):
    ledger = tmp_path / "b.db"
    told = run("post", documents, "--ledger", ledger, "--batch", size, "--json").json
    assert (told["posted"], told["last_entry"]) == (9, 11)
    rows = run("balance", "--ledger", ledger, "--by", "hs", "--json").json["rows"]
    # 100 kg and 7 kg came; 30 kg left, 10 kg went into 5 cards, 2 of which left
    assert {row["hs"]: row["amount"] for row in rows} == {"854231": "67", "847130": "200", "852352": "3"}


def test_many_files_in_the_order_given(run: Run, tmp_path: Path):
    first = write(tmp_path / "1.jsonl", [paper("import", "c/1", 2, importer=A, place="P", country="CN",
                                               lines=[line(1, "854231", "1")])])  # fmt: skip
    second = write(tmp_path / "2.jsonl", [paper("export", "c/2", 3, exporter=A, place="P", country="KG",
                                                lines=[line(1, "854231", "1")])])  # fmt: skip
    assert run("post", first, second, "--ledger", tmp_path / "a.db").status == 0
    assert run("post", second, first, "--ledger", tmp_path / "b.db").status == 1


def test_the_documents_clock_lets_waybills_expire(run: Run, tmp_path: Path, documents: Path):
    late = paper("consumption", "KZ-A/C-1", 25, holder=A, place="ALA", lines=[line(1, "847130", "1", "C62")])
    ledger = tmp_path / "b.db"
    more = write(tmp_path / "late.jsonl", [late])
    told = run("post", documents, more, "--ledger", ledger, "--clock", "documents", "--json").json
    assert told["expired"] == 1
    assert {"code": 12, "name": "EXPIRED", "count": 1} in told["facts"]
    assert run("where", "KZ-A/W-2", "--ledger", ledger, "--json").json["consignment"]["state"] == "expired"
    with sarai.open(str(ledger), create=False) as opened:
        ((latest,),) = opened.store.query("SELECT max(recorded) FROM entry")
    assert latest == 1_769_335_200_000_000  # 25 January, 10:00: the latest document


def test_interrupted_it_ends_with_the_batch_and_goes_on_later(
    run: Run, tmp_path: Path, documents: Path, monkeypatch: pytest.MonkeyPatch
):
    post = Poster.post

    def interrupted(self: Poster, batch: list) -> list:
        outcomes = post(self, batch)
        os.kill(os.getpid(), signal.SIGINT)
        return outcomes

    ledger = tmp_path / "b.db"
    before = signal.getsignal(signal.SIGINT)
    with monkeypatch.context() as patched:
        patched.setattr(Poster, "post", interrupted)
        ran = run("post", documents, "--ledger", ledger, "--batch", "2", "--json")
    assert ran.status == 130
    assert ran.json["interrupted"]
    assert 0 < ran.json["last_entry"] < 11
    assert f"(entry {ran.json['last_entry']})" in ran.err
    assert signal.getsignal(signal.SIGINT) is before
    assert run("post", documents, "--ledger", ledger, "--json").json["last_entry"] == 11
    assert run("verify", "--ledger", ledger).status == 0


def test_a_fault_says_what_is_safe(
    run: Run, tmp_path: Path, documents: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(Poster, "post", lambda self, batch: 1 / 0)
    ran = run("post", documents, "--ledger", tmp_path / "b.db")
    assert ran.status == 70
    assert "safely in the book (entry 0)" in ran.err
    assert "ZeroDivisionError" in ran.err
    assert "Traceback" not in ran.err
    (details,) = tmp_path.glob("sarai-fault-*.txt")
    assert str(details) in ran.err
    assert "division by zero" in details.read_text()


def test_for_people_there_is_a_summary(run: Run, tmp_path: Path, documents: Path):
    ran = run("post", documents, "--ledger", tmp_path / "b.db")
    assert ran.out.isascii()
    assert "not held" in ran.out
    assert "diverted" in ran.out


def test_a_mapping_is_used(run: Run, tmp_path: Path):
    table = tmp_path / "table.csv"
    table.write_text("no;kg\n7;12,5\n")
    mapping = tmp_path / "map.toml"
    mapping.write_text(
        'delimiter = ";"\ndecimal_mark = ","\n[document]\nkind = "import"\nissuer = "c"\nnumber = "{no}"\n'
        'time = "2026-01-05T00:00:00Z"\nplace = "P"\ncountry = "CN"\n[document.importer]\nid = "KZ-A"\n'
        '[lines]\nhs = "854231"\nquantity = "{kg}"\n'
    )
    assert run("post", table, "--map", mapping, "--ledger", tmp_path / "b.db").status == 0
    (row,) = run("balance", "--ledger", tmp_path / "b.db", "--by", "lot", "--json").json["rows"]
    assert (row["amount"], row["lot"]["number"]) == ("12.5", "7")


def test_a_mapping_that_is_none_is_a_usage_error(run: Run, tmp_path: Path, documents: Path):
    mapping = tmp_path / "map.toml"
    mapping.write_text("[document\n")
    ran = run("post", documents, "--map", mapping, "--ledger", tmp_path / "b.db")
    assert ran.status == 2
    assert str(mapping) in ran.err
