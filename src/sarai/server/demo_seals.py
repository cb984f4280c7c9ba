"""Seals for a state that is played: they know when transits arrive in it, and have incidents of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256

from sarai.goods import Arrival, Exit, SealEvent, Split, Transit
from sarai.reference.places import places
from sarai.server.streams.course import Name
from sarai.server.streams.places import place_of
from sarai.server.streams.seals import HOUR, Fleet, Incident, Plan, in_time
from sarai.simulation import Event
from sarai.watch.memory.places import Point, off_line_km

WORDS_A_S = 20  # of all seals, in a second of ours at the play's own speed
LEAST_EVERY = timedelta(minutes=30)
QUIET_S = 180.0  # of ours, from the beginning: who comes new sees what the play itself has first
ONE_IN = 12  # transits has an incident: with a hundred under way, one or two in two minutes
KINDS: tuple[tuple[str, int], ...] = (("silent", 3), ("off_route", 2), ("broken", 1))
FAR_KM = 250.0  # off the way, or it is no incident
AS_MEANT = ("applied", "position")


def fleet_of(events: Sequence[Event], begin: datetime, seed: int, speed: float) -> Fleet:
    """The seals of a play, with what was under way before it on their way already.

    Parameters
    ----------
    events
        All of the simulation, in order of record.
    begin
        When the play begins.
    speed
        Seconds of the state in one of ours.
    """
    ends = ends_of(events)
    transits = [event.document for event in events if isinstance(event.document, Transit)]
    plans = [plan_of(ends, each) for each in transits]
    quiet_until = begin + timedelta(seconds=QUIET_S * speed)

    def incidents(document: Transit) -> tuple[Incident, ...]:
        hours = plan_of(ends, document).hours
        return tuple(
            each for each in incidents_of(seed, document)
            if document.time + each.at * hours * HOUR >= quiet_until
        )  # fmt: skip

    span_h = (events[-1].record_time - events[0].record_time) / HOUR
    under_way = sum(plan.hours for plan in plans) / max(span_h, 1.0)
    fleet = Fleet(
        seed=seed,
        place_of=place_of,
        every=max(LEAST_EVERY, timedelta(seconds=round(under_way * speed / WORDS_A_S))),
        incidents_of=incidents,
        plan_of=partial(plan_of, ends),
    )
    for event in events:
        if event.record_time >= begin:
            break
        fleet.follow(event.document)
    fleet.words(begin, begin)  # lets go of what has ended by then
    return fleet


def ends_of(events: Sequence[Event]) -> dict[Name, datetime]:
    """When each transit arrives or leaves; or when the play's own words of its seal tell of more."""
    ends: dict[Name, datetime] = {}
    for event in events:
        document = event.document
        if isinstance(document, Arrival | Exit | Split) or (
            isinstance(document, SealEvent) and document.event not in AS_MEANT
        ):
            name = document.consignment.issuer, document.consignment.number
            ends[name] = min(ends.get(name, document.time), document.time)
    return ends


def plan_of(ends: dict[Name, datetime], document: Transit) -> Plan:
    """When a transit will be there."""
    end = ends.get((document.issuer, document.number))
    return Plan((end - document.time) / HOUR, end) if end else in_time(document)


def incidents_of(seed: int, document: Transit) -> tuple[Incident, ...]:
    """What is to happen to the seal of a transit: mostly nothing."""
    digest = sha256(f"{seed} {document.issuer} {document.number}".encode()).digest()
    if digest[0] * ONE_IN >= 256:
        return ()
    at = 0.15 + digest[1] / 512
    until = at + 0.1 + digest[2] / 1024
    drawn = digest[3] % sum(weight for _, weight in KINDS)
    what = next(kind for kind, upto in _added(KINDS) if drawn < upto)
    toward = _astray(document, digest[4]) if what == "off_route" else None
    return (Incident(what=what, at=at, until=until, toward=toward),)


def _added(weights: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    return [(name, sum(weight for _, weight in weights[: at + 1])) for at, (name, _) in enumerate(weights)]


def _astray(document: Transit, drawn: int) -> Point | None:
    """A place of ours that is far off the way."""
    start, end = place_of(document.place), place_of(document.destination)
    if start is None or end is None:
        return None
    points = [place_of(each.code) for each in places() if each.country == "KZ"]
    far = [point for point in points if point and off_line_km(start, end, point) > FAR_KM]
    return far[drawn % len(far)] if far else None
