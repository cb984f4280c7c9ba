"""Cases from data of publishers, ways of the packaged network, and the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from sarai.cli.minerals.diversify import diversify
from sarai.corridors import shipped
from sarai.goods import BadSetting
from sarai.minerals import materials
from sarai.minerals.diversify import Rules, best, broken
from sarai.minerals.diversify.carrying import carried, place_of
from sarai.minerals.diversify.gathering import Asked, gathered
from sarai.minerals.diversify.own import packaged_prices, packaged_projects, read_folder
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
    assert {material for material, _ in packaged_prices()} <= set(materials())


# -- ways ----------------------------------------------------------------------------------------


def test_ways_keep_to_the_network():
    network = shipped()
    found = carried(network, ["KZ", "CL"], "EU", "copper", "processing")
    by_origin = {origin: [way for way in found.ways if way.origin == origin] for origin in ("KZ", "CL")}
    assert len(by_origin["KZ"]) == 2
    assert [way.source for way in by_origin["CL"]] == ["assumed"] and "CL" in found.words[0]
    capacity = {each.code: each for each in network.limits}
    for limit in found.limits:
        one = capacity[limit.code]
        most = one.capacity * {"t": 1.0, "teu": 25.0, "train": 2500.0}[one.unit]
        assert 0 <= limit.t_per_year <= most + 1e-6


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
    for line in CliRunner().invoke(diversify, words[:-3], standalone_mode=False).stdout.splitlines()[:1]:
        assert "constraints recomputed" in line or "discounted" in line


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
