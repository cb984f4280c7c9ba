"""Spreadsheets in the OpenDocument format: the rows of the first sheet, within bounds.

Layout: OASIS Open Document Format for Office Applications, version 1.3, part 3.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from sarai.screening.lists.reading import ListError
from sarai.screening.lists.streamed import AGAIN

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_BYTES = 2**28
MAX_ROWS = 2**20
MAX_COLUMNS = 256  # a sheet ends in thousands of empty ones
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
BLANKS = (f"{TEXT}s", f"{TEXT}tab", f"{TEXT}line-break")


def sheet(path: Path) -> Iterator[list[str]]:
    """The rows of the first sheet that hold anything, without the empty cells at their ends.

    Raises
    ------
    ListError
        The file is cut or no spreadsheet, or it unpacks into more than a list can hold.
    """
    try:
        with ZipFile(path) as archive:
            size = archive.getinfo("content.xml").file_size
            if size > MAX_BYTES:
                raise ListError(f"{path} unpacks into {size:,} bytes, more than a list has; {AGAIN}")
            with archive.open("content.xml") as stream:
                yield from _rows(path, stream)
                while stream.read(2**16):  # the checksum is compared at the very end
                    continue
    except (BadZipFile, KeyError, EOFError, zlib.error) as error:
        raise ListError(f"{path} is no whole spreadsheet: {error}; {AGAIN}") from None


def _rows(path: Path, stream: IO[bytes]) -> Iterator[list[str]]:
    from lxml import etree

    rows = 0
    try:
        for element in _elements(stream):
            if element.getroottree().docinfo.doctype:
                raise ListError(f"{path} declares a document type, which may hide entities; {AGAIN}")
            if element.tag == f"{TABLE}table":
                return
            cells = _cells(path, element)
            rows += 1
            if rows > MAX_ROWS:
                raise ListError(f"{path} has more than {MAX_ROWS:,} rows; {AGAIN}")
            if cells:
                yield cells
            element.clear()
    except etree.XMLSyntaxError as error:
        raise ListError(f"{path}, content.xml, line {error.lineno}: {error.msg}; {AGAIN}") from None
    raise ListError(f"{path} holds no sheet; {AGAIN}")


def _elements(stream: IO[bytes]) -> Iterator[_Element]:
    from lxml import etree

    events = etree.iterparse(
        stream,
        tag=[f"{TABLE}table-row", f"{TABLE}table"],
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    return (element for _, element in events)


def _cells(path: Path, row: _Element) -> list[str]:
    cells: list[str] = []
    for cell in row.iterchildren(f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
        cells += [_text(cell)] * min(int(cell.get(f"{TABLE}number-columns-repeated", "1")), MAX_COLUMNS)
        while len(cells) > MAX_COLUMNS:
            if cells.pop():
                raise ListError(f"{path} has a row of more than {MAX_COLUMNS} columns; {AGAIN}")
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _text(cell: _Element) -> str:
    """The paragraphs of a cell, on one line; spaces are elements where they are more than one."""
    pieces = (
        piece
        for paragraph in cell.iterchildren(f"{TEXT}p")
        for node in paragraph.iter()
        for piece in (
            (" " if node.tag in BLANKS else node.text or ""),
            "" if node is paragraph else node.tail or "",
        )
    )
    return " ".join("".join(pieces).split())
