"""How the state stands between powers: channels, withdrawals, votes, each figure with source and date."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal, TypeVar

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from sarai.server.access import Grant, allow
from sarai.server.asking import Unclear
from sarai.server.problems import Problem
from sarai.server.routes.answers import house_of, problems, tagged
from sarai.server.standing.asked import COUNTRIES, FIRST, LAST, MOST_TEXT, countries_in
from sarai.server.standing.bench import FIRST_YEAR

router = APIRouter(tags=["standing"])
T = TypeVar("T")
Year = Annotated[
    int | None,
    Query(ge=FIRST, le=LAST, description="Only figures of it; else of each channel the date best known."),
]
Code = Annotated[str, Query(max_length=40, description="A channel, such as fdi, or a measure: fdi-net.")]
Countries = Annotated[str, Query(max_length=MOST_TEXT, description="Codes or English names, with commas.")]
From = Annotated[int, Query(alias="from", ge=FIRST, le=LAST, description="The first year.")]
To = Annotated[int | None, Query(alias="to", ge=FIRST, le=LAST, description="The last; else the file's.")]
Estimate = Annotated[
    Literal["fp", "all", "legacy"], Query(description="Votes on final passage, all, or the older estimate.")
]


@router.get("/standing", responses=problems(413))
async def overview(
    request: Request, grant: Annotated[Grant, allow("standing.read")], year: Year = None
) -> Response:
    """Every channel in short: each power's share with its interval, and all figures behind it.

    A share that is not known is null, with the reason.
    """
    bench = house_of(request).standing
    return tagged(request, await run_in_threadpool(telling, lambda: bench.overview(year)))


@router.get("/standing/channel", responses=problems(413))
async def channel(
    request: Request, grant: Annotated[Grant, allow("standing.read")], channel: Code, year: Year = None
) -> Response:
    """A channel, or one of its measures, at every date: shares, spread, every figure with its source.

    Where sources disagree every value is there, with `conflicts`.
    """
    bench = house_of(request).standing
    return tagged(request, await run_in_threadpool(telling, lambda: bench.shown(channel.strip(), year)))


@router.get("/standing/exposure", responses=problems(404, 413))
async def exposure(
    request: Request, grant: Annotated[Grant, allow("standing.read")], year: Year = None
) -> Response:
    """What each power's withdrawal would take of each channel after a year, and of their mean."""
    bench = house_of(request).standing
    return tagged(request, await run_in_threadpool(telling, lambda: bench.exposed(year)))


@router.get("/standing/votes", responses=problems(404, 413))
async def votes(
    request: Request,
    grant: Annotated[Grant, allow("standing.read")],
    countries: Countries = COUNTRIES,
    first: From = FIRST_YEAR,
    last: To = None,
    series: Estimate = "fp",
) -> Response:
    """How far states vote from each power's pole in the United Nations, year by year."""
    bench = house_of(request).standing
    found = await run_in_threadpool(
        telling, lambda: bench.voted(countries_in(countries), first, last, series)
    )
    return tagged(request, found)


def telling(answered: Callable[[], T]) -> T:
    """What is answered; a problem that names the parameter, if it cannot be understood. For threads."""
    try:
        return answered()
    except Unclear as fault:
        raise Problem(422, "Bad value", f"{fault.field}: {fault}", parameter=fault.field) from fault
