"""Where questions to statistics are worked out: one at a time, in a thread, within memory and time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, TypeVar

from sarai.flows.catalogue import Catalogue
from sarai.flows.statistics import Statistics
from sarai.goods import SaraiError
from sarai.server.asking import Busy, Kept, TooMuch
from sarai.server.flows.answer import Answer, AtHand
from sarai.server.flows.asked import Asked, understood

if TYPE_CHECKING:
    from ibis.backends import BaseBackend

    from sarai.server.settings import ServerSettings

T = TypeVar("T")
KEPT = 8  # answers: a page that is loaded again, and its downloads, do not work it out anew
AGAIN_S = 0.2  # an interruption ends one query, and the next may begin
OVERVIEW_MB = 256  # for what is at hand, which is a list of periods


class NotKept(SaraiError):
    """The statistics were loaded anew while they were read."""


class Bench:
    """Asks a folder of statistics; its methods are for threads, and any thread may call them.

    Parameters
    ----------
    folder : Path
        Of `sarai.flows.statistics.Statistics`.
    spill : Path
        Where what does not fit in memory goes.
    """

    def __init__(self, folder: Path, spill: Path, settings: ServerSettings) -> None:
        self.statistics, self.spill, self.settings = Statistics(folder), spill, settings
        self._working, self._looking = Lock(), Lock()
        self._kept = Kept(KEPT)

    def answer(self, asked: Asked, parts: Iterable[str] | None = None) -> Answer:
        """What statistics answer to a question.

        Raises
        ------
        Unclear, NothingThere, NoStatistics
            It cannot be asked so.
        Busy
            Another question is being worked out.
        TooMuch
            It takes more memory or time than there is.
        """
        from sarai.server.flows.answering import PARTS, answer

        meant, wanted = understood(asked), tuple(parts or PARTS)
        key = (asked, wanted, self._edition())
        if found := self._kept.get(key):
            return found
        with self._at_work() as (engine, in_time):
            memory = self.settings.flows_memory_mb
            return self._kept.put(key, answer(self.statistics, meant, engine, memory, in_time, wanted))

    def report(self, asked: Asked, made: datetime) -> str:
        """All that statistics say to a question, as one HTML page in English; faults as of `answer`."""
        from sarai.server.flows.answering import studied

        meant, key = understood(asked), ("report", asked, self._edition())
        if found := self._kept.get(key):
            return found
        with self._at_work() as (engine, in_time):
            memory = self.settings.flows_memory_mb
            return self._kept.put(key, studied(self.statistics, meant, engine, memory, in_time, made))

    def at_hand(self) -> AtHand:
        """What statistics there are."""
        from sarai.server.flows.coverage import at_hand

        key = ("at hand", self._edition())
        with self._looking:
            if found := self._kept.get(key):
                return found
            with self._engine(OVERVIEW_MB) as (engine, _):
                return self._kept.put(key, at_hand(self.statistics, engine))

    @contextmanager
    def _at_work(self) -> Iterator[tuple[BaseBackend, Callable[[], None]]]:
        if not self._working.acquire(blocking=False):
            raise Busy("another question to statistics is being worked out; ask again in a moment")
        try:
            with self._engine(self.settings.flows_memory_mb) as at_work:
                yield at_work
        finally:
            self._working.release()

    def _edition(self) -> tuple[str, ...]:
        """What tells these statistics from those after the next load."""
        return Catalogue.of(self.statistics.folder).rows

    @contextmanager
    def _engine(self, memory_mb: int) -> Iterator[tuple[BaseBackend, Callable[[], None]]]:
        """An engine that stops when the time is over, and what to call between two steps."""
        import duckdb

        from sarai.flows.engines import duckdb_engine
        from sarai.flows.settings import FlowsSettings

        over, seconds = Event(), self.settings.flows_s
        too_long = f"it takes longer than {seconds:g} seconds; ask for fewer countries, codes or periods"

        def in_time() -> None:
            if over.is_set():
                raise TooMuch(too_long)

        settings = FlowsSettings(memory_mb=memory_mb, threads=self.settings.flows_threads)
        with duckdb_engine(settings, self.spill) as engine:
            done = Event()
            Thread(target=_stop, args=(engine, seconds, over, done), daemon=True).start()
            try:
                yield engine, in_time
            except duckdb.InterruptException as fault:
                raise TooMuch(too_long) from fault
            except duckdb.OutOfMemoryException as fault:
                raise TooMuch(
                    f"it takes more than {memory_mb} MB; ask for fewer countries or codes"
                ) from fault
            except duckdb.IOException as fault:
                raise NotKept(
                    "the statistics could not be read, or were loaded anew meanwhile; ask again"
                ) from fault
            finally:
                done.set()


def _stop(engine: BaseBackend, seconds: float, over: Event, done: Event) -> None:
    """Break off whatever the engine does once the time is over, and what it is told to do next."""
    wait = seconds
    while not done.wait(wait):
        over.set()
        engine.con.interrupt()  # type: ignore[attr-defined]
        wait = AGAIN_S
