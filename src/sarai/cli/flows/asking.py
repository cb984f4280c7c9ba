"""What every question to statistics is asked with: where they are, who, what, when, on which engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from sarai.cli import options
from sarai.cli.output import busy
from sarai.goods import BadSetting, SaraiError

if TYPE_CHECKING:
    from ibis.backends import BaseBackend
    from ibis.expr.types import Table

    from sarai.flows.periods import Span
    from sarai.flows.question import Question
    from sarai.flows.ready import Ready
    from sarai.flows.statistics import Statistics

store = click.option(
    "--store", metavar="DIR", envvar="SARAI_STATISTICS", show_envvar=True, required=True,
    type=click.Path(file_okay=False), help="The folder of statistics.",
)  # fmt: skip
memory = click.option(
    "--memory", type=click.IntRange(256), default=4096, show_default=True, metavar="MB",
    help="What the engine may hold in memory; more goes to files.",
)  # fmt: skip


class SpanType(click.ParamType):
    """A span of time, such as 2022-03..2022-11."""

    name = "span"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Span:
        """Parse it; a usage error if it is none."""
        from sarai.flows.periods import Span, span

        if isinstance(value, Span):
            return value
        try:
            return span(value)
        except BadSetting as error:
            self.fail(str(error), param, ctx)


SPAN = SpanType()


class PictureType(click.ParamType):
    """A file for a picture, told by its ending."""

    name = "picture"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Look at its ending."""
        path = Path(value)
        if path.suffix.lower() not in (".svg", ".png"):
            self.fail(f"{value!r} is no picture; give a name that ends in .svg or .png", param, ctx)
        return path


PICTURE = PictureType()


def asked(*names: str) -> Callable:
    """A command that asks a question: its options, of which `names` are those beside the common ones.

    The command is given an `Asked` in their place; what it has of the question among its own options
    (`OF_THE_QUESTION`) goes there too.
    """

    def decorate(command: Callable[..., int]) -> Callable[..., int]:
        @wraps(command)
        def asking(**given: Any) -> int:
            common = {name: given.pop(name) for name in COMMON}
            sides = {name: given.pop(name) for name in OF_THE_QUESTION if name in given}
            with ExitStack() as sign:
                sign.enter_context(busy("computing"))
                with opened(common, {**given, **sides}, sign) as ask:
                    return command(ask, **given)

        for option in reversed([*(OPTIONS[name] for name in names), *COMMON.values()]):
            asking = option(asking)
        return asking

    return decorate


COMMON = {
    "store": store,
    "codes": click.option("--codes", metavar="LIST", default="",
                          help="Beginnings of codes, with commas; chpl, or chpl:1 for a tier of it."),
    "frequency": click.option("--annual", "frequency", flag_value="A", help="Years instead of months."),
    "digits": click.option("--digits", type=click.Choice(["0", "2", "4", "6", "8"]), default="6",
                           show_default=True, help="How far codes are told apart; 0: all goods together."),
    "edition": click.option("--edition", metavar="HSYYYY", default="",
                            help="The edition to answer in; the oldest in the rows if none is given."),
    "currency": click.option("--currency", metavar="CODE", default="", help="The currency to answer in."),
    "fob": click.option("--fob", type=click.Choice(["stated", "low", "high"]), default=None,
                        help="Imports f.o.b.: less the stated margin, or its low or high end."),
    "rates": click.option("--rates", metavar="FILE", type=click.Path(exists=True, dir_okay=False),
                          help="Exchange rates of your own (CSV), before those that are packaged."),
    "engine": click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb",
                           show_default=True, help="What computes it."),
    "master": click.option("--master", metavar="URL", default="local[2]", show_default=True,
                           help="Where Spark is."),
    "memory": memory,
    "as_json": options.as_json,
}  # fmt: skip

OPTIONS = {
    "exporters": click.option("--from", "exporters", metavar="LIST", default="",
                              help="Who exports: countries or groups such as EU, with commas."),
    "through": click.option("--through", "through", metavar="LIST", required=True,
                            help="The countries in between."),
    "importers": click.option("--to", "importers", metavar="LIST", default="",
                              help="Who imports: countries or groups."),
    "span": click.option("--span", type=SPAN, metavar="FROM..TO", required=True,
                         help="The time that is asked about, such as 2022-03..2022-11."),
    "base": click.option("--base", type=SPAN, metavar="FROM..TO", required=True,
                         help="The time that it is compared with."),
    "exported": click.option("--exports-by", "exported", metavar="SOURCE", default="",
                             help="The source of exports; if none is given, the first that has any."),
    "imported": click.option("--imports-by", "imported", metavar="SOURCE", default="",
                             help="The source of imports; if none is given, the first that has any."),
    "top": click.option("--top", type=click.IntRange(1), default=20, show_default=True,
                        help="How many rows."),
    "plot": click.option("--plot", metavar="F.svg|F.png", type=PICTURE, help="Draw it to this file."),
}  # fmt: skip


