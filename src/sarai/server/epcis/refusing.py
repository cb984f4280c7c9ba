"""Errors as EPCIS tells them: RFC 7807, with the exception's name as type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from starlette.responses import Response

from sarai.server.epcis.flaws import Flaw

PROBLEM_TYPE = "application/problem+json"


class EpcisProblem(Exception):
    """An answer that is an error.

    Parameters
    ----------
    status
        Of HTTP.
    exception
        Its name in EPCIS, without the prefix.
    title, detail
        What kind of error it is; the value, the place and the next step.
    more
        Further members.
    """

    def __init__(
        self, status: int, exception: str, title: str, detail: str = "", *,
        headers: Mapping[str, str] | None = None, **more: Any,
    ) -> None:  # fmt: skip
        super().__init__(detail or title)
        self.status, self.exception, self.title, self.detail = status, exception, title, detail
        self.headers, self.more = dict(headers or {}), more

    def body(self) -> dict[str, Any]:
        """The members of the problem."""
        told = {"type": f"epcisException:{self.exception}", "title": self.title, "status": self.status}
        return told | ({"detail": self.detail} if self.detail else {}) | self.more

    def answer(self, headers: Mapping[str, str]) -> Response:
        """The response that tells it."""
        return Response(
            msgspec.json.encode(self.body()), self.status, {**headers, **self.headers}, PROBLEM_TYPE
        )  # fmt: skip


def invalid(flaws: Sequence[Flaw]) -> EpcisProblem:
    """What was handed in is not in order; all that was found is told."""
    first = flaws[0]
    return EpcisProblem(
        400, "ValidationException", "EPCIS document is not in order",
        f"{first.pointer or 'the document'}: {first.words}", pointer=first.pointer,
        errors=[{"pointer": flaw.pointer, "detail": flaw.words} for flaw in flaws],
    )  # fmt: skip


def not_found(what: str, name: str) -> EpcisProblem:
    """There is no such thing."""
    return EpcisProblem(
        404, "NoSuchNameException", "Resource not found", f"there is no {what} {name}; mend the address"
    )


def bad_query(detail: str, exception: str = "QueryParameterException", **more: Any) -> EpcisProblem:
    """A question that cannot be asked so."""
    return EpcisProblem(400, exception, "EPCIS query exception", detail, **more)
