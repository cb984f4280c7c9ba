"""From a path to publications: which reader takes which file, and what all of them share."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from sarai.goods.errors import SaraiError
from sarai.screening.listed import Publication

HEAD = 4_096
MODULES = (
    "ofac_csv", "ofac_xml", "ofac_sdn_xml", "csl", "bis_dpl", "eu_journal", "eu_fsf", "un_xml", "uk", "meti",
    "followthemoney", "plain",
)  # fmt: skip
"""The publishers, in the order in which they are asked whether a file is theirs."""

# C0 and C1 but white space, marks that turn the direction of writing, and the byte order mark.
UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


class ListError(SaraiError):
    """A list that cannot be read as its publisher writes it; the version loaded before stays in force."""


class Reader(NamedTuple):
    """How one publisher's layout is known and read."""

    name: str
    doc: str
    takes: Callable[[Path, bytes], bool]
    read: Callable[[Sequence[Path]], list[Publication]]


class Found(NamedTuple):
    """What was read from a path, the files in it that no reader takes, and the lists that are damaged."""

    publications: list[Publication]
    passed_over: list[Path]
    damaged: list[ListError]


def readers() -> list[Reader]:
    """Every reader."""
    return [import_module(f"sarai.screening.lists.{name}").READER for name in MODULES]


def read(path: Path) -> Found:
    """Read a file, or every file of a directory and those below it; each list stands or falls alone.

    Raises
    ------
    ListError
        Nothing there is a list that can be read.
    """
    if not path.exists():
        raise ListError(f"there is no {path}; give the file or directory of a list")
    found = Found([], [], [])
    for files in _by_directory(path):
        _read_together(files, found)
    if not found.publications and found.damaged:
        raise found.damaged[0]
    if not found.publications:
        raise ListError(f"{path} holds no list of a known layout; see docs/screening.md for the layouts")
    return found


def clean(text: str | None) -> str:
    """A text of a list on one line: composed, without characters that are not seen.

    >>> clean(" AL-QAIDA\\u202e \\x00\\n in  Iraq ")
    'AL-QAIDA in Iraq'
    """
    return " ".join(UNSEEN.sub("", unicodedata.normalize("NFC", text or "")).split())


def _by_directory(path: Path) -> Iterator[list[Path]]:
    if path.is_file():
        yield [path]
        return
    directories = sorted({file.parent for file in path.rglob("*") if file.is_file()})
    for directory in directories:
        yield sorted(file for file in directory.iterdir() if file.is_file())


def _read_together(files: Iterable[Path], found: Found) -> None:
    taken: dict[str, tuple[Reader, list[Path]]] = {}
    for file in files:
        with file.open("rb") as stream:
            head = stream.read(HEAD)
        reader = next((reader for reader in readers() if reader.takes(file, head)), None)
        if reader is None:
            found.passed_over.append(file)
        else:
            taken.setdefault(reader.name, (reader, []))[1].append(file)
    for reader, paths in taken.values():
        try:
            found.publications.extend(reader.read(paths))
        except ListError as fault:
            found.damaged.append(fault)
