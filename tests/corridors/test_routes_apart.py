"""Ways that are choices, held against all ways there are."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from sarai.corridors import Network, Unreachable, shipped
from sarai.corridors.graph import Graph, graph
from sarai.corridors.routes import Path, Weighing, apart, k_best
from sarai.corridors.tables import Good, Leg, Pace, Place, Tariff
from sarai.goods import BadSetting

SIDE = 4
GOOD = Good(code="box", name="boxes", form="container", source="s")


def grid(seed: int) -> Graph:
    """A square of places in six countries, with legs of random lengths between neighbours."""
    rng = np.random.default_rng(seed)
    codes = [f"P{x}{y}" for x in range(SIDE) for y in range(SIDE)]
    places = [
        Place(code=code, name=code, country=f"C{rng.integers(6)}", kind="city", latitude_deg=0,
              longitude_deg=0, source="s")
        for code in codes
    ]  # fmt: skip
    pairs = [(f"P{x}{y}", f"P{x + dx}{y + dy}") for x in range(SIDE) for y in range(SIDE)
             for dx, dy in ((0, 1), (1, 0)) if x + dx < SIDE and y + dy < SIDE]  # fmt: skip
    legs = [
        Leg(code=f"{a}-{b}", start=a, end=b, mode="road", distance_km=float(rng.uniform(50, 150)), source="s")
        for a, b in pairs
    ]  # fmt: skip
    network = Network(
        places=places, legs=legs, goods=[GOOD], paces=[Pace(mode="road", speed_kmh=50, source="s")],
        tariffs=[Tariff(mode="road", form="container", usd_per_km=1.0, source="s")],
    )  # fmt: skip
    return graph(network, GOOD)


def countries(made: Graph, way: Path) -> frozenset[str]:
    """Those that a way passes, but for the ends'; nothing else tells ways of the square apart."""
    network = made.network
    passed = {network.by_place[step.place].country for step in way.along(made)}
    outer = {network.by_place[code].country for code in ("P00", f"P{SIDE - 1}{SIDE - 1}")}
    return frozenset(passed - outer)


def legs(made: Graph, way: Path) -> dict[str, float]:
    return {step.leg: step.distance_km for step in way.along(made) if step.leg}


@pytest.mark.parametrize("seed", range(12))
def test_they_are_what_is_left_of_all_ways(seed: int):
    made, ends = grid(seed), ("P00", f"P{SIDE - 1}{SIDE - 1}")
    kept: list[Path] = []
    for way in k_best(made, *ends, 10_000):
        if not any(countries(made, way) >= countries(made, other) for other in kept):
            kept.append(way)
    found = apart(made, *ends, 100, differs=0.0)
    assert [way.steps for way in found.ways] == [way.steps for way in kept]
    assert [way.cost for way in found.ways] == pytest.approx([way.cost for way in kept])


@pytest.mark.parametrize("seed", range(4))
def test_they_differ_by_the_share_that_is_asked_for(seed: int):
    made = grid(seed)
    found = apart(made, "P00", "P33", 100, differs=0.6)
    for at, way in enumerate(found.ways):
        mine = legs(made, way)
        for other in found.ways[:at]:
            new = sum(km for leg, km in mine.items() if leg not in legs(made, other))
            assert new >= 0.6 * sum(mine.values())


def test_of_the_packaged_network_the_first_is_the_best_and_none_repeats_another():
    network = shipped()
    made = graph(network, network.good("container"))
    weigh = Weighing.money(0.13)
    found = apart(made, "KZALA", "TRIST", 6, weigh)
    assert found.ways[0].steps == k_best(made, "KZALA", "TRIST", 1, weigh)[0].steps
    assert len(found.ways) == 6
    assert all(one.cost <= other.cost for one, other in pairwise(found.ways))
    assert len({way.steps for way in found.ways}) == 6


def test_what_cannot_be():
    made = grid(0)
    with pytest.raises(BadSetting, match="0 ways"):
        apart(made, "P00", "P33", 0)
    with pytest.raises(BadSetting, match=r"share of 1\.5"):
        apart(made, "P00", "P33", 1, differs=1.5)
    network = made.network
    island = Place(code="ISL", name="Island", kind="city", latitude_deg=0, longitude_deg=0, source="s")
    cut = graph(network.with_rows(places=[*network.places, island]), GOOD)
    with pytest.raises(Unreachable, match="ISL"):
        apart(cut, "P00", "ISL", 1)
