"""What goes wrong in a machine room: nothing is lost, it is seen, it goes on by itself: docs/drills.md."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from browsing import CHROMIUM, browsing
from msgspec.structs import replace
from press_cases import day
from served import API, AUTHORITY, QUICK, Served, lines, listening
from test_live import FOLLOWER, alerts, events, suspicious
from watching import imported, line, on, ref, sold, transited

import sarai
from sarai.goods import Diversion, Party
from sarai.ledger import Settings, open_book
from sarai.server import running
from sarai.server.access import Account, AccountStore, Role, Secret
from sarai.server.clock import DOUBT_S, SteadyClock
from sarai.server.house import House
from sarai.watch import AlertStore, Watching

PATIENCE_S = 60.0
FULL = "CREATE TRIGGER full BEFORE INSERT ON {} BEGIN SELECT RAISE(ABORT, 'disk is full'); END"


def until(reached: Callable[[], object], patience_s: float = PATIENCE_S) -> None:
    """Wait until it has come to that."""
    end = time.monotonic() + patience_s
    while not reached():
        assert time.monotonic() < end, "it did not come to that in time"
        time.sleep(0.05)


@pytest.fixture
def desk(tmp_path) -> Iterator[Served]:
    with listening(tmp_path) as desk:
        yield desk


def goods(name: str, count: int) -> list:
    return [imported(f"{name}-{n}", day(74), "KZ-1", line("610910", 1)) for n in range(count)]


# -- a process of its own --------------------------------------------------------------------------


class Process:
    """`sarai serve` over a book, to be killed, stopped, and given no more room."""

    def __init__(self, directory: Path) -> None:
        self.directory, self.ledger = directory, directory / "book.db"
        sarai.open(str(self.ledger), Settings(authorities=(AUTHORITY,))).close()
        with AccountStore(directory / "accounts.db") as store:
            officer = Account(id="one", name="One", role=Role.OFFICER, officer="one", authority=AUTHORITY)
            admin = Account(id="admin", name="Admin", role=Role.ADMIN)
            for account in (officer, admin):
                store.add(account, Secret("a password for the drill"), by="tests")
            self.headers = {"Authorization": f"Bearer {store.keys.make('one', 'drill', 1)[1].reveal()}"}
        self.port = 0
        self.start()

    def start(self, most_bytes: int | None = None) -> None:
        """Start it, on the port that it had before; with files of no more than so many bytes."""
        command = [
            sys.executable, "-m", "sarai.cli", "serve", "--ledger", str(self.ledger), "--dir",
            str(self.directory), "--port", str(self.port), "--json",
        ]  # fmt: skip
        with (self.directory / "log").open("a") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        assert self.process.stdout is not None
        told = ""
        while not told.rstrip().endswith("}"):
            line = self.process.stdout.readline()
            assert line, (self.directory / "log").read_text()[-2_000:]
            told += line
        self.url = json.loads(told)["url"].rstrip("/")
        self.port = int(self.url.rpartition(":")[2])
        until(self.is_ready)

    def is_ready(self) -> bool:
        with suppress(httpx2.TransportError):
            return httpx2.get(f"{self.url}/health/ready").status_code == 200
        return False

    def room(self, most_bytes: int) -> None:
        """Let no file of it be larger, from now on."""
        resource = pytest.importorskip("resource", reason="a limit on files is POSIX's")
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (most_bytes, resource.RLIM_INFINITY))

    def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        status = self.process.wait(PATIENCE_S)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status

    def client(self) -> httpx2.Client:
        return httpx2.Client(base_url=self.url, headers=self.headers, timeout=PATIENCE_S)

    def kept(self) -> dict[tuple[str, int], int]:
        """The entry of each document in the book."""
        with sarai.open(str(self.ledger)) as book:
            found = book.store.query("SELECT number, version, id FROM entry WHERE code = 0")
        return {(number, version): entry for number, version, entry in found}


@pytest.fixture
def process(tmp_path) -> Iterator[Process]:
    process = Process(tmp_path)
    yield process
    if process.process.poll() is None:
        process.end(signal.SIGTERM)


# -- a full disk -----------------------------------------------------------------------------------


def test_a_full_disk_is_told_and_left_behind(process: Process):
    """What was acknowledged stands, 503 says why, and with room it goes on, and tells so, by itself."""
    process.room(2_000_000)
    taken: dict[str, int] = {}
    with process.client() as client:
        for n in range(200):
            answer = client.post(f"{API}/documents", content=lines(goods(f"full-{n}", 200)))
            if answer.status_code != 200:
                break
            taken |= {told["number"]: told["entry"] for told in map(json.loads, answer.text.splitlines())}
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        assert "could not be written to" in answer.json()["detail"]
        assert not process.is_ready()
        assert "could not be written to" in client.get("/health").json()["book"]["fault"]
        assert client.get(f"{API}/balances", params={"party": "KZ-1"}).status_code == 200
        process.room(2**40)
        until(process.is_ready)
        again = client.post(f"{API}/documents", content=lines(goods(f"full-{n}", 200))).text
        assert {json.loads(told)["name"] for told in again.splitlines()} == {"POSTED"}
        until(lambda: client.get("/health").json()["watch"]["behind"] == 0)
        assert client.get("/health").json()["watch"]["fault"] == ""
    assert process.end(signal.SIGTERM) == 0
    kept = process.kept()
    assert {number: kept[number, 1] for number in taken} == taken
    assert len(kept) == len(taken) + 200


def test_a_disk_that_is_full_is_named(desk: Served):
    """As SQLite says it of a disk: here the book may have no more pages."""
    run = desk.house._written.store._connection.execute
    ((pages,),) = run("PRAGMA page_count").fetchall()
    run(f"PRAGMA max_page_count = {pages}")
    answers = (desk.post("officer", goods(f"named-{n}", 200)) for n in range(200))
    refused = next(answer for answer in answers if answer.status_code != 200)
    assert refused.status_code == 503
    assert "disk is full" in refused.json()["detail"]
    run("PRAGMA max_page_count = 1000000000")
    assert desk.post("officer", goods("with-room", 200)).status_code == 200


def test_a_watch_that_cannot_keep_its_alerts_keeps_them_later(desk: Served):
    """The watch's disk: documents are recorded all the same, and with room every alert is kept, once."""
    before = alerts(desk)
    blocker = sqlite3.connect(desk.house.alerts_path)
    with closing(blocker):
        blocker.execute(FULL.format("alert"))
        for number in range(8):
            assert desk.post("officer", suspicious(number)).status_code == 200
        until(lambda: desk.house.judge.fault)
        assert "could not be written to" in desk.ask("officer", "GET", "/health").json()["watch"]["fault"]
        assert desk.client.get("/health/ready").status_code == 503
        assert alerts(desk) == before
        blocker.execute("DROP TRIGGER full")
    until(lambda: not desk.house.judge.fault)
    until(lambda: alerts(desk) > before)
    head = desk.ask("officer", "GET", "/health").json()["watch"]
    assert head["behind"] == 0
    assert desk.client.get("/health/ready").status_code == 200


