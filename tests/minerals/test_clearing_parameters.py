"""Elasticities with their ranges, intervals over draws of them, and shocks in words as arrays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from minerals.markets_of_prices import chosen, random_market, shut
from sarai.goods.errors import BadSetting
from sarai.minerals.loading import TablesFaulty
from sarai.minerals.shocks.applied import applied
from sarai.minerals.shocks.clearing import (
    Elasticities,
    Shock,
    cleared,
    drawn,
    intervals,
    market,
    parameters,
    read,
    typical,
)
from sarai.minerals.shocks.measures import parse

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "minerals"
TABLE = "material,kind,short_low,short,short_high,long_low,long,long_high,source\n"


# -- the table -----------------------------------------------------------------------------------


def test_every_row_of_the_packaged_table_has_a_source_and_a_material_of_the_house():
    from importlib.resources import files

    from sarai.minerals import cited_sources, materials

    text = files("sarai.reference").joinpath("minerals", "elasticities.csv").read_text("utf-8")
    rows = read(text, "packaged")
    assert len({(row.material, row.kind) for row in rows}) == len(rows)
    assert {row.source for row in rows} <= set(cited_sources())
    assert {row.material for row in rows} <= {"*"} | set(materials())


def test_a_materials_own_row_goes_before_that_of_all():
    general, own = parameters("tungsten"), parameters("lithium")
    assert general["supply"].short == (0.05, 0.15, 0.35)
    assert own["supply"].short == (0.8, 1.69, 2.2)
    assert own["demand"] == general["demand"]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("*,supply,0.3,0.2,0.1,0.1,0.2,0.3,s", "not ordered"),
        ("*,demand,-0.3,-0.2,-0.1,0.1,0.2,0.3,s", "without its sign"),
        ("*,supply,0.1,much,0.3,0.1,0.2,0.3,s", "short 'much' expected `float`"),
        ("*,taste,0.1,0.2,0.3,0.1,0.2,0.3,s", "'taste' of .* is no kind"),
        ("*,supply,0.1,0.2,0.3,0.1,0.2,0.3", "fewer fields"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_with_its_line(row, says):
    with pytest.raises(TablesFaulty, match=f"mine.csv, line 2: .*{says}"):
        read(TABLE + row, "mine.csv")


def test_every_row_that_cannot_be_used_is_told_at_once():
    bad = "*,taste,0.1,0.2,0.3,0.1,0.2,0.3,s"
    with pytest.raises(TablesFaulty) as told:
        read(f"{TABLE}{bad}\n*,supply,0.1,0.2,0.3,0.1,0.2,0.3,s\n{bad.replace('taste', 'smell')}", "mine.csv")
    assert [fault.row for fault in told.value.faults] == [2, 4]


def test_a_table_that_lacks_a_column_or_a_kind_is_refused():
    with pytest.raises(TablesFaulty, match=r"mine\.csv, line 1: has no column short, source"):
        read("material,kind,short_low\n", "mine.csv")
    with pytest.raises(BadSetting, match="no demand is given for gallium"):
        parameters("gallium", read(TABLE + "*,supply,0.1,0.2,0.3,0.1,0.2,0.3,s", "mine.csv"))


def test_draws_lie_in_their_range_half_of_them_below_the_typical_figure():
    known, random = parameters("gallium"), np.random.default_rng(5)
    draws = [drawn(known, random) for _ in range(2000)]
    for kind in ("supply", "demand", "trade", "spare"):
        for run, of in enumerate((known[kind].short, known[kind].long)):
            values = np.array([getattr(each, kind)[run] for each in draws])
            assert of[0] <= values.min() and values.max() <= of[2]
            assert (values < of[1]).mean() == pytest.approx(0.5, abs=0.05)


# -- intervals -----------------------------------------------------------------------------------


def gallium_market():
    return market(
        {("CN", "JP"): 120.0, ("CN", "DE"): 60.0, ("KZ", "JP"): 12.0, ("CN", "KZ"): 1.0},
        {"CN": 400.0, "KZ": 12.0, "DE": 10.0},
        typical(parameters("gallium")),
        {"JP": 60.0},
    )


def test_one_seed_gives_one_answer_and_the_percentiles_are_in_order():
    of = gallium_market()
    shock = applied(parse("embargo CN>JP"), of, 2022, 8)
    known = parameters("gallium")
    one, same, other = (
        intervals(of, shock, known, np.random.default_rng(seed), draws=25) for seed in (1, 1, 2)
    )
    assert (one.prices == same.prices).all() and (one.prices != other.prices).any()
    assert one.prices.shape == (3, 8, 4) and one.surplus_lost.shape == (3,)
    for each in (one.prices, one.consumption_lost, one.runs_out, one.users_lost, one.surplus_lost):
        assert (each[0] <= each[1]).all() and (each[1] <= each[2]).all()
    at = of.at("JP")
    assert one.prices[0, 7, at] < cleared(of, shock, 8).prices[7, at] < one.prices[2, 7, at]


def test_stocks_are_uncertain_even_where_elasticities_are_not():
    certain = {
        kind: replace(row, short=(row.short[1],) * 3, long=(row.long[1],) * 3)
        for kind, row in parameters("gallium").items()
    }
    of = gallium_market()
    shock = applied(parse("embargo CN>JP"), of, 2022, 24)
    spread = intervals(of, shock, certain, np.random.default_rng(1), draws=15).runs_out
    stated = spread[:, of.at("JP")]
    assert stated[0] < cleared(of, shock, 24).runs_out("JP") < stated[2]


def test_draws_begin_from_the_typical_answer_and_end_where_a_fresh_search_does():
    of = random_market(4, 9)
    cut = shut(of, 0, 6, 0.8)
    near = cleared(of, cut, 6)
    other = random_market(4, 9, chosen(demand=(0.4, 0.4)))
    assert cleared(other, cut, 6, start=near).prices == pytest.approx(cleared(other, cut, 6).prices)


def test_no_draws_are_refused():
    of = gallium_market()
    shock = applied(parse("embargo CN>JP"), of, 2022, 2)
    with pytest.raises(BadSetting, match="0 draws"):
        intervals(of, shock, parameters("gallium"), np.random.default_rng(1), draws=0)


# -- shocks in words -----------------------------------------------------------------------------


def test_words_become_caps_and_losses_by_month():
    of = gallium_market()
    shock = applied(parse("quota CN>* 60%; embargo CN>JP 73d; lose KZ 30%"), of, 2022, 15)
    link = {
        (of.countries[giver], of.countries[taker]): at for at, (giver, taker) in enumerate(of.links.tolist())
    }
    assert shock.caps[:, link["CN", "DE"]] == pytest.approx(3.0)
    days = 73 / (365 / 12)  # months of the embargo
    to_japan = [0.0, 0.0, 6.0 * (3 - days), *[6.0] * 12]
    assert shock.caps[:, link["CN", "JP"]] == pytest.approx(to_japan)
    assert np.isinf(shock.caps[:, link["KZ", "JP"]]).all()
    assert shock.lost[:, of.at("KZ")] == pytest.approx(0.3)
    assert not shock.lost[:, of.at("CN")].any()


def test_what_lasts_nearly_a_year_ends_and_what_lasts_a_year_goes_on():
    of = gallium_market()
    ours = of.links.tolist().index([of.at("CN"), of.at("JP")])
    ends, lasts = (applied(parse(text), of, 2022, 14) for text in ("embargo CN>JP 350d", "embargo CN>JP"))
    assert np.isfinite(ends.caps[11, ours]) and np.isinf(ends.caps[12:, ours]).all()
    assert (lasts.caps[:, ours] == 0).all()


def test_an_embargo_is_felt_at_home_too():
    of = gallium_market()
    found = cleared(of, applied(parse("embargo CN>*"), of, 2022, 12), 12)
    assert found.prices[-1, of.at("CN")] < 1 < found.prices[-1, of.at("JP")]
    assert found.suppliers("JP", 12)["CN"] == (10.0, 0.0)
    assert found.suppliers("JP", 12)["KZ"][1] > 1.0


# -- hard cases ----------------------------------------------------------------------------------


@pytest.mark.parametrize("foresight", [False, True])
@pytest.mark.parametrize("seed", range(20))
def test_stiff_markets_clear_and_a_shock_never_adds_surplus(seed, foresight):
    random = np.random.default_rng(seed)

    def pair(low: float, high: float) -> tuple[float, float]:
        short, long = np.sort(np.exp(random.uniform(np.log(low), np.log(high), 2))).tolist()
        return short, long

    elasticities = Elasticities(
        supply=pair(0.005, 3), demand=pair(0.005, 2), trade=pair(0.5, 15),
        spare=(0.0 if seed % 3 == 0 else 0.1, 0.5), stock_days=float(random.uniform(0, 150)),
        adjustment_months=12.0,
    )  # fmt: skip
    of = random_market(seed, int(random.integers(2, 20)), elasticities)
    cut = shut(
        of, int(of.production.argmax()), 5, (0.0, 0.5, 0.999, 1.0)[seed % 4], (0.0, 0.5, 1.0)[seed % 3]
    )
    found = cleared(of, Shock(caps=cut.caps, lost=cut.lost, added=cut.added), 5, foresight=foresight)
    balance = found.production + found.released - found.consumption - found.unsold
    np.add.at(balance.T, of.links[:, 1], found.flows.T)
    np.add.at(balance.T, of.links[:, 0], -found.flows.T)
    world = of.consumption.sum()
    assert np.abs(balance).max() < 1e-9 * world
    assert (found.stocks >= 0).all() and (found.released.sum(axis=0) <= of.stocks + 1e-9 * world).all()
    assert found.surplus_lost > -1e-9 * world


def test_the_trade_of_a_year_comes_back_exactly():
    if not list(DATA.glob("baci_raw_materials*")):
        pytest.skip("the trade data lie beside the checkout, and are not there")
    from sarai.minerals.shocks.markets import known

    data = known(DATA, "lree", 2009)
    of = market(data.flows, data.production, typical(parameters("lree")), alone=["JP"])
    found = cleared(of, None, 2)
    assert np.abs(found.flows - of.flows).max() < 1e-9 * of.consumption.sum()
    assert found.prices == pytest.approx(1.0, abs=1e-9)
    arrived = sum(flow for (_, taker), flow in data.flows.items() if taker == "JP")
    assert 12 * found.flows[0, of.links[:, 1] == of.at("JP")].sum() == pytest.approx(arrived)
