"""Raw materials, supposed: what a shock does to a market, and what would replace a supplier."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Query, Request, Response
from msgspec.structs import replace
from starlette.concurrency import run_in_threadpool

from sarai.server.access import Grant, allow
from sarai.server.asking import Unclear
from sarai.server.minerals import Bench, diversify_asked, shock_asked
from sarai.server.minerals.diversify_asked import MOST_GROWTH
from sarai.server.minerals.shock_asked import MOST_SHOCKS
from sarai.server.minerals.supposed import MOST_TEXT, Bounds
from sarai.server.problems import Problem
from sarai.server.routes.answers import house_of, problems, tagged
from sarai.telling.minerals_shock import ShockTold

router = APIRouter(tags=["minerals"])
T = TypeVar("T")
Stage = Literal["mining", "processing", "refining"]
Material = Annotated[str, Query(max_length=MOST_TEXT, description="One of the 34, by code or name.")]
Shock = Annotated[str, Query(max_length=MOST_TEXT)]
Shocks = Annotated[
    list[Shock],
    Query(alias="if", max_length=MOST_SHOCKS, description="Words such as embargo CN>JP, quota CN>* 50%, "
          "delay CN>EU 60d, lose CL 30%, close place:SUEZ; again for more."),
]  # fmt: skip


def within(bounds: Bounds, said: str) -> Any:
    """How a figure of an address is bounded, and what it is."""
    return Query(ge=bounds.least, le=bounds.most, description=said)


@router.get("/minerals/shock", responses=problems(404, 413))
async def shock(
    request: Request,
    grant: Annotated[Grant, allow("minerals.read")],
    material: Material,
    year: Annotated[int, within(shock_asked.BOUNDS["year"], "Whose trade it is.")],
    shocks: Shocks,
    importer: Annotated[str, Query(max_length=20, description="Whose suppliers are told; EU too.")] = "",
    stage: Annotated[Stage | None, Query(description="Else the furthest that has trade.")] = None,
    reserves: Annotated[
        float | None, within(shock_asked.BOUNDS["reserves"], "Days of consumption in stock everywhere.")
    ] = None,
    absorbed: Annotated[
        float | None, Query(ge=0, le=1, description="Of a shock, borne by consumption before trade changes.")
    ] = None,
    draws: Annotated[int | None, within(shock_asked.BOUNDS["draws"], "For the intervals.")] = None,
    seed: Annotated[int | None, within(shock_asked.BOUNDS["seed"], "Of the draws.")] = None,
) -> Response:
    """Who loses how much, when stocks run out, who steps in, and what prices do.

    By a cascade over the trade network, month by month for two years, and beside it by prices.
    """
    numbers = {"year": year, "reserves": reserves, "absorbed": absorbed, "draws": draws, "seed": seed}
    fields = {"material": material, "importer": importer, "stage": stage, **numbers}
    question = shock_asked.asked([*_said(fields), *(("if", each) for each in shocks)])
    bench = house_of(request).minerals
    return tagged(request, await run_in_threadpool(telling, lambda: _whole(bench, question)))


def _whole(bench: Bench, question: shock_asked.Asked) -> ShockTold:
    return replace(bench.shock(question), prices=bench.prices(question))


BOUNDS = diversify_asked.BOUNDS


@router.get("/minerals/diversify", responses=problems(404, 413))
async def diversify(
    request: Request,
    grant: Annotated[Grant, allow("minerals.read")],
    material: Material,
    importer: Annotated[str, Query(max_length=20, description="A country, or EU as one.")],
    by: Annotated[int | None, within(BOUNDS["by"], "From which year on the rules hold.")] = None,
    share: Annotated[str, Query(max_length=12, description="The most from any one country, as 65%.")] = "",
    risk: Annotated[float | None, within(BOUNDS["risk"], "Governance times share squared, at most.")] = None,
    linear: Annotated[bool, Query(description="Risk as governance times share, not squared.")] = False,
    budget: Annotated[float | None, within(BOUNDS["budget"], "US dollars, for all capital.")] = None,
    standard: Annotated[int | None, within(BOUNDS["standard"], "Of environment, at least.")] = None,
    cover: Annotated[float | None, within(BOUNDS["cover"], "Days of consumption in stock.")] = None,
    years: Annotated[str, Query(max_length=12, description="Of the plan, as 2026..2035.")] = "",
    demand: Annotated[float | None, within(BOUNDS["demand"], "Tonnes a year at each stage.")] = None,
    growth: Annotated[float | None, Query(ge=0, le=MOST_GROWTH, description="Of the demand a year.")] = None,
    discount: Annotated[float | None, Query(ge=0, le=1, description="A year.")] = None,
    carbon: Annotated[float | None, within(BOUNDS["carbon"], "US dollars that a tonne of CO2e counts.")]
    = None,
    stage: Annotated[list[Stage], Query(max_length=3, description="Only this; again for more.")] = [],  # noqa: B006
) -> Response:  # fmt: skip
    """What brings an importer under a share of any one country at least cost, by year, and the frontier."""
    fields = {
        "material": material, "importer": importer, "by": by, "share": share, "risk": risk,
        "linear": 1 if linear else None, "budget": budget, "standard": standard, "cover": cover,
        "years": years, "demand": demand, "growth": growth, "discount": discount, "carbon": carbon,
    }  # fmt: skip
    question = diversify_asked.asked([*_said(fields), *(("stage", each) for each in stage)])
    bench = house_of(request).minerals
    return tagged(request, await run_in_threadpool(telling, lambda: bench.diversify(question)))


def _said(fields: dict[str, Any]) -> Iterable[tuple[str, str]]:
    return ((name, str(value)) for name, value in fields.items() if value is not None)


def telling(answered: Callable[[], T]) -> T:
    """What is answered; a problem that names the parameter, if it cannot be understood. For threads."""
    try:
        return answered()
    except Unclear as fault:
        raise Problem(422, "Bad value", f"{fault.field}: {fault}", parameter=fault.field) from fault