@pytest.mark.parametrize("name", ["accounts.db", "epcis.db"])
def test_a_file_that_cannot_be_written_is_told_and_left_behind(process: Process, name: str):
    """Another process holds the file, as a full disk would: what needs it is told so, all else goes on."""
    capture = {
        "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", "type": "ObjectEvent",
        "eventTime": "2026-03-01T08:00:00Z", "eventTimeZoneOffset": "+00:00", "action": "OBSERVE",
        "epcList": ["urn:epc:id:sgtin:0614141.107346.2018"], "bizStep": "shipping",
    }  # fmt: skip

    def change(client: httpx2.Client) -> httpx2.Response:
        if name == "epcis.db":
            return client.post("/epcis/events", json=capture)
        log_in = {"name": "one", "password": "a password for the drill"}
        return httpx2.post(f"{process.url}{API}/login", json=log_in)

    with closing(sqlite3.connect(process.directory / name)) as file, process.client() as client:
        table = {"accounts.db": "session", "epcis.db": "event"}[name]
        file.execute(FULL.format(table))
        file.commit()
        told = change(client)
        assert told.status_code == {"accounts.db": 503, "epcis.db": 500}[name], told.text  # 500 is GS1's word
        assert "disk is full" in told.json()["detail"]
        if name == "epcis.db":  # of accounts only one table is full, and when keys are used is still kept
            assert "disk is full" in client.get("/health").json()["files"][name]
        assert client.post(f"{API}/documents", content=lines(goods("beside", 5))).status_code == 200
        file.execute("DROP TRIGGER full")
        file.commit()
        assert change(client).status_code < 300
        assert client.get("/health").json()["files"][name] == ""
    assert len(process.kept()) >= 5


