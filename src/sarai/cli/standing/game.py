"""sarai standing game: inspectors, traders, and the partners who reward and threaten."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sarai.cli import options
from sarai.cli.flows.asking import PICTURE
from sarai.cli.flows.telling import draw
from sarai.cli.output import answer, busy, grid, note
from sarai.cli.standing import standing

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.standing.game import Game
    from sarai.telling.standing_game import Planned
    from sarai.telling.standing_played import Played, Repetition

OPENS = 1e-6  # shares below are not shown


@standing.command()
@click.argument("what", type=click.Choice(["plan", "statics", "repeated"]), default="plan")
@click.option(
    "--table",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The game (TOML), or its checkpoints (CSV); else the packaged example, all assumed.",
)
@click.option("--set", "changes", metavar="NAME=VALUE", multiple=True, help="Another figure; repeatable.")
@click.option("--vary", metavar="NAME=V1,V2", help="Of plan: the best plan for each value of a figure.")
@click.option("--stakes", metavar="LIST", help="Of statics: gain=3,fine=5,cost=1,loss=8 and reward=1 if any.")
@click.option(
    "--level",
    type=click.FloatRange(0),
    metavar="N",
    help="Of repeated: what re-exports are to stay below in a period.",
)
@click.option(
    "--plan",
    "plan_file",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the plan for sarai target to this file (CSV).",
)
@click.option(
    "--declarations",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A day's declarations (CSV) to write with --plan, each with its propensity.",
)
@click.option("--day", type=options.TIME, metavar="TIME", help="That the plan in the file is for; else now.")
@click.option(
    "--days",
    type=click.IntRange(0, 366),
    default=0,
    show_default=True,
    help="Draw whole inspectors' schedules for so many days.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**31 - 1),
    metavar="N",
    help="Of the draw; by default one that nobody can guess, which is told.",
)
@click.option(
    "--time-limit",
    type=click.FloatRange(0.1, 3600),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="For each program that is solved.",
)
@click.option("--plot", metavar="F.svg|F.png", type=PICTURE, help="Draw it to this file.")
@options.as_json
def game(what: str, as_json: bool, plot: Path | None, **said: Any) -> int:
    """The inspection plan to announce; the 2x2 game; or carrots and sticks over time.

    plan: where inspectors stand how often, given that traders know it and answer as suits them best.
    statics: inspection, violation and their slopes in the game of one trader and one inspector.
    repeated: the cheapest mix of aid, market access and threat that keeps re-exports below a level.
    """  # fmt: skip
    _fits(what, said)
    changes = {name: _number(value) for name, value in map(_pair, said["changes"])}
    {"plan": _plan, "statics": _statics, "repeated": _repeated}[what](as_json, plot, changes, said)
    return 0


ONLY = {
    **dict.fromkeys(("vary", "plan_file", "declarations", "day", "days", "seed"), "plan"),
    "stakes": "statics",
    "level": "repeated",
}


def _fits(what: str, said: dict[str, Any]) -> None:
    for name, of in ONLY.items():
        if said[name] not in (None, 0) and of != what:
            option = name.removesuffix("_file")
            raise click.UsageError(f"--{option} is of sarai standing game {of}, not of {what}; leave it out")
    if said["declarations"] and not said["plan_file"]:
        raise click.UsageError("--declarations are written to a file; name it with --plan")


def _pair(said: str) -> tuple[str, str]:
    name, equals, value = said.partition("=")
    if not (name.strip() and equals and value.strip()):
        raise click.UsageError(f"{said!r} sets nothing; write NAME=VALUE, as inspectors=14")
    return name.strip(), value.strip()


def _number(said: str) -> float:
    try:
        value = float(said)
    except ValueError:
        raise click.UsageError(f"{said!r} is no number; write it such as 12.5") from None
    return int(value) if value.is_integer() else value


# -- plan ----------------------------------------------------------------------------------------


def _plan(as_json: bool, plot: Path | None, changes: dict[str, float], said: dict[str, Any]) -> None:
    from sarai.standing.game import example, read_game
    from sarai.telling import standing_game as telling

    table = telling.changed(read_game(said["table"]) if said["table"] else example(), changes)
    if said["vary"]:
        name, values = _pair(said["vary"])
        with busy("planning"):
            rows = telling.varied(
                table, name, [_number(each) for each in values.split(",")], said["time_limit"]
            )
        answer(as_json, {"game": table.name, "note": table.note, "rows": rows},
               lambda screen: _show_varied(screen, rows, table.note))  # fmt: skip
        draw(plot, lambda: telling.varied_picture(rows, table.note))
        return
    import secrets

    seed = secrets.randbelow(2**31) if said["seed"] is None else said["seed"]
    with busy("planning"):
        found = telling.planned(table, said["time_limit"], said["days"], seed)
    if said["plan_file"]:
        _hand(found, table, seed, said)
    answer(as_json, {"seed": seed, **_fields(found)}, lambda screen: _show_plan(screen, found, seed))
    draw(plot, lambda: telling.planned_picture(found))


def _hand(found: Planned, table: Game, seed: int, said: dict[str, Any]) -> None:
    """Write the plan for targeting: by itself, or put to a day's declarations."""
    import numpy as np

    from sarai.telling.standing_handed import applied, handed

    day = said["day"] or datetime.now().astimezone()
    declared = said["declarations"]
    text = applied(found, table, declared, np.random.default_rng(seed)) if declared else handed(found, day)
    said["plan_file"].write_text(text, "utf-8")


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__struct_fields__}


