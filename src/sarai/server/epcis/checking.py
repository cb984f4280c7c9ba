"""What the standard demands of events and documents: tables of fields, and the few rules between them.

EPCIS 2.0, sections 7.3 and 7.4, and its JSON binding, section 10. Every fault is told, with a
pointer to the field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from sarai.server.epcis import vocabulary
from sarai.server.epcis.context import declared as declared_by
from sarai.server.epcis.flaws import (
    Check,
    Declared,
    Flaw,
    anything,
    boolean,
    context,
    hex_binary,
    many,
    node,
    number,
    offset,
    one_of,
    one_or_many,
    record,
    shown,
    step,
    text,
    time,
    unit,
    uri,
    version,
    word,
)

Event = Mapping[str, Any]

_quantity_fields = record(
    "a quantity element", {"epcClass": uri, "quantity": number, "uom": unit}, ("epcClass",)
)


def quantity_element(value: Any, pointer: str, declared: Declared) -> Iterator[Flaw]:
    """A class of goods, and how much of it; a unit needs a quantity (7.3.3.3)."""
    yield from _quantity_fields(value, pointer, declared)
    if isinstance(value, dict) and "uom" in value and "quantity" not in value:
        yield Flaw(step(pointer, "uom"), "a unit without a quantity says nothing; give both or neither")


quantities = many(quantity_element)
epcs = many(uri)
distinct_epcs = many(uri, unique=True)
place = record("a place", {"id": node, "type": anything}, ("id",), extensible=True)
_dispositions = many(word(vocabulary.DISPOSITION), least=1, unique=True)
_dispositions_fields = record("a persistent disposition", {"set": _dispositions, "unset": _dispositions})


def persistent_disposition(value: Any, pointer: str, declared: Declared) -> Iterator[Flaw]:
    """What is set and unset; at least one of them."""
    yield from _dispositions_fields(value, pointer, declared)
    if isinstance(value, dict) and not value.keys() & {"set", "unset"}:
        yield Flaw(pointer, "a persistent disposition sets or unsets something; give set or unset")


biz_transaction = record(
    "a business transaction",
    {"type": word(vocabulary.BIZ_TRANSACTION), "bizTransaction": uri},
    ("bizTransaction",),
)
source = record(
    "a source", {"type": word(vocabulary.SOURCE_DEST), "source": uri}, ("type", "source")
)  # fmt: skip
destination = record(
    "a destination", {"type": word(vocabulary.SOURCE_DEST), "destination": uri}, ("type", "destination")
)
sensor_metadata = record("sensor metadata", {
    "time": time, "startTime": time, "endTime": time, "deviceID": uri, "deviceMetadata": uri, "rawData": uri,
    "dataProcessingMethod": uri, "bizRules": uri, "type": anything,
}, extensible=True)  # fmt: skip
sensor_report = record("a sensor report", {
    "type": word(vocabulary.MEASUREMENT), "exception": word(vocabulary.ALERT), "deviceID": uri,
    "deviceMetadata": uri, "rawData": uri, "dataProcessingMethod": uri, "bizRules": uri, "time": time,
    "microorganism": uri, "chemicalSubstance": uri, "coordinateReferenceSystem": uri, "value": number,
    "component": word(vocabulary.COMPONENT), "stringValue": text, "booleanValue": boolean,
    "hexBinaryValue": hex_binary, "uriValue": uri, "minValue": number, "maxValue": number,
    "meanValue": number, "sDev": number, "percRank": number, "percValue": number, "uom": text,
}, ("type",), extensible=True)  # fmt: skip
sensor_element = record("a sensor element", {
    "sensorMetadata": sensor_metadata, "sensorReport": many(sensor_report, least=1), "type": anything,
}, ("sensorReport",), extensible=True)  # fmt: skip
error_declaration = record("an error declaration", {
    "declarationTime": time, "reason": word(vocabulary.ERROR_REASON), "correctiveEventIDs": many(uri),
    "type": anything,
}, ("declarationTime",), extensible=True)  # fmt: skip
ilmd = record("ilmd", {"type": anything}, extensible=True)

COMMON: dict[str, Check] = {
    "@context": context, "type": text, "id": node, "eventTime": time, "recordTime": time,
    "eventTimeZoneOffset": offset, "eventID": uri, "certificationInfo": one_or_many(uri),
    "errorDeclaration": error_declaration,
}  # fmt: skip
WHERE_AND_WHY: dict[str, Check] = {
    "bizStep": word(vocabulary.BIZ_STEP), "disposition": word(vocabulary.DISPOSITION),
    "persistentDisposition": persistent_disposition, "readPoint": place, "bizLocation": place,
    "bizTransactionList": many(biz_transaction), "sourceList": many(source),
    "destinationList": many(destination), "sensorElementList": many(sensor_element),
}  # fmt: skip
ACTION: dict[str, Check] = {"action": one_of("action", "ADD", "OBSERVE", "DELETE")}
CHILDREN: dict[str, Check] = {"parentID": uri, "childEPCs": epcs, "childQuantityList": quantities}

Rule = Callable[[Event], Iterator[tuple[str, str]]]
"""Faults between fields of an event: the name of the field, and the words."""


class Shape(Struct, frozen=True):
    """An event type: its fields, those that must be there, and the rule between them."""

    fields: dict[str, Check]
    required: tuple[str, ...]
    rule: Rule


def _some(event: Event, *names: str) -> bool:
    return any(isinstance(event.get(name), list) and event[name] for name in names)


def _object_rule(event: Event) -> Iterator[tuple[str, str]]:
    sensed = _some(event, "sensorElementList") and "readPoint" in event
    if "epcList" not in event and not _some(event, "quantityList") and not sensed:
        yield (
            "",
            "an ObjectEvent names objects (epcList, quantityList), or what was sensed and at which readPoint",
        )
    if "ilmd" in event and event.get("action") in ("OBSERVE", "DELETE"):
        yield "ilmd", f"ilmd is for objects that begin their life; the action is {event['action']}, not ADD"


def _children_rule(event: Event) -> Iterator[tuple[str, str]]:
    if not _some(event, "childEPCs", "childQuantityList") and event.get("action") != "DELETE":
        yield "", "children are missing: give childEPCs or childQuantityList; only DELETE may leave them out"
    if "parentID" not in event and event.get("action") in ("ADD", "DELETE"):
        yield (
            "parentID",
            f"parentID is missing; it may be left out where the action is OBSERVE, not {event['action']}",
        )


def _transaction_rule(event: Event) -> Iterator[tuple[str, str]]:
    named = "epcList" in event or _some(event, "quantityList")
    if not named and event.get("action") != "DELETE":
        yield "", "objects are missing: give epcList or quantityList; only DELETE may leave them out"


def _transformation_rule(event: Event) -> Iterator[tuple[str, str]]:
    inputs = _some(event, "inputEPCList", "inputQuantityList")
    outputs = _some(event, "outputEPCList", "outputQuantityList")
    if not (inputs and outputs) and not ("transformationID" in event and (inputs or outputs)):
        yield (
            "",
            (
                "a TransformationEvent has inputs and outputs; only with a transformationID may one of the "
                "two be left to another event"
            ),
        )


SHAPES: dict[str, Shape] = {
    "ObjectEvent": Shape(
        COMMON | WHERE_AND_WHY | ACTION
        | {"epcList": distinct_epcs, "quantityList": quantities, "ilmd": ilmd},
        ("action",), _object_rule,
    ),
    "AggregationEvent": Shape(COMMON | WHERE_AND_WHY | ACTION | CHILDREN, ("action",), _children_rule),
    "AssociationEvent": Shape(
        COMMON | WHERE_AND_WHY | ACTION | CHILDREN, ("action", "parentID"), _children_rule
    ),
    "TransactionEvent": Shape(
        COMMON | WHERE_AND_WHY | ACTION
        | {"parentID": uri, "epcList": epcs, "quantityList": quantities,
           "bizTransactionList": many(biz_transaction, least=1)},
        ("action", "bizTransactionList"), _transaction_rule,
    ),
    "TransformationEvent": Shape(
        COMMON | WHERE_AND_WHY
        | {"inputEPCList": distinct_epcs, "inputQuantityList": quantities, "outputEPCList": distinct_epcs,
           "outputQuantityList": quantities, "transformationID": uri, "ilmd": ilmd},
        (), _transformation_rule,
    ),
}  # fmt: skip

OWN = Shape({k: v for shape in SHAPES.values() for k, v in shape.fields.items()}, (), lambda event: iter(()))
"""An event type of somebody's own: standard fields keep their form, the rest is theirs."""


