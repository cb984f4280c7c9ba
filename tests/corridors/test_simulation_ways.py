"""Ways through a network: what the steps say, nothing lost, and the same by any number of processes."""

from __future__ import annotations

from datetime import date

import msgspec
import networkx
import numpy as np
import pytest

from corridors.made import network as made
from corridors.made_queues import check, counter, network
from sarai.corridors import Infeasible, Unreachable, shipped
from sarai.corridors.graph import graph
from sarai.corridors.simulation import Outcome, Spread, Stream, demanded, simulate
from sarai.corridors.simulation.calendar import calendar
from sarai.corridors.simulation.planning import planned
from sarai.corridors.simulation.replication import Replication
from sarai.corridors.simulation.streams import resolved
from sarai.corridors.simulation.ways import cheapest
from sarai.goods import BadSetting, NotInNetwork, TooLarge

pytest.importorskip("simpy")
FERRY = "code,name,legs,per_week,units,source\nF,Ferry,B-C,5,120,made\n"
WIND = "on,months,share,mean_h,source\nplace:B,1 2 3,0.2,24,made\nleg:A-B,1 5,0.1,5,made\n"
TRACK = (
    "code,name,on,capacity,unit,source\ntrack,Track,leg:A-B,900,train,made\nport,Port,place:C,300000,t,made\n"
    "fleet,Fleet,service:F,30000,teu,made\n"
)
BUSY = {"services": FERRY, "closures": WIND, "limits": TRACK}
STREAMS = (
    Stream(good="boxes", start="A", end="D", units_per_week=300, priority=1, code="east"),
    Stream(good="boxes", start="D", end="A", units_per_week=100, batch=30, code="west"),
    Stream(good="ore", start="A", end="C", t_per_week=2500, batch=1500, priority=2, code="ore"),
)


@pytest.mark.parametrize("hours", ["lognormal", "gamma"])
def test_without_queues_a_way_takes_what_its_steps_say(hours):
    every = " ".join(map(str, range(1, 13)))
    net = network(
        services="code,name,legs,per_week,source\nF,Ferry,B-C,3,made\n",
        closures=f"on,months,share,mean_h,source\nleg:C-D,{every},0.3,30,made\n",
    )
    stream = Stream(good="boxes", start="A", end="D", units_per_week=100, batch=1)
    found = simulate(net, [stream], months=6, replications=15, seed=4, spread=Spread(hours=hours)).streams[0]
    way = cheapest(graph(net, net.good("boxes")), "A", "D")
    assert found.expected_h == pytest.approx(sum(step.criteria.hours for step in way))
    check(found.mean_h, found.expected_h)
    check(found.sd_h, sum(step.criteria.variance_h2 for step in way) ** 0.5)
    assert sum(found.spent_h.values()) == pytest.approx(found.mean_h.value)
    parts = {why: sum(p.hours for s in way for p in s.parts if p.why == why) for why in found.spent_h}
    assert found.spent_h == pytest.approx(parts, rel=0.1)


def test_exponential_and_fixed_hours():
    stream = Stream(good="boxes", start="A", end="D", units_per_week=200, batch=1)
    fixed = simulate(network(), [stream], months=2, replications=2, spread=Spread(hours="fixed")).streams[0]
    assert (fixed.p10_h.value, fixed.p90_h.value) == pytest.approx((fixed.expected_h, fixed.expected_h))
    wide = simulate(
        network(), [stream], months=6, replications=10, spread=Spread(hours="exponential")
    ).streams[0]
    way = cheapest(graph(network(), network().good("boxes")), "A", "D")
    parts = [part.hours for step in way for part in step.parts]
    check(wide.mean_h, sum(parts))
    check(wide.sd_h, sum(hours**2 for hours in parts) ** 0.5)


def test_work_that_takes_longer_than_the_hours_is_waited_for():
    """Fifty boxes at ten a day are five days, whatever a box takes alone."""
    stream = Stream(good="boxes", start="B", end="C", units_per_week=1, batch=50)
    found = simulate(counter(10), [stream], months=60, replications=2).streams[0]
    assert found.p10_h.value == pytest.approx(120)


