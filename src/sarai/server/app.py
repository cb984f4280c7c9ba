"""The application: routes, who may, what is told of errors, beginning and end."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.routing import Match

from sarai import __version__
from sarai.goods import SaraiError
from sarai.server import epcis, pages, problems, routes
from sarai.server.access import Access, AccessMiddleware, AccountStore, Oidc, OidcSettings, demo_accounts
from sarai.server.access import router as accounts_router
from sarai.server.house import House
from sarai.server.logs import Logged, logger
from sarai.server.metrics import Measured, Metrics
from sarai.server.routes.answers import PROBLEM_SCHEMA
from sarai.server.streams import Streams

TITLE = "Sarai"
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
ABOUT = "The book of goods of a country that lies between powers. Errors are RFC 9457 problems."


def create_app(
    house: House, access: Access | None = None, log: Any = None, streams: Streams | None = None, *,
    with_pages: bool = True,
) -> FastAPI:  # fmt: skip
    """The application over a house; when it ends, the house is closed.

    Parameters
    ----------
    access
        Who may; by default by the accounts beside the book.
    log
        Takes a line for each request.
    streams
        What is read from brokers; nothing by default.
    with_pages
        Only one application of a process can have them.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        house.open()
        await app.state.epcis.start()
        app.state.streams.start()
        yield
        await app.state.streams.stop()
        await app.state.epcis.stop()
        house.close()

    app = FastAPI(
        title=TITLE, description=ABOUT, version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None,
        openapi_url=f"{routes.PREFIX}/openapi.json",
    )  # fmt: skip
    app.state.house = house
    app.state.access = access or access_of(house)
    app.state.streams = streams or Streams(house)
    app.state.metrics = Metrics(house, app.state.streams.feeders)
    app.include_router(routes.router())
    app.include_router(routes.health.router)
    app.include_router(accounts_router(app.state.access, routes.PREFIX))
    app.state.epcis = epcis.Repository(house, epcis.EpcisSettings())
    app.include_router(epcis.router(app.state.epcis), prefix="/epcis")
    for kind, handler in (
        (problems.Problem, problems.on_problem),
        (SaraiError, problems.on_fault),
        (HTTPException, problems.on_http),
        (RequestValidationError, problems.on_invalid),
        (Exception, problems.on_bug),
    ):
        app.add_exception_handler(kind, handler)
    app.add_middleware(AccessMiddleware, access=app.state.access)
    app.add_middleware(Measured, metrics=app.state.metrics)
    app.add_middleware(Logged, log=log or logger())
    app.add_api_route("/api/{rest:path}", _nothing, methods=METHODS, include_in_schema=False)
    if with_pages:
        pages.mount(app, house)
    app.openapi = lambda: _described(app)  # type: ignore[method-assign]
    return app


async def _nothing(request: Request) -> Response:
    """What is asked of the API and is not there is no page either; a method may be wrong."""
    others = (route.matches(request.scope)[0] for route in request.app.routes)
    raise HTTPException(405 if Match.PARTIAL in others else 404)


def access_of(house: House) -> Access:
    """Who may, by the accounts beside the book."""
    store = AccountStore(house.directory / "accounts.db", demo=bool(house.demo))
    authorities = house.book.settings.authorities
    if house.demo:
        demo_accounts(store, authority=authorities[0], trader=house.demo.trader, carrier=house.demo.carrier)
    provider = OidcSettings.from_environment(os.environ)
    return Access(store, oidc=Oidc(provider) if provider else None, offices=authorities)


def _described(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, with the one shape that all errors have."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        schemas = made.setdefault("components", {}).setdefault("schemas", {})
        schemas["Problem"] = PROBLEM_SCHEMA
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        app.openapi_schema = made
    return app.openapi_schema
