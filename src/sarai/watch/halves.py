"""A long stretch of the journal judged by two processes, to the same effect as by one.

What is known of holdings follows from the movements alone, so the typologies that need nothing else are
asked in a process of their own. It is handed the journal block by block, and a block ahead; what it
finds is weighed here, in the order in which one process would have.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from gc import freeze
from multiprocessing import get_context
from multiprocessing.connection import Connection
from queue import SimpleQueue
from tempfile import TemporaryFile
from typing import IO, Any, TypeVar

from msgspec import Struct, msgpack
from msgspec.structs import fields

from sarai.goods.errors import SaraiError
from sarai.ledger.feed import AccountName, Block, Feed
from sarai.watch.engine import Event, Fault, Watch
from sarai.watch.finding import Alert
from sarai.watch.memory import Memory
from sarai.watch.memory.chains import Chains
from sarai.watch.memory.due import Due
from sarai.watch.memory.holdings import Holdings
from sarai.watch.typologies import OF_HOLDINGS
from sarai.watch.typology import Typology

# What the other process remembers.
REMEMBERED: dict[str, type[Struct]] = {"due": Due, "chains": Chains, "holdings": Holdings}
T = TypeVar("T", bound=Struct)

WORTH_IT = 5_000  # entries; fewer are judged before another process has begun


def can_halve(entries: int) -> bool:
    """Whether two processes are quicker, and it is safe to fork one."""
    cores = os.cpu_count() or 1
    alone = threading.active_count() == 1
    return entries >= WORTH_IT and cores > 1 and sys.platform == "linux" and alone


def judge_in_halves(
    feed: Feed, memory: Memory, typologies: Iterable[Typology], off: Iterable[str], position: int
) -> tuple[Watch, Iterator[Alert]]:
    """A watch, and the alerts of all entries of a feed, while it judges them."""
    table, off = list(typologies), set(off)
    other = _Other(memory, table, off, position)
    mine = {row.name for row in table} - OF_HOLDINGS
    watch = Watch(memory, table, off, mine, memory.learn_trade)
    watch.position = position
    return watch, _judge(feed, watch, other)


def _judge(feed: Feed, watch: Watch, other: _Other) -> Iterator[Alert]:
    with other.left:
        try:
            for block in other.ahead(feed):
                events, faults = other.answer()
                for fault in faults:
                    watch.switch_off(fault)
                for at, posted in enumerate(block.posted()):
                    yield from watch.judge(posted, feed.accounts, events.get(at, ()))
            other.give_back(watch.memory)
        finally:
            other.end()


class _Other:
    """The other process."""

    def __init__(self, memory: Memory, table: list[Typology], off: set[str], position: int) -> None:
        fork = get_context("fork")
        self._pipe, there = fork.Pipe()
        self.left = TemporaryFile()  # noqa: SIM115 - who judges closes it
        self._process = fork.Process(
            target=_serve, args=(there, self._pipe, self.left, memory, table, off, position), daemon=True
        )
        self._process.start()
        there.close()

    def ahead(self, feed: Feed) -> Iterator[Block]:
        """The blocks of a feed, each once the one after it was handed over."""
        held = None
        for block in feed.blocks():
            self._tell(block)
            if held is not None:
                yield held
            held = block
        if held is not None:
            yield held

    def _tell(self, what: Block | None) -> None:
        try:
            self._pipe.send(what)
        except OSError as fault:
            raise _ended() from fault

    def answer(self) -> Any:
        """What came of the next block."""
        found = self._next(self._pipe.recv)
        if isinstance(found, SaraiError):
            raise found
        return found

    def _next(self, receive: Callable[[], Any]) -> Any:
        try:
            return receive()
        except (EOFError, OSError) as fault:
            raise _ended() from fault

    def give_back(self, memory: Memory) -> None:
        """Take over what the other process remembers."""
        self._tell(None)
        self.answer()  # all is judged, or why not
        sizes = self.answer()
        self.end()  # what it has goes before as much is built here
        self.left.seek(0)
        parts = {part: _taken(self.left, kind, sizes) for part, kind in REMEMBERED.items()}
        memory.chains, memory.holdings = parts["chains"], parts["holdings"]
        memory.due.join(parts["due"])

    def end(self) -> None:
        """Let it go, whatever it is doing."""
        self._pipe.close()
        self._process.terminate()
        self._process.join()


def _ended() -> SaraiError:
    return SaraiError("a process that judges has ended before its time; run the watch again")


def _serve(
    pipe: Connection, theirs: Connection, left: IO[bytes], memory: Memory, table: list[Typology],
    off: set[str], position: int,
) -> None:  # fmt: skip
    """Answer each block with the events of its entries, by their place in it, and with new faults."""
    theirs.close()
    freeze()  # what both have stays in one place, as far as nobody touches it
    watch = Watch(memory, table, off, OF_HOLDINGS, memory.learn_holdings)
    watch.position = position
    accounts: dict[int, AccountName] = {}
    try:
        for block in iter(_told(pipe).get, None):
            accounts.update(block.names())
            pipe.send(_answered(watch, block, accounts))
        pipe.send(None)
        sizes = [size for part in REMEMBERED for size in _leave(left, getattr(memory, part))]
        left.flush()
        pipe.send(sizes)
    except SaraiError as fault:
        pipe.send(fault)


def _leave(left: IO[bytes], part: Struct) -> Iterator[int]:
    """Write a part of the memory, field by field so that it is never there twice; their sizes."""
    for each in fields(part):
        yield left.write(msgpack.encode(getattr(part, each.name)))


def _taken(left: IO[bytes], kind: type[T], sizes: list[int]) -> T:
    """Read a part of the memory as `_leave` wrote it."""
    return kind(
        **{each.name: msgpack.decode(left.read(sizes.pop(0)), type=each.type) for each in fields(kind)}
    )


def _told(pipe: Connection) -> SimpleQueue:
    """What comes in, taken at once, so that nobody waits for the block under way to be judged."""
    taken: SimpleQueue = SimpleQueue()

    def take() -> None:
        try:
            while (block := pipe.recv()) is not None:
                taken.put(block)
        except (EOFError, OSError):
            pass  # who told it has ended
        taken.put(None)

    threading.Thread(target=take, daemon=True).start()
    return taken


def _answered(
    watch: Watch, block: Block, accounts: dict[int, AccountName]
) -> tuple[dict[int, list[Event]], list[Fault]]:
    found = {}
    for at, posted in enumerate(block.posted()):
        events = list(watch.events(posted, accounts))
        if events:
            found[at] = events
    faults, watch.faults = watch.faults, []
    return found, faults
