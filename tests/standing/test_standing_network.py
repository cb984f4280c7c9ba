"""Limits of a network of one's own bound what other routes take when a power withdraws or a route shuts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sarai.cli import main

LIMITS = """code,name,on,capacity,source,of
aktau-oil,tankers of Aktau,place:KZAAU,{capacity},own,2026
atyrau-kenkiyak,west of Kenkiyak,leg:KZGUW-KENKIYAK,{capacity},own,2026
kenkiyak-kumkol,east of Kenkiyak,leg:KENKIYAK-KUMKOL,{capacity},own,2026
atyrau-samara,to Samara,leg:KZGUW-RUKUF,{capacity},own,2026
"""


@pytest.fixture
def ask(capsys):
    def run(*arguments) -> dict:
        assert main(["standing", *map(str, arguments), "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return run


def tables(folder: Path, capacity: float) -> Path:
    folder.mkdir()
    (folder / "sources.csv").write_text("code,title,kind\nown,made up,assumed\n")
    (folder / "limits.csv").write_text(LIMITS.format(capacity=capacity))
    return folder


def lost(found: dict, channel: str, power: str) -> tuple[float, float]:
    """What stops, and what of it is not had elsewhere."""
    (one,) = [each for each in found["exposures"] if (each["channel"], each["power"]) == (channel, power)]
    return one["gross"], one["net"]


def test_routes_without_end_leave_nothing_lost_and_none_leave_all(ask, tmp_path):
    stops, net = lost(ask("compare"), "energy", "RU")
    assert 0 < net < stops
    assert lost(ask("compare", "--network", tables(tmp_path / "wide", 1e12)), "energy", "RU") == (stops, 0)
    assert lost(ask("compare", "--network", tables(tmp_path / "none", 1)), "energy", "RU") == (
        stops,
        pytest.approx(stops),
    )


def test_the_last_of_several_folders_counts_and_so_does_the_variable(ask, tmp_path, monkeypatch):
    wide, none = tables(tmp_path / "wide", 1e12), tables(tmp_path / "none", 1)
    assert lost(ask("compare", "--network", none, "--network", wide), "energy", "RU")[1] == 0
    monkeypatch.setenv("SARAI_NETWORK", f"{wide}:{none}")
    stops, net = lost(ask("compare"), "energy", "RU")
    assert net == pytest.approx(stops)


def test_a_route_that_shuts_finds_the_room_of_ones_own_network(ask, tmp_path):
    """Of 54.9 Mt: as the packaged limits stand more than half finds no way, with room without end nothing."""
    (usual,) = ask("whatif", "shut pipeline:CPC")["came"]
    (wide,) = ask("whatif", "shut pipeline:CPC", "--network", tables(tmp_path / "wide", 1e12))["came"]
    assert usual["values"]["lost"] > 30
    assert wide["values"]["lost"] == pytest.approx(0, abs=1e-9)
    assert sum(wide["values"]["took"].values()) == pytest.approx(54.9)


def test_faults_of_ones_own_network_are_told_with_their_place(tmp_path, capsys):
    folder = tables(tmp_path / "bad", 1)
    (folder / "limits.csv").write_text(
        "code,name,on,capacity,source,of\ncpc-kz,x,leg:NOWHERE,much,own,2026\n"
    )
    assert main(["standing", "compare", "--network", str(folder)]) == 1
    said = " ".join(capsys.readouterr().err.split())
    assert "limits.csv, line 2: capacity 'much'" in said
