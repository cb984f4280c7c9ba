"""What goods usually are worth and weigh, and what a line of goods written off usually is worth."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct, field

from sarai.goods import Line
from sarai.watch.memory.bounds import forget_oldest
from sarai.watch.memory.money import Money, log_ratio
from sarai.watch.memory.robust import Usual
from sarai.watch.seen import Seen

MOST_CODES = 12_000  # some 30 MB each; what was not traded for longest is forgotten first
PRICED = frozenset(("import", "export", "transit", "waybill"))


class Norm(NamedTuple):
    """What goods are measured against: the usual, of which origin alone (empty: of all), and the line's own.

    ``each`` and the usual are logarithms, of values in the measure of money or of kilograms.
    """

    usual: Usual
    origin: str
    each: float

    @property
    def by(self) -> float:
        """How far the line's own is from the middle."""
        return self.each - self.usual.middle


class Goods(Struct):
    """By code and unit.

    Attributes
    ----------
    prices
        Logarithms of the value of one unit in the currency stated, by ``code unit currency``.
    values
        The same turned into one currency, by ``code unit`` and ``code unit origin``.
    masses
        Logarithms of the kilograms of one unit, by ``code unit``.
    written_off
        Logarithms of the value of a line of consumption.
    """

    money: Money = field(default_factory=Money)
    prices: dict[str, Usual] = field(default_factory=dict)
    values: dict[str, Usual] = field(default_factory=dict)
    masses: dict[str, Usual] = field(default_factory=dict)
    written_off: Usual = field(default_factory=Usual)

    def learn(self, seen: Seen) -> None:
        """Take in what the lines of a document say."""
        if seen.kind in PRICED:
            for line in seen.lines:
                self._learn_line(line)
            self._learn_rate(seen.lines[0])
            for kept in (self.prices, self.values, self.masses):
                forget_oldest(kept, MOST_CODES)
        elif seen.kind == "consumption":
            for line in seen.lines:
                worth = self.money.worth(line.value, line.currency)
                if worth is not None:
                    self.written_off.add(worth)

    def _learn_line(self, line: Line) -> None:
        goods = f"{line.hs} {line.unit}"
        each = log_ratio(line.value, line.quantity)
        if each is not None:
            self._learn_value(goods, line, each)
        mass = log_ratio(line.net_mass_kg, line.quantity)
        if mass is not None:
            _add(self.masses, goods, mass)

    def _learn_value(self, goods: str, line: Line, each: float) -> None:
        money, currency = self.money, line.currency
        if not money.measure:
            money.meet(currency)
        _add(self.prices, f"{goods} {currency}", each)
        rate = money.rate(currency)
        if rate is not None:
            _add(self.values, goods, each + rate)
            if line.origin:
                _add(self.values, f"{goods} {line.origin}", each + rate)

    def _learn_rate(self, line: Line) -> None:
        """One line of a document is enough for what its currency is worth."""
        measure = self.money.measure
        if measure and line.currency != measure:
            goods = f"{line.hs} {line.unit}"
            theirs, ours = (self.prices.get(f"{goods} {currency}") for currency in (line.currency, measure))
            self.money.learn(line.currency, theirs, ours)

    def value_of(self, line: Line, least: float) -> Norm | None:
        """A line's value of a unit beside those of the same goods, if at least so many are known."""
        worth = self.money.worth(line.value, line.currency, line.quantity)
        if worth is None:
            return None
        goods = f"{line.hs} {line.unit}"
        usual = self.values.get(f"{goods} {line.origin}")
        if usual is not None and usual.count >= least:
            return Norm(usual, line.origin, worth)
        usual = self.values.get(goods)
        return Norm(usual, "", worth) if usual is not None and usual.count >= least else None

    def mass_of(self, line: Line, least: float) -> Norm | None:
        """A line's weight of a unit beside those of the same goods, if at least so many are known."""
        each = log_ratio(line.net_mass_kg, line.quantity)
        usual = self.masses.get(f"{line.hs} {line.unit}")
        if each is None or usual is None or usual.count < least:
            return None
        return Norm(usual, "", each)


def _add(kept: dict[str, Usual], key: str, value: float) -> None:
    """Remember one more value; what was used last stands last."""
    usual = kept.pop(key, None)
    if usual is None:
        usual = Usual()
    usual.add(value)
    kept[key] = usual
