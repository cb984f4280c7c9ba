"""The server as a process: it listens, and ends in good order."""

from __future__ import annotations

import signal
import socket
from types import FrameType

import uvicorn
from fastapi import FastAPI

from sarai.goods import BadSetting
from sarai.server.house import House

GRACE_S = 20  # for requests under way, once somebody has asked it to stop


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
        timeout_graceful_shutdown=GRACE_S, ws_max_size=4 * 2**20,
    )  # fmt: skip
    return Server(config, house)
