"""Trade as BACI has it, and what is measured of it."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sarai.goods import BadSetting
from sarai.minerals.dependence import (
    Exposure,
    Flows,
    Lacking,
    apart,
    exposures,
    flows,
    geopolrisk,
    hhi,
    import_shares,
    importer_code,
    instability,
    joined,
)
from sarai.minerals.sources import baci

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "minerals"
real = pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not beside the checkout")

ROWS = """t,exp,imp,k,v,q
2022,CHN,JPN,811292,100,10
2022,CHN,JPN,260111,20,
2022,S19,JPN,811292,50,5
2022,DEU,FRA,811292,8,1
2021,CHN,FRA,811292,30,4
2022,USA,FRA,811292,30,3
2022,SCG,DEU,811292,10,1
"""


@pytest.fixture
def trade(tmp_path):
    path = tmp_path / "baci_raw_materials_made.csv"
    path.write_text(ROWS)
    return baci.read(path)


def test_rows_become_columns_by_year_with_codes_of_the_house(trade):
    assert trade.years == (2021, 2022)
    assert trade.countries == ("CN", "DE", "FR", "JP", "SCG", "TW", "US")
    assert np.isnan(trade.quantity_t).sum() == 1
    assert trade.worth_kusd()[811292] == {2021: 30.0, 2022: 198.0}


def test_gzipped_is_read_alike(trade, tmp_path):
    path = tmp_path / "baci_raw_materials_made.csv.gz"
    path.write_bytes(gzip.compress(ROWS.encode()))
    again = baci.read(path)
    assert again.countries == trade.countries
    assert np.array_equal(again.value_kusd, trade.value_kusd)


def test_a_missing_file_is_told_with_pattern_folder_and_publisher(tmp_path):
    with pytest.raises(BadSetting, match=r"baci_raw_materials\*.*BACI"):
        baci.of_folder(tmp_path)


@pytest.mark.parametrize(
    "text",
    ["t,exp,imp,k,v\n2022,CHN,JPN,1,2\n", ROWS + "x,CHN,JPN,1,2,3\n", "t,exp,imp,k,v,q\n", "", '"\x00'],
)
def test_a_file_of_another_kind_is_refused(tmp_path, text):
    path = tmp_path / "baci_raw_materials_made.csv"
    path.write_text(text)
    with pytest.raises(BadSetting, match=r"is not trade of BACI|has no rows"):
        baci.read(path)


def test_shares_of_imports(trade):
    shares = import_shares(flows(trade, ["811292"], 2022), "JP")
    assert [(each.country, round(each.share, 3)) for each in shares] == [("CN", 0.667), ("TW", 0.333)]


def test_tonnes_that_lack_are_told_by_value_unless_they_are_few(trade):
    assert flows(trade, ["811292"], 2022).unit == "t"
    both = flows(trade, ["811292", "260111"], 2022)
    assert both.unit == "kUSD"
    assert both.amounts[both.at("CN"), both.at("JP")] == 120


def test_tonnes_that_lack_are_reckoned_from_their_worth(tmp_path):
    path = tmp_path / "baci_raw_materials_made.csv"
    path.write_text(ROWS + "2022,KAZ,JPN,811292,4,\n")
    network = flows(baci.read(path), ["811292"], 2022)
    assert network.unit == "t"
    assert network.estimated == pytest.approx(4 / 202)
    assert network.amounts[network.at("KZ"), network.at("JP")] == pytest.approx(4 * 20 / 198)


def test_the_union_is_one_and_its_trade_within_is_left_out(trade):
    network = joined(flows(trade, ["811292"], 2022), {"DE", "FR"}, "EU")
    assert network.countries == ("CN", "JP", "SCG", "TW", "US", "EU")
    bought = {each.country: each.share for each in import_shares(network, "EU")}
    assert bought == {"SCG": 0.25, "US": 0.75}


def test_who_buys_nothing_has_no_shares_and_who_is_unknown_is_refused(trade):
    network = flows(trade, ["811292"], 2022)
    assert import_shares(network, "CN") == ()
    with pytest.raises(BadSetting, match="KZ has no trade"):
        import_shares(network, "KZ")
    with pytest.raises(BadSetting, match="Atlantis"):
        importer_code("Atlantis")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0.001, 1e6), min_size=1, max_size=30))
def test_concentration_lies_between_even_and_one(amounts):
    assert 1 / len(amounts) - 1e-9 <= hhi(amounts) <= 1 + 1e-9


def test_the_score_by_hand():
    """Two producers, 3 to 1: HHI 10/16. Of 8 t, 2 are made, 4 come from B (0.5), 2 from C, who is unrated."""
    found = geopolrisk({"B": 4, "C": 2}, {"A": 2, "B": 6}, {"B": 0.25}, ["A"])
    assert found.hhi == pytest.approx(10 / 16)
    assert found.import_risk == pytest.approx((4 * 0.25 + 2 * 0.5) / 8)
    assert found.score == pytest.approx(found.hhi * found.import_risk)


def test_what_members_sell_each_other_bears_no_risk():
    apart_, one = (geopolrisk({"B": 4, "C": 2}, {"B": 6}, {"B": 0.25}, own) for own in (["A"], ["A", "C"]))
    assert apart_.import_risk == pytest.approx(2 / 6)
    assert one.import_risk == pytest.approx(1 / 6)


def test_stability_is_turned_round():
    assert [instability(each) for each in (-2.5, 0, 2.5, 9)] == [1, 0.5, 0, 0]


def test_a_shared_code_is_told_apart_by_what_is_produced():
    network = Flows(("A", "B", "C"), np.array([[0, 8.0, 0], [0, 0, 0], [0, 6.0, 0]]), "t")
    found = apart(network, {"A": 3}, {"A": 1, "B": 2})
    assert found.amounts[0, 1] == 8 * 0.75
    assert found.amounts[2, 1] == 6 * 0.5  # who produces neither sends what the world does


MADE = {
    "baci_raw_materials_made.csv": """t,exp,imp,k,v,q
