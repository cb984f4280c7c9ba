"""Commands that find the way: on two ways that are reckoned by hand, and on the packaged network."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cli import invented_corridor as invented
from cli.conftest import Ran, Run, about, line, paper, write

SEA_H, SEA_USD = 63.0, 750.0
ROAD_H, ROAD_USD = 34.0, 1860.0
OPEN = 1 - 0.5 / 12  # of a year: half of November the sea is closed
HOUR = 3000 * 0.1 / 8760 + 0.1  # USD for a tonne: a tenth of its value a year, and delay
QUESTIONS = {
    "routes": ["AAA", "Dover"],
    "capacity": [],
    "simulate": ["--stream", "container:AAA:DDD:500", "--months", "2", "--replications", "2"],
    "shock": ["close leg:BC"],
    "invest": ["--budget", "20", "--years", "2027..2028", "--for", "time", "--seconds", "30"],
    "check": [],
    "show": ["legs"],
}


@pytest.fixture
def corridor(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Ask the invented network."""
    monkeypatch.setenv("SARAI_NETWORK", str(invented.write(tmp_path / "network")))
    return lambda name, *arguments: run("corridor", name, *arguments, "--alone")


# -- routes --------------------------------------------------------------------------------------


def test_ways_take_what_they_are_reckoned_to(corridor: Run):
    found = corridor("routes", "AAA", "Dover", "--month", 7, "--json").json
    sea, road = found["choices"]
    assert (sea["letter"], road["letter"]) == ("A", "B")
    assert sea["route"]["hours"]["value"] == pytest.approx(SEA_H)
    assert sea["route"]["usd_per_unit"]["value"] == pytest.approx(SEA_USD)
    assert sea["route"]["co2e_kg_per_unit"]["value"] == pytest.approx(90.0)
    assert sea["route"]["exposure"]["value"] == pytest.approx(0.75)
    assert road["route"]["usd_per_unit"]["value"] == pytest.approx(ROAD_USD)
    assert found["worth_usd_per_t_h"] == pytest.approx(HOUR)
    assert sea["usd_with_time_per_unit"] == pytest.approx(SEA_USD + 10 * HOUR * SEA_H)
    assert [point["leg"] for point in sea["track"]] == ["AB", "BC", "CD"]
    assert sea["track"][1]["points"] == [[43.0, 52.0], [42.0, 51.0], [41.0, 50.5]]


def test_ways_are_told_by_what_sets_them_apart(corridor: Run):
    ran = corridor("routes", "AAA", "DDD")
    assert ran.status == 0
    assert "rail, Caspian, Azerbaijan" in ran.out
    assert "B  road" in ran.out
    assert "a tenth" not in ran.err


@pytest.mark.parametrize(
    ("by", "first"),
    [("hours", "B"), ("usd", "A"), ("co2e", "A"), ("exposure", "B"), ("reliability", "B")],
)
def test_what_is_asked_for_comes_first(corridor: Run, by: str, first: str):
    hours = corridor("routes", "AAA", "DDD", "--by", by, "--month", 7, "--json").json["choices"][0]["route"][
        "hours"
    ]["value"]
    assert hours == pytest.approx({"A": SEA_H, "B": ROAD_H}[first])


def test_time_can_be_worth_more_than_money(corridor: Run):
    dear = (ROAD_USD - SEA_USD) / (SEA_H - ROAD_H) / 10
    firsts = [
        corridor("routes", "AAA", "DDD", "--month", 7, "--worth", worth, "--json").json["choices"][0][
            "route"
        ]["hours"]["value"]
        for worth in (dear * 0.99, dear * 1.01)
    ]
    assert firsts == [pytest.approx(SEA_H), pytest.approx(ROAD_H)]


def test_none_of_the_front_is_beaten(corridor: Run):
    found = corridor("routes", "AAA", "DDD", "--pareto", "--json").json
    assert found["by"] == "pareto"
    assert len(found["choices"]) == 2


def test_closures_of_a_month_take_time(corridor: Run):
    hours = {
        month: corridor("routes", "AAA", "DDD", "--by", "usd", "--month", month, "--json").json["choices"][0]
        for month in ("november", "7")
    }
    longer = hours["november"]["route"]["hours"]["value"] - hours["7"]["route"]["hours"]["value"]
    assert longer == pytest.approx(0.5 * 48)


def test_a_departure_gives_dates(corridor: Run):
    ran = corridor(
        "routes", "AAA", "DDD", "--by", "usd", "--depart", "2026-07-01T00:00:00Z", "--best", "1", "--json"
    )
    stops = ran.json["choices"][0]["timetable"]["stops"]
    assert [stop["place"] for stop in stops] == ["AAA", "BBB", "CCC", "DDD"]
    assert stops[-1]["leaves"] == "2026-07-03T15:00:00Z"  # 63 hours after
    assert "3 Jul" in corridor("routes", "AAA", "DDD", "--depart", "2026-07-01T00:00:00Z").out


