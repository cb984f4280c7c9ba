"""Every version of every list in one SQLite file: who was listed, and how, on any day.

A version is in force from the day on which it was published or, where its source states none, loaded, until
the next one is. So an older version may be loaded later: it takes its place in the past. Each distinct
entity is stored once, with the versions between which it stood so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from hashlib import sha256
from itertools import chain

from msgspec import json

from sarai.goods.errors import BeforeTheBook, NotInBook
from sarai.screening.database import Kept, StoreError, never_changed, stamp
from sarai.screening.listed import ListedEntity, Publication
from sarai.screening.lists.admission import Shrunk, check, check_size
from sarai.screening.lists.content import (
    bodies_digest,
    changed_fields,
    content_digest,
    decode,
    encode,
    lists_digest,
    merge,
)
from sarai.screening.lists.reading import ListError
from sarai.screening.lists.version import Changed, Difference, LoadResult, Version, last, place

__all__ = [
    "Changed",
    "Difference",
    "ListStore",
    "LoadResult",
    "Shrunk",
    "StoreError",
    "Version",
    "content_digest",
    "lists_digest",
    "merge",
]

SCHEMA = (
    "CREATE TABLE list_version (list TEXT NOT NULL, number INTEGER NOT NULL, publisher TEXT NOT NULL, "
    "published TEXT NOT NULL, loaded TEXT NOT NULL, digest TEXT NOT NULL, count INTEGER NOT NULL, "
    "sources TEXT NOT NULL, supplement INTEGER NOT NULL, PRIMARY KEY (list, number)) WITHOUT ROWID",
    "CREATE TABLE entity_body (digest BLOB PRIMARY KEY, body BLOB NOT NULL)",
    # in the versions from `since` on, up to but without `until`
    "CREATE TABLE listed (list TEXT NOT NULL, entity TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER, "
    "body BLOB NOT NULL REFERENCES entity_body, PRIMARY KEY (list, entity, since)) WITHOUT ROWID",
    *never_changed("list_version"),
    *never_changed("entity_body"),
)
BODIES = (
    "SELECT entity, entity_body.body FROM listed JOIN entity_body ON digest = listed.body "
    "WHERE list = ? AND since <= ? AND (until IS NULL OR until > ?) ORDER BY entity"
)


class ListStore(Kept):
    """The lists in a database, which may hold the log of decisions too."""

    schema = SCHEMA

    # -- loading ---------------------------------------------------------------------------------

    def load(self, publication: Publication, now: datetime, accept_shrinking: bool = False) -> LoadResult:
        """Take in a publication as one transaction: all of it, or nothing.

        Raises
        ------
        ListError
            Two entities have one id, its date is none, or a supplement has nothing to add to.
        Shrunk
            It lacks more than half of the version before (see `KEPT_AT_LEAST`).
        """
        loaded = stamp(now)
        check(publication, now)
        with self.database.writing():
            versions = self.versions(publication.list)
            former = last(versions, publication.published or loaded[:10])
            before = self._bodies(former) if former else {}
            after = _bodies(publication, former, before)
            same = _same(bodies_digest(after), former, () if publication.published else versions)
            if same:
                number = same.number
            else:
                check_size(publication, former, len(after), accept_shrinking)
                number = self._write(publication, loaded, after)
            latest = last(self.versions(publication.list))
        return LoadResult(
            list=publication.list, version=number, repeated=same is not None,
            in_force=latest.number == number,
            **_counts(after if same else before, after),
        )  # fmt: skip

    def _write(self, publication: Publication, loaded: str, bodies: dict[str, bytes]) -> int:
        name = publication.list
        ((number,),) = self.database.query(
            "SELECT 1 + coalesce(max(number), 0) FROM list_version WHERE list = ?", (name,)
        )
        row = (
            name, number, publication.publisher, publication.published, loaded, bodies_digest(bodies),
            len(bodies), json.encode(publication.sources).decode(), publication.supplement,
        )  # fmt: skip
        self.database.write_all("INSERT INTO list_version VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", [row])
        self._write_entities(name, number, bodies)
        return number

    def _write_entities(self, name: str, number: int, bodies: dict[str, bytes]) -> None:
        """Close the validity of what stood otherwise in the version before, and open that of what is new."""
        held = dict(
            self.database.query("SELECT entity, body FROM listed WHERE list = ? AND until IS NULL", (name,))
        )
        wanted = {entity: sha256(body).digest() for entity, body in bodies.items()}
        over = [(number, name, entity) for entity, digest in held.items() if wanted.get(entity) != digest]
        fresh = [entity for entity, digest in wanted.items() if held.get(entity) != digest]
        write = self.database.write_all
        write("UPDATE listed SET until = ? WHERE list = ? AND entity = ? AND until IS NULL", over)
        write("INSERT OR IGNORE INTO entity_body VALUES (?, ?)", [(wanted[e], bodies[e]) for e in fresh])
        write("INSERT INTO listed VALUES (?, ?, ?, NULL, ?)", [(name, e, number, wanted[e]) for e in fresh])

    # -- asking ----------------------------------------------------------------------------------

    def versions(self, name: str | None = None) -> list[Version]:
        """All versions, or those of one list: by list, then in the order in which they are in force."""
        rows = self.database.query("SELECT * FROM list_version WHERE ? IN (list, '')", (name or "",))
        return sorted(map(_version, rows), key=lambda version: (version.list, *place(version)))

    def in_force(self, lists: Iterable[str] | None = None, on: date | None = None) -> list[Version]:
        """The version of each list that is in force, today or at the end of a day.

        Raises
        ------
        NotInBook
            No such list, or none at all.
        BeforeTheBook
            The store has no version of a list from so early.
        """
        known: dict[str, list[Version]] = {}
        for version in self.versions():
            known.setdefault(version.list, []).append(version)
        if not known:
            raise NotInBook(f"{self.database.path} holds no list; load one with sarai lists load")
        return [
            self._version_on(name, known.get(name, []), on)
            for name in sorted(known if lists is None else set(lists))
        ]

    def _version_on(self, name: str, versions: list[Version], on: date | None) -> Version:
        if not versions:
            raise NotInBook(f"no list {name!r} in {self.database.path}; see sarai lists show for its lists")
        version = last(versions, on.isoformat()[:10] if on else "")
        if version is None:
            raise BeforeTheBook(
                f"the first version of {name} is of {versions[0].day}: what it said on {on} is not known; "
                "load an older version, or ask for other lists"
            )
        return version

    def entities(self, lists: Iterable[str] | None = None, on: date | None = None) -> Iterator[ListedEntity]:
        """Everybody on these lists (by default on all), today or as the lists said on a day.

        By list, then by id. Raises as `in_force` does, at once.
        """
        return chain.from_iterable(map(self._entities, self.in_force(lists, on)))

    def publication(self, name: str, on: date | None = None) -> Publication:
        """A list in force as a whole, with the supplements that it was given."""
        (version,) = self.in_force([name], on)
        return Publication(
            list=name, publisher=version.publisher, entities=tuple(self._entities(version)),
            published=version.published, sources=version.sources,
        )  # fmt: skip

    def contents(self, lists: Iterable[str] | None = None, on: date | None = None) -> dict[str, str]:
        """The digest of each list's content in force, by name."""
        return {version.list: version.digest for version in self.in_force(lists, on)}

    def digest(self, lists: Iterable[str] | None = None, on: date | None = None) -> str:
        """One digest of `contents`: the same exactly if every list says the same."""
        return lists_digest(self.contents(lists, on))

    def diff(self, name: str, old: int, new: int) -> Difference:
        """What version ``new`` of a list has otherwise than version ``old``; NotInBook without either."""
        before, after = (self._bodies(self._numbered(name, number)) for number in (old, new))
        both = [entity for entity in after if entity in before and before[entity] != after[entity]]
        return Difference(
            added=tuple(decode(body) for entity, body in after.items() if entity not in before),
            changed=tuple(_changed(before[entity], after[entity]) for entity in both),
            removed=tuple(decode(body) for entity, body in before.items() if entity not in after),
        )

    def _numbered(self, name: str, number: int) -> Version:
        for version in self.versions(name):
            if version.number == number:
                return version
        raise NotInBook(
            f"no version {number} of a list {name!r} in {self.database.path}; see sarai lists show"
        )

    def _bodies(self, version: Version) -> dict[str, bytes]:
        return dict(self.database.query(BODIES, (version.list, version.number, version.number)))

    def _entities(self, version: Version) -> Iterator[ListedEntity]:
        return map(decode, self._bodies(version).values())


