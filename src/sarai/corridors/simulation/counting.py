"""What one replication amounts to, month by month: few numbers, that go from process to process."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from sarai.corridors.simulation.calendar import Calendar
from sarai.corridors.simulation.plan import WHY
from sarai.corridors.simulation.queues import Server, Stop
from sarai.corridors.simulation.replication import LiveStream, Replication

__all__ = ["Counted", "QueueCount", "StreamCount", "counted"]


class StreamCount(NamedTuple):
    """Of a stream, in the months that count.

    Attributes
    ----------
    month, hours, units : ndarray, shape (deliveries,)
    spent : ndarray, shape (months, 6)
        Unit-hours by `WHY`.
    sent, before, after : float
        Units sent, and under way at the beginning and the end.
    """

    month: np.ndarray
    hours: np.ndarray
    units: np.ndarray
    spent: np.ndarray
    sent: float
    before: float
    after: float


class QueueCount(NamedTuple):
    """Of a server or stop, by month.

    Attributes
    ----------
    visits, wait_h : ndarray
        Of those that began or left in the month.
    used, room : ndarray
        Hours of work and of servers that are there, or units carried and those that there was room for.
    queue_h : ndarray
        Consignment-hours of waiting in the month.
    longest, longest_units : ndarray
    """

    visits: np.ndarray
    wait_h: np.ndarray
    used: np.ndarray
    room: np.ndarray
    queue_h: np.ndarray
    longest: np.ndarray
    longest_units: np.ndarray


class Counted(NamedTuple):
    """A replication: its streams, its servers and then stops, and by closure the hours closed by month."""

    streams: tuple[StreamCount, ...]
    queues: tuple[QueueCount, ...]
    closed_h: np.ndarray


def counted(world: Replication) -> Counted:
    """The counts of a replication that has run."""
    calendar = world.calendar
    closed = [world.closed_h(row) for row in sorted(world.weather)]
    queues = [_server(each, calendar) for each in world.servers]
    queues += [_stop(each, calendar) for each in world.stops]
    return Counted(
        tuple(_stream(each, calendar) for each in world.streams),
        tuple(queues),
        np.array(closed).reshape(-1, len(calendar.counted_h)),
    )


def _stream(stream: LiveStream, calendar: Calendar) -> StreamCount:
    rows = np.array(stream.delivered, float).reshape(-1, 3 + len(WHY))
    when, units = rows[:, 0], rows[:, 2]
    counts = (when >= calendar.from_h) & (when < calendar.until_h)
    sent_h = np.array(stream.times)
    before = stream.plan.batch * (sent_h < calendar.from_h).sum() - units[when < calendar.from_h].sum()
    sent = stream.plan.batch * ((sent_h >= calendar.from_h) & (sent_h < calendar.until_h)).sum()
    kept, month = rows[counts], _month(when[counts], calendar)
    spent = np.zeros((len(calendar.counted_h), len(WHY)))
    np.add.at(spent, month, kept[:, 3:] * kept[:, 2:3])
    after = before + sent - kept[:, 2].sum()
    return StreamCount(month, kept[:, 1], kept[:, 2], spent, float(sent), float(before), float(after))


def _month(when: np.ndarray, calendar: Calendar) -> np.ndarray:
    """The month that counts in which a time lies; below 0 in the warm-up."""
    return (np.searchsorted(calendar.edges_h, when, "right") - 1 - calendar.warm_up).astype(np.int16)


def _server(server: Server, calendar: Calendar) -> QueueCount:
    visits = np.array(server.visits, float).reshape(-1, 4)
    began, work = visits[:, 1], visits[:, 2]
    busy = _within(began, began + work, calendar)
    room = np.array(calendar.counted_h) * len(server.free_at)
    return _queue(visits, server.waiting(), busy, room, calendar)


def _stop(stop: Stop, calendar: Calendar) -> QueueCount:
    visits = np.array(stop.visits, float).reshape(-1, 4)
    stayed = np.array(stop.stayed, float).reshape(-1, 2)
    used = _by_month(visits[:, 1], visits[:, 2], calendar) + _by_month(stayed[:, 0], stayed[:, 1], calendar)
    departures = np.array(stop.departures)
    room = _by_month(departures, np.full(len(departures), stop.room), calendar)
    return _queue(visits, stop.waiting(), used, room, calendar)


def _queue(
    visits: np.ndarray,
    still: Sequence[tuple[float, float]],
    used: np.ndarray,
    room: np.ndarray,
    calendar: Calendar,
) -> QueueCount:
    came, began = visits[:, 0], visits[:, 1]
    waiting = np.array(still, float).reshape(-1, 2)
    left = np.concatenate([began, np.full(len(waiting), np.inf)])
    here = np.concatenate([came, waiting[:, 0]])
    units = np.concatenate([visits[:, 3], waiting[:, 1]])
    longest = _longest(here, left, np.ones(len(here)), calendar)
    return QueueCount(
        _by_month(began, np.ones(len(began)), calendar),
        _by_month(began, began - came, calendar),
        used, room,
        _within(here, left, calendar),
        longest, _longest(here, left, units, calendar),
    )  # fmt: skip


def _by_month(when: np.ndarray, what: np.ndarray, calendar: Calendar) -> np.ndarray:
    month = _month(when, calendar)
    months = len(calendar.counted_h)
    counts = (month >= 0) & (month < months)
    return np.bincount(month[counts], what[counts], months)


def _within(begin: np.ndarray, end: np.ndarray, calendar: Calendar) -> np.ndarray:
    """By month, the hours that each was there, summed."""
    return np.diff(_since(begin, calendar) - _since(end, calendar))


def _since(times: np.ndarray, calendar: Calendar) -> np.ndarray:
    """At each edge of the months, the hours since each time before it, summed."""
    edges, times = np.array(_edges(calendar)), np.sort(times)
    before = np.searchsorted(times, edges)
    total = np.concatenate([[0.0], np.cumsum(times[np.isfinite(times)])])
    return edges * before - total[before]


def _longest(begin: np.ndarray, end: np.ndarray, what: np.ndarray, calendar: Calendar) -> np.ndarray:
    """By month, the most that was there at once."""
    waits = end > begin
    times = np.concatenate([end[waits], begin[waits]])
    change = np.concatenate([-what[waits], what[waits]])
    order = np.argsort(times, kind="stable")  # at one time, who goes before who comes
    there = np.concatenate([[0.0], np.cumsum(change[order])])
    cuts = np.searchsorted(times[order], _edges(calendar))
    return np.array([there[low : high + 1].max() for low, high in pairwise(cuts)])


def _edges(calendar: Calendar) -> tuple[float, ...]:
    """Of the months that count."""
    return calendar.edges_h[calendar.warm_up :]
