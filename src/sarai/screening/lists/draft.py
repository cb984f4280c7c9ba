"""A listed entity under way: what its rows, files and remarks say of it, until all is read."""

from __future__ import annotations

import hashlib

from msgspec import Struct, field

from sarai.screening.listed import Address, Identifier, Kind, ListedEntity, ListedName, Strength
from sarai.screening.lists.reading import clean


class Draft(Struct):
    """What is known of an entity so far; said twice counts once."""

    kind: Kind = Kind.OTHER
    names: list[ListedName] = field(default_factory=list)
    programmes: list[str] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    identifiers: list[Identifier] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    births: list[str] = field(default_factory=list)
    birthplaces: list[str] = field(default_factory=list)
    countries: list[str] = field(default_factory=list)
    gender: str = ""
    positions: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def name(self, text: str, strength: Strength) -> None:
        """Add a name, unless it says nothing."""
        if text := clean(text):
            self.names.append(ListedName(text, strength))

    def address(self, text: str, country: str) -> None:
        """Add an address, unless it says nothing."""
        if (text := clean(text)) or country:
            self.addresses.append(Address(text, country))

    def entity(self, id: str) -> ListedEntity:
        """The entity. It is listed since the first date given, and ends with the last, if all end."""
        return ListedEntity(
            id=id,
            kind=self.kind,
            names=_names(self.names),
            programmes=_each(self.programmes),
            listed=min(filter(None, self.listed), default=""),
            ends=max(self.ends, default="") if all(self.ends) else "",
            identifiers=tuple(dict.fromkeys(self.identifiers)),
            addresses=tuple(dict.fromkeys(self.addresses)),
            births=_each(self.births),
            birthplaces=_each(self.birthplaces),
            countries=_each(self.countries),
            gender=self.gender,
            positions=_each(self.positions),
            remarks="; ".join(_each(self.remarks)),
        )


def short_hash(*parts: str) -> str:
    """A stable short name for what its publisher does not number."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]


def _names(names: list[ListedName]) -> tuple[ListedName, ...]:
    """Each name once, the primary ones first; of two strengths, what was said first."""
    once: dict[str, ListedName] = {}
    for name in sorted(names, key=lambda name: name.strength is not Strength.PRIMARY):
        once.setdefault(name.text, name)
    return tuple(once.values())


def _each(texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(clean, texts))))
