"""The page Flows as HTML: what is at hand, and what it answers, a section for each measure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from math import isfinite
from typing import Any

from markupsafe import Markup

from sarai.flows.models.permutation import Permutation
from sarai.flows.periods import Span
from sarai.reference import priority
from sarai.server.flows import Answer, Asked, AtHand, Section
from sarai.server.pages import flows_drawn as drawn
from sarai.server.pages import forms
from sarai.server.pages.flows_form import PATH, address
from sarai.server.pages.forms import Column
from sarai.server.pages.look.markup import Content, badge, facts, link, panel, tag
from sarai.server.words import Words

Row = Mapping[str, Any]
FIRST = 8  # rows of a table that are seen at once
SURE = 0.05  # from where on chance is said to be a sufficient explanation


def at_hand(held: AtHand, words: Words, *, open_: bool) -> Markup:
    """What statistics there are, and their holes; shut where an answer is to be read first."""
    columns = [
        Column(words("Source"), leads=True), Column(words("Rows"), numeric=True),
        Column(words("Reporters"), numeric=True), Column(words("From")), Column(words("To")),
        Column(words("Digits"), numeric=True), Column(words("Currencies")),
    ]  # fmt: skip
    rows = [
        [each.source, words.number(each.rows), words.number(each.reporters), month(each.first),
         month(each.last), words.number(each.digits), ", ".join(each.currencies)]
        for each in held.sources
    ]  # fmt: skip
    title = words("Statistics at hand")
    said = [tag("p", words.count("{count} row was refused when it was loaded.",
                                 "{count} rows were refused when they were loaded.", held.refused),
                class_="quiet")] if held.refused else []  # fmt: skip
    parts = [forms.table(columns, rows, caption=title), *said, drawn.held(held, words)]
    if held.coverage.more:
        parts.append(_more(held.coverage.more, words))
    return tag("details", tag("summary", title, class_="more"), panel(title, *parts), open=open_)


def body(found: Answer, question: Asked, words: Words) -> Markup:
    """All that was found."""
    takes = [
        link(words("Download as JSON"), address(question, f"{PATH}.json"), "button"),
        link(words("Download as a report"), address(question, f"{PATH}.html"), "button"),
    ]
    sections = [
        panel(words(TITLES[each.name]), *SHOWN[each.name](found, each, words), _method(each, words))
        for each in found.sections
    ]
    return tag("div", _terms(found, words, forms.buttons(*takes)), *sections, class_="flows")


def _terms(found: Answer, words: Words, takes: Markup) -> Markup:
    """In which terms it is answered, what was published of it, and what was left out."""
    exported, imported = (each or words("nobody") for each in found.sources)
    named = facts([
        (words("Time"), _span(found.span)),
        (words("Compared with"), _span(found.base)),
        (words("Currency"), found.currency),
        (words("Codes of"), found.edition),
        (words("Exports by"), exported),
        (words("Imports by"), imported),
    ])  # fmt: skip
    left = [
        tag("li", words("{code}: nobody knows what this newer code was in {edition}; it is left out.",
                        code=f"{row['code']} ({row['edition']})", edition=found.edition))
        for row in found.without_past
    ]  # fmt: skip
    left += [
        tag("li", words("{rows} values in {currency} have no exchange rate; they are left out.",
                        rows=words.number(row["rows"]), currency=row["reported_currency"] or "?"))
        for row in found.without_rate
    ]  # fmt: skip
    more = [_more(found.coverage.more, words)] if found.coverage.more else []
    outs = [tag("ul", *left, class_="plain")] if left else []
    return panel(words("Answer"), named, takes, drawn.published(found, words), *more, *outs)


def _more(count: int, words: Words) -> Markup:
    said = words.count("{count} more is not shown.", "{count} more are not shown.", count)
    return tag("p", said, class_="quiet")


def _method(section: Section, words: Words) -> Markup:
    """How it was reckoned, in a sentence, and by whom."""
    note = {
        "mirror": words(
            "What the exporter says it sent, less what the importer says it received. The score is the "
            "change of its logarithm against the pair's own past, in spreads of that past."
        ),
        "reexports": words(
            "At most the lesser of what came in and what went out in a period is a re-export. A price far "
            "from 1, or more kilograms out than in, says that these are other goods."
        ),
        "surges": words(
            "A code surged if it at least doubled per year on the way in and on the way out, and is not "
            "small."
        ),
        "anomalies": words(
            "A market is exporter, importer and code. It is anomalous if it is large and more than doubled."
        ),
        "breaks": words(
            "Breaks are sought at unknown dates beside the seasons, with errors that allow for "
            "autocorrelation. Periods that were not published take no part."
        ),
    }[section.name]
    source = words("Source: {source}", source=section.method.source)
    return tag("p", note, " ", source, class_="quiet said")


# -- sections --------------------------------------------------------------------------------------

Parts = Iterator[Content]


def _mirror(found: Answer, section: Section, words: Words) -> Parts:
    yield from _lacking(section, words)
    if section.tracks:
        yield drawn.lines(found, section, words("Sent and received"), words)
    if section.more_tracks:
        yield _more(section.more_tracks, words)
    columns = [
        Column(words("Flow"), leads=True), Column(words("Code")), Column(words("Period"), short=True),
        *_numeric(words("Sent"), words("Received"), words("Gap"), words("Usual gap"), words("Score")),
    ]  # fmt: skip
    rows = [
        [drawn.flow((row["exporter"], row["importer"]), words), _code(row["code"]),
         month(row["period"], found), *_amounts(row, ("exported", "imported"), words),
         _share(row["gap_share"], words), _share(_usual(row["base_mean"]), words),
         _figure(row["score"], words, 1)]
        for row in section.rows
    ]  # fmt: skip
    yield from _table(columns, rows, words("Widest mirror gaps"), words)


def _reexports(found: Answer, section: Section, words: Words) -> Parts:
    yield from _lacking(section, words)
    if section.tracks:
        yield drawn.lines(found, section, words("In and out, all codes together"), words)
        yield tag("p", _whose(section.figures, words), class_="said")
    columns = [
        Column(words("Code"), leads=True), Column(words("Period"), short=True),
        *_numeric(words("In"), words("Out"), words("Passed on"), words("Kept"), words("kg out/in"),
                  words("Price out/in")),
    ]  # fmt: skip
    rows = [
        [_code(row["code"]), month(row["period"], found), *_amounts(row, ("inbound", "outbound"), words),
         _share(row["pass_through"], words), _amount(row["retained"], words),
         _figure(row["weight_ratio"], words, 2), _figure(row["wedge"], words, 2)]
        for row in section.rows
    ]  # fmt: skip
    yield from _table(columns, rows, words("Re-exports and what was kept"), words)
    yield from _refused(section, words)


def _whose(figures: Mapping[str, Any], words: Words) -> str:
    """Whose figures of each leg these are."""
    here, partners = words("the country in between"), words("its partners")
    return words(
        "What came in is told by {inbound}, what went out by {outbound}.",
        inbound=here if figures["inbound"] == "imported" else partners,
        outbound=here if figures["outbound"] == "exported" else partners,
    )


def _refused(section: Section, words: Words) -> Parts:
    if not section.refused:
        return
    reasons = {
        "no unit is stated": words("no unit is stated"),
        "no inbound row states this unit": words("nothing on the way in states this unit"),
        "no outbound row states this unit": words("nothing on the way out states this unit"),
    }
    rows = [
        [_code(row["code"]), row["unit"] or "–", reasons.get(row["reason"], row["reason"])]
        for row in section.refused
    ]
    title = words("Quantities that cannot be compared")
    columns = [Column(words("Code"), leads=True), Column(words("Unit")), Column(words("Reason"))]
    count = words.count(
        "{count} quantity cannot be compared", "{count} quantities cannot be compared", len(rows)
    )
    yield tag("details", tag("summary", count, class_="more"), forms.table(columns, rows, caption=title))


def _surges(found: Answer, section: Section, words: Words) -> Parts:
    yield from _lacking(section, words)
    if section.rows:
        figures = section.figures
        yield tag("p", words(
            "Of {codes} codes {surges} surged on both legs; of {unknown} it cannot be told.",
            codes=figures["codes"], surges=figures["surges"], unknown=figures["unknown"],
        ), " ", _chance(section.chance, words), class_="said")  # fmt: skip
    columns = [
        Column(words("Code"), leads=True),
        *_numeric(words("In before"), words("In after"), words("In, times"), words("Out before"),
                  words("Out after"), words("Out, times")),
        Column(words("Surge")),
    ]  # fmt: skip
    rows = [
        [_code(row["code"]), *_amounts(row, ("inbound_earlier", "inbound_later"), words),
         _figure(row["inbound_surge"], words, 1),
         *_amounts(row, ("outbound_earlier", "outbound_later"), words),
         _figure(row["outbound_surge"], words, 1), _verdict(row["surge"], words)]
        for row in section.rows
    ]  # fmt: skip
    yield from _table(columns, rows, words("Codes before and after, per year"), words)


def _verdict(surged: bool | None, words: Words) -> Content:
    if surged is None:
        return tag("span", words("cannot be told"), class_="hole")
    return badge(words, "serious", words("surged")) if surged else words("no")


def _anomalies(found: Answer, section: Section, words: Words) -> Parts:
    yield from _lacking(section, words)
    figures = section.figures
    if figures.get("markets"):
        yield tag("p", words(
            "Of {markets} markets {anomalous} are above {least} {currency} and more than doubled; they hold "
            "{share} of the value. Of {unknown} it cannot be told.",
            anomalous=figures["anomalous"], markets=figures["markets"], least=words.number(found.least),
            currency=found.currency, share=words.percent(figures["share"] or 0), unknown=figures["unknown"],
        ), " ", _chance(section.chance, words), class_="said")  # fmt: skip
    columns = [
        Column(words("Flow"), leads=True), Column(words("Code")),
        *_numeric(words("Before"), words("After"), words("Growth")), Column(words("Verdict")),
    ]  # fmt: skip
    said = {"anomalous": badge(words, "serious", words("anomalous")), "unknown": words("cannot be told")}
    rows = [
        [drawn.flow((row["exporter"], row["importer"]), words), _code(row["code"]),
         *_amounts(row, ("base", "value"), words), _growth(row, words), said[row["verdict"]]]
        for row in section.rows
    ]  # fmt: skip
    yield from _table(columns, rows, words("Markets that grew as none should"), words)


def _growth(row: Row, words: Words) -> Content:
    growth = row["growth"]
    if growth is not None and not isfinite(growth):
        return words("from zero")
    return _share(growth, words)


def _breaks(found: Answer, section: Section, words: Words) -> Parts:
    yield from _lacking(section, words)
    if section.tracks:
        yield drawn.lines(found, section, words("What exporters report, and where it breaks"), words)
    if section.more_tracks:
        yield _more(section.more_tracks, words)
    columns = [
        Column(words("Flow"), leads=True), Column(words("New level since")), Column(words("Between")),
        *_numeric(words("Shift"), "p", words("A year"), words("p of a decline"), words("Holes")),
    ]  # fmt: skip
    rows = [
        [drawn.flow(row["group"], words), _since(row, found, words), _between(row, found),
         _percent(row["percent"], words), _p(row["p"], words), _percent(row["trend_percent"], words),
         _p(row["p_decline"], words), words.number(row["holes"])]
        for row in section.rows
    ]  # fmt: skip
    yield from _table(columns, rows, words("Breaks and trends"), words)


def _since(row: Row, found: Answer, words: Words) -> Content:
    if row["reason"]:
        return words("too few months")
    return month(row["since"], found) if row["since"] else words("no break")


def _between(row: Row, found: Answer) -> Content:
    if not row["since"]:
        return "–"
    ends = [tag("span", month(row[name], found), class_="month") for name in ("earliest", "latest")]
    return Markup(" – ").join(ends)


TITLES = {
    "mirror": "Mirror gaps", "reexports": "Re-exports and pass-through", "surges": "Surges on both legs",
    "anomalies": "Anomalous markets", "breaks": "Breaks and trends",
}  # fmt: skip
SHOWN: dict[str, Callable[[Answer, Section, Words], Parts]] = {
    "mirror": _mirror, "reexports": _reexports, "surges": _surges, "anomalies": _anomalies, "breaks": _breaks,
}  # fmt: skip


# -- parts -----------------------------------------------------------------------------------------


def _lacking(section: Section, words: Words) -> Parts:
    if section.lacking:
        yield tag("p", words(section.lacking), class_="said")


def _chance(chance: Permutation | None, words: Words) -> str:
    """What selection alone would have found."""
    if chance is None:
        return words("There is too little trade, or too much, to say what chance alone would find.")
    said = words(
        "With the months drawn anew, chance alone finds {median} usually and {high} in one of twenty draws "
        "(p = {p}).",
        median=words.number(chance.median), high=words.number(chance.high), p=_p(chance.p, words),
    )  # fmt: skip
    if chance.p > SURE:
        return f"{said} {words('So this is no more than chance may find.')}"
    return said


def _numeric(*titles: str) -> list[Column]:
    return [Column(each, numeric=True) for each in titles]


def _table(columns: Sequence[Column], rows: Sequence[Sequence[Content]], title: str, words: Words) -> Parts:
    if rows:
        yield forms.folded(columns, rows, words, caption=title, first=FIRST)


def month(when: date, found: Answer | None = None) -> str:
    """A period: a month, or a year where years are asked about."""
    return f"{when:%Y}" if found is not None and found.question.frequency == "A" else f"{when:%Y-%m}"


def _span(span: Span) -> str:
    return f"{month(span.first)} – {month(span.last)}"


def _code(code: str) -> Content:
    label = priority.label(code[:6])
    return tag("span", code, title=label) if label else code


def _hole(words: Words) -> Markup:
    return tag("span", words("not known"), class_="hole")


def _amount(value: float | None, words: Words) -> Content:
    return _hole(words) if value is None else words.number(value, 0)


def _amounts(row: Row, names: Sequence[str], words: Words) -> list[Content]:
    return [_amount(row[name], words) for name in names]


def _share(share: float | None, words: Words) -> Content:
    return "–" if share is None or not isfinite(share) else words.percent(share)


def _percent(percent: float | None, words: Words) -> Content:
    return "–" if percent is None else words.percent(percent / 100)


def _usual(base_mean: float | None) -> float | None:
    """The usual gap as a share of what was sent: of a logarithm ``ln X - ln M``."""
    from math import exp

    return None if base_mean is None else 1 - exp(-base_mean)


def _figure(value: float | None, words: Words, decimals: int) -> Content:
    return "–" if value is None or not isfinite(value) else words.number(value, decimals)


def _p(value: float | None, words: Words) -> str:
    if value is None:
        return "–"
    return f"< {words.number(0.001, 3)}" if value < 0.001 else words.number(value, 3)
