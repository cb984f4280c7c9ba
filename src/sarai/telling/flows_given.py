"""What a report on flows is made of: plain figures, as measures and models give them.

Names of fields are those of the measures' columns. ``None`` is a hole: it is said, and never counted as zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from sarai.telling.charts import Heat, Lines, Map, Sankey
from sarai.telling.charts.data import Value

if TYPE_CHECKING:
    from sarai.flows.measures.method import Method


class SourceUsed(Struct, frozen=True, kw_only=True):
    """Statistics that the report rests on.

    Attributes
    ----------
    vintage : str
        When they were taken, or which edition they are: they are revised.
    basis : str
        What partners and values mean in it: ``origin, c.i.f.``.
    """

    name: str
    what: str
    vintage: str
    rows: int
    basis: str = ""


class Estimate(Struct, frozen=True, kw_only=True):
    """A figure with its interval of so much confidence."""

    value: Value
    low: Value = None
    high: Value = None
    level: float = 0.95


class MirrorGap(Struct, frozen=True, kw_only=True):
    """What one side sent beside what the other recorded (`sarai.flows.measures.mirror`).

    Attributes
    ----------
    span : str
        When, as ``2022-01..2022-12``.
    base_mean, base_spread, score : float, optional
        Mean and spread of the pair's own past ``gap_log``, and how many spreads it is off.
    """

    exporter: str
    importer: str
    code: str
    span: str
    exported: Value
    imported: Value
    gap: Value
    gap_share: Value
    gap_log: Value = None
    base_mean: Value = None
    base_spread: Value = None
    score: Value = None


class PassThrough(Struct, frozen=True, kw_only=True):
    """What came into a transit state and what went on from it.

    Attributes
    ----------
    pass_through : float, optional
        The lesser of in and out, as a share of in.
    weight_ratio, wedge : float, optional
        Kilograms out by kilograms in; value by kilogram out by that in.
    retained : float, optional
        What came in and did not go on, in the report's currency.
    """

    transit: str
    destination: str
    code: str
    inbound: Value
    outbound: Value
    pass_through: Value
    weight_ratio: Value = None
    wedge: Value = None
    retained: Value = None


class SurgeLine(Struct, frozen=True, kw_only=True):
    """A line of goods before and after, on the way in and on the way out."""

    code: str
    in_before: Value
    in_after: Value
    in_ratio: Value
    out_before: Value
    out_after: Value
    out_ratio: Value
    surged: bool | None


class Lost(Struct, frozen=True, kw_only=True):
    """What was sent to a destination more than before, and how much of that it did not record."""

    importer: str
    additional: Value
    unrecorded: Value
    share: Value = None


class Market(Struct, frozen=True, kw_only=True):
    """A reporter's sales of one line to one partner that grew beyond the bounds; no growth is from zero."""

    reporter: str
    partner: str
    code: str
    before: Value
    after: Value
    growth: Value = None


class Trend(Struct, frozen=True, kw_only=True):
    """What a series does: where it breaks, and whether it declines.

    Attributes
    ----------
    broke : date, optional
        The first period after the break that the test found, with the bounds of its interval and the p of
        there being none.
    slope : Estimate, optional
        Change in a year, as a share; ``decline_p`` is the p of there being no decline.
    """

    name: str
    broke: date | None = None
    broke_low: date | None = None
    broke_high: date | None = None
    broke_p: Value = None
    slope: Estimate | None = None
    decline_p: Value = None


class Effect(Struct, frozen=True, kw_only=True):
    """A difference in differences by one way of estimating it.

    Attributes
    ----------
    ratio : bool
        The coefficient is a log of a ratio, so that it can be said in per cent (PPML); that of asinh cannot
        where there are zeros.
    permutation_p : float, optional
        The p of the test that repeats the selection of the treated; ``permutations`` is how many it drew.
    """

    name: str
    estimate: Estimate
    p: Value
    observations: int
    clusters: int
    ratio: bool = False
    permutation_p: Value = None
    permutations: int = 0


class Disagreement(Struct, frozen=True, kw_only=True):
    """A figure that two sources give differently; both are shown, and neither is preferred."""

    what: str
    one: str
    one_value: Value
    other: str
    other_value: Value


class NotCompared(Struct, frozen=True, kw_only=True):
    """What was asked for and refused, with the reason, as units that cannot be compared."""

    what: str
    reason: str


class FlowsReport(Struct, frozen=True, kw_only=True):
    """Everything that a report says; what is left empty is said to be lacking.

    Attributes
    ----------
    made : datetime
        When, with its time zone.
    currency : str
        ISO 4217 code of every value in it.
    coverage : Heat, optional
        Months by reporters and flows; a cell that is ``None`` was not published.
    compared, trends_drawn : Lines, optional
        Both accounts of each flow over time; series with their trends and breaks.
    said : mapping
        What else a section says, by its name (`sarai.telling.flows_sections.SECTIONS`): what selection alone
        would have found.
    lacking : mapping
        Why a section has no data, by its name.
    """

    title: str
    question: str
    made: datetime
    currency: str
    sources: tuple[SourceUsed, ...] = ()
    coverage: Heat | None = None
    compared: Lines | None = None
    mirror: tuple[MirrorGap, ...] = ()
    passed: tuple[PassThrough, ...] = ()
    lost: tuple[Lost, ...] = ()
    surges: tuple[SurgeLine, ...] = ()
    markets: tuple[Market, ...] = ()
    trends: tuple[Trend, ...] = ()
    trends_drawn: Lines | None = None
    effects: tuple[Effect, ...] = ()
    map: Map | None = None
    sankey: Sankey | None = None
    methods: tuple[Method, ...] = ()
    limits: tuple[str, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    not_compared: tuple[NotCompared, ...] = ()
    said: Mapping[str, str] = {}
    lacking: Mapping[str, str] = {}
