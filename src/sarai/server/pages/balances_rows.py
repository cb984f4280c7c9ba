"""Who holds what, as the page Balances asks for it and shows it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from msgspec import Struct

from sarai.goods import BadSetting, Regime
from sarai.ledger import BalanceRow, Book, HeldLot, LotName
from sarai.reference import priority, units
from sarai.reference.units import Dimension
from sarai.server.access import Eyes, Scope, seen_rows

BY = ("lot", "holder", "goods")
PAGE = 50  # rows: what one scrolls through before one narrows the question
MOST_TEXT = 128  # characters of a filter; no identifier is longer
DIGITS = re.compile(r"[0-9]{0,6}")


class Asked(Struct, frozen=True, kw_only=True):
    """What is asked of the balances; empty leaves open.

    Attributes
    ----------
    hs
        First digits of the code.
    at, as_known
        As it was, and as the book knew it.
    priority
        Only goods of the Common High Priority List.
    by
        What a row stands for: ``lot``, ``holder`` or ``goods``.
    page
        From 1.
    """

    party: str = ""
    place: str = ""
    regime: str = ""
    hs: str = ""
    at: datetime | None = None
    as_known: datetime | None = None
    priority: bool = False
    by: str = "lot"
    page: int = 1

    @property
    def is_open(self) -> bool:
        """Whether nothing narrows it."""
        return not (self.party or self.place or self.regime or self.hs or self.priority)


def asked(query: Mapping[str, str], zone: ZoneInfo) -> Asked:
    """A question out of an address; times without a zone are of ``zone``. BadSetting names what is none."""
    text = {
        name: query.get(name, "").strip()[:MOST_TEXT] for name in ("party", "place", "regime", "hs", "by")
    }
    if text["regime"] and text["regime"] not in {each.value for each in Regime}:
        raise BadSetting(f"procedure {text['regime']!r} is none; choose one of the list")
    if not DIGITS.fullmatch(text["hs"]):
        raise BadSetting(f"HS code {text['hs']!r}: give one to six digits, such as 8542")
    return Asked(
        party=text["party"],
        place=text["place"],
        regime=text["regime"],
        hs=text["hs"],
        at=moment(query.get("at", ""), zone),
        as_known=moment(query.get("as_known", ""), zone),
        priority=query.get("priority", "") not in ("", "0"),
        by=text["by"] if text["by"] in BY else BY[0],
        page=page_number(query.get("page", "")),
    )


def page_number(text: str) -> int:
    """The number of a page; the first for what is none."""
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 10 else 1


def moment(text: str, zone: ZoneInfo) -> datetime | None:
    """A time as a form gives it; BadSetting if it is none.

    >>> moment("2026-03-01T08:00", ZoneInfo("Asia/Almaty")).isoformat()
    '2026-03-01T08:00:00+05:00'
    """
    if not text.strip():
        return None
    try:
        when = datetime.fromisoformat(text.strip())
    except ValueError as fault:
        raise BadSetting(f"{text[:40]!r} is no time; write it such as 2026-03-01T08:00") from fault
    return when if when.tzinfo else when.replace(tzinfo=zone)


def address(path: str, question: Asked, **changes: Any) -> str:
    """The address that asks a question, with some of it changed; a change begins at its first page."""
    fields = {name: getattr(question, name) for name in question.__struct_fields__} | {"page": 1} | changes
    plain = {name: _plain(value) for name, value in fields.items() if _says(name, value)}
    return f"{path}?{urlencode(plain)}" if plain else path


def _says(name: str, value: Any) -> bool:
    return bool(value) and (name, value) not in (("by", BY[0]), ("page", 1))


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return "1" if value is True else str(value)


# -- rows ------------------------------------------------------------------------------------------


class Key(NamedTuple):
    """What a row stands for; what its kind of row sums over is empty."""

    party: str = ""
    place: str = ""
    regime: str = ""
    lot: LotName | None = None
    hs: str = ""
    edition: str = ""
    origin: str = ""


class Row(Struct, frozen=True, kw_only=True):
    """A row of the page. Quantities in base units of one dimension; what is held is free or reserved too."""

    key: Key
    dimension: int
    free: int = 0
    reserved: int = 0
    held: int = 0
    lots: int = 0

    @property
    def total(self) -> int:
        """All of it."""
        return self.free + self.reserved


class Sheet(Struct, frozen=True, kw_only=True):
    """All rows that fit a question, and what they come to in each kind of unit."""

    rows: tuple[Row, ...]
    totals: tuple[Row, ...]

    def page(self, number: int, size: int = PAGE) -> tuple[Row, ...]:
        """The rows of a page, from 1."""
        return self.rows[(number - 1) * size : number * size]

    def pages(self, size: int = PAGE) -> int:
        """How many pages there are; one at least."""
        return max(1, -(-len(self.rows) // size))


def sheet(book: Book, question: Asked, eyes: Eyes, holds: Iterable[HeldLot]) -> Sheet:
    """What somebody sees of the balances asked for.

    Parameters
    ----------
    eyes
        With the scope of ``balances.read``.
    holds
        What is held, as far as they may know of it.
    """
    rows = seen_rows(eyes, _rows(book, question, eyes))
    if question.priority:
        rows = [row for row in rows if priority.tier(row.hs, row.edition)]
    return summed(rows, question.by, frozenset(eyes.lot(hold.lot) for hold in holds))


def _rows(book: Book, question: Asked, eyes: Eyes) -> list[BalanceRow]:
    """Of whose goods somebody may see its own, only those are summed."""
    parties: Iterable[str | None] = (question.party or None,)
    if eyes.scope is Scope.OWN:
        own = sorted(eyes.visitor.parties)
        parties = [party for party in own if question.party in ("", party)]
    elif eyes.scope is Scope.SUMMARY:
        parties = (None,)
    found = [
        row
        for party in parties
        for row in book.balance(
            party, question.place or None, question.regime or None, question.hs or None, question.at,
            question.as_known,
        ).rows
    ]  # fmt: skip
    if eyes.scope is Scope.SUMMARY and question.party:  # one may ask by a label, but not whose it is
        return [row for row in found if eyes.party(row.party) == question.party]
    return found


def summed(rows: Iterable[BalanceRow], by: str, held: Collection[LotName] = ()) -> Sheet:
    """Rows of a balance put together by lot, holder or goods, in that order."""
    sums: dict[tuple[Key, int], list[int]] = {}
    totals: dict[int, list[int]] = {}
    lots: dict[tuple[Key, int], set[LotName]] = {}
    for row in rows:
        key = key_of(row, by), row.dimension
        stopped = row.quantity if row.lot in held else 0
        amounts = (row.quantity, 0, stopped) if row.state != "reserved" else (0, row.quantity, stopped)
        for into in (sums.setdefault(key, [0, 0, 0]), totals.setdefault(row.dimension, [0, 0, 0])):
            into[:] = map(sum, zip(into, amounts, strict=True))
        lots.setdefault(key, set()).add(row.lot)
    made = [
        _row(key, dimension, amounts, len(lots[key, dimension])) for (key, dimension), amounts in sums.items()
    ]
    return Sheet(
        rows=tuple(sorted(made, key=lambda row: (_order(row.key), row.dimension))),
        totals=tuple(_row(Key(), dimension, totals[dimension], 0) for dimension in sorted(totals)),
    )


def _row(key: Key, dimension: int, amounts: Iterable[int], lots: int) -> Row:
    free, reserved, held = amounts
    return Row(key=key, dimension=dimension, free=free, reserved=reserved, held=held, lots=lots)


def _order(key: Key) -> tuple:
    return key._replace(lot=key.lot or LotName("", "", 0))


def key_of(row: BalanceRow, by: str) -> Key:
    """What a row of a balance is summed under."""
    if by == "holder":
        return Key(row.party, row.place, row.regime)
    if by == "goods":
        return Key(hs=row.hs, edition=row.edition)
    return Key(row.party, row.place, row.regime, row.lot, row.hs, row.edition, row.origin)


# -- as a table to take away -----------------------------------------------------------------------

COLUMNS = (
    "party", "place", "regime", "lot_issuer", "lot_number", "lot_item", "hs", "edition", "origin",
    "free", "reserved", "held", "total", "unit", "lots",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(rows: Iterable[Row]) -> str:
    """Rows as CSV (RFC 4180). No cell is read as a formula by a spreadsheet."""
    import csv
    from io import StringIO

    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        party, place, regime, lot, hs, edition, origin = row.key
        unit = units.base_unit(Dimension(row.dimension))
        amounts = (units.from_base(each, unit) for each in (row.free, row.reserved, row.held, row.total))
        texts = (party, place, regime, *(lot or ("", "", "")), hs, edition, origin)
        writer.writerow([*map(_cell, texts), *(f"{each:f}" for each in amounts), unit, row.lots])
    return text.getvalue()


def _cell(value: object) -> str:
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
