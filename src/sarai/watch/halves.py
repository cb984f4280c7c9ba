"""A long stretch of the journal judged by two processes, to the same effect as by one.

What is known of holdings follows from the movements alone, so the typologies that need nothing else are
asked in a process of their own. It is handed the journal block by block, and a block ahead; what it
finds is weighed here, in the order in which one process would have.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterable, Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from msgspec import msgpack

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
        self._blocks = fork.Queue()  # fed by a thread, so that neither waits for the other to read
        self._answers, there = fork.Pipe(duplex=False)
        self._process = fork.Process(
            target=_serve, args=(self._blocks, there, memory, table, off, position), daemon=True
        )
        self._process.start()
        there.close()

    def ahead(self, feed: Feed) -> Iterator[Block]:
        """The blocks of a feed, each once the one after it was handed over."""
        held = None
        for block in feed.blocks():
            self._blocks.put(block)
            if held is not None:
                yield held
            held = block
        if held is not None:
            yield held

    def answer(self) -> Any:
        """What came of the next block."""
        try:
            found = self._answers.recv()
        except EOFError as fault:
            raise SaraiError(
                "a process that judges has ended before its time; run the watch again"
            ) from fault
        if isinstance(found, SaraiError):
            raise found
        return found

    def give_back(self, memory: Memory) -> None:
        """Take over what the other process remembers."""
        self._blocks.put(None)
        holdings, chains, due = self.answer()
        memory.holdings = msgpack.decode(holdings, type=Holdings)
        memory.chains = msgpack.decode(chains, type=Chains)
        memory.due.join(msgpack.decode(due, type=Due))

    def end(self) -> None:
        """Let it go, whatever it is doing."""
        self._blocks.cancel_join_thread()
        self._blocks.close()
        self._answers.close()
        self._process.terminate()
        self._process.join()


def _serve(blocks: Any, answers: Connection, memory: Memory, table: list[Typology], off: set[str],
           position: int) -> None:  # fmt: skip
    """Answer each block with the events of its entries, by their place in it, and with new faults."""
    watch = Watch(memory, table, off, OF_HOLDINGS, memory.learn_holdings)
    watch.position = position
    accounts: dict[int, AccountName] = {}
    try:
        while (block := blocks.get()) is not None:
            accounts.update(block.names())
            answers.send(_answered(watch, block, accounts))
        answers.send(tuple(map(msgpack.encode, (memory.holdings, memory.chains, memory.due))))
    except SaraiError as fault:
        answers.send(fault)


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
