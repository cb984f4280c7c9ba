"""Queues against what queueing theory says of them, within four standard errors of sampling."""

from __future__ import annotations

from math import factorial, log

import numpy as np
import pytest

from corridors.made_queues import check, counter, network
from sarai.corridors.simulation import Outcome, Spread, Stream, simulate
from sarai.corridors.simulation.queues import Server
from sarai.corridors.simulation.weather import Timeline

simpy = pytest.importorskip("simpy")
WHERE = "handling:B:door:sea:*"
RATE = 24.0  # units a day: an hour for each
EXPONENTIAL = Spread(service="exponential")


def queue_of(
    loads: dict[int, float], spread: Spread = EXPONENTIAL, servers: int = 1, months: int = 20
) -> Outcome:
    """A counter with a stream for each priority, that asks for so much of it."""
    streams = [
        Stream(
            good="ore", start="B", end="C", units_per_week=168 * load, batch=1, priority=rank, code=f"{rank}"
        )
        for rank, load in loads.items()
    ]
    return simulate(
        counter(RATE), streams, months=months, replications=4, warm_up=2, spread=spread, seed=7,
        servers={WHERE: servers},
    )  # fmt: skip


def erlang_c(servers: int, load: float) -> float:
    """The probability that who comes must wait; `load` in erlangs."""
    last = load**servers / factorial(servers) * servers / (servers - load)
    return last / (sum(load**n / factorial(n) for n in range(servers)) + last)


@pytest.mark.parametrize("load", [0.3, 0.7])
def test_one_exponential_server_is_mm1(load):
    outcome = queue_of({0: load})
    queue, stream = outcome.queue(WHERE), outcome.stream("0")
    check(queue.mean_wait_h, load / (1 - load))
    check(queue.utilisation, load)
    check(queue.mean_queue, load**2 / (1 - load))
    sojourn_h = 1 / (1 - load)  # exponential
    check(stream.mean_h, sojourn_h)
    check(stream.sd_h, sojourn_h)
    check(stream.p10_h, -log(0.9) * sojourn_h)
    check(stream.p50_h, log(2) * sojourn_h)
    check(stream.p90_h, log(10) * sojourn_h)


@pytest.mark.parametrize(("servers", "load"), [(2, 0.7), (5, 0.8)])
def test_several_servers_are_mmc(servers, load):
    outcome = queue_of({0: load}, servers=servers)
    waits = erlang_c(servers, servers * load) / (1 - load)  # each works at a rate of 1 / servers
    check(outcome.queue(WHERE).mean_wait_h, waits)
    check(outcome.queue(WHERE).utilisation, load)
    check(outcome.stream("0").mean_h, waits + servers)


@pytest.mark.parametrize("load", [0.5, 0.8])
def test_fixed_service_is_md1(load):
    outcome = queue_of({0: load}, Spread(service="fixed"))
    check(outcome.queue(WHERE).mean_wait_h, load / (2 * (1 - load)))  # Pollaczek and Khinchine


def test_batches_of_two_sizes_are_mg1():
    """Pollaczek and Khinchine again, with service of two lengths."""
    sizes, load = (1.0, 5.0), 0.7
    streams = [
        Stream(good="ore", start="B", end="C", units_per_week=168 * load / 2, batch=batch, code=f"{batch}")
        for batch in sizes
    ]
    outcome = simulate(
        counter(RATE), streams, months=20, replications=4, warm_up=2, seed=3, spread=Spread(service="fixed")
    )
    second = sum(load / 2 / batch * batch**2 for batch in sizes)  # rate times the second moment
    check(outcome.queue(WHERE).mean_wait_h, second / (2 * (1 - load)))


