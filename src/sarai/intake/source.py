"""Opening what is to be read: a path or a stream, plain or gzip, and what its first bytes tell."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO, Literal

from sarai.goods import Code
from sarai.intake.record import LIMITS, Limits, Refused, SourceError

Format = Literal["jsonl", "json", "csv", "asycuda"]

SNIFF_BYTES = 2**16
BUFFER_BYTES = 2**20
NO_LIMIT = 2**63
EXTENSIONS: dict[str, Format] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".xml": "asycuda",
}

_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_GZIP = b"\x1f\x8b"


class Source(io.BufferedReader):
    """A stream of bytes that knows its name and what it begins with."""

    def __init__(self, head: bytes, rest: BinaryIO, name: str, limit: int) -> None:
        super().__init__(_Joined(head, rest, limit), BUFFER_BYTES)
        self.label, self.head = name, head


class _Joined(io.RawIOBase):
    """The bytes already read and those still to come, up to a bound. Leaves the stream open."""

    def __init__(self, head: bytes, rest: BinaryIO, limit: int) -> None:
        self.head, self.rest, self.left = head, rest, limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:
        chunk = self.head[: len(buffer)] or _chunk(self.rest, len(buffer))
        self.head = self.head[len(chunk) :]
        self.left -= len(chunk)
        if self.left < 0:
            raise Refused(Code.TOO_LARGE, "the compressed file grows beyond the bound; send it in parts")
        buffer[: len(chunk)] = chunk
        return len(chunk)


@contextmanager
def opened(source: str | Path | BinaryIO, limits: Limits) -> Iterator[Source]:
    """Open a path or stream for reading, through gzip if it is compressed, past a byte order mark.

    Raises
    ------
    SourceError
        It cannot be opened, or is no stream of bytes.
    """
    with _bytes(source) as (stream, name):
        plain, head, limit = stream, _head(stream), NO_LIMIT
        if head.startswith(_GZIP):
            plain = gzip.GzipFile(fileobj=Source(head, stream, name, limit))
            head, limit = _head(plain), limits.max_inflated_bytes
        yield Source(head.removeprefix(_BOM), plain, name, limit)


@contextmanager
def _bytes(source: str | Path | BinaryIO) -> Iterator[tuple[BinaryIO, str]]:
    if not isinstance(source, str | Path):
        with nullcontext(source) as stream:
            yield stream, label(source)
        return
    try:
        file = Path(source).open("rb")  # noqa: SIM115 closed below; what fails later is not about opening
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SourceError(f"{source} cannot be opened: {reason}; give the path of a file") from error
    with file:
        yield file, label(source)


def label(source: str | Path | BinaryIO) -> str:
    """What a source is called in a refusal."""
    return str(source if isinstance(source, str | Path) else getattr(source, "name", "stream"))


def _head(stream: BinaryIO) -> bytes:
    """The first bytes of a stream, however few it gives at a time."""
    head = b""
    while len(head) < SNIFF_BYTES and (chunk := _chunk(stream, SNIFF_BYTES - len(head))):
        head += chunk
    return head


def _chunk(stream: BinaryIO, size: int) -> bytes:
    chunk = stream.read(size)
    if not isinstance(chunk, bytes):
        raise SourceError(f"the stream gave {type(chunk).__name__}, not bytes; open it in binary mode")
    return chunk


def detect(source: str | Path) -> Format | None:
    """Tell the format of a file by its content, or else by its name; None if neither tells.

    Raises
    ------
    SourceError
        It cannot be opened.
    """
    try:
        with opened(source, LIMITS) as stream:
            return sniff(stream)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        return None


def sniff(stream: Source) -> Format | None:
    """Tell the format of a stream by what it begins with, or else by its name."""
    path = Path(stream.label.removesuffix(".gz"))
    return _by_content(stream.head) or EXTENSIONS.get(path.suffix.lower())


def _by_content(head: bytes) -> Format | None:
    if head.startswith(_UTF16):
        head = head.decode("utf-16", errors="replace").encode()
    head = head.lstrip()
    first = head.split(b"\n", 1)[0].strip()
    if first.startswith(b"<"):
        return "asycuda" if b"<ASYCUDA" in head else None
    if first.startswith(b"["):
        return "json"
    if first.startswith(b"{"):
        return "json" if first == b"{" else "jsonl"
    names = first.translate(bytes.maketrans(b";\t|", b",,,")).replace(b'"', b"").split(b",")
    return "csv" if {b"kind", b"issuer"} <= set(names) else None
