"""Footprints of chains: by hand, in their sums, and beside what others published."""

from __future__ import annotations

import pytest

from sarai.corridors import Network, shipped
from sarai.corridors.tables import Emission, Good, Handling, Leg, Pace, Place, Source, Tariff
from sarai.goods import BadSetting
from sarai.minerals import cited_sources, materials
from sarai.minerals.footprint import (
    KINDS,
    chain,
    footprint,
    grid,
    overseas,
    process,
    published,
    routes_of,
    savings,
)
from sarai.minerals.footprint.tables import Fuel, Gateway, Grid, Option, Process, Published
from sarai.minerals.loading import packaged

NEAR = pytest.approx


@pytest.fixture(scope="module")
def network() -> Network:
    return overseas(shipped())


def made(network: Network, *asked, **said):
    return footprint(network, chain(network, *asked), **said)


# -- by hand -------------------------------------------------------------------------------------


@pytest.fixture
def railway() -> Network:
    """Two towns, 1,000 km of rails at 20 (10 to 30) g a tonne-kilometre and 2 US cents."""
    rails = {"mode": "rail", "gauge_mm": 1520, "distance_km": 1000, "source": "s"}
    place = {"country": "KZ", "kind": "city", "latitude_deg": 50.0, "source": "s"}
    return Network().with_rows(
        sources=[Source(code="s", title="made up")],
        places=[
            Place(code="KZAAA", name="A", longitude_deg=60.0, **place),
            Place(code="KZBBB", name="B", longitude_deg=70.0, **place),
        ],
        legs=[Leg(code="ab", start="KZAAA", end="KZBBB", **rails)],
        paces=[Pace(mode="rail", speed_kmh=20, source="s")],
        goods=[
            Good(code="chemicals", name="c", form="container", t_per_unit=10, source="s"),
            Good(code="ores", name="o", form="bulk", source="s"),
        ],
        tariffs=[
            Tariff(mode="rail", form=form, usd_per_km=0.02, source="s")
            for form in ("container", "bulk")
        ],
        handlings=[Handling(kind="city", start="door", end="rail-1520", form="*", hours=1, source="s")],
        emissions=[Emission(mode="rail", g_per_tkm=20, g_per_tkm_low=10, g_per_tkm_high=30, source="s")],
    )  # fmt: skip


def test_a_chain_of_phosphorus_by_hand(railway):
    """Rock dug at A, 9.5 t of it carried 1,000 km to B, reduced there with electricity of 500 g a kWh."""
    told = made(railway, "phosphorus", "KZ/KZAAA", ["KZ/KZBBB"], "KZ/KZBBB", grids={"KZ": 500.0})
    assert told.of("electricity").value == NEAR((9.5 * 20 + 13_500) * 500e-6)
    assert told.of("fuel").value == NEAR(9.5 * 0.15 * 0.0741)
    assert told.of("direct").value == NEAR(3.55)
    carried = told.of("transport")
    assert (carried.value, carried.low, carried.high) == NEAR((9.5 * 1000 * 20e-6, 0.095, 0.285))
    assert told.total.value == NEAR(6.845 + 0.1055925 + 3.55 + 0.19)
    assert told.hauls[0].tkm_by_mode == {"rail": NEAR(9500.0)}


def test_direct_emission_of_phosphorus_is_that_of_its_reaction():
    """2 Ca3(PO4)2 + 10 C gives P4 and 10 CO, which burns to 10 CO2."""
    carbon, oxygen, phosphorus = 12.011, 15.999, 30.974
    assert process("phosphorus")[-1].direct_t_per_t == NEAR(
        10 * (carbon + 2 * oxygen) / (4 * phosphorus), rel=1e-2
    )


def test_what_a_contract_for_electricity_saves_by_hand(railway):
    told = made(railway, "phosphorus", "KZ/KZAAA", ["KZ/KZBBB"], "KZ/KZBBB", grids={"KZ": 500.0})
    (one,) = [each for each in savings(railway, told) if each.option == "ppa"]
    kwh = 13_500 + 190
    assert one.saves_t == NEAR(kwh * 475e-6)
    assert one.usd.value == NEAR(kwh * 0.02)
    assert one.usd_per_t_co2e.value == NEAR(0.02 / 475e-6)
    assert one.usd_per_t_co2e.low < 0 < one.usd_per_t_co2e.value < one.usd_per_t_co2e.high


