"""What came of what: movements before and after one another, and the births of lots.

Keeps what it has read, so it is made for one question and thrown away after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
        self._movements: dict[int, Movement] = {}
        self._made: dict[int, dict[int, list[tuple[Movement, float]]]] = {}

    # -- movements -------------------------------------------------------------------------------

    def movement(self, number: int) -> Movement:
        """A movement by its number."""
        return self.movements([number])[number]

    def movements(self, numbers: Iterable[int]) -> Mapping[int, Movement]:
        """All that were read so far; these among them."""
        wanted = sorted(set(numbers).difference(self._movements))
        for start in range(0, len(wanted), CHUNK):
            some = wanted[start : start + CHUNK]
            marks = ", ".join("?" * len(some))
            rows = self.query(f"SELECT * FROM movement WHERE id IN ({marks})", some)
            self._movements.update((row[0], Movement(*row)) for row in rows)
        return self._movements

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
        movements = self.movements(number for number, _ in rows)
        return [(movements[number], quantity) for number, quantity in rows]

    def outputs(self, movement: Movement) -> list[tuple[Movement, float]]:
        """The births of what was made out of a movement to ``used``, each with the part that is from it.

        Among inputs of the same kind of unit the part is by quantity.
        """
        if movement.entry not in self._made:
            self._made[movement.entry] = self._outputs(movement.entry)
        return self._made[movement.entry].get(movement.id, [])

    def _outputs(self, entry: int) -> dict[int, list[tuple[Movement, float]]]:
        """The same for all inputs of an entry: a blend has hundreds."""
        first, stop = entry << ITEM_BITS, (entry + 1) << ITEM_BITS
        rows = self.query(
            "SELECT p.child, p.movement, p.quantity, l.dimension FROM parent p JOIN lot l ON l.id = p.parent "
            "JOIN movement m ON m.id = p.movement WHERE p.child >= ? AND p.child < ? AND m.reverses = 0",
            (first, stop),
        )
        if not rows:
            return {}
        births = {row.lot: row for row in self.of_entry(entry) if not row.source and not row.reverses}
        totals: dict[tuple[int, int], int] = {}
        for child, _, quantity, dimension in rows:
            totals[child, dimension] = totals.get((child, dimension), 0) + quantity
        found: dict[int, list[tuple[Movement, float]]] = {}
        for child, number, quantity, dimension in rows:
            part = births[child].quantity * quantity / totals[child, dimension]
            found.setdefault(number, []).append((births[child], part))
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
