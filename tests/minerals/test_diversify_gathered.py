"""Cases from data of publishers, ways of the packaged network, and the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from minerals.diversify_made import ITEM
from sarai.cli.minerals.diversify import diversify
from sarai.corridors import shipped
from sarai.corridors.capacity import Problem, answer
from sarai.goods import BadSetting
from sarai.minerals import materials
from sarai.minerals.diversify import Case, Limit, Need, Rules, Supplier, Way, best, broken
from sarai.minerals.diversify.carrying import carried, place_of
from sarai.minerals.diversify.gathering import Asked, gathered
from sarai.minerals.diversify.own import packaged_prices, packaged_projects, read_folder
from sarai.minerals.diversify.room import Room
from sarai.reference.countries import exists
from sarai.telling.charts import picture
from sarai.telling.minerals_diversify import picture as drawn
from sarai.telling.minerals_diversify import share_in, told, years_in

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "minerals"
needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason="../shared/data/minerals is not beside the checkout"
)
YEARS = (2028, 2029, 2030, 2031)


def asked(material: str, importer: str, **more: object) -> Asked:
    return Asked(material=material, importer=importer, folder=DATA, years=YEARS, **more)


# -- packaged tables -----------------------------------------------------------------------------


def test_packaged_tables_speak_of_known_things():
    for each in packaged_projects():
        assert each.material in materials() and exists(each.country)
        assert "assumed" in each.source
        assert bool(each.input_stage) == bool(each.input_source)
        assert not (each.byproduct_of and each.input_stage)
    assert {material for material, _ in packaged_prices()} <= set(materials())


# -- ways ----------------------------------------------------------------------------------------


def test_ways_keep_to_the_network():
    network = shipped()
    found = carried(Room(network), ["KZ", "CL"], "EU", "copper", "processing")
    by_origin = {origin: [way for way in found.ways if way.origin == origin] for origin in ("KZ", "CL")}
    assert len(by_origin["KZ"]) == 2
    assert [way.source for way in by_origin["CL"]] == ["assumed"] and "CL" in found.words[0]
    capacity = {each.code: each for each in network.limits}
    for limit in found.limits:
        one = capacity[limit.code]
        most = one.capacity * {"t": 1.0, "teu": 25.0, "train": 2500.0}[one.unit]
        assert 0 <= limit.t_per_year <= most + 1e-6


def test_limits_have_left_what_the_networks_own_demands_do_not_use():
    """By the answer of the capacity, which tells every limit at its fullest part."""
    network = shipped()
    uses = {each.code: each for each in answer(Problem.of(network)).limits}
    found = carried(Room(network), ["AZ", "CN", "IR", "KZ", "MN", "UZ"], "TR", "copper", "processing")
    alone = [each for each in found.limits if each.code in uses and not uses[each.code].part]
    assert len(alone) > 5
    metal = network.good("aluminium")
    times = {"t": 1.0, "teu": metal.t_per_unit, "train": metal.t_per_train, "unit": metal.t_per_unit}
    for each in alone:
        use = uses[each.code]
        t = 1.0 if each.code.endswith(":*") else times[use.unit]
        assert each.t_per_year == pytest.approx(max(0.0, use.open - use.used) * t, abs=1.0)


def test_handlings_are_limits_where_the_network_states_them():
    """Containers from Kazakhstan to China change gauge at Dostyk, where so many a day can."""
    network = shipped()
    code = "handling:KZDOS:rail-1435:rail-1520:container"
    metal, ore = (
        {way.code: way.takes for way in carried(Room(network), ["KZ"], "CN", "copper", stage).ways}
        for stage in ("processing", "mining")
    )
    assert [takes.get(code) for takes in metal.values()] == [1.0, None]
    assert code not in {each for takes in ore.values() for each in takes}
    unstated = tuple(replace(each, per_day=0.0) for each in network.handlings)
    room = Room(replace(network, handlings=unstated))
    words = {each for way in carried(room, ["KZ"], "CN", "copper", "processing").ways for each in way.takes}
    assert words and not any(word.startswith("handling:") for word in words)


def test_what_is_handled_twice_takes_twice():
    ways = (Way(code="w", origin="CN", usd_per_t=0.0, limits="pass port=2"),)
    limits = (Limit(code="pass", t_per_year=90.0), Limit(code="port", t_per_year=100.0))
    seller = Supplier(code="s", country="CN", t=100.0, usd_per_t=1.0, **ITEM)
    own = Supplier(code="own", country="DE", t=100.0, usd_per_t=9.0, **ITEM)
    case = Case(years=(2030,), needs=(Need(year=2030, t=100.0, **ITEM),), suppliers=(seller, own), ways=ways,
                limits=limits, own=("DE",), rules=Rules(by=2030, share=1.0))  # fmt: skip
    plan = best(case)
    assert {each.source: each.t for each in plan.taken} == pytest.approx({"s": 50.0, "own": 50.0})
    assert broken(case, plan) == ()
    for wrong in ("pass port=many", "pass=-1", "gate"):
        with pytest.raises(BadSetting, match="way w"):
            replace(case, ways=(replace(ways[0], limits=wrong),))


def test_places_are_of_their_countries():
    network = shipped()
    for country in ("KZ", "CN", "RU", "DE"):
        assert network.by_place[place_of(network, country)].country == country
    assert place_of(network, "CL") == ""


# -- from data -----------------------------------------------------------------------------------


@needs_data
@pytest.mark.parametrize("demand_t", [0.0, 1000.0])
def test_without_rules_the_plan_is_todays(demand_t):
    given = gathered(asked("lithium", "KR", demand_t=demand_t), Rules(by=2028, share=1.0))
    after = best(given.case).years[-1].shares
    for country, share in given.before["lithium processing"].items():
        assert after.get(country, 0.0) == pytest.approx(share, abs=1e-6)


@needs_data
def test_the_share_is_kept_at_both_stages():
    given = gathered(asked("tungsten", "JP"), Rules(by=2030, share=0.4))
    plan = best(given.case)
    assert {each.stage for each in plan.years} == {"mining", "processing"}
    assert broken(given.case, plan) == ()
    assert max(each.greatest_share for each in plan.years if each.year >= 2030) <= 0.4 + 1e-6


@needs_data
def test_shares_of_the_study_times_a_demand():
    given = gathered(asked("gallium", "EU", demand_t=40.0), Rules(by=2030))
    assert given.before["gallium processing"]["CN"] == pytest.approx(0.69 / 0.96)  # as the table has it
    plan = best(given.case)
    assert plan.years[-1].greatest_share == pytest.approx(0.65)
    assert [each.code for each in plan.chosen if each.kind != "stockpile"] == ["gr-gallium-viotia"]


@needs_data
def test_a_demand_that_is_not_known_is_asked_for():
    with pytest.raises(BadSetting, match="--demand"):
        gathered(asked("gallium", "JP"), Rules(by=2030))


@needs_data
def test_what_cannot_be_is_told_with_its_frontier():
    found = told(asked("magnesium", "EU", demand_t=1e5), Rules(by=2030))
    assert found.plan is None
    assert {each.families for each in found.relaxations} >= {("share",), ("demand",)}
    assert found.frontier[0].cost_usd and found.frontier[-1].cost_usd is None


@needs_data
def test_tables_of_ones_own_go_before(tmp_path):
    (tmp_path / "projects.csv").write_text(
        "code,material,stage,country,kind,t_per_year,capital_musd,usd_per_t,lead_y\n"
        "new,magnesium,processing,RO,plant,50000,500,3000,2\n"
    )
    own = read_folder(tmp_path)
    given = gathered(asked("magnesium", "EU", demand_t=1e5), Rules(by=2030), own)
    plan = best(given.case)
    assert [each.code for each in plan.chosen if each.kind != "stockpile"] == ["new"]
    assert broken(given.case, plan) == ()


PLANT = (
    "code,material,stage,country,kind,t_per_year,capital_musd,usd_per_t,lead_y,input_stage,input_t_per_t\n"
)


@needs_data
def test_ore_for_a_plant_that_is_not_there_today(tmp_path):
    """Only processing is asked, so no ore is needed but the plant's, from who sells it to others."""
    (tmp_path / "projects.csv").write_text(
        PLANT + "new,tungsten,processing,DE,plant,200,1,100,1,mining,1.5\n"
    )
    question = asked("tungsten", "EU", stages=("processing",))
    given = gathered(question, Rules(by=2030), read_folder(tmp_path))
    plan = best(given.case)
    assert broken(given.case, plan) == ()
    ore = {each.year: each for each in plan.years if each.stage == "mining"}
    assert ore[2028].t == 0 and ore[2031].t == ore[2031].fed_t == pytest.approx(300.0)
    assert 0 < ore[2031].greatest_share <= 0.65 + 1e-6
    assert all(each.t == 0 for each in given.case.suppliers if each.stage == "mining")
    assert any("nothing of tungsten is asked" in line for line in given.words)
    assert set(given.before) == {"tungsten processing"}


