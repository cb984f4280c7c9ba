"""What the auditor knows of units, countries and HS codes: a handful, entered by hand.

The codes are real. HS2017 851712 (telephones for cellular networks) became 851713 and 851714 in
HS2022; HS2012 and HS2017 agree on it. 100630 (milled rice) is the same in all three editions.
Source: UN Statistics Division, HS correlation tables 2022 to 2017 and 2017 to 2012. They relate 851712 to
more codes than these, none of which occurs in the auditor's world.
"""

from __future__ import annotations

from decimal import Decimal

FACTORS = {  # unit of UN/ECE Recommendation 20 -> (kind of unit, base units in one of it)
    "MGM": ("mass", 1),
    "GRM": ("mass", 1_000),
    "KGM": ("mass", 1_000_000),
    "TNE": ("mass", 1_000_000_000),
    "MLT": ("volume", 1),
    "LTR": ("volume", 1_000),
    "C62": ("count", 1_000),
}
COUNTRIES = frozenset({"CN", "DE", "KZ", "RU", "UZ"})

EARLIER = {  # (code, edition) -> the code it converts to in the edition before
    ("851713", "HS2022"): "851712",
    ("851714", "HS2022"): "851712",
    ("100630", "HS2022"): "100630",
    ("851712", "HS2017"): "851712",
    ("100630", "HS2017"): "100630",
}
EDITIONS = ("HS2012", "HS2017", "HS2022")
KNOWN = frozenset(EARLIER) | {("851712", "HS2012"), ("100630", "HS2012")}


def base_units(quantity: Decimal, unit: str) -> int | None:
    """The quantity in base units of the kind of `unit`, or None where it is finer than one."""
    units = quantity * FACTORS[unit][1]
    return int(units) if units == int(units) else None


def is_known(hs: str, edition: str) -> bool:
    """Whether the six digits are in their edition."""
    return (hs[:6], edition) in KNOWN


def is_compatible(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Page "Facts" for codes that are in no table; else equal, or the later converts to the earlier."""
    if one[0] == other[0] and not (one in KNOWN and other in KNOWN):
        return True
    earlier, later = sorted((one, other), key=lambda code: EDITIONS.index(code[1]))
    while later[1] != earlier[1]:
        if later not in EARLIER:
            return False
        later = (EARLIER[later], EDITIONS[EDITIONS.index(later[1]) - 1])
    return earlier == later
