"""The network of corridors: ways through it, what changes them, and what it is made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from sarai.server.access import Grant, allow
from sarai.server.asking import Unclear
from sarai.server.corridors import Asked
from sarai.server.corridors.asked import MOST_BEST, MOST_CHANGES, MOST_TEXT
from sarai.server.problems import Problem
from sarai.server.routes.answers import house_of, problems, tagged
from sarai.telling.corridors_carried import Used
from sarai.telling.corridors_routes import Choice

router = APIRouter(tags=["corridors"])
T = TypeVar("T")
By = Literal["balance", "hours", "usd", "co2e", "reliability", "exposure"]
Change = Annotated[str, Query(max_length=MOST_TEXT)]
Changes = Annotated[
    list[Change],
    Query(alias="if", max_length=MOST_CHANGES, description="Names of shocks, or words of change such as "
          "close place:SUEZ; again for more."),
]  # fmt: skip
Start = Annotated[str, Query(alias="from", max_length=80, description="A place, by code or English name.")]
End = Annotated[str, Query(alias="to", max_length=80, description="A place, by code or English name.")]
Good = Annotated[str, Query(max_length=40, description="The code of a good of the network.")]
Month = Annotated[
    int | None, Query(ge=1, le=12, description="Whose closures count; else the year's average.")
]


@router.get("/corridors/routes", responses=problems(404, 413))
async def routes(
    request: Request,
    grant: Annotated[Grant, allow("corridors.read")],
    start: Start,
    end: End,
    good: Good = "container",
    month: Month = None,
    by: By = "balance",
    best: Annotated[int, Query(ge=1, le=MOST_BEST, description="How many ways.")] = 5,
    changes: Changes = [],  # noqa: B006
) -> Response:
    """Ways of a good from door to door, the best first, each figure with its sources.

    Hours are expected; half of all journeys are over within `hours_p50`, nine in ten within `hours_p90`.
    """
    question = Asked(
        start=start.strip(), end=end.strip(), good=good.strip(), month=str(month or ""), by=by,
        best=str(best), changes=_said(changes),
    )  # fmt: skip
    bench = house_of(request).corridors
    found = await run_in_threadpool(telling, lambda: bench.answer(question))
    if found.lacking:
        raise Problem(404, "Not found", found.lacking, name="unreachable")
    return tagged(request, {**told(found.now.ranked), "changes": [str(each) for each in found.changes]})


@router.get("/corridors/shock", responses=problems(404, 413))
async def shock(
    request: Request,
    grant: Annotated[Grant, allow("corridors.read")],
    changes: Changes,
    start: Start = "",
    end: End = "",
    good: Good = "container",
    month: Month = None,
    best: Annotated[int, Query(ge=1, le=MOST_BEST, description="How many ways.")] = 3,
) -> Response:
    """What happens if: between two places the ways before and after; without them, a year's flows.

    Of flows: what goes another way, what that costs and emits, what stays behind, and what binds anew.
    """
    if bool(start.strip()) != bool(end.strip()):
        raise Problem(
            422, "Bad value", "give both from and to, or neither for the year's flows", parameter="to"
        )
    question = Asked(
        start=start.strip(), end=end.strip(), good=good.strip(), month=str(month or ""), best=str(best),
        changes=_said(changes),
    )  # fmt: skip
    if not question.changes:
        raise Problem(422, "Bad value", "if: nothing is changed; name a shock or a change", parameter="if")
    bench = house_of(request).corridors
    if question.start:
        pair = await run_in_threadpool(telling, lambda: bench.pair(question))
        return tagged(request, told(pair))
    flows = await run_in_threadpool(telling, lambda: bench.flows(question))
    return tagged(request, told(flows.shocked))


@router.get("/corridors/network", responses=problems())
async def network(request: Request, grant: Annotated[Grant, allow("corridors.read")]) -> Response:
    """Places and legs of the network, with their sources."""
    bench = house_of(request).corridors
    found = await run_in_threadpool(lambda: bench.network)
    return tagged(request, {
        "places": found.places, "legs": found.legs, "services": found.services, "limits": found.limits,
        "goods": found.goods, "sources": found.sources,
    })  # fmt: skip


def telling(answered: Callable[[], T]) -> T:
    """What is answered; a problem that names the parameter, if it cannot be understood. For threads."""
    try:
        return answered()
    except Unclear as fault:
        raise Problem(422, "Bad value", f"{fault.field}: {fault}", parameter=fault.field) from fault


def _said(changes: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for each in changes if (text := each.strip())))


def told(found: Any) -> Any:
    """All that is said; where ways lie a map has from the network, and flows name their legs."""
    if isinstance(found, msgspec.Struct):
        left_out = LEFT_OUT.get(type(found), ())
        names = (name for name in found.__struct_fields__ if name not in left_out)
        return {name: told(getattr(found, name)) for name in names}
    return [told(each) for each in found] if isinstance(found, tuple) else found


LEFT_OUT: dict[type, tuple[str, ...]] = {Choice: ("track",), Used: ("route",)}
