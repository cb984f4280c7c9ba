"""From deeds to papers: what is recorded, when, and with which flaws.

A paper that is in order reaches the book a minute after the deed, so papers keep the order of
deeds. Late, lost and mistaken ones do not; the truth keeps each of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from heapq import heappop, heappush
from typing import NamedTuple

from msgspec import structs

from sarai.goods import AnyDocument, Correction, Document, Waybill
from sarai.simulation import slips
from sarai.simulation.calendar import DAY_S, HOUR_S, local_day, moment
from sarai.simulation.dice import Dice
from sarai.simulation.scenario import Scenario
from sarai.simulation.truth import Truth, identity

PROMPT_S = 60
LATEST_DAYS = 14


class Event(NamedTuple):
    """A document, and when it is handed to the book."""

    record_time: datetime
    document: AnyDocument


class Desk:
    """Where papers are numbered, filed and sent on to the book."""

    def __init__(self, scenario: Scenario, dice: Dice, truth: Truth) -> None:
        self._scenario = scenario
        self._dice = dice
        self._truth = truth
        self._outbox: list[tuple[int, int, AnyDocument]] = []
        self._serial = 0
        self._numbers: Counter[tuple[str, str]] = Counter()

    def number(self, issuer: str, prefix: str) -> str:
        """The next number of a trader's own series."""
        self._numbers[issuer, prefix] += 1
        return f"{prefix}-{self._numbers[issuer, prefix]:06d}"

    def declaration(self, post: str, time: int) -> dict[str, str]:
        """Issuer and number of the next declaration at a customs post: post, day, serial."""
        issuer = f"customs:{post}"
        self._numbers[issuer, ""] += 1
        return {
            "issuer": issuer,
            "number": f"{post}/{local_day(time):%d%m%y}/{self._numbers[issuer, '']:07d}",
        }

    def file(self, document: AnyDocument, time: int, *, careful: bool = False) -> None:
        """Send a paper on, with the flaws that chance gives it.

        Careful papers (those of a scheme) are neither lost nor wrong: who cheats takes care.
        """
        shares, dice = self._scenario, self._dice
        if dice.chance(shares.malformed):
            self._send_draft(document, time)
        if not careful and dice.chance(shares.lost):
            self._truth.add("lost", document=identity(document), event_time=document.time)
            return
        recorded = time + PROMPT_S
        if dice.chance(shares.late):
            recorded += dice.pareto(1, LATEST_DAYS) * DAY_S + dice.below(12 * HOUR_S)
            self._note_record("late", document, recorded)
        if not careful and dice.chance(shares.mistakes):
            document = self._write_wrong(document, recorded)
        self._send(document, recorded)
        if dice.chance(shares.resent):
            again = recorded + dice.between(300, 2 * DAY_S)
            self._send(document, again)
            self._note_record("resent", document, again)

    def correct(
        self, document: AnyDocument, replacement: AnyDocument | None, time: int, reason: str
    ) -> Correction:
        """File the next version of a document (with no replacement: its cancellation)."""
        version = document.version + 1
        correction = Correction(
            issuer=document.issuer,
            number=document.number,
            version=version,
            time=moment(time),
            replacement=structs.replace(replacement, version=version) if replacement else None,
            reason=reason,
        )
        self._send(correction, time + PROMPT_S)
        return correction

    def recorded_before(self, time: int) -> Iterator[Event]:
        """The papers whose time of record has come, in its order."""
        while self._outbox and self._outbox[0][0] < time:
            yield self._next()

    def rest(self) -> Iterator[Event]:
        """All papers still under way, late as they may be."""
        while self._outbox:
            yield self._next()

    def _next(self) -> Event:
        recorded, _, document = heappop(self._outbox)
        return Event(moment(recorded), document)

    def _send(self, document: AnyDocument, recorded: int) -> None:
        self._serial += 1
        heappush(self._outbox, (recorded, self._serial, document))

    def _note_record(self, kind: str, document: Document, recorded: int) -> None:
        self._truth.add(
            kind, document=identity(document), event_time=document.time, record_time=moment(recorded)
        )

    def _send_draft(self, document: AnyDocument, time: int) -> None:
        """The first attempt, which the book must refuse; the mended one follows."""
        spoiled = slips.spoil(document, self._dice)
        if spoiled is not None:
            draft, code = spoiled
            self._send(draft, time)
            self._truth.add("malformed", document=identity(draft), expected_code=int(code))

    def _write_wrong(self, document: AnyDocument, recorded: int) -> AnyDocument:
        """The paper with one honest mistake in it, put right some days later if anybody notices."""
        mistaken = slips.mistake(document, self._dice)
        if mistaken is None:
            return document
        wrong, details = mistaken
        corrected = self._dice.chance(self._scenario.corrected)
        self._truth.add("mistake", document=identity(document), **details, corrected=corrected)
        if corrected:
            # A waybill can only be put right while nobody has answered for it.
            longest = 8 * HOUR_S if isinstance(document, Waybill) else 6 * DAY_S
            later = recorded + self._dice.between(HOUR_S, longest)
            self.correct(wrong, document, later, f"{details['what']} in item {details['item']}")
        return wrong