@needs_data
def test_an_input_that_nobody_is_known_to_give_is_said(tmp_path):
    rows = ("new,magnesium,processing,RO,plant,50000,500,3000,2", "mining,10\n", ",0\n")
    plans = []
    for recipe in rows[1:]:
        (tmp_path / "projects.csv").write_text(f"{PLANT}{rows[0]},{recipe}")
        given = gathered(asked("magnesium", "EU", demand_t=1e5), Rules(by=2030), read_folder(tmp_path))
        plans.append(best(given.case))
        said = [line for line in given.words if "what new would take of it is not followed" in line]
        assert len(said) == (recipe != ",0\n")
    assert plans[0] == plans[1]


@needs_data
def test_a_packaged_chain_feeds_itself(tmp_path):
    """Anode is asked in a table of one's own; the packaged plant is fed, by its mine and by others."""
    (tmp_path / "needs.csv").write_text(
        "material,stage,year,t\n" + "".join(f"natural-graphite,processing,{y},15000\n" for y in YEARS)
    )
    (tmp_path / "suppliers.csv").write_text(
        "code,material,stage,country,t,usd_per_t\na,natural-graphite,processing,CN,20000,6000\n"
    )
    given = gathered(asked("natural-graphite", "EU"), Rules(by=2031), read_folder(tmp_path))
    plan = best(given.case)
    assert {each.code for each in plan.chosen} >= {"se-graphite-lulea-anode"}
    anode = sum(each.t for each in plan.taken if each.source == "se-graphite-lulea-anode")
    assert sum(each.t for each in plan.fed) == pytest.approx(1.3 * anode) and anode > 0
    assert broken(given.case, plan) == ()


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(BadSetting, match=r"projects\.csv"):
        read_folder(tmp_path)


