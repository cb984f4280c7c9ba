"""What a book teaches about ways: its documents followed, times by pair of places, and arrivals expected."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from math import exp

from msgspec import Struct

from sarai.corridors import Network
from sarai.corridors.learnt import (
    Arrivals,
    Expected,
    Following,
    Passage,
    Time,
    TravelTimes,
    at_places,
    network_prior,
)
from sarai.corridors.learnt.times import Prior
from sarai.goods import Correction, Document, SaraiError
from sarai.ledger import Book
from sarai.ledger.feed import Feed, Posted

__all__ = ["Arrival", "Learning", "NotUnderWay", "Pair", "Times", "expected", "read", "times"]

GOOD = "container"  # what most consignments under seal are in; the book teaches the rest
SHARES = (0.1, 0.5, 0.9)


class NotUnderWay(SaraiError):
    """A consignment that is not on its way, as far as the book knows, or of whose way nothing is known."""


class Pair(Struct, frozen=True, kw_only=True):
    """How long passages between two places take.

    Attributes
    ----------
    start, end : str
        As the book writes them; names where the network has them.
    passages : int
        That were seen; old ones count less in the hours.
    p10_h, median_h, p90_h : float
        Of the next passage.
    network_h : float or None
        The median of what the network says without the book.
    arrived, held : int
        How many came to this end as their destination after an expectation was known, and for how many it
        held: `coverage` of them should.
    """

    start: str
    end: str
    start_name: str
    end_name: str
    passages: int
    p10_h: float
    median_h: float
    p90_h: float
    network_h: float | None
    arrived: int
    held: int


class Times(Struct, frozen=True, kw_only=True):
    """All pairs, those with most passages first."""

    pairs: tuple[Pair, ...]
    documents: int
    until: datetime | None
    under_way: int
    coverage: float
    arrived: int
    held: int


class Arrival(Struct, frozen=True, kw_only=True):
    """When a consignment will be there.

    Attributes
    ----------
    now : datetime
        As of when this is told.
    seen, seen_at : str, datetime
        Where it was last.
    """

    issuer: str
    number: str
    destination: str
    deadline: datetime | None
    seen: str
    seen_at: datetime
    now: datetime
    expected: Expected


class Counting(TravelTimes):
    """Travel times that count what they were taught."""

    def __init__(self, prior: Prior) -> None:
        super().__init__(prior)
        self.seen: dict[tuple[str, str], int] = {}

    def learn(self, passage: Passage) -> None:
        """Take in a passage."""
        pair = (passage.start, passage.end)
        self.seen[pair] = self.seen.get(pair, 0) + 1
        super().learn(passage)


class Tested(Arrivals):
    """Arrivals whose intervals are held against what came, each before it is learnt from."""

    def __init__(self, times: TravelTimes) -> None:
        super().__init__(times)
        self.arrived: dict[tuple[str, str], list[bool]] = {}

    def came(self, start: str, end: str, hours: float, known: Time | None = None) -> None:
        """A consignment took so long."""
        left = datetime(2000, 1, 1, tzinfo=UTC)
        if said := self.expect(start, end, left, left):
            held = said.early <= left + timedelta(hours=hours) <= said.late
            self.arrived.setdefault((start, end), []).append(held)
        super().came(start, end, hours, known)


class Learning:
    """Follows a book's documents in the order of its entries; it can go on with entries that come later.

    Parameters
    ----------
    network : Network
        Says how long ways take before anybody has gone them.
    good : str
        As what consignments go there.
    """

    def __init__(self, network: Network, good: str = GOOD) -> None:
        self.network = network
        self.prior = at_places(network, network_prior(network, good))
        self.times = Counting(self.prior)
        self.arrivals = Tested(self.times)
        self.following = Following(network, self.arrivals)
        self.documents = 0
        self.until: datetime | None = None

    def take(self, posted: Posted) -> None:
        """Learn from an entry; what was refused or repeated teaches nothing."""
        document: Document | None = posted.document
        if isinstance(document, Correction):
            document = document.replacement
        if posted.code or document is None:
            return
        self.documents += 1
        self.until = max(self.until or document.time, document.time)
        self.following.take(document)


def read(
    book: Book, network: Network, good: str = GOOD, progress: Callable[[int], None] = lambda done: None
) -> Learning:
    """All that a book teaches by now; `progress` is told the entries read."""
    learning = Learning(network, good)
    for posted in Feed(book.store):
        learning.take(posted)
        progress(posted.entry)
    return learning


def times(learning: Learning, least: int = 1) -> Times:
    """By pair of places, what was learnt, of pairs with so many passages."""
    pairs = [_pair(learning, start, end) for start, end in learning.times.pairs()]
    kept = [each for each in pairs if each is not None and each.passages >= least]
    all_held = [held for several in learning.arrivals.arrived.values() for held in several]
    return Times(
        pairs=tuple(sorted(kept, key=lambda each: (-each.passages, each.start, each.end))),
        documents=learning.documents, until=learning.until, under_way=len(learning.following.open),
        coverage=learning.arrivals.coverage, arrived=len(all_held), held=sum(all_held),
    )  # fmt: skip


def expected(learning: Learning, issuer: str, number: str, now: datetime | None = None) -> Arrival:
    """When a consignment under way will be at its destination.

    Parameters
    ----------
    now : datetime, optional
        Until when it has not come; the time of the last document if none.

    Raises
    ------
    NotUnderWay
        It has come, is not in the book, or nothing is known of its way.
    """
    journey = learning.following.open.get((issuer, number))
    if journey is None:
        raise NotUnderWay(
            f"{issuer}/{number} is not under way: it has come, was split, or is no transit or waybill of this"
            " book; sarai where tells where its goods are"
        )
    now = now or learning.until or journey.stops[-1].left
    found = learning.following.expect(issuer, number, now)
    last = journey.stops[-1]
    if found is None:
        raise NotUnderWay(
            f"nothing is known of the way of {issuer}/{number} from {last.place} to {journey.destination}: "
            "neither the network nor three passages of the book tell of it; add the places to a network"
        )
    return Arrival(
        issuer=issuer, number=number, destination=journey.destination, deadline=journey.deadline,
        seen=last.place, seen_at=last.left, now=now, expected=found,
    )  # fmt: skip


def _pair(learning: Learning, start: str, end: str) -> Pair | None:
    time = learning.times.time(start, end)
    if time is None:
        return None
    low, median, high = _quantiles(time)
    held = learning.arrivals.arrived.get((start, end), [])
    return Pair(
        start=start, end=end, start_name=_name(learning.network, start),
        end_name=_name(learning.network, end),
        passages=learning.times.seen.get((start, end), 0), p10_h=low, median_h=median, p90_h=high,
        network_h=_said(learning.prior(start, end)), arrived=len(held), held=sum(held),
    )  # fmt: skip


def _quantiles(time: Time) -> Iterable[float]:
    """Of Student's t about the logarithm of the hours."""
    from scipy.special import stdtrit

    return [exp(time.mu + time.scale * float(stdtrit(time.freedom, share))) for share in SHARES]


def _said(prior: tuple[float, float] | None) -> float | None:
    """The median of the lognormal of what a network says."""
    if prior is None:
        return None
    mean_h, variance_h2 = prior
    return mean_h / (1 + variance_h2 / mean_h**2) ** 0.5


def _name(network: Network, said: str) -> str:
    place = network.by_place.get(said) or network.by_place.get(said[:5])
    return place.name if place else said
