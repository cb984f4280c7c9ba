"""Where a material is made: the steps of its process laid on places of the corridors, in order."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from sarai.corridors import Network
from sarai.corridors.tables import Handling, Leg, Place, Source
from sarai.goods import BadSetting
from sarai.minerals.footprint.tables import Process, gateways, process
from sarai.minerals.loading import material, packaged

__all__ = ["Chain", "Stop", "chain", "overseas", "place_of"]

PANAMA = "panama"  # its legs wait until they are asked for; mines on the Pacific coast of America ask


class Stop(Struct, frozen=True):
    """A place of a chain, and the steps that are done there; none where goods only pass or end."""

    place: Place
    steps: tuple[Process, ...]


class Chain(Struct, frozen=True, kw_only=True):
    """A chain of supply, from the first step to where the product is delivered."""

    material: str
    route: str
    stops: tuple[Stop, ...]


def overseas(network: Network) -> Network:
    """A network with the packaged ports of mining countries that the corridors do not reach.

    Ways whose ends the network does not have are left out, as are places that it has itself. The way through
    Panama is open.
    """
    have = network.by_place
    places = [each for each in packaged("network/places", Place) if each.code not in have]
    there = {*have, *(each.code for each in places)}
    legs = [each for each in packaged("network/legs", Leg) if {each.start, each.end} <= there]
    handlings = [each for each in packaged("network/handlings", Handling) if each.place in there]
    old = [replace(each, asked=False) if each.group == PANAMA else each for each in network.legs]
    return network.with_rows(
        sources=(*network.sources, *packaged("network/sources", Source)),
        places=(*network.places, *places), legs=(*old, *legs),
        handlings=(*network.handlings, *handlings),
    )  # fmt: skip


def place_of(network: Network, said: str) -> Place:
    """The place of a country (``CN``), of a country with a place (``CN/CNXIA``), or of a place.

    Raises
    ------
    BadSetting
        A country has several places and none is usual, or none at all; or the place is elsewhere.
    NotInNetwork
        There is no such place.
    """
    country, slash, where = said.strip().partition("/")
    if slash:
        found = network.place(where)
        if found.country != country.upper():
            raise BadSetting(
                f"{found.name} is in {found.country or 'no country'}, not in {country!r}; mend {said!r}"
            )
        return found
    if len(country) != 2:
        return network.place(country)
    return _gateway(network, country.upper())


def _gateway(network: Network, country: str) -> Place:
    usual = gateways().get(country, "")
    if usual in network.by_place:
        return network.by_place[usual]
    kinds = ("city", "port", "station")
    there = sorted(each.code for each in network.places if each.country == country and each.kind in kinds)
    if len(there) == 1:
        return network.by_place[there[0]]
    if there:
        raise BadSetting(
            f"{country} has several places; name one, as {country}/{there[0]}: {', '.join(there)}"
        )
    raise BadSetting(
        f"country {country!r} has no place in the network; add one with --network DIR (places.csv, "
        "legs.csv), or name a neighbour's port that it trades through"
    )


def chain(network: Network, name: str, start: str, via: Sequence[str], end: str, route: str = "") -> Chain:
    """A chain of a material through places.

    Each step is done at the next place after the last one, from `start` on; what is left over is done at
    the last place before `end`. ``step@place`` in `via` (or `start`) says which is done where; the other
    places of `via` are then only passed.

    Raises
    ------
    BadSetting, NotInNetwork
        A place or step is not known; or no energy of the material's process is.
    """
    steps = process(name, route)
    if not steps:
        raise BadSetting(
            f"{material(name).code} has no process with energy figures; see what others published"
        )
    said = [each.rpartition("@") for each in (start, *via)]
    names = [name for name, _, _ in said]
    done = _named(steps, names) if any(names) else _spread(steps, len(said))
    places = [place_of(network, where) for _, _, where in said]
    stops = [Stop(place, some) for place, some in zip(places, done, strict=True)]
    return Chain(
        material=steps[0].material, route=steps[0].route, stops=(*stops, Stop(place_of(network, end), ()))
    )


def _spread(steps: Sequence[Process], places: int) -> list[tuple[Process, ...]]:
    """A step for each place; the last has the rest of them, places beyond the steps have none."""
    done = [(each,) for each in steps[:places]] + [()] * max(0, places - len(steps))
    done[places - 1] += tuple(steps[places:])
    return done


def _named(steps: Sequence[Process], names: Sequence[str]) -> list[tuple[Process, ...]]:
    """Steps where they are named; the first named has those before it, each other the rest."""
    known = [each.step for each in steps]
    for name in filter(None, names):
        if name not in known:
            raise BadSetting(f"step {name!r} is not one of {', '.join(known)}; write step@place")
    at = {name: place for place, name in enumerate(names) if name}
    order = [at[step] for step in known if step in at]
    if order != sorted(order):
        raise BadSetting(f"the steps come in the order {', '.join(known)}; name their places so")
    done: list[tuple[Process, ...]] = [()] * len(names)
    here = order[0]
    for each in steps:
        here = at.get(each.step, here)
        done[here] += (each,)
    return done
