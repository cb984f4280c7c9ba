"""OFAC's lists as plain XML: ``sdn.xml`` and ``consolidated.xml``, an ``sdnEntry`` for each entity.

Layout: OFAC, Specially Designated Nationals and Blocked Persons Data Specification, of 25 September 2023.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sarai.screening.listed import Kind, ListedEntity, Publication, Strength
from sarai.screening.lists.dates import iso_date
from sarai.screening.lists.draft import Draft
from sarai.screening.lists.ofac_csv import PUBLISHER
from sarai.screening.lists.ofac_remarks import births, read_into
from sarai.screening.lists.ofac_xml import KINDS
from sarai.screening.lists.reading import ListError, Reader
from sarai.screening.lists.streamed import AGAIN, below, elements, said
from sarai.screening.lists.us_identifiers import alpha2, identifier

if TYPE_CHECKING:
    from lxml import etree

ADDRESS = ("address1", "address2", "address3", "city", "stateOrProvince", "postalCode", "country")


def takes(path: Path, head: bytes) -> bool:
    """Whether the file begins as an ``sdnList``."""
    return b"<sdnList" in head


def read(paths: Sequence[Path]) -> list[Publication]:
    """Read each file; it is of the consolidated list if its name says so, for it does not."""
    return [_publication(path) for path in paths]


def _publication(path: Path) -> Publication:
    published, expected, entities = "", "", []
    for tag, element in elements(path, "sdnList", ("publshInformation", "sdnEntry")):
        if tag == "publshInformation":  # spelt so by OFAC
            published = iso_date(said(element, "Publish_Date"), month_first=True)
            expected = said(element, "Record_Count")
        else:
            entities.append(_entity(path, element))
    if expected and expected != str(len(entities)):
        raise ListError(f"{path} holds {len(entities)} entries and says that it has {expected}; {AGAIN}")
    return Publication(
        list="ofac-consolidated" if path.stem.lower().startswith("cons") else "ofac-sdn",
        publisher=PUBLISHER,
        entities=tuple(entities),
        published=published,
        sources=(path.name,),
    )


def _entity(path: Path, entry: etree._Element) -> ListedEntity:
    number = said(entry, "uid")
    draft = Draft(kind=KINDS.get(said(entry, "sdnType"), Kind.OTHER))
    draft.name(_name(entry), Strength.PRIMARY)
    if not number or not draft.names:
        raise ListError(f"{path}, line {entry.sourceline}: an sdnEntry without uid or lastName; {AGAIN}")
    draft.programmes.extend(each.text or "" for each in below(entry, "programList/program"))
    draft.positions.extend(said(entry, "title").split(";"))
    _add_names_and_addresses(draft, entry)
    _add_life(draft, entry)
    for each in below(entry, "idList/id"):
        _add_identifier(draft, each)
    read_into(draft, said(entry, "remarks"))
    return draft.entity(f"ofac-{number}")


def _name(element: etree._Element) -> str:
    return ", ".join(filter(None, (said(element, "lastName"), said(element, "firstName"))))


def _add_names_and_addresses(draft: Draft, entry: etree._Element) -> None:
    for aka in below(entry, "akaList/aka"):
        former = Strength.FORMER if said(aka, "type") == "f.k.a." else Strength.STRONG
        draft.name(_name(aka), Strength.WEAK if said(aka, "category") == "weak" else former)
    for address in below(entry, "addressList/address"):
        text = ", ".join(filter(None, (said(address, tag) for tag in ADDRESS)))
        draft.address(text, alpha2(said(address, "country")))


def _add_life(draft: Draft, entry: etree._Element) -> None:
    for path in ("nationalityList/nationality/country", "citizenshipList/citizenship/country"):
        draft.countries.extend(alpha2(each.text or "") for each in below(entry, path))
    draft.countries.append(alpha2(said(entry, "vesselInfo/vesselFlag")))
    for each in below(entry, "dateOfBirthList/dateOfBirthItem/dateOfBirth"):
        draft.births.extend(births(each.text or ""))
    for each in below(entry, "placeOfBirthList/placeOfBirthItem/placeOfBirth"):
        draft.birthplaces.append(each.text or "")
    if call_sign := identifier("Vessel Call Sign", said(entry, "vesselInfo/callSign")):
        draft.identifiers.append(call_sign)


def _add_identifier(draft: Draft, element: etree._Element) -> None:
    label, value = said(element, "idType"), said(element, "idNumber")
    if label == "Gender":
        draft.gender = value.lower()
    elif found := identifier(label, value, said(element, "idCountry"), draft.kind):
        draft.identifiers.append(found)
    else:
        draft.remarks.append(f"{label} {value}")


READER = Reader("ofac-sdn-xml", "OFAC's SDN and consolidated lists as plain XML", takes, read)