SIDES = {"exporters": "--from", "through": "--through", "importers": "--to"}
OF_THE_QUESTION = (*SIDES, "exported", "imported")


class Asked(NamedTuple):
    """A question, the trade that answers it, and the engine that it is on.

    Attributes
    ----------
    sign : ExitStack
        The sign of life, to be closed before anything is said.
    """

    question: Question
    ready: Ready
    engine: BaseBackend
    statistics: Statistics
    as_json: bool
    memory_mb: int
    sign: ExitStack

    def rows(self, table: Table) -> list[dict[str, Any]]:
        """Compute a table."""
        from sarai.flows.engines import rows_of

        return rows_of(self.engine, table)

    def count(self, table: Table) -> int:
        """How many rows a table has."""
        return self.rows(table.agg(rows=table.count()))[0]["rows"]


@contextmanager
def opened(common: dict[str, Any], more: dict[str, Any], sign: ExitStack) -> Iterator[Asked]:
    """The question of the options, on its engine."""
    from sarai.flows.ready import ready
    from sarai.flows.statistics import Statistics

    statistics = Statistics(Path(common["store"]))
    check_there(statistics)
    question = question_of(common, more)
    with engine_of(common, statistics.folder) as engine:
        found = ready(statistics, question, engine, rates_of(common["rates"]))
        yield Asked(question, found, engine, statistics, common["as_json"], common["memory"], sign)


def check_there(statistics: Statistics) -> None:
    """Hold that statistics were loaded into the folder."""
    if not statistics.catalogue.loads:
        raise BadSetting(f"there are no statistics in {statistics.folder}; load files with: sarai flows load")


@contextmanager
def engine_of(common: dict[str, Any], folder: Path) -> Iterator[BaseBackend]:
    """The engine that was chosen, within the memory that was given."""
    from sarai.flows.engines import duckdb_engine, spark_engine
    from sarai.flows.settings import FlowsSettings

    settings = FlowsSettings(memory_mb=common["memory"])
    spill = folder / "spill"
    if common.get("engine", "duckdb") == "duckdb":
        with duckdb_engine(settings, spill) as engine:
            yield engine
    else:
        with spark_engine(common["master"], settings, spill) as engine:
            yield engine


def question_of(common: dict[str, Any], more: dict[str, Any]) -> Question:
    """The question that options ask."""
    from sarai.flows.question import Question

    spans = [each for each in (more.get("base"), more.get("span")) if each]
    whole = None
    if spans:
        from sarai.flows.periods import Span

        whole = Span(min(each.first for each in spans), max(each.last for each in spans))
    codes, codes_of = codes_in(common["codes"])
    sides = {name: countries_in(more.get(name) or "", whole, option) for name, option in SIDES.items()}
    return Question(
        **sides, codes=codes, codes_of=codes_of, span=whole, frequency=common["frequency"] or "M",
        digits=int(common["digits"]), edition=edition_in(common["edition"]),
        currency=currency_in(common["currency"]), fob=common["fob"] or "",
        exported=more.get("exported") or "", imported=more.get("imported") or "",
    )  # fmt: skip


def codes_in(text: str, option: str = "--codes") -> tuple[tuple[str, ...], str]:
    """The beginnings of codes, and the edition that they are of; empty for that of the answer."""
    from sarai.flows.naming import codes_named

    try:
        return codes_named(text)
    except SaraiError as error:
        raise BadSetting(f"{option}: {error}") from error


def countries_in(text: str, on: Span | None, option: str) -> tuple[str, ...]:
    """The countries that a list names; groups by who belonged to them at the end of the span."""
    from datetime import date

    from sarai.flows.naming import countries_named

    try:
        return countries_named(text, on.last if on else date.max.replace(year=9998))
    except SaraiError as error:
        raise BadSetting(f"{option}: {error}") from error


def check_alike(span: Span, base: Span, frequency: str) -> None:
    """Hold that sums over two spans can be compared."""
    from sarai.flows.measures.terms import periods_of

    now, then = (len(periods_of(each, frequency)) for each in (span, base))
    if now != then:
        raise BadSetting(
            f"--base {base} has {then} periods and --span {span} has {now}: their sums cannot be compared; "
            "give the same months of another year"
        )


def edition_in(text: str) -> str:
    """An edition of the Harmonized System, or none."""
    from sarai.reference.hs import EDITIONS

    edition = text.upper()
    if edition and edition not in EDITIONS:
        raise BadSetting(f"--edition: {text!r} is not known; use one of {', '.join(EDITIONS)}")
    return edition


def currency_in(text: str) -> str:
    """A currency, or none."""
    currency = text.upper()
    if currency and not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        raise BadSetting(f"--currency: {text!r} is no ISO 4217 code; write it as USD")
    return currency


def rates_of(path: str | None) -> tuple:
    """Exchange rates: those that are packaged, then those of a file."""
    from sarai.reference import exchange

    own = exchange.read_rates(Path(path).read_text("utf-8"), path) if path else ()
    return (*exchange.rates(), *own)
