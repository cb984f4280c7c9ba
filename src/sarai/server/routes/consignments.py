"""Consignments as they go: where each is, where it is to go, how its seals stand."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from sarai.ledger import Book
from sarai.server.access import Eyes, Grant, Scope, allow, sees_consigned
from sarai.server.problems import Problem
from sarai.server.routes.answers import Limit, ask, house_of, linked, problems, tagged
from sarai.server.routes.sight import eyes_of, not_yours, sought
from sarai.server.streams import Follower, Standing

router = APIRouter(tags=["consignments"])
Name = Annotated[str, Query(max_length=200)]
SEAL_STATES = Literal["broken", "off_route", "silent", "removed", "declared", "applied"]
Behind = Annotated[int, Query(ge=0, le=2**53, description="Only what comes behind: `next` of a page.")]

IN_LIST = (
    "issuer", "number", "kind", "state", "place", "destination", "destination_country", "carrier", "vehicle",
    "began", "deadline", "diverted", "last", "seal_state", "gone_km", "left_km", "off_km", "progress",
    "expected", "arrival", "late", "behind",
)  # fmt: skip
NAMING = ("vehicle",)
"""What tells of whom it is, and is in no summary."""
LAST = ("time", "event", "latitude_deg", "longitude_deg")
"""Of the last word, in a summary: where it says it is, it may name somebody."""


@router.get("/consignments", responses=problems())
async def list_consignments(
    request: Request,
    grant: Annotated[Grant, allow("consignments.read")],
    kind: Literal["transit", "waybill"] | None = None,
    seal: Annotated[SEAL_STATES | None, Query(description="The worst state of its seals.")] = None,
    destination: Annotated[str | None, Query(max_length=200)] = None,
    late: Annotated[bool | None, Query(description="Whether its deadline has passed.")] = None,
    behind: Annotated[bool | None, Query(description="Whether it is expected after its deadline.")] = None,
    after: Behind = 0,
    limit: Limit = 100,
) -> Response:
    """What is under way, in the order in which the book got it."""
    eyes, now = eyes_of(request, grant), house_of(request).now()
    asked = {"kind": kind, "seal_state": seal, "destination": destination, "late": late, "behind": behind}
    wanted = {name: value for name, value in asked.items() if value is not None}
    follower = await _caught_up(request)

    def question(_: Book) -> tuple[list[dict[str, Any]], int | None]:
        rows: list[dict[str, Any]] = []
        for found in follower.under_way(now, after, lambda each: sees_consigned(eyes, each)):
            if any(getattr(found.standing, name) != value for name, value in wanted.items()):
                continue
            if len(rows) == limit:
                return rows, rows[-1]["sequence"]
            name = found.standing.issuer, found.standing.number
            arrival = {"arrival": follower.arrival(*name, now)}
            rows.append({"sequence": found.sequence, **_row(eyes, found.standing), **arrival})
        return rows, None

    rows, following = await ask(request, question)
    return linked(request, {"rows": rows, "next": following}, after=following)


@router.get("/consignment/standing", responses=problems(404))
async def get_standing(
    request: Request,
    grant: Annotated[Grant, allow("consignments.read")],
    issuer: Name,
    number: Name,
) -> Response:
    """How a consignment stands: position, planned way, progress, when it is expected, its seals.

    `arrival` is learnt from what others took: it comes between `early` and `late` in four of five cases.
    Consignments that ended are remembered for some days.
    """
    now, follower = house_of(request).now(), await _seen(request, grant, issuer, number)
    return tagged(request, await ask(request, lambda _: follower.standing(issuer, number, now)))


@router.get("/consignment/track", responses=problems(404))
async def get_track(
    request: Request,
    grant: Annotated[Grant, allow("consignments.read")],
    issuer: Name,
    number: Name,
) -> Response:
    """Where a consignment's seals told it was, in the order of time: the latest 500 positions."""
    follower = await _seen(request, grant, issuer, number)
    return tagged(request, {"rows": await ask(request, lambda _: follower.track(issuer, number))})


async def _caught_up(request: Request) -> Follower:
    """The follower, once it knows all that was answered for; 503 while it still reads what was before."""
    follower: Follower = request.app.state.streams.follower
    if not follower.is_read:
        raise Problem(
            503, "Still reading", f"the journal is read up to entry {follower.position}; come again soon",
            headers={"Retry-After": "2"},
        )  # fmt: skip
    await follower.catch_up(house_of(request))
    return follower


async def _seen(request: Request, grant: Grant, issuer: str, number: str) -> Follower:
    """The follower, if the visitor may see that consignment."""
    eyes, follower = eyes_of(request, grant), await _caught_up(request)
    if eyes.scope is Scope.SUMMARY:  # it bears labels in place of names
        raise Problem(
            404,
            "Not found",
            "consignments are told without their names to you; list them",
            name="not-in-book",
        )
    consigned = await ask(request, lambda _: sought(eyes, lambda: follower.consigned(issuer, number)))
    if not sees_consigned(eyes, consigned):
        raise not_yours()
    return follower


def _row(eyes: Eyes, standing: Standing) -> dict[str, Any]:
    """A consignment in a list, as somebody may see it."""
    row = {name: getattr(standing, name) for name in IN_LIST}
    if eyes.scope is not Scope.SUMMARY:
        return row
    last = standing.last and {name: getattr(standing.last, name) for name in LAST}
    return {name: value for name, value in row.items() if name not in NAMING} | {
        "issuer": eyes.party(standing.issuer), "number": eyes.number(standing.issuer, standing.number),
        "carrier": eyes.party(standing.carrier), "last": last,
    }  # fmt: skip
