"""What the figures of a report come to, in sentences that say how sure they are."""

from __future__ import annotations

from collections.abc import Iterator

from sarai.telling.charts.data import Value
from sarai.telling.charts.numbers import HOLE, compact, percent
from sarai.telling.flows_given import Effect, Estimate, FlowsReport, MirrorGap, Trend

SIGNIFICANT = 0.05
STRIKING = 2.0  # spreads off a pair's own past, from which on it is said to be unusual
MOST = 3  # pairs named


def sentences(report: FlowsReport) -> list[str]:
    """The summary of a report, a sentence for what each section found."""
    return [*_coverage(report), *_mirror(report), *_passed(report), *_surges(report), *_markets(report),
            *map(trend_said, report.trends), *map(effect_said, report.effects), *_doubts(report)]  # fmt: skip


def _coverage(report: FlowsReport) -> Iterator[str]:
    if report.coverage is None:
        return
    cells = [cell for row in report.coverage.cells for cell in row]
    holes = sum(cell is None for cell in cells)
    if holes:
        yield (
            f"{holes:,} of {len(cells):,} periods asked for were not published "
            f"({percent(holes / len(cells))}); nothing stands in their place."
        )
    else:
        yield f"All {len(cells):,} periods asked for were published."


# -- gaps ----------------------------------------------------------------------------------------


def _mirror(report: FlowsReport) -> Iterator[str]:
    both = [each for each in report.mirror if each.exported is not None and each.imported is not None]
    if both:
        sent, recorded = sum(e.exported or 0 for e in both), sum(e.imported or 0 for e in both)
        yield (
            f"Exporters report {money(sent, report)} sent where importers record {money(recorded, report)}"
            + (f", {percent((sent - recorded) / sent)} less" if sent > recorded else "")
            + _left_out(len(report.mirror) - len(both))
        )
    odd = [each for each in both if each.score is not None and abs(each.score) >= STRIKING]
    for each in sorted(odd, key=lambda e: (-abs(e.score or 0), e.exporter, e.importer, e.code))[:MOST]:
        yield gap_said(each, report)


def _left_out(lacking: int) -> str:
    if not lacking:
        return "."
    many = f"{lacking:,} rows are" if lacking > 1 else "one row is"
    return f"; {many} left out, as one side was {HOLE}."


def gap_said(each: MirrorGap, report: FlowsReport) -> str:
    """A gap against the pair's own past."""
    said = (
        f"{each.exporter} to {each.importer}, {each.code}, {when(each.span)}: "
        f"{money(each.exported, report)} sent, {money(each.imported, report)} recorded"
    )
    if each.score is None:
        return f"{said}; the pair has no past to score it against."
    past = f" (log gap {number(each.gap_log)}, before {number(each.base_mean)} ± {number(each.base_spread)})"
    way = "above" if each.score > 0 else "below"
    return f"{said}, {abs(each.score):.1f} spreads {way} the pair's own past{past}."


def _passed(report: FlowsReport) -> Iterator[str]:
    both = [e for e in report.passed if e.inbound is not None and e.outbound is not None]
    through = sum(min(e.inbound or 0, e.outbound or 0) for e in both)
    came = sum(e.inbound or 0 for e in both)
    if came:
        yield (
            f"Of {money(came, report)} that came into transit at most {money(through, report)} went on "
            f"({percent(through / came)}), matched by code" + _left_out(len(report.passed) - len(both))
        )


def _surges(report: FlowsReport) -> Iterator[str]:
    if report.surges:
        surged = sum(each.surged is True for each in report.surges)
        unknown = sum(each.surged is None for each in report.surges)
        holes = f"; of {unknown:,} it cannot be said, for holes" if unknown else ""
        yield f"{surged:,} of {len(report.surges):,} lines surged on both legs{holes}."


def _markets(report: FlowsReport) -> Iterator[str]:
    if report.markets:
        known = sum(each.after or 0 for each in report.markets)
        new = sum(each.before == 0 for each in report.markets)
        yield (
            f"Anomalous: {_count(len(report.markets), 'market')}, {new:,} from zero; together they hold "
            f"{money(known, report)}."
        )


# -- estimates -----------------------------------------------------------------------------------


def trend_said(each: Trend) -> str:
    """Where a series breaks, and whether its decline can be told from none."""
    said = []
    if each.broke:
        interval = (
            f" ({each.broke_low:%Y-%m} to {each.broke_high:%Y-%m})"
            if each.broke_low and each.broke_high
            else ""
        )
        said.append(f"breaks at {each.broke:%Y-%m}{interval}{_p(each.broke_p)}")
    elif each.broke_p is not None:
        said.append(f"no break can be told from none{_p(each.broke_p)}")
    if each.slope is not None and each.slope.value is not None:
        said.append(f"changes by {estimate(each.slope, percent)} a year")
    if each.decline_p is not None:
        sure = "declines" if each.decline_p < SIGNIFICANT else "a decline cannot be told from none"
        said.append(f"{sure}{_p(each.decline_p)}")
    return f"{each.name}: {'; '.join(said) or HOLE}."


def effect_said(each: Effect) -> str:
    """An effect, and whether selection alone gives as much."""
    said = f"{each.name}: {estimate(each.estimate, number)}{_p(each.p)}"
    value = each.estimate.value
    if each.ratio and value is not None:
        from math import expm1

        said += f", that is {'+' if value > 0 else ''}{percent(expm1(value))}"
    if each.permutation_p is None:
        return f"{said}; no permutation test was made."
    drawn = f" of {each.permutations:,} selections" if each.permutations else ""
    if each.permutation_p < SIGNIFICANT:
        return f"{said}. Selections by chance{drawn} seldom give as much{_p(each.permutation_p)}."
    return (
        f"{said}. Selections by chance{drawn} give as much too{_p(each.permutation_p)}: "
        "this is no evidence of an effect."
    )


def _doubts(report: FlowsReport) -> Iterator[str]:
    if report.disagreements:
        yield f"Sources disagree on {_count(len(report.disagreements), 'figure')}; both are shown."
    if report.not_compared:
        yield f"Refused, with the reason below: {_count(len(report.not_compared), 'comparison')}."


def _count(number: int, name: str) -> str:
    return f"{number:,} {name}" + ("" if number == 1 else "s")


# -- how it is written ---------------------------------------------------------------------------


def money(value: Value, report: FlowsReport) -> str:
    """A value in the report's currency."""
    return HOLE if value is None else f"{report.currency} {compact(value)}"


def when(span: str) -> str:
    """A span of time as people say it.

    >>> when("2022-01..2022-12"), when("2022-03..2022-03")
    ('2022-01 to 2022-12', '2022-03')
    """
    first, _, last = span.partition("..")
    return first if last in ("", first) else f"{first} to {last}"


def number(value: Value) -> str:
    """A bare figure.

    >>> number(0.12345), number(None)
    ('0.123', 'not published')
    """
    return HOLE if value is None else compact(value)


def estimate(given: Estimate, said=number) -> str:
    """A figure with its interval.

    >>> estimate(Estimate(value=0.5, low=0.1, high=0.9))
    '0.5 (95 % interval 0.1 to 0.9)'
    """
    if given.value is None or given.low is None or given.high is None:
        return said(given.value)
    return (
        f"{said(given.value)} ({given.level:.0%} interval {said(given.low)} to {said(given.high)})".replace(
            "% interval", " % interval"
        )
    )


def _p(value: Value) -> str:
    if value is None:
        return ""
    return ", p < 0.001" if value < 0.001 else f", p = {value:.2g}"
