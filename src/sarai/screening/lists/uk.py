"""The UK Sanctions List: as a spreadsheet, as CSV, and as XML.

All three say the same in the same words: a row for each name, address or number of whoever is listed,
repeating the rest. What XML nests is turned into such rows. A short spreadsheet has names alone, and
of a few entries not even those.
Layout: Foreign, Commonwealth and Development Office, UK Sanctions List, format guide of 2025.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sarai.reference.countries import by_name
from sarai.screening.listed import Identifier, IdentifierKind, Kind, Publication, Strength
from sarai.screening.lists import delimited
from sarai.screening.lists.dates import iso_date, iso_dates
from sarai.screening.lists.draft import Draft
from sarai.screening.lists.identifiers import identifiers
from sarai.screening.lists.ods import sheet
from sarai.screening.lists.places import countries_in
from sarai.screening.lists.printed import printed_names
from sarai.screening.lists.reading import ListError, Reader
from sarai.screening.lists.streamed import AGAIN, elements

if TYPE_CHECKING:
    from lxml.etree import _Element

PUBLISHER = "UK Foreign, Commonwealth and Development Office"
ID = "Unique ID"
REQUIRED = (ID, "OFSI Group ID", "Regime Name", "Date Designated", "Sanctions Imposed")
KIND = ("Designation Type", "Individual, Entity, Ship", "Type")  # what the column has been called
KINDS = {"individual": Kind.PERSON, "entity": Kind.ORGANISATION, "ship": Kind.VESSEL}
NAME = tuple(f"Name {part}" for part in (1, 2, 3, 4, 5, 6))
ADDRESS = (*(f"Address Line {line}" for line in (1, 2, 3, 4, 5, 6)), "Address Postal Code")
NUMBERS = {
    "Passport number": (IdentifierKind.PASSPORT, "Passport additional information"),
    "National Identifier number": (IdentifierKind.NATIONAL, "National Identifier additional information"),
    "Business registration number (s)": (IdentifierKind.REGISTRATION, ""),
    "IMO number": (IdentifierKind.IMO, ""),
}
REMARKS = ("Sanctions Imposed", "Other Information", "UK Statement of Reasons", "Type of entity")
SINGLE = {
    "UniqueID": ID,
    "RegimeName": "Regime Name",
    "IndividualEntityShip": "Type",
    "SanctionsImposed": "Sanctions Imposed",
    "OtherInformation": "Other Information",
    "UKStatementofReasons": "UK Statement of Reasons",
    "DateDesignated": "Date Designated",
}
REPEATED = {
    "Name": {f"Name{part}": f"Name {part}" for part in (1, 2, 3, 4, 5, 6)}
    | {"NameType": "Name type", "AliasStrength": "Alias strength"},
    "NameNonLatinScript": {"": "Name non-latin script"},
    "Address": {f"AddressLine{line}": f"Address Line {line}" for line in (1, 2, 3, 4, 5, 6)}
    | {"AddressPostalCode": "Address Postal Code", "AddressCountry": "Address Country"},
    "DOB": {"": "D.O.B"},
    "Nationality": {"": "Nationality(/ies)"},
    "Position": {"": "Position"},
    "Gender": {"": "Gender"},
    "Location": {"TownOfBirth": "Town of birth", "CountryOfBirth": "Country of birth"},
    "Passport": {
        "PassportNumber": "Passport number",
        "PassportAdditionalInformation": "Passport additional information",
    },
    "NationalIdentifier": {
        "NationalIdentifierNumber": "National Identifier number",
        "NationalIdentifierAdditionalInformation": "National Identifier additional information",
    },
    "BusinessRegistrationNumber": {"": "Business registration number (s)"},
    "IMONumber": {"": "IMO number"},
    "CurrentBelievedFlagOfShip": {"": "Current believed flag of ship"},
}
"""What the elements of the XML, and those within them, are called in the table."""


def _takes(path: Path, head: bytes) -> bool:
    if head.startswith(b"PK"):
        return re.search(r"uk.?sanctions?.?list.*\.ods$", path.name, re.IGNORECASE) is not None
    if path.suffix.lower() == ".xml":
        return b"<Designations" in head and b"<UniqueID>" in head
    first_lines = head.split(b"\n")[:2]
    return any({ID, "OFSI Group ID"} <= set(delimited.first_row(line)) for line in first_lines)


def _read(paths: Sequence[Path]) -> list[Publication]:
    return [_publication(path) for path in paths]


READER = Reader("uk", "UK Sanctions List, as ODS, CSV or XML", _takes, _read)


def _publication(path: Path) -> Publication:
    published, rows = _of_xml(path) if path.suffix.lower() == ".xml" else _of_table(path)
    drafts: dict[str, Draft] = {}
    for place, row in rows:
        _add(drafts, row, f"{path}, {place}")
    if not drafts:
        raise ListError(f"{path} names nobody; {AGAIN}")
    entities = tuple(draft.entity(f"uk-{id}") for id, draft in drafts.items())
    return Publication(
        list="uk", publisher=PUBLISHER, published=published, entities=entities, sources=(path.name,)
    )


Rows = Iterable[tuple[str, Mapping[str, str]]]


def _of_table(path: Path) -> tuple[str, Rows]:
    if path.suffix.lower() == ".ods":
        lines: list[tuple[int, list[str]]] = list(enumerate(sheet(path), 1))
    else:
        lines = list(delimited.rows(path, delimited.text(path)))
    at = next((place for place, (_, cells) in enumerate(lines[:5]) if ID in cells), None)
    if at is None:
        raise ListError(f"{path} has no header with {ID!r}; {AGAIN}")
    header = [cell.strip() for cell in lines[at][1]]
    if missing := [name for name in REQUIRED if name not in header]:
        raise ListError(f"{path}: the header lacks {', '.join(missing)}; {AGAIN}")
    foreword = " ".join(cell for _, cells in lines[:at] for cell in cells)
    return iso_date(foreword), _rows(path, header, lines[at + 1 :])


def _rows(
    path: Path, header: list[str], lines: Iterable[tuple[int, list[str]]]
) -> Iterator[tuple[str, dict]]:
    """The rows by column; a spreadsheet leaves out the empty cells at the end of a row, and CSV does not."""
    for line, cells in lines:
        left_out = len(header) - len(cells) if path.suffix.lower() == ".ods" else 0
        whole = delimited.checked(path, line, cells + [""] * left_out, len(header))
        yield f"line {line}", dict(zip(header, whole, strict=True))


def _of_xml(path: Path) -> tuple[str, Rows]:
    published, rows = "", []
    for tag, element in elements(path, "Designations", {"Designation", "DateGenerated"}):
        if tag == "DateGenerated":
            published = iso_date(element.text or "")
        else:
            rows += ((f"line {element.sourceline}", row) for row in _unfold(element))
    return published, rows


def _unfold(designation: _Element) -> Iterator[dict[str, str]]:
    single = {SINGLE[child.tag]: child.text or "" for child in designation if child.tag in SINGLE}
    yield single
    same = {column: single.get(column, "") for column in (ID, "Type")}
    for tag, columns in REPEATED.items():
        for each in designation.iter(tag):
            texts = {name: (each.findtext(name) if name else each.text) or "" for name in columns}
            yield same | {columns[name]: text for name, text in texts.items()}


def _add(drafts: dict[str, Draft], row: Mapping[str, str], place: str) -> None:
    id, kind = row.get(ID, "").strip(), next((row[name] for name in KIND if name in row), "").strip().lower()
    if not re.fullmatch(r"[A-Z]{3}\d{4}", id) or kind not in KINDS:
        raise ListError(f"{place}: {ID} {id!r} of type {kind!r} is nobody's entry; {AGAIN}")
    draft = drafts.setdefault(id, Draft(kind=KINDS[kind]))
    _add_names(draft, row)
    draft.programmes.append(row.get("Regime Name", ""))
    draft.listed.append(iso_date(row.get("Date Designated", "")))
    draft.births += iso_dates(row.get("D.O.B", ""))
    draft.positions.append(row.get("Position", ""))
    draft.gender = draft.gender or row.get("Gender", "").strip().lower()
    draft.remarks += (row.get(column, "") for column in REMARKS)
    _add_places(draft, row)
    for column, (number, about) in NUMBERS.items():
        draft.identifiers += _identifiers(draft, row.get(column, ""), number, row.get(about, ""))


def _add_names(draft: Draft, row: Mapping[str, str]) -> None:
    weak = "low" in row.get("Alias strength", "").lower()
    primary = row.get("Name type", "primary name").strip().lower() == "primary name"
    strength = Strength.PRIMARY if primary else Strength.WEAK if weak else Strength.STRONG
    person = draft.kind is Kind.PERSON
    name = row.get("Name") or " ".join(filter(None, (row.get(part, "").strip() for part in NAME)))
    draft.names += printed_names(name, strength, person=person)
    draft.names += printed_names(row.get("Name non-latin script", ""), Strength.STRONG, person=person)


def _add_places(draft: Draft, row: Mapping[str, str]) -> None:
    country = row.get("Address Country", "").strip()
    if lines := [line for part in ADDRESS if (line := row.get(part, "").strip())]:
        draft.address(", ".join(filter(None, [*lines, country])), by_name(country))
    else:
        draft.countries.append(by_name(country))
    for column in ("Nationality(/ies)", "Current believed flag of ship"):
        draft.countries += countries_in(row.get(column, ""))
    births = (row.get("Town of birth", "").strip(), row.get("Country of birth", "").strip())
    draft.birthplaces.append(", ".join(filter(None, births)))


def _identifiers(draft: Draft, text: str, kind: IdentifierKind, about: str) -> Iterator[Identifier]:
    home = next(
        (code for code in [*draft.countries, *(each.country for each in draft.addresses)] if code), ""
    )
    known = countries_in(re.sub(r"\b(?:passport|national|identity|card|number|diplomatic)\b.*", "", about))
    for each in identifiers(text, kind, home, person=draft.kind is Kind.PERSON):
        yield Identifier(each.kind, each.value, each.country or (known[0] if len(known) == 1 else ""))
