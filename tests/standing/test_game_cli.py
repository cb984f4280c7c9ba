"""sarai standing game: what is asked and answered, and the plan that sarai target reads."""

from __future__ import annotations

import csv
import json

import pytest
from click.testing import CliRunner

from sarai.cli.standing import standing
from sarai.goods import BadSetting, TooLarge
from sarai.standing import StandingFaulty
from sarai.standing.game import example, payoffs, read_game
from sarai.telling.standing_game import changed
from sarai.watch.targeting import Columns, header_of, read_declarations

TABLE = """
name = "small"
note = "assumed"
inspectors = 2
cost = 10.0
least = 0.01
checkpoints = [
  { code = "A", consignments = 40, room = 2, place = "KZHOR" },
  { code = "B", consignments = 20, room = 1 },
]
typologies = [
  { code = "divert", fine = 900, loss = 600, opens = 10, detection = 0.8 },
  { code = "value", fine = 300, loss = 90, opens = 8, detection = 0.6 },
]
traders = [
  { code = "one", consignments = 3, gain = { divert = 120, value = 20 } },
  { code = "two", consignments = 9, gain = { value = 30 }, route = { A = 0, B = 5 } },
]
[levers]
access = 5.0
"""


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "game.toml"
    path.write_text(TABLE, "utf-8")
    return path


def run(*words, status=0):
    ran = CliRunner().invoke(standing, ["game", *map(str, words)], standalone_mode=True)
    assert ran.exit_code == status or (ran.exception and status), ran.output
    return ran


def told(*words):
    return json.loads(run(*words, "--json").stdout)


def test_a_plan_is_told_beside_others(table):
    found = told("plan", "--table", table, "--days", 3, "--seed", 5)
    values = {each["plan"].split()[0]: each["value"] for each in found["compared"]}
    assert found["value"] == values["announced"]
    assert all(found["value"] >= each - 1e-6 for each in values.values())
    assert len(values) == 5
    assert len(found["drawn"]) == 3
    assert all(sum(each["inspectors"]) <= 2 for each in found["lottery"])
    assert found["seed"] == 5


def test_people_read_where_inspectors_stand(table):
    out = run("plan", "--table", table, "--seed", 5, "--days", 1).output
    assert "announced (Stackelberg)" in out
    assert "one more would be worth" in out
    assert "assumed" in out
    assert "Day 1:" in out


def test_targeting_reads_the_plan(table, tmp_path):
    path = tmp_path / "plan.csv"
    found = told("plan", "--table", table, "--plan", path, "--day", "2026-03-02T00:00:00+05:00")
    columns = Columns.usual(header_of(path))
    read = read_declarations(path, columns, lag_days=30)
    assert read.refused == ()
    assert columns.propensity == "propensity"
    stands = {f"{each['checkpoint']}/{each['shift']}/{each['typology']}": each for each in found["stands"]}
    assert list(read.ids) == list(stands)
    assert read.propensity.tolist() == pytest.approx([each["share"] for each in stands.values()])
    place = read.categories["place"]
    assert {place.texts[code] for code in place.codes} == {"KZHOR", "B"}
    assert min(read.propensity) >= 0.01 - 1e-9


def test_targeting_reads_declarations_with_the_plan(table, tmp_path):
    declared, path = tmp_path / "today.csv", tmp_path / "plan.csv"
    rows = [f"D{at},2026-03-02,{('KZHOR', 'B')[at % 2]},{100 + at}" for at in range(2000)]
    declared.write_text("\n".join(["id,time,place,value", *rows]), "utf-8")
    found = told("plan", "--table", table, "--plan", path, "--declarations", declared, "--seed", 3)
    read = read_declarations(path, Columns.usual(header_of(path)), lag_days=30)
    assert read.refused == ()
    assert len(read) == 2000
    planned = {}
    for each in found["stands"]:
        planned[each["place"]] = planned.get(each["place"], 0.0) + each["share"]
    with path.open(newline="") as file:
        drawn = list(csv.DictReader(file))
    for place, share in planned.items():
        mine = [each for each in drawn if each["place"] == place]
        (said,) = {float(each["propensity"]) for each in mine}
        assert said == pytest.approx(share)
        assert sum(each["check"] != "" for each in mine) / len(mine) == pytest.approx(share, abs=0.05)
    declared.write_text("id,time,place\nD1,2026-03-02,Nowhere\n", "utf-8")
    ran = CliRunner().invoke(
        standing,
        ["game", "--table", str(table), "--plan", str(path), "--declarations", str(declared)],
    )
    assert isinstance(ran.exception, BadSetting)
    assert "line 2" in str(ran.exception)


