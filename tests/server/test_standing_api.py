"""GET /standing/...: the same answers as the commands give, and problems that name the parameter."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from served import Served, served

from sarai.server.standing import Bench
from sarai.standing import shipped, votes
from sarai.telling import standing_compared, standing_shown
from sarai.telling.plain import plain

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "balance"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="needs the shared data beside the checkout")
PATHS = {"": {}, "/channel": {"channel": "fdi"}, "/exposure": {}, "/votes": {"countries": "KZ"}}


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("desk"), story=False) as desk:
        desk.house.standing = Bench(desk.house.settings, (), SHARED if SHARED.is_dir() else None)
        yield desk


def told(value: Any) -> Any:
    return json.loads(json.dumps(plain(value)))


@pytest.mark.parametrize(
    ("path", "asked", "expected"),
    [
        ("", {}, lambda: standing_shown.overview(shipped())),
        ("", {"year": 2022}, lambda: standing_shown.overview(shipped(), year=2022)),
        ("/channel", {"channel": "fdi"}, lambda: standing_shown.shown(shipped(), "fdi")),
        ("/channel", {"channel": "fdi-net", "year": 2022},
         lambda: standing_shown.shown(shipped(), "fdi-net", year=2022)),
        ("/exposure", {}, lambda: standing_compared.exposed(shipped())),
    ],
)  # fmt: skip
def test_answers_are_those_of_the_commands(desk: Served, path: str, asked: dict, expected: Any):
    answer = desk.get("analyst", f"/standing{path}", **asked)
    assert answer.status_code == 200
    assert answer.json() == told(expected())
    again = desk.ask(
        "analyst", "GET", str(answer.request.url), headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304


def test_every_figure_has_its_source_in_words_and_its_date(desk: Served):
    found = desk.get("auditor", "/standing").json()
    figures = [each for channel in found["channels"] for each in channel["figures"]]
    assert len(figures) > 70
    assert all(each["of"] and each["said"] and each["kind"] for each in figures)
    both = {each["value"] for each in figures if each["conflicts"]}
    assert both == {31.4, 31.5, 412.0, 380.0, 0.88, 0.85}


@needs_shared
def test_votes_are_those_of_the_file(desk: Served):
    found = desk.get("supervisor", "/standing/votes", countries="KZ,Armenia", **{"from": 2022, "to": 2024})
    read = votes.read(votes.find(SHARED))
    expected = standing_compared.voted(shipped(), read, ["KZ", "AM"], range(2022, 2025))
    assert found.json() == told(expected)
    whole = desk.get("supervisor", "/standing/votes").json()
    assert {each["year"] for each in whole["distances"]} == set(range(1992, 2025))


def test_without_votes_it_says_how_to_give_them(tmp_path):
    with served(tmp_path, story=False) as desk:
        answer = desk.get("analyst", "/standing/votes")
        assert answer.status_code == 404
        assert "--votes DIR" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "asked", "said"),
    [
        ("", {"year": 1800}, "year"),
        ("", {"year": "last"}, "year"),
        ("/channel", {"channel": "dreams"}, "dreams"),
        ("/channel", {}, "channel"),
        ("/channel", {"channel": "trade", "year": 1999}, "its dates are"),
        ("/exposure", {"year": 1950}, "1950"),
        ("/votes", {"countries": "Atlantis"}, "Atlantis"),
        ("/votes", {"countries": "EU"}, "name 1 to 6"),
        ("/votes", {"series": "best"}, "series"),
        ("/votes", {"countries": "x" * 500}, "countries"),
        pytest.param("/votes", {"from": 2024, "to": 2020}, "from", marks=needs_shared),
    ],
)
def test_problems_name_the_value(desk: Served, path: str, asked: dict, said: str):
    answer = desk.get("analyst", f"/standing{path}", **asked)
    assert (answer.status_code, said in answer.text) == (422, True), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("role", ["trader", "carrier", "partner", "officer", "admin", ""])
def test_who_may_not_is_told_so(desk: Served, role: str):
    for path, asked in PATHS.items():
        assert desk.get(role, f"/standing{path}", **asked).status_code == (403 if role else 401)
