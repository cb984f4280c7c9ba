import gzip
import io
import json
import tracemalloc

import pytest

from sarai.goods import KINDS, Code
from sarai.goods.canonical import canonical
from sarai.intake import LIMITS, Limits, SourceError, detect, read, write_jsonl

IMPORT = {
    "kind": "import",
    "issuer": "A",
    "number": "1",
    "time": "2026-01-01T00:00:00Z",
    "importer": {"id": "x"},
    "place": "P",
    "lines": [{"item": 1, "hs": "854231", "quantity": "1"}],
}


def line(**changes: object) -> bytes:
    return json.dumps(IMPORT | changes).encode() + b"\n"


def goods(**changes: object) -> bytes:
    return line(lines=[IMPORT["lines"][0] | changes])


def reads(data: bytes, **options: object) -> list:
    return list(read(io.BytesIO(data), **options))


def refusals(data: bytes, **options: object) -> list:
    return [each.refusal for each in reads(data, **options) if each.refusal]


def test_every_kind_is_read_and_written_back_the_same(examples, samples):
    found = [each for name in ("documents.jsonl", "case.jsonl") for each in read(examples / name)]
    assert {each.document.__struct_config__.tag for each in found} == set(KINDS)
    stream = io.BytesIO()
    assert write_jsonl((each.document for each in found), stream) == len(samples)
    again = list(read(io.BytesIO(stream.getvalue())))
    assert [each.document for each in again] == [each.document for each in found]


def test_byte_order_mark_blank_lines_and_line_ends_are_no_records():
    data = (
        b"\xef\xbb\xbf"
        + line()
        + b"\n  \r\n"
        + line(number="2").replace(b"\n", b"\r\n")
        + line(number="3")[:-1]
    )
    assert [(each.position, each.document.number) for each in reads(data)] == [(1, "1"), (4, "2"), (5, "3")]


@pytest.mark.parametrize(
    ("data", "code", "pointer"),
    [
        (b'{"kind": "import"}\n', Code.MISSING_FIELD, "/issuer"),
        (b'{"issuer": "A"}\n', Code.MISSING_FIELD, "/kind"),
        (line(kind="barter"), Code.UNKNOWN_KIND, "/kind"),
        (line(kind=7), Code.UNKNOWN_KIND, "/kind"),
        (line(place=""), Code.BAD_VALUE, "/place"),
        (line(importer={}), Code.MISSING_FIELD, "/importer/id"),
        (line(time="2026-01-01"), Code.BAD_VALUE, "/time"),
        (line(time="2026-01-01T00:00:00"), Code.BAD_VALUE, "/time"),
        (line(regime="limbo"), Code.BAD_VALUE, "/regime"),
        (line(colour="red"), Code.BAD_VALUE, "/colour"),
        (line(**{"a/b~c": 1}), Code.BAD_VALUE, "/a~1b~0c"),
        (goods(hs="85.42"), Code.BAD_VALUE, "/lines/0/hs"),
        (goods(quantity="-1"), Code.BAD_VALUE, "/lines/0/quantity"),
        (goods(quantity="NaN"), Code.BAD_VALUE, "/lines/0/quantity"),
        (goods(quantity="much"), Code.BAD_VALUE, "/lines/0/quantity"),
        (goods(item=0), Code.BAD_VALUE, "/lines/0/item"),
        (goods(lot={"issuer": "A", "number": "1"}), Code.MISSING_FIELD, "/lines/0/lot/item"),
        (line(lines=[]), Code.BAD_VALUE, "/lines"),
        (line()[:-20] + b"\n", Code.TRUNCATED, ""),
        (b"[1]\n", Code.BAD_VALUE, ""),
        (b"kind=import\n", Code.MALFORMED, ""),
        (line()[:-1] + b"}\n", Code.MALFORMED, ""),
        (line(issuer="A").replace(b'"A"', b'"\xff"'), Code.NOT_TEXT, ""),
        (line().replace(b'"A"', b'"\x00"'), Code.MALFORMED, ""),
        (line().replace(b'"A"', b'"\\ud800"'), Code.MALFORMED, ""),
        (b'{"kind":' * 100_000 + b"\n", Code.MALFORMED, ""),
        (b'{"a":' + b"[" * 100_000 + b"\n", Code.MALFORMED, ""),
        (
            goods(item=0).replace(b'"item": 0', b'"item": ' + b"9" * 1_000_000),
            Code.BAD_VALUE,
            "/lines/0/item",
        ),
        (goods(quantity="9" * 1_000_000), Code.BAD_VALUE, "/lines/0/quantity"),
        (
            goods().replace(b'"quantity": "1"', b'"quantity": ' + b"9" * 1_000_000),
            Code.BAD_VALUE,
            "/lines/0/quantity",
        ),
        (goods(quantity="1e999999999"), Code.BAD_VALUE, "/lines/0/quantity"),
    ],
)
def test_refusals_are_numbered_and_point_to_the_field(data, code, pointer):
    (refusal,) = refusals(line() + data, format="jsonl")
    assert (refusal.code, refusal.pointer, refusal.position) == (code, pointer, 2)
    assert refusal.message
    assert len(refusal.message) < 500
    assert data.startswith(refusal.raw)
    assert len(refusal.raw) <= LIMITS.max_raw_kept


def test_the_message_shows_the_value_and_what_to_do():
    (refusal,) = refusals(goods(hs="85.42"))
    assert "'85.42'" in refusal.message
    assert "6 to 12 digits" in refusal.message
    (refusal,) = refusals(line(issuer=5))
    assert "is 5:" in refusal.message


