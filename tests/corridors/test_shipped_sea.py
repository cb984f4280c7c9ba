"""The shipped ways at sea: by Suez, else by the Cape, over no land, and as long as others say."""

from __future__ import annotations

import json
from functools import cache
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from sarai.corridors import shipped
from sarai.corridors.graph import graph
from sarai.corridors.measuring import length_km, over_land_km, track
from sarai.corridors.tables import Good

MARNET = Path(__file__).resolve().parents[3] / "shared" / "data" / "corridors" / "searoute_marnet.geojson"
CONTAINER = Good(code="box", name="goods in containers", form="container", t_per_unit=10, source="test")
OIL = Good(code="oil", name="oil", form="liquid", source="test")
NAUTICAL_KM = 1.852
ASKED = {"panama", "arctic"}
OVER_KM = 15.0  # of a way may lie on the coarse map's land, behind its shore: estuaries
CRITERIA = ("hours", "usd", "km")


def whole():
    """All parts: ports of the sea's ways stand in those of the land's too."""
    return shipped()


def own():
    """The part's ways at sea."""
    return [leg for leg in shipped("sea").legs if leg.mode == "sea"]


def without(*places):
    network = whole()
    legs = [leg for leg in network.legs if not {leg.start, leg.end} & set(places)]
    return network.with_rows(legs=legs)


def best(network, start, end, by="hours", good=CONTAINER, asked=(), month=None):
    """Kilometres and legs of the best way, by networkx."""
    ways = graph(network, good, month, asked)
    net = nx.DiGraph()
    for at, step in enumerate(ways.steps):
        weight = {"hours": ways.weights[at, 0], "usd": ways.weights[at, 1], "km": step.distance_km}[by]
        tail, head = int(ways.tail[at]), int(ways.head[at])
        if not net.has_edge(tail, head) or weight < net[tail][head]["weight"]:
            net.add_edge(tail, head, weight=weight, step=step)
    path = nx.dijkstra_path(net, ways.door(start), ways.delivered(end))
    steps = [net[a][b]["step"] for a, b in pairwise(path)]
    places = [step.place for step in steps]
    return sum(step.distance_km for step in steps), places


def at_sea(network):
    """Nothing but its ways at sea."""
    return network.with_rows(legs=[leg for leg in network.legs if leg.mode == "sea"])


@pytest.mark.parametrize("by", CRITERIA)
def test_shanghai_to_rotterdam_goes_by_suez(by):
    km, places = best(at_sea(whole()), "CNSHA", "NLRTM", by)
    assert "SUEZ" in places
    assert km / NAUTICAL_KM == pytest.approx(10_600, rel=0.03)


@pytest.mark.parametrize("by", CRITERIA)
def test_without_suez_it_goes_by_the_cape(by):
    km, places = best(at_sea(without("SUEZ")), "CNSHA", "NLRTM", by)
    assert "XZCGH" in places
    assert km / NAUTICAL_KM == pytest.approx(13_800, rel=0.03)


@pytest.mark.parametrize("closed", [(), ("SUEZ",), ("SUEZ", "XZMAL"), ("SUEZ", "XZSUN")])
@pytest.mark.parametrize("by", CRITERIA)
def test_neither_the_arctic_nor_panama_unasked(closed, by):
    _, places = best(without(*closed), "CNSHA", "NLRTM", by)
    assert not {"PANAMA", "XZBER", "XZVIL"} & set(places)


def test_without_suez_and_the_cape_there_is_no_way_at_sea():
    with pytest.raises(nx.NetworkXNoPath):
        best(at_sea(without("SUEZ", "XZCGH")), "CNSHA", "NLRTM")


def test_the_arctic_is_open_to_who_asks_in_september():
    asked = {"asked": {"arctic"}, "by": "km"}
    september, february = (best(at_sea(whole()), "KRPUS", "NLRTM", month=each, **asked)[1] for each in (9, 2))
    assert "XZVIL" in september
    assert "SUEZ" in february
    assert "PANAMA" not in september


def test_what_must_be_asked_for_is_in_groups():
    for leg in own():
        assert leg.asked == (leg.group in ASKED)
        assert leg.group in {"ocean", *ASKED}


def test_no_way_leads_over_land():
    """Canals do, and are no more than canals are."""
    network = whole()
    over = {leg.code: over_land_km(track(network, leg)) for leg in own()}
    cut = {code for code in over if {"SUEZ", "KIEL", "PANAMA"} & set(code.split("-"))}
    assert len(cut) == 6
    assert {code: km for code, km in over.items() if km > OVER_KM and code not in cut} == {
        "XZCJK-XZPAP": pytest.approx(20, abs=5)  # the islands of Osumi Strait, drawn as one with Kyushu
    }
    assert all(30 < over[code] < 90 for code in cut)


def test_ways_are_as_long_as_through_their_points():
    network = whole()
    ratios = {leg.code: leg.distance_km / length_km(track(network, leg)) for leg in own()}
    assert {code: ratio for code, ratio in ratios.items() if not 0.98 <= ratio <= 1.02} == {}


def test_suez_is_a_canal_of_egypt_with_a_toll():
    network = whole()
    canal = network.place("Suez Canal")
    assert (canal.code, canal.kind, canal.country) == ("SUEZ", "canal", "EG")
    tolls = [
        network.tariff(leg, "container").usd_per_unit
        for leg in network.legs
        if "SUEZ" in (leg.start, leg.end)
    ]
    assert sorted(tolls) == [0, 65]
    assert sum(leg.distance_km for leg in network.legs if "SUEZ" in (leg.start, leg.end)) == pytest.approx(
        193, rel=0.03
    )


