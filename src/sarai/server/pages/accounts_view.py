"""Accounts as HTML: everybody's for an admin, and one's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from markupsafe import Markup

from sarai.server.access import Account, Role, Secret, Visitor
from sarai.server.access.audit import Deed
from sarai.server.access.tickets import KeyView, SessionView
from sarai.server.pages import forms
from sarai.server.pages.accounts_acts import KEY_DAYS, LINES
from sarai.server.pages.forms import Column
from sarai.server.pages.look import badge, empty, facts, link, panel, tag, when
from sarai.server.pages.look.markup import Content
from sarai.server.words import LANGUAGES, Words

PATH, OWN, LOG = "/accounts", "/account", "/accounts/log"
ROLES = tuple(role for role in Role if role is not Role.NOBODY)


def once(what: str, secret: Secret, words: Words) -> Markup:
    """A secret on the one occasion on which it is shown."""
    field = tag(
        "input", class_="field code", readonly=True, value=secret.reveal(), aria_label=what,
        style="width:100%", spellcheck="false", autocomplete="off",
    )  # fmt: skip
    return panel(what, tag("p", badge(words, "serious", words("It is shown once. Keep it now."))), field)


# -- everybody's -----------------------------------------------------------------------------------


def accounts(several: Sequence[Account], words: Words, *, manage: bool) -> Markup:
    """The table of accounts, and the form for a new one."""
    columns = [
        Column(words("User name"), leads=True), Column(words("Name")), Column(words("Role")),
        Column(words("Acts for")), Column(words("State")),
    ]  # fmt: skip
    rows = [
        (
            link(each.id, account_path(each.id)), each.name, words.name("role", each.role.value),
            acts_for(each), standing(each, words),
        )
        for each in several
    ]  # fmt: skip
    ways = forms.chips(words("Accounts"), [
        (words("Accounts"), PATH, True), (words("What was done with them"), LOG, False),
    ])  # fmt: skip
    parts: list[Content] = [ways, forms.table(columns, rows, caption=words("Accounts"))]
    if manage:
        parts.append(_new(words))
    return tag("div", *parts, style=forms.STACK)


def account_path(id_: str) -> str:
    """The page of an account; nothing in its name has to be written otherwise."""
    return f"{PATH}/of/{id_}"


def acts_for(account: Account) -> str:
    """The parties, or the authority, that an account acts for."""
    return ", ".join(filter(None, (*account.parties, account.authority)))


def standing(account: Account, words: Words) -> Markup:
    """Whether it is let in."""
    if not account.active:
        return badge(words, "neutral", words("switched off"))
    return (
        badge(words, "notice", words("of the demo"))
        if account.demo
        else badge(words, "good", words("active"))
    )


def _new(words: Words) -> Markup:
    fields = [
        forms.field(
            words("User name"), "id", required=True, maxlength=64, pattern="[a-z0-9][a-z0-9._@:\\-]*",
            autocapitalize="none", autocomplete="off", hint=words("Small letters, digits and . _ @ : -"),
        ),
        *_fields(None, words),
    ]  # fmt: skip
    inside = (tag("div", *fields, style=forms.GRID), forms.buttons(forms.button(words("Make the account"))))
    return panel(words("New account"), forms.form("make", *inside))


def _fields(account: Account | None, words: Words) -> list[Markup]:
    """What an account is, to be filled in."""
    roles = [(role.value, words.name("role", role.value)) for role in ROLES]
    languages = [(each.code, each.name) for each in LANGUAGES.values()]
    said: dict[str, str] = {
        name: getattr(account, name) if account else "" for name in ("name", "officer", "authority")
    }
    return [
        forms.field(words("Name"), "name", said["name"], required=True, maxlength=200, autocomplete="off"),
        forms.choice(words("Role"), "role", roles, account.role.value if account else Role.OFFICER.value),
        forms.field(
            words("Parties"), "parties", " ".join(account.parties) if account else "",
            hint=words("For traders and carriers: identifiers, with spaces between them"),
        ),
        forms.field(
            words("Officer"), "officer", said["officer"], hint=words("For officers: their own identifier")
        ),
        forms.field(
            words("Authority"), "authority", said["authority"], hint=words("For officers: whom they act for")
        ),
        forms.choice(words("Language"), "language", languages, account.language if account else "en"),
    ]  # fmt: skip


def account(one: Account, sessions: Sequence[SessionView], words: Words, *, manage: bool) -> Markup:
    """One account, to be changed by who may."""
    head = panel(words("Account"), facts([
        (words("User name"), one.id), (words("Name"), one.name),
        (words("Role"), words.name("role", one.role.value)),
        (words("Acts for"), acts_for(one)), (words("Officer"), one.officer),
        (words("State"), standing(one, words)),
        (words("Logs in"), words("with the state's account") if one.subject else words("by password")),
        (words("Open sessions"), words.number(len(sessions))),
    ]))  # fmt: skip
    if not manage:
        return tag("div", head, style=forms.STACK)
    return tag("div", head, _change(one, words), _lock(one, words), style=forms.STACK)


def _change(one: Account, words: Words) -> Markup:
    note = tag("p", words("If its rights change, its sessions end."), class_="quiet")
    inside = (
        tag("div", *_fields(one, words), style=forms.GRID),
        note,
        forms.buttons(forms.button(words("Save"))),
    )
    return panel(words("Change the account"), forms.form("change", *inside))


def _lock(one: Account, words: Words) -> Markup:
    switch = (
        forms.button(words("Switch off"), look="grave", act="off")
        if one.active
        else forms.button(words("Let in again"), look="", act="on")
    )
    note = words("A new password is shown once, here; the owner then chooses another one. Its sessions end.")
    inside = (
        tag("p", note, class_="quiet"),
        forms.buttons(forms.button(words("New password"), look="", act="password"), switch),
    )
    return panel(words("Password and access"), forms.form("lock", *inside))


# -- the log ---------------------------------------------------------------------------------------


def log(lines: Sequence[Deed], words: Words) -> Markup:
    """What was done with accounts, the latest first."""
    ways = forms.chips(words("Accounts"), [
        (words("Accounts"), PATH, False), (words("What was done with them"), LOG, True),
    ])  # fmt: skip
    if not lines:
        return tag("div", ways, empty(words("Nothing was done yet.")), style=forms.STACK)
    columns = [
        Column(words("Time"), short=True), Column(words("What was done"), leads=True),
        Column(words("Account")), Column(words("By whom")), Column(words("From where")),
        Column(words("Details")),
    ]  # fmt: skip
    rows = [
        (
            when(words, each.time), words.name("deed", each.deed), each.account, each.actor,
            each.address, _detail(each.detail),
        )
        for each in lines
    ]  # fmt: skip
    further = f"{LOG}?before={lines[-1].id}" if lines[-1].id > 1 and len(lines) == LINES else ""
    foot = forms.pager(words, words.count("{count} row", "{count} rows", len(lines)), following=further)
    table = forms.table(columns, rows, caption=words("What was done with them"), foot=foot)
    return tag("div", ways, table, style=forms.STACK)


def _detail(detail: dict[str, Any]) -> str:
    return "; ".join(f"{name}: {_said(value)}" for name, value in sorted(detail.items()) if value)


def _said(value: Any) -> str:
    """A value of the log; a change as what was and what is."""
    if isinstance(value, list) and len(value) == 2 and any(isinstance(each, list) for each in value):
        return " → ".join(_said(each) or "–" for each in value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


# -- one's own -------------------------------------------------------------------------------------


def own(
    visitor: Visitor, sessions: Sequence[SessionView], keys: Sequence[KeyView], words: Words, *, least: int
) -> Markup:
    """Who one is, one's sessions, keys, password and language."""
    who = panel(words("Account"), facts([
        (words("User name"), visitor.account), (words("Name"), visitor.name),
        (words("Role"), words.name("role", visitor.role.value)),
        (words("Acts for"), ", ".join(filter(None, (*visitor.parties, visitor.authority)))),
        (words("Officer"), visitor.officer),
    ]), link(words("Why can I see this?"), "/why"))  # fmt: skip
    parts = (
        who,
        _sessions(visitor, sessions, words),
        _keys(keys, words),
        _password(words, least),
        _language(visitor, words),
    )
    return tag("div", *parts, style=forms.STACK)


