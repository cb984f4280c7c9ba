"""Who asks, for every request: the middleware that finds out, and what a route says to be guarded."""

from __future__ import annotations

import logging
import secrets
import time
from base64 import b64encode
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPBearer
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sarai.server.access.accounts import AccountStore
from sarai.server.access.eyes import Eyes
from sarai.server.access.file import AccountsUnavailable
from sarai.server.access.headers import PAGE_MARK, told, with_nonce
from sarai.server.access.limits import Limiter, neighbourhood
from sarai.server.access.origin import SAFE_METHODS, cookie, csrf_token, from_elsewhere, is_tls, is_token
from sarai.server.access.rules import allowed, holders, rule_of
from sarai.server.access.secret import Secret
from sarai.server.access.tickets import Found
from sarai.server.access.visitor import NOBODY, Grant, Visitor
from sarai.server.problems import Problem, answer, problem_of

if TYPE_CHECKING:
    from sarai.server.access.oidc import Oidc

SESSION_COOKIE = "sarai"
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="sarai"'}
NONCE_BYTES = 16
POLICY_VIOLATION = 1008  # RFC 6455

log = logging.getLogger(__name__)


class Access:
    """Who may, for one server.

    Parameters
    ----------
    store
        The accounts.
    clock
        Seconds that never run back, for rates.
    oidc
        The provider at which people may sign in, if there is one.
    offices
        Issuers that are offices, besides those of the settings: the book's authorities.
    """

    def __init__(
        self,
        store: AccountStore,
        *,
        clock: Callable[[], float] = time.monotonic,
        entropy: Callable[[int], bytes] = secrets.token_bytes,
        oidc: Oidc | None = None,
        offices: tuple[str, ...] = (),
    ) -> None:
        self.store, self.settings, self.oidc, self.entropy = store, store.settings, oidc, entropy
        self.offices = (*self.settings.offices, *offices)
        bounds = self.settings
        self.requests = Limiter(bounds.rate_per_s, bounds.burst, bounds.buckets_most, clock)
        self.logins = Limiter(bounds.logins_per_s, bounds.logins_burst, bounds.buckets_most, clock)

    def find(self, connection: HTTPConnection) -> Found:
        """Who asks, by key or else by cookie. Problem 401 for a key that is none."""
        header = connection.headers.get("authorization")
        if header is not None:
            found = self._by_key(header)
            if found is None:
                raise Problem(
                    401,
                    "Unknown key",
                    "the API key is not known or has expired; make another one on the page of your account",
                    headers={"WWW-Authenticate": 'Bearer realm="sarai", error="invalid_token"'},
                )
            return found
        token = cookie(connection, SESSION_COOKIE)
        return (token and self.store.sessions.find(token)) or Found(NOBODY, False)

    def _by_key(self, header: str) -> Found | None:
        scheme, _, key = header.partition(" ")
        return self.store.keys.find(Secret(key.strip())) if scheme.casefold() == "bearer" else None

    def touch(self, visitor: Visitor) -> None:
        """Write down that a session or key was used; a disk that is full shuts nobody out."""
        tickets = self.store.keys if visitor.how == "key" else self.store.sessions
        try:
            tickets.touch(visitor.ticket)
        except AccountsUnavailable as fault:
            log.warning("the use of %s was not written down: %s", visitor.ticket, fault)

    def still(self, visitor: Visitor) -> bool:
        """Whether a session goes on; a page that stays open asks before it shows more."""
        return visitor.how != "session" or self.store.sessions.still(visitor.ticket)

    def eyes(self, grant: Grant) -> Eyes:
        """With whose eyes the scope of a grant looks."""
        return Eyes(visitor=grant.visitor, scope=grant.scope, key=self.store.label_key, offices=self.offices)

    def slow_down(self, limiter: Limiter, name: str) -> None:
        """Problem 429 if somebody asks too often."""
        wait_s = limiter.take(name)
        if wait_s:
            raise Problem(
                429, "Too many requests", f"too many requests; ask again in {wait_s} s",
                headers={"Retry-After": str(wait_s)},
            )  # fmt: skip


def address_of(connection: HTTPConnection) -> str:
    """From where a request comes; behind a proxy, what the server was told to trust of its word."""
    return connection.client.host if connection.client else ""


class AccessMiddleware:
    """Finds who asks (``request.state.visitor``), refuses forgeries and floods, adds headers.

    Pure ASGI: streams stay streams, and a page open for hours holds nothing here.
    """

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self.app, self.access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        scope.setdefault("state", {})["visitor"] = NOBODY
        scope["state"]["access"] = self.access
        connection = HTTPConnection(scope)
        is_http = scope["type"] == "http"
        send = Dressed(send, connection, self.access.entropy) if is_http else send
        try:
            await self._admit(connection)
        except Problem as problem:
            return await _turn_away(problem, scope, receive, send)
        except AccountsUnavailable as fault:
            return await _turn_away(problem_of(fault), scope, receive, send)
        await self.app(_plain(scope) if is_http else scope, receive, send)

    async def _admit(self, connection: HTTPConnection) -> None:
        access, path = self.access, connection.scope["path"]
        where = neighbourhood(address_of(connection))
        try:
            found = access.find(connection)
        except Problem:
            access.slow_down(access.logins, f"address {where}")  # a key that is tried is a sign-in
            raise
        visitor = found.visitor
        connection.scope["state"]["visitor"] = visitor
        if not path.startswith(access.settings.rate_free):
            name = f"account {visitor.account}" if visitor.account else f"address {where}"
            access.slow_down(access.requests, name)
        self._check_forgery(connection, visitor, path)
        if found.due:
            await run_in_threadpool(access.touch, visitor)

    def _check_forgery(self, connection: HTTPConnection, visitor: Visitor, path: str) -> None:
        """A browser sends cookies along whoever sends it; a key it does not."""
        changes = connection.scope["type"] == "websocket" or connection.scope["method"] not in SAFE_METHODS
        if visitor.how == "key" or not changes:
            return
        elsewhere = from_elsewhere(connection)
        if elsewhere:
            raise Problem(
                403, "Sent from elsewhere", f"{elsewhere[:200]} may not act here; open the page itself"
            )
        if visitor.how != "session" or connection.scope["type"] == "websocket":
            return
        token = cookie(connection, SESSION_COOKIE)
        if not path.startswith(self.access.settings.token_free) and not (
            token and is_token(connection, token)
        ):
            raise Problem(
                403, "No token", "a change by a session needs the header X-CSRF-Token (GET /api/v1/me)",
                name="no-csrf-token",
            )  # fmt: skip


