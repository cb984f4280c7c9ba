"""The watch as it runs beside the book: every commit is judged as it lands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread
from time import monotonic

from sarai.goods import SaraiError
from sarai.ledger import Book
from sarai.server.bus import Bus
from sarai.watch import AlertStore, Given, Watching

SHARE = 0.004  # of the watch's time may go into writing down what it remembers: meanwhile alerts wait


class Judge:
    """A thread that judges what is new, keeps the alerts, and says that there are some.

    Parameters
    ----------
    book
        It is only read.
    alerts
        Path of the watch's file.
    now
        What time it is, for what is due.
    tick_s, remember_s
        As in `ServerSettings`.
    """

    def __init__(
        self, book: Book, alerts: str, given: Given, bus: Bus, now: Callable[[], datetime],
        tick_s: float, remember_s: float,
    ) -> None:  # fmt: skip
        self.book, self._alerts, self._given, self._bus, self._now = book, alerts, given, bus, now
        self._tick_s, self._remember_s = tick_s, remember_s
        self._there, self._stopping = Event(), False
        self.position, self.backlog, self.fault = 0, 0, ""
        self.off: dict[str, str] = {}
        self._thread = Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """There is something new; from any thread."""
        self._there.set()

    def stop(self, patience_s: float) -> bool:
        """Judge what is there, remember it, and end; whether that was done in time."""
        self._stopping = True
        self._there.set()
        if self._thread.ident is None:
            return True
        self._thread.join(patience_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            while not self._keep_judging():
                self._there.wait(self._tick_s)
                self._there.clear()
        except BaseException as fault:
            self._failed(f"the watch has ended: {type(fault).__name__}: {fault}")
            raise

    def _keep_judging(self) -> bool:
        """Judge from where the file stands; whether that came to its end, and not to a fault.

        What was judged and could not be kept, on a full disk, is judged again, and is kept once.
        """
        try:
            with AlertStore.open(self._alerts) as store:
                self._judge(Watching(self.book, store, self._given))
        except (SaraiError, OSError) as fault:
            self._failed(str(fault))
            return self._stopping
        return True

    def _failed(self, fault: str) -> None:
        if fault != self.fault:
            self.fault = fault
            self._bus.publish("health", "watch")

    def _judge(self, watching: Watching) -> None:
        remembered, since, took_s = watching.watch.position, monotonic(), 0.0
        while True:
            stopping = self._stopping
            self._there.clear()
            if watching.look(self._now()):
                self._bus.publish("alerts", watching.store.last())
            self._failed("")
            self.position = watching.watch.position
            self.off = {each.typology: each.why for each in watching.off}
            late = monotonic() - since > max(self._remember_s, took_s / SHARE)
            if (late or stopping) and self.position != remembered:
                began = monotonic()
                watching.remember()
                remembered, since = self.position, monotonic()
                took_s = since - began
            if stopping:
                return
            self._there.wait(self._tick_s)
