"""What becomes of an input: numbered codes that never change their meaning.

1xx the reader could not make a document of it, 2xx the document contradicts itself or the
reference tables, 3xx the book does not allow it. A Refusal is a value, not an exception.
"""

from __future__ import annotations

from enum import IntEnum

from msgspec import Struct


class Code(IntEnum):
    """Result codes of reading and recording. 0 and 1 are success."""

    POSTED = 0
    REPEATED = 1

    NOT_TEXT = 100
    MALFORMED = 101
    TOO_LARGE = 102
    UNKNOWN_FORMAT = 103
    MISSING_FIELD = 104
    BAD_VALUE = 105
    FORBIDDEN_CONSTRUCT = 106
    TRUNCATED = 107
    UNKNOWN_KIND = 108

    IDENTITY_CONFLICT = 200
    NOT_FIRST_VERSION = 201
    NOTHING_TO_CORRECT = 202
    UNKNOWN_UNIT = 203
    UNKNOWN_COUNTRY = 205
    TOO_FINE = 206
    DUPLICATE_ITEM = 207
    DEADLINE_BEFORE_TIME = 208
    IN_THE_FUTURE = 209
    REPLACEMENT_MISMATCH = 210
    COUNTRY_MISSING = 211
    TOO_MANY_MOVEMENTS = 212

    NOT_HELD = 300
    LOT_UNKNOWN = 301
    CONSIGNMENT_UNKNOWN = 302
    CONSIGNMENT_CLOSED = 303
    WRONG_CONSIGNMENT_KIND = 304
    NOT_ENTITLED = 305
    ITEM_UNKNOWN = 306
    MORE_THAN_DISPATCHED = 307
    TIME_BEFORE_CONSIGNMENT = 308
    MOVED_ON = 309
    NOT_CORRECTABLE = 310
    NOT_SPLIT_EXACTLY = 311
    LOT_HELD = 312
    NO_HOLD = 313


class FactCode(IntEnum):
    """What the book noticed while posting: not refusals, but differences worth knowing."""

    UNEXPLAINED = 1
    CODE_DRIFT = 2
    ORIGIN_DRIFT = 3
    DIVERTED = 4
    ARRIVED_ELSEWHERE = 5
    EXITED_ELSEWHERE = 6
    LATE = 7
    SHORTAGE = 8
    COUNT_SURPLUS = 9
    COUNT_LOSS = 10
    UNKNOWN_HS = 11
    EXPIRED = 12
    TAKEN_BACK_UNEXPLAINED = 13


class Refusal(Struct, frozen=True, kw_only=True):
    """Why an input was not posted, and what to do about it.

    ``pointer`` is an RFC 6901 JSON pointer into the document (empty: the whole of it);
    ``source`` and ``position`` say where the reader stood (file, and line or record number
    from 1); ``raw`` is the input itself, cut to a bound.
    """

    code: Code
    message: str
    pointer: str = ""
    source: str = ""
    position: int = 0
    raw: bytes = b""
