"""Transits under way, how they end, and what is usual on the ways that they take."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from msgspec import Struct, field, structs

from sarai.goods import (
    Arrival,
    Diversion,
    DocumentRef,
    Exit,
    Import,
    Part,
    SealEvent,
    Seizure,
    Split,
    Transit,
)
from sarai.ledger.rows import to_us
from sarai.watch.memory.due import Due
from sarai.watch.memory.flow import Flow
from sarai.watch.memory.places import UNNAMED
from sarai.watch.memory.routes import ByRoute, Tallies, Tally
from sarai.watch.memory.underway import MOST_TOLD, ODD, Early, Underway, begin, told
from sarai.watch.memory.ways import Ways
from sarai.watch.seen import DAY_US, HOUR_US, REFUSED, Seen, country_of, name_of

MOST_OPEN = 50_000  # 2 kB each; papers that were lost leave transits open for ever
MOST_ENDED = 15_000  # days' worth: for papers that are corrected, and words that come late
MOST_EARLY = 5_000  # most are of transits that never come into the book
LEAST_CASES = 3  # without which a share says nothing

FAR = "far"  # what is counted of a position that does not fit the way
LOST = "lost"  # the outside account of what is missing

Ending = Arrival | Exit
Speaking = Ending | SealEvent | Diversion | Split | Seizure


class Order(NamedTuple):
    """What changes where a transit goes: how it was, and the new end, country beyond and consignee."""

    name: str
    underway: Underway
    destination: str
    bound: str
    consignee: str


class Transits(Struct):
    """Transits by the name of their document or part.

    Attributes
    ----------
    early
        What was refused because a transit's paper had not come yet.
    closed_by
        The transit that an arrival, exit or split has closed, by that document's name.
    late_days
        How late ends were recorded (negative: before the deadline).
    hours
        From the beginning to the end.
    silent_hours
        Between two words of a seal, as they were recorded, and from the last to the end.
    short_share
        What was missing of an item, by code.
    counts
        Of the transits that ended: how many had what, such as ``silent`` and yet all was well.
    flow
        Of ends that were recorded.
    """

    open: dict[str, Underway] = field(default_factory=dict)
    ended: dict[str, Underway] = field(default_factory=dict)
    early: dict[str, Early] = field(default_factory=dict)
    closed_by: dict[str, str] = field(default_factory=dict)
    ways: Ways = field(default_factory=Ways)
    late_days: ByRoute = field(default_factory=ByRoute)
    hours: ByRoute = field(default_factory=ByRoute)
    silent_hours: ByRoute = field(default_factory=ByRoute)
    short_share: ByRoute = field(default_factory=ByRoute)
    tallies: Tallies = field(default_factory=Tallies)
    counts: dict[str, int] = field(default_factory=dict)
    flow: Flow = field(default_factory=Flow)

    # -- what is known -----------------------------------------------------------------------------

    def of(self, document: Speaking) -> Underway | None:
        """The transit that a document speaks of, if it is under way."""
        return self.open.get(_name(document.consignment)) if document.consignment else None

    def known(self, document: Speaking) -> Underway | None:
        """The same, under way or ended lately."""
        return self.of(document) or self.ended.get(_name(document.consignment))

    def share(self, what: str) -> float:
        """Of the transits that ended, what share had it; 0 if there are too few to tell."""
        count = self.counts.get(what, 0)
        return count / self.counts["ended"] if count >= LEAST_CASES else 0.0

    def sent_to(self, order: Order) -> str:
        """The country beyond to which goods are sent that were bound elsewhere; empty if to none."""
        former = self.ways.places.away(order.underway.bound, order.underway.destination)
        country = self.ways.places.away(order.bound, order.destination)
        return country if former not in (UNNAMED, country) else ""

    def orders(self, seen: Seen) -> Iterator[Order]:
        """What a diversion, a split or the correction of a transit changes for what is under way."""
        for name, underway, document, country in self._ordered(seen):
            if underway is not None:
                at = country_of(document.destination)
                beyond = at if at not in ("", self.ways.places.home) else underway.bound
                consignee = document.consignee.id if document.consignee else underway.consignee
                yield Order(name, underway, document.destination, country or beyond, consignee)

    def _ordered(self, seen: Seen) -> Iterator[tuple[str, Underway | None, Diversion | Part | Transit, str]]:
        document = seen.document
        if isinstance(document, Diversion):
            name = _name(document.consignment)
            yield name, self.open.get(name), document, document.destination_country
        elif isinstance(document, Split):
            whole = self.of(document)
            for part in document.parts:
                yield f"{document.issuer}/{part.number}", whole, part, ""
        elif isinstance(document, Transit) and seen.former:
            name = name_of(document)
            yield name, self.open.get(name), document, document.destination_country

    # -- learning ----------------------------------------------------------------------------------

    def learn(self, seen: Seen, due: Due) -> None:
        """Follow a transit from its beginning to its end."""
        follow = _FOLLOW.get(seen.kind)
        if follow is not None:
            follow(self, seen, due)

    def _begin(self, seen: Seen, due: Due) -> None:
        document: Transit = seen.document
        name, underway = name_of(document), begin(seen, document)
        former = self.open.get(name)
        if former is not None:
            underway = structs.replace(
                underway,
                heard=former.heard,
                told=former.told,
                refused=former.refused,
                meant=former.meant,
                declared=former.declared,
            )
        elif seen.former:
            return  # it has ended, or was never seen
        else:
            early = self.early.pop(name, None) or Early()
            underway.told, underway.refused = early.told, early.end
            self.ways.places.name(country_of(document.destination))
            self.ways.places.name(country_of(document.place))
            self.tallies.add(underway.roles(), Tally(begun=1))
        self._open(name, underway, due)

    def _open(self, name: str, underway: Underway, due: Due) -> None:
        self.open[name] = underway
        due.set(underway.deadline, f"deadline {name}")
        if underway.sealed:
            due.set(underway.heard + DAY_US, f"silence {name}")
        _forget(self.open, MOST_OPEN)

    def _end(self, seen: Seen, due: Due) -> None:
        document: Ending = seen.document
        name = _name(document.consignment)
        underway = self.open.pop(name, None)
        if underway is None:
            return
        self.ways.places.end(document.place, isinstance(document, Arrival))
        self._learn_times(seen, underway)
        self._learn_shortages(seen, underway)
        self._learn_course(seen, underway)
        self.ways.end(underway, document.place, seen.time)
        if not underway.part:
            late = int(seen.time > underway.deadline)
            self.tallies.add(underway.roles(), Tally(ended=1, late=late))
        underway.ended, underway.ended_by, underway.ended_at = seen.time, seen.kind, document.place
        self._close(name_of(document), name, underway)

    def _close(self, by: str, name: str, underway: Underway) -> None:
        self.ended[name] = underway
        self.closed_by[by] = name
        _forget(self.ended, MOST_ENDED)
        _forget(self.closed_by, MOST_ENDED)

    def _learn_times(self, seen: Seen, underway: Underway) -> None:
        self.late_days.add(underway.route, (seen.recorded - underway.deadline) / DAY_US)
        self.hours.add(underway.route, (seen.time - underway.time) / HOUR_US)
        if underway.told:
            self.silent_hours.add(underway.route, (seen.recorded - underway.heard) / HOUR_US)

    def _learn_shortages(self, seen: Seen, underway: Underway) -> None:
        codes = {goods.item: goods.hs for goods in underway.goods}
        for item, share in missing(seen).items():
            self.short_share.add(codes.get(item, ""), share)

    def _learn_course(self, seen: Seen, underway: Underway) -> None:
        """What befell it; of a seal's odd words those after which it was heard from on its way again."""
        self._count("ended")
        self.flow.add(seen.recorded)
        if underway.bound != underway.declared:
            self._count("sent abroad")
        if underway.changed:
            self._count("changed")
        harmless, heard_again = set(), False
        for word in reversed(underway.told):
            fits = not self.ways.astray(underway, word, word.point)
            if fits and word.event not in ODD:
                heard_again = True
            elif heard_again:
                harmless.add(word.event if word.event in ODD else FAR)
        for event in sorted(harmless):
            self._count(event)

    def _hear(self, seen: Seen, due: Due) -> None:
        document: SealEvent = seen.document
        underway = self.known(document)
        if underway is None or seen.former:
            return
        if underway.told and not underway.ended:
            self.silent_hours.add(underway.route, (seen.recorded - underway.heard) / HOUR_US)
        word = told(seen, document)
        underway.hear(word, seen.recorded)
        self.ways.hear(underway, word)

    def _redirect(self, seen: Seen, due: Due) -> None:
        for order in self.orders(seen):
            underway = order.underway
            if self.sent_to(order):
                self.tallies.add(underway.roles(), Tally(abroad=1))
            underway.changed = True
            underway.destination, underway.bound = order.destination, order.bound
            underway.consignee = order.consignee

    def _split(self, seen: Seen, due: Due) -> None:
        """Every part goes on as what the whole was, so far as it does not say otherwise."""
        document: Split = seen.document
        whole_name = _name(document.consignment)
        orders = list(self.orders(seen))
        whole = self.open.pop(whole_name, None)
        if whole is None:
            return
        for part, order in zip(document.parts, orders, strict=True):
            items = {share.item for share in part.items}
            self._open(
                order.name,
                structs.replace(
                    whole, destination=order.destination, bound=order.bound, consignee=order.consignee,
                    deadline=to_us(part.deadline) if part.deadline else whole.deadline, part=True,
                    goods=tuple(goods for goods in whole.goods if goods.item in items), told=list(whole.told),
                ),
                due,
            )  # fmt: skip
        whole.parts = tuple(order.name for order in orders)
        self._close(name_of(document), whole_name, whole)

    def _refused(self, seen: Seen, due: Due) -> None:
        """Papers come in another order than things happen."""
        document = seen.document
        if not isinstance(document, Arrival | Exit | SealEvent):
            return
        name = _name(document.consignment)
        underway = self.open.get(name)
        if underway is not None:
            if not isinstance(document, SealEvent):
                underway.refused = seen.entry
            return
        early = self.early.setdefault(name, Early())
        if isinstance(document, SealEvent):
            early.told.append(told(seen, document))
            del early.told[:-MOST_TOLD]
        else:
            early.end = seen.entry
        _forget(self.early, MOST_EARLY)

    def _seize(self, seen: Seen, due: Due) -> None:
        underway = self.of(seen.document)
        if underway is not None:
            underway.seized = True

    def _cancel(self, seen: Seen, due: Due) -> None:
        """A transit that was cancelled is none; where its end was cancelled, it goes on."""
        name = name_of(seen.document)
        self.open.pop(name, None)
        whole = self.closed_by.pop(name, "")
        underway = self.ended.pop(whole, None)
        if underway is not None:
            for part in underway.parts:
                self.open.pop(part, None)
            underway.ended, underway.parts = 0, ()
            self._open(whole, underway, due)

    def _import(self, seen: Seen, due: Due) -> None:
        document: Import = seen.document
        self.ways.places.name(country_of(document.place))

    # -- counting ----------------------------------------------------------------------------------

    def _count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1


def missing(seen: Seen) -> dict[int, float]:
    """Of every item that an arrival or exit ends: what share of it was missing."""
    of_item: dict[int, tuple[int, int]] = {}
    for movement, _, taker in seen.taken():
        whole, short = of_item.get(movement.item, (0, 0))
        lost = movement.quantity if taker.party == LOST else 0
        of_item[movement.item] = whole + movement.quantity, short + lost
    return {item: short / whole for item, (whole, short) in of_item.items()}


def _name(reference: DocumentRef) -> str:
    return f"{reference.issuer}/{reference.number}"


def _forget(kept: dict, most: int) -> None:
    """The oldest, beyond a bound."""
    while len(kept) > most:
        del kept[next(iter(kept))]


_FOLLOW: dict[str, Callable[[Transits, Seen, Due], None]] = {
    "transit": Transits._begin,
    "arrival": Transits._end,
    "exit": Transits._end,
    "seal_event": Transits._hear,
    "diversion": Transits._redirect,
    "split": Transits._split,
    "seizure": Transits._seize,
    "correction": Transits._cancel,
    "import": Transits._import,
    REFUSED: Transits._refused,
}
