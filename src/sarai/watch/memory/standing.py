"""The findings that stand: what was found of a lot, a consignment or a party, for as long as it counts."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

from msgspec import Struct, field
from msgspec.structs import replace

from sarai.watch.finding import Key
from sarai.watch.memory.bounds import forget_oldest
from sarai.watch.seen import DAY_US

COUNTS_US = 120 * DAY_US  # a finding speaks for another about the same for so long
OF_TOLD = 0.5  # of its points, once an alert has told of it
MOST_OF_A_KEY = 12  # the latest; an officer reads no more, and a busy party must not grow without bound
MOST_KEYS = 120_000  # some 25 MB; 2,000 firms leave 6,000 in two months
MOST_SAID = 1_000_000  # some 100 bytes each


class Stood(Struct, frozen=True, gc=False):
    """A finding that stands.

    Attributes
    ----------
    mark
        The name that an alert of it has.
    facts
        Of which its words are made, in MessagePack: many stand, and few are asked for them.
    """

    mark: str
    typology: str
    points: float
    facts: bytes
    entries: tuple[int, ...]
    time: int


class Standing(Struct):
    """By what they are about.

    Attributes
    ----------
    said
        How many points were found already, by typology and subject, so that it is not found again
        unless it weighs more; infinitely many once it is an alert.
    told
        The findings that an alert has told of, as its own or beside it.
    """

    about: dict[str, tuple[Stood, ...]] = field(default_factory=dict)
    said: dict[str, float] = field(default_factory=dict)
    told: dict[str, None] = field(default_factory=dict)

    def is_more(self, mark: str, points: float) -> bool:
        """Whether it was not said before, or with fewer points; from now on it was."""
        if points <= self.said.get(mark, 0.0):
            return False
        self.said[mark] = points
        forget_oldest(self.said, MOST_SAID)
        return True

    def tell(self, own: Stood, beside: Iterable[Stood]) -> None:
        """An alert tells of these; it is raised but once."""
        self.said[own.mark] = inf
        for each in (own, *beside):
            self.told[each.mark] = None
        forget_oldest(self.told, MOST_SAID)

    def beside(self, keys: Iterable[Key], typology: str, now: int) -> list[Stood]:
        """What else stands about the same: of each other typology the weightiest.

        What an alert has told of weighs less: the officer knows it, and the next alert must bring something.
        """
        best: dict[str, Stood] = {}
        for key in keys:
            for each in self.about.get(str(key), ()):
                stood = replace(each, points=OF_TOLD * each.points) if each.mark in self.told else each
                former = best.get(stood.typology)
                if now - stood.time <= COUNTS_US and (former is None or stood.points > former.points):
                    best[stood.typology] = stood
        best.pop(typology, None)
        return sorted(best.values(), key=lambda stood: (-stood.points, stood.typology))

    def add(self, keys: Iterable[Key], stood: Stood) -> None:
        """One more."""
        for key in keys:
            name = str(key)
            self.about[name] = (*self.about.get(name, ()), stood)[-MOST_OF_A_KEY:]
        forget_oldest(self.about, MOST_KEYS)
