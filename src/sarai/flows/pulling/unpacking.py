"""Unpacking what was pulled as a zip: only names that stay in the folder, and no more than was said."""

from __future__ import annotations

import os
from pathlib import Path
from shutil import copyfileobj
from zipfile import BadZipFile, ZipFile

from sarai.flows.pulling.checking import check_bounds
from sarai.flows.pulling.manifest import replace_durably
from sarai.flows.pulling.web import PullError

__all__ = ["unpack"]


def unpack(file: Path, into: Path) -> list[Path]:
    """The files of a zip, each whole or not there; folders within it are not made.

    Raises
    ------
    PullError
        It is damaged, unpacks to too much, names a file outside of the folder or one twice, or is a 7z,
        which needs a program of its own.
    """
    if file.suffix == ".7z":
        raise PullError(f"{file} is a 7z: unpack it with 7-Zip (7z x {file.name}), and load what is in it")
    into.mkdir(parents=True, exist_ok=True)
    try:
        with ZipFile(file) as archive:
            check_bounds(archive, file)
            names = _names(archive, file)
            return [_unpacked(archive, entry, into / name) for entry, name in names.items()]
    except BadZipFile as fault:
        raise PullError(f"{file} is damaged: {fault}; pull it again") from fault


def _names(archive: ZipFile, file: Path) -> dict[str, str]:
    """What each entry is to be called: the last part of its path."""
    entries = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
    names = {entry: entry.replace("\\", "/").rpartition("/")[2] for entry in entries}
    wrong = [entry for entry, name in names.items() if name.startswith(".") or not name]
    if wrong or len(set(names.values())) < len(entries):
        raise PullError(
            f"{file} has names that cannot stand in one folder, such as {(wrong or entries)[0]!r}"
        )
    return names


def _unpacked(archive: ZipFile, entry: str, file: Path) -> Path:
    fresh = file.with_name(f".{file.name}.new")
    with archive.open(entry) as packed, fresh.open("wb") as stream:  # zipfile reads no more than it declares
        copyfileobj(packed, stream)
        stream.flush()
        os.fsync(stream.fileno())
    replace_durably(fresh, file)
    return file