# -- capacity and shocks -------------------------------------------------------------------------


def test_what_does_not_fit_goes_the_dear_way(corridor: Run):
    ran = corridor("capacity", "--json", "--empties", "free")
    (lane,) = ran.json["lanes"]
    assert ran.status == 0
    room = 50_000 * OPEN
    assert [way["t"] for way in lane["ways"]] == [pytest.approx(room), pytest.approx(60_000 - room)]
    (limit,) = [each for each in ran.json["limits"] if each["words"]]
    waits_h = (1 - OPEN) * 48
    saved = (ROAD_USD - SEA_USD) / 10 - HOUR * (SEA_H + waits_h - ROAD_H)
    assert limit["worth_usd"] == pytest.approx(saved * OPEN, rel=1e-6)
    assert limit["words"].startswith("One more tonne a year at the crossing is worth USD 10")


def test_what_stays_behind_is_a_finding_or_an_error(corridor: Run):
    only = ["--modes", "rail,sea", "--empties", "free"]
    ran = corridor("capacity", *only)
    assert ran.status == 1
    assert "Stays behind: 12.1 kt" in ran.out
    strict = corridor("capacity", *only, "--strict")
    assert (strict.status, strict.out) == (1, "")
    assert "12,083 t of container" in strict.err
    assert f"crossing +{(60_000 - 50_000 * OPEN) / OPEN:,.0f} t" in strict.err


def test_the_most_that_can_go(corridor: Run, tmp_path: Path):
    asked = ["--from", "AAA", "--to", "DDD", "--good", "container", "--empties", "free"]
    ran = corridor("capacity", *asked, "--modes", "rail,sea")
    assert ran.status == 0
    assert "At most 47.9 kt" in ran.out
    assert "the crossing" in ran.out
    picture = tmp_path / "most.svg"
    both = ["--from", "AAA,BBB", "--to", "DDD", "--good", "container", "--modes", "rail,sea"]
    assert corridor("capacity", *both, "--plot", picture).status == 0
    assert "Abay" in picture.read_text(encoding="utf-8")
    assert "meets no limit of the network" in corridor("capacity", *asked).out


def test_a_month_has_its_own_room(corridor: Run):
    months = corridor("capacity", "--by-month", "--modes", "rail,sea", "--json").json["months"]
    carried = [month["carried_t"] for month in months]
    assert len(carried) == 12
    assert carried[10] == pytest.approx(carried[0] / 2)  # half of November is closed


def test_a_shock_moves_goods(corridor: Run):
    found = corridor("shock", "close leg:BC", "--json").json
    (moved,) = found["moved"]
    assert moved["stranded_t"] == pytest.approx(0.0)
    assert moved["rerouted_t"] == pytest.approx(moved["before"]["ways"][0]["t"], rel=1e-6)
    assert found["extra_usd"] == pytest.approx(moved["rerouted_t"] * (ROAD_USD - SEA_USD) / 10)
    ran = corridor("shock", "close leg:BC", "--modes", "rail,sea")
    assert ran.status == 1
    assert "stay behind" in ran.out


def test_a_shock_turns_the_best_way(corridor: Run):
    pair = ["--from", "AAA", "--to", "DDD"]
    ran = corridor("shock", "close leg:BC", *pair)
    assert ran.status == 0
    assert "USD +1,110" in ran.out
    ran = corridor("shock", "close leg:BC; close leg:AD", *pair)
    assert ran.status == 1
    assert "Before" in ran.out
    assert "Abay" in ran.out


# -- simulation and investment -------------------------------------------------------------------


def test_the_same_seed_gives_the_same_times(corridor: Run):
    one, other = (corridor("simulate", *QUESTIONS["simulate"], "--seed", 3, "--json") for _ in range(2))
    assert one.status == 0
    assert one.out == other.out
    (row,) = one.json["rows"]
    assert row["p10_h"] < row["p50_h"] < row["p90_h"]
    assert "Abay - Dover, container" in corridor("simulate", *QUESTIONS["simulate"]).out


def test_more_than_can_be_done_is_a_finding(corridor: Run):
    ran = corridor("simulate", "--stream", "container:AAA:DDD:3000", "--months", 2, "--replications", 1)
    assert ran.status == 1
    assert "More comes than can be done at: the crossing" in ran.out


def test_demands_go_where_there_is_room(corridor: Run):
    found = corridor("simulate", "--months", 2, "--replications", 1, "--json").json
    sea, road = found["outcome"]["streams"]
    assert sea["expected_h"] > road["expected_h"]
    loads = {each["where"]: each["load"] for each in found["outcome"]["queues"]}
    assert loads["limit:crossing"] == pytest.approx(0.9, abs=0.06)  # winter's months are not the year
    assert "a tenth of each limit free" in found["words"][-1]


