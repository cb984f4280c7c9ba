"""Documents against the lists: who is named in them, in which role, and which goods are controlled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from msgspec import Struct

from sarai.goods import BadSetting, Correction, Document, Export, Import, Party, Transit, Waybill
from sarai.reference import countries
from sarai.screening.controls import ControlHit, Controls
from sarai.screening.numbers import tax_number
from sarai.screening.screener import Answer, Screener, ScreenHit
from sarai.screening.subject import Subject
from sarai.screening.vessels import vessel

REMEMBERED = 50_000  # parties; some 50 MB, and more than most states have in a month of trade


class Named(Struct, frozen=True, kw_only=True):
    """Somebody whom a document names, or the ship that it names.

    Attributes
    ----------
    roles
        The fields of the document that name it, such as ``importer`` and ``declarant``.
    id
        The party's; of a ship, what stands for the vehicle.
    subject
        Who is asked about; None if there is neither a name nor a number to ask by.
    """

    roles: tuple[str, ...]
    id: str
    subject: Subject | None


class PartyAnswer(Struct, frozen=True, kw_only=True):
    """What the lists say of somebody named. ``answer`` is None if there was nothing to ask by."""

    named: Named
    answer: Answer | None

    @property
    def open(self) -> tuple[ScreenHit, ...]:
        """The hits that an officer still has to look at, or has confirmed."""
        return self.answer.open if self.answer else ()


class LineAnswer(Struct, frozen=True, kw_only=True):
    """A goods line that control lists name."""

    item: int
    hits: tuple[ControlHit, ...]


class DocumentAnswer(Struct, frozen=True, kw_only=True):
    """What the lists say of a document: of everybody in it, and of those of its lines that are controlled."""

    issuer: str
    number: str
    version: int
    parties: tuple[PartyAnswer, ...]
    lines: tuple[LineAnswer, ...]

    @property
    def open(self) -> tuple[PartyAnswer, ...]:
        """The parties of whom a hit is open."""
        return tuple(party for party in self.parties if party.open)


# -- who is named ----------------------------------------------------------------------------------


def subjects(document: Document) -> list[Named]:
    """Everybody whom a document names, once, with all the roles; of a correction, what it puts in place.

    >>> from sarai.goods import DocumentRef, Diversion
    >>> to = Party(id="RU-7707083893", name="Example OOO", country="RU")
    >>> at = datetime.fromisoformat("2026-03-02T09:15:00+05:00")
    >>> was = DocumentRef(issuer="KZ-57000", number="T-1")
    >>> papers = Diversion(issuer="KZ", number="1", time=at, consignment=was, destination="X", consignee=to)
    >>> [(each.roles, each.subject.name, each.subject.facts()["identifiers"]) for each in subjects(papers)]
    [(('consignee',), 'Example OOO', ('inn:7707083893',))]
    """
    found: dict[tuple[str, Subject | None], dict[str, None]] = {}
    for role, id, subject in _mentions(_effective(document)):
        found.setdefault((id, subject), {})[role] = None
    return [Named(roles=tuple(roles), id=id, subject=subject) for (id, subject), roles in found.items()]


def _effective(document: Document) -> Document | None:
    return document.replacement if isinstance(document, Correction) else document


def _mentions(document: Document | None) -> Iterator[tuple[str, str, Subject | None]]:
    for field in document.__struct_fields__ if document else ():
        value = getattr(document, field)
        if isinstance(value, Party):
            yield field, value.id, subject_of(value)
        elif field == "parts":
            named = (part.consignee for part in value if part.consignee)
            yield from (("consignee", each.id, subject_of(each)) for each in named)
        elif field == "vehicle" and (ship := vessel(value)):
            yield field, value, ship


def subject_of(party: Party) -> Subject | None:
    """Who is asked about for a party; None if it has neither a name nor a number to ask by."""
    number = tax_number(party.id, party.country)
    try:
        return Subject(
            name=party.name,
            identifiers=(number,) if number else (),
            countries=tuple(filter(None, [_known(party.country)])),
            subject=party.id,
        )
    except BadSetting:  # without letters or digits in its name, and no number: nothing to ask by
        return None


def _known(country: str) -> str:
    """The country, if it is one; XX and ZZ are none."""
    return country if country and countries.exists(country) and countries.country(country).numeric else ""


# -- what the lists say ----------------------------------------------------------------------------


class DocumentScreener:
    """Screens documents; a party that was asked about is not asked again.

    Since a screener has one version of each list, so has this: with new lists, make a new one. What
    officers have decided in the meantime counts at once.

    Parameters
    ----------
    screener
        The lists of parties. With a log, each party is recorded once, not each document.
    controls
        The lists of goods; None, and lines are not looked at.

    Attributes
    ----------
    asked
        How many parties were asked about.
    """

    def __init__(self, screener: Screener, controls: Controls | None = None) -> None:
        self.screener, self.controls = screener, controls
        self.asked = 0
        self._answers: dict[Subject, Answer] = {}

    def screen(self, documents: Iterable[Document], now: datetime) -> list[DocumentAnswer]:
        """Screen documents, in order; those who are new among their parties are recorded together."""
        together = [(document, subjects(document)) for document in documents]
        self._ask((each.subject for _, named in together for each in named if each.subject), now)
        return [
            DocumentAnswer(
                issuer=document.issuer, number=document.number, version=document.version,
                parties=tuple(PartyAnswer(named=each, answer=self._answer(each)) for each in named),
                lines=tuple(_controlled(document, self.controls)),
            )
            for document, named in together
        ]  # fmt: skip

    def _ask(self, asked: Iterable[Subject], now: datetime) -> None:
        while len(self._answers) > REMEMBERED:
            del self._answers[next(iter(self._answers))]
        new = [each for each in dict.fromkeys(asked) if each not in self._answers]
        if new:
            self._answers.update(zip(new, self.screener.screen(new, now), strict=True))
            self.asked += len(new)

    def _answer(self, named: Named) -> Answer | None:
        if named.subject is None:
            return None
        return self.screener.recall(named.subject, self._answers[named.subject])


def screen_document(
    screener: Screener, controls: Controls | None, document: Document, now: datetime
) -> DocumentAnswer:
    """Screen one document; for several, a `DocumentScreener` asks about each party once."""
    (found,) = DocumentScreener(screener, controls).screen([document], now)
    return found


# -- goods -------------------------------------------------------------------------------------------


def _controlled(document: Document, controls: Controls | None) -> Iterator[LineAnswer]:
    sent = _effective(document)
    if controls is None or not isinstance(sent, Import | Export | Transit | Waybill):
        return  # goods that stay where they are go to nobody
    destination, end_user = _where_to(sent)
    for line in sent.lines:
        hits = controls.check(line.hs, line.edition, destination, sent.time.date(), end_user)
        if hits:
            yield LineAnswer(item=line.item, hits=tuple(hits))


def _where_to(document: Import | Export | Transit | Waybill) -> tuple[str, str]:
    """The country in which the goods end as far as the document says, and by name who gets them."""
    to = document.importer if isinstance(document, Import) else document.consignee
    stated: Mapping[type, str] = {Export: "country", Transit: "destination_country"}
    country = getattr(document, stated.get(type(document), ""), "") or (to.country if to else "")
    return country if countries.exists(country) else "", to.name if to else ""
