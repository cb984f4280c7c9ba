"""What the routes of accounts take and give, and how that is told in OpenAPI.

Requests are read by msgspec: what it says of a wrong value does not repeat the value, which may be a
password.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from fastapi import Depends, Request, Response
from msgspec import UNSET, Meta, Struct, UnsetType

from sarai.server.access.roles import Role, Scope
from sarai.server.access.secret import Secret, take_secret
from sarai.server.access.tickets import KeyView
from sarai.server.problems import MEDIA_TYPE, Problem

Short = Annotated[str, Meta(max_length=200)]
Parties = Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=128)], ...], Meta(max_length=100)]


class Body(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is sent: unknown fields are refused, so that a misspelt one is not lost."""


class SignIn(Body, kw_only=True):
    """Name and password."""

    name: Short
    password: Secret


class SetUp(Body, kw_only=True):
    """The first admin, by the token that the server printed."""

    token: Secret
    id: Short
    name: Short
    password: Secret


class NewPassword(Body, kw_only=True):
    """One's own new password, and the old one."""

    old: Secret
    new: Secret


class GivenPassword(Body, kw_only=True):
    """A password that an admin gives."""

    password: Secret


class NewAccount(Body, kw_only=True):
    """An account to be made; without a password it signs in elsewhere, or not yet."""

    id: Short
    name: Short
    role: Role
    parties: Parties = ()
    officer: Short = ""
    authority: Short = ""
    language: Short = "en"
    password: Secret | None = None


class AccountChange(Body, kw_only=True, omit_defaults=True):
    """What is to be changed of an account."""

    name: Short | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    parties: Parties | UnsetType = UNSET
    officer: Short | UnsetType = UNSET
    authority: Short | UnsetType = UNSET
    language: Short | UnsetType = UNSET
    active: bool | UnsetType = UNSET


class OwnChange(Body, kw_only=True):
    """What one may change of oneself."""

    language: Short


class NewKey(Body, kw_only=True):
    """A key to be made: what for, and for how long."""

    label: Short
    days: Annotated[int, Meta(ge=1, le=366)] = 90


class MadeKey(Struct, frozen=True):
    """A key and its secret, which is shown this once."""

    key: KeyView
    secret: str


class Me(Struct, frozen=True, kw_only=True):
    """Who asks, and what it may; ``csrf`` goes into the header X-CSRF-Token of every change."""

    account: str
    name: str
    role: Role
    parties: tuple[str, ...]
    officer: str
    authority: str
    language: str
    how: str
    csrf: str
    rights: dict[str, Scope]


class Why(Struct, frozen=True):
    """Why somebody may, or may not."""

    right: str
    role: Role
    scope: Scope | None
    text: str
    sentences: tuple[str, ...]
    holders: tuple[Role, ...]


class Row(Struct, frozen=True):
    """A row of the table of rules."""

    right: str
    what: str
    why: str
    grants: dict[str, Scope]


def body_of(kind: type[Body]) -> Any:
    """What a route asks for to read a body of that kind."""

    async def read(request: Request) -> Body:
        most, data = request.state.access.settings.body_bytes, b""
        async for part in request.stream():
            data += part
            if len(data) > most:
                raise Problem(413, "Too large", f"more than {most} bytes; send less")
        try:
            return msgspec.json.decode(data, type=kind, dec_hook=take_secret)
        except msgspec.ValidationError as fault:
            raise Problem(422, "Bad value", f"{fault}; mend it") from None
        except (msgspec.DecodeError, RecursionError) as fault:
            raise Problem(400, "Not JSON", f"{fault}; send one JSON object") from None

    return Depends(read)


def said(value: Any, status: int = 200) -> Response:
    """An answer that is kept by nobody on the way."""
    headers = {"Cache-Control": "no-store"}
    return Response(msgspec.json.encode(value), status, headers, media_type="application/json")


# -- for OpenAPI -------------------------------------------------------------------------------------


def takes(kind: type[Body]) -> dict[str, Any]:
    """``openapi_extra`` of a route that reads a body of that kind."""
    content = {"application/json": {"schema": schema_of(kind)}}
    return {"requestBody": {"required": True, "content": content}}


def gives(kind: Any, status: int = 200, *problems: int, what: str = "As asked.") -> dict[int | str, Any]:
    """``responses`` of a route: what it answers with, and which problems besides those of every route."""
    good: dict[str, Any] = {"description": what}
    if kind is not None:
        good["content"] = {"application/json": {"schema": schema_of(kind)}}
    bad = {"content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    told = {each: {"description": _PROBLEMS[each], **bad} for each in sorted({*USUAL, *problems})}
    return {status: good, **told}


USUAL = (400, 401, 403, 422, 429, 503)
_PROBLEMS = {
    400: "What was sent cannot be read.",
    401: "Nobody is signed in, or not with this.",
    403: "Who asks may not.",
    404: "It is not there.",
    409: "The first request of this Idempotency-Key is not answered yet.",
    413: "It is too large.",
    422: "A value cannot be used.",
    429: "Too many requests, or too many wrong passwords.",
    502: "The provider does not answer as it should.",
    503: "Come again in a while.",
}


def schema_of(kind: Any) -> dict[str, Any]:
    """The JSON Schema of what msgspec reads and writes, in one piece."""
    (schema,), parts = msgspec.json.schema_components([kind], schema_hook=_secret_schema)
    return _whole(schema, parts)


def _secret_schema(kind: type) -> dict[str, Any]:
    if kind is not Secret:
        raise NotImplementedError(kind)
    return {"type": "string", "format": "password"}


def _whole(schema: Any, parts: dict[str, Any]) -> Any:
    """Without references into ``parts``."""
    walk: Callable[[Any], Any] = lambda each: _whole(each, parts)  # noqa: E731
    if isinstance(schema, list):
        return [walk(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return walk(parts[schema["$ref"].rpartition("/")[2]])
    return {name: walk(each) for name, each in schema.items()}
