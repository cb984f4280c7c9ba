"""Answers in places and tonnes: what goes in comes out, no limit is passed, and errors help."""

from __future__ import annotations

from collections import defaultdict

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridors.made import leg, network
from corridors.made_flows import flows
from sarai.corridors import Infeasible
from sarai.corridors.capacity import Answer, Prices, Problem, answer, by_month, compare, most, prepared
from sarai.corridors.capacity.feasible import elastic, least_wider
from sarai.corridors.tables import Demand
from sarai.goods import BadSetting

SEEDS = st.integers(0, 10**6)


def asked(good, start, end, t=1000.0):
    return Demand(good=good, start=start, end=end, t=t, source="made")


def limit(on, capacity, code="L", unit="t"):
    return {"code": code, "name": f"Limit {code}", "on": on, "capacity": capacity, "unit": unit}


def diamond(*limits, **tables):
    """From A to D by B (short) or C (long), corridors north and south."""
    legs = [
        leg("A", "B", distance_km=100, group="north"), leg("B", "D", distance_km=100, group="north"),
        leg("A", "C", distance_km=150, group="south"), leg("C", "D", distance_km=150, group="south"),
    ]  # fmt: skip
    return network(legs, limits=limits, **tables)


# -- what must always hold -------------------------------------------------------------------------


@given(seed=SEEDS)
@settings(max_examples=15, deadline=None)
def test_what_goes_in_comes_out(seed):
    made = flows(seed)
    found = answer(Problem.of(made), stranded=True)
    for each in found.demands:
        assert each.delivered_t + each.undelivered_t == pytest.approx(each.asked_t)
        assert sum(way.t for way in each.ways) == pytest.approx(each.delivered_t, abs=0.1)
        assert (each.why_left != "") == (each.undelivered_t > 0)
        for way in each.ways:
            assert (way.places[0], way.places[-1]) == (each.start, each.end)
            assert [*walked(made, way)] == list(way.places)
            assert way.distance_km == pytest.approx(
                sum(made.by_leg[code[:-1]].distance_km for code in way.legs)
            )


def walked(made, way):
    """Places by the legs alone, each beginning where the one before ended."""
    at = way.places[0]
    yield at
    for code in way.legs:
        one = made.by_leg[code[:-1]]
        start, end = (one.start, one.end) if code[-1] == ">" else (one.end, one.start)
        assert start == at and (one.both or code[-1] == ">")
        at = end
        yield at


@given(seed=SEEDS)
@settings(max_examples=15, deadline=None)
def test_no_limit_is_passed_by_the_legs_sum(seed):
    """Limits of legs, from what goes along the legs and not from what the flow says of its limits."""
    made = flows(seed)
    found = answer(Problem.of(made), stranded=True)
    over = {(each.leg, "<" if each.backwards else ">"): each for each in found.legs}
    for each in made.limits:
        if not each.on.startswith("leg:") or each.unit == "train":
            continue
        ways = [what for code in each.on.split() for what in split(code)]
        on = [over[way] for way in ways if way in over]
        goods = sum(flow.teu + flow.empty_teu if each.unit == "teu" else flow.t for flow in on)
        assert goods <= each.capacity * (1 + 1e-6) + 1e-3
    shares = {use.code: use.share for use in found.limits}
    assert max(shares.values()) <= 1 + 1e-6
    assert all(use.share >= 1 - 1e-6 for use in found.binding)


def split(what):
    code = what.removeprefix("leg:")
    return [(code[:-1], code[-1])] if code[-1] in "<>" else [(code, ">"), (code, "<")]


@given(seed=SEEDS)
@settings(max_examples=15, deadline=None)
def test_containers_are_balanced_at_every_place(seed):
    made = flows(seed)
    found = answer(Problem.of(made), stranded=True)
    left = defaultdict(float)
    for each in found.demands:
        good = made.good(each.good)
        if good.form == "container" and good.returns:
            left[each.end] += each.delivered_t / good.t_per_unit
            left[each.start] -= each.delivered_t / good.t_per_unit
    for each in found.empties:
        if each.unit == "teu":
            left[each.end] += each.units
            left[each.start] -= each.units
    assert max(map(abs, left.values()), default=0.0) < 0.1


