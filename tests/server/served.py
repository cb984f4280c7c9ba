"""A server of the tests: a house with a story in it, an account and a key of each role."""

from __future__ import annotations

import atexit
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from io import StringIO
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any

import httpx2
import msgspec
from fastapi.testclient import TestClient
from press_cases import REROUTED, among_honest_trade, day, false_transit
from watching import record

import sarai
from sarai.goods import Document
from sarai.ledger import Settings, SigningKey
from sarai.server import running
from sarai.server.access import Access, AccessSettings, Account, AccountStore, Role, Secret
from sarai.server.app import create_app
from sarai.server.house import House
from sarai.server.logs import logger
from sarai.server.settings import ServerSettings
from sarai.server.streams import Streams
from sarai.watch import Given

AUTHORITY = "customs:KZ"
API = "/api/v1"
UNHURRIED = AccessSettings(rate_per_s=10_000, burst=10_000)  # tests ask faster than people
QUICK = ServerSettings(tick_s=0.05, remember_s=1_000.0, drain_s=20.0)


class Clock:
    """A clock that is set."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class Served:
    """The server and clients of it."""

    def __init__(self, house: House, access: Access, client: TestClient, log: StringIO) -> None:
        self.house, self.access, self.client, self.log = house, access, client, log
        self._keys: dict[str, str] = {}

    def key(self, role: str) -> str:
        """The API key of a role's account."""
        if role not in self._keys:
            _, secret = self.access.store.keys.make(role, "tests", 10)
            self._keys[role] = secret.reveal()
        return self._keys[role]

    def ask(self, role: str, method: str, path: str, **more: Any) -> Any:
        """A request of a role; of nobody, if that is empty."""
        headers = {"Authorization": f"Bearer {self.key(role)}"} if role else {}
        headers |= more.pop("headers", {})
        return self.client.request(method, path, headers=headers, **more)

    def get(self, role: str, path: str, **parameters: Any) -> Any:
        """An answer of the API."""
        return self.ask(role, "GET", f"{API}{path}", params=parameters)

    def post(self, role: str, documents: list[Document] | bytes, **parameters: Any) -> Any:
        """Post documents."""
        body = documents if isinstance(documents, bytes) else lines(documents)
        return self.ask(role, "POST", f"{API}/documents", content=body, params=parameters)


def lines(documents: list[Document]) -> bytes:
    """Documents as NDJSON."""
    return b"".join(msgspec.json.encode(each) + b"\n" for each in documents)


def accounts(store: AccountStore) -> None:
    """One of each role."""
    for role in Role:
        if role is Role.NOBODY:
            continue
        officer = role in (Role.OFFICER, Role.SUPERVISOR)
        parties = {Role.TRADER: (REROUTED.id,), Role.CARRIER: ("carrier",)}.get(role, ())
        account = Account(
            id=role.value, name=role.value, role=role, parties=parties,
            officer=role.value if officer else "", authority=AUTHORITY if officer else "",
        )  # fmt: skip
        store.add(account, Secret(f"long enough for {role.value}"), by="tests")


def prepared(
    directory: Path, settings: ServerSettings, *, story: bool = True, statistics: Path | None = None
) -> tuple[House, Access, StringIO]:
    """A house over a book, by default with a story, and who may."""
    made, given = begun(story)
    shutil.copytree(made, directory, dirs_exist_ok=True)
    ledger = str(directory / "book.db")
    house = House(ledger, directory, settings, given, Clock(day(75)), statistics=statistics)
    house.keys = (SigningKey.generate("tests.example/book"),)
    store = AccountStore(directory / "accounts.db", UNHURRIED)
    return house, Access(store, offices=(AUTHORITY,)), StringIO()


@cache
def begun(story: bool) -> tuple[Path, Given]:
    """A directory with a book and accounts, made once and copied for each house; what is given too."""
    directory = Path(tempfile.mkdtemp(prefix="sarai-served-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    papers, given = among_honest_trade(false_transit()) if story else ((), Given())
    settings = Settings(origin="tests.example/book", authorities=(AUTHORITY,))
    with sarai.open(str(directory / "book.db"), settings) as book:
        record(book, papers)
    store = AccountStore(directory / "accounts.db", UNHURRIED)
    accounts(store)
    store.close()
    return directory, given


@contextmanager
def served(
    directory: Path,
    settings: ServerSettings = QUICK,
    *,
    story: bool = True,
    statistics: Path | None = None,
) -> Iterator[Served]:
    """A server within the test's own process, without a network."""
    house, access, log = prepared(directory, settings, story=story, statistics=statistics)
    with TestClient(
        create_app(house, access, logger(log), with_pages=False), base_url="http://127.0.0.1"
    ) as client:
        yield Served(house, access, client, log)
    access.store.close()


@contextmanager
def listening(
    directory: Path,
    settings: ServerSettings = QUICK,
    streams: Callable[[House], Streams] = Streams,
    *,
    story: bool = True,
    statistics: Path | None = None,
) -> Iterator[Served]:
    """A server that listens on loopback."""
    house, access, log = prepared(directory, settings, story=story, statistics=statistics)
    socket = running.listening("127.0.0.1", 0)
    app = create_app(house, access, logger(log), streams(house), with_pages=False)
    server = running.server(app, house)
    thread = Thread(target=server.run, args=([socket],))
    thread.start()
    url = f"http://127.0.0.1:{socket.getsockname()[1]}"
    try:
        with httpx2.Client(base_url=url, timeout=30.0) as client:
            while not server.started:
                sleep(0.02)
            yield Served(house, access, client, log)
    finally:
        server.handle_exit(signal.SIGTERM, None)
        thread.join()
        access.store.close()
