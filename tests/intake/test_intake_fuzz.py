"""Whatever the bytes: nothing raises, everything is accounted for, and a refusal says what and where."""

import gzip
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sarai.intake import FORMATS, Limits, load_mapping, read

LIMITS = Limits(max_record_bytes=4_096, max_file_bytes=8_192, max_raw_kept=64, max_inflated_bytes=16_384)
GARBAGE = st.one_of(
    st.binary(max_size=200),
    st.text(alphabet='{}[]",:;<>/&!\n\r\t\0 aA1.-e\\\ufeffé', max_size=200).map(str.encode),
)
XML = b"""<?xml version="1.0" encoding="UTF-8"?><ASYCUDA><Identification>
<Office_segment><Customs_clearance_office_code>P</Customs_clearance_office_code></Office_segment><Type><Type_of_declaration>IM
</Type_of_declaration><Declaration_gen_procedure_code>4</Declaration_gen_procedure_code></Type><Registration>
<Number>1</Number><Date>1/2/16</Date></Registration></Identification><Traders><Consignee><Consignee_code>x
</Consignee_code></Consignee></Traders><Item><Tarification><HScode><Commodity_code>854231</Commodity_code></HScode>
</Tarification><Valuation_item><Weight_itm><Net_weight_itm>1</Net_weight_itm></Weight_itm></Valuation_item></Item>
</ASYCUDA>"""
KOREA = b"""Declaration ID,Date,Office ID,Importer ID,Seller ID,Declarant ID,Courier ID,HS6 Code,\
Country of Departure,Country of Origin,Net Mass,Item Price
1,2020-01-01,30,a,b,c,,440890,BE,BE,108.0,372254.4
2,2020-01-01,30,a,,c,,440890,BE,ZZ,0.0,0.0
"""


def mutated(valid: bytes) -> st.SearchStrategy[bytes]:
    """Valid input with a few bytes changed, put in, taken out, or cut off."""
    places = st.integers(0, len(valid))
    edits = st.lists(st.tuples(places, st.integers(0, 8), GARBAGE | st.just(b"")), min_size=1, max_size=4)
    return edits.map(lambda edits: _edited(valid, edits))


def _edited(data: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    for place, length, garbage in edits:
        data = data[:place] + garbage + data[place + length :]
    return data


def check(data: bytes, **options: object) -> list:
    found = list(read(io.BytesIO(data), limits=LIMITS, **options))
    positions = [each.position for each in found]
    assert positions == sorted(positions)
    for each in found:
        assert (each.document is None) != (each.refusal is None)
        assert each.records >= 1
        if each.refusal:
            assert 100 <= each.refusal.code <= 108
            assert each.refusal.message
            assert each.refusal.pointer == "" or each.refusal.pointer.startswith("/")
            assert (each.refusal.position, each.refusal.source) == (each.position, each.source)
    return found


@pytest.mark.parametrize("format", [*FORMATS, None])
@given(data=GARBAGE)
def test_garbage(format, data):
    check(data, format=format)
    check(gzip.compress(data), format=format)


@given(data=st.data())
def test_mutated_json_lines(samples, data):
    lines = data.draw(mutated(b"\n".join(samples[:4]) + b"\n"))
    found = check(lines, format="jsonl")
    assert len(found) == sum(bool(line.strip()) for line in lines.removeprefix(b"\xef\xbb\xbf").split(b"\n"))


@given(data=st.data())
def test_mutated_tables(examples, data):
    valid = (examples / "declarations.csv").read_bytes()
    table = data.draw(mutated(valid))
    found = check(table, format="csv")
    lines = [line for line in table.removeprefix(b"\xef\xbb\xbf").split(b"\n") if line.strip()]
    records = sum(each.records for each in found)
    assert records <= max(len(lines) - 1, 1)
    if b'"' not in table and found and found[0].position > 1:  # rows are lines, and the header was read
        assert records >= sum(bool(line.strip(b", \t;|\r")) for line in lines[1:])


@given(data=st.data())
def test_mutated_tables_of_others(examples, data):
    check(data.draw(mutated(KOREA)), mapping=load_mapping(examples / "korea_customs.toml"))


@given(data=mutated(XML))
def test_mutated_declarations(data):
    assert len(check(data, format="asycuda")) == 1


@given(data=mutated(gzip.compress(b'{"kind": "import"}\n' * 20)))
def test_mutated_gzip(data):
    check(data, format="jsonl")


def test_the_seeds_of_the_mutations_are_valid(samples, examples):
    assert all(each.document for each in check(b"\n".join(samples), format="jsonl"))
    assert all(each.document for each in check(KOREA, mapping=examples / "korea_customs.toml"))
    assert all(each.document for each in check(XML))
