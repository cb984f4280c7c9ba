"""The moves that every document is made of: draw, bear, move, give. And how they are undone.

A `Booking` posts one document after another against the `State`. Whatever a document did is
undone if any part of it is refused, so that a refused document leaves no trace in the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import merge
from typing import Any

from sarai.goods import BookDamaged, Code, FactCode, LotRef
from sarai.ledger.attribution import first_in_first_out, proportional
from sarai.ledger.holds import Holds
from sarai.ledger.measuring import Goods, Measured, code_of, commodity_of, compatible, same_elsewhere
from sarai.ledger.rows import (
    COMMODITY_BITS,
    DIGITS,
    ITEM_BITS,
    ITEM_MASK,
    Entry,
    Layer,
    LotRow,
    Movement,
    age,
)
from sarai.ledger.settings import MAX_MOVEMENTS, Settings
from sarai.ledger.state import AccountKey, State
from sarai.ledger.verdict import Fact, Refused
from sarai.reference import units

Take = tuple[Layer, int]


class Booking:
    """Posts documents one at a time; gathers the rows that are to be stored.

    Parameters
    ----------
    state
        What is held; changed in place.
    settings
        The book's own.
    movement, fact
        The numbers of the next movement and the next fact.
    editions
        Those of the HS that lots of the book were born with.
    """

    def __init__(
        self, state: State, settings: Settings, movement: int = 1, fact: int = 1, editions: Iterable[int] = ()
    ) -> None:
        self.state = state
        self.settings = settings
        self.take = proportional if settings.attribution == "proportional" else first_in_first_out
        self.editions = set(editions)
        self.next_movement = movement
        self.next_fact = fact
        self.movements: list[tuple] = []
        self.lots: list[tuple] = []
        self.parents: list[tuple] = []
        self.accounts: list[tuple] = []
        self.facts: list[tuple] = []
        self._taken: list[Take] = []
        self._given: list[Layer] = []
        self._undo: list[Callable[[], Any]] = []
        self._marks = (0, 0, 0, 0, 0)
        self.begin(0, 0, observe=False)

    # -- one document ------------------------------------------------------------------------

    def begin(self, entry: int, time: int, *, observe: bool) -> None:
        """Start on a document: its entry, its event time, and how strict to be."""
        self.entry, self.time, self.observe = entry, time, observe
        self._marks = (
            len(self.movements), len(self.lots), len(self.parents), len(self.accounts), len(self.facts),
        )  # fmt: skip
        self._taken.clear()
        self._given.clear()
        self._undo.clear()

    def settle(self) -> None:
        """The document stands: drop the layers that it used up."""
        drop = self.state.drop
        for layer, _ in self._taken:
            if not layer.left:
                drop(layer)

    def undo(self) -> None:
        """The document is refused: put everything back as it was."""
        for layer, quantity in self._taken:
            layer.left += quantity
        for layer in reversed(self._given):
            self.state.take_out(layer)
        for step in reversed(self._undo):
            step()
        for rows, mark in zip(self._logs(), self._marks, strict=True):
            if rows is self.movements:
                self.next_movement -= len(rows) - mark
            elif rows is self.facts:
                self.next_fact -= len(rows) - mark
            del rows[mark:]

    def own_facts(self) -> tuple[Fact, ...]:
        """The facts that the present document made."""
        rows = self.facts[self._marks[-1] :]
        if not rows:
            return ()
        return tuple(
            Fact(item, FactCode(code), quantity, detail) for _, _, item, code, quantity, detail in rows
        )

    def own_movements(self) -> tuple[int, int]:
        """The number of the first movement that the present document made, and how many they are."""
        count = len(self.movements) - self._marks[0]
        return self.next_movement - count, count

    def take_rows(self) -> dict[str, list[tuple]]:
        """The rows of all documents, by table; they are no longer kept here."""
        rows = dict(zip(("movement", "lot", "parent", "account", "fact"), self._logs(), strict=True))
        self.movements, self.lots, self.parents, self.accounts, self.facts = [], [], [], [], []
        return rows

    def _logs(self) -> tuple[list[tuple], ...]:
        return self.movements, self.lots, self.parents, self.accounts, self.facts

    def on_undo(self, step: Callable[[], Any]) -> None:
        """What to do if the document is refused after all."""
        self._undo.append(step)

    # -- accounts ----------------------------------------------------------------------------

    def account(self, party: str, place: str = "", regime: str = "", state: str = "") -> int:
        """The number of an account; a new one is opened."""
        key: AccountKey = (party, place, regime, state)
        number = self.state.accounts.get(key)
        return self._open(key) if number is None else number

    def holding(self, party: str, place: str, regime: str) -> int:
        """Somebody's free stock at a place, under a regime."""
        return self.account(party, place, regime, "free")

    def _open(self, key: AccountKey) -> int:
        state = self.state
        number = state.stored_account(key)
        if number is None:
            number = state.next_account
            state.next_account += 1
            self.accounts.append((number, *key))
            self.on_undo(lambda: self._close(key))
        else:  # another process opened it since we began
            state.next_account = max(state.next_account, number + 1)
        state.accounts[key] = number
        return number

    def _close(self, key: AccountKey) -> None:
        del self.state.accounts[key]
        self.state.next_account -= 1

    # -- movements ---------------------------------------------------------------------------

    def move(self, item: int, lot: int, source: int, giver: int, taker: int, quantity: int) -> int:
        """Write a movement at the document's event time; its number."""
        return self.write(item, lot, source, 0, giver, taker, quantity, self.time)

    def write(
        self, item: int, lot: int, source: int, reverses: int,
        giver: int, taker: int, quantity: int, time: int,
    ) -> int:  # fmt: skip
        """Write a movement; its number."""
        number = self.next_movement
        self.next_movement = number + 1
        self.movements.append(
            (number, self.entry, item, lot, source, reverses, giver, taker, quantity, time)
        )  # fmt: skip
        return number

    def transfer(
        self, takes: Iterable[Take], item: int, giver: int, taker: int, pool: int | None = None, *,
        keep: bool = True,
    ) -> None:  # fmt: skip
        """Take out of layers and move it on, a movement each.

        What is given is laid down in ``pool`` (by default the taker's own, by commodity), unless it is
        not to be kept: nothing is drawn from outside accounts.
        """
        entry, time, number = self.entry, self.time, self.next_movement
        base, dirty = taker << COMMODITY_BITS, self.state.dirty_layers
        self._taken += takes
        for layer, quantity in takes:
            layer.left -= quantity
            source, lot = layer.id, layer.lot
            dirty[source] = layer
            self.movements.append((number, entry, item, lot, source, 0, giver, taker, quantity, time))
            if keep:
                into = base | layer.commodity if pool is None else pool
                given = Layer(time, number, lot, layer.commodity, layer.origin, item, quantity, into)
                self._given.append(given)
                self.state.give(given)
            number += 1
        self.next_movement = number

    def lay_down(self, layer: Layer) -> Layer:
        """Put a new layer in its pool; `undo` takes it out."""
        self._given.append(layer)
        self.state.give(layer)
        return layer

    def take_from(self, layer: Layer, quantity: int) -> None:
        """Take out of a layer; `undo` puts it back."""
        layer.left -= quantity
        self._taken.append((layer, quantity))
        self.state.dirty_layers[layer.id] = layer

    def bear(self, measured: Measured, giver: int, taker: int, pool: int | None = None) -> Layer:
        """A lot is born from an item of this document and goes to the taker; its layer."""
        return self._deliver_birth(measured, measured.quantity, measured.quantity, giver, taker, pool)

    def lend(self, measured: Measured, account: int, quantity: int, fact: FactCode) -> Layer:
        """Goods that no document explains: ``unexplained`` lends, and the layer is there to be taken."""
        self.note(measured.line.item, fact, quantity)
        lender = self.account("unexplained")
        return self._deliver_birth(measured, 0, quantity, lender, account, None)

    def _deliver_birth(
        self, measured: Measured, born: int, quantity: int, giver: int, taker: int, pool: int | None
    ) -> Layer:
        line, goods = measured.line, measured.goods
        item, lot = line.item, self.entry << ITEM_BITS | line.item
        self.lots.append((lot, goods.code, line.origin, goods.dimension, born))
        self._see_edition(goods.code // DIGITS)
        number = self.write(item, lot, 0, 0, giver, taker, quantity, self.time)
        into = taker << COMMODITY_BITS | goods.commodity if pool is None else pool
        return self.lay_down(
            Layer(self.time, number, lot, goods.commodity, line.origin, item, quantity, into)
        )

    def _see_edition(self, edition: int) -> None:
        if edition not in self.editions:
            self.editions.add(edition)
            self.on_undo(lambda: self.editions.discard(edition))

    def note(self, item: int, code: FactCode, quantity: int = 0, detail: str = "") -> None:
        """Keep a fact."""
        self.facts.append((self.next_fact, self.entry, item, int(code), quantity, detail))
        self.next_fact += 1

    # -- what was written before ---------------------------------------------------------------

    def lot(self, number: int) -> LotRow:
        """A lot by its number."""
        found = self.find_row(self.lots, "lot", number)
        if found is None:
            raise BookDamaged(f"lot {number} is missing; run sarai verify")
        return LotRow(*found)

    def movement(self, number: int) -> Movement:
        """A movement by its number."""
        found = self.find_row(self.movements, "movement", number)
        if found is None:
            raise BookDamaged(f"movement {number} is missing; run sarai verify")
        return Movement(*found)

    def movements_of(self, entry: Entry) -> list[Movement]:
        """The movements of an entry, stored or not yet."""
        first, stop = entry.movement, entry.movement + entry.movements
        rows = self.movements
        if rows and first >= rows[0][0]:
            return [Movement(*row) for row in rows[first - rows[0][0] : stop - rows[0][0]]]
        sql = "SELECT * FROM movement WHERE id >= ? AND id < ? ORDER BY id"
        return [Movement(*row) for row in self.state.store.query(sql, (first, stop))]

    def find_row(self, rows: list[tuple], table: str, number: int) -> tuple | None:
        """A row by its number, of those not stored yet or of the store."""
        if rows and number | ITEM_MASK >= rows[0][0]:
            found = next((row for row in reversed(rows) if row[0] == number), None)
            if found is not None:
                return found
        stored = self.state.store.query(f"SELECT * FROM {table} WHERE id = ?", (number,))
        return stored[0] if stored else None

    def account_state(self, number: int) -> str:
        """``free`` or ``reserved``; empty for an outside account."""
        return self.find_row(self.accounts, "account", number)[4]

    def undo_parents(self, movement: Movement, undoing: int) -> None:
        """Take an input of processing out of the parents of what was made of it."""
        first, stop = movement.entry << ITEM_BITS, (movement.entry + 1) << ITEM_BITS
        rows = self.state.store.query(
            "SELECT child, movement, parent, quantity, made FROM parent WHERE child >= ? AND child < ?",
            (first, stop),
        )
        self.parents += [
            (child, undoing, parent, -quantity, made)
            for child, number, parent, quantity, made in (*rows, *self.parents)
            if number == movement.id and first <= child < stop
        ]

    # -- drawing -----------------------------------------------------------------------------

    def draw(self, measured: Measured, account: int, *, held: bool = False) -> list[Take]:
        """What to take for a line out of an account (docs/book.md, Drawing from free stock).

        ``held``: held lots too.
        """
        line, goods = measured.line, measured.goods
        named = line.lot is not None
        holds = Holds() if held else self.state.holds
        candidates = self.named(account, measured, holds) if named else self.candidates(account, goods)
        if holds:
            takes, lack = self._pass_over(holds, candidates, measured)
        else:
            takes, lack = self.take(candidates, measured.quantity, self.time)
        if line.origin or named:
            self.note_drift(measured, takes)
        if lack:
            takes.append(self._shortfall(measured, account, lack))
        if len(takes) + len(self.movements) - self._marks[0] > MAX_MOVEMENTS:
            raise Refused(
                Code.TOO_MANY_MOVEMENTS,
                f"more than {MAX_MOVEMENTS} movements; divide the document into several",
                measured.pointer,
            )
        return takes

    def candidates(self, account: int, goods: Goods) -> Iterable[Layer]:
        """Free layers of an account that a line of these goods may be taken from, the oldest first."""
        base = account << COMMODITY_BITS
        pool = self.state.pool(base | goods.commodity)
        if len(self.editions) <= 1 and goods.code // DIGITS in self.editions:
            return pool
        others = same_elsewhere(goods.code, goods.dimension, tuple(sorted(self.editions)))
        return merge(pool, *(self.state.pool(base | other) for other in others), key=age)

    def _pass_over(
        self, holds: Holds, candidates: Iterable[Layer], measured: Measured
    ) -> tuple[list[Take], int]:
        """Take from what is not held; refused if that does not suffice and something is held."""
        passed: list[Layer] = []

        def others() -> Iterator[Layer]:
            for layer in candidates:
                if layer.lot in holds:
                    passed.append(layer)
                else:
                    yield layer

        takes, lack = self.take(others(), measured.quantity, self.time)
        for layer in passed if lack else ():
            if layer.left and layer.acquired <= self.time:
                holds.check(layer.lot, f"{measured.pointer}/quantity")
        return takes, lack

    def named(self, account: int, measured: Measured, holds: Holds) -> list[Layer]:
        """The layers of a named lot in an account; refused if it is held."""
        ref, dimension = measured.line.lot, measured.goods.dimension
        lot = next(self.find_lots(ref), None)  # a name means the latest
        if lot is None:
            if self.observe:
                return []
            raise Refused(
                Code.LOT_UNKNOWN,
                f"lot {ref.issuer}/{ref.number} item {ref.item} is not in the book; "
                "post the document that it was born from, or leave the lot out",
                f"{measured.pointer}/lot",
            )
        number, code, born_dimension = lot
        holds.check(number, f"{measured.pointer}/lot")
        if born_dimension != dimension:
            return []
        return [
            layer
            for layer in self.state.pool(account << COMMODITY_BITS | commodity_of(code, dimension))
            if layer.lot == number
        ]

    def find_lots(self, ref: LotRef) -> Iterator[tuple[int, int, int]]:
        """``(number, code, dimension)`` of the lots that versions bore of this item, the latest first."""
        for identity in reversed(self.state.versions(ref.issuer, ref.number)):
            lot = self.find_row(self.lots, "lot", identity.entry << ITEM_BITS | ref.item)
            if lot is not None:
                yield lot[0], lot[1], lot[3]

    def note_drift(self, measured: Measured, takes: Sequence[Take]) -> None:
        """Keep it as a fact where a line says otherwise than the lots that it draws."""
        line, goods = measured.line, measured.goods
        for layer, quantity in takes:
            code = code_of(layer.commodity)
            if not compatible(code, goods.code):
                self.note(line.item, FactCode.CODE_DRIFT, quantity, f"{code} as {goods.code}")
            if line.origin and layer.origin and line.origin != layer.origin:
                self.note(line.item, FactCode.ORIGIN_DRIFT, quantity, f"{layer.origin} as {line.origin}")

    def _shortfall(self, measured: Measured, account: int, lack: int) -> Take:
        if not self.observe:
            message = self._lacking(measured, account, lack)
            raise Refused(Code.NOT_HELD, message, f"{measured.pointer}/quantity")
        return self.lend(measured, account, lack, FactCode.UNEXPLAINED), lack

    def _lacking(self, measured: Measured, account: int, lack: int) -> str:
        line = measured.line
        pool = self.state.pool(account << COMMODITY_BITS | measured.goods.commodity)
        later = any(layer.acquired > self.time for layer in pool)
        hint = "; some was acquired only later: check the dates" if later else ""
        return (
            f"{units.from_base(lack, line.unit)} {line.unit} of the {line.quantity} {line.unit} of {line.hs} "
            f"are not held there{hint}. Post what brought them in first, or post in observe mode"
        )
