"""What the tests of access share: a clock that is set, a cheap hasher, a store, a small application."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Annotated, Any

from argon2 import PasswordHasher
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from starlette.responses import HTMLResponse, PlainTextResponse

from sarai.goods import SaraiError
from sarai.server import problems
from sarai.server.access import (
    Access,
    AccessMiddleware,
    AccessSettings,
    Account,
    AccountStore,
    Grant,
    Role,
    Secret,
    allow,
    router,
)
from sarai.server.problems import Problem

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "quiet lorry paints a lake"
BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BASE = "https://desk.example"


@dataclass
class Clock:
    """A clock that is set by hand."""

    now: datetime = BEGIN

    def __call__(self) -> datetime:
        return self.now

    def ticks(self) -> float:
        return (self.now - BEGIN).total_seconds()

    def on(self, **by: float) -> None:
        self.now += timedelta(**by)


def entropy() -> Any:
    """Bytes that are new each time, and the same in each run."""
    numbers: Iterator[int] = count(1)
    return lambda size: next(numbers).to_bytes(size, "big")


def store_at(path: Path, clock: Clock, **options: Any) -> AccountStore:
    return AccountStore(path, clock=clock, hasher=CHEAP, **options)


ACCOUNTS = {
    role: Account(
        id=role.value,
        name=f"The {role.value}",
        role=role,
        parties=("KZ-A",) if role in (Role.TRADER, Role.CARRIER) else (),
        officer="officer-7" if role in (Role.OFFICER, Role.SUPERVISOR) else "",
        authority="customs" if role in (Role.OFFICER, Role.SUPERVISOR) else "",
    )
    for role in Role
    if role is not Role.NOBODY
}


def application(access: Access) -> FastAPI:
    """Routes of accounts, and a few that are guarded."""
    app = FastAPI()
    app.include_router(router(access))
    app.add_exception_handler(Problem, problems.on_problem)
    app.add_exception_handler(SaraiError, problems.on_fault)
    app.add_middleware(AccessMiddleware, access=access)

    @app.get("/cases")
    async def cases(grant: Annotated[Grant, allow("cases.read")]) -> dict[str, str]:
        return {"scope": grant.scope.value, "role": grant.visitor.role.value}

    @app.post("/documents")
    async def post(request: Request, grant: Annotated[Grant, allow("documents.post")]) -> dict[str, str]:
        return {"scope": grant.scope.value}

    @app.post("/_nicegui/client/7/upload/1")
    async def upload(request: Request) -> PlainTextResponse:
        return PlainTextResponse("taken")

    @app.get("/page")
    async def page() -> HTMLResponse:
        text = "<script>begin()</script><script type=module src=x.js></script><p>&lt;script></p>"
        return HTMLResponse(text, headers={"X-NiceGUI-Content": "page"})

    @app.get("/file")
    async def file() -> HTMLResponse:
        return HTMLResponse("<p><script>alert(1)</script></p>")

    return app


class Desk:
    """A store with an account of each role, and browsers."""

    def __init__(self, path: Path, settings: AccessSettings | None = None, **options: Any) -> None:
        self.clock = Clock()
        self.store = store_at(path / "accounts.db", self.clock, settings=settings)
        for account in ACCOUNTS.values():
            self.store.add(account, Secret(PASSWORD), by="test")
        self.access = Access(self.store, clock=self.clock.ticks, **options)
        self.app = application(self.access)

    def browser(self, base: str = BASE, **options: Any) -> TestClient:
        return TestClient(self.app, base_url=base, follow_redirects=False, **options)

    def signed_in(self, role: Role, base: str = BASE) -> TestClient:
        """A browser whose changes bear the token."""
        browser = self.browser(base)
        answer = browser.post("/login", json={"name": role.value, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        browser.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return browser
