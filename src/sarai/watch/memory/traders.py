"""What each firm has done so far: which goods, how much it imports, what became of its waybills."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from math import exp, log

from msgspec import Struct, field

from sarai.goods import Answer, Consumption, Import, Line, Party, Regime, Transit, Waybill
from sarai.reference import priority
from sarai.watch.memory.activities import Activities
from sarai.watch.memory.bounds import forget_oldest
from sarai.watch.memory.money import Money
from sarai.watch.memory.robust import Usual
from sarai.watch.register import Register
from sarai.watch.seen import DAY_US, REFUSED, Seen, owner

MOST_TRADERS = 200_000  # some 100 MB; who was not heard of for longest is forgotten first
MOST_HEADINGS = 250  # of a firm; who trades in more, trades in everything
HALF_LIFE_DAYS = 7.0  # of what a firm has imported lately
SETTLES_US = 14 * DAY_US  # a height of imports is a firm's past after so long
PRIORITY = "CHPL"  # the heading, of four characters as others, of all goods of the priority list
RECENT_DEEDS = 200  # over so many, and half of those before, the share of first ones is told
CODES_AT_HAND = 20_000  # looked up once for each of them, not for each line
TURNED_BACK = frozenset(("decline", "revoke", "expire"))


class Firsts(Struct, gc=False):
    """Of the latest deeds of a kind, how many (by weight) were the first of whoever did them."""

    deeds: float = 0.0
    first: float = 0.0

    def add(self, first: bool) -> None:
        """One more deed; what is long ago weighs less."""
        if self.deeds >= RECENT_DEEDS:
            self.deeds, self.first = self.deeds / 2, self.first / 2
        self.deeds += 1
        self.first += first

    def are_rare(self, most: float, least_deeds: float) -> bool:
        """Whether so few were a first one that being the first tells something."""
        return self.deeds >= least_deeds and self.first <= most * self.deeds


class Imports(Struct, gc=False):
    """How much a firm imports: values, of which half is forgotten in a week.

    Attributes
    ----------
    level
        As of ``time``.
    peak
        The highest level before the last two weeks.
    rising
        The highest level since ``since``, not yet past.
    """

    count: int = 0
    first: int = 0
    time: int = 0
    level: float = 0.0
    peak: float = 0.0
    rising: float = 0.0
    since: int = 0

    def after(self, time: int, size: float) -> float:
        """The level if so much more is imported."""
        days = max(0, time - self.time) / DAY_US
        return self.level * 0.5 ** (days / HALF_LIFE_DAYS) + size

    def past(self, time: int) -> float:
        """The highest level of its past, as seen from a time."""
        return max(self.peak, self.rising) if time - self.since > SETTLES_US else self.peak

    def add(self, time: int, size: float) -> None:
        """One more import."""
        if time - self.since > SETTLES_US:
            self.peak, self.rising, self.since = max(self.peak, self.rising), 0.0, time
        self.level, self.time = self.after(time, size), max(time, self.time)
        self.rising = max(self.rising, self.level)
        self.first = self.first or time
        self.count += 1


class Trader(Struct):
    """A firm, since its first document.

    Attributes
    ----------
    headings, used
        The four-digit headings that it deals in, and those that it has written off.
    priority
        Whether it has ever dealt in goods of the priority list.
    sent, turned_back
        Waybills, and those that were declined, revoked or expired.
    posted, refused
        Documents about its goods, and those that the book did not take.
    """

    since: int
    headings: str = ""
    used: str = ""
    priority: bool = False
    imports: Imports | None = None
    listed_imports: Imports | None = None
    sent: int = 0
    turned_back: int = 0
    posted: int = 0
    refused: int = 0


class Traders(Struct):
    """All firms of which the book tells.

    Attributes
    ----------
    began
        Time of the first document.
    dealing, using
        Which goods firms of an activity deal in, and write off.
    dealt, imported
        Dealings in priority goods, and imports: how many are a firm's first.
    """

    of: dict[str, Trader] = field(default_factory=dict)
    began: int = 0
    dealing: Activities = field(default_factory=Activities)
    using: Activities = field(default_factory=Activities)
    growth: Usual = field(default_factory=Usual)
    dealt: Firsts = field(default_factory=Firsts)
    imported: Firsts = field(default_factory=Firsts)
    everybody: Trader = field(default_factory=lambda: Trader(since=0))

    def learn(self, seen: Seen, money: Money, register: Register) -> None:
        """Take in what a document says of the firms whose goods it is about."""
        document = seen.document
        if seen.kind == REFUSED:
            self._learn_refusal(seen)
        elif isinstance(document, Answer):
            self._learn_answer(seen, document)
        elif not seen.former:
            self.began = self.began or seen.time
            headings = dict.fromkeys(headings_of(seen.lines))
            for party in dealers(document):
                self._learn_dealer(seen, party, headings, register)
            if isinstance(document, Import):
                self._learn_import(seen, document, money)

    def _learn_dealer(self, seen: Seen, party: Party, headings: Iterable[str], register: Register) -> None:
        trader, words = self._trader(party.id, seen.time, register), register.words(party.id)
        trader.headings = _learn_headings(self.dealing, trader.headings, words, headings)
        if isinstance(seen.document, Consumption):
            if words and not trader.used:
                self.using.meet(words)
            trader.used = _learn_headings(self.using, trader.used, words, headings)
        if PRIORITY in headings:
            self.dealt.add(not trader.priority)
            trader.priority = True
        if party is owner(seen.document):
            for counted in (trader, self.everybody):
                counted.posted += 1
                counted.sent += isinstance(seen.document, Waybill)

    def _learn_import(self, seen: Seen, document: Import, money: Money) -> None:
        if document.regime is not Regime.HOME_USE:
            return
        trader = self.of[document.importer.id]
        self.imported.add(trader.imports is None)
        trader.imports = self._grown(trader.imports, seen.time, value_of(document.lines, money))
        if lines := listed(document.lines):
            trader.listed_imports = self._grown(trader.listed_imports, seen.time, value_of(lines, money))

    def _grown(self, imports: Imports | None, time: int, size: float) -> Imports:
        imports = imports or Imports()
        past = imports.past(time)
        if past and size:
            self.growth.add(log(imports.after(time, size) / past))
        imports.add(time, size)
        return imports

    def _learn_answer(self, seen: Seen, document: Answer) -> None:
        if document.decision in TURNED_BACK and not seen.former:
            trader = self.of.get(sender(seen))
            if trader is not None:
                trader.turned_back += 1
                self.everybody.turned_back += 1

    def _learn_refusal(self, seen: Seen) -> None:
        party = owner(seen.document)
        trader = self.of.get(party.id) if party is not None else None
        if trader is not None:
            trader.refused += 1
            self.everybody.refused += 1

    def _trader(self, id: str, time: int, register: Register) -> Trader:
        trader = self.of.pop(id, None)
        if trader is None:
            trader = Trader(since=time)
            forget_oldest(self.of, MOST_TRADERS)
            words = register.words(id)
            if words:
                self.dealing.meet(words)
        self.of[id] = trader
        return trader


def _learn_headings(activities: Activities, known: str, words: Iterable[str], headings: Iterable[str]) -> str:
    """The headings that a firm is known by, with these."""
    for heading in headings:
        if f" {heading}" not in known and len(known) < MOST_HEADINGS * 5:
            known = f"{known} {heading}"
            if words:
                activities.learn(words, heading)
    return known


def headings_of(lines: Iterable[Line]) -> Iterator[str]:
    """The headings of lines; goods of the priority list stand together under one more."""
    for line in lines:
        yield line.hs[:4]
        if is_listed(line.hs, line.edition):
            yield PRIORITY


def dealers(document: object) -> Iterable[Party]:
    """Whose business the goods of a document tell of: not that of a principal who answers for others."""
    if isinstance(document, Waybill) and document.consignee.id != document.consignor.id:
        return (document.consignor, document.consignee)
    party = document.consignee if isinstance(document, Transit) else owner(document)
    return () if party is None else (party,)


def value_of(lines: Iterable[Line], money: Money) -> float:
    """The sum of the lines' values in the measure of money; what cannot be turned into it counts nothing."""
    worths = (money.worth(line.value, line.currency) for line in lines)
    return sum(exp(worth) for worth in worths if worth is not None)


def listed(lines: Iterable[Line]) -> list[Line]:
    """The lines with goods of the priority list."""
    return [line for line in lines if is_listed(line.hs, line.edition)]


@lru_cache(CODES_AT_HAND)
def is_listed(hs: str, edition: str) -> bool:
    """Whether goods of a code stand on the priority list."""
    return priority.tier(hs[:6], edition) is not None


def sender(seen: Seen) -> str:
    """Who had sent the goods that an answer gives back; empty if it moves none."""
    for _, giver, _ in seen.taken():
        return giver.party
    return ""
