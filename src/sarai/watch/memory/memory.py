"""All that the watch remembers, and how it learns."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

from sarai.watch.given import Given
from sarai.watch.memory.chains import Chains
from sarai.watch.memory.due import Due
from sarai.watch.memory.goods import Goods
from sarai.watch.memory.holdings import Holdings
from sarai.watch.memory.parcels import Parcels
from sarai.watch.memory.standing import Standing
from sarai.watch.memory.traders import Traders
from sarai.watch.memory.transits import Transits
from sarai.watch.seen import DUE, REFUSED, Seen


class Memory(Struct):
    """What follows from the book alone, and can be built from it again; and what was given beside it.

    Attributes
    ----------
    given
        A `Given`: register, lists, owners.
    """

    given: Any = field(default_factory=Given)
    due: Due = field(default_factory=Due)
    transits: Transits = field(default_factory=Transits)
    holdings: Holdings = field(default_factory=Holdings)
    chains: Chains = field(default_factory=Chains)
    traders: Traders = field(default_factory=Traders)
    goods: Goods = field(default_factory=Goods)
    parcels: Parcels = field(default_factory=Parcels)
    standing: Standing = field(default_factory=Standing)

    def learn(self, seen: Seen) -> None:
        """Take in what typologies have looked at."""
        self.learn_trade(seen)
        self.learn_holdings(seen)

    def learn_trade(self, seen: Seen) -> None:
        """Who trades in what, for how much, by which ways: what nothing of the holdings is needed for."""
        if seen.kind == DUE:
            return
        register = self.given.register
        self.traders.learn(seen, self.goods.money, register)
        if seen.kind == REFUSED:
            self.transits.learn(seen, self.due)
            return
        self.parcels.learn(seen, self.goods.money, register)
        self.goods.learn(seen)
        self.transits.learn(seen, self.due)

    def learn_holdings(self, seen: Seen) -> None:
        """Who has which goods since when, and how they pass from hand to hand."""
        if seen.kind not in (DUE, REFUSED):
            self.chains.before(seen, self.holdings)
            self.holdings.learn(seen)
            self.chains.after(seen, self.holdings, self.due, self.given.register)
