"""What footprints are reckoned from: steps of a process, electricity of countries, fuels, options.

A figure has ``_low`` and ``_high`` beside it; where they are empty they mean the figure itself. ``source``
names sources of `sarai.minerals.sources` by blanks; ``known`` among them says that something is assumed.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from msgspec import Struct

from sarai.goods import BadSetting
from sarai.minerals.footprint.figures import Range
from sarai.minerals.loading import material, packaged

__all__ = [
    "Fuel", "Gateway", "Grid", "Option", "Process", "Published", "fuel", "gateways", "grid", "options",
    "process", "published", "routes_of",
]  # fmt: skip


class Process(Struct, frozen=True, kw_only=True):
    """A step from ore to product.

    Attributes
    ----------
    route : str
        The way of making it that the step belongs to: ``Pidgeon``.
    good : str
        How its product is carried: a good of the corridors.
    output_t : float
        Tonnes of the step's product in a tonne of the last product.
    electricity_kwh_per_t, fuel_gj_per_t, direct_t_per_t : float
        For a tonne of the step's product; direct is CO2e that no fuel's combustion accounts for.
    """

    material: str
    route: str
    order: int
    step: str
    stage: str
    product: str
    good: str
    output_t: float
    electricity_kwh_per_t: float
    electricity_kwh_per_t_low: float | None = None
    electricity_kwh_per_t_high: float | None = None
    fuel: str = ""
    fuel_gj_per_t: float
    fuel_gj_per_t_low: float | None = None
    fuel_gj_per_t_high: float | None = None
    direct_t_per_t: float
    direct_t_per_t_low: float | None = None
    direct_t_per_t_high: float | None = None
    source: str
    note: str = ""


class Grid(Struct, frozen=True, kw_only=True):
    """Greenhouse gas of a country's electricity in a year, grams of CO2e a kWh."""

    country: str
    year: int
    g_per_kwh: float
    g_per_kwh_low: float | None = None
    g_per_kwh_high: float | None = None
    source: str


class Fuel(Struct, frozen=True, kw_only=True):
    """Emission of a fuel when burnt, and its price."""

    fuel: str
    kg_per_gj: float
    usd_per_gj: float
    source: str
    note: str = ""


class Option(Struct, frozen=True, kw_only=True):
    """What lowers a footprint; `kind` is ``electricity``, ``heat`` or ``recycled`` (options.csv says how)."""

    code: str
    name: str
    kind: str
    material: str
    step: str
    share: float
    g_per_kwh: float = 0.0
    kwh_per_gj: float = 0.0
    usd_per_kwh: float = 0.0
    usd_per_kwh_low: float | None = None
    usd_per_kwh_high: float | None = None
    t_per_t: float = 0.0
    t_per_t_low: float | None = None
    t_per_t_high: float | None = None
    usd_per_t: float = 0.0
    usd_per_t_low: float | None = None
    usd_per_t_high: float | None = None
    source: str
    note: str = ""

    def __post_init__(self) -> None:
        if self.kind not in ("electricity", "heat", "recycled"):
            raise ValueError(f"kind {self.kind!r} is not electricity, heat or recycled")
        if not 0 < self.share <= 1:
            raise ValueError(f"share {self.share:g} is not within 0 and 1")


class Published(Struct, frozen=True, kw_only=True):
    """A footprint that others published, t CO2e for a tonne: to compare with, never to reckon from."""

    material: str
    product: str
    route: str = ""
    t_per_t: float
    t_per_t_low: float | None = None
    t_per_t_high: float | None = None
    source: str
    note: str = ""


class Gateway(Struct, frozen=True, kw_only=True):
    """Where in the corridors a country's trade begins or ends if no place is named."""

    country: str
    place: str
    source: str
    note: str = ""


def ranged(row: Any, name: str) -> Range:
    """A figure of a row with its bounds."""
    value, low, high = (getattr(row, f"{name}{end}") for end in ("", "_low", "_high"))
    return Range(value, value if low is None else low, value if high is None else high)


def routes_of(name: str) -> tuple[str, ...]:
    """The ways of making a material that there are figures of, the usual one first."""
    code = material(name).code
    rows = packaged("processes", Process)
    return tuple(dict.fromkeys(each.route for each in rows if each.material == code))


def process(name: str, route: str = "") -> tuple[Process, ...]:
    """The steps of making a material, in order; none where no energy with a range is known.

    Raises
    ------
    BadSetting
        There are figures, but not of such a route.
    """
    known = routes_of(name)
    if route and route not in known:
        raise BadSetting(
            f"{name} has no figures of a route {route!r}; take {' or '.join(map(repr, known)) or 'none'}"
        )
    code, used = material(name).code, route or (known[0] if known else "")
    rows = packaged("processes", Process)
    found = [each for each in rows if (each.material, each.route) == (code, used)]
    return tuple(sorted(found, key=lambda each: each.order))


def grid(country: str, year: int | None = None) -> Grid:
    """A country's electricity in the year nearest to one, the later if two are; the latest if none is said.

    Raises
    ------
    BadSetting
        There is no figure of the country.
    """
    rows = [each for each in packaged("grids", Grid) if each.country == country]
    if not rows:
        raise BadSetting(
            f"electricity of {country!r} has no figure in grids.csv; say one, as --grid {country}=450"
        )
    if year is None:
        return max(rows, key=lambda each: each.year)
    return min(rows, key=lambda each: (abs(each.year - year), -each.year))


def fuel(name: str) -> Fuel:
    """A fuel by its name."""
    return _fuels()[name]


def options(name: str) -> tuple[Option, ...]:
    """What lowers the footprint of a material."""
    code = material(name).code
    return tuple(each for each in packaged("options", Option) if each.material in ("*", code))


def published(name: str) -> tuple[Published, ...]:
    """What others published of a material."""
    code = material(name).code
    return tuple(each for each in packaged("published", Published) if each.material == code)


def gateways() -> dict[str, str]:
    """A country's place in the corridors where several could be meant, by alpha-2."""
    return {each.country: each.place for each in packaged("gateways", Gateway)}


@cache
def _fuels() -> dict[str, Fuel]:
    return {each.fuel: each for each in packaged("fuels", Fuel)}
