"""Changes applied to a network: its tables, with what was closed taken out and more exact rows put in.

A figure that holds for many (a country's speed, a kind of place's handling) is changed for some by a row
of their own, which goes before the general one; so all others stay as they were.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from msgspec.structs import replace

from sarai.corridors.changes.selecting import (
    BACK,
    FORTH,
    Direction,
    Selector,
    countries,
    crossings,
    directions,
    legs,
    must_name,
    places,
)
from sarai.corridors.changes.words import Amount, Change
from sarai.corridors.loading import load
from sarai.corridors.network import Network
from sarai.corridors.steps import one_way
from sarai.corridors.tables import (
    FORMS,
    Border,
    Closure,
    Handling,
    Leg,
    Limit,
    Pace,
    Place,
    Row,
    Service,
    Source,
    Tariff,
)
from sarai.goods import BadSetting, NotInNetwork

__all__ = ["apply"]

ALL_YEAR = "1 2 3 4 5 6 7 8 9 10 11 12"
YEAR_H = 8760.0
WHAT_IF = Source(code="what-if", title="a change that was asked about", kind="assumed")
R = TypeVar("R", bound=Row)
Figure = Callable[[float], float]


def apply(network: Network, changes: Iterable[Change]) -> Network:
    """The network after changes, one after the other; the given one stays as it is.

    Raises
    ------
    NotInNetwork
        A selector names nothing, or nothing of what it names has such a figure.
    BadSetting
        What would come out is no figure: a capacity or a charge below zero, a service that never goes.
    NetworkFaulty
        A folder that is added has rows that cannot be read.
    """
    for change in changes:
        if isinstance(change.what, Selector):
            must_name(network, change.what)
        network = _DO[change.verb](network, change)
        if WHAT_IF not in network.sources:
            network = network.with_rows(sources=[*network.sources, WHAT_IF])
    return network


# -- add, ask, close -----------------------------------------------------------------------------


def _add(network: Network, change: Change) -> Network:
    return load([Path(str(change.what))], base=network)


def _ask(network: Network, change: Change) -> Network:
    named = {each.code for each in legs(network, change.what)}
    return network.with_rows(
        legs=(replace(each, asked=False) if each.code in named else each for each in network.legs)
    )


def _close(network: Network, change: Change) -> Network:
    """Without the legs that are closed, and what was said of them; one direction is a closure for ever."""
    shut = {one_way(network.by_leg[code], back) for code, back in directions(network, change.what)}
    always = [each for each in network.closures if each.share == 1.0 and each.months == ALL_YEAR]
    never = {on for each in always for on in each.on.split()}
    gone = {leg.code for leg in network.legs if (goes := _ways(leg)) & shut and goes <= shut | never}
    kept = {f"leg:{code}{way}" for code in gone for way in (FORTH, BACK)}
    closures = [
        Closure(on=each, months=ALL_YEAR, share=1.0, mean_h=YEAR_H, cause=str(change), source=WHAT_IF.code)
        for each in sorted(shut - never - kept)
    ]
    return _without(network.with_rows(closures=[*network.closures, *closures]), gone)


def _ways(leg: Leg) -> set[str]:
    return {one_way(leg, back) for back in ((False, True) if leg.both else (False,))}


def _without(network: Network, gone: Collection[str]) -> Network:
    """A network without legs, and without what was said of them alone."""
    services = [replace(each, legs=_rest(each.legs, gone)) for each in network.services]
    left = {f"service:{each.code}" for each in services if each.legs}
    lost = {f"service:{each.code}" for each in services} - left
    lost |= {f"leg:{code}{way}" for code in gone for way in ("", FORTH, BACK)}
    own = {
        name: [each for each in getattr(network, name) if each.leg not in gone]
        for name in ("paces", "tariffs", "borders")
    }
    shared = {
        name: [each for each in (replace(row, on=_rest(row.on, lost)) for row in rows) if each.on]
        for name, rows in (("limits", network.limits), ("closures", network.closures))
    }
    return network.with_rows(
        legs=(each for each in network.legs if each.code not in gone),
        services=(each for each in services if each.legs),
        **own,
        **shared,
    )


def _rest(words: str, gone: Collection[str]) -> str:
    return " ".join(each for each in words.split() if each not in gone)


# -- slow ----------------------------------------------------------------------------------------


def _slow(network: Network, change: Change) -> Network:
    """Hours of travel on legs, of crossing borders and of handling at places, times a number."""
    what, times = change.what, _amount(change).of
    moving = () if what.kind in ("place", "border") else legs(network, what)
    rows = {
        "paces": [_slowed(pace, leg, times) for leg in moving for pace in network.paces_of(leg)],
        "borders": [_longer(each, times) for each in _borders(network, crossings(network, what))],
        "handlings": [
            _longer(each, times) for place in places(network, what) for each in _handlings(network, place)
        ],
    }
    return _with(network, rows, change, "hours")


def _slowed(pace: Pace, leg: Leg, times: Figure) -> Pace:
    return _figures(replace(pace, leg=leg.code, country=""), "speed_kmh", lambda speed: speed / times(1.0))


def _longer(row: R, times: Figure) -> R:
    return _figures(row, "hours", times)


# -- tax -----------------------------------------------------------------------------------------


def _tax(network: Network, change: Change) -> Network:
    """US dollars for each unit; a sum on a country is paid on entering it, a share on all that is done."""
    what, amount = change.what, _amount(change)
    on_entry = what.kind == "country" and amount.how == "+"
    moving = () if on_entry or what.kind in ("place", "border") else legs(network, what)
    crossed = [each for each in crossings(network, what) if not on_entry or _enters(network, each, what)]
    handled = () if on_entry else places(network, what)
    rows = {
        "tariffs": [_dearer(each, amount) for leg in moving for each in _tariffs(network, leg, amount)],
        "borders": [_dearer(each, amount) for each in _borders(network, crossed, invent=amount.how == "+")],
        "handlings": [_dearer(each, amount) for place in handled for each in _handlings(network, place)],
    }
    for each in (row for table in rows.values() for row in table if row.usd_per_unit < 0):
        raise BadSetting(
            f"{change}: leaves {each.usd_per_unit:g} US dollars a unit; a charge cannot fall below zero, "
            f"take less than it is"
        )
    return _with(network, rows, change, "charges")


def _enters(network: Network, way: Direction, what: Selector) -> bool:
    return countries(network, way)[1] == what.code


def _dearer(row: R, amount: Amount) -> R:
    dearer = replace(row, usd_per_unit=amount.of(row.usd_per_unit))
    if isinstance(dearer, Border) and dearer.usd_per_teu is not None:
        dearer = replace(dearer, usd_per_teu=amount.of(dearer.usd_per_teu))
    if amount.how == "x" and isinstance(dearer, Tariff):
        return _figures(dearer, "usd_per_km", amount.of)
    return dearer


def _tariffs(network: Network, leg: Leg, amount: Amount) -> Iterator[Tariff]:
    """What a leg costs, as rows of its own; where nothing is said and a sum is added, from nothing."""
    for form in FORMS:
        found = network.tariff(leg, form)
        if found is not None:
            yield replace(found, leg=leg.code, country="")
        elif amount.how == "+" and network.takes(leg, form):
            yield Tariff(mode=leg.mode, form=form, leg=leg.code, usd_per_km=0.0, source=WHAT_IF.code)


# -- rows of their own ---------------------------------------------------------------------------


def _borders(network: Network, ways: Iterable[Direction], invent: bool = False) -> Iterator[Border]:
    """What crossing takes on each of the ways, as a row of its own."""
    for way in sorted(ways):
        leg = network.by_leg[way[0]]
        found = network.border(leg, backwards=way[1])
        start, end = countries(network, way)
        if found is None and invent and start and end:
            found = Border(start=start, end=end, mode=leg.mode, hours=0.0, source=WHAT_IF.code)
        if found is not None:
            yield replace(found, start=start, end=end, leg=leg.code)


def _handlings(network: Network, place: Place) -> Iterator[Handling]:
    """All that can be done at a place, as rows of its own."""
    said = [each for each in network.handlings if (each.place or each.kind) in (place.code, place.kind)]
    ways = [(each.start, each.end, each.form) for each in said]
    back = [(each.end, each.start, each.form) for each in said if each.both]
    for start, end, form in dict.fromkeys([*ways, *back]):
        found = network.handling(place, start, end, form)
        yield replace(found, place=place.code, kind="", start=start, end=end, form=form, both=False)


def _with(network: Network, rows: dict[str, list[Any]], change: Change, figure: str) -> Network:
    """The network with more exact rows in the place of those for the same."""
    if not any(rows.values()):
        raise NotInNetwork(
            f"{change}: nothing is said of the {figure} of {change.what}; there is none to change"
        )
    own = {_of(each) for table in rows.values() for each in table}
    return network.with_rows(
        **{
            name: [
                *(each for each in getattr(network, name) if _of(each) not in own),
                *(_noted(each, change) for each in table),
            ]
            for name, table in rows.items()
        }
    )


def _of(row: Any) -> tuple[Any, ...]:
    """What a row speaks of: all handling at a place, a leg's crossing one way, its tariff for one form."""
    if isinstance(row, Handling):
        return ("place", row.place)
    return (type(row), row.leg, *(getattr(row, name, "") for name in ("form", "start", "end")))


