"""Rows of cases and alerts as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from urllib.parse import quote

from markupsafe import Markup

from sarai.server.pages import forms
from sarai.server.pages.alerts_rows import ORDERS, PAGE, STATES, AlertRow, CaseRow, Some, Wanted
from sarai.server.pages.look.markup import Content, badge, empty, link, tag, when
from sarai.server.words import Words
from sarai.telling.html import shown
from sarai.watch.cases import Due
from sarai.watch.cases.gather import MARK

STATE_NAMES = {"open": "Open", "closed": "Closed", "all": "All"}
ORDER_NAMES = {"urgent": "Most urgent first", "latest": "Latest first", "points": "Most points first"}
MOST_TYPOLOGIES = 3  # named in a row


def case_url(name: str, alert: str = "") -> str:
    """The page of a case, at one of its alerts."""
    return f"/case/{quote(name, safe='')}" + (f"#alert-{quote(alert, safe='')}" if alert else "")


# -- what is looked for --------------------------------------------------------------------------------


def views(asked: Wanted, words: Words) -> Markup:
    """The two ways to look: cases, alerts."""
    return forms.chips(
        words("Alerts"),
        [
            (words(name.capitalize()), asked.url(view=name, page=1), asked.view == name)
            for name in ("cases", "alerts")
        ],
    )


def narrow(asked: Wanted, found: Some, words: Words, *, officer: str, full: bool) -> Markup:
    """The form that narrows the list."""
    typologies = sorted(
        (words.name("typology", name), name) for name in {*found.typologies, asked.typology} - {""}
    )
    states = [(each, words(STATE_NAMES[each])) for each in STATES]
    fields = [
        forms.choice(words("State"), "state", states, asked.state),
        forms.choice(
            words("Typology"), "typology", [("", words("All")), *((name, said) for said, name in typologies)],
            asked.typology,
        ),
    ]  # fmt: skip
    usual, *others = ORDERS[asked.view]
    orders = [("", words(ORDER_NAMES[usual])), *((each, words(ORDER_NAMES[each])) for each in others)]
    fields.append(forms.choice(words("Order"), "order", orders, asked.order))
    if full:
        whose = [("", words("All")), ("nobody", words("Nobody")), *((each, each) for each in found.assignees)]
        if officer:
            whose.insert(1, ("me", words("Mine")))
        fields += [
            forms.choice(words("Assigned to"), "whose", whose, asked.whose),
            forms.field(words("Search"), "text", asked.text, kind="search", maxlength=100),
        ]
    clear = link(words("Clear filters"), Wanted(view=asked.view).url(), "button") if asked.is_narrowed else ""
    return tag(
        "form", forms.unseen("view", asked.view), *fields, forms.button(words("Filter")), clear,
        method="get", action="/alerts", class_="narrow", aria_label=words("Filter"),
    )  # fmt: skip


# -- rows ----------------------------------------------------------------------------------------------


def listed(asked: Wanted, found: Some, words: Words) -> Markup:
    """The rows of a page and the way to others; or why there are none."""
    if not found.rows:
        return nothing(asked, words)
    row = _case if asked.view == "cases" else _alert
    first = (found.page - 1) * PAGE + 1
    said = words(
        "{first} to {last} of {count}", first=first, last=first + len(found.rows) - 1, count=found.of
    )
    return Markup("").join(
        [
            tag("ol", *(row(each, words) for each in found.rows), class_="queue", start=first),
            forms.pager(
                words, said,
                previous=asked.url(page=found.page - 1) if found.page > 1 else "",
                following=asked.url(page=found.page + 1) if found.page < found.pages else "",
            ),
        ]
    )  # fmt: skip


def nothing(asked: Wanted, words: Words) -> Markup:
    """What is said where there is no row."""
    if asked.is_narrowed:
        clear = link(words("Clear filters"), Wanted(view=asked.view).url(), "button")
        return empty(words("Nothing fits the filter."), action=clear)
    if asked.view == "cases":
        return empty(words("No open cases."))
    return empty(words("No alerts yet: the watch looks at every document as it comes."))


def _case(row: CaseRow, words: Words) -> Markup:
    titles = [words.name("typology", each) for each in row.typologies[:MOST_TYPOLOGIES]]
    more = len(row.typologies) - len(titles)
    title = ", ".join(titles) + (f" +{more}" if more else "")
    marks = []
    if row.under_way:
        marks.append(badge(words, "serious", words("under way")))
    if row.held:
        marks.append(badge(words, "good", words("held")))
    stands = [
        tag("span", _state(row.state, row.verdict, words)),
        tag("span", _who(row.assignee, words)),
        *(_clock(each, words) for each in row.due[:2]),
        tag("span", words.count("{count} alert", "{count} alerts", row.alerts)),
    ]
    return tag(
        "li",
        _rank(row.severity, row.points, words),
        tag(
            "div",
            _title(row.id, case_url(row.id), title),
            _said(words.told(row.words)),
            _about(row.parties, row.more_parties, words),
            tag("div", *marks) if marks else "",
        ),
        tag("div", *stands, class_="stands"),
    )


def _alert(row: AlertRow, words: Words) -> Markup:
    stands = [
        when(words, row.raised),
        tag("span", f"{_case_words(row.case, words)}: {words.name('state', row.state)}"),
        tag("span", _who(row.assignee, words)),
    ]
    return tag(
        "li",
        _rank(row.severity, row.points, words),
        tag(
            "div",
            _title(row.case, case_url(row.case, row.id), words.name("typology", row.typology)),
            _said(words.told(row.words)),
            _about(row.parties, row.more_parties, words),
        ),
        tag("div", *stands, class_="stands"),
    )


def _case_words(name: str, words: Words) -> str:
    """A case by its name; a label says itself that it is one."""
    return f"{words('Case')} {name}" if name.startswith(MARK) else name


def _rank(severity: str, points: float, words: Words) -> Markup:
    figure = tag("span", points_words(points, words), class_="points", title=words("Points"))
    return tag("div", badge(words, severity), figure, class_="rank")


def points_words(points: float, words: Words, decimals: int = 1) -> str:
    """Points as the language writes them."""
    return words.number(Decimal(str(points)), decimals)


def _title(case: str, to: str, title: str) -> Markup:
    return tag("h3", tag("a", title, href=to, data_row=case))


def _said(words: str) -> Content:
    return tag("p", shown(words), class_="said") if words else ""


def _about(parties: Sequence[str], more: int, words: Words) -> Content:
    said = ", ".join(map(shown, parties)) + (f" +{more}" if more else "")
    return tag("p", said, class_="quiet") if said else ""


def _state(state: str, verdict: str, words: Words) -> str:
    said = words.name("state", state)
    return f"{said}: {words.name('verdict', verdict)}" if verdict else said


def _who(assignee: str, words: Words) -> str:
    return shown(assignee) or words("Nobody")


def _clock(due: Due, words: Words) -> Markup:
    """A clock, late ones in red and in words."""
    said = f"{words.name('clock', due.clock)}: {words.day(due.due)}"
    if due.overdue:
        return tag("span", f"{words('Overdue')}: {said}", class_="late")
    return tag("span", said)
