"""What a tonne of a material emits on its way here: the chain told, compared, and what would lower it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sarai.corridors import Network
from sarai.corridors.changes import apply
from sarai.goods import BadSetting
from sarai.minerals import cited_sources, material
from sarai.minerals.footprint import (
    KINDS,
    Chain,
    Footprint,
    Haul,
    Part,
    Published,
    Range,
    Saving,
    chain,
    digits,
    footprint,
    overseas,
    published,
    routes_of,
    savings,
)
from sarai.telling.corridors_asked import Given, changes_in, without_modes

if TYPE_CHECKING:
    from sarai.telling.charts import Stacks

__all__ = ["At", "Told", "footprint_of", "grids_in", "network_of", "picture"]

NOTHING_COUNTED = "Terminals, packing, capital goods and the making of fuels and reagents are not counted."


class At(Struct, frozen=True, kw_only=True):
    """A place of a chain, and what is done there."""

    code: str
    name: str
    country: str
    steps: tuple[str, ...]


class Told(Struct, frozen=True, kw_only=True):
    """A footprint with everything beside it; where it cannot be reckoned, why, and what others published.

    Attributes
    ----------
    total : Range, optional
        t CO2e for a tonne of the product delivered.
    by_kind : dict of str to Range
    savings : tuple of Saving
        Each by itself: they do not add up.
    reason : str
        Why there is no total; empty if there is one.
    sources : dict of str to str
        Titles by code.
    """

    material: str
    product: str = ""
    route: str = ""
    stops: tuple[At, ...] = ()
    total: Range | None = None
    by_kind: dict[str, Range] = {}
    parts: tuple[Part, ...] = ()
    hauls: tuple[Haul, ...] = ()
    savings: tuple[Saving, ...] = ()
    published: tuple[Published, ...] = ()
    reason: str = ""
    words: tuple[str, ...] = ()
    sources: dict[str, str] = {}


def network_of(given: Given) -> Network:
    """The network that is asked, with ports overseas; what is changed is changed in both."""
    wide = overseas(replace(given, changes=(), modes=()).network())
    return apply(without_modes(wide, given.modes), changes_in(given.changes))


def footprint_of(
    network: Network, name: str, start: str, via: Sequence[str], end: str, *,
    route: str = "", year: int | None = None, grids: Mapping[str, float] | None = None, way: str = "usual",
) -> Told:  # fmt: skip
    """The footprint of a chain of a material; see `sarai.minerals.footprint.chain` for how places are said.

    Raises
    ------
    BadSetting, NotInNetwork, Unreachable
        A material, place, route or step is not known, a country's electricity has no figure, or no way
        leads on.
    """
    code, others = material(name).code, published(name)
    if not routes_of(code):
        reason = f"no energy of the process of {code} is known with a range and a source"
        return Told(material=code, reason=reason, published=others, sources=_titles(_codes(others)))
    laid = chain(network, code, start, via, end, route)
    made = footprint(network, laid, year=year, grids=grids, way=way)
    lower = savings(network, made)
    titles = {each.code: each.title for each in network.sources}
    return Told(
        material=code, product=_steps(laid)[-1].product, route=laid.route, stops=_stops(laid),
        total=made.total, by_kind={kind: made.of(kind) for kind in KINDS}, parts=made.parts, hauls=made.hauls,
        savings=lower, published=others, words=_words(network, made),
        sources=_titles(_codes([*made.parts, *lower, *others]), titles),
    )  # fmt: skip


def grids_in(said: Iterable[str]) -> dict[str, float]:
    """Grams of CO2e a kWh by country, from words such as ``KZ=450``.

    >>> grids_in(["KZ=450", "no=30"])
    {'KZ': 450.0, 'NO': 30.0}
    """
    found = {}
    for each in said:
        country, _, text = each.partition("=")
        try:
            grams = float(text)
        except ValueError:
            grams = -1.0
        if len(country) != 2 or not 0 <= grams <= 5000:
            raise BadSetting(f"electricity {each!r} is not read; write COUNTRY=GRAMS a kWh, as KZ=450")
        found[country.upper()] = grams
    return found


def picture(told: Told) -> Stacks:
    """The chain and each of its steps and ways, stacked by kind.

    Raises
    ------
    BadSetting
        There is no footprint to draw.
    """
    from sarai.telling.charts import Stack, Stacks, Words

    if told.total is None:
        raise BadSetting(f"there is nothing to draw: {told.reason}")
    steps = dict.fromkeys((each.step, each.place) for each in told.parts)
    rows = [Stack(name="the whole chain", values=tuple(told.by_kind[kind].value for kind in KINDS))]
    for step, place in steps:
        parts = {e.kind: e.co2e_t.value for e in told.parts if (e.step, e.place) == (step, place)}
        name = step if "transport" in parts else f"{step}, {place}"
        rows.append(Stack(name=name, values=tuple(parts.get(kind, 0.0) for kind in KINDS)))
    words = Words(
        title=f"Footprint of a tonne of {told.product}", unit="t CO2e for a tonne of product delivered",
        source="; ".join(_codes(told.parts)), note=told.words[0],
    )  # fmt: skip
    return Stacks(words=words, parts=KINDS, rows=tuple(rows))


def _steps(laid: Chain) -> list:
    return [step for stop in laid.stops for step in stop.steps]


def _stops(laid: Chain) -> tuple[At, ...]:
    return tuple(
        At(code=each.place.code, name=each.place.name, country=each.place.country,
           steps=tuple(step.step for step in each.steps))
        for each in laid.stops
    )  # fmt: skip


def _words(network: Network, made: Footprint) -> tuple[str, ...]:
    total = made.total
    between = f"{digits(total.low)} to {digits(total.high)} if all figures were low, or high, at once."
    kinds = {each.code: each.kind for each in (*network.sources, *cited_sources().values())}
    assumed = [each for each in made.parts if "assumed" in map(kinds.get, each.sources)]
    share = sum(each.co2e_t.value for each in assumed) / total.value if total.value else 0.0
    others = [each for each in routes_of(made.chain.material) if each != made.chain.route]
    ways = (f"Other ways of making it: {', '.join(others)}.",) if others else ()
    notes = tuple(f"{each.step}: {each.note}." for each in _steps(made.chain) if each.note)
    return (
        between,
        f"{share:.0%} of it rests on figures of which some are assumed, or were not looked up.",
        NOTHING_COUNTED,
        *ways,
        *notes,
    )


def _codes(rows: Iterable[Part | Saving | Published]) -> list[str]:
    several = (each.source.split() if isinstance(each, Published) else each.sources for each in rows)
    return sorted({code for codes in several for code in codes})


def _titles(codes: Iterable[str], more: Mapping[str, str] | None = None) -> dict[str, str]:
    """What the sources are called; those of the tables of materials go before the network's."""
    known = dict(more or {}) | {code: each.title for code, each in cited_sources().items()}
    return {code: known.get(code, "") for code in codes}
