"""What currencies are worth against each other, as the goods that are traded in both of them tell."""

from __future__ import annotations

from decimal import Decimal
from math import log

from msgspec import Struct, field

from sarai.watch.memory.robust import Usual

FIRST_LINES = 1_000  # the currency in which most of them are stated becomes the measure of all
MOST_CURRENCIES = 300  # there are fewer, but a document may say anything
LEAST_RATES = 12
LEAST_PRICES = 4  # of the same goods in either currency
LARGEST = 1e30  # beyond it (and below one part of it) a value is no value


class Money(Struct):
    """Logarithms of values in one currency, into which all others are turned.

    Attributes
    ----------
    measure
        The currency; empty until enough lines were seen.
    lines
        How many were seen in each, until then.
    rates
        Logarithms of what one unit of a currency is worth in the measure.
    """

    measure: str = ""
    lines: dict[str, int] = field(default_factory=dict)
    rates: dict[str, Usual] = field(default_factory=dict)

    def meet(self, currency: str) -> None:
        """A line is stated in a currency."""
        if not self.measure and (currency in self.lines or len(self.lines) < MOST_CURRENCIES):
            self.lines[currency] = self.lines.get(currency, 0) + 1
            if sum(self.lines.values()) >= FIRST_LINES:
                self.measure = max(sorted(self.lines), key=self.lines.__getitem__)

    def learn(self, currency: str, theirs: Usual | None, ours: Usual | None) -> None:
        """The same goods have these usual values in a currency and in the measure."""
        if theirs is None or ours is None or min(theirs.count, ours.count) < LEAST_PRICES:
            return
        if currency in self.rates or len(self.rates) < MOST_CURRENCIES:
            self.rates.setdefault(currency, Usual()).add(ours.middle - theirs.middle)

    def rate(self, currency: str) -> float | None:
        """The logarithm of what one unit of a currency is worth, if that is known."""
        if currency == self.measure:
            return 0.0 if currency else None
        rate = self.rates.get(currency)
        return rate.middle if rate is not None and rate.count >= LEAST_RATES else None

    def worth(self, value: Decimal | None, currency: str, of: Decimal | int = 1) -> float | None:
        """The logarithm of a value (of each of so many) in the measure, if that is known."""
        rate = self.rate(currency) if value else None
        each = log_ratio(value, of) if rate is not None else None
        return each + rate if each is not None and rate is not None else None


def log_ratio(part: Decimal | None, whole: Decimal | int = 1) -> float | None:
    """The logarithm of a value per unit; none if there is no value that has one."""
    each = float(part) / float(whole) if part else 0.0
    return log(each) if 1 / LARGEST < each < LARGEST else None
