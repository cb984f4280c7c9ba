"""The Consolidated Screening List of the United States: thirteen lists in one file, CSV or JSON.

Both say the same; the CSV puts several values into a cell. Parties of the lists of BIS have no number, so
that the name is what makes them the same from one version to the next.
Layout: International Trade Administration, https://www.trade.gov/consolidated-screening-list
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct, field

from sarai.screening.listed import Kind, Publication, Strength
from sarai.screening.lists import delimited
from sarai.screening.lists.dates import iso_date
from sarai.screening.lists.draft import Draft, short_hash
from sarai.screening.lists.ofac_remarks import births
from sarai.screening.lists.reading import HEAD, ListError, Reader, clean
from sarai.screening.lists.us_identifiers import alpha2, identifier

COLUMNS = ("source", "entity_number", "type", "programs", "name", "addresses", "alt_names", "ids", "remarks")
LISTS = {
    "EL": "bis-entity-list",
    "DPL": "csl-denied",
    "UVL": "bis-unverified",
    "MEU": "bis-military-end-user",
}
"""The lists of BIS by their code; the others are called by theirs, such as ``csl-sdn``."""

KINDS = {
    "Individual": Kind.PERSON,
    "Entity": Kind.ORGANISATION,
    "Vessel": Kind.VESSEL,
    "Aircraft": Kind.AIRCRAFT,
}
_CODE = re.compile(r"\((?P<code>[A-Z][A-Z-]*)(?: List)?\)")


class Place(Struct):
    """An address of the JSON layout."""

    address: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    country: str | None = None

    def line(self) -> str:
        """The address on one line."""
        return ", ".join(filter(None, (self.address, self.city, self.state, self.postal_code, self.country)))


class Document(Struct):
    """An identifier of the JSON layout."""

    type: str | None = None
    number: str | None = None
    country: str | None = None


class Party(Struct, kw_only=True):
    """An entry, as the JSON layout has it and the rows of the CSV are brought to."""

    source: str
    name: str
    entity_number: str | int | None = None
    type: str | None = None
    programs: list[str] | None = None
    title: str | None = None
    addresses: list[Place] | None = None
    federal_register_notice: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    license_requirement: str | None = None
    license_policy: str | None = None
    call_sign: str | None = None
    vessel_type: str | None = None
    vessel_flag: str | None = None
    vessel_owner: str | None = None
    remarks: str | None = None
    alt_names: list[str] | None = None
    citizenships: list[str] | None = None
    nationalities: list[str] | None = None
    dates_of_birth: list[str] | None = None
    places_of_birth: list[str] | None = None
    ids: list[Document] | None = None


class Answer(Struct):
    """The file of the JSON layout, or an answer of its service."""

    results: list[Party]
    total: int | None = None


class Drafts(Struct):
    """The parties of one list, by their ids."""

    publisher: str
    parties: dict[str, Draft] = field(default_factory=dict)


def takes(path: Path, head: bytes) -> bool:
    """Whether a CSV has the columns of the list, or a JSON file its first keys."""
    if head.lstrip().startswith(b"{"):
        return b'"results"' in head and (b'"source"' in head or b'"sources_used"' in head)
    return set(COLUMNS) <= set(delimited.first_row(head))


def read(paths: Sequence[Path]) -> list[Publication]:
    """Read each file into a publication for every list in it."""
    return [publication for path in paths for publication in _publications(path)]


def _publications(path: Path) -> Iterator[Publication]:
    lists: dict[str, Drafts] = {}
    for party in _parties(path):
        if not clean(party.name):
            raise ListError(f"{path}: an entry of {party.source!r} has no name; {delimited.AGAIN}")
        name, publisher = _list(party.source)
        drafts = lists.setdefault(name, Drafts(publisher)).parties
        _add(drafts.setdefault(_id(name, party), Draft()), party)
    for name, drafts in sorted(lists.items()):
        entities = tuple(draft.entity(id) for id, draft in drafts.parties.items())
        yield Publication(list=name, publisher=drafts.publisher, entities=entities, sources=(path.name,))


def _parties(path: Path) -> Iterable[Party]:
    with path.open("rb") as stream:
        is_json = stream.read(HEAD).lstrip().startswith(b"{")
    return (
        _answered(path) if is_json else map(_from_row, delimited.records(path, delimited.text(path), COLUMNS))
    )


def _answered(path: Path) -> list[Party]:
    try:
        answer = msgspec.json.decode(path.read_bytes(), type=Answer)
    except msgspec.MsgspecError as error:
        raise ListError(f"{path}: {error}; {delimited.AGAIN}") from None
    if answer.total not in (None, len(answer.results)):
        raise ListError(
            f"{path} holds {len(answer.results)} of {answer.total} entries: it is one page of the list; "
            f"{delimited.AGAIN}"
        )
    return answer.results


def _from_row(row: delimited.Row) -> Party:
    texts = {name: row.get(name) or None for name in TEXTS}
    several = {name: _several(row.get(name, "")) for name in SEVERAL}
    return Party(
        source=row["source"],
        name=row["name"],
        addresses=[_place(text) for text in _several(row["addresses"])],
        ids=[_document(text) for text in _several(row["ids"])],
        **texts,
        **several,
    )


TEXTS = (
    "entity_number",
    "type",
    "title",
    "federal_register_notice",
    "start_date",
    "end_date",
    "license_requirement",
    "license_policy",
    "call_sign",
    "vessel_type",
    "vessel_flag",
    "vessel_owner",
    "remarks",
)
SEVERAL = (
    "programs",
    "alt_names",
    "citizenships",
    "nationalities",
    "dates_of_birth",
    "places_of_birth",
)


def _several(cell: str) -> list[str]:
    parts = [part.strip() for part in cell.split(";") if part.strip()]
    return [part.removeprefix("and ") for part in parts]


def _place(text: str) -> Place:
    """An address that ends with a country's code; where it does not, it names none."""
    *lines, last = text.split(", ")
    if re.fullmatch("[A-Z]{2}", last) and alpha2(last):
        return Place(address=", ".join(lines), country=last)
    return Place(address=text)


