"""Past shocks as sheets of words and figures: the same for a terminal and for a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from msgspec import Struct

from sarai.minerals.shocks.cases import AS_BEFORE, Figure, Off, Outcome, Said, Sourced, Year
from sarai.telling.minerals_cases import CasesTold

__all__ = ["Sheet", "sheets"]

MOST_NAMED = 5
REST = "ZZ"  # countries too small to stand alone in the model of prices


class Sheet(Struct, frozen=True):
    """A table; a column whose title begins with ``>`` is aligned to the right."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def sheets(found: CasesTold) -> Iterator[Sheet]:
    """All that is said of cases; those of one market stand together."""
    for _, group in groupby(found.run, key=lambda each: (each.case.importer, each.case.codes)):
        outcomes = list(group)
        yield _bought(outcomes)
        yield _off(outcomes)
        yield _missed(outcomes)
        yield _paid(outcomes)
    if found.on_shares:
        yield _sourced(found.on_shares)


# -- what the importer buys ----------------------------------------------------------------------


def _bought(outcomes: Sequence[Outcome]) -> Sheet:
    case = outcomes[0].case
    columns = (
        f"{case.importer} buys, t",
        ">in all",
        ">p10-p90",
        f">of {case.exporter}",
        ">share",
        ">p10-p90",
        "steps in",
    )
    rows = [_came(outcomes[0].before, " known")]
    rows += [_said(outcome, said) for outcome in outcomes for said in outcome.said]
    rows += [_came(each) for each in outcomes[0].then]
    return Sheet("Said, and what came", columns, tuple(rows))


def _came(year: Year, note: str = "") -> tuple[str, ...]:
    return (
        f"{year.year}{note}", _t(year.imports), "", _t(year.of_exporter), f"{year.share:.0%}", "",
        _named(year.stepped_in),
    )  # fmt: skip


def _said(outcome: Outcome, said: Said) -> tuple[str, ...]:
    return (
        _label(outcome, said.model, said.year), _t(said.imports.value),
        f"{_t(said.imports.p10)}-{_t(said.imports.p90)}", _t(said.of_exporter.value),
        f"{said.share.value:.0%}", _span(said.share), _named(said.step_in),
    )  # fmt: skip


def _off(outcomes: Sequence[Outcome]) -> Sheet:
    years = [str(each.year) for each in outcomes[0].then]
    columns = ("Said to what came", *(f">{year}" for year in years))
    unchanged = [each for each in outcomes[0].off if each.model == AS_BEFORE]
    rows = [(f"as in {outcomes[0].before.year}", *map(_missed_by, unchanged))]
    for outcome in outcomes:
        modelled = [each for each in outcome.off if each.model != AS_BEFORE]
        for said, group in groupby(modelled, key=lambda each: (each.model, each.said_year)):
            rows.append((_label(outcome, *said), *map(_missed_by, group)))
    return Sheet("Off by: imports in per cent, the share in points", columns, tuple(rows))


def _missed_by(off: Off) -> str:
    imports = "-" if off.imports is None else f"{off.imports:+.0%}{'*' * off.imports_within}"
    return f"{imports}, {100 * off.share:+.0f}{'*' * off.share_within}"


# -- who goes without, and what is paid ----------------------------------------------------------


def _missed(outcomes: Sequence[Outcome]) -> Sheet:
    columns = ("By the cascade", ">misses", ">p10-p90", ">stock ends", "others that miss most")
    rows = tuple(
        (
            outcome.case.shock,
            f"{outcome.cascade.shortage.missed.value:.0%}",
            _span(outcome.cascade.shortage.missed),
            _day(outcome.cascade.shortage.runs_out_days),
            ", ".join(f"{code} {share:.0%}" for code, share in outcome.cascade.others),
        )
        for outcome in outcomes
    )
    return Sheet(f"What {outcomes[0].case.importer} misses of a year's consumption", columns, rows)


def _paid(outcomes: Sequence[Outcome]) -> Sheet:
    years = [str(each.year) for each in outcomes[0].then]
    columns = ("Times the price before", ">year 1", ">p10-p90", ">year 2", ">p10-p90",
               *(f">{year}" for year in years))  # fmt: skip
    rows = tuple(
        (
            f"{outcome.case.shock}: {paid.country}",
            *(cell for said in paid.said for cell in (_times(said.value), _times_span(said))),
            *("-" if then is None else _times(then) for then in paid.then),
        )
        for outcome in outcomes
        for paid in outcome.paid
    )
    return Sheet("Prices said, and unit values paid", columns, rows)


# -- on shares of supply -------------------------------------------------------------------------


def _sourced(found: Sequence[Sourced]) -> Sheet:
    first = found[0]
    exporter, years = first.case.exporter, [each.year for each in first.world]
    columns = (
        "EU", f">of {exporter}", ">misses", ">p10-p90", ">stock ends", *(f">{year}" for year in years),
    )  # fmt: skip
    rows = tuple(
        (
            each.case.material, f"{each.share:.0%}", f"{each.shortage.missed.value:.1%}",
            f"{100 * each.shortage.missed.p10:.1f}-{each.shortage.missed.p90:.1%}",
            _day(each.shortage.runs_out_days),
            *(f"{_t(of.elsewhere)} of {_t(of.made)}" for of in each.world),
        )
        for each in found
    )  # fmt: skip
    title = f"{first.case.shock} on shares of the EU's supply; tonnes made outside {exporter} by year"
    return Sheet(title, columns, rows)


# -- figures -------------------------------------------------------------------------------------


def _label(outcome: Outcome, model: str, year: int) -> str:
    return f"{outcome.case.shock}: {model}{f', year {year}' if model == 'prices' else ''}"


def _t(value: float) -> str:
    return f"{value:,.0f}"


def _span(share: Figure) -> str:
    return f"{100 * share.p10:.0f}-{share.p90:.0%}"


def _times(value: float) -> str:
    return f"x{value:.1f}"


def _times_span(said: Figure) -> str:
    return f"{said.p10:.1f}-{said.p90:.1f}"


def _day(day: float | None) -> str:
    return "lasts" if day is None else f"day {day:.0f}"


def _named(codes: Sequence[str]) -> str:
    known = [code for code in codes if code != REST]
    more = ["..."] if len(known) > MOST_NAMED else []
    return ", ".join([*known[:MOST_NAMED], *more]) or "nobody"
