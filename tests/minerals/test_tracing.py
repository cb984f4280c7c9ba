"""Origins behind re-exports, held against particles that walk upstream and against the power series."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sarai.minerals.dependence import Flows, flows, made, origins, shares_of, traced
from sarai.minerals.sources import baci

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "minerals"
real = pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not beside the checkout")

MINE, HUB, USER = 0, 1, 2


def chain(*rows: list[float]) -> Flows:
    names = tuple(f"{chr(65 + at)}{chr(65 + at)}" for at in range(len(rows)))
    return Flows(names, np.array(rows, float), "t")


@st.composite
def networks(draw):
    """A network with producers among its countries; some countries trade nothing."""
    size = draw(st.integers(2, 7))
    drawn = draw(st.lists(st.floats(0, 100), min_size=size**2, max_size=size**2))
    amounts = np.array(drawn).reshape(size, size)
    amounts[amounts < 40] = 0
    np.fill_diagonal(amounts, 0)
    names = tuple(f"C{at}" for at in range(size))
    mined = draw(st.lists(st.sampled_from([0.0, 0.0, 5.0, 80.0]), min_size=size, max_size=size))
    return Flows(names, amounts, "t"), dict(zip(names, mined, strict=True))


def test_a_hub_that_makes_nothing_supplies_nothing():
    found = traced(chain([0, 10, 0], [0, 0, 10], [0, 0, 0]), "CC", {"AA": 10})
    assert dict(found.shares) == {"AA": 1.0}
    (hub,) = found.hubs
    assert (hub.country, hub.direct, hub.traced) == ("BB", 1.0, 0.0)
    assert [way[:2] for way in found.ways] == [("AA", "BB")]


def test_a_hub_sends_on_its_own_and_others_in_proportion():
    found = traced(chain([0, 10, 0], [0, 0, 12], [0, 0, 0]), "CC", {"AA": 10, "BB": 30})
    assert dict(found.shares) == pytest.approx({"AA": 0.25, "BB": 0.75})


def test_goods_that_go_in_circles_are_counted_once():
    found = traced(chain([0, 10, 0], [0, 0, 20], [0, 12, 0]), "CC", {"AA": 10})
    assert dict(found.shares) == pytest.approx({"AA": 1.0})


def test_without_production_who_exports_more_than_it_imports_begins():
    found = traced(chain([0, 10, 0], [0, 0, 14], [0, 0, 0]), "CC")
    assert found.basis == "net exports"
    assert dict(found.shares) == pytest.approx({"AA": 10 / 14, "BB": 4 / 14})


def test_goods_of_no_producer_are_said_to_be_unexplained():
    found = traced(chain([0, 0, 5], [0, 0, 5], [0, 0, 0]), "CC", {"AA": 10})
    assert found.unexplained == ("BB",)
    assert dict(found.shares) == {"AA": 0.5, "BB": 0.5}


def test_production_of_metal_is_brought_to_the_weight_of_ore():
    """A makes 1 t of metal and sends 10 t of ore; B sends as much of its own as it makes by A's measure."""
    begun = made(chain([0, 10, 0], [0, 0, 20], [0, 0, 0]), {"AA": 1, "BB": 1})
    assert begun.amounts.tolist() == [10, 10, 0]


def test_shares_of_production_are_brought_to_what_is_exported():
    begun = made(chain([0, 10, 0], [0, 0, 20], [0, 0, 0]), {"AA": 0.5, "BB": 0.5}, relative=True)
    assert begun.amounts.tolist() == [10, 10, 0]


@settings(max_examples=60, deadline=None)
@given(networks())
def test_what_arrives_is_what_was_imported(case):
    network, mined = case
    begun = made(network, mined)
    mix = origins(network, begun.amounts)
    bought = network.amounts.sum(axis=0)
    assert (network.amounts.T @ mix).sum(axis=1) == pytest.approx(bought, abs=1e-9 * bought.max(initial=1))
    assert (mix >= 0).all()
    nothing = begun.amounts == 0
    assert mix[:, nothing].max(initial=0.0) == 0.0


@settings(max_examples=30, deadline=None)
@given(networks(), st.randoms(use_true_random=False))
def test_the_order_of_countries_is_irrelevant(case, random):
    network, mined = case
    order = list(range(len(network.countries)))
    random.shuffle(order)
    turned = Flows(tuple(network.countries[at] for at in order), network.amounts[np.ix_(order, order)], "t")
    for importer in network.countries:
        one, other = (dict(traced(each, importer, mined).shares) for each in (network, turned))
        both = one.keys() | other.keys()
        assert [one.get(each, 0) for each in both] == pytest.approx([other.get(each, 0) for each in both])


@settings(max_examples=60, deadline=None)
@given(networks())
def test_it_is_the_limit_of_the_power_series(case):
    """Hand on what each has, over and over; each round doubles how often, until nothing is on its way."""
    network, mined = case
    begun = made(network, mined).amounts
    supply = begun + network.amounts.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        onward = np.nan_to_num(network.amounts.T / supply[:, None])
        total = np.diag(np.nan_to_num(begun / supply))
    for _ in range(40):
        total, onward = total + onward @ total, onward @ onward
    assert origins(network, begun) == pytest.approx(total, abs=1e-6)


def test_particles_that_walk_upstream_end_where_it_says():
    network = chain([0, 30, 5, 0], [2, 0, 20, 9], [0, 6, 0, 25], [1, 0, 3, 0])
    mined = {"AA": 40.0, "BB": 8.0, "DD": 2.0}
    ended = walked(network, made(network, mined).amounts, importer=3, particles=20_000)
    found = dict(traced(network, "DD", mined).shares)
    expected = dict(shares_of(network.countries, ended))
    assert found == pytest.approx(expected, abs=0.015)  # four times the spread of 20,000 particles


def walked(network: Flows, begun: np.ndarray, importer: int, particles: int) -> np.ndarray:
    """Count where purchases began: a particle stays where it was made, or was got from some seller."""
    draw = np.random.default_rng(8)
    ended = np.zeros(len(begun))
    got = network.amounts.sum(axis=0)
    for _ in range(particles):
        at = draw.choice(len(begun), p=network.amounts[:, importer] / got[importer])
        while draw.random() >= begun[at] / (begun[at] + got[at]):
            at = draw.choice(len(begun), p=network.amounts[:, at] / got[at])
        ended[at] += 1
    return ended


@real
def test_antimony_of_france_comes_from_tajikistan_by_way_of_the_netherlands():
    """The Netherlands mine none, and buy theirs in Tajikistan: two thirds of what France buys."""
    network = flows(baci.of_folder(DATA), ["261710"], 2022)
    found = traced(network, "FR", {"CN": 60_000.0, "TJ": 18_000.0, "TR": 6_000.0, "BO": 2_500.0, "US": 1.0})
    assert dict(found.shares)["TJ"] > 0.6
    assert found.hubs[0].country == "NL" and found.hubs[0].traced == 0.0
    assert sum(dict(found.shares).values()) == pytest.approx(1, abs=1e-9)
