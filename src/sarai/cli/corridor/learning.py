"""sarai corridor times and expect: what a book teaches of ways, and when a consignment will be there."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from sarai.cli import options
from sarai.cli.corridor import corridor
from sarai.cli.corridor.asking import asked, good
from sarai.cli.corridor.saying import share, spell
from sarai.cli.output import answer, grid, note, progress

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.telling.corridors_asked import Given
    from sarai.telling.corridors_learnt import Arrival, Learning, Pair, Times

SHOWN = 40


@corridor.command()
@options.ledger
@good
@click.option("--least", type=click.IntRange(1), default=3, show_default=True, metavar="N",
              help="Only pairs of places with so many passages.")  # fmt: skip
@asked()
def times(given: Given, as_json: bool, ledger: str, good: str, least: int) -> int:
    """How long goods take between places, learnt from the documents and seals of a book.

    Each pair of places has its passages, the hours of the next one as median and from one in ten to nine in
    ten, what the network says without the book, and how often expected arrivals held.
    """
    from sarai.telling.corridors_learnt import times as told

    found = told(_read(given, ledger, good), least)
    answer(as_json, found, lambda screen: _show(screen, found))
    return 0


@corridor.command()
@options.document()
@options.ledger
@good
@click.option("--now", type=options.TIME, metavar="TIME",
              help="Until then it has not come; else until the last document of the book.")  # fmt: skip
@asked()
def expect(given: Given, as_json: bool, issuer: str, number: str | None, ledger: str, good: str,
           now: datetime | None) -> int:  # fmt: skip
    """When a consignment under way will be at its destination, and how likely it is to be late.

    It comes between early and late with the probability that is told, as far as earlier ones tell. Exit
    status 1 if it is not under way.
    """
    from sarai.telling.corridors_learnt import expected

    issuer, number = options.named(issuer, number)
    found = expected(_read(given, ledger, good), issuer, number, now)
    answer(as_json, found, lambda screen: _tell(screen, found))
    return 0


def _read(given: Given, ledger: str, good: str) -> Learning:
    from sarai.telling.corridors_learnt import read

    network = given.network()
    with options.open_book(ledger) as book:
        ((entries,),) = book.store.query("SELECT coalesce(max(id), 0) FROM entry")
        with progress("reading the book", entries) as update:
            return read(book, network, good, update)


def _show(screen: Console, found: Times) -> None:
    if found.pairs:
        titles = ["From", "To", ">Passages", ">p10", ">Median", ">p90", ">Network", ">Held"]
        screen.print(grid(screen, titles, [_row(each) for each in found.pairs[:SHOWN]]))
    else:
        screen.print("The book has no passages between two places that often enough.")
    if len(found.pairs) > SHOWN:
        note(screen, f"{len(found.pairs) - SHOWN} more pairs; --json has them all.")
    note(screen, f"{found.documents:,} documents, {found.under_way:,} consignments under way.")
    if found.arrived:
        held = found.held / found.arrived
        note(
            screen,
            f"Of {found.arrived:,} arrivals that were expected {share(held)} came within their interval, "
            f"{share(found.coverage)} should.",
        )


def _row(each: Pair) -> list[str]:
    held = f"{each.held} of {each.arrived}" if each.arrived else "-"
    return [each.start_name, each.end_name, f"{each.passages:,}", spell(each.p10_h), spell(each.median_h),
            spell(each.p90_h), spell(each.network_h), held]  # fmt: skip


def _tell(screen: Console, found: Arrival) -> None:
    told = found.expected
    rows = [
        ["Consignment", f"{found.issuer}/{found.number}"],
        ["Seen last", f"{found.seen}, {found.seen_at:%Y-%m-%d %H:%M}Z"],
        ["Goes to", found.destination],
        ["Early", f"{told.early:%Y-%m-%d %H:%M}Z"],
        ["Median", f"{told.median:%Y-%m-%d %H:%M}Z"],
        ["Late", f"{told.late:%Y-%m-%d %H:%M}Z"],
        ["Between early and late", share(told.coverage)],
    ]
    if found.deadline is not None:
        rows.append(["Deadline", f"{found.deadline:%Y-%m-%d %H:%M}Z"])
        rows.append(["Late with probability", share(told.late_probability)])
    screen.print(grid(screen, ["", ""], rows))
    basis = f"{told.calibrated} earlier expectations" if told.calibrated else "the spread of the times alone"
    note(
        screen,
        f"As of {found.now:%Y-%m-%d %H:%M}Z; rests on {told.passages:g} passages (old ones count less) and "
        f"{basis}.",
    )
