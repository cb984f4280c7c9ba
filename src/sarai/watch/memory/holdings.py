"""Who has had the goods: of every layer of the book that is not used up, the way since its birth.

Undone movements are undone here too: what a correction takes back out of a layer goes back to the one
that it came from, with its age and its way. The book's own undoing movement does not name that layer
(its source is the movement that it undoes), so it is remembered for what was moved lately.
"""

from __future__ import annotations

from sys import intern
from typing import NamedTuple

from msgspec import Struct, field

from sarai.goods import CountedLine, Line
from sarai.ledger.feed import AccountName
from sarai.ledger.rows import Movement
from sarai.reference import priority
from sarai.watch.memory.bounds import forget_oldest
from sarai.watch.seen import Seen

MOST_LISTED = 100_000  # layers of goods of the priority list, some 60 MB; the oldest are forgotten first
MOST_OTHERS = 100_000
MOST_SPENT = 30_000  # layers used up lately, which a correction may fill again
MOST_DRAWN = 60_000  # movements lately, some of which will be undone
COUNTED = "counted"
LONGEST_PAST = 8  # former holders of a layer, the latest


class Holder(Struct, frozen=True, gc=False, array_like=True):
    """Somebody who had the goods, since when, and when he sent them on; microseconds."""

    party: str
    since: int
    sent: int

    @property
    def kept(self) -> int:
        """For how long they lay free with him."""
        return self.sent - self.since


class Held(Struct, gc=False, array_like=True):
    """A layer: what a movement gave and nobody has taken yet.

    Attributes
    ----------
    hs, listed
        Six digits, as of the lot's birth, and whether they are of the priority list.
    left, whole
        Base units left of the layer, and of the lot as it was born.
    born
        Event time at which the goods came into somebody's hands: birth, or the end of the transit that
        brought them in; microseconds.
    source
        The outside account that they came from, such as ``abroad:DE``, ``made`` or ``unexplained``;
        ``counted`` if a stock count found them; empty where that is forgotten.
    holder
        Who has them, ``since`` when; nobody on the transit that brings them in.
    sent
        When they were last dispatched.
    hops
        From how many holders to others they have gone.
    past
        The former holders, the latest last.
    """

    lot: int
    hs: str
    listed: bool
    left: int
    whole: int
    born: int
    source: str
    holder: str
    since: int
    sent: int = 0
    hops: int = 0
    past: tuple[Holder, ...] = ()

    @property
    def first(self) -> str:
        """Who had them first, as far as that is remembered."""
        return self.past[0].party if self.past else self.holder

    @property
    def holders(self) -> list[str]:
        """All who had them, the present one last."""
        return [*(each.party for each in self.past), self.holder]


class Draw(NamedTuple):
    """A movement that takes from somebody's stock: from whose, and from which layer, as it was before."""

    movement: Movement
    giver: AccountName
    held: Held


