"""sarai screen: names, tables, pairs, goods and owners, and what it says of bad input."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.conftest import Run
from sarai.screening.decisions import Log, Verdict
from sarai.screening.listed import ListedEntity, ListedName, Publication
from sarai.screening.lists.store import ListStore
from sarai.screening.matching import FEATURES
from sarai.screening.screener import Screener

PAGE = Path(__file__).resolve().parents[2] / "docs" / "screening.md"


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("SARAI_LISTS", raising=False)


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    """A list of one's own, in a directory whose name has a space."""
    (tmp_path / "my lists").mkdir()
    return write(
        tmp_path / "my lists" / "own.csv", "id,name,kind,bin,birth_date",
        "1,TOO Elem Group,organisation,050140000656,",
        "2,Radchenko Ivan,person,,1970-03-21", "3,EMMA LLC,organisation,,", "4,Bad Corp,organisation,,",
    )  # fmt: skip


# -- a name --------------------------------------------------------------------------------------


def test_a_hit(run: Run, lists: Path):
    ran = run("screen", "ЖШС «Элем Групп»", "--lists", lists)
    assert (ran.status, ran.err) == (1, "")
    assert "own-1" in ran.out and "TOO Elem Group" in ran.out and "elem" in ran.out
    (hit,) = run("screen", "ЖШС «Элем Групп»", "--lists", lists, "--json").json["hits"]
    assert (hit["list"], hit["entity"], hit["name"], hit["score"]) == ("own", "own-1", "TOO Elem Group", 1.0)
    assert hit["decision"] == ""
    assert hit["reasons"]


def test_no_hit(run: Run, lists: Path):
    ran = run("screen", "emma daniels", "--lists", lists)
    assert (ran.status, ran.err) == (0, "")
    assert "no hit among 4 listed" in ran.out
    assert run("screen", "emma daniels", "--lists", lists, "--json").json["hits"] == []


def test_what_else_is_known_counts(run: Run, lists: Path):
    assert run("screen", "Zzz", "--lists", lists, "--identifier", "BIN:0501 4000 0656").status == 1
    name = ("screen", "Radchanko Ivan", "--lists", lists, "--json")
    score = run(*name).json["hits"][0]["score"]
    assert (
        run(*name, "--birth", "1970-03-21", "--country", "kaz", "--kind", "person").json["hits"][0]["score"]
        > score
    )
    assert run(*name, "--birth", "1950").json["hits"] == []
    assert run(*name, "--threshold", "0.99").json["hits"] == []


def test_the_setting_names_several_lists(run: Run, lists: Path, tmp_path: Path, monkeypatch):
    other = write(tmp_path / "b.csv", "id,name", "1,Elem Group")
    monkeypatch.setenv("SARAI_LISTS", f"{lists}:{other}")
    found = run("screen", "Elem Group", "--json").json["hits"]
    assert [hit["entity"] for hit in found] == ["b-1", "own-1"]


