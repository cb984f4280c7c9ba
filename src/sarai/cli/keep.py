"""sarai new, expire, verify: making a book, telling it the time, computing it again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from sarai.cli import options
from sarai.cli.options import TIME
from sarai.cli.output import answer, grid, progress
from sarai.cli.root import FINDINGS

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.ledger import Result, Verification

SHOWN_FINDINGS = 50


@click.command()
@options.ledger
@click.option("--attribution", type=click.Choice(["fifo", "proportional"]), default="fifo", show_default=True,
              help="How stock is drawn where no paper names a lot.")  # fmt: skip
@click.option("--origin", metavar="NAME", default="sarai.local/book", show_default=True,
              help="What the book is called in its checkpoints, like a URL without scheme.")  # fmt: skip
@click.option("--authority", "authorities", metavar="PARTY", multiple=True,
              help="A party that may answer for any waybill; may be given again.")  # fmt: skip
@options.as_json
def new(ledger: str, attribution: str, origin: str, authorities: tuple[str, ...], as_json: bool) -> int:
    """Make a new book with settings of its own.

    A book keeps the settings that it was born with, since every result follows from them. With the
    default settings this is not needed: sarai post makes the book.
    """
    import sarai

    settings = sarai.BookSettings(attribution=attribution, origin=origin, authorities=authorities)
    with sarai.open(ledger, settings) as book:
        born = book.settings
    answer(
        as_json, born, lambda screen: screen.print(f"A book at {ledger}: {born.origin}, {born.attribution}")
    )
    return 0


@click.command()
@options.ledger
@click.option("--now", type=TIME, metavar="T", help="The time to tell the book; by default, the clock's.")
@options.as_json
def expire(ledger: str, now: datetime | None, as_json: bool) -> int:
    """Tell the book the time: waybills past their deadline expire.

    Their goods are the consignor's again. The clock of a book never runs backwards: a time before
    its last entry counts as that.
    """
    with options.open_book(ledger) as book:
        results = book.expire(now)
    answer(
        as_json,
        {"expired": len(results), "entries": [result.entry for result in results]},
        lambda screen: screen.print(_expired(results)),
    )
    return 0


def _expired(results: list[Result]) -> str:
    if not results:
        return "No waybill is past its deadline."
    first, last = results[0].entry, results[-1].entry
    entries = f"entry {first:,}" if first == last else f"entries {first:,} to {last:,}"
    return f"Expired: {len(results):,} waybills ({entries})."


@click.command()
@options.ledger
@options.as_json
def verify(ledger: str, as_json: bool) -> int:
    """Compute the book again from its documents and compare.

    Every entry is held against its hash, every document is posted once more, and every stored row is
    compared with what comes out. Exit status 1 if anything differs.
    """
    with options.open_book(ledger) as book, progress("verifying") as show:
        result = book.verify(show)
    answer(as_json, {"ok": result.ok, **_fields(result)}, lambda screen: show_verification(screen, result))
    return 0 if result.ok else FINDINGS


def _fields(result: Verification) -> dict[str, object]:
    return {
        "entries": result.entries,
        "movements": result.movements,
        "root": result.root,
        "findings": result.findings,
    }


def show_verification(screen: Console, result: Verification) -> None:
    """Whether the book holds, and what does not."""
    if result.ok:
        screen.print(
            f"The book holds: {result.entries:,} entries and {result.movements:,} movements, computed again "
            "from the documents, are what is stored."
        )
        screen.print(f"Root of the log: {result.root.hex()}", soft_wrap=True)
        return
    findings = result.findings
    rows = [[f.table, f.where, f.message] for f in findings[:SHOWN_FINDINGS]]
    screen.print(f"The book does not hold: {len(findings):,} stored rows are not what its documents make.")
    screen.print(grid(screen, ["Table", "Row", "What is wrong"], rows))
    if len(findings) > SHOWN_FINDINGS:
        screen.print(f"... and {len(findings) - SHOWN_FINDINGS:,} more; --json lists them.")
    screen.print(
        "Next: stop posting, keep a copy of the book as it is, and compare its root with the last checkpoint "
        "that you gave away. Then restore a backup and post again what came after it."
    )
