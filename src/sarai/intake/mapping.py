"""A mapping: how the columns of somebody else's CSV become documents, written as TOML.

Each field of the document is given by a template such as ``"KR-{Office ID}"``, or by a table
with ``value`` (the template) and how to go on from it: ``map``, ``default``, ``date``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping as Table, Sequence
from datetime import datetime, timedelta, timezone, tzinfo
from functools import partial
from io import BufferedReader
from operator import itemgetter
from pathlib import Path as FilePath
from zoneinfo import ZoneInfo

import msgspec

from sarai.goods import KINDS, BadSetting, Code
from sarai.intake.draft import LISTS, Column, Path
from sarai.intake.explain import shown
from sarai.intake.record import Limits, Read, Refused
from sarai.intake.table import read_csv

DECIMALS = ("quantity", "value", "net_mass_kg", "accepted", "shortage", "latitude_deg", "longitude_deg")

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_GROUPED = {
    ".": re.compile(r"[+-]?\d{1,3}([,'\u2019 \u00a0\u202f]\d{3})+(\.\d+)?"),
    ",": re.compile(r"[+-]?\d{1,3}([.'\u2019 \u00a0\u202f]\d{3})+(,\d+)?"),
}
_OFFSET = re.compile(r"([+-])(\d{2}):(\d{2})")

Cell = Callable[[Sequence[str]], str]


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
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError, ValueError) as error:
        raise BadSetting(f"mapping {path}: {error}; see docs/documents.md") from error
    return mapping


def read_mapped(stream: BufferedReader, source: str, limits: Limits, mapping: Mapping) -> Iterator[Read]:
    """Read documents from the CSV that a mapping describes."""
    return read_csv(
        stream,
        source,
        limits,
        columns=partial(_columns, mapping),
        delimiter=mapping.delimiter,
        encoding=mapping.encoding,
    )


def _check(mapping: Mapping) -> None:
    """Raise ValueError for a setting that cannot be used, whatever the table says."""
    if mapping.decimal_mark not in _GROUPED:
        raise ValueError(f"decimal_mark {mapping.decimal_mark!r} must be '.' or ','")
    if len(mapping.delimiter) > 1:
        raise ValueError(f"delimiter {mapping.delimiter!r} must be one character")
    try:
        ascii_alike = "\n,x".encode(mapping.encoding) == b"\n,x"
    except LookupError:
        ascii_alike = False
    if not ascii_alike:
        raise ValueError(f"encoding {mapping.encoding!r} cannot be read line by line; use UTF-8")
    _zone(mapping.time_zone)
    known = {name for kind in KINDS.values() for name in kind.__struct_fields__} | {"kind"}
    for path, _ in _rules(mapping):
        if path[0] not in known:
            raise ValueError(f"{'.'.join(path)} is not a field of any document")


def _zone(name: str) -> tzinfo:
    """A time zone by IANA name, or a fixed offset such as +09:00."""
    if offset := _OFFSET.fullmatch(name):
        minutes = int(offset[2]) * 60 + int(offset[3])
        return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # a name that is not known is a KeyError
        raise ValueError(f"time_zone {name!r} is not known here; give an offset such as +09:00") from None


def _rules(mapping: Mapping) -> Iterator[tuple[Path, Rule]]:
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


def _columns(mapping: Mapping, header: list[str]) -> list[Column]:
    """The columns of a document, made from those of the table."""
    return [Column(path, _cell(path[-1], rule, mapping, header)) for path, rule in _rules(mapping)]


def _cell(field: str, rule: Rule, mapping: Mapping, header: list[str]) -> Cell:
    """What a rule makes of a row, step by step: template, then map, then date or number."""
    cell = _template(rule.value, header)
    if rule.map:
        otherwise = None if rule.default is None else _template(rule.default, header)
        cell = partial(_mapped, cell, rule.map, otherwise)
    elif rule.default is not None:
        cell = partial(_defaulted, cell, _template(rule.default, header))
    if rule.date:
        return partial(_dated, cell, rule.date, _zone(mapping.time_zone))
    if field in DECIMALS:
        return partial(_decimal, cell, mapping.decimal_mark)
    return cell


def _template(template: str, header: list[str]) -> Cell:
    """The text of a template; empty if it names columns and all of them are empty."""
    parts = _PLACEHOLDER.split(template)
    for name in parts[1::2]:
        if name not in header:
            message = f"the table has no column {name!r}, which the mapping names; use the mapping made for it"
            raise Refused(Code.UNKNOWN_FORMAT, message)
    indices = [header.index(name) for name in parts[1::2]]
    if not indices:
        return lambda row: template
    if parts[0] == parts[-1] == "" and len(indices) == 1:
        return itemgetter(indices[0])
    return partial(_filled, parts[0::2], indices)


def _filled(texts: list[str], indices: list[int], row: Sequence[str]) -> str:
    values = [row[index].strip() for index in indices]
    if not any(values):
        return ""
    return texts[0] + "".join(value + text for value, text in zip(values, texts[1:], strict=True))


def _mapped(cell: Cell, table: dict[str, str], otherwise: Cell | None, row: Sequence[str]) -> str:
    value = cell(row).strip()
    if value in table:
        return table[value]
    if otherwise is None and value:
        message = f"{shown(value)} is not in the mapping's map; add what it stands for, or a default"
        raise Refused(Code.BAD_VALUE, message)
    return otherwise(row) if otherwise else ""


def _defaulted(cell: Cell, otherwise: Cell, row: Sequence[str]) -> str:
    return cell(row).strip() or otherwise(row)


def _dated(cell: Cell, date: str, zone: tzinfo, row: Sequence[str]) -> str:
    """A date as a time in RFC 3339; a date without a time of day is its midnight in the zone."""
    value = cell(row).strip()
    try:
        moment = datetime.strptime(value, date) if value else None
    except ValueError:
        message = f"{shown(value)} is not a date as {date}; mend it, or the date in the mapping"
        raise Refused(Code.BAD_VALUE, message) from None
    if moment is None:
        return ""
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).isoformat()


def _decimal(cell: Cell, mark: str, row: Sequence[str]) -> str:
    """A decimal with a point and no grouping; what is not grouped as it should be stays as it is."""
    value = cell(row).strip()
    if _GROUPED[mark].fullmatch(value):
        value = "".join(character for character in value if character in "+-0123456789" + mark)
    return value.replace(",", ".") if mark == "," else value
