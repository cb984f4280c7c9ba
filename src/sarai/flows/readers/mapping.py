"""How a table that no reader knows is read: a mapping in TOML, checked as a whole before anything is read.

.. code-block:: toml

    source = "armstat"          # by this name it is known
    complete = false            # whether it holds every reporter for every period in it
    encoding = "latin-1"        # of CSV; utf-8 if it is not said
    delimiter = ","             # of CSV; found if it is not said
    empty = ["NA", "..."]       # what stands for nothing
    decimal = "."               # the mark before the fraction of a number
    grouping = " "              # marks between thousands; none if it is not said
    sum = false                 # whether rows of one cell are parts of it, and added up

    [columns]                   # by column of the shape
    reporter = { constant = "AM" }
    partner = { column = "country", lookup = "places" }
    code = { constant = "TOTAL" }
    period = { columns = ["year", "month"], format = "%Y-%m" }
    currency = { constant = "USD" }

    [[flows]]                   # each makes a row of a row; what it says goes before [columns]
    flow = { constant = "export" }
    value = { column = "export", scale = 1000 }

    [[flows]]
    flow = { constant = "import" }
    value = { column = "import_consignment", scale = 1000 }
    basis = { constant = "consignment" }

    [lookups.places]            # before the names and codes that are known anyhow
    "Monako" = "MC"

    [[drop]]                    # rows that are not read, and not told
    column = "country"
    values = ["World"]          # or: match = "European Union.*", a regular expression for the whole of it

``reporter``, ``partner`` and ``second_partner`` are ISO codes or names in English, ``W1`` all partners;
``unit`` is whatever `sarai.reference.units.unit_code` takes. ``frequency`` is ``M`` if the period's format
has a month, else ``A``; ``edition`` the one in force; ``basis`` and ``valuation`` those usual for the flow.
"""

from __future__ import annotations

import codecs
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from sarai.flows.readers.meanings import MEANINGS, NEXT_STEP, period
from sarai.flows.shape import COLUMNS
from sarai.goods import BadSetting

__all__ = ["Drop", "From", "Mapped", "mapping", "read_mapping"]

NEEDED = ("reporter", "partner", "flow", "code", "period", "currency", "value")
NUMBERS = ("value", "quantity", "mass_kg")
KEYS = (
    "source", "complete", "encoding", "delimiter", "empty", "decimal", "grouping", "sum",
    "columns", "flows", "lookups", "drop",
)  # fmt: skip
KEYS_OF_COLUMN = ("column", "columns", "constant", "lookup", "scale", "format")
KEYS_OF_DROP = ("column", "values", "match")


class From(Struct, frozen=True):
    """Where a column of the shape comes from: columns of the table, joined by ``-``, or a constant."""

    columns: tuple[str, ...] = ()
    constant: str = ""
    lookup: str = ""
    scale: float = 1.0
    format: str = ""


class Drop(Struct, frozen=True):
    """Rows that are not read: those with one of the values in a column, or one that matches."""

    column: str
    values: tuple[str, ...] = ()
    match: str = ""


class Mapped(Struct, frozen=True):
    """A mapping that holds; one of `flows` for each row that a row makes."""

    source: str
    flows: tuple[dict[str, From], ...]
    lookups: dict[str, dict[str, str]]
    drop: tuple[Drop, ...] = ()
    complete: bool = False
    encoding: str = "utf-8"
    delimiter: str | None = None
    empty: tuple[str, ...] = ()
    decimal: str = "."
    grouping: str = ""
    sum: bool = False

    def columns(self) -> list[str]:
        """The columns of the table that it reads, each once."""
        used = [name for flow in self.flows for place in flow.values() for name in place.columns]
        return list(dict.fromkeys([*used, *(drop.column for drop in self.drop)]))


def read_mapping(path: Path) -> Mapped:
    """The mapping of a TOML file; raises `BadSetting` with all of its faults."""
    try:
        return mapping(tomllib.loads(path.read_text(encoding="utf-8")), str(path))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise BadSetting(f"mapping {path} cannot be read as TOML: {fault}") from fault


