"""Which documents bear on a gap, each marked with the reason for which it might; see `explaining`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sarai.flows.booked.crossings import INSIDE, Booked
from sarai.flows.booked.gap import Cell, Question
from sarai.flows.editions import shares
from sarai.reference.hs import EDITIONS

if TYPE_CHECKING:
    from datetime import date

    from ibis.expr.types import BooleanValue, FloatingValue, StringColumn, Table

__all__ = ["ARRIVED", "OWN", "marked", "months_around"]

OWN = "own"  # our side of the cell
ARRIVED = "arrived"  # came under transit and arrived: may since have been cleared without a country

MARKED = (
    "reason", "where", "hand", "issuer", "number", "version", "item", "day", "party", "code", "country",
    "amount", "value", "mass",
)  # fmt: skip


def months_around(question: Question) -> tuple[date, date]:
    """The first and last month that is looked at."""
    span, lag = question.cell.span, question.lag_months
    return _shifted(span.first, -lag), _shifted(span.last, lag)


def marked(read: Booked, question: Question) -> Table:
    """Items of documents with the reason why they bear on the gap, and where they stand instead.

    ``amount`` is in the measure of the question, ``value`` and ``mass`` there where a line has both, and
    ``hand`` is whose goods those without a country are, or arrived in.
    """
    parts = [_of_lines(read.lines, question)]
    transits = _read(read.transits.mutate(period=read.transits.day.truncate("M")), question)
    transits = transits.filter(_in_code(transits, question))
    parts += _came_through(transits, question) if question.imports else [_passed(transits, question)]
    return parts[0].union(*parts[1:])


def _of_lines(lines: Table, question: Question) -> Table:
    first, last = months_around(question)
    flow = "import" if question.imports else "export"
    near = lines.filter(lines.flow == flow, lines.period.between(first, last))
    return _with_reason(_read(near, question), question).filter(lambda t: t.reason.notnull()).select(*MARKED)


def _with_reason(near: Table, question: Question) -> Table:
    """The one reason for which each line bears on the gap, or null."""
    import ibis

    cell, partner, month = question.cell, question.partner, near.period.strftime("%Y-%m")
    country, other = _parties(near, question)
    ours, in_span = country == partner, near.period.between(cell.span.first, cell.span.last)
    in_code, its_own = _in_code(near, question), _of_party(near, cell)
    family = near.code.startswith(question.family)
    there, strayed = ours & in_span & its_own, in_span & in_code & its_own
    unnamed = country.isnull() & (other.isnull() | (other == partner))
    cases = [
        (there & in_code, OWN, _elsewhere(near, question)),
        (ours & in_span & in_code, "other_party", near.party),
        (there & near.linked, "edition", near.code),
        (there & family, "code", near.code),
        (ours & its_own & in_code, "month", month),
        (strayed & (country != partner) & (other == partner), "third_country", country),
        (strayed & unnamed, "no_country", ibis.literal("")),
    ]
    reason = ibis.cases(*((when, ibis.literal(name)) for when, name, _ in cases))
    where = ibis.cases(*((when, place) for when, _, place in cases))
    hand = ibis.cases((reason == "no_country", near.party), else_="")
    return near.mutate(reason=reason, where=where, hand=hand, country=country)


def _parties(near: Table, question: Question) -> tuple[StringColumn, StringColumn]:
    """What names the partner, and what else might."""
    if not question.imports:
        return near.country, near.other_country
    pair = near.country, near.origin
    return pair if question.basis == "consignment" else pair[::-1]


def _elsewhere(near: Table, question: Question) -> StringColumn:
    """Of what stands under the partner, the country under which the partner may have it; else empty."""
    other = _parties(near, question)[1] if question.imports else near.origin
    usual = question.partner if question.imports else question.reporter
    return (other.notnull() & (other != usual)).ifelse(other, "")


def _came_through(transits: Table, question: Question) -> list[Table]:
    """What came from the partner under transit, by what became of it; and, from anywhere, what arrived."""
    span = question.cell.span
    first, last = months_around(question)
    lately = transits.filter(transits.period.between(first, last))
    theirs = lately.filter(lately.country == question.partner)
    theirs = theirs.filter(theirs.period.between(span.first, span.last))
    rest = (theirs.share - theirs.lost).clip(lower=0.0)
    arrived = lately.filter(lately.ended == "arrival", ~lately.into.isin(INSIDE))
    whole = (arrived.share - arrived.lost).clip(lower=0.0)
    return [
        _part(theirs.filter(theirs.ended == "exit"), "left_again", "left_to", rest),
        _part(theirs.filter(theirs.ended.isnull()), "under_way", "place", rest),
        _part(theirs.filter(theirs.lost > 0), "lost", "place", theirs.lost),
        _part(arrived.mutate(hand=arrived.holder), ARRIVED, "country", whole),
    ]


def _passed(transits: Table, question: Question) -> Table:
    """What left the country for the partner under transit."""
    span = question.cell.span
    left = transits.filter(transits.ended == "exit", transits.left_to == question.partner)
    left = left.filter(left.ended_day.truncate("M").between(span.first, span.last))
    return _part(left, "passed_through", "country", (left.share - left.lost).clip(lower=0.0))


def _part(transits: Table, reason: str, where: str, share: FloatingValue) -> Table:
    """A share of the goods of transits, marked."""
    import ibis

    hand = transits.hand if "hand" in transits.columns else ibis.literal("")
    marks = {"reason": ibis.literal(reason), "where": transits[where].fill_null(""), "hand": hand}
    amounts = {name: transits[name] * share for name in ("amount", "value", "mass")}
    return transits.mutate(**marks, **amounts).select(*MARKED)


def _of_party(near: Table, cell: Cell) -> BooleanValue:
    import ibis

    return near.party == cell.party if cell.party else ibis.literal(True)


def _in_code(near: Table, question: Question) -> BooleanValue:
    return near.code.startswith(question.cell.code)


# -- reading lines in the terms of the question ----------------------------------------------------------


def _read(lines: Table, question: Question) -> Table:
    """Lines with their code in the partner's edition and digits, and their amount in the question's measure.

    A code of another edition goes where most of it went (of equals, to the first), and is ``linked`` if some
    of it went under the cell's code.
    """
    table = _carried_codes(question)
    carried = lines.mutate(stem=lines.code.substr(0, 6)).left_join(table, ["edition", "stem"])
    value, mass = _value(carried, question), carried.mass_kg.cast("float64")
    both = value.notnull() & mass.notnull()
    return carried.mutate(
        code=carried.target.coalesce(carried.code).substr(0, question.digits),
        linked=carried.linked.fill_null(False),
        amount=mass if question.rates is None else value,
        value=both.ifelse(value, None),
        mass=both.ifelse(mass, None),
    ).select(*lines.columns, *(name for name in ("linked", "amount", "mass") if name not in lines.columns))


def _value(lines: Table, question: Question) -> FloatingValue:
    import ibis

    if not question.rates:
        return lines.value.cast("float64")
    rates = [
        (lines.currency == name, ibis.literal(float(rate))) for name, rate in sorted(question.rates.items())
    ]
    return lines.value.cast("float64") * ibis.cases(*rates)


def _carried_codes(question: Question) -> Table:
    """For codes of other editions in or near the family: the code that they are read as, and if `linked`."""
    import ibis

    found = _targets(question.edition)
    rows = [
        (*key, *_largest(targets, question))
        for key, targets in sorted(found.items())
        if _near(key[1], targets, question)
    ]
    schema = {"edition": "string", "stem": "string", "target": "string", "linked": "boolean"}
    return ibis.memtable(rows, schema=schema)


@cache
def _targets(edition: str) -> dict[tuple[str, str], list[tuple[float, str]]]:
    """By edition and code, where its goods are in this edition: the largest share first, if sorted."""
    found: dict[tuple[str, str], list[tuple[float, str]]] = {}
    for share in shares([each for each in EDITIONS if each != edition], edition):
        found.setdefault((share.edition, share.code), []).append((-share.weight, share.target_code))
    return found


def _largest(targets: list[tuple[float, str]], question: Question) -> tuple[str, bool]:
    return min(targets)[1], any(code.startswith(question.cell.code) for _, code in targets)


def _near(code: str, targets: list[tuple[float, str]], question: Question) -> bool:
    return any(each.startswith(question.family) for each in (code, *(target for _, target in targets)))


def _shifted(month: date, by: int) -> date:
    at = month.year * 12 + month.month - 1 + by
    return month.replace(year=at // 12, month=at % 12 + 1)
