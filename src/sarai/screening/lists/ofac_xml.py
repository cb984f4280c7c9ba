"""OFAC's lists as Advanced XML: ``SDN_ADVANCED.XML`` and ``CONS_ADVANCED.XML``.

The layout says everything once and points to it by number: tables of terms, then places, documents,
parties, and what was imposed on whom. Names come in every script that OFAC knows them in.
Layout: OFAC, Advanced Sanctions Data Model, https://home.treasury.gov/system/files/126/sdn_advanced_notes.pdf
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct, field

from sarai.screening.listed import Address, Identifier, IdentifierKind, Kind, Publication, Strength
from sarai.screening.lists.draft import Draft
from sarai.screening.lists.ofac_csv import PUBLISHER
from sarai.screening.lists.reading import ListError, Reader, clean
from sarai.screening.lists.streamed import AGAIN, below, elements, local, said
from sarai.screening.lists.us_identifiers import alpha2, identifier

if TYPE_CHECKING:
    from lxml import etree

KINDS = {
    "Individual": Kind.PERSON,
    "Entity": Kind.ORGANISATION,
    "Vessel": Kind.VESSEL,
    "Aircraft": Kind.AIRCRAFT,
}
OF_COUNTRY = ("Nationality Country", "Citizenship Country", "Nationality of Registration", "Vessel Flag")
LONGEST_SPAN = 15
"""Years. A birth said to lie in a longer span tells nobody from anybody."""


class Document(NamedTuple):
    """An identifier, as it is printed on a document."""

    label: str
    number: str
    country: str


class Contents(Struct):
    """What was read of a file so far.

    Attributes
    ----------
    identities
        Which documents are whose: an entity, and the number that its documents name.
    whereabouts
        Which places are whose: an entity, what the place is to it, and the place's number.
    """

    terms: dict[tuple[str, str], etree._Element] = field(default_factory=dict)
    places: dict[str, Address] = field(default_factory=dict)
    documents: dict[str, list[Document]] = field(default_factory=lambda: defaultdict(list))
    drafts: dict[str, Draft] = field(default_factory=dict)
    identities: list[tuple[Draft, str]] = field(default_factory=list)
    whereabouts: list[tuple[Draft, str, str]] = field(default_factory=list)
    lists: Counter[str] = field(default_factory=Counter)
    published: str = ""

    def term(self, table: str, number: str | None) -> str:
        """The words of a table that a number stands for; empty if there are none."""
        found = self.terms.get((table, number or ""))
        return "" if found is None else clean(found.text)

    def country(self, number: str | None) -> str:
        """The alpha-2 code of a country by its number."""
        found = self.terms.get(("Country", number or ""))
        return "" if found is None else found.get("ISO2") or alpha2(found.text or "")


def takes(path: Path, head: bytes) -> bool:
    """Whether the file begins as OFAC's ``Sanctions``, which none of the other layouts does."""
    return b"<Sanctions" in head and (
        b"ADVANCED" in head or b"DateOfIssue" in head or b"ReferenceValue" in head
    )


def read(paths: Sequence[Path]) -> list[Publication]:
    """Read each file."""
    return [_publication(path) for path in paths]


def _publication(path: Path) -> Publication:
    contents = Contents()
    for tag, element in elements(path, "Sanctions", SECTIONS):
        if tag in ("DistinctParty", "SanctionsEntry") and not contents.terms:
            raise ListError(f"{path}, line {element.sourceline}: {tag} before ReferenceValueSets; {AGAIN}")
        try:
            SECTIONS[tag](contents, element)
        except KeyError as error:
            raise ListError(f"{path}, line {element.sourceline}: {tag} without {error}; {AGAIN}") from None
    _join(path, contents)
    return Publication(
        list=_list(path, contents),
        publisher=PUBLISHER,
        entities=tuple(draft.entity(f"ofac-{number}") for number, draft in contents.drafts.items()),
        published=contents.published,
        sources=(path.name,),
    )


