"""Addresses of brokers: URLs, with whatever else is to be said behind a question mark."""

from __future__ import annotations

from typing import Any, TypeVar
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from sarai.goods import BadSetting
from sarai.server.streams.mqtt import MqttSource
from sarai.server.streams.nats import NatsSource

Source = TypeVar("Source", bound=Struct)

NATS_MAY_SAY = ("stream", "subject", "durable", "answers", "results")
MQTT_MAY_SAY = ("identifier", "authority")
TLS_PORT = 8883
YES = ("", "1", "yes", "true")


def nats_source(address: str) -> NatsSource:
    """Where documents come from; `BadSetting` if it cannot be read.

    >>> nats_source("nats://a:4222,nats://b:4222?stream=PAPERS&results=yes").servers
    ('nats://a:4222', 'nats://b:4222')
    """
    servers, _, more = address.partition("?")
    for server in servers.split(","):
        _parts(server, "nats", ("nats", "tls"))
    return _said(NatsSource(servers=tuple(servers.split(","))), more, NATS_MAY_SAY)


def mqtt_source(address: str) -> MqttSource:
    """Where seals and gates are heard; `BadSetting` if it cannot be read.

    >>> mqtt_source("mqtts://keeper:a%20word@broker.example?identifier=desk").port
    8883
    """
    server, _, more = address.partition("?")
    parts = _parts(server, "mqtt", ("mqtt", "mqtts"))
    source = MqttSource(host=parts.hostname or "", tls=parts.scheme == "mqtts")
    source = replace(
        source, port=parts.port or (TLS_PORT if source.tls else source.port),
        user=unquote(parts.username or ""), password=unquote(parts.password or ""),
    )  # fmt: skip
    return _said(source, more, MQTT_MAY_SAY)


def _parts(server: str, usual: str, schemes: tuple[str, ...]) -> SplitResult:
    """The parts of an address. What is wrong is told without it: there may be a password in it."""
    example = f"write {usual}://HOST:PORT"
    try:
        parts = urlsplit(server)
        port, host = parts.port, parts.hostname
    except ValueError as fault:
        raise BadSetting(f"the address of the {usual} broker has no good port; {example}") from fault
    if parts.scheme not in schemes or not host or port == 0 or parts.path not in ("", "/"):
        raise BadSetting(f"the address of the {usual} broker cannot be read; {example}")
    return parts


def _said(source: Source, more: str, names: tuple[str, ...]) -> Source:
    """The source with what the address says of it."""
    said: dict[str, Any] = dict(parse_qsl(more, keep_blank_values=True))
    for name in said:
        if name not in names:
            raise BadSetting(f"the address of a broker says {name!r}; it may say {', '.join(names)}")
    if "results" in said:
        said["results"] = said["results"] in YES
    return replace(source, **said)
