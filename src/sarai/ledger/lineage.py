"""What came of what: movements before and after one another, and the births of lots.

Keeps what it has read, so it is made for one question and thrown away after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sarai.ledger.reading import LotName, Reader
from sarai.ledger.rows import ITEM_BITS, LotRow, Movement, net, root_of

CHUNK = 400


class Birth(NamedTuple):
    """How a lot came into the book: by which kind of document, from which country if from abroad."""

    lot: LotName
    kind: str
    country: str
    hs: str
    edition: str
    origin: str
    dimension: int


class Lineage:
    """Looks up neighbours in the graph of movements."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.query = reader.store.query
        self._by_lot: dict[int, dict[int, list[Movement]]] = {}

    # -- movements -------------------------------------------------------------------------------

    def movement(self, number: int) -> Movement:
        """A movement by its number."""
        return Movement(*self.query("SELECT * FROM movement WHERE id = ?", (number,))[0])

    def of_entry(self, entry: int) -> list[Movement]:
        """The movements of an entry, in order."""
        ((first, count),) = self.query("SELECT movement, movements FROM entry WHERE id = ?", (entry,))
        rows = self.query(
            "SELECT * FROM movement WHERE id >= ? AND id < ? ORDER BY id", (first, first + count)
        )
        return [Movement(*row) for row in rows]

    def standing(self, entries: Iterable[int]) -> list[Movement]:
        """What a document's versions moved, less all that corrections took back."""
        movements = [movement for entry in entries for movement in self.of_entry(entry)]
        return net(movements, movements)

    def takers(self, movement: Movement) -> list[Movement]:
        """The movements that took from what a movement gave, less what was taken back in kind."""
        if movement.lot not in self._by_lot:
            rows = [Movement(*row) for row in self.reader.by_lot(movement.lot)]
            takers = {row.id: row.taker for row in rows}
            undone = [row for row in rows if row.reverses and row.giver == takers.get(row.reverses)]
            after: dict[int, list[Movement]] = {}
            for row in net(rows, undone):
                after.setdefault(row.source, []).append(row)
            self._by_lot[movement.lot] = after
        return self._by_lot[movement.lot].get(movement.id, [])

    # -- processing ------------------------------------------------------------------------------

    def inputs(self, child: int) -> list[tuple[Movement, int]]:
        """The movements to ``used`` that went into a made lot, each with the part that did."""
        rows = self.query(
            "SELECT p.movement, p.quantity FROM parent p JOIN movement m ON m.id = p.movement "
            "WHERE p.child = ? AND m.reverses = 0 ORDER BY p.movement",
            (child,),
        )
        return [(self.movement(number), quantity) for number, quantity in rows]

    def outputs(self, movement: Movement) -> list[tuple[Movement, float]]:
        """The births of what was made out of a movement to ``used``, each with the part that is from it.

        Among inputs of the same kind of unit the part is by quantity.
        """
        first, stop = movement.entry << ITEM_BITS, (movement.entry + 1) << ITEM_BITS
        rows = self.query(
            "SELECT p.child, p.movement, p.quantity, l.dimension FROM parent p JOIN lot l ON l.id = p.parent "
            "JOIN movement m ON m.id = p.movement WHERE p.child >= ? AND p.child < ? AND m.reverses = 0",
            (first, stop),
        )
        births = {
            row.lot: row for row in self.of_entry(movement.entry) if not row.source and not row.reverses
        }
        found = []
        for child, number, quantity, dimension in rows:
            if number == movement.id:
                total = sum(q for c, _, q, d in rows if (c, d) == (child, dimension))
                found.append((births[child], births[child].quantity * quantity / total))
        return found

    # -- births ----------------------------------------------------------------------------------

    def births(self, lots: Sequence[int]) -> dict[int, Birth]:
        """How lots came into the book."""
        names, rows = self.reader.names(lots), self.reader.lots(lots)
        kinds = self._kinds([lot >> ITEM_BITS for lot in lots])
        return {lot: self._birth(names[lot], kinds[lot >> ITEM_BITS], rows[lot]) for lot in lots}

    def _birth(self, name: LotName, kind: str, row: LotRow) -> Birth:
        country = ""
        if kind in ("import", "transit", "correction") and row.quantity:
            country = self._giver(row.id).removeprefix("abroad:")
        if not row.quantity:
            kind = "unexplained"
        return Birth(name, kind, country, row.hs, row.edition, row.origin, row.dimension)

    def _giver(self, lot: int) -> str:
        entry, _ = root_of(lot)
        rows = self.query(
            "SELECT a.party FROM entry e "
            "JOIN movement m ON m.id >= e.movement AND m.id < e.movement + e.movements "
            "JOIN account a ON a.id = m.giver WHERE e.id = ? AND m.lot = ? AND m.source = 0 LIMIT 1",
            (entry, lot),
        )
        return rows[0][0]

    def _kinds(self, entries: Iterable[int]) -> dict[int, str]:
        ordered, kinds = sorted(set(entries)), {}
        for start in range(0, len(ordered), CHUNK):
            some = ordered[start : start + CHUNK]
            marks = ", ".join("?" * len(some))
            kinds.update(self.query(f"SELECT id, kind FROM entry WHERE id IN ({marks})", some))
        return kinds
