"""GET /corridors/...: the same answers as the commands give, and problems that name the parameter."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from served import Served, served

from sarai.corridors import shipped
from sarai.telling.corridors_routes import choices

WAY = {"from": "CNXIA", "to": "Duisburg", "month": 11, "best": 2}


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("desk"), story=False) as desk:
        yield desk


def test_ways_have_figures_with_their_sources(desk: Served):
    answer = desk.get("analyst", "/corridors/routes", **WAY)
    assert answer.status_code == 200
    told = answer.json()
    expected = choices(shipped(), "CNXIA", "DEDUI", good="container", month=11, best=2)
    assert [each["letter"] for each in told["choices"]] == ["A", "B"]
    for each, known in zip(told["choices"], expected.choices, strict=True):
        assert each["route"]["hours"]["value"] == pytest.approx(known.route.hours.value)
        assert set(each["route"]["hours"]["sources"]) <= set(each["route"]["sources"])
        assert "track" not in each
    again = desk.ask(
        "analyst", "GET", str(answer.request.url), headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304


def test_a_change_changes_the_ways(desk: Served):
    told = desk.get(
        "officer", "/corridors/routes", **WAY, **{"if": ["suez-shut", "close group:northern"]}
    ).json()
    for each in told["choices"]:
        assert "SUEZ" not in {place["code"] for place in each["route"]["places"]}
    assert "close place:SUEZ" in told["changes"]


def test_a_shock_tells_of_a_pair_before_and_after(desk: Served):
    told = desk.get("auditor", "/corridors/shock", **{**WAY, "if": "northern-route-shut"}).json()
    best = [told[when]["choices"][0]["route"] for when in ("before", "after")]
    assert "RU" in best[0]["countries"]
    assert "RU" not in best[1]["countries"]


def test_a_shock_tells_who_goes_another_way_and_where_it_binds(desk: Served):
    told = desk.get("analyst", "/corridors/shock", **{"if": "northern-route-shut"}).json()
    assert told["rerouted_t"] > 0
    assert all(each["worth_usd"] > 0 for each in told["newly_binding"])
    assert all("route" not in way for each in told["moved"] for way in each["before"]["ways"])


def test_the_network_is_told_with_its_sources(desk: Served):
    told = desk.get("analyst", "/corridors/network").json()
    known = {each["code"] for each in told["sources"]}
    assert {each["source"] for each in (*told["places"], *told["legs"])} <= known
    assert {each["start"] for each in told["legs"]} <= {each["code"] for each in told["places"]}


@pytest.mark.parametrize(("path", "change", "status", "said"), [
    ("routes", {"from": "Atlantis"}, 422, "Atlantis"),
    ("routes", {"good": "dreams"}, 422, "dreams"),
    ("routes", {"to": "Xi'an"}, 422, "where it starts"),
    ("routes", {"if": "burn place:SUEZ"}, 422, "burn"),
    ("routes", {"if": "add /etc"}, 422, "folders of the server"),
    ("routes", {"month": 13}, 422, "month"),
    ("routes", {"from": "GEDAIM", "good": "gas"}, 404, "Duisburg"),
    ("shock", {"if": ""}, 422, "nothing is changed"),
    ("shock", {"if": "suez-shut", "to": ""}, 422, "both from and to"),
])  # fmt: skip
def test_problems_name_the_value(desk: Served, path: str, change: dict, status: int, said: str):
    answer = desk.get("analyst", f"/corridors/{path}", **{**WAY, **change})
    assert (answer.status_code, said in answer.text) == (status, True), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("role", ["trader", "carrier", "partner", "admin", ""])
def test_who_may_not_is_told_so(desk: Served, role: str):
    for path in ("routes", "shock", "network"):
        assert desk.get(role, f"/corridors/{path}", **WAY, **{"if": "suez-shut"}).status_code == (
            403 if role else 401
        )
