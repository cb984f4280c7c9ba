"""sarai post --lists: documents are screened as they are recorded, and never lost for it."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from cli.conftest import Run, line, paper, write
from sarai.screening.database import StoreError
from sarai.screening.documents import DocumentScreener

LIST = "id,name,kind\n1,Orbita Export LLP,organisation\n"
QUIET = {"id": "KZ-1", "name": "Quiet Meadow Bakery LLP", "country": "KZ"}
BAD = {"id": "KZ-2", "name": "ТОО «Орбита Экспорт»", "country": "KZ"}


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A list with one firm on it."""
    path = tmp_path / "own.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def papers(path: Path, *parties: dict, start: int = 1) -> Path:
    """An import by each party."""
    return write(
        path,
        [
            paper("import", f"c/{number}", 2, importer=each, place="P", country="CN",
                  lines=[line(1, "854231", "1")])
            for number, each in enumerate(parties, start)
        ],
    )  # fmt: skip


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """Four imports, two of them by the listed firm, one by nobody with a name."""
    return papers(tmp_path / "d.jsonl", QUIET, BAD, {"id": "KZ-9"}, BAD)


def test_open_hits_are_told(run: Run, tmp_path: Path, own: Path, mixed: Path):
    ran = run(
        "post", mixed, "--ledger", tmp_path / "b.db", "--lists", own, "--log", tmp_path / "l.db", "--json"
    )
    assert (ran.status, ran.err) == (1, "")
    assert (ran.json["posted"], ran.json["refused"]) == (4, [])
    told = ran.json["screening"]
    (found,) = told.pop("open")
    assert told == {
        "documents": 4, "parties": 2, "unnamed": 1, "unscreened": 0, "failure": "",
        "controlled": [{"list": "chpl", "tier": "1", "certainty": "certain", "lines": 4}],
    }  # fmt: skip
    assert (found["party"], found["roles"], found["first"], found["documents"]) == (
        "KZ-2", ["importer"], "c/2", 2,
    )  # fmt: skip
    assert (found["hit"]["list"], found["hit"]["entity"]) == ("own", "own-1")
    assert found["hit"]["reasons"]
    assert found["screening"] > 0


def test_no_hit_is_a_good_answer(run: Run, tmp_path: Path, own: Path):
    ran = run("post", papers(tmp_path / "d", QUIET), "--ledger", tmp_path / "b.db", "--lists", own)
    assert (ran.status, ran.err) == (0, "")
    assert re.search(r"^open hits +0$", ran.out, re.MULTILINE)


def test_hits_are_shown_to_people(run: Run, tmp_path: Path, own: Path, mixed: Path):
    ran = run("post", mixed, "--ledger", tmp_path / "b.db", "--lists", own)
    assert ran.status == 1
    for word in ("open hits", "own-1", "KZ-2", "importer", "c/2", "chpl 1"):
        assert word in ran.out


def test_what_is_cleared_is_not_asked_again(run: Run, tmp_path: Path, own: Path, mixed: Path):
    log = tmp_path / "l.db"
    how = ("--lists", own, "--log", log)
    told = run("post", mixed, "--ledger", tmp_path / "b.db", *how, "--json").json["screening"]
    number = told["open"][0]["screening"]
    assert run("decide", number, "own-1", "clear", "--reason", "r", "--officer", "o", *how).status == 0
    more = papers(tmp_path / "more", BAD, start=7)
    ran = run("post", more, "--ledger", tmp_path / "b.db", *how, "--json")
    assert (ran.status, ran.json["screening"]["open"]) == (0, [])


def test_refused_documents_are_not_screened_and_repeated_ones_are(run: Run, tmp_path: Path, own: Path):
    ledger = tmp_path / "b.db"
    refused = write(tmp_path / "r", [paper("export", "c/9", 3, exporter=BAD, place="P", country="KG",
                                           lines=[line(1, "847130", "1")])])  # fmt: skip
    told = run("post", refused, "--ledger", ledger, "--lists", own, "--json").json
    assert (sum(each["count"] for each in told["refused"]), told["screening"]["documents"]) == (1, 0)
    file = papers(tmp_path / "d", BAD)
    assert run("post", file, "--ledger", ledger).status == 0
    ran = run("post", file, "--ledger", ledger, "--lists", own, "--json")
    assert (ran.status, ran.json["repeated"], len(ran.json["screening"]["open"])) == (1, 1, 1)


def test_a_failure_of_screening_loses_nothing(
    run: Run, tmp_path: Path, own: Path, mixed: Path, monkeypatch: pytest.MonkeyPatch
):
    def fail(self, documents, now):
        raise StoreError("the disk is full")

    ledger = tmp_path / "b.db"
    with monkeypatch.context() as broken:
        broken.setattr(DocumentScreener, "screen", fail)
        ran = run("post", mixed, "--ledger", ledger, "--lists", own, "--batch", 1, "--json")
    assert ran.status == 1
    assert ran.json["posted"] == 4
    assert (ran.json["screening"]["unscreened"], ran.json["screening"]["failure"]) == (4, "the disk is full")
    assert ran.err.count("screening failed: the disk is full") == 1
    assert "post the same files again" in ran.err
    again = run("post", mixed, "--ledger", ledger, "--lists", own, "--json").json
    assert (again["repeated"], again["screening"]["documents"]) == (4, 4)
    assert len(again["screening"]["open"]) == 1


def test_a_real_failure_to_record_loses_nothing(run: Run, tmp_path: Path, own: Path, mixed: Path):
    log, how = tmp_path / "l.db", ("--ledger", tmp_path / "b.db", "--lists", own, "--log", tmp_path / "l.db")
    assert run("screen", "Somebody", "--lists", own, "--log", log).status == 0
    with sqlite3.connect(log) as database:
        database.execute(
            "CREATE TRIGGER full BEFORE INSERT ON screening BEGIN SELECT RAISE(ABORT, 'no room'); END"
        )
    database.close()
    ran = run("post", mixed, *how, "--json")
    assert (ran.status, ran.json["posted"], ran.json["screening"]["unscreened"]) == (1, 4, 4)
    assert "no room" in ran.err
    assert run("verify", "--ledger", tmp_path / "b.db").status == 0


@pytest.mark.parametrize("lists", ["none.csv", "cut.csv"])
def test_without_sound_lists_nothing_is_posted(run: Run, tmp_path: Path, mixed: Path, lists: str):
    (tmp_path / "cut.csv").write_text(LIST + '2,"Cut', encoding="utf-8")
    ran = run("post", mixed, "--ledger", tmp_path / "b.db", "--lists", tmp_path / lists)
    assert (ran.status, ran.out) == (2, "")
    assert lists in ran.err
    assert not (tmp_path / "b.db").exists()


def test_a_log_without_lists_is_a_usage_error(run: Run, tmp_path: Path, mixed: Path):
    ran = run("post", mixed, "--ledger", tmp_path / "b.db", "--log", tmp_path / "l.db")
    assert ran.status == 2
    assert "--lists" in ran.err


def test_without_lists_the_room_is_not_imported(tmp_path: Path, mixed: Path):
    code = (
        "import sys, json\nfrom sarai.cli import main\n"
        f"status = main(['post', {str(mixed)!r}, '--ledger', {str(tmp_path / 'b.db')!r}, '--json'])\n"
        "print(json.dumps([m for m in sys.modules if m.startswith('sarai.screening')]), file=sys.stderr)\n"
        "sys.exit(status)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ran.returncode, json.loads(ran.stderr)) == (0, [])
    assert "screening" not in json.loads(ran.stdout)