def test_figures_are_set_and_varied(table):
    rows = told("plan", "--table", table, "--vary", "inspectors=1,2,4", "--set", "least=0")["rows"]
    values = [row["value"] for row in rows]
    assert values == sorted(values)
    fewer = told("plan", "--table", table, "--set", "inspectors=1", "--set", "least=0")
    assert fewer["value"] == pytest.approx(values[0])


def test_the_small_game_is_told():
    (found,) = told("statics", "--stakes", "gain=3,fine=5,reward=1,cost=2,loss=8")["games"]
    assert found["equilibrium"]["inspects"] == pytest.approx(1 / 3)
    assert found["equilibrium"]["violates"] == pytest.approx(3 / 14)
    assert "How it changes" in run("statics", "--stakes", "gain=3,fine=5,cost=2,loss=8").output


def test_carrots_and_sticks_are_told():
    found = told("repeated", "--level", 250, "--set", "steps=6")
    assert found["chosen"]["leaks"] <= 250 + 1e-6
    assert len(found["frontier"]) > 3
    assert "Least cost" in run("repeated", "--set", "steps=4").output


@pytest.mark.parametrize("words", [["plan"], ["plan", "--vary", "inspectors=1,2"], ["statics"]])
def test_pictures_are_drawn(table, tmp_path, words):
    path = tmp_path / "drawn.svg"
    run(*words, "--table", table, "--plot", path)
    assert path.read_text("utf-8").startswith("<")


def test_the_frontier_is_drawn(tmp_path):
    path = tmp_path / "drawn.png"
    run("repeated", "--set", "steps=4", "--plot", path)
    assert path.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["plan", "--level", "3"], "is of sarai standing game repeated"),
        (["plan", "--set", "inspectors"], "write NAME=VALUE"),
        (["plan", "--set", "inspectors=many"], "is no number"),
    ],
)
def test_wrong_usage_is_told(words, said):
    assert said in run(*words, status=2).output


def test_figures_that_there_are_not_are_told():
    with pytest.raises(BadSetting, match=r"take .*inspectors.*access"):
        changed(example(), {"bribes": 3})
    with pytest.raises(BadSetting, match="inspectors"):
        changed(example(), {"inspectors": -3})


def test_a_csv_of_checkpoints_stands_in_for_those_of_the_example(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text("code,name,consignments,room\nKZHOR,Khorgos,100,2\nXA,Post A,30,1\n", "utf-8")
    game = read_game(path)
    assert [each.code for each in game.checkpoints] == ["KZHOR", "XA"]
    assert "assumed" in game.name
    assert len(payoffs(game).posts) == 2 * 2 * 3
    path.write_text("code;name;consignments;room\nKZHOR;Khorgos, dry port;100;2\n", "utf-8-sig")
    assert [each.name for each in read_game(path).checkpoints] == ["Khorgos, dry port"]


def test_every_row_of_a_csv_that_cannot_be_used_is_told_with_its_place(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text("# posts\ncode,consignments,room\nA,many,2\nB,10,0\nC,10,1,9\nD,10,1\n", "utf-8")
    with pytest.raises(StandingFaulty) as fault:
        read_game(path)
    assert [(each.row, each.column, each.value) for each in fault.value.faults] == [
        (3, "consignments", "many"), (4, "room", "0"), (5, "", ""),
    ]  # fmt: skip
    assert str(fault.value).startswith(f"{path}, line 3: consignments 'many' expected `float`")
    path.write_text("code,room\nA,1\n", "utf-8")
    with pytest.raises(StandingFaulty, match="has no column consignments; the columns are code, name, place"):
        read_game(path)


def test_a_csv_without_rows_or_with_too_many_is_refused(tmp_path):
    path = tmp_path / "points.csv"
    path.write_text("code,consignments,room\n", "utf-8")
    with pytest.raises(BadSetting, match="no checkpoints"):
        read_game(path)
    path.write_text("\n".join(["code,consignments,room", *(f"P{at},1,1" for at in range(201))]), "utf-8")
    with pytest.raises(TooLarge, match="201 checkpoints, more than 200"):
        read_game(path)


def test_tables_that_cannot_be_say_where(tmp_path):
    path = tmp_path / "game.toml"
    path.write_text(TABLE.replace('"value", fine', '"divert", fine'), "utf-8")
    with pytest.raises(BadSetting, match="'divert' twice"):
        read_game(path)
    path.write_text(TABLE.replace("value = 30", "smuggle = 30"), "utf-8")
    with pytest.raises(BadSetting, match="names 'smuggle'"):
        read_game(path)


def test_the_example_says_that_it_is_assumed():
    assert "assumed" in example().note
