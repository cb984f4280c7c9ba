"""What is wrong between rows of tables: codes that lead nowhere, ranges out of order, dates that are none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import isfinite

from msgspec import Struct

from sarai.reference.rows import Fault
from sarai.standing.tables import TOTAL, Figure, Replacing, Standing

__all__ = ["faults_of"]

DAY = r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"
DATE = re.compile(f"{DAY}(/{DAY})?")


def faults_of(standing: Standing) -> list[Fault]:
    """Every fault between the rows."""
    return [*_references(standing), *_figures(standing), *_shares(standing), *_days(standing)]


def _references(standing: Standing) -> Iterator[Fault]:
    """Codes that no row has."""
    known = {
        "source": {each.code for each in standing.sources},
        "channel": {each.code for each in standing.channels},
        "measure": {each.code for each in standing.measures},
        "base": {each.code for each in standing.measures},
        "power": {each.code for each in standing.powers} | {TOTAL},
    }
    known["powers"] = known["needs"] = known["power"] - {TOTAL}
    for table in ("measures", "figures", "routes", "replacing", "memberships"):
        for row in getattr(standing, table):
            for column, codes in known.items():
                said = getattr(row, column, "")
                for code in said.split() if column in ("powers", "needs") else [said] if said else []:
                    if code not in codes:
                        yield Fault(table, _name(row), column, code, "is not known; add it, or take one of "
                                    + ", ".join(sorted(codes)[:12]))  # fmt: skip


def _name(row: Struct) -> str:
    names = ("code", "measure", "channel", "power", "part", "of")
    return " ".join(str(getattr(row, name)) for name in names if getattr(row, name, ""))


def _figures(standing: Standing) -> Iterator[Fault]:
    for row in standing.figures:
        if not DATE.fullmatch(row.of):
            yield Fault("figures", _name(row), "of", row.of, "is no date; write 2024, 2024-05 or 2020/2024")
        if row.value is None and not row.note:
            yield Fault("figures", _name(row), "value", "", "is empty; give it, or say why in the note")
        yield from _range("figures", row, row.value, 0.0, float("inf"))


def _shares(standing: Standing) -> Iterator[Fault]:
    for row in standing.replacing:
        yield from _range("replacing", row, row.share, 0.0, 1.0)
    for channel in standing.channels:
        if not (isfinite(channel.weight) and channel.weight >= 0):
            yield Fault("channels", channel.code, "weight", str(channel.weight), "must be 0 or more")


def _range(
    table: str, row: Figure | Replacing, value: float | None, least: float, most: float
) -> Iterator[Fault]:
    """A value and its range that are not in order within bounds."""
    if value is None:
        return
    low = value if row.low is None else row.low
    high = value if row.high is None else row.high
    if not (least <= low <= value <= high <= most and isfinite(high)):
        said = f"{low:g} {value:g} {high:g}"
        yield Fault(table, _name(row), "low value high", said, f"are not in order from {least:g} to {most:g}")


def _days(standing: Standing) -> Iterator[Fault]:
    for row in standing.memberships:
        for column in ("since", "until"):
            day = getattr(row, column)
            if day and not (DATE.fullmatch(day) and len(day) == 10):
                yield Fault("memberships", row.code, column, day, "is no day; write 2024-05-20")
