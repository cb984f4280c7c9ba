"""What if: who goes another way, what that costs and emits, what is stranded, and what binds anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from sarai.corridors import Network, Unreachable
from sarai.corridors.capacity import moved
from sarai.corridors.tables import Demand
from sarai.telling.charts import Bar, Bars, Spot, Way, Ways, Words
from sarai.telling.charts import Route as Line
from sarai.telling.corridors_carried import Binding, Carried, Lane, carried
from sarai.telling.corridors_names import named_by_legs
from sarai.telling.corridors_routes import Choices, choices
from sarai.telling.corridors_tracks import of_route

__all__ = ["Moved", "PairShocked", "Share", "Shocked", "costs", "map_of_pair", "shocked", "shocked_pair"]

Ridden = tuple[str, ...]  # legs with the direction

MOVES = 0.01  # of a lane: less is told of no lane, as flows that cost the same may be exchanged
MOST_BARS = 15


class Share(Struct, frozen=True, kw_only=True):
    """Tonnes of a lane on a way."""

    name: str
    before_t: float
    after_t: float


class Moved(Struct, frozen=True, kw_only=True):
    """A lane of which some goes another way, costs more, or stays behind.

    Attributes
    ----------
    rerouted_t : float
        On another way than before.
    stranded_t : float
        Not delivered any more.
    before, after : Lane
    ways : tuple of Share
        Those that lose most first, then those that gain.
    """

    rerouted_t: float
    stranded_t: float
    before: Lane
    after: Lane
    ways: tuple[Share, ...]


class Shocked(Struct, frozen=True, kw_only=True):
    """Flows before and after.

    Attributes
    ----------
    moved : tuple of Moved
        What is stranded first, then what is rerouted.
    extra_usd, extra_t_h, extra_co2e_t : float
        Of what is delivered both before and after: dollars, hours of a tonne, tonnes of CO2e more.
    newly_binding : tuple of Binding
    """

    changes: tuple[str, ...]
    before: Carried
    after: Carried
    moved: tuple[Moved, ...]
    rerouted_t: float
    stranded_t: float
    extra_usd: float
    extra_t_h: float
    extra_co2e_t: float
    newly_binding: tuple[Binding, ...]
    words: tuple[str, ...]


class PairShocked(Struct, frozen=True, kw_only=True):
    """Ways between two places before and after.

    Attributes
    ----------
    after : Choices or None
        None if there is no way any more, and `unreachable` says why.
    """

    changes: tuple[str, ...]
    before: Choices
    after: Choices | None
    unreachable: str
    words: tuple[str, ...]


def shocked(
    before: Network, after: Network, *, changes: Sequence[str] = (), month: int | None = None,
    empties: str = "returned", demands: Sequence[Demand] | None = None, seconds: float = 300.0,
    progress: Callable[[int, int], None] = lambda done, total: None, first: Carried | None = None,
) -> Shocked:  # fmt: skip
    """The flows of the network's demands, or of others, before and after.

    Parameters
    ----------
    before, after : Network
    changes : sequence of str
        What was changed, in words, to be told.
    first : Carried, optional
        The flows before, from whoever has them already.
    """
    asked = tuple(before.demands if demands is None else demands)
    if first is None:
        first = carried(before, month=month, empties=empties, demands=asked, seconds=seconds / 2)
    progress(1, 2)
    second = carried(after, month=month, empties=empties, demands=asked, seconds=seconds / 2)
    progress(2, 2)
    both = _both(before, after)
    lanes = sorted(
        _moved(both, first, second), key=lambda each: (-each.stranded_t, -each.rerouted_t, each.before.start)
    )
    known = {each.code for each in first.binding}
    extra = [_extra(each.before, each.after) for each in lanes]
    usd, hours, grams = (sum(column) for column in zip(*extra, strict=True)) if extra else (0.0, 0.0, 0.0)
    found = Shocked(
        changes=tuple(changes), before=first, after=second, moved=tuple(lanes),
        rerouted_t=sum(each.rerouted_t for each in lanes), stranded_t=sum(each.stranded_t for each in lanes),
        extra_usd=usd, extra_t_h=hours, extra_co2e_t=grams / 1000,
        newly_binding=tuple(each for each in second.binding if each.code not in known), words=(),
    )  # fmt: skip
    return _worded(found)


def shocked_pair(
    before: Network, after: Network, start: str, end: str, *, good: str, changes: Sequence[str] = (),
    month: int | None = None, by: str = "balance", worth: float | None = None, best: int = 3,
) -> PairShocked:  # fmt: skip
    """The best ways between two places before and after."""
    asked = {"good": good, "month": month, "by": by, "worth": worth, "best": best}
    first = choices(before, start, end, **asked)
    try:
        second, why = choices(after, start, end, **asked), ""
    except Unreachable as fault:
        second, why = None, str(fault)
    return PairShocked(changes=tuple(changes), before=first, after=second, unreachable=why,
                       words=tuple(_of_pair(first, second, why)))  # fmt: skip


# -- lanes ---------------------------------------------------------------------------------------


def _both(before: Network, after: Network) -> Network:
    """What either has, so that ways of both have names."""
    places = {each.code: each for each in (*after.places, *before.places)}
    legs = {each.code: each for each in (*after.legs, *before.legs)}
    return before.with_rows(places=places.values(), legs=legs.values())


def _moved(network: Network, first: Carried, second: Carried) -> Iterator[Moved]:
    later = {(each.good, each.start, each.end): each for each in second.lanes}
    for lane in first.lanes:
        other = later[lane.good, lane.start, lane.end]
        stranded = max(0.0, lane.carried_t - other.carried_t)
        was, now = _by_way(lane), _by_way(other)
        rerouted = moved(was, now)
        if stranded + rerouted > MOVES * lane.asked_t:
            yield Moved(rerouted_t=rerouted, stranded_t=stranded, before=lane, after=other,
                        ways=tuple(_shares(network, was, now)))  # fmt: skip


def _by_way(lane: Lane) -> Mapping[Ridden, float]:
    """Tonnes by the legs of a way; what is only loaded or handled otherwise goes the same way."""
    tonnes: dict[Ridden, float] = {}
    for way in lane.ways:
        tonnes[way.legs] = tonnes.get(way.legs, 0.0) + way.t
    return tonnes


def _shares(network: Network, was: Mapping[Ridden, float], now: Mapping[Ridden, float]) -> Iterator[Share]:
    ways = list(dict.fromkeys((*was, *now)))
    shares = [
        Share(name=name, before_t=was.get(legs, 0.0), after_t=now.get(legs, 0.0))
        for legs, name in zip(ways, named_by_legs(network, ways), strict=True)
    ]
    yield from sorted(shares, key=lambda each: (each.after_t - each.before_t, each.name))


def _extra(before: Lane, after: Lane) -> tuple[float, float, float]:
    """Dollars, hours and kilograms more, of what is delivered both times."""
    tonnes = min(before.carried_t, after.carried_t)
    if not tonnes or before.hours is None or after.hours is None:
        return 0.0, 0.0, 0.0
    assert None not in (before.usd_per_t, after.usd_per_t, before.co2e_kg_per_t, after.co2e_kg_per_t)
    return (
        tonnes * (after.usd_per_t - before.usd_per_t), tonnes * (after.hours - before.hours),
        tonnes * (after.co2e_kg_per_t - before.co2e_kg_per_t),
    )  # fmt: skip


# -- words ---------------------------------------------------------------------------------------


def _worded(found: Shocked) -> Shocked:
    from msgspec.structs import replace

    kept = min(found.before.carried_t, found.after.carried_t)
    said = [
        f"{found.rerouted_t:,.0f} t go another way and {found.stranded_t:,.0f} t stay behind, of "
        f"{found.before.carried_t:,.0f} t carried before.",
    ]
    if found.moved and kept:
        said.append(
            f"What is still delivered costs USD {found.extra_usd / 1e6:+,.0f} M, takes "
            f"{found.extra_t_h / kept:+,.1f} hours a tonne and emits {found.extra_co2e_t / 1e3:+,.0f} kt of "
            "CO2e."
        )
    return replace(found, words=(*said, *found.after.words))


def _of_pair(before: Choices, after: Choices | None, why: str) -> Iterator[str]:
    if after is None:
        yield why
        return
    one, other = before.choices[0], after.choices[0]
    hours = other.route.hours.value - one.route.hours.value
    usd = other.route.usd_per_unit.value - one.route.usd_per_unit.value
    co2e = other.route.co2e_kg_per_unit.value - one.route.co2e_kg_per_unit.value
    more = f"{hours / 24:+.1f} days, USD {usd:+,.0f} and {co2e:+,.0f} kg CO2e a {before.unit}."
    if one.route.places != other.route.places:
        yield f"The best way turns from {one.name} to {other.name}: {more}"
    else:
        yield f"The best way stays: {more}" if hours or usd else "The best way stays as it is."


# -- pictures ------------------------------------------------------------------------------------


def costs(found: Shocked) -> Bars:
    """What the lanes that change most pay more a year, of what they still deliver."""
    extra = [(_extra(each.before, each.after)[0] / 1e6, each.before) for each in found.moved]
    extra.sort(key=lambda pair: -abs(pair[0]))
    bars = tuple(
        Bar(name=f"{lane.start_name} - {lane.end_name}, {lane.good}", value=usd)
        for usd, lane in extra[:MOST_BARS]
    )
    words = Words(
        title=f"What it costs: {'; '.join(found.changes) or 'a change'}", unit="USD M more a year, by lane",
        source="the network; sarai corridor show sources", note=found.words[0],
    )  # fmt: skip
    return Bars(words=words, bars=bars)


def map_of_pair(before: Network, after: Network, found: PairShocked) -> Ways:
    """The best way before and the best after, on the map."""
    routes = [("A", "before", before, found.before)]
    if found.after is not None:
        routes.append(("B", "after", after, found.after))
    on: dict[tuple, list[str]] = {}
    lines = []
    for letter, when, network, told in routes:
        best = told.choices[0]
        days = best.route.hours.value / 24
        usd = best.route.usd_per_unit.value
        lines.append(Line(letter=letter, name=f"{when}: {best.name}, {days:.0f} days, USD {usd:,.0f}"))
        for track in of_route(network, best.route):
            on.setdefault((track.leg, track.mode, track.points), []).append(letter)
    ways = tuple(
        Way(points=points, mode=mode, of=tuple(letters), name=leg)
        for (leg, mode, points), letters in on.items()
    )
    ends = [before.by_place[each.code] for each in (found.before.start, found.before.end)]
    spots = tuple(Spot(name=each.name, latitude_deg=each.latitude_deg, longitude_deg=each.longitude_deg,
                       marked=True) for each in ends)  # fmt: skip
    title = f"{found.before.start.name} to {found.before.end.name}: {'; '.join(found.changes)}"
    words = Words(title=title, unit=f"the best way before and after; USD for a {found.before.unit}",
                  source="the network; sarai corridor show sources", note=found.words[0])  # fmt: skip
    return Ways(words=words, ways=ways, routes=tuple(lines), spots=spots)
