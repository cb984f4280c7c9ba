"""What needs somebody first: an officer's cases, a trader's waybills, held goods and refused documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlencode

from sarai.ledger import Book, HeldLot
from sarai.ledger.rows import from_us
from sarai.ledger.search import Line, find
from sarai.server.access import Eyes, Scope, seen_holds
from sarai.server.pages.alerts_rows import severity
from sarai.server.pages.now_roll import Roll
from sarai.server.streams.course import Course
from sarai.watch import Phrase
from sarai.watch.cases import Desk, Ranked

MOST = 5  # more is no order of what comes first
MOST_PARTIES = 20  # of one account that are asked about


class Need(NamedTuple):
    """Something that waits for somebody.

    Attributes
    ----------
    kind
        ``case``, ``answer``, ``held`` or ``refused``.
    severity
        As the pages name them.
    text
        What the case, the goods or the refusal is; of the book, in the language that it has there.
    due
        When something must be done; what it is, is ``what``.
    typology
        Of a case, that of its weightiest alert.
    other
        Where the other way to answer leads.
    """

    kind: str
    name: str
    severity: str
    to: str
    text: str | Phrase = ""
    score: Decimal | None = None
    due: datetime | None = None
    what: str = ""
    overdue: bool = False
    typology: str = ""
    other: str = ""


class First(NamedTuple):
    """What comes first, and how much there is of each kind in all."""

    needs: list[Need]
    counts: dict[str, int]


# -- officers --------------------------------------------------------------------------------------


def of_desk(desk: Desk, eyes: Eyes, most: int = MOST) -> First:
    """The top of the queue: goods on the road not looked at, then what is overdue, then by score."""
    queue = desk.ranked()
    counts = {
        "case": len(queue),
        "overdue": sum(each.overdue for each in queue),
        "held": len({lot for each in queue for lot in each.held}),
    }
    return First([case_need(each, eyes) for each in queue[:most]], counts)


def case_need(ranked: Ranked, eyes: Eyes) -> Need:
    """A case with its next clock."""
    case, score = ranked.case, ranked.score.points
    clock = min(ranked.due, key=lambda due: due.due, default=None)
    open_to_all = eyes.scope is Scope.ALL
    return Need(
        "case", case.id if open_to_all else eyes.label("case", case.id), severity(score),
        f"/case/{case.id}" if open_to_all else "", case.sentence if open_to_all else "",
        Decimal(str(score)).quantize(Decimal("0.1")), clock.due if clock else None,
        clock.clock if clock else "", bool(clock and clock.overdue),
        max(case.alerts, key=lambda alert: alert.score).typology,
    )  # fmt: skip


# -- traders and carriers --------------------------------------------------------------------------


def of_own(
    roll: Roll, holds: Iterable[HeldLot], refused: Iterable[Line], eyes: Eyes, now: datetime, most: int = MOST
) -> First:
    """What waits for a trader or a carrier.

    Parameters
    ----------
    holds
        Those that the visitor may know of.
    refused
        Its documents that were refused and not mended since.
    """
    answers = [answer_need(course, now) for course in awaiting(roll, eyes)]
    held = [held_need(each) for each in holds]
    mend = [refused_need(each) for each in refused]
    answers.sort(key=lambda need: (need.due or now, need.name))
    counts = {"answer": len(answers), "held": len(held), "refused": len(mend)}
    if eyes.carries:  # it holds nothing, and answers for nothing
        counts = {"refused": len(mend)}
    return First([*held[:most], *answers[:most], *mend[:most]], counts)


def awaiting(roll: Roll, eyes: Eyes) -> list[Course]:
    """Waybills under way to the visitor, which are its to answer."""
    with roll.open() as courses:
        return [
            course for course in courses
            if course.kind == "waybill" and eyes.owns((course.consigned.consignee,))
        ]  # fmt: skip


def answer_need(course: Course, now: datetime) -> Need:
    """A waybill that waits for its answer; the page Post has both answers ready to be signed."""
    issuer, number = course.name
    due = from_us(course.deadline)
    answer = {"kind": "answer", "consignment_issuer": issuer, "consignment": number}
    return Need(
        "answer", f"{issuer}/{number}", "serious" if due < now else "notice",
        f"/post?{urlencode({**answer, 'decision': 'confirm'})}", due=due, what="answer", overdue=due < now,
        other=f"/post?{urlencode({**answer, 'decision': 'decline'})}",
    )  # fmt: skip


def held_need(hold: HeldLot) -> Need:
    """Goods of one's own that may not be moved."""
    lot = hold.lot
    query = {"issuer": lot.issuer, "number": lot.number, "item": lot.item, "direction": "down"}
    return Need("held", f"{lot.issuer}/{lot.number}#{lot.item}", "critical", f"/trace?{urlencode(query)}")


def refused_need(line: Line) -> Need:
    """A document that was refused."""
    return Need(
        "refused", f"{line.issuer}/{line.number}", "notice", f"/post?{urlencode({'entry': line.entry})}",
        f"{line.pointer} {line.message}".strip(), what=line.code.name,
    )  # fmt: skip


class Own(NamedTuple):
    """What the book says of a visitor's own."""

    holds: list[HeldLot]
    refused: list[Line]


def own(book: Book, eyes: Eyes, holds: Sequence[HeldLot], *, read: bool) -> Own:
    """Ask the book, in a thread that reads.

    Parameters
    ----------
    holds
        All that there are, if the visitor may know of its own.
    read
        Whether the visitor may read documents.
    """
    parties = sorted(eyes.visitor.parties)[:MOST_PARTIES]
    rows = [row for party in parties for row in book.balance(party=party).rows] if holds else []
    refused = [line for party in parties for line in unmended(book, party)] if read else []
    return Own(_each_lot_once(seen_holds(eyes, holds, rows)), refused)


def _each_lot_once(holds: Iterable[HeldLot]) -> list[HeldLot]:
    return list({hold.lot: hold for hold in holds}.values())


def unmended(book: Book, party: str, most: int = MOST) -> list[Line]:
    """Documents of a party that were refused, and whose number nothing was posted under since."""
    lines = find(book.store, issuer=party, refused=True, most=most)
    posted: dict[str, Any] = {
        number: find(book.store, issuer=party, number=number, refused=False, most=1)
        for number in {line.number for line in lines if line.number}
    }
    latest: dict[tuple[str, int], Line] = {}
    for line in lines:
        exact = any(each.number == line.number for each in posted.get(line.number, ()))
        if not exact:
            latest.setdefault((line.number, line.version), line)
    return list(latest.values())