def check_event(event: Any, declared: Declared) -> Iterator[Flaw]:
    """The faults of one event, with pointers from the event on.

    Parameters
    ----------
    declared
        What the contexts around it declare; its own is added.
    """
    if not isinstance(event, dict):
        yield Flaw("", f"{shown(event)} is not an event; write {{ … }}")
        return
    declared = {**declared, **declared_by(event.get("@context"))}
    kind = event.get("type")
    name = vocabulary.event_type(kind, declared) if isinstance(kind, str) else ""
    if name not in SHAPES and (not isinstance(kind, str) or (":" not in kind[1:] and kind not in declared)):
        yield from _no_type(event)
        return
    shape = SHAPES.get(name, OWN)
    required = ("type", "eventTime", "eventTimeZoneOffset", *shape.required)
    known = dict(shape.fields)
    if shape is OWN:
        known |= {field: anything for field in event if field not in known}
    yield from record(name, known, required, extensible=True)(event, "", declared)
    for field, words in shape.rule(event):
        yield Flaw(step("", field) if field else "", words)


def _no_type(event: Event) -> Iterator[Flaw]:
    known = ", ".join(vocabulary.EVENT_TYPES)
    if "type" not in event:
        yield Flaw("/type", f"the event has no type; it is one of {known}, or a URI of your own")
    else:
        yield Flaw(
            "/type", f"{shown(event['type'])} is no event type; it is one of {known}, or a URI of your own"
        )


