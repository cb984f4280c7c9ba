"""The EU's consolidated Financial Sanctions File, as XML 1.1.

What the file says is in attributes; ``00`` is a country that is not known.
Layout: European Commission, schema of http://eu.europa.ec/fpi/fsd/export.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sarai.reference.countries import by_name, exists
from sarai.screening.listed import Identifier, IdentifierKind, Kind, ListedEntity, Publication, Strength
from sarai.screening.lists.dates import iso_date, iso_dates
from sarai.screening.lists.draft import Draft
from sarai.screening.lists.identifiers import identifiers
from sarai.screening.lists.reading import ListError, Reader, clean
from sarai.screening.lists.streamed import AGAIN, below, elements, said

if TYPE_CHECKING:
    from lxml.etree import _Element

PUBLISHER = "European Union"
KINDS = {"person": Kind.PERSON, "P": Kind.PERSON, "enterprise": Kind.ORGANISATION, "E": Kind.ORGANISATION}
GENDERS = {"M": "male", "F": "female"}
IDENTIFIERS = {
    "passport": IdentifierKind.PASSPORT,
    "id": IdentifierKind.NATIONAL,
    "ssn": IdentifierKind.NATIONAL,
    "nationcert": IdentifierKind.NATIONAL,
    "travelcardid": IdentifierKind.NATIONAL,
    "electionid": IdentifierKind.NATIONAL,
    "residentperm": IdentifierKind.NATIONAL,
    "NRN": IdentifierKind.NATIONAL,
    "fiscalcode": IdentifierKind.TAX,
    "tradelic": IdentifierKind.REGISTRATION,
    "regnumber": IdentifierKind.REGISTRATION,
    "imo": IdentifierKind.IMO,
}
PLACE = ("street", "poBox", "zipCode", "place", "city", "region")


def _takes(path: Path, head: bytes) -> bool:
    return b"<export" in head and b"generationDate=" in head and b"fpi/fsd/export" in head


def _read(paths: Sequence[Path]) -> list[Publication]:
    return [_publication(path) for path in paths]


READER = Reader("eu-fsf", "The EU's Financial Sanctions File, as XML", _takes, _read)


def _publication(path: Path) -> Publication:
    entities: list[ListedEntity] = []
    published = ""
    for _, element in elements(path, "export", {"sanctionEntity"}):
        published = published or iso_date(element.getroottree().getroot().get("generationDate", ""))
        entities.append(_entity(path, element))
    if not entities:
        raise ListError(f"{path} names nobody; {AGAIN}")
    return Publication(
        list="eu-fsf",
        publisher=PUBLISHER,
        published=published,
        entities=tuple(entities),
        sources=(path.name,),
    )


def _entity(path: Path, element: _Element) -> ListedEntity:
    number = element.get("euReferenceNumber") or element.get("logicalId")
    draft = Draft(kind=_kind(element))
    _add_names(draft, element)
    if not number or not draft.names:
        what = f"sanctionEntity {number or 'without a number'} has no {'name' if number else 'logicalId'}"
        raise ListError(f"{path}, line {element.sourceline}: {what}; {AGAIN}")
    draft.listed.append(iso_date(element.get("designationDate", "")))
    draft.programmes += (regulation.get("programme", "") for regulation in below(element, "regulation"))
    draft.remarks += [said(element, "remark"), element.get("designationDetails", "")]
    _add_births(draft, element)
    _add_places(draft, element)
    for document in below(element, "identification"):
        draft.identifiers += _documents(document, draft)
    return draft.entity(f"eu-fsf-{number}")


def _kind(element: _Element) -> Kind:
    for subject in below(element, "subjectType"):
        return KINDS.get(
            subject.get("code", ""), KINDS.get(subject.get("classificationCode", ""), Kind.OTHER)
        )
    return Kind.OTHER


def _add_names(draft: Draft, element: _Element) -> None:
    """The first strong name is the primary one: the file marks none as such."""
    for alias in below(element, "nameAlias"):
        parts = (alias.get(part, "") for part in ("firstName", "middleName", "lastName"))
        text = alias.get("wholeName") or " ".join(filter(None, parts))
        weak = alias.get("strong") == "false" or "low quality" in said(alias, "remark").lower()
        first = not any(name.strength is Strength.PRIMARY for name in draft.names)
        draft.name(text, Strength.WEAK if weak else Strength.PRIMARY if first else Strength.STRONG)
        draft.gender = draft.gender or GENDERS.get(alias.get("gender", ""), "")
        draft.positions += [alias.get("function", ""), alias.get("title", "")]


def _add_births(draft: Draft, element: _Element) -> None:
    for birth in below(element, "birthdate"):
        year, month, day = (birth.get(part, "") for part in ("year", "monthOfYear", "dayOfMonth"))
        since, until = birth.get("yearRangeFrom", ""), birth.get("yearRangeTo", "")
        text = birth.get("birthdate") or f"{day or 'dd'}/{month or 'mm'}/{year}"
        draft.births += iso_dates(f"{since} to {until}" if since and until else text)
        draft.birthplaces.append(_line(birth))


def _add_places(draft: Draft, element: _Element) -> None:
    draft.countries += (_country(each) for each in below(element, "citizenship"))
    for address in below(element, "address"):
        country = _country(address)
        if text := ", ".join(filter(None, (clean(address.get(part, "")) for part in PLACE))):
            draft.address(", ".join(filter(None, (text, _country_name(address)))), country)
        elif country:
            draft.countries.append(country)


def _documents(document: _Element, draft: Draft) -> list[Identifier]:
    code, country = document.get("identificationTypeCode", ""), _country(document)
    number = clean(document.get("number") or document.get("latinNumber"))
    if code == "swiftbic":
        return [Identifier(IdentifierKind.SWIFT, number.replace(" ", ""), country)]
    kind = IDENTIFIERS.get(code, IdentifierKind.OTHER)
    found = identifiers(number, kind, country, person=draft.kind is Kind.PERSON)
    return [Identifier(each.kind, each.value, each.country or country) for each in found]


def _line(place: _Element) -> str:
    return ", ".join(filter(None, [*(clean(place.get(part, "")) for part in PLACE), _country_name(place)]))


def _country_name(place: _Element) -> str:
    name = clean(place.get("countryDescription", ""))
    return "" if name == "UNKNOWN" else name


def _country(place: _Element) -> str:
    code = place.get("countryIso2Code", "")
    return code if exists(code) else by_name(_country_name(place))