def _join(path: Path, contents: Contents) -> None:
    """Give the parties what the rest of the file says of them."""
    for draft, identity in contents.identities:
        _add_documents(draft, contents.documents.get(identity, []))
    for draft, label, number in contents.whereabouts:
        if number not in contents.places:
            raise ListError(f"{path} has no Location {number}, which a party points to; {AGAIN}")
        _add_place(draft, label, contents.places[number])
    for number, draft in contents.drafts.items():
        if not draft.names:
            raise ListError(f"{path} has no name for party {number}; {AGAIN}")


def _list(path: Path, contents: Contents) -> str:
    """The list that most entries are of: a few on the consolidated list are blocked persons too."""
    for name, _ in contents.lists.most_common(1):
        return "ofac-sdn" if name.startswith("SDN") else "ofac-consolidated"
    return "ofac-consolidated" if path.stem.lower().startswith("cons") else "ofac-sdn"


def _read_date_of_issue(contents: Contents, element: etree._Element) -> None:
    contents.published = _date(element)


def _read_terms(contents: Contents, element: etree._Element) -> None:
    for table in element:
        for term in table:
            contents.terms[local(term), term.attrib["ID"]] = _copy(term)


def _copy(term: etree._Element) -> etree._Element:
    copy = term.makeelement(local(term), dict(term.attrib))
    copy.text = term.text
    return copy


def _read_place(contents: Contents, element: etree._Element) -> None:
    lines = [said(part, "LocationPartValue/Value") for part in below(element, "LocationPart")]
    numbers = [each.get("CountryID") for each in below(element, "LocationCountry")]
    country = next(filter(None, map(contents.country, numbers)), "")
    names = [contents.term("Country", number) for number in numbers]
    text = clean(", ".join(line for line in (*lines, *names) if line and line != "undetermined"))
    contents.places[element.attrib["ID"]] = Address(text, country)


def _read_document(contents: Contents, element: etree._Element) -> None:
    document = Document(
        contents.term("IDRegDocType", element.get("IDRegDocTypeID")),
        said(element, "IDRegistrationNo"),
        contents.country(element.get("IssuedBy-CountryID")),
    )
    contents.documents[element.attrib["IdentityID"]].append(document)


def _read_party(contents: Contents, element: etree._Element) -> None:
    for profile in below(element, "Profile"):
        draft = contents.drafts.setdefault(profile.attrib["ID"], Draft())
        draft.kind = _kind(contents, profile.get("PartySubTypeID"))
        draft.remarks.append(said(element, "Comment"))
        for identity in below(profile, "Identity"):
            _add_names(contents, draft, identity)
            contents.identities.append((draft, identity.get("ID", "")))
        for feature in below(profile, "Feature"):
            _add_feature(contents, draft, feature)


def _kind(contents: Contents, number: str | None) -> Kind:
    """Of a party: the subtype's own name, or else that of the type above it."""
    subtype = contents.terms.get(("PartySubType", number or ""))
    if subtype is None:
        return Kind.OTHER
    above = contents.term("PartyType", subtype.get("PartyTypeID"))
    return KINDS.get(clean(subtype.text)) or KINDS.get(above, Kind.OTHER)


def _add_names(contents: Contents, draft: Draft, identity: etree._Element) -> None:
    groups = below(identity, "NamePartGroups/MasterNamePartGroup/NamePartGroup")
    types = {each.get("ID"): contents.term("NamePartType", each.get("NamePartTypeID")) for each in groups}
    for alias in below(identity, "Alias"):
        strength = _strength(contents, alias)
        for name in below(alias, "DocumentedName"):
            draft.name(_name(types, name), strength)
            if strength is Strength.PRIMARY:  # its other spellings and scripts are as good, but come after
                strength = Strength.STRONG


def _strength(contents: Contents, alias: etree._Element) -> Strength:
    if alias.get("LowQuality") == "true":
        return Strength.WEAK
    if alias.get("Primary") == "true":
        return Strength.PRIMARY
    former = contents.term("AliasType", alias.get("AliasTypeID")) == "F.K.A."
    return Strength.FORMER if former else Strength.STRONG


