"""Plans worked out for the desk: as the command tells them, within a time, and what the data lack."""

from __future__ import annotations

from itertools import pairwise
from urllib.parse import parse_qsl

import pytest
from minerals.supposed_made import DATA, bench_of

from sarai.corridors import shipped
from sarai.minerals.diversify import Rules, TimedOut
from sarai.minerals.diversify.gathering import Asked as Case
from sarai.server.asking import TooMuch, Unclear
from sarai.server.minerals import Bench, diversify
from sarai.server.minerals.diversify_asked import Asked, asked, understood
from sarai.server.settings import ServerSettings
from sarai.telling.minerals_diversify import Told, told

GALLIUM = "material=gallium&importer=EU&demand=40"
with_data = pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not beside the checkout")


def question(query: str) -> Asked:
    return asked(parse_qsl(query))


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(ServerSettings(), DATA, shipped)


@pytest.fixture(scope="module")
def found(bench: Bench) -> Told:
    return bench.diversify(question(GALLIUM))


@with_data
class TestOnTheSharedData:
    """Gallium for the European Union, and magnesium, for which there is no plan."""

    def test_it_is_what_the_command_tells(self, bench: Bench, found: Told):
        years = tuple(range(2026, 2036))
        case = Case(material="gallium", importer="EU", folder=DATA, years=years, demand_t=40.0)
        assert found == told(case, Rules(by=2030))
        assert bench.diversify(question(GALLIUM)) is found, "an answer is kept"

    def test_the_frontier_is_monotone(self, found: Told):
        """From the loosest level to the tightest, as it is told and as it is drawn."""
        costs = [each.cost_usd for each in found.frontier if each.cost_usd is not None]
        assert len(costs) > 2
        assert all(one.level > other.level for one, other in pairwise(found.frontier))
        assert all(one <= other * (1 + 1e-9) for one, other in pairwise(costs))

    def test_ways_carry_what_is_taken_from_abroad(self, found: Told):
        assert found.plan is not None
        abroad = sum(each.t for each in found.plan.taken if each.way)
        assert sum(each.t for each in found.carried) == pytest.approx(abroad)
        assert {each.origin for each in found.carried} == {e.country for e in found.plan.taken if e.way}

    def test_where_there_is_no_plan_it_says_what_would_do(self, bench: Bench):
        found = bench.diversify(question("material=magnesium&importer=EU&demand=100000"))
        assert found.plan is None and found.relaxations and not found.carried
        assert any("share" in each.families for each in found.relaxations)


def test_what_the_data_lack_is_said_with_its_field(tmp_path):
    bench = bench_of(tmp_path)
    with pytest.raises(Unclear, match="demand") as caught:
        bench.diversify(question("material=gallium&importer=JP"))
    assert caught.value.field == "demand"
    assert str(tmp_path) not in str(caught.value)


def test_its_time_is_cut_into_parts_and_ends(tmp_path, monkeypatch):
    meant, given = understood(question(GALLIUM), tmp_path), []

    def slow(*_, seconds: float, between):
        given.append(seconds)
        between()
        raise TimedOut("no plan")

    monkeypatch.setattr(diversify, "told", slow)
    with pytest.raises(TooMuch, match="within 6 seconds"):
        diversify.planned(meant, 60.0, lambda: None)
    assert given == [60.0 / diversify.PARTS]
