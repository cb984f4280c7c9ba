"""Tables of standing from folders of CSV files: read, laid over one another, every fault told at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sarai.goods import BadSetting
from sarai.reference.rows import Fault, Faulty, rows
from sarai.standing.checking import faults_of
from sarai.standing.tables import TABLES, Standing

__all__ = ["StandingFaulty", "load", "shipped"]

MOST_ROWS = 100_000  # of one table; more is a wrong file


class StandingFaulty(Faulty):
    """Tables of standing that cannot be used as they stand."""


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
        held = {_key(each, columns): each for each in (getattr(base, name) if base else ())}
        for place, text in texts.get(name, ()):
            held |= _rows(name, place, text, faults)
        tables[name] = tuple(held.values())
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
    for number, made in rows(text, kind, place, faults, MOST_ROWS):
        if found.setdefault(_key(made, columns), made) is not made:
            faults.append(Fault(place, number, "", "", f"is known by the same {', '.join(columns)} as a "
                                "row before; keep one, or give it a source of its own"))  # fmt: skip
    return found
