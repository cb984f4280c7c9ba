"""GET /flows/mirror: the same answer as on the page, and problems that name the parameter."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from served import Served, served
from statistics_made import QUESTION, statistics_at

PAIR = {"from": "LT", "to": "KZ", "codes": "854231", "span": "2021-05..2021-08", "base": "2020"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Served]:
    statistics = statistics_at(tmp_path_factory.mktemp("statistics") / "folder")
    with served(tmp_path_factory.mktemp("desk"), story=False, statistics=statistics) as desk:
        yield desk


def test_the_widest_gaps_are_told_with_their_terms(desk: Served):
    answer = desk.get("analyst", "/flows/mirror", **QUESTION)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["currency"], told["edition"], told["by"]) == ("USD", "HS2017", "score")
    assert told["sources"] == {"exported": "comtrade", "imported": "comtrade"}
    assert all(each["score"] > 10 for each in told["rows"])
    again = desk.ask(
        "analyst", "GET", str(answer.request.url), headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304


def test_a_hole_has_no_gap_and_is_said_to_be_one(desk: Served):
    told = desk.get("officer", "/flows/mirror", **PAIR).json()
    assert {each["period"] for each in told["rows"]} == {"2021-05-01", "2021-08-01"}
    lithuania = told["published"]["rows"].index(["comtrade", "LT", "export"])
    published = dict(zip(told["published"]["columns"], told["published"]["cells"][lithuania], strict=True))
    assert [month for month, cell in published.items() if cell is None] == ["2021-06", "2021-07"]


@pytest.mark.parametrize(("change", "status", "said"), [
    ({"from": "Atlantis"}, 422, "'Atlantis'"),
    ({"span": "soon"}, 422, "soon"),
    ({"from": "FR", "to": "IT"}, 404, "no row"),
])  # fmt: skip
def test_problems_name_the_value(desk: Served, change: dict[str, str], status: int, said: str):
    answer = desk.get("auditor", "/flows/mirror", **{**PAIR, **change})
    assert answer.status_code == status
    told = answer.json()
    assert said in told["detail"]
    assert status == 404 or told["parameter"] == next(iter(change))


def test_without_statistics_it_says_how_to_give_some(tmp_path):
    with served(tmp_path, story=False) as desk:
        answer = desk.get("officer", "/flows/mirror", **PAIR)
        assert answer.status_code == 409
        assert "--statistics" in answer.json()["detail"]
        assert desk.get("trader", "/flows/mirror", **PAIR).status_code == 403