def test_the_day(run: Run, tmp_path: Path):
    store = tmp_path / "lists.db"
    with ListStore.open(store) as opened:
        for day, name in (("2026-01-01", "Orion"), ("2026-02-01", "Vega")):
            listed = ListedEntity(id="x-1", names=(ListedName(name),))
            opened.load(
                Publication(list="x", publisher="X", entities=(listed,), published=day),
                datetime(2026, 3, 1, tzinfo=UTC),
            )
    statuses = [
        run("screen", name, "--lists", store, "--on", "2026-01-15").status for name in ("Orion", "Vega")
    ]
    assert statuses == [1, 0]
    assert [run("screen", name, "--lists", store).status for name in ("Orion", "Vega")] == [0, 1]
    assert "2025-12-31 is not known" in run("screen", "Orion", "--lists", store, "--on", "2025-12-31").err


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        ([], 2, "give a NAME"),
        (["", "--lists", "{lists}"], 2, "the name '' has no letter or digit"),
        (["a", "--pairs", "{lists}"], 2, "one of"),
        (["Orion"], 2, "--lists"),
        (["Orion", "--lists", "none.csv"], 2, "no none.csv"),
        ([" \u202e", "--lists", "{lists}"], 2, "no letter or digit"),
        (["o" * 100_000, "--lists", "{lists}"], 2, "100,000 characters"),
        (["Orion", "--lists", "{lists}", "--birth", "1.2.1970"], 2, "1.2.1970"),
        (["Orion", "--lists", "{lists}", "--country", "Atlantis"], 2, "Atlantis"),
        (["Orion", "--lists", "{lists}", "--identifier", "0501"], 2, "KIND:VALUE"),
        (["Orion", "--lists", "{lists}", "--on", "yesterday"], 2, "yesterday"),
        (["Orion", "--lists", "{lists}", "--threshold", "70"], 2, "70"),
        (["--pairs", "{lists}"], 2, "no column query"),
        (["--batch", "no.csv"], 2, "no.csv"),
        (["--goods", "{lists}"], 2, "no column code"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked(run: Run, lists: Path, arguments: list[str], status: int, said: str):
    ran = run("screen", *(each.format(lists=lists) for each in arguments))
    assert (ran.status, ran.out) == (status, "")
    assert said in ran.err
    assert len(ran.err) < 500


def test_control_characters_do_not_reach_the_screen(run: Run, lists: Path):
    out = run("screen", "Zzz\x1b[31m\x07\u202e", "--lists", lists).out
    assert not set(out) & set("\x1b\x07\u202e")


def test_a_cut_list_is_loud(run: Run, lists: Path):
    lists.write_bytes(lists.read_bytes()[:-30])
    ran = run("screen", "Elem Group", "--lists", lists.parent)
    assert (ran.status, ran.out) == (2, "")
    assert "own.csv" in ran.err


# -- tables --------------------------------------------------------------------------------------


def answers(out: str) -> list[dict]:
    return [json.loads(line) for line in out.splitlines()]


def test_a_line_for_every_row_whatever_it_holds(run: Run, lists: Path, tmp_path: Path):
    table = write(
        tmp_path / "t.csv", "name,bin", "Элем Групп,", "Ромашка,", ",050140000656", ",", "Kim, Orion,1",
        "Orion", '"=cmd|\' /C calc\'!A0",', "@Elem Group,", "\u202eElem\x00 Group,", "o" * 10_000_000 + ",",
    )  # fmt: skip
    ran = run("screen", "--batch", table, "--lists", lists, "--json")
    told = answers(ran.out)
    assert ran.status == 1
    assert [[hit["entity"] for hit in each["hits"]] for each in told] == [
        ["own-1"], [], ["own-1"], [], [], [], [], ["own-1"], ["own-1"], []
    ]  # fmt: skip
    assert [each.get("error", "")[:7] for each in told] == [
        "", "", "", "line 5:", "line 6:", "line 7:", "", "", "", "line 11"
    ]  # fmt: skip
    assert [told[0]["query"], told[6]["query"]] == ["Элем Групп", "=cmd|' /C calc'!A0"]
    assert all(len(line) < 1_000 for line in ran.out.splitlines())


def test_a_table_without_hits(run: Run, lists: Path, tmp_path: Path):
    ran = run("screen", "--batch", write(tmp_path / "t.csv", "name", "Ромашка"), "--lists", lists)
    assert (ran.status, [each["hits"] for each in answers(ran.out)]) == (0, [[]])


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "no column name"), ("name\nЭлем".encode("cp1251"), "UTF-8"), (b"firm\nOrion\n", "no column name")],
)
@pytest.mark.parametrize("mode", ["--batch"])
def test_a_table_that_is_none(run: Run, lists: Path, tmp_path: Path, mode: str, content: bytes, said: str):
    (tmp_path / "t.csv").write_bytes(content)
    ran = run("screen", mode, tmp_path / "t.csv", "--lists", lists)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


def test_pairs_come_back_with_score_and_match(run: Run, tmp_path: Path):
    pairs = write(
        tmp_path / "p.csv", "query,candidate,schema,notes", "Юрий Радченко,Yuri Radchenko,Person,=1+1",
        "emma daniels,EMMA LLC,,", "=a,-b,,",
    )  # fmt: skip
    ran = run("screen", "--pairs", pairs)
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert ran.status == 0
    assert list(rows[0]) == ["query", "candidate", "schema", "notes", "score", "match"]
    assert [row["match"] for row in rows] == ["1", "0", "0"]
    assert [rows[0]["notes"], rows[2]["query"], rows[2]["candidate"]] == ["'=1+1", "'=a", "'-b"]
    told = answers(run("screen", "--pairs", pairs, "--json", "--threshold", "0").out)
    assert [each["match"] for each in told] == [1, 1, 1]
    assert (told[2]["query"], 0 <= told[2]["score"] <= 1) == ("=a", True)
    short = write(tmp_path / "q.csv", "query,candidate", "a")
    assert "line 2" in run("screen", "--pairs", short).err


def test_what_officers_decided_is_applied(run: Run, lists: Path, tmp_path: Path):
    log = tmp_path / "log.db"
    asked = ("screen", "Elem Group", "--lists", lists, "--log", log, "--json")
    first = run(*asked)
    assert (first.status, first.json["screening"]) == (1, 1)
    with Log.open(log) as opened:
        now = datetime(2026, 1, 1, tzinfo=UTC)
        screener = Screener.from_paths([lists], log=opened)
        screener.decide(1, "own-1", Verdict.CLEAR, "another firm", "officer-7", now)
    again = run(*asked)
    assert (again.status, again.json["hits"][0]["decision"]) == (0, "clear")
    lists.write_text(lists.read_text().replace("TOO Elem Group", "TOO Elem Group Export"))
    ran = run(*asked[:-1])
    assert ran.status == 1
    assert "decided before, but listed names: now too elem group export" in " ".join(ran.out.split())


