"""Gradient boosting by LightGBM: grown on the earlier part of the time, stopped by the later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from sarai.goods.errors import BadSetting
from sarai.watch.targeting.declarations import Floats
from sarai.watch.targeting.features import Feature
from sarai.watch.targeting.settings import Settings

if TYPE_CHECKING:
    from types import ModuleType


class Part(NamedTuple):
    """Declarations to learn from: what is seen of them, what was found, and what each counts."""

    matrix: Floats
    outcome: Floats
    weight: Floats


class Trees:
    """A grown forest.

    Parameters
    ----------
    text
        As LightGBM writes it.
    """

    def __init__(self, text: str, threads: int) -> None:
        self.text = text
        self._booster = _lightgbm().Booster(model_str=text)
        self._threads = threads

    def scores(self, matrix: Floats) -> Floats:
        """The logarithm of the odds that something would be found, before calibration."""
        return self._predict(matrix, raw_score=True)

    def contributions(self, matrix: Floats) -> Floats:
        """What each feature adds to the score, and last what all start from; each row sums to the score.

        These are Shapley values along the trees (TreeSHAP; Lundberg and others, 2020).
        """
        return self._predict(matrix, pred_contrib=True)

    def gains(self) -> Floats:
        """What each feature has gained of all that was gained, from 0 to 1."""
        gained = self._booster.feature_importance("gain")
        return gained / max(gained.sum(), 1e-12)

    def _predict(self, matrix: Floats, **what: Any) -> Floats:
        if not len(matrix):
            return matrix[:, :0].sum(axis=1) if "raw_score" in what else matrix
        return self._booster.predict(matrix, num_threads=self._threads, **what)


def grow(growing: Part, stopping: Part, features: Sequence[Feature], settings: Settings) -> Trees:
    """Grow trees on one part until another part, later in time, gains no more."""
    lightgbm = _lightgbm()
    parameters = {
        "objective": "binary",
        "learning_rate": settings.learning_rate,
        "num_leaves": settings.leaves,
        "min_data_in_leaf": settings.least_in_leaf,
        "lambda_l2": settings.ridge,
        "feature_fraction": settings.columns_per_tree,
        "monotone_constraints": [int(feature.rising) for feature in features],
        "seed": settings.seed,
        "num_threads": settings.threads,
        "deterministic": True,
        "force_row_wise": True,
        "verbosity": -1,
    }
    sets = [
        lightgbm.Dataset(part.matrix, part.outcome, weight=part.weight, params=parameters)
        for part in (growing, stopping)
    ]
    booster = lightgbm.train(
        parameters, sets[0], settings.rounds, valid_sets=sets[1:],
        callbacks=[lightgbm.early_stopping(settings.patience, verbose=False)],
    )  # fmt: skip
    return Trees(booster.model_to_string(num_iteration=booster.best_iteration), settings.threads)


def version() -> str:
    """The version of LightGBM."""
    return _lightgbm().__version__


def _lightgbm() -> ModuleType:
    try:
        import lightgbm
    except (ImportError, OSError) as fault:  # OSError: its library lacks another, such as OpenMP
        raise BadSetting(
            f"targeting needs LightGBM, which cannot be loaded ({fault}); pip install 'sarai[targeting]'"
        ) from fault
    return lightgbm
