"""Errors as RFC 9457 has them: what is wrong, with which value, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from sarai.corridors import Infeasible, Unreachable
from sarai.flows.ready import NothingThere
from sarai.flows.statistics import NoStatistics
from sarai.goods.errors import (
    BadSetting,
    BeforeTheBook,
    BookDamaged,
    BookError,
    NotInBook,
    NotInNetwork,
    ProofError,
    SaraiError,
    TooLarge,
)
from sarai.server.asking import Busy, TooMuch
from sarai.server.flows import NotKept
from sarai.server.minerals import NoData

MEDIA_TYPE = "application/problem+json"

STATUS: tuple[tuple[type[SaraiError], int, str], ...] = (
    (NotInBook, 404, "not-in-book"),
    (BeforeTheBook, 404, "before-the-book"),
    (BadSetting, 422, "bad-value"),
    (TooLarge, 413, "too-large"),
    (ProofError, 422, "proof"),
    (BookDamaged, 500, "book-damaged"),
    (NotInNetwork, 404, "not-in-network"),
    (Unreachable, 404, "unreachable"),
    (Infeasible, 422, "infeasible"),
    (NothingThere, 404, "nothing-there"),
    (NoStatistics, 404, "no-statistics"),
    (NoData, 404, "no-data"),
    (TooMuch, 413, "too-much"),
    (Busy, 503, "busy"),
    (NotKept, 503, "not-kept"),
    (BookError, 503, "book-unavailable"),
    (SaraiError, 400, "refused"),
)
"""How each fault is told; the first that fits."""


class Problem(Exception):
    """An answer that is an error.

    Parameters
    ----------
    status
        Of HTTP.
    title
        What kind of problem it is; the same each time.
    detail
        The value, the place and the next step.
    code
        Of `sarai.goods.Code`, where the book says no.
    pointer
        RFC 6901, into what was sent.
    more
        Further members.
    """

    def __init__(
        self,
        status: int,
        title: str,
        detail: str = "",
        *,
        code: int | None = None,
        pointer: str = "",
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail or title)
        self.status, self.title, self.detail = status, title, detail
        self.headers = dict(headers or {})
        self.more = {name: value for name, value in (("code", code), ("pointer", pointer)) if value}
        self.more |= more

    def body(self, request_id: str = "") -> dict[str, Any]:
        """The members of the problem."""
        name = self.more.get("name") or self.title.lower().replace(" ", "-")
        told = {"type": f"/problems/{name}", "title": self.title, "status": self.status}
        if self.detail:
            told["detail"] = self.detail
        if request_id:
            told["request"] = request_id
        return told | {key: value for key, value in self.more.items() if key != "name"}


def problem_of(fault: SaraiError) -> Problem:
    """How a fault of the house is told."""
    status, name = next((status, name) for kind, status, name in STATUS if isinstance(fault, kind))
    headers = {"Retry-After": "5"} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return Problem(status, HTTPStatus(status).phrase, str(fault), headers=headers, name=name)


def answer(request: Request, problem: Problem) -> Response:
    """The response that tells a problem."""
    told = problem.body(getattr(request.state, "request_id", ""))
    return Response(
        msgspec.json.encode(told), status_code=problem.status, headers=problem.headers, media_type=MEDIA_TYPE
    )


async def on_problem(request: Request, problem: Exception) -> Response:
    """Handler of `Problem`."""
    assert isinstance(problem, Problem)
    return answer(request, problem)


async def on_fault(request: Request, fault: Exception) -> Response:
    """Handler of `SaraiError`."""
    assert isinstance(fault, SaraiError)
    return answer(request, problem_of(fault))


async def on_http(request: Request, fault: Exception) -> Response:
    """Handler of what the framework refuses: no such route, no such method."""
    assert isinstance(fault, HTTPException)
    phrase = HTTPStatus(fault.status_code).phrase
    detail = "" if fault.detail == phrase else str(fault.detail)
    if fault.status_code == HTTPStatus.NOT_FOUND and not detail:
        detail = f"there is nothing at {request.url.path}; /api/docs lists what there is"
    return answer(request, Problem(fault.status_code, phrase, detail, headers=fault.headers))


async def on_invalid(request: Request, fault: Exception) -> Response:
    """Handler of parameters that are not what the route takes."""
    first, *others = fault.errors()  # type: ignore[attr-defined]
    where, *names = (str(part) for part in first["loc"])
    place = "/".join(names) or where
    problem = Problem(
        422, "Bad value", f"{where} {place}: {first['msg']}", name="bad-value", parameter=place,
        pointer="" if where in ("query", "path", "header") else f"/{place}", others=len(others),
    )  # fmt: skip
    return answer(request, problem)


async def on_bug(request: Request, fault: Exception) -> Response:
    """Handler of what nobody foresaw: who asks learns the request's id, the log has the rest."""
    detail = "a fault of the program; tell whoever keeps the server the id of this request"
    return answer(request, Problem(500, "Fault", detail))
