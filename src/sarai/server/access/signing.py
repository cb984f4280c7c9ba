"""Signing in, over HTTP: a session begins, its cookie is set, and what went wrong is told."""

from __future__ import annotations

from contextlib import suppress

from fastapi import Request, Response

from sarai.goods.errors import NotInBook
from sarai.server.access.account import Account
from sarai.server.access.accounts import AccountStore, Denied
from sarai.server.access.limits import neighbourhood
from sarai.server.access.origin import set_cookie
from sarai.server.access.secret import Secret
from sarai.server.access.visitor import Visitor
from sarai.server.access.web import CHALLENGE, SESSION_COOKIE, Access, address_of
from sarai.server.problems import Problem


def access_of(request: Request) -> Access:
    """Who may, as the middleware has it."""
    return request.state.access


def store_of(request: Request) -> AccountStore:
    """The accounts."""
    return access_of(request).store


def slow_down_logins(request: Request) -> None:
    """Problem 429 if an address signs in too often."""
    access = access_of(request)
    access.slow_down(access.logins, f"address {neighbourhood(address_of(request))}")


def denied(found: Denied, words: str) -> Problem:
    """What is told to who was not let in."""
    if not found.wait_s:
        return Problem(401, "Not signed in", words, headers=CHALLENGE)
    return Problem(
        429, "Too many wrong passwords", f"too many wrong passwords; try again in {found.wait_s} s",
        headers={"Retry-After": str(found.wait_s)},
    )  # fmt: skip


def begin(request: Request, account: Account) -> Secret:
    """A new session; the one that the browser had ends, so that nobody keeps one made before."""
    store, visitor, where = store_of(request), request.state.visitor, address_of(request)
    if visitor.how == "session":
        with suppress(NotInBook):  # another tab was quicker
            store.sessions.end(visitor.account, visitor.ticket, actor=account.id, address=where)
    return store.sessions.begin(account.id, address=where, agent=request.headers.get("user-agent", ""))


def visitor_of(request: Request, token: Secret) -> Visitor:
    """Who has a session that has just begun."""
    found = store_of(request).sessions.find(token)
    assert found is not None
    return found.visitor


def with_session(request: Request, token: Secret | None, response: Response) -> Response:
    """An answer that hands over a session, or with none ends it."""
    set_cookie(request, response, SESSION_COOKIE, token, access_of(request).settings.session_s)
    return response
