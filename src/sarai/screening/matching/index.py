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
from sarai.screening.matching.matcher import THRESHOLD, Candidate, Match, Query, match
from sarai.screening.names import Name, Word, parse, variants
from sarai.screening.names.compare import SHORTEST_JOINED, SHORTEST_SPELT, alikeness
from sarai.screening.names.parse import Script
from sarai.screening.names.sound import sound

MAX_CANDIDATES = 40  # to a name; the best by their words
LEAST, ENOUGH = 0.2, 0.5  # of the weight of both names that must agree, and of one of them
CACHED_WORDS = 50_000
SILENT = ("initial", "particle")  # words that find nobody by themselves


class Hit(NamedTuple):
    """A listed entity that a query may be, by which of its names, and why."""

    entity: ListedEntity
    name: str
    match: Match


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
        self._texts: list[str] = []
        self._owners: list[int] = []
        self._by_identifier: dict[tuple[str, str], list[int]] = {}
        self._by_glue: dict[str, list[int]] = {}
        self._by_key: dict[tuple, list[int]] = {}
        self._by_neighbours: dict[str, list[int]] = {}
        self._first_name: list[int] = []
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
            self._by_identifier.setdefault(key, []).append(number)
        seen: set[tuple] = set()
        for listed in entity.names:
            for text in variants(listed.text):
                name = parse(text)
                mark = (name.words, name.forms, name.numbers)
                if mark not in seen and (name.words or name.numbers):
                    seen.add(mark)
                    self._add_name(name, text, listed.strength, number, words)

    def _add_name(
        self, name: Name, text: str, strength: Strength, owner: int, words: dict[tuple, Word]
    ) -> None:
        number = len(self.names)
        self.names.append(name)
        self.strengths.append(strength)
        self._texts.append(text)
        self._owners.append(owner)
        for glue in (name.glued,):
            if len(glue) >= 4:
                self._by_glue.setdefault(glue, []).append(number)
        if len(name.bare) >= 4:
            self._by_glue.setdefault("'" + name.bare, []).append(number)
        self._by_key.setdefault(name.key, []).append(number)
        for heard in _neighbours(name):
            self._by_neighbours.setdefault(heard, []).append(number)
        for word in dict.fromkeys(name.words):
            key = (word.text, word.role)
            words.setdefault(key, word)
            self._postings.setdefault(key, []).append(number)

    def _settle(self) -> None:
        """Lay postings and keys out in arrays."""
        count = max(len(self.names), 1)
        self._lists = [np.array(numbers, np.int32) for numbers in self._postings.values()]
        self._postings = {}
        self._rarity = np.array([log(1 + count / len(numbers)) for numbers in self._lists])
        self._rarest = log(1 + count)
        totals = np.zeros(count)
        for word, rarity, numbers in zip(self._words, self._rarity, self._lists, strict=True):
            if word.role not in SILENT:
                totals[numbers] += rarity
        self._totals = totals
        hashes, tokens = [], []
        for number, word in enumerate(self._words):
            if word.role not in SILENT:
                for key in _keys(word):
                    hashes.append(hash(key))
                    tokens.append(number)
        self._sounds = [word.sound for word in self._words]
        order = np.argsort(np.array(hashes, np.int64), kind="stable")
        self._hashes = np.array(hashes, np.int64)[order]
        self._tokens = np.array(tokens, np.int32)[order]
        self._alike = lru_cache(maxsize=CACHED_WORDS)(self._find_alike)

    # -- asking ------------------------------------------------------------------------------------

    def screen(self, query: Query, threshold: float = THRESHOLD) -> list[Hit]:
        """The listed entities that a query hits, the best first."""
        best: dict[int, Hit] = {}
        for number in self._candidates(query):
            owner = self._owners[number]
            entity = self.entities[owner]
            found = match(query, self._candidate(number, entity), threshold)
            former = best.get(owner)
            if found.score >= threshold and (former is None or found.score > former.match.score):
                best[owner] = Hit(entity, self._texts[number], found)
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

    def _candidates(self, query: Query) -> Iterator[int]:
        found = dict.fromkeys(self._by_key.get(query.name.key, ())[:MAX_CANDIDATES])
        found.update(dict.fromkeys(self._by_words(query.name)))
        for glue in (query.name.glued, "'" + query.name.bare):
            found.update(dict.fromkeys(self._by_glue.get(glue, ())[:MAX_CANDIDATES]))
        found.update(dict.fromkeys(self._written_apart(query.name)))
        for key in sorted(keys(query.identifiers)):
            for owner in self._by_identifier.get(key, ()):
                stop = self._first_name[owner + 1] if owner + 1 < len(self._first_name) else len(self.names)
                found.update(dict.fromkeys(range(self._first_name[owner], stop)))
        yield from found

    def _written_apart(self, name: Name) -> Iterator[int]:
        """Names that write two words as one, or one as two."""
        for word in name.words:
            yield from self._by_neighbours.get(word.sound, ())[:MAX_CANDIDATES]
        for heard in _neighbours(name):
            for token in sorted(self._having([heard])):
                yield from self._lists[token][:MAX_CANDIDATES].tolist()

    def _by_words(self, name: Name) -> Sequence[int]:
        numbers: list[np.ndarray] = []
        weights: list[float] = []
        asked = 0.0
        for word in dict.fromkeys(name.words):
            if word.role in SILENT:
                continue
            tokens, worth, rarity = self._alike(word, name.script)
            asked += rarity
            numbers += [self._lists[token] for token in tokens]
            weights += worth
        if not numbers:
            return ()
        each = np.repeat(weights, [len(found) for found in numbers])
        gathered = np.bincount(np.concatenate(numbers), each, len(self._totals))
        which = np.flatnonzero(gathered >= LEAST * asked)
        gathered = gathered[which]
        of_asked, of_listed = gathered / asked, gathered / self._totals[which]
        enough = (np.minimum(of_asked, of_listed) >= LEAST) & (np.maximum(of_asked, of_listed) >= ENOUGH)
        which, rank = which[enough], (of_asked * of_listed)[enough]
        if len(which) > MAX_CANDIDATES:
            which = which[np.argsort(-rank, kind="stable")[:MAX_CANDIDATES]]
        return which.tolist()

    def _find_alike(self, word: Word, script: int) -> tuple[list[int], list[float], float]:
        """Listed words that a word may stand for, what each is worth, and what the word itself is."""
        tokens, worth = [], []
        for token in self._near(word, script):
            alike, _ = alikeness(word, self._words[token], script)
            if alike:
                tokens.append(token)
                worth.append(alike * self._rarity[token])
        return tokens, worth, max(worth, default=self._rarest)

    def _near(self, word: Word, script: int) -> list[int]:
        """Listed words that share a key; of those that share but letters, the ones two changes away."""
        if script == Script.SYLLABLES:
            return sorted(self._having([word.text]))
        bare = [f"'{word.bare}"] if word.bare else []
        sure, maybe = _sure(word), _less(word)
        (sure if script == Script.ABJAD else maybe).extend(bare)
        known = self._having(sure)
        unsure = list(self._having(maybe) - known)
        sounds = [self._sounds[token] for token in unsure]
        near = process.extract(word.sound, sounds, scorer=OSA.distance, score_cutoff=2, limit=None)
        known.update(unsure[at] for _, _, at in near)
        return sorted(known)

    def _having(self, keys: Sequence[str]) -> set[int]:
        wanted = np.array([hash(key) for key in keys], np.int64)
        starts = self._hashes.searchsorted(wanted).tolist()
        stops = self._hashes.searchsorted(wanted, "right").tolist()
        found: set[int] = set()
        for start, stop in zip(starts, stops, strict=True):
            found.update(self._tokens[start:stop].tolist())
        return found


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
    return [*_sure(word), *_less(word), *([f"'{word.bare}"] if word.bare else [])]
