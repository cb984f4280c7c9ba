"""Sightings of consignments at places, and the passages between two of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

from sarai.corridors.network import Network
from sarai.corridors.tables import Place

__all__ = ["Passage", "Sighting", "passages", "place_near"]

EARTH_KM = 6371.0
NEAR_KM = 20.0  # of a city's middle lie its yards and terminals


class Sighting(NamedTuple):
    """A consignment was at a place: a document says so, or a seal did. `time` is aware."""

    consignment: tuple[str, str]
    time: datetime
    place: str


class Passage(NamedTuple):
    """A consignment left one place, last seen there at `left`, and was first seen at another at `came`."""

    consignment: tuple[str, str]
    start: str
    end: str
    left: datetime
    came: datetime

    @property
    def hours(self) -> float:
        """How long it took."""
        return (self.came - self.left).total_seconds() / 3600


def passages(sightings: Iterable[Sighting]) -> Iterator[Passage]:
    """The passages of sightings, which come in any order; each consignment's by time.

    From the last sighting at a place to the first at the next, so that a stay is not part of a passage. What
    is seen at two places at one time has no passage between them: one of the two is wrong.
    """
    by_consignment: dict[tuple[str, str], list[Sighting]] = {}
    for each in sightings:
        by_consignment.setdefault(each.consignment, []).append(each)
    for seen in by_consignment.values():
        seen.sort(key=lambda each: each.time)
        last = seen[0]
        for each in seen[1:]:
            if each.place != last.place and each.time > last.time:
                yield Passage(each.consignment, last.place, each.place, last.time, each.time)
            last = each


def place_near(network: Network, latitude_deg: float, longitude_deg: float) -> Place | None:
    """The place of the network that a position is at; none if none is within 20 km."""
    found, least = None, NEAR_KM
    for place in network.places:
        if (
            abs(place.latitude_deg - latitude_deg) < 1
            and (km := _km(place, latitude_deg, longitude_deg)) < least
        ):
            found, least = place, km
    return found


def _km(place: Place, latitude_deg: float, longitude_deg: float) -> float:
    """By the haversine formula; good to half a per cent."""
    north = radians(latitude_deg - place.latitude_deg)
    east = radians(longitude_deg - place.longitude_deg)
    flat = cos(radians(latitude_deg)) * cos(radians(place.latitude_deg))
    return 2 * EARTH_KM * asin(sqrt(sin(north / 2) ** 2 + flat * sin(east / 2) ** 2))
