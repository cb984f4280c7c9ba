"""The server as a process: it listens, and ends in good order."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import signal
import socket
from types import FrameType
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from sarai.goods import BadSetting
from sarai.server.house import House

M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8  # as in malloc.h
LARGE_BYTES = 2**17  # from which a block is no part of a heap: as it is at first, and now for good
HEAPS = 1  # threads hardly ever allocate at once: one of them runs Python

GRACE_S = 20  # for requests under way, once somebody has asked it to stop
PATIENCE_S = 60.0  # for the other end of a connection, while it neither reads nor says on what it began


class Patient(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
    """HTTP with somebody who may stop reading, or stop in the midst of a request: not for ever.

    What was recorded stays recorded, and a stream of alerts goes on from where it was.
    """

    patience_s = PATIENCE_S

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody is there."""
        super().connection_made(transport)
        self._unread: asyncio.TimerHandle | None = None
        self._unsaid = self.loop.call_later(self.patience_s, self._silent)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is any more."""
        self._unsaid.cancel()
        self._read()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """It says something."""
        self._unsaid.cancel()
        super().data_received(data)
        if self.transport.get_protocol() is self:  # and does not go on as a WebSocket
            self._unsaid = self.loop.call_later(self.patience_s, self._silent)

    def _silent(self) -> None:
        """It has said nothing for long, which is as it should be only if it waits for us."""
        cycle: Any = self.cycle
        if cycle and not cycle.more_body and not cycle.response_complete:
            return
        if self.flow.read_paused:  # we do not listen either
            self._unsaid = self.loop.call_later(self.patience_s, self._silent)
        else:
            self.transport.abort()

    def pause_writing(self) -> None:
        """It does not read, or not as quickly as it is told."""
        super().pause_writing()
        self._unread = self.loop.call_later(self.patience_s, self.transport.abort)

    def resume_writing(self) -> None:
        """It has read on."""
        self._read()
        super().resume_writing()

    def _read(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None


class Server(uvicorn.Server):
    """Ends live streams first: they would never end by themselves."""

    def __init__(self, config: uvicorn.Config, house: House) -> None:
        super().__init__(config)
        self._house = house

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Somebody wants it to stop."""
        self._house.stopping = True
        self._house.bus.publish("stopping", None)
        self.force_exit = self.should_exit and sig == signal.SIGINT  # asked twice
        self.should_exit = True  # and not raised again: ending as one was asked to is no failure


def spare_the_collector() -> None:
    """Look for garbage less often, and not in what is there already.

    A house keeps a million objects at hand for as long as it is open; to go through them all, for garbage
    that is not there, stops everything for some tenths of a second.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


def steady_the_heap() -> None:
    """Let large blocks of memory go back to the system as soon as they are free; call it first.

    The GNU C library takes ever larger ones from its heaps once one of them was freed, and gives threads
    heaps of their own. What lives long then lies scattered between what is gone: after a million lines a
    hundred megabytes belonged to nobody. Other C libraries are left as they are.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except AttributeError:
        return
    mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
    mallopt(M_ARENA_MAX, HEAPS)


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens; BadSetting if the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2_048)
    except OSError as fault:
        raise BadSetting(f"cannot listen at {host} port {port}: {fault.strerror}; name another") from fault


def server(app: FastAPI, house: House, *, behind_proxy: bool = False) -> Server:
    """A server that is ready to `run` on sockets."""
    config = uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, proxy_headers=behind_proxy,
        timeout_graceful_shutdown=GRACE_S, ws_max_size=4 * 2**20, http=Patient,
    )  # fmt: skip
    return Server(config, house)
