"""Histories of goods for the tests of traces: small books, and cones without a book."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from hypothesis import strategies as st
from msgspec import structs

import sarai
from auditor.model import Auditor
from auditor.strategies import AUTHORITY, MODES, TICKS, day, papers
from sarai.goods import Correction, Document, Hold
from sarai.ledger import Book
from sarai.ledger.cone import Cone, Flow, late_draws, once
from sarai.ledger.lineage import Lineage
from sarai.ledger.reading import Reader
from sarai.ledger.rows import Movement

# -- books -------------------------------------------------------------------------------------


def small_book(data: st.DataObject, url: str, attribution: str, keep: Callable, size: int = 30) -> Book:
    """A book of some 30 papers that meet one another; ``keep`` changes a paper, or drops it (None)."""
    auditor, today = Auditor(attribution, (AUTHORITY,)), 3
    book = new_book(url, attribution)
    for _ in range(size):
        today += data.draw(TICKS)
        paper, mode = keep(data.draw(papers(auditor, today))), data.draw(MODES)
        if paper is not None:
            auditor.record(paper, day(today), mode)
            book.record([paper], day(today), mode)
    return book


def new_book(url: str, attribution: str) -> Book:
    """An empty book."""
    return sarai.open(url, settings=sarai.BookSettings(attribution=attribution, authorities=(AUTHORITY,)))


def as_it_is(paper: Document) -> Document:
    """Every paper."""
    return paper


def uncorrected(paper: Document) -> Document | None:
    """No corrections; and no holds, which draws by another method would know nothing of."""
    return None if isinstance(paper, Correction | Hold) else paper


def unnamed(paper: Document) -> Document:
    """No lots named."""
    if isinstance(paper, Correction):
        new = paper.replacement and unnamed(paper.replacement)
        return structs.replace(paper, replacement=new)
    for field in ("lines", "inputs"):
        lines = getattr(paper, field, [])
        if any(hasattr(line, "lot") for line in lines):
            plain = [structs.replace(line, lot=None) for line in lines]
            paper = structs.replace(paper, **{field: plain})
    return paper


def subjects(reader: Reader) -> Iterator[tuple[tuple[str, str, int], list[Movement]]]:
    """The standing movements of every item of every document, by issuer, number and item."""
    names = reader.store.query(
        "SELECT DISTINCT issuer, number FROM entry WHERE code = 0 AND movements > 0 ORDER BY issuer, number"
    )
    for issuer, number in names:
        items: dict[int, list[Movement]] = {}
        for movement in Lineage(reader).standing(reader.entries_of(issuer, number)):
            items.setdefault(movement.item, []).append(movement)
        yield from (((issuer, number, item), moved) for item, moved in items.items())


def as_booked(reader: Reader, movements: list[Movement]) -> dict[int, float]:
    """Base units by root lot, as the book's own movements say."""
    amounts: dict[int, Fraction] = {}
    roots: dict[int, float] = {}
    for movement in once(movements):
        amounts[movement.lot] = amounts.get(movement.lot, Fraction(0)) + movement.quantity
    while amounts:
        lot = max(amounts)
        quantity = amounts.pop(lot)
        parents = parents_of(reader, lot)
        if not parents:
            roots[lot] = roots.get(lot, 0.0) + float(quantity)
        for parent, ratio in parents:
            amounts[parent] = amounts.get(parent, Fraction(0)) + quantity * ratio
    return {lot: roots[lot] for lot in sorted(roots)}


def parents_of(reader: Reader, lot: int) -> list[tuple[int, Fraction]]:
    """Base units of each parent in one of a made lot."""
    rows = reader.store.query(
        "SELECT p.parent, CAST(sum(p.quantity) AS BIGINT), max(l.quantity) FROM parent p "
        "JOIN lot l ON l.id = p.child WHERE p.child = ? GROUP BY p.parent HAVING sum(p.quantity) > 0",
        (lot,),
    )
    return [(parent, Fraction(quantity, born)) for parent, quantity, born in rows]


def shared_out(reader: Reader) -> int:
    """How often processing rounded."""
    return reader.store.query("SELECT count(*) FROM parent")[0][0]


# -- cones without a book ----------------------------------------------------------------------


@st.composite
def cones(draw: Callable, lots: int = 3, most: int = 4, late: bool = False, names: bool = True) -> Cone:
    """A few flows between two pools, drawn by chance as they could be, and then a subject from the first."""
    flows: list[Flow] = []
    pools: dict[int, dict[int, int]] = {1: {}, 2: {}}
    born = 0
    for number in range(1, draw(st.integers(2, 8)) + 1):
        time = draw(st.integers(1, 3)) if late else number
        full = [pool for pool, held in pools.items() if held]
        if born < lots and (not full or draw(st.booleans())):
            born += 1
            quantity, taker = draw(st.integers(1, most)), draw(st.sampled_from((1, 2)))
            flows.append(Flow(number, 0, taker, quantity, time, born, ((born, quantity),)))
            pools[taker][born] = quantity
        elif full:
            giver, taker = draw(st.sampled_from(full)), draw(st.sampled_from((0, 1, 2)))
            flows.append(_drawn(draw, number, giver, taker, time, pools, names))
    if not pools[1]:
        born += 1
        flows.append(Flow(98, 0, 1, 1, 9, born, ((born, 1),)))
        pools[1][born] = 1
    flows.append(_drawn(draw, 99, 1, -1, 9, pools, False))
    return Cone(flows, late_draws(flows), frozenset())


def _drawn(
    draw: Callable, number: int, giver: int, taker: int, time: int, pools: dict, names: bool
) -> Flow:  # fmt: skip
    units = draw(st.permutations([lot for lot, quantity in pools[giver].items() for _ in range(quantity)]))
    named = units[0] if names and draw(st.integers(0, 3)) == 3 else 0
    if named:
        units = [lot for lot in units if lot == named]
    units = units[: draw(st.integers(1, len(units)))]
    booked = {lot: units.count(lot) for lot in sorted(set(units))}
    for lot, quantity in booked.items():
        pools[giver][lot] -= quantity
        if not pools[giver][lot]:
            del pools[giver][lot]
        if taker > 0:
            pools[taker][lot] = pools[taker].get(lot, 0) + quantity
    return Flow(number, giver, taker, len(units), time, named, tuple(booked.items()))
