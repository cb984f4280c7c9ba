r"""Is an effect more than its selection? A permutation test that selects anew every time.

Whoever picks the lines that rose, and then measures how much they rose, finds an effect in noise. The test
gives the treatment to others by lot, and lets *the whole procedure*, selection and measure, run again:

.. math:: p = \frac{1 + \#\{b : m_b \ge m\}}{1 + N}

Under no effect it is at most :math:`\alpha` in a share :math:`\alpha` of cases, for any panel and any
selection, if the lots are as likely as the treatment was (Phipson & Smyth 2010, Statistical Applications
in Genetics and Molecular Biology 9:39; Fisher 1935; Fithian, Sun & Taylor 2014 on inference after
selection). That *if* is the caller's to argue: products must be alike (draw within groups that are), and
time has memory (draw whole stretches).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

from sarai.goods import BadSetting

__all__ = ["Draw", "Permutation", "drawn_anyhow", "drawn_in_time", "drawn_within", "permutation_test"]

Labels = NDArray[np.bool_]
Draw = Callable[[Labels, np.random.Generator], Labels]
"""How a treatment is given to others: labels and a random source in, labels of the same shape out."""

Panel = TypeVar("Panel")


class Permutation(Struct, frozen=True):
    """What a permutation test found.

    Attributes
    ----------
    observed
        The measure with the treatment as it was.
    p
        One-sided: measures at least as large are as many as this. For both sides measure an absolute value.
    permutations, seed
        Lots drawn, and what they were drawn with.
    median, high
        Of the measure over the lots: what selection alone makes of no effect, usually and in 1 of 20.
    failed
        Lots for which nothing could be measured (NaN): they count as less than any number.
    """

    observed: float
    p: float
    permutations: int
    seed: int
    median: float
    high: float
    failed: int


def permutation_test(
    panel: Panel,
    treated: ArrayLike,
    select_and_measure: Callable[[Panel, Labels], float],
    *,
    draw: Draw,
    seed: int,
    permutations: int = 999,
) -> Permutation:
    """Test an effect, with the selection that found it.

    Parameters
    ----------
    panel
        Whatever the measure reads; it is handed on as it is.
    treated : boolean array
        Labels of products, of partners or of periods.
    select_and_measure : function of (panel, treated)
        *All* that looked at the outcome: choice of lines, dates, thresholds, then the effect, a number
        that is large if there is one; NaN if nothing is selected.
    draw
        `drawn_anyhow`, `drawn_within` groups, or `drawn_in_time`.
    permutations : int
        Of lots; p is no smaller than 1/(1 + permutations).

    Raises
    ------
    BadSetting
        No lots, or all or none are treated, so that there is nobody to give the treatment to.
    """
    labels = np.asarray(treated)
    if labels.dtype != np.bool_ or labels.all() or not labels.any():
        raise BadSetting(
            f"{int(np.sum(labels))} of {labels.size} are treated, as {labels.dtype}; "
            "give booleans, some true and some false"
        )
    if permutations < 1:
        raise BadSetting(f"permutations={permutations}: draw 1 or more; 999 are usual")
    observed = float(select_and_measure(panel, labels))
    rng = np.random.default_rng(seed)
    measures = np.array([select_and_measure(panel, draw(labels, rng)) for _ in range(permutations)], float)
    known = measures[~np.isnan(measures)]
    reached = permutations if np.isnan(observed) else int((known >= observed).sum())
    return Permutation(
        observed=observed,
        p=(1 + reached) / (1 + permutations),
        permutations=permutations,
        seed=seed,
        median=float(np.median(known)) if known.size else np.nan,
        high=float(np.quantile(known, 0.95)) if known.size else np.nan,
        failed=permutations - known.size,
    )


def drawn_anyhow(treated: Labels, rng: np.random.Generator) -> Labels:
    """As many treated as before, anybody: products or partners that are alike."""
    return rng.permutation(treated)


def drawn_within(groups: ArrayLike) -> Draw:
    """As many treated as before in each group: products of one chapter, partners of one region."""
    group = np.asarray(groups)
    places = [np.flatnonzero(group == one) for one in np.unique(group)]

    def draw(treated: Labels, rng: np.random.Generator) -> Labels:
        if treated.shape != group.shape:
            raise BadSetting(f"{group.size} groups for {treated.size} labels; give each label its group")
        drawn = treated.copy()
        for place in places:
            drawn[place] = rng.permutation(treated[place])
        return drawn

    return draw


def drawn_in_time(block: int) -> Draw:
    """Whole stretches of time change places: what is near stays near.

    Parameters
    ----------
    block : int
        Periods of a stretch: at least as long as the memory of the series; 12 keeps seasons too.
    """
    if block < 1:
        raise BadSetting(f"a stretch of {block} periods is none; 12 keeps the seasons of months")

    def draw(treated: Labels, rng: np.random.Generator) -> Labels:
        stretches = [treated[start : start + block] for start in range(0, len(treated), block)]
        return np.concatenate([stretches[j] for j in rng.permutation(len(stretches))])

    return draw
