"""When people work: local time, weekends and public holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

HOUR_S = 3_600
DAY_S = 86_400
LOCAL_S = 5 * HOUR_S  # the one time zone of the state, east of UTC
OPENS_S, CLOSES_S = 8 * HOUR_S, 19 * HOUR_S
MORNING_S = 4 * HOUR_S  # what waited for the office to open is spread over the morning
HOLIDAYS = {
    (1, 1), (1, 2), (1, 7), (3, 8), (3, 21), (3, 22), (3, 23), (5, 1), (5, 7), (5, 9), (7, 6),
    (8, 30), (10, 25), (12, 16),
}  # fmt: skip
EPOCH = date(1970, 1, 1)


def midnight(day: date) -> int:
    """The Unix time at which a local day begins."""
    return (day - EPOCH).days * DAY_S - LOCAL_S


def local_day(time: int) -> date:
    """The local day in which a Unix time falls."""
    return EPOCH + timedelta(days=(time + LOCAL_S) // DAY_S)


def moment(time: int) -> datetime:
    """A Unix time as an aware datetime in UTC."""
    return datetime.fromtimestamp(time, UTC)


def works(day: date) -> bool:
    """Whether offices are open: every day but Sundays and public holidays."""
    return day.weekday() < 6 and (day.month, day.day) not in HOLIDAYS


def office(time: int) -> int:
    """The first moment from ``time`` on at which an office may act."""
    day_number, second = divmod(time + LOCAL_S, DAY_S)
    day = EPOCH + timedelta(days=day_number)
    if OPENS_S <= second < CLOSES_S and works(day):
        return time
    if second >= OPENS_S or not works(day):
        day += timedelta(days=1)
        while not works(day):
            day += timedelta(days=1)
    return midnight(day) + OPENS_S + time % MORNING_S
