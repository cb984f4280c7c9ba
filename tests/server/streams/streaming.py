"""What the tests of streams share: a house with a book and one thread, brokers on loopback, papers."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import sarai
from sarai.goods import Document, Import, Line, Party, Refusal, SealEvent, Transit
from sarai.ledger import Book, Result
from sarai.ledger.feed import Feed, Posted

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
PATIENCE_S = 20


class SmallHouse:
    """A house with nothing in it but a book and the thread that writes it."""

    def __init__(self, url: str) -> None:
        self.book: Book = sarai.open(url)
        self.fails: Exception | None = None
        self._thread = ThreadPoolExecutor(1)

    def record_soon(
        self,
        documents: Sequence[Document],
        mode: str | None = None,
        mark: tuple[str, str] | None = None,
        *,
        checked: bool = False,
    ) -> Future[list[Result]]:
        return self._do(
            lambda: self.book.record(documents, self.now(), mode or "observe", checked=checked, mark=mark)
        )

    def refuse_soon(self, refusals: Sequence[Refusal]) -> Future[list[Result]]:
        return self._do(lambda: self.book.refuse(refusals, self.now()))

    def _do(self, work: Callable[[], list[Result]]) -> Future[list[Result]]:
        def done() -> list[Result]:
            if self.fails:
                raise self.fails
            return work()

        return self._thread.submit(done)

    def mark(self, name: str) -> str:
        return self.book.mark(name)

    def now(self) -> datetime:
        return START + timedelta(days=30)

    def posted(self) -> list[Posted]:
        return list(Feed(self.book.store))

    def numbers(self) -> list[str]:
        """The numbers of the documents that were posted, in order."""
        return [each.document.number for each in self.posted() if not each.code]

    def close(self) -> None:
        self._thread.shutdown()
        self.book.close()

    def __enter__(self) -> SmallHouse:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


async def until(holds: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
    """Wait until something holds."""
    give_up = time.monotonic() + patience_s
    while not holds():
        assert time.monotonic() < give_up, "waited in vain"
        await asyncio.sleep(0.02)


async def while_running(feeder: object, *steps: Awaitable) -> None:
    """Let a feeder run while steps are taken, then stop it."""
    task = asyncio.create_task(feeder.run())
    try:
        for step in steps:
            await step
    finally:
        task.cancel()
        await asyncio.wait([task])
        if not task.cancelled():
            task.result()


# -- brokers -----------------------------------------------------------------------------------


class Broker:
    """A broker on loopback, in a process of its own, ended by its id; it keeps its port."""

    def __init__(self, command: Callable[[int], list[str]]) -> None:
        self.port = free_port()
        self._command = command
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command(self.port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        give_up = time.monotonic() + PATIENCE_S
        while not reachable(self.port):
            assert self._process.poll() is None, "the broker ended by itself"
            assert time.monotonic() < give_up, "the broker does not answer"
            time.sleep(0.02)

    def stop(self, signum: int = signal.SIGTERM) -> None:
        if self._process is not None:
            os.kill(self._process.pid, signum)
            self._process.wait(PATIENCE_S)
            self._process = None


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


def reachable(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def running(command: Callable[[int], list[str]]) -> Iterator[Broker]:
    broker = Broker(command)
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()


def nats_server(binary: str, directory: Path) -> Callable[[int], list[str]]:
    return lambda port: [binary, "-a", "127.0.0.1", "-p", str(port), "-js", "-sd", str(directory)]


def mosquitto(binary: str, directory: Path) -> Callable[[int], list[str]]:
    def command(port: int) -> list[str]:
        settings = directory / "mosquitto.conf"
        settings.write_text(
            f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence true\n"
            f"persistence_location {directory}/\nautosave_interval 1\nautosave_on_changes true\n"
            "max_queued_messages 0\nuser root\n"
        )
        return [binary, "-c", str(settings)]

    return command


# -- papers ------------------------------------------------------------------------------------


def import_(number: object, quantity: object = 1) -> Import:
    return Import(
        issuer="trader-a", number=str(number), time=START, importer=Party(id="trader-a"), place="KZALA",
        country="DE", lines=[Line(item=1, hs="854231", quantity=Decimal(quantity))],
    )  # fmt: skip


def transit(number: object = "T1", seals: Sequence[str] = ("S1",), **more: object) -> Transit:
    return Transit(
        **{
            "issuer": "customs",
            "number": str(number),
            "time": START,
            "principal": Party(id="trader-a"),
            "place": "KZHOR",
            "destination": "KZAAU",
            "country": "CN",
            "deadline": START + timedelta(days=5),
            "seals": list(seals),
            "lines": [Line(item=1, hs="854231", quantity=Decimal(8))],
        }
        | more
    )


def events(house: SmallHouse) -> list[SealEvent]:
    return [each.document for each in house.posted() if isinstance(each.document, SealEvent)]
