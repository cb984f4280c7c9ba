"""Pulling from a server on this machine that breaks off, throttles, changes and lies."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random

import pytest

from sarai.flows.pulling import MANIFEST, Part, Plan, PullError, PullSettings, Source, Web, noted, pull
from sarai.goods import BadSetting

BODY = b"currency,period,rate\n" + b"USD,2021,1.1827\n" * 20_000  # 320 kB
OTHER = b"currency,period,rate\n" + b"USD,2021,1.1828\n" * 20_000
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


class Handler(BaseHTTPRequestHandler):
    """Serves its server's body with ETag and ranges, after the misdeed that stands first in its list."""

    def do_GET(self) -> None:
        self.server.asked.append({name.lower(): value for name, value in self.headers.items()})
        misdeed = self.server.misdeeds.pop(0) if self.server.misdeeds else None
        if misdeed is None or not misdeed(self):
            self.serve()

    def serve(self, only: int | None = None, pause_s: float = 0) -> None:
        body, tag = self.server.body, self.server.tag
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers["Range"] or "")
        start = int(asked[1]) if asked and self.headers["If-Range"] == tag else 0
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        self.send_header("Content-Length", str(len(body) - start))
        if tag:
            self.send_header("ETag", tag)
        self.end_headers()
        rest = body[start:] if only is None else body[start : start + only]
        for place in range(0, len(rest), 10_000):
            self.wfile.write(rest[place : place + 10_000])
            time.sleep(pause_s)

    def log_message(self, *_: object) -> None:
        pass


Misdeed = Callable[[Handler], bool]


def answers(status: int, body: bytes = b"", **headers: str) -> Misdeed:
    def misdeed(handler: Handler) -> bool:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
        return True

    return misdeed


def cut(after: int) -> Misdeed:
    def misdeed(handler: Handler) -> bool:
        handler.serve(after)
        handler.close_connection = True
        return True

    return misdeed


def cut_in_chunks(handler: Handler) -> bool:
    """Chunked, with the last chunk missing."""
    handler.protocol_version = "HTTP/1.1"
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.send_header("Connection", "close")
    handler.end_headers()
    handler.wfile.write(b"3e8\r\n" + BODY[:1000] + b"\r\n")
    return True


def changed(handler: Handler) -> bool:
    handler.server.body, handler.server.tag = OTHER, '"second"'
    return False


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadingHTTPServer]:
    monkeypatch.setenv("no_proxy", "*")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.body, running.tag, running.misdeeds, running.asked = BODY, '"first"', [], []
        running.handle_error = lambda *_: None  # whoever hangs up is no fault of the server
        running.url = f"http://127.0.0.1:{running.server_address[1]}"
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