def test_tankers_wait_for_the_turkish_straits():
    hours = {}
    for good in (CONTAINER, OIL):
        ways = graph(whole(), good)
        hours[good.form] = max(
            step.criteria.hours for step in ways.steps if step.leg.startswith("XZBOS-XZBSW")
        )
    assert 24 < hours["liquid"] < 144
    assert hours["container"] < 24


def test_containers_leave_poti_by_the_feeders_alone():
    """A way of no service would pass by their waits and their room."""
    network = whole()
    for port in ("GEPTI", "GEBUS"):
        for leg in network.legs:
            if port in (leg.start, leg.end) and leg.mode == "sea" and network.takes(leg, "container"):
                assert leg.code in network.service_of


def test_ports_are_joined_to_the_land():
    rails = [leg for leg in shipped("sea").legs if leg.mode == "rail"]
    for leg in rails:
        assert 1.0 <= leg.distance_km / length_km(track(whole(), leg)) <= 1.6
    assert "SUEZ" in best(whole(), "CNZGZ", "DEDUI", by="usd")[1]


# -- against another network of the sea --------------------------------------------------------------

NOT_THERE = {"northwest", "bering", "panama", "chili"}  # passages that our ways do not take unasked
FARTHEST = 0.10
PAIRS = """
CNSHA NLRTM; CNSHA SGSIN; CNTXG KRPUS; CNTAO CNSHA; RUVVO CNSHA; HKHKG SGSIN; CNYTN LKCMB; SGSIN LKCMB
SGSIN INNSA; LKCMB EGPSD; INNSA AEJEA; AEJEA EGPSD; IRBND INNSA; EGPSD GRPIR; EGPSD ITTRS; EGPSD ITGOA
EGPSD TRIST; GRPIR TRIST; EGPSD ESVLC; ESVLC NLRTM; NLRTM DEHAM; GEPTI ROCND; GEBUS ROCND; GEPTI TRIST
RUNVS TRIST; UAODS TRIST; GEPTI BGVAR; GEBUS BGBOJ; RUNVS ROCND; GEPTI UAODS; TRCEY ITTRS; TRMER GRPIR
TRCEY NLRTM; CNNGB ITTRS; KRPUS DEHAM; BEANR ESVLC; RUNVS ITTRS; TRCEY EGPSD; NLRTM PLGDN; NLRTM LTKLJ
NLRTM RULED; KZAAU AZALT; KZAAU AZBAK; KZAAU RUMCX; TMKRW AZALT; KZAAU IRBAZ
"""


@cache
def marnet():
    """The network of searoute, with its points as degrees within 180."""
    if not MARNET.exists():
        pytest.skip("the shared data with searoute's network are not beside the checkout")
    net = nx.Graph()
    for feature in json.loads(MARNET.read_text(encoding="utf-8"))["features"]:
        shape = feature["geometry"]
        lines = shape["coordinates"] if shape["type"] == "MultiLineString" else [shape["coordinates"]]
        if feature["properties"].get("passage") in NOT_THERE:
            continue
        for line in lines:
            points = [(round(y, 5), round((x + 180) % 360 - 180, 5)) for x, y in line]
            for a, b in pairwise(points):
                net.add_edge(a, b, km=length_km([a, b]))
    return net


@cache
def ours():
    net = nx.Graph()
    for leg in at_sea(whole()).legs:
        if not leg.asked and "KIEL" not in (leg.start, leg.end):  # which the other network does not have
            net.add_edge(leg.start, leg.end, km=leg.distance_km)
    return net


def theirs_km(start, end):
    """With what lies between a port and the nearest point of their network."""
    net, network, gap, at = marnet(), whole(), 0.0, []
    points = np.array(net.nodes)
    for code in (start, end):
        place = network.by_place[code]
        here = (place.latitude_deg, place.longitude_deg)
        away = points - here
        away[:, 1] *= np.cos(np.radians(here[0]))
        nearest = tuple(points[(away**2).sum(axis=1).argmin()].tolist())
        gap += length_km([here, nearest])
        at.append(nearest)
    return gap + nx.dijkstra_path_length(net, *at, weight="km")


@pytest.mark.parametrize("pair", PAIRS.replace("\n", ";").strip(";").split(";"), ids=str.strip)
def test_distance_is_near_that_of_searoute(pair):
    start, end = pair.split()
    theirs = theirs_km(start, end)
    assert nx.dijkstra_path_length(ours(), start, end, weight="km") == pytest.approx(theirs, rel=FARTHEST)


def test_distances_are_those_of_searoute_on_average():
    pairs = [pair.split() for pair in PAIRS.replace("\n", ";").strip(";").split(";")]
    ratios = [nx.dijkstra_path_length(ours(), *pair, weight="km") / theirs_km(*pair) for pair in pairs]
    assert np.mean(ratios) == pytest.approx(1, abs=0.03)
    assert np.median(np.abs(np.array(ratios) - 1)) < 0.03


@pytest.mark.parametrize(("start", "end", "km"), [("GEPTI", "ROCND", 1077), ("GEBUS", "ROCND", 1049)])
def test_black_sea_as_searoute_says_itself(start, end, km):
    assert nx.dijkstra_path_length(ours(), start, end, weight="km") == pytest.approx(km, rel=0.055)
