"""What is usual lately: quantiles of times, and shares; each value costs next to nothing."""

from __future__ import annotations

from bisect import bisect_left

from msgspec import Struct, field

OF_ONE = 64  # the latest of one code
OF_ALL = 512
LATELY = 4_000  # of which a share is told; then both counts are halved
SOON = 0.2  # of the values are soon
EVERY = 16  # values between two times that they are put in order


class Times(Struct, gc=False, array_like=True):
    """The latest values, the same in order as they were lately, and which of them are soon."""

    most: int = OF_ONE
    count: int = 0
    values: list[float] = field(default_factory=list)
    ordered: list[float] = field(default_factory=list)
    soon: float = 0.0

    def add(self, value: float) -> None:
        """One more."""
        if len(self.values) < self.most:
            self.values.append(value)
        else:
            self.values[self.count % self.most] = value
        self.count += 1
        if self.count < EVERY or self.count % EVERY == 0:
            self.ordered = sorted(self.values)
            self.soon = self.quantile(SOON)

    def quantile(self, share: float) -> float:
        """The value below which that share of the latest lie; 0 if there are none."""
        ordered = self.ordered
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0

    def rank(self, value: float) -> float:
        """The share of the latest that lie below a value."""
        return bisect_left(self.ordered, value) / len(self.ordered) if self.ordered else 0.0


class ByCode(Struct):
    """Times of each code, and of all codes together."""

    codes: dict[str, Times] = field(default_factory=dict)
    all: Times = field(default_factory=lambda: Times(most=OF_ALL))

    def of(self, hs: str, least: float) -> Times | None:
        """Those of a code if there are at least so many, else of all if there are; else nobody knows."""
        times = self.codes.get(hs)
        if times is not None and times.count >= least:
            return times
        return self.all if self.all.count >= 4 * least else None

    def add(self, hs: str, value: float, first: bool) -> None:
        """One more of a code; of all codes the ``first`` of a document alone: no long one shall tell all."""
        times = self.codes.get(hs)
        if times is None:
            times = self.codes[hs] = Times()  # codes are six digits: there are some 6,000
        times.add(value)
        if first:
            self.all.add(value)


class Share(Struct, gc=False):
    """How many lately, and how many of them were of some kind."""

    count: int = 0
    hits: int = 0

    def add(self, count: int, hits: int) -> None:
        """So many more."""
        self.count += count
        self.hits += hits
        if self.count > LATELY:
            self.count //= 2
            self.hits //= 2

    @property
    def share(self) -> float:
        """Of all; 0 if there are none."""
        return self.hits / self.count if self.count else 0.0

    def rarity(self, usual: float, least: int) -> float:
        """How much it says: 1 up to the ``usual`` share, less the more often; a half if too few are known."""
        if self.count < least:
            return 0.5
        return 1.0 if self.share <= usual else usual / self.share
