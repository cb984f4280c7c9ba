"""Posting: a document becomes an entry of the journal and its movements, or a refusal.

`Posting` is the whole book without its store: the same code records what is new, catches up with
what another process recorded, and computes the book again for `verify`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256

from msgspec import DecodeError

from sarai.goods import (
    Answer,
    BookDamaged,
    Code,
    Correction,
    Document,
    DocumentRef,
    FactCode,
    Refusal,
    canonical,
)
from sarai.ledger.booking import Booking
from sarai.ledger.checks import check, check_text
from sarai.ledger.correction import former_of, post_correction
from sarai.ledger.journal import MODE_NAMES, Journal, Name, Position, Reason, decode
from sarai.ledger.kinds import POST, drawn_from
from sarai.ledger.measuring import Measured, identify, measure
from sarai.ledger.numbering import check_issuer, find_repeat
from sarai.ledger.rows import COMMODITY_BITS, ITEM_BITS, Consignment, Entry, Identity, from_us, root_of, to_us
from sarai.ledger.settings import Settings
from sarai.ledger.state import State, Wanted
from sarai.ledger.store import Store
from sarai.ledger.underway import BOOK
from sarai.ledger.verdict import Refused, Result
from sarai.reference.units import UnknownUnit

DAY_US = 86_400_000_000  # clocks and time zones differ; a document may be that much ahead of the book
STRICT, OBSERVE = 0, 1
MODES = {name: number for number, name in MODE_NAMES.items()}
POSTED = Reason()


class Posting:
    """Journal and ledger in memory, with the rows that are still to be stored.

    Parameters
    ----------
    store
        Where projections are read from.
    settings
        The book's.
    position
        Where the projections of the store stand.
    """

    def __init__(self, store: Store, settings: Settings, position: Position) -> None:
        self.state = State(store)
        self.journal = Journal(store, settings.digest, position)
        self.booking = Booking(self.state, settings, position.movement, position.fact, position.editions)

    @property
    def position(self) -> Position:
        """How far the book has come."""
        booking, journal = self.booking, self.journal
        return Position(
            journal.head,
            booking.next_movement,
            booking.next_fact,
            journal.recorded,
            tuple(sorted(booking.editions)),
            journal.tree().dump(),
        )

    def take_rows(self) -> dict[str, list[tuple]]:
        """The rows that are to be stored, by table; they are no longer kept here."""
        return self.journal.take_rows() | self.booking.take_rows()

    # -- documents ---------------------------------------------------------------------------

    def wanted(self, documents: Sequence[Document]) -> Wanted:
        """What a batch will ask for and is not at hand: identities, and the pools that it draws from."""
        names = [name for document in documents for name in _names(document)]
        return self.state.wanted(
            [name for name in names if "\0" not in name[0] + name[1]],
            [pool for document in documents for pool in self._pools(document)],
        )

    def _pools(self, document: Document) -> Iterator[int]:
        holder = drawn_from(document)
        account = holder and self.state.accounts.get(holder)
        if not account:
            return
        base = account << COMMODITY_BITS
        for line in getattr(document, "lines", ()) or document.inputs:
            try:
                yield base | identify(line.edition, line.hs[:6], line.unit).commodity
            except UnknownUnit:
                return  # the document will be refused

    def post(self, document: Document, mode: int, *, own: bool = False) -> Result:
        """Post a document, or refuse it; either way the journal knows. ``own``: the book wrote it."""
        body = canonical(document)
        digest = sha256(body).digest()
        booking, entry = self.booking, self.journal.head + 1
        booking.begin(entry, to_us(document.time), observe=mode == OBSERVE)
        try:
            check_text(document, body)
            if not own:
                check_issuer(document)
            repeated = find_repeat(self.state, self.journal, document, digest)
            if repeated:
                return Result(Code.REPEATED, repeated)
            target = self._book(document)
        except Refused as why:
            booking.undo()
            reason = Reason(int(why.code), why.pointer, why.message)
            return self._refuse(_name(document), mode, reason, digest, body)
        booking.settle()
        self.state.identify(document.issuer, document.number, Identity(document.version, entry, target))
        self.journal.enter(_name(document), mode, POSTED, booking.own_movements(), digest, body)
        return Result(Code.POSTED, entry, "", "", booking.own_facts())

    def _book(self, document: Document) -> int:
        """Check and book; the consignment that now goes by the document's number, or 0."""
        if isinstance(document, Correction):
            self._correct(document)
        else:
            lines = self._checked(document)
            POST[type(document)](self.booking, document, lines)
        own = self.booking.entry << ITEM_BITS
        if own in self.state.consignments:
            return own
        versions = self.state.versions(document.issuer, document.number)
        return versions[-1].target if versions else 0

    def _correct(self, document: Correction) -> None:
        new = document.replacement
        self._check_time(document)
        try:
            lines = [] if new is None else self._checked(new)
            former = former_of(self.state, self.journal, self.booking, document)
            post_correction(self.booking, former, new, lines)
        except Refused as why:
            if why.pointer:
                why.pointer = f"/replacement{why.pointer}"
            raise

    def _checked(self, document: Document) -> list[Measured]:
        """The lines of a document that does not contradict itself."""
        self._check_time(document)
        check(document)
        lines = measure(document)
        for measured in lines:
            if not measured.goods.known:
                line = measured.line
                detail = f"{line.hs[:6]} is not in {line.edition}"
                self.booking.note(line.item, FactCode.UNKNOWN_HS, 0, detail)
        return lines

    def _check_time(self, document: Document) -> None:
        now = self.journal.now
        if to_us(document.time) > now + DAY_US:
            message = f"{document.time.isoformat()} is in the future (now {from_us(now).isoformat()})"
            raise Refused(Code.IN_THE_FUTURE, message, "/time")

    # -- refusals --------------------------------------------------------------------------------

    def refuse(self, refusal: Refusal) -> Result:
        """Keep what a reader could not make a document of."""
        digest = sha256(refusal.raw).digest()
        name = Name("", "", f"{digest.hex()}:{refusal.source}:{refusal.position}", 0)
        reason = Reason(int(refusal.code), refusal.pointer, refusal.message)
        return self._refuse(name, STRICT, reason, digest, refusal.raw)

    def _refuse(self, name: Name, mode: int, reason: Reason, digest: bytes, body: bytes) -> Result:
        """Enter a refusal, unless it is the latest of that input already."""
        name = name._replace(issuer=_printable(name.issuer), number=_printable(name.number))
        reason = reason._replace(pointer=_printable(reason.pointer), message=_printable(reason.message))
        key = (name.issuer, name.number, name.version)
        number = self.state.refusal(key)
        former = self.journal.entry(number) if number else None
        if former is None or (former.code, former.digest) != (reason.code, digest):
            movements = (self.booking.next_movement, 0)
            number = self.journal.enter(name, mode, reason, movements, digest, body)
            self.state.refuse(key, number)
        return Result(Code(reason.code), number, reason.message, reason.pointer)

    # -- the clock -------------------------------------------------------------------------------

    def expire(self) -> list[Result]:
        """Write the expiry of every open waybill whose deadline has passed."""
        return [self.post(_expiry(late), STRICT, own=True) for late in self.state.overdue(self.journal.now)]

    # -- once more -------------------------------------------------------------------------------

    def replay(self, entry: Entry) -> None:
        """Do again what the journal says was done; BookDamaged if something else comes of it."""
        self.journal.tell_time(entry.recorded)
        if entry.kind:
            try:
                document = decode(entry.body)
            except DecodeError as fault:
                raise BookDamaged(f"entry {entry.id} holds no document: {fault}; run sarai verify") from fault
            result = self.post(document, entry.mode, own=document.issuer == BOOK and not entry.code)
        else:
            result = self.refuse(_refusal(entry))
        if (result.entry, result.code) != (entry.id, entry.code):
            raise BookDamaged(
                f"entry {entry.id} has code {entry.code}, but comes out as {result.code:d} "
                f"({result.message or 'posted'}); run sarai verify"
            )


