"""The routes of capture, events and lists, as the OpenAPI of EPCIS 2.0 has them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import msgspec
from fastapi import APIRouter, Depends
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from sarai.server.access import declares
from sarai.server.epcis.asking import BadParameter
from sarai.server.epcis.conditions import Query
from sarai.server.epcis.documents import query_document
from sarai.server.epcis.events import After
from sarai.server.epcis.exchange import answer, extensions, here, nothing, read_body, route_class
from sarai.server.epcis.flaws import shown
from sarai.server.epcis.paging import Tokens, next_page, parameters, read_page
from sarai.server.epcis.parameters import query
from sarai.server.epcis.refusing import EpcisProblem, bad_query, not_found
from sarai.server.epcis.repository import Repository
from sarai.server.epcis.routes_lists import SIMPLE, add_lists, collection, no_others
from sarai.server.epcis.views import Guard, View, guarded

Handler = Callable[..., Any]

TOP = (
    "queries", "capture", "events", "eventTypes", "epcs", "readPoints", "bizLocations", "dispositions",
    "bizSteps",
)  # fmt: skip
BEHAVIOUR = "GS1-Capture-Error-Behaviour"


class Routes:
    """The handlers, over one repository.

    Parameters
    ----------
    guard
        Who may, and how far.
    """

    def __init__(self, repository: Repository, guard: Guard) -> None:
        self.repository, self.guard = repository, guard
        self.settings = repository.settings
        self.now = repository.house.now
        self.tokens = Tokens(self.settings, self.now)

    def asks(self, right: str) -> Any:
        """What a route depends on: that who asks has a right; with whose eyes, the handler is told."""

        async def ask(connection: HTTPConnection) -> None:
            connection.state.view = self.guard(connection, right)

        return Depends(declares(ask, right))

    def sees(self, connection: HTTPConnection) -> View:
        """With whose eyes somebody asks or captures: as the right of the route reaches."""
        return connection.state.view

    def answer_options(self, allow: str, **more: str) -> Callable[[Request], Any]:
        """A handler of OPTIONS."""

        async def options(request: Request) -> Response:
            return nothing(allow, self.settings, **more)

        return options

    # -- the top -----------------------------------------------------------------------------------

    async def top(self, request: Request) -> Response:
        """The resources that there are."""
        self.sees(request)
        return answer(request, collection(TOP))

    # -- capture -----------------------------------------------------------------------------------

    async def capture(self, request: Request) -> Response:
        """Take on a document, to be carried out soon."""
        view = self.sees(request)
        behaviour = request.headers.get(BEHAVIOUR, "rollback")
        if behaviour not in ("rollback", "proceed"):
            raise EpcisProblem(
                400,
                "ValidationException",
                "Bad header",
                f"{BEHAVIOUR}: {shown(behaviour)}; rollback or proceed",
            )
        body = await read_body(request, self.settings.body_bytes, self.repository.limits())
        job = await self.repository.capture(body, behaviour == "proceed", view)
        return Response(
            status_code=202, headers={"Location": f"{_base(request, '/capture')}/capture/{job.id}"}
        )

    async def jobs(self, request: Request) -> Response:
        """Capture jobs, the latest first."""
        asked = parameters(request)
        page = read_page(asked, "capture", self.settings, self.tokens)
        no_others(asked)
        before, owner = _number(page.after), self.sees(request).owner()
        found = await asyncio.to_thread(self.repository.jobs.page, page.count + 1, before, owner)
        more = len(found) > page.count
        shown_jobs = found[: page.count]
        headers = next_page(request, "capture", shown_jobs[-1].seq, self.tokens) if more else {}
        return answer(request, [job.told() for job in shown_jobs], headers=headers)

    async def job(self, request: Request) -> Response:
        """One capture job."""
        name = request.path_params["captureID"]
        found = await asyncio.to_thread(self.repository.jobs.find, name, self.sees(request).owner())
        if found is None:
            raise not_found("capture job", name)
        return answer(request, found.told())

    # -- events ------------------------------------------------------------------------------------

    async def add_event(self, request: Request) -> Response:
        """Capture one event; it is kept when this answers."""
        view = self.sees(request)
        body = await read_body(request, self.settings.event_bytes, self.repository.limits())
        stored = await self.repository.capture_event(body, view)
        where = f"{_base(request, '/events')}/events/{quote(stored.event_id, safe='')}"
        told = {"@context": msgspec.json.decode(stored.context)} | stored.event
        return answer(request, told, 201, {"Location": where})

    async def events(self, request: Request) -> Response:
        """Events that the parameters find."""
        return await self.found(request, {}, SIMPLE)

    async def event(self, request: Request) -> Response:
        """The events of one identifier: itself, and perhaps that it was declared wrong."""
        name = request.path_params["eventID"]
        return await self.found(request, {"EQ_eventID": [name]}, SIMPLE, what="event", name=name)

    async def outcome(self, request: Request) -> Response:
        """What became of an event in the book."""
        name = request.path_params["eventID"]
        found = await asyncio.to_thread(self.repository.outcomes.of, name, self.sees(request))
        if not found:
            raise not_found("event", name)
        return answer(request, [msgspec.to_builtins(each) for each in found])

    async def found(
        self,
        request: Request,
        fixed: dict[str, list[str]],
        query_name: str,
        *,
        what: str = "",
        name: str = "",
        named: Query | None = None,
    ) -> Response:
        """A page of what fixed conditions and those of the address find.

        Parameters
        ----------
        what, name
            What must exist, else 404.
        named
            A query of its own name; the address may then only turn its pages.
        """  # fmt: skip
        asked = parameters(request)
        subject = f"{request.url.path}?{sorted((k, v) for k, v in asked.items() if k not in PAGING)}"
        page = read_page(asked, subject, self.settings, self.tokens)
        if named is not None:
            no_others(asked)
        wanted = named or self._query(request, asked)
        if fixed:
            wanted = wanted.with_condition(*self._query(request, fixed).conditions)
        wanted = wanted.with_condition(*self.sees(request).condition())
        store = self.repository.events
        if wanted.most and await asyncio.to_thread(store.count, wanted, wanted.most) > wanted.most:
            raise EpcisProblem(
                413, "QueryTooLargeException", "Query result is too large",
                f"more than {wanted.most:,} events (maxEventCount) are found; narrow the query",
            )  # fmt: skip
        after = _after(page.after)
        stored, end = await asyncio.to_thread(store.find, wanted, page.count, self.settings.page_bytes, after)
        if what == "event" and not stored and after is None and set(asked) <= {"EQ_eventID"}:
            raise not_found(what, name)
        headers = next_page(request, subject, msgspec.to_builtins(end), self.tokens) if end else {}
        links = request.headers.get("GS1-EPC-Format", self.settings.epc_format) == "Always_GS1_Digital_Link"
        return answer(request, query_document(stored, query_name, self.now(), links=links), headers=headers)

    def _query(self, request: Request, asked: dict[str, list[str]]) -> Query:
        try:
            return query(asked, extensions(request), self.settings.values)
        except BadParameter as fault:
            raise bad_query(fault.words, parameter=fault.name) from fault

    async def let_go(self, request: Request) -> Response:
        """Give up a page's token: it is good no more."""
        self.tokens.give_up(request.path_params["token"])
        return Response(status_code=204)


