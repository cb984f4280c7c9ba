"""Where places lie, as seals tell it, and which country is home."""

from __future__ import annotations

from math import asin, cos, hypot, radians, sin, sqrt
from typing import NamedTuple

from msgspec import Struct, field

from sarai.watch.memory.routes import count_up
from sarai.watch.memory.times import Times
from sarai.watch.seen import country_of

UNNAMED = "abroad"  # where it is not said to which country
EARTH_KM = 6371.0
DEGREE_KM = 111.2  # of latitude
MOST_PLACES = 20_000
HEARD = 32  # words from a place, after which it is known where it lies
LEAST_HEARD = 3
WIDEST_DEG = 0.5  # a code that seals tell from farther apart names no one spot


class Point(NamedTuple):
    """A position; degrees."""

    latitude_deg: float
    longitude_deg: float


class Spot(Struct, gc=False):
    """What seals told of where a place lies."""

    latitude: Times = field(default_factory=lambda: Times(most=HEARD))
    longitude: Times = field(default_factory=lambda: Times(most=HEARD))


class Places(Struct):
    """Places by their codes.

    Attributes
    ----------
    named
        How often documents named a place in a country.
    home
        The country named most.
    leaving
        By place: transits that left the country there, less those that ended there.
    """

    spots: dict[str, Spot] = field(default_factory=dict)
    named: dict[str, int] = field(default_factory=dict)
    home: str = ""
    leaving: dict[str, int] = field(default_factory=dict)

    def hear(self, place: str, point: Point) -> None:
        """A seal tells that a place lies here."""
        spot = self.spots.get(place)
        if spot is None:
            if len(self.spots) >= MOST_PLACES:
                return
            spot = self.spots[place] = Spot()
        if spot.latitude.count < HEARD:
            spot.latitude.add(point.latitude_deg)
            spot.longitude.add(point.longitude_deg)

    def point(self, place: str) -> Point | None:
        """Where a place lies: the middle of what was told, if that is told alike."""
        spot = self.spots.get(place)
        if spot is None or spot.latitude.count < LEAST_HEARD:
            return None
        for degrees in (spot.latitude, spot.longitude):
            if degrees.quantile(0.8) - degrees.quantile(0.2) > WIDEST_DEG:
                return None
        return Point(spot.latitude.quantile(0.5), spot.longitude.quantile(0.5))

    def name(self, country: str) -> None:
        """A document names a place in a country."""
        if country:
            count = self.named[country] = self.named.get(country, 0) + 1
            if count > self.named.get(self.home, 0):
                self.home = country

    def end(self, place: str, arrived: bool) -> None:
        """A transit ends at a place: there, or by leaving the country."""
        count_up(self.leaving, place, MOST_PLACES, -1 if arrived else 1)
        if arrived:
            self.name(country_of(place))

    def away(self, bound: str, destination: str) -> str:
        """The country beyond that goods so declared are bound for, `UNNAMED` if it is not said which.

        Empty if they are to stay.
        """
        country = bound or country_of(destination)
        if country not in ("", self.home):
            return country
        return UNNAMED if not bound and self.leaving.get(destination, 0) > 0 else ""


def distance_km(one: Point, other: Point) -> float:
    """Along the great circle, on a sphere.

    >>> round(distance_km(Point(51.5, 0.0), Point(48.9, 2.4)))
    336
    """
    north = radians(other.latitude_deg - one.latitude_deg)
    east = radians(other.longitude_deg - one.longitude_deg)
    across = cos(radians(one.latitude_deg)) * cos(radians(other.latitude_deg))
    return 2 * EARTH_KM * asin(sqrt(min(1.0, sin(north / 2) ** 2 + across * sin(east / 2) ** 2)))


def off_line_km(start: Point, end: Point, point: Point) -> float:
    """How far a point is from the straight way, on a plane that touches the middle of the way.

    >>> round(off_line_km(Point(50.0, 10.0), Point(50.0, 20.0), Point(51.0, 15.0)))
    111
    """
    shrunk = cos(radians((start.latitude_deg + end.latitude_deg) / 2))

    def plane(there: Point) -> tuple[float, float]:
        east = (there.longitude_deg - start.longitude_deg + 180) % 360 - 180
        return east * shrunk * DEGREE_KM, (there.latitude_deg - start.latitude_deg) * DEGREE_KM

    (x, y), (px, py) = plane(end), plane(point)
    length = x * x + y * y
    share = min(1.0, max(0.0, (px * x + py * y) / length)) if length else 0.0
    return hypot(px - share * x, py - share * y)
