"""OFAC's lists as CSV: a file each of names, addresses, aliases and comments, joined by their number.

There is no header, ``-0-`` stands for nothing, and the last byte may be DOS's end of file (0x1A). Copies
saved by a spreadsheet have a header and no quotation marks.
Layout: OFAC, Specially Designated Nationals and Blocked Persons Data Specification, of 25 September 2023.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import IntEnum
from pathlib import Path
from typing import NamedTuple

from sarai.screening.listed import Identifier, IdentifierKind, Kind, Publication, Strength
from sarai.screening.lists import delimited, ofac_remarks
from sarai.screening.lists.draft import Draft
from sarai.screening.lists.reading import ListError, Reader, clean
from sarai.screening.lists.us_identifiers import alpha2

PUBLISHER = "US Treasury, Office of Foreign Assets Control"
KINDS = {
    "individual": Kind.PERSON,
    "": Kind.ORGANISATION,
    "vessel": Kind.VESSEL,
    "aircraft": Kind.AIRCRAFT,
}
STRENGTHS = {"aka": Strength.STRONG, "fka": Strength.FORMER, "nka": Strength.STRONG}


class Part(IntEnum):
    """The files of a list; each number is how many columns the file has."""

    COMMENTS = 2
    ALIASES = 5
    ADDRESSES = 6
    ENTITIES = 12


class Names(NamedTuple):
    """What the files of one list are called."""

    list: str
    files: dict[str, Part]


LISTS = (
    Names(
        "ofac-sdn",
        {
            "sdn.csv": Part.ENTITIES,
            "add.csv": Part.ADDRESSES,
            "alt.csv": Part.ALIASES,
            "sdn_comments.csv": Part.COMMENTS,
        },
    ),
    Names(
        "ofac-consolidated",
        {
            "cons_prim.csv": Part.ENTITIES,
            "cons_add.csv": Part.ADDRESSES,
            "cons_alt.csv": Part.ALIASES,
            "cons_comments.csv": Part.COMMENTS,
        },
    ),
)


class File(NamedTuple):
    """A file that was read: its rows with their lines, and whether it bears the end-of-file mark."""

    path: Path
    rows: list[tuple[int, list[str]]]
    marked: bool


Files = dict[Part, File]


def takes(path: Path, head: bytes) -> bool:
    """Whether the file has one of OFAC's names; of the names that others use too, also its first cell."""
    name = path.name.lower()
    if name in ("add.csv", "alt.csv"):
        return re.match(rb"(?:\xef\xbb\xbf)?(?:\d+|ID)(?:,|$)", head) is not None
    return any(name in each.files for each in LISTS)


def read(paths: Sequence[Path]) -> list[Publication]:
    """Read the files of each list that are there; without that of names, they are a supplement."""
    publications = []
    for names in LISTS:
        parts = {names.files[path.name.lower()]: path for path in paths if path.name.lower() in names.files}
        if parts:
            publications.append(_publication(names.list, parts))
    return publications


def _publication(name: str, parts: dict[Part, Path]) -> Publication:
    files = {part: _file(path, part) for part, path in sorted(parts.items())}
    supplement = Part.ENTITIES not in files
    _check_marks(files)
    if not supplement:
        _check_numbers(files)
    drafts = _drafts(files)
    return Publication(
        list=name,
        publisher=PUBLISHER,
        entities=tuple(draft.entity(f"ofac-{number}") for number, draft in drafts.items()),
        supplement=supplement,
        sources=tuple(path.name for path in parts.values()),
    )


def _file(path: Path, part: Part) -> File:
    content, mark, after = delimited.text(path).partition(delimited.END_OF_FILE)
    if after.strip(",\r\n "):
        raise ListError(f"{path}: text after the end-of-file mark; {delimited.AGAIN}")
    rows = []
    for line, raw in delimited.rows(path, content):
        cells = [_said(cell) for cell in delimited.checked(path, line, raw, part)]
        if cells[0].isdecimal():
            rows.append((line, cells))
        elif line > 1:
            raise ListError(f"{path}, line {line}: {raw[0]!r} is not an entity's number; {delimited.AGAIN}")
    if not (mark or content.endswith(("\n", '"', "-0- ", "-0-"))):
        raise ListError(f"{path} breaks off in its last line; {delimited.AGAIN}")
    return File(path, rows, bool(mark))


def _said(cell: str) -> str:
    return "" if (said := cell.strip()) == "-0-" else said


def _check_marks(files: Files) -> None:
    """OFAC marks the end of all files or of none, but for the comments: one without it was cut."""
    long = [file for part, file in files.items() if part is not Part.COMMENTS]
    for file in long:
        if not file.marked and any(each.marked for each in long):
            raise ListError(f"{file.path} breaks off before its end-of-file mark; {delimited.AGAIN}")


def _check_numbers(files: Files) -> None:
    """Addresses and aliases of somebody who is not there tell that the file of names was cut."""
    names = files[Part.ENTITIES]
    known = {cells[0] for _, cells in names.rows}
    for file in files.values():
        for line, (number, *_) in file.rows:
            if number not in known:
                raise ListError(
                    f"{file.path}, line {line}: entity {number} is not in {names.path.name}, which was "
                    f"cut or is of another day; for all files of the list, {delimited.AGAIN}"
                )


def _drafts(files: Files) -> dict[str, Draft]:
    rows = {part: [cells for _, cells in file.rows] for part, file in files.items()}
    comments = dict(rows.get(Part.COMMENTS, []))
    drafts: dict[str, Draft] = {}
    for number, *cells in rows.get(Part.ENTITIES, []):
        _add_entity(drafts.setdefault(number, Draft()), cells, comments.get(number, ""))
    for number, _, kind, name, _ in rows.get(Part.ALIASES, []):
        drafts.setdefault(number, Draft()).name(name, STRENGTHS.get(kind, Strength.STRONG))
    for number, _, *lines in rows.get(Part.ADDRESSES, []):
        _add_address(drafts.setdefault(number, Draft()), lines)
    return drafts


def _add_entity(draft: Draft, cells: list[str], comment: str) -> None:
    name, kind, programmes, title, call_sign, *vessel, remarks = cells
    draft.kind = KINDS.get(kind.lower(), Kind.OTHER)
    draft.name(name, Strength.PRIMARY)
    draft.programmes.extend(programmes.split("] ["))
    draft.positions.extend(title.split(";"))
    if call_sign:
        draft.identifiers.append(Identifier(IdentifierKind.OTHER, clean(call_sign)))
    draft.countries.append(alpha2(vessel[3]))
    # A remark longer than its field goes on in the comments, from the very character where it was cut.
    ofac_remarks.read_into(draft, remarks + comment, whole=bool(comment) or len(remarks) < ofac_remarks.LIMIT)
    draft.remarks.extend(_vessel_statements(vessel))


def _vessel_statements(vessel: list[str]) -> Iterator[str]:
    labels = ("Vessel Type", "Tonnage", "Gross Registered Tonnage", "Vessel Flag", "Vessel Owner")
    return (f"{label} {text}" for label, text in zip(labels, vessel, strict=True) if text)


def _add_address(draft: Draft, cells: list[str]) -> None:
    *lines, country, _ = cells
    draft.address(", ".join(line for line in (*lines, country) if line), alpha2(country))


READER = Reader("ofac-csv", "OFAC's SDN and consolidated lists as CSV", takes, read)
