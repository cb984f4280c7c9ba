"""The document format as JSON Schema, made from the documents themselves."""

from __future__ import annotations

from typing import Any

import msgspec

from sarai.goods import AnyDocument

SCHEMA_ID = "urn:sarai:document:1"

_EXPONENT = r"([eE][+-]?[0-9]+)?$"
_NUMERAL = r"([0-9]+(\.[0-9]*)?|\.[0-9]+)" + _EXPONENT
_TIME = (
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}"
    r"(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})$"
)
# zero is an answer too: nothing was found, nothing was accepted, nothing is missing
_MAY_BE_ZERO = {("CountedLine", "quantity"), ("ItemAnswer", "accepted"), ("ItemAnswer", "shortage")}
_DEGREES = {
    "latitude_deg": (90, r"^[+-]?0*(90(\.0*)?|([0-8]?[0-9])(\.[0-9]*)?|\.[0-9]+)$"),
    "longitude_deg": (180, r"^[+-]?0*(180(\.0*)?|(1[0-7][0-9]|[0-9]?[0-9])(\.[0-9]*)?|\.[0-9]+)$"),
}


def schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a document of any kind.

    What a schema cannot say is left to the reader: that a quantity in quotes is below 10**15, and
    that a date is in the calendar. Of degrees in quotes it wants no exponent.
    """
    (document,), components = msgspec.json.schema_components([AnyDocument], ref_template="#/$defs/{name}")
    for name, component in components.items():
        for field, part in component.get("properties", {}).items():
            component["properties"][field] = _field(part, name, field)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "Document",
        "description": "One document of the book of goods, told apart by its kind.",
        **document,
        "$defs": components,
    }


def _field(part: Any, component: str, field: str) -> Any:
    """The schema of a field, with decimals, times and patterns as the reader takes them."""
    if isinstance(part, list):
        return [_field(each, component, field) for each in part]
    if not isinstance(part, dict):
        return part
    if part.get("format") == "decimal":
        return _decimal(component, field)
    if part.get("format") == "date-time":
        return part | {"pattern": _TIME}
    part = {key: _field(value, component, field) for key, value in part.items()}
    if "pattern" in part:
        part["pattern"] = part["pattern"].replace(r"\Z", "$")  # \Z is Python's, not ECMA's
    return part


def _decimal(component: str, field: str) -> dict[str, Any]:
    """A decimal may be written as a number or in quotes; quotes keep every digit on every system."""
    if field in _DEGREES:
        limit, pattern = _DEGREES[field]
        number: dict[str, Any] = {"minimum": -limit, "maximum": limit}
    elif (component, field) in _MAY_BE_ZERO:
        number, pattern = {"minimum": 0, "exclusiveMaximum": 10**15}, r"^\+?" + _NUMERAL
    elif field in ("quantity", "accepted", "shortage"):
        number = {"exclusiveMinimum": 0, "exclusiveMaximum": 10**15}
        pattern = r"^\+?(?=[0-9.]*[1-9])" + _NUMERAL
    else:
        number, pattern = {}, "^[+-]?" + _NUMERAL
    return {"anyOf": [{"type": "string", "pattern": pattern}, {"type": "number", **number}]}
