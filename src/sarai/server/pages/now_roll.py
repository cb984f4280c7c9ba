"""The roll of what is under way, as all who look at it see it: where things go, and what was alerted of them.

Where they are is the follower's to know, which reads the journal once for the whole server.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sarai.server.streams import Follower
from sarai.server.streams.course import Course
from sarai.watch import Alert, AlertStore

ALERTS_AT_ONCE = 1_000


class Roll:
    """What is under way, and what was alerted of it.

    Attributes
    ----------
    alerts
        Of each consignment the first alert, by its name.
    """

    def __init__(self, follower: Follower) -> None:
        self.follower = follower
        self.alerts: dict[str, str] = {}
        self._last_alert = 0

    # -- following ---------------------------------------------------------------------------------

    def look(self, store: AlertStore) -> None:
        """Read on what was alerted, in a thread that reads."""
        while known := store.after(self._last_alert, ALERTS_AT_ONCE):
            self.warn(known)

    def warn(self, alerts: Iterable[tuple[int, Alert]]) -> None:
        """Take in alerts with their numbers; of each consignment, the first is remembered."""
        for number, alert in alerts:
            self._last_alert = max(number, self._last_alert)
            if alert.consignment:
                self.alerts.setdefault(alert.consignment, alert.id)

    # -- what is known -----------------------------------------------------------------------------

    @contextmanager
    def open(self) -> Iterator[list[Course]]:
        """What is under way, the oldest first; nothing of it changes until the block ends."""
        with self.follower.looking() as known:
            yield list(known.open.values())

    def alert(self, course: Course) -> str:
        """The alert of a consignment, or of what it was split from; empty if there is none."""
        own = self.alerts.get("/".join(course.name), "")
        return own or (self.alerts.get("/".join(course.whole), "") if course.whole else "")
