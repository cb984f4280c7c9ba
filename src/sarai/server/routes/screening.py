"""Is this somebody who is listed?"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from sarai.screening.listed import Kind
from sarai.screening.subject import Subject
from sarai.server.access import Grant, allow
from sarai.server.problems import Problem
from sarai.server.routes.answers import house_of, problems, tagged

router = APIRouter(tags=["screening"])


@router.get("/screening", responses=problems(409))
async def screening(
    request: Request,
    grant: Annotated[Grant, allow("screening.ask")],
    name: Annotated[str, Query(min_length=1, max_length=500)],
    kind: Literal["", "person", "organisation", "vessel"] = "",
    country: Annotated[str, Query(max_length=2)] = "",
) -> Response:
    """The hits of a name on the lists that the house was given, each with its reasons."""
    screener = house_of(request).given.screener
    if screener is None:
        raise Problem(409, "No lists", "this server was given no lists; start it with --lists FILE")
    subject = Subject(name=name, kind=Kind(kind) if kind else None, countries=(country,) if country else ())
    (answer,) = await run_in_threadpool(screener.screen, [subject])
    return tagged(request, {"asked": name, "hits": answer.hits})
