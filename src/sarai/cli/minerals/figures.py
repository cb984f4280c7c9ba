"""Amounts of materials as people read them: three places, thousands apart, and the unit after a blank."""

from __future__ import annotations

import math

__all__ = ["amount", "with_unit"]

PLACES = 3
LEAST = 0.001  # less is rounding to whoever reads it
UNITS = {"kUSD": "thousand USD"}


def amount(value: float) -> str:
    """A figure to three places.

    >>> amount(15590.6), amount(1.234), amount(0.04364), amount(0.0), amount(3e-7), amount(999.6)
    ('15,600', '1.23', '0.0436', '0', '<0.001', '1,000')
    """
    if abs(value) < LEAST:
        return f"<{LEAST}" if value else "0"
    rounded = float(f"{value:.{PLACES}g}")
    digits = PLACES - 1 - math.floor(math.log10(abs(rounded)))
    return f"{rounded:,.{max(digits, 0)}f}"


def with_unit(value: float, unit: str) -> str:
    """A figure with its unit.

    >>> with_unit(15590.6, "t"), with_unit(320.0, "kUSD")
    ('15,600 t', '320 thousand USD')
    """
    return f"{amount(value)} {UNITS.get(unit, unit)}"
