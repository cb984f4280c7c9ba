"""What the watch says: findings, each with the facts that decided and words made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from msgspec import Struct

from sarai.goods.errors import SaraiError

MAX_DOCUMENTS = 40  # named by an alert; beyond that nobody reads on


class Unexplained(SaraiError):
    """An alert lacks what would explain it; it cannot be built."""


class Key(NamedTuple):
    """Something that findings are about: a ``lot``, a ``consignment``, a ``party``, a ``place`` ..."""

    what: str
    name: str

    def __str__(self) -> str:
        return f"{self.what} {self.name}"


class Finding(Struct, frozen=True, kw_only=True):
    """What a typology found, before it is weighed.

    Attributes
    ----------
    subject
        What it is about, once: the same typology does not speak of the same subject again.
    facts
        What decided, by the names that the typology's text uses: quantities, days, parties, thresholds.
    parties
        Identifiers of those whose goods they are, the first the one who answers for it.
    lots
        Numbers of the lots concerned.
    entries
        Entries of the journal that show it, the deciding one last.
    strength
        What share of the typology's points it is worth.
    """

    subject: str
    facts: Mapping[str, Any]
    parties: tuple[str, ...] = ()
    lots: tuple[int, ...] = ()
    consignment: str = ""
    entries: tuple[int, ...] = ()
    strength: float = 1.0


class Reason(Struct, frozen=True, kw_only=True):
    """One typology's part in a score."""

    typology: str
    points: float
    words: str
    entries: tuple[int, ...] = ()


class Alert(Struct, frozen=True, kw_only=True):
    """A finding that an officer should see, with all that speaks for it.

    Attributes
    ----------
    id
        The same for the same typology and subject, whenever and however often it is judged.
    raised
        Time of record at which the watch knew, microseconds since 1970, UTC.
    entry
        The entry that brought it about; of what time brought about, the last one before.
    score
        The points of the reasons together.
    reasons
        Its own first, then what else speaks for it, the weightiest first.
    """

    id: str
    typology: str
    version: int
    subject: str
    raised: int
    entry: int
    score: float
    words: str
    reasons: tuple[Reason, ...]
    facts: Mapping[str, Any]
    parties: tuple[str, ...] = ()
    lots: tuple[int, ...] = ()
    consignment: str = ""

    def __post_init__(self) -> None:
        lacking = [name for name in ("words", "reasons", "facts", "typology") if not getattr(self, name)]
        if not any(reason.entries for reason in self.reasons):
            lacking.append("entries")
        if lacking:
            raise Unexplained(
                f"an alert of {self.typology or 'no typology'} about {self.subject!r} has no "
                f"{', no '.join(lacking)}; let the typology give them"
            )

    @property
    def entries(self) -> tuple[int, ...]:
        """All entries that show it, in order."""
        return tuple(sorted({entry for reason in self.reasons for entry in reason.entries}))


def alert_id(typology: str, subject: str) -> str:
    """Twelve hexadecimal digits of the digest of who says it of what."""
    return sha256(f"{typology}\0{subject}".encode()).hexdigest()[:12]


def keys_of(finding: Finding) -> Iterable[Key]:
    """What a finding is about, so that others about the same are found."""
    for lot in finding.lots:
        yield Key("lot", str(lot))
    for party in finding.parties:
        yield Key("party", party)
    if finding.consignment:
        yield Key("consignment", finding.consignment)
