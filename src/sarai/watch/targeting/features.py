"""What a model sees of a declaration: the past of its parties, codes and routes, and its own figures.

A table of features in a fixed order. Each belongs to a *source*, such as ``importer`` or ``unit_value``:
what features of one source contribute is told as one reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from msgspec import Struct

from sarai.watch.targeting.columns import Columns
from sarai.watch.targeting.declarations import Category, Declarations, Floats
from sarai.watch.targeting.past import Kept, Outcomes, Past, usual_before, usual_kept
from sarai.watch.targeting.settings import Settings

DAY_S = 86_400
ALL = ""  # the key of all declarations together


class Feature(Struct, frozen=True):
    """One column of what a model sees.

    Attributes
    ----------
    source
        What it speaks of.
    what
        ``rate``, ``known`` or ``recent`` of a source with a past; ``number``; ``ratio``.
    rising
        Whether more of it can only mean more risk. That a firm was caught never speaks for it.
    """

    source: str
    what: str
    rising: bool = False


class Memory(Struct, frozen=True):
    """What a model keeps of its history, as known when it was trained.

    Attributes
    ----------
    moment_s
        When that was, in seconds since 1970 (UTC).
    pasts
        Of each source, and under `ALL` of all declarations.
    usual
        Of each ratio, the logarithm of its median for each text of its category.
    """

    moment_s: int
    pasts: dict[str, Kept]
    usual: dict[str, dict[str, float]]


class Told(NamedTuple):
    """Where the past is asked: each answers for every declaration."""

    past: Callable[[str, Category], Past]
    usual: Callable[[str, Category, Floats], Floats]


class Seen(NamedTuple):
    """What a model sees of declarations, and what words can be made of."""

    matrix: Floats
    pasts: dict[str, Past]
    usual: dict[str, Floats]


def sources(columns: Columns) -> dict[str, tuple[str, ...]]:
    """What has a past: each category, and each combination, by its name."""
    alone = {name: (name,) for name in columns.categories}
    return alone | {" + ".join(names): names for names in columns.together}


def table(columns: Columns) -> tuple[Feature, ...]:
    """The features, in order."""
    return tuple(_table(columns))


def _table(columns: Columns) -> Iterator[Feature]:
    for source, names in sources(columns).items():
        yield Feature(source, "rate", rising=True)
        yield Feature(source, "known")
        if len(names) == 1:
            yield Feature(source, "recent", rising=True)
    for name in columns.numbers:
        yield Feature(name, "number")
    for name in columns.ratios:
        yield Feature(name, "ratio")


def gains_of(columns: Columns, gains: Sequence[float]) -> dict[str, float]:
    """For each column, what was gained by all features that it is part of."""
    named = {source: set(names) for source, names in sources(columns).items()}
    named |= {name: {name} for name in columns.numbers}
    named |= {name: {ratio.of, ratio.per, ratio.usual_for} for name, ratio in columns.ratios.items()}
    return {
        name: sum(
            gain for each, gain in zip(table(columns), gains, strict=True) if name in named[each.source]
        )
        for name in (*columns.categories, *columns.numbers)
    }


def in_time(columns: Columns, settings: Settings, history: Declarations) -> Seen:
    """What was to be seen of each declaration when it was made."""
    recent_s = round(settings.recent_days * DAY_S)

    def past(source: str, category: Category) -> Past:
        return Outcomes(category.codes, history).before(category.codes, history.time_s, recent_s)

    def usual(ratio: str, category: Category, logs: Floats) -> Floats:
        return usual_before(category.codes, history.time_s, logs)

    return _seen(columns, settings, history, Told(past, usual))


def as_kept(columns: Columns, settings: Settings, memory: Memory, new: Declarations) -> Seen:
    """What is to be seen of new declarations with what was known when the model was trained."""

    def past(source: str, category: Category) -> Past:
        return memory.pasts[source].past(category)

    def usual(ratio: str, category: Category, logs: Floats) -> Floats:
        known = memory.usual[ratio]
        return np.array([known.get(text, np.nan) for text in category.texts], np.float64)[category.codes]

    return _seen(columns, settings, new, Told(past, usual))


def remember(columns: Columns, settings: Settings, history: Declarations, moment_s: int) -> Memory:
    """What a model keeps: what was known before a moment."""
    recent_s = round(settings.recent_days * DAY_S)
    made = history.where(history.time_s < moment_s)
    return Memory(
        moment_s,
        {
            source: Kept.of(category, history, moment_s, recent_s)
            for source, category in _categories(columns, history)
        },
        {
            name: usual_kept(made.categories[ratio.usual_for], _logs(columns, name, made))
            for name, ratio in columns.ratios.items()
        },
    )


def _categories(columns: Columns, declarations: Declarations) -> Iterator[tuple[str, Category]]:
    yield ALL, Category([ALL], np.zeros(len(declarations), np.int64))
    for source, names in sources(columns).items():
        yield source, declarations.together(names)


def _seen(columns: Columns, settings: Settings, declarations: Declarations, told: Told) -> Seen:
    pasts = {source: told.past(source, category) for source, category in _categories(columns, declarations)}
    general = (pasts[ALL].wrong + 0.5) / (pasts[ALL].count + 1)  # half a wrong one in one: never 0, never 1
    logs = {name: _logs(columns, name, declarations) for name in columns.ratios}
    usual = {
        name: told.usual(name, declarations.categories[ratio.usual_for], logs[name])
        for name, ratio in columns.ratios.items()
    }

    def column(feature: Feature) -> Floats:
        if feature.what == "number":
            return declarations.numbers[feature.source]
        if feature.what == "ratio":
            return logs[feature.source] - usual[feature.source]
        past = pasts[feature.source]
        if feature.what == "known":
            return np.log1p(past.count)
        recent = feature.what == "recent"
        count, wrong = (past.recent_count, past.recent_wrong) if recent else (past.count, past.wrong)
        return (wrong + settings.smoothing * general) / (count + settings.smoothing)

    return Seen(np.stack([column(each) for each in table(columns)], axis=1), pasts, usual)


def _logs(columns: Columns, name: str, declarations: Declarations) -> Floats:
    """The logarithm of a ratio; NaN where either number is lacking or not above zero."""
    ratio = columns.ratios[name]
    of, per = declarations.numbers[ratio.of], declarations.numbers[ratio.per]
    sound = (of > 0) & (per > 0)
    return np.log(np.where(sound, of, np.nan)) - np.log(np.where(sound, per, np.nan))
