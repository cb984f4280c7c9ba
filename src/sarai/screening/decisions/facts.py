"""The facts that a decision rests on: as long as they stay the same, so does the decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from msgspec import Struct, json

from sarai.screening.listed import Address, Identifier, ListedEntity, ListedName
from sarai.screening.lists.reading import clean

MATTERING = ("names", "identifiers", "births")
"""The fields of a listed entity by which an officer tells one from another; an address moves too often."""

KEYS = ("subject", "names", "identifiers")
"""The fields by which a query is known again although something of it changed."""

_encode = json.Encoder(order="sorted").encode


class Facts(Struct, frozen=True, kw_only=True):
    """What an officer decides on: a query, a listed entity, and how the two were compared.

    Values stand as `facts` makes them: in one case, without repeats, sorted.

    Attributes
    ----------
    query
        What was asked about, by field, such as ``names``; ``subject`` is the asker's own name for the
        party, if the same facts of another party are not to count.
    entity, listed
        The listed entity's id, and what of it matters, by field.
    matcher
        Which matcher, in which version, made it a hit.
    """

    query: dict[str, tuple[str, ...]]
    entity: str
    listed: dict[str, tuple[str, ...]]
    matcher: str

    @property
    def digest(self) -> str:
        """SHA-256 of the facts."""
        return sha256(_encode(self)).hexdigest()

    @property
    def keys(self) -> tuple[str, ...]:
        """What the query is known by."""
        return tuple(f"{field}:{value}" for field in KEYS for value in self.query.get(field, ()))


class FactChange(Struct, frozen=True, kw_only=True):
    """What is no longer so, and what is so now.

    Attributes
    ----------
    of
        ``query``, ``listed`` or ``matcher``.
    field
        Such as ``names``; empty for the matcher.
    """

    of: str
    field: str = ""
    gone: tuple[str, ...] = ()
    come: tuple[str, ...] = ()

    def __str__(self) -> str:
        said = [f"now {', '.join(self.come)}"] if self.come else []
        said += [f"no longer {', '.join(self.gone)}"] if self.gone else []
        return f"{f'{self.of} {self.field}'.rstrip()}: {'; '.join(said)}"


def facts(
    query: Mapping[str, Iterable[str]],
    entity: ListedEntity,
    matcher: str,
    mattering: Sequence[str] = MATTERING,
) -> Facts:
    """The facts of a hit, so normalised that case, order and repeats make no difference.

    Parameters
    ----------
    query
        Values by field; fields without a value count for nothing.
    mattering
        The fields of the entity that the matcher looked at.
    """
    return Facts(
        query=_filled(query),
        entity=entity.id,
        listed=_filled({field: map(_text, getattr(entity, field)) for field in mattering}),
        matcher=matcher,
    )


def what_changed(former: Facts, now: Facts) -> tuple[FactChange, ...]:
    """How the facts of today differ from those that a decision was made on."""
    changes = [*_changes("query", former.query, now.query), *_changes("listed", former.listed, now.listed)]
    if former.matcher != now.matcher:
        changes.append(FactChange(of="matcher", gone=(former.matcher,), come=(now.matcher,)))
    return tuple(changes)


def _filled(values: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    normal = {field: {clean(each).casefold() for each in texts} - {""} for field, texts in values.items()}
    return {field: tuple(sorted(normal[field])) for field in sorted(normal) if normal[field]}


def _text(value: str | ListedName | Identifier | Address) -> str:
    if isinstance(value, Identifier):
        return f"{value.kind}:{value.value}"
    return value if isinstance(value, str) else value.text


def _changes(of: str, former: Mapping[str, tuple], now: Mapping[str, tuple]) -> list[FactChange]:
    changes = []
    for field in sorted(former.keys() | now.keys()):
        was, are = former.get(field, ()), now.get(field, ())
        if was != are:
            gone, come = (tuple(sorted(set(a) - set(b))) for a, b in ((was, are), (are, was)))
            changes.append(FactChange(of=of, field=field, gone=gone, come=come))
    return changes