def test_the_pier_is_built_if_it_is_paid_for(corridor: Run):
    asked = ["--years", "2027..2028", "--modes", "rail,sea", "--projects", "pier", "--seconds", 30]
    ran = corridor("invest", "--budget", 5, "--budget", 10, *asked, "--json")
    assert ran.status == 0
    poor, rich = ran.json["plans"]
    assert poor["chosen"] == []
    (chosen,) = rich["chosen"]
    assert (chosen["code"], chosen["decided"], chosen["there"]) == ("pier", 2027, 2028)
    assert rich["gain"] == pytest.approx(rich["gains"][1]["after"] - rich["gains"][1]["before"], rel=0.06)
    told = corridor("invest", "--budget", 10, *asked)
    assert "pier" in told.out
    assert "-#" in told.out


def test_scenarios_are_regretted(corridor: Run):
    ran = corridor(
        "invest", "--budget", 10, "--years", "2027..2028", "--modes", "rail,sea", "--projects", "pier",
        "--scenario", "high=high", "--scenario", "less=x0.5,container x0.9", "--regret", "--seconds", 40,
        "--json",
    )  # fmt: skip
    assert [each["name"] for each in ran.json["regret"]["plans"]] == [
        "high",
        "less",
        "expected",
        "least regret",
    ]


# -- the network itself --------------------------------------------------------------------------


def test_tables_are_shown_with_their_sources(corridor: Run):
    assert "BC" in corridor("show", "legs").out
    ran = corridor("show", "places", "Bay", "--json")
    assert [row["code"] for row in ran.json["rows"]] == ["BBB"]
    assert ran.json["sources"]["made"]["title"] == "invented for tests"
    assert corridor("show", "demands").out.count("60,000 (to 90,000)") == 1
    assert corridor("show", "--json").json["legs"] == 4
    assert "suez-shut" in corridor("show", "shocks").out


def test_a_sound_network_has_no_fault(corridor: Run):
    ran = corridor("check", "--json")
    assert (ran.status, ran.json["faults"]) == (0, [])


def test_every_fault_is_told_at_once(run: Run, tmp_path: Path):
    limits = "code,name,on,capacity,unit,source\ncrossing,x,leg:NONE,-5,t,made"
    folder = invented.write(tmp_path / "faulty", limits=limits)
    ran = run("corridor", "check", "--network", folder, "--alone", "--json")
    assert ran.status == 1
    assert {fault["column"] for fault in ran.json["faults"]} >= {"on", "capacity"}
    refused = run("corridor", "routes", "AAA", "DDD", "--network", folder, "--alone")
    assert refused.status == 1
    assert "leg:NONE" in refused.err


# -- what every command owes ---------------------------------------------------------------------


@pytest.mark.parametrize("name", QUESTIONS)
def test_json_is_one_document(corridor: Run, name: str):
    ran = corridor(name, *QUESTIONS[name], "--json")
    assert ran.status in (0, 1)
    assert json.loads(ran.out) is not None
    assert "NaN" not in ran.out
    assert "Infinity" not in ran.out


@pytest.mark.parametrize("name", ["routes", "capacity", "simulate", "shock", "invest"])
@pytest.mark.parametrize("ending", ["svg", "png"])
def test_pictures_are_drawn(corridor: Run, name: str, ending: str, tmp_path: Path):
    path = tmp_path / f"{name}.{ending}"
    assert corridor(name, *QUESTIONS[name], "--plot", path).err == ""
    if ending == "svg":
        below = {child.tag.rpartition("}")[2] for child in ElementTree.parse(path).getroot()}
        assert {"title", "desc"} <= below
    else:
        assert path.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["routes", "AAA", "Dovre"], 1, "place 'Dovre' is not in the network; did you mean Dover"),
        (["routes", "AAA", "AAA"], 2, "choose another place"),
        (["routes", "AAA", "DDD", "--good", "gold"], 1, "good 'gold' is not in the network"),
        (["routes", "AAA", "DDD", "--month", "13"], 2, "month '13' is none"),
        (["routes", "AAA", "DDD", "--modes", "camel"], 2, "mode 'camel' is not known"),
        (["routes", "AAA", "DDD", "--if", "close leg:XX"], 1, "XX"),
        (["routes", "AAA", "DDD", "--if", "shut leg:AD"], 2, "shut"),
        (["routes", "AAA", "DDD", "--if", "close leg:AD; close leg:BC"], 1, "Abay"),
        (["shock", "flood"], 2, "flood"),
        (["shock", "close leg:AD", "--from", "AAA"], 2, "give both --from and --to"),
        (["capacity", "--from", "AAA"], 2, "needs --from, --to and --good"),
        (["simulate", "--stream", "container:AAA"], 2, "GOOD:FROM:TO:TONNES_A_WEEK"),
        (["simulate", "--stream", "container:AAA:DDD:-1"], 2, "state more than 0"),
        (["invest", "--budget", "1", "--years", "soon"], 2, "2027..2035"),
        (["invest", "--budget", "1", "--scenario", "high"], 2, "NAME=x1.2"),
        (["invest", "--budget", "1", "--projects", "tunnel"], 1, "project 'tunnel' is not in the network"),
        (
            ["invest", "--budget", "1", "--for", "resilience", "--shock", "rain"],
            2,
            "shock 'rain' is not known",
        ),
        (["show", "roads"], 2, "table 'roads' is none"),
        (["show", "legs", "Nowhere"], 1, "is not among the legs"),
    ],
)
def test_errors_name_the_value_and_the_next_step(
    corridor: Run, arguments: list[str], status: int, words: str
):
    ran: Ran = corridor(*arguments)
    assert (ran.status, ran.out) == (status, "")
    assert words in ran.err


