"""The Denied Persons List of the Bureau of Industry and Security: ``dpl.txt``, tab-separated.

A person stands there once for each address and has no number, so that the name is what makes it the same
from one version to the next, and in the Consolidated Screening List.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sarai.screening.listed import Publication, Strength
from sarai.screening.lists import delimited
from sarai.screening.lists.dates import iso_date
from sarai.screening.lists.draft import Draft, short_hash
from sarai.screening.lists.reading import ListError, Reader, clean
from sarai.screening.lists.us_identifiers import alpha2

COLUMNS = (
    "Name",
    "Street_Address",
    "City",
    "State",
    "Country",
    "Postal_Code",
    "Effective_Date",
    "FR_Citation",
)
ENDS = ("Expiration_Date", "Ending_Date")
"""What the column is called in which an order's end stands: it changed."""


def takes(path: Path, head: bytes) -> bool:
    """Whether the header is that of the list."""
    return set(COLUMNS) <= set(delimited.first_row(head, "\t"))


def read(paths: Sequence[Path]) -> list[Publication]:
    """Read each file."""
    return [_publication(path) for path in paths]


def _publication(path: Path) -> Publication:
    drafts: dict[str, Draft] = {}
    for row in delimited.records(path, delimited.text(path), COLUMNS, "\t"):
        name = clean(row["Name"])
        if not name:
            raise ListError(f"{path}, line {row.line}: a denied person without a name; {delimited.AGAIN}")
        _add(drafts.setdefault(f"bis-denied-{short_hash(name.casefold())}", Draft()), row)
    return Publication(
        list="bis-denied",
        publisher="Bureau of Industry and Security",
        entities=tuple(draft.entity(id) for id, draft in drafts.items()),
        sources=(path.name,),
    )


def _add(draft: Draft, row: delimited.Row) -> None:
    draft.name(row["Name"], Strength.PRIMARY)
    lines = (row[name] for name in ("Street_Address", "City", "State", "Postal_Code", "Country"))
    draft.address(", ".join(filter(None, lines)), alpha2(row["Country"]))
    draft.listed.append(iso_date(row["Effective_Date"], month_first=True))
    draft.ends.append(iso_date(next((row[name] for name in ENDS if name in row), ""), month_first=True))
    draft.remarks.extend((row.get("Action", ""), row["FR_Citation"]))


READER = Reader("bis-dpl", "the Denied Persons List of BIS, tab-separated", takes, read)