# -- a process that ends ---------------------------------------------------------------------------


def posted(process: Process, name: str, stop: threading.Event, taken: dict[str, int]) -> None:
    """Post until it is over; what was acknowledged, line by line, is noted."""
    with process.client() as client, suppress(httpx2.TransportError):
        for n in range(10_000):
            if stop.is_set():
                return
            body = lines([*goods(f"{name}-{n}", 40), *suspicious_of(name, n)])
            with client.stream("POST", f"{API}/documents", content=body) as answer:
                if answer.status_code != 200:
                    return
                for told in map(json.loads, answer.iter_lines()):
                    if "entry" in told:
                        taken[told["number"]] = told["entry"]


def suspicious_of(name: str, number: int) -> list:
    """Goods of the priority list under way to a firm here, that are sent to Russia: an alert."""
    way = transited(
        f"way-{name}-{number}", day(74), "KZ-2", line("854231", 500, 90_000), issuer="customs:KZHOR",
        place="KZHOR", country="CN", deadline=datetime.now(UTC) + timedelta(days=9),
    )  # fmt: skip
    return [
        way,
        Diversion(
            issuer="customs:KZALA", number=f"order-{name}-{number}", time=day(74.5), consignment=ref(way),
            destination="RUMOW", destination_country="RU", consignee=Party(id=f"RU-{number}", name="B"),
        ),
    ]  # fmt: skip


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_what_was_acknowledged_is_there_after_the_end(process: Process, how: signal.Signals):
    """Killed, or asked to end, in the midst of posts: every line that was answered is in the book, and the
    watch goes on: who listens hears every alert, once.
    """
    taken: dict[str, int] = {}
    heard: list[int] = []
    stop, over = threading.Event(), threading.Event()
    listener = threading.Thread(target=hear, args=(process, heard, over))
    listener.start()
    for turn in range(2):
        posters = [
            threading.Thread(target=posted, args=(process, f"{turn}-{who}", stop, taken)) for who in range(3)
        ]
        for poster in posters:
            poster.start()
        goal = len(taken) + 300
        until(lambda goal=goal: len(taken) >= goal)
        status = process.end(how)
        assert status == (0 if how is signal.SIGTERM else -signal.SIGKILL)
        for poster in posters:
            poster.join(PATIENCE_S)
        process.start()
    with process.client() as client:
        until(lambda: client.get("/health").json()["watch"]["behind"] == 0)
        until(lambda: client.get("/health").json()["watch"]["alerts"] <= len(heard))
        raised = client.get("/health").json()["watch"]["alerts"]
    over.set()
    process.end(signal.SIGTERM)
    listener.join(PATIENCE_S)
    kept = process.kept()
    assert {number: kept.get((number, 1)) for number in taken} == taken
    assert heard == list(range(1, raised + 1)), "each once, in order"
    assert raised >= 10
    with open_book(str(process.ledger), create=False) as book:
        assert book.verify().ok
        judged = AlertStore.open(str(process.directory / "alerts.db"))
        with judged, tempfile.TemporaryDirectory() as scratch, AlertStore.open(f"{scratch}/a.db") as anew:
            list(Watching(book, anew).run())
            assert {each.id for each in judged.alerts()} == {each.id for each in anew.alerts()}


