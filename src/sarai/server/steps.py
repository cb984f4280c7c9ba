"""What an officer does with a case: one table of acts, taken over HTTP and on pages alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from msgspec import Struct

from sarai.goods import BadSetting, SaraiError
from sarai.ledger import Result
from sarai.server.access import Visitor
from sarai.server.house import House
from sarai.watch.cases import Desk, Officer, Ranked, authority

MEANWHILE = "Another officer has acted on this case meanwhile. Look again, then decide."


class Meanwhile(SaraiError):
    """The case is not as the officer saw it; nothing was done."""


class Step(Struct, frozen=True, kw_only=True):
    """What is to be done with a case.

    Attributes
    ----------
    to
        Assignee (by default who asks), state or verdict.
    text
        The note, or the reason.
    lots
        Only these, as ``issuer/number#item``; by default all that there are.
    seen
        How many steps of the case the officer knows of; if there are others by now, nothing is done.
    """

    to: str = ""
    text: str = ""
    lots: Sequence[str] = ()
    seen: int | None = None


class Act(NamedTuple):
    """A row of the table: the right that it needs beside ``cases.act``, and what it writes."""

    right: str
    write: Callable[[Desk, Ranked, Officer, Step], list[Result]]


ACTS: dict[str, Act] = {
    "assign": Act(
        "cases.act", lambda desk, of, who, step: desk.assign(of.case, who, step.to or who.id, step.text)
    ),
    "note": Act("cases.act", lambda desk, of, who, step: desk.note(of.case, who, step.text)),
    "state": Act("cases.act", lambda desk, of, who, step: desk.state(of.case, who, step.to, step.text)),
    "decide": Act("cases.decide", lambda desk, of, who, step: desk.decide(of.case, who, step.to, step.text)),
    "hold": Act("lots.hold", lambda desk, of, who, step: desk.hold(of, who, step.lots, step.text)),
    "release": Act("lots.release", lambda desk, of, who, step: desk.release(of, who, step.lots, step.text)),
}
"""What can be done with a case."""


class Taken(NamedTuple):
    """What became of a step: a result for each document of it, and the case as it is now."""

    results: list[Result]
    ranked: Ranked

    @property
    def refused(self) -> Result | None:
        """Why the book said no, if it did."""
        return next((result for result in self.results if not result.ok), None)


def act_of(name: str) -> Act:
    """A row of the table; BadSetting if there is none."""
    if name not in ACTS:
        raise BadSetting(f"step {name[:40]!r} is none of {', '.join(ACTS)}")
    return ACTS[name]


async def take(house: House, visitor: Visitor, case: str, name: str, step: Step, key: str = "") -> Taken:
    """Take a step in a case, as the visitor, whose right was asked for before.

    Parameters
    ----------
    key
        If a step of this key is in the book already, it is not taken again, and what became of it is told.

    Raises
    ------
    Meanwhile
        If the case is not as it was seen.
    SaraiError
        If there is no such case, or the step makes no sense.
    """
    act = act_of(name)

    def at_desk(desk: Desk) -> Taken:
        officer = Officer(visitor.officer or visitor.account, authority(desk.book, visitor.authority))
        desk.key, ranked = key, desk.one(case)
        results = desk.taken(officer) if key else []
        if not results:
            if step.seen is not None and len(ranked.case.steps) != step.seen:
                raise Meanwhile(MEANWHILE)
            results = act.write(desk, ranked, officer, step)
        return Taken(results, desk.one(ranked.case.id))

    return await house.act(at_desk)
