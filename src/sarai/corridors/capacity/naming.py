"""What limits are called, those that services and handlings have by themselves too."""

from __future__ import annotations

from sarai.corridors.network import Network

__all__ = ["limit_names"]


def limit_names(network: Network, codes: tuple[str, ...]) -> list[str]:
    """Names of limits by their codes: a service's own, a handling's place and what it turns into what."""
    named = {limit.code: limit.name for limit in network.limits}
    return [named.get(code) or _own(network, code) for code in codes]


def _own(network: Network, code: str) -> str:
    kind, _, rest = code.partition(":")
    if kind == "service" and rest in network.by_service:
        return network.by_service[rest].name
    if kind == "handling":
        place, start, end, _ = (*rest.split(":"), "", "", "")[:4]
        return f"{network.by_place[place].name if place in network.by_place else place}, {start} to {end}"
    return code
