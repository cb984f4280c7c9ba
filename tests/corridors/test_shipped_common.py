"""The shipped goods, demands, emissions, exposures, projects and shocks: whole, sourced, in range."""

from __future__ import annotations

import csv
import re
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from sarai.corridors import shipped, shipped_parts
from sarai.corridors.changes import SHOCKS, apply, parse, shock
from sarai.corridors.graph import graph
from sarai.corridors.tables import TABLES, Row
from sarai.goods import BadSetting

SHARED = Path(__file__).resolve().parents[3] / "shared"
OWN = ("goods", "demands", "emissions", "exposures", "projects")
FACTORS = SHARED / "data" / "corridors" / "co2_factors.csv"
RANKS = SHARED / "data" / "minerals" / "wgi_full_1996_2023.csv"
ALPHA3 = {"KZ": "KAZ", "RU": "RUS", "GE": "GEO", "CN": "CHN", "TR": "TUR", "IR": "IRN"}
TO_EUROPE = {"CN": 4200, "KZ": 1900, "RU": 2500, "BY": 600, "PL": 700, "DE": 900}  # km, roughly


@pytest.fixture(scope="module")
def network():
    return shipped()


@pytest.mark.parametrize("table", [name for name, kind in TABLES.items() if issubclass(kind, Row)])
def test_every_figure_has_a_source_and_a_date(network, table):
    known = {each.code for each in network.sources}
    rows = getattr(network, table)
    assert [each for each in rows if each.source not in known] == []
    if table in OWN:
        assert rows
        assert [each for each in rows if not re.fullmatch(r"\d{4}(-\d\d){0,2}", each.of)] == []


def test_sources_say_what_they_are(network):
    for each in network.sources:
        assert each.kind in ("published", "secondary", "computed", "assumed")
        assert each.address.startswith("http") == (each.kind in ("published", "secondary")), each.code


def test_sources_of_the_part_are_used(network):
    used = {each.source for name in OWN for each in getattr(network, name)}
    noted = {word for each in network.exposures for word in re.findall(r"co-exp-[\w-]+", each.note)}
    own = {each.code for each in network.sources if re.match(r"co-(good|dem|em|exp|proj)-", each.code)}
    assert noted <= own
    mentioned = " ".join(each.note for name in OWN for each in getattr(network, name))
    assert {each for each in own - used - noted if each not in mentioned} == set()


@pytest.mark.parametrize("table", OWN)
def test_ranges_hold_their_figure(network, table):
    for each in getattr(network, table):
        for name in each.__struct_fields__:
            if f"{name}_low" not in each.__struct_fields__:
                continue
            figure, low, high = (getattr(each, f"{name}{end}") for end in ("", "_low", "_high"))
            assert (figure if low is None else low) <= figure <= (figure if high is None else high), each


# -- goods and demands ---------------------------------------------------------------------------


def test_a_full_container_is_not_too_heavy(network):
    for each in network.goods:
        assert (each.form == "container") == (each.t_per_unit > 1)
        assert each.t_per_unit <= 28  # what a container of 20 feet may hold
        assert 600 <= each.t_per_train <= 6000 or each.form == "gas"
        assert each.usd_per_t > 0


def test_demands_are_between_places_that_there_are(network):
    for each in network.demands:
        assert each.good in network.by_good
        assert {each.start, each.end} <= network.by_place.keys(), each
        assert each.start != each.end
        assert each.t > 0


# -- emissions and exposures ---------------------------------------------------------------------


@pytest.mark.skipif(not FACTORS.exists(), reason="the shared table of CO2 factors is not beside the checkout")
@pytest.mark.parametrize(
    ("mode", "form", "rows"),
    [("rail", "", r"rail\b"), ("road", "", r"road|HGV"), ("river", "", r"inland"), ("air", "", r"air"),
     ("sea", "container", r"sea container|container ship")],
)  # fmt: skip
def test_emissions_lie_within_what_tables_say(network, mode, form, rows):
    with FACTORS.open(encoding="utf-8") as file:
        table = [(each["mode"], each["g_co2e_per_tkm"]) for each in csv.DictReader(file)]
    said = [float(re.match(r"[\d.]+", g)[0]) for name, g in table if re.match(rows, name) and g[:1].isdigit()]
    found = next(e for e in network.emissions if (e.mode, e.country, e.form) == (mode, "", form))
    assert len(said) >= 2
    assert min(said) <= found.g_per_tkm <= max(said)


def test_a_container_to_europe_emits_about_what_a_shipper_says(network):
    """STU Supply Chain: 3,000 kg for 10 t from Zhengzhou to Hamburg by rail, some 11,000 km."""
    g = {each.country: each.g_per_tkm for each in network.emissions if each.mode == "rail"}
    kg = sum(km * g[country] for country, km in TO_EUROPE.items()) * 10 / 1000
    assert kg == pytest.approx(3000, rel=0.4)


def test_modes_emit_in_the_order_that_all_find(network):
    g = {
        each.mode: each.g_per_tkm
        for each in network.emissions
        if not each.country and each.form in ("", "bulk")
    }
    assert g["sea"] < g["pipeline"] < g["rail"] < g["road"] < g["air"]


