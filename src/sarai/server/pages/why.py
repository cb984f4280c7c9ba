"""The page Why: what one's role may do and see, and for what reason."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import Request, Response
from markupsafe import Markup

from sarai.server.access import RIGHTS, RULES, Role, Rule, Scope, Visitor, allowed, why
from sarai.server.house import House
from sarai.server.pages import forms
from sarai.server.pages.entering import enter, said
from sarai.server.pages.forms import Column
from sarai.server.pages.look import badge, link, panel, show, tag
from sarai.server.pages.look.markup import Content
from sarai.server.words import Words

PATH = "/why"
SCOPES = {
    Scope.ALL: ("good", "all"),
    Scope.OWN: ("notice", "your own"),
    Scope.SUMMARY: ("neutral", "in summary"),
    None: ("neutral", "no"),
}
WHOLE = "all"  # value of ``show`` for the table of all roles


def register(house: House) -> None:
    """Put the page into the application."""
    from nicegui import ui

    @ui.page(PATH)
    async def explain(request: Request) -> Response | None:
        visit, away = enter(request, house, "pages.why")
        if visit is None:
            return away
        asked = request.query_params
        with visit.framed(visit.words("Why can I see this?"), bare=visit.visitor.how == "nobody"):
            show(page(visit.visitor, asked.get("right", ""), visit.words, whole=asked.get("show") == WHOLE))
        return None


def page(visitor: Visitor, right: str, words: Words, *, whole: bool = False) -> Markup:
    """All that the page says."""
    parts = [explained(visitor, right, words)] if right in RIGHTS else []
    choice = forms.chips(words("Roles"), [
        (words("My role: {role}", role=words.name("role", visitor.role.value)), PATH, not whole),
        (words("All roles"), f"{PATH}?show={WHOLE}", whole),
    ])  # fmt: skip
    table = of_all(words) if whole else of_one(visitor, words)
    principle = tag("p", words.name("principle", visitor.role.value), class_="lead")
    return tag("div", principle, *parts, choice, table, style=forms.STACK)


def explained(visitor: Visitor, right: str, words: Words) -> Markup:
    """One right, and which rule decides about it."""
    told = why(visitor, right)
    sentences = [tag("p", each) for each in said(words, told)]
    mark = _scope(told.scope, words)
    return panel(words("The rule {right}", right=right), tag("p", mark), *sentences)


def of_one(visitor: Visitor, words: Words) -> Markup:
    """The table of rules for one role: what it may first."""
    rules = sorted(RULES, key=lambda rule: allowed(visitor, rule.right) is None)
    columns = [Column(words("What one may"), leads=True), Column(words("How far")), Column(words("Reason"))]
    columns.append(Column(words("Rule")))
    rows = [
        (
            _what(rule, words), _scope(allowed(visitor, rule.right), words), _reason(rule, visitor, words),
            link(rule.right, f"{PATH}?right={rule.right}"),
        )
        for rule in rules
    ]  # fmt: skip
    return forms.table(
        columns, rows, caption=words("What the role {role} may", role=_role(visitor.role, words))
    )


def of_all(words: Words) -> Markup:
    """The table of rules for all roles."""
    roles = tuple(Role)
    columns = [Column(words("What one may"), leads=True), *(Column(_role(role, words)) for role in roles)]
    rows = [[_linked(rule, words), *_cells(rule, roles, words)] for rule in RULES]
    return forms.table(columns, rows, caption=words("Who may do and see what"))


def _cells(rule: Rule, roles: Sequence[Role], words: Words) -> list[Content]:
    return [words(SCOPES[rule.grants[role]][1]) if role in rule.grants else "" for role in roles]


def _linked(rule: Rule, words: Words) -> Markup:
    return link(_what(rule, words), f"{PATH}?right={rule.right}")


def _what(rule: Rule, words: Words) -> str:
    """What a right lets one do, as a heading."""
    text = words(rule.what)
    return text[:1].upper() + text[1:]


def _scope(scope: Scope | None, words: Words) -> Markup:
    look, text = SCOPES[scope]
    return badge(words, look, words(text))


def _reason(rule: Rule, visitor: Visitor, words: Words) -> Content:
    less = allowed(visitor, rule.right) is Scope.SUMMARY
    return tag("span", words(rule.why), *((" ", words(rule.summary)) if less and rule.summary else ()))


def _role(role: Role, words: Words) -> str:
    return words.name("role", role.value)
