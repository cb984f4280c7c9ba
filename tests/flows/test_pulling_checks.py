"""What came is what was asked for, and all of it; and the addresses that are asked."""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
from collections.abc import Callable
from email.message import Message
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from zlib import crc32

import pytest

from sarai.flows.periods import span
from sarai.flows.pulling import (
    SOURCES,
    Part,
    PullError,
    baci,
    checking,
    comext_api,
    comext_bulk,
    comtrade,
    ecb_rates,
    eurostat,
    unpack,
)
from sarai.flows.pulling.checking import check
from sarai.flows.pulling.partial import Partial
from sarai.flows.pulling.web import NotThere, TryAgain
from sarai.goods import BadSetting
from sarai.reference.countries import UnknownCountry


def looked_at(folder: Path, kind: str, content: bytes) -> None:
    file = folder / "file"
    file.write_bytes(content)
    check(file, Part(file="x", url="https://example.org", kind=kind, most_rows=3))


def zipped(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def seven_zipped(packed: bytes, header: bytes) -> bytes:
    """By 7zFormat.txt: signature, version, the start header with its sum, what is packed, the header."""
    start = struct.pack("<QQI", len(packed), len(header), crc32(header))
    return b"7z\xbc\xaf\x27\x1c\x00\x04" + struct.pack("<I", crc32(start)) + start + packed + header


CSV = b'a,b,c\n1,2,3\n4,"5,6",7\n'
BACI = zipped(a=b"t,i,j,k,v,q\n2021,36,398,854231,1.5,2\n" * 20)
SEVEN = seven_zipped(b"packed" * 100, b"header")
ROW = {"reporterCode": 398}


def page(rows: int, **said: object) -> bytes:
    return json.dumps(
        {"elapsedTime": "0.1 secs", "count": rows, "data": [ROW] * rows, "error": ""} | said
    ).encode()


@pytest.mark.parametrize(("kind", "content"), [
    ("csv", CSV), ("csv", b"\xef\xbb\xbf" + CSV), ("csv", CSV.rstrip()), ("csv", CSV.replace(b"\n", b"\r\n")),
    ("json", page(2)), ("zip", BACI), ("7z", SEVEN),
])  # fmt: skip
def test_what_is_whole_passes(tmp_path: Path, kind: str, content: bytes):
    looked_at(tmp_path, kind, content)


@pytest.mark.parametrize(("kind", "whole"), [("json", page(2)), ("zip", BACI), ("7z", SEVEN)])
def test_every_cut_is_noticed(tmp_path: Path, kind: str, whole: bytes):
    for end in range(len(whole)):
        with pytest.raises((TryAgain, PullError)):
            looked_at(tmp_path, kind, whole[:end])


def test_a_row_that_is_cut(tmp_path: Path):
    with pytest.raises(TryAgain, match="last row is cut"):
        looked_at(tmp_path, "csv", b"a,b,c\n1,2,3\n4,5")


def test_a_damaged_byte_of_a_zip(tmp_path: Path):
    damaged = bytearray(BACI)
    damaged[40] ^= 0xFF
    with pytest.raises(TryAgain):
        looked_at(tmp_path, "zip", bytes(damaged))


@pytest.mark.parametrize("place", [9, 13, 21, 29, -1])
def test_a_damaged_header_of_a_7z(tmp_path: Path, place: int):
    damaged = bytearray(SEVEN)
    damaged[place] ^= 0xFF
    with pytest.raises(TryAgain, match="no whole 7z"):
        looked_at(tmp_path, "7z", bytes(damaged))


@pytest.mark.parametrize("kind", ["csv", "json", "zip", "7z"])
@pytest.mark.parametrize(
    "content", [b"<!DOCTYPE html><html>", b'\xef\xbb\xbf<?xml version="1.0"?><S:Fault/>']
)
def test_a_page_or_a_message_is_not_the_data(tmp_path: Path, kind: str, content: bytes):
    with pytest.raises(PullError, match="page or a message"):
        looked_at(tmp_path, kind, content)


@pytest.mark.parametrize(("kind", "content", "said"), [
    ("csv", b"", "empty"), ("csv", b"garbage", "no CSV"), ("json", b"garbage", "no whole JSON"),
    ("json", b"[1]", "no page of data"), ("json", page(0, error="bad period"), "an error instead"),
    ("json", b"{}", "an error instead"), ("json", page(3), "cut off at 3 rows"),
    ("zip", b"garbage", "no whole zip"), ("7z", b"garbage", "no 7z"),
])  # fmt: skip
def test_garbage(tmp_path: Path, kind: str, content: bytes, said: str):
    with pytest.raises(PullError, match=said):
        looked_at(tmp_path, kind, content)


@pytest.mark.parametrize(("kind", "content"), [("csv", b"a,b\n"), ("json", page(0))])
def test_no_rows_are_nothing_there(tmp_path: Path, kind: str, content: bytes):
    with pytest.raises(NotThere):
        looked_at(tmp_path, kind, content)


def test_bombs_are_not_opened(tmp_path: Path, monkeypatch):
    with pytest.raises(PullError, match="would unpack to 1 files of 5,000,000 bytes"):
        looked_at(tmp_path, "zip", zipped(a=b"0" * 5_000_000))
    monkeypatch.setattr(checking, "MOST_FILES", 3)
    with pytest.raises(PullError, match="4 files"):
        looked_at(tmp_path, "zip", zipped(a=b"1", b=b"2", c=b"3", d=b"4"))


def test_a_zip_is_unpacked(tmp_path: Path):
    file = tmp_path / "baci.zip"
    file.write_bytes(zipped(**{"BACI/a.csv": b"1", "b.csv": b"2", "BACI/": b""}))
    assert unpack(file, tmp_path / "out") == [tmp_path / "out" / "a.csv", tmp_path / "out" / "b.csv"]
    assert {each.name: each.read_bytes() for each in (tmp_path / "out").iterdir()} == {
        "a.csv": b"1",
        "b.csv": b"2",
    }


@pytest.mark.parametrize(("content", "said"), [
    (zipped(**{"../..": b"1"}), "cannot stand in one folder, such as '../..'"),
    (zipped(**{"a/x.csv": b"1", "b/x.csv": b"2"}), "cannot stand in one folder"),
    (zipped(a=b"0" * 5_000_000), "would unpack to"),
    (BACI.replace(b"PK\x03\x04", b"PK\x03\x05"), "damaged"),
    (b"garbage", "damaged"),
])  # fmt: skip
def test_a_zip_that_is_not_unpacked(tmp_path: Path, content: bytes, said: str):
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(PullError, match=re.escape(said)):
        unpack(tmp_path / "x.zip", tmp_path / "out")
    assert not [each for each in (tmp_path / "out").iterdir() if not each.name.startswith(".")]


@pytest.mark.parametrize("name", ["../../evil.csv", "/etc/evil.csv", "..\\..\\evil.csv"])
def test_nothing_is_written_outside_of_the_folder(tmp_path: Path, name: str):
    (tmp_path / "x.zip").write_bytes(zipped(**{name: b"1"}))
    assert unpack(tmp_path / "x.zip", tmp_path / "a" / "b") == [tmp_path / "a" / "b" / "evil.csv"]


def test_a_7z_says_what_to_do(tmp_path: Path):
    with pytest.raises(PullError, match="7z x full"):
        unpack(tmp_path / "full_v2_202301.7z", tmp_path)


# -- plans ---------------------------------------------------------------------------------------


def query(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_comtrade_asks_for_each_reporter_and_period():
    plan = comtrade(["KZ", "US"], span("2021-11..2022-02"), frequency="M", codes=["854231"], partners=["RU"])
    assert len(plan.parts) == 8
    assert urlsplit(plan.parts[0].url)[:3] == ("https", "comtradeapi.un.org", "/public/v1/preview/C/M/HS")
    first, last = query(plan.parts[0].url), query(plan.parts[-1].url)
    assert (first["reporterCode"], first["period"], first["partnerCode"]) == ("398", "202111", "643")
    assert (last["reporterCode"], last["period"]) == ("842", "202202")  # the US report as 842, not as 840
    assert (first["cmdCode"], first["flowCode"], first["maxRecords"]) == ("854231", "M,X", "500")
    assert plan.parts[0].most_rows == 500 and not plan.key_header


def test_comtrade_with_a_key_has_no_key_in_its_addresses():
    plan = comtrade(["AM"], span("2021..2022"), codes=[f"85{n:04}" for n in range(250)], keyed=True)
    assert [query(part.url)["cmdCode"].count(",") + 1 for part in plan.parts] == [100, 100, 50] * 2
    assert all(part.url.startswith("https://comtradeapi.un.org/data/v1/get/C/A/HS?") for part in plan.parts)
    assert plan.key_header == "Ocp-Apim-Subscription-Key"
    assert max(len(part.url) for part in plan.parts) < 1_000
    assert len({part.file for part in plan.parts}) == 6


def test_comext_months_are_named_as_eurostat_names_them():
    plan = comext_bulk(span("2023-11..2024-02"))
    assert [part.file[:14] for part in plan.parts] == [
        f"full_v2_{m}" for m in (202311, 202312, 202401, 202402)
    ]
    assert query(plan.parts[0].url) == {"file": "comext/COMEXT_DATA/PRODUCTS/full_v2_202311.7z"}


def test_comext_by_sdmx_names_its_dimensions_in_order():
    plan = comext_api(["HR"], ["AT"], ["01022110", "01022130"], span("2023-06..2024-03"), ["import"])
    key = urlsplit(plan.parts[0].url).path.rpartition("/")[2]
    assert key.split(".")[:5] == ["M", "HR", "AT", "01022110+01022130", "1"]
    spans = [(query(part.url)["startPeriod"], query(part.url)["endPeriod"]) for part in plan.parts]
    assert spans == [("2023-06", "2023-12"), ("2024-01", "2024-03")]


def test_other_addresses():
    assert baci("HS2017", "202601").parts[0].url.endswith("/baci/data/BACI_HS17_V202601.zip")
    assert "/EXR/M.USD+CNY.EUR.SP00.A?startPeriod=2021-01&endPeriod=2022-12&" in (
        ecb_rates(["USD", "CNY"], span("2021..2022")).parts[0].url
    )
    assert query(ecb_rates(["USD"], span("2021..2022"), "A").parts[0].url)["endPeriod"] == "2022"
    assert (
        "/dissemination/sdmx/2.1/data/ext_lt_intratrd/A..?"
        in eurostat("ext_lt_intratrd", "A..", span("2021")).parts[0].url
    )


@pytest.mark.parametrize("wrong", [
    lambda: comtrade(["KZ"], span("2021"), frequency="Q"),
    lambda: comtrade(["KZ"], span("2021"), codes=["85&x=1"]),
    lambda: comtrade(["KZ"], span("2021"), flows=["smuggled"]),
    lambda: comtrade([], span("2021")),
    lambda: comtrade(["XX"], span("2021")),
    lambda: comtrade(["KZ"], span("1000..2999"), frequency="M"),
    lambda: comext_api(["KZ/.."], ["AT"], ["01"], span("2021")),
    lambda: eurostat("../x", "A", span("2021")),
    lambda: baci("HS17", "202601"),
    lambda: ecb_rates(["usd"], span("2021")),
])  # fmt: skip
def test_what_cannot_be_asked(wrong):
    with pytest.raises(BadSetting):
        wrong()


def test_an_unknown_reporter():
    with pytest.raises(UnknownCountry):
        comtrade(["AB"], span("2021"))


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_every_source_says_how_gently_it_is_asked_and_why(source):
    assert source.between_s >= 1 and source.because and source.terms and source.publisher
    assert re.match("https://", source.page)


# -- what makes a beginning worth keeping ----------------------------------------------------------

NOON = "Sun, 01 Nov 2026 12:00:00 GMT"


class Answer:
    """An answer of so many bytes, of which the folder is looked at when they are read."""

    status = 200

    def __init__(self, body: bytes, looks: Callable[[], None] = lambda: None, **headers: str) -> None:
        self._body, self._looks = io.BytesIO(body), looks
        self.headers = Message()
        for name, value in headers.items():
            self.headers[name.replace("_", "-")] = value

    def read1(self, size: int) -> bytes:
        self._looks()
        return self._body.read(min(size, 10_000))  # more than a file holds back


def partial(folder: Path) -> Partial:
    return Partial(folder, Part(file="x", url="https://example.org", kind="csv"), 1 << 20, 1 << 20)


@pytest.mark.parametrize(("headers", "validator"), [
    ({"ETag": '"one"'}, '"one"'),
    ({"ETag": 'W/"one"', "Last_Modified": "Sun, 01 Nov 2026 10:00:00 GMT", "Date": NOON}, None),
    ({"Last_Modified": "Sun, 01 Nov 2026 10:00:00 GMT", "Date": NOON}, "Sun, 01 Nov 2026 10:00:00 GMT"),
    ({"Last_Modified": "Sun, 01 Nov 2026 11:59:59 GMT", "Date": NOON}, None),  # may change within its second
    ({"Last_Modified": "Sun, 01 Nov 2026 10:00:00 GMT"}, None),
    ({"Last_Modified": "yesterday", "Date": NOON}, None),
    ({"Last_Modified": "Sun, 01 Nov 2026 10:00:00 -0000", "Date": NOON}, None),
    ({}, None),
])  # fmt: skip
def test_a_strong_validator_is_kept(tmp_path: Path, headers, validator):
    with pytest.raises(TryAgain, match="after 3 of 6 bytes"):
        partial(tmp_path).take(Answer(b"cut", Content_Length="6", **headers))
    asked = {"Range": "bytes=3-", "If-Range": validator} if validator else {}
    assert partial(tmp_path).headers() == asked


def test_the_note_of_one_version_does_not_vouch_for_another(tmp_path: Path):
    """Were it killed in between, a mirror that has the first one still would be believed."""
    with pytest.raises(TryAgain):
        partial(tmp_path).take(Answer(b"first", Content_Length="9", ETag='"first"'))

    def none_vouches() -> None:
        assert partial(tmp_path).headers() == {}

    partial(tmp_path).take(Answer(b"2" * 50_000, none_vouches, Content_Length="50000", ETag='"second"'))
    assert partial(tmp_path).headers()["If-Range"] == '"second"'


def test_a_file_shorter_than_its_note_is_no_beginning(tmp_path: Path):
    with pytest.raises(TryAgain):
        partial(tmp_path).take(Answer(b"first", Content_Length="9", ETag='"first"'))
    partial(tmp_path).file.write_bytes(b"fir")
    assert partial(tmp_path).headers() == {}


def test_another_address_begins_anew(tmp_path: Path):
    with pytest.raises(TryAgain):
        partial(tmp_path).take(Answer(b"first", Content_Length="9", ETag='"first"'))
    other = Partial(tmp_path, Part(file="x", url="https://example.org/other", kind="csv"), 1_000, 100)
    assert other.headers() == {}
