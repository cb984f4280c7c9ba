"""What a folder of statistics holds: its loads, one after the other, and the files that are in force."""

from __future__ import annotations

import os
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec import Struct

from sarai.goods import SaraiError

__all__ = ["Catalogue", "Load", "StatisticsDamaged", "Terms", "digest_of", "made_durable"]

NAME = "catalogue.json"


class StatisticsDamaged(SaraiError):
    """A folder of statistics whose files are not what its catalogue says."""


class Terms(Struct, frozen=True):
    """In which terms rows are, and from when to when (first days of periods); a load has some of them."""

    source: str
    flow: str
    frequency: str
    edition: str
    currency: str | None
    first: date
    last: date


class Load(Struct, frozen=True, kw_only=True):
    """Files that were loaded together.

    Attributes
    ----------
    digest : str
        SHA-256 over the bytes of the files and how they were read, in hexadecimal.
    rows, refused, replaced : int
        Rows taken, rows refused, and rows of earlier loads that gave way to them.
    complete : bool
        Whether a reporter without rows traded nothing, or is not known.
    digits : dict of str to int
        By source, the most digits that its codes have; 0 if there are only totals.
    first, last : str
        The earliest and the latest period, as ISO 8601 dates; empty without rows.
    """

    digest: str
    reader: str
    files: tuple[str, ...]
    at: datetime
    rows: int
    refused: int
    replaced: int
    complete: bool
    digits: dict[str, int]
    terms: tuple[Terms, ...]
    first: str
    last: str


class Catalogue(Struct, frozen=True):
    """The loads, oldest first, and the names of the Parquet files of rows that are in force."""

    loads: tuple[Load, ...] = ()
    rows: tuple[str, ...] = ()
    coverage: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    @property
    def digits(self) -> dict[str, int]:
        """By source, the most digits that its codes have."""
        most: dict[str, int] = {}
        for load in self.loads:
            for source, digits in load.digits.items():
                most[source] = max(digits, most.get(source, 0))
        return most

    @classmethod
    def of(cls, folder: Path) -> Catalogue:
        """The catalogue of a folder; an empty one if there is none yet.

        Raises
        ------
        StatisticsDamaged
            The catalogue cannot be read.
        """
        try:
            written = (folder / NAME).read_bytes()
        except FileNotFoundError:
            return cls()
        try:
            return msgspec.json.decode(written, type=cls)
        except msgspec.DecodeError as error:
            raise StatisticsDamaged(
                f"{folder / NAME} cannot be read ({error}); take it from a backup, or load the files anew"
            ) from error

    def put(self, folder: Path) -> None:
        """Write it in the place of the one before, at once and for good."""
        new = folder / f"{NAME}.new"
        new.write_bytes(msgspec.json.format(msgspec.json.encode(self), indent=1))
        made_durable(new)
        new.replace(folder / NAME)
        made_durable(folder)


def digest_of(files: list[Path], how: str) -> str:
    """SHA-256 over the bytes of files, in their order, and how they are read."""
    total = sha256(how.encode())
    for file in files:
        with file.open("rb") as opened:
            part = sha256()
            while block := opened.read(1 << 20):
                part.update(block)
        total.update(part.digest())
    return total.hexdigest()


def made_durable(path: Path) -> None:
    """Have what was written to a file, or the names in a folder, reach the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
