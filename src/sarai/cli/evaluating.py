"""A state whose truth is known: posted as its papers came in, watched, and held against the truth."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from sarai.cli.output import grid, note, progress

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.goods import Document
    from sarai.ledger import Book
    from sarai.watch.evaluation import Evaluation, Known
    from sarai.watch.finding import Alert

TOGETHER = timedelta(minutes=15)  # papers that come in so soon after one another are recorded as one batch
AFTER = timedelta(days=45)  # the watch is told so late a time at the end, so that all that is due is judged


def evaluated(directory: Path | None, seed: int, traders: int, days: int) -> Evaluation:
    """Simulate a state unless there is one, post and watch it, and compare."""
    from sarai.ledger import open_book
    from sarai.simulation import Scenario, write
    from sarai.watch.evaluation import evaluate

    with TemporaryDirectory(prefix="sarai-") as temporary:
        if directory is None:
            directory = Path(temporary) / "state"
            with progress("simulating", days) as show:
                write(Scenario(traders=traders, days=days), seed, directory, lambda done, _: show(done))
        with open_book(str(Path(temporary) / "book.db")) as book:
            last = post_as_it_came(book, directory)
            alerts, documents = watched(book, directory, Path(temporary) / "alerts.db", last + AFTER)
        with (directory / "truth.jsonl").open(encoding="utf-8") as lines:
            return evaluate(alerts, documents, map(json.loads, lines))


def post_as_it_came(book: Book, directory: Path) -> datetime:
    """Post every document at the time at which it came in; the last such time."""
    total = (directory / "documents.jsonl").stat().st_size
    day = None
    with progress("posting", total) as show:
        done = 0
        for time, documents, size in _batches(directory):
            book.record(documents, time, "observe")
            if day != time.date():
                book.expire(time)
                day = time.date()
            done += size
            show(done)
    return time


def _batches(directory: Path) -> Iterator[tuple[datetime, list[Document], int]]:
    """What came in at about one time, with the last of the times and the bytes read."""
    batch: list[Document] = []
    size, first, last = 0, None, None
    for time, document, length in _events(directory):
        if first is not None and time - first > TOGETHER:
            yield last, batch, size
            batch, size, first = [], 0, None
        batch.append(document)
        first, last, size = first or time, time, size + length
    if batch:
        yield last, batch, size


def _events(directory: Path) -> Iterator[tuple[datetime, Document, int]]:
    import msgspec

    from sarai.goods import AnyDocument

    decode = msgspec.json.Decoder(AnyDocument).decode
    with (
        (directory / "documents.jsonl").open("rb") as papers,
        (directory / "arrivals.jsonl").open("rb") as times,
    ):
        for paper, arrival in zip(papers, times, strict=True):
            try:
                document = decode(paper)
            except msgspec.DecodeError:
                continue  # malformed on purpose; the book would refuse it
            yield datetime.fromisoformat(json.loads(arrival)["record_time"]), document, len(paper)


def watched(
    book: Book, directory: Path, alerts: Path, until: datetime
) -> tuple[list[Alert], dict[int, Known]]:
    """The alerts over a book, and what its entries are."""
    from sarai.watch.given import Given
    from sarai.watch.running import Watching
    from sarai.watch.store import AlertStore

    with AlertStore.open(alerts) as store:
        watching = Watching(book, store, Given.read(directory / "register.jsonl"))
        with progress("judging", watching.backlog) as show:
            raised = list(watching.run(until, show))
    for fault in watching.off:
        raise RuntimeError(f"{fault.typology} failed at entry {fault.entry}: {fault.why}")
    return raised, dict(_known(book))


def _known(book: Book) -> Iterable[tuple[int, Known]]:
    from sarai.ledger.feed import Feed
    from sarai.ledger.rows import to_us
    from sarai.watch.evaluation import Known

    for posted in Feed(book.store):
        document = posted.document
        if document is not None and not posted.code:
            kind = document.__struct_config__.tag
            name = (document.issuer, document.number)
            yield posted.entry, Known(name, kind, to_us(document.time), posted.recorded)


def show_evaluation(screen: Console, value: Evaluation) -> None:
    """For people."""

    def of(rate: Any) -> str:
        return f"{rate.part:,} of {rate.whole:,}"

    def hours(median_h: float | None) -> str:
        return "" if median_h is None else f"{median_h:,.0f}"

    rows = [
        ["cases found", of(value.found), f"{value.found.share:.1%}"],
        ["alerts that are right", of(value.right), f"{value.right.share:.1%}"],
        ["diversions alerted before the goods left", of(value.in_time), f"{value.in_time.share:.1%}"],
        ["false alerts, to honest consignments", of(value.false), f"{1000 * value.false.share:.2f} in 1,000"],
    ]
    screen.print(grid(screen, ["All schemes together", ">", ">"], rows))
    schemes = [
        [
            name,
            of(each.found),
            hours(each.median_h),
            ", ".join(f"{k} {n}" for k, n in list(each.by.items())[:3]),
        ]
        for name, each in value.schemes.items()
    ]
    screen.print()
    screen.print(grid(screen, ["Scheme", ">found", ">after h", "by"], schemes))
    rows = [
        [name, of(each.right), f"{each.right.share:.0%}", str(each.cases.part), hours(each.median_h)]
        for name, each in value.typologies.items()
    ]
    screen.print()
    screen.print(grid(screen, ["Typology", ">right", ">", ">cases", ">after h"], rows))
    note(screen, "after h: hours from a case's first document to its first alert, the middle case")
