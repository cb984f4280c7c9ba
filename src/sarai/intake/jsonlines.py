"""JSON: one document per line (the form in which documents are kept), or one array of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BufferedReader
from typing import BinaryIO

import msgspec

from sarai.goods import AnyDocument, Code, Document
from sarai.goods.canonical import canonical
from sarai.intake.explain import DECODE_ERRORS, decoded, explain
from sarai.intake.record import Limits, Read, Refused

SKIP_BYTES = 2**16


def read_jsonl(stream: BufferedReader, source: str, limits: Limits) -> Iterator[Read]:
    """Read one document from each line; blank lines count as lines, not as records."""
    decode = msgspec.json.Decoder(AnyDocument).decode
    readline, limit = stream.readline, limits.max_record_bytes
    position = 0
    while line := readline(limit + 1):
        position += 1
        if len(line) > limit and line[-1] != 0x0A:
            skip_line(stream)
            yield too_large(limit).read(position, source, line[: limits.max_raw_kept])
            continue
        try:
            document = decode(line)
        except DECODE_ERRORS as error:
            if not line.isspace():
                refused = explain(error, decoded(line))
                yield refused.read(position, source, line[: limits.max_raw_kept])
        else:
            yield Read(document, None, position, source)


def too_large(limit: int) -> Refused:
    """The refusal of a record beyond the bound."""
    return Refused(
        Code.TOO_LARGE, f"the record is longer than {limit:,} bytes; split it into several documents"
    )


def skip_line(stream: BufferedReader) -> None:
    """Read on to the end of the line without holding it."""
    while (chunk := stream.readline(SKIP_BYTES)) and chunk[-1] != 0x0A:
        pass


def read_json(stream: BufferedReader, source: str, limits: Limits) -> Iterator[Read]:
    """Read a file that is one JSON document, or an array of documents."""
    data = stream.read(limits.max_file_bytes + 1)
    if len(data) > limits.max_file_bytes:
        yield too_large(limits.max_file_bytes).read(0, source, data[: limits.max_raw_kept])
        return
    try:
        is_array = data.lstrip()[:1] == b"["
        parts = msgspec.json.decode(data, type=list[msgspec.Raw]) if is_array else [data]
    except DECODE_ERRORS as error:
        yield explain(error, None).read(0, source, data[: limits.max_raw_kept])
        return
    decode = msgspec.json.Decoder(AnyDocument).decode
    for position, part in enumerate(map(bytes, parts), 1):
        try:
            yield Read(decode(part), None, position, source)
        except DECODE_ERRORS as error:
            yield explain(error, decoded(part)).read(position, source, part[: limits.max_raw_kept])


def write_jsonl(documents: Iterable[Document], stream: BinaryIO) -> int:
    """Write documents as JSON Lines, each in canonical form; returns how many."""
    count = 0
    for count, document in enumerate(documents, 1):  # noqa: B007 the last count is the answer
        stream.write(canonical(document) + b"\n")
    return count
