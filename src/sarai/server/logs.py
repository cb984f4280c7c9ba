"""Logs: a JSON line for each request, with its id, and no secret in it."""

from __future__ import annotations

import logging
import re
import sys
from contextlib import suppress
from time import perf_counter
from typing import Any, TextIO
from uuid import uuid4

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = b"x-request-id"
_GIVEN = re.compile(r"[\w.-]{8,64}", re.ASCII)


def logger(stream: TextIO = sys.stderr, level: int = logging.INFO) -> Any:
    """A logger that writes JSON lines from a level on (requests are ``INFO``) to a stream."""
    return structlog.wrap_logger(
        structlog.PrintLogger(stream),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper("iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
    )


class Logged:
    """ASGI: gives each request an id, tells it back, and writes what became of it.

    Queries are not written: they may name parties. Neither are headers or bodies.
    """

    def __init__(self, app: ASGIApp, log: Any) -> None:
        self._app, self._log = app, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(HEADER, b"").decode("latin-1")
        name = given if _GIVEN.fullmatch(given) else uuid4().hex
        scope.setdefault("state", {})["request_id"] = name
        status, begun = 500, perf_counter()

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (HEADER, name.encode())]
            await send(message)

        try:
            await self._app(scope, receive, told)
        finally:
            visitor = scope["state"].get("visitor")
            with suppress(OSError):  # a log whose disk is full keeps nobody from an answer
                self._log.info(
                    "request", request=name, method=scope["method"], path=scope["path"], status=status,
                    ms=round(1_000 * (perf_counter() - begun), 1), account=getattr(visitor, "account", ""),
                )  # fmt: skip
