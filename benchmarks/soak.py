"""A server under a steady load, with the watch beside it and somebody who listens.

Documents come over HTTP at a given pace. For each alert, the time from the moment at which the document
that brought it about was sent to that at which the alert was heard on the stream; what the server answers
beside; and its memory, second by second. At the end, whether every line is in the book and judged, and
every alert was heard, once. The listener is cut off now and then, and goes on with Last-Event-ID.

Who sends, who listens and the server share the machine: what is measured is less than a server alone has.

Run it by itself: ``python -m benchmarks.soak --seconds 300 --lines 2000``; it fails if a bound does not hold.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count, islice
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx2
import msgspec
from rich.console import Console

import sarai
from benchmarks.report import Goal, Report, whole
from benchmarks.screening_contestants import family_mb
from benchmarks.watch import _firm
from benchmarks.workload import Shape, Trade
from sarai.goods import Code, Diversion, Document, DocumentRef, Line, Party, Transit
from sarai.ledger import Settings
from sarai.server.access import Account, AccountStore, Role, Secret
from sarai.watch import AlertStore

AUTHORITY = "customs:KZ"
API = "/api/v1"
BATCH_LINES = 200  # of a request: ten requests a second at 2,000 lines/s
TRADERS = 2_000
AGO = timedelta(days=12)  # the trade happened a while ago, and no waybill of it is past its deadline
WORTH = Decimal(90_000)
SUSPECT = 3  # each such request brings goods that are sent elsewhere on their way, and an alert
CUT_OFF_S = 20.0  # after which the listener's connection is cut, and it comes again
PATIENCE_S = 30.0  # for the last alerts, once nothing more is sent
LONG_S = 600.0  # for what was before to be judged
BEFORE = 1_500_000  # lines that are sent before it begins: what is kept at hand is full then
POLL_S = 0.25  # an account may ask so often only

TO_ALERT_S = 1.0  # bounds
MOST_MB = 900.0
FLAT_MB, FLAT_SHARE = 25.0, 0.03  # whichever is more, from the end of the first minute to that of the run
FIRST_S = 60.0
NEAR_S = 20.0  # of whose looks the middle one counts: writing down what is remembered takes room for a while


class Load:
    """What was sent when, and what was heard when."""

    def __init__(self) -> None:
        self.sent: dict[int, float] = {}
        self.heard: dict[int, float] = {}
        self.events: Counter[int] = Counter()
        self.requests: Iterator[tuple[bytes, int]] = iter(())
        self.position = self.known = 0
        self.lines = 0
        self.refused: Counter[str] = Counter()
        self.asked: list[float] = []
        self.mb: list[tuple[float, float]] = []  # and at which second
        self.late_s = 0.0
        self.stop, self.over = threading.Event(), threading.Event()


def batches(begin: datetime) -> Iterator[tuple[bytes, int]]:
    """Requests, without end: body and goods lines."""
    steps = Trade(Shape(traders=TRADERS, pace_s=1, begin=begin)).steps()
    numbers = count()
    while True:
        documents, lines = [], 0
        while lines < BATCH_LINES:
            step = next(steps)
            documents.append(step.document)
            lines += step.lines
        number = next(numbers)
        if number % SUSPECT == 0:
            documents += _diverted(number, documents[-1].time)
            lines += 1
        yield b"".join(msgspec.json.encode(each) + b"\n" for each in documents), lines


def _diverted(number: int, time: datetime) -> list[Document]:
    """Goods of the priority list, on their way to a firm here, are sent to Russia."""
    way = Transit(
        issuer="customs:KZHOR", number=f"W/{number}", time=time, place="KZHOR", country="CN",
        destination="KZALA", destination_country="KZ", deadline=time + timedelta(days=20),
        principal=Party(id="CARRIER", name="Carrier"),
        consignee=Party(id=f"T{number % TRADERS:06d}", name="Trader"),
        lines=[Line(item=1, hs="854231", quantity=Decimal(500), unit="H87", value=WORTH, currency="USD")],
    )  # fmt: skip
    order = Diversion(
        issuer="customs:KZALA", number=f"D/{number}", time=time + timedelta(hours=1),
        consignment=DocumentRef(issuer=way.issuer, number=way.number), destination="RUMOW",
        destination_country="RU", consignee=Party(id=f"RU{number:06d}", name=f"Buyer {number}"),
    )  # fmt: skip
    return [way, order]


# -- who asks --------------------------------------------------------------------------------------


def post(client: httpx2.Client, load: Load, lines_s: float, seconds: float) -> None:
    """Send at a steady pace; who falls behind catches up, and says by how much it was behind."""
    begun, due = time.monotonic(), 0.0
    try:
        for body, lines in load.requests:
            wait = begun + due - time.monotonic()
            if wait > 0:
                time.sleep(wait)
            load.late_s = max(load.late_s, -wait)
            if time.monotonic() - begun > seconds:
                break
            sent = time.monotonic()
            answer = client.post(f"{API}/documents", content=body, params={"mode": "observe"})
            answer.raise_for_status()
            for text in answer.text.splitlines():
                told = json.loads(text)
                load.sent[told["entry"]] = sent
                if told["code"] != Code.POSTED:
                    load.refused[f"{told['name']}: {told.get('message', '')}"] += 1
            load.lines += lines
            due += lines / lines_s
    finally:
        load.stop.set()


def listen(client: httpx2.Client, load: Load) -> None:
    """Hear alerts, over and over from where it broke off."""
    while not load.over.is_set():
        headers, until = {"Last-Event-ID": str(load.position)}, time.monotonic() + CUT_OFF_S
        with client.stream("GET", f"{API}/alerts/stream", headers=headers, timeout=None) as answer:
            for text in answer.iter_lines():
                if text.startswith("id: "):
                    load.position = int(text[4:])
                    load.events[load.position] += 1
                elif text.startswith("data: "):
                    load.heard.setdefault(json.loads(text[6:])["entry"], time.monotonic())
                elif load.over.is_set() or time.monotonic() > until:
                    break


def ask(client: httpx2.Client, load: Load, process: int) -> None:
    """Ask something every second, and look at the memory."""
    first = time.monotonic()
    while not load.stop.wait(1.0):
        begun = time.monotonic()
        client.get(f"{API}/balances", params={"party": "T000001"}).raise_for_status()
        load.asked.append(time.monotonic() - begun)
        load.mb.append((time.monotonic() - first, family_mb(process)))


def fill(client: httpx2.Client, load: Load, lines: int) -> None:
    """Send so much as fast as it goes, until it is judged: what is kept at hand is full then."""
    while lines > 0:
        some = list(islice(load.requests, 5))
        body = b"".join(body for body, _ in some)
        client.post(f"{API}/documents", content=body, params={"mode": "observe"}).raise_for_status()
        lines -= sum(more for _, more in some)
    _wait(lambda: _watch(client)["behind"] == 0, LONG_S)
    load.position = load.known = _watch(client)["alerts"]


def key(directory: Path) -> str:
    """An officer's key."""
    with AccountStore(directory / "accounts.db") as store:
        officer = Account(id="soak", name="Soak", role=Role.OFFICER, officer="soak", authority=AUTHORITY)
        store.add(officer, Secret("a password for the soak"), by="soak")
        return store.keys.make("soak", "soak", 1)[1].reveal()


