"""How goods go from hand to hand and out: how fast usually, between whom, from where, to whom."""

from __future__ import annotations

from collections.abc import Iterator
from math import log

from msgspec import Struct, field

from sarai.goods import Consumption, Document, Export, FactCode, Import, Processing, Waybill
from sarai.ledger.rows import Movement
from sarai.reference import priority
from sarai.watch.memory.bounds import forget_oldest
from sarai.watch.memory.crossings import Crossings
from sarai.watch.memory.due import Due
from sarai.watch.memory.explained import DRAWS, Explained, lent
from sarai.watch.memory.habits import Habits
from sarai.watch.memory.holdings import Draw, Held, Holdings
from sarai.watch.memory.robust import Usual
from sarai.watch.memory.times import ByCode, Share
from sarai.watch.register import Register
from sarai.watch.seen import DAY_US, HOUR_US, Seen, owner

ENDS = ("export", "consumption", "processing")
MOST_YIELDS = 20_000  # recipes
MOST_RESTING = 20_000
MOST_COUNTED = 200_000
ENOUGH = 20  # goods items of a code (of all codes: four times that) that tell how long they usually lie
ODD = 0.05  # of imports of a code come from a country from which it does not usually come
WHOLE = 0.8  # of a lot is nearly all of it
LONGEST = 0.95  # of goods have been passed on by then
REST_DAYS = (7.0, 45.0)  # bounds on how long a lot may lie still before it is looked at


class Resting(Struct, gc=False):
    """A lot of the priority list that a firm has bought whole from its importer, and not touched since."""

    entry: int
    hs: str
    seller: str
    buyer: str
    time: int


class Chains(Struct):
    """What is usual where goods are passed on, and what may have to be looked at again.

    Attributes
    ----------
    hold_hours
        How long a firm keeps what it passes on, uses up or sends abroad.
    stay_hours
        How long goods from abroad stay in the country until they are used up or leave.
    came_from, went_to
        Imports and exports of each code of the priority list by country, counted in documents.
    yields
        Logarithms of output over input of processing, by `recipe`.
    resting
        By lot.
    drifted
        Goods items drawn, and of these the ones that state another origin than their lots have.
    counted
        Accounts whose stock was counted before, by number.
    gone_at_once
        Lines of the priority list written off, and of these the ones that took all of a lot at once.
    begun
        When the book began.
    """

    hold_hours: ByCode = field(default_factory=ByCode)
    stay_hours: ByCode = field(default_factory=ByCode)
    explained: Explained = field(default_factory=Explained)
    crossings: Crossings = field(default_factory=Crossings)
    habits: Habits = field(default_factory=Habits)
    came_from: dict[str, dict[str, int]] = field(default_factory=dict)
    went_to: dict[str, dict[str, int]] = field(default_factory=dict)
    yields: dict[str, Usual] = field(default_factory=dict)
    resting: dict[int, Resting] = field(default_factory=dict)
    drifted: Share = field(default_factory=Share)
    counted: dict[int, None] = field(default_factory=dict)
    gone_at_once: Share = field(default_factory=Share)
    begun: int = 0

    def before(self, seen: Seen, holdings: Holdings) -> None:
        """Learn how long goods lay that an entry takes; the holdings are still as before it."""
        if seen.kind in DRAWS and not seen.former:
            self._learn_draws(seen, holdings)

    def rank(self, times: ByCode, hs: str, hours: float, listed: bool) -> float:
        """The share of goods of a code that were sooner; 1 where nobody knows.

        Of the priority list by the times of all goods too, if fewer of these were sooner: where all of a
        code is sent on at once, its own times would excuse it.
        """
        usual = times.of(hs, ENOUGH)
        if usual is None:
            return 1.0
        rank = usual.rank(hours)
        return min(rank, times.all.rank(hours)) if listed and times.all.count >= ENOUGH else rank

    def is_quick(self, hs: str, hours: float, listed: bool) -> bool:
        """Whether few pass goods on as soon as that; by the same rule."""
        usual, every = self.hold_hours.of(hs, ENOUGH), self.hold_hours.all
        if usual is None:
            return False
        return hours <= usual.soon or (listed and every.count >= ENOUGH and hours <= every.soon)

    def is_gone_at_once(self, draw: Draw) -> bool:
        """Whether all of a lot of the priority list goes, sooner than most goods are passed on."""
        movement, held = draw.movement, draw.held
        if not (held.listed and movement.quantity >= WHOLE * held.whole):
            return False
        return self.is_quick(held.hs, (movement.time - held.since) / HOUR_US, listed=True)

    def after(self, seen: Seen, holdings: Holdings, due: Due, register: Register) -> None:
        """Learn the rest; the holdings are as after the entry."""
        self.begun = self.begun or seen.recorded
        self.explained.learn(seen, holdings, due)
        self.crossings.learn(seen)
        document = seen.document
        if isinstance(document, Import) and document.previous_regime is None:
            _count(self.came_from, document)
        elif isinstance(document, Export):
            _count(self.went_to, document)
        elif isinstance(document, Processing):
            self._learn_yields(document)
        elif seen.kind == "answer":
            self._rest(seen, holdings, due)
        elif seen.kind == "stock_count":
            self._learn_count(seen)
        if seen.kind in DRAWS:
            items = {fact.item for fact in seen.facts if fact.code == FactCode.ORIGIN_DRIFT}
            self.drifted.add(len(seen.lines), len(items))
        if not seen.former and isinstance(document, Waybill | Export | Consumption):
            self._learn_buyer(document)
        if not seen.former and isinstance(document, Export):
            self.habits.sends(document.exporter.id, buyer_abroad(document))

    def source(self, hs: str, country: str) -> tuple[int, float]:
        """How many imports of a code are known, and what share of them came from a country."""
        countries = self.came_from.get(hs, {})
        count = sum(countries.values())
        return count, countries.get(country, 0) / count if count else 0.0

    def is_odd_source(self, hs: str, country: str) -> bool:
        """Whether a code of the priority list is known to come from elsewhere, but for a few times."""
        count, share = self.source(hs, country)
        return count >= ENOUGH and share <= ODD

    # -- how long --------------------------------------------------------------------------------------

    def _learn_draws(self, seen: Seen, holdings: Holdings) -> None:
        firm, quick, through, item = owner(seen.document).id, set(), set(), 0
        if firm == buyer_of(seen):
            return  # between a firm's own stores
        for movement, _, held in holdings.drawn_by(seen):
            if movement.lot in self.resting and self.resting[movement.lot].buyer == firm:
                del self.resting[movement.lot]
            if seen.kind == "export" and is_whole(held, movement.quantity):
                through.add(movement.item)
            if movement.item != item:  # of the layers that a line draws, the first, which is the oldest
                first, item = item == 0, movement.item
                if self._learn_hours(seen, movement, held, first):
                    quick.add(item)
        if seen.kind == "consumption":
            listed = {draw.movement.item: 0 for draw in holdings.drawn_by(seen) if draw.held.listed}
            gone = {draw.movement.item for draw in holdings.drawn_by(seen) if self.is_gone_at_once(draw)}
            self.gone_at_once.add(len(listed), len(gone))
        loans = lent(seen)
        for line in seen.lines:
            listed, item = bool(priority.tier(line.hs[:6], line.edition)), line.item
            self.habits.draws(firm, listed, item in quick, item in loans, item in through)

    def _learn_hours(self, seen: Seen, movement: Movement, held: Held, first: bool) -> bool:
        """Learn how long goods lay; whether few lie as shortly."""
        hours = (movement.time - held.since) / HOUR_US
        quick = self.is_quick(held.hs, hours, held.listed)
        self.hold_hours.add(held.hs, hours, first)
        if seen.kind in ENDS and held.source.startswith("abroad:"):
            self.stay_hours.add(held.hs, (movement.time - held.born) / HOUR_US, first)
        return quick

    def _rest(self, seen: Seen, holdings: Holdings, due: Due) -> None:
        for movement, giver, taker in seen.taken():
            held = holdings.layer(movement.id)
            if held is None or held.hops != 1 or movement.quantity < held.whole or giver.party == taker.party:
                continue
            if held.source.startswith("abroad") and held.listed:
                usual = self.hold_hours.of(held.hs, ENOUGH)
                low, high = REST_DAYS
                days = max(low, min(high, usual.quantile(LONGEST) / 24)) if usual else high
                rests = Resting(seen.entry, held.hs, giver.party, taker.party, movement.time)
                self.resting[movement.lot] = rests
                due.set(movement.time + int(days * DAY_US), f"resting {movement.lot}")
        forget_oldest(self.resting, MOST_RESTING)

    def _learn_count(self, seen: Seen) -> None:
        for movement in seen.movements:
            account = movement.taker if seen.accounts[movement.taker].place else movement.giver
            self.counted[account] = None
        forget_oldest(self.counted, MOST_COUNTED)

    # -- whence and whereto ----------------------------------------------------------------------------

    def _learn_buyer(self, document: Waybill | Export | Consumption) -> None:
        if not priority_codes(document):
            return
        if isinstance(document, Consumption):
            self.habits.delivers(document.holder.id, "")
        elif isinstance(document, Export):
            self.habits.delivers(document.exporter.id, buyer_abroad(document))
        elif document.consignor.id != document.consignee.id:
            self.habits.delivers(document.consignor.id, document.consignee.id)

    # -- what is made ----------------------------------------------------------------------------------

    def _learn_yields(self, document: Processing) -> None:
        for _, recipe, yielded in yields(document):
            usual = self.yields.get(recipe)
            if usual is None:
                usual = self.yields[recipe] = Usual()
                forget_oldest(self.yields, MOST_YIELDS)
            usual.add(yielded)


