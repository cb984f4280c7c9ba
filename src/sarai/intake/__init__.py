"""Intake: bytes in, documents or refusals out; nothing that is read raises, nothing is dropped."""

from sarai.intake.jsonlines import write_jsonl
from sarai.intake.mapping import Mapping, load_mapping
from sarai.intake.reader import FORMATS, read
from sarai.intake.record import LIMITS, Limits, Read, SourceError
from sarai.intake.schema import schema
from sarai.intake.source import Format, detect

__all__ = [
    "FORMATS",
    "LIMITS",
    "Format",
    "Limits",
    "Mapping",
    "Read",
    "SourceError",
    "detect",
    "load_mapping",
    "read",
    "schema",
    "write_jsonl",
]