class Holdings(Struct, dict=True):
    """Layers by the movement that made them.

    Attributes
    ----------
    listed, others
        Of goods of the priority list, and of all others, which are many times as many.
    spent
        Layers of which nothing is left, the latest.
    drawn
        From which layer a movement took, the latest movements.
    """

    listed: dict[int, Held] = field(default_factory=dict)
    others: dict[int, Held] = field(default_factory=dict)
    spent: dict[int, Held] = field(default_factory=dict)
    drawn: dict[int, int] = field(default_factory=dict)

    def learn(self, seen: Seen) -> None:
        """Follow the movements of an entry."""
        accounts, self.asked = seen.accounts, (None, [])
        for movement in seen.movements:
            giver, taker = accounts[movement.giver], accounts[movement.taker]
            if movement.reverses:
                self._take_back(movement, giver)
            else:
                self._follow(seen, movement, giver, taker)
        forget_oldest(self.listed, MOST_LISTED)
        forget_oldest(self.others, MOST_OTHERS)
        forget_oldest(self.spent, MOST_SPENT)
        forget_oldest(self.drawn, MOST_DRAWN)

    def of(self, movement: Movement) -> Held | None:
        """The layer that a movement takes from, before it is learnt."""
        return self.layer(movement.source) or self.spent.get(movement.source)

    def layer(self, number: int) -> Held | None:
        """A layer of which something is left."""
        return self.others.get(number) or self.listed.get(number)

    def drawn_by(self, seen: Seen) -> list[Draw]:
        """What an entry that is still to be learnt takes out of somebody's free stock."""
        asked, draws = self.__dict__.get("asked", (None, []))
        if asked is not seen:  # several ask of the same one
            draws = self._drawn_by(seen)
            self.asked = seen, draws
        return draws

    def _drawn_by(self, seen: Seen) -> list[Draw]:
        accounts, draws = seen.accounts, []
        for movement in seen.movements:
            if movement.source and not movement.reverses:
                giver = accounts[movement.giver]
                held = self.of(movement) if giver.state == "free" else None
                if held is not None and held.holder:
                    draws.append(Draw(movement, giver, held))
        return draws

    # -- movements -----------------------------------------------------------------------------------

    def _follow(self, seen: Seen, movement: Movement, giver: AccountName, taker: AccountName) -> None:
        former = None
        if movement.source:
            self.drawn[movement.id] = movement.source
            former = self._taken(movement.source, movement.quantity)
        if not taker.place:
            return  # it has left the book's hands
        if former is None:
            source = "" if giver.place else COUNTED if seen.kind == "stock_count" else giver.party
            self._lay(movement.id, _born(movement, taker, source, line_of(seen, movement.item)))
        else:
            self._lay(movement.id, _moved(movement, former, giver, taker))

    def _taken(self, layer: int, quantity: int) -> Held | None:
        held = self.layer(layer)
        if held is not None:
            held.left -= quantity
            if held.left <= 0:
                self.spent[layer] = (self.listed if held.listed else self.others).pop(layer)
        return held

    def _lay(self, number: int, held: Held) -> None:
        (self.listed if held.listed else self.others)[number] = held

    # -- undoing -------------------------------------------------------------------------------------

    def _take_back(self, movement: Movement, giver: AccountName) -> None:
        undone, quantity = movement.reverses, movement.quantity
        if giver.place:  # else it comes back from outside, or ``unexplained`` lends what is gone
            self._taken(undone, quantity)
        source = self.drawn.get(undone, 0)
        held = self.layer(source)
        if held is not None:
            held.left += quantity
        elif source in self.spent:
            held = self.spent.pop(source)
            held.left = quantity
            self._lay(source, held)


def line_of(seen: Seen, item: int) -> Line | CountedLine | None:
    """The goods item of a document, if it states one of that number."""
    lines = getattr(seen.document, "lines", None)
    if lines is None:
        lines = (*getattr(seen.document, "inputs", ()), *getattr(seen.document, "outputs", ()))
    if item <= len(lines) and lines[item - 1].item == item:  # as most number them
        return lines[item - 1]
    return next((line for line in lines if line.item == item), None)


def _born(movement: Movement, taker: AccountName, source: str, line: Line | CountedLine | None) -> Held:
    """Goods that come from outside, or of which the past is forgotten."""
    hs = intern(line.hs[:6]) if line else ""
    listed = line is not None and priority.tier(hs, line.edition) is not None
    holder = "" if _on_transit(taker) else taker.party
    quantity, time = movement.quantity, movement.time
    return Held(movement.lot, hs, listed, quantity, quantity, time, source, holder, time)


def _moved(movement: Movement, former: Held, giver: AccountName, taker: AccountName) -> Held:
    quantity, time, party = movement.quantity, movement.time, taker.party
    lot, hs, listed, whole = former.lot, former.hs, former.listed, former.whole
    born, source = former.born, former.source
    holder, since, hops, past = former.holder, former.since, former.hops, former.past
    sent = time if giver.state == "free" else former.sent
    if holder != party and not _on_transit(taker):
        if holder:
            past = (*past, Holder(holder, since, sent))[-LONGEST_PAST:]
            hops += 1
        else:  # a transit from abroad has ended
            born = time
        holder, since = party, time
    return Held(lot, hs, listed, quantity, whole, born, source, holder, since, sent, hops, past)


def _on_transit(account: AccountName) -> bool:
    """Whether goods travel under customs control: their principal answers for them, and holds nothing."""
    return account.state == "reserved" and account.regime == "transit"