def test_a_message_is_short_and_safe_to_show():
    for data in (
        line(regime="\x1b[2J\u202e" + "x" * 5_000),
        line(kind="\x07" + "x" * 5_000),
        line(**{"\x1b[2J" + "x" * 5_000: 1}),
        goods(hs="8\n" * 5_000),
    ):
        (refusal,) = refusals(data)
        assert len(refusal.message) <= 600
        assert refusal.message.isprintable()
        assert ";" in refusal.message
        assert len(refusal.pointer) < 200


def test_a_latitude_beyond_reason_is_refused_not_raised(samples):
    event = next(text for text in samples if b"seal_event" in text)
    data = event.replace(b'"44.2081"', b'"1e1000000"') + b"\n"
    assert [refusal.code for refusal in refusals(data)] == [Code.BAD_VALUE]


def test_of_a_repeated_key_the_last_counts_and_a_kind_cannot_be_two():
    twice = line().replace(b'"issuer": "A"', b'"issuer": "A", "issuer": "B"')
    (found,) = reads(twice)
    assert found.document.issuer == "B"
    assert canonical(found.document).count(b"issuer") == 1
    (refusal,) = refusals(line().replace(b'"kind": "import"', b'"kind": "import", "kind": "export"'))
    assert refusal.code == Code.UNKNOWN_KIND


def test_a_long_line_is_skipped_and_reading_goes_on():
    data = line() + b"x" * 5_000 + b"\n" + line(number="2")
    found = reads(data, format="jsonl", limits=Limits(max_record_bytes=1_000, max_raw_kept=10))
    assert [each.refusal and each.refusal.code for each in found] == [None, Code.TOO_LARGE, None]
    assert found[1].refusal.raw == b"x" * 10
    assert found[2].position == 3


def test_a_line_of_exactly_the_bound_is_read():
    assert reads(line(), limits=Limits(max_record_bytes=len(line())))[0].document
    assert reads(line()[:-1], limits=Limits(max_record_bytes=len(line()) - 1))[0].document
    assert reads(line(), limits=Limits(max_record_bytes=len(line()) - 2))[0].refusal.code == Code.TOO_LARGE


class Zeros(io.RawIOBase):
    """So many bytes without a line end, made as they are asked for."""

    def __init__(self, size: int) -> None:
        self.left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        size = min(len(buffer), self.left)
        buffer[:size] = b"0" * size
        self.left -= size
        return size


@pytest.mark.parametrize("format", ["jsonl", "csv", "json", "asycuda"])
def test_an_endless_line_takes_little_memory(format):
    limits = Limits(max_record_bytes=2**18, max_file_bytes=2**18)
    tracemalloc.start()
    try:
        found = list(read(Zeros(64 * 2**20), format=format, limits=limits))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [each.refusal.code for each in found] == [
        Code.MALFORMED if format == "asycuda" else Code.TOO_LARGE
    ]
    assert peak < 8 * 2**20


def test_json_documents_and_arrays():
    pretty = json.dumps(IMPORT, indent=2).encode()
    assert [each.document.number for each in reads(pretty)] == ["1"]
    found = reads(b"[" + line() + b", {}, " + line(number="3") + b"]")
    assert [(each.position, each.refusal and each.refusal.code) for each in found] == [
        (1, None),
        (2, Code.MISSING_FIELD),
        (3, None),
    ]
    assert refusals(b"[" + line())[0].code == Code.TRUNCATED
    assert refusals(b"[" * 100_000)[0].code == Code.MALFORMED


def test_gzip_is_read_through():
    data = gzip.compress(line() + line(number="2"))
    assert len(reads(data)) == 2
    assert refusals(data[:-10])[-1].code == Code.TRUNCATED
    assert refusals(data[:20] + b"\xff\xff\xff" + data[23:])[-1].code == Code.MALFORMED
    bomb = gzip.compress(b"\n" * 10_000_000)
    assert (
        refusals(bomb, format="jsonl", limits=Limits(max_inflated_bytes=1_000_000))[0].code == Code.TOO_LARGE
    )


def test_what_is_no_known_format_is_refused():
    for data in (b"", b"\x89PNG\r\n", b"<html/>", b"hello"):
        assert [refusal.code for refusal in refusals(data)] == [Code.UNKNOWN_FORMAT]


def test_formats_are_told_by_content_then_by_name(tmp_path, examples):
    assert detect(examples / "documents.jsonl") == "jsonl"
    assert detect(examples / "declarations.csv") == "csv"
    for name, data, expected in [
        ("a.txt", b"\xef\xbb\xbf  [{}]", "json"),
        ("b.txt", b"<?xml version='1.0'?><ASYCUDA/>", "asycuda"),
        ("c.txt", "<?xml version='1.0'?><ASYCUDA/>".encode("utf-16"), "asycuda"),
        ("d.txt", b"number;kind;issuer\n", "csv"),
        ("e.txt.gz", gzip.compress(line()), "jsonl"),
        ("f.csv.gz", gzip.compress(b"Declaration ID,Date\n"), "csv"),
        ("g.txt", b"whatever", None),
        ("h.gz", gzip.compress(line())[:12], None),
    ]:
        (tmp_path / name).write_bytes(data)
        assert detect(tmp_path / name) == expected, name


@pytest.mark.parametrize("name", ["missing.jsonl", "."])
def test_what_cannot_be_opened_raises(tmp_path, name):
    with pytest.raises(SourceError, match="cannot be opened"):
        list(read(tmp_path / name))


def test_a_text_stream_raises():
    with pytest.raises(SourceError, match="binary"):
        list(read(io.StringIO("{}")))


def test_a_stream_is_left_open():
    stream = io.BytesIO(line())
    assert len(list(read(stream))) == 1
    assert not stream.closed
