"""Asks every route and page for every role, and prints what was answered. Run by test_every_route.

Nothing here knows of a route: they are taken from the application itself. Each line printed tells a
method, a path, the role, the status, the rights that the table was asked for meanwhile, and whether the
answer is the table's no.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Iterator
from contextvars import ContextVar
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

from access_desk import Clock, store_at
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.routing import Mount, WebSocketRoute

import sarai
from sarai.ledger import Settings
from sarai.server.access import Access, AccessSettings, Account, Role, Scope, declared, rules
from sarai.server.access.oidc import ProviderFault
from sarai.server.app import create_app
from sarai.server.house import House
from sarai.server.logs import logger
from sarai.server.settings import ServerSettings
from sarai.server.steps import ACTS

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
AUTHORITY = "customs:KZ"
EVENT_STREAM = "/stream"
HEARD: ContextVar[list[str]] = ContextVar("rights that were asked for")
STEPS = "/api/v1/cases/{name}/steps"
STRANGER = "trader"  # for what no route takes


class Elsewhere:
    """A provider that does not answer."""

    def begin(self) -> Any:
        raise ProviderFault("it does not answer")

    def finish(self, *_: Any) -> Any:
        raise ProviderFault("it does not answer")


class Ask:
    """The application, with a key of each role, and what the table of rules was asked for."""

    def __init__(self, directory: Path) -> None:
        ledger = str(directory / "book.db")
        sarai.open(ledger, Settings(origin="tests.example/book", authorities=(AUTHORITY,))).close()
        self.house = House(ledger, directory, ServerSettings(tick_s=1_000.0))
        settings = AccessSettings(
            rate_per_s=1e6, burst=10**6, logins_per_s=1e6, logins_burst=10**6, keys_most=1_000
        )
        self.store = store_at(directory / "accounts.db", Clock(), settings=settings)
        for role in Role:
            if role is not Role.NOBODY:
                self.store.add(account(role), by="test")
        self.app = create_app(self.house, Access(self.store, oidc=Elsewhere()), logger(StringIO()))
        rule_of = rules.rule_of
        rules.rule_of = lambda right: (HEARD.get([]).append(right), rule_of(right))[1]  # all ask by this
        self.keys = {
            role.value: self.store.keys.make(role.value, "tests", 1)[1].reveal()
            for role in Role
            if role is not Role.NOBODY
        }

    async def listening(self, scope: Any, receive: Any, send: Any) -> None:
        """The application; what a page asks later, in a task of its own, is not this request's."""
        self.rights: list[str] = []
        HEARD.set(self.rights)
        await self.app(scope, receive, send)

    def __call__(
        self, client: TestClient, role: str, method: str, path: str, query: tuple[str, ...] = (),
        content: bytes = b"{}",
    ) -> dict[str, Any]:  # fmt: skip
        """One request, and what was answered."""
        headers = {"Accept": "text/html, application/json"}
        if role in self.keys:
            headers["Authorization"] = f"Bearer {self.keys[role]}"
        body = {"content": content, "headers": {**headers, "Content-Type": "application/json"}}
        more = body if method in ("POST", "PUT", "PATCH") else {"headers": headers}
        answer = client.request(method, filled(path), params=dict.fromkeys(query, "1") or None, **more)
        return {
            "method": method, "path": path, "role": role, "status": answer.status_code,
            "asked": list(self.rights), "no": is_no(answer), "to": answer.headers.get("location", ""),
        }  # fmt: skip


def account(role: Role) -> Account:
    """One of a role."""
    officer = role in (Role.OFFICER, Role.SUPERVISOR)
    return Account(
        id=role.value, name=role.value, role=role,
        parties=("KZ-A",) if role in (Role.TRADER, Role.CARRIER) else (),
        officer=role.value if officer else "", authority=AUTHORITY if officer else "",
    )  # fmt: skip


def is_no(answer: Any) -> bool:
    """Whether an answer says that the table does not let one: as a problem, in EPCIS, or on a page."""
    if answer.status_code in (401, 403) and answer.headers["content-type"] == "application/problem+json":
        told = answer.json()
        return "right" in told or told["type"] == "epcisException:SecurityException"
    return answer.status_code == 200 and "You may not see this." in answer.text


def filled(path: str) -> str:
    """A path with something in place of its parameters: what is there for nobody."""
    return re.sub(r"\{[^}]*\}", "1", path)


class Taken(NamedTuple):
    """What the application answers to: with the right it declares, and parameters that it must have."""

    method: str
    path: str
    right: str | None
    query: tuple[str, ...]


def routes_of(app: FastAPI) -> Iterator[Taken]:
    """All that the application answers to, mounted parts included."""

    def walk(routes: Any, prefix: str) -> Iterator[Taken]:
        for route in routes:
            if hasattr(route, "effective_candidates"):
                yield from walk(route.effective_candidates(), prefix)
                continue
            original = getattr(route, "original_route", route)
            path = prefix + (route.path or getattr(getattr(route, "starlette_route", None), "path", ""))
            if isinstance(original, Mount):
                yield from walk(original.routes or (), path)
                yield Taken("MOUNT", path, None, ())
                continue
            asked = getattr(getattr(route, "dependant", None), "query_params", ())
            query = tuple(each.alias for each in asked if each.field_info.is_required())
            is_socket = isinstance(original, WebSocketRoute)
            for method in ["WEBSOCKET"] if is_socket else sorted(route.methods):
                yield Taken(method, path, declared(route) or declared(original), query)

    yield from walk(app.routes, "")


def tell(told: dict[str, Any]) -> None:
    """A line."""
    sys.stdout.write(json.dumps(told) + "\n")


def main() -> None:
    """Ask, and tell."""
    ask = Ask(Path(tempfile.mkdtemp()))
    taken: dict[str, set[str]] = {}
    with TestClient(
        ask.listening, base_url="http://127.0.0.1", follow_redirects=False, raise_server_exceptions=False
    ) as client:
        for each in list(routes_of(ask.app)):  # pages that are opened add more
            taken.setdefault(each.path, set()).add(each.method)
            tell({"method": each.method, "path": each.path, "declared": each.right})
            for role in Role if each.method in METHODS else ():
                if not (each.path.endswith(EVENT_STREAM) and _streams(role)):
                    tell(ask(client, role.value, each.method, each.path, each.query))
        for path, methods in taken.items():
            for method in sorted(set(METHODS) - methods) if methods <= set(METHODS) else ():
                tell({**ask(client, STRANGER, method, path), "taken": False})
        for name in ACTS:
            for role in Role:
                body = json.dumps({"step": name}).encode()
                tell({**ask(client, role.value, "POST", STEPS, content=body), "act": name})
    ask.store.close()


def _streams(role: Role) -> bool:
    """Whether an answer would not end: of a stream that somebody may follow."""
    (rule,) = (rule for rule in rules.RULES if rule.right == "stream.read")
    return isinstance(rule.grants.get(role), Scope)


if __name__ == "__main__":
    main()
