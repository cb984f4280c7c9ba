"""Times as EPCIS writes them: a date, a time of day with any fraction of a second, and a zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.(\d+))?([Zz]|[+-]\d\d:\d\d)\Z", re.ASCII)


def moment(text: str) -> datetime | None:
    """A time in UTC, to the microsecond; None if it is not one.

    >>> moment("2026-03-02T09:15:00.1234567+05:00")
    datetime.datetime(2026, 3, 2, 4, 15, 0, 123456, tzinfo=datetime.timezone.utc)
    """
    if not _TIME.match(text):
        return None
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):  # 30 February; the first hours of year 1
        return None


def microseconds(text: str) -> int | None:
    """The same, in microseconds since 1970."""
    found = moment(text)
    return None if found is None else (found - EPOCH) // timedelta(microseconds=1)


def of_microseconds(count: int) -> datetime:
    """The time that many microseconds after 1970."""
    return EPOCH + timedelta(microseconds=count)


def written(time: datetime) -> str:
    """A time as it is given out.

    >>> written(of_microseconds(0))
    '1970-01-01T00:00:00.000000Z'
    """
    return time.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def milliseconds(text: str) -> str | None:
    """A time in UTC with three decimals, the third rounded by the fourth alone (CBV 2.0, 8.9).

    >>> milliseconds("2023-02-02T11:04:03.1415Z")
    '2023-02-02T11:04:03.142Z'
    """
    found = moment(text)
    if found is None:
        return None
    fraction = (_TIME.match(text) or [None] * 3)[2] or ""
    if fraction[3:4] >= "5":
        found += timedelta(milliseconds=1)
    return found.isoformat(timespec="milliseconds").replace("+00:00", "Z")