@pytest.mark.skipif(not RANKS.exists(), reason="the governance indicators are not beside the checkout")
@pytest.mark.parametrize("country", ALPHA3)
def test_exposure_is_the_rank_of_political_stability(network, country):
    with RANKS.open(encoding="utf-8-sig") as file:
        ranks = {
            row["code"]: float(row["pctrank"])
            for row in csv.DictReader(file)
            if (row["year"], row["indicator"]) == ("2023", "pv") and row["pctrank"][:1].isdigit()
        }
    assert network.risk[country].risk == pytest.approx(1 - ranks[ALPHA3[country]] / 100, abs=5e-4)


def test_every_country_that_goods_enter_has_its_exposure(network):
    assert {each.country for each in network.places if each.country} <= network.risk.keys()


def test_regimes_are_those_of_the_acts(network):
    under = {each.country: set(each.regimes.split()) for each in network.exposures if each.regimes}
    assert under == {"RU": {"EU", "UK", "US"}, "BY": {"EU", "UK", "US"}, "IR": {"EU", "UK", "UN", "US"}}


# -- projects and shocks -------------------------------------------------------------------------


def test_projects_change_what_there_is(network):
    assert len(network.projects) >= 20
    codes = {each.code for each in network.projects}
    for each in network.projects:
        assert set(each.after.split()) <= codes - {each.code}
        assert each.cost_musd > 0
        assert 1 <= each.lead_years <= 10
        assert apply(network, parse(each.does)) != network, each.code


def test_all_projects_can_be_built_together(network):
    every = apply(network, parse(";".join(each.does for each in network.projects)))
    assert {each.code for each in every.legs} == {each.code for each in network.legs}


@pytest.mark.parametrize("name", SHOCKS)
def test_shocks_strike_the_shipped_network(network, name):
    struck = apply(network, shock(name))
    assert struck != network
    assert SHOCKS[name].words


def cheapest(network, good, start, end):
    """The legs of the cheapest way, by networkx; none if there is no way."""
    made = graph(network, network.good(good))
    edges = nx.DiGraph()
    for at in np.argsort(-made.weights[:, 1]):  # of parallel steps the cheapest comes last, and stays
        edges.add_edge(
            int(made.tail[at]), int(made.head[at]), usd=made.weights[at, 1], leg=made.steps[at].leg
        )
    try:
        path = nx.shortest_path(edges, made.door(start), made.delivered(end), weight="usd")
    except (nx.NetworkXNoPath, nx.NodeNotFound):
        return []
    return [leg for pair in pairwise(path) if (leg := edges.edges[pair]["leg"])]


def test_with_suez_shut_ships_go_by_the_cape(network):
    before = cheapest(network, "container", "CNSHA", "NLRTM")
    after = cheapest(apply(network, shock("suez-shut")), "container", "CNSHA", "NLRTM")
    assert any("SUEZ" in each for each in before)
    assert any("XZCGH" in each for each in after)
    assert not any("PANAMA" in each or "XZVIL" in each for each in after)


def test_with_the_northern_route_shut_no_train_or_lorry_crosses_russia(network):
    struck = apply(network, shock("northern-route-shut"))
    land = apply(struck, parse("close mode:air; close place:SUEZ; close place:XZCGH"))
    way = cheapest(land, "container", "CNXIA", "HUBUD")
    assert way
    inside = {land.by_leg[each].start[:2] for each in way} | {land.by_leg[each].end[:2] for each in way}
    assert {"RU", "BY"} & inside == set()


@pytest.mark.parametrize(
    ("project", "good", "start", "end", "without"),
    [
        ("bakhty-ayagoz", "ores", "KZKGF", "CNURM", "place:KZDOS place:KZATK"),
        ("darbaza-maktaaral", "grain", "KZKSN", "UZSKD", "leg:KZSRY-UZTAS leg:KZBNU-UZ6BT"),
        ("tripp", "grain", "AZBAK", "TRKSY", "country:GE country:IR country:RU"),
        ("anaklia", "container", "GETBS", "ROCND", "place:GEPTI place:GEBUS group:btk"),
        ("cku", "container", "CNURM", "UZADX", "country:KZ country:RU"),
    ],
)
def test_a_new_way_carries_where_the_old_one_is_shut(network, project, good, start, end, without):
    shut = apply(
        network, parse(";".join(f"close {each}" for each in ("mode:air", "mode:road", *without.split())))
    )
    does = next(each.does for each in network.projects if each.code == project)
    new = {each.code for each in network.legs if each.asked}
    assert not new & set(cheapest(shut, good, start, end))
    assert new & set(cheapest(apply(shut, parse(does)), good, start, end))


def test_what_must_be_asked_for_is_a_project_or_stands_already(network):
    built = apply(network, parse(";".join(each.does for each in network.projects)))
    assert {each.group for each in built.legs if each.asked} == {"arctic", "panama", "baku-supsa"}


def test_a_shock_that_is_not_known_is_told_with_those_that_are():
    with pytest.raises(BadSetting, match="suez-shut"):
        shock("suez")


def test_limits_and_closures_name_what_there_is(network):
    there = {
        "leg": network.by_leg.keys(), "place": network.by_place.keys(), "service": network.by_service.keys()
    }  # fmt: skip
    for row in (*network.limits, *network.closures):
        for on in row.on.split():
            kind, code = on.split(":")
            assert code.rstrip("<>") in there[kind], row


def test_the_part_comes_along_with_every_other():
    assert shipped_parts()
    assert shipped("sea").goods == shipped().goods
