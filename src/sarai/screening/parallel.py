"""The same work on every core: processes that share what was in memory when they began."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from sarai.goods.errors import SaraiError

WORTH_IT = 1_000  # items; fewer are done before a process has begun

T, R = TypeVar("T"), TypeVar("R")


def spread(work: Callable[[T], R], items: Sequence[T], processes: int | None = None) -> list[R]:
    """``[work(item) for item in items]``, on as many cores as there are where that pays.

    This process does its share. The others are forked, so that they need not be given what ``work``
    refers to; where that is not safe (another system than Linux, other threads at work), all of it is
    done here.
    """
    share = max(WORTH_IT // 2, -(-len(items) // (processes or os.cpu_count() or 1)))
    if len(items) < WORTH_IT or sys.platform != "linux" or threading.active_count() > 1:
        share = max(len(items), 1)
    if share >= len(items):
        return [work(item) for item in items]
    gc.freeze()  # so that looking for garbage does not write to what is shared, which would copy it
    try:
        others = [_begin(work, items[at : at + share]) for at in range(share, len(items), share)]
        done = [work(item) for item in items[:share]]
    finally:
        gc.unfreeze()
    for process, answer in others:
        done += _answer(answer)
        process.join()
    return done


def _begin(work: Callable[[T], R], items: Sequence[T]) -> tuple[Any, Connection]:
    fork = get_context("fork")
    here, there = fork.Pipe(duplex=False)
    process = fork.Process(target=_do, args=(there, work, items), daemon=True)
    process.start()
    there.close()
    return process, here


def _do(answer: Connection, work: Callable[[T], R], items: Sequence[T]) -> None:
    try:
        answer.send([work(item) for item in items])
    except SaraiError as fault:
        answer.send(fault)


def _answer(answer: Connection) -> list:
    try:
        found = answer.recv()
    except EOFError as fault:
        raise SaraiError("a process that screened has ended before its time; screen again") from fault
    if isinstance(found, SaraiError):
        raise found
    return found
