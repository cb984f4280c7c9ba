"""When a scheduled query is run: EPCIS 2.0, section 8.2.5.3, much like cron, in UTC."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

from msgspec import Struct

FIELDS = {
    "second": (0, 59), "minute": (0, 59), "hour": (0, 23), "dayOfMonth": (1, 31), "month": (1, 12),
    "dayOfWeek": (1, 7),
}  # fmt: skip
CLOCK = ("second", "minute", "hour")  # the finest first
FAR_DAYS = 366 * 41  # 29 February on a given day of the week comes back within 40 years

_PART = re.compile(r"(?:\[(\d+)-(\d+)\]|(\*|\d+)(?:/(\d+))?)\Z", re.ASCII)


class BadSchedule(Exception):
    """A schedule that cannot be kept; ``field`` says where."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field, self.words = field, words


class Schedule(Struct, frozen=True):
    """The values that each part of the time may have.

    What is not stated may be anything, but for parts finer than the finest that is: those are zero, so
    that hour 1 and minute 5 mean once a day.
    """

    second: tuple[int, ...]
    minute: tuple[int, ...]
    hour: tuple[int, ...]
    days: tuple[int, ...]
    month: tuple[int, ...]
    weekdays: tuple[int, ...]

    def next(self, after: datetime) -> datetime | None:
        """The first time after this one; None if there is none within 40 years.

        >>> schedule({"hour": "1", "minute": "5"}).next(datetime(2026, 3, 2, 9, tzinfo=UTC))
        datetime.datetime(2026, 3, 3, 1, 5, tzinfo=datetime.timezone.utc)
        """
        for day in self._days(after):
            for hour, minute, second in product(self.hour, self.minute, self.second):
                found = day.replace(hour=hour, minute=minute, second=second)
                if found > after:
                    return found
        return None

    def _days(self, after: datetime) -> Iterator[datetime]:
        day = after.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        for _ in range(FAR_DAYS):
            if day.month in self.month and day.day in self.days and day.isoweekday() in self.weekdays:
                yield day
            if day.year >= datetime.max.year:
                return
            day += timedelta(days=1)


def schedule(told: Mapping[str, Any]) -> Schedule:
    """Read a schedule: numbers, ``[1-5]``, ``0/30`` and lists of them, by the names of `FIELDS`.

    Raises `BadSchedule`.
    """
    for name in told:
        if name not in FIELDS:
            raise BadSchedule(name, f"{name} is no part of a schedule; it has {', '.join(FIELDS)}")
    if not told:
        raise BadSchedule("", "the schedule is empty; state a minute, an hour …")
    values = {name: _values(name, str(told[name])) for name in told}
    clock = [name for name in CLOCK if name in told]
    finest = CLOCK.index(clock[0]) if clock else len(CLOCK)
    for place, name in enumerate(CLOCK):
        values.setdefault(name, (0,) if place < finest else _all(name))
    return Schedule(*(values.get(name) or _all(name) for name in FIELDS))


def _all(name: str) -> tuple[int, ...]:
    low, high = FIELDS[name]
    return tuple(range(low, high + 1))


def _values(name: str, text: str) -> tuple[int, ...]:
    found: set[int] = set()
    for part in text.split(","):
        found.update(_part(name, part.strip()))
    return tuple(sorted(found))


def _part(name: str, part: str) -> range:
    low, high = FIELDS[name]
    form = _PART.match(part)
    if not form or len(part) > 16:
        raise BadSchedule(name, f"{name}: {part[:40]!r} is no number, range [{low}-{high}] or step {low}/5")
    first, last, start, step = form.groups()
    begin = int(first or (low if start == "*" else start))
    end = int(last) if last else high if step or start == "*" else begin
    if not low <= begin <= end <= high or step == "0" or int(step or 1) == 0:
        raise BadSchedule(name, f"{name}: {part} is not within {low} to {high}")
    return range(begin, end + 1, int(step or 1))
