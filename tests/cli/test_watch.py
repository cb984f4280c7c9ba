"""sarai watch: what is new, why, what is looked for, and how well it does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.conftest import Run
from sarai.watch import TYPOLOGIES, Typology


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small state, posted as its papers came in."""
    from sarai.cli.evaluating import post_as_it_came
    from sarai.ledger import open_book
    from sarai.simulation import Scenario, write

    directory = tmp_path_factory.mktemp("state")
    write(Scenario(traders=120, days=24, schemes={"shell_chain": 20, "false_transit": 20}), 11, directory)
    with open_book(str(directory / "book.db")) as book:
        post_as_it_came(book, directory)
    return directory


@pytest.fixture
def asked(state: Path, tmp_path: Path) -> list[str]:
    return ["--ledger", str(state / "book.db"), "--alerts", str(tmp_path / "alerts.db")]


def test_a_run_tells_what_is_new_and_the_next_one_nothing(run: Run, state: Path, asked: list[str]):
    register = ["--register", str(state / "register.jsonl")]
    first = run("watch", "run", *asked, *register, "--json")
    assert first.status == 1, first.err
    alerts = first.json["alerts"]
    assert {alert["typology"] for alert in alerts} & {"off-route", "linked-chain"}
    for alert in alerts:
        assert alert["words"] and alert["documents"] and alert["reasons"][0]["words"] == alert["words"]
        assert alert["score"] >= 3.0
    again = run("watch", "run", *asked, *register)
    assert (again.status, again.err) == (0, "")
    assert "No new alerts" in again.out


def test_an_alert_is_explained(run: Run, asked: list[str], state: Path):
    alert = run("watch", "run", *asked, "--json").json["alerts"][0]
    shown = run("watch", "explain", alert["id"], *asked)
    assert shown.status == 0
    assert alert["reasons"][0]["typology"] in shown.out
    assert f"{alert['documents'][0]['issuer']}/{alert['documents'][0]['number']}" in shown.out
    told = run("watch", "explain", alert["id"], *asked, "--json").json
    assert told["source"] and told["advice"]


def test_an_alert_that_is_not_there(run: Run, asked: list[str]):
    run("watch", "run", *asked)
    ran = run("watch", "explain", "nothing", *asked)
    assert ran.status == 1
    assert "'nothing'" in ran.err and "sarai watch run" in ran.err


def test_what_is_due_comes_with_the_time(run: Run, asked: list[str]):
    before = run("watch", "run", *asked, "--json").json["alerts"]
    after = run("watch", "run", *asked, "--now", "2026-06-01T00:00:00Z", "--json").json["alerts"]
    assert not {each["id"] for each in before} & {each["id"] for each in after}


def test_a_typology_that_fails_is_said_loudly(run: Run, asked: list[str], monkeypatch: pytest.MonkeyPatch):
    def fail(seen, memory, given):
        raise ZeroDivisionError("by nothing")

    broken = Typology(
        name="broken", title="Broken", source="a test", needs=(), on=("import",), judge=fail, points=3.0,
        text="never", advice="mend it",
    )  # fmt: skip
    monkeypatch.setattr("sarai.watch.running.TYPOLOGIES", (*TYPOLOGIES, broken))
    ran = run("watch", "run", *asked)
    assert ran.status == 1
    assert "SWITCHED OFF: broken" in ran.out and "--mended broken" in ran.out
    assert run("watch", "run", *asked, "--json").json["off"][0]["typology"] == "broken"


def test_a_typology_that_is_none_cannot_be_mended(run: Run, asked: list[str]):
    ran = run("watch", "run", *asked, "--mended", "nonsense")
    assert ran.status == 2
    assert "'nonsense'" in ran.err and "sarai watch typologies" in ran.err


def test_a_register_that_is_none(run: Run, asked: list[str], tmp_path: Path):
    (tmp_path / "register.jsonl").write_text('{"id": "KZ-1"}\n{"id": 2}\n')
    ran = run("watch", "run", *asked, "--register", tmp_path / "register.jsonl")
    assert ran.status == 2
    assert "line 2" in ran.err


def test_all_typologies_are_told(run: Run):
    told = run("watch", "typologies", "--json").json
    assert [each["name"] for each in told] == [each.name for each in TYPOLOGIES]
    assert len(told) >= 24
    assert all(each["source"] and each["text"] and each["advice"] for each in told)
    assert not any("{" in each["advice"] for each in told), "advice is shown as it stands"
    shown = run("watch", "typologies").out
    assert all(each.name in shown for each in TYPOLOGIES)


def test_names_are_never_used_twice():
    assert len({each.name for each in TYPOLOGIES}) == len(TYPOLOGIES)


def test_an_evaluation_says_what_is_found_and_what_is_false(run: Run, state: Path):
    told = run("watch", "evaluate", state, "--json").json
    truth = [json.loads(line) for line in (state / "truth.jsonl").read_text().splitlines()]
    cases = [each for each in truth if each["record"] == "scheme" and each["documents"]]
    assert told["found"]["whole"] == len(cases)
    assert told["found"]["part"] + len(told["missed"]) == len(cases)
    assert told["right"]["whole"] - told["right"]["part"] == len(told["wrong"])
    shown = run("watch", "evaluate", state).out
    assert "cases found" in shown and "shell_chain" in shown