def _count(by_country: dict[str, dict[str, int]], document: Import | Export) -> None:
    for hs in priority_codes(document):
        countries = by_country.setdefault(hs, {})
        countries[document.country] = countries.get(document.country, 0) + 1


def priority_codes(document: Document) -> list[str]:
    """The codes of the priority list among a document's goods, each once, in order of its lines."""
    codes = {line.hs[:6]: None for line in document.lines if priority.tier(line.hs[:6], line.edition)}
    return list(codes)


def yields(document: Processing) -> Iterator[tuple[int, str, float]]:
    """Of each output its item, the recipe (its code and those of the inputs), and the logarithm of its yield.

    The yield is per unit of the inputs that are measured as the output is, or else of all.
    """
    inputs = " ".join(sorted({f"{line.hs[:6]}/{line.unit}" for line in document.inputs}))
    for line in document.outputs:
        alike = [float(each.quantity) for each in document.inputs if each.unit == line.unit]
        total = sum(alike or [float(each.quantity) for each in document.inputs])
        yield line.item, f"{line.hs[:6]}/{line.unit} of {inputs}", log(float(line.quantity) / total)


def buyer_of(seen: Seen) -> str:
    """To whom a waybill sends goods; empty for all other documents."""
    return seen.document.consignee.id if isinstance(seen.document, Waybill) else ""


def buyer_abroad(document: Export) -> str:
    """To whom goods are sent; if nobody is named, to which country."""
    return document.consignee.id if document.consignee else f"abroad:{document.country}"


def is_whole(held: Held, quantity: int) -> bool:
    """Whether so much of a layer is nearly all of what came from abroad."""
    return held.source.startswith("abroad:") and quantity >= WHOLE * held.whole
