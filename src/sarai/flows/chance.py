"""What selection alone would have found: permutation tests for the measures that pick lines by their outcome.

Who looks at thousands of lines and keeps those that grew has found growth, whatever happened. So the
selection is repeated with the periods of the earlier and the later span drawn anew: if the number of lines
that it picks then is as large as often as not, the lines say nothing.

Whole years, or stretches as long as the series' memory, change places together, so that seasons and what
lasts for months stay as they are. A trend that was there all along counts as much as an event: the test
says that months are not exchangeable, not why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sarai.flows.measures.surges import SurgeLine
from sarai.flows.models.permutation import (
    Permutation,
    drawn_in_time,
    drawn_within,
    permutation_test,
)
from sarai.flows.periods import Span

__all__ = ["Grid", "anomalies_by_chance", "effect_by_chance", "grid_of", "surges_by_chance"]

STRETCH = 3  # months that change places together
Floats = NDArray[np.float64]


class Grid(NamedTuple):
    """A series of each group: values of shape (groups, periods), NaN for holes."""

    groups: list[tuple]
    periods: list[date]
    values: Floats

    def later(self, span: Span) -> NDArray[np.bool_]:
        """Which periods are of a span."""
        return np.array([span.first <= period <= span.last for period in self.periods])

    def only(self, groups: Sequence[tuple], spans: Sequence[Span]) -> Grid:
        """Some of its groups, in their order, and the periods of some spans."""
        row = {group: number for number, group in enumerate(self.groups)}
        kept = np.logical_or.reduce([self.later(span) for span in spans])
        values = self.values[[row[group] for group in groups]][:, kept]
        return Grid(list(groups), [p for p, keep in zip(self.periods, kept, strict=True) if keep], values)


def grid_of(rows: Sequence[Mapping[str, Any]], keys: Sequence[str]) -> Grid:
    """The grid of a series.

    Parameters
    ----------
    rows
        As `sarai.flows.measures.series.series` makes them: every group has every period.
    """
    names = [tuple(row[key] for key in keys) for row in rows]
    groups, periods = sorted(set(names)), sorted({row["period"] for row in rows})
    row_of = {group: number for number, group in enumerate(groups)}
    column_of = {period: number for number, period in enumerate(periods)}
    values = np.full((len(groups), len(periods)), np.nan)
    for name, row in zip(names, rows, strict=True):
        values[row_of[name], column_of[row["period"]]] = np.nan if row["value"] is None else row["value"]
    return Grid(groups, periods, values)


def anomalies_by_chance(
    values: Floats,
    later: NDArray[np.bool_],
    *,
    least: float,
    growth: float,
    seed: int,
    permutations: int = 999,
) -> Permutation:
    """How many markets would count as anomalous if the periods of both spans changed places.

    Parameters
    ----------
    values : array of shape (markets, periods)
        Only the periods of the base and of the span.
    later : boolean array of shape (periods,)
        Whether a period is of the span.
    """

    def selected(panel: Floats, label: NDArray[np.bool_]) -> float:
        after, before = np.nansum(panel[:, label], axis=1), np.nansum(panel[:, ~label], axis=1)
        return float(np.count_nonzero((after > least) & (after > (1 + growth) * before)))

    return permutation_test(
        values, later, selected, draw=drawn_in_time(STRETCH), seed=seed, permutations=permutations
    )


def surges_by_chance(
    inbound: Floats,
    outbound: Floats,
    later: NDArray[np.bool_],
    *,
    line: SurgeLine,
    per_year: int,
    seed: int,
    permutations: int = 999,
) -> Permutation:
    """How many codes would surge on both legs if the periods of both spans changed places.

    Parameters
    ----------
    inbound, outbound : arrays of shape (codes, periods)
        Only the periods of the earlier and of the later span.
    per_year : int
        Periods of a year: means are per year.
    """

    def surged(leg: Floats, label: NDArray[np.bool_], least: float) -> NDArray[np.bool_]:
        after, before = (_mean(leg[:, side]) * per_year for side in (label, ~label))
        grown = (after + line.constant) >= line.growth * (before + line.constant)
        return grown & (after > least)

    def selected(legs: tuple[Floats, Floats], label: NDArray[np.bool_]) -> float:
        both = surged(legs[0], label, line.inbound) & surged(legs[1], label, line.outbound)
        return float(np.count_nonzero(both))

    return permutation_test(
        (inbound, outbound),
        later,
        selected,
        draw=drawn_in_time(STRETCH),
        seed=seed,
        permutations=permutations,
    )


def effect_by_chance(
    values: Floats,
    treated: NDArray[np.bool_],
    post: NDArray[np.bool_],
    groups: Sequence[str],
    *,
    seed: int,
    permutations: int = 999,
) -> Permutation:
    """How large the effect of a treatment would be on other products of the same groups.

    Parameters
    ----------
    values : array of shape (products, periods)
        Of which asinh is taken; the effect is the change of its mean, of treated products against others.
    groups : sequence of str
        Of each product: treatment is drawn anew among the products of one group, such as a chapter.
    """
    scaled = np.arcsinh(values)
    change = _mean(scaled[:, post]) - _mean(scaled[:, ~post])

    def measured(panel: Floats, label: NDArray[np.bool_]) -> float:
        return float(panel[label].mean() - panel[~label].mean())

    return permutation_test(
        change, treated, measured, draw=drawn_within(groups), seed=seed, permutations=permutations
    )


def _mean(values: Floats) -> Floats:
    """Over what is known of each row; zero where nothing is."""
    known = np.isfinite(values).sum(axis=1)
    return np.nansum(values, axis=1) / np.maximum(known, 1)
