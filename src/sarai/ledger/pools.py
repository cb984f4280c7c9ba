"""Pools, and what moved between them: the ledger as a network.

A pool is an account's free stock of one commodity (code of the lots and kind of unit), or what a
consignment has under one item. Its number is the account's, or for an item of a consignment a large
negative one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from msgspec import Struct, json

from sarai.goods import TooLarge
from sarai.ledger.reading import CHUNK, Reader
from sarai.ledger.rows import ITEM_BITS, Movement

MAX_FLOWS = 200_000  # read for one question: some seconds, some 100 MB
OUTSIDE = 0  # where births come from, and where goes what does not come back


class Placed(NamedTuple):
    """A standing movement between pools, in its place in the order."""

    number: int
    id: int
    entry: int
    item: int
    giver: int
    taker: int
    lot: int
    quantity: int
    time: int


class _Share(Struct):
    item: int
    quantity: Decimal


class _Part(Struct):
    items: list[_Share]


class _Line(Struct):
    item: int
    lot: object = None


class _Paper(Struct):
    lines: list[_Line] = []
    inputs: list[_Line] = []
    parts: list[_Part] = []
    replacement: _Paper | None = None


_decode = json.Decoder(_Paper).decode


def check_size(flows: int) -> int:
    """No more than can be answered; TooLarge says what to do."""
    if flows > MAX_FLOWS:
        raise TooLarge(
            f"the goods could have come by more than {MAX_FLOWS} movements; name one item of the document, "
            "or ask by the booked method, without bounds"
        )
    return flows


class Stocks:
    """The pools of one commodity, read account by account."""

    def __init__(self, reader: Reader, papers: Papers, commodity: tuple[int, int], last: int) -> None:
        self.reader, self.papers, self.commodity, self.last = reader, papers, commodity, last
        self.made: set[int] = set()
        self._accounts: dict[int, tuple[str, str, str, str]] = {}
        self._account_of: dict[int, int] = {}
        self._moved: dict[int, list[Placed]] = {}
        self._read: set[int] = set()
        self._rows = 0

    def moved(self, pool: int) -> list[Placed]:
        """What was given to a pool or taken from it, in no order."""
        account = self._account_of[pool]
        if account not in self._read:
            self._read.add(account)
            for placed in self.place(self._standing(account)):
                for end in {placed.giver, placed.taker}:
                    if self._account_of.get(end) == account:
                        self._moved.setdefault(end, []).append(placed)
        return self._moved.get(pool, [])

    def _standing(self, account: int) -> list[Movement]:
        """An account's movements, less what was taken back in kind, and loans less what their lines took."""
        numbers = self.reader.of_account(account)
        found = self.reader.store.query(
            "SELECT m.* FROM movement m JOIN lot l ON l.id = m.lot "
            f"WHERE m.id IN ({numbers}) AND l.code = ? AND l.dimension = ? AND (m.id <= ? OR m.reverses > 0) "
            f"ORDER BY m.id LIMIT {MAX_FLOWS + 1}",
            (*self.commodity, self.last),
        )
        self._rows = check_size(self._rows + len(found))
        rows = {row[0]: Movement(*row) for row in found}
        for row in list(rows.values()):
            if row.reverses in rows:  # to the layer that was taken from, not the one that was made
                rows[row.id] = row._replace(source=rows[row.reverses].source)
        rest = _rest(rows)
        return [row._replace(quantity=rest[row.id]) for row in rows.values() if rest[row.id]]

    def place(self, movements: Sequence[Movement]) -> list[Placed]:
        """Put movements between pools."""
        known = {movement.id: movement for movement in movements}
        missing = sorted({m.source for m in movements if m.source} - set(known))
        known.update((row[0], Movement(*row)) for row in _many(self.reader, "movement", missing))
        ends = {end for m in known.values() for end in (m.giver, m.taker)}
        self._accounts.update(self.reader.accounts(sorted(ends - set(self._accounts))))
        return [self._place(movement, known) for movement in movements]

    def _place(self, m: Movement, known: dict[int, Movement]) -> Placed:
        if m.reverses:  # lent back: into the layer that was taken from
            layer = known[m.source]
            pool = self._into(layer)
            return Placed(layer.id, m.id, m.entry, m.item, OUTSIDE, pool, m.lot, m.quantity, layer.time)
        giver = OUTSIDE
        if m.source and not _is_lent(m):
            giver = self._into(known[m.source])
        elif self._accounts[m.giver][0] == "made" and not self._accounts[m.giver][3]:
            self.made.add(m.lot)
        return Placed(m.id, m.id, m.entry, m.item, giver, self._into(m), m.lot, m.quantity, m.time)

    def _into(self, m: Movement) -> int:
        """The pool that a movement gave to."""
        state = self._accounts[m.taker][3]
        if not state:
            return OUTSIDE
        pool = m.taker
        if state == "reserved":
            part = self.papers.part(m) if m.giver == m.taker else 0  # only a split gives to its own account
            pool = -((m.entry << ITEM_BITS | part) << ITEM_BITS | m.item)
        self._account_of[pool] = m.taker
        return pool


