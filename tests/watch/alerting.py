"""Alerts made by hand, for the tests of cases: they need no typology, only what they are about."""

from __future__ import annotations

from typing import Any

from sarai.watch.finding import Alert, Reason
from sarai.watch.seen import DAY_US

BEGIN = 1_772_438_400_000_000  # 2 March 2026, 8:00 UTC


def alert(
    id: str,
    day: float = 0,
    *,
    lots: tuple[int, ...] = (),
    parties: tuple[str, ...] = (),
    consignment: str = "",
    points: float = 3.0,
    typology: str = "odd-way",
    beside: tuple[tuple[str, float], ...] = (),
    entry: int = 1,
    words: str = "",
    **more: Any,
) -> Alert:
    """An alert raised so many days after the beginning; ``beside`` are other reasons, with their points."""
    words = words or f"What {id} says."
    reasons = [Reason(typology=typology, points=points, words=words, entries=(entry,))]
    reasons += [Reason(typology=name, points=each, words=f"{name} beside") for name, each in beside]
    return Alert(
        id=id, typology=typology, version=1, subject=id, raised=BEGIN + round(day * DAY_US), entry=entry,
        score=sum(reason.points for reason in reasons), words=words, reasons=tuple(reasons),
        facts={"subject": id}, parties=parties, lots=lots, consignment=consignment, **more,
    )  # fmt: skip
