"""The event hash against the vectors of its reference implementation: 28 documents, some in two notations."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from epcis_desk import SHARED, event, events_of
from xml_form import Form

from sarai.server.epcis.context import prefixes
from sarai.server.epcis.hashing import event_hash, plain, pre_hash

VECTORS = SHARED / "epcis_event_hash" / "tests" / "examples"
NAMES = sorted(path.stem for path in VECTORS.glob("*.hashes"))


def hashes_of_json(path: Path) -> list[str]:
    told = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    told_too = told | told["epcisBody"].get("queryResults", {})
    ignored = next((value for name, value in told_too.items() if name.endswith(":ignoreFields")), [])
    known = prefixes(told["@context"])
    return [event_hash(each, known, ignored) for each in events_of(told)]


def hashes_of_xml(path: Path) -> list[str]:
    form = Form(path.read_bytes())
    events = form.events()
    known = prefixes({prefix: namespace for namespace, prefix in form.prefixes.items()})
    return [event_hash(each, known, form.ignored()) for each in events]


READERS = {".jsonld": hashes_of_json, ".xml": hashes_of_xml}


@pytest.mark.parametrize("name", NAMES or [pytest.param("", marks=pytest.mark.skip("no vectors beside us"))])
def test_vectors(name):
    wanted = (VECTORS / f"{name}.hashes").read_text(encoding="utf-8").split()
    files = [VECTORS / f"{name}{ending}" for ending in READERS]
    there = [path for path in files if path.exists()]
    assert there
    for path in there:
        assert READERS[path.suffix](path) == wanted, path.name


def test_there_are_28_vectors():
    if not VECTORS.exists():
        pytest.skip("no vectors beside us")
    assert len(NAMES) == 28


def test_notation_does_not_count():
    known = prefixes({"ex": "https://ns.example.com/"}, {"other": "https://ns.example.com/"})
    one = event(epcList=["urn:epc:id:sgtin:4012345.011111.1"], bizStep="shipping") | {"ex:a": ["2", "1"]}
    same = {
        "other:a": ["1", "2"],
        "bizStep": "https://ref.gs1.org/cbv/BizStep-shipping",
        "eventID": "urn:uuid:00000000-0000-4000-8000-000000000000",
        "recordTime": "2026-03-03T00:00:00Z",
        "epcList": ["https://shop.example.com/01/04012345111118/21/1?a=b"],
        "eventTime": "2026-03-02T04:15:00Z",
    }
    assert event_hash(one | {"ex:a": ["2", "1"]}, known) == event_hash(
        {k: v for k, v in one.items() if k not in ("ex:a", *same)} | same, known
    )


@pytest.mark.parametrize(
    "change",
    [{"action": "ADD"}, {"eventTimeZoneOffset": "+06:00"}, {"ex:a": "1"}, {"readPoint": {"id": "geo:1,2"}}],
)
def test_what_is_said_counts(change):
    known = prefixes({"ex": "https://ns.example.com/"})
    assert event_hash(event(), known) != event_hash(event() | change, known)


def test_numbers_of_any_size():
    assert plain(Decimal("1E-7")) == "0.0000001"
    assert plain("1e999999") == "1e999999"  # not ten to the power of a million, written out
    assert plain(True) == "true"


def test_unknown_prefixes_stand_for_themselves():
    assert pre_hash(event() | {"foo:bar": "x"}, prefixes()).endswith("{foo:}bar=x")
