"""Raw materials: who depends on whom, with the flows behind it and the footprint of a chain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from sarai.minerals import cited_sources, hs_codes, materials, substitutes, uses
from sarai.server.access import Grant, allow
from sarai.server.asking import Unclear
from sarai.server.minerals import Bench
from sarai.server.minerals.asked import MOST_TEXT, Asked
from sarai.server.problems import Problem
from sarai.server.routes.answers import house_of, problems, tagged

router = APIRouter(tags=["minerals"])
T = TypeVar("T")
MOST_PLACES = 8  # of a chain
Stage = Literal["", "mining", "processing", "refining"]
Named = Query(
    alias="material", max_length=MOST_TEXT, description="By code or name, such as natural-graphite."
)
Several = Annotated[
    list[Annotated[str, Query(max_length=MOST_TEXT)]],
    Query(alias="material", max_length=34, description="By code or name; again for more; else all 34."),
]
Importer = Annotated[str, Query(max_length=MOST_TEXT, description="EU, or a country (ISO 3166-1).")]
Year = Annotated[
    int | None, Query(ge=1995, le=2100, description="Of trade or production; else the last one.")
]
AtStage = Annotated[Stage, Query(description="Else that at which most is bought.")]


@router.get("/minerals/materials", responses=problems())
async def packaged(request: Request, grant: Annotated[Grant, allow("minerals.read")]) -> Response:
    """The 34 materials with stages, HS codes and their problems, uses and substitutes, and sources."""
    return tagged(request, {
        "materials": list(materials().values()), "codes": hs_codes(), "uses": uses(),
        "substitutes": substitutes(), "sources": list(cited_sources().values()),
    })  # fmt: skip


@router.get("/minerals/risk", responses=problems(404, 413))
async def risk(
    request: Request,
    grant: Annotated[Grant, allow("minerals.read")],
    several: Several = [],  # noqa: B006
    importer: Importer = "EU",
    year: Year = None,
) -> Response:
    """Supply risk by the EU's method beside what was published; each material a figure or a reason."""
    bench = house_of(request).minerals
    return tagged(request, await _told(lambda: bench.risk(tuple(several), importer, year)))


@router.get("/minerals/exposure", responses=problems(404, 413))
async def exposure(
    request: Request,
    grant: Annotated[Grant, allow("minerals.read")],
    several: Several = [],  # noqa: B006
    importer: Importer = "EU",
    year: Year = None,
    stage: AtStage = "",
) -> Response:
    """Who sells to an importer, who really supplies it, and how risky that is."""
    bench = house_of(request).minerals
    asked = _asked("", importer, year, stage)
    return tagged(request, await _told(lambda: bench.exposure(tuple(several), asked)))


@router.get("/minerals/flows", responses=problems(404, 413))
async def flows(
    request: Request,
    grant: Annotated[Grant, allow("minerals.read")],
    material: Annotated[str, Named],
    importer: Importer = "EU",
    year: Year = None,
    stage: AtStage = "",
) -> Response:
    """A year's largest flows of a material and the importer's own, with who produces it: the map's data."""
    bench = house_of(request).minerals
    asked = _asked(material, importer, year, stage)
    return tagged(request, await _told(lambda: _flows(bench, asked)))


@router.get("/minerals/footprint", responses=problems(404, 413))
async def footprint(
    request: Request,
    grant: Annotated[Grant, allow("minerals.read")],
    material: Annotated[str, Named],
    start: Annotated[str, Query(alias="from", max_length=MOST_TEXT, description="CC, CC/PLACE or a place.")],
    end: Annotated[str, Query(alias="to", max_length=MOST_TEXT, description="Where it is delivered.")],
    via: Annotated[
        list[Annotated[str, Query(max_length=MOST_TEXT)]],
        Query(max_length=MOST_PLACES, description="Where the next step is done; again for more."),
    ] = [],  # noqa: B006
    route: Annotated[str, Query(max_length=MOST_TEXT, description="The way of making it.")] = "",
    year: Annotated[int | None, Query(ge=1990, le=2100, description="Of the electricity.")] = None,
    way: Annotated[Literal["usual", "least-co2e"], Query(description="How it is carried.")] = "usual",
) -> Response:  # fmt: skip
    """CO2e of a chain for a tonne delivered, part by part with its interval, and what would lower it."""
    bench = house_of(request).minerals
    found = await _told(
        lambda: bench.footprint(material, start, tuple(via), end, route=route, year=year, way=way)
    )
    return tagged(request, found)


def _asked(material: str, importer: str, year: int | None, stage: str) -> Asked:
    return Asked(material=material.strip(), importer=importer.strip(), year=str(year or ""), stage=stage)


def _flows(bench: Bench, asked: Asked) -> dict[str, Any]:
    """The year asked about, of all that the page plays."""
    if not asked.material:
        raise Unclear("material", "nothing is chosen; name one of the 34")
    sheet = bench.sheet(asked)
    if sheet.flows is None or sheet.exposed is None:
        lacking = sheet.exposure.lacking if sheet.exposure else ()
        raise Problem(404, "Not found", "; ".join([*sheet.lacking.values(), *(e.reason for e in lacking)]),
                      name="no-data")  # fmt: skip
    found = sheet.flows
    return {
        "material": found.material, "importer": found.importer, "stage": found.stage, "unit": found.unit,
        "codes": sheet.exposed.codes, "notes": sheet.exposed.notes, **_plain(found.of(sheet.year)),
    }  # fmt: skip


def _plain(year: Any) -> dict[str, Any]:
    return {name: getattr(year, name) for name in year.__struct_fields__}


async def _told(answered: Callable[[], T]) -> T:
    """What is answered; a problem that names the parameter, if it cannot be understood."""
    try:
        return await run_in_threadpool(answered)
    except Unclear as fault:
        raise Problem(422, "Bad value", f"{fault.field}: {fault}", parameter=fault.field) from fault
