"""Past shocks told: what models said of them from data of before, what then came, and how far it is off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from msgspec import Struct

from sarai.goods import BadSetting
from sarai.minerals.shocks.cases import (
    EVENTS,
    Assumed,
    Case,
    Outcome,
    Sourced,
    cases_of,
    ran,
    ran_on_shares,
)
from sarai.minerals.shocks.markets import trade_of, worths_of
from sarai.minerals.sources.eu import read_supply
from sarai.minerals.sources.finding import find, held
from sarai.minerals.sources.mining import MINED, read_produced
from sarai.reference.countries import members
from sarai.telling.charts import Bar, Bars, Chart, Lines, Panel, Series, Words

__all__ = ["CaseTold", "CasesTold", "chart", "told"]

STAGE = "processing"  # at which shares and production of gallium and germanium are counted
SOURCE = "BACI (CEPII); what was said, of the year before alone"
DRAWN = "10th to 90th percentile of draws of what is assumed."


class CaseTold(Struct, frozen=True, kw_only=True):
    """A case: run on trade, or on shares of the EU's supply for the reason that is given.

    Attributes
    ----------
    reason : str
        Why it was not run on trade.
    """

    case: Case
    outcome: Outcome | None = None
    sourced: Sourced | None = None
    reason: str = ""


class CasesTold(Struct, frozen=True, kw_only=True):
    """Cases of one event or of several."""

    cases: tuple[CaseTold, ...]
    words: tuple[str, ...]

    @property
    def run(self) -> tuple[Outcome, ...]:
        """Those that were run on trade."""
        return tuple(each.outcome for each in self.cases if each.outcome)

    @property
    def on_shares(self) -> tuple[Sourced, ...]:
        """Those that were run on shares of supply."""
        return tuple(each.sourced for each in self.cases if each.sourced)


def told(folder: Path, events: Sequence[str] = (), assumed: Assumed | None = None) -> CasesTold:
    """Run the cases of events, or of all.

    Raises
    ------
    BadSetting
        There is no such event, or the folder has no trade.
    """
    assumed = assumed or Assumed()
    asked = [case for event in events or EVENTS for case in cases_of(event)]
    cases = tuple(_case(folder, each, assumed) for each in asked)
    return CasesTold(cases=cases, words=tuple(_words(cases, assumed)))


def _case(folder: Path, case: Case, assumed: Assumed) -> CaseTold:
    read = trade_of(folder)
    if read(case.codes, case.before):
        return CaseTold(case=case, outcome=ran(case, read, worths_of(folder), assumed))
    reason = f"the trade data have nothing under {', '.join(case.codes)} in {case.before}"
    if not (held(folder, "eu-shares") and held(folder, "mining")):
        return CaseTold(case=case, reason=reason)
    return CaseTold(case=case, sourced=_on_shares(folder, case, assumed), reason=reason)


def _on_shares(folder: Path, case: Case, assumed: Assumed) -> Sourced:
    """Run on the EU's sourcing as its study has it, beside what was made in the world."""
    rows = read_supply(find(folder, "eu-shares"), [])
    sourcing = {
        each.country: each.share for each in rows if (each.material, each.stage) == (case.material, STAGE)
    }
    own = members("EU", date(case.before, 12, 31))
    made: dict[int, dict[str, float]] = {year: {} for year in (case.before, *case.after)}
    for each in read_produced(find(folder, "mining"), []):
        if each.material in MINED[case.material, STAGE] and each.year in made:
            made[each.year][each.country] = each.amount
    return ran_on_shares(case, sourcing, sorted(own), {year: of for year, of in made.items() if of}, assumed)


def _words(cases: Sequence[CaseTold], assumed: Assumed) -> Iterator[str]:
    if any(each.outcome for each in cases):
        yield (
            "Said from data of the year before alone; what came is read after. Intervals are the 10th to "
            f"90th percentile of {assumed.draws} draws of what is assumed; * marks what came within them."
        )
        yield (
            "Year 1 is the twelve months from the shock, which began within the first calendar year after. "
            "Unit values mix products and are no price index."
        )
    for each in cases:
        if each.reason:
            instead = "; run on shares of the EU's supply" if each.sourced else "; not run"
            yield f"{each.case.name}: {each.reason}{instead}."
    if any(each.sourced for each in cases):
        yield "What the importer missed is in none of these data; production alone is set beside it."


# -- a picture -----------------------------------------------------------------------------------


def chart(found: CasesTold) -> Chart:
    """The exporter's share as it was said and came, by year; on shares of supply, what is missed.

    Raises
    ------
    BadSetting
        No case was run.
    """
    if found.run:
        title = "What comes of one country: said before, and what came"
        words = Words(title=title, unit="% of imports", source=SOURCE, note=DRAWN)
        return Lines(words=words, panels=tuple(map(_panel, found.run)))
    if not found.on_shares:
        raise BadSetting("no case was run, so nothing is drawn; take a folder with its data")
    bars = [
        Bar(name=each.case.material, value=100 * missed.value, low=100 * missed.p10, high=100 * missed.p90)
        for each in found.on_shares
        for missed in (each.shortage.missed,)
    ]
    words = Words(title="What the EU misses while licences are waited for", unit="% of a year's consumption",
                  source="EU study 2023", note=DRAWN)  # fmt: skip
    return Bars(words=words, bars=tuple(bars), dots=True)


def _panel(outcome: Outcome) -> Panel:
    case = outcome.case
    known = [100 * each.share for each in (outcome.before, *outcome.then)]
    came = Series(name="came", first=date(case.before, 1, 1), values=tuple(known), step_months=12)
    first = date(case.after[0], 1, 1)
    models = [[outcome.cascade.said], list(outcome.prices.said)]
    return Panel(
        name=f"{case.importer}: {case.shock}",
        series=(came, *(_series(each[0].model, first, [said.share for said in each]) for each in models)),
    )


def _series(name: str, first: date, figures: Sequence) -> Series:
    return Series(
        name=name, first=first, step_months=12, values=tuple(100 * each.value for each in figures),
        low=tuple(100 * each.p10 for each in figures), high=tuple(100 * each.p90 for each in figures),
    )  # fmt: skip
