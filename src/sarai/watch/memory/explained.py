"""How well papers explain what is moved on, and which goods still wait for a paper that is late."""

from __future__ import annotations

from msgspec import Struct, field

from sarai.goods import FactCode
from sarai.ledger.rows import Movement
from sarai.reference import priority
from sarai.watch.memory.bounds import forget_oldest
from sarai.watch.memory.due import Due
from sarai.watch.memory.holdings import Holdings
from sarai.watch.memory.times import OF_ALL, Share, Times
from sarai.watch.seen import DAY_US, Seen, owner

LENDER = "unexplained"
DRAWS = ("export", "waybill", "consumption", "processing")
MOST_WAITING = 20_000  # accounts that lack priority goods; each waits some days
LATE_DAYS = 0.5  # a paper recorded later than that is late
GRACE_DAYS = (3.0, 15.0)  # bounds on how long a late paper is waited for
KEPT_US = 60 * DAY_US  # what has waited so long is explained no more
MOST_LATE = 0.9  # share of late papers that have come by then


class Waiting(Struct, gc=False):
    """A goods item of the priority list that no paper explains, while one may still come.

    Attributes
    ----------
    lack, whole
        Base units not explained yet, and in the item.
    """

    entry: int
    document: str
    kind: str
    item: int
    hs: str
    party: str
    time: int
    lack: int
    whole: int
    lot: int


class Explained(Struct):
    """Over all firms.

    Attributes
    ----------
    lately
        Goods items drawn, and of these the ones that the book could not explain.
    waiting
        By the number of the account that lacked the goods.
    late_days
        How late late papers are recorded.
    """

    lately: Share = field(default_factory=Share)
    waiting: dict[int, list[Waiting]] = field(default_factory=dict)
    late_days: Times = field(default_factory=lambda: Times(most=OF_ALL))

    def learn(self, seen: Seen, holdings: Holdings, due: Due) -> None:
        """Count what was drawn; see what explains what waits; keep what is not explained.

        Parameters
        ----------
        holdings
            As they are after the entry.
        """
        late_days = (seen.recorded - seen.time) / DAY_US
        if late_days > LATE_DAYS:
            self.late_days.add(late_days)
        if self.waiting:
            for movement in seen.movements:
                if movement.taker in self.waiting:
                    self._explain(movement, holdings)
                elif movement.reverses and movement.giver in self.waiting:
                    self._forget(movement.giver, seen.name)
        if seen.kind in DRAWS:
            self._count(seen, due)

    def grace_days(self) -> float:
        """How long a late paper is waited for, by what is usual."""
        low, high = GRACE_DAYS
        return min(high, max(low, self.late_days.quantile(MOST_LATE)))

    # -- counting --------------------------------------------------------------------------------------

    def _count(self, seen: Seen, due: Due) -> None:
        loans = lent(seen)
        self.lately.add(len(seen.lines), len(loans))
        if loans:
            self._wait(seen, loans, due)

    def _wait(self, seen: Seen, loans: dict[int, Movement], due: Due) -> None:
        at = seen.recorded + int(self.grace_days() * DAY_US)
        for line in seen.lines:
            loan = loans.get(line.item)
            if loan is None or not priority.tier(line.hs[:6], line.edition):
                continue
            waiting = Waiting(
                seen.entry, seen.name, seen.kind, line.item, line.hs[:6], owner(seen.document).id,
                seen.time, loan.quantity, whole_of(seen, line.item), loan.lot,
            )  # fmt: skip
            others = self.waiting.pop(loan.taker, [])
            latest = [each for each in others if seen.time - each.time < KEPT_US]
            self.waiting[loan.taker] = [*latest, waiting]
            due.set(at, f"unexplained {loan.taker} {seen.entry} {line.item}")
        forget_oldest(self.waiting, MOST_WAITING)

    # -- what explains after all -----------------------------------------------------------------------

    def _explain(self, movement: Movement, holdings: Holdings) -> None:
        """Goods that were there before, by a paper that came later."""
        given = holdings.layer(movement.id)
        for each in self.waiting[movement.taker]:
            if given and given.hs == each.hs and movement.time <= each.time and movement.entry > each.entry:
                each.lack = max(0, each.lack - movement.quantity)

    def _forget(self, account: int, document: str) -> None:
        """The document was corrected; what the new version lacks waits anew."""
        self.waiting[account] = [each for each in self.waiting[account] if each.document != document]


def lent(seen: Seen) -> dict[int, Movement]:
    """By item, what the book had to lend because no paper explained it."""
    if not any(fact.code == FactCode.UNEXPLAINED for fact in seen.facts):
        return {}
    return {movement.item: movement for movement, giver, _ in seen.taken() if giver.party == LENDER}


def whole_of(seen: Seen, item: int) -> int:
    """Base units of an item that were drawn, explained or not."""
    return sum(m.quantity for m, giver, _ in seen.taken() if m.item == item and giver.party != LENDER)
