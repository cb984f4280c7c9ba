"""Deadline clocks: until when an officer must have done what, as a declared table."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from sarai.goods.errors import BadSetting
from sarai.ledger.rows import from_us
from sarai.watch.cases.case import Case
from sarai.watch.cases.course import WAITING
from sarai.watch.seen import DAY_US

MOST_DAYS = 3_650


class Clock(Struct, frozen=True):
    """One row: what must be done, within how many days of what, and after which law or guidance.

    ``source`` says where the days come from; a state whose law says otherwise hands in its own.
    """

    name: str
    what: str
    days: float
    begins: str
    source: str


CLOCKS = (
    Clock(
        "look-here", "first look, goods in reach", 1, "raised or reopened",
        "Kazakhstan, draft rules on exports of listed goods: one calendar day to check and to refuse",
    ),
    Clock(
        "look-gone", "first look, goods gone", 5, "raised or reopened",
        "setting: nothing can be stopped any more, but traces grow cold",
    ),
    Clock(
        "decision", "decision", 30, "raised or reopened",
        "setting: a month, as administrative law commonly gives for an answer",
    ),
    Clock(
        "waiting", "ask again", 14, "the step that says waiting",
        "setting: an answer that is late by two weeks will not come by itself",
    ),
    Clock(
        "hold", "release or seize what is held", 14, "the hold",
        "after TRIPS, article 55: ten working days of suspended release",
    ),
)  # fmt: skip


class Due(NamedTuple):
    """What must be done by when."""

    clock: str
    what: str
    due: datetime
    overdue: bool


def read_clocks(path: Path) -> tuple[Clock, ...]:
    """The table with the days that a TOML file gives by name; BadSetting names what is wrong in it.

    A row is ``decision = 20``, or ``decision = { days = 20, source = "Customs Code, article 411" }``.
    """
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise BadSetting(f"{path} is not TOML: {fault}; mend it") from fault
    names = [clock.name for clock in CLOCKS]
    for name in given:
        if name not in names:
            raise BadSetting(f"{path}: no clock {name!r}; there are {', '.join(names)}")
    return tuple(_set(path, clock, given[clock.name]) if clock.name in given else clock for clock in CLOCKS)


def _set(path: Path, clock: Clock, given: object) -> Clock:
    row = given if isinstance(given, Mapping) else {"days": given}
    days, source = row.get("days"), row.get("source", f"setting: {path.name}")
    if isinstance(days, bool) or not isinstance(days, int | float) or not 0 < days <= MOST_DAYS:
        raise BadSetting(f"{path}: {clock.name} is {days!r}; give days, more than 0 and at most {MOST_DAYS}")
    if not isinstance(source, str) or not source:
        raise BadSetting(f"{path}: the source of {clock.name} must be words")
    return Clock(clock.name, clock.what, float(days), clock.begins, source)


def due(
    case: Case, *, in_reach: bool, held_since: int, now: int, clocks: tuple[Clock, ...] = CLOCKS
) -> list[Due]:
    """What is still to be done about a case, the earliest first.

    Parameters
    ----------
    in_reach
        Whether goods of it are still in the country.
    held_since
        When the oldest hold on its goods began, 0 for none; it runs on when the case is closed.
    now
        Both in microseconds since 1970, UTC.
    """
    begins: list[tuple[str, int]] = [("hold", held_since)] if held_since else []
    if case.is_open:
        begins.append(("decision", case.since))
        if not case.looked:
            begins.append(("look-here" if in_reach else "look-gone", case.since))
        if case.state == WAITING:
            begins.append(("waiting", _last_waiting(case)))
    table = {clock.name: clock for clock in clocks}
    found = []
    for name, begin in begins:
        at = begin + round(table[name].days * DAY_US)
        found.append(Due(name, table[name].what, from_us(at), at < now))
    return sorted(found, key=lambda each: (each.due, each.clock))


def _last_waiting(case: Case) -> int:
    return max(
        (step.recorded for step in case.steps if getattr(step.document, "to", "") == WAITING),
        default=case.since,
    )
