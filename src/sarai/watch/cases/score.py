"""How urgent a case is: a sum of points, each with its reason; the weights learn from officers' decisions.

Before anybody has decided, the weights are what the typologies' points say: a feature's ``prior``. What
officers confirm and dismiss moves them, by a logistic regression that starts there:

    chance that a case is confirmed = 1 / (1 + exp(RAISE - score)),   score = sum of weight x value

with a Gaussian prior of standard deviation ``spread`` around each prior weight, solved for its mode by
Newton's method (C. Bishop, Pattern Recognition and Machine Learning, 2006, section 4.4.1). The objective
is strictly convex, so there is one answer, and few decisions change little.

Urgency is not learnt: that goods can still be stopped makes a case no likelier, only more pressing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import exp, log2, log10
from operator import itemgetter
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from sarai.watch.cases.case import Case
from sarai.watch.cases.course import CONFIRMED
from sarai.watch.cases.stake import Stake
from sarai.watch.engine import RAISE
from sarai.watch.finding import Alert, Reason, sentence
from sarai.watch.phrases import Phrase, phrase

if TYPE_CHECKING:
    from numpy.typing import NDArray

BESIDE = 0.5  # of the points of what other alerts say: they are about other goods, or told twice
LEAST_TO_COMPARE = 5  # cases with a value in a currency, before one of them is called large
MOST_STEPS, ENOUGH = 100, 1e-10  # of Newton's method; some six are needed
SHOWN_DIGITS = 2  # points are said so, and summed as they are said


class Feature(NamedTuple):
    """What counts: its value in one case, and that value in words."""

    name: str
    value: float
    words: str
    phrase: Phrase = Phrase("")


def _feature(name: str, value: float, told: Phrase) -> Feature:
    return Feature(name, value, str(told), told)


class Kind(NamedTuple):
    """A row of the table of features: prior weight, spread of the prior (0: never learnt), what it is."""

    prior: float
    spread: float
    what: str


TYPOLOGY = Kind(1.0, 0.3, "the points of a typology, in its weightiest finding")
KINDS: Mapping[str, Kind] = {
    "base": Kind(0.0, 0.5, "how often officers confirm, whatever the case"),
    "alerts": Kind(1.0, 0.25, "how many alerts, in doublings"),
    "priority goods": Kind(0.5, 0.25, "of the Common High Priority List: tiers 1 and 2 count 1, others 0.5"),
    "value": Kind(0.5, 0.25, "value at stake over that of the middle case in its currency, in tenfolds"),
    "under way": Kind(0.5, 0.0, "goods are on a lorry now"),
    "in reach": Kind(0.25, 0.0, "goods are still in the country"),
}


class Contribution(Struct, frozen=True):
    """What one feature gave: ``points`` is ``weight`` times ``value``, as it is said and summed.

    ``words`` are English; ``phrase`` can be said in any language.
    """

    feature: str
    value: float
    weight: float
    prior: float
    points: float
    words: str
    phrase: Phrase


class Score(Struct, frozen=True):
    """Points in all, which are the sum of the contributions; and the chance that it is confirmed."""

    points: float
    chance: float
    contributions: tuple[Contribution, ...]


class Weights(Struct, frozen=True):
    """Weights by feature, and how many decisions they were learnt from."""

    of: Mapping[str, float] = {}
    decisions: int = 0
    confirmed: int = 0

    def weight(self, feature: str) -> float:
        """The weight of a feature; its prior, if no decision spoke of it."""
        return self.of.get(feature, kind_of(feature).prior)

    def score(self, features: Iterable[Feature]) -> Score:
        """Score a case, the weightiest contribution first."""
        parts = [
            Contribution(
                name, round(value, 3), round(weight := self.weight(name), 3), kind_of(name).prior,
                round(weight * value, SHOWN_DIGITS), words, told,
            )
            for name, value, words, told in features
        ]  # fmt: skip
        parts = [part for part in parts if part.points]
        points = round(sum(part.points for part in parts), SHOWN_DIGITS)
        parts.sort(key=lambda part: (-part.points, part.feature))
        return Score(points, round(_logistic(points - RAISE), 3), tuple(parts))


def kind_of(feature: str) -> Kind:
    """The row of a feature; what is in no row is a typology."""
    return KINDS.get(feature, TYPOLOGY)


# -- features ----------------------------------------------------------------------------------------


class Compared(NamedTuple):
    """What cases are usually worth, by currency; only where there are enough to compare."""

    middle: Mapping[str, float]


def compared(stakes: Iterable[Stake]) -> Compared:
    """What is usual among these, to two digits: so one alert more rarely changes the scores of all."""
    values: dict[str, list[float]] = {}
    for stake in stakes:
        for currency, value in stake.value.items():
            values.setdefault(currency, []).append(float(value))
    return Compared(
        {
            currency: float(f"{median(some):.1e}")
            for currency, some in values.items()
            if len(some) >= LEAST_TO_COMPARE
        }
    )


def features(alerts: Sequence[Alert], stake: Stake, usual: Compared) -> list[Feature]:
    """What counts of a case, or of those of its alerts that a decision knew of."""
    found = [_feature("base", 1.0, phrase("how often officers confirm")), *_typologies(alerts)]
    if len(alerts) > 1:
        several = phrase("{count} alerts tell of it", count=len(alerts))
        found.append(_feature("alerts", log2(len(alerts)), several))
    if stake.tier:
        strength = 1.0 if stake.tier in ("1", "2") else 0.5
        listed = phrase("priority goods of tier {tier}", tier=stake.tier)
        found.append(_feature("priority goods", strength, listed))
    return [*found, *_value(stake, usual)]


def urgency(stake: Stake) -> list[Feature]:
    """What makes a case pressing now."""
    found = []
    if stake.under_way:
        can = phrase("goods are under way: they can be stopped on the road")
        found.append(_feature("under way", 1.0, can))
    if stake.in_reach:
        found.append(_feature("in reach", 1.0, phrase("goods are still in the country: they can be held")))
    return found


def _typologies(alerts: Sequence[Alert]) -> list[Feature]:
    """Of each typology its weightiest finding: in full in the weightiest alert, `BESIDE` in others."""
    first = max(alerts, key=lambda alert: alert.score, default=None)
    best: dict[str, tuple[float, Alert, Reason]] = {}
    for alert in alerts:
        for reason in alert.reasons:
            points = reason.points if alert is first else reason.points * BESIDE
            if reason.typology not in best or points > best[reason.typology][0]:
                best[reason.typology] = points, alert, reason
    return [
        Feature(name, points, reason.words, sentence(alert, reason))
        for name, (points, alert, reason) in sorted(best.items(), key=itemgetter(0))
        if points > 0
    ]


def _value(stake: Stake, usual: Compared) -> list[Feature]:
    """The currency in which the case stands out most."""
    times = {
        currency: float(value) / usual.middle[currency]
        for currency, value in stake.value.items() if usual.middle.get(currency)
    }  # fmt: skip
    if not times:
        return []
    currency = max(times, key=lambda each: (times[each], each))
    value = min(2.0, max(-1.0, log10(times[currency])))
    told = phrase(
        "{currency} {value:,.0f}: {times:.1f} times the middle case",
        currency=currency, value=stake.value[currency], times=times[currency],
    )  # fmt: skip
    return [_feature("value", value, told)]


# -- learning ----------------------------------------------------------------------------------------


class Example(NamedTuple):
    """What an officer decided on, as features, and whether it was confirmed."""

    features: tuple[Feature, ...]
    confirmed: bool


def examples(cases: Iterable[Case], stakes: Iterable[Stake], usual: Compared) -> list[Example]:
    """Every decision that stands, on the alerts that it knew of."""
    found = []
    for case, stake in zip(cases, stakes, strict=True):
        for decision in case.decisions:
            known = [alert for alert in case.alerts if alert.id in decision.alerts]
            if known:
                found.append(Example(tuple(features(known, stake, usual)), decision.verdict == CONFIRMED))
    return found


def learn(examples: Sequence[Example]) -> Weights:
    """The weights most probable after these decisions; the priors if there are none."""
    import numpy as np

    if not examples:
        return Weights()
    names = sorted({feature.name for example in examples for feature in example.features})
    values = np.zeros((len(examples), len(names)))
    for row, example in enumerate(examples):
        for feature in example.features:
            values[row, names.index(feature.name)] = feature.value
    confirmed = np.array([float(example.confirmed) for example in examples])
    weights = _most_probable(values, confirmed, [kind_of(name) for name in names])
    found = dict(zip(names, weights.tolist(), strict=True))
    return Weights(found, len(examples), int(confirmed.sum()))


def _most_probable(values: NDArray, confirmed: NDArray, kinds: Sequence[Kind]) -> NDArray:
    """The mode, by Newton's method; a step that overshoots is halved.

    ``values`` are decisions by features, ``confirmed`` 1 or 0 for each decision.
    """
    import numpy as np

    prior = np.array([kind.prior for kind in kinds])
    precision = np.array([kind.spread**-2 for kind in kinds])

    def loss(weights: NDArray) -> float:
        margins = values @ weights - RAISE
        likelihood = np.logaddexp(0.0, margins) - confirmed * margins
        return float(likelihood.sum() + 0.5 * (precision * (weights - prior) ** 2).sum())

    weights = prior
    for _ in range(MOST_STEPS):
        chance = 1 / (1 + np.exp(RAISE - values @ weights))
        slope = values.T @ (chance - confirmed) + precision * (weights - prior)
        bend = (values.T * (chance * (1 - chance))) @ values + np.diag(precision)
        step, before = np.linalg.solve(bend, slope), loss(weights)
        while np.abs(step).max() > ENOUGH and loss(weights - step) > before:
            step = step / 2
        weights = weights - step
        if np.abs(step).max() <= ENOUGH:
            break
    return weights


def _logistic(margin: float) -> float:
    return 1 / (1 + exp(-margin)) if margin > -500 else 0.0
