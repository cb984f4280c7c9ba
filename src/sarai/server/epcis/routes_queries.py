"""The routes of named queries and their subscriptions, through webhooks and WebSockets."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import anyio
from fastapi import APIRouter
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from sarai.server.epcis.asking import BadParameter
from sarai.server.epcis.delivery import Interest
from sarai.server.epcis.documents import query_document
from sarai.server.epcis.exchange import answer, extensions, here, read_body
from sarai.server.epcis.flaws import shown
from sarai.server.epcis.moments import microseconds
from sarai.server.epcis.paging import next_page, parameters, read_page
from sarai.server.epcis.queries import (
    MAX_NAME,
    BadSubscription,
    Subscription,
    check_controls,
    check_subscription,
    read_query,
)
from sarai.server.epcis.reading import Unreadable, decode, encode
from sarai.server.epcis.refusing import EpcisProblem, bad_query, invalid, not_found
from sarai.server.epcis.schedule import FIELDS, schedule
from sarai.server.problems import Problem

if TYPE_CHECKING:
    from sarai.server.epcis.routes import Putter, Routes

REFUSED, TRY_LATER = 1008, 1013  # codes with which a WebSocket is closed (RFC 6455 and its registry)


class QueryRoutes:
    """The handlers, beside those of events."""

    def __init__(self, routes: Routes) -> None:
        self._routes, self._repository = routes, routes.repository
        self._queries, self._settings = routes.repository.queries, routes.repository.settings
        self._listening = 0

    # -- queries -----------------------------------------------------------------------------------

    async def listing(self, request: Request) -> Response:
        """Named queries."""
        owner = self._routes.sees(request).owner()
        asked = parameters(request)
        page = read_page(asked, "queries", self._settings, self._routes.tokens)
        after = page.after if isinstance(page.after, int) else 0
        found = await asyncio.to_thread(self._queries.queries, page.count + 1, after, owner)
        told = found[: page.count]
        more = len(found) > page.count
        headers = next_page(request, "queries", told[-1][0], self._routes.tokens) if more else {}
        return answer(request, [{"name": name, "query": body} for _, name, body in told], headers=headers)

    async def name(self, request: Request) -> Response:
        """Keep a query under a name."""
        view = self._routes.sees(request)
        told = await self._body(request)
        name, asked = self._named(told)
        known = extensions(request)
        try:
            read_query(asked, known, self._settings.values)
        except BadParameter as fault:
            raise bad_query(
                fault.words, "QueryValidationException", pointer=f"/query/{fault.name}"
            ) from fault
        asked = self._with_prefixes(request, asked)
        if await asyncio.to_thread(self._queries.full):
            raise bad_query(f"there are {self._settings.named_queries:,} queries, the most there may be")
        if not await asyncio.to_thread(self._queries.name, name, asked, view.account):
            raise EpcisProblem(
                409, "ResourceAlreadyExistsException", "A query of this name exists",
                f"there is a query {name} already; choose another name, or delete it first",
            )  # fmt: skip
        return Response(status_code=201, headers={"Location": f"{here(request)}/{name}"})

    def _named(self, told: Any) -> tuple[str, Any]:
        if not isinstance(told, dict) or set(told) != {"name", "query"}:
            raise bad_query(
                "a named query is an object with name and query, and nothing else", "ValidationException"
            )
        name = told["name"]
        if not isinstance(name, str) or not 0 < len(name) <= MAX_NAME or not _speakable(name):
            raise bad_query(
                f"{shown(name)} is no name for a query: 1 to {MAX_NAME} letters, digits and - . _ ~",
                "ValidationException", pointer="/name",
            )  # fmt: skip
        return name, told["query"]

    def _with_prefixes(self, request: Request, asked: dict[str, Any]) -> dict[str, Any]:
        """Keep the prefixes that the header declared with the query: who runs it may not send them."""
        sent = request.headers.get("GS1-Extensions")
        return asked if not sent or "@context" in asked else {"@context": extensions(request)} | asked

    async def _body(self, request: Request) -> Any:
        body = await read_body(request, self._settings.event_bytes, {})
        try:
            return decode(body, self._settings)
        except Unreadable as fault:
            raise invalid([fault.flaw]) from fault

    async def query(self, request: Request) -> Response:
        """One named query."""
        name = request.path_params["queryName"]
        return answer(request, {"name": name, "query": await self._found(request)})

    async def _found(self, connection: HTTPConnection) -> dict[str, Any]:
        """The query that is asked for, if it is one's own, or one may see all."""
        name, owner = connection.path_params["queryName"], self._routes.sees(connection).owner()
        found = await asyncio.to_thread(self._queries.query, name, owner)
        if found is None:
            raise not_found("query", name)
        return found

    async def forget(self, request: Request) -> Response:
        """Remove a query, and end its subscriptions."""
        name = request.path_params["queryName"]
        await self._found(request)
        for each in await asyncio.to_thread(self._queries.forget, name):
            self._repository.delivery.end(each)
        return Response(status_code=204)

    async def events(self, request: Request) -> Response:
        """Events that a named query finds."""
        name = request.path_params["queryName"]
        told = await self._found(request)
        try:
            named = read_query(told, extensions(request), self._settings.values)
        except BadParameter as fault:  # kept by an earlier version, that knew more
            raise bad_query(fault.words, "QueryValidationException") from fault
        return await self._routes.found(request, {}, name, named=named)

    # -- subscriptions -----------------------------------------------------------------------------

    async def subscriptions(self, request: Request) -> Response:
        """Subscriptions of a query."""
        owner = self._routes.sees(request).owner()
        name = request.path_params["queryName"]
        await self._found(request)
        asked = parameters(request)
        subject = f"subscriptions {name}"
        page = read_page(asked, subject, self._settings, self._routes.tokens)
        found = await asyncio.to_thread(
            self._queries.subscriptions, name, page.count + 1, str(page.after or ""), owner
        )
        told = found[: page.count]
        more = len(found) > page.count
        headers = next_page(request, subject, told[-1].id, self._routes.tokens) if more else {}
        return answer(request, [each.told() for each in told], headers=headers)

    async def subscribe(self, request: Request) -> Response:
        """Subscribe to a query."""
        view = self._routes.sees(request)
        name = request.path_params["queryName"]
        await self._found(request)
        now = self._routes.now()
        try:
            body = check_subscription(await self._body(request), self._settings.callback_hosts, now)
            made = await asyncio.to_thread(self._queries.subscribe, str(uuid4()), name, view, body, now)
        except BadSubscription as fault:
            raise EpcisProblem(
                400, fault.exception, "Subscription error", fault.words, pointer=fault.pointer
            ) from fault
        self._repository.delivery.tell(made)
        where = f"{here(request)}/{made.id}"
        return answer(request, made.told(), 201, {"Location": where})

    async def subscription(self, request: Request) -> Response:
        """One subscription."""
        return answer(request, (await self._subscription(request)).told())

    async def _subscription(self, request: Request) -> Subscription:
        owner = self._routes.sees(request).owner()
        name, subscription_id = request.path_params["queryName"], request.path_params["subscriptionID"]
        found = await asyncio.to_thread(self._queries.subscription, name, subscription_id)
        if found is None or owner not in (None, found.view.account):
            raise not_found("subscription", subscription_id)
        return found

    async def unsubscribe(self, request: Request) -> Response:
        """End a subscription."""
        found = await self._subscription(request)
        await asyncio.to_thread(self._queries.unsubscribe, found.id)
        self._repository.delivery.end(found.id)
        return Response(status_code=204)

    # -- websockets --------------------------------------------------------------------------------

    async def listen(self, socket: WebSocket) -> None:
        """Tell events through a WebSocket, for as long as it is open."""
        try:
            socket.state.view = self._routes.guard(socket, "epcis.query")
            interest = await self._interest(socket)
        except (Problem, EpcisProblem, BadSubscription, BadParameter) as fault:
            await socket.accept()
            await socket.close(REFUSED, str(fault)[:100])
            return
        if self._listening >= self._settings.sockets:
            await socket.accept()
            await socket.close(TRY_LATER, "too many listen; come again in a while")
            return
        await socket.accept()
        self._listening += 1
        try:
            await self._until_closed(socket, interest)
        finally:
            self._listening -= 1

    async def _until_closed(self, socket: WebSocket, interest: Interest) -> None:
        async with anyio.create_task_group() as both:
            both.start_soon(self._speak, socket, interest)
            await _hear(socket)
            both.cancel_scope.cancel()

    async def _speak(self, socket: WebSocket, interest: Interest) -> None:
        name = socket.path_params["queryName"]
        with suppress(WebSocketDisconnect):
            async for batch in self._repository.delivery.batches(interest):
                told = query_document(batch.events, name, self._routes.now())
                await socket.send_text(encode(told).decode())

    async def _interest(self, socket: WebSocket) -> Interest:
        view = self._routes.sees(socket)
        told: dict[str, Any] = {}
        parts = {key: value for key, value in socket.query_params.items() if key in FIELDS}
        told |= {"schedule": parts} if parts else {}
        told |= {"stream": socket.query_params["stream"] == "true"} if "stream" in socket.query_params else {}
        initial = socket.query_params.get("initialRecordTime")
        told |= {"initialRecordTime": initial} if initial is not None else {}
        check_controls(told, self._routes.now())
        found = await self._found(socket)
        begin = microseconds(initial) if initial is not None else None
        return Interest(
            read_query(found, {}, self._settings.values).with_condition(*view.condition()),
            await asyncio.to_thread(self._queries.begin, begin),
            schedule(parts) if parts else None,
            socket.query_params.get("reportIfEmpty") == "true",
            self._settings.batch_events,
        )


async def _hear(socket: WebSocket) -> None:
    """Wait until the other side closes; what it says does not matter."""
    try:
        while True:
            await socket.receive_text()
    except (WebSocketDisconnect, KeyError):  # KeyError: bytes were sent
        return


def _speakable(name: str) -> bool:
    return (
        name.isascii() and all(each.isalnum() or each in "-._~" for each in name) and name not in (".", "..")
    )


def add_queries(put: Putter, made: APIRouter, routes: Routes) -> None:
    """Put the routes of queries."""
    queries = QueryRoutes(routes)
    put("/queries", queries.listing, {"POST": (queries.name, 201)})
    put("/queries/{queryName}", queries.query, {"DELETE": (queries.forget, 204)})
    put("/queries/{queryName}/events", queries.events)
    put("/queries/{queryName}/subscriptions", queries.subscriptions, {"POST": (queries.subscribe, 201)})
    put(
        "/queries/{queryName}/subscriptions/{subscriptionID}", queries.subscription,
        {"DELETE": (queries.unsubscribe, 204)},
    )  # fmt: skip
    made.add_api_websocket_route("/queries/{queryName}/events", queries.listen)
