"""Tables of one's own or ours: CSV whose columns are the fields of a struct, every fault told at once.

Lines that begin with ``#`` are comments. An empty cell is the default of its field.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple, TypeVar

import msgspec

from sarai.goods import SaraiError

__all__ = ["Fault", "Faulty", "Source", "rows"]

R = TypeVar("R", bound=msgspec.Struct)
MOST_TOLD = 20  # faults in the text of an error; all of them are in its `faults`
MOST_ROWS = 2_000_000  # of one table: a continent's rails from OpenStreetMap; more is a wrong file
TRUTH = {"yes": True, "no": False}


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Where figures come from.

    Attributes
    ----------
    address : str
        Where it was published; empty for what was computed or assumed, and `title` says which.
    kind : str
        ``published``, ``secondary`` (seen through another's text), ``computed`` or ``assumed``.
    """

    code: str
    title: str
    publisher: str = ""
    address: str = ""
    published: str = ""
    kind: str = "published"

    def __str__(self) -> str:
        said = [self.title, self.publisher, self.published, self.address]
        return f"{'; '.join(each for each in said if each)} ({self.kind})"


class Fault(NamedTuple):
    """Something wrong with a row.

    Attributes
    ----------
    table : str
        The file or table.
    row : int or str
        The line of the file, or the row's code.
    column, value : str
        Where in the row, and what stands there; empty where it is the row as a whole.
    text : str
        What is wrong, and what to do.
    """

    table: str
    row: int | str
    column: str
    value: str
    text: str

    def __str__(self) -> str:
        where = f"{self.table}, line {self.row}" if isinstance(self.row, int) else f"{self.table} {self.row}"
        what = f" {self.column} {self.value!r}" if self.column else ""
        return f"{where}:{what} {self.text}"


class Faulty(SaraiError):
    """Tables that cannot be used as they stand; `faults` are all of them."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        told = [str(each) for each in self.faults[:MOST_TOLD]]
        more = len(self.faults) - len(told)
        super().__init__("\n".join([*told, *([f"and {more} more"] if more else [])]))


def rows(
    text: str, kind: type[R], table: str, faults: list[Fault], most: int = MOST_ROWS, delimiter: str = ","
) -> Iterator[tuple[int, R]]:
    """The rows of a CSV that can be read, each with its line; what cannot be goes to `faults`."""
    lines = enumerate(text.lstrip("\ufeff").splitlines(), start=1)
    told = [(number, line) for number, line in lines if line.strip() and not line.startswith("#")]
    reader = csv.DictReader((line for _, line in told), strict=True, delimiter=delimiter)
    try:
        if wrong := _header(kind, reader.fieldnames or ()):
            faults.append(Fault(table, told[0][0] if told else 1, "", "", wrong))
            return
        for index, row in enumerate(reader, start=1):
            number = told[reader.line_num - 1][0]
            if index > most:
                faults.append(Fault(table, number, "", "", f"has more than {most:,} rows; split it"))
                return
            if (each := _row(kind, row, table, number, faults)) is not None:
                yield number, each
    except csv.Error as fault:
        number = told[min(reader.line_num, len(told)) - 1][0]
        faults.append(Fault(table, number, "", "", f"is no CSV that can be read: {fault}"))


def _header(kind: type[msgspec.Struct], columns: Iterable[str]) -> str:
    """What is wrong with the columns of a file; empty if nothing."""
    given = list(columns)
    fields = {each.name: each.required for each in msgspec.structs.fields(kind)}
    missing = [name for name, required in fields.items() if required and name not in given]
    unknown = [name for name in given if name not in fields]
    if not missing and not unknown:
        return ""
    what = f"no column {', '.join(missing)}" if missing else f"a column {unknown[0]!r} that is not known"
    return f"has {what}; the columns are {', '.join(fields)}"


def _row(kind: type[R], row: Mapping[Any, Any], table: str, number: int, faults: list[Fault]) -> R | None:
    """A row as its `kind`; none, and a fault, if it cannot be."""
    if None in row or None in row.values():
        words = "has more or fewer fields than the header; mend the commas"
        faults.append(Fault(table, number, "", "", words))
        return None
    truths, said = _truths(kind), {name: text.strip() for name, text in row.items() if text.strip()}
    said |= {name: TRUTH.get(text.lower(), text) for name, text in said.items() if name in truths}
    try:
        return msgspec.convert(said, kind, strict=False)
    except msgspec.ValidationError as fault:
        words, _, column = str(fault).partition(" - at `$.")
        column = column.rstrip("`")
        faults.append(Fault(table, number, column, row.get(column, ""), words[:1].lower() + words[1:]))
        return None


@cache
def _truths(kind: Any) -> frozenset[str]:
    """The columns that say yes or no: elsewhere NO is Norway."""
    return frozenset(each.name for each in msgspec.structs.fields(kind) if each.type is bool)