class Time:
    """A clock that goes on only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = NOON
        self.slept: list[float] = []

    def clock(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def time_() -> Time:
    return Time()


@pytest.fixture
def web(time_: Time) -> Web:
    return Web(time_.clock, time_.sleep, Random(1), PullSettings(attempts=3, safe_bytes=50_000))


def plan(url: str, kind: str = "csv", *, parts: int = 1, key_header: str = "", **bounds: float) -> Plan:
    source = {"name": "here", "publisher": "Us", "page": "https://example.org/data", "terms": "none",
              "between_s": 0.0, "because": "a test", "most_bytes": 1 << 20} | bounds  # fmt: skip
    made = [Part(file=f"part{n}.{kind}", url=f"{url}/{n}", kind=kind, most_rows=3) for n in range(parts)]
    return Plan(source=Source(**source), parts=tuple(made), key_header=key_header)


def outcomes(*args, **names) -> list[str]:
    return [each.outcome for each in pull(*args, **names)]


def left(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()} - {".pull.lock"}


def test_parts_are_fetched_once_and_noted(server, web, tmp_path: Path):
    asked = plan(server.url, parts=3)
    assert outcomes(asked, tmp_path / "new" / "here", web) == ["fetched"] * 3
    folder = tmp_path / "new" / "here"
    assert left(folder) == {"part0.csv", "part1.csv", "part2.csv", MANIFEST}
    said = json.loads((folder / MANIFEST).read_text())["parts"]["part1.csv"]
    assert said["sha256"] == hashlib.sha256(BODY).hexdigest()
    assert (said["size"], said["url"]) == (len(BODY), f"{server.url}/1")
    assert outcomes(asked, folder, web) == ["kept"] * 3
    assert len(server.asked) == 3


@pytest.mark.parametrize("harm", ["gone", "shorter", "changed"])
def test_only_what_does_not_match_is_fetched_again(server, web, tmp_path: Path, harm: str):
    asked = plan(server.url, parts=3)
    list(pull(asked, tmp_path, web))
    file = tmp_path / "part1.csv"
    {
        "gone": file.unlink,
        "shorter": lambda: file.write_bytes(BODY[:-1]),
        "changed": lambda: file.write_bytes(OTHER),
    }[harm]()
    assert outcomes(asked, tmp_path, web) == ["kept", "fetched", "kept"]
    assert file.read_bytes() == BODY


def test_another_address_for_a_file_is_another_file(server, web, tmp_path: Path):
    list(pull(plan(server.url), tmp_path, web))
    assert outcomes(plan(f"{server.url}/elsewhere"), tmp_path, web) == ["fetched"]


def test_a_part_goes_on_where_it_broke_off(server, web, tmp_path: Path):
    server.misdeeds = [cut(100_000), cut(100_000)]
    assert outcomes(plan(server.url), tmp_path, web) == ["fetched"]
    assert (tmp_path / "part0.csv").read_bytes() == BODY
    assert [each.get("range") for each in server.asked] == [None, "bytes=100000-", "bytes=200000-"]
    assert {each.get("if-range") for each in server.asked} == {None, '"first"'}
    assert left(tmp_path) == {"part0.csv", MANIFEST}


def test_the_next_run_goes_on_too(server, web, tmp_path: Path):
    server.misdeeds = [cut(60_000)] * 3
    with pytest.raises(PullError, match=r"broke off after 180,000 of 320,021 bytes, after 3 attempts"):
        list(pull(plan(server.url), tmp_path, web))
    assert "part0.csv" not in left(tmp_path)
    assert outcomes(plan(server.url), tmp_path, web) == ["fetched"]
    assert server.asked[-1]["range"] == "bytes=180000-"
    assert (tmp_path / "part0.csv").read_bytes() == BODY


def test_two_versions_are_never_glued_together(server, web, tmp_path: Path):
    server.misdeeds = [cut(100_000), changed]
    list(pull(plan(server.url), tmp_path, web))
    assert (tmp_path / "part0.csv").read_bytes() == OTHER


def test_nor_when_the_server_sends_the_rest_of_another_version(server, web, tmp_path: Path):
    rest = OTHER[100_000:]
    span = f"bytes 100000-{len(OTHER) - 1}/{len(OTHER)}"
    server.misdeeds = [cut(100_000), answers(206, rest, ETag='"second"', Content_Range=span), changed]
    list(pull(plan(server.url), tmp_path, web))
    assert (tmp_path / "part0.csv").read_bytes() == OTHER
    assert "range" not in server.asked[-1]


@pytest.mark.parametrize("span", ["bytes 90000-320020/320021", "bytes", "bytes 100001-320020/320021"])
def test_nor_when_it_sends_another_range(server, web, tmp_path: Path, span: str):
    server.misdeeds = [cut(100_000), answers(206, OTHER[100_000:], ETag='"first"', Content_Range=span)]
    list(pull(plan(server.url), tmp_path, web))
    assert (tmp_path / "part0.csv").read_bytes() == BODY


def test_a_refused_range_starts_over(server, web, tmp_path: Path):
    server.misdeeds = [cut(100_000), answers(416)]
    list(pull(plan(server.url), tmp_path, web))
    assert (tmp_path / "part0.csv").read_bytes() == BODY


@pytest.mark.parametrize("tag", [None, 'W/"weak"', '"two\twords"'])
def test_without_a_strong_validator_it_starts_over(server, web, tmp_path: Path, tag):
    server.tag, server.misdeeds = tag, [cut(100_000)]
    list(pull(plan(server.url), tmp_path, web))
    assert (tmp_path / "part0.csv").read_bytes() == BODY
    assert all("range" not in each for each in server.asked)


def test_a_partial_file_longer_than_what_is_safe_is_cut_back(server, web, tmp_path: Path):
    """As after a power cut: bytes behind the noted ones may be anything."""
    server.misdeeds = [cut(100_000)] * 3
    with pytest.raises(PullError):
        list(pull(plan(server.url), tmp_path, web))
    with (tmp_path / ".part0.csv.part").open("ab") as stream:
        stream.write(b"\0" * len(BODY))
    list(pull(plan(server.url), tmp_path, web))
    assert (tmp_path / "part0.csv").read_bytes() == BODY


def test_an_end_that_is_missing_from_chunks_is_noticed(server, web, tmp_path: Path):
    server.misdeeds = [cut_in_chunks]
    list(pull(plan(server.url), tmp_path, web))
    assert (tmp_path / "part0.csv").read_bytes() == BODY


PULLER = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from sarai.flows.pulling import Part, Plan, PullSettings, Source, Web, pull
source = Source(
    name="here", publisher="Us", page="-", terms="-", between_s=0, because="-", most_bytes=1 << 20
)
parts = tuple(Part(file=f"part{n}.csv", url=f"{sys.argv[1]}/{n}", kind="csv") for n in range(2))
web = Web(lambda: datetime.now(UTC), time.sleep, Random(1), PullSettings(safe_bytes=20_000))
for pulled in pull(Plan(source=source, parts=parts), Path(sys.argv[2]), web):
    print(pulled.outcome, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL here")
@pytest.mark.parametrize("amid", [0, 1])
def test_a_killed_puller_goes_on_to_the_same_bytes(server, web, tmp_path: Path, amid: int):
    def slow(handler: Handler) -> bool:
        handler.serve(pause_s=0.02)
        return True

    server.misdeeds = [None] * amid + [slow]
    puller = subprocess.Popen([sys.executable, "-c", PULLER, server.url, str(tmp_path)])
    state = tmp_path / f".part{amid}.csv.part.json"
    for _ in range(2_000):
        if state.exists() and json.loads(state.read_bytes())["size"] >= 40_000:
            break
        time.sleep(0.005)
    puller.send_signal(signal.SIGKILL)
    assert puller.wait() == -signal.SIGKILL
    assert not (tmp_path / f"part{amid}.csv").exists()
    assert outcomes(plan(server.url, parts=2), tmp_path, web) == ["kept"] * amid + ["fetched"] * (2 - amid)
    assert [(tmp_path / f"part{n}.csv").read_bytes() for n in range(2)] == [BODY, BODY]
    begun = [int(each["range"][6:-1]) for each in server.asked if "range" in each]
    assert len(begun) == 1 and 40_000 <= begun[0] < len(BODY)
    assert left(tmp_path) == {"part0.csv", "part1.csv", MANIFEST}


def test_two_pullers_do_not_write_one_folder(server, web, tmp_path: Path):
    pytest.importorskip("fcntl")
    first = pull(plan(server.url, parts=2), tmp_path, web)
    next(first)
    with pytest.raises(PullError, match="another process"):
        list(pull(plan(server.url, parts=2), tmp_path, web))
    assert [each.outcome for each in first] == ["fetched"]
    assert outcomes(plan(server.url, parts=2), tmp_path, web) == ["kept", "kept"]


def test_what_was_refused_is_no_beginning(server, web, tmp_path: Path):
    server.body = b"garbage"
    with pytest.raises(PullError, match="no CSV"):
        list(pull(plan(server.url), tmp_path, web))
    assert left(tmp_path) == set()
    server.body = BODY
    assert outcomes(plan(server.url), tmp_path, web) == ["fetched"]
    assert all("range" not in each for each in server.asked)


# -- pace ----------------------------------------------------------------------------------------


def test_requests_keep_their_distance(server, web, time_, tmp_path: Path):
    list(pull(plan(server.url, parts=3, between_s=6.0), tmp_path, web))
    assert time_.slept == [6.0, 6.0]


@pytest.mark.parametrize("said", ["7", format_datetime(NOON + timedelta(seconds=7), usegmt=True)])
@pytest.mark.parametrize("status", [429, 503])
def test_who_is_asked_to_wait_waits(server, web, time_, tmp_path: Path, said: str, status: int):
    server.misdeeds = [answers(status, Retry_After=said)]
    assert outcomes(plan(server.url), tmp_path, web) == ["fetched"]
    assert time_.slept == [7.0]


def test_who_is_asked_to_wait_for_long_is_told(server, web, time_, tmp_path: Path):
    server.misdeeds = [answers(429, Retry_After="86400")]
    with pytest.raises(PullError, match="429; it asks to come back in 86,400 s"):
        list(pull(plan(server.url), tmp_path, web))
    assert time_.slept == []


def test_without_a_word_waits_double_with_jitter(server, time_, tmp_path: Path):
    server.misdeeds = [answers(500, Retry_After="soon")] * 5
    web = Web(time_.clock, time_.sleep, Random(1), PullSettings(attempts=6, longest_wait_s=10))
    list(pull(plan(server.url), tmp_path, web))
    assert all(
        low <= s <= high for s, low, high in zip(time_.slept, (1, 2, 4, 5, 5), (2, 4, 8, 10, 10), strict=True)
    )
    assert len(set(time_.slept)) == 5


def test_an_end_to_patience(server, web, tmp_path: Path):
    server.misdeeds = [answers(503)] * 3
    with pytest.raises(PullError, match=r"answers 503, after 3 attempts.*https://example.org/data"):
        list(pull(plan(server.url), tmp_path, web))


def test_who_is_not_there_is_not_asked_twice(web, time_, tmp_path: Path):
    with pytest.raises(PullError, match="cannot be reached"):
        list(pull(plan("http://127.0.0.1:9"), tmp_path, web))
    assert time_.slept == []


# -- what is refused -----------------------------------------------------------------------------


def test_nothing_there_is_a_hole_and_asked_again(server, web, tmp_path: Path):
    server.misdeeds = [None, answers(404)]
    assert outcomes(plan(server.url, parts=3), tmp_path, web) == ["fetched", "nothing", "fetched"]
    assert set(noted(tmp_path).parts) == {"part0.csv", "part2.csv"}
    assert outcomes(plan(server.url, parts=3), tmp_path, web) == ["kept", "fetched", "kept"]


def test_a_part_that_fails_leaves_those_before(server, web, tmp_path: Path):
    server.misdeeds = [None, answers(400)]
    with pytest.raises(PullError, match=r"/1 cannot be fetched: it answers 400\. What came before is kept"):
        list(pull(plan(server.url, parts=3), tmp_path, web))
    assert set(noted(tmp_path).parts) == {"part0.csv"}


@pytest.mark.parametrize(
    "said", ["", "http://example.org/", "ftp://127.0.0.1/x", "https://127.0.0.1/", "file:///etc/passwd"]
)
def test_redirects_that_are_not_followed(server, web, tmp_path: Path, said: str):
    server.misdeeds = [answers(302, Location=said)]
    with pytest.raises(PullError, match=r"redirects from http to|is not https"):
        list(pull(plan(server.url), tmp_path, web))
    assert len(server.asked) == 1


def test_redirects_on_this_machine_are_followed_so_many_times(server, web, tmp_path: Path):
    server.misdeeds = [answers(307, Location="/there")] * 5
    assert outcomes(plan(server.url), tmp_path, web) == ["fetched"]
    server.misdeeds = [answers(301, Location="/there")] * 6
    with pytest.raises(PullError, match="more than 5 times"):
        list(pull(plan(server.url), tmp_path / "again", web))


@pytest.mark.parametrize("url", ["http://example.org/x", "ftp://127.0.0.1/x", "file:///etc/passwd"])
def test_what_is_not_https_is_not_asked(web, tmp_path: Path, url: str):
    with pytest.raises(PullError, match="is not https"):
        list(pull(plan(url), tmp_path, web))


def test_a_part_that_says_it_is_too_large(server, web, tmp_path: Path):
    with pytest.raises(PullError, match="has 320,021 bytes, more than 1,000"):
        list(pull(plan(server.url, most_bytes=1_000), tmp_path, web))
    assert left(tmp_path) == set()


def test_a_part_that_becomes_too_large(server, web, tmp_path: Path):
    server.misdeeds = [cut_in_chunks]
    with pytest.raises(PullError, match="has more than 500"):
        list(pull(plan(server.url, most_bytes=500), tmp_path, web))
    assert left(tmp_path) == set()


def test_what_was_not_asked_to_be_compressed(server, web, tmp_path: Path):
    server.misdeeds = [answers(200, b"\x1f\x8b", Content_Encoding="gzip")]
    with pytest.raises(PullError, match="compressed"):
        list(pull(plan(server.url), tmp_path, web))


def test_another_source_has_a_folder_of_its_own(server, web, tmp_path: Path):
    list(pull(plan(server.url), tmp_path, web))
    with pytest.raises(BadSetting, match=r"holds here; pull there into a folder of its own"):
        list(pull(plan(server.url, name="there"), tmp_path, web))


def test_a_damaged_manifest_is_not_overwritten(server, web, tmp_path: Path):
    (tmp_path / MANIFEST).write_text("{")
    with pytest.raises(BadSetting, match=r"manifest.json is damaged.*move it away"):
        list(pull(plan(server.url), tmp_path, web))
    assert (tmp_path / MANIFEST).read_text() == "{"


# -- the key -------------------------------------------------------------------------------------

KEY = "0123456789abcdef-secret"


def test_the_key_is_sent_and_stands_nowhere(server, web, tmp_path: Path):
    asked = plan(server.url, key_header="Ocp-Apim-Subscription-Key", parts=2)
    assert outcomes(asked, tmp_path, web, key=KEY) == ["fetched", "fetched"]
    assert [each["ocp-apim-subscription-key"] for each in server.asked] == [KEY, KEY]
    assert all(KEY.encode() not in file.read_bytes() for file in tmp_path.iterdir())


def test_the_key_is_in_no_error(server, web, tmp_path: Path, caplog):
    server.misdeeds = [answers(403, KEY.encode(), **{"X_Echo": KEY})]
    asked = plan(server.url, key_header="Ocp-Apim-Subscription-Key")
    with pytest.raises(PullError, match="403: the key is missing, not accepted") as caught:
        list(pull(asked, tmp_path, web, key=KEY))
    fault: BaseException | None = caught.value
    while fault is not None:
        assert KEY not in f"{fault!r} {fault}"
        fault = fault.__cause__ or fault.__context__
    assert KEY not in caplog.text


def test_the_key_does_not_leave_its_host(server, web, tmp_path: Path):
    port = server.server_address[1]
    server.misdeeds = [answers(302, Location=f"http://localhost:{port}/there")]
    asked = plan(server.url, key_header="Ocp-Apim-Subscription-Key")
    assert outcomes(asked, tmp_path, web, key=KEY) == ["fetched"]
    assert ["ocp-apim-subscription-key" in each for each in server.asked] == [True, False]


@pytest.mark.parametrize("key", [KEY + "\n", KEY + " x", KEY + "\u20ac"])
def test_a_key_that_cannot_be_sent_is_not_shown(server, web, tmp_path: Path, key: str):
    with pytest.raises(BadSetting, match="copy it again") as caught:
        list(pull(plan(server.url, key_header="Key"), tmp_path, web, key=key))
    assert KEY not in str(caught.value)


def test_a_key_that_is_missing_is_said_before_anything_is_asked(server, web, tmp_path: Path):
    with pytest.raises(BadSetting, match=r"wants a key.*https://example.org/data"):
        list(pull(plan(server.url, key_header="Key"), tmp_path, web))
    assert server.asked == []
