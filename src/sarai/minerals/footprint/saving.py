"""What lowers a footprint, one measure at a time: what it saves, costs, and costs for each tonne avoided."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from sarai.corridors import Network
from sarai.minerals.footprint.figures import G_PER_T, KG_PER_T, Range
from sarai.minerals.footprint.reckoning import Footprint, electricity_of, hauls
from sarai.minerals.footprint.tables import Option, fuel, options, ranged

__all__ = ["Saving", "savings"]

LEAST_T = 1e-6  # a gram: less is rounding


class Saving(Struct, frozen=True, kw_only=True):
    """A measure on a chain, for a tonne of the product delivered.

    Attributes
    ----------
    option : str
        Code; of carriage ``least-co2e``.
    where : str
        Country or step that it is done at.
    saves_t : float
        CO2e avoided; negative if the measure adds some, as electric heat on a grid of coal does.
    usd : Range
        What it costs beside what is paid now; negative if it pays.
    usd_per_t_co2e : Range, optional
        Marginal abatement cost; none where nothing is saved.
    """

    option: str
    name: str
    where: str
    saves_t: float
    usd: Range
    usd_per_t_co2e: Range | None
    words: str
    sources: tuple[str, ...]


def savings(network: Network, made: Footprint) -> tuple[Saving, ...]:
    """The measures on a chain, the cheapest for each tonne avoided first; each by itself, no sum."""
    found = [each for option in options(made.chain.material) for each in _done(option, made)]
    found += _carriage(network, made)
    return tuple(
        sorted(
            found,
            key=lambda each: (
                each.usd_per_t_co2e is None,
                each.usd_per_t_co2e.value if each.usd_per_t_co2e else 0.0,
                each.option,
                each.where,
            ),
        )
    )


def _done(option: Option, made: Footprint) -> Iterator[Saving]:
    how = {"electricity": _electricity, "heat": _heat, "recycled": _recycled}[option.kind]
    yield from how(option, made)


def _electricity(option: Option, made: Footprint) -> Iterator[Saving]:
    """All electricity of a country, from elsewhere."""
    used: dict[str, float] = {}
    for stop in made.chain.stops:
        for step in stop.steps:
            kwh = step.electricity_kwh_per_t * step.output_t * option.share
            used[stop.place.country] = used.get(stop.place.country, 0.0) + kwh
    for country, kwh in sorted(used.items()):
        rate = electricity_of(country, made.year, made.grids)[0].value
        saves = kwh * (rate - option.g_per_kwh / G_PER_T)
        if saves > LEAST_T:
            words = f"{kwh:,.0f} kWh from {rate * G_PER_T:,.0f} to {option.g_per_kwh:g} g/kWh. {option.note}"
            yield _saving(option, country, saves, ranged(option, "usd_per_kwh").times(kwh), words)


def _heat(option: Option, made: Footprint) -> Iterator[Saving]:
    """A share of a step's fuel, from the grid."""
    for stop in made.chain.stops:
        for step in stop.steps:
            if step.step != option.step or not step.fuel:
                continue
            gj, row = step.fuel_gj_per_t * step.output_t * option.share, fuel(step.fuel)
            kwh = gj * option.kwh_per_gj
            rate = electricity_of(stop.place.country, made.year, made.grids)[0].value
            price, spared = ranged(option, "usd_per_kwh").times(kwh), gj * row.usd_per_gj
            usd = Range(price.value - spared, price.low - spared, price.high - spared)
            words = (
                f"{gj:,.3g} GJ of {row.fuel} for {kwh:,.0f} kWh at {rate * G_PER_T:,.0f} g/kWh. {option.note}"
            )
            saves = gj * row.kg_per_gj / KG_PER_T - kwh * rate
            yield _saving(option, f"{step.step}, {stop.place.country}", saves, usd, words)


def _recycled(option: Option, made: Footprint) -> Iterator[Saving]:
    """A share of the product, from scrap."""
    saves = option.share * (made.total.value - option.t_per_t)
    words = f"{option.share:.0%} of the product from scrap at {option.t_per_t:g} t/t. {option.note}"
    yield _saving(option, "product", saves, ranged(option, "usd_per_t").times(option.share), words)


def _carriage(network: Network, made: Footprint) -> list[Saving]:
    """The ways that emit least, as rail or sea in the place of road; both ends of each haul stay."""
    if made.way != "usual":
        return []
    other = hauls(network, made.chain, "least-co2e")
    saves = sum(each.co2e_t.value for each in made.hauls) - sum(each.co2e_t.value for each in other)
    if saves <= LEAST_T:
        return []
    usd = sum(each.usd for each in other) - sum(each.usd for each in made.hauls)
    words = f"{_modes(made.hauls)} become {_modes(other)}; hours are not priced here."
    sources = tuple(dict.fromkeys(code for each in other for code in each.sources))
    cost = Range(usd, usd, usd)
    return [
        Saving(option="least-co2e", name="carriage with least CO2e", where="transport", saves_t=saves,
               usd=cost, usd_per_t_co2e=cost.times(1 / saves), words=words, sources=sources)
    ]  # fmt: skip


def _modes(several: tuple) -> str:
    sums: dict[str, float] = {}
    for each in several:
        for mode, tkm in each.tkm_by_mode.items():
            sums[mode] = sums.get(mode, 0.0) + tkm
    return ", ".join(f"{mode} {tkm:,.0f} tkm" for mode, tkm in sorted(sums.items()))


def _saving(option: Option, where: str, saves: float, usd: Range, words: str) -> Saving:
    return Saving(
        option=option.code, name=option.name, where=where, saves_t=saves, usd=usd,
        usd_per_t_co2e=usd.times(1 / saves) if saves > LEAST_T else None,
        words=words.strip(), sources=tuple(option.source.split()),
    )  # fmt: skip