def hear(process: Process, heard: list[int], over: threading.Event) -> None:
    """Listen over and over, from what was heard last."""
    while not over.is_set():
        headers = {"Last-Event-ID": str(heard[-1] if heard else 0)}
        with suppress(httpx2.TransportError), process.client() as client, client.stream(
            "GET", f"{API}/alerts/stream", headers=headers
        ) as answer:  # fmt: skip
            for text in answer.iter_lines():
                if text.startswith("id: "):
                    heard.append(int(text[4:]))
        time.sleep(0.05)


def test_a_restored_book_proves_that_it_is_the_book(process: Process):
    """Copied while it is written, as docs/deployment.md says; it holds against a checkpoint kept before."""
    taken: dict[str, int] = {}
    stop = threading.Event()
    poster = threading.Thread(target=posted, args=(process, "backup", stop, taken))
    poster.start()
    until(lambda: len(taken) >= 200)
    with process.client() as client:
        origin, size, root, *_ = client.get(f"{API}/checkpoint").text.splitlines()
    until(lambda: len(taken) >= 600)
    copy = process.directory / "copy.db"
    with closing(sqlite3.connect(process.ledger)) as book, closing(sqlite3.connect(copy)) as restored:
        book.backup(restored)
    stop.set()
    poster.join(PATIENCE_S)
    with open_book(str(copy), create=False) as book:
        assert book.verify().ok
        proof = book.prove_consistency(int(size))
        assert book.checkpoint(size=int(size)).splitlines()[:3] == [origin, size, root]
        ((head,),) = book.store.query("SELECT max(id) FROM entry")
        assert head >= int(size) >= 200
        assert proof.old_size == int(size)
    with closing(sqlite3.connect(copy)) as forged:
        forged.execute("UPDATE entry SET body = replace(body, 'backup-0-3', 'backup-0-4') WHERE id = 4")
        forged.commit()
    with open_book(str(copy), create=False) as book:
        assert not book.verify().ok


# -- slow clients ----------------------------------------------------------------------------------


@pytest.fixture
def hasty(monkeypatch, tmp_path) -> Iterator[Served]:
    """A server that waits for nobody longer than a second."""
    monkeypatch.setattr(running.Patient, "patience_s", 1.0)
    with listening(tmp_path) as desk:
        yield desk


@pytest.fixture
def let_go(monkeypatch) -> list[Any]:
    """The addresses whose connections the server has given up, as it does so."""
    addresses, lost = [], running.Patient.connection_lost

    def noted(self: running.Patient, fault: Exception | None) -> None:
        addresses.append(self.client)
        lost(self, fault)

    monkeypatch.setattr(running.Patient, "connection_lost", noted)
    return addresses


@contextmanager
def raw(desk: Served, head: str, body: bytes = b"") -> Iterator[socket.socket]:
    """A connection of somebody who has said so much, and reads little at a time."""
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        one.settimeout(PATIENCE_S)
        one.connect(("127.0.0.1", desk.client.base_url.port))
        key = f"Authorization: Bearer {desk.key('officer')}"
        one.sendall(f"{head} HTTP/1.1\r\nHost: 127.0.0.1\r\n{key}\r\n".encode() + body)
        yield one


def cut_off(one: socket.socket) -> bool:
    """Whether the other end has let go; what it had sent before is read."""
    with suppress(ConnectionError):
        while one.recv(65_536):
            pass
    return True


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("GET /api/v1/alerts", b""),
        ("POST /api/v1/documents", b"Content-Length: 100000\r\n\r\n{"),
        ("GET /api/v1/alerts", b"X-Slow: "),
    ],
    ids=["half a head", "half a body", "half a header"],
)
def test_who_stops_in_the_midst_of_a_request_is_cut_off(hasty: Served, head: str, body: bytes):
    with raw(hasty, head, body) as one:
        assert hasty.get("officer", "/alerts").status_code == 200, "others are served"
        assert cut_off(one)


