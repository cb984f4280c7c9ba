"""Signing in as HTML: by password, at a provider, by one click in a demo; and the first set-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from urllib.parse import urlencode

from markupsafe import Markup

from sarai.server.access import Account, Visitor
from sarai.server.pages import forms
from sarai.server.pages.look import badge, link, panel, tag
from sarai.server.words import Words

LOGIN, LOGIN_FORM = "/login", "/login/in"
SETUP, SETUP_FORM = "/setup", "/setup/in"
PROVIDER = "/oidc/login"
HOME = "/"
MOST_NEXT = 2_000
BESIDE = "display:grid;grid-template-columns:9rem minmax(0,1fr);gap:var(--space-3);align-items:center"

FAILED = {
    "wrong": "Name or password is wrong. Check both and try again.",
    "wait": "Too many attempts. Try again in {duration}.",
    "busy": "Too many people log in at this moment. Try again in a few seconds.",
    "token": "The token is wrong or was used. Start the server again: it prints a new one.",
    "differ": "The passwords are not the same.",
    "refused": "{why}",
}
"""What went wrong, by the word that the address carries."""


def local(path: str) -> str:
    """Where to go next: a page of our own, or the first one.

    >>> local("/book?number=1"), local("//elsewhere.example/"), local("https://elsewhere.example"), local("")
    ('/book?number=1', '/', '/', '/')
    """
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if ours and len(path) <= MOST_NEXT and not path.startswith((LOGIN, SETUP)) else HOME


def failed(path: str, what: str, **more: str) -> str:
    """The address of the form again, with what went wrong."""
    return f"{path}?{urlencode({'failed': what, **{name: value for name, value in more.items() if value}})}"


def _fault(query: Mapping[str, str], words: Words) -> Markup:
    """What came of the last try."""
    if query.get("done") == "password":
        return tag(
            "p", badge(words, "good", words("The password is changed.")), " ", words("Log in"), role="status"
        )
    text = FAILED.get(query.get("failed", ""))
    if text is None:
        return Markup("")
    wait = query.get("wait", "")
    length = timedelta(seconds=int(wait) if wait.isascii() and wait.isdecimal() and len(wait) < 6 else 0)
    said = words(text, duration=words.duration(length), why=query.get("why", "")[:500])
    return tag("p", badge(words, "serious", words("Not logged in")), " ", said, role="alert", id="fault")


# -- signing in ------------------------------------------------------------------------------------


def login(
    query: Mapping[str, str], words: Words, *, provider: bool, demo: Sequence[tuple[Account, str]] = ()
) -> Markup:
    """The page on which one signs in.

    Parameters
    ----------
    provider
        Whether one may sign in at a provider.
    demo
        Accounts of a demo, with their passwords.
    """
    to = local(query.get("next", ""))
    parts = [_fault(query, words), *([_demo(demo, to, words)] if demo else []), _by_password(to, words)]
    if provider:
        parts.append(link(words("Log in with the state's account"), PROVIDER, "button"))
    parts.append(tag("p", link(words("Who may do and see what"), "/why?show=all"), class_="quiet"))
    return tag("div", *parts, style=forms.STACK)


def _by_password(to: str, words: Words) -> Markup:
    fields = (
        forms.unseen("next", to),
        forms.field(
            words("User name"), "name", required=True, maxlength=64, autocomplete="username",
            autocapitalize="none", spellcheck="false",
        ),
        forms.field(
            words("Password"), "password", kind="password", required=True, maxlength=256,
            autocomplete="current-password",
        ),
        forms.buttons(forms.button(words("Log in"))),
    )  # fmt: skip
    form = tag(
        "form", *fields, method="post", action=LOGIN_FORM, style=forms.STACK, aria_label=words("Log in")
    )
    return panel(words("Log in"), form)


def _demo(accounts: Sequence[tuple[Account, str]], to: str, words: Words) -> Markup:
    """One click for each role of a demo."""
    rows = [
        tag(
            "form",
            forms.unseen("name", account.id), forms.unseen("password", password), forms.unseen("next", to),
            forms.button(words.name("role", account.role.value), look=""),
            tag("span", words.name("principle", account.role.value), class_="quiet"),
            method="post", action=LOGIN_FORM,
            style=BESIDE,
        )
        for account, password in accounts
    ]  # fmt: skip
    return panel(words("Try it as"), tag("div", *rows, style=forms.STACK))


def signed_in(visitor: Visitor, query: Mapping[str, str], words: Words) -> Markup:
    """For who has signed in already; to be somebody else, one logs out first."""
    to = local(query.get("next", ""))
    return panel(
        words("Logged in as {name}", name=visitor.name),
        forms.buttons(
            link(words("Go on"), to, "button main"),
            forms.form("leave", forms.button(words("Log out"), look="", act="leave")),
        ),
    )


# -- the first set-up ------------------------------------------------------------------------------


def setup(query: Mapping[str, str], words: Words, *, least: int) -> Markup:
    """The page on which the first admin is made; ``least`` characters make a password."""
    fields = (
        forms.field(
            words("Token"), "token", query.get("token", "")[:200], required=True, autocomplete="off",
            hint=words("The server printed it when it was started."),
        ),
        forms.field(
            words("User name"), "id", query.get("id", "")[:64], required=True, maxlength=64,
            autocomplete="username", autocapitalize="none", pattern="[a-z0-9][a-z0-9._@:\\-]*",
            hint=words("Small letters, digits and . _ @ : -"),
        ),
        forms.field(words("Your name"), "name", query.get("name", "")[:200], required=True, maxlength=200),
        forms.field(
            words("Password"), "password", kind="password", required=True, minlength=least, maxlength=256,
            autocomplete="new-password",
            hint=words("At least {count} characters: four words are good.", count=least),
        ),
        forms.field(
            words("Repeat the password"), "again", kind="password", required=True, maxlength=256,
            autocomplete="new-password",
        ),
        forms.buttons(forms.button(words("Create the first account"))),
    )  # fmt: skip
    lead = tag("p", words("Nobody has an account yet. The first one keeps the accounts of all others."))
    form = tag("form", *fields, method="post", action=SETUP_FORM, style=forms.STACK)
    return tag(
        "div", _fault(query, words), panel(words("Create the first account"), lead, form), style=forms.STACK
    )
