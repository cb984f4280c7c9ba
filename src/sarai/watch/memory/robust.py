"""What is usual, told by the middle of what was seen and not by its extremes.

Median and median absolute deviation of the latest values, so that a few false ones move nothing.
Source: Rousseeuw and Croux, Alternatives to the median absolute deviation, JASA 88 (1993).
"""

from __future__ import annotations

from msgspec import Struct, field

KEPT = 64  # the latest values
NORMAL = 1.4826  # times the median absolute deviation is the standard deviation of what is normal
EVERY = 16  # values kept between two reckonings, once there are some
OFTEN, ONE_IN = 512, 4  # of what is seen so often, every fourth value tells as much


def _median(values: list[float]) -> float:
    """`statistics.median`, without what it does beside."""
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


class Usual(Struct, gc=False):
    """The latest values of something, their median and their spread.

    Attributes
    ----------
    count
        How many there were ever.
    middle, spread
        Median of the latest values, and their median absolute deviation times 1.4826.
    """

    values: list[float] = field(default_factory=list)
    count: int = 0
    middle: float = 0.0
    spread: float = 0.0

    def add(self, value: float) -> None:
        """One more."""
        at = self.count
        self.count += 1
        if at >= OFTEN:
            if at % ONE_IN:
                return
            at //= ONE_IN
        if len(self.values) < KEPT:
            self.values.append(value)
        else:
            self.values[at % KEPT] = value
        if at < EVERY or at % EVERY == 0:
            self.middle = middle = _median(self.values)
            self.spread = NORMAL * _median([abs(each - middle) for each in self.values])

    def off(self, value: float, least_spread: float) -> float:
        """How many spreads a value is above the middle (below: negative)."""
        return (value - self.middle) / max(self.spread, least_spread)

    def quantile(self, share: float) -> float:
        """The value below which that share of the latest ones lie; 0 if there are none."""
        ordered = sorted(self.values)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
