"""The page Standing, What if: changes added and taken back, before and after in every language."""

from __future__ import annotations

import re
from typing import Any

import pytest
from browsing import Look, needs_chromium, window
from markupsafe import escape

from sarai.goods import BadSetting
from sarai.server.asking import Crowded, Unclear
from sarai.server.pages import standing_whatif_form as form
from sarai.server.pages import standing_whatif_view as view
from sarai.server.pages.standing_said import Said
from sarai.server.settings import ServerSettings
from sarai.server.standing import Bench
from sarai.server.standing.whatif_asked import Supposing
from sarai.server.words import Words
from sarai.standing import CAME
from sarai.telling.standing_supposed import Supposed

CHANGES = (
    "shut pipeline:CPC",
    "sanction RU trade 30%",
    "join BRICS",
    "leave CSTO",
    "invest CN 2bn",
    "join EAEU",
)
QUESTION = Supposing(changes=CHANGES)
LOOKS = [Look("en", "light", "desktop"), Look("kk", "dark", "phone")]


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(ServerSettings())


@pytest.fixture(scope="module")
def found(bench: Bench) -> Supposed:
    return bench.whatif(QUESTION)


def said(bench: Bench, language: str = "en") -> Said:
    return Said(bench.standing, Words(language))


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_all_that_is_said_by_name_is_said_in_every_language(language: str):
    words = Words(language)
    assert [text for text in (*CAME.values(), *form.EXAMPLES.values()) if words(text) == text] == []


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_every_turn_stands_on_the_page_before_and_after(bench: Bench, found: Supposed, language: str):
    told = said(bench, language)
    text = view.body(found, told)
    for each in found.turns:
        if each.before is None:
            continue
        assert escape(told.percent(each.before)) in text
        if each.changed:
            pair = f"<s>{told.percent(each.before)}</s> → <strong>{told.percent(each.after)}</strong>"
            assert pair in text, each
    for each in found.came:
        assert escape(view.came(each, told)) in text
        assert f"<code>{each.words}</code>" in text


def test_what_came_of_each_change_has_its_figures(bench: Bench, found: Supposed):
    by_words = {each.words: view.came(each, said(bench)) for each in found.came}
    assert by_words["sanction RU trade 30%"].startswith("7.8 USD bn of 26 cut (2023), 2.34 had elsewhere")
    assert "39.8 finds no way" in by_words["shut pipeline:CPC"]
    assert by_words["join EAEU"] == "Holds since 1 Jan 2015, so nothing changes."


def test_every_source_of_what_changes_stands_there(bench: Bench, found: Supposed):
    text = view.body(found, said(bench))
    bodies = {each.source for each in bench.standing.memberships}
    for code in {*bodies, *(each for several in found.sources.values() for each in several)}:
        assert escape(said(bench).sources[code].title) in text, code
    assert len(found.assumed) > 1
    assert text.count("could be had elsewhere within a year") == len(found.assumed)


def test_nothing_that_changes_is_said_so(bench: Bench):
    text = view.body(bench.whatif(Supposing(changes=("join EAEU",))), said(bench))
    assert "Nothing changes." in text


def test_every_change_can_be_taken_back_and_forms_keep_the_rest(bench: Bench):
    text = form.form(QUESTION, said(bench))
    for each in CHANGES:
        others = Supposing(changes=tuple(one for one in CHANGES if one != each))
        assert escape(form.address(others)) in text
    assert text.count(f'value="{CHANGES[0]}"') == len(re.findall("<form", text))


def test_forms_offer_what_can_be_changed(bench: Bench):
    """Everything that a form offers is a change that can be made."""
    text = form.form(Supposing(), said(bench))
    forms = {
        name: part for part in text.split("<form")[1:] for name in re.findall(r'value="(\w+)"', part)[:1]
    }

    def offered(add: str, name: str) -> list[str]:
        (part,) = re.findall(rf'name="{name}".*?</select>', forms[add])
        return re.findall(r'<option value="([^"]+)"', part)

    for route in offered("shut", "route"):
        assert bench.whatif(Supposing(changes=(f"shut {route}",))).came
    for verb in ("join", "leave"):
        for body in offered(verb, "body"):
            assert bench.whatif(Supposing(changes=(f"{verb} {body}",))).turns
    assert offered("sanction", "channel") == ["trade", "fdi", "debt", "arms"]


def test_what_was_typed_stands_there_to_be_mended(bench: Bench):
    asked = Supposing(changes=("<b>burn",), year="soon")
    text = form.form(asked, said(bench), "year")
    assert "&lt;b&gt;burn" in text
    assert "<b>burn" not in text
    assert 'aria-invalid="true"' in text
    assert "Figures of: " in form.fault(Unclear("year", "x"), asked, Words("en"))
    assert "Ask again" in form.fault(Crowded("x"), asked, Words("en"))
    assert "<i>" not in form.fault(BadSetting("<i>"), asked, Words("en"))


# -- in a browser ----------------------------------------------------------------------------------


class TestInTheBrowser:
    """A question that is put together by forms, and taken apart again."""

    pytestmark = needs_chromium

    @pytest.mark.parametrize("look", LOOKS, ids=str)
    def test_it_can_be_read_by_everybody(self, browser: Any, url: str, look: Look):
        with window(browser, url, look) as visit:
            visit.sign_in("analyst")
            visit.go("/standing/whatif?if=shut+pipeline:CPC&if=join+BRICS")
            visit.page.wait_for_selector("figure.drawn svg", state="attached")
            assert visit.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            visit.check("standing-whatif")

    def test_changes_are_added_by_forms_and_taken_back(self, browser: Any, url: str):
        with window(browser, url, LOOKS[0]) as visit:
            visit.sign_in("analyst")
            visit.go("/standing/whatif")
            visit.page.get_by_role("button", name="Add: A sanction").click()
            visit.page.wait_for_url("**/standing/whatif?if=sanction+EU+trade+30%25")
            visit.page.wait_for_selector("text=12.4 USD bn of 41.4 cut")
            visit.page.get_by_role("button", name="Add: A route that shuts").click()
            visit.page.wait_for_selector("text=Take back >> nth=1")
            visit.page.get_by_role("link", name="Take back: sanction EU trade 30%").click()
            visit.page.wait_for_selector("text=finds no way")
            assert "sanction" not in visit.page.url
            visit.go("/standing/whatif?if=burn+all")
            visit.page.wait_for_selector("[role=alert]")
            assert "burn" in visit.page.locator("[role=alert]").inner_text()
