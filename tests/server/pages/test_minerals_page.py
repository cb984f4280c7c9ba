"""The page Minerals: what is told in every language, the map and its years, by pointer and by keyboard."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from browsing import Look, Visit, needs_chromium, window

from sarai.corridors import shipped
from sarai.goods import BadSetting
from sarai.minerals import STAGES, materials
from sarai.minerals.dependence.exposure import Exposure
from sarai.server.asking import Crowded, Unclear
from sarai.server.minerals import Bench
from sarai.server.minerals.answer import Sheet
from sarai.server.minerals.asked import Asked
from sarai.server.pages import minerals_all as table
from sarai.server.pages import minerals_carried as carried
from sarai.server.pages import minerals_drawn as drawn
from sarai.server.pages import minerals_form as form
from sarai.server.pages import minerals_map as mapped
from sarai.server.pages import minerals_said as said
from sarai.server.pages import minerals_terms as terms
from sarai.server.pages import minerals_view as view
from sarai.server.settings import ServerSettings
from sarai.server.words import Words
from sarai.telling.minerals_exposure import told

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "minerals"
with_data = pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not beside the checkout")
EN = Words("en")
LOOKS = [Look("en", "light", "desktop"), Look("kk", "dark", "phone"), Look("ru", "dark", "desktop")]
LITHIUM = Asked(material="lithium", year="2022")


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(ServerSettings(), DATA, shipped)


@pytest.fixture(scope="module")
def sheet(bench: Bench) -> Sheet:
    return bench.sheet(LITHIUM)


# -- in words --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_all_that_is_said_by_name_is_said_in_every_language(language: str):
    words = Words(language)
    several = [*said.NOTES, *said.UNITS.values(), *said.FORMER.values(), *drawn.BASIS.values()]
    several += [*terms.NAMES.values(), *table.BENCHMARKS.values()]
    several += [each.name for each in materials().values()] + [each.group for each in materials().values()]
    assert [text for text in several if words(text) == text] == []
    assert len({said.stage(each, words) for each in STAGES} - set(STAGES)) == len(STAGES)


@with_data
@pytest.mark.parametrize("language", ["ru", "kk"])
def test_every_note_of_a_figure_is_said_in_every_language(language: str):
    words = Words(language)
    for importer, year in (("EU", 2022), ("KZ", 2015)):
        found = told(DATA, (), importer, year)
        notes = [note for each in found.known for note in each.notes]
        notes += [each.reason for each in found.lacking]
        assert len(notes) > 10
        assert [note for note in notes if said.note(note, words) == note] == []


def test_a_note_that_nobody_knows_stays_as_it_is():
    assert said.note("the moon is full", Words("ru")) == "the moon is full"
    both = said.note(
        "the trade data have no code 811292; there is no trade under 260500 in 2001", Words("ru")
    )
    assert "811292" in both
    assert "260500" in both
    assert "trade" not in both


@with_data
@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_what_the_map_shows_stands_in_a_table(sheet: Sheet, language: str):
    words = Words(language)
    year = sheet.flows.of(2022)
    text = unescape(mapped.table(sheet, words))
    assert text.count("<tr>") == len(year.flows) + 1
    for flow in year.flows:
        assert said.country(flow.exporter, words) in text
        assert said.amount(flow.amount, words) in text
    assert "BACI" in mapped.told(sheet, words)


@with_data
@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_one_material_is_told_from_all_sides(sheet: Sheet, bench: Bench, language: str):
    words = Words(language)
    text = unescape(view.head(sheet, words) + view.body(sheet, words))
    for each in sheet.exposed.direct[:5]:
        assert said.country(each.country, words) in text
        assert words.percent(each.share, 1) in text
    for hub in sheet.exposed.hubs[:4]:
        assert words.percent(hub.traced, 1) in text
    assert words.number(sheet.risk.materials[0].risk, 2) in text
    assert all(each.hs in text for each in form_codes("lithium"))
    assert words("Uses, and what could stand in") in text
    footprint = unescape(carried.body(bench.carried(bench.sheet(copper()).exposed), words))
    assert words("the whole chain") in footprint
    assert words("Parts of the footprint") in footprint


def copper() -> Asked:
    return Asked(material="copper", importer="JP", year="2022")


def form_codes(code: str) -> tuple[Any, ...]:
    from sarai.minerals import hs_codes

    return hs_codes(code)


@with_data
def test_all_materials_are_told_each_with_a_figure_or_a_reason(bench: Bench):
    text = unescape(table.overview(bench.overview(Asked(year="2022")), Asked(year="2022"), EN))
    for code, each in materials().items():
        assert f'href="/minerals?material={code}&year=2022"' in text
        assert each.name in text
    lacking = unescape(table.overview(bench.overview(copper()), Asked(importer="KZ", year="2015"), EN))
    assert "Benchmarks" not in lacking, "they are the Union's"


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_without_data_the_packaged_tables_are_shown_and_how_to_give_some(language: str):
    words = Words(language)
    text = unescape(form.not_given(words) + table.packaged(Asked(), words))
    assert "sarai serve --minerals DIR" in text
    assert "baci_raw_materials*.csv*" in text
    assert "811292*" in text, "shared by gallium and germanium"
    assert all(said.material(code, words) in text for code in materials())


# -- what the map is given -------------------------------------------------------------------------


@with_data
def test_widths_are_as_tonnes_and_the_key_says_of_which(sheet: Sheet):
    laid = mapped.laid(sheet, "/minerals?material=lithium", EN)
    flows = {
        pair: amount for year, several, _ in laid["years"] if year == 2022 for pair, amount, *_ in several
    }
    known = {f"{e.exporter}>{e.importer}": e.amount for e in sheet.flows.of(2022).flows}
    assert flows == pytest.approx(
        {pair: amount for pair, amount in known.items() if pair in laid["arcs"]}, abs=0.1
    )
    widest = max(
        amount for _, several, _ in laid["years"] for _, amount, _, doubtful in several if not doubtful
    )
    assert widest * laid["per"] == pytest.approx(mapped.WIDEST)
    for value in mapped._samples(sheet.flows):
        assert said.amount(value, EN) in mapped.key(sheet.flows, EN)
        assert value <= widest * (1 + 1e-9)
    shares = [share for _, _, made in laid["years"] for _, share in made]
    assert 0 < max(shares) <= 1
    assert len(json.dumps(laid)) < 300_000


# -- what goes wrong -------------------------------------------------------------------------------


def test_what_was_typed_stands_there_to_be_mended():
    asked = Asked(material="<b>gold", importer="Atlantis", year="MMXX")
    text = form.form(asked, EN, "year")
    assert "&lt;b&gt;gold" in text
    assert "<b>gold" not in text
    assert 'value="MMXX"' in text
    assert text.count('aria-invalid="true"') == 1
    assert "Ask again" in form.fault(Crowded("x"), asked, EN)
    assert "<i>" not in form.fault(BadSetting("<i>"), asked, EN)
    assert form.fault(Unclear("year", "MMXX"), asked, EN).count("Year") == 1


def test_reasons_stand_in_the_place_of_figures():
    empty = Sheet(material="gallium", importer="EU", year=1995, lacking={"exposure": "no country is rated"})
    text = view.head(empty, EN) + view.body(empty, EN)
    assert "no country is rated" in text
    assert "811292" in text
    unknown = Exposure(material="gallium", importer="EU", year=2022, stage="processing", basis="EU study")
    assert "processing" in view.body(Sheet(material="gallium", importer="EU", year=2022), EN)
    assert drawn.sources(unknown, EN).startswith("EU study")


# -- in a browser ----------------------------------------------------------------------------------


@with_data
class TestInTheBrowser:
    """A page that is asked by its form and address, and a map that is played."""

    pytestmark = needs_chromium

    @pytest.mark.parametrize("look", LOOKS[1:], ids=str)
    def test_it_can_be_read_by_everybody(self, browser: Any, url: str, look: Look):
        with window(browser, url, look) as visit:
            visit.sign_in("analyst")
            visit.go("/minerals?material=lithium&year=2022")
            visit.page.wait_for_selector(".flows-map path.own")
            visit.page.get_by_role("heading", name=visit.words("Footprint"), exact=True).wait_for()
            visit.check("minerals")
            assert visit.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            assert visit.page.locator(".flows-map path.other").count() > 20
            assert visit.page.locator(".flows-map path.made").count() > 3
            assert spread(visit) > 0.6, "the world fills the map"

    def test_all_are_listed_and_each_leads_to_its_page(self, browser: Any, url: str):
        with window(browser, url, LOOKS[0]) as visit:
            visit.sign_in("officer")
            visit.page.keyboard.press("g")
            visit.page.keyboard.press("m")
            visit.page.wait_for_url("**/minerals")
            visit.page.wait_for_selector(".overview td")
            visit.check("minerals-all")
            assert visit.page.locator(".overview tbody tr").count() == len(materials())
            visit.page.get_by_role("link", name="Gallium").click()
            visit.page.wait_for_url("**/minerals?material=gallium")
            visit.alive()
            visit.page.wait_for_selector(".flows-map path.made")
            assert visit.page.locator(".flows-map path.flow").count() == 0
            assert "811292" in visit.page.locator("main").inner_text()

    def test_years_are_turned_and_flows_said_by_keyboard(self, browser: Any, url: str):
        with window(browser, url, LOOKS[0]) as visit:
            visit.sign_in("analyst")
            visit.go("/minerals?material=lithium&year=2022")
            first = visit.page.locator(".flows-map path.own[tabindex]").first
            first.wait_for()
            first.focus()
            told = first.get_attribute("aria-label")
            assert "European Union" in told
            assert told in visit.page.locator(".flows-map .leaflet-tooltip:not(.stop-name)").inner_text()
            slider = visit.page.locator(".flows-time input")
            slider.focus()
            before = visit.page.locator(".flows-map path.flow").count()
            for _ in range(20):
                visit.page.keyboard.press("ArrowLeft")
            assert slider.get_attribute("aria-valuetext") == "2002"
            assert visit.page.locator(".flows-map path.flow").count() not in (0, before)
            visit.page.get_by_role("link", name="Ask all about 2002").click()
            visit.page.wait_for_url("**/minerals?material=lithium&year=2002")

    def test_what_cannot_be_read_is_said_where_it_stands(self, browser: Any, url: str):
        with window(browser, url, LOOKS[1]) as visit:
            visit.sign_in("analyst")
            visit.go("/minerals?material=lithium&year=1066")
            visit.page.wait_for_selector("[role=alert]")
            assert "1066" in visit.page.locator("[role=alert]").first.inner_text()
            assert visit.page.locator("input[aria-invalid=true]").input_value() == "1066"
            visit.check("minerals-wrong")


def spread(visit: Visit) -> float:
    """Which part of the map's width flows take up."""
    return visit.page.evaluate("""() => {
      const shapes = [...document.querySelectorAll('.flows-map path.flow')];
      const boxes = shapes.map((each) => each.getBoundingClientRect());
      const across = Math.max(...boxes.map((box) => box.right)) - Math.min(...boxes.map((box) => box.left));
      return across / document.querySelector('.flows-land').clientWidth;
    }""")
