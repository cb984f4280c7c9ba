"""Arithmetic that keeps null null, and is the same on every engine.

Engines differ where schools do: by one a number divided by zero is infinite, by another it is null; the
least of a number and null is the number. Here neither is left to them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ibis.expr.types import Value

__all__ = ["asinh", "growth_of", "lesser", "positive", "ratio"]


def ratio(part: Value, whole: Value) -> Value:
    """The part by the whole; null unless the whole is above zero."""
    return (whole > 0).ifelse(part / whole, None)


def growth_of(value: Value, base: Value) -> Value:
    """Growth over the base, 1 for a doubling: infinite from zero, null from zero to zero and from holes."""
    import ibis

    grown = (value > 0).ifelse(ibis.literal(float("inf")), None)
    return (base > 0).ifelse(value / base - 1, (base == 0).ifelse(grown, None))


def lesser(one: Value, other: Value) -> Value:
    """The lesser of two, null if either is."""
    import ibis

    return (one.notnull() & other.notnull()).ifelse(ibis.least(one, other), None)


def positive(value: Value) -> Value:
    """The value, or zero if it is negative."""
    import ibis

    return value.notnull().ifelse(ibis.greatest(value, 0.0), None)


def asinh(value: Value) -> Value:
    r"""Inverse hyperbolic sine of what is not negative: :math:`\ln(x + \sqrt{x^2 + 1})`, 0 at 0."""
    return (value + (value * value + 1.0).sqrt()).ln()