# -- what a book teaches -------------------------------------------------------------------------


@pytest.fixture
def taught(run: Run, tmp_path: Path) -> Path:
    """Five consignments from Abay to Dover that took 40 hours, and a sixth under way."""
    firm = {"id": "KZ-A"}
    papers = []
    for day in range(1, 7):
        papers.append(
            paper("transit", f"customs/T-{day}", day, principal=firm, place="AAA", destination="DDD",
                  country="CN", deadline="2026-01-20T00:00:00Z", lines=[line(1, "854231", "5")])
        )  # fmt: skip
        if day < 6:
            came = paper("arrival", f"customs/A-{day}", day + 2, consignment=about(f"customs/T-{day}"),
                         holder=firm, place="DDD")  # fmt: skip
            papers.append(came | {"time": f"2026-01-{day + 2:02}T02:00:00Z"})
    book = tmp_path / "taught.db"
    papers.sort(key=lambda each: each["time"])
    assert run("post", write(tmp_path / "taught.jsonl", papers), "--ledger", book).status == 0
    return book


def test_a_book_teaches_times(corridor: Run, taught: Path):
    found = corridor("times", "--ledger", taught, "--json").json
    (pair,) = found["pairs"]
    assert (pair["start_name"], pair["end_name"], pair["passages"]) == ("Abay", "Dover", 5)
    assert pair["network_h"] == pytest.approx(30 / (1 + (20**2 + 10**2) / 16 / 30**2) ** 0.5, rel=1e-6)
    assert pair["network_h"] < pair["median_h"] < 40
    assert (found["documents"], found["under_way"], found["arrived"]) == (11, 1, 5)
    assert "Abay" in corridor("times", "--ledger", taught).out


def test_an_arrival_is_expected(corridor: Run, taught: Path):
    found = corridor("expect", "customs/T-6", "--ledger", taught, "--json").json
    told = found["expected"]
    assert told["early"] < told["median"] < told["late"]
    assert told["late_probability"] < 0.01
    assert told["passages"] == pytest.approx(5, abs=0.2)
    late = corridor(
        "expect", "customs/T-6", "--ledger", taught, "--now", "2026-01-21T00:00:00Z", "--json"
    ).json
    assert late["expected"]["late_probability"] == 1.0
    assert "Seen last" in corridor("expect", "customs/T-6", "--ledger", taught).out
    gone = corridor("expect", "customs/T-1", "--ledger", taught)
    assert (gone.status, gone.out) == (1, "")
    assert "is not under way" in gone.err


# -- the packaged network ------------------------------------------------------------------------


def test_the_northern_route_is_told_as_such(run: Run):
    ran = run("corridor", "routes", "CNXIA", "Duisburg", "--best", 2, "--json")
    first, second = ran.json["choices"]
    assert first["name"].endswith("Belarus, Poland")
    assert set(first["route"]["countries"]) - set(second["route"]["countries"])


def test_suez_shut_goes_by_the_cape(run: Run):
    ran = run("corridor", "shock", "suez-shut", "--from", "CNSHA", "--to", "NLRTM")
    assert ran.status == 0
    assert "turns from Suez to Cape of Good Hope" in ran.out


def test_figures_have_their_sources(run: Run):
    found = run("corridor", "routes", "KZALA", "TRIST", "--best", 1, "--json").json["choices"][0]["route"]
    assert found["hours"]["sources"]
    assert set(found["hours"]["sources"]) <= set(found["sources"])
    assert "https://" in run("corridor", "show", "goods", "container").out


@pytest.mark.parametrize("table", ["limits", "services", "shocks", "projects"])
def test_tables_of_the_packaged_network_are_listed(run: Run, table: str):
    ran = run("corridor", "show", table)
    assert (ran.status, ran.err) == (0, "")
