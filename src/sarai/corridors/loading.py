"""Networks from folders of CSV files: read, held together, and every fault told at once.

A folder has files named after `TABLES` (``legs.csv``), any of them; several folders are one network, and a
row of a later folder takes the place of an earlier one with the same code. Lines that begin with ``#`` are
comments.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from sarai.corridors.faults import Fault, NetworkFaulty
from sarai.corridors.network import Network
from sarai.corridors.tables import TABLES
from sarai.goods import BadSetting

__all__ = ["load", "shipped", "shipped_parts"]

MOST_ROWS = 2_000_000  # of one table: a continent's rails from OpenStreetMap; more is a wrong file
SPEAKS_OF = (
    "mode", "form", "country", "leg", "place", "kind", "start", "end", "on", "months", "good", "cause",
)  # fmt: skip
"""By what a row without a code is known."""

TRUTH = {"yes": True, "no": False}

Text = tuple[str, str]  # where it is from, and what it says


def load(folders: Sequence[Path], base: Network | None = None) -> Network:
    """The network that folders describe, on top of another or of none.

    Raises
    ------
    NetworkFaulty
        With every row that cannot be read.
    BadSetting
        A folder has none of the files.
    """
    texts: dict[str, list[Text]] = {}
    for folder in folders:
        there = [name for name in TABLES if (folder / f"{name}.csv").is_file()]
        if not there:
            raise BadSetting(
                f"{folder} has no table of a network; it takes files like legs.csv and places.csv "
                f"(docs/corridors.md lists {len(TABLES)})"
            )
        for name in there:
            path = folder / f"{name}.csv"
            texts.setdefault(name, []).append((str(path), path.read_text("utf-8-sig")))
    return read(texts, base)


@cache
def shipped(*parts: str) -> Network:
    """The packaged network, or parts of it by name; the part ``common`` always comes along."""
    from importlib.resources import files

    root = files("sarai.reference").joinpath("corridors")
    texts: dict[str, list[Text]] = {}
    for part in dict.fromkeys(("common", *(parts or shipped_parts()))):
        if part not in shipped_parts():
            raise BadSetting(f"part {part!r} is not packaged; take {', '.join(shipped_parts())}")
        for name in TABLES:
            file = root.joinpath(part, f"{name}.csv")
            if file.is_file():
                texts.setdefault(name, []).append((f"{part}/{name}.csv", file.read_text("utf-8")))
    return read(texts)


@cache
def shipped_parts() -> tuple[str, ...]:
    """The names of the parts that the packaged network has."""
    from importlib.resources import files

    root = files("sarai.reference").joinpath("corridors")
    return tuple(sorted(each.name for each in root.iterdir() if each.is_dir() and each.name[0] != "_"))


def read(texts: Mapping[str, Iterable[Text]], base: Network | None = None) -> Network:
    """The network of texts by the name of their table; raises `NetworkFaulty` with every fault."""
    faults: list[Fault] = []
    tables: dict[str, Any] = {}
    for name, several in texts.items():
        rows: dict[Any, Any] = {_key(each): each for each in (getattr(base, name) if base else ())}
        for source, text in several:
            rows |= {_key(each): each for each in _rows(name, source, text, faults)}
        tables[name] = rows.values()
    if faults:
        raise NetworkFaulty(faults)
    return (base or Network()).with_rows(**tables)


def _rows(name: str, source: str, text: str, faults: list[Fault]) -> Iterator[Any]:
    """The rows of one file that can be read; what cannot be goes to `faults`."""
    lines = list(enumerate(text.lstrip("\ufeff").splitlines(), start=1))
    told = [(number, line) for number, line in lines if line.strip() and not line.startswith("#")]
    reader = csv.DictReader((line for _, line in told), strict=True)
    kind = TABLES[name]
    try:
        if wrong := _header(kind, reader.fieldnames or ()):
            faults.append(Fault(source, 1, "", "", wrong))
            return
        seen: dict[Any, int] = {}
        for index, row in enumerate(reader, start=1):
            number = told[min(index, len(told) - 1)][0]
            if index > MOST_ROWS:
                faults.append(Fault(source, number, "", "", f"has more than {MOST_ROWS:,} rows; split it"))
                return
            each = _row(kind, row, source, number, faults)
            if each is not None and (before := seen.setdefault(_key(each), number)) != number:
                faults.append(Fault(source, number, "", "", f"says again what line {before} says; keep one"))
            elif each is not None:
                yield each
    except csv.Error as fault:
        faults.append(Fault(source, reader.line_num, "", "", f"is no CSV that can be read: {fault}"))


def _header(kind: type[msgspec.Struct], columns: Sequence[str]) -> str:
    """What is wrong with the columns of a file; empty if nothing."""
    fields = {each.name: each.required for each in msgspec.structs.fields(kind)}
    missing = [name for name, required in fields.items() if required and name not in columns]
    unknown = [name for name in columns if name not in fields]
    if missing:
        return f"has no column {', '.join(missing)}; the columns are {', '.join(fields)}"
    return (
        f"has a column {unknown[0]!r} that is not known; the columns are {', '.join(fields)}"
        if unknown
        else ""
    )


def _row(
    kind: type[msgspec.Struct], row: Mapping[Any, Any], source: str, number: int, faults: list[Fault]
) -> Any:
    """A row as its `kind`; none, and a fault, if it cannot be."""
    if None in row or None in row.values():
        faults.append(
            Fault(source, number, "", "", "has more or fewer fields than the header; mend the commas")
        )
        return None
    truths, said = _truths(kind), {name: text.strip() for name, text in row.items() if text.strip()}
    said |= {name: TRUTH.get(text.lower(), text) for name, text in said.items() if name in truths}
    try:
        return msgspec.convert(said, kind, strict=False)
    except msgspec.ValidationError as fault:
        words, _, column = str(fault).partition(" - at `$.")
        column = column.rstrip("`")
        value = row.get(column, "")
        faults.append(Fault(source, number, column, value, f"{words[:1].lower()}{words[1:]}"))
        return None


@cache
def _truths(kind: Any) -> frozenset[str]:
    """The columns that say yes or no: elsewhere NO is Norway."""
    return frozenset(each.name for each in msgspec.structs.fields(kind) if each.type is bool)


def _key(row: Any) -> Any:
    """What a row is known by: its code, or else what it speaks of."""
    code = getattr(row, "code", None)
    if code is not None:
        return code
    names = (
        "mode",
        "form",
        "country",
        "leg",
        "place",
        "kind",
        "start",
        "end",
        "on",
        "months",
        "good",
        "cause",
    )
    return tuple(getattr(row, name, None) for name in names)