# -- the server ------------------------------------------------------------------------------------


def run(directory: Path, lines_s: float, seconds: float, before: int = 0) -> dict[str, Any]:
    """One soak, over a book that has so many goods lines already; its figures."""
    ledger, load = directory / "book.db", Load()
    load.requests = batches(datetime.now(UTC) - AGO)
    secret = prepare(directory)
    with serving(directory) as (url, process):
        asking = {"base_url": url, "headers": {"Authorization": f"Bearer {secret}"}, "timeout": 60}
        with httpx2.Client(**asking) as client:
            threads = [
                threading.Thread(target=listen, args=(client, load), daemon=True),
                threading.Thread(target=ask, args=(client, load, process)),
            ]
            fill(client, load, before)
            for thread in threads:
                thread.start()
            post(client, load, lines_s, seconds)
            threads[1].join()
            _wait(lambda: _watch(client)["judged"] >= max(load.sent))
            _wait(lambda: load.position >= _watch(client)["alerts"])
            load.over.set()
            threads[0].join(PATIENCE_S)
    return {**figures(load, lines_s, seconds), **kept(ledger, directory / "alerts.db", load)}


def prepare(directory: Path) -> str:
    """A new book, a register and an officer, whose key this is."""
    (directory / "register.jsonl").write_text("".join(map(_firm, range(TRADERS))))
    settings = Settings(authorities=(AUTHORITY,))
    sarai.open(str(directory / "book.db"), settings).close()
    return key(directory)


