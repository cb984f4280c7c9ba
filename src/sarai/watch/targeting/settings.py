"""The settings of targeting, each with its reason."""

from __future__ import annotations

from typing import Annotated, Self

import msgspec
from msgspec import Meta, Struct

from sarai.goods.errors import BadSetting

Share = Annotated[float, Meta(gt=0, lt=1)]
Count = Annotated[int, Meta(ge=1)]

RANDOM_SHARE = 0.1
"""Of the picks, drawn by chance. A tenth costs at most a tenth of the hits, and is what field studies
with customs data found to pay within a year or two (Kim and others, 2020, arXiv 2010.14282; Mai and
others, 2021, arXiv 2109.14155, find that the best share differs from country to country)."""
PERCENTS = (1, 2, 5, 10)
"""Of the declarations, at which it is measured: what customs houses open lies between."""
MAX_ROWS = 5_000_000
"""In a table; a large country's year. They are held in memory, at some 500 bytes each."""
LEAST_OUTCOMES, LEAST_WRONG = 500, 50
"""To learn from: with fewer, what trees find is chance."""


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a model is trained.

    Attributes
    ----------
    lag_days
        Until an outcome is known, where the table does not say when it was. An inspection with its
        laboratory and its appeal takes weeks.
    recent_days
        What counts as lately: a quarter, so that a new habit shows and weekly swings do not.
    smoothing
        So many outcomes of the usual kind are added to every past, so that one outcome is not a rate.
    warm_up
        Share of the declarations, the earliest, that only serve as a past: before that there is none.
    stopping
        Share, after those that the trees are grown from, on which it is seen when to stop.
    calibration
        Share, the latest, from which scores get their probabilities. The trees have not seen it.
    judged
        Share, the latest, held back to judge the whole recipe, before it is used on everything.
    rounds, patience, learning_rate, leaves, least_in_leaf, ridge, columns_per_tree
        Of gradient boosting. A small step and small leaves: labels of inspections are noisy.
    largest_weight
        What is learnt from a declaration counts as 1 / propensity, but at most so much, since a few
        that weigh hundreds would be all that is learnt.
    seed, threads
        The same seed, table and number of threads give the same model, byte for byte. One thread is the
        fastest where the machine has other work: of several, each waits for all others at every split.
    """

    lag_days: Annotated[float, Meta(ge=0, le=3_650)] = 30.0
    recent_days: Annotated[float, Meta(gt=0, le=3_650)] = 90.0
    smoothing: Annotated[float, Meta(gt=0)] = 10.0
    warm_up: Share = 0.2
    stopping: Share = 0.1
    calibration: Share = 0.1
    judged: Share = 0.2
    rounds: Count = 2_000
    patience: Count = 50
    learning_rate: Share = 0.05
    leaves: Annotated[int, Meta(ge=2, le=1_000)] = 31
    least_in_leaf: Count = 30
    ridge: Annotated[float, Meta(ge=0)] = 5.0
    columns_per_tree: Annotated[float, Meta(gt=0, le=1)] = 0.5
    largest_weight: Annotated[float, Meta(ge=1)] = 20.0
    seed: Annotated[int, Meta(ge=0, lt=2**31)] = 1
    threads: Count = 1

    def checked(self) -> Self:
        """The same with every bound checked; BadSetting names what is out of bounds."""
        try:
            settings = msgspec.convert(msgspec.to_builtins(self), type(self))
        except msgspec.ValidationError as fault:
            raise BadSetting(f"settings of targeting: {fault}; see docs/targeting.md") from fault
        if settings.warm_up + settings.stopping + settings.calibration >= 1:
            raise BadSetting("warm_up, stopping and calibration leave no time to grow trees in; lower one")
        return settings