# -- documents ---------------------------------------------------------------------------------------

_master_attribute = record("an attribute", {"id": uri, "attribute": anything}, ("id",), extensible=True)
_vocabulary_element = record("a vocabulary element", {
    "id": uri, "attributes": many(_master_attribute), "children": many(uri),
}, ("id",), extensible=True)  # fmt: skip
vocabulary_list = many(record("a vocabulary", {
    "type": uri, "vocabularyElementList": many(_vocabulary_element),
}, ("type",), extensible=True))  # fmt: skip
_header = record("epcisHeader", {
    "epcisMasterData": record("epcisMasterData", {"vocabularyList": vocabulary_list}, extensible=True),
}, extensible=True)  # fmt: skip
_a_list = many(anything)


def _kept_version(value: Any, pointer: str, declared: Declared) -> Iterator[Flaw]:
    yield from version(value, pointer, declared)
    if isinstance(value, str) and value.partition(".")[0].isdigit() and value.partition(".")[0] != "2":
        yield Flaw(pointer, f"schemaVersion {shown(value)} is not read here; send version 2.0")


_head: dict[str, Check] = {
    "@context": context, "id": node, "type": text, "schemaVersion": _kept_version, "creationDate": time,
}  # fmt: skip
_document = record("an EPCISDocument", _head | {
    "instanceIdentifier": text, "sender": text, "receiver": text, "epcisHeader": _header,
    "epcisBody": record("epcisBody", {"eventList": _a_list}, ("eventList",), extensible=True),
}, ("@context", "type", "schemaVersion", "creationDate", "epcisBody"), extensible=True)  # fmt: skip
_results = record("resultsBody", {
    "eventList": _a_list, "vocabularyList": vocabulary_list,
}, ("eventList",), extensible=True)  # fmt: skip
_query_results = record("queryResults", {
    "queryName": text, "subscriptionID": text, "resultsBody": _results,
}, ("queryName", "resultsBody"), extensible=True)  # fmt: skip
_query_document = record("an EPCISQueryDocument", _head | {
    "epcisBody": record("epcisBody", {"queryResults": _query_results}, ("queryResults",), extensible=True),
}, ("@context", "type", "epcisBody"), extensible=True)  # fmt: skip

DOCUMENTS: dict[str, tuple[Check, str]] = {
    "EPCISDocument": (_document, "/epcisBody/eventList"),
    "EPCISQueryDocument": (_query_document, "/epcisBody/queryResults/resultsBody/eventList"),
}
"""How each kind of document is checked, and where its events are."""


def check_document(document: Any) -> Iterator[Flaw]:
    """The faults of a document apart from those of its events."""
    if not isinstance(document, dict):
        yield Flaw("", "the body is not an object; send an EPCISDocument")
        return
    kind = document.get("type")
    if not isinstance(kind, str) or kind not in DOCUMENTS:
        told = "has no type" if "type" not in document else f"is of type {shown(kind)}"
        yield Flaw(
            "/type",
            f"the document {told}; it is an EPCISDocument or an EPCISQueryDocument",
        )
        return
    check, _ = DOCUMENTS[kind]
    yield from check(document, "", declared_by(document.get("@context")))