@contextmanager
def serving(directory: Path, port: int = 0) -> Iterator[tuple[str, int]]:
    """A server over what was prepared: its address, and its process."""
    command = [
        sys.executable, "-m", "sarai.cli", "serve", "--ledger", str(directory / "book.db"), "--dir",
        str(directory), "--port", str(port), "--register", str(directory / "register.jsonl"), "--json",
    ]  # fmt: skip
    with (directory / "log").open("a") as log:
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        yield _told(server), server.pid
    finally:
        if server.poll() is None:
            os.kill(server.pid, signal.SIGTERM)
        server.wait(60)
        server.stdout.close()


def _told(server: subprocess.Popen) -> str:
    """The address, once it listens."""
    text = ""
    while not text.rstrip().endswith("}"):
        line = server.stdout.readline()
        if not line:
            raise RuntimeError("the server did not start; see what it says on standard error")
        text += line
    url = json.loads(text)["url"]

    def ready() -> bool:
        try:
            return httpx2.get(f"{url}health/ready").status_code == httpx2.codes.OK
        except httpx2.HTTPError:
            return False

    _wait(ready)
    return url


def _watch(client: httpx2.Client) -> dict[str, Any]:
    """How the watch fares."""
    return client.get("/health").raise_for_status().json()["watch"]


def _wait(reached: Any, patience_s: float = PATIENCE_S) -> None:
    """Until it has come to that; for so long as one may wait."""
    until = time.monotonic() + patience_s
    while not reached() and time.monotonic() < until:
        time.sleep(POLL_S)


# -- what came of it -------------------------------------------------------------------------------


def kept(ledger: Path, alerts: Path, load: Load) -> dict[str, Any]:
    """Whether what was acknowledged is in the book and judged, and what was raised was heard, once."""
    with sarai.open(str(ledger)) as book, AlertStore.open(str(alerts)) as store:
        entries = {number for (number,) in book.store.query("SELECT id FROM entry")}
        raised = {number for number, _ in store.after(load.known, 10**9)}
        judged = store.judged().position
    return {
        "lost": len(load.sent.keys() - entries),
        "not_judged": sum(entry > judged for entry in entries),
        "alerts_raised": len(raised),
        "alerts_not_heard": len(raised - load.events.keys()),
        "alerts_heard_again": sum(times - 1 for times in load.events.values()),
    }


def figures(load: Load, lines_s: float, seconds: float) -> dict[str, Any]:
    """What was measured."""
    waits = sorted(load.heard[entry] - load.sent[entry] for entry in load.heard if entry in load.sent)
    return {
        "asked_lines_s": lines_s, "seconds": seconds, "lines": load.lines, "documents": len(load.sent),
        "lines_s": round(load.lines / seconds, 1), "refused": dict(load.refused),
        "most_behind_s": round(load.late_s, 2),
        "alerts_timed": len(waits),
        "to_alert_s": _quantiles(waits),
        "asked_s": _quantiles(sorted(load.asked)),
        "mb": _memory(load.mb),
    }  # fmt: skip


