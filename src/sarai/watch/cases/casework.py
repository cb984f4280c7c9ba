"""All cases of a book, kept while it grows: what is new is taken in, and nothing is put together twice.

What it says is the same as if all were put together now; `Desk` asks it.
"""

from __future__ import annotations

from threading import Lock

from sarai.ledger import Book
from sarai.ledger.reading import Reader
from sarai.watch.cases.building import Building
from sarai.watch.cases.case import Case
from sarai.watch.cases.clocks import CLOCKS, Clock
from sarai.watch.cases.gather import order
from sarai.watch.cases.held import Held, held
from sarai.watch.cases.ranking import Ranked, Ranking, Standing
from sarai.watch.cases.score import Compared, Weights, compared, examples, learn
from sarai.watch.cases.stake import Stake, Stakes
from sarai.watch.cases.steps import Step, StepStore, steps_between
from sarai.watch.finding import Alert
from sarai.watch.store import AlertStore

MOST_UNKEPT = 10_000  # entries that are looked through for steps again, when all is put together anew


class Casework:
    """May be asked by several threads; each brings a book and a store of its own, of the same files."""

    def __init__(self, clocks: tuple[Clock, ...] = CLOCKS) -> None:
        self._turn = Lock()
        self._ranking = Ranking(clocks)
        self._begin()

    def _begin(self) -> None:
        self._alerts: list[Alert] = []
        self._steps: list[Step] = []
        self._last = self._head = self._unkept = 0  # the alert and the entry up to which all is known
        self._building, self._stakes, self._learning = Building(), Stakes(), _Learning()
        self._cases: list[Case] = []
        self._held: Held = {}
        self._standing: Standing | None = None

    def look(self, book: Book, store: AlertStore, *, goods: bool = True) -> Standing:
        """How all stands now; without ``goods``, where they are is as it was, unless there is other news."""
        with self._turn:
            news = self._take(book, store)
            if news or goods or self._standing is None:
                stakes = self._stakes.of(Reader(book.store), self._cases)
                usual = compared(stakes)
                weights = self._learning.weights(self._cases, stakes, usual)
                self._standing = Standing(self._cases, stakes, usual, weights, self._held, self._steps)
            return self._standing

    def queue(self, standing: Standing, now: int) -> list[Ranked]:
        """All cases, what comes first at the head; ``now`` in microseconds."""
        with self._turn:
            return self._ranking.queue(standing, now)

    def one(self, standing: Standing, place: int, now: int) -> Ranked:
        """One case, by its place among all."""
        return self._ranking.one(standing, place, now)

    def _take(self, book: Book, store: AlertStore) -> bool:
        """Take in what is new; whether there was anything."""
        last, head = store.last(), Reader(book.store).head()
        if last < self._last or head < self._head:  # what was known is no more: a file was restored
            self._begin()
        steps = self._new_steps(book, store, head)
        alerts = sorted(
            (alert for _, alert in store.after(self._last, last - self._last)), key=order
        )  # fmt: skip
        self._last, self._head = last, head
        if not (alerts or steps):
            return False
        self._add(alerts, steps)
        self._cases = self._building.cases()
        if steps:
            self._steps = [*self._steps, *steps]
            self._held = held(self._steps)
        return True

    def _new_steps(self, book: Book, store: AlertStore, head: int) -> list[Step]:
        kept = StepStore(store.database)
        if not self._head:
            return [step for step in kept.read(book) if step.entry <= head]
        self._unkept += head - self._head
        if self._unkept > MOST_UNKEPT:
            kept.keep_up(book)
            self._unkept = 0
        return steps_between(book, self._head, head)

    def _add(self, alerts: list[Alert], steps: list[Step]) -> None:
        """Alerts count in the order in which they were raised: one that is late changes what came after."""
        late = bool(alerts and self._alerts) and order(alerts[0]) < order(self._alerts[-1])
        self._alerts += alerts
        if late:
            self._alerts.sort(key=order)
            self._building = Building()
            self._building.add(self._alerts, [*self._steps, *steps])
        else:
            self._building.add(alerts, steps)


class _Learning:
    """Learns from decisions, again only when there is something else to learn from."""

    def __init__(self) -> None:
        self._from: list[tuple] = []
        self._weights = Weights()

    def weights(self, cases: list[Case], stakes: list[Stake], usual: Compared) -> Weights:
        """What the decisions so far have taught."""
        decided = [
            (case, stake) for case, stake in zip(cases, stakes, strict=True) if case.decisions
        ]  # fmt: skip
        told = [(case, stake.tier, stake.value, usual) for case, stake in decided]
        if told != self._from:
            self._from = told
            self._weights = learn(examples(*zip(*decided, strict=True), usual)) if decided else Weights()
        return self._weights
