"""A server under a steady load, with the watch beside it and somebody who listens.

Documents come over HTTP at a given pace. For each alert, the time from the moment at which the document
that brought it about was sent to that at which the alert was heard on the stream; and memory, second by
second. What the server answers when it is asked beside (health, a page of balances) is timed too.

Run it by itself: ``python -m benchmarks.soak --seconds 300 --lines 2000``.
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
from collections.abc import Iterator
from decimal import Decimal
from itertools import count
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx2
import msgspec

from benchmarks.screening_contestants import family_mb
from benchmarks.watch import _firm
from benchmarks.workload import Shape, Trade
from sarai.goods import Export, Line, Party
from sarai.server.access import Account, AccountStore, Role, Secret

AUTHORITY = "customs:KZ"
API = "/api/v1"
BATCH_LINES = 200  # of a request: ten requests a second at 2,000 lines/s
TRADERS = 2_000
WORTH = Decimal(90_000)
SUSPECTS = 4  # exports a second that are sure to raise an alert, each of another firm


class Load:
    """What was sent when, and what was heard when."""

    def __init__(self) -> None:
        self.sent: dict[int, float] = {}
        self.heard: dict[int, float] = {}
        self.lines = self.refused = 0
        self.asked: list[float] = []
        self.mb: list[float] = []
        self.late_s = 0.0
        self.stop = threading.Event()


def batches() -> Iterator[tuple[bytes, int]]:
    """Requests, without end: body and goods lines."""
    steps = Trade(Shape(traders=TRADERS, pace_s=1)).steps()
    numbers = count()
    while True:
        documents, lines = [], 0
        while lines < BATCH_LINES:
            step = next(steps)
            documents.append(step.document)
            lines += step.lines
        suspect = next(numbers)
        if suspect % max(1, 10 // SUSPECTS) == 0:
            documents += [_suspicious(suspect, n, documents[-1].time) for n in range(3)]
            lines += 3
        yield b"".join(msgspec.json.encode(each) + b"\n" for each in documents), lines


def _suspicious(number: int, part: int, time: Any) -> Export:
    """Goods of the priority list that nobody brought leave for Russia."""
    return Export(
        issuer="customs:KZAST", number=f"S/{number}/{part}", time=time, place="store", country="RU",
        exporter=Party(id=f"S{number:06d}", name=f"Suspect {number}"),
        consignee=Party(id=f"RU{number:06d}", name=f"Buyer {number}"),
        lines=[
            Line(item=1, hs="854231", quantity=Decimal(500), unit="H87", value=WORTH, currency="USD"),
        ],
    )  # fmt: skip


def post(client: httpx2.Client, load: Load, lines_s: float, seconds: float) -> None:
    """Send at a steady pace; who falls behind catches up, and says by how much it was behind."""
    begun, due = time.monotonic(), 0.0
    for body, lines in batches():
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
            load.refused += told["code"] > 1
        load.lines += lines
        due += lines / lines_s
    load.stop.set()


def listen(client: httpx2.Client, load: Load) -> None:
    """Hear alerts."""
    with client.stream("GET", f"{API}/alerts/stream", timeout=None) as answer:
        for text in answer.iter_lines():
            if text.startswith("data: "):
                load.heard.setdefault(json.loads(text[6:])["entry"], time.monotonic())
            if load.stop.is_set():
                return


def ask(client: httpx2.Client, load: Load, process: int) -> None:
    """Ask something every second, and look at the memory."""
    while not load.stop.wait(1.0):
        begun = time.monotonic()
        client.get(f"{API}/balances", params={"party": "T000001"}).raise_for_status()
        load.asked.append(time.monotonic() - begun)
        load.mb.append(family_mb(process))


def key(directory: Path) -> str:
    """An officer's key."""
    with AccountStore(directory / "accounts.db") as store:
        officer = Account(id="soak", name="Soak", role=Role.OFFICER, officer="soak", authority=AUTHORITY)
        store.add(officer, Secret("a password for the soak"), by="soak")
        return store.keys.make("soak", "soak", 1)[1].reveal()


def run(directory: Path, lines_s: float, seconds: float) -> dict[str, Any]:
    """One soak; its figures."""
    ledger, register = directory / "book.db", directory / "register.jsonl"
    register.write_text("".join(map(_firm, range(TRADERS))))
    sarai = [sys.executable, "-m", "sarai.cli"]
    subprocess.run(
        [*sarai, "new", "--ledger", str(ledger), "--authority", AUTHORITY],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    secret, load = key(directory), Load()
    command = [*sarai, "serve", "--ledger", str(ledger), "--dir", str(directory), "--port", "0",
               "--register", str(register), "--json"]  # fmt: skip
    with (directory / "log").open("w") as log:
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        url = _told(server)
        with httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {secret}"}, timeout=60) as client:
            threads = [
                threading.Thread(target=listen, args=(client, load), daemon=True),
                threading.Thread(target=ask, args=(client, load, server.pid)),
            ]
            for thread in threads:
                thread.start()
            post(client, load, lines_s, seconds)
            threads[1].join()
            time.sleep(2)
    finally:
        os.kill(server.pid, signal.SIGTERM)
        server.wait(60)
    return figures(load, lines_s, seconds)


def _told(server: subprocess.Popen) -> str:
    """The address, once it listens."""
    text = ""
    while not text.rstrip().endswith("}"):
        text += server.stdout.readline()
    url = json.loads(text)["url"]
    for _ in range(500):
        try:
            httpx2.get(f"{url}health/ready").raise_for_status()
        except httpx2.HTTPError:
            time.sleep(0.05)
        else:
            break
    return url


def figures(load: Load, lines_s: float, seconds: float) -> dict[str, Any]:
    """What came of it."""
    waits = sorted(load.heard[entry] - load.sent[entry] for entry in load.heard if entry in load.sent)
    steady = load.mb[len(load.mb) // 5 :]
    half = len(steady) // 2
    return {
        "asked_lines_s": lines_s, "seconds": seconds, "lines": load.lines,
        "lines_s": round(load.lines / seconds, 1), "refused": load.refused,
        "most_behind_s": round(load.late_s, 2),
        "alerts": len(waits),
        "to_alert_s": dict(zip(("p50", "p95", "p99"), _quantiles(waits), strict=True)),
        "asked_s": dict(zip(("p50", "p95", "p99"), _quantiles(sorted(load.asked)), strict=True)),
        "mb_first_half": round(sum(steady[:half]) / max(1, half), 1),
        "mb_second_half": round(sum(steady[half:]) / max(1, len(steady) - half), 1),
        "mb_most": round(max(load.mb, default=0.0), 1),
    }  # fmt: skip


def _quantiles(values: list[float]) -> list[float]:
    if len(values) < 2:
        return [0.0, 0.0, 0.0]
    cuts = quantiles(values, n=100)
    return [round(cuts[at], 4) for at in (49, 94, 98)]


def main() -> None:
    """Run it and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--lines", type=float, default=2_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sarai-soak-") as directory:
        print(json.dumps(run(Path(directory), asked.lines, asked.seconds), indent=2))


if __name__ == "__main__":
    main()