def _sessions(visitor: Visitor, sessions: Iterable[SessionView], words: Words) -> Markup:
    columns = [
        Column(words("Begun"), leads=True, short=True), Column(words("Last used"), short=True),
        Column(words("From where")),
        Column(words("Browser")), Column(""),
    ]  # fmt: skip
    rows = [
        (
            when(words, each.began), when(words, each.seen), each.address, each.agent[:80],
            badge(words, "good", words("this one"))
            if each.id == visitor.ticket
            else _end("session", each.id, words),
        )
        for each in sessions
    ]  # fmt: skip
    return _section(words("Sessions"), forms.table(columns, rows, caption=words("Sessions")))


def _end(what: str, id_: str, words: Words) -> Markup:
    text = words("Withdraw") if what == "key" else words("End")
    return forms.form(f"end-{what}", forms.button(text, look="grave", act=id_))


def _keys(keys: Sequence[KeyView], words: Words) -> Markup:
    columns = [
        Column(words("Name"), leads=True), Column(words("Made"), short=True),
        Column(words("Works until"), short=True), Column(words("Last used"), short=True), Column(""),
    ]  # fmt: skip
    rows = [
        (
            each.label, when(words, each.made), when(words, each.until),
            when(words, each.used) if each.used else words("never"), _end("key", each.id, words),
        )
        for each in keys
    ]  # fmt: skip
    table = (
        forms.table(columns, rows, caption=words("API keys"))
        if keys
        else tag("p", words("You have no keys."))
    )
    fields = (
        forms.field(words("What it is for"), "label", required=True, maxlength=100, autocomplete="off"),
        forms.field(
            words("Days that it works"),
            "days",
            str(KEY_DAYS),
            kind="number",
            min="1",
            max="366",
            required=True,
        ),
    )
    new = forms.form(
        "key", tag("div", *fields, style=forms.GRID), forms.buttons(forms.button(words("New key")))
    )
    lead = tag("p", words("A program that acts for you sends a key. It may do what you may."), class_="quiet")
    return _section(words("API keys"), lead, table, new)


