"""A case as somebody may see it, read at once."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from msgspec import Struct

from sarai.goods import NotInBook
from sarai.ledger import Book, SigningKey
from sarai.server.access import Eyes, Scope
from sarai.server.pages.trace_asked import Asked, Traced
from sarai.server.pages.trace_graph import graph
from sarai.watch.cases import Desk, Ranked
from sarai.watch.cases.dossier import Dossier, dossier


class Seen(Struct, frozen=True, kw_only=True):
    """A case.

    Attributes
    ----------
    name
        Its own, or the label that stands for it.
    file
        Documents, steps and the way of the goods; None for who sees labels.
    version
        Changes when there is something new in it.
    """

    name: str
    ranked: Ranked
    file: Dossier | None
    version: tuple[int, ...]

    @property
    def steps(self) -> int:
        """How many steps were taken until it was seen."""
        return len(self.ranked.case.steps)


def find(desk: Desk, name: str, eyes: Eyes) -> Ranked:
    """A case by its name, or by the label that stands for it; NotInBook if there is none."""
    if eyes.scope is Scope.ALL:
        return desk.one(name)
    for case in desk.cases:
        if eyes.label("case", case.id) == name:
            return desk.one(case.id)
    raise NotInBook(f"no case {name!r}; look for it under Alerts")


def seen(desk: Desk, book: Book, name: str, eyes: Eyes, now: datetime, keys: tuple[SigningKey, ...]) -> Seen:
    """All that the page shows of a case."""
    ranked = find(desk, name, eyes)
    full = eyes.scope is Scope.ALL
    return Seen(
        name=ranked.case.id if full else name,
        ranked=ranked,
        file=dossier(book, ranked, now, *keys) if full else None,
        version=version(ranked),
    )


def version(ranked: Ranked) -> tuple[int, ...]:
    """What changes when there is something new in a case."""
    case, stake = ranked.case, ranked.stake
    return (
        len(case.alerts), case.steps[-1].entry if case.steps else 0, len(ranked.held),
        sum(len(goods.portions) for goods in stake.goods), int(stake.under_way), int(ranked.overdue),
    )  # fmt: skip


def way(found: Dossier) -> Traced | None:
    """The way of the goods, as the page Trace would draw it."""
    if found.way is None:
        return None
    steps, up = found.way.steps, found.way.up
    named = Asked(number=found.ranked.case.id, direction="up" if up else "down")
    return Traced(asked=named, ends=(), steps=steps, graph=graph(steps, up=up))


def file_name(name: str) -> str:
    """Under which name a case's file is kept by who downloads it."""
    return f"case-{quote(name, safe='')}.html"
