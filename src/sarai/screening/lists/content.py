"""What a list says, apart from where it is kept: its digest, a supplement onto it, what differs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256

from msgspec import json
from msgspec.structs import replace

from sarai.screening.listed import Kind, ListedEntity, ListedName

encode = json.Encoder(order="deterministic").encode
decode = json.Decoder(ListedEntity).decode


def content_digest(entities: Iterable[ListedEntity]) -> str:
    """SHA-256 of a list's entities as JSON lines in the order of their ids."""
    return bodies_digest({entity.id: encode(entity) for entity in entities})


def bodies_digest(bodies: Mapping[str, bytes]) -> str:
    """The same, of entities already written as JSON, by id."""
    digest = sha256()
    for _, body in sorted(bodies.items()):
        digest.update(body + b"\n")
    return digest.hexdigest()


def lists_digest(contents: Mapping[str, str]) -> str:
    """One digest for several lists, of the digest of each by name: what a screening was made against."""
    return sha256(json.encode(sorted(contents.items()))).hexdigest()


def merge(former: Iterable[ListedEntity], supplement: Iterable[ListedEntity]) -> tuple[ListedEntity, ...]:
    """Add what a supplement says to a list: whom it knows learns more, whom it does not is added.

    Nothing is removed, and nothing that the list says of somebody is replaced.
    """
    merged = {entity.id: entity for entity in former}
    for more in supplement:
        merged[more.id] = _more(merged.get(more.id, more), more)
    return tuple(merged.values())


def changed_fields(old: ListedEntity, new: ListedEntity) -> tuple[str, ...]:
    """The fields in which two versions of an entity differ."""
    return tuple(name for name in ListedEntity.__struct_fields__ if getattr(old, name) != getattr(new, name))


def _more(known: ListedEntity, more: ListedEntity) -> ListedEntity:
    fields = {name: _joined(getattr(known, name), getattr(more, name)) for name in known.__struct_fields__}
    kind = more.kind if known.kind is Kind.OTHER else known.kind
    return replace(known, **{**fields, "kind": kind, "names": _names(known.names, more.names)})


def _joined(known: str | tuple, more: str | tuple) -> str | tuple:
    if isinstance(known, tuple):
        return tuple(dict.fromkeys(known + more))
    return known or more


def _names(known: tuple[ListedName, ...], more: tuple[ListedName, ...]) -> tuple[ListedName, ...]:
    """A name known already keeps the strength that it has."""
    names: dict[str, ListedName] = {}
    for name in (*known, *more):
        names.setdefault(name.text, name)
    return tuple(names.values())
