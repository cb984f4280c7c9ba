"""What a server serves: one open book, the thread that writes it, the watch beside it, what is live."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from threading import local
from typing import TypeVar

from sarai.goods import Document, Refusal
from sarai.ledger import Book, HeldLot, Result, SigningKey, open_book
from sarai.server.board import Board
from sarai.server.bus import Bus
from sarai.server.clock import SteadyClock
from sarai.server.corridors import Bench as Corridors
from sarai.server.demo import Cast, Player
from sarai.server.flows import Bench
from sarai.server.judging import Judge
from sarai.server.minerals import Bench as Minerals
from sarai.server.settings import ServerSettings
from sarai.server.standing import Bench as Standing
from sarai.server.writing import Mark, Writer
from sarai.watch import AlertStore, Given
from sarai.watch.cases import Desk

T = TypeVar("T")


class House:
    """Opened once for a server; its methods are for the event loop unless they say otherwise.

    Parameters
    ----------
    ledger
        Path or URL of the book.
    directory
        Where the server keeps what is its own: alerts, accounts, events.
    given
        Register, lists, owners, control lists.
    clock
        What time it is; by default the machine's, steadied. A state that is played has one of its own.
    demo
        Of a state that is played, for whom people may sign in; then ``player`` plays it.
    statistics
        The folder of trade statistics that the page Flows asks.
    network
        Folders of tables over the packaged network of corridors.
    minerals
        The folder of data that the page Minerals asks.
    standing, votes
        Folders of tables over the packaged ones of standing, and the folder with votes in the United Nations.

    Attributes
    ----------
    keys
        They sign checkpoints.
    secret
        32 bytes of this server alone, which sign what browsers keep for it.
    """

    def __init__(
        self,
        ledger: str,
        directory: Path,
        settings: ServerSettings | None = None,
        given: Given | None = None,
        clock: Callable[[], datetime] | None = None,
        *,
        create: bool = True,
        demo: Cast | None = None,
        statistics: Path | None = None,
        network: Sequence[Path] = (),
        minerals: Path | None = None,
        standing: Sequence[Path] = (),
        votes: Path | None = None,
    ) -> None:
        self.directory, self.demo = directory, demo
        self.settings = settings or ServerSettings()
        self.statistics = Bench(statistics, directory / "spill", self.settings) if statistics else None
        self.corridors = Corridors(self.settings, network)
        self.minerals = Minerals(self.settings, minerals, lambda: self.corridors.network)
        self.standing = Standing(self.settings, standing, votes, network)
        self.given = given or Given()
        self.now = clock or SteadyClock()
        directory.mkdir(parents=True, exist_ok=True)
        self.alerts_path = str(directory / "alerts.db")
        AlertStore.open(self.alerts_path).close()
        self._written = open_book(ledger, create=create, clock=self.now)
        self.book = open_book(ledger, create=False, clock=self.now)  # for questions: they wait for no commit
        bounds = self.settings
        self.bus = Bus(bounds.subscribers, bounds.behind)
        self.judge = Judge(
            open_book(ledger, create=False, clock=self.now), self.alerts_path, self.given, self.bus, self.now,
            bounds.tick_s, bounds.remember_s,
        )  # fmt: skip
        self.writer = Writer(
            self._written, bounds.queue_lines, bounds.batch_lines, bounds.tick_s, self._wrote,
            lambda: self.bus.publish("health", "book"),
        )  # fmt: skip
        self.keys: tuple[SigningKey, ...] = ()
        self.secret = _secret(directory / "server.secret")
        self.player: Player | None = None
        self.board = Board(bounds.goods_s)
        self._readers = ThreadPoolExecutor(bounds.readers, "reader")
        self._stores = local()
        self.stopping = False

    def open(self) -> None:
        """Begin to watch, and to play."""
        self.judge.start()
        if self.player:
            self.player.start()
        self._readers.submit(self._ask_desk, lambda desk: None)  # so that the first visitor does not wait

    @property
    def clock_notice(self) -> str:
        """What is to be said of the clock, while it is not believed."""
        return self.now.notice if isinstance(self.now, SteadyClock) else ""

    def _wrote(self) -> None:
        self.judge.wake()
        self.bus.publish("book", None)

    # -- writing -----------------------------------------------------------------------------------

    async def record(
        self, documents: Sequence[Document], mode: str | None = None, mark: Mark | None = None
    ) -> list[Result]:
        """Record documents; when it returns, all of it is on disk. `Problem` 503 if too much waits."""
        return await asyncio.wrap_future(self.record_soon(documents, mode, mark))

    def record_soon(
        self,
        documents: Sequence[Document],
        mode: str | None = None,
        mark: Mark | None = None,
        *,
        checked: bool = False,
    ) -> Future[list[Result]]:
        """The same from any thread."""
        return self.writer.record(documents, mode or self.settings.mode, checked=checked, mark=mark)

    def refuse_soon(self, refusals: Sequence[Refusal]) -> Future[list[Result]]:
        """Keep what a reader could not make documents of; from any thread."""
        return self.writer.refuse(refusals)

    async def act(self, step: Callable[[Desk], T]) -> T:
        """Let an officer act on cases, in the thread that writes."""

        def at_desk(book: Book) -> T:
            with AlertStore.open(self.alerts_path, create=False) as store:
                return step(self.board.desk(book, store, self.now(), to_act=True))

        await self.read_cases(lambda desk: None)  # what takes long is done before it is the writer's turn
        return await asyncio.wrap_future(self.writer.work(at_desk))

    # -- reading -----------------------------------------------------------------------------------

    async def read(self, ask: Callable[[Book], T]) -> T:
        """Ask the book, in a thread that reads."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, ask, self.book)

    async def read_alerts(self, ask: Callable[[AlertStore], T]) -> T:
        """Ask the watch's file, in a thread that reads."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._ask_alerts, ask)

    async def read_cases(self, ask: Callable[[Desk], T]) -> T:
        """Ask the desk as it stands; what it has put together is kept until there is something new."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._ask_desk, ask)

    async def holds(self) -> list[HeldLot]:
        """What is held, read off the orders: unlike `Book.holds` that waits for nobody who writes."""
        return await self.read_cases(lambda desk: desk.holds)

    def _ask_alerts(self, ask: Callable[[AlertStore], T]) -> T:
        if not hasattr(self._stores, "alerts"):
            self._stores.alerts = AlertStore.open(self.alerts_path, create=False)
        return ask(self._stores.alerts)

    def _ask_desk(self, ask: Callable[[Desk], T]) -> T:
        return self._ask_alerts(lambda store: ask(self.board.desk(self.book, store, self.now())))

    def mark(self, name: str) -> str:
        """The position of a source, as it was recorded last; empty if it is not known."""
        return self._written.mark(name)

    # -- the end -----------------------------------------------------------------------------------

    def close(self) -> bool:
        """Finish what was handed in, and let go of all; whether that was done in time."""
        self.stopping = True
        if self.player:
            self.player.stop()
        finished = self.writer.stop(self.settings.drain_s)
        finished = self.judge.stop(self.settings.drain_s) and finished
        self._readers.shutdown(wait=True, cancel_futures=True)
        for book in (self.book, self.judge.book, self._written):
            book.close()
        return finished


def _secret(path: Path) -> bytes:
    """The server's secret; made at its first start, for nobody else to read."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(os.urandom(32))
    except FileExistsError:
        pass
    return path.read_bytes()
