"""What every reader hands out, and the bounds that all of them keep."""

from __future__ import annotations

from msgspec import Struct

from sarai.goods import Code, Document, Refusal, SaraiError


class SourceError(SaraiError):
    """What was to be read cannot be opened: it is not there, not a file, or not bytes."""


class Limits(Struct, frozen=True, kw_only=True):
    """The bounds of reading, in bytes unless the name says otherwise."""

    # a document of 10,000 lines at 800 bytes each
    max_record_bytes: int = 8 * 2**20
    # a format with one document in a file: 999 items, the most a declaration has, at 16 KiB each
    max_file_bytes: int = 16 * 2**20
    # enough to see and mend what was wrong; the file itself is still the sender's
    max_raw_kept: int = 64 * 2**10
    # parts of an XML file that hold text: 999 items use some 150 each
    max_elements: int = 500_000
    # declarations nest less than ten deep
    max_depth: int = 100
    # what one compressed file may grow to: a year of a country's documents
    max_inflated_bytes: int = 64 * 2**30


LIMITS = Limits()


class Read(Struct, frozen=True):
    """One step of reading: either a document or a refusal, and where it stood.

    ``position`` counts from 1: lines for JSON Lines and CSV, documents elsewhere (0: the source
    as a whole). ``records`` is how many records went into it: goods lines of a CSV file, else
    1; their sum is all that was read.
    """

    document: Document | None
    refusal: Refusal | None
    position: int
    source: str = ""
    records: int = 1


MAX_MESSAGE = 500  # characters


def printable(text: str) -> str:
    """Text as it can be shown: control characters, also those that turn its direction, escaped."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


class Refused(Exception):
    """Carries a refusal from the depth of a reader to its edge; no caller ever sees it."""

    def __init__(self, code: Code, message: str, pointer: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.pointer = code, printable(message[:MAX_MESSAGE]), pointer

    def read(self, position: int, source: str, raw: bytes = b"", records: int = 1) -> Read:
        """The refusal as the reader hands it out."""
        refusal = Refusal(
            code=self.code,
            message=self.message,
            pointer=self.pointer,
            source=source,
            position=position,
            raw=raw,
        )
        return Read(None, refusal, position, source, records)