@given(seed=SEEDS)
@settings(max_examples=8, deadline=None)
def test_totals_are_sums_of_ways(seed):
    found = answer(Problem.of(flows(seed), empties="free"), stranded=True)
    ways = [way for each in found.demands for way in each.ways]
    assert found.totals.t_km == pytest.approx(sum(way.t * way.distance_km for way in ways), rel=1e-6)
    assert found.totals.usd == pytest.approx(sum(way.t * way.usd for way in ways), rel=1e-6)
    assert found.totals.t_h == pytest.approx(sum(way.t * way.hours for way in ways), rel=1e-6)
    assert found.totals.co2e_t == pytest.approx(sum(way.t * way.co2e_kg for way in ways) / 1000, rel=1e-6)
    prices = Prices()
    cost = found.totals.usd + prices.usd_per_t_h * found.totals.t_h
    cost += prices.undelivered_usd_per_t * found.totals.undelivered_t
    assert found.cost_usd == pytest.approx(cost, rel=1e-6)
    assert found.totals.empties_usd == found.totals.empty_teu_km == 0


def test_an_answer_is_json():
    found = answer(Problem.of(diamond(limit("leg:A-B", 600)), [asked("grain", "A", "D")]))
    assert msgspec.json.decode(msgspec.json.encode(found), type=Answer) == found


# -- by hand ---------------------------------------------------------------------------------------


def test_a_full_way_is_worth_the_detour_that_it_saves():
    made = diamond(limit("leg:A-B", 600))
    found = answer(Problem.of(made, [asked("grain", "A", "D")]))
    short, long = found.demands[0].ways
    assert (short.t, short.places, short.legs) == (pytest.approx(600), ("A", "B", "D"), ("A-B>", "B-D>"))
    assert (long.t, long.places) == (pytest.approx(400), ("A", "C", "D"))
    detour = 100 * (0.1 + Prices().usd_per_t_h / 50)  # dollars and hours of 100 km more
    assert found.binding[0].worth_usd == pytest.approx(detour)
    assert found.demands[0].next_usd == pytest.approx(300 * (0.1 + Prices().usd_per_t_h / 50))


def test_boxes_go_back_and_take_room():
    boxes = {"code": "boxes", "name": "Boxes", "form": "container", "t_per_unit": 10, "returns": True}
    made = network([leg("A", "B")], goods=[boxes], limits=[limit("leg:A-B", 150, unit="teu")])
    found = answer(Problem.of(made, [asked("boxes", "A", "B")]))
    assert found.totals.delivered_t == pytest.approx(750), "75 TEU there, 75 back"
    assert [(each.start, each.end, each.units) for each in found.empties] == [("B", "A", pytest.approx(75))]
    both = [asked("boxes", "A", "B"), asked("boxes", "B", "A")]
    full = answer(Problem.of(made, both))
    assert full.totals.delivered_t == pytest.approx(1500) and full.empties == ()


def test_wagons_are_emptied_where_the_ship_begins():
    grain = {"code": "grain", "name": "Grain", "form": "bulk", "t_per_train": 500, "returns": True}
    made = network(
        [leg("A", "P", "rail"), leg("P", "Q", "sea")], goods=[grain],
        handlings=[{"place": "P", "start": "rail-1520", "end": "sea", "form": "*", "hours": 5}],
        limits=[limit("leg:A-P-rail<", 1.0, unit="train")],
    )  # fmt: skip
    found = answer(Problem.of(made, [asked("grain", "A", "Q")]))
    assert found.totals.delivered_t == pytest.approx(500), "one empty train comes back"
    assert [(each.start, each.end, each.units) for each in found.empties] == [("P", "A", pytest.approx(1))]


def test_any_of_several_places():
    made = diamond(limit("leg:A-B", 100), limit("leg:A-C", 300, "M"))
    found = answer(Problem.of(made, [asked("grain", "A", "B|C")]))
    assert found.totals.delivered_t == pytest.approx(400)
    assert {way.places[-1]: way.t for way in found.demands[0].ways} == pytest.approx({"B": 100, "C": 300})


def test_a_way_that_costs_more_than_staying_is_not_used():
    prices = Prices(undelivered_usd_per_t=5.0)
    found = answer(Problem.of(diamond(), [asked("grain", "A", "D")], prices=prices))
    assert (found.totals.delivered_t, found.demands[0].why_left) == (0, "too dear")


def test_without_demands_there_is_nothing():
    found = answer(Problem.of(diamond(limit("leg:A-B", 1)), []))
    assert (found.demands, found.cost_usd, found.stopped) == ((), 0.0, "")


