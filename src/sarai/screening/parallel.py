"""The same work on every core: processes that share what was in memory when they began."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from typing import Any, TypeVar

WORTH_IT = 1_000  # items; fewer are done before processes have begun
CHUNK = 100

T, R = TypeVar("T"), TypeVar("R")

_work: Callable[[Any], Any] | None = None


def spread(work: Callable[[T], R], items: Sequence[T], processes: int | None = None) -> list[R]:
    """``[work(item) for item in items]``, by as many processes as there are cores where that pays.

    Processes are forked, so that they need not be given what ``work`` refers to. Where that is not
    safe (another system than Linux, other threads at work), it is done here.
    """
    global _work  # noqa: PLW0603 forked processes find it here
    processes = min(processes or os.cpu_count() or 1, max(1, len(items) // WORTH_IT + 1))
    if processes < 2 or len(items) < WORTH_IT or not _may_fork():
        return [work(item) for item in items]
    _work = work
    try:
        with get_context("fork").Pool(processes) as pool:
            return pool.map(_do, items, CHUNK)
    finally:
        _work = None


def _do(item: Any) -> Any:
    return _work(item)


def _may_fork() -> bool:
    return sys.platform == "linux" and threading.active_count() == 1
