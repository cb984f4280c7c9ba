"""GET /standing/whatif and /standing/game: the same as the commands, and problems that name a parameter."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner
from served import QUICK, Served, served

from sarai.cli.standing import standing

ROLES_WITHOUT = ["trader", "carrier", "officer", "partner", "admin", ""]
QUESTIONS = {"whatif": {"if": "join BRICS"}, "game": {"what": "statics"}}


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Served]:
    from msgspec.structs import replace

    settings = replace(QUICK, standing_s=300.0)
    with served(tmp_path_factory.mktemp("desk"), settings, story=False) as desk:
        yield desk


def command(*words: str) -> Any:
    """What a command says with --json."""
    ran = CliRunner().invoke(standing, [*words, "--json"], standalone_mode=False)
    assert ran.exception is None, ran.output
    return json.loads(ran.stdout)


def test_a_what_if_is_the_commands(desk: Served):
    answer = desk.get(
        "analyst", "/standing/whatif", **{"if": ["shut pipeline:CPC; join BRICS", "sanction RU trade 30%"]}
    )
    assert answer.status_code == 200
    told = command("whatif", "shut pipeline:CPC", "join BRICS", "sanction RU trade 30%")
    assert answer.json() == told
    again = desk.ask(
        "analyst", "GET", str(answer.request.url), headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304


def test_a_year_is_heeded(desk: Served):
    told = desk.get("auditor", "/standing/whatif", **{"if": "sanction RU trade 30%", "year": 2023}).json()
    assert told == command("whatif", "sanction RU trade 30%", "--year", "2023")


def test_small_games_are_the_commands(desk: Served):
    told = desk.get("analyst", "/standing/game", what="statics", set=["access=80", "fines=2"]).json()
    assert told == command("game", "statics", "--set", "access=80", "--set", "fines=2")
    stakes = {"gain": 3, "fine": 5, "cost": 2, "loss": 8}
    told = desk.get("analyst", "/standing/game", what="statics", **stakes).json()
    assert told == command("game", "statics", "--stakes", "gain=3,fine=5,cost=2,loss=8")
    told = desk.get("supervisor", "/standing/game", what="repeated", level=250, set="notices=0.8").json()
    assert told == command("game", "repeated", "--level", "250", "--set", "notices=0.8")


def test_a_plan_and_its_schedules_are_the_commands(desk: Served, monkeypatch, tmp_path):
    """Of a small game that is made up: the packaged one takes seconds."""
    from sarai.server.standing import game_asked
    from sarai.standing.game import read_game
    from standing.game_made import SMALL

    path = tmp_path / "game.toml"
    path.write_text(SMALL, "utf-8")
    monkeypatch.setattr(game_asked, "example", lambda: read_game(path))
    told = desk.get("analyst", "/standing/game", set="inspectors=2", days=5, seed=9).json()
    table = ("game", "--table", str(path), "--set", "inspectors=2")
    assert told == command(*table, "--days", "5", "--seed", "9")
    assert len(told["drawn"]) == 5
    values = {each["plan"].split()[0]: each["value"] for each in told["compared"]}
    assert values["announced"] >= values["not"]
    rows = desk.get("analyst", "/standing/game", vary="access=0,40").json()
    assert rows == command("game", "--table", str(path), "--vary", "access=0,40")


@pytest.mark.parametrize(
    ("path", "parameters", "said"),
    [
        ("whatif", {"if": "burn all"}, "cannot be read"),
        ("whatif", {"if": " "}, "nothing is supposed"),
        ("whatif", {}, "if"),
        ("whatif", {"if": "join BRICS", "year": 1800}, "year"),
        ("game", {"what": "chess"}, "what"),
        ("game", {"set": "bribes=3"}, "set: the game has no figure"),
        ("game", {"set": "inspectors=many"}, "is no number"),
        ("game", {"what": "repeated", "level": 1}, "level: no mix keeps re-exports"),
        ("game", {"what": "statics", "gain": 3}, "the stakes"),
        ("game", {"vary": "cost"}, "vary: 'cost' has no values"),
        ("game", {"days": 99}, "days"),
        ("game", {"set": [f"access={at}" for at in range(30)]}, "set"),
    ],
)
def test_problems_name_the_parameter(desk: Served, path: str, parameters: dict, said: str):
    answer = desk.get("analyst", f"/standing/{path}", **parameters)
    assert (answer.status_code, said in answer.text) == (422, True), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("role", ROLES_WITHOUT)
def test_who_may_not_is_told_so(desk: Served, role: str):
    for path, question in QUESTIONS.items():
        assert desk.get(role, f"/standing/{path}", **question).status_code == (403 if role else 401)
