"""What counts against a limit, and how much of it is open."""

from __future__ import annotations

import numpy as np
import pytest

from corridors.made import leg, network
from sarai.corridors.capacity import Prices, Problem, answer, prepared
from sarai.corridors.capacity.bounds import bounds
from sarai.corridors.graph import graph
from sarai.corridors.tables import Demand, Good
from sarai.goods import BadSetting, NotInNetwork

BOXES = {"code": "boxes", "name": "Boxes", "form": "container", "t_per_unit": 8, "t_per_train": 800}
GRAIN = {"code": "grain", "name": "Grain", "form": "bulk", "t_per_train": 2500}
OVER = [
    {"place": "B", "start": a, "end": b, "form": "*", "hours": 5}
    for a, b in (("rail-1520", "sea"), ("door", "sea"), ("door", "rail-1520"), ("rail-1435", "rail-1520"))
]


def limit(on, capacity=1e9, unit="t", code="L"):
    return {"code": code, "name": code, "on": on, "capacity": capacity, "unit": unit}


def asked(good, start, end, t=1000.0):
    return Demand(good=good, start=start, end=end, t=t, source="made")


def road_and_sea(limits, **tables):
    legs = [leg("A", "B", "rail"), leg("B", "C", "sea"), leg("C", "D", "sea")]
    return network(legs, limits=limits, goods=[BOXES, GRAIN], handlings=OVER, **tables)


def used(made, demands, code="L", **more):
    """What the one limit is used by, in tests without empties."""
    found = answer(Problem.of(made, demands, empties="free", **more))
    assert found.totals.undelivered_t == 0
    return next(use.used for use in found.limits if use.code == code)


@pytest.mark.parametrize(
    ("on", "unit", "good", "expected"),
    [
        ("leg:A-B-rail", "t", "boxes", 1000),
        ("leg:A-B-rail", "teu", "boxes", 125),
        ("leg:A-B-rail", "train", "boxes", 1.25),
        ("leg:A-B-rail", "teu", "grain", 0),
        ("leg:A-B-rail", "train", "grain", 0.4),
        ("leg:A-B-rail>", "t", "grain", 1000),
        ("leg:A-B-rail<", "t", "grain", 0),
        ("place:B", "t", "grain", 1000),
        ("place:A", "t", "grain", 1000),
        ("place:C", "t", "grain", 0),
        ("leg:A-B-rail leg:B-C-sea", "t", "grain", 2000),
    ],
)
def test_what_a_limit_counts(on, unit, good, expected):
    made = road_and_sea([limit(on, unit=unit)])
    assert used(made, [asked(good, "A", "D")]) == pytest.approx(expected)


def test_both_ways_share_a_limit_of_a_leg_and_have_one_each_by_direction():
    made = road_and_sea([limit("leg:A-B-rail", code="both"), limit("leg:A-B-rail>", code="there")])
    there_and_back = [asked("grain", "A", "B"), asked("grain", "B", "A", 300.0)]
    assert used(made, there_and_back, "both") == pytest.approx(1300)
    assert used(made, there_and_back, "there") == pytest.approx(1000)


def test_wagons_that_go_on_to_another_service_are_not_handled():
    legs = [leg("A", "B", "rail"), leg("B", "C", "rail")]
    services = [{"code": f"S{at}", "name": "S", "legs": row["code"], "per_week": 7}
                for at, row in enumerate(legs)]  # fmt: skip
    made = network(legs, services=services, goods=[GRAIN], limits=[limit("place:B")])
    assert used(made, [asked("grain", "A", "C")]) == 0
    assert used(made, [asked("grain", "A", "B")]) == pytest.approx(1000)


def test_a_service_has_its_own_limit_on_each_leg_and_way():
    service = {"code": "S", "name": "S", "legs": "B-C-sea C-D-sea", "per_week": 2, "units": 10}
    made = road_and_sea([], services=[service])
    flow = prepared(Problem.of(made, [asked("boxes", "B", "D"), asked("boxes", "D", "B")]))
    assert flow.capacities["service:S"] == 2 * 52 * 10
    assert used(made, [asked("boxes", "B", "C"), asked("boxes", "C", "D")], "service:S") == 125
    tonnes = {**service, "form": "bulk", "units": 5}
    bulk = road_and_sea([], services=[tonnes])
    found = answer(Problem.of(bulk, [asked("grain", "B", "D"), asked("grain", "D", "B")], empties="free"))
    assert found.totals.delivered_t == pytest.approx(2 * 2 * 52 * 5)


def test_a_limit_of_a_service_holds_on_each_of_its_legs():
    service = {"code": "S", "name": "S", "legs": "B-C-sea C-D-sea", "per_week": 7}
    made = road_and_sea([limit("service:S", 100)], services=[service])
    found = answer(
        Problem.of(made, [asked("grain", "B", "C", 90.0), asked("grain", "C", "D", 90.0)], empties="free")
    )
    assert found.totals.undelivered_t == 0
    assert found.limits[0].share == pytest.approx(0.9)


