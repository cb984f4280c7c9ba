"""What a selector names in a network: ``leg:CODE>``, ``place:CODE``, ``border:CC-CC`` and their like."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NoReturn

from msgspec import Struct

from sarai.corridors.network import Network
from sarai.corridors.tables import Leg, Place
from sarai.goods import BadSetting, NotInNetwork

__all__ = ["KINDS", "Direction", "Selector", "crossings", "directions", "legs", "must_name", "places"]

FORTH, BACK = ">", "<"
Direction = tuple[str, bool]
"""A leg by its code, and whether it is travelled from its end to its start."""


class Selector(Struct, frozen=True):
    """One thing, or all of one kind, by a code.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    code : str
        Of a border, two countries: ``KZ-RU``.
    way : str
        Of a leg, ``>`` from its start, ``<`` from its end; of a border, ``>`` from the first country into
        the second. Empty for both.
    """

    kind: str
    code: str
    way: str = ""

    def __str__(self) -> str:
        code = self.code.replace("-", FORTH) if self.kind == "border" and self.way else self.code + self.way
        return f"{self.kind}:{code}"

    @classmethod
    def read(cls, text: str) -> Selector:
        """A selector of its text; raises `BadSetting` with what is possible.

        >>> Selector.read("border:KZ>RU")
        Selector(kind='border', code='KZ-RU', way='>')
        """
        kind, colon, code = text.partition(":")
        if not colon or kind not in KINDS:
            raise BadSetting(f"is no selector; write {', '.join(f'{each}:CODE' for each in KINDS)}")
        if kind == "border":
            return _border(code)
        way = code[-1:] if kind == "leg" and code[-1:] in (FORTH, BACK) else ""
        code = code.removesuffix(way)
        if not code:
            raise BadSetting(f"has no code; write {kind}:CODE")
        return cls(kind, code, way)


def _border(code: str) -> Selector:
    way = FORTH if FORTH in code else ""
    countries = code.split(way or "-")
    if [len(each) for each in countries] != [2, 2] or not code.replace(way or "-", "").isalpha():
        raise BadSetting("is no border; write border:KZ-RU for both ways, border:KZ>RU for one")
    return Selector("border", "-".join(countries), way)


# -- what it names -------------------------------------------------------------------------------


def legs(network: Network, selector: Selector) -> tuple[Leg, ...]:
    """The legs that a selector names, in the network's order."""
    named = {code for code, _ in directions(network, selector)}
    return tuple(each for each in network.legs if each.code in named)


def directions(network: Network, selector: Selector) -> frozenset[Direction]:
    """The same, each way that a leg can be travelled on its own."""
    if selector.kind == "limit":
        limit = next(each for each in network.limits if each.code == selector.code)
        return frozenset().union(*(directions(network, Selector.read(on)) for on in limit.on.split()))
    if selector.kind == "border":
        return crossings(network, selector)
    holds = _HOLDS[selector.kind](network, selector.code)
    ways = [each for each in _ways(network.legs) if holds(network.by_leg[each[0]])]
    return frozenset(each for each in ways if not selector.way or each[1] == (selector.way == BACK))


def crossings(network: Network, selector: Selector) -> frozenset[Direction]:
    """The ways that cross a border or enter or leave a country, of a selector of either; else none."""
    start, _, end = selector.code.partition("-")

    def crosses(way: Direction) -> bool:
        left, entered = countries(network, way)
        if left == entered:
            return False
        if selector.kind == "country":
            return selector.code in (left, entered)
        return (left, entered) == (start, end) or (not selector.way and (entered, left) == (start, end))

    if selector.kind not in ("border", "country"):
        return frozenset()
    return frozenset(each for each in _ways(network.legs) if crosses(each))


def countries(network: Network, way: Direction) -> tuple[str, str]:
    """The country that a way leaves, and the one that it enters."""
    leg = network.by_leg[way[0]]
    start, end = (network.by_place[each].country for each in (leg.start, leg.end))
    return (end, start) if way[1] else (start, end)


def places(network: Network, selector: Selector) -> tuple[Place, ...]:
    """The places at which a selector means the handling: of a place itself, or of all in a country."""
    if selector.kind == "place":
        return (network.by_place[selector.code],)
    if selector.kind == "country":
        return tuple(each for each in network.places if each.country == selector.code)
    return ()


def _ways(rows: Iterable[Leg]) -> Iterable[Direction]:
    for each in rows:
        yield (each.code, False)
        if each.both:
            yield (each.code, True)


def _at(network: Network, code: str) -> Callable[[Leg], bool]:
    return lambda leg: code in (leg.start, leg.end)


def _of_service(network: Network, code: str) -> Callable[[Leg], bool]:
    own = network.by_service[code].legs.split()
    return lambda leg: leg.code in own


def _touches(network: Network, code: str) -> Callable[[Leg], bool]:
    return lambda leg: code in countries(network, (leg.code, False))


_HOLDS: Mapping[str, Callable[[Network, str], Callable[[Leg], bool]]] = {
    "leg": lambda network, code: lambda leg: leg.code == code,
    "place": _at,
    "service": _of_service,
    "country": _touches,
    "mode": lambda network, code: lambda leg: leg.mode == code,
    "group": lambda network, code: lambda leg: leg.group == code,
}
"""By kind, whether a leg is of it."""

KINDS = (*_HOLDS, "border", "limit")


# -- whether there is anything -------------------------------------------------------------------


def must_name(network: Network, selector: Selector) -> None:
    """Raises `NotInNetwork` with what is near, where a selector names nothing."""
    known = _known(network, selector.kind)
    if selector.code not in known:
        _missing(selector, known)
    if selector.kind in ("leg", "border") and not directions(network, selector):
        raise NotInNetwork(f"{selector} names nothing in the network: only the other way is there")


def _known(network: Network, kind: str) -> dict[str, None]:
    """The codes of a kind that name something."""
    codes = {
        "leg": network.by_leg,
        "place": network.by_place,
        "service": network.by_service,
        "country": (each.country for each in network.places if each.country),
        "mode": (each.mode for each in network.legs),
        "group": (each.group for each in network.legs if each.group),
        "border": _borders(network),
        "limit": (each.code for each in network.limits),
    }
    return dict.fromkeys(codes[kind])


def _borders(network: Network) -> Iterable[str]:
    for each in network.legs:
        start, end = countries(network, (each.code, False))
        if start and end and start != end:
            yield from (f"{start}-{end}", f"{end}-{start}")


def _missing(selector: Selector, known: Iterable[str]) -> NoReturn:
    from difflib import get_close_matches

    codes = sorted(known)
    near = get_close_matches(selector.code, codes, n=3, cutoff=0.5) or codes[:5]
    told = f"did you mean {', '.join(f'{selector.kind}:{each}' for each in near)}?" if near else "it has none"
    raise NotInNetwork(f"{selector} names nothing in the network; {told}")
