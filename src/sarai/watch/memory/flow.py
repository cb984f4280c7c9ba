"""Whether papers come in as usual: in an outage, nothing follows from a lack of them."""

from __future__ import annotations

from math import ceil

from msgspec import Struct, field

from sarai.watch.seen import DAY_US

MOST_DAYS = 100
WEEKS_DAYS = 28  # four weeks tell how many usually come in a day
OUTAGE = 0.3  # of what is usual; if less has come, papers have stopped coming
SOME, LEAST = 5, 10  # how many it takes to see an outage, and to know what is usual


class Flow(Struct):
    """How many papers were recorded, by the day since 1970."""

    daily: dict[int, int] = field(default_factory=dict)

    def add(self, recorded: int) -> None:
        """One more."""
        day = recorded // DAY_US
        self.daily[day] = self.daily.get(day, 0) + 1
        if len(self.daily) > MOST_DAYS:
            del self.daily[next(iter(self.daily))]

    def is_usual(self, since: int, now: int) -> bool:
        """Whether they came lately as usual: since a time, or for as long as some usually need."""
        first, last = since // DAY_US, now // DAY_US
        before = self._sum(first - WEEKS_DAYS, first)
        if before < LEAST:
            return True
        a_day = before / WEEKS_DAYS
        days = max(last - first, ceil(SOME / a_day))
        return self._sum(last - days, last) >= OUTAGE * a_day * days

    def _sum(self, first: int, last: int) -> int:
        return sum(self.daily.get(day, 0) for day in range(first, last))