def many_alerts(desk: Served, count: int) -> int:
    """Alerts, as the watch would keep them; the number of the last."""
    with AlertStore.open(desk.house.alerts_path) as store:
        (_, one), *_ = store.after(0, 1)
        store.keep([replace(one, id=f"{one.id}-{n}") for n in range(count)])
        return store.last()


def test_a_listener_who_does_not_read_is_cut_off_and_misses_nothing(hasty: Served):
    """It leaves its place to others; it goes on with Last-Event-ID, from what it had read."""
    for number in range(3):
        hasty.post("officer", suspicious(number))
    until(lambda: alerts(hasty))
    raised = many_alerts(hasty, 20_000)
    with raw(hasty, f"GET {API}/alerts/stream?after=0", b"\r\n") as one:
        until(lambda: len(hasty.house.bus) > FOLLOWER)
        hasty.post("officer", goods("beside", 5))
        until(lambda: len(hasty.house.bus) == FOLLOWER)
        had = b""
        with suppress(ConnectionError):
            while more := one.recv(65_536):
                had += more
    known = int(had.rpartition(b"\nid: ")[0].rpartition(b"\nid: ")[2].split(b"\n")[0])
    assert known < raised
    missed = events(hasty, 50, **{"Last-Event-ID": f"{known}"})
    assert [number for number, _ in missed] == list(range(known + 1, known + 51))


def test_who_stops_reading_a_big_answer_is_cut_off(hasty: Served, let_go: list[Any]):
    hasty.post("officer", goods("big", 1_000))
    asked = f"GET {API}/documents?limit=1000 HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    asked += f"Authorization: Bearer {hasty.key('officer')}\r\n\r\n"
    whole = len(hasty.get("officer", "/documents", limit=1_000).content)
    with raw(hasty, f"GET {API}/documents?limit=1000", b"\r\n" + 99 * asked.encode()) as one:
        assert hasty.get("officer", "/alerts").status_code == 200
        until(lambda: one.getsockname() in let_go)
        read = 0
        with suppress(ConnectionError):
            while more := one.recv(1 << 20):
                read += len(more)
        assert read < 100 * whole, "the rest was not kept for it"


# -- a clock that jumps ----------------------------------------------------------------------------


class Hands:
    """A machine's clock that somebody sets, and one that nobody can."""

    def __init__(self) -> None:
        self.now, self.elapsed_s = on(1), 0.0

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.elapsed_s += seconds

    def steady(self) -> SteadyClock:
        return SteadyClock(self, lambda: self.elapsed_s)


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(hours=-1)])
def test_a_jump_is_not_believed_until_it_has_stood_for_a_while(jump: timedelta):
    hands = Hands()
    clock = hands.steady()
    hands.wait(100)
    assert (clock(), clock.notice) == (on(1) + timedelta(seconds=100), "")
    hands.now += jump
    hands.wait(100)
    assert clock() == on(1) + timedelta(seconds=200)
    assert ("ahead" if jump > timedelta(0) else "back") in clock.notice
    hands.wait(DOUBT_S)
    assert (clock(), clock.notice) == (hands.now, "")


def test_a_jump_that_is_taken_back_was_none():
    hands = Hands()
    clock = hands.steady()
    hands.now += timedelta(days=1)
    clock()
    assert clock.notice
    hands.now -= timedelta(days=1)
    hands.wait(10)
    assert (clock(), clock.notice) == (hands.now, "")
    hands.now += timedelta(seconds=30)
    assert (clock(), clock.notice) == (hands.now, ""), "what is put right bit by bit is believed"


