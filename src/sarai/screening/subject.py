"""Who is asked about: a party or a ship, as a document or an officer names it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from sarai.goods.errors import BadSetting
from sarai.screening.listed import Identifier, IdentifierKind, Kind
from sarai.screening.lists.dates import iso_date
from sarai.screening.lists.reading import clean

MAX_NAME = 10_000  # characters; who asks of more is not asking of a name


class Subject(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of somebody.

    Attributes
    ----------
    name
        As it is written, in any script.
    births
        Dates of birth, ISO 8601, as precise as they are known.
    countries
        Alpha-2.
    subject
        The asker's own name for the party, if what is decided on it must not count for another that
        goes by the same facts.
    """

    name: str
    kind: Kind | None = None
    identifiers: tuple[Identifier, ...] = ()
    births: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    subject: str = ""

    def __post_init__(self) -> None:
        if len(self.name) > MAX_NAME:
            raise BadSetting(
                f"a name of {len(self.name):,} characters, {self.name[:40]!r} ..., is none; "
                f"give at most {MAX_NAME:,}"
            )
        if not any(map(str.isalnum, clean(self.name))) and not self.identifiers:
            raise BadSetting(f"the name {self.name!r} has no letter or digit; give a name or an identifier")
        for day in self.births:
            if not day or iso_date(day) != day:
                raise BadSetting(f"date of birth {day!r}; write it such as 1970, 1970-03 or 1970-03-21")

    def facts(self) -> Mapping[str, tuple[str, ...]]:
        """What a decision about it rests on, by field."""
        return {
            "subject": (self.subject,),
            "names": (self.name,),
            "kind": (str(self.kind or ""),),
            "identifiers": tuple(f"{each.kind}:{each.value}" for each in self.identifiers),
            "births": self.births,
            "countries": self.countries,
        }


def identifier(text: str) -> Identifier:
    """An identifier written as ``kind:value``, such as ``bin:050140000656``.

    Raises
    ------
    BadSetting
        It is not written so, or the kind is none.
    """
    kind, _, value = text.strip().partition(":")
    kind = kind.lower()
    kinds = [str(each) for each in IdentifierKind]
    if kind not in kinds or not clean(value):
        raise BadSetting(f"identifier {text!r} is not KIND:VALUE with one of the kinds {', '.join(kinds)}")
    return Identifier(IdentifierKind(kind), clean(value))
