"""Footprints of every chain: plain sums from the rows, the grid, reactions, and totals found afterwards."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from sarai.corridors import Network, shipped
from sarai.minerals import STAGES, materials
from sarai.minerals.footprint import chain, footprint, overseas, process, published, routes_of
from sarai.minerals.footprint.tables import Process
from sarai.minerals.loading import packaged

NEAR = pytest.approx

CHAINS = [
    ("aluminium", "GN", ["CN"], "DE", "Hall-Heroult"),
    ("silicon-metal", "NO", [], "DE", "arc furnace"),
    ("magnesium", "CN", [], "DE", "Pidgeon"),
    ("magnesium", "CN", [], "DE", "electrolysis"),
    ("manganese", "ZA", ["GE"], "DE", "ferromanganese"),
    ("phosphorus", "KZ", [], "DE", "arc furnace"),
    ("coking-coal", "AU", [], "NL", "underground"),
    ("copper", "CL", [], "DE", "pyrometallurgy"),
    ("titanium-metal", "KZ", [], "FR", "Kroll"),
    ("lithium", "AU", ["CN"], "DE", "spodumene"),
    ("lithium", "CL", [], "NL", "brine"),
    ("cobalt", "CD", ["CN"], "DE", "copper-cobalt ore"),
    ("nickel", "CA", [], "NL", "sulphide ore"),
    ("nickel", "ID", [], "NL", "pig iron"),
    ("natural-graphite", "CN", [], "DE", "flake"),
    ("natural-graphite", "CN", [], "DE", "spherical"),
    ("gallium", "CN", [], "DE", "Bayer liquor"),
    ("tungsten", "CN", [], "DE", "ammonium paratungstate"),
    ("manganese", "CN", [], "DE", "electrolysis"),
    ("lree", "CN", [], "DE", "Bayan Obo"),
    ("lree", "CN", [], "DE", "Bayan Obo to metal"),
    ("hree", "CN", [], "DE", "ionic clay"),
    ("antimony", "CN", [], "BE", "volatilisation"),
    ("fluorspar", "CN", [], "DE", "acid grade"),
    ("baryte", "CN", [], "NL", "drilling grade"),
    ("boron", "TR", [], "DE", "boric acid"),
    ("phosphate-rock", "MA", [], "NL", "beneficiated"),
    ("vanadium", "CN", [], "DE", "slag"),
    ("niobium", "BR", [], "NL", "pyrochlore"),
    ("pgm", "ZA", [], "DE", "Bushveld"),
    ("feldspar", "TR", [], "IT", "milled"),
    ("strontium", "ES", [], "DE", "black ash"),
    ("helium", "US", [], "NL", "natural gas"),
    ("arsenic", "PE", [], "BE", "trioxide"),
]
WEIGHTS = {"Al": 26.982, "As": 74.922, "C": 12.011, "Fe": 55.845, "Mn": 54.938, "Nb": 92.906,
           "Nd": 144.242, "O": 15.999, "S": 32.06, "Sb": 121.76, "Sr": 87.62, "V": 50.942}  # fmt: skip


@pytest.fixture(scope="module")
def network() -> Network:
    return overseas(shipped())


def table(name: str) -> list[dict[str, str]]:
    """A packaged table as text, without what reads it elsewhere."""
    text = files("sarai.reference").joinpath("minerals", f"{name}.csv").read_text("utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


def weight(**atoms: int) -> float:
    return sum(WEIGHTS[symbol] * count for symbol, count in atoms.items())


def step(name: str, route: str, of: str) -> Process:
    (found,) = [each for each in process(name, route) if each.step == of]
    return found


# -- sums and orders -----------------------------------------------------------------------------


def test_every_way_of_making_anything_is_tried():
    there = {(each.material, each.route) for each in packaged("processes", Process)}
    assert {(name, route) for name, *_, route in CHAINS} == there


@pytest.mark.parametrize("asked", CHAINS, ids=lambda asked: f"{asked[0]}-{asked[-1]}")
def test_a_chain_is_the_plain_sum_of_its_rows(network, asked):
    """Each step's tonnes by its kWh, GJ and direct emission, at each bound; the grid is given as one."""
    name, *_, route = asked
    heat = {row["fuel"]: float(row["kg_per_gj"]) / 1000 for row in table("fuels")}
    told = footprint(network, chain(network, *asked), grids=dict.fromkeys(_countries(asked), 400.0))
    for bound, end in (("value", ""), ("low", "_low"), ("high", "_high")):
        plain = 0.0
        for row in table("processes"):
            if (row["material"], row["route"]) == (name, route):
                power = float(row[f"electricity_kwh_per_t{end}"]) * 400e-6
                burnt = float(row[f"fuel_gj_per_t{end}"]) * heat.get(row["fuel"], 0.0)
                plain += float(row["output_t"]) * (power + burnt + float(row[f"direct_t_per_t{end}"]))
        made = sum(getattr(told.of(kind), bound) for kind in ("electricity", "fuel", "direct"))
        assert made == NEAR(plain)
    assert told.total.low < told.total.value < told.total.high


