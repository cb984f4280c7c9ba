"""sarai trace: where goods came from, or where they went."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sarai.cli import options
from sarai.cli.options import named
from sarai.cli.output import answer, grid, note
from sarai.telling.traces import flat, told, walk

if TYPE_CHECKING:
    from rich.console import Console
    from rich.tree import Tree

    from sarai.ledger import Downstream, LotName, Origin, Step, Upstream

METHODS = ("booked", "named", "fifo", "proportional")
SHOWN_STEPS = 200  # more than that nobody reads on a screen; --json has all
WIDE = 100  # columns of a screen on which a lot's name fits into a table


@click.command()
@options.document()
@options.ledger
@options.item
@click.option("--up/--down", default=True, show_default=True, help="Back to the imports, or on from here.")
@click.option("--method", type=click.Choice(METHODS), default="booked", show_default=True,
              help="Up only: as booked; only what papers name; or as if the rest were drawn so.")  # fmt: skip
@click.option("--bounds", is_flag=True, help="Up only: also the least and the most that could be.")
@click.option("--plot", metavar="F.svg", type=click.Path(dir_okay=False), help="Draw the way to this file.")
@options.as_json
def trace(issuer: str, number: str | None, ledger: str, as_json: bool, plot: str | None, **how: Any) -> int:
    """Where the goods of a document came from, or where they went.

    ISSUER/NUMBER is parted at the first slash; where the issuer has one, give the two apart. The
    table says how much is from which lot; the tree shows the way, movement by movement.
    """
    if plot and not plot.lower().endswith(".svg"):
        raise click.UsageError(
            f"--plot draws SVG: name a file such as {Path(plot).stem}.svg; a browser prints it"
        )
    up = how.pop("up")
    with options.open_book(ledger) as book:
        found = book.trace(*named(issuer, number), direction="up" if up else "down", **how)
        ends = found.origins if up else found.destinations
        steps = found.tree
    if plot:
        from sarai.telling.picture import draw

        Path(plot).write_text(draw(steps, up=up, title=found.subject), encoding="utf-8")
    value = {
        "subject": found.subject,
        "direction": "up" if up else "down",
        "method": how["method"] if up else "booked",
        "origins" if up else "destinations": [told(end) for end in ends],
        "steps": flat(steps),
        "plot": plot,
    }
    answer(as_json, value, lambda screen: show_trace(screen, found, up=up, plot=plot))
    return 0


def _svg(plot: str) -> str:
    return f"--plot {Path(plot).with_suffix('.svg')}, and print that from a browser"


# -- for people ----------------------------------------------------------------------------------


def show_trace(screen: Console, found: Upstream | Downstream, *, up: bool, plot: str | None = None) -> None:
    """The ends of the way as a table, and the way as a tree."""
    if up:
        screen.print(_origins(screen, found))
    else:
        screen.print(_destinations(screen, found))
    screen.print()
    screen.print(tree(found.tree, found.subject, up=up))
    if any(step.cut for step, *_ in walk(found.tree)):
        note(screen, "The tree was cut: there is more than it could take. Ask for one item (--item).")
    if plot:
        note(screen, f"Drawn to {plot}")


def _lot(screen: Console, name: LotName) -> str:
    """A lot, in two lines where one would be broken anywhere."""
    slash = "/" if screen.width >= WIDE else "/\n"
    return f"{name.issuer}{slash}{name.number} item {name.item}"


def _origins(screen: Console, found: Upstream) -> Any:
    from sarai.telling import words

    bounded = any(origin.low is not None for origin in found.origins)
    columns = [">Item", ">share", ">amount", "came by", "HS", "lot", *([">could be"] if bounded else [])]
    rows = []
    for origin in found.origins:
        came = words.plainly(origin.kind) + (f" from {origin.country}" if origin.country else "")
        row = [str(origin.item), f"{origin.share:.1%}", words.base_amount(origin.quantity, origin.dimension),
               came, origin.hs, _lot(screen, origin.lot)]  # fmt: skip
        if bounded:
            row.append(_bounds(origin))
        rows.append(row)
    title = f"Where {found.subject} came from ({found.method})"
    return grid(screen, columns, rows, title=title)


def _bounds(origin: Origin) -> str:
    from sarai.telling import words

    if origin.low is None:
        return ""
    low, high = (words.base_amount(limit, origin.dimension) for limit in (origin.low, origin.high))
    return f"{low} to {high}" + ("" if origin.exact else " at most")


def _destinations(screen: Console, found: Downstream) -> Any:
    from sarai.telling import words

    rows = [
        [
            words.base_amount(end.quantity, end.dimension),
            words.holder(end.account),
            end.hs,
            _lot(screen, end.lot),
        ]
        for end in found.destinations
    ]
    title = f"Where {found.subject} went"
    return grid(screen, [">Amount", "is now with", "HS", "lot"], rows, title=title)


def tree(steps: list[Step], subject: str, *, up: bool) -> Tree:
    """The way as a tree. Steps that follow one another stand below one another; only a fork indents."""
    from rich.tree import Tree

    root = Tree(f"The way {'back from' if up else 'on from'} {subject}", guide_style="dim")
    waiting = [(root, step, len(steps) > 1) for step in reversed(steps)]
    shown = 0
    while waiting and shown < SHOWN_STEPS:
        branch, step, forked = waiting.pop()
        node = branch.add(_said(step))
        shown += 1
        below = node if forked or len(step.links) > 1 else branch
        waiting += [(below, link, len(step.links) > 1) for link in reversed(step.links)]
    if waiting:
        root.add(f"... and more: {SHOWN_STEPS} steps are shown, --json has all")
    return root


def _said(step: Step) -> Any:
    """A step in two lines: when and by which document; how much of what, from whom to whom."""
    from rich.text import Text

    from sarai.telling import words

    text = Text(overflow="fold")
    text.append(f"{words.day(step.time)}  ", style="dim")
    text.append(words.plainly(step.document.kind), style="bold")
    text.append(f"  {words.document(step.document)} item {step.item}\n")
    text.append(f"{words.amount(step.amount, step.unit)} of {step.hs}", style="cyan")
    text.append(f"  {words.move(step.giver, step.taker)}")
    return text