def _document(text: str) -> Document:
    """``CO, 1978075, Matricula Mercantil No``; the country is left out where there is none."""
    *parts, kind = text.split(", ")
    has_country = len(parts) > 1 and re.fullmatch("[A-Z]{2}", parts[0])
    country, number = (parts[0], parts[1:]) if has_country else ("", parts)
    return Document(kind, ", ".join(number), country)


def _list(source: str) -> tuple[str, str]:
    """A list's name and its publisher, of a source such as ``Entity List (EL) - Bureau of ...``."""
    title, _, publisher = source.partition(" - ")
    match = _CODE.search(title)
    code = match["code"] if match else "-".join(title.split())
    return LISTS.get(code, f"csl-{code.lower()}"), publisher or title


def _id(name: str, party: Party) -> str:
    prefix = name if name.startswith("bis-") else "csl"
    return f"{prefix}-{party.entity_number or short_hash(clean(party.name).casefold())}"


def _add(draft: Draft, party: Party) -> None:
    draft.kind = KINDS.get(party.type or "", Kind.OTHER)
    draft.name(party.name, Strength.PRIMARY)
    for name in party.alt_names or ():
        draft.name(name, Strength.STRONG)
    for place in party.addresses or ():
        draft.address(place.line(), alpha2(place.country or ""))
    draft.programmes.extend(party.programs or ())
    draft.positions.extend((party.title or "").split(";"))
    draft.listed.append(iso_date(party.start_date or ""))
    draft.ends.append(iso_date(party.end_date or ""))
    _add_life(draft, party)
    _add_remarks(draft, party)


def _add_life(draft: Draft, party: Party) -> None:
    countries = (*(party.citizenships or ()), *(party.nationalities or ()), party.vessel_flag or "")
    draft.countries.extend(map(alpha2, countries))
    draft.births.extend(birth for text in party.dates_of_birth or () for birth in births(text))
    draft.birthplaces.extend(party.places_of_birth or ())
    for each in party.ids or ():
        label, number = each.type or "", each.number or ""
        if label == "Gender":
            draft.gender = number.lower()
        elif found := identifier(label, number, each.country or "", draft.kind):
            draft.identifiers.append(found)
        else:
            draft.remarks.append(f"{label} {number}")
    if call_sign := identifier("Vessel Call Sign", party.call_sign or ""):
        draft.identifiers.append(call_sign)


def _add_remarks(draft: Draft, party: Party) -> None:
    labelled = (
        ("Federal Register", party.federal_register_notice),
        ("Licence requirement:", party.license_requirement),
        ("Licence policy:", party.license_policy),
        ("Vessel Type", party.vessel_type),
        ("Vessel Owner", party.vessel_owner),
    )
    draft.remarks.append(party.remarks or "")
    draft.remarks.extend(f"{label} {text}" for label, text in labelled if text)


READER = Reader("csl", "the Consolidated Screening List of the United States, CSV or JSON", takes, read)
