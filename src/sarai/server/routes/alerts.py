"""What the watch says: alerts, and a stream of them that goes on where it broke off."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Header, Query, Request, Response
from starlette.responses import StreamingResponse

from sarai.ledger.rows import from_us
from sarai.server.access import Eyes, Grant, allow, seen_alert
from sarai.server.bus import Behind, Listener
from sarai.server.house import House
from sarai.server.problems import Problem
from sarai.server.routes.answers import After, Limit, house_of, linked, problems, tagged
from sarai.server.routes.languages import asked, spoken, telling
from sarai.server.routes.sight import eyes_of
from sarai.server.words import Words
from sarai.telling.plain import plain
from sarai.watch import Alert, AlertStore

router = APIRouter(tags=["alerts"])
AT_ONCE = 200
HEARTBEAT_S = 15.0  # a line that says nothing, so that nobody on the way thinks the connection dead


def shown(eyes: Eyes, alert: Alert, words: Words) -> dict[str, Any]:
    """An alert as somebody may see it, with its time in words."""
    fields = seen_alert(eyes, alert)
    if not fields:
        return {}
    also = telling(alert, words) if eyes.scope == "all" else {}
    return plain({**fields, "raised": from_us(alert.raised), **also})


@router.get("/alerts", responses=problems())
async def list_alerts(
    request: Request,
    grant: Annotated[Grant, allow("alerts.read")],
    typology: Annotated[str, Query(max_length=80)] = "",
    after: After = 0,
    limit: Limit = 100,
) -> Response:
    """Alerts in the order in which they were kept; `after` is the number of the last one that is known."""
    found = await house_of(request).read_alerts(lambda store: store.after(after, limit))
    following, eyes = found[-1][0] if len(found) == limit else None, eyes_of(request, grant)
    words = asked(request)
    rows = [
        {"sequence": number, **shown(eyes, alert, words)}
        for number, alert in found
        if typology in ("", alert.typology)
    ]
    return spoken(linked(request, {"rows": rows, "next": following}, after=following), words)


@router.get(
    "/alerts/stream",
    response_class=StreamingResponse,
    responses={
        200: {"description": "Server-sent events.", "content": {"text/event-stream": {}}},
        **problems(),
    },
)
async def stream(
    request: Request,
    grant: Annotated[Grant, allow("stream.read")],
    last_event_id: Annotated[str | None, Header(max_length=40)] = None,
    after: Annotated[int | None, Query(ge=0, le=2**53)] = None,
) -> Response:
    """Alerts as they are raised.

    Each event's id is its number: a client that comes again with `Last-Event-ID` (or `after`) is told
    all that it has missed, and nothing twice. Without, it begins with what is raised from now on.
    """
    house = house_of(request)
    known = int(last_event_id) if (last_event_id or "").isdecimal() else after
    if known is None:
        known = await house.read_alerts(lambda store: store.last())
    words = asked(request)
    response = StreamingResponse(
        _events(house, eyes_of(request, grant), words, known), media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )  # fmt: skip
    return spoken(response, words)


async def _events(house: House, eyes: Eyes, words: Words, known: int) -> AsyncIterator[bytes]:
    yield b"retry: 2000\n\n"
    with house.bus.subscribe("alerts", "stopping") as listener:
        while not house.stopping:
            found = await house.read_alerts(partial(AlertStore.after, number=known, most=AT_ONCE))
            for number, alert in found:
                known = number
                yield _event(number, shown(eyes, alert, words))
            if not found and not await _more(listener):
                yield b": still here\n\n"


async def _more(listener: Listener) -> bool:
    """Wait until there is something; what is waiting beside it is told with it."""
    try:
        return await listener.next(HEARTBEAT_S) is not None
    except Behind:
        return True  # all is read from the file anyway


def _event(number: int, told: dict[str, Any]) -> bytes:
    return b"id: %d\nevent: alert\ndata: %b\n\n" % (number, msgspec.json.encode(told))


@router.get("/alerts/{name}", responses=problems(404))
async def get_alert(
    request: Request,
    grant: Annotated[Grant, allow("alerts.read")],
    name: str,
) -> Response:
    """One alert, with every reason and the entries that show it."""
    eyes = eyes_of(request, grant)
    if eyes.scope != "all":  # a summary bears labels in place of names
        raise Problem(
            404, "Not found", "alerts are told without their names to you; list them", name="not-in-book"
        )
    alert, words = await house_of(request).read_alerts(lambda store: store.alert(name)), asked(request)
    return spoken(tagged(request, shown(eyes, alert, words)), words)
