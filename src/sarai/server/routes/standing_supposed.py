"""What is supposed of the standing: what-ifs, and the game of inspections."""

from __future__ import annotations

import secrets
from typing import Annotated, Any, Literal

import numpy as np
from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from sarai.server.access import Grant, allow
from sarai.server.problems import Problem
from sarai.server.routes.answers import house_of, problems, tagged
from sarai.server.routes.standing import telling
from sarai.server.standing.game import Round
from sarai.server.standing.game_asked import MOST_SET, MOST_TEXT, Playing, playing
from sarai.server.standing.whatif_asked import MOST_CHANGES, supposing
from sarai.server.standing.whatif_asked import MOST_TEXT as MOST_WORDS
from sarai.standing import GRAMMAR
from sarai.standing.game import draw

router = APIRouter(tags=["standing"])
MOST_DAYS = 31  # whose schedules are drawn
USUAL_SEED = 1  # where nothing is drawn
Change = Annotated[str, Query(max_length=MOST_WORDS)]
Figure = Annotated[str, Query(max_length=MOST_TEXT)]
Money = Annotated[float | None, Query(ge=0, le=1e9, description="Of a 2x2 game of one's own; of statics.")]


@router.get("/standing/whatif", responses=problems(413))
async def whatif(
    request: Request,
    grant: Annotated[Grant, allow("standing.read")],
    changes: Annotated[
        list[Change], Query(alias="if", max_length=MOST_CHANGES, description=f"Changes: {GRAMMAR}.")
    ],
    year: Annotated[int | None, Query(ge=1900, le=2100, description="Only figures of it.")] = None,
) -> Response:
    """Shares, spread and exposure to each power before and after changes, as ``sarai standing whatif`` tells.

    What came of each change is in `told`, what could be had elsewhere in `assumed`.
    """
    question = supposing([*(("if", each) for each in changes), ("year", str(year or ""))])
    if not question.changes:
        raise Problem(422, "Bad value", f"if: nothing is supposed; write {GRAMMAR}", parameter="if")
    bench = house_of(request).standing
    found = await run_in_threadpool(telling, lambda: bench.whatif(question))
    return tagged(request, found)


@router.get("/standing/game", responses=problems(413))
async def game(
    request: Request,
    grant: Annotated[Grant, allow("standing.read")],
    what: Literal["plan", "statics", "repeated"] = "plan",
    figures: Annotated[
        list[Figure], Query(alias="set", max_length=MOST_SET, description="Other figures: inspectors=14.")
    ] = [],  # noqa: B006
    vary: Annotated[
        str, Query(max_length=MOST_TEXT, description="Of plan: a figure, and values: inspectors=10,12.")
    ] = "",
    level: Annotated[
        float | None, Query(ge=0, le=1e9, description="Of repeated: re-exports at most.")
    ] = None,
    gain: Money = None,
    fine: Money = None,
    reward: Money = None,
    cost: Money = None,
    loss: Money = None,
    days: Annotated[int, Query(ge=0, le=MOST_DAYS, description="Of plan: schedules drawn.")] = 0,
    seed: Annotated[int | None, Query(ge=0, lt=2**31, description="Of the draw; else a secret one.")] = None,
) -> Response:
    """The game of inspections on the packaged example, all assumed, as ``sarai standing game`` tells it.

    The plan to announce with what traders answer, the 2x2 games, or carrots and sticks over time.
    """
    stakes = {"gain": gain, "fine": fine, "reward": reward, "cost": cost, "loss": loss}
    question = playing([
        ("what", what), *(("set", each) for each in figures), ("vary", vary),
        ("level", "" if level is None else f"{level!r}"),
        *((name, f"{value!r}") for name, value in stakes.items() if value is not None),
    ])  # fmt: skip
    if seed is None:
        seed = secrets.randbelow(2**31) if days else USUAL_SEED
    bench = house_of(request).standing
    told = await run_in_threadpool(telling, lambda: _told(bench.game(question), question, days, seed))
    return tagged(request, told)


def _told(found: Round, question: Playing, days: int, seed: int) -> Any:
    """What the command says with ``--json``."""
    table = found.meant.game
    if question.what == "repeated":
        return found.kept()
    if question.what == "statics":
        return {"game": None if question.stakes else table.name, "games": found.played()}
    if found.meant.vary:
        name, values = found.meant.vary
        rows = [found.varied(name, each) for each in values]
        return {"game": table.name, "note": table.note, "rows": rows}
    plan = found.planned()
    fields = {name: getattr(plan, name) for name in plan.__struct_fields__}
    drawn = draw(plan.lottery, np.random.default_rng(seed), days)
    return {"seed": seed, **fields, "drawn": drawn}
