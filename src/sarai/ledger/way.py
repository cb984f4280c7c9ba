"""The way of goods, as a tree of movements: back to their births, or on to where they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from heapq import heapify, heappop, heappush
from itertools import islice
from typing import NamedTuple

from sarai.ledger.lineage import Lineage
from sarai.ledger.reading import LotName, Reader
from sarai.ledger.rows import Movement, from_us
from sarai.reference import units
from sarai.reference.units import Dimension

MAX_STEPS = 2_000  # to a tree that people are to read

Portion = tuple[Movement, float]  # a movement, and how much of it belongs to what is traced


class DocumentName(NamedTuple):
    """A document as people name it."""

    kind: str
    issuer: str
    number: str
    version: int


class Account(NamedTuple):
    """Who holds goods, where, under which regime; ``free`` or ``reserved`` (outside: empty)."""

    party: str
    place: str
    regime: str
    state: str


@dataclass(slots=True)
class Step:
    """A movement on the way, with so much of it as belongs to what is traced.

    ``links`` are the movements before it (traced up) or after it (traced down); ``cut`` says that
    there are more than the tree could take.
    """

    movement: int
    document: DocumentName
    time: datetime
    item: int
    giver: Account
    taker: Account
    lot: LotName
    hs: str
    amount: Decimal
    unit: str
    links: list[Step] = field(default_factory=list)
    cut: bool = False


class Way:
    """Builds trees, up to a bound on their steps in all."""

    def __init__(self, reader: Reader, most: int = MAX_STEPS) -> None:
        self.reader = reader
        self.lineage = Lineage(reader)
        self.left = most

    def back(self, movements: Sequence[Movement]) -> list[Step]:
        """A tree for each movement, whose links are what it took from."""
        roots = [(movement, float(movement.quantity)) for movement in movements]
        return self._grow(roots, self._before)

    def on(self, movements: Sequence[Movement]) -> list[Step]:
        """A tree for each movement, whose links are what took from it."""
        roots = [(movement, float(movement.quantity)) for movement in movements]
        return self._grow(roots, self._after)

    def _grow(self, roots: list[Portion], find: Callable[[Movement, float], list[Portion]]) -> list[Step]:
        """Breadth first, so that a cut falls far from the root."""
        made = self._steps(roots)
        level = list(zip(made, roots, strict=True))
        while level:
            if find == self._before:
                self.lineage.movements(movement.source for _, (movement, _) in level if movement.source)
            found = [(step, self._bounded(step, find(*portion))) for step, portion in level]
            portions = [link for _, links in found for link in links]
            steps = self._steps(portions)
            level = list(zip(steps, portions, strict=True))
            later = iter(steps)
            for step, links in found:
                step.links = list(islice(later, len(links)))
        return made

    def _bounded(self, step: Step, links: list[Portion]) -> list[Portion]:
        """What is left room for, the most first."""
        if len(links) > self.left:
            step.cut = True
            links = sorted(links, key=lambda link: -link[1])[: self.left]
        self.left -= len(links)
        return links

    def _before(self, movement: Movement, quantity: float) -> list[Portion]:
        """What a movement took from: one movement; or for a made lot, what went into it."""
        if movement.source:
            return [(self.lineage.movement(movement.source), quantity)]
        share = quantity / max(movement.quantity, 1)
        return [(used, part * share) for used, part in self.lineage.inputs(movement.lot)]

    def _after(self, movement: Movement, quantity: float) -> list[Portion]:
        """What took from a movement: other movements; or for an input, the births of what was made."""
        share = quantity / max(movement.quantity, 1)
        takers = self.lineage.takers(movement)
        if takers:
            return [(taker, taker.quantity * share) for taker in takers]
        return [(birth, part * share) for birth, part in self.lineage.outputs(movement)]

    def _steps(self, portions: Sequence[Portion]) -> list[Step]:
        """A step for each, with the names of all of them read at once."""
        reader, movements = self.reader, [movement for movement, _ in portions]
        lots = reader.lots([each.lot for each in movements])
        names = reader.names(list(lots))
        documents = reader.document_names(each.entry for each in movements)
        accounts = reader.accounts([number for each in movements for number in (each.giver, each.taker)])
        found = []
        for movement, quantity in portions:
            lot = lots[movement.lot]
            unit = units.base_unit(Dimension(lot.dimension))
            found.append(
                Step(
                    movement.id,
                    DocumentName(*documents[movement.entry]),
                    from_us(movement.time),
                    movement.item,
                    Account(*accounts[movement.giver]),
                    Account(*accounts[movement.taker]),
                    names[lot.id],
                    lot.hs,
                    units.from_base(round(quantity), unit),
                    unit,
                )
            )
        return found


def destinations(reader: Reader, movements: Sequence[Movement]) -> dict[tuple[int, int], float]:
    """How much of what movements gave is in which account now, by ``(account, lot)``.

    Movements come after those that they take from, so one pass in the order of their numbers does.
    """
    lineage = Lineage(reader)
    amounts = {movement.id: (movement, float(movement.quantity)) for movement in movements}
    waiting = list(amounts)
    heapify(waiting)
    held: dict[tuple[int, int], float] = {}
    while waiting:
        movement, amount = amounts.pop(heappop(waiting))
        share = amount / movement.quantity
        takers = lineage.takers(movement)
        links: list[Portion] = [(taker, taker.quantity * share) for taker in takers]
        rest = max(movement.quantity - sum(taker.quantity for taker in takers), 0) * share
        if not takers:
            links = [(birth, part * share) for birth, part in lineage.outputs(movement)]
        if rest and not (links and not takers):
            key = movement.taker, movement.lot
            held[key] = held.get(key, 0.0) + rest
        for link, part in links:
            if link.id not in amounts:
                heappush(waiting, link.id)
            amounts[link.id] = (link, amounts.get(link.id, (link, 0.0))[1] + part)
    return held
