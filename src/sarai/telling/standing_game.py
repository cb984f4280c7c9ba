"""How the game of inspectors and traders is told: tables of a plan, pictures, and a plan for targeting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from sarai.corridors.capacity.lp import TimedOut
from sarai.goods import BadSetting
from sarai.standing.game import (
    GRID,
    Answer,
    Answered,
    Game,
    Nash,
    Payoffs,
    Plan,
    Schedule,
    answered,
    commit,
    draw,
    greedy,
    nash,
    payoffs,
    schedules,
    uniform,
)
from sarai.telling.charts import Heat, Point, Scatter, Words

__all__ = ["FINES", "PLANS", "SOURCE", "Compared", "Planned", "Stand", "announced", "at_once", "changed",
           "planned", "planned_picture", "varied", "varied_one", "varied_picture"]  # fmt: skip

T = TypeVar("T", bound=Struct)
BEST, SOURCE = "announced (Stackelberg)", "the table of the game; computed by Sarai"
AT_ONCE, NOBODY = "not announced (Nash)", "nobody inspects"
PLANS = (BEST, AT_ONCE, "greedy", "uniform", NOBODY)
FINES = "fines"  # times the fine of every typology, as a figure to set


class Stand(Struct, frozen=True, kw_only=True):
    """How often a check stands: `inspectors` on average, and the share of `consignments` opened for it."""

    checkpoint: str
    name: str
    place: str
    shift: str
    typology: str
    inspectors: float
    share: float
    consignments: float


class Compared(Struct, frozen=True, kw_only=True):
    """A plan beside the best: what the state has of it in a day, and violations; none where not found."""

    plan: str
    value: float | None
    violations: float | None
    gap: float


class Planned(Struct, frozen=True, kw_only=True):
    """An inspection plan, and all that is said of it."""

    game: str
    inspectors: int
    value: float
    violations: float
    gap: float
    inspector_worth: float
    stands: tuple[Stand, ...]
    answers: tuple[Answer, ...]
    compared: tuple[Compared, ...]
    room_worth: dict[str, float]
    lottery: tuple[Schedule, ...]
    drawn: tuple[Schedule, ...]
    words: tuple[str, ...]


# -- changes -------------------------------------------------------------------------------------


def changed(value: T, said: Mapping[str, float | str]) -> T:
    """A game with figures changed by name, as ``inspectors``, ``access`` or ``temptation``.

    ``fines`` is not a figure but times all fines of the table.

    Raises
    ------
    BadSetting
        No such figure, or it cannot be so.
    """
    flat = msgspec.to_builtins(value)
    levers = flat.get("levers")
    for name, new in said.items():
        if name == FINES and "typologies" in flat:
            flat["typologies"] = [each | {"fine": each["fine"] * new} for each in flat["typologies"]]
            continue
        numbers = {each for each in flat if isinstance(flat[each], int | float)}
        known = [*sorted(numbers), *(levers or ()), *([FINES] if "typologies" in flat else [])]
        if name not in known:
            raise BadSetting(f"the game has no figure {name!r} to set; take {', '.join(known)}")
        (levers if levers and name in levers else flat)[name] = new
    try:
        return msgspec.convert(flat, type(value), strict=False)
    except msgspec.ValidationError as fault:
        raise BadSetting(f"the game cannot be set so: {fault}") from fault


# -- the plan ------------------------------------------------------------------------------------


def planned(game: Game, time_limit_s: float, days: int = 0, seed: int = 1) -> Planned:
    """The best plan, what traders answer, what other plans would bring, and schedules drawn for days."""
    return at_once(announced(game, time_limit_s, days, seed), game, time_limit_s)


def announced(game: Game, time_limit_s: float, days: int = 0, seed: int = 1) -> Planned:
    """The same without what comes of a plan that is not announced, which takes the longest to find."""
    import numpy as np

    made = payoffs(game)
    best = commit(made, time_limit_s)
    lottery = schedules(best.coverage)
    nobody = answered(made, np.zeros(len(made.posts)))
    others = {
        "greedy": answered(made, greedy(made)),
        "uniform": answered(made, uniform(made)),
        NOBODY: nobody,
    }
    return Planned(
        game=game.name,
        inspectors=made.staff,
        value=best.value,
        violations=best.answered.violations,
        gap=best.gap,
        inspector_worth=best.inspector_worth,
        stands=tuple(_stands(game, best.coverage)),
        answers=best.answered.answers,
        compared=(_beside(BEST, best.answered, best.gap),
                  *(_beside(name, each) for name, each in others.items())),
        room_worth=_rooms(made, best),
        lottery=lottery,
        drawn=tuple(draw(lottery, np.random.default_rng(seed), days)),
        words=tuple(_words(game, made.staff)),
    )  # fmt: skip


def at_once(found: Planned, game: Game, time_limit_s: float) -> Planned:
    """A plan with what comes if it is not announced beside it, second among those compared."""
    try:
        other = nash(payoffs(game), time_limit_s)
    except TimedOut:
        other = None
    best, *rules = found.compared
    return replace(found, compared=(best, _beside(AT_ONCE, other, other.gap if other else 0.0), *rules))


def _beside(plan: str, found: Answered | Nash | None, gap: float = 0.0) -> Compared:
    return Compared(plan=plan, value=found and found.value, violations=found and found.violations, gap=gap)


def _rooms(made: Payoffs, best: Plan) -> dict[str, float]:
    """What room for one more is worth, by checkpoint and shift."""
    strata = zip(made.stratum.tolist(), made.posts, strict=True)
    return {f"{post.checkpoint} {post.shift}": best.room_worth[at] for at, post in strata}


def _stands(game: Game, coverage: Sequence[int]) -> list[Stand]:
    points = {each.code: each for each in game.checkpoints}
    traffic = {each.code: each.traffic for each in game.shifts}
    return [
        Stand(checkpoint=post.checkpoint, name=points[post.checkpoint].name or post.checkpoint,
              place=points[post.checkpoint].place or post.checkpoint, shift=post.shift,
              typology=post.typology, inspectors=parts / GRID, share=parts / GRID * post.opened,
              consignments=points[post.checkpoint].consignments * traffic[post.shift])
        for post, parts in zip(payoffs(game).posts, coverage, strict=True)
    ]  # fmt: skip


def _words(game: Game, staff: int) -> list[str]:
    levers = game.levers
    words = [f"{game.name}: {game.note}"] if game.note else []
    if staff > game.inspectors:
        words.append(f"Aid of {levers.aid:g} a day pays {staff - game.inspectors} more inspectors.")
    return words


def varied(game: Game, name: str, values: Sequence[float], time_limit_s: float) -> list[dict[str, Any]]:
    """The best plan for each value of a figure: what it brings, and what one more inspector would."""
    return [varied_one(game, name, value, time_limit_s) for value in values]


def varied_one(game: Game, name: str, value: float, time_limit_s: float) -> dict[str, Any]:
    """The best plan for one value of a figure."""
    best = commit(payoffs(changed(game, {name: value})), time_limit_s)
    return {
        "name": name, "set": value, "inspectors": best.answered.inspectors, "value": best.value,
        "violations": best.answered.violations, "gap": best.gap, "inspector_worth": best.inspector_worth,
    }  # fmt: skip


def planned_picture(plan: Planned) -> Heat:
    """Where inspectors stand for what."""
    rows = tuple(dict.fromkeys((each.name, each.shift) for each in plan.stands))
    columns = tuple(dict.fromkeys(each.typology for each in plan.stands))
    cells = {((each.name, each.shift), each.typology): each.share for each in plan.stands}
    return Heat(
        words=Words(title="Inspection plan", unit="share of consignments opened", source=SOURCE,
                    note="; ".join(plan.words)),
        rows=tuple(" ".join(each) for each in rows), columns=columns,
        cells=tuple(tuple(cells[row, column] for column in columns) for row in rows),
    )  # fmt: skip


def varied_picture(rows: Sequence[Mapping[str, Any]], note: str = "") -> Scatter:
    """What the state has of the best plan, by the figure that was varied."""
    return Scatter(
        words=Words(title=f"The best plan by {rows[0]['name']}", unit="", source=SOURCE, note=note),
        x=str(rows[0]["name"]), y="the state's value in a day",
        points=tuple(Point(name=f"{row['set']:g}", x=row["set"], y=row["value"], marked=True)
                     for row in rows),
    )  # fmt: skip
