"""sarai corridor invest: which projects, when, within a budget; proven."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sarai.cli.corridor import corridor
from sarai.cli.corridor.asking import PLOT, asked, listed
from sarai.cli.flows.telling import draw
from sarai.cli.output import answer, grid, note, progress

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.corridors.investing import Plan, Regret
    from sarai.telling.corridors_asked import Given
    from sarai.telling.corridors_invested import Invested

FOR = ("throughput", "value", "time", "resilience")


@corridor.command()
@click.option("--budget", "budgets", type=click.FloatRange(0), multiple=True, required=True, metavar="MUSD",
              help="Millions of US dollars for all years; again for the frontier.")  # fmt: skip
@click.option("--years", default="2027..2035", show_default=True, metavar="FIRST..LAST",
              help="When projects can be decided and be there.")  # fmt: skip
@click.option("--for", "objective", type=click.Choice(FOR), default="throughput", show_default=True,
              help="What a plan is to gain; value: the worth of tonnes and time in dollars.")  # fmt: skip
@click.option("--projects", default="", metavar="LIST", help="Only these, with commas; else all.")
@click.option("--scenario", "scenarios", multiple=True, metavar="NAME=x1.2",
              help="How demand turns out: x1.2, +3% a year, low, high, GOOD x2; again for more.")  # fmt: skip
@click.option("--shock", "shocks", multiple=True, metavar="NAME",
              help="For resilience: a shock, or NAME=CHANGE; again for more.")  # fmt: skip
@click.option("--regret", "regrets", is_flag=True,
              help="Judge the best plan of each scenario in all others; the largest budget.")  # fmt: skip
@click.option("--seconds", type=click.FloatRange(1), default=120.0, show_default=True,
              help="After which the best so far is given, with its gap.")  # fmt: skip
@asked()
@PLOT
def invest(given: Given, as_json: bool, budgets: tuple[float, ...], years: str, objective: str, projects: str,
           scenarios: tuple[str, ...], shocks: tuple[str, ...], regrets: bool, seconds: float,
           plot: Path | None) -> int:  # fmt: skip
    """Which projects, when, within a budget: what each adds, and how far from the best that can be at most.

    Exit status 1 if a plan is not proven to be the best within a hundredth of a per cent.
    """
    from sarai.telling import corridors_invested as telling

    with progress("planning") as update:
        task = telling.task(
            given.network(), years=telling.years_in(years), objective=objective, projects=listed(projects),
            scenarios=[telling.scenario_in(each) for each in scenarios], shocks=shocks,
        )  # fmt: skip
        found = telling.invested(task, budgets, seconds=seconds, regrets=regrets, progress=update)
    answer(as_json, found, lambda screen: _show(screen, found))
    several = len(found.plans) > 1
    draw(plot, lambda: telling.frontier_picture(found) if several
         else telling.gantt_picture(found, found.plans[0]))  # fmt: skip
    return 0 if all(plan.finished for plan in found.plans) else 1


def _show(screen: Console, found: Invested) -> None:
    if len(found.plans) > 1:
        rows = [
            [f"{plan.budget_musd:,.0f}", f"{plan.cost_musd:,.0f}", f"{plan.gain:,.0f}", f"{plan.gap:.2%}",
             ", ".join(each.code for each in plan.chosen) or "nothing"] for plan in found.plans
        ]  # fmt: skip
        screen.print(grid(screen, [">Budget, USD M", ">Cost", ">Gain", ">Gap", "Projects"], rows))
    _plan(screen, found, found.plans[-1])
    if found.regret is not None:
        _regret(screen, found.regret)
    for line in found.words:
        note(screen, line)


def _plan(screen: Console, found: Invested, plan: Plan) -> None:
    """The plan as a table, with a line of years for each project."""
    rows = []
    for each in sorted(plan.chosen, key=lambda each: (each.decided, each.there, each.code)):
        marks = ["." if year < each.decided else "-" if year < each.there else "#" for year in found.years]
        rows.append([each.code, f"{each.cost_musd:,.0f}", str(each.decided), str(each.there),
                     _gain(each.alone), _gain(each.adds), "".join(marks)])  # fmt: skip
    if rows:
        title = f"USD {plan.budget_musd:,.0f} M: gain {plan.gain:,.0f}, at most {plan.bound:,.0f}"
        titles = ["Project", ">USD M", ">Decided", ">There", ">Gain alone", ">Adds", "Years"]
        screen.print(grid(screen, titles, rows, title=title))
        note(screen, f"Years {found.years[0]} to {found.years[-1]}: - is being built, # is in use.")
    if len(plan.by_scenario) > 1:
        told = "; ".join(f"{name} {gain:,.0f}" for name, gain in plan.by_scenario.items())
        screen.print(f"Gain by scenario: {told}.")


def _gain(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}"


def _regret(screen: Console, found: Regret) -> None:
    names = list(found.plans[0].gains)
    rows = [
        [each.name, f"{each.cost_musd:,.0f}", *(f"{each.regrets[name]:,.0f}" for name in names),
         f"{each.most:,.0f}", ", ".join(f"{code} ({at})" for code, at in each.decided.items()) or "nothing"]
        for each in found.plans
    ]  # fmt: skip
    titles = ["Best for", ">USD M", *(f">{name}" for name in names), ">Most", "Projects"]
    screen.print(
        grid(screen, titles, rows, title="Regret: what is gained less than by the best plan of each")
    )
