"""A mapping: how the columns of somebody else's CSV become documents, written as TOML.

Each field of the document is given by a template such as ``"KR-{Office ID}"``, or by a table
with ``value`` (the template) and how to go on from it: ``map``, ``default``, ``date``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from collections.abc import Mapping as Table
from datetime import timedelta, timezone, tzinfo
from pathlib import Path as FilePath
from zoneinfo import ZoneInfo

import msgspec

from sarai.goods import KINDS, BadSetting
from sarai.intake.draft import LISTS, Path

_OFFSET = re.compile(r"([+-])(\d{2}):(\d{2})")


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one field is made: a template, what its values stand for, and how a date is written."""

    value: str
    map: dict[str, str] = {}
    default: str | None = None
    date: str = ""


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The settings of a mapping file; ``document`` and the lists hold a template or rule per field."""

    document: dict[str, object]
    lines: dict[str, object] = {}
    inputs: dict[str, object] = {}
    outputs: dict[str, object] = {}
    items: dict[str, object] = {}
    shortages: dict[str, object] = {}
    delimiter: str = ""
    encoding: str = "utf-8"
    decimal_mark: str = "."
    time_zone: str = "UTC"


def load_mapping(path: str | FilePath) -> Mapping:
    """Read a mapping file and check all of it that can be checked without a table.

    Raises
    ------
    BadSetting
        It is not there, not TOML, or says something that no document has.
    """
    try:
        with FilePath(path).open("rb") as file:
            mapping = msgspec.convert(tomllib.load(file), Mapping)
        _check(mapping)
    except OSError as error:
        raise BadSetting(f"mapping {path} cannot be opened: {error.strerror}") from error
    except ValueError as error:  # what tomllib, msgspec and the checks below raise is one
        raise BadSetting(f"mapping {path}: {error}; see docs/documents.md") from error
    return mapping


def _check(mapping: Mapping) -> None:
    """Raise ValueError for a setting that cannot be used, whatever the table says."""
    if mapping.decimal_mark not in (".", ","):
        raise ValueError(f"decimal_mark {mapping.decimal_mark!r} must be '.' or ','")
    if len(mapping.delimiter) > 1 or mapping.delimiter in ('"', "\r", "\n"):
        raise ValueError(f"delimiter {mapping.delimiter!r} must be one character, and no quote")
    try:
        ascii_alike = "\n,x".encode(mapping.encoding) == b"\n,x"
    except LookupError:
        ascii_alike = False
    if not ascii_alike:
        raise ValueError(f"encoding {mapping.encoding!r} cannot be read line by line; use UTF-8")
    zone(mapping.time_zone)
    known = {name for kind in KINDS.values() for name in kind.__struct_fields__} | {"kind"}
    for path, _ in rules(mapping):
        if path[0] not in known:
            raise ValueError(f"{'.'.join(path)} is not a field of any document")


def zone(name: str) -> tzinfo:
    """A time zone by IANA name, or a fixed offset such as +09:00."""
    if offset := _OFFSET.fullmatch(name):
        minutes = int(offset[2]) * 60 + int(offset[3])
        return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # a name that is not known is a KeyError
        raise ValueError(f"time_zone {name!r} is not known here; give an offset such as +09:00") from None


def rules(mapping: Mapping) -> Iterator[tuple[Path, Rule]]:
    """Every field that the mapping fills, with its rule, in the order of the file."""
    yield from _flat((), mapping.document)
    for name in LISTS:
        yield from _flat((name,), getattr(mapping, name))


def _flat(path: Path, table: Table[str, object]) -> Iterator[tuple[Path, Rule]]:
    for name, entry in table.items():
        here = (*path, *name.split("."))
        if isinstance(entry, str):
            yield here, Rule(value=entry)
        elif isinstance(entry, dict) and "value" in entry:
            yield here, msgspec.convert(entry, Rule)
        elif isinstance(entry, dict):
            yield from _flat(here, entry)
        else:
            raise ValueError(f"{'.'.join(here)} is {entry!r}; write it as text in quotes")
