"""The nouns of a list: who is listed, under which names, since when, known by what.

Every publisher's layout is read into these. Texts are kept as the source prints them; dates are
ISO 8601, as precise as the source is (``1960``, ``1960-03``, ``1960-03-21``); countries are ISO
3166-1 alpha-2, or empty where the source's wording names none.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Kind(StrEnum):
    """What is listed."""

    PERSON = "person"
    ORGANISATION = "organisation"
    VESSEL = "vessel"
    AIRCRAFT = "aircraft"
    OTHER = "other"  # an asset, a zone, or what the source does not say


class Strength(StrEnum):
    """How good a name is, by its publisher's own word."""

    PRIMARY = "primary"
    STRONG = "strong"
    WEAK = "weak"  # low quality, or so short or common that it alone identifies nobody
    FORMER = "former"


class IdentifierKind(StrEnum):
    """What an identifier identifies by."""

    BIN = "bin"  # Kazakhstan, legal persons
    IIN = "iin"  # Kazakhstan, natural persons
    INN = "inn"  # Russia and its neighbours, taxpayers
    OGRN = "ogrn"  # Russia, register of legal persons
    KPP = "kpp"  # not unique: a branch's reason for registration
    OKPO = "okpo"
    IMO = "imo"
    MMSI = "mmsi"
    LEI = "lei"
    SWIFT = "swift"
    PASSPORT = "passport"
    NATIONAL = "national"  # a personal number or identity card
    TAX = "tax"
    REGISTRATION = "registration"
    TAIL = "tail"  # of an aircraft
    OTHER = "other"


class ListedName(Struct, frozen=True, omit_defaults=True, gc=False):
    """A name as the source prints it."""

    text: str
    strength: Strength = Strength.PRIMARY


class Identifier(Struct, frozen=True, omit_defaults=True, gc=False):
    """A number or code that a listed entity is known by, as the source prints it."""

    kind: IdentifierKind
    value: str
    country: str = ""


class Address(Struct, frozen=True, omit_defaults=True, gc=False):
    """An address as the source prints it, on one line."""

    text: str
    country: str = ""


class ListedEntity(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Somebody or something that a list names.

    Attributes
    ----------
    id
        The publisher's own number behind the list's prefix, such as ``ofac-36``: the same in every
        version of the list.
    listed, ends
        When the listing began, and when it ends where the source says so; empty where it does not.
    """

    id: str
    kind: Kind = Kind.OTHER
    names: tuple[ListedName, ...]
    programmes: tuple[str, ...] = ()
    listed: str = ""
    ends: str = ""
    identifiers: tuple[Identifier, ...] = ()
    addresses: tuple[Address, ...] = ()
    births: tuple[str, ...] = ()
    birthplaces: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    gender: str = ""  # male, female, or as little as the source says
    positions: tuple[str, ...] = ()
    remarks: str = ""


class Publication(Struct, frozen=True, kw_only=True):
    """One version of one list, as its publisher let it out.

    Attributes
    ----------
    list
        The list's own short name, such as ``ofac-sdn``.
    published
        ISO date, if the source states it, or else empty.
    supplement
        Whether it only adds to the version before, as a file of aliases alone does.
    sources
        The names of the files that it was read from.
    """

    list: str
    publisher: str
    entities: tuple[ListedEntity, ...]
    published: str = ""
    supplement: bool = False
    sources: tuple[str, ...] = ()