def _show_plan(screen: Console, found: Planned, seed: int) -> None:
    rows = [
        [each.name, each.shift, each.typology, f"{each.inspectors:.2f}", f"{each.share:.1%}"]
        for each in found.stands
        if each.share > OPENS
    ]
    screen.print(grid(screen, ["Checkpoint", "Shift", "Check for", ">Inspectors", ">Opened"], rows))
    answers = [
        [each.trader, f"{each.consignments:g}", each.action.does, each.action.checkpoint, each.action.shift,
         f"{each.own:,.0f}"]
        for each in found.answers
    ]  # fmt: skip
    screen.print(grid(screen, ["Traders", ">A day", "Answer", "At", "Shift", ">Worth to them"], answers))
    _show_beside(screen, found)
    if found.drawn:
        note(screen, f"Schedules drawn with seed {seed}, of {len(found.lottery)}.")
    for line in found.words:
        note(screen, line)


def _show_beside(screen: Console, found: Planned) -> None:
    """Other plans, schedules, and what one more inspector is worth."""
    compared = [
        [each.plan, "not found" if each.value is None else f"{each.value:,.0f}",
         "-" if each.violations is None else f"{each.violations:.1f}"]
        for each in found.compared
    ]  # fmt: skip
    screen.print(grid(screen, ["Plan", ">Value a day", ">Violations a day"], compared))
    for number, each in enumerate(found.drawn, start=1):
        stands = zip(found.stands, each.inspectors, strict=True)
        told = ", ".join(f"{n} {at.checkpoint} {at.shift} {at.typology}" for at, n in stands if n)
        screen.print(f"Day {number}: {told}")
    proven = "proven best" if not found.gap else f"another may be better by {found.gap:.1%}"
    note(screen, f"{found.inspectors} inspectors; {proven}; one more would be worth "
                 f"{found.inspector_worth:,.0f} a day while traders answer the same.")  # fmt: skip


def _show_varied(screen: Console, rows: list[dict[str, Any]], said: str) -> None:
    columns = [rows[0]["name"], ">Value a day", ">Violations a day", ">One more inspector", ">Gap"]
    cells = [
        [f"{row['set']:g}", f"{row['value']:,.0f}", f"{row['violations']:g}",
         f"{row['inspector_worth']:,.0f}", f"{row['gap']:.1%}"]
        for row in rows
    ]  # fmt: skip
    screen.print(grid(screen, columns, cells))
    if said:
        note(screen, said)


