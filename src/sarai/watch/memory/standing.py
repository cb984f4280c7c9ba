"""The findings that stand: what was found of a lot, a consignment or a party, for as long as it counts."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, field

from sarai.watch.finding import Key
from sarai.watch.memory.bounds import forget_oldest
from sarai.watch.seen import DAY_US

COUNTS_US = 120 * DAY_US  # a finding speaks for another about the same for so long
MOST_OF_A_KEY = 12  # the latest; an officer reads no more, and a busy party must not grow without bound
MOST_KEYS = 300_000
MOST_SAID = 1_000_000


class Stood(Struct, frozen=True, gc=False):
    """A finding that stands."""

    typology: str
    points: float
    words: str
    entries: tuple[int, ...]
    time: int


class Standing(Struct):
    """By what they are about.

    Attributes
    ----------
    said
        What was found already, by typology and subject, so that it is not found again; when.
    """

    about: dict[str, tuple[Stood, ...]] = field(default_factory=dict)
    said: dict[str, int] = field(default_factory=dict)

    def is_new(self, mark: str, now: int) -> bool:
        """Whether it was not said before; from now on it was."""
        if mark in self.said:
            return False
        self.said[mark] = now
        forget_oldest(self.said, MOST_SAID)
        return True

    def beside(self, keys: Iterable[Key], typology: str, now: int) -> list[Stood]:
        """What else stands about the same: of each other typology the weightiest."""
        best: dict[str, Stood] = {}
        for key in keys:
            for stood in self.about.get(str(key), ()):
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
