"""Watching a book: judge what is new in it, keep the alerts, and begin again where that is needed.

Memory is a cache. A watch goes on from what it remembered; if that is lost, or a typology is new or
mended, it reads the book from its beginning. Alerts have the same name whenever they are raised, so
none is repeated and none is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from hashlib import sha256

from msgspec import DecodeError, Raw, msgpack, structs

from sarai.goods.errors import BadSetting
from sarai.ledger import Book
from sarai.ledger.feed import Feed
from sarai.ledger.rows import to_us
from sarai.watch.engine import Fault, Watch
from sarai.watch.finding import Alert
from sarai.watch.given import Given
from sarai.watch.halves import can_halve, judge_in_halves
from sarai.watch.memory import Memory
from sarai.watch.store import AlertStore, Judged
from sarai.watch.typologies import TYPOLOGIES
from sarai.watch.typology import Typology

MEMORY_VERSION = 4  # goes up when what is remembered changes its form or its meaning
BLOCK = 20_000  # entries between two times that alerts are kept

_encode, _decode = msgpack.Encoder().encode, msgpack.Decoder(Memory).decode


def written(memory: Memory) -> bytes:
    """A memory as it is kept, without what was given: the same as if it were encoded at once.

    Field by field, others who live in the process have their turn in between.
    """
    parts = {
        each.encode_name: Raw(_encode(None if each.name == "given" else getattr(memory, each.name)))
        for each in structs.fields(Memory)
    }
    return _encode(parts)


class Watching:
    """A watch over one book, with its file.

    Parameters
    ----------
    book
        What is watched; it is only read.
    store
        Where alerts are kept.
    given
        Register, lists, owners.
    mended
        Typologies that failed and shall be asked again.
    typologies
        By default the table.
    """

    def __init__(
        self,
        book: Book,
        store: AlertStore,
        given: Given | None = None,
        mended: Iterable[str] = (),
        typologies: Iterable[Typology] | None = None,
    ) -> None:
        self.book, self.store = book, store
        self.typologies = {row.name: row for row in (TYPOLOGIES if typologies is None else typologies)}
        known, mended = store.known(), set(mended)
        unknown = mended - set(self.typologies)
        if unknown:
            raise BadSetting(f"no typology {min(unknown)!r}; see `sarai watch typologies`")
        off = {
            name: Fault(name, each.version, each.off_since, each.fault)
            for name, each in known.items()
            if each.off_since is not None and name in self.typologies and name not in mended
            and each.version == self.typologies[name].version
        }  # fmt: skip
        judged = store.judged()
        memory = self._remembered(judged, off)
        if memory is None:
            off = {}  # from the beginning all are asked: one that is not mended fails again where it did
        self.off = list(off.values())
        remembered = memory or Memory()
        remembered.given = given or Given()
        self.watch = Watch(remembered, self.typologies.values(), off)
        self.watch.position = judged.position if memory else 0
        self.from_the_beginning = memory is None
        self._feed = Feed(book.store, self.watch.position)

    @property
    def backlog(self) -> int:
        """How many entries are still to be judged."""
        ((head,),) = self.book.store.query("SELECT coalesce(max(id), 0) FROM entry")
        return head - self.watch.position

    def _remembered(self, judged: Judged, off: Iterable[str]) -> Memory | None:
        """What was remembered, if it is of the same typologies; else nothing."""
        if judged.marker != self._marker(off):
            return None
        try:
            return _decode(judged.memory)
        except DecodeError:
            return None

    def _marker(self, off: Iterable[str]) -> str:
        """What identifies who has judged so far."""
        rows = sorted(
            (row.name, row.version, row.text, sorted(row.parameters.items()))
            for row in self.typologies.values()
        )
        return sha256(repr((MEMORY_VERSION, rows, sorted(off))).encode()).hexdigest()

    def run(
        self, now: datetime | None = None, progress: Callable[[int], None] = lambda done: None
    ) -> Iterator[Alert]:
        """Judge what is new, up to what was due before ``now``; the alerts that are new.

        ``progress`` is called with the entries judged. Iterate it to the end: then all is kept, and
        what was learnt is remembered.
        """
        alerts: list[Alert] = []
        begun = done = self.watch.position
        for alert in self._judged():
            alerts.append(alert)
            if self.watch.position - done > BLOCK:
                yield from self.store.keep(alerts)
                alerts, done = [], self.watch.position
                progress(done - begun)
        if now:
            alerts += self.watch.tell_time(to_us(now))
        yield from self._finish(alerts)

    def look(self, now: datetime | None = None) -> list[Alert]:
        """Judge what is new, as it comes; the alerts that are new are kept.

        It is for `remember` to be called from time to time: what was judged since is judged again after
        a crash, and the same alerts are kept once.
        """
        alerts = list(self._judged())
        if now:
            alerts += self.watch.tell_time(to_us(now))
        return self._keep(alerts) if alerts or self.watch.faults else []

    def _judged(self) -> Iterator[Alert]:
        """The alerts of what is new; of a long stretch by two processes."""
        watch, rows = self.watch, self.typologies.values()
        if can_halve(self.backlog):
            self.watch, alerts = judge_in_halves(self._feed, watch.memory, rows, watch.off, watch.position)
            yield from alerts
            halves = self.watch
            self.watch = Watch(halves.memory, rows, halves.off)
            self.watch.faults, self.watch.position = halves.faults, halves.position
        for posted in self._feed:
            yield from self.watch.judge(posted, self._feed.accounts)

    def _keep(self, alerts: list[Alert], judged: Judged | None = None) -> list[Alert]:
        faults, self.watch.faults = self.watch.faults, []
        self.off += faults
        on = [(row.name, row.version) for row in self.typologies.values() if row.name not in self.watch.off]
        return self.store.keep(alerts, faults, on, judged)

    def _finish(self, alerts: list[Alert]) -> list[Alert]:
        judged = Judged(self.watch.position, self._marker(self.watch.off), written(self.watch.memory))
        return self._keep(alerts, judged)

    def remember(self) -> None:
        """Write down what was learnt, and how far."""
        self._finish([])