def _refusal(entry: Entry) -> Refusal:
    try:
        source, position = entry.number.split(":", 1)[1].rsplit(":", 1)
        return Refusal(
            code=Code(entry.code),
            message=entry.message,
            pointer=entry.pointer,
            source=source,
            position=int(position),
            raw=entry.body,
        )
    except (ValueError, IndexError) as fault:
        raise BookDamaged(f"entry {entry.id} is no refusal that the book wrote: {fault}") from fault


def _expiry(consignment: Consignment) -> Answer:
    entry, part = root_of(consignment.id)
    return Answer(
        issuer=BOOK,
        number=f"expire:{entry}.{part}" if part else f"expire:{entry}",
        time=from_us(max(consignment.deadline, consignment.time)),
        consignment=DocumentRef(issuer=consignment.issuer, number=consignment.number),
        decision="expire",
    )


def _names(document: Document) -> Iterator[tuple[str, str]]:
    yield document.issuer, document.number
    ref = getattr(document, "consignment", None)
    if ref is not None:
        yield ref.issuer, ref.number
    for lot in getattr(document, "lots", ()):
        yield lot.issuer, lot.number


def _name(document: Document) -> Name:
    return Name(document.__struct_config__.tag, document.issuer, document.number, document.version)


def _printable(text: str) -> str:
    """Text that any database takes."""
    return text.replace("\0", "\ufffd")
