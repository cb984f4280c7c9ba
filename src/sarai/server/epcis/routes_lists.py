"""The routes of lists: what events name, and the events that name it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from sarai.server.epcis import vocabulary
from sarai.server.epcis.context import STANDARD_CONTEXT
from sarai.server.epcis.exchange import answer, extensions
from sarai.server.epcis.flaws import shown
from sarai.server.epcis.indexing import identifier
from sarai.server.epcis.paging import next_page, parameters, read_page
from sarai.server.epcis.refusing import bad_query, not_found

if TYPE_CHECKING:
    from sarai.server.epcis.routes import Putter, Routes

SIMPLE = "SimpleEventQuery"

EPCS = ("=epc", "=parentID", "=inputEPC", "=outputEPC")
LISTS: dict[str, tuple[str, tuple[str, ...], vocabulary.Vocabulary | None]] = {
    "epcs": ("MATCH_anyEPC", EPCS, None),
    "bizSteps": ("EQ_bizStep", ("=bizStep",), vocabulary.BIZ_STEP),
    "bizLocations": ("EQ_bizLocation", ("=bizLocation",), None),
    "readPoints": ("EQ_readPoint", ("=readPoint",), None),
    "dispositions": ("EQ_disposition", ("=disposition", "=set", "=unset"), vocabulary.DISPOSITION),
}
"""Lists: the parameter that asks for one of them, where events name them, and what is always known."""


class ListRoutes:
    """The handlers, beside those of events."""

    def __init__(self, routes: Routes) -> None:
        self._routes, self._repository, self._settings = routes, routes.repository, routes.settings

    async def types(self, request: Request) -> Response:
        """The event types that there are."""
        seen = await asyncio.to_thread(self._repository.events.types, self._routes.sees(request))
        return self._listed(request, sorted({*vocabulary.EVENT_TYPES, *seen}), "eventTypes")

    async def type(self, request: Request) -> Response:
        """What there is of an event type."""
        await self._known_type(request)
        return answer(request, collection(("events",)))

    async def type_events(self, request: Request) -> Response:
        """Events of a type."""
        await self._known_type(request)
        return await self._routes.found(request, {"eventType": [request.path_params["name"]]}, SIMPLE)

    async def _known_type(self, request: Request) -> None:
        name = vocabulary.event_type(request.path_params["name"], extensions(request))
        if name not in vocabulary.EVENT_TYPES:
            seen = await asyncio.to_thread(self._repository.events.types, self._routes.sees(request))
            if name not in seen:
                raise not_found("event type", name)

    def listing(self, resource: str) -> Callable[[Request], Any]:
        """A handler that lists what events name."""
        _, fields, words = LISTS[resource]

        async def listing(request: Request) -> Response:
            if words is None:
                return await self._seen(request, fields, resource)
            seen = await asyncio.to_thread(
                self._repository.events.listed,
                fields,
                self._settings.per_page_most,
                "",
                self._routes.sees(request),
            )
            return self._listed(
                request, sorted(words.words | {words.bare(value) for value, _ in seen}), resource
            )

        return listing

    async def _seen(self, request: Request, fields: Sequence[str], resource: str) -> Response:
        """A page of what only events name, from the index."""
        asked = parameters(request)
        page = read_page(asked, resource, self._settings, self._routes.tokens)
        no_others(asked)
        found = await asyncio.to_thread(
            self._repository.events.listed,
            fields,
            page.count + 1,
            str(page.after or ""),
            self._routes.sees(request),
        )
        told = found[: page.count]
        more = len(found) > page.count
        headers = next_page(request, resource, told[-1][0], self._routes.tokens) if more else {}
        return answer(request, collection([said for _, said in told]), headers=headers)

    def _listed(self, request: Request, members: Sequence[str], resource: str) -> Response:
        """A page of a list that is at hand as a whole, in order."""
        asked = parameters(request)
        page = read_page(asked, resource, self._settings, self._routes.tokens)
        no_others(asked)
        rest = [member for member in members if page.after is None or member > str(page.after)]
        told = rest[: page.count]
        more = len(rest) > page.count
        headers = next_page(request, resource, told[-1], self._routes.tokens) if more else {}
        return answer(request, collection(told), headers=headers)

    def one(self, resource: str) -> Callable[[Request], Any]:
        """A handler of one member of a list."""

        async def one(request: Request) -> Response:
            await self._known(request, resource)
            return answer(request, collection(("events",)))

        return one

    def one_events(self, resource: str) -> Callable[[Request], Any]:
        """A handler of the events of one member of a list."""

        async def one_events(request: Request) -> Response:
            await self._known(request, resource)
            return await self._routes.found(
                request, {LISTS[resource][0]: [request.path_params["name"]]}, SIMPLE
            )

        return one_events

    async def _known(self, request: Request, resource: str) -> None:
        _, fields, words = LISTS[resource]
        name, known = request.path_params["name"], extensions(request)
        full = words.full(name, known) if words else identifier(name, known)
        if words and words.bare(full) in words.words:
            return
        if not await asyncio.to_thread(
            self._repository.events.named, fields, full, self._routes.sees(request)
        ):
            raise not_found(resource.removesuffix("s"), name)


def collection(members: Sequence[str]) -> dict[str, Any]:
    """A list of resources."""
    return {"@context": STANDARD_CONTEXT, "type": "Collection", "member": list(members)}


def no_others(asked: dict[str, list[str]]) -> None:
    """Refuse parameters that a list does not take."""
    for name in asked:
        raise bad_query(f"{shown(name)} is no parameter of this list; it takes perPage and nextPageToken")


def add_lists(put: Putter, routes: Routes) -> None:
    """Put the routes of lists."""
    lists = ListRoutes(routes)
    put("/eventTypes", lists.types)
    put("/eventTypes/{name:path}/events", lists.type_events)
    put("/eventTypes/{name:path}", lists.type)
    for resource in LISTS:
        put(f"/{resource}", lists.listing(resource))
        put(f"/{resource}/{{name:path}}/events", lists.one_events(resource))
        put(f"/{resource}/{{name:path}}", lists.one(resource))
