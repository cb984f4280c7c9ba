"""sarai standing show: who has which share of what the state depends on, and every figure's source."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sarai.cli.flows.telling import draw
from sarai.cli.output import answer, busy, grid, note
from sarai.cli.standing import standing
from sarai.cli.standing.asking import PLOT, asked, many, number, spread_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from sarai.telling.standing_asked import Given
    from sarai.telling.standing_shown import Cited, Overview, Shown, Told

VOTES = "sarai standing compare votes --data DIR"
SPREAD = (
    "Spread: 1 - sum of squared shares, with the rest as one more and with the rest spread over many. Below "
    "a share: its 5th to 95th percentile."
)


@standing.command()
@click.argument("channel", required=False, default="")
@asked
@PLOT
def show(given: Given, as_json: bool, channel: str, plot: Path | None) -> int:
    """The channels of dependence: each power's share, how spread it is, and where every figure is from.

    CHANNEL is a channel (trade) or one of its measures (fdi-net); without it, all channels in short.
    Sources that disagree are all shown.
    """
    from sarai.goods import BadSetting
    from sarai.telling import standing_shown as told

    if channel == "votes":
        raise BadSetting(f"votes are no channel of amounts; ask: {VOTES}")
    with busy("reckoning"):
        tables = given.standing()
        if channel:
            found = told.shown(tables, channel, year=given.year, seed=given.seed)
        else:
            found = told.overview(tables, year=given.year, seed=given.seed)
    if channel:
        answer(as_json, found, lambda screen: _show(screen, found))
        draw(plot, lambda: told.shown_picture(found))
    else:
        answer(as_json, found, lambda screen: _overview(screen, found))
        draw(plot, lambda: told.compass(found))
    return 0


def _overview(screen: Console, found: Overview) -> None:
    rows = []
    for each in found.channels:
        if each.shares is None:
            rows.append([f"{each.channel}\n{each.reason}", *["-"] * (len(found.powers) + 2)])
        else:
            rows.append([f"{each.channel}\n{each.shares.of}", *many(each.shares), number(each.shares.rest),
                         spread_of(each.spread)])  # fmt: skip
    columns = ["Channel", *[f">{code}" for code in found.powers], ">Rest", ">Spread"]
    screen.print(grid(screen, columns, rows))
    note(screen, SPREAD)
    for each in found.channels:
        if each.shares is not None:
            _sources(screen, each)
    _conflicts(screen, [figure for each in found.channels for figure in each.figures])
    note(
        screen, "-: no figure is known; sarai standing show CHANNEL says why, and where each figure is from."
    )


def _sources(screen: Console, each: Told) -> None:
    """Where the figures of a channel are from, and what its other measures say."""
    mine = [figure for figure in each.figures if figure.measure == each.shares.measure]
    codes = ", ".join(dict.fromkeys(figure.source for figure in mine if figure.value is not None))
    note(screen, f"{each.channel} ({each.shares.measure}, {each.shares.of}): {codes}")
    for other in each.others:
        said = [f"{one.power} {number(one.share, one.low, one.high)}" for one in other.powers if one.share]
        said = said or [f"{one.value:g} {other.unit} in all" for one in other.total if one.value is not None]
        theirs = (*other.total, *(figure for one in other.powers for figure in one.figures))
        codes = ", ".join(dict.fromkeys(one.source for one in theirs if one.value is not None))
        note(screen, f"  by another measure, {other.measure} {other.of}: {', '.join(said)} ({codes})")


def _conflicts(screen: Console, figures: Sequence[Cited]) -> None:
    facts: dict[tuple[str, ...], list[str]] = {}
    for each in figures:
        if each.conflicts:
            fact = each.measure, each.of, each.power, each.part
            facts.setdefault(fact, []).append(f"{each.value:g} ({each.source})")
    for (measure, of, power, part), said in facts.items():
        note(
            screen,
            f"* {measure} {of}, {' '.join(filter(None, (power, part)))}: sources say {' or '.join(said)}",
        )


def _show(screen: Console, found: Shown) -> None:
    rows = [
        [each.measure, each.of, *many(each), number(each.rest), spread_of(spread),
         "-" if spread.entropy is None else f"{spread.entropy:.2f}"]
        for each, spread in zip(found.shares, found.spreads, strict=True)
    ]  # fmt: skip
    columns = ["Measure", "Of", *[f">{code}" for code in found.powers], ">Rest", ">Spread", ">Entropy"]
    screen.print(grid(screen, columns, rows))
    cells = [
        [each.measure, each.of, " ".join(filter(None, (each.power, each.part))), _value(each), each.source,
         each.note]
        for each in found.figures
    ]  # fmt: skip
    screen.print(grid(screen, ["Measure", "Of", "Who", ">Value", "Source", "Note"], cells))
    _conflicts(screen, found.figures)
    for each in found.shares:
        if each.scaled:
            said = f"{each.measure} {each.of}: powers add up to more than the total"
            note(screen, f"{said}; shares are of their sum.")
    note(screen, SPREAD)
    for code, said in {each.source: each.said for each in found.figures}.items():
        note(screen, f"{code}: {said}")


def _value(each: Cited) -> str:
    if each.value is None:
        return "-"
    low, high = (each.value if end is None else end for end in (each.low, each.high))
    ends = "" if low == high else f" ({low:g}-{high:g})"
    return f"{each.value:.4g}{ends} {each.unit}" + ("*" if each.conflicts else "")