def mapping(said: Mapping[str, Any], name: str = "the mapping") -> Mapped:
    """The mapping that a TOML document says.

    Raises
    ------
    BadSetting
        It cannot be used; every fault is told, by its key.
    """
    faults = [*_faults_of_keys(said), *_faults_of_columns(said), *_faults_of_drop(said)]
    if faults:
        raise BadSetting(f"{name} cannot be used:\n" + "\n".join(f"- {fault}" for fault in faults))
    flows = [{**said["columns"], **flow} for flow in said.get("flows", [{}])]
    return Mapped(
        source=said["source"],
        flows=tuple({column: _from(place) for column, place in flow.items()} for flow in flows),
        lookups={table: dict(pairs) for table, pairs in said.get("lookups", {}).items()},
        drop=tuple(
            Drop(each["column"], tuple(each.get("values", ())), each.get("match", ""))
            for each in said.get("drop", ())
        ),
        complete=said.get("complete", False),
        encoding=said.get("encoding", "utf-8"),
        delimiter=said.get("delimiter"),
        empty=tuple(said.get("empty", ())),
        decimal=said.get("decimal", "."),
        grouping=said.get("grouping", ""),
        sum=said.get("sum", False),
    )


def _from(place: Mapping[str, Any]) -> From:
    columns = place.get("columns") or ([place["column"]] if "column" in place else [])
    return From(
        columns=tuple(columns),
        constant=place.get("constant", ""),
        lookup=place.get("lookup", ""),
        scale=float(place.get("scale", 1)),
        format=place.get("format", ""),
    )


KINDS = {
    "source": str, "complete": bool, "encoding": str, "delimiter": str, "empty": list, "decimal": str,
    "grouping": str, "sum": bool, "columns": dict, "flows": list, "lookups": dict, "drop": list,
}  # fmt: skip


def _faults_of_keys(said: Mapping[str, Any]) -> list[str]:
    faults = [f"{key} is not known; keys are {', '.join(KEYS)}" for key in said if key not in KEYS]
    faults += [
        f"{key} = {said[key]!r} is no {kind.__name__}"
        for key, kind in KINDS.items()
        if key in said and not isinstance(said[key], kind)
    ]
    faults += _faults_of_marks(said)
    if not said.get("source"):
        faults.append('source is missing; name who published the table, such as source = "armstat"')
    if not said.get("columns"):
        faults.append("[columns] is missing; say where each column of the shape comes from")
    return faults


def _faults_of_marks(said: Mapping[str, Any]) -> list[str]:
    faults = []
    for key in ("decimal", "delimiter"):
        if isinstance(said.get(key), str) and len(said[key]) != 1:
            faults.append(f"{key} = {said[key]!r} is not one mark")
    try:
        codecs.lookup(said.get("encoding", "utf-8"))
    except (LookupError, TypeError):
        faults.append(f"encoding = {said['encoding']!r} is not known; use one such as utf-8 or windows-1251")
    return faults


def _faults_of_columns(said: Mapping[str, Any]) -> list[str]:
    columns, flows, lookups = (said.get(key) for key in ("columns", "flows", "lookups"))
    columns = columns if isinstance(columns, dict) else {}
    flows = flows if isinstance(flows, list) and flows else [{}]
    tables = lookups if isinstance(lookups, dict) else {}
    places = {f"columns.{name}": (name, place) for name, place in columns.items()}
    faults = []
    for number, flow in enumerate(flows, start=1):
        if not isinstance(flow, dict):
            faults.append(f"flows {number} = {flow!r} is no table; write [[flows]]")
            continue
        places |= {f"flows {number}, {name}": (name, place) for name, place in flow.items()}
        missing = [name for name in NEEDED if name not in columns and name not in flow]
        where = f"flows {number}" if flow else "[columns]"
        faults += [f"{where} says no {name}; give it a column or a constant" for name in missing]
    for key, (name, place) in places.items():
        faults += [f"{key} {fault}" for fault in _faults_of_place(name, place, tables)]
    faults += [
        f"lookups.{table} is no table of texts; write [lookups.{table}]"
        for table, pairs in tables.items()
        if not _is_lookup(pairs)
    ]
    return faults


