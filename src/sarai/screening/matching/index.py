"""Candidates out of many listed names: the few that a name may be, found by how their words sound.

Words that sound alike are found through keys: the sound itself, the sound less one letter, the
consonants alone, the group of given names or of translations, the stem. Each word of a query finds
the listed words that it may stand for; a listed name gathers their weights (the rarer the word the
more), and those that gather enough are matched in full.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from math import log
from typing import NamedTuple

import numpy as np

from sarai.screening.listed import Kind, ListedEntity, Strength
from sarai.screening.matching.identifiers import keys
from sarai.screening.matching.matcher import THRESHOLD, Candidate, Match, Query, match
from sarai.screening.names import Name, Word, parse, variants
from sarai.screening.names.compare import SHORTEST_SPELT, alikeness

MAX_CANDIDATES = 40  # to a name; the best by their words
LEAST, ENOUGH = 0.3, 0.5  # of the weight of both names that must agree, and of one of them
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
        self._first_name: list[int] = []
        words: dict[tuple, Word] = {}
        self._postings: dict[tuple, list[int]] = {}
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
        for word in set(name.words):
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
        found = dict.fromkeys(self._by_words(query.name))
        for glue in (query.name.glued, "'" + query.name.bare):
            found.update(dict.fromkeys(self._by_glue.get(glue, ())[:MAX_CANDIDATES]))
        for key in sorted(keys(query.identifiers)):
            for owner in self._by_identifier.get(key, ()):
                stop = self._first_name[owner + 1] if owner + 1 < len(self._first_name) else len(self.names)
                found.update(dict.fromkeys(range(self._first_name[owner], stop)))
        yield from found

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
        wanted = np.array([hash(key) for key in _keys(word)], np.int64)
        starts = np.searchsorted(self._hashes, wanted)
        stops = np.searchsorted(self._hashes, wanted, "right")
        ranges = [self._tokens[start:stop] for start, stop in zip(starts, stops, strict=True)]
        tokens, worth = [], []
        for token in np.unique(np.concatenate(ranges)).tolist():
            alike, _ = alikeness(word, self._words[token], script)
            if alike:
                tokens.append(token)
                worth.append(alike * self._rarity[token])
        return tokens, worth, max(worth, default=self._rarest)


def _keys(word: Word) -> list[str]:
    """What words that may stand for one another have in common."""
    heard = word.sound
    found = [heard, word.text]
    found += [f"{number}:" for number in word.given]
    if word.group:
        found.append(f"={word.group}")
    found += [f"~{stem}" for stem in word.stems]
    if word.bare:
        found.append(f"'{word.bare}")
    if len(word.text) >= SHORTEST_SPELT:
        found += [heard[:at] + heard[at + 1 :] for at in range(len(heard))]
    return found


__all__ = ["Hit", "Index", "Kind"]
