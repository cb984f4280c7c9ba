"""A repository over a book of its own, and a client that speaks to it without a network."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import Future
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

httpx = pytest.importorskip("httpx", reason="the server extra is not installed")

from fastapi import FastAPI  # noqa: E402
from starlette.exceptions import HTTPException  # noqa: E402

from sarai.goods import Document, Refusal  # noqa: E402
from sarai.ledger import Result, open_book  # noqa: E402
from sarai.server import problems  # noqa: E402
from sarai.server.epcis import EpcisSettings, Repository, router, unguarded  # noqa: E402

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "tracking"
CONTEXT = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"ex": "https://ns.example.com/epcis/", "sarai": "urn:sarai:epcis:"},
]


class SmallHouse:
    """A house with a book, and nothing else."""

    def __init__(self, directory: Path, mode: str = "observe") -> None:
        self.directory, self.mode = directory, mode
        self.book = open_book(str(directory / "book.db"), clock=self.now)
        self.recorded: list[Document] = []
        self.down = 0  # how many times the book will not answer

    def now(self) -> datetime:
        """What time it is."""
        return datetime.now(UTC)

    async def record(self, documents: Sequence[Document]) -> list[Result]:
        """Record documents."""
        if self.down:
            self.down -= 1
            raise problems.Problem(503, "Busy", "come again soon")
        self.recorded += documents
        return await asyncio.to_thread(self.book.record, documents, None, self.mode)

    def refuse_soon(self, refusals: Sequence[Refusal]) -> Future[list[Result]]:
        """Keep refusals."""
        done: Future[list[Result]] = Future()
        done.set_result(self.book.refuse(refusals))
        return done


class Desk:
    """What a test speaks to."""

    def __init__(self, house: SmallHouse, repository: Repository, client: Any, app: FastAPI) -> None:
        self.house, self.repository, self.client, self.app = house, repository, client, app

    async def capture(self, events: Sequence[dict[str, Any]], *, proceed: bool = False, **more: Any) -> Any:
        """Capture events and wait for the end of the job."""
        behaviour = {"GS1-Capture-Error-Behaviour": "proceed"} if proceed else {}
        answer = await self.client.post("/epcis/capture", json=document(events, **more), headers=behaviour)
        assert answer.status_code == 202, answer.text
        return await self.job(answer)

    async def job(self, answer: Any) -> Any:
        """The job of a capture, when it has ended."""
        while (job := (await self.client.get(answer.headers["location"])).json())["running"]:
            await asyncio.sleep(0.005)
        return job

    async def get(self, path: str, headers: dict[str, str] | None = None, **parameters: Any) -> Any:
        """An answer of 200, as JSON."""
        answer = await self.client.get(f"/epcis{path}", params=parameters or None, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def found(self, path: str = "/events", **parameters: Any) -> list[dict[str, Any]]:
        """The events of one page."""
        return events_of(await self.get(path, **{"perPage": "1000"} | parameters))

    async def outcomes(self, event_id: str) -> list[dict[str, Any]]:
        """What became of events, when it is known."""
        while True:
            told = await self.get(f"/events/{quote(event_id, safe='')}/outcome")
            if all(each["state"] != "waiting" for each in told):
                return told
            await asyncio.sleep(0.005)


def document(events: Sequence[dict[str, Any]], context: Any = CONTEXT, **more: Any) -> dict[str, Any]:
    """An EPCISDocument."""
    return {
        "@context": context, "type": "EPCISDocument", "schemaVersion": "2.0",
        "creationDate": "2026-03-02T09:15:00.000Z", "epcisBody": {"eventList": list(events)}, **more,
    }  # fmt: skip


def events_of(told: dict[str, Any]) -> list[dict[str, Any]]:
    """The events of a document of either kind."""
    body = told["epcisBody"]
    return body.get("eventList") or body.get("queryResults", {}).get("resultsBody", {}).get("eventList", [])


def event(**fields: Any) -> dict[str, Any]:
    """An ObjectEvent; a field that is None is left out."""
    told = {
        "type": "ObjectEvent", "eventTime": "2026-03-02T09:15:00.000+05:00", "eventTimeZoneOffset": "+05:00",
        "action": "OBSERVE", "epcList": ["urn:epc:id:sgtin:4012345.011111.1"], **fields,
    }  # fmt: skip
    return {name: value for name, value in told.items() if value is not None}


@asynccontextmanager
async def open_desk(
    directory: Path,
    settings: EpcisSettings | None = None,
    mode: str = "observe",
    guard: Any = unguarded,
    **more: Any,
) -> AsyncIterator[Desk]:
    """A repository that is open, and a client of it."""
    house = SmallHouse(directory, mode)
    async with Repository(house, settings, **more) as repository:
        app = FastAPI()
        app.add_exception_handler(problems.Problem, problems.on_problem)
        app.add_exception_handler(HTTPException, problems.on_http)
        app.include_router(router(repository, guard), prefix="/epcis")
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1"
        ) as client:
            yield Desk(house, repository, client, app)
    house.book.close()


def shared(*parts: str) -> Path:
    """A folder of GS1's material beside the checkout, or a skip."""
    found = SHARED.joinpath(*parts)
    if not found.exists():
        pytest.skip(f"{'/'.join(parts)} of the shared data is not beside the checkout")
    return found


def read(path: Path) -> Any:
    """A JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))
