"""What a typology looks at: one entry of the book, or the passing of a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from sarai.goods import (
    Consumption,
    Correction,
    Document,
    Export,
    Import,
    Line,
    Party,
    Processing,
    Seizure,
    StockCount,
    Transit,
    Waybill,
)
from sarai.ledger.feed import AccountName, Posted
from sarai.ledger.rows import ITEM_BITS, Movement, to_us
from sarai.ledger.verdict import Fact

DUE = "due"  # the kind of what time brings about
REFUSED = "refused"
HOUR_US, DAY_US = 3_600_000_000, 86_400_000_000


class Seen(Struct, frozen=True, eq=False):
    """One thing that happened; each is itself alone, so that what follows from it can be kept beside it.

    Attributes
    ----------
    kind
        That of the document (of a correction, of what it puts in place, or ``correction`` if that is
        nothing), ``refused``, or ``due``.
    entry
        Of the journal; of what time brought about, the last one before.
    recorded, time
        When the book knew, and when it happened: microseconds since 1970, UTC.
    former
        Whether the document replaces a version that was there before.
    reference
        Of what is due: what for.
    """

    kind: str
    entry: int
    recorded: int
    time: int
    document: Document | None
    facts: Sequence[Fact]
    movements: Sequence[Movement]
    accounts: Mapping[int, AccountName]
    former: bool = False
    reference: str = ""

    @property
    def name(self) -> str:
        """How people name the document."""
        return name_of(self.document) if self.document is not None else self.reference

    @property
    def lines(self) -> Sequence[Line]:
        """The goods items; of processing, the inputs."""
        document = self.document
        return getattr(document, "lines", None) or getattr(document, "inputs", ())

    def lot(self, item: int) -> int:
        """The number of the lot that an item of this document bears, if it bears one."""
        return self.entry << ITEM_BITS | item

    def taken(self) -> Iterator[tuple[Movement, AccountName, AccountName]]:
        """The movements that undo nothing, with who gave and who took."""
        for movement in self.movements:
            if not movement.reverses:
                yield movement, self.accounts[movement.giver], self.accounts[movement.taker]


def name_of(document: Document) -> str:
    """Issuer and number."""
    return f"{document.issuer}/{document.number}"


def seen(posted: Posted, accounts: Mapping[int, AccountName]) -> Seen:
    """What typologies see of an entry."""
    document, former = posted.document, False
    if isinstance(document, Correction):
        former, document = True, document.replacement or document
    kind = document.__struct_config__.tag if document is not None and not posted.code else REFUSED
    time = to_us(document.time) if document is not None else posted.recorded
    return Seen(
        kind, posted.entry, posted.recorded, time, document, posted.facts, posted.movements, accounts, former
    )


OWNER = {
    Import: "importer",
    Export: "exporter",
    Transit: "principal",
    Waybill: "consignor",
    Processing: "processor",
    Consumption: "holder",
    StockCount: "holder",
    Seizure: "holder",
}


def owner(document: Document | None) -> Party | None:
    """Whose goods a document is about; of a transit the consignee, for whom the principal only answers."""
    if isinstance(document, Transit) and document.consignee is not None:
        return document.consignee
    role = OWNER.get(type(document))
    return getattr(document, role) if role else None


def country_of(place: str) -> str:
    """The country of a place by its UN/LOCODE; empty if it is none.

    >>> country_of("RUOMS"), country_of("Warehouse 4")
    ('RU', '')
    """
    return place[:2] if len(place) == 5 and place.isascii() and place[:2].isupper() else ""
