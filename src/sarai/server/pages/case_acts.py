"""What an officer does with a case on a page: the same steps as over HTTP, with the refusals in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from sarai.ledger import Result
from sarai.server.pages.entering import Visit
from sarai.watch.cases import Desk, Officer, Ranked, authority

Act = Callable[[Desk, Ranked, Officer], list[Result]]

MEANWHILE = "Another officer has acted on this case meanwhile. Look again, then decide."


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


async def act(visit: Visit, name: str, step: Act, seen: int | None = None) -> Done:
    """Take a step in a case, as the visitor; SaraiError if it cannot be taken at all.

    Parameters
    ----------
    seen
        How many steps the visitor knows of; if there are others by now, nothing is done.
    """
    visitor = visit.visitor

    def at_desk(desk: Desk) -> list[Result] | None:
        officer = Officer(visitor.officer or visitor.account, authority(desk.book, visitor.authority))
        ranked = desk.one(name)
        if seen is not None and len(ranked.case.steps) != seen:
            return None
        return step(desk, ranked, officer)

    results = await visit.house.act(at_desk)
    if results is None:
        return Done(refused=visit.words(MEANWHILE))
    refused = next((result for result in results if not result.ok), None)
    if refused:
        return Done(refused=f"{refused.message} ({int(refused.code)})")
    return Done(tuple(result.entry for result in results))


async def assign(visit: Visit, name: str, to: str = "") -> str:
    """Give a case to an officer, by default to who asks; why not, if the book refuses."""
    return (await act(visit, name, assign_to(to))).refused


def assign_to(to: str) -> Act:
    """Give the case to an officer; to who asks, if none is named."""
    return lambda desk, ranked, officer: desk.assign(ranked.case, officer, to or officer.id)


def hold(lots: Sequence[str], reason: str) -> Act:
    """Hold these lots (``issuer/number#item``), or all that are in the country."""
    return lambda desk, ranked, officer: desk.hold(ranked, officer, lots, reason)


def release(lots: Sequence[str], reason: str) -> Act:
    """Let these lots go, or all that are held for the case."""
    return lambda desk, ranked, officer: desk.release(ranked, officer, lots, reason)


def note(text: str) -> Act:
    """Write something down."""
    return lambda desk, ranked, officer: desk.note(ranked.case, officer, text)


def state(to: str, text: str = "") -> Act:
    """Say how the case stands."""
    return lambda desk, ranked, officer: desk.state(ranked.case, officer, to, text)


def decide(verdict: str, reason: str) -> Act:
    """Close the case."""
    return lambda desk, ranked, officer: desk.decide(ranked.case, officer, verdict, reason)
