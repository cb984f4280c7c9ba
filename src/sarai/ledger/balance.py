"""Who holds what: now, as it was, and as it was known.

A balance is a sum over movements, never a figure of its own; so any point in event time and any
point in record time can be asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sarai.goods import BeforeTheBook
from sarai.ledger.reading import LotName, LotRow, Reader
from sarai.ledger.rows import to_us
from sarai.reference import units
from sarai.reference.units import Dimension


class BalanceRow(NamedTuple):
    """How much of a lot is in an account. ``quantity`` in base units; ``amount`` in ``unit``."""

    party: str
    place: str
    regime: str
    state: str
    lot: LotName
    hs: str
    edition: str
    origin: str
    dimension: int
    quantity: int

    @property
    def unit(self) -> str:
        """The unit that `amount` is in (UN/ECE Recommendation 20)."""
        return units.base_unit(Dimension(self.dimension))

    @property
    def amount(self) -> Decimal:
        """The quantity in `unit`."""
        return units.from_base(self.quantity, self.unit)


@dataclass(frozen=True, slots=True)
class Balance:
    """Rows by party, place, regime, state and lot."""

    rows: list[BalanceRow]

    def to_arrow(self):
        """As a `pyarrow.Table` (needs the extra ``arrow``)."""
        from sarai.ledger.arrow import table_of

        return table_of(self.rows, BalanceRow)


class Question(NamedTuple):
    """What a balance is asked of; None and empty leave open."""

    party: str | None = None
    place: str | None = None
    regime: str | None = None
    hs: str | None = None
    at: datetime | None = None
    as_known: datetime | None = None
    outside: bool = False


WHOLE = 200  # more accounts than this are summed in one reading of all movements

BORN_UNDONE = "(reverses > 0 AND (SELECT b.source FROM movement b WHERE b.id = movement.reverses) = 0)"


def balance(reader: Reader, question: Question) -> Balance:
    """Sum the movements of the accounts asked for (docs/book.md, Time)."""
    limits = _limits(reader, question)
    accounts = _accounts(reader, question)
    if len(accounts) > WHOLE:
        sums = _sums_of_all(reader, accounts, limits)
    else:
        sums = [row for account in accounts for row in _sums(reader, account, accounts[account], limits)]
    lots = reader.lots([lot for _, lot, _ in sums])
    names = reader.names(list(lots))
    rows = [row_of(accounts[account], names[lot], lots[lot], quantity) for account, lot, quantity in sums]
    wanted = (question.hs or "")[:6]
    return Balance(sorted(row for row in rows if row.hs.startswith(wanted)))


def row_of(account: tuple, name: LotName, lot: LotRow, quantity: int) -> BalanceRow:
    """A row out of what it is made of."""
    return BalanceRow(*account, name, lot.hs, lot.edition, lot.origin, lot.dimension, quantity)


def _limits(reader: Reader, question: Question) -> str:
    """SQL that keeps to the two points in time."""
    limits = ""
    if question.at is not None:
        at = to_us(question.at)
        ((first,),) = reader.store.query("SELECT min(time) FROM movement")
        if first is None or at < first:
            when = question.at.isoformat()
            raise BeforeTheBook(
                f"the book knows of nothing that had happened by {when}; ask for a later time"
            )
        limits += f" AND time <= {at}"
    if question.as_known is not None:
        limits += f" AND entry <= {reader.last_entry(to_us(question.as_known))}"
    return limits


def _accounts(reader: Reader, question: Question) -> dict[int, tuple]:
    wanted = {"party": question.party, "place": question.place, "regime": question.regime}
    given = {name: value for name, value in wanted.items() if value is not None}
    where = "".join(f" AND {name} = ?" for name in given)
    if not question.outside:
        where += " AND state <> ''"
    sql = f"SELECT id, party, place, regime, state FROM account WHERE 1 = 1{where} ORDER BY id"
    return {row[0]: row[1:] for row in reader.store.query(sql, tuple(given.values()))}


def _received(account: int | str, births: bool) -> str:
    """SQL of what a movement gave to an account; undoing a birth gives nothing back, it unmakes."""
    but = f" AND NOT {BORN_UNDONE}" if births else ""
    return f"CASE WHEN taker = {account}{but} THEN quantity ELSE 0 END"


def _spent(account: int | str, births: bool) -> str:
    """SQL of what a movement took from an account; a birth takes nothing that was there before."""
    but = " AND source <> 0" if births else ""
    return f"CASE WHEN giver = {account}{but} THEN quantity ELSE 0 END"


def _sums(reader: Reader, account: int, key: tuple, limits: str) -> list[tuple[int, int, int]]:
    births = not key[3] and key[0] != "unexplained"
    held = f"sum({_received(account, births)} - {_spent(account, births)})"
    numbers = reader.of_account(account)
    return reader.store.query(
        f"SELECT {account}, lot, CAST({held} AS BIGINT) FROM movement "
        f"WHERE id IN ({numbers}){limits} GROUP BY lot HAVING {held} <> 0"
    )


def _sums_of_all(reader: Reader, accounts: dict[int, tuple], limits: str) -> list[tuple[int, int, int]]:
    ((unexplained,),) = reader.store.query(
        "SELECT coalesce(max(id), 0) FROM account WHERE party = 'unexplained' AND state = ''"
    )
    rows = reader.store.query(
        "SELECT account, lot, CAST(sum(quantity) AS BIGINT) FROM ("
        "SELECT taker AS account, lot, quantity FROM movement "
        f"WHERE (taker = {unexplained} OR NOT {BORN_UNDONE}){limits} UNION ALL "
        f"SELECT giver, lot, -quantity FROM movement WHERE (giver = {unexplained} OR source <> 0){limits}"
        ") AS posting GROUP BY account, lot HAVING sum(quantity) <> 0"
    )
    return [row for row in rows if row[0] in accounts]