# -- goods and owners ----------------------------------------------------------------------------


def test_goods(run: Run, tmp_path: Path):
    goods = write(
        tmp_path / "g.csv", "code,edition,destination,date", "8542310000,HS2017,Kyrgyzstan,2021-03-01",
        "010121,,RU,", "85,,RU,", "854231,,Atlantis,", "854231,,RU,1.2.2021", "854231,,RU,,x",
    )  # fmt: skip
    ran = run("screen", "--goods", goods)
    told = answers(ran.out)
    assert ran.status == 1
    assert [len(each["hits"]) for each in told] == [1, 0, 0, 0, 0, 0]
    assert told[0]["hits"][0]["certainty"] == "certain"
    assert [each["line"] for each in told if each.get("error")] == [4, 5, 6, 7]
    assert run("screen", "--goods", write(tmp_path / "h.csv", "hs", "010121")).status == 0


def test_descriptions_and_lists_of_ones_own(run: Run, tmp_path: Path):
    texts = write(
        tmp_path / "n.csv", "hs6,text", "854231,Electronic integrated circuits; processors and controllers",
        "630110,Blankets; electric", "010121,Horses; live, pure-bred breeding animals",
    )  # fmt: skip
    control = write(tmp_path / "c.csv", "list,code,nomenclature", "horses,0101,HS2022")
    goods = write(
        tmp_path / "g.csv", "code,description,destination",
        "630110,electronic integrated circuits processors,RU",
        "010121,live horses,RU",
    )  # fmt: skip
    told = answers(run("screen", "--goods", goods, "--controls", control, "--nomenclature", texts).out)
    assert [each["flagged"] for each in told] == [True, False]
    assert [[hit["entry"]["list"] for hit in each["hits"]] for each in told] == [[], ["horses"]]


def test_owners(run: Run, lists: Path, tmp_path: Path):
    stakes = write(tmp_path / "o.csv", "owner,company,share", "Bad Corp,A,60%", "A,B,50%", "B,C,40%")
    ran = run("screen", "--ownership", stakes, "--lists", lists, "--rule", "ofac", "--json")
    assert ran.status == 1
    assert {each["company"]: each["verdict"] for each in ran.json} == {
        "A": "blocked", "B": "blocked", "C": "not blocked"
    }  # fmt: skip
    assert "Bad Corp is taken to be own-4" in run("screen", "--ownership", stakes, "--lists", lists).out
    assert run("screen", "--ownership", stakes, "--listed", "B", "--rule", "uk").status == 1
    for unlisted in (["--listed", "Z"], ["--lists", write(tmp_path / "z.csv", "id,name", "1,Zzz Yyy")]):
        assert run("screen", "--ownership", stakes, *unlisted).status == 0
    wrong = run("screen", "--ownership", stakes, "--listed", "A", "--rule", "fbi")
    assert (wrong.out, "fbi" in wrong.err) == ("", True)


# -- the page ------------------------------------------------------------------------------------


def test_the_page_has_the_features_of_the_matcher():
    told = [
        tuple(cell.strip() for cell in line.split("|")[1:4])
        for line in PAGE.read_text(encoding="utf-8")
        .split("| feature |")[1]
        .split("<!-- features end -->")[0]
        .splitlines()
        if line.startswith("| ") and "weight" not in line
    ]
    assert told == [(each.name, f"{each.weight:+.2f}", each.words) for each in FEATURES]


def test_the_page_has_the_readers_of_lists():
    from sarai.screening.lists.reading import readers

    told = PAGE.read_text(encoding="utf-8").split("| layout |")[1].split("<!-- layouts end -->")[0]
    assert [line.split("`")[1] for line in told.splitlines() if line.startswith("| `")] == [
        reader.name for reader in readers()
    ]


def test_the_quick_start_works(tmp_path: Path):
    page = PAGE.read_text(encoding="utf-8")
    shell, python = (re.search(rf"```{each}\n(.*?)```", page, re.DOTALL)[1] for each in ("sh", "python"))
    (tmp_path / "sarai").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m sarai.cli "$@"\n')
    (tmp_path / "sarai").chmod(0o755)
    commands = f"{shell}{sys.executable} -W error -c '{python}'\n"
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands], cwd=tmp_path,
        capture_output=True, text=True, check=False,
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "there is a hit" in ran.stdout
    assert "no hit among 1 listed" in ran.stdout
    assert ran.stdout.splitlines()[-1].startswith("1.0 own own-1 Orbita Export LLP")