def _password(words: Words, least: int) -> Markup:
    hint = words("At least {count} characters: four words are good.", count=least)
    fields = (
        forms.field(
            words("Present password"), "old", kind="password", required=True, autocomplete="current-password"
        ),
        forms.field(
            words("New password"), "new", kind="password", required=True, minlength=least,
            autocomplete="new-password", hint=hint,
        ),
        forms.field(
            words("Repeat the password"), "again", kind="password", required=True, autocomplete="new-password"
        ),
    )  # fmt: skip
    grid = tag("div", *fields, style=forms.GRID)
    note = tag("p", words("All your sessions end; you log in again with the new one."), class_="quiet")
    form = forms.form("password", grid, note, forms.buttons(forms.button(words("Change password"), look="")))
    return _section(words("Change password"), form)


def _language(visitor: Visitor, words: Words) -> Markup:
    languages = [(each.code, each.name) for each in LANGUAGES.values()]
    inside = (
        tag(
            "div", forms.choice(words("Language"), "language", languages, visitor.language), style=forms.GRID
        ),
        forms.buttons(forms.button(words("Save"), look="")),
    )
    return _section(words("Language"), forms.form("language", *inside))


def _section(title: str, *inside: Content) -> Markup:
    return panel(title, tag("div", *inside, style=forms.STACK))
