"""Streams in: documents over NATS, seals and gates over MQTT; and where consignments are by them."""

from __future__ import annotations

from importlib import import_module

_LATER = {
    "Feeder": "feeder",
    "Fleet": "seals",
    "Follower": "following",
    "Incident": "seals",
    "MqttFeeder": "mqtt",
    "MqttSource": "mqtt",
    "NatsFeeder": "nats",
    "NatsSource": "nats",
    "SealStanding": "standing",
    "Sighting": "standing",
    "Standing": "standing",
    "State": "feeder",
    "Stop": "standing",
    "StreamSettings": "settings",
    "Whereabouts": "whereabouts",
    "WhereaboutsSettings": "settings",
    "Riding": "riding",
    "hear": "devices",
    "Streams": "running",
    "mqtt_source": "addresses",
    "nats_source": "addresses",
    "place_of": "places",
}  # read when first asked for: who needs no broker loads no client of one

__all__ = [*sorted(_LATER)]  # noqa: PLE0604


def __getattr__(name: str) -> object:
    if name in _LATER:
        return getattr(import_module(f"sarai.server.streams.{_LATER[name]}"), name)
    raise AttributeError(f"module 'sarai.server.streams' has no attribute {name!r}")
