import json

import msgspec
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from sarai.goods import AnyDocument, Consumption, Line, Party
from sarai.goods.canonical import canonical

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
NAME = TEXT.filter(lambda text: text)


@given(
    issuer=NAME,
    number=NAME,
    name=TEXT,
    reason=TEXT,
    time=st.datetimes(timezones=st.timezones()),
    quantity=st.decimals(min_value="0.001", max_value=10**12, places=3),
    value=st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=2),
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
        assert written == rfc8785.dumps(json.loads(sample))