def test_priorities_wait_as_cobham_says():
    loads = {1: 0.3, 2: 0.25, 5: 0.25}
    outcome = queue_of(loads)
    residual, before = sum(loads.values()), 0.0
    for rank, load in loads.items():
        wait_h = residual / ((1 - before) * (1 - before - load))
        before += load
        check(outcome.stream(str(rank)).mean_h, wait_h + 1)
    check(outcome.queue(WHERE).mean_wait_h, residual / (1 - residual))  # conserved over priorities


def test_equal_priorities_are_served_in_turn():
    fixed = Spread(service="fixed")
    in_turn = queue_of({0: 0.8}, fixed, months=5).stream("0")
    behind = queue_of({0: 0.4, 1: 0.4}, fixed, months=5).stream("1")
    assert in_turn.sd_h.value < behind.sd_h.value


@pytest.mark.parametrize("servers", [1, 3])
def test_a_server_in_turn_does_what_one_by_priority_does_among_equals(servers):
    def visits(in_turn: bool) -> np.ndarray:
        env, rng = simpy.Environment(0.0), np.random.default_rng(5)
        server = Server(env, servers, Timeline([(20.0, 31.0), (70.0, 75.0)]), in_turn)

        def source():
            for gap, work in rng.exponential((1.0, servers), (200, 2)):
                yield env.timeout(gap)
                server.enter(0, work, 1.0)

        env.process(source())
        env.run()
        return np.array(server.visits)

    one, other = visits(in_turn=True), visits(in_turn=False)
    assert one == pytest.approx(other, abs=1e-6)
    assert (one[:, 1] > one[:, 0]).sum() > 50
    assert not [began for began in one[:, 1] if 20 <= began < 31 - 1e-6 or 70 <= began < 75 - 1e-6]


def test_limits_of_a_line_are_a_headway():
    """A single track for 8766 trains a year has one an hour: M/D/1 for who comes at random."""
    line = network(limits="code,name,on,capacity,unit,source\ntrack,Track,leg:A-B>,8766,train,made\n")
    load = 0.6
    stream = Stream(good="boxes", start="A", end="D", units_per_week=50 * 168 * load)
    outcome = simulate(line, [stream], months=12, replications=4, seed=2)
    queue = outcome.queue("limit:track")
    assert queue.load == pytest.approx(load)
    check(queue.mean_wait_h, load / (2 * (1 - load)))


def test_little_holds_at_every_queue():
    """Consignments that wait are counted apart from how long each waited: L = lambda W."""
    ferry = "code,name,legs,per_week,units,source\nF,Ferry,B-C,7,70,made\n"
    track = "code,name,on,capacity,unit,source\ntrack,Track,leg:A-B,500,train,made\n"
    stream = Stream(good="boxes", start="A", end="D", units_per_week=400)
    outcome = simulate(network(services=ferry, limits=track), [stream], months=24, replications=10, seed=5)
    assert {queue.where for queue in outcome.queues} == {"limit:track", "service:F B>C"}
    for queue in outcome.queues:
        rate = queue.visits / (10 * 730 * 24)
        error = queue.mean_queue.error + rate * queue.mean_wait_h.error
        assert queue.mean_queue.value > 0.5
        assert queue.mean_queue.value == pytest.approx(rate * queue.mean_wait_h.value, abs=error / 2)


def test_more_than_can_be_done_is_told_not_raised():
    outcome = queue_of({0: 0.6, 1: 0.6}, months=6)
    assert outcome.overloaded == (WHERE,)
    assert outcome.queue(WHERE).load == pytest.approx(1.2)
    assert outcome.stream("1").under_way_units > outcome.stream("1").under_way_before_units + 100
    assert queue_of({0: 0.99}, months=1).overloaded == ()


def test_full_vessels_are_overloaded():
    ferry = "code,name,legs,per_week,units,source\nF,Ferry,B-C,2,50,made\n"
    stream = Stream(good="boxes", start="A", end="D", units_per_week=101)
    outcome = simulate(network(services=ferry), [stream], months=6, replications=2)
    assert outcome.overloaded == ("service:F B>C",)
