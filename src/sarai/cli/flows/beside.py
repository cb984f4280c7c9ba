"""sarai flows substitution, origins, sources: two accounts of one thing, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sarai.cli.flows import flows
from sarai.cli.flows.asking import Asked, asked, check_alike
from sarai.cli.flows.measures import largest
from sarai.cli.flows.one_way import groups_of, shown
from sarai.cli.flows.telling import told

if TYPE_CHECKING:
    from sarai.flows.models.diversion import Diversion
    from sarai.flows.periods import Span

ALL = ("exporter", "importer", "code", "period")

# -- substitution --------------------------------------------------------------------------------

SUBSTITUTION = {
    "code": "Code", "lost": ">Lost directly", "gained_inward": ">Gained in", "gained_onward": ">Gained on",
    "replaced": ">Replaced", "share": ">Share",
}  # fmt: skip


@flows.command()
@asked("exporters", "through", "importers", "span", "base", "exported", "imported", "top")
@click.option("--by", "by", type=click.Choice(["code", "all"]), default="code", show_default=True,
              help="Code by code, or all together, where one product may stand in for another.")  # fmt: skip
@click.option("--onward-by", "onward", type=click.Choice(["exporters", "importers"]), default="exporters",
              show_default=True, help="Whose figures of what went on: of those in between, or of those "
              "who receive.")  # fmt: skip
def substitution(ask: Asked, span: Span, base: Span, top: int, by: str, onward: str) -> int:
    """How much of lost direct trade can have come by way of others.

    It bounds what can have gone by way of: the lesser of what was lost directly, gained on the way in, and
    gained on the way on. Where the series are long enough, the share is estimated too, with its interval
    and the period since when.
    """
    from sarai.flows.measures.substitution import substitution as measured

    check_alike(span, base, ask.question.frequency)
    question, side = ask.question, "exported" if onward == "exporters" else "imported"
    keys = ("code",) if by == "code" else ()
    found = measured(
        ask.ready.trade, ask.ready.published, sources=ask.ready.sources, senders=question.exporters,
        transits=question.through, sanctioned=question.importers, span=span, base=base, by=keys, onward=side,
        frequency=question.frequency,
    )  # fmt: skip
    rows = largest(ask, found, "replaced", top, keys)
    estimate, why = _diverted(ask, side)
    words = f"Share: replaced, of what was lost directly. {_said(ask, estimate) if estimate else why}"
    told(ask, rows, shown(SUBSTITUTION, keys), words, diversion=estimate, no_diversion=why)
    return 0


def _diverted(ask: Asked, side: str) -> tuple[Diversion | None, str]:
    """The estimate of all codes together, or why there is none."""
    import numpy as np

    from sarai.flows.models.diversion import diversion
    from sarai.goods import SaraiError
    from sarai.telling.flows_asked import grid, term

    asked = ask.question
    terms = (
        term(ask, "exported", asked.exporters, asked.importers),
        term(ask, "exported", asked.exporters, asked.through),
        term(ask, side, asked.through, asked.importers),
    )
    grids = [grid(ask, each) for each in terms]
    if not all(each.groups for each in grids):
        return None, "No share is estimated: one of the three flows has no row."
    flows = [np.asarray(each.values[0]) for each in grids]
    try:
        return diversion(*flows, cycle=12 if asked.frequency == "M" else 1), ""
    except SaraiError as error:
        return None, f"No share is estimated: {error}."


def _said(ask: Asked, found: Diversion) -> str:
    from sarai.flows.measures.terms import periods_of

    span = ask.question.span
    assert span is not None, "--span is required"
    when = periods_of(span, ask.question.frequency)
    since, first, last = (f"{when[at]:%Y-%m}" for at in (found.at, found.earliest, found.latest))
    share = found.share
    return (
        f"Since {since} ({first} to {last}), of all together {share.estimate:.0%} came back "
        f"({100 * found.level:.0f} % interval {share.low:.0%} to {share.high:.0%}; that both legs agree: "
        f"p = {found.agree_p:.2g})."
    )


# -- two accounts of the same imports ------------------------------------------------------------

ORIGINS = {
    "exporter": "From", "importer": "To", "code": "Code", "period": "Period", "by_origin": ">By origin",
    "by_consignment": ">By consignment", "difference": ">Difference", "share": ">Share",
}  # fmt: skip
SOURCES = {
    "exporter": "From", "importer": "To", "code": "Code", "period": "Period", "first": ">First",
    "second": ">Second", "difference": ">Difference", "ratio": ">Ratio", "first_holes": ">Holes",
    "second_holes": ">second",
}  # fmt: skip
BY = click.option("--by", "by", metavar="LIST", default="exporter,importer", show_default=True,
                  help="Groups: some of exporter, importer, code, period, with commas.")  # fmt: skip


@flows.command()
@asked("exporters", "importers", "span", "imported", "top")
@BY
def origins(ask: Asked, span: Span, top: int, by: str) -> int:
    """Imports by where goods were made against imports by whence they were sent.

    A partner above zero made goods that others sent; one below zero sent goods that others made.
    """
    from sarai.flows.measures.origin_consignment import origin_consignment

    question, groups = ask.question, groups_of(by, ALL)
    found = origin_consignment(
        ask.ready.trade, ask.ready.published, source=ask.ready.sources.imported, span=span,
        reporters=question.importers, partners=question.exporters, by=groups, frequency=question.frequency,
    )  # fmt: skip
    rows = _widest(ask, found, top, groups)
    told(ask, rows, shown(ORIGINS, groups), "Difference: by origin less by consignment.")
    return 0


@flows.command()
@click.argument("first")
@click.argument("second")
@asked("exporters", "importers", "span", "top")
@click.option("--flow", type=click.Choice(["export", "import"]), default="export", show_default=True,
              help="Of which flow.")  # fmt: skip
@BY
def sources(ask: Asked, first: str, second: str, span: Span, top: int, flow: str, by: str) -> int:
    """What two sources say of the same flows, side by side; neither is preferred."""
    from sarai.flows.measures.disagreement import disagreement

    question, groups = ask.question, groups_of(by, ALL)
    _check_sources(ask, flow, first, second)
    sides = (question.exporters, question.importers)
    reporters, partners = sides if flow == "export" else sides[::-1]
    found = disagreement(
        ask.ready.trade, ask.ready.published, first=first, second=second, flow=flow, span=span,
        reporters=reporters, partners=partners, by=groups, frequency=question.frequency,
    )  # fmt: skip
    rows = _widest(ask, found, top, groups)
    titles = {**shown(SOURCES, groups), "first": f">{first}", "second": f">{second}"}
    told(ask, rows, titles, f"Ratio: {first} by {second}.", first=first, second=second)
    return 0


def _check_sources(ask: Asked, flow: str, *names: str) -> None:
    """Hold that sources have such rows: without this, one that has no totals would seem to say zero."""
    from sarai.flows.ready import NothingThere
    from sarai.goods import BadSetting

    there = sorted(ask.statistics.catalogue.digits)
    for name in names:
        if name not in there:
            raise BadSetting(
                f"there is no source {name!r} in {ask.statistics.folder}; use {', '.join(there)}"
            )
    trade = ask.ready.trade
    having = {row["source"] for row in ask.rows(trade.filter(trade.flow == flow).select("source").distinct())}
    for name in names:
        if name not in having:
            raise NothingThere(
                f"source {name!r} has no {flow}s of what is asked, of {ask.question.digits} digits; "
                "ask for other --digits, or another source"
            )


def _widest(ask: Asked, found: Any, top: int, keys: tuple[str, ...]) -> list[dict[str, Any]]:
    """The rows that differ most, either way."""
    apart = found["difference"]
    return ask.rows(found.order_by([apart.isnull(), apart.abs().desc(), *keys]).limit(top))
