"""Lists that come as a table of text: bytes to rows that have the columns they should."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from sarai.screening.lists.reading import ListError

AGAIN = "download it again; the version loaded before stays in force"
LATIN = ("utf-8-sig", "cp1252")
END_OF_FILE = "\x1a"  # of DOS; some publishers write it yet


class Row(dict[str, str]):
    """A row's cells by the names of their columns, and the line that it ends on."""

    line: int


def text(path: Path, encodings: Sequence[str] = LATIN) -> str:
    """A file's text, in the first of the encodings that it is in.

    Raises
    ------
    ListError
        It is in none of them.
    """
    content = path.read_bytes()
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ListError(f"{path} is not text in {' or '.join(encodings)}; {AGAIN}")


def rows(path: Path, content: str, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, each with the line that it ends on.

    Raises
    ------
    ListError
        A quotation is not closed, or a cell is too long to be one.
    """
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            if any(cell.strip(END_OF_FILE) for cell in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise ListError(f"{path}, line {reader.line_num}: {error}; {AGAIN}") from None


def checked(path: Path, line: int, cells: list[str], columns: int) -> list[str]:
    """The cells of a row, if it has as many as it should.

    Raises
    ------
    ListError
        It has more or fewer.
    """
    if len(cells) != columns:
        raise ListError(f"{path}, line {line}: {len(cells)} columns where there should be {columns}; {AGAIN}")
    return cells


def records(path: Path, content: str, required: Sequence[str], delimiter: str = ",") -> Iterator[Row]:
    """The rows of a table with a header, by the names of its columns.

    Raises
    ------
    ListError
        The header lacks a required column, or a row has more or fewer cells than the header.
    """
    lines = rows(path, content, delimiter)
    header = [name.strip() for name in next(lines, (0, []))[1]]
    if missing := [name for name in required if name not in header]:
        raise ListError(f"{path}, line 1: the header lacks {', '.join(missing)}; {AGAIN}")
    for line, cells in lines:
        row = Row(zip(header, checked(path, line, cells, len(header)), strict=True))
        row.line = line
        yield row


def first_row(head: bytes, delimiter: str = ",") -> list[str]:
    """The cells of a file's first line, as far as its first bytes show them; none if it is no table."""
    line = head.decode("utf-8-sig", "replace").split("\n", 1)[0].strip("\r")
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter, strict=True), [])]
    except csv.Error:
        return []
