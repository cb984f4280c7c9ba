"""What the OpenAPI of the desk says of every answer here."""

from __future__ import annotations

import re
from typing import Any

from sarai.server.epcis.refusing import PROBLEM_TYPE

_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {
            "type": "string",
            "format": "uri-reference",
            "description": "epcisException:NAME; of what is refused before it comes to EPCIS, /problems/NAME",
        },
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "pointer": {"type": "string"},
    },
}
_ERRORS = {
    400: "Not in order; the pointer leads to the field",
    401: "Who are you",
    403: "Not for you",
    404: "There is no such thing",
    406: "Not in this media type, version or form",
    409: "There is one of that name already",
    413: "Too large",
    414: "The address is too long",
    415: "Not a media type that is read",
    422: "An address or header that cannot be used",
    429: "Too many requests; the header Retry-After says when to come again",
    500: "A fault of the server",
    503: "Too much waits; come again soon",
}
RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"description": words, "content": {PROBLEM_TYPE: {"schema": _PROBLEM}}}
    for status, words in _ERRORS.items()
}
"""Errors that any route may answer."""

_OF_LISTS = (("perPage", "integer", "Resources of a page"), ("nextPageToken", "string", "From a page's Link"))


def success(status: int) -> dict[str, Any]:
    """What an answer that is no error holds."""
    if status in (202, 204):
        return {"description": "Nothing but headers"}
    media: dict[str, Any] = {"schema": {}}
    return {
        "description": "What was asked for",
        "content": {"application/json": media, "application/ld+json": media},
    }


def described(path: str, method: str) -> dict[str, Any]:
    """Parameters and body of a route."""
    names = re.findall(r"\{(\w+)", path)
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names
    ]
    if method == "GET":
        parameters += [
            {"name": name, "in": "query", "schema": {"type": kind}, "description": words}
            for name, kind, words in _OF_LISTS
        ]
    told: dict[str, Any] = {"parameters": parameters}
    if method == "POST":
        media = {"schema": {"type": "object"}}
        content = {"application/json": media, "application/ld+json": media}
        told["requestBody"] = {"required": True, "content": content}
    return told
