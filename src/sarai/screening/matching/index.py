"""Candidates out of many listed names: the few that a name may be, found by how their words sound.

Words that sound alike are found through keys: the sound itself, the sound less one letter, the
consonants alone, the group of given names or of translations, the stem. Each word of a query finds
the listed words that it may stand for; a listed name gathers their weights (the rarer the word the
more), and those that gather enough are matched in full.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import pairwise
from math import log
from typing import NamedTuple

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from sarai.screening.listed import ListedEntity, Strength
from sarai.screening.matching.identifiers import keys
from sarai.screening.matching.keyed import Keyed
from sarai.screening.matching.likes import CHANGES, SILENT, Likes, complete, may_reach
from sarai.screening.matching.matcher import THRESHOLD, Candidate, Match, Query, match
from sarai.screening.names import Name, Word, parse, variants
from sarai.screening.names.compare import SHORTEST_GLUED, SHORTEST_JOINED, SHORTEST_SPELT, alikeness
from sarai.screening.names.parse import Script
from sarai.screening.names.sound import sound

MAX_CANDIDATES = 40  # to a name; the best by their words
AGREES, ENOUGH = 0.2, 0.5  # the shares of both names' weight that agree, multiplied; the greater of the two
SHORT = 6  # letters; of so few, two changes make another word but for rare pairs of letters
CACHED_WORDS = 50_000


class Hit(NamedTuple):
    """A listed entity that a query may be, by which of its names, and why."""

    entity: ListedEntity
    name: str
    match: Match


class Alike(NamedTuple):
    """Listed words that a word may stand for, how alike and how; who has them; how rare the word is."""

    likes: Sequence[tuple[Word, float, str]]
    lists: Sequence[np.ndarray]
    weights: Sequence[float]
    rarity: float


class Index:
    """The names of listed entities, to be asked.

    Parameters
    ----------
    entities
        Those of all lists that are in force.
    """

    def __init__(self, entities: Iterable[ListedEntity]) -> None:
        self.entities: list[ListedEntity] = []
        self.names: list[Name] = []
        self.strengths: list[Strength] = []
        self._owners: list[int] = []
        self._first_name: list[int] = []
        self._by_identifier = Keyed()  # entities
        self._by_key, self._by_glue, self._by_neighbours = Keyed(), Keyed(), Keyed()  # names
        self._by_sound = Keyed()  # words
        words: dict[tuple, Word] = {}
        self._postings: dict[tuple, list[int]] = {}
        with _uncollected():
            for entity in entities:
                self._add(entity, words)
            self._words = list(words.values())
            self._settle()

    def _add(self, entity: ListedEntity, words: dict[tuple, Word]) -> None:
        number = len(self.entities)
        self.entities.append(entity)
        self._first_name.append(len(self.names))
        for key in sorted(keys(entity.identifiers)):
            self._by_identifier.add(key, number)
        seen: set[tuple] = set()
        for listed in entity.names:
            for text in variants(listed.text):
                name = parse(text)
                mark = (name.words, name.forms, name.numbers)
                if mark not in seen and (name.words or name.numbers):
                    seen.add(mark)
                    self._add_name(name, listed.strength, number, words)

    def _add_name(self, name: Name, strength: Strength, owner: int, words: dict[tuple, Word]) -> None:
        number = len(self.names)
        self.names.append(name)
        self.strengths.append(strength)
        self._owners.append(owner)
        self._by_key.add(name.key, number)
        for glue in _glues(name):
            self._by_glue.add(glue, number)
        for heard in _neighbours(name):
            self._by_neighbours.add(heard, number)
        for word in dict.fromkeys(name.words):
            key = (word.text, word.role)
            words.setdefault(key, word)
            self._postings.setdefault(key, []).append(number)

    def _settle(self) -> None:
        """Lay postings and keys out in arrays."""
        count = max(len(self.names), 1)
        self._lists = [np.array(numbers, np.int32) for numbers in self._postings.values()]
        self._postings = {}
        self._rarity = [log(1 + count / len(numbers)) for numbers in self._lists]
        self._rarest = log(1 + count)
        totals = np.zeros(count)
        for word, rarity, numbers in zip(self._words, self._rarity, self._lists, strict=True):
            if word.role not in SILENT:
                totals[numbers] += rarity
        self._totals = totals
        for number, word in enumerate(self._words):
            if word.role not in SILENT:
                for key in _keys(word):
                    self._by_sound.add(key, number)
        for keyed in (
            self._by_identifier, self._by_key, self._by_glue, self._by_neighbours, self._by_sound
        ):  # fmt: skip
            keyed.settle()
        self._alike = lru_cache(maxsize=CACHED_WORDS)(self._find_alike)

    # -- asking ------------------------------------------------------------------------------------

    def screen(self, query: Query, threshold: float = THRESHOLD) -> list[Hit]:
        """The listed entities that a query hits, the best first."""
        best: dict[int, Hit] = {}
        for number, likes in self._promising(query, threshold):
            owner = self._owners[number]
            entity = self.entities[owner]
            found = match(query, self._candidate(number, entity), threshold, likes)
            former = best.get(owner)
            if found.score >= threshold and (former is None or found.score > former.match.score):
                best[owner] = Hit(entity, self.names[number].text, found)
        return sorted(best.values(), key=lambda hit: (-hit.match.score, hit.entity.id))

    def screen_text(self, text: str, threshold: float = THRESHOLD, **known: object) -> list[Hit]:
        """As `screen`, of a name as it is written, with all the names that it gives."""
        best: dict[str, Hit] = {}
        for variant in variants(text):
            for hit in self.screen(Query(name=parse(variant), **known), threshold):
                former = best.get(hit.entity.id)
                if former is None or hit.match.score > former.match.score:
                    best[hit.entity.id] = hit
        return sorted(best.values(), key=lambda hit: (-hit.match.score, hit.entity.id))

    def _candidate(self, number: int, entity: ListedEntity) -> Candidate:
        return Candidate(
            self.names[number], self.strengths[number], entity.kind, entity.identifiers, entity.births,
            entity.countries,
        )  # fmt: skip

    def _promising(self, query: Query, threshold: float) -> Iterator[tuple[int, Likes | None]]:
        """The candidates that may reach the threshold, and how alike their words are if that is known."""
        numbers = list(self._candidates(query))
        if query.name.script != Script.LETTERS:
            yield from ((number, None) for number in numbers)
            return
        likes: Likes = {}
        for at, word in enumerate(query.name.words):
            if word.role not in SILENT:
                for listed, alike, how in self._alike(word, query.name.script).likes:
                    likes.setdefault(listed, []).append((at, alike, how))
        complete(likes, query.name, (self.names[number] for number in numbers))
        for number in numbers:
            name = self.names[number]
            if name.script != Script.LETTERS:
                yield number, None
            elif query.identifiers or may_reach(threshold, query.name, name, likes):
                yield number, likes

    def _candidates(self, query: Query) -> Iterator[int]:
        found = dict.fromkeys(self._by_key.of(query.name.key)[:MAX_CANDIDATES])
        found.update(dict.fromkeys(self._by_words(query.name)))
        for glue in _glues(query.name):
            found.update(dict.fromkeys(self._by_glue.of(glue)[:MAX_CANDIDATES]))
        found.update(dict.fromkeys(self._written_apart(query.name)))
        for key in sorted(keys(query.identifiers)):
            for owner in self._by_identifier.of(key):
                stop = self._first_name[owner + 1] if owner + 1 < len(self._first_name) else len(self.names)
                found.update(dict.fromkeys(range(self._first_name[owner], stop)))
        yield from found

    def _written_apart(self, name: Name) -> Iterator[int]:
        """Names that write two words as one, or one as two."""
        yield from sorted(self._by_neighbours.of_any([word.sound for word in name.words]))[:MAX_CANDIDATES]
        for token in sorted(self._by_sound.of_any(_neighbours(name))):
            yield from self._lists[token][:MAX_CANDIDATES].tolist()

    def _by_words(self, name: Name) -> list[int]:
        """The listed names whose words agree with so much of both names' weight, the best at most."""
        lists: list[np.ndarray] = []
        weights: list[float] = []
        asked = 0.0
        for word in dict.fromkeys(name.words):
            if word.role not in SILENT:
                found = self._alike(word, name.script)
                asked += found.rarity
                lists += found.lists
                weights += found.weights
        if not lists:
            return []
        which, at = np.unique(np.concatenate(lists), return_inverse=True)
        gathered = np.bincount(at, np.repeat(weights, list(map(len, lists))))
        total = self._totals[which]
        rank = gathered * gathered / (asked * total)
        enough = (rank >= AGREES) & (gathered >= ENOUGH * np.minimum(asked, total))
        which, rank = which[enough], rank[enough]
        if len(which) > MAX_CANDIDATES:
            which = which[np.argsort(-rank, kind="stable")[:MAX_CANDIDATES]]
        return which.tolist()

    def _find_alike(self, word: Word, script: int) -> Alike:
        likes, lists, weights = [], [], []
        for token in self._near(word, script):
            listed = self._words[token]
            alike, how = alikeness(word, listed, script)
            if alike:
                likes.append((listed, alike, how))
                lists.append(self._lists[token])
                weights.append(alike * self._rarity[token])
        return Alike(likes, lists, weights, max(weights, default=self._rarest))

    def _near(self, word: Word, script: int) -> list[int]:
        """Listed words that share a key; of those that share but letters, the ones two changes away."""
        if script == Script.SYLLABLES:
            return sorted(self._by_sound.of_any([word.text]))
        if script == Script.ABJAD:
            return sorted(self._by_sound.of_any([word.text, *_bare(word)]))
        known = self._by_sound.of_any(_sure(word))
        if len(word.text) >= SHORTEST_SPELT:
            unsure = [
                token
                for token in self._by_sound.of_any([*_less(word), *_bare(word)]) - known
                if len(self._words[token].text) >= SHORTEST_SPELT - 1
            ]
            sounds = [self._words[token].sound for token in unsure]
            changes = CHANGES if len(word.text) > SHORT else 1
            near = process.extract(word.sound, sounds, scorer=OSA.distance, score_cutoff=changes, limit=None)
            known.update(unsure[at] for _, _, at in near)
        return sorted(known)


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage is looked for meanwhile: none is made, and looking through what is built takes an eighth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _glues(name: Name) -> list[str]:
    """How a name sounds without gaps, and that without vowels."""
    return [glue for glue in (name.glued, f"'{name.bare}") if len(glue.lstrip("'")) >= SHORTEST_GLUED]


def _neighbours(name: Name) -> list[str]:
    """The sounds of two neighbouring words as one."""
    joined = [one.text + other.text for one, other in pairwise(name.words)]
    return [sound(text) for text in joined if len(text) >= SHORTEST_JOINED]


def _sure(word: Word) -> list[str]:
    """What words share that are alike whatever their letters."""
    found = [word.sound, word.text, *(f"{number}:" for number in word.given)]
    if word.group:
        found.append(f"={word.group}")
    return found + [f"~{stem}" for stem in word.stems]


def _less(word: Word) -> list[str]:
    """What words share that are nearly spelt alike: the sound less one letter."""
    if len(word.text) < SHORTEST_SPELT:
        return []
    return [word.sound[:at] + word.sound[at + 1 :] for at in range(len(word.sound))]


def _keys(word: Word) -> list[str]:
    """All of them."""
    return [*_sure(word), *_less(word), *_bare(word)]


def _bare(word: Word) -> list[str]:
    """What words share whose vowels differ."""
    return [f"'{word.bare}"] if word.bare else []
