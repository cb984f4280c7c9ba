"""The journal as a stream: what was posted, with what the book noticed and moved."""

from __future__ import annotations

from collections.abc import Iterator
from sys import intern
from typing import NamedTuple

from msgspec import DecodeError, Struct

from sarai.goods import Code, Document, FactCode
from sarai.ledger.journal import decode
from sarai.ledger.rows import Movement
from sarai.ledger.store import Store
from sarai.ledger.verdict import Fact

BLOCK = 400  # entries read at once


class AccountName(Struct, frozen=True, gc=False):
    """Whose account, where, under which regime, ``free`` or ``reserved``; outside, a party alone."""

    party: str
    place: str
    regime: str
    state: str


class Posted(NamedTuple):
    """One entry of the journal.

    Attributes
    ----------
    recorded
        Microseconds since 1970, UTC.
    document
        What was posted; what was refused as far as it could be read, or else None.
    """

    entry: int
    recorded: int
    code: Code
    document: Document | None
    facts: tuple[Fact, ...]
    movements: tuple[Movement, ...]


class Block(NamedTuple):
    """Some entries as they are stored, one after the other: little to hand to another process.

    Attributes
    ----------
    accounts
        Those that were opened since the block before, with their numbers.
    """

    entries: list[tuple]
    movements: list[tuple]
    facts: dict[int, tuple[Fact, ...]]
    accounts: list[tuple]

    def posted(self) -> Iterator[Posted]:
        """The entries, read one by one."""
        first, moved = self.entries[0][4], self.movements
        for number, recorded, code, kind, start, count, body in self.entries:
            yield Posted(
                number, recorded, Code(code), _document(kind, body, code), self.facts.get(number, ()),
                tuple(map(Movement._make, moved[start - first : start - first + count])),
            )  # fmt: skip

    def names(self) -> dict[int, AccountName]:
        """The accounts by number."""
        return {
            number: AccountName(party, place, intern(regime), intern(state))
            for number, party, place, regime, state in self.accounts
        }


class Feed:
    """Reads the journal on from an entry.

    Parameters
    ----------
    store
        The book's.
    after
        The last entry that is known already; 0 for none.

    Attributes
    ----------
    accounts
        The names of all accounts that the entries read so far have moved, by number.
    """

    def __init__(self, store: Store, after: int = 0) -> None:
        self.store = store
        self.position = after
        self.accounts: dict[int, AccountName] = {}
        self._last_account = -1
        self._unread = self._first_fact()
        self._facts = self._all_facts()
        self._next_fact = next(self._facts, None)

    def __iter__(self) -> Iterator[Posted]:
        """Every entry that is recorded by now, in order."""
        for block in self.blocks():
            yield from block.posted()

    def blocks(self) -> Iterator[Block]:
        """The same, some at a time and not read yet."""
        columns = "id, recorded, code, kind, movement, movements, body"
        sql = f"SELECT {columns} FROM entry WHERE id > ? ORDER BY id LIMIT {BLOCK}"
        while rows := self.store.query(sql, (self.position,)):
            first, last = rows[0], rows[-1]
            moved = self.store.query(
                "SELECT * FROM movement WHERE id >= ? AND id < ? ORDER BY id", (first[4], last[4] + last[5])
            )
            block = Block(rows, moved, self._facts_to(last[0]), self._new_accounts())
            self.accounts.update(block.names())
            self.position = last[0]
            yield block

    def _first_fact(self) -> int:
        """The first fact of what is to be read; if there is none yet, the one that is noticed next."""
        ((first, last),) = self.store.query(
            "SELECT (SELECT min(id) FROM fact WHERE entry > ?), (SELECT coalesce(max(id), 0) FROM fact)",
            (self.position,),
        )
        return last + 1 if first is None else first

    def _all_facts(self) -> Iterator[tuple]:
        """Facts of what is to be read, in order, which is that of their entries."""
        columns = "id, entry, item, code, quantity, detail"
        sql = f"SELECT {columns} FROM fact WHERE id >= ? ORDER BY id LIMIT {BLOCK}"
        while rows := self.store.query(sql, (self._unread,)):
            self._unread = rows[-1][0] + 1
            yield from rows

    def _facts_to(self, last: int) -> dict[int, tuple[Fact, ...]]:
        """The facts of each entry up to this one that has any."""
        found: dict[int, tuple[Fact, ...]] = {}
        if self._next_fact is None:
            self._facts = self._all_facts()
            self._next_fact = next(self._facts, None)
        while self._next_fact is not None and self._next_fact[1] <= last:
            _, entry, item, code, quantity, detail = self._next_fact
            found[entry] = (*found.get(entry, ()), Fact(item, FactCode(code), quantity, detail))
            self._next_fact = next(self._facts, None)
        return found

    def _new_accounts(self) -> list[tuple]:
        rows = self.store.query("SELECT * FROM account WHERE id > ? ORDER BY id", (self._last_account,))
        self._last_account = rows[-1][0] if rows else self._last_account
        return rows


def _document(kind: str, body: bytes, code: int) -> Document | None:
    """The document of an entry; of one that was refused, if it is one."""
    if not kind:
        return None
    try:
        return decode(body)
    except DecodeError:
        if code:
            return None
        raise
