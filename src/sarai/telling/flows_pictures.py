"""Charts of what measures and models found, each from the rows that they give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sarai.flows.measures.terms import periods_of
from sarai.telling.charts import (
    Arrow,
    Bar,
    Bars,
    Break,
    Change,
    Heat,
    Lines,
    Link,
    Map,
    Panel,
    Sankey,
    Series,
    Slopes,
    Words,
)
from sarai.telling.flows_asked import (
    LEGS,
    Asking,
    Lacking,
    around,
    first_period,
    grid,
    known,
    line_of,
    published_by,
    sizes,
    span_of,
    step_months,
    term,
)

if TYPE_CHECKING:
    from datetime import date

    from sarai.flows.measures.reexports import Passage
    from sarai.flows.models.did import EventStudy
    from sarai.flows.question import Question

MOST_PANELS = 6  # two rows of small pictures
MOST_SENDERS = 8
MOST_ARROWS = 40
MOST_REPORTERS = 40
PAIR = ("exporter", "importer")
SAID = {"exported": "sent", "imported": "recorded on arrival"}
C_I_F = "What importers record is mostly valued c.i.f., what exporters do f.o.b."


def words(ask: Asking, title: str, unit: str, note: str = "") -> Words:
    """The words of a chart, with the sources of the question."""
    sources = " and ".join(sorted({each for each in ask.ready.sources if each}))
    return Words(title=title, unit=unit, source=sources or "not stated", note=note)


def _per_period(ask: Asking) -> str:
    return f"{ask.ready.currency} a {'year' if ask.question.frequency == 'A' else 'month'}"


def _series(ask: Asking, name: str, values: Sequence) -> Series:
    return Series(name=name, first=first_period(ask), values=tuple(values), step_months=step_months(ask))


# -- both accounts of a flow ---------------------------------------------------------------------


def both_legs(ask: Asking, groups: Sequence[tuple] = (), by: Sequence[str] = PAIR) -> Lines:
    """What exporters and what importers report, a panel for each of some groups, or of the largest.

    Raises
    ------
    Lacking
        Neither side has a row.
    """
    question = around(ask.question)
    terms = {leg: term(ask, leg, question.exporters, question.importers) for leg in LEGS}
    trade = ask.ready.trade
    if groups and "code" in by:
        parties = {party for group in groups for party in group[:2]}
        trade = ask.ready.between({group[by.index("code")] for group in groups}, parties)
    grids = {leg: grid(ask, of, by, trade) for leg, of in terms.items()}
    shown = list(groups) or _largest(grids.values(), question.through)
    there = {leg: published_by(ask, of) for leg, of in terms.items()}
    panels = tuple(
        Panel(
            name=_named(group),
            series=tuple(
                _series(ask, SAID[leg], line_of(ask, grids[leg], group, there[leg], group[LEGS.index(leg)]))
                for leg in LEGS
            ),
        )
        for group in shown
    )
    if not panels:
        raise Lacking("neither side has a row of what is asked")
    return Lines(words=words(ask, "Sent and recorded", _per_period(ask), C_I_F), panels=panels)


def _largest(grids: Iterable[Any], through: Sequence[str]) -> list[tuple]:
    """The pairs with most trade; those by way of a country in between, if one is named."""
    most: dict[tuple, float] = {}
    for each in grids:
        for group, size in sizes(each).items():
            if not through or {*group} & {*through}:
                most[group] = max(size, most.get(group, 0.0))
    return sorted(most, key=lambda group: (-most[group], group))[:MOST_PANELS]


def _named(group: tuple) -> str:
    exporter, importer, *code = group
    return f"{country(exporter)} to {country(importer)}" + "".join(f", {each}" for each in code)


def country(code: str) -> str:
    """A country as people call it.

    >>> country("KZ")
    'Kazakhstan'
    """
    from sarai.reference import countries

    return countries.country(code).name if len(code) == 2 and code != "EU" else code


# -- through a country ---------------------------------------------------------------------------


def in_and_out(ask: Asking, passage: Passage) -> Lines:
    """What came in and what went out of the country in between, all codes together."""
    terms = passage.terms(span_of(ask))
    lines = []
    for name, leg, side in (("in", "inbound", passage.inbound), ("out", "outbound", passage.outbound)):
        of = terms[f"{leg}_{side}"]
        there = published_by(ask, of)
        whole = set.intersection(*(there.get(each, set()) for each in of.reporters))
        lines.append(_series(ask, name, line_of(ask, grid(ask, of), (), {"": whole}, "")))
    title = f"In and out of {country(passage.transit)}"
    return Lines(words=words(ask, title, _per_period(ask), told_by(passage)),
                 panels=(Panel(name="all codes together", series=tuple(lines)),))  # fmt: skip


def told_by(passage: Passage) -> str:
    """Whose figures of each leg are taken."""
    sent = "its senders" if passage.inbound == "exported" else passage.transit
    taken = "those who receive" if passage.outbound == "imported" else passage.transit
    return f"In: as reported by {sent}; out: as reported by {taken}."


def slopes(ask: Asking, rows: Sequence[Mapping[str, Any]], before: str, after: str) -> Slopes:
    """Codes before and after on the way out, those that surged first."""
    changes = tuple(
        Change(name=f"{row['code']} {way}", before=row[f"{leg}_earlier"], after=row[f"{leg}_later"])
        for row in rows
        for way, leg in (("in", "inbound"), ("out", "outbound"))
    )
    if not changes:
        raise Lacking("no code was traded on either leg")
    unit = f"{ask.ready.currency} a year, mean of the published periods"
    return Slopes(words=words(ask, "Before and after on both legs", unit), before=before, after=after,
                  changes=changes, log=True)  # fmt: skip


def bars(
    ask: Asking, rows: Sequence[Mapping[str, Any]], keys: Sequence[str], value: str, title: str, unit: str,
    note: str = "",
) -> Bars:  # fmt: skip
    """A bar for each row."""
    found = tuple(
        Bar(name=" ".join(str(row[key]) for key in keys) or "all", value=known(row[value])) for row in rows
    )
    if not found:
        raise Lacking("nothing is found that fits the question")
    return Bars(words=words(ask, title, unit, note), bars=found)


# -- over time -----------------------------------------------------------------------------------


def broken(ask: Asking, found: Sequence[tuple[str, Sequence, Sequence[Break]]]) -> Lines:
    """Series with their breaks and the intervals of these: names, values, breaks."""
    panels = tuple(
        Panel(name=name, series=(_series(ask, "exported", values),), breaks=tuple(breaks))
        for name, values, breaks in found[:MOST_PANELS]
    )
    if not panels:
        raise Lacking("there is no series of what is asked")
    note = "A band is within which months the break lies; a gap is what was not published."
    return Lines(words=words(ask, "Series and their breaks", _per_period(ask), note), panels=panels)


def studied(ask: Asking, leads: EventStudy) -> Bars:
    """The effect in each period, as against the last before the event."""
    every = 12 // step_months(ask)
    name = "month" if every == 12 else "year"
    dots = tuple(
        Bar(name=f"{name} {step.offset:+d}", value=known(step.estimate),
            low=known(step.interval[0]), high=known(step.interval[1]))
        for step in leads.steps
    )  # fmt: skip
    note = f"Before the event: p = {leads.leads_p:.2g} of no effect, of all together."
    unit = f"coefficient on asinh, with its {100 * leads.level:.0f} % interval"
    return Bars(words=words(ask, "Effect by time from the event", unit, note), bars=dots, dots=True,
                ranked=False, most=len(dots))  # fmt: skip


# -- what was published --------------------------------------------------------------------------


def coverage(ask: Asking) -> Heat:
    """Which periods of the question each reporter has published; those with most holes first."""
    question = around(ask.question)
    rows = []
    for leg in LEGS:
        of = term(ask, leg, question.exporters, question.importers)
        there = published_by(ask, of)
        for reporter in of.reporters or sorted(there):
            rows.append((f"{country(reporter)}, {of.flow}s", there.get(reporter, set())))
    if not rows:
        raise Lacking("no reporter has published anything of the time that is asked about")
    periods = periods_of(span_of(ask), question.frequency)
    rows.sort(key=lambda row: (len(row[1].intersection(periods)), row[0]))
    return _heat(ask, question, rows, periods)


def _heat(
    ask: Asking, question: Question, rows: list[tuple[str, set[date]]], periods: Sequence[date]
) -> Heat:
    written = "%Y" if question.frequency == "A" else "%Y-%m"
    more = len(rows) - MOST_REPORTERS
    note = f"{more} more flows have no more holes than those shown." if more > 0 else ""
    shown = rows[:MOST_REPORTERS]
    return Heat(
        words=words(ask, "What was published", "each reporter's exports and imports", note),
        filled="published", rows=tuple(name for name, _ in shown),
        columns=tuple(f"{each:{written}}" for each in periods),
        cells=tuple(tuple(1.0 if each in there else None for each in periods) for _, there in shown),
    )  # fmt: skip


# -- from one to another -------------------------------------------------------------------------


def sankey(ask: Asking, passage: Passage, rows: Sequence[Mapping[str, Any]], when: str) -> Sankey:
    """From senders by way of the country in between to destinations; what did not go on is kept."""
    here = country(passage.transit)
    came = [(row["exporter"], row["value"]) for row in rows if row["importer"] == passage.transit]
    went = [(row["importer"], row["value"]) for row in rows if row["exporter"] == passage.transit]
    if not came or not went:
        raise Lacking("nothing was traded on one of the two legs")
    links = [Link(giver=name, taker=here, value=each) for name, each in _gathered(came, "other senders")]
    links += [Link(giver=here, taker=name, value=each, layer=1)
              for name, each in _gathered(went, "other destinations")]  # fmt: skip
    whole = [each for _, each in (*came, *went)]
    if None not in whole:
        kept = sum(each or 0 for _, each in came) - sum(each or 0 for _, each in went)
        if kept > 0:
            links.append(Link(giver=here, taker="not sent on", value=kept, layer=1))
    title = f"By way of {here}, {when}"
    return Sankey(words=words(ask, title, ask.ready.currency, told_by(passage)),
                  layers=("senders", "in between", "destinations"), links=tuple(links))  # fmt: skip


def _gathered(flows: Sequence[tuple[str, Any]], others: str) -> list[tuple[str, Any]]:
    """The largest by name, the others together; holes each by itself."""
    ranked = sorted((flow for flow in flows if flow[1]), key=lambda flow: (-flow[1], flow[0]))
    shown = [(country(code), value) for code, value in ranked[:MOST_SENDERS]]
    rest = sum(value for _, value in ranked[MOST_SENDERS:])
    holes = [
        (country(code), None) for code, value in sorted(flows, key=lambda flow: flow[0]) if value is None
    ]
    return shown + ([(others, rest)] if rest else []) + holes


def atlas(ask: Asking, rows: Sequence[Mapping[str, Any]], when: str) -> Map:
    """Flows as arrows; senders that are all of the Union's as one."""
    arrows = tuple(
        Arrow(exporter=exporter, importer=importer, value=value)
        for (exporter, importer), value in _joined(ask, rows).items()
    )
    if not arrows:
        raise Lacking("nothing was traded")
    title, most = f"Who sent to whom, {when}", MOST_ARROWS
    ranked = sorted(arrows, key=lambda each: (-(each.value or 0), each.exporter, each.importer))
    note = f"{len(ranked) - most:,} smaller flows are not drawn." if len(ranked) > most else ""
    return Map(words=words(ask, title, ask.ready.currency, note), arrows=tuple(ranked[:most]), drawn="sent")


def _joined(ask: Asking, rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], Any]:
    from sarai.reference import countries

    union = countries.members("EU", span_of(ask).last)
    senders = {row["exporter"] for row in rows} & union
    found: dict[tuple[str, str], Any] = {}
    for row in rows:
        value = row["value"]
        many = len(senders) > MOST_SENDERS and row["exporter"] in union
        pair = ("EU" if many else row["exporter"], row["importer"])
        known_before = found.get(pair)
        found[pair] = value if known_before is None else known_before + (value or 0)
    return found