def test_nothing_is_lost():
    outcome = simulate(network(**BUSY), STREAMS, months=4, replications=5, seed=1)
    for stream in outcome.streams:
        came = stream.sent_units + stream.under_way_before_units
        assert came == pytest.approx(stream.delivered_units + stream.under_way_units)
        assert 0 < stream.under_way_units < stream.sent_units
        assert sum(month.units for month in stream.months) == pytest.approx(stream.delivered_units * 5)
    assert simulate(network(**BUSY), STREAMS, months=1, warm_up=0).stream("east").under_way_before_units == 0


def test_whatever_sets_out_arrives_when_no_more_comes():
    """Run until nothing moves, with the consignments of the first half alone."""
    net, span = network(**BUSY), calendar(date(2026, 1, 1), 12, 0)
    world = Replication(planned(net, resolved(net, STREAMS)), span, Spread(), seed=3, number=0)
    for stream in world.streams:
        kept = sum(time < span.until_h / 2 for time in stream.times)
        del stream.times[kept:], stream.drawn[kept:]
    world.run(span.until_h)
    split = 0
    for stream in world.streams:
        sent = len(stream.times) * stream.plan.batch
        assert sum(row[2] for row in stream.delivered) == pytest.approx(sent)
        assert all(row[1] == pytest.approx(sum(row[3:])) for row in stream.delivered)
        split += len(stream.delivered) - len(stream.times)
    assert split > 0  # trains that two ferries shared
    assert not any(each.queue for each in (*world.servers, *world.stops))


def test_the_same_seed_says_the_same_by_one_process_and_by_two():
    runs = [
        msgspec.json.encode(
            simulate(network(**BUSY), STREAMS, months=2, replications=3, seed=seed, processes=processes)
        )
        for seed, processes in ((5, 1), (5, 2), (6, 1))
    ]
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_a_stream_more_leaves_others_as_they_were_where_they_do_not_meet():
    alone = simulate(network(), STREAMS[:1], months=2, replications=2)
    both = simulate(network(), STREAMS[1::-1], months=2, replications=2)
    assert alone.stream("east") == both.stream("east")


def test_passengers_of_a_vessel_arrive_together():
    net, span = network(services=FERRY), calendar(date(2026, 1, 1), 3, 0)
    streams = [Stream(good="boxes", start="B", end="C", units_per_week=300, batch=10)]
    world = Replication(planned(net, resolved(net, streams)), span, Spread(), seed=3, number=0)
    world.run(span.until_h)
    moving = {}
    for _, hours, _, *spent in world.streams[0].delivered:
        moving.setdefault(round(spent[0] + spent[1], 9), []).append(hours)
    assert len(moving) <= 3 * 31 / 7 * 5 + 2  # as many voyages as departures
    assert max(map(len, moving.values())) > 3


# -- ways and errors -------------------------------------------------------------------------------


def test_the_cheapest_way_is_that_of_networkx():
    rng = np.random.default_rng(6)
    places = [f"P{n}" for n in range(15)]
    pairs = {tuple(sorted(rng.choice(15, 2, replace=False))) for _ in range(40)}
    legs = [
        {
            "code": f"{a}-{b}-{mode}",
            "start": places[a],
            "end": places[b],
            "mode": mode,
            "distance_km": rng.integers(1, 900),
        }
        for a, b in sorted(pairs)
        for mode in ("road", "air")
    ]
    handling = {"kind": "city", "start": "road", "end": "air", "form": "*", "hours": 5}
    steps = graph(net := made(legs, handlings=[handling]), net.good("boxes"))
    costs = steps.weights[:, 1] + 3.0 * steps.weights[:, 0]
    plain = networkx.MultiDiGraph()
    for tail, head, weight in zip(steps.tail, steps.head, costs, strict=True):
        plain.add_edge(tail, head, cost=weight)
    for start, end in ((0, 14), (3, 7), (9, 2)):
        way = cheapest(steps, places[start], places[end], usd_per_t_h=3.0)
        best = networkx.shortest_path_length(
            plain, steps.door(places[start]), steps.delivered(places[end]), "cost"
        )
        assert sum(s.criteria.usd + 3.0 * s.criteria.hours for s in way) == pytest.approx(best)


