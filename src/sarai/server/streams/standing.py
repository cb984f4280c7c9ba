"""How a consignment stands: last position, way gone and to go, in time or late, its seals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from sarai.corridors.learnt import Expected
from sarai.ledger.rows import from_us, to_us
from sarai.server.streams.course import Course, Name
from sarai.server.streams.sealing import sealed, worst
from sarai.server.streams.told import EVENTS, Told
from sarai.server.streams.whereabouts import Whereabouts
from sarai.watch.memory.places import Point, distance_km, off_line_km

PlaceOf = Callable[[str], Point | None]
"""Where a place lies, if that is known; such as a dictionary's ``get``."""


class Sighting(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a seal was when it told something."""

    time: datetime
    entry: int
    seal: str
    event: str
    place: str = ""
    latitude_deg: Decimal | None = None
    longitude_deg: Decimal | None = None


class SealStanding(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a seal stands (`sealing.WORST`), since when, and where it told that."""

    seal: str
    state: str
    since: datetime
    at: Sighting | None = None


class Stop(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A corner of the planned way: its start, where it was sent elsewhere, where it is to go."""

    place: str = ""
    time: datetime | None = None
    latitude_deg: float | None = None
    longitude_deg: float | None = None


class Standing(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a consignment stands.

    Attributes
    ----------
    last
        Its last position.
    route
        The planned way as it is now: from its start, over where it was when it was sent elsewhere.
    seal_state
        The worst of its seals', empty if it has none.
    gone_km, left_km, off_km
        Along the planned way to the last position, from there straight to the destination, and how far it
        is off the straight way; None where a position or a place is not known.
    progress
        Way gone of all the way, from 0 to 1; 1 once it has ended there.
    expected
        When it will be there at the pace so far; None before there is enough to tell.
    arrival
        When it will be there by what others took on this way, with an interval that holds as often as it
        says; None where nothing is known of the way, or it has ended.
    late
        Whether the deadline has passed (before it ended).
    behind
        Whether it is expected after the deadline.
    """

    issuer: str
    number: str
    kind: str
    state: str
    place: str
    destination: str
    destination_country: str = ""
    carrier: str = ""
    vehicle: str = ""
    began: datetime
    deadline: datetime
    ended: datetime | None = None
    ended_at: str = ""
    diverted: int = 0
    whole: Name | None = None
    parts: tuple[Name, ...] = ()
    last: Sighting | None = None
    route: tuple[Stop, ...] = ()
    seal_state: str = ""
    seals: tuple[SealStanding, ...] = ()
    gone_km: float | None = None
    left_km: float | None = None
    off_km: float | None = None
    progress: float | None = None
    expected: datetime | None = None
    arrival: Expected | None = None
    late: bool = False
    behind: bool = False


def standing(
    known: Whereabouts, course: Course, now: datetime, place_of: PlaceOf, arrival: Expected | None = None
) -> Standing:
    """How a consignment stands at a time.

    Parameters
    ----------
    known
        Where the course, and what it was split from, is kept.
    now
        Aware.
    place_of
        Where places lie.
    arrival
        What was learnt of it.
    """
    seals, last = _heard(known, course)
    last = last or _last(known, course)
    route = _route(known, course, place_of)
    way = _way(route, _point(last[0])) if last and course.end is None else {}
    turn, end = course.turns[-1], course.end
    expected = _expected(known, course, last[0], way["progress"]) if last and "progress" in way else None
    if end is not None and end.place == turn.destination:
        way = {"progress": 1.0}
    way = {name: round(value, 4 if name == "progress" else 1) for name, value in way.items()}
    return Standing(
        issuer=course.name[0], number=course.name[1], kind=course.kind, state=course.state,
        place=course.place, destination=turn.destination, destination_country=turn.country,
        carrier=course.consigned.carrier, vehicle=course.vehicle, began=from_us(course.began),
        deadline=from_us(course.deadline), ended=from_us(end.time) if end else None,
        ended_at=end.place if end else "", diverted=len(course.turns) - 1, whole=course.whole,
        parts=course.parts, last=_sighting(known, *last) if last else None,
        route=tuple(stop for stop, _ in route), seal_state=worst(seal.state for seal in seals), seals=seals,
        **way, expected=expected, arrival=arrival, late=(end.time if end else to_us(now)) > course.deadline,
        behind=expected is not None and to_us(expected) > course.deadline,
    )  # fmt: skip


def track(known: Whereabouts, course: Course) -> list[Sighting]:
    """Where its seals told it was, in the order of time; the latest, up to the bound."""
    words = [(word, seal) for word, seal in course.words() if word.point is not None]
    words.sort(key=_when)
    return [_sighting(known, *each) for each in words[-known.settings.track :]]


def _when(heard: tuple[Told, str]) -> tuple[int, int]:
    return heard[0].time, heard[0].entry


# -- pieces ----------------------------------------------------------------------------------------


def _last(known: Whereabouts, course: Course, until: int | None = None) -> tuple[Told, str] | None:
    """The last word with a position; of a part that has told none, that of the whole before the split."""
    found = course.last(until)
    if found is None and course.whole is not None:
        whole = known.course(*course.whole)
        split_at = course.began if until is None else min(until, course.began)
        return _last(known, whole, split_at) if whole is not None else None
    return found


def _point(word: Told) -> Point:
    latitude, longitude = word.point or (Decimal(0), Decimal(0))
    return Point(float(latitude), float(longitude))


def _sighting(known: Whereabouts, word: Told, seal: str) -> Sighting:
    latitude, longitude = word.point or (None, None)
    return Sighting(
        time=from_us(word.time), entry=word.entry, seal=seal, event=EVENTS[word.event],
        place=known.places[word.place], latitude_deg=latitude, longitude_deg=longitude,
    )  # fmt: skip


def _heard(known: Whereabouts, course: Course) -> tuple[tuple[SealStanding, ...], tuple[Told, str] | None]:
    """How its seals stand, and the last of their words with a position; kept until there are others."""
    if course.heard is None:
        course.heard = tuple(_seal(known, course, seal) for seal in course.seals), course.last()
    return course.heard


def _seal(known: Whereabouts, course: Course, seal: str) -> SealStanding:
    found = sealed(course.seals[seal], course.began)
    at = _sighting(known, found.word, seal) if found.word else None
    return SealStanding(seal=seal, state=found.state, since=from_us(found.since), at=at)


Corner = tuple[Stop, Point | None]


def _route(known: Whereabouts, course: Course, place_of: PlaceOf) -> list[Corner]:
    """The corners of the planned way."""
    route = [_corner(course.place, course.began, place_of(course.place))]
    turns = course.turns if course.whole is not None else course.turns[1:]
    for turn in turns:
        there = _last(known, course, turn.time)
        if there is not None:
            route.append(_corner("", turn.time, _point(there[0])))
    return [*route, _corner(course.destination, None, place_of(course.destination))]


def _corner(place: str, time: int | None, point: Point | None) -> Corner:
    latitude, longitude = point or (None, None)
    when = None if time is None else from_us(time)
    return Stop(place=place, time=when, latitude_deg=latitude, longitude_deg=longitude), point


def _way(route: Sequence[Corner], here: Point) -> dict[str, float]:
    """Kilometres gone, left and off, and progress, as far as the corners are known."""
    *passed, end = [point for _, point in route]
    if end is None or any(point is None for point in passed):
        return {}
    gone_km = sum(map(distance_km, passed, [*passed[1:], here]))
    left_km = distance_km(here, end)
    whole_km = gone_km + left_km
    return {
        "gone_km": gone_km,
        "left_km": left_km,
        "off_km": off_line_km(passed[-1], end, here),
        "progress": gone_km / whole_km if whole_km else 1.0,
    }


def _expected(known: Whereabouts, course: Course, word: Told, progress: float) -> datetime | None:
    """When it will be there, if it goes on as it went so far."""
    began = course.began
    whole = course
    while whole.whole is not None and (before := known.course(*whole.whole)) is not None:
        whole, began = before, before.began
    if progress * 100 < known.settings.on_way_least or word.time <= began:
        return None
    return from_us(began + round((word.time - began) / progress))
