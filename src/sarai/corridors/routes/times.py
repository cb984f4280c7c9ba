"""A way by date: when the goods are where, with the departures and closures of the days they come to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
from msgspec import Struct

from sarai.corridors.faults import Unreachable
from sarai.corridors.graph import Graph
from sarai.corridors.graph import graph as graph_of
from sarai.corridors.routes.paths import Path
from sarai.corridors.routes.spread import DISTRIBUTION, Elapsed
from sarai.corridors.steps import WEEK_H, Step
from sarai.corridors.tables import Service
from sarai.goods import BadSetting

__all__ = ["Stop", "Timetable", "timetable"]

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAY_H = 24.0
HOUR_S = 3600.0
SAME_H = 1e-6  # who comes so much late is taken along: it is rounding
SHARES = np.array([0.1, 0.5, 0.9])
Key = tuple[str, str, str, str, str, bool, str]


class Stop(Struct, frozen=True, kw_only=True):
    """A place in a timetable.

    Attributes
    ----------
    place, name : str
    arrives, leaves : datetime
        As planned: everything takes what it is expected to, and no departure is missed. `leaves` of the
        last place is when the goods are delivered.
    early, late : datetime
        Of ten journeys, one arrives before `early` and one after `late`.
    onward : str
        By what they leave: a service's name, or the leg's mode; empty at the end.
    leg : str
        The leg's code; empty at the end.
    waits_h : float
        Of the time there, for a departure, or for something to open.
    """

    place: str
    name: str
    arrives: datetime
    early: datetime
    late: datetime
    leaves: datetime
    onward: str = ""
    leg: str = ""
    waits_h: float = 0.0


class Timetable(Struct, frozen=True, kw_only=True):
    """A way by date, in UTC.

    Attributes
    ----------
    planned : datetime
        When the goods are delivered if all goes as expected.
    p10, p50, p90 : datetime
        When one, five and nine of ten journeys are delivered, missed departures counted in, by
        `distribution`.
    """

    departure: datetime
    stops: tuple[Stop, ...]
    planned: datetime
    p10: datetime
    p50: datetime
    p90: datetime
    distribution: str = f"{DISTRIBUTION}, and to what departures on fixed days make of it"


def timetable(graph: Graph, path: Path, departure: datetime) -> Timetable:
    """When goods that leave at a time are where.

    Services with fixed days leave on these at 00:00 UTC; for others half the time between departures is
    waited. What is closed is that of the month in which the goods are there; what is closed for all of it
    is waited for until the first month that is open.

    Raises
    ------
    BadSetting
        The departure has no zone.
    Unreachable
        Something on the way is closed in every month.
    """
    if departure.tzinfo is None:
        raise BadSetting(f"departure {departure.isoformat()} has no zone; add +00:00, for UTC")
    clock = _Clock(graph, path, departure.astimezone(UTC))
    return clock.run()


class _Clock:
    """Walks along a way: `now` as planned, `elapsed` as it spreads."""

    def __init__(self, graph: Graph, path: Path, departure: datetime) -> None:
        self.graph, self.steps, self.departure = graph, path.along(graph), departure
        self.now, self.elapsed, self.waited_h = departure, Elapsed.none(), 0.0
        self.months: dict[int, dict[Key, Step]] = {}
        self.stops: list[Stop] = []

    def run(self) -> Timetable:
        came, first = (self.departure, self.elapsed), self.steps[0].place
        for step in self.steps:
            if step.kind == "leg":
                self._do(step, leaving=(first, *came))
                leg = self.graph.network.by_leg[step.leg]
                first, came = leg.start if step.backwards else leg.end, (self.now, self.elapsed)
            else:
                self._do(step)
        self._stop(first, *came)
        p10, p50, p90 = self._within(self.elapsed)
        return Timetable(departure=self.departure, stops=tuple(self.stops), planned=_minute(self.now),
                         p10=p10, p50=p50, p90=p90)  # fmt: skip

    def _do(self, step: Step, leaving: tuple[str, datetime, Elapsed] | None = None) -> None:
        """A step, after it is open; before a leg, the stop where it begins is left."""
        step = self._open(step)
        if leaving:
            self._stop(*leaving, step)
        for part in step.parts:
            service = self._service(step)
            if part.why == "waiting" and service and service.days:
                self._leap(_departures(self.departure, service))
                continue
            self.now += timedelta(hours=part.hours)
            self.elapsed = self.elapsed.plus(part.hours, part.variance_h2)
            self.waited_h += part.hours if part.why == "waiting" else 0.0

    def _leap(self, rule: Callable[[np.ndarray], np.ndarray]) -> None:
        """To what is at certain times, as planned and as it spreads."""
        since_h = (self.now - self.departure).total_seconds() / HOUR_S
        wait_h = float(rule(np.array([since_h]))[0]) - since_h
        self.now += timedelta(hours=wait_h)
        self.waited_h += wait_h
        self.elapsed = self.elapsed.through(rule)

    def _open(self, step: Step) -> Step:
        """The step as it is in the month that it is done in; along a leg, after waiting for that month."""
        for _ in range(12):
            found = self._month(self.now.month).get(_key(step), None if step.leg else step)
            if found is not None:
                return found
            opens_h = (_next_month(self.now) - self.departure).total_seconds() / HOUR_S
            self._leap(lambda hours, opens_h=opens_h: np.maximum(hours, opens_h))
        raise Unreachable(f"leg {step.leg} is closed in every month; take another way, or lift its closure")

    def _month(self, month: int) -> dict[Key, Step]:
        """The steps of this way's legs in a month."""
        if month not in self.months:
            network = self.graph.network
            codes = list(dict.fromkeys(step.leg for step in self.steps if step.leg))
            small = network.with_rows(legs=[network.by_leg[code] for code in codes])
            of_month = graph_of(small, self.graph.good, month, asked=codes)
            self.months[month] = {_key(step): step for step in of_month.steps}
        return self.months[month]

    def _service(self, step: Step) -> Service | None:
        return self.graph.network.by_service.get(step.end.removeprefix("service:"))

    def _stop(self, place: str, arrives: datetime, elapsed: Elapsed, step: Step | None = None) -> None:
        network = self.graph.network
        service = self._service(step) if step else None
        early, _, late = self._within(elapsed)
        mode = network.by_leg[step.leg].mode if step else ""
        self.stops.append(
            Stop(
                place=place, name=network.by_place[place].name, arrives=_minute(arrives),
                early=early, late=late, leaves=_minute(self.now),
                onward=service.name if service else mode, leg=step.leg if step else "",
                waits_h=round(self.waited_h, 2),
            )
        )  # fmt: skip
        self.waited_h = 0.0

    def _within(self, elapsed: Elapsed) -> list[datetime]:
        """The times by `SHARES`."""
        hours = elapsed.quantiles(SHARES).tolist()
        return [_minute(self.departure + timedelta(hours=each)) for each in hours]


