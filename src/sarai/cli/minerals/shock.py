"""sarai minerals shock: what an embargo, a quota, a delay, a lost mine or a closed corridor does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sarai.cli import options
from sarai.cli.flows.telling import draw
from sarai.cli.minerals import minerals
from sarai.cli.minerals.asking import PLOT, data
from sarai.cli.minerals.figures import amount, with_unit
from sarai.cli.output import answer, busy, grid, note

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.telling.minerals_prices import Price
    from sarai.telling.minerals_shock import Loser, ShockTold

SHOWN = 12
NEAR = 0.05  # of the price before


@minerals.command()
@click.argument("material")
@click.argument("shocks", nargs=-1, required=True, metavar="SHOCK...")
@data
@click.option("--year", type=click.IntRange(1995, 2100), required=True, help="Whose trade it is.")
@click.option("--stage", type=click.Choice(["mining", "processing", "refining"]), default=None,
              help="Refining is on the way to processing (alumina, matte); else the furthest "
                   "that has trade.")  # fmt: skip
@click.option("--importer", default="", metavar="CC", help="Whose suppliers and stocks are told; EU too.")
@click.option("--reserves", "reserve_days", type=click.FloatRange(0, 3650), default=None,
              metavar="DAYS", help="Of consumption, in stock everywhere; else 60 for most.")  # fmt: skip
@click.option("--absorbed", type=click.FloatRange(0, 1), default=0.2, show_default=True, metavar="SHARE",
              help="Of a shock, borne by consumption before trade changes.")  # fmt: skip
@click.option("--months", is_flag=True, help="Also month by month.")
@click.option("--draws", type=click.IntRange(10, 5000), default=100, show_default=True,
              help="For the intervals.")  # fmt: skip
@click.option("--seed", type=int, default=1, show_default=True, help="Of the draws.")
@options.as_json
@PLOT
def shock(folder: Path, as_json: bool, months: bool, plot: Path | None, shocks: tuple[str, ...],
          stage: str | None, **said: Any) -> int:  # fmt: skip
    """Who loses how much of a material, when stocks run out, who steps in, and what prices do.

    SHOCK is words such as "embargo CN>JP", "quota CN>* 50%", "delay CN>EU 60d", "lose CL 30%" or "close
    place:SUEZ"; several happen together. By a cascade over the trade network, and beside it by prices.
    Exit status 1 if any country's consumption falls.
    """
    from sarai.minerals.shocks import parse
    from sarai.telling.minerals_shock import Question, losses, told

    measures = parse(";".join(shocks))
    with busy("reading and playing"):
        network = _network() if any(each.verb == "close" for each in measures) else None
        asked = Question(folder=folder, shocks=measures, stage=stage or "", **said)
        found = told(asked, network)
    answer(as_json, found, lambda screen: _show(screen, found, months))
    draw(plot, lambda: losses(found))
    return 1 if any(each.from_consumption > 0 for each in found.losers) else 0


def _network():
    from sarai.corridors import shipped

    return shipped()


def _show(screen: Console, found: ShockTold, months: bool) -> None:
    unit = found.unit
    screen.print(
        f"{'; '.join(found.shocks)}: of {found.material} ({found.stage}, {found.year}) "
        f"{with_unit(found.first, unit)} are missing; reserves bear {with_unit(found.from_reserves, unit)}, "
        f"consumption {with_unit(found.from_consumption, unit)}."
    )
    if found.diverted > 0:
        screen.print(
            f"Of what reserves bear, {with_unit(found.diverted, unit)} were kept back, and bought by others "
            "after all."
        )
    titles = ["Loses", f">Used, {unit}", ">Hit first", ">From stock", ">Not used", ">Share", ">p10-p90",
              ">Stock ends"]  # fmt: skip
    screen.print(grid(screen, titles, [_loser(each) for each in found.losers[:SHOWN]]))
    if len(found.losers) > SHOWN:
        note(screen, f"{len(found.losers) - SHOWN} more lose; --json has them all.")
    if found.suppliers:
        rows = [[each.country, amount(each.before), amount(each.after), _percent(each.share_before),
                 _percent(each.share_after)] for each in found.suppliers[:SHOWN]]  # fmt: skip
        titles = [f"Sells to {found.importer}", f">Before, {unit}", ">After", ">Share", ">After"]
        screen.print(grid(screen, titles, rows))
    if months:
        rows = [[str(each.month), amount(each.stock), amount(each.missed)] for each in found.months]
        screen.print(grid(screen, ["Month", f">Stock at end, {unit}", ">Not used"], rows,
                          title=found.importer or "Those that are hit first"))  # fmt: skip
    _prices(screen, found)
    for line in found.words:
        note(screen, line)


def _loser(each: Loser) -> list[str]:
    span = "-" if each.share is None else f"{_percent(each.share_p10)}-{_percent(each.share_p90)}"
    ends = "" if each.runs_out_days is None else f"day {each.runs_out_days:.0f}"
    return [
        each.country, amount(each.consumed), amount(each.first), amount(each.from_reserves),
        amount(each.from_consumption), _percent(each.share), span, ends,
    ]  # fmt: skip


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"


def _prices(screen: Console, found: ShockTold) -> None:
    if not found.prices:
        return
    titles = [
        "By prices",
        ">Highest",
        ">p10-p90",
        ">In month",
        ">After a year",
        f">Not used, {found.unit}",
        ">Stock ends",
    ]
    screen.print(grid(screen, titles, [_price(each) for each in found.prices]))


def _price(each: Price) -> list[str]:
    ends = "" if each.runs_out_month is None else f"month {each.runs_out_month}"
    return [
        each.country, _times(each.highest), f"{each.highest_p10:.2f}-{each.highest_p90:.2f}",
        str(each.highest_month), _times(each.after), amount(each.missed), ends,
    ]  # fmt: skip


def _times(price: float) -> str:
    """Times the price before; to three places where little changes."""
    return f"x{price:.2f}" if abs(price - 1) >= NEAR else f"x{price:.3f}"
