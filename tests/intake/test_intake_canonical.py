import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from sarai.goods import AnyDocument, Consumption, Line, Party
from sarai.goods.canonical import canonical

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
NAME = TEXT.filter(lambda text: text)
ZONE = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(
    issuer=NAME,
    number=NAME,
    name=TEXT,
    reason=TEXT,
    time=st.datetimes(timezones=ZONE),
    quantity=st.decimals(min_value="0.001", max_value=10**12, places=3),
    value=st.none() | st.decimals(min_value=0, allow_nan=False, allow_infinity=False, places=2),
)
def test_it_is_what_an_independent_rfc8785_makes_of_it(issuer, number, name, reason, time, quantity, value):
    line = Line(item=1, hs="010121", quantity=quantity, value=value, description=name)
    holder = Party(id=issuer, name=name)
    document = Consumption(
        issuer=issuer, number=number, time=time, holder=holder, place=number, reason=reason, lines=[line]
    )
    written = canonical(document)
    assert written == rfc8785.dumps(json.loads(written))
    assert msgspec.json.decode(written, type=AnyDocument) == document


def test_every_kind(samples):
    for sample in samples:
        written = canonical(msgspec.json.decode(sample, type=AnyDocument))
        assert written == rfc8785.dumps(json.loads(written))
        assert canonical(msgspec.json.decode(written, type=AnyDocument)) == written


def test_a_default_that_is_stated_is_the_same_as_one_that_is_not(samples):
    """For each field that has a default and is not stated: state it."""
    for sample in samples:
        document = msgspec.json.decode(sample, type=AnyDocument)
        stated = json.dumps(_all_stated(document)).encode()
        assert len(stated) > len(sample)
        assert canonical(msgspec.json.decode(stated, type=AnyDocument)) == canonical(document)


def _all_stated(value: object) -> object:
    if isinstance(value, list):
        return [_all_stated(each) for each in value]
    if not isinstance(value, msgspec.Struct):
        return msgspec.to_builtins(value)
    tag = {"kind": value.__struct_config__.tag} if value.__struct_config__.tag else {}
    return tag | {name: _all_stated(getattr(value, name)) for name in value.__struct_fields__}


@pytest.mark.parametrize("text", ['a,"unit":"KGM"', '"shortage":"0"', ',\\"unit\\":\\"KGM\\"'])
def test_a_text_that_looks_like_a_default_stays(text):
    holder = Party(id="x", name=text)
    line = Line(item=1, hs="010121", quantity=Decimal(1), unit="LTR", description=text)
    document = Consumption(
        issuer="a", number="1", time=datetime(2026, 1, 1, tzinfo=UTC), holder=holder, place=text, lines=[line]
    )
    written = json.loads(canonical(document))
    assert written["place"] == written["holder"]["name"] == written["lines"][0]["description"] == text