# -- what cannot be --------------------------------------------------------------------------------


def test_a_demand_without_a_way_is_named_with_how_far_it_gets():
    made = network([leg("A", "B"), leg("C", "D"), leg("D", "E", "sea")])
    demands = [asked("grain", "A", "D"), asked("grain", "A", "B")]
    with pytest.raises(
        Infeasible, match=r"Grain \(grain, bulk\) cannot go from A \(A\) to D \(D\).*2 places"
    ):
        answer(Problem.of(made, demands))
    found = answer(Problem.of(made, demands), stranded=True)
    assert [each.why_left for each in found.demands] == ["no way", ""]


def test_a_place_that_nothing_comes_to_is_named():
    made = network([leg("A", "B"), leg("C", "D", "pipeline")])
    with pytest.raises(Infeasible, match=r"nothing that carries bulk comes to C \(C\)"):
        answer(Problem.of(made, [asked("grain", "A", "C")]))


def test_strict_says_what_binds_and_how_much_is_enough():
    made = diamond(limit("leg:A-B", 600), limit("leg:B-D", 600, "M"), limit("leg:A-C", 100, "N"))
    demands = [asked("grain", "A", "D")]
    with pytest.raises(Infeasible) as raised:
        answer(Problem.of(made, demands), strict=True)
    text = str(raised.value)
    assert "300 t of grain from A to D" in text and "Enough, and least: N +300 t" in text
    wide = diamond(limit("leg:A-B", 600), limit("leg:B-D", 600, "M"), limit("leg:A-C", 400, "N"))
    assert answer(Problem.of(wide, demands), strict=True).totals.undelivered_t == 0


@given(seed=SEEDS)
@settings(max_examples=8, deadline=None)
def test_what_strict_asks_for_is_enough_and_no_less(seed):
    made = flows(seed)
    flow = prepared(Problem.of(made, empties="free"))
    try:
        answer(Problem.of(made, empties="free"), strict=True)
    except Infeasible as fault:
        if "Enough" not in str(fault):
            return
        room = elastic(flow.model, flow.found(), 60, lambda: 0.0)
        wider = {code: more for code, _, more in least_wider(flow.model, room)}
    else:
        wider = {}
    enough = {code: flow.capacities[code] + more * 1.0001 + 1e-3 for code, more in wider.items()}
    assert flow.found(enough).undelivered.sum() == pytest.approx(0, abs=1)
    for code, more in wider.items():
        assert flow.found({**enough, code: flow.capacities[code] + more * 0.99}).undelivered.sum() > 0


def test_a_time_limit_is_said():
    ticks = iter(range(10**6))
    found = answer(Problem.of(flows(3)), stranded=True, time_limit_s=1.0, clock=lambda: float(next(ticks)))
    assert "time limit of 1 s" in found.stopped
    assert found.gap > 0
    for each in found.demands:
        assert each.delivered_t + each.undelivered_t == pytest.approx(each.asked_t)
    assert max(use.share for use in found.limits) <= 1 + 1e-6


# -- months ----------------------------------------------------------------------------------------


def test_months_add_up_to_the_year_where_nothing_is_closed():
    made = diamond(limit("leg:A-B", 600))
    year, months = (
        answer(Problem.of(made, [asked("grain", "A", "D")])),
        by_month(made, [asked("grain", "A", "D")]),
    )
    assert (months.asked_t, months.delivered_t) == (pytest.approx(1000), pytest.approx(1000))
    assert months.cost_usd == pytest.approx(year.cost_usd)
    assert months.limits[0].months == tuple(range(1, 13))
    assert months.limits[0].worth_usd == pytest.approx(year.binding[0].worth_usd)


def test_a_closure_binds_when_it_closes():
    closure = {"on": "leg:A-B", "months": "11 12", "share": 0.5}
    made = diamond(limit("leg:A-B", 1200), limit("leg:A-C", 0, "M"), closures=[closure])
    months = by_month(made, [asked("grain", "A", "D", 1200.0)])
    assert months.delivered_t == pytest.approx(1100)
    assert months.limits[0].months == (11, 12)
    shares = [0.0] * 9 + [1.0, 0.0, 0.0]
    october = by_month(made, [asked("grain", "A", "D", 90.0)], shares=shares)
    assert october.delivered_t == pytest.approx(90)