# -- statics -------------------------------------------------------------------------------------


def _statics(as_json: bool, plot: Path | None, changes: dict[str, float], said: dict[str, Any]) -> None:
    from sarai.standing.game import example, read_game
    from sarai.telling import standing_game, standing_played

    table = standing_game.changed(read_game(said["table"]) if said["table"] else example(), changes)
    parts = said["stakes"].split(",") if said["stakes"] else []
    stakes = {name: _number(value) for name, value in map(_pair, parts)}
    found = standing_played.played(table, stakes)
    answer(as_json, {"game": None if stakes else table.name, "games": found},
           lambda screen: _show_statics(screen, found, "" if stakes else table.note))  # fmt: skip
    draw(plot, lambda: standing_played.played_picture(found, "" if stakes else table.note))


def _show_statics(screen: Console, found: tuple[Played, ...], said: str) -> None:
    rows = [
        [each.name, f"{each.equilibrium.inspects:.1%}", f"{each.equilibrium.violates:.1%}",
         f"{each.equilibrium.inspector:,.4g}", f"{each.commitment.inspector:,.4g}",
         "yes" if each.commitment.deters else "no"]
        for each in found
    ]  # fmt: skip
    columns = ["Game", ">Inspected p*", ">Violate q*", ">Value at once", ">Value if announced", "Deters"]
    screen.print(grid(screen, columns, rows))
    slopes = [
        [each.name, one.result, *(f"{step.slope:.3g}" for step in each.statics if step.result == one.result)]
        for each in found
        for one in each.statics[::5]
        if len(found) == 1 or one.result == "deterred"
    ]
    if slopes:
        columns = ["Game", "How it changes", ">by gain", ">by fine", ">by reward", ">by cost", ">by loss"]
        screen.print(grid(screen, columns, slopes))
    note(screen, "deterred: the value of just enough inspection; --json has all slopes, and differences.")
    if said:
        note(screen, said)


# -- repeated ------------------------------------------------------------------------------------


def _repeated(as_json: bool, plot: Path | None, changes: dict[str, float], said: dict[str, Any]) -> None:
    from sarai.standing.game import read_repeated, repeated_example
    from sarai.telling import standing_game, standing_played

    table = standing_game.changed(
        read_repeated(said["table"]) if said["table"] else repeated_example(), changes
    )
    with busy("solving"):
        found = standing_played.kept(table, said["level"])
    answer(as_json, found, lambda screen: _show_repeated(screen, found))
    draw(plot, lambda: standing_played.kept_picture(found))


def _show_repeated(screen: Console, found: Repetition) -> None:
    rows = [[f"{each.leaks:,.1f}", f"{each.cost:,.3g}", f"{each.price:.3g}", f"{each.reputation:.2f}"]
            for each in found.frontier]  # fmt: skip
    columns = [">Re-exports", ">Least cost", ">Of one fewer", ">Reputation"]
    screen.print(grid(screen, columns, rows, title="A period, discounted"))
    steps = [
        [f"{each.reputation:.2f}", f"{each.mix.aid:g}", f"{each.mix.access:g}", f"{each.mix.threat:g}",
         f"{each.probability:.0%}", f"{each.time:.1%}"]
        for each in found.chosen.policy
        if each.time > OPENS
    ]  # fmt: skip
    title = f"The cheapest mix for {found.chosen.leaks:,.1f} re-exports, at {found.chosen.cost:,.3g}"
    columns = [">Reputation", ">Aid", ">Access", ">Threat", ">Chance", ">Of the time"]
    screen.print(grid(screen, columns, steps, title=title))
    for line in found.words:
        note(screen, line)
