"""CSV: rows of goods lines, gathered into documents.

A column is named by its way through the document: ``number``, ``importer.id``, ``lines.hs``,
``lines.lot.number``. Rows that follow each other with the same kind, issuer, number and version
are one document. A mapping puts other columns in the place of these (see ``mapping``).
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from io import BufferedReader
from operator import itemgetter

from sarai.goods import Code
from sarai.intake.draft import Column, Draft, Path
from sarai.intake.explain import shown
from sarai.intake.record import Limits, Read, Refused
from sarai.intake.rows import TextLines, read_rows

IDENTITY = ("kind", "issuer", "number", "version")
DELIMITERS = ",;\t|"

Columns = Callable[[list[str]], list[Column]]


def canonical_columns(header: list[str]) -> list[Column]:
    """The columns of a file whose header names the fields themselves."""
    return [Column(tuple(name.split(".")), itemgetter(at)) for at, name in enumerate(header)]


def read_csv(
    stream: BufferedReader,
    source: str,
    limits: Limits,
    *,
    columns: Columns = canonical_columns,
    delimiter: str = "",
    encoding: str = "utf-8",
) -> Iterator[Read]:
    """Read documents from CSV; ``columns`` makes the columns from the header of the file."""
    lines = TextLines(stream, encoding, limits)
    try:
        header, delimiter = _header(lines, delimiter)
        gatherer = _Gatherer(columns(header), len(header), lines, source)
    except Refused as refused:
        yield refused.read(1, source, lines.raw)
        return
    for cells, fault in read_rows(lines, delimiter):
        yield from gatherer.take(cells, fault)
    yield from gatherer.close()


def _header(lines: TextLines, delimiter: str) -> tuple[list[str], str]:
    """The names of the columns, and the delimiter (if not given: the one most used among them)."""
    text = next((line for line in lines if line.strip()), None)
    if text is None:
        raise Refused(Code.TRUNCATED, "the file is empty; it needs a line of column names, then rows")
    if lines.fault:
        raise lines.fault
    delimiter = delimiter or max(DELIMITERS, key=text.count)
    try:
        names = [cell.strip() for cell in next(csv.reader([text], delimiter=delimiter, strict=True))]
    except csv.Error as error:
        raise Refused(Code.MALFORMED, f"the line of column names cannot be read: {error}") from None
    for name, count in Counter(filter(None, names)).most_common(1):
        if count == 1:
            return names, delimiter
        raise Refused(Code.MALFORMED, f"the column {shown(name)} is there twice; name each column once")
    raise Refused(Code.MALFORMED, "the first line names no columns; name them there")


class _Gatherer:
    """Gathers rows into documents, and sees to it that none comes out with a row missing."""

    def __init__(self, columns: list[Column], width: int, lines: TextLines, source: str) -> None:
        self.columns, self.width, self.lines, self.source = columns, width, lines, source
        self.draft: Draft | None = None
        self.doubt: Refused | None = None

    def take(self, cells: list[str] | None, fault: Refused | None) -> Iterator[Read]:
        """Take in one row; hands out the document that it ends, if any."""
        if cells is None:
            yield from self._unreadable(fault)
            return
        if len(cells) != self.width:
            fault = fault or _wrong_width(len(cells), self.width, self.lines.first)
            cells = (cells + [""] * self.width)[: self.width]
        values, refused = self._values(cells)
        identity = {column.path[0]: text for column, text in values if column.path[0] in IDENTITY}
        key = tuple(identity.get(name, "") for name in IDENTITY)
        if self.draft is None or not _continues(key, self.draft.key):
            yield from self.close()
            self.draft, self.doubt = Draft(key, self.lines.first, self.doubt), None
        self.draft.add(values, fault or refused)
        if len(self.draft.raw) < (kept := self.lines.limits.max_raw_kept):
            self.draft.raw = (self.draft.raw + self.lines.raw)[:kept]

    def close(self) -> Iterator[Read]:
        """Hand out the document under way."""
        if self.draft:
            yield self.draft.read(self.source)
            self.draft = None

    def _values(self, cells: list[str]) -> tuple[list[tuple[Column, str]], Refused | None]:
        """What the row says, empty cells left out, and the first thing that it says wrongly."""
        values, fault = [], None
        for column in self.columns:
            try:
                text = column.cell(cells).strip()
            except Refused as refused:
                refused.pointer = column.pointer
                fault = fault or refused
            else:
                if text:
                    values.append((column, text))
        return values, fault

    def _unreadable(self, fault: Refused) -> Iterator[Read]:
        """Whose row it was cannot be told, so the documents before and after it may lack a row."""
        advice = "a row beside this document is unreadable, so it may lack a line; mend that row first"
        self.doubt = Refused(Code.MALFORMED, f"{advice} ({fault.message})")
        if self.draft:
            self.draft.fault = self.draft.fault or self.doubt
        yield from self.close()
        yield fault.read(self.lines.first, self.source, self.lines.raw)


def _continues(key: Path, draft: Path) -> bool:
    """Whether a row belongs to the document above it: it names the same, or leaves it unnamed."""
    return not any(key) or (key[:3] == draft[:3] and key[3] in ("", draft[3]))


def _wrong_width(cells: int, columns: int, line: int) -> Refused:
    message = f"line {line} has {cells} cells for {columns} columns; look for a delimiter within a cell"
    return Refused(Code.MALFORMED, message)
