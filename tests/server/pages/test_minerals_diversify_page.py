"""The side Diversify: the plan, its frontier and its ways, told in three languages and in a browser."""

from __future__ import annotations

from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl

import pytest
from browsing import Look, needs_chromium, window
from minerals.supposed_made import DATA

from sarai.corridors import shipped
from sarai.goods import BadSetting
from sarai.minerals.diversify import FAMILIES, KINDS, PER, STANDARDS
from sarai.server.asking import Crowded
from sarai.server.minerals import Bench
from sarai.server.minerals.diversify_asked import FIELDS, Asked, asked
from sarai.server.pages import minerals_diversify_form as form
from sarai.server.pages import minerals_diversify_view as view
from sarai.server.pages import minerals_supposed_said as said
from sarai.server.settings import ServerSettings
from sarai.server.words import Words
from sarai.telling.minerals_diversify import Told, picture

EN = Words("en")
GALLIUM = "material=gallium&importer=EU&demand=40"
MAGNESIUM = "material=magnesium&importer=EU&demand=100000"
with_data = pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not beside the checkout")


def question(query: str) -> Asked:
    return asked(parse_qsl(query))


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(ServerSettings(), DATA, shipped)


@pytest.fixture(scope="module")
def found(bench: Bench) -> Told:
    return bench.diversify(question(GALLIUM))


# -- in words --------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["ru", "kk"])
def test_all_that_is_said_by_name_is_said_in_every_language(code: str):
    words = Words(code)
    texts = [*form.NAMED.values(), *view.FAMILIES.values(), *view.KIND_NAMES.values(), *view.WHY.values()]
    texts += [*STANDARDS.values(), *PER.values()]
    assert [text for text in texts if words(text) == text] == []


def test_every_field_rule_and_kind_has_a_name():
    assert {*FIELDS, "stage"} - {"linear"} == set(form.NAMED)
    assert set(FAMILIES) <= set(view.FAMILIES)
    assert set(KINDS) == set(view.KIND_NAMES)


@with_data
@pytest.mark.parametrize("code", ["en", "ru", "kk"])
def test_what_the_page_says_is_what_was_told(found: Told, code: str):
    words = Words(code)
    text = view.body(found, shipped(), words)
    assert found.plan is not None
    assert words.number(found.plan.cost_usd / 1e6, 0) in text
    for each in found.plan.chosen:
        assert each.code in text
    for each in found.shifts:
        assert words.percent(each.before, 1) in text and words.percent(each.after, 1) in text
    for each in found.carried:
        assert words.country(each.origin) in text
    for rung in found.frontier:
        assert words.percent(rung.level) in text
    for note in found.words:
        assert said.note(note, words).replace("'", "&#39;") in text
        assert code == "en" or said.note(note, words) != note


@with_data
def test_the_frontier_that_is_drawn_is_monotone_and_marks_what_is_asked(found: Told):
    points = sorted(picture(found).points, key=lambda each: each.x)
    assert all(one.y >= other.y - 1e-6 for one, other in pairwise(points)), "less from one country costs more"
    assert [each.x for each in points if each.marked] == [pytest.approx(100 * found.rules.share)]
    text = view.body(found, shipped(), EN)
    assert 'id="frontier-desk-desc"' in text
    assert text.count(">asked<") >= 1


@with_data
@pytest.mark.parametrize("code", ["en", "ru", "kk"])
def test_where_there_is_no_plan_the_page_says_what_would_do(bench: Bench, code: str):
    words, none = Words(code), bench.diversify(question(MAGNESIUM))
    assert none.plan is None
    text = view.body(none, shipped(), words)
    for each in none.relaxations:
        for gives in each.gives:
            assert said.note(gives, words) in text
            assert code == "en" or said.note(gives, words) != gives
    assert words("Levels that no plan keeps") in text


@pytest.mark.parametrize("gives", [
    "a share of 96.2% instead of 65.0%", "a risk of 2.5 instead of 2", "stocks for 12 days instead of 60",
    "a budget of USD 1,234.5 M instead of 1,000.0 M", "1,200 t a year through tc-aktau instead of 900",
    "up to 32,475 t a year less of magnesium (processing) in 2030 to 2035", "a standard of 1 instead of 2",
    "the rules from 2032 instead of 2030",
])  # fmt: skip
@pytest.mark.parametrize("code", ["ru", "kk"])
def test_what_would_do_is_said_in_every_language(code: str, gives: str):
    assert said.note(gives, Words(code)) != gives


def test_figures_in_notes_are_written_as_the_language_does():
    told = said.note("up to 32,475 t a year less of magnesium (processing) in 2030 to 2035", Words("ru"))
    assert "32\xa0475" in told and "2030–2035" in told
    assert "96,2" in said.note("a share of 96.2% instead of 65.0%", Words("ru"))


def test_what_was_typed_stands_there_to_be_mended():
    asking = question("material=<b>&importer=EU&share=most&standard=9&stage=mining")
    text = form.form(asking, EN, "share")
    assert "<b>" not in text
    assert 'aria-invalid="true"' in text
    assert 'value="most"' in text
    assert "Ask again" in form.fault(Crowded("x"), asking, EN)
    assert "<i>" not in form.fault(BadSetting("<i>"), asking, EN)


# -- in a browser ----------------------------------------------------------------------------------


@with_data
class TestInTheBrowser:
    """A plan that is asked for by its form and its address."""

    pytestmark = needs_chromium

    @pytest.mark.parametrize("look", [Look("en", "light", "desktop"), Look("ru", "dark", "phone")], ids=str)
    def test_it_can_be_read_by_everybody(self, browser: Any, url: str, look: Look):
        with window(browser, url, look) as visit:
            visit.sign_in("analyst")
            visit.go(f"/minerals/diversify?{GALLIUM}")
            visit.page.wait_for_selector(".share-bar")
            visit.check("minerals-diversify")
            assert visit.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            assert visit.page.locator("figure.drawn").count() >= 2

    def test_it_is_asked_by_its_form_and_says_what_is_wrong(self, browser: Any, url: str):
        with window(browser, url, Look("kk", "light", "desktop")) as visit:
            visit.sign_in("officer")
            visit.go("/minerals/diversify")
            visit.check("minerals-diversify-open")
            visit.page.locator("select[name=material]").select_option("gallium")
            visit.page.locator("select[name=importer]").select_option("EU")
            visit.page.locator("input[name=share]").fill("most")
            visit.button("Plan it").click()
            visit.page.wait_for_selector("[role=alert]")
            assert "most" in visit.page.locator("[role=alert]").first.inner_text()
            assert visit.page.locator("input[aria-invalid=true]").input_value() == "most"
            visit.check("minerals-diversify-wrong")
