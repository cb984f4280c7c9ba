"""Where transits usually are on their way, and how fast they go."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct, field

from sarai.goods import SealEvent
from sarai.watch.memory.places import Places, Point, distance_km, off_line_km
from sarai.watch.memory.routes import ByRoute, count_up
from sarai.watch.memory.times import OF_ALL, Times
from sarai.watch.memory.underway import Told, Underway
from sarai.watch.seen import HOUR_US, country_of

SHORTEST_WAY_KM = 50.0  # of shorter ways, positions say little
FASTEST_KMH = 2_000.0  # beyond that no time of the day was stated
LEAST_OFF_KM = 100.0  # roads go round mountains and lakes
BEYOND_USUAL = 1.5  # times what nearly all keep to
LEAST_POSITIONS = 30
LEAST_PASSED, LEAST_SHARE = 3, 0.05  # of a route's transits, that make a country one on the way
MOST_COUNTED = 20_000


class Astray(NamedTuple):
    """How a position does not fit: the country, if it is not on the way; kilometres off it, and the bound."""

    country: str = ""
    off_km: float = 0.0
    bound_km: float = 0.0

    def __bool__(self) -> bool:
        return bool(self.country or self.off_km)


class Dash(NamedTuple):
    """From the last position to somewhere else: how far, and in how many hours."""

    km: float
    hours: float

    @property
    def kmh(self) -> float:
        """How fast that would be."""
        return min(self.km / self.hours, FASTEST_KMH) if self.hours else FASTEST_KMH


class Ways(Struct):
    """What seals told of ways.

    Attributes
    ----------
    off_share
        How far positions were off the straight way, as a share of its length.
    speed_kmh
        From the last position to the end.
    ended
        By route: transits that ended.
    passed
        By route and country: those that told a place there and were heard from again.
    """

    places: Places = field(default_factory=Places)
    off_share: ByRoute = field(default_factory=ByRoute)
    speed_kmh: Times = field(default_factory=lambda: Times(most=OF_ALL))
    ended: dict[str, int] = field(default_factory=dict)
    passed: dict[str, int] = field(default_factory=dict)

    def hear(self, underway: Underway, word: Told) -> None:
        """A seal tells something."""
        place = word.place
        if not place and not underway.ended:
            place = {"applied": underway.place, "removed": underway.destination}.get(word.event, "")
        if word.point is None:
            return
        if place:
            self.places.hear(place, word.point)
        length_km, off_km = self._off(underway, word.place, word.point)
        if word.event == "position" and length_km:
            self.off_share.add(underway.route, off_km / length_km)

    def end(self, underway: Underway, place: str, time: int) -> None:
        """A transit ends."""
        count_up(self.ended, underway.route, MOST_COUNTED)
        for country in dict.fromkeys(country_of(word.place) for word in underway.told[:-1]):
            if country not in ("", self.places.home):
                count_up(self.passed, f"{underway.route} {country}", MOST_COUNTED)
        dash = self.dash(underway.last, place, time)
        if dash is not None:
            self.speed_kmh.add(dash.kmh)

    def astray(self, underway: Underway, event: Told | SealEvent, point: Point | None) -> Astray:
        """How a word's place or position does not fit the way."""
        country = country_of(event.place)
        if country not in ("", self.places.home):  # there, nobody knows the ways
            return Astray() if self._is_passed(underway, country) else Astray(country)
        length_km, off_km = self._off(underway, event.place, point)
        usual = self.off_share.of(underway.route, LEAST_POSITIONS)
        if not length_km or usual is None:
            return Astray()
        bound_km = max(LEAST_OFF_KM, BEYOND_USUAL * usual.quantile(0.98) * length_km)
        return Astray("", off_km, bound_km) if off_km > bound_km else Astray()

    def _is_passed(self, underway: Underway, country: str) -> bool:
        ends = (underway.place, underway.destination, underway.meant)
        if country in (underway.country, underway.bound, *map(country_of, ends)):
            return True
        passed = self.passed.get(f"{underway.route} {country}", 0)
        return passed >= max(LEAST_PASSED, LEAST_SHARE * self.ended.get(underway.route, 0))

    def _off(self, underway: Underway, place: str, point: Point | None) -> tuple[float, float]:
        """How long the straight way is, and how far off it a position is; nothing if nobody knows.

        After a diversion two ways are right, and nothing is said.
        """
        point = point or self.places.point(place)
        start, end = self.places.point(underway.place), self.places.point(underway.destination)
        if point is None or start is None or end is None or underway.destination != underway.meant:
            return 0.0, 0.0
        length_km = distance_km(start, end)
        if length_km < SHORTEST_WAY_KM:
            return 0.0, 0.0
        return length_km, off_line_km(start, end, point)

    def dash(self, word: Told | None, place: str, time: int) -> Dash | None:
        """The way from where a seal told something to a place, if it was not at an end and both are known."""
        there = self.places.point(place)
        if word is None or word.event == "removed" or there is None or word.time > time:
            return None
        point = word.point or self.places.point(word.place)
        return None if point is None else Dash(distance_km(point, there), (time - word.time) / HOUR_US)
