"""What sarai post does with lists: documents that are in the book are screened, and what that finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from sarai.cli.output import grid, note
from sarai.cli.screening import open_screener
from sarai.goods import Code, SaraiError
from sarai.screening.controls import ControlList, Controls
from sarai.screening.documents import DocumentAnswer, DocumentScreener, PartyAnswer
from sarai.screening.screener import ScreenHit
from sarai.screening.subject import Subject

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.cli.poster import Outcome

SHOWN = 50


@dataclass(slots=True)
class Found:
    """An open hit of a party: where it was first met, in which roles, in how many documents."""

    party: PartyAnswer
    hit: ScreenHit
    first: str
    roles: dict[str, None] = field(default_factory=dict)
    documents: int = 0

    def told(self) -> dict[str, Any]:
        """As one record."""
        return {
            "party": self.party.named.id,
            "name": self.party.answer.query,
            "roles": list(self.roles),
            "screening": self.party.answer.screening,
            "documents": self.documents,
            "first": self.first,
            "hit": self.hit,
        }


class Screened:
    """Screens what was posted, batch by batch, and counts; a failure ends it, and nothing else."""

    def __init__(self, screener: DocumentScreener) -> None:
        self.screener = screener
        self.documents = self.unscreened = self.unnamed = 0
        self.found: dict[tuple[Subject, str], Found] = {}
        self.controlled: Counter[tuple[str, str, str]] = Counter()
        self.failure = ""

    @property
    def is_clean(self) -> bool:
        """Whether all was screened, and no hit is open."""
        return not (self.found or self.failure)

    def take(self, outcomes: Iterable[Outcome]) -> None:
        """Screen what of a batch is in the book; what is repeated too, since it may not have been."""
        documents = [each.read.document for each in outcomes if each.result.code <= Code.REPEATED]
        if self.failure:
            self.unscreened += len(documents)
            return
        try:
            answers = self.screener.screen(documents, datetime.now(UTC))
        except (SaraiError, OSError) as fault:
            self._fail(str(fault), len(documents))
            return
        for found in answers:
            self._count(found)

    def _fail(self, why: str, documents: int) -> None:
        self.failure, self.unscreened = why, documents
        click.echo(
            f"sarai: screening failed: {why}. What is posted is safely in the book, and posting goes on "
            "WITHOUT screening. Mend the cause, then post the same files again with --lists: nothing is "
            "booked twice, and all of it is screened",
            err=True,
        )

    def _count(self, found: DocumentAnswer) -> None:
        self.documents += 1
        self.unnamed += sum(party.answer is None for party in found.parties)
        for party in found.parties:
            for hit in party.open:
                key = party.named.subject, hit.entity
                known = self.found.setdefault(key, Found(party, hit, f"{found.issuer}/{found.number}"))
                known.roles.update(dict.fromkeys(party.named.roles))
                known.documents += 1
        for hit in (hit for line in found.lines for hit in line.hits):
            self.controlled[hit.entry.list, hit.entry.tier, str(hit.certainty)] += 1

    def summary(self) -> dict[str, Any]:
        """What was found, as one record."""
        controlled = [
            {"list": name, "tier": tier, "certainty": certainty, "lines": count}
            for (name, tier, certainty), count in sorted(self.controlled.items())
        ]
        return {
            "documents": self.documents,
            "parties": self.screener.asked,
            "unnamed": self.unnamed,
            "open": [found.told() for found in self.found.values()],
            "controlled": controlled,
            "unscreened": self.unscreened,
            "failure": self.failure,
        }

    def show(self, screen: Console) -> None:
        """What was found, for people."""
        rows = [["parties", self.screener.asked], ["open hits", len(self.found)]]
        rest = (("named by an id alone", self.unnamed), ("documents not screened", self.unscreened))
        rows += [[what, count] for what, count in rest if count]
        rows += [
            [f"lines on {' '.join(filter(None, (name, tier)))}, {certainty}", count]
            for (name, tier, certainty), count in sorted(self.controlled.items())
        ]
        screen.print()
        screen.print(grid(screen, ["Screening", ">"], [[what, f"{count:,}"] for what, count in rows]))
        if self.found:
            self._show_hits(screen, list(self.found.values()))

    def _show_hits(self, screen: Console, found: list[Found]) -> None:
        rows = [
            (str(each.party.answer.screening or "-"), f"{each.hit.score:.2f}", each.hit.list, each.hit.entity,
             each.hit.name, each.party.named.id, ", ".join(each.roles), each.first)
            for each in found[:SHOWN]
        ]  # fmt: skip
        columns = (">Screening", ">score", "list", "entity", "listed name", "party", "as", "first in")
        screen.print()
        screen.print(grid(screen, columns, rows))
        if len(found) > SHOWN:
            note(screen, f"and {len(found) - SHOWN:,} more; --json gives all, with the reasons.")


@contextmanager
def screened(lists: tuple[str, ...], log: str | None) -> Iterator[Screened]:
    """Screening that is ready; a list that cannot be read is told before anything is posted."""
    with open_screener(lists, log=log) as screener:
        yield Screened(DocumentScreener(screener, Controls([ControlList.priority()])))
