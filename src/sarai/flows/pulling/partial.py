"""A part on its way: its bytes so far, and beside them how many are safe and of which version they are.

A part that broke off goes on where it ended only if the publisher confirms that it is still the same
version (RFC 9110, If-Range with a strong validator), so that two versions are never glued together.
After a power cut no more is trusted than was made safe before.
"""

from __future__ import annotations

import os
import re
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPResponse
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec import Struct

from sarai.flows.pulling.manifest import replace_durably
from sarai.flows.pulling.plans import Part
from sarai.flows.pulling.web import PullError, RangeRefused, TryAgain, of_the_net

__all__ = ["Partial"]

CHUNK = 1 << 16
RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
STRONG = re.compile(r'"[!#-~]*"')  # a weak one begins with W/
SETTLED = timedelta(seconds=60)  # a file that changed less long ago may change again within its second


class _State(Struct, frozen=True):
    url: str
    version: str
    size: int


class Partial:
    """The partial file of a part in a folder."""

    def __init__(self, folder: Path, part: Part, most_bytes: int, safe_bytes: int) -> None:
        self.file = folder / f".{part.file}.part"
        self._note = folder / f".{part.file}.part.json"
        self._url = part.url
        self._most_bytes = most_bytes
        self._safe_bytes = safe_bytes

    def headers(self) -> dict[str, str]:
        """What asks for the rest, if a beginning is there."""
        state = self._state()
        return {"Range": f"bytes={state.size}-", "If-Range": state.version} if state else {}

    def take(self, answer: HTTPResponse) -> None:
        """Write the answer behind the beginning that it continues, or in its place.

        Raises
        ------
        TryAgain
            It broke off; what came is kept for the next time, if its version has a name.
        PullError
            It is too large, or encoded in a way that was not asked for.
        """
        if answer.headers.get("Content-Encoding", "identity") != "identity":
            raise PullError("it is compressed though nobody asked for that")
        start, end = self._place(answer)
        if end is not None and end > self._most_bytes:
            raise PullError(f"it has {end:,} bytes, more than {self._most_bytes:,}")
        version = _version(answer)
        if not start:  # what is noted of another version must not vouch for this one
            self._note.unlink(missing_ok=True)
        with self.file.open("r+b" if start else "wb") as stream:
            stream.truncate(start)
            stream.seek(start)
            try:
                self._write(stream, answer, version)
            finally:
                self._keep(stream, version)
            size = stream.tell()
        if size > self._most_bytes:
            self.drop()
            raise PullError(f"it has more than {self._most_bytes:,} bytes")
        if end is not None and size != end:  # http.client does not mind a body that ends early
            raise TryAgain(f"it broke off after {size:,} of {end:,} bytes")

    def drop(self) -> None:
        """Forget the beginning."""
        self._note.unlink(missing_ok=True)
        self.file.unlink(missing_ok=True)

    def finish(self, file: Path) -> None:
        """Put the whole of it in its place."""
        replace_durably(self.file, file)
        self._note.unlink(missing_ok=True)

    def _state(self) -> _State | None:
        try:
            state = msgspec.json.decode(self._note.read_bytes(), type=_State)
            there = self.file.stat().st_size
        except (FileNotFoundError, msgspec.DecodeError):
            return None
        return state if state.url == self._url and 0 < state.size <= there else None

    def _place(self, answer: HTTPResponse) -> tuple[int, int | None]:
        """Where the answer begins and ends; the end is none if it is not said."""
        length = answer.headers.get("Content-Length", "")
        if answer.status != 206:
            return 0, int(length) if length.isdecimal() else None
        state, found = self._state(), RANGE.fullmatch(answer.headers.get("Content-Range", ""))
        if not state or not found or int(found[1]) != state.size or _version(answer) != state.version:
            raise RangeRefused("the rest that it sends is not of the version that was begun")
        return state.size, None if found[3] == "*" else int(found[3])

    def _write(self, stream: BinaryIO, answer: HTTPResponse, version: str) -> None:
        safe = stream.tell()
        while stream.tell() <= self._most_bytes:
            with of_the_net():
                chunk = answer.read1(CHUNK)  # not read: what came before a break is kept
            if not chunk:
                return
            stream.write(chunk)
            if stream.tell() - safe >= self._safe_bytes:
                self._keep(stream, version)
                safe = stream.tell()

    def _keep(self, stream: BinaryIO, version: str) -> None:
        """Make safe what is there: first the bytes, then the note of how many they are."""
        stream.flush()
        os.fsync(stream.fileno())
        if not version:
            return
        fresh = self._note.with_suffix(".new")
        with fresh.open("wb") as note:
            note.write(msgspec.json.encode(_State(self._url, version, stream.tell())))
            note.flush()
            os.fsync(note.fileno())
        replace_durably(fresh, self._note)


def _version(answer: HTTPResponse) -> str:
    """The strong validator of an answer (RFC 9110, 8.8); empty if it has none."""
    tag = answer.headers.get("ETag", "")
    if tag:
        return tag if STRONG.fullmatch(tag) else ""
    changed, sent = answer.headers.get("Last-Modified"), answer.headers.get("Date")
    try:
        settled = (
            bool(changed and sent) and parsedate_to_datetime(sent) - parsedate_to_datetime(changed) >= SETTLED
        )
    except (TypeError, ValueError):  # no dates, or one of them without its zone
        return ""
    return changed if settled else ""
