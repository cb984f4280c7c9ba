"""Goods that both sides have, at another value for the same mass."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sarai.flows.booked.found import Found, largest
from sarai.flows.booked.gap import Candidate
from sarai.flows.booked.marking import OWN
from sarai.flows.booked.mirrored import Theirs

if TYPE_CHECKING:
    from ibis.expr.types import Table

__all__ = ["priced"]


def priced(marks: Table, ours: Found, reported: Theirs, gap: float) -> Iterator[Candidate]:
    """By code, how much of a gap in value the unit value makes.

    Its documents are those whose value falls most below (or, if the book has more, rises most above)
    their mass at the partner's unit value of the code.
    """
    if reported.question.rates is None or not gap:
        return
    sign = 1 if gap > 0 else -1
    their_value = _unit_values(reported)
    effects = dict(_effects(ours, their_value, sign))
    if not effects:
        return
    lines = _apart(marks, {code: their_value[code][0] for code in effects}, sign)
    totals = {
        row["code"]: row
        for row in lines.group_by("code")
        .agg(amount=lines.amount.sum(), count=lines.count())
        .to_pyarrow()
        .to_pylist()
    }
    papers = largest(lines, reported.question.shown)
    for code, effect in effects.items():
        held = totals[code]
        yield Candidate(
            "unit_value", code, held["amount"], effect, min(abs(gap), effect), held["count"],
            papers.get(("unit_value", code), ()),
        )  # fmt: skip


def _unit_values(reported: Theirs) -> dict[str, tuple[float, float]]:
    """By code, the partner's value per kg, and the kg that it is of."""
    both = [row for row in reported.own if row.value is not None and row.mass]
    found = {}
    for code in sorted({row.code for row in both}):
        mass = sum(row.mass for row in both if row.code == code)
        found[code] = sum(row.value for row in both if row.code == code) / mass, mass
    return found


def _effects(ours: Found, theirs: dict[str, tuple[float, float]], sign: int) -> Iterator[tuple[str, float]]:
    """By code, what the difference in unit value makes of the mass that both sides have."""
    for code, (unit_value, their_mass) in theirs.items():
        own = [each for each in ours.of(OWN) if each.code == code]
        mass = sum(each.mass for each in own)
        if mass:
            effect = sign * min(mass, their_mass) * (unit_value - sum(each.value for each in own) / mass)
            if effect > 0:
                yield code, effect


def _apart(marks: Table, unit_values: dict[str, float], sign: int) -> Table:
    """Our lines of these codes that lie on the wrong side of the unit value, and by how much."""
    import ibis

    table = ibis.memtable(sorted(unit_values.items()), schema={"code": "string", "unit_value": "float64"})
    lines = marks.filter(marks.reason == OWN).join(table, "code")
    lines = lines.mutate(
        amount=(lines.unit_value * lines.mass - lines.value) * sign,
        reason=ibis.literal("unit_value"),
        where=lines.code,
    )
    return lines.filter(lines.amount > 0)