def _rest(rows: dict[int, Movement]) -> dict[int, int]:
    """What is left of each movement when all that only undoes, or only passes a loan on, is left out."""
    rest = {number: row.quantity for number, row in rows.items()}
    supplies = {number: [number] for number in rows}
    for row in rows.values():
        undone = rows.get(row.reverses)
        if row.reverses and (undone is None or row.giver == undone.taker):
            rest[row.id] = 0
        if undone is not None and row.giver == undone.taker:
            rest[undone.id] -= row.quantity
        elif row.reverses and row.source in supplies:
            supplies[row.source].append(row.id)  # lent back, into this layer
    for row in rows.values():
        passed = rest[row.id] if _is_lent(row) else 0
        for supply in supplies.get(row.source, ()):
            part = min(passed, rest[supply])
            rest[supply] -= part
            passed -= part
    return rest


def _is_lent(m: Movement) -> bool:
    """Whether a line moved on what was lent for itself: no way but its own, as if born to the taker."""
    return bool(m.source) and not m.reverses and m.lot == m.entry << ITEM_BITS | m.item


class Papers:
    """What movements do not say: which lines name their lot, and the parts of splits."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._parts: dict[int, dict[int, int]] = {}
        self._named: dict[int, frozenset[int]] = {}

    def named(self, placed: Iterable[Placed]) -> set[tuple[int, int]]:
        """``(entry, item)`` of the lines that drew from free stock and name their lot."""
        entries = {one.entry for one in placed if one.giver > 0}
        for entry, body in _many(self.reader, "entry", sorted(entries - set(self._named)), "id, body"):
            items: frozenset[int] = frozenset()
            if b'"lot":' in body:
                paper = _decode(body)
                said = paper.replacement or paper
                items = frozenset(line.item for line in (*said.lines, *said.inputs) if line.lot)
            self._named[entry] = items
        return {(entry, item) for entry in entries for item in self._named[entry]}

    def part(self, m: Movement) -> int:
        """Which part of a split a movement went to, from 1."""
        if m.entry not in self._parts:
            self._parts[m.entry] = self._read_parts(m.entry)
        return self._parts[m.entry][m.id]

    def _read_parts(self, entry: int) -> dict[int, int]:
        """Movements go part by part, in the order listed; all of a consignment is shared out."""
        ((body, first, count),) = self.reader.store.query(
            "SELECT body, movement, movements FROM entry WHERE id = ?", (entry,)
        )
        rows = self.reader.store.query(
            "SELECT id, item, quantity FROM movement WHERE id >= ? AND id < ? ORDER BY id",
            (first, first + count),
        )
        shares = [(n, share) for n, part in enumerate(_decode(body).parts, 1) for share in part.items]
        base: dict[int, int] = {}
        for _, item, quantity in rows:
            base[item] = base.get(item, 0) + quantity
        said: dict[int, Fraction] = {}
        for _, share in shares:
            said[share.item] = said.get(share.item, Fraction(0)) + Fraction(share.quantity)
        parts: dict[int, int] = {}
        moved = iter(rows)
        for part, share in shares:
            left = Fraction(share.quantity) * base[share.item] / said[share.item]
            while left > 0:
                number, _, quantity = next(moved)
                parts[number] = part
                left -= quantity
        return parts


def _many(reader: Reader, table: str, numbers: Sequence[int], columns: str = "*") -> Iterator[tuple]:
    for start in range(0, len(numbers), CHUNK):
        some = numbers[start : start + CHUNK]
        marks = ", ".join("?" * len(some))
        yield from reader.store.query(f"SELECT {columns} FROM {table} WHERE id IN ({marks})", some)
