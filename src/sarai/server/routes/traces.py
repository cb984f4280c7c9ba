"""Where goods came from, and where they went."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from sarai.ledger import Book
from sarai.server.access import Grant, allow, seen_destinations, seen_origins, seen_steps
from sarai.server.routes.answers import ask, problems, tagged
from sarai.server.routes.sight import eyes_of, not_yours, sought
from sarai.telling.traces import flat, told

router = APIRouter(tags=["traces"])


@router.get("/trace", responses=problems(404))
async def trace(
    request: Request,
    grant: Annotated[Grant, allow("traces.read")],
    issuer: Annotated[str, Query(max_length=200)],
    number: Annotated[str, Query(max_length=200)],
    item: Annotated[int | None, Query(ge=1, le=65_535)] = None,
    direction: Literal["up", "down"] = "up",
    method: Literal["booked", "named", "fifo", "proportional"] = "booked",
    bounds: bool = False,
) -> Response:
    """The way of a document's goods: back to the imports that they came from, or on to who has them."""

    eyes, how = eyes_of(request, grant), {"direction": direction, "method": method, "bounds": bounds}

    def question(book: Book) -> dict[str, Any]:
        found = sought(eyes, lambda: book.trace(issuer, number, item, **how))
        steps = seen_steps(eyes, found.tree)
        if not steps:
            raise not_yours()
        if direction == "up":
            ends = seen_origins(eyes, found.origins, found.tree)
        else:
            ends = seen_destinations(eyes, found.destinations, found.tree)
        return {
            "subject": found.subject,
            "direction": direction,
            "method": method if direction == "up" else "booked",
            "ends": [told(end) for end in ends],
            "steps": flat(steps),
        }

    return tagged(request, await ask(request, question))
