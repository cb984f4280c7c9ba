"""Corridors: the way between. Network, routes, capacity, simulation, what-ifs, investment."""

from sarai.corridors.faults import Fault, Infeasible, NetworkFaulty, Unreachable
from sarai.corridors.loading import load, shipped, shipped_parts
from sarai.corridors.network import Network

__all__ = [
    "Fault",
    "Infeasible",
    "Network",
    "NetworkFaulty",
    "Unreachable",
    "load",
    "shipped",
    "shipped_parts",
]
