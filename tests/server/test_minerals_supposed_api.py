"""GET /minerals/shock and /minerals/diversify: the answers of the commands, and problems by parameter."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from minerals.supposed_made import DATA, bench_of
from served import Served, served

from sarai.cli.minerals import minerals
from sarai.corridors import shipped
from sarai.server.minerals import Bench

SHOCK = {"material": "lree", "year": 2009, "importer": "JP", "draws": 10, "if": "embargo CN>JP"}
PLAN = {"material": "gallium", "importer": "EU", "demand": 40}
with_data = pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not beside the checkout")


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("desk"), story=False) as desk:
        desk.house.minerals = bench_of(tmp_path_factory.mktemp("data"))
        yield desk


def commanded(*words: str, folder: Path) -> dict:
    """What a command answers as JSON."""
    done = CliRunner().invoke(minerals, [*words, "--data", str(folder), "--json"], catch_exceptions=False)
    return json.loads(done.stdout)


def test_a_shock_is_what_the_command_tells(desk: Served):
    answer = desk.get("analyst", "/minerals/shock", **SHOCK)
    assert answer.status_code == 200, answer.text
    words = ("shock", "lree", "embargo CN>JP", "--year", "2009", "--importer", "JP", "--draws", "10")
    assert answer.json() == commanded(*words, folder=desk.house.minerals.folder)
    assert answer.json()["prices"]
    again = desk.ask(
        "analyst", "GET", str(answer.request.url), headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304


def test_several_shocks_happen_together(desk: Served):
    told = desk.get("officer", "/minerals/shock", **{**SHOCK, "if": ["quota CN>* 50%", "lose VN 10%"]}).json()
    assert told["shocks"] == ["quota CN>* 50%", "lose VN 10%"]


@with_data
def test_a_plan_is_what_the_command_tells_and_its_frontier_is_monotone(desk: Served, monkeypatch):
    monkeypatch.setattr(desk.house, "minerals", Bench(desk.house.settings, DATA, shipped))
    answer = desk.get("analyst", "/minerals/diversify", **PLAN)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    expected = commanded("diversify", "gallium", "--importer", "EU", "--demand", "40", folder=DATA)
    assert told == expected
    costs = [each["cost_usd"] for each in told["frontier"] if each["cost_usd"] is not None]
    assert all(one <= other * (1 + 1e-9) for one, other in pairwise(costs))
    for year in told["plan"]["years"]:
        taken = [each["t"] for each in told["plan"]["taken"]
                 if (each["year"], each["stage"]) == (year["year"], year["stage"])]  # fmt: skip
        assert sum(taken) == pytest.approx(year["t"])


@pytest.mark.parametrize(("path", "change", "status", "said"), [
    ("shock", {"material": "unobtainium"}, 422, "unobtainium"),
    ("shock", {"if": "burn CN"}, 422, "burn"),
    ("shock", {"if": ""}, 422, "nothing happens"),
    ("shock", {"year": 2001}, 422, "2001"),
    ("shock", {"year": 9}, 422, "year"),
    ("shock", {"draws": 100_000}, 422, "draws"),
    ("shock", {"reserves": -1}, 422, "reserves"),
    ("shock", {"stage": "smelting"}, 422, "stage"),
    ("shock", {"importer": "KZ"}, 422, "KZ"),
    ("diversify", {"importer": "Atlantis"}, 422, "Atlantis"),
    ("diversify", {"share": "most"}, 422, "most"),
    ("diversify", {"years": "2026..2099"}, 422, "years"),
    ("diversify", {"standard": 7}, 422, "standard"),
    ("diversify", {"stage": "smelting"}, 422, "stage"),
    ("diversify", {"demand": ""}, 422, "demand"),
])  # fmt: skip
def test_problems_name_the_value(desk: Served, path: str, change: dict, status: int, said: str):
    answer = desk.get("analyst", f"/minerals/{path}", **{**(SHOCK if path == "shock" else PLAN), **change})
    assert (answer.status_code, said in answer.text) == (status, True), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert str(desk.house.minerals.folder) not in answer.text


def test_a_server_without_data_says_how_to_give_them(desk: Served, monkeypatch):
    monkeypatch.setattr(desk.house, "minerals", Bench(desk.house.settings, None, shipped))
    for path, asked in (("shock", SHOCK), ("diversify", PLAN)):
        answer = desk.get("analyst", f"/minerals/{path}", **asked)
        assert (answer.status_code, "--minerals DIR" in answer.text) == (404, True)


@pytest.mark.parametrize("role", ["trader", "carrier", "partner", "admin", ""])
def test_who_may_not_is_told_so(desk: Served, role: str):
    for path, asked in (("shock", SHOCK), ("diversify", PLAN)):
        assert desk.get(role, f"/minerals/{path}", **asked).status_code == (403 if role else 401)
