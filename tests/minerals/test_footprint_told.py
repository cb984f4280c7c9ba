"""sarai minerals footprint: what the command says, as JSON, as a table and as a picture."""

from __future__ import annotations

import json

import pytest

from sarai.cli import main
from sarai.corridors import shipped
from sarai.goods import BadSetting
from sarai.telling.charts import Stack, Stacks, Words, described, svg, table
from sarai.telling.minerals_footprint import footprint_of, picture


def test_the_answer_is_json_and_a_picture(capsys, tmp_path):
    drawn = tmp_path / "chain.svg"
    asked = [
        "minerals",
        "footprint",
        "silicon-metal",
        "--from",
        "KZ",
        "--to",
        "DE",
        "--json",
        "--plot",
        str(drawn),
    ]
    assert main(asked) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["total"]["value"] == pytest.approx(sum(each["co2e_t"]["value"] for each in told["parts"]))
    assert {code for each in told["parts"] for code in each["sources"]} <= set(told["sources"])
    assert all(told["sources"].values())
    assert "smelting" in drawn.read_text(encoding="utf-8")


def test_a_change_reaches_the_ways_overseas_too(capsys):
    asked = ["minerals", "footprint", "copper", "--from", "CD", "--to", "CN", "--json"]
    assert main(asked) == 0
    usual = json.loads(capsys.readouterr().out)["hauls"][0]["tkm_by_mode"]
    assert main([*asked, "--if", "close leg:mi-cdkwz-aolob-rail"]) == 0
    shut = json.loads(capsys.readouterr().out)["hauls"][0]["tkm_by_mode"]
    assert "rail" in usual
    assert "road" in shut


def test_people_read_a_table(capsys):
    assert main(["minerals", "footprint", "magnesium", "--from", "CN", "--to", "DE", "--grid", "CN=500"]) == 0
    out = capsys.readouterr().out
    assert "in all" in out
    assert "39.3" in out
    assert "Other ways of making it: electrolysis." in out


def test_without_figures_the_reason_is_told(capsys):
    assert main(["minerals", "footprint", "germanium", "--from", "CN", "--to", "DE"]) == 1
    assert "no energy of the process of germanium" in capsys.readouterr().out


def test_a_wrong_figure_of_electricity_is_named(capsys):
    assert main(["minerals", "footprint", "copper", "--from", "CL", "--to", "DE", "--grid", "CL=much"]) == 2
    assert "'CL=much' is not read" in capsys.readouterr().err


def test_what_cannot_be_reckoned_is_not_drawn():
    with pytest.raises(BadSetting, match="nothing to draw: no energy"):
        picture(footprint_of(shipped(), "germanium", "CN", [], "DE"))


def test_a_stack_is_drawn_and_told():
    words = Words(title="t", unit="kg", source="made up")
    chart = Stacks(words=words, parts=("a", "b"), rows=(Stack(name="one", values=(1.0, 2.0)),))
    assert table(chart).rows == [("one", "3", "1", "2")]
    assert described(chart) == "1 rows of a, b; the most is one with 3."
    assert svg(chart).count('class="bar"') == 2
    with pytest.raises(BadSetting, match="1 values for 2 parts"):
        Stacks(words=words, parts=("a", "b"), rows=(Stack(name="one", values=(1.0,)),))
