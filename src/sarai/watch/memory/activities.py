"""Which goods firms of an activity deal in: of how many firms with a word in their activity, how many do.

An activity is free text, such as "retailer, food", so nothing is known of its words but what the firms
that have them do. Most words tell nothing ("wholesale"), some tell much ("pharmacy"). The word that
speaks most against the goods counts, and the one that speaks most for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from msgspec import Struct, field

MOST_WORDS = 20_000
MOST_PAIRS = 200_000  # some 20 MB
ALL = ""  # the word that every firm has


class Fit(NamedTuple):
    """How goods fit a firm.

    Attributes
    ----------
    share
        Of firms with such an activity, the share that is expected to deal in them.
    against
        That share by the share of all firms; 1 where nothing is known.
    word
        What speaks most against them; ``dealing`` of its ``firms`` do all the same.
    everywhere
        How many firms of any activity deal in them.
    """

    share: float
    against: float
    word: str
    dealing: int
    firms: int
    everywhere: int


class Activities(Struct):
    """Firms by word, and by ``word heading``."""

    firms: dict[str, int] = field(default_factory=dict)
    dealing: dict[str, int] = field(default_factory=dict)

    def meet(self, words: Iterable[str]) -> None:
        """One more firm."""
        for word in (ALL, *words):
            if word in self.firms or len(self.firms) < MOST_WORDS:
                self.firms[word] = self.firms.get(word, 0) + 1

    def learn(self, words: Iterable[str], heading: str) -> None:
        """A firm deals in goods of a heading for the first time."""
        for word in (ALL, *words):
            pair = f"{word} {heading}"
            if pair in self.dealing or len(self.dealing) < MOST_PAIRS:
                self.dealing[pair] = self.dealing.get(pair, 0) + 1

    def fit(self, words: Iterable[str], heading: str) -> Fit:
        """How goods of a heading fit a firm with these words in its activity.

        A word's share is drawn towards that of all firms by the weight of one firm that was expected,
        so that a word that few firms have says little.
        """
        everywhere = self.dealing.get(f"{ALL} {heading}", 0)
        share = (everywhere + 0.5) / (self.firms.get(ALL, 0) + 1)
        best, worst, telling, dealing, firms = 1.0, 1.0, "", 0, 0
        for word in words:
            with_it, do = self.firms.get(word, 0), self.dealing.get(f"{word} {heading}", 0)
            times = (do + 1) / (with_it * share + 1)
            best = max(best, times)
            if times < worst:
                worst, telling, dealing, firms = times, word, do, with_it
        against = best * worst
        return Fit(min(1.0, share * against), against, telling, dealing, firms, everywhere)