# -- the command ---------------------------------------------------------------------------------


@needs_data
def test_the_command(tmp_path):
    plot = tmp_path / "frontier.svg"
    words = ["lithium", "--importer", "KR", "--data", str(DATA), "--share", "50%", "--cover", "30",
             "--years", "2028..2031", "--json", "--plot", str(plot)]  # fmt: skip
    ran = CliRunner().invoke(diversify, words, standalone_mode=False)
    answer = json.loads(ran.stdout)
    assert ran.return_value == 0 and answer["broken"] == 0
    assert answer["plan"]["years"][-1]["greatest_share"] <= 0.5 + 1e-6
    assert plot.read_bytes().startswith(b"<")
    china = [each for each in answer["worth"] if (each["rule"], each["country"]) == ("share", "CN")]
    assert [each["year"] for each in sorted(china, key=lambda each: each["year"])] == [2030, 2031]
    said = CliRunner().invoke(diversify, words[:-3], standalone_mode=False).stdout
    assert "constraints recomputed" in said and "2028 to 2029" in said
    one_point = [line.split() for line in said.splitlines() if line.startswith("share  ")]
    assert ["share", "processing", "CN", "one", "point", "more", "2030", "to", "2031"] in [
        each[:9] for each in one_point
    ]


@needs_data
def test_the_command_says_what_projects_take(tmp_path):
    (tmp_path / "projects.csv").write_text(
        f"{PLANT}new,tungsten,processing,DE,plant,200,1,100,1,mining,1.5\n"
    )
    words = ["tungsten", "--importer", "EU", "--data", str(DATA), "--stage", "processing", "--years",
             "2028..2031", "--projects", str(tmp_path)]  # fmt: skip
    said = CliRunner().invoke(diversify, words, standalone_mode=False).stdout
    rows = [line.split() for line in said.splitlines()]
    assert next(row for row in rows if row[:2] == ["Stage", "Years"])[3:5] == ["By", "projects"]
    last = [row for row in rows if row and row[0] == "mining" and row[1] in ("2029", "2030", "2031")]
    assert last[-1][-5:-3] == ["300", "300"]  # all of the stage is what the plant takes


@needs_data
def test_by_products_are_said():
    words = ["gallium", "--importer", "EU", "--data", str(DATA), "--demand", "40", "--years", "2028..2030"]
    said = CliRunner().invoke(diversify, words, standalone_mode=False).stdout
    assert "gr-gallium-viotia is made beside alumina" in said


@needs_data
def test_a_frontier_is_drawn():
    found = told(asked("lithium", "KR"), Rules(by=2030, risk=2.4))
    assert found.frontier_by == "risk"
    assert picture(drawn(found), Path("x.svg"))


def test_words_are_read():
    assert (share_in("65%"), share_in("0.3"), years_in("2027..2028")) == (0.65, 0.3, (2027, 2028))
    for wrong in ("65", "a lot", "-1%"):
        with pytest.raises(BadSetting, match="write 65%"):
            share_in(wrong)
