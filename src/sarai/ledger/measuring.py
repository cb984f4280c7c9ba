"""What a line comes to: its goods as the ledger compares them, its quantity in base units."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from sarai.goods import Code, Document, Line, Processing, TooLarge
from sarai.ledger.rows import DIGITS, DIMENSION_BITS, EDITIONS
from sarai.ledger.settings import MAX_CACHED_GOODS
from sarai.ledger.verdict import Refused
from sarai.reference import hs, units


class Goods(NamedTuple):
    """What a line says that it is, as the ledger compares it."""

    commodity: int  # code and kind of unit: the low bits of a pool's number
    code: int  # edition and six digits, such as 2022854231
    dimension: int
    known: bool  # the six digits are in their edition


class Measured(Struct, frozen=True, gc=False):
    """A line with what the ledger makes of it: goods, and the quantity in base units."""

    line: Line
    goods: Goods
    quantity: int
    pointer: str


def measure(document: Document) -> list[Measured]:
    """Every line's goods and quantity, inputs before outputs; refuses bad units and fineness."""
    if isinstance(document, Processing):
        return [*_measure(document.inputs, "/inputs"), *_measure(document.outputs, "/outputs")]
    return _measure(getattr(document, "lines", ()), "/lines")


def _measure(lines: Sequence[Line], pointer: str) -> list[Measured]:
    measured = []
    for index, line in enumerate(lines):
        here = f"{pointer}/{index}"
        try:
            goods = identify(line.edition, line.hs[:6], line.unit)
        except units.UnknownUnit as fault:
            raise Refused(Code.UNKNOWN_UNIT, str(fault), f"{here}/unit") from None
        measured.append(Measured(line, goods, base_units(line.quantity, line.unit, here), here))
    return measured


@lru_cache(maxsize=MAX_CACHED_GOODS)
def identify(edition: str, hs6: str, unit: str) -> Goods:
    """The goods that an edition's six digits and a unit stand for; UnknownUnit if it is none."""
    dimension = int(units.dimension(unit))
    code = int(edition[2:] + hs6)
    return Goods(commodity_of(code, dimension), code, dimension, hs.exists(edition, hs6))


def base_units(quantity: Decimal, unit: str, pointer: str) -> int:
    """A quantity in base units; refuses what is finer than one, or beyond counting."""
    try:
        return units.to_base(quantity, unit)
    except units.TooFine as fault:
        raise Refused(Code.TOO_FINE, str(fault), f"{pointer}/quantity") from None
    except TooLarge as fault:
        raise Refused(Code.BAD_VALUE, str(fault), f"{pointer}/quantity") from None


@lru_cache(maxsize=MAX_CACHED_GOODS)
def compatible(one: int, other: int) -> bool:
    """Whether two codes (edition and six digits) may be the same goods."""
    if one == other:
        return True
    edition, digits = divmod(one, DIGITS)
    edition2, digits2 = divmod(other, DIGITS)
    return hs.compatible(f"HS{edition}", f"{digits:06d}", f"HS{edition2}", f"{digits2:06d}")


@lru_cache(maxsize=MAX_CACHED_GOODS)
def commodity_of(code: int, dimension: int) -> int:
    """Edition, six digits and kind of unit as the low bits of a pool's number.

    >>> commodity_of(2022_854231, 4) == (2 << 25 | 854231 << 5 | 4)
    True
    """
    edition, digits = divmod(code, DIGITS)
    return EDITIONS.index(edition) << 25 | digits << DIMENSION_BITS | dimension


def code_of(commodity: int) -> int:
    """Edition and six digits of the low bits of a pool's number.

    >>> code_of(commodity_of(2017_854231, 4))
    2017854231
    """
    return EDITIONS[commodity >> 25] * DIGITS + (commodity >> DIMENSION_BITS & (1 << 20) - 1)


@lru_cache(maxsize=MAX_CACHED_GOODS)
def same_elsewhere(code: int, dimension: int, editions: tuple[int, ...]) -> tuple[int, ...]:
    """The commodities of other editions that may be the same goods."""
    own, digits = divmod(code, DIGITS)
    hs6 = f"{digits:06d}"
    others = []
    for edition in editions:
        if edition != own:
            found = {hs6, *hs.convert(hs6, f"HS{own}", f"HS{edition}")}
            codes = (edition * DIGITS + int(other) for other in sorted(found))
            others += [commodity_of(other, dimension) for other in codes if compatible(code, other)]
    return tuple(others)
