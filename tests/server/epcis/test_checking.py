"""Validation against GS1's own JSON schema, over its examples and over what becomes of them."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from epcis_desk import SHARED, document, event, read, shared

from sarai.server.epcis.reading import Unreadable, decode, read_document, read_event
from sarai.server.epcis.settings import EpcisSettings

BOUNDS = EpcisSettings()
GS1 = SHARED / "epcis_gs1"
FOLDERS = ("JSON", "JSON-simple-context")
EXAMPLES = sorted(path for folder in FOLDERS for path in (GS1 / folder).rglob("*.jsonld"))
NEEDED = pytest.mark.skipif(not EXAMPLES, reason="GS1's examples are not beside the checkout")

URI = re.compile(r"[A-Za-z_][A-Za-z0-9+.\-]*:\S+\Z")
TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)\Z")


@pytest.fixture(scope="module")
def oracle():
    jsonschema = pytest.importorskip("jsonschema")
    formats = jsonschema.FormatChecker(formats=())
    formats.checks("date-time")(lambda value: not isinstance(value, str) or bool(TIME.match(value)))
    schema = read(shared("epcis_gs1", "EPCIS-JSON-Schema.json"))
    return jsonschema.Draft7Validator(schema, format_checker=formats)


def flaws(told: Any) -> list[tuple[str, str]]:
    """What we find wrong with a document, or an event that stands alone."""
    reading = read_document(told, BOUNDS) if "epcisBody" in told else read_event(told, BOUNDS)
    found = [*reading.head, *(flaw for each in reading.flaws.values() for flaw in each)]
    return [(flaw.pointer, flaw.words) for flaw in found]


def decoded(text: str) -> Any:
    return decode(text.encode(), BOUNDS)


@NEEDED
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_are_judged_as_by_the_schema(path, oracle):
    text = path.read_text(encoding="utf-8")
    assert bool(flaws(decoded(text))) == (not oracle.is_valid(json.loads(text)))


def places(value: Any, way: tuple = ()) -> Iterator[tuple]:
    """Every place in a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in inner:
        yield (*way, name)
        yield from places(each, (*way, name))


def changed(told: Any, way: tuple, value: Any) -> Any:
    """The document with something else at a place; gone, if that is ``...``."""
    told = copy.deepcopy(told)
    at = told
    for name in way[:-1]:
        at = at[name]
    if value is ...:
        del at[way[-1]]
    else:
        at[way[-1]] = value
    return told


STRICTER = ("parentID is missing", "a unit without a quantity", "is in the list already", "which is not")
"""What the standard's text demands, and its schema does not."""

WRONG = (..., 7, "no good", {}, [], True, "2026-13-45T00:00:00Z")


def in_extension(way: tuple) -> bool:
    return any(isinstance(name, str) and (":" in name or name in ("@context", "ilmd")) for name in way)


def judged_alike(told: Any, way: tuple, oracle: Any) -> bool:
    found = [words for _, words in flaws(decoded(json.dumps(told)))]
    stricter = found and all(any(mark in words for mark in (*STRICTER, *OURS)) for words in found)
    return bool(found) == (not oracle.is_valid(told)) or bool(stricter)


OURS = ("is not a URI", "is no event type", "not a field of", "is no ", "is not a time")
"""Formats: the schema names them, the validator leaves URIs unchecked; and 13 is no month."""


@NEEDED
@pytest.mark.parametrize(
    "name", ["object", "aggregation", "transaction", "transformation", "association"]
)  # fmt: skip
def test_what_is_spoilt_is_refused_as_by_the_schema(name, oracle):
    """Each place of the fullest examples is removed or replaced; where the schema refuses, so do we."""
    told = read(GS1 / "JSON" / "WithFullCombinationOfFields" / f"{name}_event_all_possible_fields.jsonld")
    missed = []
    for number, way in enumerate(places(told)):
        if in_extension(way):
            continue
        spoilt = changed(told, way, WRONG[number % len(WRONG)])
        removed = changed(told, way, ...)
        missed += [way for each in (spoilt, removed) if not judged_alike(each, way, oracle)]
    assert missed == []


@NEEDED
@pytest.mark.parametrize("path", sorted((GS1 / "JSON").rglob("*.jsonld"))[::6], ids=lambda path: path.stem)
def test_pointers_lead_to_what_was_spoilt(path):
    told = read(path)
    for way in list(places(told))[::3]:
        if in_extension(way):
            continue
        found = flaws(decoded(json.dumps(changed(told, way, {"nothing": ["of", "ours"]}))))
        pointer = "".join(f"/{str(name).replace('~', '~0').replace('/', '~1')}" for name in way)
        if found:
            assert any(each.startswith(pointer) or pointer.startswith(each) for each, _ in found), (
                way,
                found,
            )


