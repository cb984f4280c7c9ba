"""Prometheus: what came in, how long it took, how far the watch is behind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sarai.server.house import House
from sarai.server.streams import Feeder

SECONDS = (0.005, 0.02, 0.1, 0.5, 1, 2, 5, 10, 60)
UNKNOWN = "(none)"
FED = {
    "messages": "Messages that were read from a broker.",
    "posted": "Documents of a broker that went into the book.",
    "repeated": "Documents of a broker that were in the book already.",
    "refused": "What came over a broker and was refused.",
    "missed": "Messages that a broker let go before they were read.",
}
PREFIXES = ("/api/v1", "/epcis")  # a route that was included knows its own part alone


class Metrics(Collector):
    """The figures of one server.

    Parameters
    ----------
    house
        Whose gauges are read when somebody asks.
    feeders
        From brokers; likewise.
    """

    def __init__(self, house: House, feeders: Sequence[Feeder] = ()) -> None:
        self._house, self._feeders = house, feeders
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "sarai_http_requests", "Requests answered.", ("route", "method", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "sarai_http_request_seconds", "Until the last byte was sent.", ("route",), buckets=SECONDS,
            registry=self.registry,
        )  # fmt: skip
        self.registry.register(self)

    def collect(self) -> Iterator[Metric]:
        """What is read off the house."""
        house = self._house
        for name, said, value in (
            ("sarai_waiting_lines", "Goods lines that wait to be recorded.", house.writer.waiting_lines),
            ("sarai_watch_position", "The last entry that the watch has judged.", house.judge.position),
            ("sarai_listeners", "Who listens to the live stream.", len(house.bus)),
            ("sarai_typologies_off", "Typologies that failed and are off.", len(house.judge.off)),
            ("sarai_faults", "Parts that do not work.", bool(house.writer.fault) + bool(house.judge.fault)),
        ):
            yield GaugeMetricFamily(name, said, value=value)
        if self._feeders:
            yield from self._fed()

    def _fed(self) -> Iterator[Metric]:
        connected = GaugeMetricFamily(
            "sarai_stream_connected", "Whether a feeder hears its broker.", labels=("source",)
        )
        lag = GaugeMetricFamily("sarai_stream_lag", "Messages that wait at a broker.", labels=("source",))
        for feeder in self._feeders:
            connected.add_metric((feeder.name,), feeder.state.connected)
            if feeder.state.lag is not None:
                lag.add_metric((feeder.name,), feeder.state.lag)
        yield from (connected, lag)
        for field, said in FED.items():
            counted = CounterMetricFamily(f"sarai_stream_{field}", said, labels=("source",))
            for feeder in self._feeders:
                counted.add_metric((feeder.name,), getattr(feeder.state, field))
            yield counted

    def text(self) -> bytes:
        """As Prometheus reads it."""
        return generate_latest(self.registry)


class Measured:
    """ASGI: counts and times every request under its route, whatever values are in its path."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, begun = 500, perf_counter()

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, told)
        finally:
            route = route_of(scope)
            self._metrics.requests.labels(route, scope["method"], status).inc()
            self._metrics.seconds.labels(route).observe(perf_counter() - begun)


def route_of(scope: Scope) -> str:
    """The route's own path, with names in place of values, so that there are few."""
    path = getattr(scope.get("route"), "path", UNKNOWN)
    under = next((prefix for prefix in PREFIXES if scope["path"].startswith(f"{prefix}/")), "")
    return path if path == UNKNOWN or path.startswith(under) else under + path
