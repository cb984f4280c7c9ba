"""What models say of series and panels of trade, with their uncertainty: breaks, trends, effects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from sarai.flows.measures.method import Method
from sarai.telling.charts import Break
from sarai.telling.flows_asked import Asking, Lacking, Study, grid, sizes, term
from sarai.telling.flows_given import Effect, Estimate, Trend
from sarai.telling.flows_pictures import MOST_PANELS, country

if TYPE_CHECKING:
    from sarai.flows.chance import Grid
    from sarai.flows.measures.terms import Term
    from sarai.flows.models.did import EventStudy
    from sarai.flows.models.permutation import Permutation

__all__ = [
    "METHODS", "Broken", "Estimated", "broken", "cycle_of", "effects", "estimated", "largest",
    "series_broken", "treated_codes", "trends",
]  # fmt: skip

MOST_BREAKS = 3

METHODS = (
    Method(
        name="breaks", title="Breaks at unknown dates",
        formula=r"\operatorname{asinh} y_t = \mu_j + \sum_s \gamma_s 1[t \in s] + e_t",
        source="Andrews 1993; Bai and Perron 1998, Econometrica 66; intervals of Bai 1997",
        unit="period; shift as a ratio", null="fewer published periods than the test needs",
    ),
    Method(
        name="trend", title="Trend beside seasons",
        formula=r"\operatorname{asinh} y_t = \alpha + \beta t + \sum_s \gamma_s 1[t \in s] + e_t",
        source="least squares, with errors that allow for autocorrelation (prewhitened Newey-West)",
        unit="change in a year, as a ratio", null="fewer published periods than two years and more",
    ),
    Method(
        name="did", title="Difference in differences",
        formula=r"\operatorname{asinh} y_{pt} = \alpha_p + \gamma_t + \beta\, treated_p\, post_t + e_{pt}",
        source="Angrist and Pischke 2009, chapter 5; errors clustered by product",
        unit="coefficient", null="holes take no part; nothing is estimated without others to compare with",
    ),
    Method(
        name="ppml", title="Poisson pseudo-maximum likelihood",
        formula=r"E\, y_{pt} = \exp(\alpha_p + \gamma_t + \beta\, treated_p\, post_t)",
        source="Santos Silva and Tenreyro 2006, Review of Economics and Statistics 88",
        unit="coefficient, a logarithm of a ratio", null="as above; products without any trade say nothing",
    ),
)  # fmt: skip

# -- breaks and trends ---------------------------------------------------------------------------


class Broken(NamedTuple):
    """A series with its breaks and its trend; why there are none, if it is too short."""

    name: str
    values: tuple
    holes: int
    breaks: tuple[dict[str, Any], ...] = ()
    p: float | None = None
    trend: Any = None
    reason: str = ""

    @property
    def marks(self) -> tuple[Break, ...]:
        """Its breaks, as a chart has them."""
        return tuple(
            Break(period=each["since"], low=each["earliest"], high=each["latest"]) for each in self.breaks
        )


def broken(of: Grid, group: tuple, name: str, cycle: int, most: int = MOST_BREAKS) -> Broken:
    """Breaks and trend of a series of a grid."""
    from math import isnan

    from sarai.flows.models.breaks import breaks
    from sarai.flows.models.errors import TooFewPeriods
    from sarai.flows.models.trend import trend

    values = of.values[of.groups.index(group)]
    said = tuple(None if isnan(each) else float(each) for each in values)
    plain = Broken(name, said, said.count(None))
    try:
        found, slope = breaks(values, cycle=cycle, most=most), trend(values, cycle=cycle)
    except TooFewPeriods as fault:
        return plain._replace(reason=str(fault))
    shown = tuple(
        {
            "since": of.periods[each.at], "earliest": of.periods[each.earliest],
            "latest": of.periods[each.latest], "percent": each.percent, "shift": each.shift, "p": p,
        }
        for each, p in zip(found.breaks, found.p, strict=False)
    )  # fmt: skip
    return plain._replace(breaks=shown, p=found.p[0] if found.p else None, trend=slope)


def largest(of: Grid, most: int) -> list[tuple]:
    """The groups with the most trade."""
    size = sizes(of)
    return sorted(size, key=lambda group: (-size[group], group))[:most]


def cycle_of(ask: Asking) -> int:
    """Periods of a year."""
    return 12 if ask.question.frequency == "M" else 1


def series_broken(ask: Study) -> tuple[Broken, ...]:
    """Each leg of the question together, and the largest pairs on it, as exporters report them."""
    found = []
    for exporters, importers, name in _legs(ask):
        of = term(ask, "exported", exporters, importers)
        whole = grid(ask, of)
        if whole.groups:
            found.append(broken(whole, (), name, cycle_of(ask)))
            found += _pairs(ask, of, MOST_PANELS // 2 - 1)
    if not found:
        raise Lacking("no exporter reports any of it")
    if not any(each.trend for each in found):
        raise Lacking(f"all series are too short: {found[0].reason}")
    return tuple(found)


def _legs(ask: Study) -> Iterator[tuple[tuple[str, ...], tuple[str, ...], str]]:
    asked = ask.question
    if not asked.through or not (asked.exporters and asked.importers):
        yield asked.exporters, asked.importers, "All together"
        return
    there = " and ".join(map(country, asked.through))
    yield asked.exporters, asked.through, f"Senders to {there}"
    yield asked.through, asked.importers, f"{there} to destinations"
    yield asked.exporters, asked.importers, "Senders to destinations"


def _pairs(ask: Study, of: Term, most: int) -> list[Broken]:
    pairs = grid(ask, of, ("exporter", "importer"))
    if len(pairs.groups) < 2:
        return []
    return [
        broken(pairs, group, " to ".join(map(country, group)), cycle_of(ask))
        for group in largest(pairs, most)
    ]


def trends(found: Sequence[Broken]) -> tuple[Trend, ...]:
    """Every series that is long enough, with its largest break."""
    return tuple(_trend(each) for each in found if each.trend is not None)


def _trend(each: Broken) -> Trend:
    slope, (low, high) = each.trend, each.trend.interval
    break_ = max(each.breaks, key=lambda found: abs(found["shift"]), default={})
    return Trend(
        name=each.name, broke=break_.get("since"), broke_low=break_.get("earliest"),
        broke_high=break_.get("latest"), broke_p=break_.get("p", each.p),
        slope=Estimate(value=slope.percent / 100, low=low / 100, high=high / 100, level=slope.level),
        decline_p=slope.p_decline,
    )  # fmt: skip


# -- difference in differences -------------------------------------------------------------------


class Estimated(NamedTuple):
    """Both models, the leads (none if there are too few periods), and the permutation test."""

    effects: list
    leads: EventStudy | None
    chance: Permutation


def treated_codes(codes: Sequence[str], of: str, edition: str, digits: int) -> tuple[str, ...]:
    """Treated codes, in the edition and to the digits of the answer."""
    from sarai.flows.editions import shares

    if of and of != edition:
        asked = set(codes)
        found = shares([of], edition)
        codes = [each.target_code for each in found if each.code in asked and each.rule != "wide"]
    return tuple(sorted({code[:digits] for code in codes}))


def estimated(ask: Asking, of: Term, codes: Sequence[str], since: date, seed: int) -> Estimated:
    """Difference in differences of some codes against all others since an event."""
    from sarai.flows.measures.series import panel

    trade = unrestricted(ask)
    found = panel(trade, ask.ready.published, term=of, treated=codes, frequency=ask.question.frequency)
    rows = ask.rows(found.order_by("code", "period"))
    if all(row["treated"] for row in rows):
        raise Lacking("there are no other codes to compare the treated ones with")
    return _of_panel(rows, since, seed)


def unrestricted(ask: Asking) -> Any:
    """The trade of the question in all codes: effects are against those that are not asked about."""
    from msgspec.structs import replace

    ready = ask.ready
    return replace(ready, selection=replace(ready.selection, codes=())).trade


def _of_panel(rows: list[dict[str, Any]], since: date, seed: int) -> Estimated:
    import numpy as np

    from sarai.flows.chance import effect_by_chance, grid_of
    from sarai.flows.models.did import did, event_study
    from sarai.flows.models.errors import NotIdentified, TooFewPeriods
    from sarai.flows.models.ppml import ppml

    of = grid_of(rows, ("code",))
    chosen = {row["code"] for row in rows if row["treated"]}
    treated = np.array([code in chosen for (code,) in of.groups])
    post = np.array([period >= since for period in of.periods])
    if not 0 < post.sum() < len(post):
        raise Lacking(f"no period lies before {since:%Y-%m}, or none after; ask for a longer span")
    product, period = (each.ravel() for each in np.indices(of.values.shape))
    value = of.values.ravel()
    effects = [model(value, product, period, treated[product], post[period]) for model in (did, ppml)]
    try:
        leads = event_study(value, product, period, treated[product], period - int(np.argmax(post)))
    except (TooFewPeriods, NotIdentified):
        leads = None
    return Estimated(effects, leads, effect_by_chance(of.values, treated, post,
                     [code[:2] for (code,) in of.groups], seed=seed))  # fmt: skip


def effects(ask: Study) -> tuple[tuple[Effect, ...], str]:
    """The effect since the span began on the treated codes, by both models, on the first leg."""
    asked = ask.question
    if not ask.treated:
        raise Lacking("no codes were named as treated: --treated")
    if not asked.digits:
        raise Lacking("codes are not told apart: it needs --digits 2 or more")
    codes = treated_codes(ask.treated, ask.treated_of, ask.ready.edition, asked.digits)
    of = term(ask, "exported", asked.exporters, asked.through or asked.importers)
    found = estimated(ask, of, codes, ask.span.first, ask.seed)
    leads = (
        f"Before the event: p = {found.leads.leads_p:.2g} of no effect."
        if found.leads
        else "Parallel trends before the event could not be tested."
    )
    names = {"asinh": "asinh, effects of products and periods", "ppml": "Poisson pseudo-maximum likelihood"}
    return tuple(
        Effect(
            name=names[each.model], p=each.p, observations=each.observations, clusters=each.products,
            estimate=Estimate(value=each.estimate, low=each.interval[0], high=each.interval[1],
                              level=each.level),
            ratio=each.model == "ppml",
            permutation_p=found.chance.p if each.model == "asinh" else None,
            permutations=found.chance.permutations if each.model == "asinh" else 0,
        )
        for each in found.effects
    ), f"{len(codes)} treated codes, since {ask.span.first:%Y-%m}. {leads}"  # fmt: skip