def _noted(row: R, change: Change) -> R:
    return replace(row, note="; ".join(filter(None, (row.note, str(change)))))


# -- widen ---------------------------------------------------------------------------------------


def _widen(network: Network, change: Change) -> Network:
    if change.what.kind == "limit":
        return network.with_rows(limits=_changed(network.limits, change, "capacity"))
    name = "units" if change.units else "per_week"
    return network.with_rows(services=_changed(network.services, change, name))


def _changed(rows: Sequence[R], change: Change, name: str) -> Iterator[R]:
    for each in rows:
        if each.code != change.what.code:
            yield each
            continue
        figure = getattr(each, name)
        wider = _figures(each, name, _amount(change).of)
        if getattr(wider, name) < 0 or (isinstance(wider, Service) and getattr(wider, name) == 0):
            unit = f"{each.unit} a year" if isinstance(each, Limit) else name
            less = f"take away less, or close {change.what}" if figure else "it has no bound; set one with ="
            raise BadSetting(
                f"{change}: leaves {getattr(wider, name):g} of {figure:g} {unit} of {each.name}; {less}"
            )
        yield _noted(wider, change)


def _amount(change: Change) -> Amount:
    if change.amount is None:
        raise BadSetting(f"{change}: by how much? give an amount")
    return change.amount


def _figures(row: R, name: str, becomes: Figure) -> R:
    """A row with a figure and its range changed alike."""
    named = [each for each in (name, f"{name}_low", f"{name}_high") if getattr(row, each, None) is not None]
    return replace(row, **{each: becomes(getattr(row, each)) for each in named})


_DO: dict[str, Callable[[Network, Change], Network]] = {
    "close": _close, "slow": _slow, "tax": _tax, "widen": _widen, "add": _add, "ask": _ask,
}  # fmt: skip
