"""What is at stake: the goods of cases, where they are now, and what they are worth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from msgspec import Struct

from sarai.goods import CountedLine, Document, Line
from sarai.ledger.journal import decode
from sarai.ledger.meta import read_runs
from sarai.ledger.reading import LotName, Reader
from sarai.ledger.rows import LotRow
from sarai.ledger.way import Account
from sarai.reference import priority, units
from sarai.reference.units import Dimension
from sarai.watch.cases.case import Case

CHUNK = 400  # values in one question to the store
MOST_MOVED = 50_000  # movements that are looked through for lots; of more, all lots are read anew
STATE = 3  # of an account: empty outside


class Portion(Struct, frozen=True):
    """How much of a lot is with whom, inside the country; ``amount`` in ``unit``."""

    account: Account
    amount: Decimal
    unit: str


class Goods(Struct, frozen=True):
    """A lot of a case.

    Attributes
    ----------
    tier
        Of the Common High Priority List; empty if it is not on it.
    portions
        What of it is still in the country; none if it has left, was used up, or seized.
    """

    number: int
    name: LotName
    hs: str
    edition: str
    origin: str
    tier: str
    portions: tuple[Portion, ...] = ()

    @property
    def under_way(self) -> bool:
        """Whether some of it is on a lorry now."""
        return any(portion.account.state == "reserved" for portion in self.portions)


class Stake(Struct, frozen=True):
    """The goods of one case, and what its documents say they are worth, by currency."""

    goods: tuple[Goods, ...] = ()
    value: Mapping[str, Decimal] = {}
    tier: str = ""

    @property
    def in_reach(self) -> bool:
        """Whether goods are still in the country."""
        return any(goods.portions for goods in self.goods)

    @property
    def under_way(self) -> bool:
        """Whether goods are on a lorry now."""
        return any(goods.under_way for goods in self.goods)


class Worth(NamedTuple):
    """What a document says of its goods: the most wanted tier, and values by currency."""

    tier: str
    value: tuple[tuple[str, Decimal], ...]


class _Kept(NamedTuple):
    case: Case
    lots: tuple[int, ...]
    stake: Stake


class Stakes:
    """What is at stake in cases, kept: a document never changes, and goods only where they moved."""

    def __init__(self) -> None:
        self._goods: dict[int, Goods | None] = {}
        self._worth: dict[int, Worth | None] = {}
        self._kept: dict[str, _Kept] = {}
        self._movement = 0

    def of(self, reader: Reader, cases: Sequence[Case]) -> list[Stake]:
        """What is at stake in each case now; where nothing is new, the same object as before."""
        new = [case for case in cases if case.id not in self._kept or self._kept[case.id].case is not case]
        changed = self._moved(reader)
        wanted = changed | ({lot for case in new for lot in case.lots} - self._goods.keys())
        if wanted:
            self._goods |= dict.fromkeys(wanted) | goods_of(reader, sorted(wanted))
        entries = {entry for case in new for entry in _deciding(case)} - self._worth.keys()
        self._worth |= dict.fromkeys(entries) | worth_of(reader, sorted(entries))
        self._kept = {case.id: self._one(case, changed) for case in cases}
        return [each.stake for each in self._kept.values()]

    def _one(self, case: Case, changed: set[int]) -> _Kept:
        kept = self._kept.get(case.id)
        if kept is not None and kept.case is case and changed.isdisjoint(kept.lots):
            return kept
        goods = [known for lot in case.lots if (known := self._goods[lot])]
        worth = [known for entry in _deciding(case) if (known := self._worth[entry])]
        return _Kept(case, case.lots, _stake(goods, worth))

    def _moved(self, reader: Reader) -> set[int]:
        """Of the lots known here, those that moved since; all of them, if too much did."""
        ((head,),) = reader.store.query("SELECT coalesce(max(id), 0) FROM movement")
        since, self._movement = self._movement, head
        if not self._goods or head == since:
            return set()
        if head - since > MOST_MOVED:
            return set(self._goods)
        sql = "SELECT DISTINCT lot FROM movement WHERE id > ? AND id <= ?"
        return {lot for (lot,) in reader.store.query(sql, (since, head)) if lot in self._goods}


def _deciding(case: Case) -> Iterator[int]:
    """The documents that decided: of each alert the last one of its own reason, each once."""
    yield from dict.fromkeys(
        reason.entries[-1] for alert in case.alerts if (reason := alert.reasons[0]).entries
    )


def _stake(goods: list[Goods], papers: list[Worth]) -> Stake:
    value: dict[str, Decimal] = {}
    for paper in papers:
        for currency, worth in paper.value:
            value[currency] = value.get(currency, Decimal(0)) + worth
    tiers = [*(each.tier for each in goods), *(each.tier for each in papers)]
    return Stake(tuple(goods), dict(sorted(value.items())), min(filter(None, tiers), default=""))


def worth_of(reader: Reader, entries: Sequence[int]) -> dict[int, Worth]:
    """What documents say of their goods, by entry."""
    return {entry: _worth(document) for entry, document in documents_of(reader, entries).items()}


def _worth(document: Document) -> Worth:
    value: dict[str, Decimal] = {}
    tiers = []
    for line in lines_of(document):
        tiers.append(priority.tier(line.hs[:6], line.edition) or "")
        worth, currency = getattr(line, "value", None), getattr(line, "currency", "")
        if worth and currency:
            value[currency] = value.get(currency, Decimal(0)) + worth
    return Worth(min(filter(None, tiers), default=""), tuple(value.items()))


def lines_of(document: Document) -> Sequence[Line | CountedLine]:
    """The goods lines of a document; of a correction, those of what it puts in place."""
    document = getattr(document, "replacement", None) or document
    return getattr(document, "lines", ()) or getattr(document, "inputs", ())


def documents_of(reader: Reader, entries: Sequence[int]) -> dict[int, Document]:
    """The documents of entries that have one."""
    sql = "SELECT id, body FROM entry WHERE kind <> '' AND code = 0 AND id IN"
    return {entry: decode(body) for entry, body in rows_in(reader, sql, entries)}


def goods_of(reader: Reader, lots: Sequence[int]) -> dict[int, Goods]:
    """Lots by their numbers, with where they are."""
    rows = reader.lots(lots)
    names, held = reader.names(list(rows)), _held(reader, list(rows))
    accounts = reader.accounts([account for _, account in held])
    portions: dict[int, list[Portion]] = {}
    for (lot, account), quantity in sorted(held.items()):
        if quantity > 0 and accounts[account][STATE]:
            portions.setdefault(lot, []).append(_portion(rows[lot], accounts[account], quantity))
    return {
        lot: Goods(
            lot, names[lot], row.hs, row.edition, row.origin, priority.tier(row.hs, row.edition) or "",
            tuple(portions.get(lot, ())),
        )
        for lot, row in rows.items()
    }  # fmt: skip


def _portion(row: LotRow, account: tuple, quantity: int) -> Portion:
    unit = units.base_unit(Dimension(row.dimension))
    return Portion(Account(*account), units.from_base(quantity, unit), unit)


def _held(reader: Reader, lots: Sequence[int]) -> dict[tuple[int, int], int]:
    """Quantities by lot and account, summed over all movements of these lots."""
    held: dict[tuple[int, int], int] = {}
    for lot, giver, taker, quantity in _movements(reader, lots, "lot, giver, taker, quantity"):
        held[lot, taker] = held.get((lot, taker), 0) + quantity
        held[lot, giver] = held.get((lot, giver), 0) - quantity
    return held


def entries_of(reader: Reader, lots: Sequence[int]) -> list[int]:
    """The entries that moved these lots, in order."""
    return sorted({entry for (entry,) in _movements(reader, lots, "entry")})


def _movements(reader: Reader, lots: Sequence[int], columns: str) -> Iterator[tuple]:
    """Those of all these lots: of each out of the index runs, and all at once of the tail."""
    tail = reader.tail()
    yield from rows_in(reader, f"SELECT {columns} FROM movement WHERE id >= {tail} AND lot IN", lots)
    runs = ", ".join(map(str, range(read_runs(reader.store))))
    if runs:
        indexed = f"SELECT movement FROM by_lot WHERE run IN ({runs}) AND lot IN"
        numbers = [number for (number,) in rows_in(reader, indexed, lots)]
        yield from rows_in(reader, f"SELECT {columns} FROM movement WHERE id IN", numbers)


def rows_in(reader: Reader, sql: str, values: Iterable[int]) -> Iterator[tuple]:
    """The rows of a question that ends with ``IN``, asked of so many values at a time, in their order."""
    ordered = sorted(set(values))
    for start in range(0, len(ordered), CHUNK):
        some = ordered[start : start + CHUNK]
        yield from reader.store.query(f"{sql} ({', '.join('?' * len(some))})", some)
