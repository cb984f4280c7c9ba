"""Where consignments are: a projection of the book's entries, the same whether followed or built anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sarai.goods import (
    Answer,
    Arrival,
    Correction,
    Diversion,
    Document,
    DocumentRef,
    Exit,
    SealEvent,
    Seizure,
    Split,
    Transit,
    Waybill,
)
from sarai.ledger.feed import Posted
from sarai.ledger.rows import to_us
from sarai.reference import units
from sarai.server.streams.course import (
    AT_DESTINATION,
    OUTCOME,
    Course,
    End,
    Name,
    Turn,
    begin,
    split,
)
from sarai.server.streams.settings import WhereaboutsSettings
from sarai.server.streams.told import Telling, key_of, told

MOST_NAMES = 100_000  # places that seals name, some 100 bytes each; those beyond are nameless


class Whereabouts:
    """Follows consignments, entry by entry.

    Attributes
    ----------
    position
        The last entry that it knows.
    open, ended
        Courses by issuer and number, the oldest first.
    opened
        How many consignments were opened, those that were opened anew too.
    """

    def __init__(self, settings: WhereaboutsSettings | None = None) -> None:
        self.settings = settings or WhereaboutsSettings()
        self.position = 0
        self.open: dict[Name, Course] = {}
        self.ended: dict[Name, Course] = {}
        self.opened = 0
        self.places = [""]
        self._place_numbers = {"": 0}
        self._closed_by: dict[Name, Name] = {}
        self._by_seal: dict[str, Name] = {}

    # -- what is known -----------------------------------------------------------------------------

    def course(self, issuer: str, number: str) -> Course | None:
        """A consignment, under way or ended lately."""
        return self._course((issuer, number))

    def consignment_of(self, seal: str) -> DocumentRef | None:
        """The consignment under way that a seal is on, as it was named or heard last."""
        name = self._by_seal.get(seal)
        return DocumentRef(issuer=name[0], number=name[1]) if name else None

    # -- following ---------------------------------------------------------------------------------

    def follow(self, posted: Posted) -> Name | None:
        """Take in an entry; the consignment that it changed, if it did."""
        self.position = posted.entry
        if posted.code or posted.document is None:
            return None
        changed = self._change(posted.entry, posted.document)
        course = self._course(changed) if changed else None
        if course is not None:
            course.drawn = course.due = None
        return changed

    def _change(self, entry: int, document: Document) -> Name | None:
        if not isinstance(document, Correction):
            return self._take(entry, document)
        changed = self._take_back((document.issuer, document.number))
        if document.replacement is not None:
            return self._take(entry, document.replacement) or changed
        return changed

    def _take(self, entry: int, document: Document) -> Name | None:
        follow = _FOLLOW.get(type(document))
        return follow(self, entry, document) if follow else None

    def _begin(self, entry: int, document: Transit | Waybill) -> Name:
        course = begin(document)
        former = self._course(course.name)
        if former is not None:  # its document is corrected: what was told of it stands
            for seal, telling in former.seals.items():
                if len(telling):
                    course.seals[seal] = telling
        self._open(course)
        return course.name

    def _open(self, course: Course) -> None:
        self.ended.pop(course.name, None)
        former = self.open.get(course.name)
        self.opened += former is None
        course.sequence = former.sequence if former else self.opened
        self.open[course.name] = course
        for seal in course.seals:
            self._by_seal[seal] = course.name
        self._forget(self.open, self.settings.open)

    def _hear(self, entry: int, document: SealEvent) -> Name | None:
        course = self._about(document)
        if course is None:
            return None
        bounds, seal = self.settings, document.seal
        telling = course.seals.get(seal)
        if telling is None:
            if len(course.seals) >= bounds.seals:
                return None
            telling = course.seals[seal] = Telling()
        telling.add(told(entry, document, self._place(document.place)), bounds.positions, bounds.words)
        course.heard = None
        if course.end is None:
            self._by_seal[seal] = course.name
        return course.name

    def _place(self, name: str) -> int:
        number = self._place_numbers.get(name)
        if number is None:
            if len(self.places) >= MOST_NAMES:
                return 0
            number = self._place_numbers[name] = len(self.places)
            self.places.append(name)
        return number

    def _turn(self, entry: int, document: Diversion) -> Name | None:
        course = self._about(document)
        if course is None:
            return None
        country = document.destination_country or course.turns[-1].country
        course.turns.append(Turn(to_us(document.time), document.destination, country))
        if document.consignee:
            course.consigned = course.consigned._replace(consignee=document.consignee.id)
        return course.name

    def _split(self, entry: int, document: Split) -> Name | None:
        course = self._about(document)
        if course is None:
            return None
        parts = split(course, document)
        course.parts = tuple(part.name for part in parts)
        self._close(course, document, "split", "")
        for part in parts:
            self._open(part)
        return course.name

    def _arrive(self, entry: int, document: Arrival | Exit) -> Name | None:
        state = "arrived" if isinstance(document, Arrival) else "exited"
        return self._close(self._about(document), document, state, document.place)

    def _answer(self, entry: int, document: Answer) -> Name | None:
        course, state = self._about(document), OUTCOME[document.decision]
        if course is None:
            return None
        return self._close(
            course, document, state, course.destination if state in AT_DESTINATION else course.place
        )

    def _seize(self, entry: int, document: Seizure) -> Name | None:
        course = self._about(document) if document.consignment else None
        if course is None:
            return None
        taken = {line.item: units.to_base(line.quantity, line.unit) for line in document.lines}
        for item, quantity in taken.items():
            course.left[item] -= quantity
        course.seized[document.issuer, document.number] = taken
        self._closed_by[document.issuer, document.number] = course.name
        if not any(course.left.values()):
            self._close(course, document, "seized", document.place)
        return course.name

    def _close(self, course: Course | None, document: Document, state: str, place: str) -> Name | None:
        if course is None:
            return None
        by = document.issuer, document.number
        self._closed_by[by] = course.name
        self._shelve(course, End(state, to_us(document.time), place, by))
        return course.name

    def _shelve(self, course: Course, end: End) -> None:
        course.end = end
        self.open.pop(course.name, None)
        self.ended[course.name] = course
        self._let_go_of_seals(course)
        self._forget(self.ended, self.settings.ended)

    def _let_go_of_seals(self, course: Course) -> None:
        for seal in course.seals:
            if self._by_seal.get(seal) == course.name:
                del self._by_seal[seal]

    # -- corrections -------------------------------------------------------------------------------

    def _take_back(self, document: Name) -> Name | None:
        """What a document did is undone."""
        course = self._course(document)
        if course is not None and course.whole is None:
            self._shelve(course, End("corrected", course.began, "", document))
            return course.name
        course = self._course(self._closed_by.pop(document, ("", "")))
        if course is None:
            return self._unsay(key_of(*document))
        for item, quantity in course.seized.pop(document, {}).items():
            course.left[item] += quantity
        for part in map(self._course, course.parts):
            if part is not None:
                self._shelve(part, End("corrected", part.began, "", document))
        course.parts, course.end = (), None
        self._open(course)
        return course.name

    def _unsay(self, key: int) -> Name | None:
        """Forget a word of a seal. Corrections of those are rare, and all are looked through."""
        for courses in (self.open, self.ended):
            for course in courses.values():
                if any(telling.forget(key) for telling in course.seals.values()):
                    course.heard = None
                    return course.name
        return None

    # -- bounds ------------------------------------------------------------------------------------

    def _course(self, name: Name) -> Course | None:
        return self.open.get(name) or self.ended.get(name)

    def _about(self, document: Any) -> Course | None:
        return self._course((document.consignment.issuer, document.consignment.number))

    def _forget(self, courses: dict[Name, Course], most: int) -> None:
        """The oldest, beyond a bound."""
        while len(courses) > most:
            course = courses.pop(next(iter(courses)))
            for by in [*course.seized, *([course.end.by] if course.end else [])]:
                self._closed_by.pop(by, None)
            self._let_go_of_seals(course)


Follow = Callable[[Whereabouts, int, Any], Name | None]
_FOLLOW: Mapping[type[Document], Follow] = {
    Transit: Whereabouts._begin,
    Waybill: Whereabouts._begin,
    SealEvent: Whereabouts._hear,
    Diversion: Whereabouts._turn,
    Split: Whereabouts._split,
    Arrival: Whereabouts._arrive,
    Exit: Whereabouts._arrive,
    Answer: Whereabouts._answer,
    Seizure: Whereabouts._seize,
}
