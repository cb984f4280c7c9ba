"""The trade that answers a question: one currency, one edition, codes of one length.

Every measure is asked through here, by commands and by pages alike, so that all of them see the same rows
and tell the same of what was left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct
from msgspec.structs import asdict, replace

from sarai.flows.editions import shares
from sarai.flows.engines import rows_of
from sarai.flows.measures.legs import Sources
from sarai.flows.money import at_fob, in_currency, without_rate
from sarai.flows.parts import Part, part_of, within
from sarai.flows.preparing import Selection, brought, selected, share_table, without_past
from sarai.flows.question import Question
from sarai.flows.statistics import Statistics
from sarai.flows.years import by_year
from sarai.goods import BadSetting, SaraiError
from sarai.reference.exchange import Rate
from sarai.reference.hs import EDITIONS
from sarai.reference.margins import margins

if TYPE_CHECKING:
    from ibis.backends import BaseBackend
    from ibis.expr.types import Table

__all__ = ["NothingThere", "Ready", "ready"]


MARGIN = {"stated": "value", "low": "value_high", "high": "value_low"}  # the column of each end


class NothingThere(SaraiError):
    """The statistics at hand have no row of what was asked."""


class Ready(Struct, frozen=True, kw_only=True):
    """Trade that can be measured: what was selected, and how it is brought into one shape.

    Attributes
    ----------
    raw, published : Table
        All rows at hand, and the coverage.
    sources : Sources
        Whose exports and whose imports.
    editions : tuple of str
        Those of the rows, if codes have to be carried; else none.
    edition, currency : str
        Of the answer.
    rates : tuple of Rate
        By which values are converted, if they have to be.
    fob : str
        Which end of the margins brings imports to the exporter's border; empty for none.
    """

    raw: Any
    published: Any
    selection: Selection
    sources: Sources
    editions: tuple[str, ...]
    edition: str
    currency: str
    rates: tuple[Rate, ...]
    converts: bool
    fob: str = ""

    @property
    def trade(self) -> Table:
        """All of it, brought into one shape."""
        return self._brought(self.raw)

    def of(self, part: Part) -> Table:
        """What of it has codes in a part."""
        rows = self._brought(part_of(self.raw, part, self._moved()))
        return rows.filter(within(rows.code, part))

    def between(self, codes: Collection[str], parties: Collection[str]) -> Table:
        """What of it has some codes of the answer, between some countries; few rows are read for it."""
        into = {code for code, target in self._moved() if target in codes}
        six = sorted({code[:6] for code in codes} | into)
        raw = self.raw.filter(self.raw.reporter.isin(sorted(parties)), self.raw.partner.isin(sorted(parties)))
        longer = max(self.selection.read) > 6
        raw = raw.filter((raw.code.left(6) if longer else raw.code).isin(six))
        rows = self._brought(raw)
        return rows.filter(rows.code.isin(sorted(codes)))

    def _moved(self) -> list[tuple[str, str]]:
        """Codes, and the codes of the answer that take a share of them."""
        found = shares(self.editions, self.edition) if self.editions else ()
        return [(each.code, each.target_code) for each in found if each.rule != "wide"]

    def without_past(self) -> Table | None:
        """Codes of a newer edition of which no one knows what they were; none if there is one edition."""
        table = self._shares()
        return None if table is None else without_past(selected(self.raw, self.selection), table)

    def without_rate(self) -> Table | None:
        """Values that could not be converted; none if none had to be."""
        return without_rate(self.trade) if self.converts else None

    def _brought(self, raw: Table) -> Table:
        rows = brought(raw, self.selection, self._shares(), self.edition)
        rows = in_currency(rows, self.rates, self.currency) if self.converts else rows
        return _at_border(rows, self.fob) if self.fob else rows

    def _shares(self) -> Table | None:
        return share_table(self.editions, self.edition) if self.editions else None


def ready(
    statistics: Statistics, question: Question, engine: BaseBackend, rates: Iterable[Rate] = ()
) -> Ready:
    """The trade that answers a question; nothing of it is computed before a measure is.

    Raises
    ------
    NothingThere
        There are no such rows.
    BadSetting
        The rows have several currencies, and the question names none.
    """
    raw, published = statistics.trade(engine), statistics.published(engine)
    if question.frequency == "A":
        raw, published = by_year(raw, published)
    selection = _selection(question, statistics.catalogue.digits)
    there = (
        _there(engine, selected(raw, selection), question)
        if question.parties
        else _in_all(statistics, question)
    )
    edition = question.edition or min(there.editions, key=_age)
    currency = _currency(question, there.currencies)
    return Ready(
        raw=raw,
        published=published,
        selection=replace(selection, codes=_in_edition(question, edition)),
        sources=Sources(_source(question.exported, there.exports), _source(question.imported, there.imports)),
        editions=there.editions if question.digits and there.editions != (edition,) else (),
        edition=edition,
        currency=currency,
        rates=tuple(rates),
        converts=there.currencies != (currency,),
        fob=_fob(question.fob),
    )


def _selection(question: Question, digits: dict[str, int]) -> Selection:
    """The rows of the question, of each source in as much detail as it has; their codes come later."""
    enough = {name: each for name, each in digits.items() if each >= question.digits}
    if not enough:
        raise NothingThere(
            f"no source at hand has codes of {question.digits} digits; load one, or ask for fewer"
        )
    return Selection(
        parties=question.parties,
        span=question.span,
        frequency=question.frequency,
        details=enough if question.digits else dict.fromkeys(enough, 0),
        digits=question.digits,
    )


class _There(NamedTuple):
    """In which terms rows are: what has to be carried, converted or chosen between."""

    editions: tuple[str, ...]
    currencies: tuple[str, ...]
    exports: tuple[str, ...]
    imports: tuple[str, ...]

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, Any]], question: Question) -> _There:
        if not rows:
            raise NothingThere("the statistics at hand have no row of what is asked; see: sarai flows held")

        def all_of(name: str, flow: str = "") -> tuple[str, ...]:
            return tuple(sorted({row[name] for row in rows if flow in ("", row["flow"]) and row[name]}))

        def of_side(flow: str, side: tuple[str, ...]) -> tuple[str, ...]:
            """Sources of a flow, those first in which someone of that side reports it."""
            asked = {*side, *question.through}
            own = {row["source"] for row in rows if row["flow"] == flow and row.get("reporter") in asked}
            return tuple(sorted(all_of("source", flow), key=lambda name: (name not in own, name)))

        return cls(
            all_of("edition"), all_of("currency"),
            of_side("export", question.exporters), of_side("import", question.importers),
        )  # fmt: skip


def _there(engine: BaseBackend, rows: Table, question: Question) -> _There:
    found = rows.select("source", "reporter", "flow", "edition", "currency").distinct()
    return _There.of(rows_of(engine, found), question)


def _in_all(statistics: Statistics, question: Question) -> _There:
    """The same for all countries, without reading their rows."""
    terms = [each for load in statistics.catalogue.loads for each in load.terms]
    yearly, span = question.frequency == "A", question.span  # months are added up to years
    kept = [
        each
        for each in terms
        if (yearly or each.frequency == question.frequency)
        and (span is None or (each.first <= span.last and span.first <= each.last))
    ]
    return _There.of([asdict(each) for each in kept], question)


def _fob(wanted: str) -> str:
    if wanted and wanted not in MARGIN:
        raise BadSetting(f"margin {wanted!r} is not known; take the {', '.join(MARGIN)} one, or none")
    return wanted


def _at_border(rows: Table, end: str) -> Table:
    """Values at the exporter's border. A high margin leaves the low value."""
    return at_fob(rows, margins()).mutate(value=lambda found: found[MARGIN[end]])


def _age(edition: str) -> tuple[bool, str]:
    """Old ones first, those without tables last."""
    return edition not in EDITIONS, edition


def _currency(question: Question, there: Sequence[str]) -> str:
    if question.currency or len(there) == 1:
        return question.currency or there[0]
    raise BadSetting(f"values are in {' and '.join(there)}; say in which to answer, such as --currency USD")


def _source(wanted: str, there: Sequence[str]) -> str:
    if wanted and wanted not in there:
        known = ", ".join(there) or "none"
        raise NothingThere(f"source {wanted!r} has no such rows; there is {known}")
    return wanted or (there[0] if there else "")


def _in_edition(question: Question, edition: str) -> tuple[str, ...]:
    """The codes asked for, in the edition of the answer."""
    if not question.codes_of or question.codes_of == edition:
        return question.codes
    asked = set(question.codes)
    found = shares([question.codes_of], edition)
    return tuple(sorted({each.target_code for each in found if each.code in asked and each.rule != "wide"}))
