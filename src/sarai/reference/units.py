"""Units of measure (UN/ECE Recommendation 20) and the integers that the book keeps.

A quantity is kept as a whole number of the base unit of its dimension: milligram, millilitre,
millimetre, square millimetre, thousandth of a piece, watt hour, becquerel and so on. Metric units
convert exactly or not at all. Units that are no whole number of base units (pound, gallon, inch,
joule) are rounded to the nearest one, half to even; the table says which.

Contents that tariffs measure by themselves (nitrogen in a fertiliser, pure alcohol in spirits)
are dimensions of their own: a kilogram of nitrogen is no kilogram of goods.
"""

from __future__ import annotations

from decimal import Context, Decimal
from enum import IntEnum
from functools import cache

from msgspec import Struct

from sarai.goods.errors import SaraiError, TooLarge
from sarai.reference._tables import table

__all__ = [
    "MAX_BASE",
    "Dimension",
    "TooFine",
    "Unit",
    "UnknownUnit",
    "base_unit",
    "dimension",
    "from_base",
    "to_base",
    "unit",
    "unit_code",
]

MAX_BASE = 10**17  # 100 million tonnes in mg; dozens of such sums still fit in 64 bits
MAX_EXPONENT = 30  # beyond it no quantity of goods lies, and the arithmetic would be long
SHOWN = Context(prec=34)


class UnknownUnit(SaraiError):
    """A unit code that the table does not have."""


class TooFine(SaraiError):
    """A quantity that is no whole number of base units."""


class Dimension(IntEnum):
    """What a unit measures; numbers fit in five bits and never change their meaning."""

    MASS = 0
    VOLUME = 1
    LENGTH = 2
    AREA = 3
    COUNT = 4
    ENERGY = 5
    ACTIVITY = 6
    PURE_ALCOHOL = 7
    NITROGEN = 8
    PHOSPHORUS_PENTOXIDE = 9
    POTASSIUM_OXIDE = 10
    DRY_SUBSTANCE = 11
    POTASSIUM_HYDROXIDE = 12
    METHYLAMINES = 13
    HYDROGEN_PEROXIDE = 14
    SODIUM_HYDROXIDE = 15
    URANIUM = 16
    FISSILE_ISOTOPES = 17
    CHOLINE_CHLORIDE = 18
    DRAINED_MASS = 19
    CARRYING_CAPACITY = 20
    CELLS = 21
    GROSS_TONNAGE = 22
    INTERNATIONAL_UNITS = 23
    POWER = 24
    STANDARD_GAS = 25
    NORMAL_GAS = 26
    TUNGSTEN_TRIOXIDE = 27


class Unit(Struct, frozen=True):
    """A unit: ``numerator / denominator`` base units of its dimension.

    ``exact`` units refuse what is finer than a base unit, the others round it.
    """

    code: str
    name: str
    dimension: Dimension
    numerator: int
    denominator: int
    exact: bool


def unit(code: str) -> Unit:
    """The unit of a Recommendation 20 code.

    Raises
    ------
    UnknownUnit
        The table does not have it.
    """
    try:
        return _units()[code]
    except KeyError:
        raise UnknownUnit(
            f"unit {code!r} is not known; use a code of UN/ECE Recommendation 20 such as KGM, LTR or C62"
        ) from None


def dimension(code: str) -> Dimension:
    """What a unit measures; raises `UnknownUnit`."""
    return unit(code).dimension


def base_unit(of: Dimension) -> str:
    """The code of the unit in which a dimension is shown, for `from_base`.

    >>> base_unit(Dimension.MASS)
    'KGM'
    """
    return _displayed()[of]


def to_base(quantity: Decimal, code: str) -> int:
    """A quantity in base units of the unit's dimension.

    Parameters
    ----------
    quantity
        Finite.
    code
        Of the unit in which the quantity is stated.

    Raises
    ------
    UnknownUnit
        The table does not have the unit.
    TooFine
        The quantity is no whole number of base units, or would be rounded to none.
    TooLarge
        It is more than `MAX_BASE`.

    >>> to_base(Decimal("0.25"), "KGM"), to_base(Decimal(1), "LBR")
    (250000, 453592)
    """
    measure = _units().get(code) or unit(code)
    if not -MAX_EXPONENT <= quantity.adjusted() <= MAX_EXPONENT:
        raise _out_of_reach(quantity, measure)
    above, below = quantity.as_integer_ratio()
    base, rest = divmod(above * measure.numerator, below * measure.denominator)
    if rest:
        base = _rounded(base, rest, below * measure.denominator, quantity, measure)
    if base > MAX_BASE:
        raise _out_of_reach(quantity, measure)
    return base


def from_base(base: int, code: str) -> Decimal:
    """So many base units in the given unit, to 34 digits; raises `UnknownUnit`.

    >>> from_base(250_000, "KGM")
    Decimal('0.25')
    """
    measure = unit(code)
    return SHOWN.divide(Decimal(base * measure.denominator), Decimal(measure.numerator))


def unit_code(text: str) -> str | None:
    """The code for what customs data say for a unit: a code in any case, or an alias.

    >>> unit_code("kgs"), unit_code("шт."), unit_code("166"), unit_code("?")
    ('KGM', 'C62', 'KGM', None)
    """
    upper = text.strip().upper()
    return upper if upper in _units() else _aliases().get(text.translate(_NOT_IN_ALIASES).lower())


_NOT_IN_ALIASES = dict.fromkeys(map(ord, " \t\u00a0.*·"))


def _rounded(base: int, rest: int, whole: int, quantity: Decimal, measure: Unit) -> int:
    """The nearest whole number to ``base + rest / whole``, half to even, if the unit allows it."""
    if not measure.exact:
        base += 2 * rest > whole or (2 * rest == whole and base % 2)
    if measure.exact or not base:
        smallest = SHOWN.divide(measure.denominator, measure.numerator)
        raise TooFine(
            f"quantity {quantity:f} {measure.code} is finer than the book keeps; "
            f"round it, the smallest step is {smallest:.7g} {measure.code}"
        )
    return base


def _out_of_reach(quantity: Decimal, measure: Unit) -> SaraiError:
    if quantity.adjusted() < 0:
        return TooFine(f"quantity {quantity:.6g} {measure.code} is finer than the book keeps; check its unit")
    most = SHOWN.divide(MAX_BASE * measure.denominator, measure.numerator)
    return TooLarge(f"quantity {quantity:.6g} {measure.code} is more than {most:.6g}; check its unit")


@cache
def _units() -> dict[str, Unit]:
    return {row["code"]: _unit(row) for row in table("units")}


def _unit(row: dict[str, str]) -> Unit:
    above, _, below = row["factor"].partition("/")
    numerator, denominator = Decimal(above).as_integer_ratio()
    return Unit(
        code=row["code"],
        name=row["name"],
        dimension=Dimension[row["dimension"]],
        numerator=numerator,
        denominator=denominator * int(below or 1),
        exact=row["rounding"] == "exact",
    )


@cache
def _displayed() -> dict[Dimension, str]:
    return {Dimension[row["dimension"]]: row["code"] for row in table("units") if row["display"]}


@cache
def _aliases() -> dict[str, str]:
    return {row["alias"]: row["code"] for row in table("unit_aliases")}