def _name(types: dict[str | None, str], name: etree._Element) -> str:
    """The parts in their order; after a surname in capitals a comma, as OFAC prints it elsewhere."""
    values = list(below(name, "DocumentedNamePart/NamePartValue"))
    parts = [(types.get(value.get("NamePartGroupID"), ""), clean(value.text)) for value in values]
    surname = " ".join(text for kind, text in parts if kind == "Last Name" and text.isupper())
    others = " ".join(text for kind, text in parts if kind != "Last Name" or not text.isupper())
    return f"{surname}, {others}" if surname and others else surname or others


def _add_documents(draft: Draft, documents: list[Document]) -> None:
    for label, number, country in documents:
        known = identifier(label, number, country, draft.kind)
        draft.identifiers.append(known or Identifier(IdentifierKind.OTHER, clean(number), country))


def _add_feature(contents: Contents, draft: Draft, feature: etree._Element) -> None:
    label = contents.term("FeatureType", feature.get("FeatureTypeID"))
    for version in below(feature, "FeatureVersion"):
        for place in below(version, "VersionLocation"):
            contents.whereabouts.append((draft, label, place.get("LocationID", "")))
        for detail in below(version, "VersionDetail"):
            reference = contents.term("DetailReference", detail.get("DetailReferenceID"))
            _add_statement(draft, label, clean(detail.text) or reference)
        for period in below(version, "DatePeriod"):
            _add_period(draft, label, period)


def _add_place(draft: Draft, label: str, place: Address) -> None:
    if label == "Location":
        draft.addresses.append(place)
    elif label in OF_COUNTRY:
        draft.countries.append(place.country)
    else:
        _add_statement(draft, label, place.text)


def _add_statement(draft: Draft, label: str, text: str) -> None:
    if label == "Place of Birth":
        draft.birthplaces.append(text)
    elif label in OF_COUNTRY:
        draft.countries.append(alpha2(text))
    elif label == "Gender":
        draft.gender = text.lower()
    elif label == "Title":
        draft.positions.extend(text.split(";"))
    elif found := identifier(label, text, holder=draft.kind):
        draft.identifiers.append(found)
    elif text:
        draft.remarks.append(f"{label} {text}")


def _add_period(draft: Draft, label: str, period: etree._Element) -> None:
    if label == "Birthdate":
        draft.births.extend(_births(period))
    else:
        for day in below(period, "Start/From"):
            draft.remarks.append(f"{label} {_date(day)}")


def _births(period: etree._Element) -> Iterator[str]:
    """The day, or if the period is longer, every year of it: so OFAC writes what it knows no better."""
    days = [_date(day) for edge in ("Start/From", "End/To") for day in below(period, edge)]
    first, last = min(days, default=""), max(days, default="")
    years = range(int(first[:4] or 0), int(last[:4] or 0) + 1)
    if first and (first == last or (first[:7] == last[:7] and first.endswith("-01"))):
        yield first if first == last else first[:7]
    elif first and len(years) <= LONGEST_SPAN:
        yield from map(str, years)


def _date(element: etree._Element) -> str:
    """An ISO date, as precise as the year, month and day that an element has."""
    parts = (said(element, tag) for tag in ("Year", "Month", "Day"))
    numbers = [int(part) for part in parts if part.isdecimal()]
    return "-".join(f"{number:0{width}}" for number, width in zip(numbers, (4, 2, 2), strict=False))


def _read_entry(contents: Contents, element: etree._Element) -> None:
    contents.lists[contents.term("List", element.get("ListID"))] += 1
    draft = contents.drafts.setdefault(element.attrib["ProfileID"], Draft())
    draft.listed.extend(_date(date) for date in below(element, "EntryEvent/Date"))
    for measure in below(element, "SanctionsMeasure"):
        if contents.term("SanctionsType", measure.get("SanctionsTypeID")) in ("Program", ""):
            draft.programmes.append(said(measure, "Comment"))


SECTIONS = {
    "DateOfIssue": _read_date_of_issue,
    "ReferenceValueSets": _read_terms,
    "Location": _read_place,
    "IDRegDocument": _read_document,
    "DistinctParty": _read_party,
    "SanctionsEntry": _read_entry,
}
"""Every element that is read, in the order in which they come."""

READER = Reader("ofac-xml", "OFAC's SDN and consolidated lists as Advanced XML", takes, read)
