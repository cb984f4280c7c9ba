"""sarai flows book, explain: the book's own documents as statistics, and which of them explain a gap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sarai.cli import options
from sarai.cli.flows import flows
from sarai.cli.flows.asking import SPAN, asked, countries_in, engine_of, memory, store
from sarai.cli.flows.telling import cell, finite
from sarai.cli.output import answer, busy, grid, note
from sarai.goods import BadSetting

if TYPE_CHECKING:
    from ibis.backends import BaseBackend
    from ibis.expr.types import Table
    from rich.console import Console

    from sarai.cli.flows.asking import Asked
    from sarai.flows.booked import Candidate, Explanation, Question
    from sarai.flows.periods import Span
    from sarai.flows.statistics import Loaded, Statistics
    from sarai.goods import Document

REPORTER = click.option(
    "--reporter", metavar="COUNTRY", required=True, help="The state that keeps the book, such as KZ."
)


def documents(ledger: str) -> Iterator[Document]:
    """What a book has posted, in its order."""
    from sarai.goods import Code
    from sarai.ledger.feed import Feed

    with options.open_book(ledger) as book:
        for each in Feed(book.store):
            if each.code == Code.POSTED and each.document is not None:
                yield each.document


def one_country(text: str, option: str) -> str:
    """The country that an option names."""
    found = countries_in(text, None, option)
    if len(found) != 1:
        raise BadSetting(f"{option}: {text!r} is not one country; write it as KZ")
    return found[0]


# -- book ----------------------------------------------------------------------------------------


@flows.command()
@options.ledger
@REPORTER
@store
@click.option("--span", type=SPAN, metavar="FROM..TO",
              help="The months that the book is complete for; by default, from first to last.")  # fmt: skip
@click.option("--digits", type=click.Choice(["2", "4", "6", "8", "10"]), default="6", show_default=True,
              help="Of codes.")  # fmt: skip
@memory
@options.as_json
def book(
    ledger: str, reporter: str, store: str, span: Span | None, digits: str, memory: int, as_json: bool
) -> int:
    """Take the book's own documents into the folder, summed by month, as a source named book.

    Asked again after the book has grown, what it says then takes the place of what it said before.
    """
    from sarai.flows.statistics import Statistics

    who, statistics = one_country(reporter, "--reporter"), Statistics(Path(store))
    with (
        busy("reading the book"), summed(ledger, who, int(digits)) as file,
        engine_of({"memory": memory}, statistics.folder) as engine,
    ):  # fmt: skip
        months = span or _months(file, ledger)
        loaded = _load(statistics, file, who, digits, months, engine)
    value = {"repeated": loaded.repeated, "load": loaded.load, "months": str(months)}
    answer(as_json, value, lambda screen: _show_book(screen, value))
    return 0


@contextmanager
def summed(ledger: str, reporter: str, digits: int) -> Iterator[Path]:
    """The statistics of a book as a file, for the time being."""
    import tempfile

    import pyarrow.parquet as pq

    from sarai.flows.booked import rows
    from sarai.flows.shape import arrow_schema

    with tempfile.TemporaryDirectory(prefix="sarai-flows-") as folder:
        path = Path(folder) / "book.parquet"
        with pq.ParquetWriter(path, arrow_schema()) as file:
            for batch in rows(documents(ledger), reporter=reporter, digits=digits):
                file.write_batch(batch)
        yield path


def _months(file: Path, ledger: str) -> Span:
    """From the first to the last month that anything crossed in."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from sarai.flows.periods import Span

    ends = pc.min_max(pq.read_table(file, columns=["period"])["period"]).as_py()
    if ends["min"] is None:
        raise BadSetting(f"nothing crossed the border in the book {ledger}; post imports or exports first")
    return Span(ends["min"], ends["max"])


def _load(
    statistics: Statistics, file: Path, who: str, digits: str, months: Span, engine: BaseBackend
) -> Loaded:
    import ibis

    from sarai.flows.booked import coverage
    from sarai.flows.readers.reading import REFUSED, Reading

    rows = engine.read_parquet(str(file))
    reading = Reading(rows, ibis.memtable([], schema=REFUSED), complete=False)
    how = f"book of {who}, {digits} digits, {months}"
    covered = ibis.memtable(coverage(months, reporter=who))
    return statistics.load(reading, [file], how, engine, datetime.now(UTC), covered=covered)


def _show_book(screen: Console, value: dict[str, Any]) -> None:
    load = value["load"]
    if value["repeated"]:
        screen.print(f"The book was taken on {load.at:%Y-%m-%d} as it is: nothing to do.")
        return
    screen.print(f"{load.rows:,} rows of the book, complete for {value['months']}.")
    if load.replaced:
        screen.print(f"{load.replaced:,} rows of before gave way to them.")


# -- explain -------------------------------------------------------------------------------------


