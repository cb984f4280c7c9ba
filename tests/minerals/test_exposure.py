"""`sarai minerals exposure`, and how it is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sarai.cli import main
from sarai.minerals.dependence import Share
from sarai.telling.minerals_exposure import suppliers

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "minerals"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not beside the checkout")


def asked(*more: str, importer: str = "FR", year: str = "2022") -> int:
    return main(["minerals", "exposure", "--data", str(DATA), "--importer", importer, "--year", year, *more])


def test_direct_and_traced_stand_side_by_side_and_hubs_are_named(capsys):
    assert asked("antimony", "--through") == 0
    said = capsys.readouterr().out
    assert "NL* 69%" in said and "TJ* 69%" in said
    assert "Hub" in said and "TJ 100%" in said


def test_json_has_every_figure_with_what_it_rests_on(capsys):
    assert asked("germanium", "cobalt", "--json", importer="jpn") == 0
    germanium, cobalt = json.loads(capsys.readouterr().out)["materials"]
    assert germanium["basis"] == "world production" and germanium["low"] < germanium["high"]
    assert cobalt["basis"] == "trade in t" and cobalt["hubs"][0]["country"] == "FI"


def test_a_material_without_data_has_a_reason_and_the_status_says_so(capsys):
    assert asked("gallium", "copper", "--stage", "mining") == 1
    said = capsys.readouterr().out
    assert "gallium:" in said and "copper" in said


@pytest.mark.parametrize(
    ("more", "words"),
    [(["unobtainium"], "unobtainium"), (["copper", "--importer", "Atlantis"], "Atlantis")],
)
def test_what_there_is_not_is_named(capsys, more, words):
    assert asked(*more) == 2
    assert words in capsys.readouterr().err


def test_a_year_without_governance_is_told(capsys):
    assert asked("copper", year="1995") == 2
    assert "1995" in capsys.readouterr().err


@pytest.mark.parametrize("materials", [["hree"], ["gallium", "germanium"]])
def test_it_is_drawn(tmp_path, materials):
    picture = tmp_path / "drawn.svg"
    assert asked(*materials, "--plot", str(picture), importer="EU") == 0
    assert ("Myanmar" in picture.read_text()) == (materials == ["hree"])


def test_a_star_is_for_more_than_the_benchmark():
    shares = [Share("CN", 0.7), Share("US", 0.3)]
    assert suppliers(shares, shares[:1]) == "CN* 70%, US 30%"
    assert suppliers(shares, ()) == "CN 70%, US 30%"
