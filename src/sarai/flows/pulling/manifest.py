"""What was pulled into a folder: each file with its address, size and SHA-256."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct, field

from sarai.goods import BadSetting

__all__ = ["MANIFEST", "Manifest", "Noted", "note", "noted", "replace_durably", "sha256_of"]

MANIFEST = "manifest.json"


class Noted(Struct, frozen=True):
    """A part as it was pulled."""

    url: str
    sha256: str
    size: int
    fetched: datetime


class Manifest(Struct):
    """All parts of a folder, by file name, and where they are from."""

    source: str
    terms: str
    parts: dict[str, Noted] = field(default_factory=dict)


def noted(folder: Path) -> Manifest | None:
    """The manifest of a folder; none if nothing was pulled there.

    Raises
    ------
    BadSetting
        It cannot be read.
    """
    file = folder / MANIFEST
    try:
        return msgspec.json.decode(file.read_bytes(), type=Manifest)
    except FileNotFoundError:
        return None
    except msgspec.DecodeError as fault:
        raise BadSetting(f"{file} is damaged: {fault}; move it away, and all is fetched again") from fault


def note(folder: Path, manifest: Manifest) -> None:
    """Write the manifest in the place of the one before."""
    text = msgspec.json.format(msgspec.json.encode(manifest, order="sorted"), indent=1)
    fresh = folder / f".{MANIFEST}.new"
    with fresh.open("wb") as stream:
        stream.write(text + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    replace_durably(fresh, folder / MANIFEST)


def replace_durably(fresh: Path, file: Path) -> None:
    """Rename, so that after a power cut there is the one or the other, whole."""
    fresh.replace(file)
    if os.name == "posix":  # elsewhere a folder cannot be opened
        handle = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sha256_of(file: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    import hashlib

    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
