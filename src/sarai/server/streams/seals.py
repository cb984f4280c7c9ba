"""Made-up seals: they ride along consignments under way and tell where they are, as real ones would.

What a seal says at a time follows from the seed, its consignment and that time alone: a fleet that is
started anew goes on as if it had never stopped, and what it says twice is the same word.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from typing import Literal, NamedTuple

import msgspec
from msgspec import Struct, field

from sarai.goods import Arrival, Diversion, Document, Exit, Split, Transit
from sarai.server.streams.standing import PlaceOf
from sarai.watch.memory.places import Point, distance_km

MOST_RIDES = 5_000  # as many as move at a time; later ones ride unsealed
OF_DEADLINE = 0.8  # of the time that a carrier has, what it takes
LEAST_H = 1.0  # of any way
HOUR = timedelta(hours=1)
JITTER_DEG = 0.002  # some 200 m: what a receiver errs by


class Incident(Struct, frozen=True, kw_only=True):
    """What is to happen to a seal on its way.

    Attributes
    ----------
    what
        ``silent``: nothing is heard of it, and its operator says so; ``off_route``: it goes straight
        ``toward`` a place, and says so with each position; ``broken``: it says so once.
    at, until
        Shares of the time that the way takes.
    """

    what: Literal["silent", "off_route", "broken"]
    at: float
    until: float = 1.0
    toward: Point | None = None


class Word(NamedTuple):
    """What is to be published, when, and where."""

    time: datetime
    topic: str
    payload: bytes
    event: str = "position"


class Leg(NamedTuple):
    """From a time on, along these points, at this speed."""

    start: datetime
    points: tuple[Point, ...]
    speed_kmh: float


class Ride(Struct, kw_only=True):
    """A seal on a consignment.

    Attributes
    ----------
    hours
        That the whole way takes, wherever it is sent.
    ended
        When it falls silent: at the end of its consignment, or when nobody waits for it any more.
    """

    seal: str
    issuer: str
    number: str
    hours: float
    ended: datetime
    legs: list[Leg] = field(default_factory=list)
    incidents: Sequence[Incident] = ()

    def position(self, time: datetime) -> Point:
        """Where the consignment would be, if it kept to its way."""
        leg = self.leg(time)
        return along(leg.points, leg.speed_kmh * max(0.0, (time - leg.start) / HOUR))

    def leg(self, time: datetime) -> Leg:
        """Where it goes at a time."""
        at = bisect_right([leg.start for leg in self.legs], time) - 1
        return self.legs[max(at, 0)]

    def go(self, time: datetime, points: Sequence[Point]) -> None:
        """From a time on it goes along these points, so as to be there when its way is over."""
        left_h = self.hours - (time - self.legs[0].start) / HOUR if self.legs else self.hours
        self.legs.append(Leg(time, tuple(points), length_km(points) / max(left_h, LEAST_H)))

    def share(self, time: datetime) -> float:
        """Of the time that the way takes, what has passed."""
        return (time - self.legs[0].start) / timedelta(hours=self.hours)

    def time(self, share: float) -> datetime:
        """When that share has passed."""
        return self.legs[0].start + timedelta(hours=self.hours * share)


def along(points: Sequence[Point], km: float) -> Point:
    """The point so many kilometres along a line; its end if that is further than it is long.

    >>> along([Point(0.0, 0.0), Point(0.0, 10.0)], 2_000)
    Point(latitude_deg=0.0, longitude_deg=10.0)
    """
    for one, other in pairwise(points):
        leg_km = distance_km(one, other)
        if km < leg_km:
            return Point(*(round(a + (b - a) * km / leg_km, 6) for a, b in zip(one, other, strict=True)))
        km -= leg_km
    return points[-1]


def length_km(points: Sequence[Point]) -> float:
    """Along the line."""
    return sum(distance_km(one, other) for one, other in pairwise(points))


def _no_incidents(document: Transit) -> Sequence[Incident]:
    return ()


class Plan(NamedTuple):
    """How many hours the way of a transit takes, and until when its seal speaks at the latest."""

    hours: float
    until: datetime


def in_time(document: Transit) -> Plan:
    """The plan of a carrier who needs most of its time; nobody waits for a seal past the deadline."""
    return Plan((document.deadline - document.time) / HOUR * OF_DEADLINE, document.deadline)


def _straight(start: Point, end: Point) -> Sequence[Point]:
    return (start, end)


class Fleet(Struct, kw_only=True):
    """Seals on all consignments that a stream of documents sends on their way.

    Attributes
    ----------
    seed
        The same seed and documents give the same words.
    place_of
        Where places lie; whose place is not known rides unsealed.
    every
        Between two words of a seal.
    incidents_of
        What is to happen to the seals of a transit.
    plan_of
        When a transit will be there, if that is known.
    way_of
        The points of a way between two; straight if not given.
    """

    seed: int
    place_of: PlaceOf
    every: timedelta = timedelta(minutes=15)
    incidents_of: Callable[[Transit], Sequence[Incident]] = _no_incidents
    plan_of: Callable[[Transit], Plan] = in_time
    way_of: Callable[[Point, Point], Sequence[Point]] = _straight
    rides: dict[tuple[str, str], Ride] = field(default_factory=dict)

    # -- following documents -----------------------------------------------------------------------

    def follow(self, document: Document) -> None:
        """A transit sets out with its first seal, is sent elsewhere, or ends."""
        if isinstance(document, Transit):
            self._set_out(document)
        elif isinstance(document, Diversion | Arrival | Exit | Split):
            ride = self.rides.get((document.consignment.issuer, document.consignment.number))
            if ride is not None and isinstance(document, Diversion):
                self._turn(ride, document)
            elif ride is not None:
                ride.ended = min(ride.ended, document.time)

    def _set_out(self, document: Transit) -> None:
        name = document.issuer, document.number
        start, end = self.place_of(document.place), self.place_of(document.destination)
        if not document.seals or start is None or end is None or name in self.rides:
            return
        if len(self.rides) >= MOST_RIDES:
            return
        plan = self.plan_of(document)
        ride = self.rides[name] = Ride(
            seal=document.seals[0], issuer=name[0], number=name[1], ended=plan.until,
            hours=max(plan.hours, LEAST_H), incidents=tuple(self.incidents_of(document)),
        )  # fmt: skip
        ride.go(document.time, self.way_of(start, end))

    def _turn(self, ride: Ride, document: Diversion) -> None:
        end = self.place_of(document.destination)
        if end is not None:
            ride.go(document.time, self.way_of(ride.position(document.time), end))

    # -- speaking ----------------------------------------------------------------------------------

    def words(self, after: datetime, until: datetime) -> list[Word]:
        """All that is said after a time, up to another, in its order. Rides that ended before are let go."""
        said = [word for ride in self.rides.values() for word in self._said(ride, after, until)]
        for name in [name for name, ride in self.rides.items() if ride.ended <= until]:
            del self.rides[name]
        return sorted(said)

    def _said(self, ride: Ride, after: datetime, until: datetime) -> Iterator[Word]:
        began = ride.legs[0].start
        until = min(until, ride.ended)
        first = 0 if began > after else (after - began) // self.every + 1
        for count in range(max(first, 0), (until - began) // self.every + 1):
            word = self._say(ride, count, began + count * self.every)
            if word is not None:
                yield word

    def _say(self, ride: Ride, count: int, time: datetime) -> Word | None:
        """The word of that number, if the seal says one."""
        event, here = "applied" if count == 0 else "position", ride.position(time)
        for incident in ride.incidents:
            begins, ends = ride.time(incident.at), ride.time(incident.until)
            is_first = begins <= time < begins + self.every
            if incident.what == "broken" and is_first:
                event = "broken"
            elif incident.what == "silent" and begins <= time < ends:
                return self._word(ride, count, time, "silent", None) if is_first else None
            elif incident.what == "off_route" and begins <= time < ends and incident.toward:
                gone_km = ride.leg(begins).speed_kmh * ((time - begins) / HOUR)
                here = along((ride.position(begins), incident.toward), gone_km)
                event = "off_route"
        return self._word(ride, count, time, event, here)

    def _word(self, ride: Ride, count: int, time: datetime, event: str, here: Point | None) -> Word:
        said: dict[str, object] = {
            "number": count, "time": time, "event": event, "seal": ride.seal,
            "consignment": {"issuer": ride.issuer, "number": ride.number},
        }  # fmt: skip
        if here is not None:
            east, north = self._errors(ride, count)
            said["latitude_deg"] = round(here.latitude_deg + north, 5)
            said["longitude_deg"] = round(here.longitude_deg + east, 5)
        return Word(time, f"sarai/seals/{ride.seal}/events", msgspec.json.encode(said), event)

    def _errors(self, ride: Ride, count: int) -> tuple[float, float]:
        """What the receiver errs by, out of the seed."""
        name = f"{self.seed} {ride.issuer} {ride.number} {count}".encode()
        digest = sha256(name).digest()
        east, north = (int.from_bytes(digest[at : at + 4]) / 2**31 - 1 for at in (0, 4))
        return east * JITTER_DEG, north * JITTER_DEG
