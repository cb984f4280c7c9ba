"""Cases: the queue, one of them with all that counts, and what an officer does with it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from sarai.ledger import Result
from sarai.server.access import Grant, allow, granted, seen_case
from sarai.server.problems import Problem
from sarai.server.routes.answers import After, Limit, house_of, page, problems, tagged, told
from sarai.server.routes.sight import eyes_of
from sarai.telling.cases import described, summary
from sarai.watch.cases import Desk, Officer, authority

router = APIRouter(tags=["cases"])
NEEDS = {"hold": "lots.hold", "release": "lots.release", "decide": "cases.decide"}
Text = Annotated[str, Field(max_length=4_000)]


class Step(BaseModel):
    """What an officer does with a case."""

    model_config = ConfigDict(extra="forbid")

    step: Literal["assign", "note", "state", "decide", "hold", "release"]
    to: Annotated[
        str,
        Field(
            max_length=200,
            description="Assignee, state (in hand, waiting) or verdict (confirmed, dismissed).",
        ),
    ] = ""
    text: Annotated[Text, Field(description="The note, or the reason.")] = ""
    lots: Annotated[
        list[Annotated[str, Field(max_length=500)]],
        Field(max_length=1_000, description="Only these lots, as issuer/number#item."),
    ] = []


@router.get("/cases", responses=problems())
async def list_cases(
    request: Request,
    grant: Annotated[Grant, allow("cases.read")],
    closed: bool = False,
    assignee: Annotated[str | None, Query(max_length=200)] = None,
    after: After = 0,
    limit: Limit = 100,
) -> Response:
    """The queue: what is overdue first, then by score."""

    eyes = eyes_of(request, grant)

    def question(desk: Desk) -> list[dict[str, Any]]:
        queue = desk.ranked(closed=closed)
        wanted = [each for each in queue if assignee in (None, each.case.assignee)]
        return [summary(each) if eyes.scope == "all" else seen_case(eyes, each.case) or {} for each in wanted]

    return page(request, await house_of(request).read_cases(question), after, limit)


@router.get("/cases/{name}", responses=problems(404))
async def get_case(request: Request, grant: Annotated[Grant, allow("cases.read")], name: str) -> Response:
    """A case: why, what is at stake, what was done, what is due."""
    if grant.scope != "all":
        raise Problem(
            404, "Not found", "cases are told without their names to you; list them", name="not-in-book"
        )
    return tagged(request, await house_of(request).read_cases(lambda desk: described(desk.one(name))))


@router.post("/cases/{name}/steps", responses=problems(404, 409))
async def take_step(
    request: Request, grant: Annotated[Grant, allow("cases.act")], name: str, step: Step
) -> Response:
    """Assign, note, state, decide, hold or release; each step is a document in the book."""
    if step.step in NEEDS:
        granted(grant.visitor, NEEDS[step.step])

    def act(desk: Desk) -> tuple[list[Result], dict[str, Any]]:
        visitor, found = grant.visitor, desk.one(name)
        officer = Officer(visitor.officer or visitor.account, authority(desk.book, visitor.authority))
        results = _do(desk, found, officer, step)
        return results, summary(desk.one(found.case.id))

    results, after = await house_of(request).act(act)
    refused = next((result for result in results if not result.ok), None)
    if refused:
        raise Problem(
            409, "Refused", refused.message, code=int(refused.code), pointer=refused.pointer, name="refused"
        )
    return told({"entries": [result.entry for result in results], "case": after})


def _do(desk: Desk, found: Any, officer: Officer, step: Step) -> list[Result]:
    case = found.case
    match step.step:
        case "assign":
            return desk.assign(case, officer, step.to or officer.id, step.text)
        case "note":
            return desk.note(case, officer, step.text)
        case "state":
            return desk.state(case, officer, step.to, step.text)
        case "decide":
            return desk.decide(case, officer, step.to, step.text)
        case "hold":
            return desk.hold(found, officer, step.lots, step.text)
        case _:
            return desk.release(found, officer, step.lots, step.text)
