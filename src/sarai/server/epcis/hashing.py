"""The event hash: an identifier that follows from what an event says, however it is written.

After the Core Business Vocabulary 2.0, section 8.9. Where its prose and the vectors of its
reference implementation differ, the vectors hold, since they are what others compute: lists that it
knows of come in the order of `ORDER`, and whatever reads as a number is written as one, for XML
does not tell numbers from text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from sarai.server.epcis import vocabulary
from sarai.server.epcis.context import expand, split
from sarai.server.epcis.keys import canonical
from sarai.server.epcis.moments import milliseconds

Prefixes = Mapping[str, str]
Write = Callable[[Any, Prefixes], str]

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\Z", re.ASCII)


def plain(value: Any) -> str:
    """A scalar as text; a number, or what reads as one, as a binary double has it, without an exponent.

    >>> plain(Decimal("26.10")), plain("007"), plain(" 4711-A ")
    ('26.1', '7', '4711-A')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value).strip()
    if not _NUMBER.match(text) or abs(number := float(text)) == float("inf"):
        return text
    return str(int(number)) if number.is_integer() else format(Decimal(repr(number)), "f")


def _text(value: Any, known: Prefixes) -> str:
    return plain(value)


def _time(value: Any, known: Prefixes) -> str:
    return milliseconds(str(value).strip()) or plain(value)


def _uri(value: Any, known: Prefixes) -> str:
    return canonical(expand(plain(value), known))


def _word(of: vocabulary.Vocabulary) -> Write:
    return lambda value, known: canonical(of.full(plain(value), known))


_UOM: tuple[tuple[str, Write], ...] = (("epcClass", _uri), ("quantity", _text), ("uom", _text))

METADATA: tuple[tuple[str, Write], ...] = (
    ("time", _time), ("startTime", _time), ("endTime", _time), ("deviceID", _uri), ("deviceMetadata", _uri),
    ("rawData", _uri), ("dataProcessingMethod", _uri), ("bizRules", _uri),
)  # fmt: skip

REPORT: tuple[tuple[str, Write], ...] = (
    ("type", _word(vocabulary.MEASUREMENT)), ("exception", _word(vocabulary.ALERT)), ("deviceID", _uri),
    ("deviceMetadata", _uri), ("rawData", _uri), ("dataProcessingMethod", _uri), ("time", _time),
    ("microorganism", _uri), ("chemicalSubstance", _uri), ("value", _text),
    ("component", _word(vocabulary.COMPONENT)), ("stringValue", _text), ("booleanValue", _text),
    ("hexBinaryValue", _text), ("uriValue", _uri), ("minValue", _text), ("maxValue", _text),
    ("meanValue", _text), ("sDev", _text), ("percRank", _text), ("percValue", _text), ("uom", _text),
    ("coordinateReferenceSystem", _uri),
)  # fmt: skip


def _fields(record: Mapping[str, Any], order: Iterable[tuple[str, Write]], known: Prefixes) -> str:
    return "".join(
        f"{name}={write(record[name], known)}" for name, write in order if record.get(name) is not None
    )


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _joined(name: str, parts: Iterable[str]) -> str:
    """A list: its name once, then what is in it, sorted."""
    return name + "".join(sorted(parts))


# -- one function for each shape of standard field ---------------------------------------------------


def _one(write: Write) -> Callable[[str, Any, Prefixes], str]:
    return lambda name, value, known: "".join(
        sorted(f"{name}={write(each, known)}" for each in _each(value) if each != "")
    )


def _epcs(name: str, value: Any, known: Prefixes) -> str:
    return _joined(name, (f"epc={_uri(each, known)}" for each in _each(value)))


def _quantities(name: str, value: Any, known: Prefixes) -> str:
    return _joined(name, (f"quantityElement{_fields(each, _UOM, known)}" for each in _each(value)))


def _typed(inner: str, words: vocabulary.Vocabulary) -> Callable[[str, Any, Prefixes], str]:
    order = (("type", _word(words)), (inner, _uri))
    return lambda name, value, known: _joined(name, (_fields(each, order, known) for each in _each(value)))


def _dispositions(name: str, value: Any, known: Prefixes) -> str:
    write = _one(_word(vocabulary.DISPOSITION))
    return name + "".join(write(part, value[part], known) for part in ("set", "unset") if value.get(part))


def _place(name: str, value: Any, known: Prefixes) -> str:
    return f"{name}id={_uri(value.get('id', ''), known)}{extensions(value, known)}"


def _sensors(name: str, value: Any, known: Prefixes) -> str:
    return _joined(name, (_sensor(each, known) for each in _each(value)))


def _sensor(element: Mapping[str, Any], known: Prefixes) -> str:
    metadata = element.get("sensorMetadata")
    told = _with_extensions("sensorMetadata", metadata, METADATA, known) if metadata is not None else ""
    reports = sorted(
        _with_extensions("sensorReport", report, REPORT, known)
        for report in _each(element.get("sensorReport", []))
    )
    return f"sensorElement{told}{''.join(reports)}{extensions(element, known)}"


