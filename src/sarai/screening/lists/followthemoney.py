"""FollowTheMoney entities as JSON lines: persons, companies and vessels, and the sanctions against them.

A ``Sanction`` names its entity, and an entity its ``Address``; either may come first.
Layout: https://followthemoney.tech/explorer/
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct, field

from sarai.screening.listed import Identifier, IdentifierKind, Kind, ListedEntity, Publication, Strength
from sarai.screening.lists.delimited import AGAIN
from sarai.screening.lists.draft import Draft
from sarai.screening.lists.reading import ListError, Reader, clean
from sarai.screening.lists.us_identifiers import alpha2, identifier

KINDS = {
    "Person": Kind.PERSON,
    "Company": Kind.ORGANISATION,
    "Organization": Kind.ORGANISATION,
    "PublicBody": Kind.ORGANISATION,
    "LegalEntity": Kind.OTHER,  # a person or an organisation: the source does not say
    "Vessel": Kind.VESSEL,
    "Airplane": Kind.AIRCRAFT,
    "Vehicle": Kind.OTHER,
    "CryptoWallet": Kind.OTHER,
    "Security": Kind.OTHER,
}
"""The schemas that are read. Whatever else somebody is tied to is not what is listed."""

NAMES = {
    "name": Strength.STRONG,
    "alias": Strength.STRONG,
    "weakAlias": Strength.WEAK,
    "abbreviation": Strength.WEAK,
    "previousName": Strength.FORMER,
}
IDENTIFIERS = {
    "innCode": IdentifierKind.INN,
    "ogrnCode": IdentifierKind.OGRN,
    "kppCode": IdentifierKind.KPP,
    "okpoCode": IdentifierKind.OKPO,
    "imoNumber": IdentifierKind.IMO,
    "mmsi": IdentifierKind.MMSI,
    "leiCode": IdentifierKind.LEI,
    "swiftBic": IdentifierKind.SWIFT,
    "passportNumber": IdentifierKind.PASSPORT,
    "idNumber": IdentifierKind.NATIONAL,
    "taxNumber": IdentifierKind.TAX,
    "vatCode": IdentifierKind.TAX,
    "registrationNumber": IdentifierKind.REGISTRATION,
    "uscCode": IdentifierKind.REGISTRATION,
    "npiCode": IdentifierKind.REGISTRATION,
    "dunsCode": IdentifierKind.OTHER,
    "bikCode": IdentifierKind.OTHER,
    "isin": IdentifierKind.OTHER,
    "callSign": IdentifierKind.OTHER,
    "serialNumber": IdentifierKind.OTHER,
    "publicKey": IdentifierKind.OTHER,
}
COUNTRIES = ("nationality", "citizenship", "country", "jurisdiction", "flag")


class Entity(Struct):
    """A line of the file."""

    id: str
    schema: str
    properties: dict[str, list[object]]
    datasets: list[str] = field(default_factory=list)
    target: bool | None = None

    def all(self, name: str) -> list[str]:
        """The texts of a property; entities that some files put there whole are left out."""
        return [value for value in self.properties.get(name, ()) if isinstance(value, str)]

    def first(self, name: str) -> str:
        """The first text of a property; empty if it has none."""
        return next(iter(self.all(name)), "")


class Contents(Struct):
    """What was read of a file so far."""

    subjects: dict[str, Entity] = field(default_factory=dict)
    sanctions: dict[str, list[Entity]] = field(default_factory=lambda: defaultdict(list))
    addresses: dict[str, Entity] = field(default_factory=dict)


def takes(path: Path, head: bytes) -> bool:
    """Whether the first line is an object that has a schema and properties."""
    line = head.lstrip().split(b"\n", 1)[0]
    return line.startswith(b"{") and b'"schema"' in line and b'"properties"' in line


def read(paths: Sequence[Path]) -> list[Publication]:
    """Read each file; a list is called by its dataset, or if it is of several, by the file's stem."""
    return [_publication(path) for path in paths]


