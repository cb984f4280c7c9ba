"""Questions that cannot be answered: each error names what is wrong, and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from corridors.made import leg, network
from corridors.projects_made import DEMANDS, PROJECTS, demand, narrow, project
from sarai.corridors.investing import Question, Scenario, plan
from sarai.goods import BadSetting, NotInNetwork, TooLarge


def asked(*projects, **more) -> Question:
    given = {"network": narrow(), "demands": DEMANDS, "years": range(2026, 2029), "objective": "time"}
    return Question(**(given | {"projects": projects or PROJECTS} | more))


@pytest.mark.parametrize(
    ("projects", "words"),
    [
        ([project("a", 1, "widen limit:AX +1")], "project a: limit:AX names nothing.*limit:AB"),
        ([project("a", 1, "widen limit:AB")], "project a does 'widen limit:AB'.*by how much"),
        ([project("a", 1, "close leg:A-B-rail")], "project a closes something .close leg:A-B-rail."),
        ([project("a", 1, "")], "project a does nothing"),
        ([project("a", -1, "widen limit:AB +1")], "project a costs -1 M USD"),
        ([project("a", 1, "widen limit:AB +1", after="b")], "project a comes after 'b', which is not among"),
        ([project("a", 1, "widen limit:AB +1")] * 2, "project 'a' is there twice"),
        (
            [
                project("a", 1, "widen limit:AB +1", after="b"),
                project("b", 1, "widen limit:AB +1", after="a"),
            ],
            "projects a, b wait for each other",
        ),
        ([project("a", 1, "slow leg:B-C-rail x2")], "project a makes the step along leg B-C-rail> worse"),
        ([project("a", 1, "widen limit:AB x0.5")], "limit AB is 500000 narrower with a"),
        (
            [project("a", 1, "widen limit:AB =2000000"), project("b", 1, "widen limit:AB =3000000")],
            "limit AB is .* narrower with a, b than the sum",
        ),
        ([project(f"p{at}", 1, "slow leg:B-C-rail x0.9") for at in range(9)], "9 projects change the step"),
    ],
)
def test_projects_that_cannot_be(projects, words):
    with pytest.raises((BadSetting, NotInNetwork, TooLarge), match=words):
        plan(asked(*projects))


def test_a_project_that_no_way_can_use():
    question = asked(
        *PROJECTS, project("far", 1, "widen limit:FAR +1"), network=with_far(), demands=DEMANDS[:2]
    )
    assert question.unused == ("far",)
    with pytest.raises(BadSetting, match="no way of any demand can use what far would change"):
        plan(question)


def with_far():
    made = narrow()
    far = network(
        [leg("Y", "Z", "rail", 10)],
        limits=[{"code": "FAR", "name": "Far", "on": "leg:Y-Z-rail", "capacity": 1}],
    )
    return made.with_rows(
        places=[*made.places, *far.places], legs=[*made.legs, *far.legs], limits=[*made.limits, *far.limits]
    )


def test_a_project_that_takes_a_way_away(tmp_path: Path):
    rows = "code,start,end,mode,gauge_mm,distance_km,source\nB-C-rail,B,C,rail,1435,800,made\n"
    (tmp_path / "legs.csv").write_text(rows)
    with pytest.raises(BadSetting, match="project a takes away the step"):
        plan(asked(project("a", 1, f"add {tmp_path}")))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"objective": "fame"}, "objective 'fame' is not known; take throughput, value, time, resilience"),
        ({"projects": ()}, "there is no project"),
        ({"demands": ()}, "there is no demand"),
        ({"demands": [demand("A", "C", -5.0)]}, "demand of grain from A to C has -5.0 t"),
        ({"years": []}, "years none are not"),
        ({"years": [2026, 2028]}, "years 2026, 2028 are not"),
        ({"discount": 3}, "discount 3 cannot be"),
        ({"scenarios": [Scenario(name="a"), Scenario(name="a")]}, "scenario 'a' is there twice"),
        ({"scenarios": [Scenario(name="a", weight=0)]}, "weights are all 0"),
        ({"objective": "resilience"}, "state some"),
        ({"shocks": {"s": "close place:D"}}, "shocks count for 'resilience' alone, not for 'time'"),
        (
            {"objective": "resilience", "shocks": {"s": "close place:D"}, "likely": {"t": 1.0}},
            "a weight is of shock 't', which is not among s",
        ),
        (
            {"objective": "resilience", "shocks": {"s": "close place:D"}, "likely": {"s": 0.0}},
            "must be 0 or more",
        ),
    ],
)
def test_questions_that_cannot_be(more, words):
    with pytest.raises(BadSetting, match=words):
        asked(**more)


@pytest.mark.parametrize(
    ("does", "words"),
    [
        ("close place:Q", "shock 's': place:Q names nothing"),
        ("slow leg:A-B-rail x2", "shock 's': slow leg:A-B-rail x2.* changes what ways take"),
        ("widen limit:AB x2", "shock 's': widen limit:AB x2.* is no shock"),
    ],
)
def test_shocks_that_cannot_be(does, words):
    with pytest.raises((BadSetting, NotInNetwork), match=words):
        plan(asked(objective="resilience", shocks={"s": does}))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"of": "t_best"}, "starts from 't_best'"),
        ({"times": -1.0}, "has times -1.0"),
        ({"goods": {"ore": float("nan")}}, "has ore nan"),
        ({"growth": -1.0}, "grows by -1.0 a year"),
    ],
)
def test_scenarios_that_cannot_be(more, words):
    with pytest.raises(BadSetting, match=words):
        Scenario(name="s", **more)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"budget": -1}, "budget -1 cannot be"),
        ({"budget": float("nan")}, "budget nan cannot be"),
        ({"budgets": {2026: -1}}, "budget of 2026 -1 cannot be"),
        ({"budgets": {2040: 1}}, "the budget of 2040 is of no year that is planned"),
        ({"seconds": 0}, "0 seconds are no time"),
    ],
)
def test_budgets_that_cannot_be(more, words):
    with pytest.raises(BadSetting, match=words):
        plan(asked(), **more)