2022,CHN,DEU,811292,400,40
2022,JPN,DEU,811292,100,10
2022,FIN,DEU,811292,50,5
""",
    "world_mining_data_made.csv": """material,Country,Country_ISO,2022,unit
Gallium,China,CHN,90,metr. t
Gallium,Japan,JPN,10,metr. t
Germanium,China,CHN,30000,kg
""",
    "wgi_full_made.csv": """code,countryname,year,indicator,estimate
CHN,China,2021,pv,-0.5
JPN,Japan,2021,pv,1
JPN,Japan,2021,cc,-2
""",
}


def test_gallium_and_germanium_under_one_code_are_told_apart_by_who_produces_them(tmp_path):
    """China sends them 9 to 3, Japan gallium alone; Finland, which makes neither, as the world: 100 to 30."""
    for name, text in MADE.items():
        (tmp_path / name).write_text(text)
    gallium, germanium = exposures(tmp_path, ["gallium", "germanium"], "DE", 2022)
    tonnes = {"CN": 30, "JP": 10, "FI": 5 * 100 / 130}
    whole = sum(tonnes.values())
    assert dict(gallium.direct) == pytest.approx({code: each / whole for code, each in tonnes.items()})
    assert dict(germanium.direct) == pytest.approx({"CN": 10 / 11.1538, "FI": 1.1538 / 11.1538}, rel=1e-4)
    assert gallium.score.import_risk == pytest.approx((30 * 0.6 + 10 * 0.3 + tonnes["FI"] * 0.5) / whole)
    assert all("told apart" in each.notes[-1] for each in (gallium, germanium))


# -- the data beside the checkout ----------------------------------------------------------------


@real
def test_one_material_without_data_stops_no_other():
    found = exposures(DATA, ["gallium", "copper"], "KG", 2022, "mining")
    assert [type(each) for each in found] == [Lacking, Exposure]
    assert found[0].reason


@real
def test_all_materials_are_answered_for_the_union():
    found = exposures(DATA, (), "EU", 2022)
    assert len(found) == 34
    for each in found:
        assert isinstance(each, Exposure), each
        assert sum(share.share for share in each.direct) == pytest.approx(1)
        assert not each.traced or sum(share.share for share in each.traced) == pytest.approx(1, abs=1e-9)
        assert "EU" not in {share.country for share in each.direct}
        assert each.score is None or each.low <= each.score.score <= each.high


@real
def test_germanium_and_gallium_have_scores_and_say_what_they_rest_on():
    for importer, basis in (("JP", "world production"), ("EU", "EU study")):
        for each in exposures(DATA, ["germanium", "gallium"], importer, 2022):
            assert each.basis == basis
            assert each.score.score > 0.4
            assert any("811292" in note for note in each.notes)
            assert [share.country for share in each.over] == ["CN"]
    dried = exposures(DATA, ["germanium"], "JP", 2022)[0]
    assert any("811230" in note and "no zero" in note for note in dried.notes)
    before = exposures(DATA, ["germanium"], "JP", 2006)[0]
    assert before.basis == "trade in t" and before.codes == ("811230",)


@real
def test_rare_earths_of_japan_as_the_facts_have_them():
    """The facts: China's part of Japan's imports fell from 88.7 % of tonnes to 57.2 % in five years."""
    trade, codes = baci.of_folder(DATA), ("280530", "284610", "284690")
    parts = [dict(import_shares(flows(trade, codes, year, "t"), "JP"))["CN"] for year in (2008, 2013)]
    assert parts == pytest.approx([0.887, 0.572], abs=0.001)
