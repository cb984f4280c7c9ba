"""What can be asked of an event: its fields as rows that an index can answer from.

A row's field begins with the kind of its value: ``=`` text, ``#`` number, ``@`` time (microseconds
since 1970), ``?`` that there is such a field at all. Identifiers are in their one form
(`keys.canonical`), words in full, so that one question finds all ways to write the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from sarai.server.epcis import vocabulary
from sarai.server.epcis.context import expand
from sarai.server.epcis.hashing import plain
from sarai.server.epcis.keys import canonical
from sarai.server.epcis.moments import microseconds
from sarai.server.epcis.naming import named

PARTIES = tuple(vocabulary.SOURCE_DEST.base + kind for kind in ("possessing_party", "owning_party"))
LONG = 512  # longer texts are kept by their hash: nobody looks for a part of one


class Row(NamedTuple):
    """A field and its value; ``said`` is how it was written, where that differs."""

    field: str
    value: str | int | float
    said: str | None = None


Known = Mapping[str, str]
Rows = Iterator[Row]

EPC_FIELDS = {
    "epcList": "epc", "childEPCs": "epc", "inputEPCList": "inputEPC", "outputEPCList": "outputEPC",
}  # fmt: skip
CLASS_FIELDS = {
    "quantityList": "epcClass", "childQuantityList": "epcClass", "inputQuantityList": "inputEPCClass",
    "outputQuantityList": "outputEPCClass",
}  # fmt: skip
WORDS = {
    "bizStep": vocabulary.BIZ_STEP, "disposition": vocabulary.DISPOSITION, "set": vocabulary.DISPOSITION,
    "unset": vocabulary.DISPOSITION, "errorReason": vocabulary.ERROR_REASON, "type": vocabulary.MEASUREMENT,
    "component": vocabulary.COMPONENT, "exception": vocabulary.ALERT,
}  # fmt: skip
SENSED_URIS = (
    "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules", "microorganism",
    "chemicalSubstance", "coordinateReferenceSystem", "uriValue",
)  # fmt: skip
SENSED_TEXTS = ("stringValue", "hexBinaryValue", "booleanValue", "uom")
SENSED_TIMES = ("time", "startTime", "endTime")
MEASURED = ("value", "minValue", "maxValue", "meanValue", "sDev", "percValue")
TYPED = {
    "bizTransactionList": ("bizTransaction", vocabulary.BIZ_TRANSACTION),
    "sourceList": ("source", vocabulary.SOURCE_DEST),
    "destinationList": ("destination", vocabulary.SOURCE_DEST),
}  # fmt: skip


def short(text: str) -> str:
    """A text as it is kept in the index."""
    if len(text) <= LONG:
        return text
    return "sha-256:" + hashlib.sha256(text.encode()).hexdigest()


def identifier(uri: str, known: Known) -> str:
    """A URI in the form by which it is found."""
    return short(canonical(expand(uri, known)))


def _said(field: str, uri: str, known: Known) -> Row:
    found = identifier(uri, known)
    return Row(field, found, None if found == uri else uri)


def _number(field: str, value: Any) -> Row:
    return Row(f"#{field}", float(value))


def index(event: Mapping[str, Any], known: Known) -> set[Row]:
    """All rows of an event that was found in order."""
    rows = set(_head(event, known))
    for name, value in event.items():
        make = SPECIAL.get(name)
        if make is not None:
            rows.update(make(value, known))
    rows.update(beyond("", event, known))
    return rows


def _head(event: Mapping[str, Any], known: Known) -> Rows:
    if "action" in event:
        yield Row("=action", event["action"])
    for name in ("bizStep", "disposition"):
        if name in event:
            yield _word(name, event[name], known)
    for name in ("parentID", "transformationID"):
        if name in event:
            yield _said(f"={name}", event[name], known)


def _word(field: str, value: str, known: Known) -> Row:
    of = WORDS[field]
    full = of.full(value, known)
    return Row(f"={field}", short(full), of.bare(full))


def _epcs(field: str) -> Callable[[Any, Known], Rows]:
    return lambda value, known: (_said(f"={field}", uri, known) for uri in value)


def _quantities(field: str) -> Callable[[Any, Known], Rows]:
    def make(value: Any, known: Known) -> Rows:
        for each in value:
            yield _said(f"={field}", each["epcClass"], known)
            if "quantity" in each:
                yield _number("quantity", each["quantity"])
                if "uom" in each:
                    yield _number(f"quantity_{each['uom']}", each["quantity"])

    return make


def _place(field: str) -> Callable[[Any, Known], Rows]:
    def make(value: Any, known: Known) -> Rows:
        yield _said(f"={field}", value["id"], known)
        yield from beyond(f"{field}_", value, known)

    return make


def _typed(inner: str, words: vocabulary.Vocabulary) -> Callable[[Any, Known], Rows]:
    def make(value: Any, known: Known) -> Rows:
        for each in value:
            kind = words.full(each.get("type", ""), known)
            yield _said(f"={inner}_{kind}", each[inner], known)
            if kind in PARTIES:
                yield Row("=party", short(named(each[inner], known)))

    return make


def _dispositions(value: Any, known: Known) -> Rows:
    for name in ("set", "unset"):
        yield from (_word(name, each, known) for each in value.get(name, ()))


def _declaration(value: Any, known: Known) -> Rows:
    yield Row("?errorDeclaration", "")
    yield Row("@errorDeclarationTime", microseconds(value["declarationTime"]) or 0)
    if "reason" in value:
        yield _word("errorReason", value["reason"], known)
    for uri in value.get("correctiveEventIDs", ()):
        yield Row("=correctiveEventID", short(uri))
    yield from beyond("ERROR_DECLARATION_", value, known)


def _sensors(value: Any, known: Known) -> Rows:
    if value:
        yield Row("?sensorElementList", "")
    for element in value:
        yield from _sensed(element.get("sensorMetadata", {}), known)
        yield from beyond("SENSORELEMENT_", element, known)
        yield from beyond("SENSORMETADATA_", element.get("sensorMetadata", {}), known)
        for report in element["sensorReport"]:
            yield from _sensed(report, known)
            yield from _measured(report)
            yield from beyond("SENSORREPORT_", report, known)


def _sensed(part: Mapping[str, Any], known: Known) -> Rows:
    for name in ("type", "component", "exception"):
        if isinstance(part.get(name), str):
            yield _word(name, part[name], known)
    yield from (_said(f"={name}", part[name], known) for name in SENSED_URIS if name in part)
    yield from (Row(f"={name}", short(plain_text(part[name]))) for name in SENSED_TEXTS if name in part)
    yield from (Row(f"@{name}", microseconds(part[name]) or 0) for name in SENSED_TIMES if name in part)


def _measured(report: Mapping[str, Any]) -> Rows:
    if "percRank" in report:
        yield _number("percRank", report["percRank"])
    for name in MEASURED:
        if name in report:
            yield _number(name, report[name])
            if "uom" in report:
                yield _number(f"{name}_{report['uom']}", report[name])


SPECIAL: dict[str, Callable[[Any, Known], Rows]] = {
    **{name: _epcs(field) for name, field in EPC_FIELDS.items()},
    **{name: _quantities(field) for name, field in CLASS_FIELDS.items()},
    **{name: _typed(*kind) for name, kind in TYPED.items()},
    "readPoint": _place("readPoint"),
    "bizLocation": _place("bizLocation"),
    "persistentDisposition": _dispositions,
    "errorDeclaration": _declaration,
    "sensorElementList": _sensors,
    "ilmd": lambda value, known: beyond("ILMD_", value, known),
}
"""Standard fields with something inside, and the rows that they make."""


# -- extensions --------------------------------------------------------------------------------------


def plain_text(value: Any) -> str:
    """A scalar as text, numbers in one form; text as it is."""
    return value if isinstance(value, str) else plain(value)


def beyond(scope: str, part: Mapping[str, Any], known: Known) -> Rows:
    """Rows of the extension fields of a part of an event, and of what lies within them.

    ``scope`` says where they stand, in the words of the query parameters: nothing for the event itself,
    ``ILMD_``, ``SENSORREPORT_`` …; what lies further in has ``INNER_`` before it.
    """
    for name, value in part.items():
        if _is_extension(name, known):
            yield from _valued(scope, name, value, known)
            yield from _inner(f"INNER_{scope}", value, known)


def _is_extension(name: str, known: Known) -> bool:
    return (":" in name or name in known) and not name.startswith("@")


def _names(name: str, known: Known) -> set[str]:
    return {name, known.get(name, ""), expand(name, known)} - {""}


def _valued(scope: str, name: str, value: Any, known: Known) -> Rows:
    for each in _names(name, known):
        field = f"{scope}{short(each)}"
        yield Row(f"?{field}", "")
        for scalar in value if isinstance(value, list) else [value]:
            yield from _scalar(field, scalar)


def _inner(scope: str, value: Any, known: Known) -> Rows:
    if isinstance(value, list):
        for each in value:
            yield from _inner(scope, each, known)
    elif isinstance(value, dict):
        for name, each in value.items():
            if _is_extension(name, known):
                yield from _valued(scope, name, each, known)
            yield from _inner(scope, each, known)


def _scalar(field: str, value: Any) -> Rows:
    if value is None or isinstance(value, dict | list):
        return
    text = plain_text(value)
    yield Row(f"={field}", short(text))
    number = number_in(text) if not isinstance(value, bool) else None
    if number is not None:
        yield Row(f"#{field}", number)
    time = microseconds(text)
    if time is not None:
        yield Row(f"@{field}", time)


def number_in(text: str) -> float | None:
    """The number that a text reads as, if it does."""
    try:
        number = Decimal(text) if text.isascii() and "_" not in text else None
    except ArithmeticError:  # what is no number
        return None
    return float(number) if number is not None and number.is_finite() else None
