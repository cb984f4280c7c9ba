"""What trade statistics give away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from sarai.server.access import Grant, allow
from sarai.server.asking import Unclear
from sarai.server.flows import Asked, Bench
from sarai.server.flows.answer import Answer
from sarai.server.flows.asked import MOST_TEXT
from sarai.server.problems import Problem
from sarai.server.routes.answers import house_of, problems, tagged

router = APIRouter(tags=["flows"])
T = TypeVar("T")
Digits = Literal["0", "2", "4", "6", "8"]
NO_STATISTICS = "this server was given no trade statistics; start it with --statistics DIR"


def listed(description: str, *, alias: str | None = None, most: int = MOST_TEXT) -> Any:
    """A parameter that is text."""
    return Query(alias=alias, max_length=most, description=description)


@router.get("/flows/mirror", responses=problems(404, 409, 413))
async def mirror(
    request: Request,
    grant: Annotated[Grant, allow("flows.read")],
    span: Annotated[str, listed("The months asked about, such as 2022-03..2022-11.", most=40)],
    exporters: Annotated[str, listed("Who exports: codes, names or groups, with commas.", alias="from")] = "",
    through: Annotated[str, listed("The country in between.")] = "",
    importers: Annotated[str, listed("Who imports: codes, names or groups.", alias="to")] = "",
    codes: Annotated[str, listed("Beginnings of codes; chpl, or chpl:1 for a tier of the list.")] = "",
    base: Annotated[str, listed("The past to compare with; the years before if it is empty.", most=40)] = "",
    digits: Annotated[Digits, Query(description="How far codes are told apart; 0: all together.")] = "6",
    currency: Annotated[str, listed("The currency to answer in (ISO 4217).", most=40)] = "",
    annual: bool = False,
) -> Response:  # fmt: skip
    """The widest mirror gaps: what exporters say they sent against what importers say they received.

    A side that has not published is null, never zero.
    """
    asked = Asked(
        exporters=exporters.strip(), through=through.strip(), importers=importers.strip(),
        codes=codes.strip(), span=span.strip(), base=base.strip(), digits=digits, currency=currency.strip(),
        annual="1" if annual else "",
    )  # fmt: skip
    bench = bench_of(request)
    found = await run_in_threadpool(telling, lambda: bench.answer(asked, ("mirror",)))
    section = found.section("mirror")
    return tagged(request, {**terms_of(found), "rows": section.rows, "by": section.figures["by"]})


def bench_of(request: Request) -> Bench:
    """Where statistics are asked; a problem if there are none."""
    bench = house_of(request).statistics
    if bench is None:
        raise Problem(409, "No statistics", NO_STATISTICS)
    return bench


def telling(answered: Callable[[], T]) -> T:
    """What is answered; a problem that names the parameter, if it cannot be understood. For threads."""
    try:
        return answered()
    except Unclear as fault:
        raise Problem(422, "Bad value", f"{fault.field}: {fault}", parameter=fault.field) from fault


def terms_of(found: Answer) -> dict[str, Any]:
    """What was asked, in which terms it is answered, and what was left out."""
    return {
        "question": found.question, "span": found.span, "base": found.base, "currency": found.currency,
        "edition": found.edition, "sources": found.sources, "published": found.coverage,
        "without_past": found.without_past, "without_rate": found.without_rate,
    }  # fmt: skip