def test_a_way_can_be_given():
    net = network()
    way = cheapest(graph(net, net.good("boxes")), "A", "D")
    stream = Stream(good="boxes", way=way, t_per_week=500)
    outcome = simulate(net, [stream], months=1, replications=1)
    assert outcome.streams[0].code == "boxes A-D"
    assert outcome.streams[0].start == "A"
    assert outcome.streams[0].sent_units % 50 == 0
    with pytest.raises(BadSetting, match="gap"):
        simulate(net, [Stream(good="boxes", way=(*way[:1], *way[2:]), t_per_week=1)])
    with pytest.raises(BadSetting, match="must begin with loading"):
        simulate(net, [Stream(good="boxes", way=way[1:], t_per_week=1)])


def test_the_shipped_network_can_be_simulated():
    net = shipped()
    streams = demanded(net)[::6]
    if not streams:
        pytest.skip("no demands are packaged")
    outcome = simulate(net, streams, months=2, replications=1)
    seen = [stream for stream in outcome.streams if stream.consignments]
    assert len(outcome.streams) == len(streams)
    assert len(seen) > len(streams) / 2
    for stream in seen:
        assert 0 < stream.p10_h.value <= stream.p50_h.value <= stream.p90_h.value
        assert sum(stream.spent_h.values()) == pytest.approx(stream.mean_h.value)
    assert msgspec.json.decode(msgspec.json.encode(outcome), type=Outcome) == outcome


def test_demands_are_streams():
    net = network(demands="good,start,end,t,source\nore,A,C,876600,made\n")
    outcome = simulate(net, demanded(net, share=0.5), replications=4)
    assert outcome.streams[0].sent_units == pytest.approx(876600 / 2, rel=0.1)


@pytest.mark.parametrize(
    ("stream", "tables", "fault", "words"),
    [
        ({"end": "D"}, {"handlings": "kind,start,end,form,hours,source\nport,door,sea,*,0,made\n"},
         Unreachable, r"no way leads Containers from Alpha \(A\) to Delta .* nearest .* to Beta"),
        ({"end": "Z"}, {}, NotInNetwork, "'Z'"),
        ({"good": "gold"}, {}, NotInNetwork, "gold"),
        ({"units_per_week": 0}, {}, BadSetting, "0 t and 0 units a week"),
        ({"units_per_week": -3}, {}, BadSetting, "-3 units"),
        ({"t_per_week": 3}, {}, BadSetting, "one of the two"),
        ({"batch": -1}, {}, BadSetting, "-1 units"),
        ({}, {"limits": "code,name,on,capacity,source\ntrack,Track,leg:A-B,0,made\n"},
         Infeasible, "leg:A-B, whose limit track .* widen it"),
        ({}, {"services": "code,name,legs,per_week,source\nF,Ferry,B-C,0,made\n"}, Infeasible, "service F"),
        ({}, {"closures": "on,months,share,mean_h,source\nleg:A-B,1,0.5,0,made\n"}, BadSetting, "leg:A-B"),
        ({"batch": 0.0001}, {}, TooLarge, "larger batches"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named(stream, tables, fault, words):
    given = {"good": "boxes", "start": "A", "end": "D", "units_per_week": 100} | stream
    with pytest.raises(fault, match=words):
        simulate(network(**tables), [Stream(**given)], months=1, replications=1)


def test_settings_that_cannot_be_are_named():
    with pytest.raises(BadSetting, match="0 months"):
        simulate(network(), STREAMS, months=0)
    with pytest.raises(BadSetting, match="called 'east'"):
        simulate(network(), [STREAMS[0], STREAMS[0]])
    with pytest.raises(BadSetting, match="no stream uses a server 'limit:x'"):
        simulate(network(), STREAMS, servers={"limit:x": 2})
    with pytest.raises(NotInNetwork, match="east, west, ore"):
        simulate(network(), STREAMS, months=1, replications=1).stream("nobody")


def test_a_month_in_which_nothing_arrives_has_no_hours():
    stream = Stream(good="boxes", start="A", end="D", units_per_week=0.01, batch=50)
    found = simulate(network(), [stream], months=1, replications=1, warm_up=0).streams[0]
    assert (found.mean_h.value, found.months[0].p50_h, found.consignments) == (None, None, 0)
    assert msgspec.json.encode(found)
