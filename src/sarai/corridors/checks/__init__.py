"""Every fault of a network at once: many small checks, each of one thing.

Each ``check_*`` takes a network and yields `Fault` values; it neither raises nor repairs. `check` runs them
all: first those of single rows, then those of rows together, which need the first to have passed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sarai.corridors.checks.figures import check_bounds, check_positions, check_ranges, check_words
from sarai.corridors.checks.named import (
    check_ends,
    check_goods_and_places,
    check_projects,
    check_selectors,
    check_services,
    check_sources,
)
from sarai.corridors.checks.ways import (
    check_borders,
    check_connected,
    check_demands,
    check_distances,
    check_gauges,
    check_rates,
    check_sea,
)
from sarai.corridors.faults import Fault, NetworkFaulty
from sarai.corridors.network import Network

__all__ = ["ROWS", "TOGETHER", "check", "demand_sound"]

ROWS: tuple[Callable[[Network], Iterator[Fault]], ...] = (
    check_words, check_bounds, check_ranges, check_positions, check_sources, check_ends,
    check_services, check_selectors, check_goods_and_places, check_projects,
)  # fmt: skip
"""Of rows by themselves, and of the names that they use."""

TOGETHER: tuple[Callable[[Network], Iterator[Fault]], ...] = (
    check_distances, check_gauges, check_rates, check_borders, check_sea, check_connected, check_demands,
)  # fmt: skip
"""Of what rows make together."""


def check(network: Network) -> list[Fault]:
    """Every fault that was found; none means that the network can be used."""
    found = [fault for each in ROWS for fault in each(network)]
    return found or [fault for each in TOGETHER for fault in each(network)]


def demand_sound(network: Network) -> Network:
    """The network itself if its rows can be used; raises `NetworkFaulty` with all that is wrong with them."""
    if found := [fault for each in ROWS for fault in each(network)]:
        raise NetworkFaulty(found)
    return network
