"""Somebody else's CSV, read through a mapping: what each rule makes of a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, tzinfo
from functools import partial
from io import BufferedReader
from operator import itemgetter

from sarai.goods import Code
from sarai.intake.draft import Column
from sarai.intake.explain import shown
from sarai.intake.mapping import Mapping, Rule, rules, zone
from sarai.intake.record import Limits, Read, Refused
from sarai.intake.table import read_csv
from sarai.reference import countries, units

DECIMALS = ("quantity", "value", "net_mass_kg", "accepted", "shortage", "latitude_deg", "longitude_deg")

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_GROUPED = {
    ".": re.compile(r"[+-]?\d{1,3}([,'\u2019 \u00a0\u202f]\d{3})+(\.\d+)?"),
    ",": re.compile(r"[+-]?\d{1,3}([.'\u2019 \u00a0\u202f]\d{3})+(,\d+)?"),
}
_STANDARD = {
    "unit": units.unit_code,
    "country": countries.alpha2,
    "destination_country": countries.alpha2,
    "origin": countries.alpha2,
}

Cell = Callable[[Sequence[str]], str]


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


def _columns(mapping: Mapping, header: list[str]) -> list[Column]:
    """The columns of a document, made from those of the table."""
    return [Column(path, _cell(path[-1], rule, mapping, header)) for path, rule in rules(mapping)]


def _cell(field: str, rule: Rule, mapping: Mapping, header: list[str]) -> Cell:
    """What a rule makes of a row, step by step: template, then map, then what the field needs."""
    cell = _template(rule.value, header)
    if rule.map:
        otherwise = None if rule.default is None else _template(rule.default, header)
        cell = partial(_mapped, cell, rule.map, otherwise)
    elif rule.default is not None:
        cell = partial(_defaulted, cell, _template(rule.default, header))
    if rule.date:
        return partial(_dated, cell, rule.date, zone(mapping.time_zone))
    if field in DECIMALS:
        return partial(_decimal, cell, mapping.decimal_mark)
    if field in _STANDARD:
        return partial(_standard, cell, _STANDARD[field])
    return cell


def _template(template: str, header: list[str]) -> Cell:
    """The text of a template; empty if it names columns and all of them are empty."""
    parts = _PLACEHOLDER.split(template)
    for name in parts[1::2]:
        if name not in header:
            message = f"the table has no column {name!r}; use the mapping that was made for it"
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


def _standard(cell: Cell, lookup: Callable[[str], str | None], row: Sequence[str]) -> str:
    """The code that the reference tables have for it; what they do not know is left to be refused."""
    value = cell(row).strip()
    return lookup(value) or value
