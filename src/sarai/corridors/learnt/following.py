"""Consignments followed through their papers and seals, so that ways learn and arrivals are expected.

A transit or waybill begins at a place; a seal that tells of a place, or a position at one, was there; an
arrival, an exit and the receiver's answer end it. Each place on the way teaches the time from there to the
next and to the destination. Corrections teach nothing: what they take back has been learnt, and fades.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct, field

from sarai.corridors.learnt.arrivals import Arrivals, Expected
from sarai.corridors.learnt.passages import Passage, place_near
from sarai.corridors.learnt.times import Time
from sarai.corridors.network import Network
from sarai.goods import (
    Answer,
    Arrival,
    Diversion,
    Document,
    DocumentRef,
    Exit,
    SealEvent,
    Split,
    Transit,
    Waybill,
)

__all__ = ["Following", "Journey"]

MOST_OPEN = 50_000  # consignments, 1 kB each; papers that were lost leave them open for ever
MOST_STOPS = 64  # of one consignment: seals that tell every hour name each place once
REACHED = ("confirm", "partial")

Name = tuple[str, str]


class Stop(Struct):
    """A place where a consignment was seen: first and last, and what was expected of the rest from there."""

    place: str
    came: datetime
    left: datetime
    expected: Time | None = None


class Journey(Struct):
    """A consignment under way: where it goes, until when, and where it was seen, in the order of time."""

    destination: str
    deadline: datetime | None
    stops: list[Stop] = field(default_factory=list)


class Following:
    """Takes documents in as they are recorded.

    Parameters
    ----------
    network : Network
        Whose places positions are held against.
    arrivals : Arrivals
        What learns, with its `TravelTimes`.
    """

    def __init__(self, network: Network, arrivals: Arrivals) -> None:
        self.network, self.arrivals = network, arrivals
        self.open: dict[Name, Journey] = {}

    def take(self, document: Document) -> None:
        """Learn what a recorded document tells of a way."""
        if handle := _TAKE.get(type(document)):
            handle(self, document)

    def expect(self, issuer: str, number: str, now: datetime) -> Expected | None:
        """When a consignment will be at its destination, from where it was seen last; none if unknown."""
        journey = self.open.get((issuer, number))
        if journey is None or not journey.stops:
            return None
        for stop in reversed(journey.stops):  # the last place may be one from which nobody knows the way
            expected = self.arrivals.expect(stop.place, journey.destination, stop.left, now, journey.deadline)
            if expected is not None:
                return expected
        return None

    # -- documents -------------------------------------------------------------------------------

    def _begin(self, document: Transit | Waybill) -> None:
        journey = Journey(document.destination, document.deadline)
        self._open((document.issuer, document.number), journey)
        self._see(journey, document.place, document.time)

    def _hear(self, document: SealEvent) -> None:
        journey = self._about(document.consignment)
        if journey is None:
            return
        place = document.place
        if document.latitude_deg is not None and document.longitude_deg is not None:
            near = place_near(self.network, float(document.latitude_deg), float(document.longitude_deg))
            place = near.code if near else ""
        if place:
            self._see(journey, place, document.time)

    def _turn(self, document: Diversion) -> None:
        if (journey := self._about(document.consignment)) is not None:
            journey.destination = document.destination
            for stop in journey.stops:
                stop.expected = None

    def _split(self, document: Split) -> None:
        name = (document.consignment.issuer, document.consignment.number)
        whole = self.open.pop(name, None)
        for part in document.parts if whole else ():
            journey = Journey(part.destination, part.deadline or whole.deadline)
            journey.stops = [Stop(stop.place, stop.came, stop.left) for stop in whole.stops[-1:]]
            self._open((document.issuer, part.number), journey)

    def _arrive(self, document: Arrival | Exit) -> None:
        name = (document.consignment.issuer, document.consignment.number)
        journey = self.open.pop(name, None)
        if journey is not None:
            self._end(name, journey, document.place, document.time)

    def _answer(self, document: Answer) -> None:
        name = (document.consignment.issuer, document.consignment.number)
        journey = self.open.pop(name, None)
        if journey is not None and document.decision in REACHED:
            self._end(name, journey, journey.destination, document.time)

    # -- learning --------------------------------------------------------------------------------

    def _see(self, journey: Journey, place: str, time: datetime) -> None:
        """At a place of its way: a new stop, and the time from the last one is learnt."""
        last = journey.stops[-1] if journey.stops else None
        if last is not None and last.place == place:
            last.left = max(last.left, time)
            return
        if last is not None:
            if time <= last.left or len(journey.stops) >= MOST_STOPS:
                return  # a clock that is wrong, or a seal that goes to and fro
            if place != journey.destination:
                self._learn(last.place, place, last.left, time)
        expected = self.arrivals.times.time(place, journey.destination)
        journey.stops.append(Stop(place, time, time, expected))

    def _end(self, name: Name, journey: Journey, place: str, time: datetime) -> None:
        """It is there: every stop learns how long the rest took, and how good the expectation was."""
        for stop in journey.stops:
            if stop.place == place or stop.left >= time:
                continue
            if place == journey.destination:
                hours = (time - stop.left).total_seconds() / 3600
                self.arrivals.came(stop.place, place, hours, stop.expected)
            self._learn(stop.place, place, stop.left, time)

    def _learn(self, start: str, end: str, left: datetime, came: datetime) -> None:
        self.arrivals.times.learn(Passage(("", ""), start, end, left, came))

    # -- what is open ----------------------------------------------------------------------------

    def _open(self, name: Name, journey: Journey) -> None:
        self.open[name] = journey
        if len(self.open) > MOST_OPEN:
            del self.open[next(iter(self.open))]

    def _about(self, consignment: DocumentRef) -> Journey | None:
        return self.open.get((consignment.issuer, consignment.number))


_TAKE: dict[type[Document], Callable[..., None]] = {
    Transit: Following._begin, Waybill: Following._begin, SealEvent: Following._hear,
    Diversion: Following._turn, Split: Following._split, Arrival: Following._arrive,
    Exit: Following._arrive, Answer: Following._answer,
}  # fmt: skip
