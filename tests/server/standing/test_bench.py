"""The bench of standing: its answers are those of the commands, and it says what it was not given."""

from __future__ import annotations

from pathlib import Path

import pytest

from sarai.server.asking import Unclear
from sarai.server.settings import ServerSettings
from sarai.server.standing import Asked, Bench, NoVotes
from sarai.standing import StandingFaulty, shipped, votes
from sarai.telling.standing_compared import compared, exposed, voted
from sarai.telling.standing_shown import overview, shown

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "balance"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="needs the shared data beside the checkout")


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(ServerSettings(), (), SHARED if SHARED.is_dir() else None)


def test_answers_are_those_of_the_commands(bench: Bench):
    found = bench.answer(Asked(channel="fdi"))
    assert found.overview == bench.overview() == overview(shipped())
    assert found.exposed == bench.exposed() == exposed(shipped())
    codes = [each.code for each in shipped().measures if each.channel == "fdi"]
    assert found.opened == tuple(compared(shipped(), code) for code in codes)
    assert bench.shown("fdi-net", 2022) == shown(shipped(), "fdi-net", year=2022)
    assert bench.answer(Asked(channel="fdi")) is found, "kept"


def test_the_servers_network_bounds_what_other_routes_take(bench: Bench, tmp_path: Path):
    (tmp_path / "sources.csv").write_text("code,title,kind\nown,made up,assumed\n")
    limits = "aktau-oil,tankers of Aktau,place:KZAAU,1,own,2026\n"
    (tmp_path / "limits.csv").write_text(f"code,name,on,capacity,source,of\n{limits}")
    narrow = Bench(ServerSettings(), (), None, (tmp_path,))
    assert narrow.network is not None
    assert narrow.exposed() == exposed(shipped(), network=narrow.network) != bench.exposed()


def test_a_year_without_figures_is_answered_with_the_reason(bench: Bench):
    found = bench.answer(Asked(year="1950"))
    assert found.exposed is None
    assert {each.reason for each in found.overview.channels} == {"no figures of 1950"}


@needs_shared
def test_votes_are_those_of_the_file_in_years_that_it_has(bench: Bench):
    found = bench.voted(["KZ"], 2020, 2100)
    assert found == voted(shipped(), votes.read(votes.find(SHARED)), ["KZ"], range(2020, 2025))
    with pytest.raises(Unclear, match="last of the file are of 2024") as late:
        bench.voted(["KZ"], 2050)
    with pytest.raises(Unclear, match="'XK' has no votes") as unknown:
        bench.voted(["XK"])
    assert (late.value.field, unknown.value.field) == ("from", "countries")


def test_without_votes_it_says_how_to_give_them():
    with pytest.raises(NoVotes, match="--votes DIR"):
        Bench(ServerSettings()).voted(["KZ"])


def test_tables_of_ones_own_count_and_their_faults_are_told(tmp_path):
    table = tmp_path / "figures.csv"
    table.write_text("measure,power,of,value,source\ntrade-kz,US,2023,5,assumed\n", encoding="utf-8")
    found = Bench(ServerSettings(), [tmp_path]).overview()
    power = {each.power: each for each in found.channels[0].shares.powers}["US"]
    assert power.amount == 5
    table.write_text("measure,power,of,value,source\ntrade-kz,XX,2023,5,assumed\n", encoding="utf-8")
    with pytest.raises(StandingFaulty, match="XX"):
        Bench(ServerSettings(), [tmp_path]).overview()
