"""Whether the world is still the one that was learnt: a comparison of what is seen, and of what is found.

The population stability index of a column is the sum over bins of (now - then) x ln(now / then), with
the shares of declarations that fall into each. By custom of credit scoring, below 0.1 nothing has
moved, and above 0.25 the population is another. In small samples chance alone makes it large: it is then
(1 / n + 1 / m) times a chi-squared variable with as many degrees of freedom as bins less one (Yurdakul,
2018). The limit is whichever is greater: custom, or what chance exceeds once in a thousand.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from msgspec import Struct

from sarai.watch.targeting.declarations import Category, Declarations, Floats, Whole

BINS = 10
LIMIT = 0.25
CHANCE = 0.001
LEAST_NEW = 100  # declarations, before anything is said of them
LEAST_OPENED = 30  # outcomes, before a hit rate is called fallen
FALLEN = 0.01  # how seldom so few hits would come if the probabilities were right
LEAST_GAIN = 0.05  # of all that was gained: a column with less may move without an alarm


class Spread(Struct, frozen=True):
    """How a column was spread over bins of like size.

    Attributes
    ----------
    edges
        Of a number: between one bin and the next.
    texts
        Of a category: the bin of each text that was seen before; others fall into the bin after the last.
    counts
        How many fell into each bin; last, those that were new, or had no number.
    """

    counts: tuple[int, ...]
    edges: tuple[float, ...] = ()
    texts: dict[str, int] | None = None

    @classmethod
    def of_numbers(cls, values: Floats) -> Spread:
        """Bins between deciles."""
        there = values[~np.isnan(values)]
        deciles = np.quantile(there, np.linspace(0, 1, BINS + 1)[1:-1]) if len(there) else there
        edges = tuple(np.unique(deciles).tolist())
        return cls(tuple(_counted(_bins(edges, values), len(edges) + 2)), edges)

    @classmethod
    def of_texts(cls, category: Category, earlier: Whole, later: Whole) -> Spread:
        """Bins of texts as frequent in earlier declarations, in which the later ones are counted.

        So the share of what is new among the later ones is what is to be expected.
        """
        often = np.bincount(category.codes[earlier], minlength=len(category.texts))
        order = [code for code in np.argsort(-often, kind="stable").tolist() if often[code]]
        passed = np.concatenate([[0], np.cumsum(often[order])[:-1]]) * BINS // max(len(earlier), 1)
        _, bins = np.unique(passed, return_inverse=True)  # a text of more than a tenth leaves bins empty
        texts = {category.texts[code]: place for code, place in zip(order, bins.tolist(), strict=True)}
        last = max(texts.values(), default=-1) + 1
        placed = np.array([texts.get(text, last) for text in category.texts], np.int64)
        return cls(tuple(_counted(placed[category.codes[later]], last + 1)), texts=texts)

    def index(self, column: Floats | Category) -> tuple[float, float]:
        """The stability index of new declarations, and its limit."""
        if isinstance(column, Category):
            last, known = len(self.counts) - 1, self.texts or {}
            bins = np.array([known.get(text, last) for text in column.texts], np.int64)[column.codes]
        else:
            bins = _bins(self.edges, column)
        now = np.array(_counted(bins, len(self.counts)), np.float64)
        then = np.array(self.counts, np.float64)
        used = (now + then) > 0
        limit = max(LIMIT, _by_chance(then.sum(), now.sum(), int(used.sum())))
        now, then = now[used] + 0.5, then[used] + 0.5  # what has not been seen is not impossible
        now, then = now / now.sum(), then / then.sum()
        return float(((now - then) * np.log(now / then)).sum()), limit


def _bins(edges: tuple[float, ...], values: Floats) -> Whole:
    """The bin of each number; those that are none come last."""
    return np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values, side="left"))


def _counted(bins: Whole, count: int) -> list[int]:
    return np.bincount(bins, minlength=count).tolist()


def _by_chance(then: float, now: float, bins: int) -> float:
    from scipy.stats import chi2

    return (1 / then + 1 / now) * float(chi2.ppf(1 - CHANCE, max(bins - 1, 1)))


class Moved(Struct, frozen=True):
    """A column that is not spread as it was; ``gain`` is what was gained by all that it is part of."""

    column: str
    index: float
    limit: float
    gain: float


class HitRate(Struct, frozen=True):
    """What was found against what the probabilities had said would be.

    ``chance`` is how often so few would be found if they were right.
    """

    opened: int
    found: int
    expected: float
    chance: float
    fallen: bool


class Drift(Struct, frozen=True):
    """What has changed.

    Attributes
    ----------
    alarm
        Whether the score has moved, a column that matters has, or the hit rate has fallen.
    score, score_limit
        The stability index of the score, and its limit; nothing of too few declarations.
    moved
        Columns beyond their limits, those that matter most first.
    """

    alarm: bool
    declarations: int
    score: float | None = None
    score_limit: float | None = None
    moved: tuple[Moved, ...] = ()
    hit_rate: HitRate | None = None


class Reference(Struct, frozen=True):
    """How things were spread when the model was trained: each column by its name, and the score."""

    columns: dict[str, Spread]
    score: Spread

    @classmethod
    def of(cls, history: Declarations, earlier: Whole, later: Whole, scores: Floats) -> Reference:
        """As seen of the later declarations, whose scores these are."""
        texts = {
            name: Spread.of_texts(category, earlier, later) for name, category in history.categories.items()
        }
        numbers = {name: Spread.of_numbers(values[later]) for name, values in history.numbers.items()}
        return cls(texts | numbers, Spread.of_numbers(scores))

    def drift(
        self, new: Declarations, scores: Floats, gains: Mapping[str, float], hit_rate: HitRate | None
    ) -> Drift:
        """Compare new declarations with those; of too few, only the hit rate is judged.

        Parameters
        ----------
        gains
            For each column, what was gained by all that it is part of.
        """
        fallen = hit_rate is not None and hit_rate.fallen
        if len(scores) < LEAST_NEW:
            return Drift(alarm=fallen, declarations=len(scores), hit_rate=hit_rate)
        columns = {**new.categories, **new.numbers}
        compared = [(name, *spread.index(columns[name])) for name, spread in self.columns.items()]
        moved = [Moved(name, index, limit, gains[name]) for name, index, limit in compared if index > limit]
        moved.sort(key=lambda each: (-each.gain, each.column))
        index, limit = self.score.index(scores)
        matters = any(each.gain >= LEAST_GAIN for each in moved)
        return Drift(
            alarm=index > limit or matters or fallen,
            declarations=len(scores),
            score=index,
            score_limit=limit,
            moved=tuple(moved),
            hit_rate=hit_rate,
        )


def hit_rate(probability: Floats, outcome: Floats) -> HitRate | None:
    """What was found among the opened against what was said; nothing if few were opened.

    How those opened were chosen does not matter: each has its own probability. The number found is
    then a sum of independent trials, near enough normal for so many.
    """
    from scipy.stats import norm

    told = ~np.isnan(outcome)
    if told.sum() < LEAST_OPENED:
        return None
    said, found = probability[told], int(outcome[told].sum())
    expected, spread = float(said.sum()), float(np.sqrt((said * (1 - said)).sum()))
    chance = float(norm.cdf((found + 0.5 - expected) / max(spread, 1e-9)))
    return HitRate(int(told.sum()), found, expected, chance, chance < FALLEN)
