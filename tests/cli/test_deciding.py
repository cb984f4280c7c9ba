"""sarai decide and rescreen: asked once for the same facts, and again when they change."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from cli.conftest import Ran, Run
from sarai.screening import screener
from sarai.screening.database import StoreError
from sarai.screening.decisions import Log

NAME = "Orbita Export LLP"


class Desk(NamedTuple):
    """A list and a log, and how an officer works with them."""

    run: Run
    list: Path
    log: Path

    def listed(self, *rows: str) -> None:
        self.list.write_text("\n".join(["id,name,kind,alias", *rows]) + "\n", encoding="utf-8")

    def ask(self, command: str, *arguments: object) -> Ran:
        return self.run(command, *arguments, "--lists", self.list, "--log", self.log, "--json")

    def screen(self, name: str = NAME) -> dict:
        return self.ask("screen", name).json

    def decide(self, screening: int, verdict: str = "clear", entity: str = "own-1", **more: str) -> Ran:
        said = {"reason": "another firm", "officer": "officer-7", **more}
        return self.ask("decide", screening, entity, verdict, *(f"--{k}={v}" for k, v in said.items()))


@pytest.fixture
def desk(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """One firm is listed."""
    monkeypatch.delenv("SARAI_LISTS", raising=False)
    made = Desk(run, tmp_path / "own.csv", tmp_path / "log.db")
    made.listed(f"1,{NAME},organisation,")
    return made


def test_what_is_cleared_is_not_asked_again(desk: Desk):
    number = desk.screen()["screening"]
    ran = desk.decide(number)
    assert (ran.status, ran.err) == (0, "")
    assert ran.json == {"decision": 1, "screening": number, "entity": "own-1", "verdict": "clear"}
    ran = desk.ask("screen", NAME)
    assert (ran.status, ran.json["hits"][0]["decision"]) == (0, "clear")
    assert desk.ask("screen", "Orbita Eksport").status == 1  # other facts


def test_what_is_confirmed_stays_open(desk: Desk):
    desk.decide(desk.screen()["screening"], "confirm")
    ran = desk.ask("screen", NAME)
    assert (ran.status, ran.json["hits"][0]["decision"]) == (1, "confirm")


def test_a_later_decision_supersedes(desk: Desk):
    number = desk.screen()["screening"]
    desk.decide(number, "confirm")
    assert desk.decide(number, "clear").json["decision"] == 2
    assert desk.screen()["hits"][0]["decision"] == "clear"


@pytest.mark.parametrize(
    ("entity", "more", "status", "said"),
    [
        ("own-2", {}, 2, "own-2"),
        ("own-1", {"reason": " "}, 2, "reason"),
        ("own-1", {"officer": ""}, 2, "officer"),
    ],
)
def test_what_cannot_be_decided_is_said(desk: Desk, entity: str, more: dict, status: int, said: str):
    ran = desk.decide(desk.screen()["screening"], entity=entity, **more)
    assert (ran.status, ran.out) == (status, "")
    assert said in ran.err
    assert desk.screen()["hits"][0]["decision"] == ""


def test_no_screening_no_decision(desk: Desk):
    ran = desk.decide(desk.screen()["screening"] + 1)
    assert ran.status == 1
    assert "no screening 2" in ran.err


def test_nobody_decides_on_what_they_were_not_shown(desk: Desk):
    number = desk.screen()["screening"]
    desk.listed(f"1,{NAME},organisation,Orbita Holding")
    ran = desk.decide(number)
    assert ran.status == 2
    assert "screen again" in ran.err
    assert desk.decide(desk.screen()["screening"]).status == 0


@pytest.mark.parametrize(
    "command", [["decide", 1, "own-1", "clear", "--reason=r", "--officer=o"], ["rescreen"]]
)
def test_a_log_that_is_not_there_is_not_made(desk: Desk, command: list):
    ran = desk.ask(*command)
    assert ran.status == 2
    assert str(desk.log) in ran.err
    assert not desk.log.exists()


def test_people_are_told(desk: Desk):
    number = desk.screen()["screening"]
    how = ("--lists", desk.list, "--log", desk.log)
    ran = desk.run("decide", number, "own-1", "clear", "--reason", "r", "--officer", "o", *how)
    assert ran.out == "Decision 1: clear own-1\n"
    assert "Nothing differs" in desk.run("rescreen", *how).out
    desk.listed(f"1,{NAME},organisation,Orbita Holding")
    ran = desk.run("rescreen", *how)
    assert ran.status == 1
    assert "decided before, but listed names: now orbita holding" in " ".join(ran.out.split())


# -- rescreen ----------------------------------------------------------------------------------------


def test_the_same_lists_change_nothing(desk: Desk):
    desk.screen()
    ran = desk.ask("rescreen")
    assert (ran.status, ran.json) == (0, {"differences": []})


def test_only_differences_are_told_and_once(desk: Desk):
    desk.screen()
    desk.screen("Quiet Meadow Bakery")
    desk.screen("Silver Reed Trading")
    desk.listed(f"1,{NAME},organisation,", "2,Quiet Meadow Bakery,organisation,")
    ran = desk.ask("rescreen")
    assert ran.status == 1
    (told,) = ran.json["differences"]
    assert (told["query"], told["screening"]) == ("Quiet Meadow Bakery", 5)
    assert [hit["entity"] for hit in told["appeared"]] == ["own-2"]
    assert told["appeared"][0]["reasons"]
    assert (told["changed"], told["gone"]) == ([], [])
    assert desk.ask("rescreen").json == {"differences": []}
    assert desk.decide(5, entity="own-2").status == 0  # by the number that was told


def test_who_is_delisted_is_gone(desk: Desk):
    desk.screen()
    desk.listed("2,Quiet Meadow Bakery,organisation,")
    ran = desk.ask("rescreen")
    assert ran.status == 0
    (told,) = ran.json["differences"]
    assert [hit["entity"] for hit in told["gone"]] == ["own-1"]


def test_what_was_cleared_comes_back_when_its_facts_change(desk: Desk):
    desk.decide(desk.screen()["screening"])
    desk.listed(f"1,{NAME},organisation,Orbita Holding")
    ran = desk.ask("rescreen")
    assert ran.status == 1
    (told,) = ran.json["differences"]
    assert (told["appeared"], len(told["changed"]), len(told["before"])) == ([], 1, 1)
    assert told["changed"][0]["decision"] == ""
    assert told["changed"][0]["changed"] == ["listed names: now orbita holding"]


def test_who_is_listed_again_as_before_stays_cleared(desk: Desk):
    desk.decide(desk.screen()["screening"])
    desk.listed("2,Quiet Meadow Bakery,organisation,")
    assert desk.ask("rescreen").status == 0
    desk.listed(f"1,{NAME},organisation,")
    ran = desk.ask("rescreen")
    assert ran.status == 0
    assert ran.json["differences"][0]["appeared"][0]["decision"] == "clear"


def test_many_are_screened_again_in_their_order(desk: Desk, tmp_path: Path):
    names = [f"Firm {number:04}" for number in range(1_200)]
    table = tmp_path / "many.csv"
    table.write_text("name\n" + "\n".join([*names, NAME]) + "\n", encoding="utf-8")
    how = ("--lists", desk.list, "--log", desk.log)
    assert desk.run("screen", "--batch", table, *how).status == 1
    desk.screen()  # asked twice, told once
    desk.listed("2,Quiet Meadow Bakery,organisation,")
    told = desk.ask("rescreen").json["differences"]
    assert [each["query"] for each in told] == [NAME]


def test_what_was_found_before_a_failure_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    desk.screen()
    desk.screen("Quiet Meadow Bakery")
    desk.listed("2,Quiet Meadow Bakery,organisation,")
    monkeypatch.setattr(screener, "BLOCK", 1)
    record, calls = Log.record, []

    def fail_later(self, *how):
        calls.append(how)
        if len(calls) > 1:
            raise StoreError("the disk is full")
        return record(self, *how)

    with monkeypatch.context() as broken:
        broken.setattr(Log, "record", fail_later)
        ran = desk.ask("rescreen")
    assert (ran.status, len(ran.json["differences"])) == (2, 1)
    assert "the disk is full" in ran.err
    assert [each["query"] for each in desk.ask("rescreen").json["differences"]] == ["Quiet Meadow Bakery"]
