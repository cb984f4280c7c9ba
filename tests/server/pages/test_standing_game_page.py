"""The page Standing, Carrots and sticks: the plan and what turns it, small games, and the plan as a file."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any
from urllib.parse import parse_qsl

import pytest
from browsing import Look, needs_chromium, window
from markupsafe import escape

from sarai.goods import BadSetting
from sarai.server.asking import Crowded, Unclear
from sarai.server.pages import standing_game_form as form
from sarai.server.pages import standing_game_plan as plan
from sarai.server.pages import standing_game_said as said
from sarai.server.pages import standing_game_small as small
from sarai.server.pages.working import pairs
from sarai.server.settings import ServerSettings
from sarai.server.standing import Bench, game_asked
from sarai.server.standing.game import Round
from sarai.server.standing.game_asked import SLIDERS, WHATS, Playing
from sarai.server.standing.game_asked import playing as meant
from sarai.server.words import Words
from sarai.standing.game import example, read_game, repeated_example
from sarai.telling.standing_game import PLANS
from standing.game_made import SMALL

LOOKS = [Look("en", "light", "desktop"), Look("ru", "dark", "phone")]
FORMS = [form.NAMED, form.SAID, form.STAKES, said.PLANS, said.SHIFTS, small.RESULTS]
QUICK = "inspectors=24"  # with so many the packaged game is quickly solved


@pytest.fixture
def bench(tmp_path, monkeypatch) -> Bench:
    """Of a small game that is made up: the packaged one takes seconds."""
    path = tmp_path / "game.toml"
    path.write_text(SMALL, "utf-8")
    game = read_game(path)
    monkeypatch.setattr(game_asked, "example", lambda: game)
    return Bench(ServerSettings(standing_s=600.0))


def asked(bench: Bench, query: str, language: str = "en") -> tuple[Round, Playing, said.Names]:
    question = meant(parse_qsl(query))
    found = bench.game(question)
    return found, question, said.Names(found.meant.game, Words(language))


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_all_that_is_said_by_name_is_said_in_every_language(language: str):
    words = Words(language)
    texts = [text for several in FORMS for text in several.values()]
    texts += [example().note, repeated_example().note, *(each.name for each in example().traders)]
    assert [text for text in texts if words(text) == text] == []
    assert set(said.PLANS) == set(PLANS)
    assert {name for several in SLIDERS.values() for name in several} <= set(form.SAID)
    assert set(form.NAMED) == set(WHATS)


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_every_figure_of_a_plan_stands_on_the_page(bench: Bench, language: str):
    found, question, names = asked(bench, "set=access=20", language)
    told, words = found.planned(), names.words
    text = plan.body(told, question, names)
    for each in told.compared:
        assert escape(words(said.PLANS[each.plan])) in text
        assert names.money(each.value) in text
        assert words.number(each.violations, 1) in text
    for each in told.answers:
        assert names.trader(each.trader) in text
        assert escape(names.where(each.action.checkpoint, each.action.shift)) in text
    assert names.money(told.inspector_worth) in text
    assert f'href="{plan.FILE}?set=access%3D20"' in text
    first = plan.body(found.announced(), question, names)
    assert words(said.PLANS["not announced (Nash)"]) not in first
    assert words("What comes if the plan is not announced is still being worked out.") in first


def test_that_figures_are_assumed_is_said_first(bench: Bench):
    _, _, names = asked(bench, "what=repeated")
    assert "every figure is assumed" in plan.assumed(names)
    assert 'class="badge notice"' in plan.assumed(names)


def test_values_that_are_worked_out_are_counted(bench: Bench):
    found, question, names = asked(bench, "vary=inspectors=1,2,3")
    name, values = found.meant.vary
    rows = [found.varied(name, value) for value in values[:2]]
    text = plan.varied(rows, len(values), question, names)
    assert "2 of 3 values are worked out." in text
    for row in rows:
        assert names.money(row["value"]) in text
    assert "values are worked out" not in plan.varied([*rows, rows[0]], 3, question, names)
    assert "<svg" not in plan.varied([], 0, question, names)


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_small_games_have_their_figures(bench: Bench, language: str):
    found, _, names = asked(bench, "what=statics", language)
    words, text = names.words, small.statics(found.played(), names)
    for each in found.played():
        assert words.percent(each.equilibrium.inspects, 1) in text
        assert words.percent(each.equilibrium.violates, 1) in text
        assert words.number(each.commitment.inspector, 2) in text
        for one in each.statics:
            assert words.number(float(f"{one.slope:.3g}") + 0.0) in text
    found, _, names = asked(bench, "what=repeated&level=250&set=steps=6", language)
    told = found.kept()
    text = small.repeated(told, names)
    for each in (*told.frontier, told.chosen):
        assert words.number(each.leaks, 1) in text
        assert words.number(each.cost, 3) in text


def test_where_nobody_inspects_it_is_said(bench: Bench):
    found, _, names = asked(bench, "what=statics&gain=3&fine=1&cost=20&loss=2")
    text = small.statics(found.played(), names)
    assert "an inspection costs more than it can bring" in text


def test_what_was_typed_stands_there_to_be_mended():
    question = Playing(what="repeated", level="<b>", turned=(("steps", "6"), ("fine", "many")))
    text = form.form(question, Words("en"), "level")
    assert "&lt;b&gt;" in text
    assert 'aria-invalid="true"' in text
    assert 'value="steps=6"' in text
    english = Words("en")
    assert "What can be turned: x" in form.fault(Unclear("set", "x"), question, english)
    assert "Gain of a violation: x" in form.fault(Unclear("gain", "x"), question, english)
    assert "Ask again" in form.fault(Crowded("x"), question, english)
    assert "<i>" not in form.fault(BadSetting("<i>"), question, english)


def test_a_browser_that_says_something_else_is_not_heard():
    assert pairs([["what", "plan"], ["x"], "y", ["to", 3]]) == [("what", "plan")]
    assert pairs(None) == []


# -- in a browser ----------------------------------------------------------------------------------


class TestInTheBrowser:
    """A game that is turned by its sliders and its address."""

    pytestmark = needs_chromium

    @pytest.mark.parametrize("look", LOOKS, ids=str)
    def test_it_can_be_read_by_everybody(self, browser: Any, url: str, look: Look):
        with window(browser, url, look) as visit:
            visit.sign_in("analyst")
            visit.go(f"/standing/game?set={QUICK}")
            visit.page.wait_for_selector(f"a[href*='{plan.FILE}']")
            assert visit.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            visit.check("standing-game")
            for what in ("statics", "repeated"):
                visit.go(f"/standing/game?what={what}")
                visit.page.wait_for_selector("figure.drawn svg", state="attached")
                visit.check(f"standing-game-{what}")

    def test_it_is_turned_by_keyboard_and_its_plan_is_handed_over(self, browser: Any, url: str):
        with window(browser, url, LOOKS[0]) as visit:
            visit.sign_in("analyst")
            visit.go("/standing/game?what=repeated")
            slider = visit.page.locator("input[name=notices]")
            slider.focus()
            visit.page.keyboard.press("ArrowLeft")
            assert slider.get_attribute("aria-valuetext") == "0.8"
            visit.page.wait_for_function("location.search.includes('notices%3D0.8')")
            visit.page.wait_for_selector("figure.drawn svg", state="attached")
            visit.page.locator("input[name=level]").fill("1")
            visit.page.keyboard.press("Enter")
            visit.page.wait_for_selector("[role=alert]")
            assert "cannot be brought below" in visit.page.locator("[role=alert]").inner_text()
            text = visit.page.evaluate(f"fetch('{plan.FILE}?set={QUICK}').then(answer => answer.text())")
            rows = list(csv.DictReader(StringIO(text)))
            assert sum(float(each["inspectors"]) for each in rows) <= 24 + 1e-6
            assert all(0 < float(each["propensity"]) <= 1 for each in rows)
