"""Made-up seals: they ride along consignments under way and tell where they are, as real ones would.

What a seal says at a time follows from the seed, its consignment and that time alone: a fleet that is
started anew goes on as if it had never stopped, and what it says twice is the same word.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from typing import Literal, NamedTuple

import msgspec
from msgspec import Struct, field

from sarai.goods import Arrival, Diversion, Document, Exit, Transit
from sarai.server.streams.feeder import obey_cancellation
from sarai.server.streams.standing import PlaceOf
from sarai.watch.memory.places import Point, distance_km

MOST_RIDES = 5_000  # as many as move at a time; later ones ride unsealed
OF_DEADLINE = 0.8  # of the time that a carrier has, what it takes
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


class Leg(NamedTuple):
    """From a time on, along these points."""

    start: datetime
    points: tuple[Point, ...]


class Ride(Struct, kw_only=True):
    """A seal on a consignment; ``speed_kmh`` is that of the whole way."""

    seal: str
    issuer: str
    number: str
    legs: list[Leg]
    speed_kmh: float
    hours: float
    incidents: Sequence[Incident] = ()
    ended: datetime | None = None

    def position(self, time: datetime) -> Point:
        """Where the consignment would be, if it kept to its way."""
        at = bisect_right([leg.start for leg in self.legs], time) - 1
        leg = self.legs[max(at, 0)]
        return along(leg.points, self.speed_kmh * max(0.0, (time - leg.start) / timedelta(hours=1)))

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
    way_of
        The points of a way between two; straight if not given.
    """

    seed: int
    place_of: PlaceOf
    every: timedelta = timedelta(minutes=15)
    incidents_of: Callable[[Transit], Sequence[Incident]] = _no_incidents
    way_of: Callable[[Point, Point], Sequence[Point]] = _straight
    rides: dict[tuple[str, str], Ride] = field(default_factory=dict)

    # -- following documents -----------------------------------------------------------------------

    def follow(self, document: Document) -> None:
        """A transit sets out with its first seal, is sent elsewhere, or ends."""
        if isinstance(document, Transit):
            self._set_out(document)
        elif isinstance(document, Diversion | Arrival | Exit):
            ride = self.rides.get((document.consignment.issuer, document.consignment.number))
            if ride is not None and isinstance(document, Diversion):
                self._turn(ride, document)
            elif ride is not None:
                ride.ended = document.time

    def _set_out(self, document: Transit) -> None:
        name = document.issuer, document.number
        start, end = self.place_of(document.place), self.place_of(document.destination)
        if not document.seals or start is None or end is None or name in self.rides:
            return
        if len(self.rides) >= MOST_RIDES:
            return
        points = tuple(self.way_of(start, end))
        hours = max((document.deadline - document.time) / timedelta(hours=1) * OF_DEADLINE, 1.0)
        self.rides[name] = Ride(
            seal=document.seals[0], issuer=name[0], number=name[1], legs=[Leg(document.time, points)],
            speed_kmh=length_km(points) / hours, hours=hours, incidents=tuple(self.incidents_of(document)),
        )  # fmt: skip

    def _turn(self, ride: Ride, document: Diversion) -> None:
        end = self.place_of(document.destination)
        if end is not None:
            here = ride.position(document.time)
            ride.legs.append(Leg(document.time, tuple(self.way_of(here, end))))

    # -- speaking ----------------------------------------------------------------------------------

    def words(self, after: datetime, until: datetime) -> list[Word]:
        """All that is said after a time, up to another, in its order. Rides that ended before are let go."""
        said = [word for ride in self.rides.values() for word in self._said(ride, after, until)]
        for name in [name for name, ride in self.rides.items() if ride.ended and ride.ended <= until]:
            del self.rides[name]
        return sorted(said)

    def _said(self, ride: Ride, after: datetime, until: datetime) -> Iterator[Word]:
        began = ride.legs[0].start
        if ride.ended:
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
                gone_h = (time - begins) / timedelta(hours=1)
                here = along((ride.position(begins), incident.toward), ride.speed_kmh * gone_h)
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
        return Word(time, f"sarai/seals/{ride.seal}/events", msgspec.json.encode(said))

    def _errors(self, ride: Ride, count: int) -> tuple[float, float]:
        """What the receiver errs by, out of the seed."""
        name = f"{self.seed} {ride.issuer} {ride.number} {count}".encode()
        digest = sha256(name).digest()
        east, north = (int.from_bytes(digest[at : at + 4]) / 2**31 - 1 for at in (0, 4))
        return east * JITTER_DEG, north * JITTER_DEG


async def play(
    fleet: Fleet,
    publish: Callable[[str, bytes], Awaitable[None]],
    now: Callable[[], datetime],
    *,
    pause_s: float = 1.0,
) -> None:
    """Let a fleet speak, through any function that publishes, as its clock goes on; cancel it to stop."""
    after = now()
    while True:
        await asyncio.sleep(pause_s)
        until = now()
        for word in fleet.words(after, until):
            await publish(word.topic, word.payload)
            obey_cancellation()
        after = max(after, until)


def simulated_place(code: str) -> Point | None:
    """Where a place of the made-up state lies, or one abroad that its simulation names."""
    from sarai.simulation.world import ABROAD, PLACES

    place = PLACES.get(code) or ABROAD.get(code)
    return Point(place.lat_cdeg / 100, place.lon_cdeg / 100) if place else None
