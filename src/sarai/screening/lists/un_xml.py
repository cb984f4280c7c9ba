"""The consolidated list of the United Nations Security Council, as XML.

Layout: UN Security Council, https://www.un.org/sc/resources/sc-sanctions.xsd.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sarai.reference.countries import by_name
from sarai.screening.listed import Identifier, IdentifierKind, Kind, ListedEntity, Publication, Strength
from sarai.screening.lists.dates import iso_date, iso_dates
from sarai.screening.lists.draft import Draft
from sarai.screening.lists.identifiers import identifiers
from sarai.screening.lists.places import countries_in
from sarai.screening.lists.printed import printed_names
from sarai.screening.lists.reading import ListError, Reader, clean
from sarai.screening.lists.streamed import AGAIN, below, elements, said

if TYPE_CHECKING:
    from lxml.etree import _Element

PUBLISHER = "United Nations Security Council"
ROOT = "CONSOLIDATED_LIST"
KINDS = {"INDIVIDUAL": Kind.PERSON, "ENTITY": Kind.ORGANISATION}
NAMES = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
STRENGTHS = {"low": Strength.WEAK, "f.k.a.": Strength.FORMER}
PLACE = ("STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE")


def _takes(path: Path, head: bytes) -> bool:
    return f"<{ROOT}".encode() in head and b"dateGenerated=" in head


def _read(paths: Sequence[Path]) -> list[Publication]:
    return [_publication(path) for path in paths]


READER = Reader("un-xml", "UN Security Council consolidated list, as XML", _takes, _read)


def _publication(path: Path) -> Publication:
    entities: list[ListedEntity] = []
    published = ""
    for tag, element in elements(path, ROOT, KINDS):
        published = published or iso_date(element.getroottree().getroot().get("dateGenerated", ""))
        entities.append(_entity(path, tag, element))
    if not entities:
        raise ListError(f"{path} names nobody; {AGAIN}")
    return Publication(
        list="un", publisher=PUBLISHER, published=published, entities=tuple(entities), sources=(path.name,)
    )


def _entity(path: Path, tag: str, element: _Element) -> ListedEntity:
    number, name = (
        said(element, "REFERENCE_NUMBER"),
        " ".join(filter(None, (said(element, part) for part in NAMES))),
    )
    if not number or not name:
        raise ListError(
            f"{path}, line {element.sourceline}: {tag} without a reference number or a name; {AGAIN}"
        )
    draft = Draft(kind=KINDS[tag], gender=said(element, "GENDER").lower())
    person = draft.kind is Kind.PERSON
    draft.names += printed_names(name, person=person)
    draft.name(said(element, "NAME_ORIGINAL_SCRIPT"), Strength.STRONG)
    for alias in below(element, f"{tag}_ALIAS"):
        _add_alias(draft, alias)
    draft.programmes.append(said(element, "UN_LIST_TYPE"))
    draft.listed.append(iso_date(said(element, "LISTED_ON")))
    draft.positions += (each.text or "" for each in below(element, "DESIGNATION/VALUE"))
    draft.remarks.append(said(element, "COMMENTS1"))
    _add_places(draft, tag, element)
    draft.births += _births(element)
    for document in below(element, f"{tag}_DOCUMENT"):
        draft.identifiers += _documents(document)
    return draft.entity(f"un-{number}")


def _add_alias(draft: Draft, alias: _Element) -> None:
    """Aliases of individuals are good or low in quality; those of entities are known as, or were."""
    strength = STRENGTHS.get(said(alias, "QUALITY").lower(), Strength.STRONG)
    draft.names += printed_names(said(alias, "ALIAS_NAME"), strength, person=draft.kind is Kind.PERSON)
    draft.births += iso_dates(said(alias, "DATE_OF_BIRTH"))


def _add_places(draft: Draft, tag: str, element: _Element) -> None:
    for nationality in below(element, "NATIONALITY/VALUE"):
        draft.countries += countries_in(nationality.text or "")
    for address in below(element, f"{tag}_ADDRESS"):
        text, country = _place(address, "NOTE"), by_name(said(address, "COUNTRY"))
        if any(said(address, part) for part in PLACE):
            draft.address(text, country)
        elif country:
            draft.countries.append(country)
    draft.birthplaces += (_place(place) for place in below(element, f"{tag}_PLACE_OF_BIRTH"))


def _place(element: _Element, note: str = "") -> str:
    parts = [said(element, part) for part in (*PLACE, "COUNTRY")]
    remark = said(element, note) if note else ""
    return ", ".join(filter(None, parts)) + (f" ({remark})" if remark else "")


def _births(element: _Element) -> Iterator[str]:
    for birth in below(element, "INDIVIDUAL_DATE_OF_BIRTH"):
        since, until = said(birth, "FROM_YEAR"), said(birth, "TO_YEAR")
        text = f"{since} to {until}" if since and until else said(birth, "DATE") or said(birth, "YEAR")
        yield from iso_dates(text or said(birth, "NOTE"))


def _documents(document: _Element) -> Iterator[Identifier]:
    named = clean(f"{said(document, 'TYPE_OF_DOCUMENT')} {said(document, 'TYPE_OF_DOCUMENT2')}").lower()
    passport = any(word in named for word in ("passport", "passeport", "pasaporte"))
    kind = IdentifierKind.PASSPORT if passport else IdentifierKind.NATIONAL
    country = by_name(said(document, "ISSUING_COUNTRY")) or by_name(said(document, "COUNTRY_OF_ISSUE"))
    for each in identifiers(said(document, "NUMBER"), kind, person=True):
        yield Identifier(each.kind, each.value, each.country or country)
