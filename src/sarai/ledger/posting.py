"""Posting: a document becomes an entry of the journal and its movements, or a refusal.

`Posting` is the whole book without its store: the same code records what is new, catches up with
what another process recorded, and computes the book again for `verify`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple

import msgspec
from msgspec import Struct

from sarai.goods import (
    Answer,
    AnyDocument,
    BookDamaged,
    Code,
    Correction,
    Document,
    DocumentRef,
    Refusal,
    SealEvent,
    Split,
)
from sarai.goods.canonical import canonical
from sarai.ledger.booking import Booking, Fact, Refused, Settings
from sarai.ledger.checks import check, check_text
from sarai.ledger.correction import Former, post_correction
from sarai.ledger.kinds import POST, drawn_from
from sarai.ledger.merkle import Frontier, leaf_hash
from sarai.ledger.rows import (
    COMMODITY_BITS,
    ITEM_BITS,
    Consignment,
    Entry,
    Identity,
    Movement,
    from_us,
    root_of,
    to_us,
)
from sarai.ledger.state import State
from sarai.ledger.store import Store
from sarai.ledger.underway import BOOK

DAY_US = 86_400_000_000  # clocks and time zones differ; a document may be that much ahead of the book
STRICT, OBSERVE = 0, 1
MODES = {"strict": STRICT, "observe": OBSERVE}
LEAF = Entry._fields.index("leaf")

decode = msgspec.json.Decoder(AnyDocument).decode


class Result(Struct, frozen=True):
    """What became of one input. ``entry`` is its number in the journal."""

    code: Code
    entry: int
    message: str = ""
    pointer: str = ""
    facts: tuple[Fact, ...] = ()

    @property
    def ok(self) -> bool:
        """Posted, now or before."""
        return self.code <= Code.REPEATED


def leaf_data(
    entry: int, recorded: int, mode: int, code: int, digest: bytes, pointer: str, message: str, terms: str
) -> bytes:
    """The bytes that an entry puts into the Merkle log (docs/book.md, Proof)."""
    note = sha256(f"{pointer}\0{message}".encode()).hexdigest() if code else ""
    return f"{entry}\n{recorded}\n{mode}\n{code}\n{digest.hex()}\n{note}\n{terms}\n".encode()


class Position(NamedTuple):
    """How far a book has come: its last entry, the next movement and fact, the clock, the log."""

    entry: int = 0
    movement: int = 1
    fact: int = 1
    recorded: int = 0
    editions: tuple[int, ...] = ()
    frontier: bytes = Frontier().dump()


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
        self.store = store
        self.terms = settings.digest
        self.state = State(store)
        self.frontier = Frontier.load(position.frontier)
        self.booking = Booking(self.state, settings, position.movement, position.fact, position.editions)
        self.head = position.entry
        self.recorded = self.now = position.recorded
        self.entries: list[tuple] = []

    @property
    def position(self) -> Position:
        """How far the book has come."""
        booking = self.booking
        return Position(
            self.head,
            booking.next_movement,
            booking.next_fact,
            self.recorded,
            tuple(sorted(booking.editions)),
            self.frontier.dump(),
        )

    def take_rows(self) -> dict[str, list[tuple]]:
        """The rows that are to be stored, by table; they are no longer kept here."""
        rows = {"entry": self.entries, **self.booking.take_rows()}
        rows["node"] = [tuple(node) for node in self.frontier.extend([row[LEAF] for row in self.entries])]
        self.entries = []
        return rows

    def prepare(self, documents: Sequence[Document]) -> None:
        """Read at once what a batch will ask for: identities, and the pools that it draws from."""
        state, goods = self.state, self.booking.known_goods
        state.know_identities([name for document in documents for name in _names(document)])
        pools = []
        for document in documents:
            holder = drawn_from(document)
            account = holder and state.accounts.get(holder)
            if account:
                base = account << COMMODITY_BITS
                for line in getattr(document, "lines", ()) or document.inputs:
                    known = goods.get((line.edition, line.hs[:6], line.unit))
                    if known:
                        pools.append(base | known.commodity)
        state.know_pools(pools)

    def tell_time(self, now: int) -> None:
        """Hand in the clock, in microseconds; it never runs backwards."""
        self.now = max(now, self.recorded)

    # -- documents ---------------------------------------------------------------------------

    def post(self, document: Document, mode: int, *, own: bool = False) -> Result:
        """Post a document, or refuse it; either way the journal knows. ``own``: the book wrote it."""
        body = canonical(document)
        digest = sha256(body).digest()
        booking, entry = self.booking, self.head + 1
        booking.begin(entry, to_us(document.time), observe=mode == OBSERVE)
        try:
            check_text(body)
            if not own:
                _check_issuer(document)
            repeated = self._identify(document, digest)
            if repeated:
                return Result(Code.REPEATED, repeated)
            target = self._book(document)
        except Refused as refusal:
            booking.undo()
            return self._refuse(document, refusal, mode, body, digest)
        booking.settle()
        identity = Identity(document.version, entry, target)
        self.state.identify(document.issuer, document.number, identity)
        facts = booking.own_facts()
        self._enter(document, mode, Code.POSTED, digest, body)
        return Result(Code.POSTED, entry, "", "", facts)

    def _identify(self, document: Document, digest: bytes) -> int:
        """The entry that this document repeats, or 0 if it is new; refuses what is neither."""
        issuer, number, version = document.issuer, document.number, document.version
        versions = self.state.versions(issuer, number)
        for known in versions:
            if known.version == version:
                if self._digest(known.entry) == digest:
                    return known.entry
                raise Refused(
                    Code.IDENTITY_CONFLICT,
                    f"{issuer}/{number} version {version} is in the book with other content (entry "
                    f"{known.entry}); number this one anew, or post a correction as version {version + 1}",
                    "/number",
                )
        if isinstance(document, Correction):
            self._check_correction(document, versions)
        elif version != 1:
            raise Refused(
                Code.NOT_FIRST_VERSION,
                f"version {version} must be a correction; a {_kind(document)} is version 1",
                "/version",
            )
        elif isinstance(document, Split):
            self._check_parts(document)
        return 0

    def _digest(self, entry: int) -> bytes:
        return self.entry(entry).digest

    def _check_correction(self, document: Correction, versions: tuple[Identity, ...]) -> None:
        name = f"{document.issuer}/{document.number}"
        latest = versions[-1] if versions else None
        if latest is None or latest.version != document.version - 1 or self._is_void(document, latest):
            state = f"stands at version {latest.version}" if latest else "is not in the book"
            raise Refused(
                Code.NOTHING_TO_CORRECT,
                f"{name} {state}, so version {document.version} corrects nothing that stands",
                "/version",
            )
        new = document.replacement
        if new is not None and (new.issuer, new.number, new.version) != (
            document.issuer, document.number, document.version,
        ):  # fmt: skip
            raise Refused(
                Code.REPLACEMENT_MISMATCH,
                f"the replacement must bear {name} version {document.version}, as its correction does",
                "/replacement",
            )

    def _is_void(self, document: Correction, latest: Identity) -> bool:
        """Cancelled, or no document but a split's part."""
        former = self.entry(latest.entry)
        if (former.issuer, former.number) != (document.issuer, document.number):
            return True
        return latest.version > 1 and decode(former.body).replacement is None

    def _check_parts(self, document: Split) -> None:
        seen = {document.number}
        for index, part in enumerate(document.parts):
            if part.number in seen or self.state.versions(document.issuer, part.number):
                raise Refused(
                    Code.IDENTITY_CONFLICT,
                    f"{document.issuer}/{part.number} is taken; number the part anew",
                    f"/parts/{index}/number",
                )
            seen.add(part.number)

    def _book(self, document: Document) -> int:
        """Check and book; the consignment that now goes by the document's number, or 0."""
        new = document.replacement if isinstance(document, Correction) else document
        self._check_time(document, "/time")
        if new is not document and new is not None:
            self._check_time(new, "/replacement/time")
        try:
            lines = []
            if new is not None:
                check(new)
                lines = self.booking.measure(new)
            if new is document:
                POST[type(document)](self.booking, document, lines)
            else:
                post_correction(self.booking, self._former(document), new, lines)
        except Refused as refusal:
            if new is not document and refusal.pointer:
                refusal.pointer = f"/replacement{refusal.pointer}"
            raise
        own = self.booking.entry << ITEM_BITS
        if own in self.state.consignments:
            return own
        return 0 if new is document else self.state.versions(document.issuer, document.number)[-1].target

    def _check_time(self, document: Document, pointer: str) -> None:
        if to_us(document.time) > self.now + DAY_US:
            raise Refused(
                Code.IN_THE_FUTURE,
                f"{document.time.isoformat()} is in the future (now {from_us(self.now).isoformat()})",
                pointer,
            )

    # -- what is corrected ---------------------------------------------------------------------

    def _former(self, document: Correction) -> Former:
        versions = self.state.versions(document.issuer, document.number)
        entries = [self.entry(version.entry) for version in versions]
        former = decode(entries[-1].body)
        if isinstance(former, Correction):
            former = former.replacement
        return Former(
            former,
            self._made(former, versions[-1]),
            self._about(former),
            self._standing(entries),
        )

    def _made(self, former: Document, identity: Identity) -> list:
        if isinstance(former, Split):
            parts = range(1, len(former.parts) + 1)
            return [self.state.consignment(identity.entry << ITEM_BITS | part) for part in parts]
        return [self.state.consignment(identity.target)] if identity.target else []

    def _about(self, former: Document):
        ref = None if isinstance(former, SealEvent) else getattr(former, "consignment", None)
        return self.state.consignment(self.state.versions(ref.issuer, ref.number)[-1].target) if ref else None

    def _standing(self, entries: Iterable[Entry]) -> list[Movement]:
        """Movements of all versions, less what was undone of each."""
        movements = [movement for entry in entries for movement in self.movements(entry)]
        undone: dict[int, int] = {}
        for movement in movements:
            if movement.reverses:
                undone[movement.reverses] = undone.get(movement.reverses, 0) + movement.quantity
        rest = (m._replace(quantity=m.quantity - undone.get(m.id, 0)) for m in movements if not m.reverses)
        return [movement for movement in rest if movement.quantity]

    def entry(self, number: int) -> Entry:
        """A line of the journal, stored or not yet."""
        if self.entries and number >= self.entries[0][0]:
            return Entry(*self.entries[number - self.entries[0][0]])
        return Entry(*self.store.query("SELECT * FROM entry WHERE id = ?", (number,))[0])

    def movements(self, entry: Entry) -> list[Movement]:
        """The movements of an entry, stored or not yet."""
        first, stop = entry.movement, entry.movement + entry.movements
        rows = self.booking.movements
        if rows and first >= rows[0][0]:
            return [Movement(*row) for row in rows[first - rows[0][0] : stop - rows[0][0]]]
        found = self.store.query("SELECT * FROM movement WHERE id >= ? AND id < ? ORDER BY id", (first, stop))
        return [Movement(*row) for row in found]

    # -- the journal -----------------------------------------------------------------------------

    def _refuse(self, document: Document, why: Refused, mode: int, body: bytes, digest: bytes) -> Result:
        key = (document.issuer, document.number, document.version)
        known = self.state.refusal(key)
        if known:
            former = self.entry(known)
            if former.code == why.code and former.digest == digest:
                return Result(why.code, known, why.message, why.pointer)
        self.state.refuse(key, self.head + 1)
        self._enter(document, mode, why.code, digest, body, why.pointer, why.message)
        return Result(why.code, self.head, why.message, why.pointer)

    def refuse(self, refusal: Refusal) -> Result:
        """Keep what a reader could not make a document of."""
        self.booking.begin(self.head + 1, 0, observe=False)
        digest = sha256(refusal.raw).digest()
        key = ("", f"{digest.hex()}:{refusal.source}:{refusal.position}", 0)
        known = self.state.refusal(key)
        if known and self.entry(known).code == refusal.code:
            return Result(refusal.code, known, refusal.message, refusal.pointer)
        self.state.refuse(key, self.head + 1)
        pointer, message = _printable(refusal.pointer), _printable(refusal.message)
        self._append(STRICT, refusal.code, ("", *key), digest, refusal.raw, pointer, message)
        return Result(refusal.code, self.head, message, pointer)

    def _enter(
        self, document: Document, mode: int, code: int, digest: bytes, body: bytes,
        pointer: str = "", message: str = "",
    ) -> None:  # fmt: skip
        name = (_kind(document), _printable(document.issuer), _printable(document.number), document.version)
        self._append(mode, code, name, digest, body, pointer, message)

    def _append(
        self, mode: int, code: int, name: tuple[str, str, str, int], digest: bytes, body: bytes,
        pointer: str, message: str,
    ) -> None:  # fmt: skip
        self.head += 1
        self.recorded = self.now
        movements = self.booking.count_own()
        first = self.booking.next_movement - movements
        code = int(code)
        data = leaf_data(self.head, self.now, mode, code, digest, pointer, message, self.terms)
        self.entries.append(
            (
                self.head,
                self.now,
                mode,
                code,
                *name,
                first,
                movements,
                digest,
                leaf_hash(data),
                body,
                pointer,
                message,
            )
        )

    # -- the clock -------------------------------------------------------------------------------

    def expire(self) -> list[Result]:
        """Write the expiry of every open waybill whose deadline has passed."""
        return [self.post(_expiry(late), STRICT, own=True) for late in self.state.overdue(self.now)]

    # -- once more -------------------------------------------------------------------------------

    def replay(self, entry: Entry) -> None:
        """Do again what the journal says was done; BookDamaged if something else comes of it."""
        self.tell_time(entry.recorded)
        if entry.kind:
            document = decode(entry.body)
            result = self.post(document, entry.mode, own=document.issuer == BOOK and not entry.code)
        else:
            source, position = entry.number.split(":", 1)[1].rsplit(":", 1)
            result = self.refuse(
                Refusal(
                    code=Code(entry.code),
                    message=entry.message,
                    pointer=entry.pointer,
                    source=source,
                    position=int(position),
                    raw=entry.body,
                )
            )
        if (result.entry, result.code) != (entry.id, entry.code):
            raise BookDamaged(
                f"entry {entry.id} has code {entry.code}, but comes out as {result.code:d} "
                f"({result.message or 'posted'}); run sarai verify"
            )


def _names(document: Document) -> Iterator[tuple[str, str]]:
    yield document.issuer, document.number
    ref = getattr(document, "consignment", None)
    if ref is not None:
        yield ref.issuer, ref.number


def _check_issuer(document: Document) -> None:
    if document.issuer == BOOK:
        raise Refused(Code.NOT_ENTITLED, f"the issuer {BOOK} is the book itself; give your own", "/issuer")


def _expiry(consignment: Consignment) -> Answer:
    entry, part = root_of(consignment.id)
    return Answer(
        issuer=BOOK,
        number=f"expire:{entry}.{part}" if part else f"expire:{entry}",
        time=from_us(max(consignment.deadline, consignment.time)),
        consignment=DocumentRef(issuer=consignment.issuer, number=consignment.number),
        decision="expire",
    )


def _printable(text: str) -> str:
    """Text that any database takes."""
    return text.replace("\0", "\ufffd")


def _kind(document: Document) -> str:
    return document.__struct_config__.tag