def _bodies(publication: Publication, former: Version | None, before: dict[str, bytes]) -> dict[str, bytes]:
    """The version's entities as JSON, by id, in the order of the ids."""
    entities = publication.entities
    if publication.supplement:
        if former is None:
            raise ListError(
                f"{', '.join(publication.sources) or publication.list} only adds to {publication.list}, of "
                "which the store has no version from so early; load the whole list first"
            )
        entities = merge(map(decode, before.values()), entities)
    return {entity.id: encode(entity) for entity in sorted(entities, key=lambda entity: entity.id)}


def _same(digest: str, former: Version | None, others: Iterable[Version]) -> Version | None:
    """The version that says the same already: the one before or, where the source states no day, any.

    Without a day, an old file cannot be told from a list that went back to what it said: it is not put in
    force unless somebody says of which day it is.
    """
    if former and former.digest == digest:
        return former
    return last(version for version in others if version.digest == digest)


def _counts(before: dict[str, bytes], after: dict[str, bytes]) -> dict[str, int]:
    both = before.keys() & after.keys()
    changed = sum(before[entity] != after[entity] for entity in both)
    return {
        "added": len(after) - len(both),
        "changed": changed,
        "removed": len(before) - len(both),
        "unchanged": len(both) - changed,
    }


def _changed(old: bytes, new: bytes) -> Changed:
    before, after = decode(old), decode(new)
    return Changed(old=before, new=after, fields=changed_fields(before, after))


def _version(row: tuple) -> Version:
    name, number, publisher, published, loaded, digest, count, sources, supplement = row
    return Version(
        list=name, number=number, publisher=publisher, published=published, digest=digest, count=count,
        loaded=datetime.fromisoformat(loaded), sources=json.decode(sources, type=tuple[str, ...]),
        supplement=bool(supplement),
    )  # fmt: skip
