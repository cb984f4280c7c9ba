"""A version of a list, what became of loading it, and what sets it apart from another."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from msgspec import Struct

from sarai.screening.listed import ListedEntity


class Version(Struct, frozen=True, kw_only=True):
    """One version of a list.

    Attributes
    ----------
    number
        From 1, in the order of loading.
    published
        ISO date by the source's word, or empty.
    loaded
        When the store took it in.
    digest
        SHA-256 of its entities (`content_digest`).
    supplement
        Whether it came as an addition to the version before; ``count`` is of both together.
    """

    list: str
    number: int
    publisher: str
    published: str
    loaded: datetime
    digest: str
    count: int
    sources: tuple[str, ...]
    supplement: bool

    @property
    def day(self) -> str:
        """The ISO date from which it is in force."""
        return self.published or self.loaded.astimezone(UTC).date().isoformat()


class LoadResult(Struct, frozen=True, kw_only=True):
    """What became of a publication, beside the version in force before it.

    Attributes
    ----------
    version
        Its number; if it is *repeated*, that of the version which says the same.
    in_force
        Whether that version is in force now. Not if one of a later day is in the store; nor if it is
        repeated, but not of the version before, and no source says of which day it is.
    """

    list: str
    version: int
    added: int
    changed: int
    removed: int
    unchanged: int
    repeated: bool
    in_force: bool


class Changed(Struct, frozen=True, kw_only=True):
    """An entity that two versions describe differently, and the fields in which they do."""

    old: ListedEntity
    new: ListedEntity
    fields: tuple[str, ...]


class Difference(Struct, frozen=True, kw_only=True):
    """What one version of a list has that another has not."""

    added: tuple[ListedEntity, ...]
    changed: tuple[Changed, ...]
    removed: tuple[ListedEntity, ...]


def place(version: Version) -> tuple[str, int]:
    """Where a version of a list stands in time; of two from one day, that which was loaded later is last."""
    return version.day, version.number


def last(versions: Iterable[Version], day: str = "") -> Version | None:
    """Of the versions of one list, that in force at the end of a day; without a day, the last of all."""
    return max((version for version in versions if not day or version.day <= day), key=place, default=None)
