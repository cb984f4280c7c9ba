"""sarai standing show: who has which share of what the state depends on, and every figure's source."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sarai.cli.flows.telling import draw
from sarai.cli.output import answer, busy, grid, note
from sarai.cli.standing import standing
from sarai.cli.standing.asking import PLOT, asked, many, number, spread_of, stacked, unbroken

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rich.console import Console

    from sarai.standing import Shares, Spread
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
            rows.append([f"{each.channel}\n{each.shares.of}", *many(each.shares), _rest(each.shares),
                         spread_of(each.spread).replace("-", "-\n")])  # fmt: skip
    columns = ["Channel", *[f">{code}" for code in found.powers], ">Rest", ">Spread"]
    screen.print(unbroken(grid(screen, columns, rows), "Channel"))
    note(screen, f"{SPREAD} {_powers(found.powers)}")
    for each in found.channels:
        if each.shares is not None:
            _sources(screen, each)
    _conflicts(screen, [figure for each in found.channels for figure in each.figures])
    note(
        screen, "-: no figure is known; sarai standing show CHANNEL says why, and where each figure is from."
    )


def _rest(found: Shares) -> str:
    """What is with nobody named, to a hundredth of a per cent."""
    return number(None if found.rest is None else round(found.rest, 4))


def _powers(powers: Mapping[str, str]) -> str:
    """What the codes of powers stand for: some are of more than one country."""
    return "; ".join(f"{code}: {name}" for code, name in powers.items()) + "."


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
    """A measure at a time: its shares, then its figures."""
    for code, name in found.measures.items():
        several = [
            (each, spread) for each, spread in zip(found.shares, found.spreads, strict=True)
            if each.measure == code
        ]  # fmt: skip
        if several:
            _shares(screen, f"{code}: {name}", several, found.powers)
            _figures(screen, [each for each in found.figures if each.measure == code])
    lent = [each for each in found.figures if each.measure not in found.measures]
    if lent:
        note(screen, "Lent by another measure of the channel:")
        _figures(screen, lent)
    _conflicts(screen, found.figures)
    for each in found.shares:
        if each.scaled:
            said = f"{each.measure} {each.of}: powers add up to more than the total"
            note(screen, f"{said}; shares are of their sum.")
    note(screen, f"{SPREAD} Below spread: entropy. {_powers(found.powers)}")
    for code, said in {each.source: each.said for each in found.figures}.items():
        note(screen, f"{code}: {said}")


def _shares(
    screen: Console, title: str, several: Sequence[tuple[Shares, Spread]], powers: Iterable[str]
) -> None:
    """The dates at which a share is known, and those at which none is."""
    known = [(each, spread) for each, spread in several if any(one.share is not None for one in each.powers)]
    rows = [[_date(each.of), *many(each), _rest(each), stacked(spread)] for each, spread in known]
    columns = ["Of", *[f">{code}" for code in powers], ">Rest", ">Spread"]
    table = grid(screen, columns, rows, title=title) if rows else title
    screen.print(unbroken(table, "Of") if rows else table)
    if without := [each.of for each, _ in several if all(one.share is None for one in each.powers)]:
        note(screen, f"No share is known of {', '.join(without)}.")


def _figures(screen: Console, several: Sequence[Cited]) -> None:
    cells = [
        [_date(each.of), f"{each.power} {each.part}".strip(), _value(each), each.source, each.note]
        for each in several
    ]
    table = grid(screen, ["Of", "Who", ">Value", "Source", "Note"], cells)
    screen.print(unbroken(table, "Of", "Who", "Source"))


def _date(of: str) -> str:
    """A span on two lines, if it is one of months or days."""
    return of.replace("/", "/\n") if len(of) > len("2020/2024") else of


def _value(each: Cited) -> str:
    if each.value is None:
        return "-"
    low, high = (each.value if end is None else end for end in (each.low, each.high))
    ends = "" if low == high else f" ({low:g}-{high:g})"
    return f"{each.value:.4g}{ends}" + ("*" if each.conflicts else "")
