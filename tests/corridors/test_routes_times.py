"""A way by date, against a calendar, and against journeys drawn one by one."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import msgspec
import numpy as np
import pytest

from corridors import made
from sarai.corridors import Unreachable
from sarai.corridors.graph import graph
from sarai.corridors.routes import Path, Timetable, k_best, timetable
from sarai.goods import BadSetting

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
OVER = [{"place": "B", "start": "road", "end": "ferry", "form": "*", "hours": 10, "hours_low": 10,
         "hours_high": 10}]  # fmt: skip


def line(days="Mon Thu", closures=(), **more):
    """A - B by road (24 h), B - C by ferry (10 h), the ferry on certain days."""
    service = {"code": "F", "name": "Ferry", "legs": "B-C-ferry", "per_week": 2, "days": days}
    return made.network(
        [made.leg("A", "B", "road", 1200), made.leg("B", "C", "ferry", 200)],
        handlings=OVER, services=[service], closures=closures, **more,
    )  # fmt: skip


def times(network, departure, end="C"):
    each = graph(network, network.good("boxes"))
    return timetable(each, k_best(each, "A", end, 1)[0], departure)


def test_a_fixed_day_is_waited_for():
    found = times(line(), MONDAY)
    first, port, last = found.stops
    assert (first.place, first.leaves, first.onward) == ("A", MONDAY, "road")
    assert port.arrives == MONDAY + timedelta(hours=24)
    assert port.leaves == datetime(2026, 3, 5, tzinfo=UTC)  # a Thursday
    assert port.leaves.strftime("%a") == "Thu" and port.onward == "Ferry" and port.waits_h == 38
    assert last.arrives == found.planned == datetime(2026, 3, 5, 10, tzinfo=UTC)


@pytest.mark.parametrize("hours", range(0, 168, 7))
def test_departures_are_on_the_days_said_and_none_is_passed_by(hours):
    port = times(line(), MONDAY + timedelta(hours=hours)).stops[1]
    ready = port.arrives + timedelta(hours=10)
    days = [ready.replace(hour=0, minute=0) + timedelta(days=day) for day in range(9)]
    assert port.leaves == min(day for day in days if day >= ready and day.strftime("%a") in ("Mon", "Thu"))


def test_who_is_ready_at_the_hour_of_departure_goes_along():
    port = times(line(days="Tue"), datetime(2026, 3, 1, 14, tzinfo=UTC)).stops[1]
    assert port.leaves == datetime(2026, 3, 3, tzinfo=UTC) and port.waits_h == 0


def test_who_is_late_by_rounding_goes_along():
    """Seven times 100 km at 70 km/h are ten hours, and a microsecond more as each is rounded."""
    places = ["A", *(f"M{at}" for at in range(6)), "B"]
    network = made.network(
        [*(made.leg(*pair, "road", 100) for pair in pairwise(places)), made.leg("B", "C", "ferry", 200)],
        handlings=OVER, paces=[{"mode": "road", "speed_kmh": 70}, {"mode": "ferry", "speed_kmh": 20}],
        services=[{"code": "F", "name": "Ferry", "legs": "B-C-ferry", "per_week": 1, "days": "Tue"}],
    )  # fmt: skip
    port = times(network, datetime(2026, 3, 2, 4, tzinfo=UTC)).stops[-2]
    assert port.leaves == datetime(2026, 3, 3, tzinfo=UTC)


def test_without_days_half_the_time_between_departures_is_waited():
    port = times(line(days=""), MONDAY).stops[1]
    assert port.leaves == MONDAY + timedelta(hours=24 + 10 + 42)


def test_the_month_is_that_in_which_the_goods_are_there():
    closures = [{"on": "service:F", "months": "3", "share": 0.5, "mean_h": 40}]
    network = line(days="", closures=closures)
    in_february = times(network, datetime(2026, 2, 10, tzinfo=UTC))
    at_its_end = times(network, datetime(2026, 2, 27, tzinfo=UTC))
    assert in_february.planned - in_february.departure == timedelta(hours=24 + 10 + 42 + 10)
    assert at_its_end.planned - at_its_end.departure == timedelta(hours=24 + 10 + 42 + 10 + 20)


def test_what_is_closed_all_month_is_waited_for():
    closures = [{"on": "leg:B-C-ferry", "months": "12 1 2", "share": 1, "mean_h": 700}]
    found = times(line(days="", closures=closures), datetime(2025, 12, 20, tzinfo=UTC))
    assert found.stops[1].leaves == datetime(2026, 3, 1, tzinfo=UTC)
    assert found.planned == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert found.p10 >= datetime(2026, 3, 1, tzinfo=UTC)


def test_who_is_on_the_way_when_it_closes_arrives():
    closures = [{"on": "leg:B-C-ferry", "months": "12 1 2", "share": 1, "mean_h": 700}]
    found = times(line(days="", closures=closures), datetime(2025, 11, 27, 14, tzinfo=UTC))
    assert found.stops[1].leaves == datetime(2025, 11, 30, 18, tzinfo=UTC)
    assert found.planned == datetime(2025, 12, 1, 4, tzinfo=UTC)


def test_what_is_closed_in_every_month_is_an_error():
    open_network = line(days="")
    each = graph(open_network, open_network.good("boxes"))
    path = k_best(each, "A", "C", 1)[0]
    months = " ".join(map(str, range(1, 13)))
    shut = line(days="", closures=[{"on": "leg:B-C-ferry", "months": months, "share": 1}])
    whole = msgspec.structs.replace(each, network=shut)
    with pytest.raises(Unreachable, match="leg B-C-ferry is closed in every month"):
        timetable(whole, path, MONDAY)


@pytest.mark.parametrize(("days", "off"), [("Mon Thu", 0.02), ("Wed", 0.02), ("", 0.12)])
def test_intervals_are_those_of_journeys_drawn_one_by_one(days, off):
    """Without days, most of this spread is one even wait, which a lognormal fits only so far."""
    network = line(days=days, paces=[{"mode": "road", "speed_kmh": 50, "speed_kmh_low": 35,
                                      "speed_kmh_high": 80}, {"mode": "ferry", "speed_kmh": 20}])  # fmt: skip
    each = graph(network, network.good("boxes"))
    path = k_best(each, "A", "C", 1)[0]
    found = timetable(each, path, MONDAY)
    drawn = journeys(each, path, days, np.random.default_rng(1), 40_000)
    ours = [(each - MONDAY).total_seconds() / 3600 for each in (found.p10, found.p50, found.p90)]
    assert ours == pytest.approx(np.quantile(drawn, [0.1, 0.5, 0.9]), rel=off)


def journeys(each, path, days, rng, count):
    """Hours from Monday on, each part drawn by itself; who misses a day waits for the next."""
    hours = np.zeros(count)
    fixed = [24 * ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].index(day) for day in days.split()]
    leaves = np.array(sorted(day + 168 * week for week in range(8) for day in fixed))
    for step in path.along(each):
        for part in step.parts:
            if part.why == "waiting" and len(leaves):
                hours = leaves[np.searchsorted(leaves, hours)]
            elif part.why == "waiting":
                hours = hours + rng.uniform(0, 2 * part.hours, count)
            elif part.variance_h2:
                sigma = math.sqrt(math.log1p(part.variance_h2 / part.hours**2))
                hours = hours + rng.lognormal(math.log(part.hours) - sigma**2 / 2, sigma, count)
            else:
                hours = hours + part.hours
    return hours


def test_a_timetable_is_ordered_and_the_same_each_time():
    for seed in range(4):
        network = made.random_network(np.random.default_rng(seed), 15, 30)
        each = graph(network, network.good("boxes"))
        path = k_best(each, "P000", "P014", 1)[0]
        found = timetable(each, path, MONDAY)
        assert found == timetable(each, path, MONDAY)
        assert all(one.arrives <= one.leaves for one in found.stops)
        assert all(a.leaves <= b.arrives for a, b in zip(found.stops, found.stops[1:], strict=False))
        assert all(one.early <= one.late for one in found.stops)
        assert found.p10 <= found.p50 <= found.p90
        hours = (found.planned - found.departure).total_seconds() / 3600
        assert hours == pytest.approx(path.criteria.hours, abs=30)  # closures of a month, not the year


def test_a_timetable_goes_through_json_unchanged():
    found = times(line(), MONDAY)
    assert msgspec.json.decode(msgspec.json.encode(found), type=Timetable) == found


def test_times_are_told_in_utc():
    zone = timezone(timedelta(hours=5))
    assert times(line(), MONDAY.astimezone(zone)) == times(line(), MONDAY)
    with pytest.raises(BadSetting, match="departure 2026-03-02T00:00:00 has no zone"):
        times(line(), datetime(2026, 3, 2))


def test_a_day_that_is_none_is_named():
    with pytest.raises(BadSetting, match="service F leaves on 'Montag'; write days as Mon Tue"):
        times(line(days="Montag"), MONDAY)


def test_a_path_of_steps_can_be_given_by_hand():
    network = line()
    each = graph(network, network.good("boxes"))
    best = k_best(each, "A", "C", 1)[0]
    assert timetable(each, Path(best.steps, best.criteria), MONDAY) == timetable(each, best, MONDAY)
