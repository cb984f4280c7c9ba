"""Annexes of the EU's regulations, transcribed from its Official Journal into CSV, one file an act.

A consolidated file holds the annexes of one regulation whole; an amendment file what one act adds to the
annexes of others. Cells of several values are CSV of their own, with semicolons.
Layout: the journal sanctions dataset of the OpenSanctions project, as of August 2026.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from sarai.reference.countries import by_name
from sarai.screening.listed import Identifier, IdentifierKind, Kind, Publication, Strength
from sarai.screening.lists import delimited
from sarai.screening.lists.dates import iso_date, iso_dates
from sarai.screening.lists.delimited import AGAIN, Row
from sarai.screening.lists.draft import Draft, short_hash
from sarai.screening.lists.identifiers import identifiers
from sarai.screening.lists.places import countries_in, country_of
from sarai.screening.lists.printed import printed_names
from sarai.screening.lists.reading import ListError, Reader

PUBLISHER = "European Union"
SWIFT = re.compile(r"\b[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\b")
CELEX = re.compile(r"3\d{4}[A-Z]\d{4}")
KINDS = {
    "Person": Kind.PERSON,
    "LegalEntity": Kind.ORGANISATION,
    "Organization": Kind.ORGANISATION,
    "Company": Kind.ORGANISATION,
    "Vessel": Kind.VESSEL,
    "Asset": Kind.OTHER,
}
ALIASES = {"alias": Strength.STRONG, "weakAlias": Strength.WEAK, "previousName": Strength.FORMER}
IDENTIFIERS = {
    "passportNumber": IdentifierKind.PASSPORT,
    "idNumber": IdentifierKind.NATIONAL,
    "registrationNumber": IdentifierKind.REGISTRATION,
    "taxNumber": IdentifierKind.TAX,
    "innCode": IdentifierKind.INN,
    "ogrnCode": IdentifierKind.OGRN,
    "kppCode": IdentifierKind.KPP,
    "okpoCode": IdentifierKind.OKPO,
    "leiCode": IdentifierKind.LEI,
    "imoNumber": IdentifierKind.IMO,
    "mmsi": IdentifierKind.MMSI,
}
COUNTRIES = ("nationality", "country", "jurisdiction", "flag")
REMARKS = (
    "reason",
    "notes",
    "legalForm",
    "sector",
    "incorporationDate",
    "fatherName",
    "motherName",
    "website",
)
REQUIRED = ("recordId", "annex", "programKey", "measure", "startDate", "schema", "name", "address")
REQUIRED += ("birthDate", "birthPlace", "position", "gender", "swiftBic")


def _takes(path: Path, head: bytes) -> bool:
    columns = delimited.first_row(head)
    return columns[:2] == ["celex", "recordId"] or columns[:2] == ["amendedCelex", "amendmentCelex"]


def _read(paths: Sequence[Path]) -> list[Publication]:
    """A publication a file, but a supplement for each act that an amendment amends."""
    return [publication for path in paths for publication in _publications(path)]


READER = Reader("eu-journal", "Annexes of EU regulations from its Official Journal, as CSV", _takes, _read)


def _publications(path: Path) -> Iterator[Publication]:
    columns = [*REQUIRED, *ALIASES, *IDENTIFIERS, *COUNTRIES, *REMARKS]
    rows = list(delimited.records(path, _whole_text(path), columns))
    if not rows:
        yield _publication(path, path.stem, [], supplement=False)
        return
    supplement = "amendedCelex" in rows[0]
    acts: dict[str, list[Row]] = {}
    for row in rows:
        acts.setdefault(_act(path, row, "amendedCelex" if supplement else "celex"), []).append(row)
    for celex, own in acts.items():
        yield _publication(path, celex, own, supplement=supplement)


def _whole_text(path: Path) -> str:
    text = delimited.text(path, ("utf-8-sig",))
    if not text.endswith("\n"):
        raise ListError(f"{path} breaks off in its last line; {AGAIN}")
    return text


def _act(path: Path, row: Row, column: str) -> str:
    celex = row.get(column, "")
    if not CELEX.fullmatch(celex):
        raise ListError(f"{path}, line {row.line}: {column} is {celex!r}, which is no CELEX number; {AGAIN}")
    return celex


def _publication(path: Path, celex: str, rows: Sequence[Row], *, supplement: bool) -> Publication:
    bearers: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for row in rows:
        bearers.setdefault((row["annex"], row["recordId"]), set()).add((row["schema"], row["name"]))
    drafts: dict[str, Draft] = {}
    for row in rows:
        alone = len(bearers[row["annex"], row["recordId"]]) == 1
        _add(drafts.setdefault(_id(celex, row, alone), Draft()), row, path)
    return Publication(
        list=f"eu-{celex}",
        publisher=PUBLISHER,
        entities=tuple(draft.entity(id) for id, draft in drafts.items()),
        supplement=supplement,
        sources=(path.name,),
    )


def _id(celex: str, row: Row, alone: bool) -> str:
    """By the number of the entry; by a short hash where the act prints none, or the same for several."""
    parts = ["eu", celex, row["annex"], row["recordId"]]
    if not (row["recordId"] and alone):
        parts.append(short_hash(row["schema"], row["name"], row["programKey"]))
    return "-".join(filter(None, parts))


def _add(draft: Draft, row: Row, path: Path) -> None:
    if row["schema"] not in KINDS or not row["name"].strip():
        what = f"schema {row['schema']!r}, name {row['name']!r}"
        raise ListError(f"{path}, line {row.line}: {what}, which is nobody's entry; {AGAIN}")
    draft.kind = KINDS[row["schema"]]
    _add_names(draft, row)
    draft.programmes.append(row["programKey"])
    draft.listed.append(iso_date(row["startDate"]))
    draft.births += (day for cell in _cells(row["birthDate"]) for day in iso_dates(cell))
    draft.birthplaces += _cells(row["birthPlace"])
    draft.positions += _cells(row["position"])
    draft.gender = draft.gender or "".join(_cells(row["gender"])[:1]).lower()
    draft.remarks += [row["measure"], *(text for column in REMARKS for text in _cells(row[column]))]
    _add_places(draft, row)
    _add_identifiers(draft, row)


def _add_names(draft: Draft, row: Row) -> None:
    person = draft.kind is Kind.PERSON
    draft.names += printed_names(row["name"], person=person)
    for column, strength in ALIASES.items():
        for alias in _cells(row[column]):
            draft.names += printed_names(alias, strength, person=person)


def _add_places(draft: Draft, row: Row) -> None:
    """An address that is a country and no more says where somebody belongs, not where to find them."""
    draft.countries += (
        code for column in COUNTRIES for cell in _cells(row[column]) for code in countries_in(cell)
    )
    for address in _cells(row["address"]):
        if country := by_name(address):
            draft.countries.append(country)
        else:
            draft.address(address, country_of(address))


def _add_identifiers(draft: Draft, row: Row) -> None:
    home = next(
        (code for code in [*draft.countries, *(each.country for each in draft.addresses)] if code), ""
    )
    for column, kind in IDENTIFIERS.items():
        for cell in _cells(row[column]):
            draft.identifiers += identifiers(cell, kind, home, person=draft.kind is Kind.PERSON)
    codes = (code for cell in _cells(row["swiftBic"]) for code in SWIFT.findall(cell))
    draft.identifiers += (Identifier(IdentifierKind.SWIFT, code) for code in codes)


def _cells(text: str) -> list[str]:
    """The values of a cell, which is a line of CSV with semicolons."""
    line = " ".join(text.split())
    return [
        value.strip()
        for values in csv.reader([line], delimiter=";", skipinitialspace=True)
        for value in values
    ]
