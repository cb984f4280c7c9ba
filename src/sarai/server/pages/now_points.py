"""Where consignments are at a moment, and how they fare: points for a map, never quantities of the book.

A seal tells where it is. Between its words, and without one, goods are taken to go straight on by time:
that is said beside each point, and no more is claimed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sarai.corridors.learnt import Expected
from sarai.ledger.rows import to_us
from sarai.server.access import Eyes, Scope, sees_consigned
from sarai.server.pages.now_roll import Roll
from sarai.server.streams import place_of
from sarai.server.streams.course import Course
from sarai.server.streams.sealing import sealed, worst
from sarai.watch.memory.places import Point as Spot

ON_TIME, LATE, ALERT = "on-time", "late", "alert"
STATES = (ALERT, LATE, ON_TIME)
"""From what needs somebody first."""

ALARMS = ("broken", "off_route", "silent")
NEVER_THERE = 0.97  # of the way: what has not arrived is not drawn as arrived


class Point(NamedTuple):
    """A consignment on the map.

    Attributes
    ----------
    heard
        When a seal told where it is, microseconds; 0 if the place is reckoned from the papers alone.
    alert
        Of it; empty if there is none, or if it is not the visitor's to see.
    arrival
        When it is expected, by what others took; None if nothing is known of its way.
    """

    issuer: str
    number: str
    kind: str
    latitude_deg: float
    longitude_deg: float
    state: str
    origin: str
    destination: str
    deadline: int
    heard: int = 0
    seal: str = ""
    alert: str = ""
    arrival: Expected | None = None


class Motion(NamedTuple):
    """How a consignment moves, as far as is known: straight from ``here`` to ``aim``.

    Attributes
    ----------
    since, until
        When it was here, and when it is there at its pace; microseconds. Both the same if it stands still.
    heard
        When a seal told where it is; 0 if that is reckoned from the papers alone.
    seal
        The state of its seals, empty if it has none.
    """

    here: Spot
    aim: Spot
    since: int
    until: int
    heard: int = 0
    seal: str = ""

    def at(self, now: int) -> Spot:
        """Where it is at a moment."""
        if self.until <= self.since:
            return self.here
        share = min(max(0.0, (now - self.since) / (self.until - self.since)), NEVER_THERE)
        return Spot(
            self.here.latitude_deg + (self.aim.latitude_deg - self.here.latitude_deg) * share,
            self.here.longitude_deg + (self.aim.longitude_deg - self.here.longitude_deg) * share,
        )


def points(roll: Roll, eyes: Eyes, now: datetime, *, warn: bool) -> list[Point]:
    """All that somebody may see of what is under way and can be drawn.

    Parameters
    ----------
    warn
        Whether the visitor may know of alerts; else it looks as if there were none.
    """
    now_us = to_us(now)
    with roll.open() as courses:
        found = [
            point(course, moving, now_us, roll.alert(course) if warn else "")._replace(
                arrival=roll.follower.due(course, now)
            )
            for course in courses
            if course.began <= now_us
            and sees_consigned(eyes, course.consigned)
            and (moving := reckoned(course)) is not None
        ]
    return [_seen(eyes, each) for each in found]


def reckoned(course: Course) -> Motion | None:
    """How a consignment moves; reckoned anew only when it has changed."""
    if course.drawn is None:
        course.drawn = (motion(course),)
    return course.drawn[0]


def point(course: Course, moving: Motion, now: int, alert: str = "") -> Point:
    """One consignment at a moment."""
    return Point(
        *course.name, course.kind, *moving.at(now), state_of(course, now, alert, moving.seal),
        course.place, course.destination, course.deadline, moving.heard, moving.seal, alert,
    )  # fmt: skip


def state_of(course: Course, now: int, alert: str, seal: str) -> str:
    """How a consignment fares: an alert or an alarm of its seal, late, or on time."""
    if alert or seal in ALARMS:
        return ALERT
    return LATE if now > course.deadline else ON_TIME


def _seen(eyes: Eyes, point: Point) -> Point:
    """In a summary, with labels; whoever sees a consignment as its own knows its name."""
    if eyes.scope is not Scope.SUMMARY:
        return point
    number = eyes.number(point.issuer, point.number)
    return point._replace(issuer=eyes.party(point.issuer), number=number)


# -- where -----------------------------------------------------------------------------------------


def motion(course: Course) -> Motion | None:
    """How a consignment moves: from where it was heard last at its pace so far, else by its papers.

    None if nothing tells where it is.
    """
    origin, aim = place_of(course.place), place_of(course.destination)
    seal = worst(sealed(telling, course.began).state for telling in course.seals.values())
    last = course.last()
    if last is not None and last[0].point is not None:
        latitude, longitude = last[0].point
        heard, time = Spot(float(latitude), float(longitude)), last[0].time
        until = arrival(origin, course.began, heard, time, aim)
        return Motion(heard, aim or heard, time, until, time, seal)
    here = origin or aim
    if here is None:
        return None
    return Motion(
        here, aim or here, course.began, course.deadline if origin and aim else course.began, 0, seal
    )


def arrival(origin: Spot | None, began: int, heard: Spot, time: int, aim: Spot | None) -> int:
    """When it is there if it goes on as it went so far; ``time`` itself if that cannot be told."""
    if origin is None or aim is None or time <= began:
        return time
    gone = _degrees(origin, heard)
    return time + round((time - began) * _degrees(heard, aim) / gone) if gone else time


def _degrees(one: Spot, other: Spot) -> float:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


# -- ways ------------------------------------------------------------------------------------------


class Way(NamedTuple):
    """How many consignments go from one place to another."""

    origin: str
    destination: str
    count: int


def ways(several: Iterable[Point], most: int) -> list[Way]:
    """The ways that are used, the most used first."""
    counts: dict[tuple[str, str], int] = {}
    for each in several:
        if each.kind == "transit" and place_of(each.origin) and place_of(each.destination):
            counts[each.origin, each.destination] = counts.get((each.origin, each.destination), 0) + 1
    found = [Way(*names, count) for names, count in counts.items() if names[0] != names[1]]
    return sorted(found, key=lambda way: (-way.count, way))[:most]
