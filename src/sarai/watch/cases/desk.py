"""The desk: all cases of a book with their scores and clocks, and what an officer does with one.

Whatever an officer does is a document in the book. Before the first, the alerts that the case has are
told (``open``), and later ones before what is done next (``join``, ``merge``): so the book says not only
what was decided, but on what.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property

from msgspec import Struct

from sarai.goods import BadSetting, CaseStep, Hold, LotRef, NotInBook, Release
from sarai.goods.document import MAX_NAMED
from sarai.ledger import Book, HeldLot, Result
from sarai.ledger.reading import LotName, Reader
from sarai.ledger.rows import to_us
from sarai.ledger.search import Line
from sarai.ledger.search import find as find_entries
from sarai.watch.cases.case import Case, find
from sarai.watch.cases.casework import Casework
from sarai.watch.cases.clocks import CLOCKS, Clock
from sarai.watch.cases.course import STATED, VERDICTS
from sarai.watch.cases.ranking import Ranked, Standing
from sarai.watch.cases.score import Weights
from sarai.watch.cases.stake import Goods
from sarai.watch.cases.steps import Step
from sarai.watch.store import AlertStore

MOST_TEXT = 4_000  # characters of a note, as documents have it


class Officer(Struct, frozen=True):
    """Who acts, and for which authority."""

    id: str
    authority: str


def authority(book: Book, named: str = "") -> str:
    """The authority for which steps are taken: the one named, or the only one that the book has."""
    there = book.settings.authorities
    if named:
        return named
    if len(there) == 1:
        return there[0]
    if there:
        raise BadSetting(
            f"the book has {len(there)} authorities: name one of {', '.join(there)} (--authority)"
        )
    raise BadSetting(
        "the book names no authority, so nobody may hold goods or take steps in cases; make a book with one: "
        "sarai new --authority PARTY"
    )


class Desk:
    """The cases of a book as they stand.

    Parameters
    ----------
    book, store
        What is watched, and the watch's file: the alerts, and a copy of the steps.
    now
        The time by which clocks run, and at which steps are taken.
    work
        What is kept of the cases from desk to desk; by default nothing is.

    Attributes
    ----------
    key
        A name for the one step that is to be taken, by which `taken` finds what became of it. The book
        takes no two documents of one number, so whoever asks there before asking again acts once.
    """

    key = ""

    def __init__(
        self,
        book: Book,
        store: AlertStore,
        now: datetime,
        clocks: tuple[Clock, ...] = CLOCKS,
        work: Casework | None = None,
    ) -> None:
        self.book, self.now = book, now
        self._alerts, self._work = store, work or Casework(clocks)

    # -- what there is ---------------------------------------------------------------------------

    @cached_property
    def standing(self) -> Standing:
        """How all stands, read once."""
        return self._work.look(self.book, self._alerts)

    @property
    def holds(self) -> list[HeldLot]:
        """The lots that are held, each with the document that holds it; twice if two do."""
        return sorted(hold for some in self.standing.held.values() for hold in some)

    @property
    def steps(self) -> Sequence[Step]:
        """All steps, in order."""
        return self.standing.steps

    @property
    def cases(self) -> Sequence[Case]:
        """All cases, the oldest first."""
        return self.standing.cases

    @property
    def weights(self) -> Weights:
        """What the decisions so far have taught."""
        return self.standing.weights

    def ranked(self, *, closed: bool = False) -> list[Ranked]:
        """The queue: goods on the road not looked at, then what is overdue, then by score.

        Closed cases come last, if they are wanted.
        """
        queue = self._work.queue(self.standing, to_us(self.now))
        return [each for each in queue if closed or each.case.is_open or each.held]

    def one(self, name: str) -> Ranked:
        """One case, by its name or the beginning of it, or by one of its alerts; else NotInBook."""
        found = find(self.cases, name)
        if len(found) > 1:
            raise BadSetting(f"{name!r} may be {', '.join(case.id for case in found[:5])}; write more of it")
        if not found:
            raise NotInBook(f"no case {name!r}; `sarai cases list --all` tells those that there are")
        place = next(number for number, case in enumerate(self.cases) if case is found[0])
        return self._work.one(self.standing, place, to_us(self.now))

    # -- what an officer does ----------------------------------------------------------------------

    def assign(self, case: Case, officer: Officer, to: str, text: str = "") -> list[Result]:
        """Give a case to an officer; to nobody if ``to`` is empty."""
        return self._step(case, officer, "assign", to, text)

    def note(self, case: Case, officer: Officer, text: str) -> list[Result]:
        """Write something down."""
        if not text.strip():
            raise BadSetting("the note is empty; write what you found")
        return self._step(case, officer, "note", "", text)

    def state(self, case: Case, officer: Officer, to: str, text: str = "") -> list[Result]:
        """Say how a case stands; of one that is closed, this opens it again."""
        if to not in STATED:
            raise BadSetting(f"state {to!r} is none of {', '.join(STATED)}; a case is closed by deciding it")
        return self._step(case, officer, "state", to, text)

    def decide(self, case: Case, officer: Officer, verdict: str, reason: str) -> list[Result]:
        """Close a case: it is ``confirmed`` or ``dismissed``, and the score learns from it."""
        if verdict not in VERDICTS:
            raise BadSetting(f"verdict {verdict!r} is none of {', '.join(VERDICTS)}")
        if not reason.strip():
            raise BadSetting("a decision needs its reason, for whoever reads it later")
        return self._step(case, officer, "decide", verdict, reason)

    def hold(
        self, ranked: Ranked, officer: Officer, lots: Iterable[str] = (), reason: str = ""
    ) -> list[Result]:
        """Hold goods of a case: the lots named (``issuer/number#item``), or all that are in the country."""
        chosen = [goods.name for goods in _chosen(ranked, lots) if goods.portions]
        if not chosen:
            raise BadSetting(f"no goods of {ranked.case.id} are in the country; there is nothing to hold")
        told = _note(ranked.case, officer, "hold", chosen)
        return self._post(ranked.case, officer, [told, *_orders(Hold, ranked.case.id, chosen, reason)])

    def release(
        self, ranked: Ranked, officer: Officer, lots: Iterable[str] = (), reason: str = ""
    ) -> list[Result]:
        """Let goods of a case go: the lots named, or all that are held for it. Other cases' holds stay."""
        lots, case = list(lots), ranked.case
        chosen = [goods.name for goods in _chosen(ranked, lots)]
        of_name = {
            name: [lot for lot in chosen if any(each.case == name for each in ranked.held.get(lot, ()))]
            for name in case.names
        }
        held = {lot for some in of_name.values() for lot in some}
        if lots:  # what is not held, the book refuses
            of_name[case.id] = [lot for lot in chosen if lot in of_name[case.id] or lot not in held]
        elif not held:
            raise BadSetting(f"no goods are held for {case.id}; there is nothing to release")
        told = [lot for lot in chosen if lots or lot in held]
        wanted = [order for name, some in of_name.items() for order in _orders(Release, name, some, reason)]
        return self._post(case, officer, [_note(case, officer, "release", told), *wanted])

    def taken(self, officer: Officer) -> list[Result]:
        """What became of the step of this desk's key, if it was taken already; else nothing."""
        try:
            entry = Reader(self.book.store).entry_of(officer.authority, f"{self.key}/1")
        except NotInBook:
            return []
        results: list[Result] = []
        while (found := _line(self.book, entry)) and found.number == f"{self.key}/{len(results) + 1}":
            results.append(Result(found.code, entry, found.message, found.pointer))
            entry += 1
        return results

    def _step(self, case: Case, officer: Officer, step: str, to: str, text: str) -> list[Result]:
        fields = {"case": case.id, "step": step, "officer": officer.id, "to": to, "text": text}
        return self._post(case, officer, [(CaseStep, fields)])

    def _post(self, case: Case, officer: Officer, wanted: Sequence[tuple[type, dict]]) -> list[Result]:
        """Tell what was not told yet, then post what is wanted: in one commit, up to what is refused.

        Numbers go on from the steps that were seen: if somebody else was quicker, the book refuses (200).
        Those of a step with a key are made of that.
        """
        if not officer.id:
            raise BadSetting("who does it? name the officer: --officer, or SARAI_OFFICER")
        all_of_it = [*((CaseStep, fields) for fields in _untold(case, officer)), *wanted]
        head, first = (self.key, 1) if self.key else (case.id, _next_number(case))
        documents = [
            kind(issuer=officer.authority, number=f"{head}/{number}", time=self.now, **fields)
            for number, (kind, fields) in enumerate(all_of_it, start=first)
        ]
        results = self.book.record(documents, now=self.now, up_to_refused=True)
        self.__dict__.pop("standing", None)  # it is to be read again
        return results


def _line(book: Book, entry: int) -> Line | None:
    return next(iter(find_entries(book.store, before=entry + 1, most=1)), None)


def _untold(case: Case, officer: Officer) -> Iterable[dict]:
    """Steps that tell which alerts, and which other cases, have come to be part of a case."""
    names = {step.document.case for step in case.steps if isinstance(step.document, CaseStep)}
    opened = case.id in names
    for some in _parts(case.untold):
        yield {
            "case": case.id, "step": "join" if opened else "open", "officer": officer.id, "alerts": some
        }  # fmt: skip
        opened = True
    merged = {step.document.case for step in case.steps if getattr(step.document, "step", "") == "merge"}
    for name in sorted(names - merged - {case.id}):
        yield {"case": name, "step": "merge", "officer": officer.id, "to": case.id}


def _note(case: Case, officer: Officer, verb: str, lots: list[LotName]) -> tuple[type, dict]:
    """Holds and releases do not say which officer gave the order; this does."""
    text = f"orders to {verb} {', '.join(map(lot_text, lots))}"[:MOST_TEXT]
    return CaseStep, {"case": case.id, "step": "note", "officer": officer.id, "text": text}


def _orders(
    kind: type[Hold | Release], case: str, lots: list[LotName], reason: str
) -> list[tuple[type, dict]]:
    """Holds or releases, each for as many lots as one may name."""
    refs = [LotRef(issuer=lot.issuer, number=lot.number, item=lot.item) for lot in lots]
    return [(kind, {"lots": some, "case": case, "reason": reason}) for some in _parts(refs)]


def _next_number(case: Case) -> int:
    numbers = [step.document.number.rpartition("/") for step in case.steps]
    return 1 + max(
        (int(last) for head, _, last in numbers if head == case.id and last.isdecimal()), default=0
    )


def _parts(some: Sequence) -> list[list]:
    return [list(some[start : start + MAX_NAMED]) for start in range(0, len(some), MAX_NAMED)]


def lot_text(name: LotName) -> str:
    """How a lot is written on the command line.

    >>> lot_text(LotName("customs:A", "A/17", 2))
    'customs:A/A/17#2'
    """
    return f"{name.issuer}/{name.number}#{name.item}"


def _chosen(ranked: Ranked, lots: Iterable[str]) -> list[Goods]:
    """The goods of a case that are named; all if none are."""
    there = {lot_text(goods.name): goods for goods in ranked.stake.goods}
    wanted = list(lots)
    for lot in wanted:
        if lot not in there:
            raise BadSetting(
                f"lot {lot!r} is not of {ranked.case.id}; its lots are {', '.join(there) or 'none'}"
            )
    return [there[lot] for lot in wanted or there]
