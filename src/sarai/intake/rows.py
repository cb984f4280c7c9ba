"""Rows of a CSV file, one by one: every row comes out, readable or with what was wrong with it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import BufferedReader

from sarai.goods import Code
from sarai.intake.jsonlines import skip_line, too_large
from sarai.intake.record import Limits, Refused


class TextLines:
    """The lines of a stream as text, for the csv module; knows what the row under way read."""

    def __init__(self, stream: BufferedReader, encoding: str, limits: Limits) -> None:
        self.stream, self.encoding, self.limits = stream, encoding, limits
        self.number = 0
        self.begin()

    def begin(self) -> None:
        """A new row begins with the next line."""
        self.first, self.size, self.raw = self.number + 1, 0, b""
        self.fault: Refused | None = None

    def __iter__(self) -> TextLines:
        return self

    def __next__(self) -> str:
        limit = self.limits.max_record_bytes
        line = self.stream.readline(limit + 1)
        if not line:
            raise StopIteration
        self.number += 1
        self.size += len(line)
        self.raw = (self.raw + line)[: self.limits.max_raw_kept]
        if self.size > limit:
            if line[-1] != 0x0A:
                skip_line(self.stream)
            raise too_large(limit)
        return self._text(line)

    def _text(self, line: bytes) -> str:
        """Decode a line; one with a fault keeps its shape, so that its row still ends where it should."""
        if b"\0" in line:
            self.fault = Refused(Code.NOT_TEXT, f"line {self.number} has a NUL byte; save the file as text")
        try:
            return line.decode(self.encoding)
        except UnicodeDecodeError as error:
            reason = f"line {self.number} is not {self.encoding} text: {error.reason}"
            self.fault = Refused(Code.NOT_TEXT, f"{reason}; save the file as {self.encoding}")
            return line.decode(self.encoding, errors="replace")


Row = tuple[list[str] | None, Refused | None]


def read_rows(lines: TextLines, delimiter: str) -> Iterator[Row]:
    """Hand out each row that is not blank with its fault, or None; no cells if it could not be read."""
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.begin()
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield None, _broken(str(error), lines)
        except Refused as refused:
            yield None, refused
        else:
            if any(map(str.strip, cells)):
                yield cells, lines.fault


def _broken(reason: str, lines: TextLines) -> Refused:
    place = f"line {lines.first}" if lines.first == lines.number else f"lines {lines.first} to {lines.number}"
    if "field limit" in reason:
        return Refused(Code.TOO_LARGE, f"{place}: {reason}; look for a quote that is not closed")
    if "end of data" in reason:
        return Refused(Code.TRUNCATED, f"{place}: the file ends inside a quoted cell; close the quote")
    return Refused(Code.MALFORMED, f"{place}: {reason}; a cell with quotes in it doubles them")
