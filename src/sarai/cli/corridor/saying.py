"""Figures of ways as a person reads them; what is not known says so."""

from __future__ import annotations

__all__ = ["days", "share", "spell", "tonnes"]

UNKNOWN = "-"


def days(hours: float | None) -> str:
    """Hours as days.

    >>> days(36.0), days(None)
    ('1.5', '-')
    """
    return UNKNOWN if hours is None else f"{hours / 24:.1f}"


def spell(hours: float | None) -> str:
    """A time as people say it.

    >>> spell(0.5), spell(5.25), spell(50.0), spell(None)
    ('30 min', '5.2 h', '2 d 2 h', '-')
    """
    if hours is None:
        return UNKNOWN
    if hours < 1:
        return f"{hours * 60:.0f} min"
    if hours < 48:
        return f"{hours:.1f} h"
    whole = round(hours)
    return f"{whole // 24} d {whole % 24} h" if whole % 24 else f"{whole // 24} d"


def share(value: float | None) -> str:
    """A share in hundredths.

    >>> share(0.934), share(None)
    ('93 %', '-')
    """
    return UNKNOWN if value is None else f"{100 * value:.0f} %"


def tonnes(value: float | None) -> str:
    """Tonnes, thousands or millions of them.

    >>> tonnes(1234567.0), tonnes(45_000.0), tonnes(950.0), tonnes(None)
    ('1.23 Mt', '45.0 kt', '950 t', '-')
    """
    if value is None:
        return UNKNOWN
    for factor, unit in ((1e6, "Mt"), (1e3, "kt")):
        if abs(value) >= factor:
            return f"{value / factor:,.2f} {unit}" if factor > 1e5 else f"{value / factor:,.1f} {unit}"
    return f"{value:.0f} t"