async def _turn_away(problem: Problem, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with a problem, before any route is asked."""
    if scope["type"] == "websocket":
        await receive()  # the handshake
        await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": problem.title})
        return
    request = Request(scope, receive)
    await answer(request, problem)(scope, receive, send)


def _plain(scope: Scope) -> Scope:
    """A request for a page, which is not to be compressed: its scripts are to be marked."""
    headers = scope["headers"]
    if scope["method"] != "GET" or not any(
        b"text/html" in value for name, value in headers if name == b"accept"
    ):
        return scope
    return {**scope, "headers": [pair for pair in headers if pair[0] != b"accept-encoding"]}


class Dressed:
    """Sends an answer with the headers that it lacks; of a page, with its scripts marked."""

    def __init__(self, send: Send, connection: HTTPConnection, entropy: Callable[[int], bytes]) -> None:
        self._send, self._secure, self._entropy = send, is_tls(connection), entropy
        self._start: Message | None = None
        self._page, self._nonce = b"", ""

    async def __call__(self, message: Message) -> None:
        """Send one message."""
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message.setdefault("headers", []))
            is_page = headers.get(PAGE_MARK) == "page" and "content-encoding" not in headers
            if is_page and headers.get("content-type", "").startswith("text/html"):
                self._nonce = b64encode(self._entropy(NONCE_BYTES)).decode()
            present = {name.lower(): value for name, value in headers.items()}
            for name, value in told(present, secure=self._secure, nonce=self._nonce).items():
                headers[name] = value
            if self._nonce:
                self._start = message
                return
        elif message["type"] == "http.response.body" and self._start is not None:
            return await self._gather(message)
        await self._send(message)

    async def _gather(self, message: Message) -> None:
        """Hold a page back until all of it is there."""
        self._page += message.get("body", b"")
        if message.get("more_body"):
            return
        assert self._start is not None
        body = with_nonce(self._page, self._nonce)
        if self._page:  # the answer to HEAD has none
            MutableHeaders(raw=self._start["headers"])["content-length"] = str(len(body))
        await self._send(self._start)
        self._start = None
        await self._send({"type": "http.response.body", "body": body})


def csrf_of(connection: HTTPConnection) -> str:
    """What a page of this session sends along with a change; empty if there is no session."""
    token = cookie(connection, SESSION_COOKIE)
    return csrf_token(token) if token else ""


# -- what routes and pages say -----------------------------------------------------------------------


def granted(visitor: Visitor, right: str) -> Grant:
    """A right that somebody has; else Problem 401 for who is not signed in, 403 for who is."""
    scope = allowed(visitor, right)
    if scope is not None:
        return Grant(visitor, scope, right)
    rule, roles = rule_of(right), [role.value for role in holders(right)]
    if visitor.how == "nobody":
        raise Problem(
            401, "Not signed in", f"to {rule.what} sign in, or send an API key; {', '.join(roles)} may",
            headers=CHALLENGE, right=right,
        )  # fmt: skip
    raise Problem(
        403, "Not allowed",
        f"the role {visitor.role.value} may not {rule.what} (rule {right}); {', '.join(roles)} may",
        right=right, role=visitor.role.value, holders=roles,
    )  # fmt: skip


_BEARER = HTTPBearer(auto_error=False, description="An API key")
_COOKIE = APIKeyCookie(name=f"__Host-{SESSION_COOKIE}", auto_error=False, description="A session")


def allow(right: str) -> Any:
    """What a route asks for to be guarded: ``grant: Annotated[Grant, allow("cases.read")]``."""

    async def ask(
        request: Request, key: Annotated[Any, Security(_BEARER)], session: Annotated[Any, Security(_COOKIE)]
    ) -> Grant:
        return granted(request.state.visitor, right)

    return Depends(declares(ask, right))


def declares(ask: Callable[..., Any], right: str) -> Callable[..., Any]:
    """A dependency that asks for a right, marked so that `declared` finds it."""
    rule_of(right)  # a misspelt right is a fault when the route is made, not when it is called
    ask.right = right  # type: ignore[attr-defined]
    return ask


def declared(route: Any) -> str | None:
    """The right that a route asks for before all else; None if it asks for none."""
    dependencies = getattr(getattr(route, "dependant", None), "dependencies", ())
    return next((each.call.right for each in dependencies if hasattr(each.call, "right")), None)
