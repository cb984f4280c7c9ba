"""The auditor: takes documents one by one and says what the book must answer, and hold."""

from __future__ import annotations

from collections import Counter
from copy import copy
from dataclasses import dataclass
from datetime import datetime

from auditor import corrections, kinds
from auditor.checks import check_alone, check_issuer, check_text
from auditor.posting import Posting, first_in_first_out, proportional
from auditor.state import UNEXPLAINED, Account, Birth, Consignment, Effect, Refused, State
from sarai.goods import Answer, Code, Correction, Document, DocumentRef, FactCode, Split


@dataclass(frozen=True)
class Verdict:
    """What the book must say of one input; `facts` are (item, code), sorted."""

    code: Code
    entry: int
    facts: tuple[tuple[int, FactCode], ...] = ()


@dataclass(frozen=True)
class Entry:
    """One line of the journal."""

    recorded: datetime
    document: Document
    code: Code


class Auditor:
    """A model of docs/book.md that trades all speed for being plain."""

    def __init__(self, attribution: str = "fifo", authorities: tuple[str, ...] = ()):
        self.attribution = {"fifo": first_in_first_out, "proportional": proportional}[attribution]
        self.authorities = authorities
        self.entries: list[Entry] = []
        self.state = State()

    def twin(self) -> Auditor:
        """Another auditor who knows as much; what either learns from then on is its own."""
        other = copy(self)
        other.entries = list(self.entries)
        return other

    def record(self, document: Document, now: datetime, mode: str = "strict") -> Verdict:
        """Page "Journal": post it, or refuse it and leave everything as it was."""
        try:
            check_text(document)
            check_issuer(document)
            return self.post(document, now, mode)
        except Refused as refusal:
            return self.refuse(document, now, refusal.code)

    def post(self, document: Document, now: datetime, mode: str) -> Verdict:
        """Check and post; only a document that stands as a whole replaces the state."""
        now = self.clock(now)
        earlier = self.posted(document)
        if earlier is not None and self.entries[earlier - 1].document == document:
            return Verdict(Code.REPEATED, earlier)
        self.check_identity(document, earlier)
        posting = Posting(
            self.state.copy(), document, len(self.entries) + 1, now, mode == "strict",
            self.attribution, self.authorities,
        )  # fmt: skip
        standing = self.effect(posting, document, now)
        self.state = posting.state
        self.state.effects[document.issuer, document.number] = Effect(
            standing, tuple(posting.moves), tuple(posting.opened), posting.closed, posting.seized
        )
        self.entries.append(Entry(now, document, Code.POSTED))
        return Verdict(Code.POSTED, len(self.entries), tuple(sorted(set(posting.facts))))

    def effect(self, posting: Posting, document: Document, now: datetime) -> Document | None:
        """Do it; the document that stands under this identity from now on."""
        if not isinstance(document, Correction):
            check_alone(document, now)
            kinds.record(posting)
            return document
        check_alone(document, now)
        if document.replacement is not None:
            check_alone(document.replacement, now)
        former = posting.state.effects[document.issuer, document.number]
        corrections.correct(posting, former, document.replacement)
        return document.replacement

    def refuse(self, document: Document, now: datetime, code: Code) -> Verdict:
        """The same refusal of the same content, as that identity's latest, is not entered twice."""
        same = [i for i, e in enumerate(self.entries, 1) if identity(e.document) == identity(document)]
        if same:
            latest = self.entries[same[-1] - 1]
            if latest.document == document and latest.code == code:
                return Verdict(code, same[-1])
        self.entries.append(Entry(self.clock(now), document, code))
        return Verdict(code, len(self.entries))

    def expire(self, now: datetime) -> list[Verdict]:
        """Page "Expiry": the book answers for every open waybill whose deadline has passed."""
        now = self.clock(now)
        due = [
            c
            for c in self.state.consignments
            if c.kind == "waybill" and c.state == "open" and c.deadline < now
        ]
        due.sort(key=lambda c: (c.deadline, c.entry, c.part))
        return [self.post(expiry(consignment), now, "strict") for consignment in due]

    def clock(self, now: datetime) -> datetime:
        """The clock never runs backwards."""
        return max([now, *(entry.recorded for entry in self.entries[-1:])])

    def posted(self, document: Document) -> int | None:
        """The entry under which this identity was posted."""
        return next(
            (
                number
                for number, entry in enumerate(self.entries, start=1)
                if entry.code == Code.POSTED and identity(entry.document) == identity(document)
            ),
            None,
        )

    def check_identity(self, document: Document, earlier: int | None) -> None:
        """200, 201, 202, 210."""
        name = (document.issuer, document.number)
        parts = {c.name for c in self.state.consignments if c.part}
        if earlier is not None or name in parts:
            raise Refused(Code.IDENTITY_CONFLICT)
        if isinstance(document, Split):
            mine = [(document.issuer, part.number) for part in document.parts]
            used = parts | {name} | set(self.state.effects)
            if len(set(mine)) < len(mine) or used & set(mine):
                raise Refused(Code.IDENTITY_CONFLICT)
        if not isinstance(document, Correction):
            if document.version > 1:
                raise Refused(Code.NOT_FIRST_VERSION)
            return
        former = self.state.effects.get(name)
        if former is None or former.document is None or document.version != self.version(name) + 1:
            raise Refused(Code.NOTHING_TO_CORRECT)
        if document.replacement is not None and identity(document.replacement) != identity(document):
            raise Refused(Code.REPLACEMENT_MISMATCH)

    def version(self, name: tuple[str, str]) -> int:
        """The latest version posted."""
        return max(
            entry.document.version
            for entry in self.entries
            if entry.code == Code.POSTED and identity(entry.document)[:2] == name
        )

    def balance(self, at: datetime | None = None, as_known: datetime | None = None) -> Counter:
        """Quantities by (account, lot record, as a dict), outside accounts too."""
        total: Counter = Counter()
        for (account, lot), quantity in self.state.balances(at, as_known).items():
            total[account, self.state.lots[lot]] += quantity
        return Counter({key: quantity for key, quantity in total.items() if quantity})

    def knew_anything(self, as_known: datetime) -> bool:
        """Whether there was an entry by then; if not, to ask what was known is an error."""
        return bool(self.entries) and self.entries[0].recorded <= as_known

    def consignment(self, name: tuple[str, str]) -> Consignment | None:
        """The latest consignment of that name."""
        number = self.state.consignment_named(name)
        return None if number is None else self.state.consignments[number]

    def left(self, name: tuple[str, str]) -> dict[int, int]:
        """What is left of each item of a consignment."""
        return self.state.left_of(self.state.consignment_named(name))

    def findings(self) -> list[str]:
        """What must always hold of the model itself; the page's rules stand or fall by it."""
        return [*sums_that_differ(self.state), *negatives(self.state), *lefts_that_differ(self.state)]