PAGING = ("perPage", "nextPageToken")


def _base(request: Request, tail: str) -> str:
    """The address under which the interface stands."""
    return here(request).removesuffix(tail)


def _number(after: Any) -> int | None:
    return after if isinstance(after, int) else None


def _after(told: Any) -> After | None:
    try:
        return msgspec.convert(told, After) if told is not None else None
    except msgspec.ValidationError as fault:
        raise bad_query("this nextPageToken is not good for this list; begin with the first page") from fault


def router(repository: Repository, guard: Guard = guarded) -> APIRouter:
    """The routes, to be included under whatever prefix but none.

    Parameters
    ----------
    guard
        Who may, and how far; by default, as the role table of the house says.
    """
    from sarai.server.epcis.routes_queries import add_queries
    from sarai.server.epcis.told import RESPONSES

    made = APIRouter(route_class=route_class(repository.settings), tags=["EPCIS"], responses=RESPONSES)
    routes = Routes(repository, guard)
    put = Putter(made, routes)
    put("", routes.top)
    put("/", routes.top)
    put(
        "/capture", routes.jobs, {"POST": (routes.capture, 202)}, GS1_Capture_Error_Behaviour="all",
        **{name.replace("-", "_"): value for name, value in repository.limits().items()},
    )  # fmt: skip
    put("/capture/{captureID}", routes.job)
    put("/events", routes.events, {"POST": (routes.add_event, 201)})
    put("/events/{eventID:path}/outcome", routes.outcome)
    put("/events/{eventID:path}", routes.event)
    add_lists(put, routes)
    put.one("/nextPageToken/{token}", "DELETE", routes.let_go, 204)
    add_queries(put, made, routes)
    return made


class Putter:
    """Puts handlers on paths, each with its OPTIONS."""

    def __init__(self, made: APIRouter, routes: Routes) -> None:
        self._made, self._routes = made, routes

    def __call__(
        self, path: str, get: Handler, others: dict[str, tuple[Handler, int]] | None = None,
        **options: str,
    ) -> None:  # fmt: skip
        """Put a GET, its OPTIONS, and whatever else."""
        methods = {"GET": (get, 200), **(others or {})}
        for method, (handler, status) in methods.items():
            self.one(path, method, handler, status)
        allow = ", ".join(("OPTIONS", *methods))
        self.one(path, "OPTIONS", self._routes.answer_options(allow, **options), 204)

    def one(self, path: str, method: str, handler: Handler, status: int) -> None:
        """Put one method on a path."""
        from sarai.server.epcis.told import described, success

        right = (
            "epcis.capture" if handler in (self._routes.capture, self._routes.add_event) else "epcis.query"
        )
        self._made.add_api_route(
            path, handler, dependencies=[self._routes.asks(right)],
            methods=[method], status_code=status, response_class=Response,
            operation_id=f"epcis {method} {path}",
            summary=(handler.__doc__ or "What can be done.").split("\n")[0],
            openapi_extra=described(path, method), responses={status: success(status)},
        )  # fmt: skip