def test_what_handlings_do_in_a_day():
    rows = [{**row, "per_day": 2} if row["start"] == "rail-1520" else row for row in OVER]
    made = network([leg("A", "B", "rail"), leg("B", "C", "sea")], handlings=rows, goods=[BOXES, GRAIN])
    found = answer(Problem.of(made, [asked("grain", "A", "C")], empties="free"))
    assert found.totals.delivered_t == pytest.approx(2 * 365)
    found = answer(Problem.of(made, [asked("boxes", "C", "A", 1e5)], empties="free"))
    assert found.totals.delivered_t == pytest.approx(2 * 365 * 8)


# -- closures --------------------------------------------------------------------------------------


def closing(on, months="11 12", share=0.5):
    return {"on": on, "months": months, "share": share}


@pytest.mark.parametrize(
    ("on", "month", "expected"),
    [
        ("leg:B-C-sea", 11, 100 / 12 / 2),
        ("leg:B-C-sea", 5, 100 / 12),
        ("leg:B-C-sea", None, 100 * 11 / 12),
        ("place:C", 11, 100 / 12 / 2),
        ("leg:B-C-sea>", None, 100),
        ("leg:A-B-rail", 11, 100 / 12),
    ],
)
def test_what_is_closed_cuts_a_limit(on, month, expected):
    made = road_and_sea([limit("leg:B-C-sea", 100)], closures=[closing(on)])
    widest = max(row.open_share * 100 for row in bounds(made, month) if row.code == "L")
    assert widest == pytest.approx(expected)


def test_what_closes_together_is_not_counted_twice():
    made = road_and_sea([limit("leg:B-C-sea", 100)], closures=[closing("leg:B-C-sea place:C")])
    assert [row.open_share for row in bounds(made, 11)] == pytest.approx([0.5 / 12])


def test_a_part_that_is_closed_has_less_of_a_limit_that_is_shared():
    made = road_and_sea([limit("leg:A-B-rail leg:C-D-sea", 120)], closures=[closing("leg:C-D-sea")])
    rows = {row.code: row.open_share for row in bounds(made, 11)}
    assert rows["L"] == pytest.approx(1 / 12)
    assert rows["L@leg:C-D-sea>"] == rows["L@leg:C-D-sea<"] == pytest.approx(0.5 / 12)


def test_a_closure_of_more_than_all_leaves_nothing():
    made = road_and_sea([limit("leg:B-C-sea", 100)], closures=[closing("leg:B-C-sea", share=1.5)])
    assert min(row.open_share for row in bounds(made, 11)) == 0


# -- goods of one form share their graph -----------------------------------------------------------


def test_a_good_costs_what_its_own_graph_says():
    made = road_and_sea([]).with_rows(
        goods=[
            Good(code="light", name="", form="container", t_per_unit=4, source="m"),
            Good(code="heavy", name="", form="container", t_per_unit=20, source="m"),
        ],
        tariffs=[row for row in road_and_sea([]).tariffs],
    )
    flow = prepared(Problem.of(made, [asked("light", "A", "D"), asked("heavy", "A", "D")], prices=Prices()))
    for carried in flow.model.goods:
        own = graph(made, made.good(carried.good.code))
        steps = carried.net.steps
        expected = own.weights[steps, 1] + own.weights[steps, 0] * Prices().usd_per_t_h
        assert carried.cost == pytest.approx(expected)
        assert carried.criteria(np.arange(len(steps))) == pytest.approx(own.weights[steps].sum(axis=0))


# -- what cannot be --------------------------------------------------------------------------------


@pytest.mark.parametrize("capacity", [-5.0, float("nan")])
def test_less_than_nothing_is_nothing(capacity):
    made = road_and_sea([limit("leg:A-B-rail", capacity)])
    found = answer(Problem.of(made, [asked("grain", "A", "B")]))
    assert found.totals.delivered_t == 0
    assert found.demands[0].why_left == "no room"


def test_a_unit_that_nobody_counts_is_named():
    with pytest.raises(BadSetting, match="limit L counts 'wagon'; take t, teu, train"):
        answer(Problem.of(road_and_sea([limit("leg:A-B-rail", unit="wagon")]), [asked("grain", "A", "B")]))


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"month": 13}, "month 13"),
        ({"empties": "none"}, "empties 'none'"),
        ({"prices": Prices(usd_per_t_h=-1)}, "usd_per_t_h -1"),
        ({"demands": [asked("grain", "A", "B", -1.0)]}, "-1.0 t"),
        ({"demands": [asked("grain", "A", "B", float("nan"))]}, "nan t"),
    ],
)
def test_problems_that_cannot_be(more, text):
    with pytest.raises(BadSetting, match=text):
        Problem.of(road_and_sea([]), **more)


def test_unknown_names_are_told():
    with pytest.raises(NotInNetwork, match="good 'corn'"):
        prepared(Problem.of(road_and_sea([]), [asked("corn", "A", "B")]))
    flow = prepared(Problem.of(road_and_sea([]), [asked("grain", "A", "B")]))
    with pytest.raises(NotInNetwork, match="limit 'X'"):
        flow.solve({"X": 1.0})
    with pytest.raises(NotInNetwork, match="demand"):
        flow.solve(demands={("grain", "B", "A"): 1.0})