def _is_lookup(pairs: object) -> bool:
    return isinstance(pairs, dict) and all(isinstance(each, str) for each in pairs.values())


def _faults_of_place(name: str, place: object, lookups: Mapping[str, Any]) -> list[str]:
    if name not in COLUMNS or name == "source":
        shape = [each for each in COLUMNS if each != "source"]
        return [f"is no column of the shape; columns are {', '.join(shape)}"]
    if not isinstance(place, dict):
        return [f'= {place!r} says no place; write {{ column = "..." }} or {{ constant = "..." }}']
    faults = [f"has {key}, which is not known; keys are {', '.join(KEYS_OF_COLUMN)}"
              for key in place if key not in KEYS_OF_COLUMN]  # fmt: skip
    if len({"column", "columns", "constant"} & place.keys()) != 1:
        faults.append("must have one of column, columns and constant")
    faults += _faults_of_texts(place)
    if isinstance(place.get("lookup"), str) and not _is_lookup(lookups.get(place["lookup"])):
        faults.append(f"looks up {place['lookup']!r}, which is not there; write [lookups.{place['lookup']}]")
    return faults or [*_faults_of_number(name, place), *_faults_of_words(name, place, lookups)]


def _faults_of_texts(place: Mapping[str, Any]) -> list[str]:
    texts = {key: place[key] for key in ("column", "constant", "lookup", "format") if key in place}
    faults = [
        f"has {key} = {text!r}, which is no text" for key, text in texts.items() if not isinstance(text, str)
    ]
    columns = place.get("columns", [""])
    if not isinstance(columns, list) or not columns or not all(isinstance(each, str) for each in columns):
        faults.append(f"has columns = {columns!r}, which is no list of texts")
    return faults


def _faults_of_number(name: str, place: Mapping[str, Any]) -> list[str]:
    faults = []
    scale = place.get("scale", 1)
    if "scale" in place and name not in NUMBERS:
        faults.append(f"has a scale, which only {', '.join(NUMBERS)} take")
    if isinstance(scale, bool) or not isinstance(scale, (int, float)) or scale <= 0:
        faults.append(f"has scale = {scale!r}, which is no number above 0")
    if "format" in place and name != "period":
        faults.append("has a format, which only period takes")
    if name in NUMBERS and {"constant", "lookup"} & place.keys():
        faults.append("is a number, which comes from a column as it stands")
    return faults


def _faults_of_words(name: str, place: Mapping[str, Any], lookups: Mapping[str, Any]) -> list[str]:
    """Constants, and words of lookups, that stand for nothing."""
    if name in NUMBERS:
        return []
    table = lookups.get(place.get("lookup"), {})
    words = [place["constant"]] if "constant" in place else []
    words = [table.get(word, word) for word in words] or list(table.values())
    form = place.get("format", "")
    unknown = [
        word for word in words if not (period(word, form) if name == "period" else MEANINGS[name](word))
    ]
    return [f"says {word!r}: {NEXT_STEP[name].partition(';')[0]}" for word in dict.fromkeys(unknown)]


def _faults_of_drop(said: Mapping[str, Any]) -> list[str]:
    drops = said.get("drop", [])
    faults: list[str] = []
    for number, drop in enumerate(drops if isinstance(drops, Sequence) else [], start=1):
        if not isinstance(drop, dict) or not isinstance(drop.get("column"), str):
            faults.append(f"drop {number} names no column; write [[drop]] with column and values or match")
        elif len({"values", "match"} & drop.keys()) != 1:
            faults.append(f"drop {number} must have one of values and match")
        elif unknown := [key for key in drop if key not in KEYS_OF_DROP]:
            faults.append(
                f"drop {number} has {unknown[0]}, which is not known; keys are {', '.join(KEYS_OF_DROP)}"
            )
        elif fault := _fault_of_match(drop):
            faults.append(f"drop {number} {fault}")
    return faults


def _fault_of_match(drop: Mapping[str, Any]) -> str:
    values = drop.get("values", [])
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        return f"has values = {values!r}, which is no list of texts"
    try:
        re.compile(drop.get("match", ""))
    except (re.error, TypeError) as fault:
        return f"has match = {drop['match']!r}, which is no regular expression: {fault}"
    return ""
