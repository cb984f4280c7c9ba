"""The roll of what is under way: where each consignment goes, and who has to do with it.

It follows the journal, and can be built from it again. One roll serves all who look.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from threading import RLock
from typing import Any

from sarai.goods import Correction, Diversion, Document, Party, Split, Transit, Waybill
from sarai.ledger import Book
from sarai.ledger.feed import Feed, Posted
from sarai.ledger.store import Store
from sarai.server.access import Consigned
from sarai.server.streams.course import Course, Name
from sarai.server.streams.whereabouts import Whereabouts
from sarai.watch import Alert, AlertStore

AT_ONCE = 20_000  # entries that are read in one look: some three seconds of a thread that reads
ALERTS_AT_ONCE = 1_000
SPARE = 1_000  # names of ended consignments beyond those that `Whereabouts` still knows


class Roll:
    """What is under way, who has to do with it, and what was alerted of it.

    Attributes
    ----------
    reckoned
        What was reckoned of a consignment; it is let go of when that changes.
    turn
        Whoever looks at several things that must fit together holds it.
    """

    def __init__(self, whereabouts: Whereabouts | None = None) -> None:
        self.whereabouts = whereabouts or Whereabouts()
        self.consigned: dict[Name, Consigned] = {}
        self.alerts: dict[str, str] = {}
        self.reckoned: dict[Name, Any] = {}
        self._last_alert = 0
        self._feed: Feed | None = None
        self.turn = RLock()

    # -- following ---------------------------------------------------------------------------------

    def look(self, book: Book, store: AlertStore) -> None:
        """Read on, in a thread that reads; who comes meanwhile waits and finds it done."""
        with self.turn:
            self.read(book.store)
            while known := store.after(self._last_alert, ALERTS_AT_ONCE):
                self.warn(known)

    def read(self, store: Store) -> None:
        """Follow what the journal has more, up to a bound."""
        if self._feed is None:
            self._feed = Feed(store, self.whereabouts.position)
        for posted in islice(self._feed, AT_ONCE):
            self.follow(posted)
        self._feed.position = self.whereabouts.position  # it may have read ahead of where we stopped

    def follow(self, posted: Posted) -> None:
        """Take in an entry of the journal."""
        changed = self.whereabouts.follow(posted)
        if changed:
            self.reckoned.pop(changed, None)
        if posted.code or posted.document is None:
            return
        document = posted.document
        self._name(document.replacement if isinstance(document, Correction) else document)
        if changed and len(self.consigned) > self._most:
            self._forget()

    def warn(self, alerts: Iterable[tuple[int, Alert]]) -> None:
        """Take in alerts with their numbers; of each consignment, the first is remembered."""
        for number, alert in alerts:
            self._last_alert = number
            if alert.consignment:
                self.alerts.setdefault(alert.consignment, alert.id)

    # -- what is known -----------------------------------------------------------------------------

    @property
    def open(self) -> list[Course]:
        """What is under way, the oldest first."""
        with self.turn:
            return list(self.whereabouts.open.values())

    def of(self, course: Course) -> Consigned:
        """Who has to do with a consignment."""
        return self.consigned.get(course.name, Consigned(carrier=course.carrier))

    def alert(self, course: Course) -> str:
        """The alert of a consignment, or of what it was split from; empty if there is none."""
        own = self.alerts.get("/".join(course.name), "")
        return own or (self.alerts.get("/".join(course.whole), "") if course.whole else "")

    # -- names -------------------------------------------------------------------------------------

    def _name(self, document: Document | None) -> None:
        if isinstance(document, Waybill | Transit):
            sender = document.principal if isinstance(document, Transit) else document.consignor
            found = Consigned(sender.id, _id(document.consignee), _id(document.carrier))
            self.consigned[document.issuer, document.number] = found
        elif isinstance(document, Diversion) and document.consignee:
            name = document.consignment.issuer, document.consignment.number
            former = self.consigned.get(name, Consigned())
            self.consigned[name] = former._replace(consignee=document.consignee.id)
        elif isinstance(document, Split):
            whole = document.consignment.issuer, document.consignment.number
            former = self.consigned.get(whole, Consigned())
            for part in document.parts:
                consignee = _id(part.consignee) or former.consignee
                self.consigned[document.issuer, part.number] = former._replace(consignee=consignee)

    @property
    def _most(self) -> int:
        return len(self.whereabouts.open) + len(self.whereabouts.ended) + SPARE

    def _forget(self) -> None:
        known = self.whereabouts
        self.reckoned = {name: found for name, found in self.reckoned.items() if name in known.open}
        self.consigned = {
            name: found for name, found in self.consigned.items() if name in known.open or name in known.ended
        }


def _id(party: Party | None) -> str:
    return party.id if party else ""
