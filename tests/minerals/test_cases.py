"""Past shocks run forward: what is known before, on data of others, and on a market by hand.

What came after an event is in the docs as it comes out; here is only seen to that the page says it, that the
years after are read for checking alone, and that what is said of what happened is what the trade data say.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict
from pathlib import Path

import pytest
from benchmarks.minerals_cases import markdown
from click.testing import CliRunner
from msgspec.structs import replace

from sarai.cli.minerals import minerals
from sarai.goods import BadSetting, SaraiError
from sarai.minerals.shocks import cascade, cut, market_of, parse
from sarai.minerals.shocks.cases import (
    AS_BEFORE,
    CASES,
    EVENTS,
    Assumed,
    Figure,
    cases_of,
    ran,
    ran_on_shares,
)
from sarai.minerals.shocks.cases.spreading import play
from sarai.telling.minerals_cases import CasesTold, told

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "minerals"
JAPAN = CASES["rare-earths-2010"]
FEW = Assumed(draws=10, reserve_days=30)


def by_hand(codes, year):
    """CN sends JP 80 in 2009 and less after; VN 20 and more after."""
    assert codes == JAPAN.codes
    less = {2009: 0, 2010: 10, 2011: 30, 2012: 50, 2013: 40}[year]
    return {("CN", "JP"): 80.0 - less, ("VN", "JP"): 20.0 + less, ("CN", "VN"): 30.0}


def worth(codes, year, importer):
    """A tonne costs JP five dollars more each year from ten; of others nothing is known."""
    return 10.0 + 5 * (year - 2009) if importer == "JP" else None


@pytest.fixture(scope="module")
def made():
    return ran(JAPAN, by_hand, worth, FEW)


def test_what_is_said_and_what_happened(made):
    assert (made.before.imports, made.before.of_exporter, made.before.share) == (100, 80, 0.8)
    assert all(
        said.of_exporter == Figure(value=0, p10=0, p90=0) for said in (made.cascade.said, *made.prices.said)
    )
    assert [each.of_exporter for each in made.then] == [70, 50, 30, 40]
    assert made.cascade.said.step_in == ("VN",)
    assert all(each.stepped_in == ("VN",) for each in made.then)
    missed = made.cascade.shortage.missed
    assert 0 < missed.p10 < missed.p90 <= 0.8
    assert 0 < missed.value <= 0.8
    assert 25 < made.cascade.shortage.runs_out_days < 45


def test_the_typical_figure_is_the_cascades_own_and_draws_do_not_change_what_was_traded(made):
    market = market_of(by_hand(JAPAN.codes, 2009), reserve_days=30)
    spread = cascade(market, cut(parse("embargo CN>JP"), market.countries, 2009))
    at = market.countries.index("JP")
    said = made.cascade.said
    assert said.imports.value == pytest.approx(spread.trade[:, at].sum())
    assert made.cascade.shortage.missed.value == pytest.approx(-spread.consumption[at] / 100)
    quota = play(replace(JAPAN, shock="quota CN>JP 50%"), by_hand(JAPAN.codes, 2009), FEW).said.of_exporter
    assert (quota.p10, quota.value, quota.p90) == (pytest.approx(40),) * 3


def test_prices_are_said_by_year_beside_what_was_paid(made):
    paid = {each.country: each for each in made.paid}
    assert set(paid) == {"JP"}  # the others of the case trade nothing here
    assert paid["JP"].then == (1.5, 2.0, 2.5, 3.0)
    first, second = paid["JP"].said
    assert 1 < first.p10 <= first.value <= first.p90
    assert second.value > 1


def test_by_how_much_it_is_off_is_said_by_came(made):
    assert [(each.model, each.said_year, each.year) for each in made.off] == [
        (model, number, year)
        for model, number in ((AS_BEFORE, 1), ("cascade", 1), ("prices", 1), ("prices", 2))
        for year in JAPAN.after
    ]
    unchanged, first, said = made.off[0], made.off[4], made.cascade.said
    assert (unchanged.imports, unchanged.share) == (0, pytest.approx(0.8 - 0.7))
    assert first.imports == pytest.approx(said.imports.value / 100 - 1)
    assert first.share == pytest.approx(0 - 0.7)
    assert not first.share_within and first.imports_within == (said.imports.p10 <= 100 <= said.imports.p90)


def test_the_years_after_change_nothing_that_is_said(made):
    def otherwise(codes, year):
        return by_hand(codes, year) if year <= JAPAN.before else {("KZ", "JP"): 5.0}

    other = ran(JAPAN, otherwise, worth, FEW)
    for part in ("before", "cascade", "prices"):
        assert getattr(made, part) == getattr(other, part)
    assert made.then != other.then


def test_a_year_without_trade_is_off_by_what_cannot_be_said(made):
    nothing = ran(JAPAN, lambda codes, year: by_hand(codes, year) if year == 2009 else {}, None, FEW)
    assert {each.imports for each in nothing.off} == {None}
    assert nothing.paid[0].then == (None,) * 4


def test_stocks_are_one_assumption_of_both_models():
    little, much = (ran(JAPAN, by_hand, None, Assumed(draws=10, reserve_days=days)) for days in (5, 200))
    assert little.cascade.shortage.missed.value > much.cascade.shortage.missed.value
    assert little.prices.prices["JP"][0].value > much.prices.prices["JP"][0].value


def test_all_that_is_known_is_of_before():
    for case in CASES.values():
        assert case.before < min(case.after)
    assert {case.name for event in EVENTS for case in cases_of(event)} == {
        each.name for each in CASES.values()
    }
    with pytest.raises(BadSetting, match="'suez-2021' is not known; take japan-2010 or"):
        cases_of("suez-2021")


def test_without_trade_it_cannot_be_run_and_says_so():
    with pytest.raises(BadSetting, match="no trade in 2022 under 811291, 811292"):
        ran(CASES["gallium-2023"], lambda codes, year: {})


def test_on_shares_the_importer_misses_what_the_exporter_sent_for_so_long():
    case = replace(CASES["gallium-2023"], shock="delay CN>* 73d")
    production = {2022: {"CN": 90.0, "JP": 10.0}, 2023: {"CN": 95.0, "JP": 5.0}}
    found = ran_on_shares(case, {"CN": 0.7, "JP": 0.2, "DE": 0.1}, ("DE",), production, FEW)
    assert found.share == pytest.approx(0.7)
    assert [(each.year, each.made, each.elsewhere) for each in found.world] == [
        (2022, 100, 10),
        (2023, 100, 5),
    ]
    missed = found.shortage.missed
    assert 0 <= missed.p10 <= missed.p90 < 0.7 * 0.2 + 0.02
    without = ran_on_shares(case, {"CN": 0.7, "DE": 0.3}, ("DE",), production, Assumed(reserve_days=0))
    assert without.shortage.missed.value == pytest.approx(0.7 * 0.2)  # nobody else to ask, and no stock


# -- the command ---------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lines = ["t,exp,imp,k,v,q"]
    for year in range(2009, 2014):
        for (giver, taker), tonnes in by_hand(JAPAN.codes, year).items():
            alpha3 = {"CN": "CHN", "JP": "JPN", "VN": "VNM"}
            lines.append(f"{year},{alpha3[giver]},{alpha3[taker]},280530,{tonnes * 10},{tonnes}")
    (tmp_path / "baci_raw_materials_made_up.csv").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


def asked(folder: Path, *words: str):
    words = ("cases", *words, "--data", str(folder), "--draws", "10")
    return CliRunner().invoke(minerals, words, catch_exceptions=False, standalone_mode=False)


def test_as_json_it_says_what_was_said_and_what_came(folder: Path):
    answer = asked(folder, "japan-2010", "--reserves", "30", "--json")
    assert answer.return_value == 0
    said = json.loads(answer.stdout)
    embargo, quota = (each["outcome"] for each in said["cases"])
    assert [year["imports"] for year in embargo["then"]] == [100] * 4
    assert quota["cascade"]["said"]["of_exporter"]["value"] == pytest.approx(48)
    assert quota["paid"][0]["then"] == [1.0] * 4


def test_for_people_it_says_the_same_and_draws(folder: Path, tmp_path: Path):
    picture = tmp_path / "came.svg"
    said = asked(folder, "japan-2010", "--plot", str(picture)).stdout
    for words in ("JP buys, t", "2009 known", "Off by", "misses", "unit values paid"):
        assert words in said
    assert "cascade" in picture.read_text(encoding="utf-8")


def test_a_case_without_trade_or_shares_is_not_run_and_says_why(folder: Path):
    answer = asked(folder, "gallium-2023")
    assert answer.return_value == 1
    said = " ".join(answer.stdout.split())
    assert "nothing under 811291, 811292 in 2022; not run" in said
    with pytest.raises(SaraiError, match="no case was run"):
        asked(folder, "gallium-2023", "--plot", str(folder / "none.svg"))


# -- on the trade data themselves ----------------------------------------------------------------


@pytest.fixture(scope="module")
def shared() -> CasesTold:
    if not list(DATA.glob("baci_raw_materials*.csv*")):
        pytest.skip("no trade of BACI beside the checkout, in shared/data/minerals")
    return told(DATA)


def _japan_by_csv() -> dict[int, dict[str, list[float]]]:
    """Tonnes, where stated, and dollars that Japan bought by year and seller, without our reader."""
    bought: dict[int, dict[str, list[float]]] = defaultdict(lambda: defaultdict(lambda: [0.0, 0.0]))
    codes = tuple(f",JPN,{code}," for code in JAPAN.codes)
    (path,) = DATA.glob("baci_raw_materials*.csv*")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        named = next(lines)
        kept = [line for line in lines if any(code in line for code in codes)]
    for row in csv.DictReader([named, *kept]):
        if row["q"] and float(row["q"]) > 0:
            bought[int(row["t"])][row["exp"]][0] += float(row["q"])
            bought[int(row["t"])][row["exp"]][1] += 1000 * float(row["v"])
    return bought


def test_what_japan_bought_and_paid_is_what_the_file_says(shared):
    found, bought = shared.run[0], _japan_by_csv()
    assert found.before.of_exporter == pytest.approx(bought[2009]["CHN"][0])
    paid = {
        year: sum(usd for _, usd in of.values()) / sum(t for t, _ in of.values())
        for year, of in bought.items()
    }
    for year, ratio in zip(found.then, found.paid[0].then, strict=True):
        assert year.of_exporter == pytest.approx(bought[year.year]["CHN"][0])
        whole = sum(tonnes for tonnes, _ in bought[year.year].values())
        assert year.imports == pytest.approx(whole, rel=0.03)  # some tonnes unstated
        assert ratio == pytest.approx(paid[year.year] / paid[2009])


def test_before_2010_japan_depends_on_china_and_an_embargo_hurts_it_most(shared):
    found = shared.run[0]
    assert found.before.share > 0.7
    assert found.cascade.said.share.value == 0
    assert found.cascade.shortage.missed.value > max(share for _, share in found.cascade.others)
    assert found.cascade.said.step_in


def test_few_could_step_in_for_gallium_and_germanium(shared):
    assert [each.case.material for each in shared.on_shares] == ["gallium", "germanium"]
    for found in shared.on_shares:
        assert found.share > 0.65  # more than the Act allows of one country
        assert found.world[0].elsewhere < 0.1 * found.world[0].made
    assert all("811292 in 2022" in each.reason for each in shared.cases[2:])


def test_the_page_has_the_tables_as_they_come_out(shared):
    """To bring it up to date: python -m benchmarks.minerals_cases, between the marks of the page."""
    page = (ROOT / "docs" / "minerals.md").read_text("utf-8")
    for event, of in (("japan-2010", shared.cases[:2]), ("gallium-2023", shared.cases[2:])):
        stands = page.partition(f"<!-- {event} -->")[2].partition(f"<!-- end of {event} -->")[0]
        assert stands.strip() == markdown(CasesTold(cases=of, words=()))