def _rules_of_reports(name: str, value: Any, known: Prefixes) -> str:
    """The rules of single reports, which the order does not place: they come after the lists."""
    told = []
    for element in _each(value):
        reports = _each(element.get("sensorReport", []))
        rules = sorted(
            f"sensorReportbizRules={_uri(r['bizRules'], known)}" for r in reports if r.get("bizRules")
        )
        told += [f"sensorElement{''.join(rules)}"] if rules else []
    return _joined(name, told) if told else ""


def _with_extensions(name: str, record: Mapping[str, Any], order: Any, known: Prefixes) -> str:
    return name + _fields(record, order, known) + extensions(record, known)


def _ilmd(name: str, value: Any, known: Prefixes) -> str:
    return name + extensions(value, known)


ORDER: tuple[tuple[str, Callable[[str, Any, Prefixes], str]], ...] = (
    ("eventTime", _one(_time)), ("eventTimeZoneOffset", _one(_text)), ("certificationInfo", _one(_uri)),
    ("epcList", _epcs), ("parentID", _one(_uri)), ("inputEPCList", _epcs), ("childEPCs", _epcs),
    ("quantityList", _quantities), ("childQuantityList", _quantities), ("inputQuantityList", _quantities),
    ("outputEPCList", _epcs), ("outputQuantityList", _quantities), ("action", _one(_text)),
    ("transformationID", _one(_uri)), ("bizStep", _one(_word(vocabulary.BIZ_STEP))),
    ("disposition", _one(_word(vocabulary.DISPOSITION))), ("persistentDisposition", _dispositions),
    ("readPoint", _place), ("bizLocation", _place), ("sensorElementList", _sensors),
    ("bizTransactionList", _typed("bizTransaction", vocabulary.BIZ_TRANSACTION)),
    ("destinationList", _typed("destination", vocabulary.SOURCE_DEST)),
    ("ilmd", _ilmd), ("sensorElementList", _rules_of_reports),
    ("sourceList", _typed("source", vocabulary.SOURCE_DEST)),
)  # fmt: skip

IGNORED = frozenset(("rdfs:comment", "@context", "recordTime", "eventID", "errorDeclaration", "id", "type"))


def extensions(record: Mapping[str, Any], known: Prefixes, ignored: Iterable[str] = ()) -> str:
    """What a record says beyond the standard: names in full, sorted."""
    leave = IGNORED | set(ignored)
    return "".join(
        sorted(
            _extension(name, value, known)
            for name, value in record.items()
            if name not in leave and (":" in name or name in known)
        )
    )


def _extension(name: str, value: Any, known: Prefixes) -> str:
    parts = split(name, known)
    told = f"{{{parts[0]}}}{parts[1]}" if parts else _in_full(name, known)
    return "".join(sorted(_valued(told, each, known) for each in _each(value)))


def _in_full(name: str, known: Prefixes) -> str:
    """A term, or a name that is written in full: its namespace ends with the last ``#``, ``/`` or ``:``."""
    full = known.get(name, name)
    cut = max(full.rfind(mark) for mark in "#/:") + 1
    return f"{{{full[:cut]}}}{full[cut:]}"


def _valued(name: str, value: Any, known: Prefixes) -> str:
    if isinstance(value, dict):
        return name + _inner(value, known)
    if isinstance(value, list):
        return "".join(sorted(_valued(name, each, known) for each in value))
    return name if value is None else f"{name}={canonical(plain(value))}"


def _inner(value: Mapping[str, Any], known: Prefixes) -> str:
    """Within an extension, standard fields keep their own form."""
    standard = _fields(value, _UOM, known)
    return standard + extensions(value, known)


def pre_hash(event: Mapping[str, Any], known: Prefixes, ignored: Iterable[str] = ()) -> str:
    """The text that is hashed: what an event says, in one order and one form.

    Parameters
    ----------
    event
        As JSON has it.
    known
        The prefixes that are declared where it stands.
    ignored
        Further extension fields that do not count.
    """
    told = "".join(
        write(name, event[name], known) for name, write in ORDER if event.get(name) not in (None, [], "")
    )
    kind = vocabulary.event_type(event["type"], known)
    return f"eventType={kind}{told}{extensions(event, known, ignored)}"


def event_hash(event: Mapping[str, Any], known: Prefixes, ignored: Iterable[str] = ()) -> str:
    """The identifier of an event that bears none (RFC 6920): ``ni:///sha-256;…?ver=CBV2.0``."""
    digest = hashlib.sha256(pre_hash(event, known, ignored).encode("utf-8")).hexdigest()
    return f"ni:///sha-256;{digest}?ver=CBV2.0"
