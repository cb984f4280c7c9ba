"""Checks of single figures and words: signs, ranges, positions, known kinds."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from math import isfinite
from typing import Any

from sarai.corridors.faults import Fault
from sarai.corridors.network import Network
from sarai.corridors.tables import FORMS, MODES, PLACE_KINDS, TABLES
from sarai.reference import countries

__all__ = ["check_bounds", "check_positions", "check_ranges", "check_words", "label", "rows"]

GAUGES_MM = (0, 1000, 1067, 1435, 1520, 1524, 1600, 1668, 1676)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
UNITS = ("t", "teu", "train")
SOURCE_KINDS = ("published", "secondary", "computed", "assumed")
ANY_FORM = (*FORMS, "*")

WORDS: dict[tuple[str, str], tuple[Collection[str], str]] = {
    ("sources", "kind"): (SOURCE_KINDS, ""), ("places", "kind"): (PLACE_KINDS, ""),
    ("legs", "mode"): (MODES, ""), ("legs", "takes"): (FORMS, " "), ("services", "form"): (FORMS, ""),
    ("services", "days"): (WEEKDAYS, " "), ("paces", "mode"): (MODES, ""),
    ("paces", "form"): (FORMS, " "), ("tariffs", "mode"): (MODES, ""),
    ("tariffs", "form"): (FORMS, ""), ("handlings", "kind"): (PLACE_KINDS, " "),
    ("handlings", "form"): (ANY_FORM, ""), ("borders", "mode"): (MODES, ""), ("limits", "unit"): (UNITS, ""),
    ("closures", "months"): ([str(month) for month in range(1, 13)], " "), ("goods", "form"): (FORMS, ""),
    ("emissions", "mode"): (MODES, ""), ("emissions", "form"): (FORMS, " "),
}  # fmt: skip
"""By table and column, the words that may stand there; with a blank, several of them or none."""

POSITIVE = {
    "speed_kmh", "per_week", "t_per_unit", "t_per_train", "distance_km", "mean_h",
}  # fmt: skip
NOT_NEGATIVE = {
    "usd_per_km", "usd_per_unit", "usd_per_teu", "usd_per_t", "hours", "per_day", "capacity", "units", "t",
    "g_per_tkm", "cost_musd", "lead_years",
}  # fmt: skip
SHARES = {"share", "risk"}


def rows(network: Network) -> Iterator[tuple[str, Any]]:
    """Every row with the name of its table."""
    for name in TABLES:
        for row in getattr(network, name):
            yield name, row


def label(row: Any) -> str:
    """By what a reader finds a row: its code, or what it speaks of."""
    if code := getattr(row, "code", ""):
        return code
    names = ("good", "place", "kind", "mode", "country", "leg", "start", "end", "form", "on")
    return " ".join(said for name in names if (said := str(getattr(row, name, ""))))


def check_words(network: Network) -> Iterator[Fault]:
    """Kinds, modes, forms, units, days and gauges are those that the room knows."""
    for name, row in rows(network):
        for (table, column), (known, apart) in WORDS.items():
            if table != name:
                continue
            said = getattr(row, column)
            for word in said.split() if apart else [said]:
                if word not in known:
                    text = f"is not known; take {', '.join(known)}"
                    yield Fault(name, label(row), column, word, text)
    for leg in network.legs:
        if leg.gauge_mm not in GAUGES_MM or (leg.mode == "rail") != bool(leg.gauge_mm):
            text = "is no gauge of its mode; rails have 1435 or 1520, other modes none"
            yield Fault("legs", leg.code, "gauge_mm", str(leg.gauge_mm), text)


def check_bounds(network: Network) -> Iterator[Fault]:
    """No capacity, time or price is negative; speeds and distances are above zero; shares within 0 and 1."""
    for name, row in rows(network):
        for column in row.__struct_fields__:
            value = getattr(row, column)
            if isinstance(value, bool) or not isinstance(value, int | float):
                continue
            if text := _outside(column.removesuffix("_low").removesuffix("_high"), value):
                yield Fault(name, label(row), column, f"{value:g}", text)


def _outside(column: str, value: float) -> str:
    if not isfinite(value):
        return "is no number; give a finite one"
    if column in POSITIVE and value <= 0:
        return "must be above zero; leave the row out if there is none"
    if column in NOT_NEGATIVE and value < 0:
        return "is negative; give 0 or more"
    if column in SHARES and not 0 <= value <= 1:
        return "is no share; write a half as 0.5"
    return ""


def check_ranges(network: Network) -> Iterator[Fault]:
    """What is stated lies within its own range."""
    for name, row in rows(network):
        for column in row.__struct_fields__:
            if f"{column}_low" not in row.__struct_fields__:
                continue
            value = getattr(row, column)
            low, high = getattr(row, f"{column}_low"), getattr(row, f"{column}_high")
            if (low is not None and low > value) or (high is not None and high < value):
                text = f"lies outside its range {low} to {high}; put the three in order"
                yield Fault(name, label(row), column, f"{value:g}", text)


def check_positions(network: Network) -> Iterator[Fault]:
    """Places lie on the globe, and in a country that exists."""
    for place in network.places:
        if not -90 <= place.latitude_deg <= 90:
            text = "is no latitude; it is between -90 and 90"
            yield Fault("places", place.code, "latitude_deg", f"{place.latitude_deg:g}", text)
        if not -180 <= place.longitude_deg <= 180:
            text = "is no longitude; it is between -180 and 180"
            yield Fault("places", place.code, "longitude_deg", f"{place.longitude_deg:g}", text)
        if place.country and not countries.exists(place.country):
            text = "is no country's alpha-2 code; leave it empty at sea"
            yield Fault("places", place.code, "country", place.country, text)