def identity(document: Document) -> tuple[str, str, int]:
    """Page "Journal"."""
    return (document.issuer, document.number, document.version)


def expiry(consignment: Consignment) -> Answer:
    """The answer that the book writes at the deadline."""
    part = f".{consignment.part}" if consignment.part else ""
    issuer, number = consignment.name
    return Answer(
        issuer="book",
        number=f"expire:{consignment.entry}{part}",
        time=max(consignment.deadline, consignment.opened),
        consignment=DocumentRef(issuer=issuer, number=number),
        decision="expire",
    )


def sums_that_differ(state: State) -> list[str]:
    """Page "Lots": over all accounts, every lot sums to what was born."""
    sums, born = Counter(), Counter()
    for (_, lot), quantity in state.balances(None, None).items():
        sums[lot] += quantity
    for birth in state.births:
        born[birth.lot] += birth.quantity
    return [f"lot {i} sums to {sums[i]}, not {born[i]}" for i in range(len(state.lots)) if sums[i] != born[i]]


def negatives(state: State) -> list[str]:
    """Page "Lots": no account is negative at any point in event time, `unexplained` apart."""
    found, running = [], Counter()
    times = sorted({record.time for record in (*state.moves, *state.births)})
    for time in times:
        for record in (*state.moves, *state.births):
            if record.time != time:
                continue
            if isinstance(record, Birth):
                running[record.account, record.lot] += record.quantity
            else:
                running[record.giver, record.lot] -= record.quantity
                running[record.taker, record.lot] += record.quantity
        found += [
            f"{account} of lot {lot} is {quantity} at {time}"
            for (account, lot), quantity in running.items()
            if quantity < 0 and account != UNEXPLAINED
        ]
    return found


def lefts_that_differ(state: State) -> list[str]:
    """Page "Movements and layers": the layers of an account add up to its balance."""
    layers: Counter[tuple[Account, int]] = Counter()
    for number, left in state.left.items():
        layers[state.moves[number].taker, state.moves[number].lot] += left
    return [
        f"{account} of lot {lot} holds {quantity}, its layers {layers[account, lot]}"
        for (account, lot), quantity in state.balances(None, None).items()
        if not account.is_outside and layers[account, lot] != quantity
    ]
