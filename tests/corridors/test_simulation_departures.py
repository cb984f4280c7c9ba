"""Services and closings: when one can leave, and how long that takes."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from corridors.made_queues import check, network
from sarai.corridors.simulation import Spread, Stream, simulate
from sarai.corridors.simulation.calendar import calendar
from sarai.corridors.simulation.departures import departures
from sarai.corridors.simulation.plan import StopPlan
from sarai.corridors.simulation.queues import Stop
from sarai.corridors.simulation.weather import Timeline, closings, together
from sarai.corridors.tables import Closure

simpy = pytest.importorskip("simpy")
FIXED = Spread(hours="fixed")
OPEN_H = 6 + 80 + 24 + 20 + 12 + 24 + 20 + 6  # of the made network, without waiting


def ferry(per_week: float, units: float = 0, days: str = "") -> str:
    return f"code,name,legs,per_week,units,days,source\nF,Ferry,B-C,{per_week},{units},{days},made\n"


def through(spread: Spread = FIXED, replications: int = 20, load: float = 50, **tables: str):
    stream = Stream(good="boxes", start="A", end="D", units_per_week=load, batch=1)
    return simulate(network(**tables), [stream], months=6, replications=replications, seed=11, spread=spread)


@pytest.mark.parametrize("per_week", [1, 3.5])
def test_an_even_headway_is_waited_for_by_half(per_week):
    outcome = through(services=ferry(per_week))
    check(outcome.queue("service:F B>C").mean_wait_h, 84 / per_week)
    check(outcome.streams[0].sd_h, 168 / per_week / 12**0.5)


def test_an_exponential_headway_is_waited_for_whole():
    outcome = through(Spread(hours="fixed", headways="exponential"), services=ferry(3.5))
    check(outcome.queue("service:F B>C").mean_wait_h, 48)
    check(outcome.streams[0].sd_h, 48)


def test_weekdays_are_waited_for_by_their_gaps():
    outcome = through(services=ferry(2, days="Mon Thu"))
    check(outcome.queue("service:F B>C").mean_wait_h, (72**2 + 96**2) / 2 / 168)


def test_services_leave_on_their_weekdays():
    months = calendar(date(2026, 3, 1), 2, 1)
    stop = StopPlan("F", 2, (0, 3), 0, -1)
    times = departures(np.random.default_rng(1), stop, months, FIXED, None)
    assert all(date.fromordinal(months.begins.toordinal() + int(t // 24)).weekday() in (0, 3) for t in times)
    assert times[-1] > months.until_h
    assert np.diff(times) == pytest.approx(np.resize(np.diff(times)[:2], len(times) - 1))


def test_a_berth_at_a_time_on_a_clock_is_slotted_md1():
    """Departures with room for one are slots: half of one, and what Pollaczek and Khinchine say."""
    load, slot_h = 0.7, 24.0
    outcome = through(services=ferry(7, units=1), load=7 * load)
    check(outcome.queue("service:F B>C").mean_wait_h, slot_h / 2 + load * slot_h / (2 * (1 - load)))


def test_a_berth_at_random_times_is_mm1():
    load, slot_h = 0.6, 24.0
    spread = Spread(hours="fixed", headways="exponential")
    outcome = through(spread, services=ferry(7, units=1), load=7 * load, replications=60)
    check(outcome.queue("service:F B>C").mean_wait_h, slot_h / (1 - load))


# -- closings --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("months", "share", "mean_h"), [("11 12", 0.5, 30), ("1 2 11", 0.15, 72), ("3", 1, 5)]
)
def test_closed_for_the_share_of_the_table(months, share, mean_h):
    closure = Closure(on="place:B", months=months, share=share, mean_h=mean_h, source="made")
    span = calendar(date(2026, 1, 1), 12, 1)
    rng = np.random.default_rng(4)
    histories = [together([closings(rng, closure, span)]).closed_h(span.edges_h[1:]) for _ in range(400)]
    shares = np.array(histories) / span.counted_h
    expected = np.array([share if str(n) in months.split() else 0.0 for n in range(1, 13)])
    error = shares.std(axis=0) / 400**0.5
    assert np.all(np.abs(shares.mean(axis=0) - expected) <= 4 * error + 1e-12)


def test_closings_last_as_the_table_says():
    closure = Closure(on="x", months=" ".join(map(str, range(1, 13))), share=0.3, mean_h=20, source="made")
    span = calendar(date(2026, 1, 1), 600, 0)
    found = closings(np.random.default_rng(2), closure, span)
    lasts = np.diff(np.array([(t.begins, t.ends) for t in [together([found])]])[0], axis=0)[0]
    assert lasts.mean() == pytest.approx(20, abs=4 * 20 / len(lasts) ** 0.5)
    assert lasts.std() == pytest.approx(20, rel=0.05)


def test_an_outcome_tells_how_long_was_closed():
    closures = "on,months,share,mean_h,cause,source\nplace:B,11 12,0.5,48,wind,made\n"
    outcome = through(closures=closures, load=5)
    assert outcome.closures[0].expected == 0.0  # the first half of the year
    assert outcome.closures[0].share.value == 0.0
    stream = Stream(good="boxes", start="A", end="D", units_per_week=5, batch=1)
    outcome = simulate(
        network(closures=closures), [stream], start=date(2026, 11, 5), months=2, replications=40
    )
    assert outcome.months == ("2026-11", "2026-12")
    assert outcome.closures[0].expected == pytest.approx(0.5)
    check(outcome.closures[0].share, 0.5)


def test_a_closed_leg_is_waited_for_as_its_step_says():
    """Who comes at any time finds it closed by its share, and then waits a mean closing."""
    every = " ".join(map(str, range(1, 13)))
    outcome = through(closures=f"on,months,share,mean_h,source\nleg:B-C,{every},0.25,40,made\n")
    stream = outcome.streams[0]
    check(stream.mean_h, OPEN_H + 0.25 * 40)
    assert stream.spent_h["closed"] == pytest.approx(stream.mean_h.value - OPEN_H)
    assert stream.expected_h == pytest.approx(OPEN_H + 10)


def test_no_vessel_leaves_a_closed_port():
    shut = Timeline([(10.0, 100.0), (150.0, 151.0)])
    span = calendar(date(2026, 1, 1), 1, 0)
    stop = StopPlan("F", 7, (), 0, 0)
    times = departures(np.random.default_rng(1), stop, span, FIXED, shut)
    free = departures(np.random.default_rng(1), stop, span, FIXED, None)
    assert not [t for t in times if 10 <= t < 100 or 150 <= t < 151]
    lost = [t for t in free if 10 <= t < 100]
    assert len(lost) > 2
    assert len(times) == len(free) - len(lost) + 1  # one leaves late, the others not at all
    assert 100.0 in times


def test_timelines_agree_with_a_plain_search():
    rng = np.random.default_rng(9)
    pairs = [(b, b + rng.exponential(3)) for b in rng.uniform(0, 100, 30)]
    line = together([pairs[:10], pairs[10:]])

    def plainly(time: float) -> float:
        while inside := [end for begin, end in pairs if begin <= time < end]:
            time = max(inside)
        return time

    times = rng.uniform(-1, 110, 200)
    assert [line.open_at(t) for t in times] == [plainly(t) for t in times]
    assert line.opened(times).tolist() == [plainly(t) for t in times]
    grid = np.linspace(0, 110, 200_001)
    shut = np.mean([line.open_at(t) > t for t in grid[::10]]) * 110
    assert line.closed_h([0, 110])[0] == pytest.approx(shut, abs=0.1)


# -- vessels ---------------------------------------------------------------------------------------


def boarded(times: list[float], room: float, come: list[tuple[float, int, float]], claims=()) -> list:
    """Who got aboard when: (time, name, units), of those that come at a time with a priority and units."""
    env = simpy.Environment()
    stop = Stop(env, times, room)
    found = []

    def wait(name, event):
        while event is not None:
            berth = yield event
            found.append((env.now, name, berth.units))
            event = berth.rest

    def arrive(name, at, priority, units):
        yield env.timeout(at)
        env.process(wait(name, stop.join(priority, units)))

    def claim(at, units):
        yield env.timeout(at)
        stop.claim(units)

    for name, each in enumerate(come):
        env.process(arrive(name, *each))
    for each in claims:
        env.process(claim(*each))
    env.run(until=1000)
    return found


def test_who_does_not_fit_waits_for_the_next():
    assert boarded([10, 20, 30], 5, [(1, 0, 3), (2, 0, 4), (3, 0, 2)]) == [
        (10, 0, 3), (10, 1, 2), (20, 1, 2), (20, 2, 2),
    ]  # fmt: skip


def test_priority_goes_aboard_first():
    assert boarded([10, 20], 5, [(1, 2, 5), (2, 1, 5)]) == [(10, 1, 5), (20, 0, 5)]


def test_who_stays_aboard_takes_room():
    assert boarded([10, 20, 30], 5, [(1, 0, 5)], claims=[(2, 4)]) == [(10, 0, 1), (20, 0, 4)]
    assert boarded([10, 20, 30], 5, [(12, 0, 5)], claims=[(2, 9)]) == [(20, 0, 1), (30, 0, 4)]
    assert boarded([10, 20, 30], 5, [(22, 0, 5)], claims=[(2, 9)]) == [(30, 0, 5)]


def test_vessels_carry_all_that_comes_and_no_more_than_they_hold():
    rng = np.random.default_rng(8)
    drawn = (rng.uniform(0, 500, 60), rng.integers(0, 3, 60), rng.uniform(0.1, 9, 60))
    come = [(float(at), int(priority), float(units)) for at, priority, units in zip(*drawn, strict=True)]
    times = sorted(rng.uniform(0, 990, 200).tolist())
    found = boarded(times, 4, come)
    for name, (at, _, units) in enumerate(come):
        mine = [(when, part) for when, who, part in found if who == name]
        assert sum(part for _, part in mine) == pytest.approx(units)
        assert min(when for when, _ in mine) >= at
    for time in times:
        assert sum(part for when, _, part in found if when == time) <= 4 + 1e-6
