"""What an officer does with a case on a page: the steps of `sarai.server.steps`, with refusals in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from sarai.server.pages.entering import Visit
from sarai.server.steps import MEANWHILE, Meanwhile, Step, take


class Act(NamedTuple):
    """A step by its name in the table of acts."""

    name: str
    step: Step


class Done(Struct, frozen=True):
    """What became of a step.

    Attributes
    ----------
    entries
        Of the journal: the step, and what it told or ordered.
    refused
        Why the book said no, in its words and with its code; empty if it did not.
    """

    entries: tuple[int, ...] = ()
    refused: str = ""


async def act(visit: Visit, name: str, wanted: Act, seen: int | None = None) -> Done:
    """Take a step in a case, as the visitor; SaraiError if it cannot be taken at all.

    Parameters
    ----------
    seen
        How many steps the visitor knows of; if there are others by now, nothing is done.
    """
    try:
        taken = await take(visit.house, visit.visitor, name, wanted.name, replace(wanted.step, seen=seen))
    except Meanwhile:
        return Done(refused=visit.words(MEANWHILE))
    if taken.refused:
        return Done(refused=f"{taken.refused.message} ({int(taken.refused.code)})")
    return Done(tuple(result.entry for result in taken.results))


async def assign(visit: Visit, name: str, to: str = "") -> str:
    """Give a case to an officer, by default to who asks; why not, if the book refuses."""
    return (await act(visit, name, assign_to(to))).refused


def assign_to(to: str) -> Act:
    """Give the case to an officer; to who asks, if none is named."""
    return Act("assign", Step(to=to))


def hold(lots: Sequence[str], reason: str) -> Act:
    """Hold these lots (``issuer/number#item``), or all that are in the country."""
    return Act("hold", Step(lots=lots, text=reason))


def release(lots: Sequence[str], reason: str) -> Act:
    """Let these lots go, or all that are held for the case."""
    return Act("release", Step(lots=lots, text=reason))


def note(text: str) -> Act:
    """Write something down."""
    return Act("note", Step(text=text))


def state(to: str, text: str = "") -> Act:
    """Say how the case stands."""
    return Act("state", Step(to=to, text=text))


def decide(verdict: str, reason: str) -> Act:
    """Close the case."""
    return Act("decide", Step(to=verdict, text=reason))
