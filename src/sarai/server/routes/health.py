"""Is it there, is it ready, how does it fare: for load balancers, for Prometheus, for people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.datastructures import State
from starlette.responses import PlainTextResponse

from sarai.server.access import Grant, allow
from sarai.server.house import House
from sarai.server.kept import KeptFile
from sarai.server.routes.answers import house_of, problems, told
from sarai.server.streams import Streams

router = APIRouter(tags=["health"])


@router.get(
    "/health/live",
    responses={200: {"description": "The process answers."}, **problems()},
    dependencies=[allow("health.read")],
)
async def live() -> Response:
    """The process answers."""
    return told({"status": "live"})


@router.get("/health/ready", responses=problems(503), dependencies=[allow("health.read")])
async def ready(request: Request) -> Response:
    """It takes documents and answers questions; 503 if not. What is wrong, `/health` tells who may know."""
    works = is_ready(house_of(request))
    return told({"status": "ready" if works else "not ready"}, 200 if works else 503)


def is_ready(house: House) -> bool:
    """Whether it does its work."""
    return not faults_of(house) and not house.stopping


def faults_of(house: House) -> list[str]:
    """What keeps the house from its work."""
    return [fault for fault in (house.writer.fault, house.judge.fault) if fault]


@router.get("/health", responses=problems())
async def health(request: Request, grant: Annotated[Grant, allow("health.read")]) -> Response:
    """How everything fares."""
    house = house_of(request)
    if grant.scope != "all":
        return told({"ready": is_ready(house)})
    return told(await fares(house, request.app.state))


async def fares(house: House, state: State) -> dict[str, Any]:
    """The state of each part, for the Health page too; ``state`` is the application's."""
    streams: Streams = state.streams
    files: tuple[KeptFile, ...] = (*state.access.store.files, state.epcis.file)
    ((head, recorded),) = await house.read(
        lambda book: book.store.query("SELECT coalesce(max(id), 0), coalesce(max(recorded), 0) FROM entry")
    )
    last = await house.read_alerts(lambda store: store.last())
    judge = house.judge
    return {
        "ready": is_ready(house),
        "book": {"entries": head, "last_recorded_us": recorded, "fault": house.writer.fault,
                 "waiting_lines": house.writer.waiting_lines},
        "watch": {"judged": judge.position, "behind": max(0, head - judge.position), "alerts": last,
                  "fault": judge.fault, "off": judge.off},
        "clock": {"now": house.now(), "notice": house.clock_notice},
        "live": {"listeners": len(house.bus)},
        "whereabouts": {"read": streams.follower.position,
                        "behind": max(0, head - streams.follower.position)},
        "streams": {feeder.name: feeder.state for feeder in streams.feeders},
        "ended": streams.faults,
        "files": {Path(file.path).name: file.trouble for file in files},
    }  # fmt: skip


@router.get(
    "/metrics",
    responses={200: {"description": "As Prometheus reads it.", "content": {"text/plain": {}}}, **problems()},
    response_class=PlainTextResponse,
)
async def metrics(request: Request, grant: Annotated[Grant, allow("metrics.read")]) -> Response:
    """Figures for Prometheus."""
    return Response(request.app.state.metrics.text(), media_type=CONTENT_TYPE_LATEST)
