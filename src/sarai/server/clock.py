"""The time of day as the house goes by it: the machine's clock, whose jumps are not believed at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock

SLACK = timedelta(minutes=1)  # what a clock may be put right by, and nobody need be told
DOUBT_S = 15 * 60.0  # a jump that stands for so long is no slip: the machine had slept, or was set right


def _machine() -> datetime:
    return datetime.now(UTC)


def _elapsed_s() -> float:
    """Seconds that never run back; on Linux also while the machine sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class SteadyClock:
    """Tells the time, from any thread.

    What happens by the clock cannot be taken back: waybills expire, the watch finds goods overdue. So after
    a jump the house goes on by the time as it ran before, until somebody has put the clock back or the jump
    has stood for a while.

    Parameters
    ----------
    machine
        What the machine's clock says; aware.
    elapsed_s
        Seconds that never run back.
    """

    def __init__(
        self, machine: Callable[[], datetime] = _machine, elapsed_s: Callable[[], float] = _elapsed_s
    ) -> None:
        self._machine, self._elapsed_s = machine, elapsed_s
        self._since, self._since_s = machine(), elapsed_s()
        self._doubted_s: float | None = None
        self._lock = Lock()
        self.notice = ""

    def __call__(self) -> datetime:
        """What time it is."""
        with self._lock:
            told, now_s = self._machine(), self._elapsed_s()
            steady = self._since + timedelta(seconds=now_s - self._since_s)
            jump = told - steady
            if abs(jump) <= SLACK:
                return self._believe(told, now_s)
            if self._doubted_s is None:
                self._doubted_s = now_s
            left_s = self._doubted_s + DOUBT_S - now_s
            if left_s <= 0:
                return self._believe(told, now_s)
            way = "ahead" if jump > timedelta(0) else "back"
            self.notice = (
                f"the machine's clock jumped {way} by {abs(jump).total_seconds():,.0f} s; for {left_s:,.0f} "
                "s more the house goes by the time as it ran before: put the clock right, or let it be"
            )
            return steady

    def _believe(self, told: datetime, now_s: float) -> datetime:
        self._since, self._since_s = told, now_s
        self._doubted_s, self.notice = None, ""
        return told