@pytest.mark.parametrize(
    ("told", "pointer", "words"),
    [
        (event(eventTime="2026-03-02T09:15:00"), "/eventTime", "with its zone"),
        (event(eventTime="2026-02-30T09:15:00Z"), "/eventTime", "not a time"),
        (event(eventTimeZoneOffset="+15:00"), "/eventTimeZoneOffset", "zone offset"),
        (event(action="MOVE"), "/action", "ADD, OBSERVE, DELETE"),
        (event(action=None), "/action", "has no action"),
        (event(bizStep="shiping"), "/bizStep", "no business step"),
        (event(bizStep="urn:epcglobal:cbv:bizstep:shipping"), "/bizStep", "bare word"),
        (event(epcList=["a b"]), "/epcList/0", "not a URI"),
        (event(epcList=["urn:x:1", "urn:x:1"]), "/epcList/1", "already"),
        (event(epcList=None), "", "names objects"),
        (event(epcList="urn:x:1"), "/epcList", "not a list"),
        (event(ilmd={"ex:a": "b"}), "/ilmd", "not ADD"),
        (event(quantityList=[{"epcClass": "urn:x:1", "uom": "KGM"}]),
         "/quantityList/0/uom", "without a quantity"),
        (event(quantityList=[{"epcClass": "urn:x:1", "quantity": "1"}]),
         "/quantityList/0/quantity", "number"),
        (event(quantityList=[{"epcClass": "urn:x:1", "size": 1}]), "/quantityList/0/size", "no extensions"),
        (event(readPoint={"ex:a": "b"}), "/readPoint/id", "has no id"),
        (event(colour="red"), "/colour", "ex"),
        (event(type="Event"), "/type", "no event type"),
        (event(type=None), "/type", "no type"),
        (event(type="AggregationEvent", epcList=None, childEPCs=["urn:x:1"], action="ADD"),
         "/parentID", "missing"),
        (event(type="TransformationEvent", action=None, epcList=None, inputEPCList=["urn:x:1"]),
         "", "outputs"),
        (event(persistentDisposition={}), "/persistentDisposition", "set or unset"),
        (event(sensorElementList=[{"sensorReport": []}]), "/sensorElementList/0/sensorReport", "at least 1"),
        (event(errorDeclaration={"reason": "wrong"}), "/errorDeclaration/declarationTime", "has no"),
        (event(sourceList=[{"type": "owner", "source": "urn:x:1"}]), "/sourceList/0/type", "source or dest"),
    ],
)  # fmt: skip
def test_faults_are_told_with_their_place(told, pointer, words):
    found = flaws(decoded(json.dumps(document([told]))))
    assert any(
        at == f"/epcisBody/eventList/0{pointer}" and words in text for at, text in found
    ), found  # fmt: skip


def test_several_faults_are_told_at_once():
    told = document([event(action="MOVE", bizStep="x"), event(), event(eventTime=3)])
    found = [pointer for pointer, _ in flaws(decoded(json.dumps(told)))]
    assert [pointer.removeprefix("/epcisBody/eventList/") for pointer in found] == [
        "0/action",
        "0/bizStep",
        "2/eventTime",
    ]


def test_names_that_the_context_explains_are_extensions():
    context = [
        "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        {"colour": "https://e.org/colour"},
    ]
    assert flaws(decoded(json.dumps(document([event(colour="red")], context)))) == []
    assert flaws(decoded(json.dumps(document([event(colour="red")])))) != []


def test_event_types_of_others_are_taken():
    told = event(type="ex:Weighing", action=None, epcList=None) | {"ex:mass": 12.5}
    assert flaws(decoded(json.dumps(document([told])))) == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "Expecting value"),
        (b'{"a": 1', "mend the JSON"),
        (b"\xff\xfe{}", "UTF-8"),
        (b'{"a": NaN}', "not a number"),
        (b'{"a": 1e999999999}', "power of ten"),
        (b'{"a": "\\ud800"}', "surrogate"),
        (b"[" * 100 + b"]" * 100, "deep"),
        (b"[" * 100_000 + b"]" * 100_000, "deep"),
        (b'{"a": "' + b"x" * 20_000 + b'"}', "characters"),
        (b"1" * 5_000, "digits"),
    ],
)
def test_what_cannot_be_read(body, words):
    with pytest.raises(Unreadable, match=words):
        decode(body, BOUNDS)


def test_numbers_stay_as_they_were_written():
    assert decode(b"[12.50, 1, 0.1]", BOUNDS) == [Decimal("12.50"), 1, Decimal("0.1")]