def _key(step: Step) -> Key:
    """By what a step is the same one in another month."""
    return step.kind, step.place, step.start, step.end, step.leg, step.backwards, step.variant


def _departures(since: datetime, service: Service) -> Callable[[np.ndarray], np.ndarray]:
    """A rule: from hours since a time to those of the next departure."""
    monday = (since - timedelta(days=since.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    start_h = (monday - since).total_seconds() / HOUR_S
    days = np.array(sorted(_weekday(day, service) for day in service.days.split())) * DAY_H

    def rule(hours: np.ndarray) -> np.ndarray:
        weeks = int(np.ceil((hours.max() - start_h) / WEEK_H)) + 2
        leaves = (start_h + np.arange(weeks)[:, None] * WEEK_H + days).ravel()
        return leaves[np.searchsorted(leaves, hours - SAME_H)]

    return rule


def _weekday(day: str, service: Service) -> int:
    if day not in DAYS:
        raise BadSetting(f"service {service.code} leaves on {day!r}; write days as {' '.join(DAYS)}")
    return DAYS.index(day)


def _next_month(now: datetime) -> datetime:
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)


def _minute(time: datetime) -> datetime:
    """To the nearest minute: nothing here is known better."""
    return (time + timedelta(seconds=30)).replace(second=0, microsecond=0)