def test_a_clock_that_jumps_takes_nothing_with_it(tmp_path):
    """Ahead a day: no waybill expires. Back an hour: times of record stand still. Both are told."""
    hands = Hands()
    house = House(str(tmp_path / "book.db"), tmp_path, QUICK, clock=hands.steady())
    house.open()

    def record(name: str) -> int:
        way = sold(name, hands.now - timedelta(days=19.5), "a", "b", line("610910", 1))[0]
        born = imported(f"in {name}", hands.now - timedelta(days=19.6), "a", line("610910", 1))
        results = asyncio.run(house.record([born, way]))
        assert all(result.ok for result in results)
        ((recorded,),) = house.book.store.query("SELECT recorded FROM entry ORDER BY id DESC LIMIT 1")
        return recorded

    def state(name: str) -> str:
        return house.book.consignment("a", name).state

    times = [record("one")]
    hands.now += timedelta(days=1)
    until(lambda: house.clock_notice)
    hands.wait(60)
    assert state("one") == "open", "its deadline is half a day off"
    hands.now -= timedelta(days=1)
    until(lambda: not house.clock_notice)
    times.append(record("two"))
    hands.now -= timedelta(hours=1)
    hands.wait(DOUBT_S / 2)
    until(lambda: house.clock_notice)
    times.append(record("three"))
    hands.wait(DOUBT_S)
    until(lambda: not house.clock_notice)
    times.append(record("four"))
    assert times == sorted(times)
    assert times[2] == times[3], "behind the book, its time stands still"
    hands.wait(86_400)
    until(lambda: state("one") == "expired")
    assert house.close()


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(hours=-1), timedelta(days=-3_650)])
def test_no_session_outlives_a_clock_that_jumps(tmp_path, jump: timedelta):
    now = [on(1)]
    with AccountStore(tmp_path / "accounts.db", clock=lambda: now[0]) as store:
        store.add(Account(id="one", name="One", role=Role.AUDITOR), Secret("a long enough one"), by="tests")
        token = store.sessions.begin("one")
        assert store.sessions.find(token)
        now[0] += jump
        assert store.sessions.find(token) is None, "one signs in again"
        assert store.sessions.find(store.sessions.begin("one"))


# -- a page that was left open -----------------------------------------------------------------------


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium here; .ci/run installs it")
@pytest.mark.xdist_group("browser")
def test_a_page_that_was_left_open_comes_back(process: Process):
    """Its server is killed, and back hours later; its session is over: it says so, and shows what is now."""
    with browsing() as browser:
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{process.url}/login?next=/alerts")
        enter(page)
        process.end(signal.SIGKILL)
        page.locator("#popup[aria-hidden=false]").wait_for()  # it is not live, and says so
        process.start()
        page.locator("#popup[aria-hidden=true]").wait_for(state="attached")
        with process.client() as client:
            for number in range(3):
                client.post(f"{API}/documents", content=lines(suspicious_of("open", number)))
            until(lambda: client.get("/health").json()["watch"]["alerts"] >= 3)
            page.wait_for_function("() => document.body.innerText.includes('way-open-')")
            seats = client.get("/health").json()["live"]["listeners"]
            with closing(sqlite3.connect(process.directory / "accounts.db")) as accounts:
                accounts.execute("UPDATE session SET seen = 0")
                accounts.commit()
            page.wait_for_url("**/login?next=*")
            until(lambda: client.get("/health").json()["live"]["listeners"] < seats)
            enter(page)
            assert client.get("/health").json()["live"]["listeners"] <= seats
        context.close()


def enter(page: Any) -> None:
    """Sign in, and be led back to where one was."""
    page.locator("input[autocomplete=username]").fill("one")
    page.locator("input[type=password]").fill("a password for the drill")
    page.keyboard.press("Enter")
    page.wait_for_url("**/alerts")
    page.wait_for_selector("main h1")
    page.wait_for_function("() => window.socket?.connected")
