"""The parameters of a query, by name: the table of EPCIS 2.0, section 8.2.7.1.

Each name leads to a function that makes a condition of the values. Most names are fixed; those that
carry a unit, a type or the name of an extension field are told by their form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sarai.server.epcis import vocabulary
from sarai.server.epcis.asking import (
    Asked,
    BadParameter,
    Make,
    below,
    class_matches,
    column_time,
    exists,
    matches,
    numbers,
    texts,
    times,
    uris,
    words,
)
from sarai.server.epcis.conditions import AnyOf, Column, Compare, Condition, Described, Exists, Has, Query
from sarai.server.epcis.context import expand
from sarai.server.epcis.flaws import shown
from sarai.server.epcis.indexing import MEASURED, TYPED, number_in, short
from sarai.server.epcis.moments import microseconds

Known = Mapping[str, str]


def _types(asked: Asked) -> Condition:
    return Column("type", "EQ", tuple(vocabulary.event_type(value, asked.known) for value in asked.values))


def _truth(asked: Asked) -> Condition:
    return Has(("=booleanValue",), ("true" if asked.truth() else "false",))


FIXED: dict[str, Make] = {
    "eventType": _types,
    "GE_eventTime": column_time("event_time", "GE"), "LT_eventTime": column_time("event_time", "LT"),
    "GE_recordTime": column_time("record_time", "GE"), "LT_recordTime": column_time("record_time", "LT"),
    "EQ_action": lambda asked: Has(("=action",), asked.among("ADD", "OBSERVE", "DELETE")),
    "EQ_bizStep": words("bizStep"), "EQ_disposition": words("disposition"),
    "EQ_persistentDisposition_set": words("set"), "EQ_persistentDisposition_unset": words("unset"),
    "EQ_readPoint": uris("readPoint"), "WD_readPoint": below("readPoint"),
    "EQ_bizLocation": uris("bizLocation"), "WD_bizLocation": below("bizLocation"),
    "EQ_transformationID": uris("transformationID"),
    "MATCH_epc": matches("epc"), "MATCH_parentID": matches("parentID"),
    "MATCH_inputEPC": matches("inputEPC"), "MATCH_outputEPC": matches("outputEPC"),
    "MATCH_anyEPC": matches("epc", "parentID", "inputEPC", "outputEPC"),
    "MATCH_epcClass": class_matches("epcClass"), "MATCH_inputEPCClass": class_matches("inputEPCClass"),
    "MATCH_outputEPCClass": class_matches("outputEPCClass"),
    "MATCH_anyEPCClass": class_matches("epcClass", "inputEPCClass", "outputEPCClass"),
    "EQ_eventID": lambda asked: Column("event_id", "EQ", asked.values),
    "EXISTS_errorDeclaration": exists("errorDeclaration"),
    "GE_errorDeclarationTime": times("errorDeclarationTime", "GE"),
    "LT_errorDeclarationTime": times("errorDeclarationTime", "LT"),
    "GE_errorDeclaration_Time": times("errorDeclarationTime", "GE"),
    "LT_errorDeclaration_Time": times("errorDeclarationTime", "LT"),
    "EQ_errorReason": words("errorReason"), "EQ_correctiveEventID": texts("correctiveEventID"),
    "EXISTS_sensorElementList": exists("sensorElementList"),
    "GE_time": times("time", "GE"), "LT_time": times("time", "LT"),
    "GE_startTime": times("startTime", "GE"), "LT_startTime": times("startTime", "LT"),
    "GE_endTime": times("endTime", "GE"), "LT_endTime": times("endTime", "LT"),
    "EQ_type": words("type"), "EQ_component": words("component"), "EQ_deviceID": uris("deviceID"),
    "EQ_dataProcessingMethod": uris("dataProcessingMethod"), "EQ_microorganism": uris("microorganism"),
    "EQ_chemicalSubstance": uris("chemicalSubstance"), "EQ_bizRules": uris("bizRules"),
    "EQ_uriValue": uris("uriValue"), "EQ_stringValue": texts("stringValue"),
    "EQ_hexBinaryValue": texts("hexBinaryValue"), "EQ_booleanValue": _truth,
}  # fmt: skip
"""Parameters with a fixed name; `EQ_quantity` and its kin are told by their form."""

SCOPES = "ILMD|ERROR_DECLARATION|SENSORELEMENT|SENSORMETADATA|SENSORREPORT|readPoint|bizLocation"

_TYPED = re.compile(r"EQ_(bizTransaction|source|destination)_(.+)\Z")
_NUMERIC = re.compile(rf"(EQ|GT|GE|LT|LE)_((quantity|percRank|{'|'.join(MEASURED)})(_[A-Z0-9]{{2,4}})?)\Z")
_EXTENSION = re.compile(rf"(EQ|GT|GE|LT|LE|EXISTS)_((?:INNER_)?(?:(?:{SCOPES})_)?)(.*:.+)\Z")
_HAS_ATTRIBUTE = re.compile(r"HASATTR_(.+)\Z")
_ATTRIBUTE = re.compile(r"EQ_?ATTR_([^_]+)_(.+)\Z")
_TYPES = dict(TYPED.values())


def condition(asked: Asked) -> Condition | None:
    """The condition that a parameter makes; None if it asks nothing."""
    make = FIXED.get(asked.name)
    if make is not None:
        return make(asked)
    for form, maker in FORMS:
        found = form.match(asked.name)
        if found:
            return maker(asked, *found.groups())
    raise BadParameter(asked.name, f"{shown(asked.name)} is no parameter of an EPCIS query; mend its name")


def _typed(asked: Asked, inner: str, kind: str) -> Condition:
    return uris(f"{inner}_{_TYPES[inner].full(kind, asked.known)}")(asked)  # type: ignore[return-value]


def _numeric(asked: Asked, operator: str, field: str, *_: str | None) -> Condition:
    return numbers(field, operator)(asked)  # type: ignore[return-value]


def _extension_fields(name: str, scope: str, known: Known) -> tuple[str, ...]:
    """How the index may have a field: in full, as written, or as version 1 writes it (namespace#name)."""
    ways = (expand(name, known), name, "".join(name.rsplit("#", 1)))
    return tuple(f"{scope}{short(way)}" for way in dict.fromkeys(ways))


def _extension(asked: Asked, operator: str, scope: str, name: str) -> Condition | None:
    fields = _extension_fields(name, scope, asked.known)
    if operator == "EXISTS":
        return Exists(tuple(f"?{field}" for field in fields)) if asked.truth() else None
    if operator == "EQ":
        return _equal(asked, fields)
    value = asked.one()
    kind, bound = ("@", microseconds(value)) if microseconds(value) is not None else ("#", number_in(value))
    if bound is None:
        raise BadParameter(asked.name, f"{asked.name}: {shown(value)} is neither a number nor a time")
    return Compare(tuple(f"{kind}{field}" for field in fields), operator, bound)


def _equal(asked: Asked, fields: Sequence[str]) -> Condition:
    """Equal as text, as a number or as a time, whatever both sides can be."""
    wanted: dict[str, list[Any]] = {"=": [], "#": [], "@": []}
    for value in asked.values:
        wanted["="].append(short(value))
        for kind, found in (("#", number_in(value)), ("@", microseconds(value))):
            wanted[kind] += [found] if found is not None else []
    parts = (Has(tuple(f"{kind}{f}" for f in fields), tuple(all_)) for kind, all_ in wanted.items() if all_)
    return AnyOf(tuple(parts))


def _described(asked: Asked, name: str) -> Condition:
    return Described(_value_fields(name, asked.known), tuple(expand(v, asked.known) for v in asked.values))


def _attribute(asked: Asked, name: str, attribute: str) -> Condition:
    return Described(_value_fields(name, asked.known), (expand(attribute, asked.known),), asked.values)


def _value_fields(name: str, known: Known) -> tuple[str, ...]:
    return tuple(f"={field}" for field in _extension_fields(name, "", known))


FORMS: tuple[tuple[re.Pattern[str], Callable[..., Condition | None]], ...] = (
    (_NUMERIC, _numeric), (_HAS_ATTRIBUTE, _described), (_ATTRIBUTE, _attribute), (_TYPED, _typed),
    (_EXTENSION, _extension),
)  # fmt: skip

ORDERS = {"eventTime": "event_time", "recordTime": "record_time"}
CONTROLS = ("orderBy", "orderDirection", "eventCountLimit", "maxEventCount")


def query(parameters: Mapping[str, Sequence[str]], known: Known, most_values: int) -> Query:
    """The query that parameters make. Raises `BadParameter`.

    Parameters
    ----------
    parameters
        By name, each with its values as text.
    known
        The prefixes with which extension fields are named.
    most_values
        That one parameter may have.
    """
    asked = {name: Asked(name, tuple(values), known) for name, values in parameters.items()}
    for each in asked.values():
        if len(each.values) > most_values:
            raise BadParameter(each.name, f"{each.name} has more than {most_values:,} values; ask in parts")
    found = [condition(each) for name, each in asked.items() if name not in CONTROLS]
    return _controlled(tuple(each for each in found if each is not None), asked)


def _controlled(conditions: tuple[Condition, ...], asked: Mapping[str, Asked]) -> Query:
    if "eventCountLimit" in asked and "maxEventCount" in asked:
        raise BadParameter("maxEventCount", "eventCountLimit and maxEventCount exclude each other; give one")
    by = asked["orderBy"].one() if "orderBy" in asked else ""
    fields = _order_fields(by, asked["orderBy"].known) if by and by not in ORDERS else ()
    direction = asked["orderDirection"].among("ASC", "DESC")[0] if "orderDirection" in asked else "DESC"
    return Query(
        conditions,
        order=ORDERS.get(by, "field" if by else ""),
        fields=fields,
        descending=bool(by) and direction == "DESC",
        limit=asked["eventCountLimit"].count() if "eventCountLimit" in asked else 0,
        most=asked["maxEventCount"].count() if "maxEventCount" in asked else 0,
    )


def _order_fields(by: str, known: Known) -> tuple[str, ...]:
    if ":" not in by:
        raise BadParameter(
            "orderBy", f"orderBy: {shown(by)} is neither eventTime nor recordTime nor an extension field"
        )
    return _extension_fields(by, "", known)


def written_values(name: str, value: Any) -> tuple[str, ...]:
    """The values of a parameter of a query that was sent as JSON. Raises `BadParameter`."""
    values = value if isinstance(value, list) else [value]
    if any(isinstance(each, dict | list) for each in values):
        raise BadParameter(name, f"{name}: {shown(value)} is neither a value nor a list of values")
    if not values:
        raise BadParameter(name, f"{name} has no values; leave it out, or give some")
    return tuple(_written(each) for each in values)


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