def _countries(asked: tuple) -> list[str]:
    return [asked[1], *asked[2]]


@pytest.mark.parametrize("asked", CHAINS, ids=lambda asked: f"{asked[0]}-{asked[-1]}")
def test_a_dirtier_grid_means_more(network, asked):
    laid, where = chain(network, *asked), _countries(asked)
    totals = [footprint(network, laid, grids=dict.fromkeys(where, grams)).total for grams in (0, 300, 900)]
    for bound in ("value", "low", "high"):
        ends = [getattr(each, bound) for each in totals]
        assert ends == sorted(set(ends))


def test_lithium_of_spodumene_by_hand(network):
    """7.9 t dug in Australia, made into carbonate in China; grids of 549 and 582 g a kWh."""
    told = footprint(network, chain(network, "lithium", "AU", ["CN"], "DE"))
    assert told.of("electricity").value == NEAR(7.9 * 150 * 549e-6 + 3000 * 582e-6)
    assert told.of("fuel").value == NEAR(7.9 * 0.8 * 0.0741 + 40 * 0.0946)
    assert told.of("direct").value == NEAR(0.3)
    assert [each.mass_t for each in told.hauls] == [7.9, 1.0]


def test_a_tonne_of_nickel_is_carried_in_its_pig_iron(network):
    told = footprint(network, chain(network, "nickel", "ID", [], "NL", "pig iron"))
    assert [each.mass_t for each in told.hauls] == [8.33]
    assert told.hauls[0].mass_t * 0.12 == NEAR(1.0, rel=1e-3)


def test_steps_are_in_order_and_the_last_is_a_tonne():
    for name in materials():
        for route in routes_of(name):
            steps = process(name, route)
            assert [each.order for each in steps] == list(range(1, len(steps) + 1))
            assert {each.stage for each in steps} <= set(STAGES)
            assert steps[-1].output_t == (8.33 if route == "pig iron" else 1)


# -- reactions -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "carbon_dioxides", "of"),
    [
        (("antimony", "volatilisation", "smelting"), 1.5, weight(Sb=2)),  # Sb2O3 + 1.5 C
        (("arsenic", "trioxide", "reduction"), 1.5, weight(As=2)),  # As2O3 + 1.5 C
        (("manganese", "electrolysis", "electrolysis"), 1, weight(Mn=1)),  # MnCO3, all of it leached
        (("lree", "Bayan Obo", "separation"), 3, weight(Nd=2, O=3)),  # Nd2(CO3)3, calcined
    ],
    ids=lambda each: each[0] if isinstance(each, tuple) else "",
)  # fmt: skip
def test_the_low_end_of_a_direct_emission_is_the_bare_reaction(asked, carbon_dioxides, of):
    bare = carbon_dioxides * weight(C=1, O=2) / of
    found = step(*asked)
    assert found.direct_t_per_t_low == NEAR(bare, rel=0.03)
    assert found.direct_t_per_t >= bare * 0.97


