"""Training with honest time: nothing is learnt from what was not yet known, and the last part judges.

The declarations whose outcomes were known are laid out in time and cut: the earliest only fill the
past, then trees are grown, then it is seen when to stop growing, and the latest give scores their
probabilities. Before that, the whole recipe is tried on what was known at an earlier moment, and
judged on what came after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

import numpy as np
from msgspec import structs

from sarai.goods.errors import BadSetting
from sarai.watch.targeting.boosting import Part, grow, version
from sarai.watch.targeting.calibration import calibrate, reliability
from sarai.watch.targeting.columns import Columns
from sarai.watch.targeting.declarations import Declarations, Floats, Whole
from sarai.watch.targeting.drift import Reference
from sarai.watch.targeting.features import Seen, in_time, remember, table
from sarai.watch.targeting.measures import Measures, measure
from sarai.watch.targeting.model import VERSION, Card, Judged, Model, Window
from sarai.watch.targeting.settings import LEAST_OUTCOMES, LEAST_WRONG, Settings

PAST = "past"
USES = (PAST, "growing", "stopping", "calibrating")  # of the time, from the earliest to the latest
LEAST_IN_PART = 20  # of either outcome


def train(
    history: Declarations, columns: Columns, settings: Settings | None = None, now_s: int | None = None
) -> Model:
    """Try the recipe on the last part of the time, then use it on all.

    Parameters
    ----------
    now_s
        When this is, in seconds since 1970 (UTC): what was not known before then counts for nothing. By
        default the last declaration was just made.

    Raises
    ------
    BadSetting
        There are too few outcomes to learn from.
    """
    settings = (settings or Settings()).checked()
    if now_s is None:
        now_s = int(history.time_s.max(initial=0)) + 1
    history = history.as_known(now_s)
    begin_s = _cut(np.sort(history.time_s), 1 - settings.judged)
    later = history.where(history.time_s >= begin_s)
    measures = judge(fit(history, columns, settings, begin_s), later, np.random.default_rng(settings.seed))
    model = fit(history, columns, settings, now_s)
    return Model(structs.replace(model.card, judged=Judged(begin_s, measures)), model.trees)


def judge(model: Model, later: Declarations, rng: np.random.Generator) -> Measures:
    """How good a model is on declarations that were made after its training; others are left out."""
    scored, later = model.score(later), model.unknown_before(later)
    measures = measure(scored.scores, later, rng)
    told = ~np.isnan(later.outcome)
    if not told.any():
        return measures
    believed = reliability(scored.probability[told], later.outcome[told], 1 / later.propensity[told])
    return structs.replace(measures, reliability=believed)


def fit(history: Declarations, columns: Columns, settings: Settings, now_s: int) -> Model:
    """Train on what was known before a moment; as `train`, but without a judgement."""
    settings, known = settings.checked(), history.as_known(now_s)
    _check_enough(known.outcome)
    seen, features = in_time(columns, settings, known), table(columns)
    parts = _parts(known, settings)
    growing, stopping, calibrating = (_part(seen, known, parts[use]) for use in USES[1:])
    trees = grow(_bounded(growing, settings), _bounded(stopping, settings), features, settings)
    scores = trees.scores(calibrating.matrix)
    earlier, later = _around(known, parts[USES[-1]])
    card = Card(
        version=VERSION,
        trees=sha256(trees.text.encode()).hexdigest(),
        history=history.digest,
        library=f"lightgbm {version()}",
        columns=columns,
        settings=settings,
        features=features,
        gains=tuple(trees.gains().tolist()),
        windows=tuple(_windows(known, parts)),
        calibrator=calibrate(scores, calibrating.outcome, calibrating.weight),
        reference=Reference.of(known, earlier, later, trees.scores(seen.matrix[later])),
        memory=remember(columns, settings, known, now_s),
    )
    return Model(card, trees)


def _check_enough(outcome: Floats) -> None:
    told, wrong = int((~np.isnan(outcome)).sum()), int(np.nansum(outcome))
    if told < LEAST_OUTCOMES or min(wrong, told - wrong) < LEAST_WRONG:
        raise BadSetting(
            f"{told:,} outcomes were known in time, {wrong:,} of them wrong: too few to learn from; give at "
            f"least {LEAST_OUTCOMES}, with {LEAST_WRONG} of either kind, in four fifths of the time as well"
        )


def _parts(known: Declarations, settings: Settings) -> dict[str, Whole]:
    """Which declarations serve for what: those with an outcome, cut in time, never within a moment."""
    told = np.flatnonzero(~np.isnan(known.outcome))
    times = np.sort(known.time_s[told])
    late = 1 - settings.calibration
    cuts = [_cut(times, share) for share in (settings.warm_up, late - settings.stopping, late)]
    which = np.searchsorted(np.array(cuts), known.time_s[told], side="right")
    parts = {use: told[which == place] for place, use in enumerate(USES)}
    for use, rows in parts.items():
        wrong = int(known.outcome[rows].sum())
        if use != PAST and min(wrong, len(rows) - wrong) < LEAST_IN_PART:
            raise BadSetting(
                f"{wrong} of {len(rows)} outcomes in the time for {use} are wrong, and fewer than "
                f"{LEAST_IN_PART} of one kind teach nothing; give more history, or other shares of it"
            )
    return parts


def _around(known: Declarations, calibrating: Whole) -> tuple[Whole, Whole]:
    """All declarations before those that calibrate, and all from then on, whether they were opened or not.

    What is declared later is compared with these: with opened ones alone it would differ by the choice.
    """
    later = known.time_s >= known.time_s[calibrating].min()
    return np.flatnonzero(~later), np.flatnonzero(later)


def _cut(times_s: Whole, share: float) -> int:
    """The moment before which about so many of the declarations were made."""
    return int(times_s[min(int(share * len(times_s)), len(times_s) - 1)]) if len(times_s) else 0


def _part(seen: Seen, known: Declarations, rows: Whole) -> Part:
    return Part(seen.matrix[rows], known.outcome[rows], 1 / known.propensity[rows])


def _bounded(part: Part, settings: Settings) -> Part:
    """A part to learn from, in which nothing counts more than it may."""
    return part._replace(weight=np.minimum(part.weight, settings.largest_weight))


def _windows(known: Declarations, parts: dict[str, Whole]) -> Iterator[Window]:
    for use, rows in parts.items():
        times = known.time_s[rows]
        if len(rows):
            yield Window(use, int(times.min()), int(times.max()), len(rows), int(known.outcome[rows].sum()))
