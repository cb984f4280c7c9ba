"""Cases: the queue, one of them with all that counts, and what an officer does with it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from msgspec import Meta

from sarai.server.access import Grant, allow, granted, seen_case
from sarai.server.access.bodies import Body, body_of, takes
from sarai.server.access.once import IdempotencyKey, once
from sarai.server.problems import Problem, answer
from sarai.server.routes.answers import After, Limit, house_of, page, problems, tagged, told
from sarai.server.routes.languages import asked, spoken
from sarai.server.routes.sight import eyes_of
from sarai.server.steps import Meanwhile, Step, act_of, take
from sarai.telling.cases import described, summary
from sarai.watch.cases import Desk

router = APIRouter(tags=["cases"])


class NextStep(Body, kw_only=True):
    """What an officer does with a case.

    Attributes
    ----------
    to
        Assignee, state (in hand, waiting) or verdict (confirmed, dismissed).
    text
        The note, or the reason.
    lots
        Only these lots, as issuer/number#item.
    seen
        How many steps of the case are known; if there are others by now, nothing is done (409).
    """

    step: Literal["assign", "note", "state", "decide", "hold", "release"]
    to: Annotated[str, Meta(max_length=200)] = ""
    text: Annotated[str, Meta(max_length=4_000)] = ""
    lots: Annotated[tuple[Annotated[str, Meta(max_length=500)], ...], Meta(max_length=1_000)] = ()
    seen: Annotated[int, Meta(ge=0, le=2**53)] | None = None


@router.get("/cases", responses=problems())
async def list_cases(
    request: Request,
    grant: Annotated[Grant, allow("cases.read")],
    closed: bool = False,
    assignee: Annotated[str | None, Query(max_length=200)] = None,
    after: After = 0,
    limit: Limit = 100,
) -> Response:
    """The queue: goods on the road not looked at, then what is overdue, then by score."""

    eyes, words = eyes_of(request, grant), asked(request)

    def question(desk: Desk) -> list[dict[str, Any]]:
        queue = desk.ranked(closed=closed)
        wanted = [each for each in queue if assignee in (None, each.case.assignee)]
        full = eyes.scope == "all"
        return [summary(each, words.say) if full else seen_case(eyes, each.case) or {} for each in wanted]

    return spoken(page(request, await house_of(request).read_cases(question), after, limit), words)


@router.get("/cases/{name}", responses=problems(404))
async def get_case(request: Request, grant: Annotated[Grant, allow("cases.read")], name: str) -> Response:
    """A case: why, what is at stake, what was done, what is due."""
    if grant.scope != "all":
        raise Problem(
            404, "Not found", "cases are told without their names to you; list them", name="not-in-book"
        )
    words = asked(request)
    found = await house_of(request).read_cases(lambda desk: described(desk.one(name), words.say))
    return spoken(tagged(request, found), words)


@router.post("/cases/{name}/steps", openapi_extra=takes(NextStep), responses=problems(404, 409, 413))
async def take_step(
    request: Request,
    grant: Annotated[Grant, allow("cases.act")],
    name: str,
    wanted: Annotated[Any, body_of(NextStep)],
    key: IdempotencyKey = None,
) -> Response:
    """Assign, note, state, decide, hold or release; each step is a document in the book."""
    granted(grant.visitor, act_of(wanted.step).right)
    step = Step(to=wanted.to, text=wanted.text, lots=wanted.lots, seen=wanted.seen)

    async def do(known: str) -> Response:
        try:
            taken = await take(house_of(request), grant.visitor, name, wanted.step, step, known)
        except Meanwhile as fault:
            raise Problem(409, "Meanwhile", str(fault)) from None
        refused = taken.refused
        if refused is None:
            entries = [result.entry for result in taken.results]
            return told({"entries": entries, "case": summary(taken.ranked)})
        code = int(refused.code)
        problem = Problem(
            409, "Refused", refused.message, code=code, pointer=refused.pointer, name="refused"
        )  # fmt: skip
        return answer(request, problem)

    return await once(request, key, wanted, do)
