"""Past shocks run forward: what is known before, on data of others, and on a market by hand.

What came after an event is in the docs as it comes out; here is only seen to that the years after are read
for checking alone, and that what is said of what happened is what the trade data say.
"""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from pathlib import Path

import pytest
from msgspec.structs import replace

from sarai.goods import BadSetting
from sarai.minerals.shocks.cases import CASES, ran, ran_on_shares

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "minerals"
JAPAN = CASES["rare-earths-2010"]


def by_hand(codes, year):
    """CN sends JP 80 in 2009 and less after; VN 20 and more after."""
    assert codes == JAPAN.codes
    less = {2009: 0, 2010: 10, 2011: 30, 2012: 50, 2013: 40}[year]
    return {("CN", "JP"): 80.0 - less, ("VN", "JP"): 20.0 + less, ("CN", "VN"): 30.0}


def test_what_is_said_and_what_happened():
    found = ran(JAPAN, by_hand)
    assert (found.before.imports, found.before.of_exporter, found.before.share) == (100, 80, 0.8)
    assert found.said.of_exporter == 0
    assert [each.of_exporter for each in found.then] == [70, 50, 30, 40]
    assert found.step_in == ("VN",)
    assert found.stepped_in == (("VN",),) * 4
    assert 0 < found.missed[0] < found.missed[1] < found.missed[2] <= 0.8
    assert 25 < found.runs_out_days < 45


def test_the_years_after_change_nothing_that_is_said():
    def otherwise(codes, year):
        return by_hand(codes, year) if year <= JAPAN.before else {("KZ", "JP"): 5.0}

    one, other = ran(JAPAN, by_hand), ran(JAPAN, otherwise)
    for part in ("before", "said", "missed", "runs_out_days", "others", "step_in"):
        assert getattr(one, part) == getattr(other, part)
    assert one.then != other.then


def test_all_that_is_known_is_of_before():
    for case in CASES.values():
        assert case.before < min(case.after)


def test_without_trade_it_cannot_be_run_and_says_so():
    with pytest.raises(BadSetting, match="no trade in 2022 under 811291, 811292"):
        ran(CASES["gallium-2023"], lambda codes, year: {})


def test_on_shares_the_importer_misses_what_the_exporter_sent_for_so_long():
    case = replace(CASES["gallium-2023"], shock="delay CN>* 73d")
    production = {2022: {"CN": 90.0, "JP": 10.0}, 2023: {"CN": 95.0, "JP": 5.0}}
    found = ran_on_shares(case, {"CN": 0.7, "JP": 0.2, "DE": 0.1}, ("DE",), production)
    assert found.share == pytest.approx(0.7)
    assert found.elsewhere == {2022: pytest.approx(0.1), 2023: pytest.approx(0.05)}
    assert 0 <= found.missed[0] <= found.missed[2] < 0.7 * 0.2 + 0.02


# -- on the trade data themselves ----------------------------------------------------------------


@pytest.fixture(scope="module")
def japan():
    files = sorted(DATA.glob("baci_raw_materials*.csv*")) if DATA.is_dir() else []
    if not files:
        pytest.skip("no trade of BACI beside the checkout, in shared/data/minerals")
    from sarai.minerals.shocks.markets import trade_of

    return ran(JAPAN, trade_of(files[0].parent)), _japan_by_csv(files[0])


def _japan_by_csv(path: Path) -> dict[int, dict[str, float]]:
    """Tonnes that Japan bought by year and seller, read without our reader."""
    bought: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    codes = tuple(f",JPN,{code}," for code in JAPAN.codes)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        named = next(lines)
        kept = [line for line in lines if any(code in line for code in codes)]
    for row in csv.DictReader([named, *kept]):
        bought[int(row["t"])][row["exp"]] += float(row["q"] or 0)
    return bought


def test_what_japan_bought_of_china_is_what_the_file_says(japan):
    found, bought = japan
    assert found.before.of_exporter == pytest.approx(bought[2009]["CHN"])
    for year in found.then:
        assert year.of_exporter == pytest.approx(bought[year.year]["CHN"])
        assert year.imports == pytest.approx(
            sum(bought[year.year].values()), rel=0.03
        )  # some tonnes unstated


def test_before_2010_japan_depends_on_china_and_an_embargo_hurts_it_most(japan):
    found, _ = japan
    assert found.before.share > 0.7
    assert found.said.share == 0
    assert found.missed[1] > 0.2
    assert found.runs_out_days < 60
    assert found.step_in


@pytest.mark.parametrize("material", ["gallium", "germanium"])
def test_few_could_step_in_for_gallium_and_germanium(material):
    from sarai.minerals.sources.eu import read_supply
    from sarai.minerals.sources.mining import read_produced

    files = [
        sorted(DATA.glob(each)) for each in ("eu_crm_fact_EUSupplyShares*.csv", "world_mining_data*.csv")
    ]
    if not all(files):
        pytest.skip(
            "no tables of the EU and of World Mining Data beside the checkout, in shared/data/minerals"
        )
    shares, mined = (found[0] for found in files)
    sourcing = {each.country: each.share for each in read_supply(shares, []) if each.material == material}
    made = {
        each.country: each.amount
        for each in read_produced(mined, [])
        if each.material == material.title() and each.year == 2022
    }
    found = ran_on_shares(CASES[f"{material}-2023"], sourcing, ("BE", "DE"), {2022: made})
    assert found.share > 0.65  # more than the Act allows of one country
    assert found.elsewhere[2022] < 0.1
    assert 30 < found.runs_out_days < 60
