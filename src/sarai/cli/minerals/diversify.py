"""sarai minerals diversify: suppliers, projects and stocks that free an importer from one country."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sarai.cli import options
from sarai.cli.flows.telling import cell, draw
from sarai.cli.minerals import minerals
from sarai.cli.minerals.asking import PLOT, data
from sarai.cli.minerals.figures import amount
from sarai.cli.output import answer, busy, grid, note

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.minerals.diversify import Plan
    from sarai.telling.minerals_diversify import Told

LEAST_SHOWN = 0.005
STAGES = ("mining", "processing", "refining")


@minerals.command()
@click.argument("material")
@click.option("--importer", required=True, metavar="EU|CC", help="The EU as one, or a country.")
@data
@click.option("--by", type=int, default=2030, show_default=True, metavar="YEAR",
              help="From which on the rules hold.")  # fmt: skip
@click.option("--share", default="65%", show_default=True, metavar="SHARE",
              help="The most of a year's consumption from any one country that is not its own.")  # fmt: skip
@click.option("--risk", type=click.FloatRange(0), default=None, metavar="X",
              help="The most that governance (0 to 10) times share squared may sum to.")  # fmt: skip
@click.option("--linear", is_flag=True, help="Risk as governance times share, not squared.")
@click.option("--budget", type=click.FloatRange(0), default=None, metavar="USD",
              help="For the importer's part of all capital.")  # fmt: skip
@click.option("--standard", type=click.IntRange(0, 3), default=0, show_default=True,
              help="Of environment, at least: 1 law, 2 certified, 3 audited.")  # fmt: skip
@click.option("--cover", type=click.FloatRange(0), default=0.0, show_default=True, metavar="DAYS",
              help="Of consumption that stockpiles hold.")  # fmt: skip
@click.option("--projects", "own", metavar="DIR", default=None,
              type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="Your projects, suppliers, needs, ways, limits (.csv), over the packaged.")  # fmt: skip
@click.option("--years", default="2026..2035", show_default=True, metavar="FIRST..LAST", help="Of the plan.")
@click.option("--stage", "stages", type=click.Choice(STAGES), multiple=True,
              help="Only this; again for more. Refining is on the way to processing. Else mining "
                   "and processing.")  # fmt: skip
@click.option("--demand", type=click.FloatRange(0), default=0.0, metavar="T",
              help="Tonnes a year at each stage; else what is bought today.")  # fmt: skip
@click.option(
    "--growth", default=0.0, show_default=True, metavar="SHARE", help="Of the demand a year, as 0.03."
)
@click.option("--discount", type=click.FloatRange(0, 1), default=0.05, show_default=True, help="A year.")
@click.option("--carbon", type=click.FloatRange(0), default=0.0, show_default=True, metavar="USD",
              help="What a tonne of CO2e counts, of source and way.")  # fmt: skip
@click.option("--seconds", type=click.FloatRange(1), default=60.0, show_default=True,
              help="For each plan, after which the best so far is given with its gap.")  # fmt: skip
@options.as_json
@PLOT
def diversify(material: str, importer: str, folder: Path, by: int, share: str, own: Path | None, years: str,
              stages: tuple[str, ...], demand: float, growth: float, seconds: float, as_json: bool,
              plot: Path | None, **said: float) -> int:  # fmt: skip
    """What brings an importer of a raw material under a share of any one country, at least cost, by year.

    MATERIAL is a code, as gallium. Suppliers, projects and stocks are chosen within what corridors have
    room for; every constraint is recomputed from the plan's tonnes. Exit status 1 if no plan keeps the
    rules: then what would make one possible is named.
    """
    from sarai.minerals.diversify.gathering import Asked
    from sarai.telling import minerals_diversify as telling

    asked = Asked(material=material, importer=importer, folder=folder, years=telling.years_in(years),
                  stages=stages, demand_t=demand, growth=growth)  # fmt: skip
    rules = _rules(by, telling.share_in(share), said)
    with busy("planning"):
        found = telling.told(asked, rules, own, seconds=seconds)
    answer(as_json, found, lambda screen: _show(screen, found))
    draw(plot, lambda: telling.picture(found))
    return 0 if found.plan and found.plan.finished and not found.broken else 1


def _rules(by: int, share: float, said: dict):
    from sarai.minerals.diversify import Rules

    budget = said["budget"]
    return Rules(
        by=by, share=share, risk=said["risk"], quadratic=not said["linear"], standard=int(said["standard"]),
        budget_musd=None if budget is None else budget / 1e6, cover_days=said["cover"],
        discount=said["discount"], carbon_usd_per_t=said["carbon"],
    )  # fmt: skip


def _show(screen: Console, found: Told) -> None:
    if found.plan is None:
        screen.print(f"No plan keeps all the rules from {found.rules.by} on. What would do:")
        for each in found.relaxations:
            screen.print(f"- {'; '.join(each.gives)}")
        if not found.relaxations:
            screen.print("- nothing that a rule gives; state more suppliers or projects with --projects")
    else:
        _plan(screen, found, found.plan)
    _frontier(screen, found)
    for line in found.words:
        note(screen, line)


def _plan(screen: Console, found: Told, plan: Plan) -> None:
    screen.print(
        f"USD {cell(plan.cost_usd)} for {found.years[0]} to {found.years[-1]}, discounted; at most "
        f"{plan.gap:.1e} of it above the least. {found.checks:,} constraints recomputed, "
        f"{found.broken or 'none'} broken."
    )
    rows = [
        [each.stage, each.country, f"{each.before:.1%}", f"{each.after:.1%}"]
        for each in found.shifts
        if max(each.before, each.after) >= LEAST_SHOWN
    ]
    screen.print(grid(screen, ["Stage", "Country", ">Today", f">{found.years[-1]}"], rows))
    _built(screen, plan)
    _years(screen, plan)
    for rule, usd in found.rules_cost_usd.items():
        screen.print(f"The rule of {rule} costs {f'USD {cell(usd)}' if usd >= 1 else 'nothing'}.")
    _worth(screen, found)


def _built(screen: Console, plan: Plan) -> None:
    if not plan.chosen:
        return
    rows = [[each.code, each.country, each.kind, str(each.decided), str(each.there),
             f"{each.paid_musd:,.1f}"] for each in plan.chosen]  # fmt: skip
    screen.print(grid(screen, ["Project", "Country", "Kind", ">Decided", ">There", ">USD M"], rows))
    for each in plan.chosen:
        if each.byproduct_of:
            note(screen, f"{each.code} is made beside {each.byproduct_of}: no ore of its own is asked.")
        elif each.input_of and not each.follows:
            note(screen, f"{each.code} finds its input ({each.input_of}) in {each.country}: not followed.")


def _years(screen: Console, plan: Plan) -> None:
    """Years that are alike in one row; stages of which nothing is ever consumed are left out."""
    consumed = {each.stage for each in plan.years if each.t}
    fed = any(each.fed_t for each in plan.years)
    spans: list[tuple[list[str], list[int]]] = []
    for each in (year for year in plan.years if year.stage in consumed):
        row = [each.stage, amount(each.t), *([amount(each.fed_t)] if fed else []),
               f"{each.greatest} {each.greatest_share:.1%}" if each.greatest else "nobody abroad",
               f"{each.risk:.2f}"]  # fmt: skip
        if spans and spans[-1][0] == row:
            spans[-1][1].append(each.year)
        else:
            spans.append((row, [each.year]))
    rows = [[row[0], _span(years[0], years[-1]), *row[1:]] for row, years in spans]
    titles = ["Stage", "Years", ">Tonnes", *([">By projects"] if fed else []), "Most from", ">Risk"]
    screen.print(grid(screen, titles, rows))


def _worth(screen: Console, found: Told) -> None:
    from sarai.telling.minerals_margins import margins

    rows = [
        [each.rule, each.of, each.per, _span(each.first, each.last), cell(each.usd)]
        for each in margins(found.worth)
    ]
    if rows:
        screen.print("At the margin, given what is built:")
        screen.print(grid(screen, ["Rule", "Of", "If", "Years", ">Saves USD"], rows))


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} to {last}"


def _frontier(screen: Console, found: Told) -> None:
    """Levels that read alike in one row."""
    spans: list[tuple[list[str], list[float]]] = []
    for each in found.frontier:
        row = [each.why if each.cost_usd is None else cell(each.cost_usd), ", ".join(each.projects)]
        if spans and spans[-1][0] == row:
            spans[-1][1].append(each.level)
        else:
            spans.append((row, [each.level]))
    form = "{:.0%}" if found.frontier_by == "share" else "{:.2f}"
    rows = [
        [" to ".join(form.format(level) for level in dict.fromkeys((levels[0], levels[-1]))), *row]
        for row, levels in spans
    ]
    titles = [f">At most ({found.frontier_by})", ">USD", "Projects"]
    screen.print(grid(screen, titles, rows))
