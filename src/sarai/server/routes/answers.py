"""What all routes share: how an answer is written, paged, and known to be unchanged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

import msgspec
from fastapi import Header, Query, Request, Response

from sarai.ledger import Book
from sarai.server.house import House
from sarai.telling.plain import plain

T = TypeVar("T")
PROBLEM = {
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "The value, the place and the next step."},
        "code": {"type": "integer", "description": "The numbered code of the book, if it says no."},
        "pointer": {"type": "string", "description": "RFC 6901, into what was sent."},
        "request": {"type": "string"},
    },
}

_SAID = {
    400: "What was sent cannot be read.",
    401: "Nobody is signed in.",
    403: "Who asks may not.",
    404: "It is not there.",
    409: "The book, or the case, says no.",
    413: "It is too large.",
    422: "A value cannot be used.",
    429: "Too many requests.",
    503: "Come again in a while.",
}
USUAL = (400, 401, 403, 422, 429, 503)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """How a route documents what may go wrong, beside what may everywhere."""
    return {status: {"description": _SAID[status], **PROBLEM} for status in sorted({*USUAL, *statuses})}


def house_of(request: Request) -> House:
    """The house that answers."""
    return request.app.state.house


# -- writing an answer -----------------------------------------------------------------------------


def told(value: Any, status: int = 200, **headers: str) -> Response:
    """A value as JSON."""
    body = msgspec.json.encode(plain(value))
    return Response(body, status, headers, media_type="application/json")


def tagged(request: Request, value: Any, **headers: str) -> Response:
    """The same with an entity tag; 304 if whoever asks has it already."""
    body = msgspec.json.encode(plain(value))
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", **headers}
    known = {each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")}
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(body, 200, headers, media_type="application/json")


# -- pages ---------------------------------------------------------------------------------------


Limit = Annotated[int, Query(ge=1, le=1_000, description="How many rows at most.")]
After = Annotated[int, Query(ge=0, le=2**53, description="Rows to pass over: `next` of the page before.")]
IfNoneMatch = Annotated[str | None, Header(description="Entity tags that are known; 304 if one still holds.")]


def page(request: Request, rows: Sequence[Any], after: int, limit: int, **more: Any) -> Response:
    """Some of the rows, and where the rest is: in ``next`` and, ready to be asked, in the Link header."""
    some = rows[after : after + limit]
    following = after + limit if after + limit < len(rows) else None
    return linked(request, {**more, "rows": some, "of": len(rows), "next": following}, after=following)


def linked(request: Request, value: dict[str, Any], **following: Any) -> Response:
    """An answer with a link to the next page, if there is one."""
    if None in following.values():
        return tagged(request, value)
    asked = [(name, each) for name, each in request.query_params.multi_items() if name not in following]
    query = urlencode([*asked, *following.items()])
    return tagged(request, value, Link=f'<{request.url.path}?{query}>; rel="next"')


async def ask(request: Request, question: Callable[[Book], T]) -> T:
    """Ask the book."""
    return await house_of(request).read(question)