def _publication(path: Path) -> Publication:
    contents = Contents()
    for entity in _entities(path):
        _sort(contents, entity)
    listed = [each for each in contents.subjects.values() if _is_listed(contents, each)]
    datasets = sorted({name for each in listed for name in each.datasets})
    name = datasets[0] if len(datasets) == 1 else path.name.split(".")[0]
    return Publication(
        list=f"ftm-{name}",
        publisher=name,
        entities=tuple(_entity(contents, each) for each in listed),
        sources=(path.name,),
    )


def _entities(path: Path) -> Iterator[Entity]:
    decode = msgspec.json.Decoder(Entity).decode
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            try:
                yield decode(line)
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                raise ListError(f"{path}, line {number}: {error}; {AGAIN}") from None


def _sort(contents: Contents, entity: Entity) -> None:
    if entity.schema in KINDS:
        contents.subjects[entity.id] = entity
    elif entity.schema == "Sanction":
        for subject in entity.all("entity"):
            contents.sanctions[subject].append(entity)
    elif entity.schema == "Address":
        contents.addresses[entity.id] = entity


def _is_listed(contents: Contents, entity: Entity) -> bool:
    """Files also hold those who are only tied to somebody; they are marked as no target."""
    return entity.target is not False or bool(entity.all("topics")) or entity.id in contents.sanctions


def _entity(contents: Contents, entity: Entity) -> ListedEntity:
    draft = Draft(kind=KINDS[entity.schema], gender=entity.first("gender").lower())
    _add_names(draft, entity)
    for name in COUNTRIES:
        draft.countries.extend(_countries(entity.all(name)))
    _add_identifiers(draft, entity)
    for id in entity.all("addressEntity"):
        if id in contents.addresses:
            _add_address(draft, contents.addresses[id])
    for text in entity.all("address"):
        draft.address(text, "")
    draft.births.extend(entity.all("birthDate"))
    draft.birthplaces.extend(entity.all("birthPlace"))
    draft.positions.extend(entity.all("position"))
    draft.remarks.extend((*entity.all("notes"), *entity.all("summary")))
    for sanction in contents.sanctions.get(entity.id, ()):
        _add_sanction(draft, sanction)
    return draft.entity(f"ftm-{entity.id}")


def _add_names(draft: Draft, entity: Entity) -> None:
    parts = ("firstName", "secondName", "middleName", "fatherName", "lastName")
    composed = " ".join(filter(None, map(entity.first, parts)))
    draft.name(entity.first("name") or composed or entity.id, Strength.PRIMARY)
    for name, strength in NAMES.items():
        for text in entity.all(name):
            draft.name(text, strength)


def _add_identifiers(draft: Draft, entity: Entity) -> None:
    country = next(iter(_countries(text for name in COUNTRIES for text in entity.all(name))), "")
    for name, kind in IDENTIFIERS.items():
        for value in entity.all(name):
            draft.identifiers.append(_identifier(draft.kind, kind, clean(value), country))


def _identifier(holder: Kind, kind: IdentifierKind, value: str, country: str) -> Identifier:
    if holder is Kind.AIRCRAFT and kind is IdentifierKind.REGISTRATION:
        return Identifier(IdentifierKind.TAIL, value)
    labels = {IdentifierKind.TAX: "Tax ID No.", IdentifierKind.REGISTRATION: "Registration Number"}
    known = identifier(labels[kind], value, country, holder) if kind in labels else None
    return known or Identifier(kind, value)


def _add_address(draft: Draft, address: Entity) -> None:
    lines = ("street", "street2", "city", "state", "postalCode", "country")
    text = address.first("full") or ", ".join(filter(None, map(address.first, lines)))
    draft.address(text, next(iter(_countries(address.all("country"))), ""))


def _add_sanction(draft: Draft, sanction: Entity) -> None:
    draft.programmes.extend(sanction.all("program") or sanction.all("programId"))
    draft.listed.extend((*sanction.all("startDate"), *sanction.all("listingDate")))
    draft.ends.append(max(sanction.all("endDate"), default=""))
    draft.remarks.extend(sanction.all("reason"))


def _countries(codes: Iterable[str]) -> Iterator[str]:
    return filter(None, (alpha2(code.upper() if len(code) == 2 else code) for code in codes))


READER = Reader("followthemoney", "FollowTheMoney entities as JSON lines", takes, read)
