import copy
import io
import json
import re
from datetime import datetime

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sarai.goods import KINDS
from sarai.intake import read, schema

SCHEMA = schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker(formats=[]))
# Values to put anywhere: right in some places, wrong in most
POOL = [
    None, True, 0, 1, -1, 65_535, 65_536, 1.5, 10**15, 10**15 - 1,
    "", "x", "x" * 128, "x" * 129, "x" * 4_001, "KZ", "kz", "KZT", "KGM", "KGMX", "854231", "85423",
    "0", "0.0", "1", "12.5", "-1", "1e3", ".5", "5.", "+7", "1,5", "90.0", "90.1", "-180", "181",
    "2026-01-31T12:00:00Z", "2026-01-31 12:00:00.5+05:00", "2026-01-31", "2026-01-31T12:00:00", "HS2017",
    "HS1992",
    "home_use", "transit", "confirm", "position", "import", "export", "barter", [], {}, [1], {"id": "x"},
    {"issuer": "A", "number": "1"}, [{"item": 1, "quantity": "1"}], [{"item": 1, "accepted": 0}],
]  # fmt: skip


def test_it_is_a_sound_schema_of_every_kind():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    text = json.dumps(SCHEMA)
    assert json.loads(text) == SCHEMA
    assert r"\\Z" not in text
    assert all(SCHEMA["$defs"][kind.__name__]["title"] for kind in KINDS.values())
    for pattern in re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', text):
        re.compile(json.loads(pattern))


def test_samples_of_every_kind_are_valid(samples):
    for sample in samples:
        VALIDATOR.validate(json.loads(sample))


@given(data=st.data())
def test_what_the_reader_takes_is_what_the_schema_allows(samples, data):
    document = json.loads(data.draw(st.sampled_from(samples)))
    for _ in range(data.draw(st.integers(1, 2))):
        document = _mutated(document, data)
    (found,) = read(io.BytesIO(json.dumps(document).encode()), format="jsonl")
    assert (found.document is not None) == VALIDATOR.is_valid(document), found


def _mutated(document: dict, data: st.DataObject) -> dict:
    """Take a field away, put another value in its place, or add one that no document has."""
    document = copy.deepcopy(document)
    places = list(_places(document))
    parent, key = data.draw(st.sampled_from(places))
    action = data.draw(st.sampled_from(["delete", "replace", "replace", "replace", "add"]))
    if action == "delete":
        del parent[key]
    elif action == "replace":
        parent[key] = data.draw(st.sampled_from(POOL))
    elif isinstance(parent, dict):
        parent[data.draw(st.sampled_from(["colour", "kind", "version", "name", "regime", "unit"]))] = 1
    return document


def _places(value: object):
    """Every place in a JSON value, as its parent and its key."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(items):
        yield value, key
        yield from _places(inner)


@pytest.mark.parametrize("text", ["2026-01-31T12:00:00Z", "2026-01-31t12:00:00.123456+05:30"])
def test_times_that_the_schema_allows_are_times(text):
    pattern = SCHEMA["$defs"]["Import"]["properties"]["time"]["pattern"]
    assert re.search(pattern, text)
    assert datetime.fromisoformat(text).tzinfo
    assert not re.search(pattern, text[:-6])
