"""The page Corridors: ways asked and shown, sliders turned, points chosen, by pointer and by keyboard."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import pytest
from browsing import Look, Visit, needs_chromium, window

from sarai.corridors import shipped
from sarai.corridors.changes import SHOCKS
from sarai.goods import BadSetting
from sarai.server.asking import Crowded
from sarai.server.corridors import Asked, Bench, asked
from sarai.server.corridors.answer import Answer, Flows
from sarai.server.pages import corridors_flows as flows
from sarai.server.pages import corridors_form as form
from sarai.server.pages import corridors_said as said
from sarai.server.pages import corridors_view as view
from sarai.server.pages.corridors_front import axis
from sarai.server.pages.working import pairs
from sarai.server.settings import ServerSettings
from sarai.server.words import Words

EN = Words("en")
WAY = "from=CNXIA&to=DEDUI&month=11"
TURNED = f"{WAY}&northern=1&caspian=1"
LOOKS = [Look("en", "light", "desktop"), Look("kk", "dark", "phone"), Look("ru", "dark", "desktop")]
FORMS = [form.NAMED, form.SAID, view.WHY, dict(view.KEY), flows.UNITS]


def question(query: str) -> Asked:
    return asked(parse_qsl(query))


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(ServerSettings())


@pytest.fixture(scope="module")
def found(bench: Bench) -> Answer:
    return bench.answer(question(TURNED))


@pytest.fixture(scope="module")
def year(bench: Bench) -> Flows:
    return bench.flows(question(TURNED))


# -- in words --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_all_that_is_said_by_name_is_said_in_every_language(language: str):
    words, network = Words(language), shipped()
    texts = [text for several in FORMS for text in several.values()]
    texts += [*said.PASSED, *(each.name for each in network.goods), *{each.mode for each in network.legs}]
    shown = {name for name in SHOCKS if name not in (*form.SWITCHES.values(), "caspian-lower")}
    texts += [SHOCKS[name].words[:1].upper() + SHOCKS[name].words[1:] for name in shown]
    assert [text for text in texts if words(text) == text] == []


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_what_the_map_shows_is_said_in_words(bench: Bench, found: Answer, year: Flows, language: str):
    words, held = Words(language), bench.mapped()
    text = view.body(found, question(TURNED), held, words, "A")
    for each in found.now.ranked.choices:
        assert f'data-way="{each.letter}"' in text
        assert words.country(each.route.countries[1]) in text
    assert text.count('aria-pressed="true"') >= 1
    told = flows.body(year, bench.network, held, words, "A")
    for each in year.now.binding:
        assert each.name.replace("'", "&#39;") in told


def test_before_and_after_stand_beside_each_other(bench: Bench, found: Answer):
    text = view.body(found, question(TURNED), bench.mapped(), EN, "A")
    assert text.index("<h3>Before</h3>") < text.index("<h3>After</h3>")
    before = text[text.index("<h3>Before</h3>") : text.index("<h3>After</h3>")]
    assert "Belarus" in before
    assert "data-way" not in before, "what is shut is not chosen"


def test_every_part_of_the_time_is_drawn_as_long_as_it_takes(found: Answer):
    for each in found.now.ranked.choices:
        parts = each.route.hours_by
        assert set(view.WHY) == set(parts)
        assert sum(part.value for part in parts.values()) == pytest.approx(each.route.hours.value)


def test_where_no_way_is_left_the_page_says_so(bench: Bench):
    asking = question("from=KZKSN&to=IRTHR&good=grain&if=iran-shut")
    text = view.body(bench.answer(asking), asking, bench.mapped(), EN, "A")
    assert "No way is left." in text


def test_where_it_binds_is_on_the_map(bench: Bench, year: Flows):
    laid = flows.laid(year, bench.network)
    assert set(laid.binding) <= set(bench.network.by_leg)
    assert set(laid.pinched) <= set(bench.network.by_place)
    assert laid.pinched
    assert max(share for _, share in laid.widths) == 1


def test_what_was_typed_stands_there_to_be_mended(bench: Bench):
    asking = question("from=<b>Atlantis&to=DEDUI&if=burn+all")
    text = form.form(asking, bench.mapped(), bench.network.goods, EN, "from")
    assert "&lt;b&gt;Atlantis" in text
    assert "<b>Atlantis" not in text
    assert 'aria-invalid="true"' in text
    assert 'value="burn all"' in text
    assert "Ask again" in form.fault(Crowded("x"), asking, EN)
    assert "<i>" not in form.fault(BadSetting("<i>"), asking, EN)


def test_a_browser_that_says_something_else_is_not_heard():
    assert pairs([["from", "A"], ["x"], "y", ["to", 3], ["to", "B"]]) == [("from", "A"), ("to", "B")]
    assert pairs({"from": "A"}) == []


@pytest.mark.parametrize("values", [[5.0], [1.0, 2.0], [3.0, 5000.0, 40.0], [0.0, 0.0]])
def test_an_axis_holds_its_values_and_a_few_figures(values: list[float]):
    made = axis(values)
    assert all(0 <= made.share(each) <= 1 for each in values)
    assert 1 <= len(made.ticks()) <= 14


# -- in a browser ----------------------------------------------------------------------------------


class TestInTheBrowser:
    """A page that is asked by its form, its sliders and its address, in several looks."""

    pytestmark = needs_chromium

    @pytest.mark.parametrize("look", LOOKS, ids=str)
    def test_it_can_be_read_by_everybody(self, browser: Any, url: str, look: Look):
        with window(browser, url, look) as visit:
            visit.sign_in("analyst")
            visit.go(f"/corridors?{TURNED}")
            visit.page.wait_for_selector("[data-way=flows]")
            visit.check("corridors")
            assert visit.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            assert visit.page.locator(".ways-map path.chosen").count() > 0
            assert visit.page.locator(".ways-map path.closed").count() > 10
            visit.page.locator("[data-way=flows]").click()
            visit.page.wait_for_selector(".ways-map path.binds", state="attached")
            visit.check("corridors-flows")

    def test_it_is_asked_and_turned_by_keyboard(self, browser: Any, url: str):
        with window(browser, url, LOOKS[0]) as visit:
            visit.sign_in("officer")
            visit.page.keyboard.press("g")
            visit.page.keyboard.press("c")
            visit.page.wait_for_url("**/corridors")
            visit.alive()
            visit.check("corridors-open")
            visit.page.locator("select[name=from]").select_option("CNXIA")
            visit.page.locator("select[name=to]").select_option("DEDUI")
            visit.page.wait_for_selector("button[data-way=A]")
            assert "from=CNXIA" in visit.page.url
            slider = visit.page.locator("input[name=caspian]")
            slider.focus()
            for _ in range(5):
                visit.page.keyboard.press("ArrowRight")
            assert slider.get_attribute("aria-valuetext") == "0.5 m"
            visit.page.wait_for_function("location.search.includes('caspian=0.5')")
            visit.page.get_by_role("heading", name="After").wait_for()
            chosen = _chosen(visit)
            point = visit.page.locator(".front button:not([disabled])").first
            point.focus()
            visit.page.keyboard.press("Enter")
            visit.page.wait_for_function("was => document.querySelector('.ways-map path.chosen:not(.casing)')"
                                         ".getAttribute('d') !== was", arg=chosen)  # fmt: skip
            visit.page.locator(".ways-map .leaflet-container").focus()
            visit.page.keyboard.press("ArrowLeft")

    def test_what_cannot_be_read_is_said_where_it_stands(self, browser: Any, url: str):
        with window(browser, url, LOOKS[1]) as visit:
            visit.sign_in("analyst")
            visit.go(f"/corridors?{WAY}&if=burn+place:SUEZ")
            visit.page.wait_for_selector("[role=alert]")
            assert "burn" in visit.page.locator("[role=alert]").first.inner_text()
            assert visit.page.locator("input[aria-invalid=true]").input_value() == "burn place:SUEZ"
            visit.check("corridors-wrong")


def _chosen(visit: Visit) -> str:
    """Where the way lies that the map shows."""
    return visit.page.locator(".ways-map path.chosen:not(.casing)").first.get_attribute("d")
