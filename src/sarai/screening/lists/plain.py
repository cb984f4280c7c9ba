"""A list of one's own: a CSV whose header has ``name`` and none but the columns that follow.

``id``, ``kind`` (person, organisation, vessel, aircraft, other), ``alias`` and ``weak_alias`` (several with
``;`` between them), ``country``, ``birth_date``, ``address``, ``programme``, ``listed``, ``ends``,
``remarks``, and for identifiers ``bin``, ``iin``, ``inn``, ``ogrn``, ``imo``, ``passport`` and the like.
The columns may stand in any order, with commas, semicolons or tabs between them. A cell is text whatever
it begins with: no formula is evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from sarai.screening.listed import Identifier, IdentifierKind, Kind, Publication, Strength
from sarai.screening.lists import delimited
from sarai.screening.lists.dates import iso_date
from sarai.screening.lists.draft import Draft, short_hash
from sarai.screening.lists.reading import HEAD, ListError, Reader, clean
from sarai.screening.lists.us_identifiers import alpha2

IDENTIFIERS = {kind.value: kind for kind in IdentifierKind}
TEXTS = ("id", "name", "kind", "alias", "weak_alias", "country", "birth_date", "address", "programme")
COLUMNS = {*TEXTS, "listed", "ends", "remarks", *IDENTIFIERS}
DELIMITERS = ",;\t"
ENCODINGS = ("utf-8-sig",)


def takes(path: Path, head: bytes) -> bool:
    """Whether the header has a name, and no column that is not of this layout."""
    return _delimiter(head) != ""


def read(paths: Sequence[Path]) -> list[Publication]:
    """Read each file; a list is called by the file's stem."""
    return [_publication(path) for path in paths]


def _delimiter(head: bytes) -> str:
    for delimiter in DELIMITERS:
        header = delimited.first_row(head, delimiter)
        if "name" in header and set(header) <= COLUMNS and len(set(header)) == len(header):
            return delimiter
    return ""


def _publication(path: Path) -> Publication:
    with path.open("rb") as stream:
        delimiter = _delimiter(stream.read(HEAD))
    drafts: dict[str, Draft] = {}
    for row in delimited.records(path, delimited.text(path, ENCODINGS), ("name",), delimiter):
        name = clean(row["name"])
        if not name:
            raise ListError(f"{path}, line {row.line}: no name; give one, or leave the row out")
        id = clean(row.get("id")) or short_hash(name.casefold())
        _add(drafts.setdefault(f"{path.stem}-{id}", Draft()), path, row)
    entities = tuple(draft.entity(id) for id, draft in drafts.items())
    return Publication(list=path.stem, publisher=path.stem, entities=entities, sources=(path.name,))


def _add(draft: Draft, path: Path, row: delimited.Row) -> None:
    draft.kind = _kind(path, row)
    draft.name(row["name"], Strength.PRIMARY)
    for column, strength in (("alias", Strength.STRONG), ("weak_alias", Strength.WEAK)):
        for text in _several(row, column):
            draft.name(text, strength)
    country = _country(path, row)
    draft.countries.append(country)
    draft.address(row.get("address", ""), country if row.get("address") else "")
    for column, kind in IDENTIFIERS.items():
        draft.identifiers.extend(Identifier(kind, text) for text in _several(row, column))
    draft.programmes.extend(_several(row, "programme"))
    draft.remarks.append(row.get("remarks", ""))
    draft.births.extend(_dates(path, row, "birth_date"))
    draft.listed.extend(_dates(path, row, "listed"))
    draft.ends.extend(_dates(path, row, "ends") or [""])


def _several(row: delimited.Row, column: str) -> list[str]:
    return [text for part in row.get(column, "").split(";") if (text := clean(part))]


def _kind(path: Path, row: delimited.Row) -> Kind:
    said = clean(row.get("kind")).lower()
    try:
        return Kind(said) if said else Kind.OTHER
    except ValueError:
        raise ListError(f"{path}, line {row.line}: kind {said!r}; use one of {', '.join(Kind)}") from None


def _country(path: Path, row: delimited.Row) -> str:
    said = clean(row.get("country"))
    code = alpha2(said.upper() if len(said) == 2 else said)
    if said and not code:
        raise ListError(f"{path}, line {row.line}: country {said!r} is not known; use a code such as KZ")
    return code


def _dates(path: Path, row: delimited.Row, column: str) -> list[str]:
    dates = _several(row, column)
    for text in dates:
        if not re.fullmatch(r"\d{4}(-\d\d){0,2}", text) or iso_date(text) != text:
            raise ListError(f"{path}, line {row.line}: {column} {text!r}; write it such as 2026-03-21")
    return dates


READER = Reader("plain", "a list of one's own: CSV with a column name", takes, read)
