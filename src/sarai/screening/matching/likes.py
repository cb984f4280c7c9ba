"""How alike the words of a query are to the words of all its candidates: found at once, used for each.

Few words of a candidate are like any of the query's, so whether two can be is settled for all of them
in one pass over how they sound, and a candidate that cannot reach the threshold is not compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from sarai.screening.matching.matcher import CONTRADICTION, EXTRA, MOST_BESIDE
from sarai.screening.names import Name, Word
from sarai.screening.names.compare import (
    COMMON,
    LAST_OF,
    MAX_COMMON,
    SHORTEST_JOINED,
    SHORTEST_SPELT,
    Like,
    alikeness,
)
from sarai.screening.names.parse import Script

CHANGES = 2  # of letters, between two words that are alike without sharing a table's entry
SILENT = ("initial", "particle")  # words that find nobody by themselves
QUERY_ONLY, LISTED_ONLY = (min(cost) for cost in zip(*EXTRA.values(), strict=True))

Likes: TypeAlias = dict[Word, list[Like]]


def complete(likes: Likes, query: Name, names: Iterable[Name]) -> None:
    """Add what the index did not find, because no key is shared: likes of all words of these names."""
    words: dict[Word, None] = {}
    for name in names:
        words.update(dict.fromkeys(name.words))
    silent = [word for word in words if word.role in SILENT]
    others = [word for word in words if word.role not in SILENT]
    for at, word in enumerate(query.words):
        for other in words if word.role in SILENT else silent:
            _add(likes, at, word, other)
    _add_spelt(likes, query.words, others)


def _add(likes: Likes, at: int, word: Word, other: Word) -> None:
    alike, how = alikeness(word, other, Script.LETTERS)
    if alike:
        likes.setdefault(other, []).append((at, alike, how))


def _add_spelt(likes: Likes, words: Sequence[Word], others: Sequence[Word]) -> None:
    ours = [(at, word) for at, word in enumerate(words) if _may_be_spelt(word)]
    theirs = [word for word in others if _may_be_spelt(word)]
    if not ours or not theirs:
        return
    changes = process.cdist(
        [word.sound for _, word in ours], [word.sound for word in theirs],
        scorer=OSA.distance, score_cutoff=CHANGES, dtype=np.uint8,
    )  # fmt: skip
    for mine, other in np.argwhere(changes <= CHANGES).tolist():
        at, word = ours[mine]
        if all(known != at for known, _, _ in likes.get(theirs[other], ())):
            _add(likes, at, word, theirs[other])


def _may_be_spelt(word: Word) -> bool:
    """Long enough to be like another by its letters alone, or to be its feminine."""
    return len(word.text) >= SHORTEST_SPELT - 1 and word.role not in SILENT


def may_reach(threshold: float, query: Name, listed: Name, likes: Likes) -> bool:
    """Whether a candidate may score so high, taking of everything that is unclear the best."""
    if query.glued == listed.glued:
        return True
    words, agree, possible = query.words, 0.0, 0.0
    paired: set[int] = set()
    left: list[Word] = []
    for word in listed.words:
        found = likes.get(word)
        if not found:
            left.append(word)
            continue
        best = most = 0.0
        for at, alike, _ in found:
            paired.add(at)
            best, most = max(best, alike), max(most, words[at].weight)
        weight = min(word.weight, most)
        possible += weight
        agree += weight * best
    rest = [word for at, word in enumerate(words) if at not in paired]
    ours, theirs = _weight(rest), _weight(left)
    contradicts = min(ours, theirs)
    against = (
        CONTRADICTION * contradicts + QUERY_ONLY * (ours - contradicts) + LISTED_ONLY * (theirs - contradicts)
    )
    enough = (threshold - MOST_BESIDE) * (possible + against)
    one_may_be_left = len(paired) >= LAST_OF and rest and left
    return bool(agree >= enough or one_may_be_left or _may_join(rest, listed.words) or _may_join(left, words))


def _weight(words: Sequence[Word]) -> float:
    common = rest = 0.0
    for word in words:
        if word.role in COMMON:
            common += word.weight
        else:
            rest += word.weight
    return rest + min(common, MAX_COMMON)


def _may_join(wholes: Sequence[Word], apart: Sequence[Word]) -> bool:
    """Whether one of these words may be some of those, written as one."""
    for whole in wholes:
        if len(whole.text) >= SHORTEST_JOINED:
            start, size = whole.sound[:2], len(whole.sound)
            for one in apart[:-1]:
                if one.sound[:2] == start and len(one.sound) < size:
                    return True
    return False
