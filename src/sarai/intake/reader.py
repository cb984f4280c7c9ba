"""The one door: any file or stream in, a document or a refusal out for every record."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, get_args

from sarai.goods import BadSetting, Code
from sarai.intake.jsonlines import read_json, read_jsonl
from sarai.intake.mapped import read_mapped
from sarai.intake.mapping import Mapping, load_mapping
from sarai.intake.record import LIMITS, Limits, Read, Refused, SourceError
from sarai.intake.source import Format, Source, label, opened, sniff
from sarai.intake.table import read_csv

FORMATS: tuple[str, ...] = get_args(Format)


def read(
    source: str | Path | BinaryIO,
    *,
    format: Format | None = None,
    mapping: Mapping | str | Path | None = None,
    limits: Limits = LIMITS,
    default_time: datetime | None = None,
) -> Iterator[Read]:
    """Read documents from a file or a binary stream, plain or compressed with gzip.

    Parameters
    ----------
    source
        A path, or a stream of bytes. A stream is read to its end and left open.
    format
        What it holds; if None, its first bytes tell, or else its name.
    mapping
        How the columns of a CSV become documents, or the path of such a mapping file.
    limits
        The bounds to keep.
    default_time
        When a declaration took effect that does not say so itself (aware; ASYCUDA only).

    Yields
    ------
    Read
        A document or a refusal for every record, in the order of the source. Nothing that
        the source holds raises.

    Raises
    ------
    SourceError
        The source cannot be opened, or fails while it is read.
    BadSetting
        The format or the mapping cannot be used, or ``default_time`` has no zone.
    """
    if format is not None and format not in FORMATS:
        raise BadSetting(f"format {format!r} is not known; give one of {', '.join(FORMATS)}")
    if mapping is not None and format not in (None, "csv"):
        raise BadSetting(f"a mapping is for csv, not for {format}; leave one of them out")
    if default_time is not None and default_time.utcoffset() is None:
        raise BadSetting(f"default_time {default_time} has no zone; give one, such as +00:00")
    if mapping is not None and not isinstance(mapping, Mapping):
        mapping = load_mapping(mapping)
    return _read(source, format, mapping, limits, default_time)


def _read(
    source: str | Path | BinaryIO,
    format: Format | None,
    mapping: Mapping | None,
    limits: Limits,
    default_time: datetime | None,
) -> Iterator[Read]:
    """Read, and turn what befalls the source as a whole into a refusal of it."""
    name = label(source)
    try:
        with opened(source, limits) as stream:
            yield from _records(stream, format, mapping, limits, default_time)
    except Refused as refused:
        yield refused.read(0, name)
    except EOFError:
        yield Refused(Code.TRUNCATED, "the compressed file ends in the middle; send it again").read(0, name)
    except (gzip.BadGzipFile, zlib.error) as error:
        yield Refused(Code.MALFORMED, f"not a sound gzip file ({error}); send it again").read(0, name)
    except OSError as error:
        raise SourceError(f"{name} failed while it was read: {error}; read it again") from error


def _records(
    stream: Source,
    format: Format | None,
    mapping: Mapping | None,
    limits: Limits,
    default_time: datetime | None,
) -> Iterator[Read]:
    """Choose the reader for what the stream holds."""
    name = stream.label
    if mapping is not None:
        return read_mapped(stream, name, limits, mapping)
    format = format or sniff(stream)
    if format == "asycuda":
        from sarai.intake.asycuda import read_asycuda  # lxml, which nothing else needs

        return read_asycuda(stream, name, limits, default_time)
    if format is None:
        begins = f"it begins with {stream.head[:40]!r}" if stream.head else "it is empty"
        known = ", ".join(FORMATS)
        raise Refused(Code.UNKNOWN_FORMAT, f"the format cannot be told: {begins}; say which of {known} it is")
    return {"jsonl": read_jsonl, "json": read_json, "csv": read_csv}[format](stream, name, limits)