@flows.command()
@options.ledger
@REPORTER
@asked("exporters", "importers", "span", "exported", "imported")
@click.option("--by", "measure", type=click.Choice(["mass", "value"]), default="mass", show_default=True,
              help="What the gap is measured in: kg, or the currency of the answer.")  # fmt: skip
@click.option("--basis", type=click.Choice(["consignment", "origin"]), default="consignment",
              show_default=True, help="By which the book's imports name the partner.")  # fmt: skip
@click.option("--party", metavar="ID", default="", help="Only what this importer or exporter declared.")
@click.option("--lag", type=click.IntRange(0, 12), default=1, show_default=True, metavar="MONTHS",
              help="How far apart both sides may have recorded the same goods.")  # fmt: skip
def explain(
    ask: Asked, ledger: str, reporter: str, span: Span, measure: str, basis: str, party: str, lag: int
) -> int:
    """Which of the book's documents may explain a gap to a partner's figures.

    One exporter, one importer, one beginning of codes (--codes). A candidate is no finding: it says which
    documents to open first. Exit status 1 if documents leave a part unexplained.
    """
    import tempfile

    from sarai.flows.booked import explain as explained
    from sarai.flows.booked import opened, write_papers

    question = _question(ask, one_country(reporter, "--reporter"), span, measure, basis, party, lag)
    trade, published = _theirs(ask, question)
    with tempfile.TemporaryDirectory(prefix="sarai-flows-") as folder:
        papers = Path(folder) / "papers.parquet"
        write_papers(documents(ledger), papers)
        with opened(ask.engine, papers) as read:
            found = explained(read, trade, published, question)
    told = {**found._asdict(), "measure": question.measure}
    ask.sign.close()
    answer(ask.as_json, finite(told) if ask.as_json else None, lambda screen: _show(screen, found))
    return int(found.unexplained > 0)


def _question(
    ask: Asked, reporter: str, span: Span, measure: str, basis: str, party: str, lag: int
) -> Question:
    """The gap, in terms of the book."""
    from sarai.flows.booked import Cell, Question

    asked = ask.question
    for option, several in (("--from", asked.exporters), ("--to", asked.importers), ("--codes", asked.codes)):
        if len(several) != 1:
            raise BadSetting(f"{option}: a gap is explained for one of each, and there are {len(several)}")
    cell = Cell(exporter=asked.exporters[0], importer=asked.importers[0], code=asked.codes[0], span=span,
                party=party)  # fmt: skip
    return Question(
        cell=cell, reporter=reporter, rates=_rates(ask, span) if measure == "value" else None,
        currency=ask.ready.currency, basis=basis, edition=ask.ready.edition, digits=asked.digits,
        lag_months=lag,
    )  # fmt: skip


def _rates(ask: Asked, span: Span) -> Mapping[str, float]:
    """What one unit of each currency is in that of the answer, in the first month of the span or its year."""
    from sarai.reference.exchange import crossed

    every = crossed(ask.ready.rates, ask.ready.currency)
    found = {ask.ready.currency: 1.0}
    for wanted in (f"{span.first:%Y}", f"{span.first:%Y-%m}"):
        found |= {currency: rate for (currency, period), rate in every.items() if period == wanted}
    return found


def _theirs(ask: Asked, question: Question) -> tuple[Table, Table]:
    """The partner's figures: all codes, and the months about the span."""
    from msgspec.structs import replace

    from sarai.flows.booked.marking import months_around
    from sarai.flows.periods import Span

    ready = ask.ready
    around = replace(ready.selection, codes=(), span=Span(*months_around(question)))
    trade, published = replace(ready, selection=around).trade, ready.published
    source = ready.sources.exported if question.imports else ready.sources.imported
    return trade.filter(trade.source == source), published.filter(published.source == source)


def _show(screen: Console, found: Explanation) -> None:
    measure, cell_ = found.question.measure, found.question.cell
    screen.print(
        f"{cell_.exporter} to {cell_.importer}, {cell_.code}, {cell_.span}: the book has {cell(found.ours)} "
        f"{measure} in {found.count:,} items, {found.question.partner} reports {cell(found.theirs)}."
    )
    rows = [[_reason(each), each.where, cell(each.explains), f"{each.count:,}", _first(each)]
            for each in found.candidates]  # fmt: skip
    if rows:
        titles = ["May explain it", "where", f">{measure}", ">items", "the largest"]
        screen.print(grid(screen, titles, rows))
    note(screen, f"Gap: {cell(found.gap)} {measure}; no document accounts for {cell(found.unexplained)}.")
    if found.unmeasured:
        note(screen, f"{found.unmeasured:,} items of the book do not state it, and count for nothing.")


def _reason(each: Candidate) -> str:
    from sarai.flows.booked import REASONS

    return REASONS[each.reason]


def _first(each: Candidate) -> str:
    return f"{each.papers[0].issuer}/{each.papers[0].number}" if each.papers else ""