def test_a_way_that_is_shut_for_a_month_is_no_error():
    made = network([leg("A", "B")], closures=[{"on": "leg:A-B", "months": "1", "share": 1.0}])
    months = by_month(made, [asked("grain", "A", "B", 1200.0)])
    assert months.delivered_t == pytest.approx(1100)
    assert months.months[0].demands[0].why_left == "no way"


def test_shares_of_months_must_sum_to_one():
    with pytest.raises(BadSetting, match="twelve"):
        by_month(diamond(), [asked("grain", "A", "D")], shares=[0.1] * 12)


# -- the most --------------------------------------------------------------------------------------


def test_the_most_of_a_mix_shares_its_room():
    made = diamond(limit("leg:A-B leg:A-C", 90), limit("leg:A-B", 1000, "teu", "teu"))
    found = most(made, ["A"], ["D"], {"grain": 2, "boxes": 1}, empties="free")
    assert found.t == pytest.approx(90)
    assert [(cut.code, cut.t_per_unit) for cut in found.cut] == [("L", pytest.approx(1.0))]
    delivered = {each.good: each.delivered_t for each in found.answer.demands}
    assert delivered == pytest.approx({"grain": 60, "boxes": 30})


def test_the_most_is_halved_by_boxes_that_go_back():
    boxes = {"code": "boxes", "name": "Boxes", "form": "container", "t_per_unit": 10, "returns": True}
    made = network([leg("A", "B")], goods=[boxes], limits=[limit("leg:A-B", 150, unit="teu")])
    assert most(made, ["A"], ["B"], "boxes").t == pytest.approx(750)
    assert most(made, ["A"], ["B"], "boxes", empties="free").t == pytest.approx(1500)


def test_the_most_within_a_corridor():
    made = diamond(limit("leg:A-B", 70), limit("leg:A-C", 30, "M"))
    assert most(made, ["A"], ["D"], "grain").t == pytest.approx(100)
    assert most(made, ["A"], ["D"], "grain", groups=["south"]).t == pytest.approx(30)
    with pytest.raises(BadSetting, match="no leg is of the group west; there are north, south"):
        most(made, ["A"], ["D"], "grain", groups=["west"])


def test_without_a_limit_there_is_no_most():
    found = most(diamond(limit("leg:A-B", 70)), ["A"], ["D"], "grain")
    assert (found.t, found.cut, found.answer) == (float("inf"), (), None)


# -- before and after ------------------------------------------------------------------------------


def test_who_goes_another_way_and_at_what_cost():
    before = diamond(limit("leg:A-C", 800))
    after = before.with_rows(legs=[each for each in before.legs if each.code != "B-D"])
    found = compare(before, after, [asked("grain", "A", "D"), asked("grain", "A", "B")])
    shift = found.shifts[0]
    assert [(each.group, each.before_t, each.after_t) for each in shift.groups] == [
        ("north", pytest.approx(1000), 0.0), ("south", 0.0, pytest.approx(800)),
    ]  # fmt: skip
    assert (shift.moved_t, shift.stranded_t) == (pytest.approx(800), pytest.approx(200))
    assert found.change.stranded_t == pytest.approx(200)
    assert shift.usd == pytest.approx(800 * 30 - 1000 * 20)
    assert shift.t_h == pytest.approx(800 * 6 - 1000 * 4)
    assert shift.co2e_t == pytest.approx((800 * 300 - 1000 * 200) * 90 / 1e6)
    assert [use.code for use in found.newly_binding] == ["L"] and found.released == ()
    assert len(found.shifts) == 1, "nothing changes for the other demand"


def test_a_demand_that_loses_its_only_way_is_stranded():
    before = network([leg("A", "B")])
    found = compare(before, before.with_rows(legs=[]), [asked("grain", "A", "B")])
    assert found.shifts[0].stranded_t == pytest.approx(1000)
    with pytest.raises(Infeasible):
        compare(before.with_rows(legs=[]), before, [asked("grain", "A", "B")])


def test_nothing_changes_without_a_change():
    made = flows(5)
    demands = [each for each in made.demands if prepared(Problem.of(made, [each])).plain()[0] < 1e9]
    found = compare(made, made, demands)
    assert (found.shifts, found.newly_binding, found.released) == ((), (), ())
    assert found.change.cost_usd == 0
