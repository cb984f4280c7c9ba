"""One run with everything in it, and one honest run, shared by the tests."""

from __future__ import annotations

import pytest

from sarai.simulation import Scenario
from simulation.runs import Played, play


@pytest.fixture(scope="session")
def played() -> Played:
    return play(Scenario(traders=400, days=24), seed=11)


@pytest.fixture(scope="session")
def honest() -> Played:
    """Honest people who take goods first in, first out: the book must know all that they know."""
    return play(Scenario.honest(traders=250, days=24, out_of_turn=0), seed=12)
