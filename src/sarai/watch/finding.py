"""What the watch says: findings, each with the facts that decided and words made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from msgspec import Struct

from sarai.goods.errors import SaraiError
from sarai.watch.phrases import ENGLISH, Phrase, Say, said

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
    """One typology's part in a score.

    Attributes
    ----------
    words
        What was found, in English.
    text, facts
        Of what these are made, for other languages; the facts of an alert's own reason are the alert's.
        Without a text there is only the English.
    """

    typology: str
    points: float
    words: str
    entries: tuple[int, ...] = ()
    text: str = ""
    facts: Mapping[str, Any] = {}


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


def sentence(alert: Alert, reason: Reason | None = None) -> Phrase:
    """What an alert says, or one of its reasons, to be said in any language."""
    said = reason or alert.reasons[0]
    if not said.text:
        return Phrase(reason.words if reason else alert.words)
    return Phrase(said.text, said.facts or alert.facts)


class Told(NamedTuple):
    """An alert in one language: what it says, and each of its reasons."""

    sentence: str
    reasons: tuple[str, ...]


def told(alert: Alert, say: Say = ENGLISH) -> Told:
    """Tell an alert; what was kept before alerts could be told otherwise stays English."""
    if say is ENGLISH:
        return Told(alert.words, tuple(reason.words for reason in alert.reasons))
    reasons = tuple(said(sentence(alert, reason), say) for reason in alert.reasons)
    return Told(said(sentence(alert), say), reasons)


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
