"""The bench of raw materials: flows against plain loops over the file, the rest against what is told."""

from __future__ import annotations

import csv
import gzip
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from sarai.corridors import shipped
from sarai.goods import BadSetting
from sarai.minerals import hs_codes, materials
from sarai.minerals.footprint import overseas, published, routes_of
from sarai.reference.countries import alpha2, members
from sarai.server.asking import TooMuch, Unclear
from sarai.server.minerals import Bench, NoData
from sarai.server.minerals.answer import Sheet
from sarai.server.minerals.asked import Asked
from sarai.server.settings import ServerSettings
from sarai.telling import minerals_exposure, minerals_footprint, minerals_risk

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "minerals"
with_data = pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not beside the checkout")


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(ServerSettings(), DATA, shipped)


@pytest.fixture(scope="module")
def sheet(bench: Bench) -> Sheet:
    return bench.sheet(Asked(material="lithium", importer="EU", year="2022"))


def summed(
    codes: tuple[str, ...], year: int, group: frozenset[str] = frozenset()
) -> dict[tuple[str, str], float]:
    """Tonnes by exporter and importer, by a loop over the file; a group is one, without what is within."""
    found: dict[tuple[str, str], float] = {}
    (path,) = DATA.glob("baci_raw_materials*.csv.gz")
    with gzip.open(path, "rt") as file:
        for row in csv.DictReader(file):
            if row["t"] == str(year) and row["k"] in codes and row["q"] not in ("", "NA", "nan"):
                ends = ("TW" if row[end] == "S19" else alpha2(row[end]) or row[end] for end in ("exp", "imp"))
                pair = tuple("EU" if end in group else end for end in ends)
                if pair[0] != pair[1]:
                    found[pair] = found.get(pair, 0.0) + float(row["q"])
    return found


@with_data
class TestFlows:
    """What the map draws."""

    def test_a_years_flows_are_those_of_a_plain_loop(self, sheet: Sheet):
        codes = tuple({each.hs for each in hs_codes("lithium", "processing")})
        plain = summed(codes, 2022, members("EU", date(2022, 12, 31)))
        year = sheet.flows.of(2022)
        assert sheet.exposed.estimated < 0.001, "hardly any tonnes are reckoned, which the loop leaves out"
        assert year.whole == pytest.approx(sum(plain.values()), rel=0.002)
        for flow in year.flows:
            assert flow.amount == pytest.approx(plain[flow.exporter, flow.importer], rel=0.01)
        largest = sorted(plain.values(), reverse=True)[:20]
        assert [each.amount for each in year.flows[:20]] == pytest.approx(largest, rel=0.01)

    def test_another_importer_has_every_country_by_itself(self, bench: Bench):
        found = bench.sheet(
            Asked(material="lithium", importer="JP", year="2010", stage="processing")
        ).flows.of(2010)
        plain = summed(tuple({each.hs for each in hs_codes("lithium", "processing")}), 2010)
        assert found.whole == pytest.approx(sum(plain.values()), rel=0.002)
        for flow in found.flows:
            assert flow.amount == pytest.approx(plain[flow.exporter, flow.importer], rel=0.01)
            assert flow.own == (flow.importer == "JP")

    def test_what_the_importer_buys_is_what_the_exposure_says(self, sheet: Sheet):
        bought = sheet.flows.of(2022).bought
        whole = sum(bought.values())
        told = {each.country: each.share for each in sheet.exposed.direct}
        assert {code: amount / whole for code, amount in bought.items()} == pytest.approx(told)
        own = [each for each in sheet.flows.of(2022).flows if each.own]
        assert [each.exporter for each in own[:5]] == [each.country for each in sheet.exposed.direct[:5]]

    def test_every_year_of_trade_is_there_and_adds_up(self, bench: Bench, sheet: Sheet):
        assert tuple(each.year for each in sheet.flows.years) == bench.years()
        for year in sheet.flows.years:
            assert year.drawn == pytest.approx(sum(each.amount for each in year.flows))
            assert year.drawn <= year.whole * (1 + 1e-9)
            assert len(year.flows) <= year.count
            assert bool(year.flows) != bool(year.reason)

    def test_a_weight_that_cannot_be_is_marked(self, bench: Bench):
        flows = bench.sheet(Asked(material="copper", importer="JP", year="2022")).flows.of(2022).flows
        doubted = {(each.exporter, each.importer) for each in flows if each.doubtful}
        assert ("PG", "KP") in doubted, "fourteen million tonnes of ore, worth nearly nothing"
        assert ("CL", "CN") not in doubted

    def test_curves_lead_from_seller_to_buyer(self, sheet: Sheet):
        for (start, end), curve in sheet.ways.arcs.items():
            assert curve[0][0] == sheet.ways.places[start]
            assert curve[-1][-1] == sheet.ways.places[end]
        drawn = {(each.exporter, each.importer) for year in sheet.flows.years for each in year.flows}
        assert {pair for pair in drawn if not {*pair} & {*sheet.ways.off}} == set(sheet.ways.arcs)

    def test_where_no_trade_is_known_there_is_production_and_the_reason(self, bench: Bench):
        (year,) = bench.sheet(Asked(material="gallium", importer="EU", year="2022")).flows.years
        assert not year.flows
        assert "811292" in year.reason
        assert max(year.made.amounts, key=year.made.amounts.get) == "CN"


