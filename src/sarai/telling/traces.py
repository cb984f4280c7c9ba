"""How traces are said: their ends with amounts, and the way as a list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sarai.reference import units
from sarai.reference.units import Dimension

if TYPE_CHECKING:
    from sarai.ledger import Destination, Origin, Step


def told(end: Origin | Destination) -> dict[str, Any]:
    """An end of the way with its quantity in the unit that people use."""
    fields = end._asdict()
    unit = units.base_unit(Dimension(end.dimension))
    return {**fields, "amount": units.from_base(round(end.quantity), unit), "unit": unit}


def walk(steps: list[Step]) -> Iterator[tuple[Step, int | None, int]]:
    """Every step, breadth first, with the place of the one that it was reached from, and its depth."""
    waiting: list[tuple[Step, int | None, int]] = [(step, None, 0) for step in steps]
    for place, (step, before, depth) in enumerate(waiting):
        yield step, before, depth
        waiting.extend((link, place, depth + 1) for link in step.links)


def flat(steps: list[Step]) -> list[dict[str, Any]]:
    """A tree as a list (JSON parsers bound how deep things nest): ``of`` is the place of the step
    that each was reached from."""
    names = ("movement", "document", "time", "item", "giver", "taker", "lot", "hs", "amount", "unit", "cut")
    return [{"of": of, **{name: getattr(step, name) for name in names}} for step, of, _ in walk(steps)]
