"""The book: open it, record documents in it, ask it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING

from sarai.goods import BadSetting, Document, Refusal
from sarai.ledger import meta
from sarai.ledger.balance import Balance, BalanceRow, Question, balance
from sarai.ledger.checks import check_structure
from sarai.ledger.posting import MODES, Posting
from sarai.ledger.reading import Reader
from sarai.ledger.rows import Entry, Identity, to_us
from sarai.ledger.settings import CHECKPOINT, Settings
from sarai.ledger.state import Wanted
from sarai.ledger.store import LOGS, Query, Store
from sarai.ledger.verdict import Result
from sarai.ledger.verify import Progress, Verification, Verifier
from sarai.ledger.whereabouts import ConsignmentView, HeldLot, consignment_view, held_lots, whereabouts

if TYPE_CHECKING:
    from sarai.ledger.checkpoint import SigningKey
    from sarai.ledger.proofs import ConsistencyProof, InclusionProof, Prover
    from sarai.ledger.trace import Downstream, Tracer, Upstream

HEAD = Query("""
    SELECT (SELECT coalesce(max(id), 0) FROM entry), (SELECT value FROM meta WHERE name = 'position')""")
UNKNOWN = "unknown"  # no checkpoint is stored so

Clock = Callable[[], datetime]


class Book:
    """The book of goods, in a store.

    Use `sarai.open`. A book may be shared by threads, and by processes on one store: recording
    takes turns, and whoever has the turn first learns what the others recorded.

    Parameters
    ----------
    store
        Where it is kept.
    settings
        For a new book; an existing one keeps those it was born with, and giving others is an error.
    clock
        Gives the time of record where none is handed in.
    """

    def __init__(self, store: Store, settings: Settings | None = None, clock: Clock | None = None) -> None:
        self.store = store
        self._clock = clock or (lambda: datetime.now(UTC))
        self._lock = RLock()
        self._reader = Reader(store, self._versions)
        self._closed = self._damaged = False
        try:
            with store.writing():
                self.settings = self._agree(settings)
            self._posting = self._resume()
        except BaseException:
            store.close()
            raise

    def _agree(self, settings: Settings | None) -> Settings:
        """The settings that the book has, or now gets."""
        born = meta.read_settings(self.store)
        if born is None:
            born = settings or Settings()
            meta.found(self.store, born)
        for name in Settings.__struct_fields__ if settings is not None else ():
            ours, theirs = getattr(born, name), getattr(settings, name)
            if ours != theirs:
                raise BadSetting(f"{name} is {ours!r} in this book, not {theirs!r}; open it without settings")
        return born

    def _resume(self) -> Posting:
        """Begin where the projections stand."""
        self._seen = meta.read(self.store, "position")
        self._checkpoint = meta.parse_position(self._seen)
        return Posting(self.store, self.settings, self._checkpoint)

    def _versions(self, issuer: str, number: str) -> tuple[Identity, ...]:
        """What bears a number, if what is in memory is the whole book; nothing, if others have posted."""
        with self._lock:
            state, head = self._posting.state, self._posting.journal.head
            current = self._seen != UNKNOWN and head == self._reader.head()
            return state.versions(issuer, number) if current else ()

    # -- recording -------------------------------------------------------------------------------

    def record(
        self,
        documents: Iterable[Document],
        now: datetime | None = None,
        mode: str = "strict",
        *,
        checked: bool = False,
        mark: tuple[str, str] | None = None,
        up_to_refused: bool = False,
    ) -> list[Result]:
        """Record documents in order, in one durable commit. Each stands or falls alone.

        Parameters
        ----------
        documents
            What came in.
        now
            Time of record, aware; by default the clock's. Earlier than the last counts as the last.
        mode
            ``strict`` refuses what is not held, ``observe`` books it against ``unexplained``.
        checked
            Whether a reader made the documents, so that their structure need not be checked again.
        mark
            The name of the source and how far it is read now, kept in the same commit: whoever goes on
            from `Book.mark` after a break brings each document once. There may be no documents.
        up_to_refused
            Whether nothing after the first that is refused is recorded: documents that only make sense
            together.

        Returns
        -------
        list of Result
            One for each document that was recorded, in order. When it is returned, all of it is on disk.

        Raises
        ------
        BadSetting
            If a document could not be read back, such as one without an issuer, or the mark is not plain
            text; nothing is recorded.
        """
        if mode not in MODES:
            raise BadSetting(f"mode {mode!r} is neither strict nor observe")
        if mark is not None:
            meta.check_mark(*mark)
        documents = list(documents)
        if not checked:
            check_structure(documents)
        level = MODES[mode]

        def work(posting: Posting) -> list[Result]:
            results: list[Result] = []
            for document in documents:
                results.append(posting.post(document, level))
                if up_to_refused and not results[-1].ok:
                    break
            return results

        with self._lock:
            wanted = self._posting.wanted(documents)
            return self._take_turn(now, work, wanted, mark)

    def refuse(self, refusals: Iterable[Refusal], now: datetime | None = None) -> list[Result]:
        """Keep what a reader could not make documents of, in one durable commit."""
        return self._take_turn(now, lambda posting: [posting.refuse(refusal) for refusal in refusals])

    def expire(self, now: datetime | None = None) -> list[Result]:
        """Tell the book the time: open waybills whose deadline has passed expire."""
        return self._take_turn(now, Posting.expire)

    def _take_turn(
        self,
        now: datetime | None,
        work: Callable[[Posting], list[Result]],
        wanted: Wanted | None = None,
        mark: tuple[str, str] | None = None,
    ) -> list[Result]:
        """Be the only one who records; at the end all that was posted is stored, or none."""
        time, asked = to_us(now or self._clock()), self._posting.state.queries(wanted) if wanted else ()
        with self._lock:
            try:
                with self.store.writing(HEAD, *asked) as (head, *answers):
                    self._catch_up(head)
                    if wanted:
                        self._posting.state.learn(wanted, answers)
                    self._posting.journal.tell_time(time)
                    results = work(self._posting)
                    self._store()
                    if mark is not None:
                        meta.write_mark(self.store, *mark)
            except BaseException:
                self._seen = UNKNOWN  # what is in memory may not be what is stored: begin again next time
                raise
        return results

    def _store(self) -> None:
        rows = self._posting.take_rows()
        for table in LOGS:
            if rows[table.name]:
                self.store.append(table, rows[table.name])
        if self._posting.booking.next_movement - self._checkpoint.movement >= CHECKPOINT:
            self._flush()

    def _catch_up(self, rows: list[tuple]) -> None:
        """Learn what others have recorded, and which checkpoints they wrote, since our last turn."""
        ((head, position),) = rows
        if position != self._seen:
            self._posting = self._resume()
        if head == self._posting.journal.head:
            return
        sql = "SELECT * FROM entry WHERE id > ? ORDER BY id LIMIT 1000"
        while rows := self.store.query(sql, (self._posting.journal.head,)):
            for row in rows:
                self._posting.replay(Entry(*row))
            self._posting.take_rows()

    # -- questions -------------------------------------------------------------------------------

    def mark(self, name: str) -> str:
        """How far a source has been read, as `record` was told last; empty if it never was."""
        return meta.read_mark(self.store, name)

    def balance(
        self,
        party: str | None = None,
        place: str | None = None,
        regime: str | None = None,
        hs: str | None = None,
        at: datetime | None = None,
        as_known: datetime | None = None,
        outside: bool = False,
    ) -> Balance:
        """Who holds what, lot by lot.

        Parameters
        ----------
        party, place, regime, hs
            Only these; ``hs`` are the first digits of the lots' codes, up to six.
        at
            As it was at this event time; by default, after everything.
        as_known
            As the book knew it at this time of record.
        outside
            Whether the outside accounts are shown too.

        Raises
        ------
        BeforeTheBook
            If nothing had happened, or was recorded, by then.
        """
        return balance(self._reader, Question(party, place, regime, hs, at, as_known, outside))

    def consignment(self, issuer: str, number: str) -> ConsignmentView:
        """A consignment by the number of its document, or of the part; NotInBook if there is none."""
        with self._lock, self.store.writing(HEAD) as (head,):
            self._catch_up(head)
            return consignment_view(self._posting.state, issuer, number)

    def entry_of(self, issuer: str, number: str) -> int:
        """The entry of a document's latest version, or of the split that made a part; else NotInBook."""
        return self._reader.entry_of(issuer, number)

    def holds(self) -> list[HeldLot]:
        """The lots that are held now, each with the document that holds it; twice if two do."""
        with self._lock, self.store.writing(HEAD) as (head,):
            self._catch_up(head)
            return held_lots(self._posting.state, self._posting.journal)

    def where(self, issuer: str, number: str, item: int | None = None) -> list[BalanceRow]:
        """Where the lots are now that were born from a document: accounts, outside ones too."""
        return whereabouts(self._reader, issuer, number, item)

    def trace(
        self,
        issuer: str,
        number: str,
        item: int | None = None,
        *,
        direction: str = "up",
        method: str = "booked",
        bounds: bool = False,
    ) -> Upstream | Downstream:
        """Where a document's goods came from, or where they went.

        Parameters
        ----------
        issuer, number, item
            The document, in its latest version, and one of its items (by default all).
        direction
            ``up`` to the births of lots, ``down`` to who has them now.
        method
            Up only. ``booked`` as the book attributed; ``named`` only what documents name;
            ``fifo`` or ``proportional``, what it would be if what is not named were drawn so.
        bounds
            Up only: also the least and the most that could be, whatever the attribution.

        Raises
        ------
        NotInBook
            If there is no such document, or nothing that it moved still stands.
        """
        if direction == "down":
            return self._tracer.down(issuer, number, item)
        if direction != "up":
            raise BadSetting(f"direction {direction!r} is neither up nor down")
        return self._tracer.up(issuer, number, item, method, bounds)

    @cached_property
    def _tracer(self) -> Tracer:
        from sarai.ledger.trace import Tracer  # numpy is not needed to record

        return Tracer(self._reader)

    # -- proof -----------------------------------------------------------------------------------

    def checkpoint(self, *keys: SigningKey, size: int | None = None) -> str:
        """The C2SP checkpoint of the log, signed with the keys given; of an earlier size if stated."""
        from sarai.ledger.checkpoint import sign

        checkpoint = self._prover.checkpoint(size)
        return sign(checkpoint, *keys) if keys else checkpoint.text()

    def prove(
        self, issuer: str, number: str, *keys: SigningKey, version: int | None = None, size: int | None = None
    ) -> InclusionProof:
        """That a document is in the book, in its latest version or the one stated.

        ``size`` proves it against an earlier checkpoint. Raises NotInBook if it is not there.
        """
        entry = self._reader.entry_of(issuer, number, version)
        return self._prover.inclusion(entry, keys, size)

    def prove_consistency(self, old: int, *keys: SigningKey, new: int | None = None) -> ConsistencyProof:
        """That the log of size ``old`` is the beginning of today's (or of that of size ``new``)."""
        return self._prover.consistency(old, keys, new)

    @cached_property
    def _prover(self) -> Prover:
        from sarai.ledger.proofs import Prover

        return Prover(self._reader, self.settings.origin, self.settings.digest)

    def verify(self, progress: Progress | None = None) -> Verification:
        """Compute the whole book again from its journal and compare every stored row.

        Recording waits meanwhile. ``progress`` is called with entries done and entries in all.
        """
        with self._lock, self.store.writing():
            position = meta.parse_position(meta.read(self.store, "position"))
            found = Verifier(self.store, self.settings, position, progress).run()
        self._damaged = not found.ok
        return found

    # -- checkpoints -----------------------------------------------------------------------------

    def flush(self) -> None:
        """Bring the projections up to date, so that the next opening has nothing to catch up with."""
        with self._lock, self.store.writing(HEAD) as (head,):
            self._catch_up(head)
            if self._posting.journal.head > self._checkpoint.entry:
                self._flush()

    def _flush(self) -> None:
        posting = self._posting
        posting.state.flush()
        runs = meta.fill_runs(self.store, posting.booking.next_movement)
        self._checkpoint = posting.position
        self._seen = meta.write_position(self.store, self._checkpoint, runs)
        posting.state.trim()

    def close(self) -> None:
        """Flush, and let go of the store. A book that did not verify is left as it is."""
        if self._closed:
            return
        self._closed = True
        try:
            if not self._damaged:
                self.flush()
        finally:
            self.store.close()

    def __enter__(self) -> Book:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
