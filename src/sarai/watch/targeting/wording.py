"""Why a declaration was picked, in words: what each source adds to its score, and what was seen of it."""

from __future__ import annotations

from math import exp

import numpy as np
from msgspec import Struct

from sarai.watch.targeting.declarations import BETWEEN, Declarations, Floats
from sarai.watch.targeting.features import ALL, sources
from sarai.watch.targeting.model import Card, Scored

SHOWN = 4  # reasons; what the others add is told as one figure


class Reason(Struct, frozen=True):
    """What one source adds to a score.

    Attributes
    ----------
    points
        Added to the logarithm of the odds; 0.7 doubles them.
    """

    source: str
    points: float
    words: str


class Why(Struct, frozen=True):
    """A score taken apart: ``base``, the points of the reasons and ``rest`` sum to it.

    Attributes
    ----------
    base
        What every declaration starts from.
    reasons
        The sources that weigh most, the weightiest first.
    rest
        What all other sources add.
    """

    base: float
    reasons: tuple[Reason, ...]
    rest: float


def explain(
    card: Card, scored: Scored, new: Declarations, rows: np.ndarray, contributions: Floats
) -> list[Why]:
    """Say why declarations have their scores.

    Parameters
    ----------
    rows
        Of those to be explained.
    contributions
        What each feature adds to the score of each of them, and last what all start from.
    """
    telling = _Telling(card, scored, new)
    names = list(dict.fromkeys(feature.source for feature in card.features))
    place = {name: at for at, name in enumerate(names)}
    points = np.zeros((len(rows), len(names)))
    for column, feature in enumerate(card.features):
        points[:, place[feature.source]] += contributions[:, column]
    return [
        telling.why(int(row), names, added, float(base))
        for row, added, base in zip(rows, points, contributions[:, -1], strict=True)
    ]


class _Telling:
    """Puts what a model saw of a declaration into words."""

    def __init__(self, card: Card, scored: Scored, new: Declarations) -> None:
        self.card, self.seen, self.new = card, scored.seen, new
        self.sources = sources(card.columns)
        self.categories = {name: new.together(names) for name, names in self.sources.items()}

    def why(self, row: int, names: list[str], added: Floats, base: float) -> Why:
        weightiest = np.argsort(-np.abs(added), kind="stable")
        reasons = tuple(
            Reason(names[place], float(added[place]), self.words(names[place], row))
            for place in weightiest[:SHOWN].tolist()
        )
        return Why(base, reasons, float(added[weightiest[SHOWN:]].sum()))

    def words(self, source: str, row: int) -> str:
        """What was seen of a source."""
        columns = self.card.columns
        if source in columns.numbers:
            return f"{_plainly(source)} {_figure(self.new.numbers[source][row])}"
        if source in columns.ratios:
            return self._ratio(source, row)
        named = self._named(source, row)
        past, general = self.seen.pasts[source], self.seen.pasts[ALL]
        count, wrong = int(past.count[row]), int(past.wrong[row])
        if not count:
            return f"{named}: no outcome known before"
        rate = general.wrong[row] / max(general.count[row], 1)
        lately = int(past.recent_count[row])
        words = f"{named}: something found in {wrong:,} of {count:,} known before (of all, {rate:.1%})"
        if lately and lately < count:
            days = f"{self.card.settings.recent_days:g} days"
            words += f", {int(past.recent_wrong[row]):,} of {lately:,} in the last {days}"
        return words

    def _named(self, source: str, row: int) -> str:
        texts = self.categories[source].text(row).split(BETWEEN)
        pairs = zip(self.sources[source], texts, strict=True)
        return " with ".join(f"{_plainly(name)} {text or '(none)'}" for name, text in pairs)

    def _ratio(self, source: str, row: int) -> str:
        ratio = self.card.columns.ratios[source]
        of, per = self.new.numbers[ratio.of][row], self.new.numbers[ratio.per][row]
        if not (of > 0 and per > 0):
            return f"{_plainly(source)} not stated"
        usual = self.seen.usual[source][row]
        told = f"{_plainly(source)} {_figure(of / per)}"
        of_what = f"{_plainly(ratio.usual_for)} {self.new.categories[ratio.usual_for].text(row)}"
        if np.isnan(usual):
            return f"{told}, and nothing known of what is usual for {of_what}"
        return f"{told}, {_figure(of / per / exp(usual))} times what is usual for {of_what}"


def _plainly(name: str) -> str:
    return name.replace("_", " ")


def _figure(value: float) -> str:
    """A number as people read it.

    >>> _figure(1234.5), _figure(0.21345), _figure(8.0), _figure(float("nan"))
    ('1,234', '0.213', '8', '(none)')
    """
    if np.isnan(value):
        return "(none)"
    return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.3g}"
