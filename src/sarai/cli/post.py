"""sarai post: files in, documents into the book, batch by batch."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from sarai.cli import options
from sarai.cli.options import TIME
from sarai.cli.output import answer, grid, note, progress
from sarai.cli.root import FINDINGS, INTERRUPTED

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.cli.poster import Outcome, Tally
    from sarai.cli.screened import Screened
    from sarai.intake import Read

FORMATS = ("jsonl", "json", "csv", "asycuda")
STDIN = "-"


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(
    exists=True, dir_okay=False, allow_dash=True))  # fmt: skip
@options.ledger
@click.option("--map", "mapping", metavar="M", type=click.Path(exists=True, dir_okay=False),
              help="How the columns of a CSV become documents (TOML).")  # fmt: skip
@click.option("--format", type=click.Choice(FORMATS), help="What the files hold; else told by content.")
@click.option("--strict/--observe", default=True, show_default=True,
              help="Refuse what is not held, or book it against 'unexplained'.")  # fmt: skip
@click.option("--refusals", metavar="OUT", type=click.Path(dir_okay=False),
              help="Write every refusal to this file, as JSON Lines.")  # fmt: skip
@click.option("--batch", type=click.IntRange(1, 100_000), default=1_000, show_default=True, metavar="N",
              help="Goods lines in one durable commit.")  # fmt: skip
@click.option("--clock", type=click.Choice(["now", "documents"]), default="now", show_default=True,
              help="Time of record: the wall clock's; or, to replay a past period, that of the latest "
              "document of each batch, which also lets waybills expire.")  # fmt: skip
@click.option("--default-time", type=TIME, metavar="T", help="When declarations took effect that say none.")
@click.option("--lists", multiple=True, metavar="PATH", help="Screen what is posted against these lists: a "
              "store of them, a file, or a directory; may be given again.")  # fmt: skip
@click.option("--log", metavar="FILE",
              help="With --lists: record who is screened, and apply what officers decided.")  # fmt: skip
@options.as_json
def post(files: tuple[str, ...], ledger: str, as_json: bool, refusals: str | None, **how: Any) -> int:
    """Post documents to the book.

    Files are read in the order given: JSON Lines, JSON, CSV or ASYCUDA XML, plain or gzip; - is
    standard input. Each document stands or falls alone, and what is refused is kept in the book with
    the reason. The same files may be posted again: what is in the book already is left alone.

    Exit status 1 if anything was refused, if a hit is open, or if screening failed. Ctrl-C ends after
    the batch under way.
    """
    from sarai.cli.poster import Poster, batches

    with ExitStack() as stack:
        screening = stack.enter_context(_screening(how["lists"], how["log"]))
        began = time.monotonic()
        book = stack.enter_context(options.open_book(ledger, create=True))
        stopped = stack.enter_context(_stop_on_interrupt())
        feed = Feed(files, how["format"], how["mapping"], how["default_time"])
        out = stack.enter_context(Path(refusals).open("w", encoding="utf-8")) if refusals else None
        show = stack.enter_context(progress("posting", feed.total))
        poster = Poster(book, "strict" if how["strict"] else "observe", replay=how["clock"] == "documents")
        try:
            for batch in batches(feed.reads(), how["batch"], lambda: bool(stopped)):
                outcomes = poster.post(batch)
                if out:
                    _write_refusals(out, outcomes)
                if screening:
                    screening.take(outcomes)
                show(feed.done)
        except KeyboardInterrupt:
            stopped.append(signal.SIGINT)
        except BaseException:
            _say_what_is_safe(poster.tally)
            raise
    seconds = time.monotonic() - began
    summary = summarised(poster.tally, seconds, screening, interrupted=bool(stopped))
    answer(as_json, summary, lambda screen: show_summary(screen, poster.tally, seconds, screening))
    if stopped:
        _say_what_is_safe(poster.tally)
        return INTERRUPTED
    return FINDINGS if poster.tally.refused or (screening and not screening.is_clean) else 0


def _screening(lists: tuple[str, ...], log: str | None) -> AbstractContextManager[Screened | None]:
    """Screening, if lists are given; without them its room is not even imported."""
    if not lists:
        if log:
            raise click.UsageError("--log records what is screened against --lists; give both")
        return nullcontext()
    from sarai.cli.screened import screened

    return screened(lists, log)


class Feed:
    """Reads files one after another, and knows how many bytes of them are read."""

    def __init__(
        self,
        files: Sequence[str],
        format: str | None = None,
        mapping: str | None = None,
        default_time: datetime | None = None,
    ) -> None:
        self.files, self.format, self.default_time = files, format, default_time
        self.mapping = mapping
        sized = [0 if file == STDIN else Path(file).stat().st_size for file in files]
        self.total = sum(sized) if all(sized) else None
        self.read = 0
        self.stream: BinaryIO | None = None

    @property
    def done(self) -> int:
        """Bytes read so far."""
        return self.read + (self.stream.tell() if self.stream and self.stream.seekable() else 0)

    def reads(self) -> Iterator[Read]:
        """Everything that the files hold, in order."""
        from sarai.intake import SourceError, load_mapping, read

        mapping = load_mapping(self.mapping) if self.mapping else None
        for file in self.files:
            try:
                self.stream = sys.stdin.buffer if file == STDIN else Path(file).open("rb")  # noqa: SIM115
            except OSError as error:
                raise SourceError(
                    f"{file} cannot be opened: {error.strerror}; mend it and post again"
                ) from error
            with nullcontext() if file == STDIN else self.stream:
                yield from read(
                    self.stream, format=self.format, mapping=mapping, default_time=self.default_time
                )
                self.read, self.stream = self.done, None


@contextmanager
def _stop_on_interrupt() -> Iterator[list[int]]:
    """A list that is empty until Ctrl-C is pressed; the second Ctrl-C interrupts at once."""
    stopped: list[int] = []

    def stop(number: int, frame: object) -> None:
        if stopped:
            raise KeyboardInterrupt
        stopped.append(number)

    former = signal.signal(signal.SIGINT, stop)
    try:
        yield stopped
    finally:
        signal.signal(signal.SIGINT, former)


def _write_refusals(out: Any, outcomes: list[Outcome]) -> None:
    from sarai.cli.poster import describe

    for outcome in outcomes:
        if not outcome.result.ok:
            out.write(json.dumps(describe(outcome), ensure_ascii=False) + "\n")
    out.flush()


def _say_what_is_safe(tally: Tally) -> None:
    click.echo(
        f"sarai: stopped; what was read up to here is safely in the book (entry {tally.entry}). "
        "Post the same files again to go on: nothing is booked twice.",
        err=True,
    )


def summarised(
    tally: Tally, seconds: float, screening: Screened | None = None, *, interrupted: bool = False
) -> dict[str, Any]:
    """The summary as one record."""
    codes = {
        what: [{"code": int(c), "name": c.name, "count": n} for c, n in sorted(counter.items())]
        for what, counter in (("refused", tally.refused), ("facts", tally.facts))
    }
    return {
        "read": tally.read,
        "lines": tally.lines,
        "posted": tally.posted,
        "repeated": tally.repeated,
        "expired": tally.expired,
        **codes,
        "last_entry": tally.entry,
        "seconds": round(seconds, 3),
        "lines_per_second": round(tally.lines / seconds) if seconds else None,
        "interrupted": interrupted,
        **({"screening": screening.summary()} if screening else {}),
    }


def show_summary(screen: Console, tally: Tally, seconds: float, screening: Screened | None = None) -> None:
    """The summary for people."""
    from sarai.telling.words import plainly

    def counted(counter: dict) -> list[list[str]]:
        return [[str(int(code)), plainly(code.name), f"{count:,}"] for code, count in sorted(counter.items())]

    refused = sum(tally.refused.values())
    rows = [["documents read", tally.read], ["posted", tally.posted]]
    rows += [
        [what, count] for what, count in (("repeated", tally.repeated), ("expired", tally.expired)) if count
    ]
    rows += [["refused", refused], ["goods lines", tally.lines]]
    screen.print(grid(screen, ["Posting", ">"], [[what, f"{count:,}"] for what, count in rows]))
    if refused:
        screen.print()
        screen.print(grid(screen, [">Refused", "because", ">inputs"], counted(tally.refused)))
    if tally.facts:
        screen.print()
        screen.print(grid(screen, [">Fact", "the book noticed", ">times"], counted(tally.facts)))
    if screening:
        screening.show(screen)
    screen.print()
    speed = f", {tally.lines / seconds:,.0f} lines/s" if seconds >= 0.1 else ""
    note(screen, f"{seconds:.1f} s{speed}; the last entry is {tally.entry:,}")