def _memory(looks: list[tuple[float, float]]) -> dict[str, float]:
    """Memory at the quarters of the run, the most of it, and its growth since the end of the first minute."""
    mb = [each for _, each in looks]
    found = {"most": round(max(mb, default=0.0), 1)}
    if len(mb) >= 4:
        found = {f"at_{part}_of_4": round(mb[(len(mb) - 1) * part // 4], 1) for part in range(5)} | found
    if looks and looks[-1][0] > FIRST_S + NEAR_S:
        first, last = _level(looks, FIRST_S), _level(looks, looks[-1][0])
        found |= {"after_a_minute": round(first, 1), "at_the_end": round(last, 1)}
        found["growth"] = round(last - first, 1)
    return found


def _level(looks: list[tuple[float, float]], end: float) -> float:
    """The middle of the looks shortly before a second of the run."""
    return median(mb for second, mb in looks if end - NEAR_S <= second <= end)


def _quantiles(values: list[float]) -> dict[str, float]:
    if len(values) < 2:
        return {}
    cuts = quantiles(values, n=100)
    return {f"p{at}": round(cuts[at - 1], 4) for at in (50, 95, 99)}


def _flat(mb: dict[str, float]) -> float:
    """How much memory may grow and count as flat."""
    return max(FLAT_MB, FLAT_SHARE * mb.get("after_a_minute", 0.0))


def report(found: dict[str, Any]) -> Report:
    """The figures beside their bounds."""
    made = Report("Soak")
    load = f"{found['asked_lines_s']:,.0f} lines/s for {found['seconds']:.0f} s"
    case = f"{load}; sender, listener and server share {os.cpu_count()} cores"

    def add(name: str, value: float, unit: str, goal: Goal | None = None) -> None:
        made.add(case, name, [value], unit, goal)

    add("recorded", found["lines_s"], "lines/s", Goal("≥", 0.98 * found["asked_lines_s"]))
    add("sender was behind at most", found["most_behind_s"], "s")
    for name, value in found["to_alert_s"].items():
        add(f"from post to alert, {name}", value, "s", Goal("≤", TO_ALERT_S) if name == "p99" else None)
    for name, value in found["asked_s"].items():
        add(f"a question beside, {name}", value, "s")
    bounds = {"most": Goal("≤", MOST_MB), "growth": Goal("≤", _flat(found["mb"]))}
    for name, value in found["mb"].items():
        add(f"memory, {name.replace('_', ' ')}", value, "MB", bounds.get(name))
    for name in ("lost", "not_judged", "alerts_not_heard", "alerts_heard_again"):
        add(name.replace("_", " "), found[name], "", Goal("≤", 0))
    add("refused", sum(found["refused"].values()), "", Goal("≤", 0))
    add("alerts raised", found["alerts_raised"], "", Goal("≥", 1))
    return made


def main() -> int:
    """Run it, tell the figures, and fail if a bound does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--lines", type=float, default=2_000)
    parser.add_argument("--before", type=int, default=BEFORE)
    parser.add_argument("--json", action="store_true")
    asked, began = parser.parse_args(), datetime.now(UTC)
    with tempfile.TemporaryDirectory(prefix="sarai-soak-") as directory:
        found = run(Path(directory), asked.lines, asked.seconds, asked.before)
    made = report(found)
    Path("out").mkdir(exist_ok=True)
    Path("out", f"soak-{began:%Y%m%dT%H%M%S}.json").write_text(whole([made], began))
    failed = [figure.name for figure in made.figures if figure.verdict == "no"]
    if asked.json:
        print(json.dumps({**found, "failed": failed}, indent=2))
    else:
        screen = Console()
        for table in made.tables():
            screen.print(table)
        for why, times in found["refused"].items():
            screen.print(f"refused {times} times: {why}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
