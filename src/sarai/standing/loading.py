"""Tables of standing from folders of CSV files: read, laid over one another, every fault told at once."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from sarai.corridors import Fault
from sarai.goods import BadSetting, SaraiError
from sarai.standing.checking import faults_of
from sarai.standing.tables import TABLES, Standing

__all__ = ["StandingFaulty", "load", "shipped"]

MOST_ROWS = 100_000  # of one table; more is a wrong file
MOST_TOLD = 20  # faults in the text of an error


class StandingFaulty(SaraiError):
    """Tables that cannot be used as they stand; `faults` are all of them."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        told = [str(each) for each in self.faults[:MOST_TOLD]]
        more = len(self.faults) - len(told)
        super().__init__("\n".join([*told, *([f"and {more} more"] if more else [])]))


@cache
def shipped() -> Standing:
    """The packaged tables: Kazakhstan."""
    from importlib.resources import files

    root = files("sarai.reference").joinpath("standing")
    texts = {name: root.joinpath(f"{name}.csv") for name in TABLES}
    return read({name: [(f"{name}.csv", each.read_text("utf-8"))] for name, each in texts.items()})


def load(folders: Sequence[Path], base: Standing | None = None) -> Standing:
    """The tables of folders, over others or over none; a row known by the same takes the place of theirs.

    Raises
    ------
    StandingFaulty
        With every row that cannot be used.
    BadSetting
        A folder has none of the files, or one is no text.
    """
    texts: dict[str, list[tuple[str, str]]] = {}
    for folder in folders:
        there = [name for name in TABLES if (folder / f"{name}.csv").is_file()]
        if not there:
            raise BadSetting(f"{folder} has no table of standing; it takes {', '.join(TABLES)}, each as .csv")
        for name in there:
            path = folder / f"{name}.csv"
            try:
                texts.setdefault(name, []).append((str(path), path.read_text("utf-8-sig")))
            except UnicodeDecodeError as fault:
                raise BadSetting(f"{path} is not in UTF-8: {fault}; save it so") from fault
    return read(texts, base)


def read(texts: Mapping[str, Iterable[tuple[str, str]]], base: Standing | None = None) -> Standing:
    """The tables of texts by name, each with where it is from; raises `StandingFaulty`."""
    faults: list[Fault] = []
    tables: dict[str, tuple[Any, ...]] = {}
    for name, (_, columns) in TABLES.items():
        rows = {_key(each, columns): each for each in (getattr(base, name) if base else ())}
        for place, text in texts.get(name, ()):
            rows |= _rows(name, place, text, faults)
        tables[name] = tuple(rows.values())
    made = Standing(**tables)
    faults += faults_of(made) if not faults else []
    if faults:
        raise StandingFaulty(faults)
    return made


def _key(row: Any, columns: Sequence[str]) -> tuple[Any, ...]:
    return tuple(getattr(row, column) for column in columns)


def _rows(name: str, place: str, text: str, faults: list[Fault]) -> dict[tuple[Any, ...], Any]:
    """The rows of one file by what they are known by."""
    kind, columns = TABLES[name]
    found: dict[tuple[Any, ...], Any] = {}
    try:
        for number, row in _cells(kind, place, text, faults):
            made = _row(kind, row, place, number, faults)
            if made is None:
                continue
            if found.setdefault(_key(made, columns), made) is not made:
                faults.append(Fault(place, number, "", "", f"is known by the same {', '.join(columns)} as a "
                                    "row before; keep one, or give it a source of its own"))  # fmt: skip
    except csv.Error as fault:
        faults.append(Fault(place, 0, "", "", f"is no CSV that can be read: {fault}"))
    return found


def _cells(
    kind: type[msgspec.Struct], place: str, text: str, faults: list[Fault]
) -> Iterator[tuple[int, dict[Any, Any]]]:
    """Each row's line and cells; lines that begin with ``#`` are comments."""
    told = [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip() and line[0] != "#"]
    if len(told) > MOST_ROWS:
        faults.append(Fault(place, told[MOST_ROWS][0], "", "", f"is past {MOST_ROWS:,} rows; split it"))
        return
    reader = csv.DictReader((line for _, line in told), strict=True)
    fields = {each.name: each.required for each in msgspec.structs.fields(kind)}
    columns = reader.fieldnames or ()
    wrong = [name for name in columns if name not in fields]
    wrong += [name for name, required in fields.items() if required and name not in columns]
    if wrong:
        said = f"has no column, or one that is not known: {wrong[0]}; the columns are {', '.join(fields)}"
        faults.append(Fault(place, 1, "", "", said))
        return
    for row in reader:
        yield told[reader.line_num - 1][0], row


def _row(
    kind: type[msgspec.Struct], row: Mapping[Any, Any], place: str, number: int, faults: list[Fault]
) -> Any:
    """A row as its kind; none, and a fault, if it cannot be."""
    if None in row or None in row.values():
        faults.append(
            Fault(place, number, "", "", "has more or fewer cells than the header; mend the commas")
        )
        return None
    said = {name: text.strip() for name, text in row.items() if text.strip()}
    try:
        return msgspec.convert(said, kind, strict=False)
    except msgspec.ValidationError as fault:
        words, _, column = str(fault).partition(" - at `$.")
        column = column.rstrip("`")
        said = f"{words[:1].lower()}{words[1:]}; mend it, or leave the cell empty"
        faults.append(Fault(place, number, column, row.get(column, ""), said))
        return None
