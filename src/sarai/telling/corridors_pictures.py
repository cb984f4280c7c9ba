"""Pictures of what a network answers: maps of ways, and charts of what they take and carry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sarai.corridors import Network
from sarai.goods import BadSetting
from sarai.telling.charts import Bar, Bars, Point, Route, Scatter, Spot, Way, Ways, Words
from sarai.telling.corridors_carried import Binding, Carried, Most, Yearly
from sarai.telling.corridors_routes import MONTHS, Choice, Choices
from sarai.telling.corridors_tracks import of_leg

__all__ = ["carried_map", "front", "limits", "months", "most", "routes"]

MOST_LIMITS, MOST_ENDS = 20, 16
SOURCE = "the network; sarai corridor show sources"
MOST_SOURCES = 6


def routes(found: Choices) -> Ways:
    """Ways on the map, each with its letter."""
    on: dict[str, list[str]] = {}
    tracks = {track.leg: track for each in found.choices for track in each.track}
    for each in found.choices:
        for track in each.track:
            if each.letter not in (several := on.setdefault(track.leg, [])):
                several.append(each.letter)
    ways = tuple(
        Way(points=track.points, mode=track.mode, of=tuple(on[code]), name=code)
        for code, track in tracks.items()
    )
    return Ways(
        words=_words(found, f"{found.start.name} to {found.end.name}: {found.good_name}", _unit(found)),
        ways=ways, spots=tuple(_spots(found, tracks)),
        routes=tuple(Route(letter=each.letter, name=_said(found, each)) for each in found.choices),
    )  # fmt: skip


def front(found: Choices) -> Scatter:
    """What ways take in days and dollars; those that none beats in both have their letter."""
    taken = {each.letter: (each.route.hours.value, each.route.usd_per_unit.value) for each in found.choices}
    best = {
        letter
        for letter, (hours, usd) in taken.items()
        if not any(h <= hours and u <= usd and (h, u) != (hours, usd) for h, u in taken.values())
    }
    points = tuple(
        Point(name=letter, x=hours / 24, y=usd, marked=letter in best)
        for letter, (hours, usd) in taken.items()
    )
    title = f"{found.start.name} to {found.end.name}: time against money"
    note = "; ".join(f"{each.letter} {each.name}" for each in found.choices if each.letter in best)
    return Scatter(words=_words(found, title, _unit(found), f"{note}."), points=points, x="days, expected",
                   y=f"USD/{found.unit}")  # fmt: skip


def _said(found: Choices, each: Choice) -> str:
    days, usd = each.route.hours.value / 24, each.route.usd_per_unit.value
    return f"{each.name}, {days:.0f} days, USD {usd:,.0f}"


def _unit(found: Choices) -> str:
    return f"Days are expected, dollars are for a {'TEU' if found.unit == 'TEU' else 'tonne'}"


def _words(found: Choices, title: str, unit: str, note: str = "") -> Words:
    codes = sorted({code for each in found.choices for code in each.route.sources})
    more = f" and {len(codes) - MOST_SOURCES} more" if len(codes) > MOST_SOURCES else ""
    return Words(title=title, unit=unit, source=", ".join(codes[:MOST_SOURCES]) + more,
                 note=note or found.words[0])  # fmt: skip


def _spots(found: Choices, tracks: dict) -> Iterable[Spot]:
    """The ends, then what most ways pass or where the mode changes."""
    seen: dict[str, Spot] = {}
    ends = {found.start.code, found.end.code}
    for each in found.choices:
        at = [track.points[0] for track in each.track] + [each.track[-1].points[-1]]
        stops = {stretch.places[0] for stretch in each.route.stretches} | ends
        for place, (latitude, longitude) in zip(each.route.places, at, strict=True):
            told = place.kind in ("strait", "canal") or place.code in stops
            if told and place.kind != "waypoint" and place.code not in seen:
                seen[place.code] = Spot(name=place.name, latitude_deg=latitude, longitude_deg=longitude,
                                        marked=place.code in ends)  # fmt: skip
    return seen.values()


# -- capacity ------------------------------------------------------------------------------------


def limits(found: Carried) -> Bars:
    """The limits that are used most, and what one more unit of those that bind is worth."""
    ranked = sorted(found.limits, key=lambda each: (-each.worth_usd, -each.share))[:MOST_LIMITS]
    bars = tuple(Bar(name=_more(each) + each.name, value=100 * each.share) for each in ranked)
    note = "Before the name: what one more unit a year is worth, where it binds."
    words = Words(title="How much of the limits is used", unit="per cent of what is open in the year",
                  source=SOURCE, note=f"{note} {' '.join(found.words)}")  # fmt: skip
    return Bars(words=words, bars=bars, ranked=False, most=MOST_LIMITS)


def _more(each: Binding) -> str:
    return f"{each.worth} | " if each.worth else ""


def carried_map(network: Network, found: Carried) -> Ways:
    """What goes over each leg, both ways together, on the map."""
    ways = []
    for each in found.legs:
        track = of_leg(network, each.leg)
        ways.append(
            Way(points=track.points, mode=track.mode, value=each.there_t + each.back_t, name=each.leg)
        )
    words = Words(title="What goes where", unit="tonnes a year, both ways together", source=SOURCE,
                  note=" ".join(found.words))  # fmt: skip
    return Ways(words=words, ways=tuple(ways), spots=tuple(_ends(network, found)), drawn="tonnes")


def _ends(network: Network, found: Carried) -> Iterator[Spot]:
    """Where most begins or ends."""
    tonnes: dict[str, float] = {}
    for lane in found.lanes:
        for code in (*lane.start.split("|"), *lane.end.split("|")):  # places that do as well as each other
            tonnes[code] = tonnes.get(code, 0.0) + lane.carried_t
    for code in sorted(tonnes, key=lambda each: (-tonnes[each], each))[:MOST_ENDS]:
        place = network.by_place[code]
        yield Spot(name=place.name, latitude_deg=place.latitude_deg, longitude_deg=place.longitude_deg,
                   marked=True)  # fmt: skip


def most(network: Network, found: Most) -> Ways:
    """The most that can go, on the map."""
    if found.carried is None:
        raise BadSetting(
            "nothing bounds what can go, so there is nothing to draw; leave modes out with --modes"
        )
    return carried_map(network, found.carried)


def months(year: Yearly) -> Bars:
    """What is carried in each month."""
    bars = tuple(Bar(name=MONTHS[(each.month or 1) - 1], value=each.carried_t) for each in year.months)
    words = Words(title="Carried by month", unit="tonnes", source=SOURCE, note=year.months[0].words[0])
    return Bars(words=words, bars=bars, ranked=False)