@with_data
class TestAnswers:
    """As the telling modules tell it."""

    def test_all_materials_are_as_the_commands_tell_them(self, bench: Bench):
        found = bench.overview(Asked(importer="EU", year="2022"))
        assert found.risk == minerals_risk.told(DATA, ())
        assert found.exposure == minerals_exposure.told(DATA, (), "EU", 2022)
        assert [each.material for each in found.risk.materials] == list(materials())
        assert bench.overview(Asked(importer="EU", year="2022")) is found, "an answer is kept"

    def test_one_material_has_its_terms(self, sheet: Sheet):
        told = minerals_risk.told(DATA, ("lithium",))
        terms = [*minerals_risk.explained(told, DATA)]
        assert sheet.risk.materials == told.materials
        assert [(each.title, each.stage, each.countries) for each in sheet.terms] == terms

    def test_the_terms_of_each_material_are_its_own(self, bench: Bench):
        for code in ("hree", "pgm", "gallium"):
            found = bench.sheet(Asked(material=code, importer="EU", year="2022"))
            parts = [part.name for each in found.risk.materials for part in each.parts for _ in part.stages]
            assert [each.title.partition(",")[0] for each in found.terms] == parts
            assert all(
                each.stage in part.stages
                for each, part in zip(
                    found.terms,
                    [p for m in found.risk.materials for p in m.parts for _ in p.stages],
                    strict=True,
                )
            )

    def test_a_year_without_production_has_the_last_that_is_known(self, bench: Bench):
        early = bench.overview(Asked(importer="JP", year="2005"))
        assert early.risk == minerals_risk.told(DATA, (), "JP")
        assert early.exposure.year == 2005

    def test_what_lacks_data_stops_nothing_else(self, bench: Bench):
        found = bench.sheet(Asked(material="copper", importer="EU", year="1995"))
        assert "1995" in found.lacking["exposure"]
        assert found.risk.materials[0].risk is not None

    def test_a_footprint_is_of_the_largest_seller_that_corridors_reach(self, bench: Bench):
        found = bench.carried(bench.sheet(Asked(material="copper", importer="JP", year="2022")).exposed)
        assert (found.start, found.end) == ("CL", "JP")
        assert found.told == minerals_footprint.footprint_of(overseas(shipped()), "copper", "CL", (), "JP")

    def test_a_material_without_a_process_has_the_reason_and_what_others_published(self, bench: Bench):
        code = next(each for each in materials() if not routes_of(each) and published(each))
        none = bench.carried(replace(bench.sheet(Asked(material=code, year="2022")).exposed, direct=()))
        assert none.told.total is None
        assert code in none.reason
        assert none.told.published == published(code)

    def test_what_cannot_be_asked_is_told_with_its_field(self, bench: Bench):
        for asked, field in ((Asked(material="gold"), "material"), (Asked(year="1066"), "year")):
            with pytest.raises(Unclear) as caught:
                bench.sheet(asked)
            assert caught.value.field == field

    def test_what_takes_too_long_is_stopped(self):
        with pytest.raises(TooMuch, match="longer than"):
            Bench(ServerSettings(minerals_s=1e-9), DATA, shipped).overview(Asked())


def test_without_data_it_is_said_how_to_give_them():
    with pytest.raises(NoData, match="--minerals"):
        Bench(ServerSettings(), None, shipped).sheet(Asked(material="copper"))


def test_a_folder_without_trade_lacks_that_and_tells_which_file(tmp_path):
    found = Bench(ServerSettings(), tmp_path, shipped).overview(Asked())
    assert found.risk is None
    assert found.exposure is None
    assert "baci_raw_materials" in found.lacking["exposure"]
    with pytest.raises(BadSetting, match="1995"):
        Bench(ServerSettings(), tmp_path, shipped).overview(Asked(year="1995"))
