"""A figure with its bounds, which add up and scale as the figure does."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from sarai.goods import BadSetting

__all__ = ["G_PER_KG", "G_PER_T", "KG_PER_T", "NOTHING", "Range", "digits", "total"]

G_PER_KG, G_PER_T, KG_PER_T = 1e3, 1e6, 1e3


class Range(Struct, frozen=True):
    """A value between a low and a high. Sums add lows and highs: as if all were low, or high, at once."""

    value: float
    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.value <= self.high:
            raise BadSetting(
                f"{self.value:g} is not within {self.low:g} and {self.high:g}; give low, value, high"
            )

    def __add__(self, other: Range) -> Range:
        return Range(self.value + other.value, self.low + other.low, self.high + other.high)

    def times(self, factor: float) -> Range:
        """Scaled by a factor of 0 or more."""
        return Range(self.value * factor, self.low * factor, self.high * factor)

    def by(self, other: Range) -> Range:
        """The product of two that are 0 or more.

        >>> Range(2, 1, 3).by(Range(10, 9, 11))
        Range(value=20, low=9, high=33)
        """
        return Range(self.value * other.value, self.low * other.low, self.high * other.high)


NOTHING = Range(0.0, 0.0, 0.0)


def digits(value: float) -> str:
    """A figure as people read it: three digits, and whole from a thousand on.

    >>> digits(0.08234), digits(41.6), digits(36859.8)
    ('0.0823', '41.6', '36,860')
    """
    return f"{value:.3g}" if value < 999.5 else f"{value:,.0f}"


def total(ranges: Iterable[Range]) -> Range:
    """The sum."""
    return sum(ranges, NOTHING)
