"""Readers of trade statistics: one file for each outside format, and how a file's format is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from sarai.flows.readers import baci, comext, comtrade, mapped, sdmx
from sarai.flows.readers.mapping import Mapped, mapping, read_mapping
from sarai.flows.readers.reading import REFUSED, Reading, UnreadableFile
from sarai.flows.readers.scanning import beginning, header

__all__ = [
    "MAPPED",
    "READERS",
    "REFUSED",
    "Mapped",
    "Reader",
    "Reading",
    "UnreadableFile",
    "mapping",
    "read_mapping",
    "sniff",
]


class Reader(NamedTuple):
    """A format.

    Attributes
    ----------
    takes : callable
        Whether the beginning of a file, and its first line as a header of CSV, are of the format.
    read : callable
        ``read(files, engine, **options) -> Reading``.
    """

    doc: str
    takes: Callable[[str, Sequence[str]], bool]
    read: Callable[..., Reading]


READERS = {
    "comtrade": Reader(
        "UN Comtrade: CSV and JSON of the API, bulk files, CSV of the portal before 2023",
        lambda head, names: comtrade.is_json(head) or comtrade.is_table(names) or comtrade.is_legacy(names),
        comtrade.read,
    ),
    "comext": Reader("Eurostat COMEXT in bulk", lambda _, names: comext.is_table(names), comext.read),
    "sdmx": Reader(
        "Eurostat COMEXT by SDMX: CSV and XML",
        lambda head, names: sdmx.is_xml(head) or sdmx.is_table(names),
        sdmx.read,
    ),
    "baci": Reader("BACI of CEPII", lambda _, names: baci.is_table(names), baci.read),
}
"""By name, the formats that are known by themselves, in the order in which they are asked."""

MAPPED = Reader("any CSV, TSV or Parquet, by a mapping", lambda _head, _names: False, mapped.read)
"""``read(files, engine, mapping=Mapped)``; no file says of itself that it needs one."""


def sniff(path: Path) -> str:
    """The name of the reader that takes a file.

    Raises
    ------
    UnreadableFile
        It cannot be read, or is of no known format.
    """
    head, names = beginning(path), header(path).names
    for name, reader in READERS.items():
        if reader.takes(head, names):
            return name
    known = "; ".join(f"{name} ({reader.doc})" for name, reader in READERS.items())
    raise UnreadableFile(
        f"{path} is of no known format; its columns are {', '.join(names)[:SHOWN]}. Known are {known}. "
        "Read another table by a mapping"
    )


SHOWN = 200  # characters of a header, in an error
