"""Beside geopolrisk-py 2.0.1, which runs in a process of its own or is as it was when it did.

`RECORDED` is what the peer answered for 2022 on its own data (November 2026), whose ratings of governance are
of another vintage than those beside the checkout; so scores agree in a few hundredths, and HHI in all places.
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing

import pytest

from benchmarks import minerals_peer as peer
from sarai.minerals.dependence import exposures, hhi
from sarai.minerals.sources.finding import find
from sarai.minerals.sources.mining import read_produced

real = pytest.mark.skipif(not peer.DATA.is_dir(), reason="the shared data are not beside the checkout")
alive = pytest.mark.skipif(not peer.peer_python(), reason=f"{peer.PEER} names no Python that has the peer")

RECORDED = {
    ("US", "Aluminium"): 0.096023, ("US", "Antimony"): 0.015410, ("US", "Arsenic"): 0.223503,
    ("JP", "Cobalt"): 0.198200, ("IT", "Aluminium"): 0.212164, ("IN", "Cobalt"): 0.239959,
    ("AT", "Aluminium"): 0.126132, ("ES", "Graphite"): 0.259784, ("CN", "Copper"): 0.050710,
    ("FR", "Manganese"): 0.111687,
}  # fmt: skip
HHI = {"Aluminium": 0.353279, "Antimony": 0.275447, "Arsenic": 0.393237, "Cobalt": 0.492897,
       "Germanium": 0.876404}  # fmt: skip


@real
def test_scores_are_those_of_the_peer_where_the_method_is_the_same():
    materials = sorted({material for _, material in RECORDED})
    importers = sorted({importer for importer, _ in RECORDED})
    found = peer.ours(peer.DATA, materials, importers)
    assert {key: found[key] for key in RECORDED} == pytest.approx(RECORDED, rel=0.05)


@real
def test_concentration_of_production_is_that_of_the_peer():
    counted = peer.mapped()
    produced = [each for each in read_produced(find(peer.DATA, "mining"), []) if each.year == peer.YEAR]
    found = {
        material: hhi(each.amount for each in produced if each.material == counted[material].sheet)
        for material in HHI
    }
    assert found == pytest.approx(HHI, abs=1e-6)


@real
def test_germanium_is_zero_by_the_codes_of_the_peer_and_gallium_has_none():
    """So the peer cannot but say 0 of the one and nothing of the other; by our tables both have a score."""
    assert "Gallium" not in peer.mapped()
    assert set(peer.ours(peer.DATA, ["Germanium"], peer.IMPORTERS).values()) == {0.0}
    for each in exposures(peer.DATA, ["germanium", "gallium"], "JP", peer.YEAR):
        assert each.score.score > 0.4


STAND_IN = """
class Table:
    def __init__(self, rows): self.rows = rows
    def __getitem__(self, names): return Table([[row[name] for name in names] for row in self.rows])
    values = property(lambda self: self)
    def tolist(self): return self.rows

def gprs_calc(years, importers, materials, regions):
    print("noise")
    known = {"Cobalt": 0.25}
    return Table([{"Country [Economic Entity]": importer, "Raw Material": material, "Year": year,
                   "GeoPolRisk Score": known[material], "HHI": 0.5, "Import Risk": 0.5}
                  for year in years for importer in importers for material in materials])
"""


@pytest.fixture
def stand_in(tmp_path):
    """A Python that has a package of the peer's name, which knows cobalt alone."""
    package = tmp_path / "there" / "geopolrisk"
    (package / "assessment").mkdir(parents=True)
    (package / "lib").mkdir()
    for folder in (package, package / "assessment"):
        (folder / "__init__.py").touch()
    (package / "assessment" / "main.py").write_text(STAND_IN)
    with closing(sqlite3.connect(package / "lib" / "wgi.db")) as rated, rated:
        rated.execute(f'CREATE TABLE Normalized (Code, "{peer.YEAR}")')
        rated.executemany(
            "INSERT INTO Normalized VALUES (?, ?)", [("CHN", "0.6"), ("TWN", "0.3"), ("ABW", None)]
        )
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH={package.parent} exec {sys.executable} "$@"\n')
    python.chmod(0o755)
    return str(python)


def test_the_peer_is_asked_in_a_process_of_its_own(stand_in, tmp_path):
    batches = [peer.batch([name], ["JP"]) for name in ("Cobalt", "Gallium")]
    answered = peer.ask(stand_in, batches, tmp_path / "home")
    first, second = answered["batches"]
    assert peer.scored(first) == {("JP", "Cobalt"): 0.25}
    assert (second["rows"], second["stopped"]) == ([], "KeyError: 'Gallium'")
    assert peer.rated_by_peer(answered) == {"CN": 0.6}


@real
@alive
def test_the_peer_itself_scores_as_we_do_by_its_ratings(tmp_path):
    materials, importers = ["Aluminium", "Cobalt", "Germanium"], ["JP", "US", "KZ"]
    batches = [peer.batch(materials, importers), peer.batch(["Gallium"], ["JP"])]
    answered = peer.ask(peer.peer_python(), batches, tmp_path)
    theirs = peer.scored(answered["batches"][0])
    ours = peer.ours(peer.DATA, materials, importers, as_peer=peer.rated_by_peer(answered))
    assert ours == pytest.approx(theirs, rel=1e-3)
    assert {theirs[each, "Germanium"] for each in importers} == {0.0}
    assert peer.scored(answered["batches"][1]) == {}