def test_strontium_takes_up_half_of_what_its_reduction_gives_off():
    """SrSO4 + 2 C gives SrS and 2 CO2; SrS takes up one of them as it becomes SrCO3."""
    given_off = 2 * weight(C=1, O=2) / weight(Sr=1, C=1, O=3)
    found = step("strontium", "black ash", "carbonate")
    assert found.direct_t_per_t_low == NEAR(given_off / 2, rel=0.02)
    assert found.direct_t_per_t == NEAR(given_off, rel=0.02)


@pytest.mark.parametrize(
    ("name", "route", "share", "aluminium_t"),
    [("vanadium", "slag", 0.8, 0.75), ("niobium", "pyrochlore", 0.65, 0.5)],
)
def test_aluminium_that_reduces_an_alloy_is_what_its_oxygen_needs_and_a_little_more(
    name, route, share, aluminium_t
):
    """10 Al take the oxygen of 3 V2O5 or 3 Nb2O5, 2 Al that of Fe2O3; ferrovanadium has its iron of scrap."""
    symbol = {"vanadium": "V", "niobium": "Nb"}[name]
    needed = share * 10 * WEIGHTS["Al"] / (6 * WEIGHTS[symbol])
    needed += (1 - share) * WEIGHTS["Al"] / WEIGHTS["Fe"] if name == "niobium" else 0.0
    assert needed <= aluminium_t <= 1.12 * needed
    chain_of = {each.step: each for each in process("aluminium")}
    own_kwh = {"vanadium": 1500, "niobium": 400}[name]
    power = sum(each.electricity_kwh_per_t * each.output_t for each in chain_of.values())
    found = step(name, route, "alloying")
    assert found.electricity_kwh_per_t == NEAR(own_kwh + aluminium_t * power, rel=0.01)
    alumina = chain_of["alumina"]
    assert found.fuel_gj_per_t == NEAR(aluminium_t * alumina.output_t * alumina.fuel_gj_per_t, rel=0.01)
    assert found.direct_t_per_t == NEAR(aluminium_t * chain_of["smelting"].direct_t_per_t)


def test_helium_is_liquefied_above_the_least_that_nature_asks():
    """808,049 J a litre at 125 g a litre; 15 to 36 % of that efficiency."""
    least_kwh_per_t = 808_049 / 0.125 / 3.6e6 * 1000
    found = step("helium", "natural gas", "liquefaction")
    ends = (found.electricity_kwh_per_t_high, found.electricity_kwh_per_t, found.electricity_kwh_per_t_low)
    assert [least_kwh_per_t / each for each in ends] == NEAR([0.15, 0.25, 0.36], rel=0.01)


# -- beside totals that were looked up after the steps were typed in ----------------------------------------


@pytest.mark.parametrize(
    ("asked", "source", "within"),
    [
        (("nickel", "CA", [], "NL"), "istrate-2024", True),
        (("nickel", "CA", [], "NL"), "vale-2022", True),
        (("cobalt", "CD", ["CN"], "DE"), "istrate-2024", True),
        (("natural-graphite", "CN", [], "DE", "spherical"), "istrate-2024", True),
        (("niobium", "BR", [], "NL"), "silva-lima-2022", True),
        (("lithium", "AU", ["CN"], "DE", "spodumene"), "istrate-2024", False),
        (("lithium", "CL", [], "NL", "brine"), "istrate-2024", False),
        (("helium", "US", [], "NL"), "mcgill-2023", False),
    ],
    ids=lambda each: f"{each[0]}-{each[-1]}" if isinstance(each, tuple) else str(each),
)
def test_which_totals_of_others_lie_between_the_bounds(network, asked, source, within):
    """As docs/minerals.md tells it: five of eight do. A change of a step that moves one is seen here."""
    laid = chain(network, *asked)
    total = footprint(network, laid).total
    (other,) = [each for each in published(asked[0]) if (each.source, each.route) == (source, laid.route)]
    assert (total.low <= other.t_per_t <= total.high) is within


def test_electricity_is_nearly_all_of_platinum_metals(network):
    """Over nine tenths, Buchspies and others 2017; their total, 45,000 t a tonne, was known before."""
    told = footprint(network, chain(network, "pgm", "ZA", [], "DE"))
    assert told.of("electricity").value > 0.9 * told.total.value
    assert told.total.low <= 45_000 <= told.total.high
