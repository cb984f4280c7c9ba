"""Whether what came is what was asked for, and all of it."""

from __future__ import annotations

import csv
import struct
from collections.abc import Callable
from pathlib import Path
from zipfile import BadZipFile, ZipFile
from zlib import crc32
from zlib import error as ZlibError

import msgspec
from msgspec import Raw, Struct

from sarai.flows.pulling.plans import Part
from sarai.flows.pulling.web import NotThere, PullError, TryAgain

__all__ = ["check", "check_bounds"]

HEAD = 1 << 16  # the first and last bytes that are looked at
MOST_FILES = 1_000  # BACI has one for each year, and two tables
MOST_UNPACKED = 64 << 30  # BACI of HS 1992 unpacks to about 9 GB
MOST_RATIO = 100  # digits in columns shrink to a tenth
SEVEN_ZIP = b"7z\xbc\xaf\x27\x1c"


class _Page(Struct):
    """A page of the UN Comtrade API."""

    data: list[Raw] | None = None
    error: str | None = None


def check(file: Path, part: Part) -> None:
    """Look into a file before it takes its place.

    Raises
    ------
    TryAgain
        It is cut or damaged.
    NotThere
        It holds no rows.
    PullError
        It is a page for people or a message, cut off by the publisher, or unpacks to too much.
    """
    with file.open("rb") as stream:
        head = stream.read(HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head:
        raise TryAgain("it is empty")
    if head.startswith(b"<"):
        raise PullError(
            "it answers with a page or a message, not with data: ask for less, or look at its page"
        )
    KINDS[part.kind](file, part)


def _check_json(file: Path, part: Part) -> None:
    try:
        page = msgspec.json.decode(file.read_bytes(), type=_Page)
    except msgspec.ValidationError as fault:
        raise PullError(f"it is JSON, but no page of data: {fault}") from None
    except msgspec.DecodeError as fault:
        raise TryAgain(f"it is no whole JSON: {fault}") from None
    if page.error or page.data is None:
        raise PullError("it answers with an error instead of data: check codes and periods")
    if not page.data:
        raise NotThere("it has no rows")
    if part.most_rows and len(page.data) >= part.most_rows:
        raise PullError(
            f"it is cut off at {part.most_rows:,} rows: name fewer codes or partners, or use a key"
        )


def _check_csv(file: Path, _: Part) -> None:
    with file.open("rb") as stream:
        columns = _fields(stream.readline(HEAD))
        size = stream.seek(0, 2)
        stream.seek(max(0, size - HEAD))
        lines = stream.read().rstrip(b"\r\n").splitlines()
    if len(columns) < 2:
        raise PullError("it is no CSV: its first line has one field")
    if len(lines) < 2:
        raise NotThere("it has no rows")
    if len(_fields(lines[-1])) != len(columns):
        raise TryAgain("its last row is cut")


def _fields(line: bytes) -> list[str]:
    return next(csv.reader([line.decode("utf-8", "replace").removeprefix("\ufeff").rstrip("\r\n")]), [])


def _check_zip(file: Path, _: Part) -> None:
    try:
        with ZipFile(file) as archive:
            check_bounds(archive, file)
            damaged = archive.testzip()
    except (BadZipFile, ZlibError, EOFError, NotImplementedError) as fault:
        raise TryAgain(f"it is no whole zip: {fault}") from None
    if damaged is not None:
        raise TryAgain(f"{damaged!r} in it is damaged")


def check_bounds(archive: ZipFile, file: Path) -> None:
    """PullError if a zip would unpack to too much, or cannot be read without a password."""
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_FILES or unpacked > min(MOST_UNPACKED, MOST_RATIO * file.stat().st_size):
        raise PullError(f"it would unpack to {len(entries):,} files of {unpacked:,} bytes; it is not opened")
    if any(entry.flag_bits & 1 for entry in entries):
        raise PullError("it is encrypted")


def _check_7z(file: Path, _: Part) -> None:
    """The header at the start says where the one at the end is, and its checksum (7zFormat.txt)."""
    with file.open("rb") as stream:
        start = stream.read(32)
        if len(start) < 32 or not start.startswith(SEVEN_ZIP):
            raise PullError("it is no 7z file")
        (start_sum, offset, length, end_sum) = struct.unpack("<IQQI", start[8:])
        whole = crc32(start[12:]) == start_sum and file.stat().st_size == 32 + offset + length
        if whole and length <= HEAD * 16:
            stream.seek(32 + offset)
            whole = crc32(stream.read(length)) == end_sum
    if not whole:
        raise TryAgain("it is no whole 7z file")


KINDS: dict[str, Callable[[Path, Part], None]] = {
    "csv": _check_csv,
    "json": _check_json,
    "zip": _check_zip,
    "7z": _check_7z,
}
