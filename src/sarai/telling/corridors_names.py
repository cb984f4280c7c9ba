"""Short names of ways, as people speak of them: by the waters, pipes and countries passed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from sarai.corridors import Network
from sarai.corridors.routes import Route
from sarai.corridors.tables import Leg, Place

__all__ = ["country_name", "directed", "named", "named_by_legs", "uncounted"]

Ridden = tuple[str, ...]

MOST_WORDS = 5

OF_GROUPS = {
    "caspian": "Caspian", "caspian-tanker": "Caspian", "black-sea": "Black Sea", "arctic": "Arctic",
    "cpc": "CPC pipeline", "btc": "BTC pipeline", "baku-supsa": "Baku-Supsa pipeline",
    "baku-novorossiysk": "Baku-Novorossiysk pipeline", "druzhba": "Druzhba pipeline",
    "kazakhstan-china": "Kazakhstan-China pipeline", "kto": "Atyrau-Samara pipeline",
    "central-asia-china": "Central Asia-China pipeline",
    "central-asia-center": "Central Asia-Center pipeline",
    "southern-gas-corridor": "Southern Gas Corridor", "btk": "BTK", "tripp": "TRIPP",
    "trans-siberian": "Trans-Siberian",
}  # fmt: skip
"""By corridor of the packaged network, what a way by it is called."""

OF_PLACES = {
    "SUEZ": "Suez", "PANAMA": "Panama", "KIEL": "Baltic", "XZBEL": "Baltic", "XZORE": "Baltic",
    "XZBOS": "Bosphorus", "XZCGH": "Cape of Good Hope", "XZBSC": "Black Sea", "XZBSW": "Black Sea",
}  # fmt: skip
"""By place of the packaged network that ships pass."""

PIPES = {code for code, name in OF_GROUPS.items() if name.endswith("pipeline")}
SAID_MODES = ("air", "rail", "road", "pipeline")
ON_LAND = ("rail", "road", "river", "pipeline")
SHORT = {
    "RU": "Russia", "IR": "Iran", "TR": "Türkiye", "US": "United States", "GB": "Britain",
    "KR": "South Korea", "VN": "Vietnam", "LA": "Laos", "SY": "Syria", "AE": "Emirates", "TW": "Taiwan",
}  # fmt: skip


def country_name(code: str) -> str:
    """A country as people call it.

    >>> country_name("RU"), country_name("KZ")
    ('Russia', 'Kazakhstan')
    """
    from sarai.reference import countries

    if code in SHORT:
        return SHORT[code]
    return countries.country(code).name if countries.exists(code) else code


def named(network: Network, routes: Sequence[Route]) -> list[str]:
    """A short name for each of several ways between the same places, different where they differ.

    What all pass is not said, unless a way has nothing else.
    """
    return named_by_legs(network, [directed(network, route) for route in routes])


def directed(network: Network, route: Route) -> Ridden:
    """The codes of a way's legs with their direction, ``A-B>``."""
    return tuple(
        f"{code}{'>' if network.by_leg[code].start == start else '<'}"
        for stretch in route.stretches
        for code, start in zip(stretch.legs, stretch.places, strict=False)
    )


def named_by_legs(network: Network, ways: Sequence[Ridden]) -> list[str]:
    """The same, of ways by the codes of their legs with the direction."""
    ridden = [[_ends(network, code) for code in way] for way in ways]
    told = [tuple(dict.fromkeys(_passed(way))) for way in ridden]
    counted = Counter(word for words in told for word in words)
    names = [_short(words, counted, len(ways)) for words in told]
    return _apart(names, [_places(way) for way in ridden])


def _ends(network: Network, code: str) -> tuple[Leg, Place, Place]:
    """A leg, from where to where it is used."""
    leg = network.by_leg[code.rstrip("<>")]
    ends = network.by_place[leg.start], network.by_place[leg.end]
    return (leg, *(reversed(ends) if code.endswith("<") else ends))


def _places(way: Sequence[tuple[Leg, Place, Place]]) -> list[Place]:
    return [way[0][1], *(end for _, _, end in way)]


def _passed(way: Sequence[tuple[Leg, Place, Place]]) -> Iterator[str]:
    """What a way passes, in order: waters and pipes by their names, modes, countries on land."""
    outer = {way[0][1].country, way[-1][2].country, ""}
    pipes = {leg.group for leg, _, _ in way} & PIPES
    for leg, start, end in way:
        if leg.mode in SAID_MODES and not (leg.mode == "pipeline" and pipes):
            yield leg.mode
        if word := OF_GROUPS.get(leg.group):
            yield word
        for place in (start, end):
            if word := OF_PLACES.get(place.code):
                yield word
            elif place.kind == "canal":
                yield place.name
            if leg.mode in ON_LAND and place.country not in outer:
                yield country_name(place.country)


def _short(words: tuple[str, ...], counted: Counter[str], ways: int) -> str:
    """The words that tell most: those that fewest of the ways have, in the order of passing."""
    telling = [word for word in words if counted[word] < ways]
    telling = telling or [word for word in words if word not in SAID_MODES] or list(words)
    kept = sorted(telling, key=lambda word: (counted[word], words.index(word)))[:MOST_WORDS]
    return ", ".join(word for word in words if word in kept) or "direct"


def _apart(names: list[str], places: Sequence[Sequence[Place]]) -> list[str]:
    """Names that are the same get a place that only the one way passes."""
    found = []
    for at, (name, passed) in enumerate(zip(names, places, strict=True)):
        same = [other for other, it in enumerate(names) if it == name and other != at]
        if not same:
            found.append(name)
            continue
        elsewhere = {place.code for other in same for place in places[other]}
        own = [place.name for place in passed[1:-1] if place.code not in elsewhere]
        found.append(f"{name} by {own[len(own) // 2]}" if own else name)
    return _numbered(found)


def uncounted(name: str) -> str:
    """A name without the number that tells it from the same.

    >>> uncounted("Caspian (2)")
    'Caspian'
    """
    before, bracket, number = name.rpartition(" (")
    return before if bracket and number[:-1].isdigit() else name


def _numbered(names: Iterable[str]) -> list[str]:
    """Those that are still the same are counted."""
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        seen[name] += 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found
