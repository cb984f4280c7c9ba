"""What the lists say of those whom documents name: asked once, and remembered.

It follows from what was given and not from the book, so it is no part of the watch's memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from sarai.goods import Party
from sarai.screening.decisions import Verdict
from sarai.screening.documents import subject_of
from sarai.screening.listed import ListedEntity
from sarai.screening.screener import Answer, Screener, ScreenHit
from sarai.screening.subject import Subject
from sarai.watch.addresses import Addresses, read, same
from sarai.watch.register import Register

REMEMBERED = 100_000  # parties, of which nearly all are like nobody: some 50 MB


class Likeness(NamedTuple):
    """Somebody listed whom a party is like, and what else the two have in common."""

    subject: Subject
    hit: ScreenHit
    common: tuple[str, ...]


class At(NamedTuple):
    """Somebody listed at an address: how near it is (1: the same), and how the list writes it."""

    near: float
    entity: ListedEntity
    theirs: str


class Lists:
    """The lists of parties, by name and by address.

    Since a screener has one version of each list, so has this: with new lists, make a new one. What
    officers have decided in the screener's log counts at once.

    Parameters
    ----------
    register
        Has names and addresses of those whom documents name by an identifier alone.
    """

    def __init__(self, screener: Screener, register: Register) -> None:
        self.screener, self.register = screener, register
        self._asked = lru_cache(REMEMBERED)(self._ask)
        self.at = lru_cache(REMEMBERED)(self._find)
        self._addresses = Addresses(
            (entity.id, address.text) for entity in screener.listed.values() for address in entity.addresses
        )

    def like(self, party: Party, least: float) -> list[Likeness]:
        """Who listed a party may be, from a score on, except for whom an officer has cleared."""
        return [
            found for found in map(self._recalled, self._asked(party, least))
            if found.hit.decision != Verdict.CLEAR
        ]  # fmt: skip

    def address(self, party: Party) -> str:
        """Where a party is: as the register has it, else as the document says."""
        firm = self.register.get(party.id)
        return (firm.address if firm else "") or party.address

    def _recalled(self, found: Likeness) -> Likeness:
        answer = self.screener.recall(found.subject, Answer(query=found.subject.name, hits=(found.hit,)))
        return found._replace(hit=answer.hits[0])

    def _ask(self, party: Party, least: float) -> tuple[Likeness, ...]:
        best: dict[str, Likeness] = {}
        subjects = list(self._subjects(party))
        answers = self.screener.screen(subjects, threshold=least)
        for subject, answer in zip(subjects, answers, strict=True):
            for hit in answer.hits:
                former = best.get(hit.entity)
                if former is None or hit.score > former.hit.score:
                    best[hit.entity] = Likeness(subject, hit, self._common(party, hit.entity))
        return tuple(sorted(best.values(), key=lambda found: (-found.hit.score, found.hit.entity)))

    def _subjects(self, party: Party) -> Iterator[Subject]:
        """A party as the document names it, and as the register does."""
        firm = self.register.get(party.id)
        for name in dict.fromkeys((party.name, (firm.name if firm else "") or party.name)):
            subject = subject_of(Party(id=party.id, name=name, country=party.country))
            if subject is not None:
                yield subject

    def _common(self, party: Party, entity: str) -> tuple[str, ...]:
        """What a party and somebody listed have in common beside the name."""
        listed, here = self.screener.listed[entity], read(self.address(party))
        countries = {*listed.countries, *(address.country for address in listed.addresses)}
        country = ("country",) if party.country and party.country in countries else ()
        there = any(same(here, read(address.text)) for address in listed.addresses)
        return (*country, "address") if there else country

    def _find(self, address: str) -> tuple[At, ...]:
        """Who listed is at an address, or nearly there."""
        found = self._addresses.near(address)
        return tuple(At(near, self.screener.listed[entity], theirs) for near, entity, theirs in found)