def test_electric_heat_on_coal_saves_nothing_and_says_so(network):
    told = made(network, "magnesium", "CN", [], "DE", grids={"CN": 1000.0})
    (heat,) = [each for each in savings(network, told) if each.option == "heat-magnesium"]
    assert heat.saves_t == NEAR(65 * 0.0946 - 65 * 160 * 1e-3)
    assert heat.usd_per_t_co2e is None


# -- sums and orders -----------------------------------------------------------------------------

CHAINS = [
    ("aluminium", "GN", ["CN"], "DE"),
    ("aluminium", "AU", ["AU", "NO"], "DE"),
    ("copper", "CD", [], "CN"),
    ("silicon-metal", "KZ", [], "DE"),
    ("manganese", "ZA", ["GE"], "TR"),
    ("coking-coal", "AU", ["IN"], "IN"),
    ("titanium-metal", "KZ", [], "FR"),
]


@pytest.mark.parametrize("asked", CHAINS, ids=lambda asked: f"{asked[0]}-{asked[1]}")
def test_totals_are_the_sums_of_their_parts(network, asked):
    told = made(network, *asked)
    kinds = [told.of(kind) for kind in KINDS]
    for bound in ("value", "low", "high"):
        assert getattr(told.total, bound) == NEAR(sum(getattr(each.co2e_t, bound) for each in told.parts))
        assert getattr(told.total, bound) == NEAR(sum(getattr(each, bound) for each in kinds))
    assert told.total.low < told.total.value < told.total.high
    assert {step.step for stop in told.chain.stops for step in stop.steps} == {
        step.step for step in process(asked[0])
    }


def test_carriage_is_what_the_legs_emit(network):
    """Beside the router: each leg's length by its mode's factor."""
    told = made(network, "silicon-metal", "NO", [], "NL")
    legs = [each for each in network.legs if {each.start, each.end} == {"NOBGO", "XZGER"}]
    assert told.hauls[0].distance_km > legs[0].distance_km
    assert told.of("transport").value == NEAR(told.hauls[0].distance_km * 4.1e-6)


def test_the_way_with_least_co2e_emits_no_more(network):
    for asked in CHAINS[:3]:
        usual, least = (made(network, *asked, way=way) for way in ("usual", "least-co2e"))
        assert least.of("transport").value <= usual.of("transport").value * (1 + 1e-9)
        assert not [each for each in savings(network, least) if each.option == "least-co2e"]


def test_dirtier_electricity_means_a_larger_footprint(network):
    totals = [made(network, "aluminium", "KZ", [], "DE", grids={"KZ": g}).total.value for g in (0, 400, 900)]
    assert totals == sorted(set(totals))


def test_steps_are_laid_on_places(network):
    spread = chain(network, "aluminium", "GN", ["CN"], "DE")
    assert [[step.step for step in each.steps] for each in spread.stops] == [
        ["mining"], ["alumina", "smelting"], [],
    ]  # fmt: skip
    said = chain(network, "aluminium", "AU", ["CN", "smelting@NO"], "DE")
    assert [len(each.steps) for each in said.stops] == [0, 0, 3, 0]
    passed = chain(network, "silicon-metal", "KZ", ["AZ"], "DE")
    assert [len(each.steps) for each in passed.stops] == [1, 0, 0]


# -- beside others -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "low", "high"),
    [
        (("aluminium", "AU", ["AU", "NO"], "DE"), 4.0, 6.0),  # water power
        (("aluminium", "GN", ["CN"], "CN"), 11.0, 20.0),  # a grid of coal
        (("magnesium", "CN", [], "CN", "Pidgeon"), 21.8, 39.3),
        (("silicon-metal", "NO", [], "DE"), 4.0, 6.5),
    ],
    ids=lambda each: f"{each[0]}-{each[1]}" if isinstance(each, tuple) else str(each),
)
def test_totals_lie_near_what_others_found(network, asked, low, high):
    """Pidgeon: two published studies. The others are narrower than what is published (aluminium 4.5 to 22),
    set after a first run: they show a change, not that the figures are right."""
    assert low <= made(network, *asked).total.value <= high


def test_alumina_lies_within_the_range_of_the_plants(network):
    """International Aluminium Institute, survey of 2019: 0.6 to 2.4 t for a tonne of alumina."""
    told = made(network, "aluminium", "CN", [], "CN")
    of = sum(each.co2e_t.value for each in told.parts if each.step == "alumina") / 1.93
    assert 0.6 <= of <= 2.4


