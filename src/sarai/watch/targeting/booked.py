"""The book's own imports as declarations: a row for each goods item, with what is known of it.

What was found is said by officers, for whole declarations or items, and by seizures: a lot that was
seized was declared wrongly, whatever was said before.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import numpy as np
from msgspec import Struct

from sarai.goods import Import, Line, Seizure
from sarai.ledger import Book
from sarai.ledger.feed import Feed, Posted
from sarai.ledger.rows import root_of, to_us
from sarai.watch.targeting.columns import Beginning, Columns
from sarai.watch.targeting.declarations import NEVER, Category, Declarations

SECOND_US = 1_000_000

BOOKED: Columns = Columns.usual([
    "id", "time", "importer", "seller", "declarant", "carrier", "place", "regime", "country", "origin",
    "hs", "quantity", "mass_kg", "value",
])  # fmt: skip
"""What the book knows of an import."""


class Opened(NamedTuple):
    """What an officer found in a declaration, or in one of its items.

    Attributes
    ----------
    wrong
        Whether something was found.
    item
        Of the document; 0: all of them.
    propensity
        The probability with which it was to be opened.
    """

    issuer: str
    number: str
    wrong: bool
    known: datetime
    item: int = 0
    propensity: float = 1.0


class _Row(Struct):
    id: str
    time_s: int
    texts: dict[str, str]
    numbers: dict[str, float]
    value: float
    outcome: float = float("nan")
    known_s: int = NEVER
    propensity: float = 1.0


def from_book(book: Book, opened: Iterable[Opened] = ()) -> Declarations:
    """The imports of a book as they were first declared, in the order of the journal; see `BOOKED`.

    Their ids are issuer, number and item, as in ``customs:ALA/0107/5#1``.
    """
    rows: dict[tuple[int, int], _Row] = {}
    items: dict[tuple[str, str], list[tuple[int, int]]] = {}
    seized: list[Posted] = []
    for posted in Feed(book.store):
        document = posted.document
        if posted.code or not isinstance(document, Import | Seizure):
            continue
        if isinstance(document, Seizure):
            seized.append(posted)
            continue
        for line in document.lines:
            rows[posted.entry, line.item] = _row(document, line)
            items.setdefault((document.issuer, document.number), []).append((posted.entry, line.item))
    for each in opened:
        _tell(rows, items, each)
    for posted in seized:
        for movement in posted.movements:
            row = rows.get(root_of(movement.lot))
            if row is not None:
                row.outcome, row.known_s = 1.0, posted.recorded // SECOND_US
    return _declarations(list(rows.values()))


def _tell(
    rows: dict[tuple[int, int], _Row], items: dict[tuple[str, str], list[tuple[int, int]]], each: Opened
) -> None:
    for key in items.get((each.issuer, each.number), ()):
        if each.item in (0, key[1]):
            row = rows[key]
            row.outcome, row.known_s = float(each.wrong), to_us(each.known) // SECOND_US
            row.propensity = each.propensity


def _row(document: Import, line: Line) -> _Row:
    party = {
        role: each.id if (each := getattr(document, role)) else ""
        for role in ("importer", "seller", "declarant", "carrier")
    }
    stated = {
        **party, "place": document.place, "regime": document.regime.value, "country": document.country,
        "origin": line.origin, "hs": line.hs[:6],
    }  # fmt: skip
    value = float(line.value) if line.value is not None else float("nan")
    return _Row(
        f"{document.issuer}/{document.number}#{line.item}",
        to_us(document.time) // SECOND_US,
        {name: _text(of, stated) for name, of in BOOKED.categories.items()},
        {
            "quantity": float(line.quantity),
            "mass_kg": float(line.net_mass_kg) if line.net_mass_kg is not None else float("nan"),
            "value": value,
        },
        0.0 if np.isnan(value) else value,
    )


def _text(of: str | Beginning, stated: dict[str, str]) -> str:
    return stated[of.column][: of.first] if isinstance(of, Beginning) else stated[of]


def _declarations(rows: list[_Row]) -> Declarations:
    return Declarations(
        ids=[row.id for row in rows],
        lines=np.arange(1, len(rows) + 1),
        time_s=np.array([row.time_s for row in rows], np.int64),
        known_s=np.array([row.known_s for row in rows], np.int64),
        outcome=np.array([row.outcome for row in rows], np.float64),
        propensity=np.array([row.propensity for row in rows], np.float64),
        value=np.array([row.value for row in rows], np.float64),
        categories={name: Category.of(row.texts[name] for row in rows) for name in BOOKED.categories},
        numbers={name: np.array([row.numbers[name] for row in rows], np.float64) for name in BOOKED.numbers},
    )
