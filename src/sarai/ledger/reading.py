"""What is read off the stored rows: the tail of the indexes, accounts, roots of lots."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from sarai.goods import BeforeTheBook, NotInBook
from sarai.ledger.meta import parse_position, read, read_runs
from sarai.ledger.rows import ITEM_BITS, ITEM_MASK, Identity, LotRow, from_us
from sarai.ledger.store import RUN, Store

CHUNK = 400


class LotName(NamedTuple):
    """A lot as people name it: the document and item that it was born from."""

    issuer: str
    number: str
    item: int


class Reader:
    """Reads one store, as it stands at each question.

    Parameters
    ----------
    store
        The book's.
    versions
        What somebody who posts to the book knows of a number (perhaps nothing); it saves reading
        what is newer than the last checkpoint.
    """

    def __init__(
        self, store: Store, versions: Callable[[str, str], Sequence[Identity]] = lambda issuer, number: ()
    ) -> None:
        self.store = store
        self.versions = versions

    def tail(self) -> int:
        """The number of the first movement that no index run covers."""
        return read_runs(self.store) * RUN

    def of_account(self, account: int) -> str:
        """SQL for the numbers of the movements from or to an account: out of the runs, and of the tail."""
        ours = f"giver = {account} OR taker = {account}"
        indexed = (
            f"SELECT m.id FROM by_account b JOIN movement m ON m.id BETWEEN b.first AND b.last AND ({ours}) "
            f"WHERE b.account = {account} AND b.run"
        )
        return self._with_tail(indexed, ours)

    def of_lot(self, lot: int) -> str:
        """SQL for the numbers of the movements of a lot."""
        return self._with_tail(f"SELECT movement FROM by_lot WHERE lot = {lot} AND run", f"lot = {lot}")

    def _with_tail(self, indexed: str, ours: str) -> str:
        runs = self.tail() // RUN
        tail = f"SELECT id FROM movement WHERE id >= {runs * RUN} AND ({ours})"
        return f"{indexed} IN ({_series(runs)}) UNION ALL {tail}" if runs else tail

    def by_lot(self, lot: int) -> list[tuple]:
        """Every movement of a lot, in order."""
        numbers = self.of_lot(lot)
        return self.store.query(f"SELECT * FROM movement WHERE id IN ({numbers}) ORDER BY id")

    def head(self) -> int:
        """The last entry."""
        return self.store.query("SELECT coalesce(max(id), 0) FROM entry")[0][0]

    def lots(self, numbers: Sequence[int]) -> dict[int, LotRow]:
        """Lots by their numbers."""
        return {row[0]: LotRow(*row) for row in self._many("lot", numbers)}

    def accounts(self, numbers: Sequence[int]) -> dict[int, tuple[str, str, str, str]]:
        """``(party, place, regime, state)`` of accounts by their numbers."""
        return {row[0]: tuple(row[1:]) for row in self._many("account", numbers)}

    def _many(self, table: str, numbers: Sequence[int]) -> Iterator[tuple]:
        ordered = sorted(set(numbers))
        for start in range(0, len(ordered), CHUNK):
            some = ordered[start : start + CHUNK]
            marks = ", ".join("?" * len(some))
            yield from self.store.query(f"SELECT * FROM {table} WHERE id IN ({marks})", some)

    def names(self, lots: Sequence[int]) -> dict[int, LotName]:
        """How people name these lots."""
        entries = sorted({lot >> ITEM_BITS for lot in lots})
        found = {}
        for start in range(0, len(entries), CHUNK):
            some = entries[start : start + CHUNK]
            marks = ", ".join("?" * len(some))
            sql = f"SELECT id, issuer, number FROM entry WHERE id IN ({marks})"
            found.update({entry: (issuer, number) for entry, issuer, number in self.store.query(sql, some)})
        return {lot: LotName(*found[lot >> ITEM_BITS], lot & ITEM_MASK) for lot in lots}

    def document_name(self, entry: int) -> tuple[str, str, str, int]:
        """``(kind, issuer, number, version)`` of an entry."""
        return self.store.query("SELECT kind, issuer, number, version FROM entry WHERE id = ?", (entry,))[0]

    def document_names(self, entries: Iterable[int]) -> dict[int, tuple[str, str, str, int]]:
        """``(kind, issuer, number, version)`` of entries by their numbers."""
        ordered, found = sorted(set(entries)), {}
        for start in range(0, len(ordered), CHUNK):
            some = ordered[start : start + CHUNK]
            marks = ", ".join("?" * len(some))
            sql = f"SELECT id, kind, issuer, number, version FROM entry WHERE id IN ({marks})"
            found.update({entry: tuple(name) for entry, *name in self.store.query(sql, some)})
        return found

    def last_entry(self, recorded: int) -> int:
        """The last entry that was recorded by then; an error before the first (times never run backwards)."""
        ((low, high),) = self.store.query("SELECT coalesce(min(id), 1), coalesce(max(id), 0) FROM entry")
        if not high or self._recorded(low) > recorded:
            raise BeforeTheBook(f"the book had no entry yet at {from_us(recorded).isoformat()}")
        while low < high:
            middle = (low + high + 1) // 2
            if self._recorded(middle) <= recorded:
                low = middle
            else:
                high = middle - 1
        return low

    def _recorded(self, entry: int) -> int:
        return self.store.query("SELECT recorded FROM entry WHERE id = ?", (entry,))[0][0]

    def entries_of(self, issuer: str, number: str) -> list[int]:
        """The entries of a document's versions, the oldest first; NotInBook if there are none."""
        known = self.versions(issuer, number)
        if known:
            return [identity.entry for identity in known]
        rows = self.store.query(
            "SELECT entry FROM identity WHERE issuer = ? AND number = ?", (issuer, number)
        ) + self.store.query(
            "SELECT id FROM entry WHERE id > ? AND code = 0 AND issuer = ? AND number = ?",
            (self._flushed(), issuer, number),
        )
        if not rows:
            raise NotInBook(f"no document {issuer}/{number} in the book; look at its issuer and number")
        return sorted({entry for (entry,) in rows})

    def entry_of(self, issuer: str, number: str, version: int | None = None) -> int:
        """The entry of a document, in its latest version or the one stated; NotInBook if there is none."""
        entries = self.entries_of(issuer, number)
        if version is None:
            return entries[-1]
        for entry in entries:
            if self.document_name(entry)[3] == version:
                return entry
        raise NotInBook(f"{issuer}/{number} has no version {version}; the latest is {len(entries)}")

    def lots_of(self, entry: int) -> list[LotRow]:
        """The lots that an entry bore."""
        first, stop = entry << ITEM_BITS, (entry + 1) << ITEM_BITS
        rows = self.store.query("SELECT * FROM lot WHERE id >= ? AND id < ? ORDER BY id", (first, stop))
        return [LotRow(*row) for row in rows]

    def _flushed(self) -> int:
        """The last entry that the projections know."""
        return parse_position(read(self.store, "position")).entry


def _series(stop: int) -> str:
    return ", ".join(map(str, range(stop)))
