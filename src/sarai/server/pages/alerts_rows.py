"""The queue of cases and the list of alerts as rows: narrowed, in order, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Generic, TypeVar
from urllib.parse import urlencode

from msgspec import Struct
from msgspec.structs import asdict, replace

from sarai.ledger.rows import from_us
from sarai.server.access import Eyes, Scope
from sarai.watch import Alert, Phrase
from sarai.watch.cases import Case, Desk, Due, Ranked
from sarai.watch.finding import sentence

PAGE = 50  # rows; nobody reads more before turning the page
MOST_TEXT = 100  # characters of what is looked for
VIEWS = ("cases", "alerts")
STATES = ("open", "closed", "all")
WHOSE = ("", "me", "nobody")
ORDERS = {"cases": ("urgent", "latest", "points"), "alerts": ("latest", "points")}
"""By what each view may be ordered, the usual first."""
MOST_PARTIES = 3  # named in a row; the case names all

CRITICAL, SERIOUS = 6.0, 4.5
"""Points from which a score is so called: at 3 chances are even, at 4.5 some 80%, at 6 some 95%."""

Row = TypeVar("Row")


class Wanted(Struct, frozen=True, kw_only=True):
    """What is looked for.

    Attributes
    ----------
    whose
        Empty, ``me``, ``nobody``, or an officer.
    text
        Words that must all stand somewhere in it.
    order
        Empty for the usual one of the view.
    page
        From 1.
    """

    view: str = "cases"
    state: str = "open"
    typology: str = ""
    whose: str = ""
    text: str = ""
    order: str = ""
    page: int = 1

    @property
    def is_narrowed(self) -> bool:
        """Whether something is left out that is not so by default."""
        return self != Wanted(view=self.view, order=self.order, page=self.page)

    def url(self, **changes: object) -> str:
        """The address of the page, with some of it changed."""
        asked = asdict(replace(self, **changes))
        usual = asdict(Wanted())
        query = {name: value for name, value in asked.items() if value != usual[name]}
        return f"/alerts?{urlencode(query)}" if query else "/alerts"


def wanted(query: Mapping[str, str], scope: Scope = Scope.ALL) -> Wanted:
    """What an address asks for; what it cannot mean counts as not said.

    Who sees labels may not look for what they stand for.
    """
    if scope is not Scope.ALL:
        query = {name: said for name, said in query.items() if name not in ("whose", "text")}
    page, view = query.get("page", ""), _one_of(VIEWS, query.get("view", ""))
    order = query.get("order", "")
    return Wanted(
        view=view,
        state=_one_of(STATES, query.get("state", "")),
        typology=query.get("typology", "")[:MOST_TEXT],
        whose=query.get("whose", "")[:MOST_TEXT],
        text=query.get("text", "")[:MOST_TEXT].strip(),
        order=order if order in ORDERS[view][1:] else "",
        page=max(1, int(page[:6])) if page.isdecimal() and page.isascii() else 1,
    )


def _one_of(values: Sequence[str], said: str) -> str:
    return said if said in values else values[0]


class CaseRow(Struct, frozen=True, kw_only=True):
    """A case as the queue shows it."""

    id: str
    severity: str
    points: float
    typologies: tuple[str, ...]
    words: Phrase | str
    parties: tuple[str, ...]
    more_parties: int
    since: datetime
    state: str
    verdict: str
    assignee: str
    alerts: int
    due: tuple[Due, ...]
    overdue: bool
    under_way: bool
    in_reach: bool
    held: int


class AlertRow(Struct, frozen=True, kw_only=True):
    """An alert as the list shows it, with how its case stands."""

    id: str
    severity: str
    points: float
    typology: str
    words: Phrase | str
    parties: tuple[str, ...]
    more_parties: int
    raised: datetime
    case: str
    state: str
    assignee: str


class Some(Struct, Generic[Row], frozen=True):
    """A page of rows.

    Attributes
    ----------
    of
        How many there are in all.
    typologies
        Those that there are to choose from.
    assignees
        Who has a case.
    """

    rows: tuple[Row, ...]
    of: int
    page: int
    typologies: tuple[str, ...]
    assignees: tuple[str, ...]

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.of // PAGE))


def severity(points: float) -> str:
    """How weighty a score is, in a word.

    >>> severity(3.2), severity(4.5), severity(7)
    ('notice', 'serious', 'critical')
    """
    return "critical" if points >= CRITICAL else "serious" if points >= SERIOUS else "notice"


# -- cases -------------------------------------------------------------------------------------------


def cases(desk: Desk, asked: Wanted, eyes: Eyes, officer: str = "") -> Some[CaseRow]:
    """The queue: goods on the road that nobody has looked at, then what is overdue, then by points.

    All of it may be put into another order.
    """
    ranked = desk.ranked(closed=asked.state != "open")
    found = [each for each in ranked if _fits(each.case, asked, officer) and _fits_case(each, asked)]
    if asked.order:
        found.sort(key=lambda each: -each.score.points if asked.order == "points" else -each.case.since)
    kept, page = _cut(found, asked.page)
    rows = tuple(case_row(each, eyes) for each in kept)
    return Some(rows, len(found), page, *_choices(desk.cases))


def _fits_case(ranked: Ranked, asked: Wanted) -> bool:
    case = ranked.case
    if asked.typology and all(alert.typology != asked.typology for alert in case.alerts):
        return False
    said = (case.id, *case.parties, *(alert.words for alert in case.alerts))
    return not asked.text or _says(asked.text, *said)


def case_row(ranked: Ranked, eyes: Eyes) -> CaseRow:
    """A case with somebody's eyes."""
    case, stake = ranked.case, ranked.stake
    parties, more = _parties(case.parties, eyes)
    full = eyes.scope is Scope.ALL
    return CaseRow(
        id=case.id if full else eyes.label("case", case.id),
        severity=severity(ranked.score.points),
        points=ranked.score.points,
        typologies=tuple(dict.fromkeys(alert.typology for alert in case.alerts)),
        words=case.sentence if full else "",
        parties=parties,
        more_parties=more,
        since=from_us(case.since),
        state=case.state,
        verdict=case.verdict,
        assignee=case.assignee if full else "",
        alerts=len(case.alerts),
        due=ranked.due,
        overdue=ranked.overdue,
        under_way=stake.under_way,
        in_reach=stake.in_reach,
        held=len(ranked.held),
    )


