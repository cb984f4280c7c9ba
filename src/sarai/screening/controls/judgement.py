"""What a description says of the code declared for it, and the words that decided."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from msgspec import Struct

from sarai.reference import priority
from sarai.screening.controls.words import Word

if TYPE_CHECKING:
    from numpy.typing import NDArray

CALM = 2.5
"""Scores are divided by this: the words of one text do not speak independently."""

FLAG = 0.2
"""How probable controlled codes must be for a flag, together."""

MARGIN = 3
"""And how many times as probable as the declared one."""

SHOWN = 5
ASKED = 20  # of the likeliest codes whether they are controlled; the others share next to nothing


class Likely(Struct, frozen=True):
    """A code that the goods may belong under, and how probable it is."""

    code: str
    probability: float
    controlled: bool


class Weight(Struct, frozen=True):
    """What a word added to the score of one code over another, in natural logarithms."""

    word: str
    weight: float


class Judgement(Struct, frozen=True, kw_only=True):
    """What a description says of the code declared for it.

    Attributes
    ----------
    likely
        The likeliest codes in the model's edition, likeliest first; none if no word is known.
    words
        The words that decided, heaviest first: for the suspected code, over the declared one.
    controlled
        How probable it is that the goods belong under a controlled code.
    declared
        How probable the declared code is.
    flagged
        Whether a controlled code is likely, and the declared one is not controlled.
    why
        The same in sentences.
    """

    likely: tuple[Likely, ...]
    words: tuple[Weight, ...]
    controlled: float
    declared: float
    flagged: bool
    why: str


class Evidence(NamedTuple):
    """What each word of a description adds to the score of each code (codes, sorted, x words)."""

    codes: Sequence[str]
    words: Sequence[Word]
    added: NDArray[np.float64]

    @property
    def none(self) -> bool:
        """Whether no word says anything."""
        return not self.added.any()

    def shares(self) -> NDArray[np.float64]:
        """How probable each code is, if all were as frequent."""
        score = self.added.sum(axis=1)
        share = np.exp((score - score.max()) / CALM)
        return share / share.sum()


class Declared(NamedTuple):
    """A code as declared, and the codes of the model's edition that it may be."""

    code: str
    carried: Sequence[str]


def judge(evidence: Evidence, declared: Declared, controlled: Callable[[str], bool]) -> Judgement:
    """Hold the evidence against the declared code."""
    if evidence.none:
        return _untold(evidence.words)
    share = evidence.shares()
    order = np.argsort(-share, kind="stable")
    watched = [row for row in order[:ASKED] if controlled(evidence.codes[row])]
    own = _rows(evidence.codes, declared.carried)
    of_watched, of_own = float(share[watched].sum()), float(share[own].sum())
    flagged = of_watched >= max(FLAG, MARGIN * of_own) and not any(map(controlled, declared.carried))
    suspect = watched[0] if flagged else order[0]
    against = evidence.added[max(own, key=share.__getitem__)] if own else evidence.added.mean(axis=0)
    weights = _weights(evidence.words, evidence.added[suspect] - against)
    likely = tuple(Likely(evidence.codes[row], float(share[row]), row in watched) for row in order[:SHOWN])
    told = _Told(evidence.codes[suspect], float(share[suspect]), declared, of_own, weights)
    why = _flag(told) if flagged else _fits(told) if suspect in own else _differs(told)
    return Judgement(
        likely=likely, words=weights, controlled=of_watched, declared=of_own, flagged=flagged, why=why
    )


def _rows(codes: Sequence[str], wanted: Sequence[str]) -> list[int]:
    """Where in the sorted codes those are that are wanted, and there."""
    places = [(bisect_left(codes, code), code) for code in wanted]
    return [row for row, code in places if row < len(codes) and codes[row] == code]


class _Told(NamedTuple):
    suspect: str
    share: float
    declared: Declared
    of_declared: float
    weights: Sequence[Weight]


def _flag(told: _Told) -> str:
    return f"A controlled code is likely. {_differs(told)}"


def _fits(told: _Told) -> str:
    return f"The description fits {told.declared.code} as declared ({told.of_declared:.0%})."


def _differs(told: _Told) -> str:
    speakers = ", ".join(
        f"{each.word} ({each.weight:+.1f})" for each in told.weights[:SHOWN] if each.weight > 0
    )
    over = f"over {told.declared.code} as declared ({told.of_declared:.1%})"
    return f"The description speaks for {_named(told.suspect)} ({told.share:.0%}) {over}: {speakers}."


def _named(code: str) -> str:
    label = priority.label(code)
    return f"{code}, {label}, priority list tier {priority.tier(code)}" if label else code


def _untold(words: Sequence[Word]) -> Judgement:
    told = "None of its words is known to the model" if words else "It has no words"
    why = f"{told}; it cannot be told whether the description fits."
    return Judgement(likely=(), words=(), controlled=0.0, declared=0.0, flagged=False, why=why)


def _weights(words: Sequence[Word], added: NDArray[np.float64]) -> tuple[Weight, ...]:
    weights = [Weight(word.shown, round(float(each), 2)) for word, each in zip(words, added, strict=True)]
    return tuple(sorted((each for each in weights if each.weight), key=lambda each: -abs(each.weight)))
