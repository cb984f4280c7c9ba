"""Which declarations to open under a budget, a stated share of them by chance.

A model that chooses what it learns from goes blind to everything that it never chooses. So some picks
are drawn by chance from all that the model would have passed over, openly. Each pick bears its
*propensity*, the probability with which it was to be picked whatever the draw, and since no
declaration's is zero, what is found in the picks tells without bias what there is in all.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from msgspec import Struct

from sarai.goods.errors import BadSetting
from sarai.watch.targeting.declarations import Declarations, Floats, Refused, Whole
from sarai.watch.targeting.drift import Drift
from sarai.watch.targeting.measures import Measures
from sarai.watch.targeting.model import Model
from sarai.watch.targeting.settings import RANDOM_SHARE
from sarai.watch.targeting.training import judge
from sarai.watch.targeting.wording import Why, explain

By = Literal["risk", "value"]


class Pick(Struct, frozen=True, kw_only=True):
    """A declaration that is to be opened.

    Attributes
    ----------
    place
        Where it stands among all, from 1.
    picked
        ``risk`` or ``value``: it stands high; ``random``: it was drawn by chance.
    propensity
        The probability with which it was to be picked.
    probability
        That something will be found.
    score
        The logarithm of the odds before calibration; ``why`` takes it apart.
    """

    id: str
    line: int
    place: int
    picked: Literal["risk", "value", "random"]
    propensity: float
    probability: float
    value: float
    score: float
    why: Why


class Ranking(Struct, frozen=True, kw_only=True):
    """The picks, and what stands behind them.

    Attributes
    ----------
    expected
        In how many of the picks something should be found.
    seed
        With it, the same model and table give the same picks.
    measures
        How good the ranking is, if the outcomes of the declarations are there.
    """

    model: str
    declarations: int
    budget: float
    by: By
    random_share: float
    seed: int
    expected: float
    picks: tuple[Pick, ...]
    drift: Drift
    measures: Measures | None
    refused: tuple[Refused, ...]


class Drawn(NamedTuple):
    """Places of the picks by rank and by chance, and the propensity of every place, from the first."""

    by_rank: int
    by_chance: Whole
    propensity: Floats


def rank(
    model: Model,
    new: Declarations,
    budget: float,
    seed: int,
    random_share: float = RANDOM_SHARE,
    by: By = "risk",
) -> Ranking:
    """Pick what to open.

    Parameters
    ----------
    budget
        In percent of the declarations; at least one is picked.
    seed
        Of the draw. Who could guess it could tell which declarations will not be opened.
    by
        ``risk``: likely to be wrong; ``value``: probability times value.
    """
    if not 0 < budget <= 100:
        raise BadSetting(f"budget {budget:g} % must be more than 0 and at most 100")
    if by == "value" and not new.value.any():
        raise BadSetting("the table states no value to rank by; name its column, or rank by risk")
    scored, rng = model.score(new), np.random.default_rng(seed)
    merit = scored.scores if by == "risk" else scored.probability * new.value
    order = np.lexsort((rng.random(len(new)), -merit))
    drawn = draw(len(new), budget, random_share, rng)
    places = np.sort(np.concatenate([np.arange(drawn.by_rank), drawn.by_chance]))
    rows = order[places]
    whys = explain(model.card, scored, new, rows, model.trees.contributions(scored.seen.matrix[rows]))
    picks = tuple(
        Pick(
            id=new.ids[row], line=int(new.lines[row]), place=place + 1,
            picked=by if place < drawn.by_rank else "random", propensity=float(drawn.propensity[place]),
            probability=float(scored.probability[row]), value=float(new.value[row]),
            score=float(scored.scores[row]), why=why,
        )
        for place, row, why in zip(places.tolist(), rows.tolist(), whys, strict=True)
    )  # fmt: skip
    told = bool((~np.isnan(model.unknown_before(new).outcome)).any())
    return Ranking(
        model=model.digest,
        declarations=len(new),
        budget=budget,
        by=by,
        random_share=random_share,
        seed=seed,
        expected=sum(pick.probability for pick in picks),
        picks=picks,
        drift=model.drift(new, scored),
        measures=judge(model, new, rng) if told else None,
        refused=new.refused,
    )  # fmt: skip


def draw(count: int, budget: float, random_share: float, rng: np.random.Generator) -> Drawn:
    """Share out a budget between the first places and chance.

    The random share of a few picks is seldom a whole number: of its fraction, one more is drawn with
    that probability. Propensities are those before that is decided.
    """
    if not 0 <= random_share <= 1:
        raise BadSetting(f"random share {random_share:g} must lie between 0 and 1")
    picks = min(count, max(1, int(count * budget / 100 + 1e-9)))
    least = int(picks * random_share)
    more = picks * random_share - least
    propensity = np.zeros(count)
    for by_chance, probability in ((least, 1 - more), (least + 1, more)):
        if probability > 0:
            propensity += probability * _propensity(count, picks - by_chance, by_chance)
    by_chance = least + int(rng.random() < more)
    by_rank = picks - by_chance
    chosen = rng.choice(count - by_rank, by_chance, replace=False) if by_chance else np.zeros(0, np.int64)
    return Drawn(by_rank, by_rank + chosen, propensity)


def _propensity(count: int, by_rank: int, by_chance: int) -> Floats:
    """Of each place: certain for the first, the same small one for all others."""
    return np.where(np.arange(count) < by_rank, 1.0, by_chance / max(count - by_rank, 1))