# -- alerts ------------------------------------------------------------------------------------------


def alerts(desk: Desk, asked: Wanted, eyes: Eyes, officer: str = "") -> Some[AlertRow]:
    """The alerts, the latest first; by their points, if that is wanted."""
    found = [
        (alert, case)
        for case in desk.cases
        if _fits(case, asked, officer)
        for alert in case.alerts
        if _fits_alert(alert, asked)
    ]
    found.sort(key=lambda each: (-each[0].raised, -each[0].entry, each[0].id))
    if asked.order:
        found.sort(key=lambda each: -each[0].score)
    kept, page = _cut(found, asked.page)
    rows = tuple(alert_row(alert, case, eyes) for alert, case in kept)
    return Some(rows, len(found), page, *_choices(desk.cases))


def _fits_alert(alert: Alert, asked: Wanted) -> bool:
    if asked.typology not in ("", alert.typology):
        return False
    return not asked.text or _says(asked.text, alert.id, alert.words, *alert.parties)


def alert_row(alert: Alert, case: Case | None, eyes: Eyes) -> AlertRow:
    """An alert with somebody's eyes; without its case, if that is not put together yet."""
    parties, more = _parties(alert.parties, eyes)
    full, name = eyes.scope is Scope.ALL, case.id if case else f"C-{alert.id}"
    return AlertRow(
        id=alert.id if full else eyes.label("alert", alert.id),
        severity=severity(alert.score),
        points=alert.score,
        typology=alert.typology,
        words=sentence(alert) if full else "",
        parties=parties,
        more_parties=more,
        raised=from_us(alert.raised),
        case=name if full else eyes.label("case", name),
        state=case.state if case else "new",
        assignee=case.assignee if case and full else "",
    )


# -- what both share ---------------------------------------------------------------------------------


def _fits(case: Case, asked: Wanted, officer: str) -> bool:
    """Whether a case stands as is wanted, and with whom."""
    if asked.state != "all" and case.is_open != (asked.state == "open"):
        return False
    match asked.whose:
        case "":
            return True
        case "me":
            return bool(officer) and case.assignee == officer
        case "nobody":
            return not case.assignee
        case name:
            return case.assignee == name


def _says(text: str, *where: str) -> bool:
    whole = "\n".join(where).casefold()
    return all(word in whole for word in text.casefold().split())


def _cut(found: Sequence[Row], page: int) -> tuple[Sequence[Row], int]:
    """The rows of a page, and which page that is: the last, if there are not so many."""
    page = min(page, max(1, -(-len(found) // PAGE)))
    return found[(page - 1) * PAGE : page * PAGE], page


def _parties(parties: Sequence[str], eyes: Eyes) -> tuple[tuple[str, ...], int]:
    shown = tuple(map(eyes.party, parties[:MOST_PARTIES]))
    return shown, len(parties) - len(shown)


def _choices(cases: Sequence[Case]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    typologies = {alert.typology for case in cases for alert in case.alerts}
    return tuple(sorted(typologies)), tuple(sorted({case.assignee for case in cases if case.assignee}))
