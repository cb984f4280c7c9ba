"""Whether a request comes from our own pages: cookies, and what guards them against forgery."""

from __future__ import annotations

from hashlib import sha256
from hmac import compare_digest
from hmac import new as hmac

from starlette.requests import HTTPConnection
from starlette.responses import Response

from sarai.server.access.secret import Secret

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
CSRF_HEADER = "x-csrf-token"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def is_secure(connection: HTTPConnection) -> bool:
    """Whether cookies are for TLS only: always, but on a machine that talks to itself."""
    return is_tls(connection) or _host(connection) not in LOOPBACK


def _host(connection: HTTPConnection) -> str:
    """The name in the header ``Host``, without port and brackets."""
    name = connection.headers.get("host", "").casefold()
    return name[1:].partition("]")[0] if name.startswith("[") else name.partition(":")[0]


def is_tls(connection: HTTPConnection) -> bool:
    """Whether the connection is TLS, by the word of a proxy that the server trusts."""
    return connection.scope.get("scheme") in ("https", "wss")


def cookie_name(connection: HTTPConnection, name: str) -> str:
    """With ``__Host-`` a browser takes the cookie from this host only, by TLS only (RFC 6265bis)."""
    return f"__Host-{name}" if is_secure(connection) else name


def cookie(connection: HTTPConnection, name: str) -> Secret | None:
    """A cookie of ours, if there is one."""
    value = connection.cookies.get(cookie_name(connection, name))
    return Secret(value) if value else None


def set_cookie(
    connection: HTTPConnection, response: Response, name: str, value: Secret | None, last_s: int
) -> None:
    """Set a cookie that no script reads and no other site sends along; with no value, end it."""
    response.set_cookie(
        cookie_name(connection, name),
        value.reveal() if value else "",
        max_age=last_s if value else 0,
        path="/",
        secure=is_secure(connection),
        httponly=True,
        samesite="lax",
    )


def csrf_token(session: Secret) -> str:
    """What a page of ours sends along with a change: nobody can reckon it who has not the session."""
    return hmac(session.reveal().encode(), b"csrf", sha256).hexdigest()


def is_token(connection: HTTPConnection, session: Secret) -> bool:
    """Whether the request bears the token of its session."""
    return compare_digest(
        connection.headers.get(CSRF_HEADER, "").encode("latin-1"), csrf_token(session).encode()
    )


def from_elsewhere(connection: HTTPConnection) -> str:
    """From where a browser says that it was sent, if that is not here; else empty.

    ``Origin`` decides; without it ``Sec-Fetch-Site``. A program sends neither, and has no one's cookies.
    """
    origin = connection.headers.get("origin")
    if origin is not None:
        here = connection.headers.get("host", "").casefold()
        return (
            "" if here and origin.casefold() in (f"http://{here}", f"https://{here}") else origin or "nowhere"
        )
    site = connection.headers.get("sec-fetch-site", "none")
    return "" if site in ("same-origin", "none") else site
