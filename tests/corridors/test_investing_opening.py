"""Projects as right-hand sides: the flow with all of them in it costs what the changed network costs."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from corridors.projects_made import DEMANDS, PROJECTS, changed, cost, narrow, random_case
from sarai.corridors.investing import Question

ONE_YEAR = range(2026, 2027)


def sets_of(question: Question) -> list[frozenset[int]]:
    """All sets of projects that can be built."""
    states, everything = question.states, range(len(question.projects))
    sets = (frozenset(some) for size in range(len(everything) + 1) for some in combinations(everything, size))
    return [each for each in sets if states.closed(each) == each]


def opened(question: Question, built: frozenset[int]) -> np.ndarray:
    openings = question.recourse.case.openings
    return np.array([[float(set(each.requires) <= built)] for each in openings]).reshape(-1, 1)


def test_every_set_costs_what_the_changed_network_costs():
    question = Question(
        network=narrow(), projects=PROJECTS, demands=DEMANDS, years=ONE_YEAR, objective="time"
    )
    sets = sets_of(question)
    assert len(sets) == 48
    for built in sets:
        ours = question.recourse.costs(opened(question, built))[0, 0, 0]
        codes = {PROJECTS[at].code for at in built}
        assert ours == pytest.approx(cost(changed(narrow(), PROJECTS, codes), DEMANDS), rel=3e-6), codes


@pytest.mark.parametrize("seed", range(12))
def test_so_does_every_set_on_a_network_at_random(seed, tmp_path):
    network, projects, demands = random_case(np.random.default_rng(seed), tmp_path)
    question = Question(network=network, projects=projects, demands=demands, years=ONE_YEAR, objective="time")
    projects = [each for each in projects if each.code not in question.unused]
    question = Question(network=network, projects=projects, demands=demands, years=ONE_YEAR, objective="time")
    for built in sets_of(question):
        ours = question.recourse.costs(opened(question, built))[0, 0, 0]
        codes = {projects[at].code for at in built}
        assert ours == pytest.approx(cost(changed(network, projects, codes), demands), rel=3e-6), codes
