"""From what a decoder says to a refusal that tells its reader what to do."""

from __future__ import annotations

import json
import re

import msgspec

from sarai.goods import KINDS, Code, Regime
from sarai.intake.record import Refused

# ArithmeticError: a decimal with an exponent beyond reason overflows while its value is checked
DECODE_ERRORS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ArithmeticError)
SHOWN = 80  # characters of a value in a message

_PLACE = re.compile(r" - at `(\$[\w.\[\]]*)`$")
_STEP = re.compile(r"[.\[]([^.\[\]]+)\]?")
_FIELD = re.compile(r"Object (missing required|contains unknown) field `(.*)`$", re.DOTALL)

_TIME = "give date, time and zone, such as 2026-01-31T12:00:00Z"
_COUNTRY = "give two capital letters (ISO 3166-1), such as KZ"
HINTS = {
    "time": _TIME,
    "deadline": _TIME,
    "hs": "give 6 to 12 digits, such as 854231",
    "quantity": "give a decimal above zero, such as 12.5",
    "country": _COUNTRY,
    "destination_country": _COUNTRY,
    "origin": _COUNTRY,
    "currency": "give three capital letters (ISO 4217), such as KZT",
    "regime": "give one of " + ", ".join(Regime),
    "previous_regime": "give one of " + ", ".join(Regime),
    "edition": "give HS2012, HS2017 or HS2022",
    "item": "give a whole number from 1 to 65535",
    "unit": "give a code of one to three characters, such as KGM",
}


class _Number(str):
    """A number as it was written: Python will not print an integer of a million digits."""

    __slots__ = ()
    __repr__ = str.__str__


def shown(value: object) -> str:
    """A value for a message, cut to a readable length."""
    if type(value) is str:
        return f"'{value[:SHOWN]}…'" if len(value) > SHOWN else f"'{value}'"
    text = repr(value)
    return f"{text[:SHOWN]}…" if len(text) > SHOWN else text


def decoded(raw: bytes) -> object:
    """The plain value of a JSON record, for showing parts of it; None if it has none."""
    try:
        return json.loads(raw, parse_int=_Number, parse_float=_Number)
    except (ValueError, RecursionError):
        return None


def explain(error: Exception, value: object) -> Refused:
    """Turn a decoder's error about ``value`` into a refusal with code, pointer and advice."""
    if isinstance(error, msgspec.ValidationError):
        return _explain_invalid(str(error), value)
    if isinstance(error, UnicodeDecodeError):
        return Refused(Code.NOT_TEXT, f"not UTF-8 text: {error.reason}; save the input as UTF-8")
    if isinstance(error, RecursionError):
        return Refused(Code.MALFORMED, "nested too deeply; documents nest less than ten deep")
    if isinstance(error, ArithmeticError):
        return Refused(Code.BAD_VALUE, "a number is out of reach; check its exponent")
    if "truncated" in str(error):
        return Refused(Code.TRUNCATED, "the record ends in the middle; send it again in full")
    reason = str(error).removeprefix("JSON is malformed: ")
    return Refused(Code.MALFORMED, f"not JSON: {reason}; each line must be one JSON object")


def _explain_invalid(text: str, value: object) -> Refused:
    place = _PLACE.search(text)
    pointer = _STEP.sub(r"/\1", place[1][1:]) if place else ""
    text = text[: place.start()] if place else text
    if field := _FIELD.match(text):
        return _explain_field(field[1].startswith("missing"), field[2], pointer)
    if pointer == "/kind":
        known = ", ".join(KINDS)
        kind = shown(find(value, pointer))
        return Refused(Code.UNKNOWN_KIND, f"kind {kind} is not known; give one of {known}", pointer)
    return Refused(Code.BAD_VALUE, *_describe(text, value, pointer))


def _explain_field(missing: bool, name: str, pointer: str) -> Refused:
    pointer = f"{pointer}/{name[:SHOWN].replace('~', '~0').replace('/', '~1')}"
    if missing:
        hint = HINTS.get(name, "add it")
        return Refused(Code.MISSING_FIELD, f"required field {name} is missing; {hint}", pointer)
    advice = "remove it, or check its spelling against docs/documents.md"
    return Refused(Code.BAD_VALUE, f"field {shown(name)} is not known here; {advice}", pointer)


def _describe(text: str, value: object, pointer: str) -> tuple[str, str]:
    """The message and the pointer of a bad value; checks of a whole record name their field first."""
    there = find(value, pointer)
    subject = text.split(" ", 1)[0]
    if isinstance(there, dict) and subject in there:
        return text, f"{pointer}/{subject}"
    reason = "not one of those allowed" if text.startswith("Invalid") else text[:1].lower() + text[1:]
    hint = HINTS.get(pointer.rpartition("/")[2], "mend it and send it again")
    return f"{pointer or 'the record'} is {shown(there)}: {reason}; {hint}", pointer


def find(value: object, pointer: str) -> object:
    """What a JSON pointer (of plain names and numbers) points to; None if nothing is there."""
    for step in pointer.split("/")[1:]:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value