# -- tables and errors ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind"),
    [("processes", Process), ("grids", Grid), ("fuels", Fuel), ("options", Option), ("published", Published),
     ("gateways", Gateway)],
)  # fmt: skip
def test_every_figure_has_a_source_that_there_is(name, kind):
    for row in packaged(name, kind):
        assert set(row.source.split()) <= set(cited_sources())
        assert getattr(row, "material", "*") in {"*", *materials()}


def test_what_options_and_published_speak_of_is_there():
    steps = {(each.material, each.step) for each in packaged("processes", Process)}
    for each in packaged("options", Option):
        assert each.step == "*" or (each.material, each.step) in steps
    for each in packaged("published", Published):
        assert not each.route or not routes_of(each.material) or each.route in routes_of(each.material)


def test_every_gateway_is_a_place_of_its_country(network):
    for each in packaged("gateways", Gateway):
        assert network.by_place[each.place].country == each.country


def test_ways_from_overseas_are_no_shorter_than_the_globe_allows(network):
    pyproj = pytest.importorskip("pyproj")
    globe = pyproj.Geod(ellps="WGS84")
    for leg in packaged("network/legs", Leg):
        a, b = network.by_place[leg.start], network.by_place[leg.end]
        straight = globe.inv(a.longitude_deg, a.latitude_deg, b.longitude_deg, b.latitude_deg)[2] / 1000
        assert straight <= leg.distance_km <= 2.5 * straight


@pytest.mark.parametrize("start", ["CL", "PE"])
def test_what_is_dug_on_the_pacific_coast_goes_through_panama(network, start):
    """By the packaged legs: to Balboa, 96 km of canal and roads, 8,118 km to Ushant and on to Rotterdam."""
    (way,) = made(network, "copper", start, [], "NL").hauls
    to_balboa = {"CL": 4069, "PE": 2557}[start]
    assert way.countries == (start, "PA", "NL")
    assert to_balboa + 96 + 8118 < way.distance_km < to_balboa + 96 + 8118 + 1000


def test_a_material_without_figures_still_has_what_others_published():
    without = [code for code in materials() if not routes_of(code)]
    assert without == ["beryllium", "bismuth", "germanium", "hafnium", "scandium", "tantalum"]
    assert published("germanium")
    assert process("germanium") == ()


def test_the_year_of_electricity_is_the_nearest():
    assert (grid("CN").year, grid("CN", 2010).year) == (2023, 2023)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("germanium", "CN", [], "DE"), "germanium has no process"),
        (("magnesium", "CN", [], "DE", "Bolzano"), "'Bolzano'; take 'Pidgeon' or 'electrolysis'"),
        (("aluminium", "CN", ["melting@NO"], "DE"), "'melting' is not one of mining, alumina, smelting"),
        (("aluminium", "smelting@CN", ["mining@NO"], "DE"), "in the order mining, alumina, smelting"),
        (("copper", "CL", [], "HU/NLRTM"), "Rotterdam is in NL, not in 'HU'"),
        (("copper", "BO", [], "DE"), "'BO' has no place in the network"),
        (("copper", "TM", [], "DE"), "TM has several places; name one, as TM/"),
    ],
)
def test_errors_name_the_value_and_the_next_step(network, asked, said):
    with pytest.raises(BadSetting, match=said):
        chain(network, *asked)


def test_electricity_without_a_figure_is_asked_for(network):
    laid = chain(network, "silicon-metal", "HK", [], "DE")
    with pytest.raises(BadSetting, match=r"'HK' has no figure.*--grid HK="):
        footprint(network, laid)
    assert footprint(network, laid, grids={"HK": 600.0}).total.value > 5


def test_scrap_takes_the_place_of_its_share(network):
    told = made(network, "copper", "CD", [], "CN")
    (scrap,) = [each for each in savings(network, told) if each.option == "scrap-copper"]
    assert scrap.saves_t == NEAR(0.3 * (told.total.value - 0.8))
    assert scrap.usd.value == NEAR(0.3 * 50)


@pytest.mark.parametrize("asked", CHAINS, ids=lambda asked: f"{asked[0]}-{asked[1]}")
def test_measures_come_cheapest_first_and_save_no_more_than_there_is(network, asked):
    told = made(network, *asked)
    found = savings(network, told)
    costs = [each.usd_per_t_co2e.value for each in found if each.usd_per_t_co2e]
    assert costs == sorted(costs)
    assert all(each.saves_t <= told.total.value for each in found)
    for each in found:
        if each.usd_per_t_co2e:
            assert each.usd_per_t_co2e.value * each.saves_t == NEAR(each.usd.value)
