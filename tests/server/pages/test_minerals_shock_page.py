"""The side Shock: put together, played forward by slider and keyboard, told in three languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest
from browsing import Look, needs_chromium, playing, window
from minerals.supposed_made import TRADE, bench_of

from sarai.corridors import shipped
from sarai.goods import BadSetting
from sarai.minerals.shocks.measures import VERBS, parse
from sarai.server.asking import Crowded
from sarai.server.minerals import Bench
from sarai.server.minerals.shock_asked import Asked, asked
from sarai.server.pages import minerals_shock_form as form
from sarai.server.pages import minerals_shock_map as map_
from sarai.server.pages import minerals_shock_view as view
from sarai.server.pages import minerals_supposed_said as said
from sarai.server.words import Words
from sarai.telling.minerals_shock import ShockTold

EN = Words("en")
ALPHABETS = [Words("ru"), Words("kk")]
EMBARGO = "material=lree&year=2009&importer=JP&draws=10&if=embargo+CN%3EJP"


def question(query: str) -> Asked:
    return asked(parse_qsl(query))


@pytest.fixture(scope="module")
def bench(tmp_path_factory) -> Bench:
    return bench_of(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def found(bench: Bench) -> ShockTold:
    return bench.shock(question(EMBARGO))


# -- in words --------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ALPHABETS, ids=lambda words: words.code)
def test_all_that_is_said_by_name_is_said_in_every_language(words: Words):
    texts = [*form.HAPPENS.values(), *view.KINDS.values(), *said.NOTES, *said.UNITS.values()]
    texts += ["published", "secondary", "computed", "assumed"]
    assert [text for text in texts if words(text) == text] == []


@pytest.mark.parametrize("words", ALPHABETS, ids=lambda words: words.code)
@pytest.mark.parametrize("shock", [*VERBS.values(), "embargo CN>EU 90d", "quota EAEU>* 25.5% 30d"])
def test_every_shock_and_every_note_of_an_answer_is_said(bench: Bench, shock: str, words: Words):
    told = said.shock_in_words(shock, words)
    assert told not in (shock, said.shock_in_words(shock, EN))
    one = question(
        f"material=lree&year=2009&draws=10&if={'close place:SUEZ' if 'close' in shock else 'lose CN 5%'}"
    )
    for note in bench.shock(one).words:
        assert said.note(note, words) != note


def test_a_shock_that_cannot_be_read_stands_as_it_was_typed():
    assert said.shock_in_words("burn <CN>", EN) == "burn <CN>"


@pytest.mark.parametrize("code", ["en", "ru", "kk"])
def test_what_the_page_says_is_what_was_told(bench: Bench, found: ShockTold, code: str):
    words = Words(code)
    text = view.totals(found, words)
    assert said.amount(found.first, words) in text
    assert said.amount(found.from_consumption, words) in text
    told = view.body(found, words)
    for each in found.losers:
        assert words.country(each.country) in told
        assert each.share is None or words.percent(each.share) in told
    for each in found.suppliers:
        assert said.amount(each.after, words) in told
    prices = bench.prices(question(EMBARGO))
    priced = view.priced(found, prices, words)
    for price in prices:
        assert f"× {words.number(price.highest, 2)}" in priced
    for note in found.words:
        assert said.note(note, words).replace("'", "&#39;") in priced


def test_the_map_plays_the_months_that_were_told(found: ShockTold):
    drawn = {each[0]: each for each in map_.countries(found, EN)}
    for each in found.by_country:
        _, name, place, use, stocks, missed = drawn[each.country]
        assert name == EN.country(each.country)
        assert place is not None
        assert use == pytest.approx(each.consumed / 12, rel=1e-5)
        assert missed == pytest.approx(list(each.missed), rel=1e-5)
        assert stocks == pytest.approx(list(each.stocks), rel=1e-5)
        assert (len(stocks), len(missed)) == (map_.MONTHS + 1, map_.MONTHS)


def test_the_map_shows_who_sells_before_and_after(found: ShockTold):
    drawn = {each[0]: each[2:] for each in map_.purchases(found, EN)}
    assert drawn == {EN.country(each.country): [pytest.approx(each.before), pytest.approx(each.after)]
                     for each in found.suppliers}  # fmt: skip


def test_where_nobody_loses_the_page_says_so(bench: Bench):
    found = bench.shock(question("material=lree&year=2009&draws=10&importer=JP&if=quota+CN%3EJP+100%25"))
    assert not found.losers
    text = view.body(found, EN)
    assert "Nobody: nothing of this market is missing." in text


def test_shocks_can_be_taken_away_and_what_was_typed_stands_there_to_be_mended():
    asking = question(f"{EMBARGO}&if=burn+<b>&stage=<i>")
    text = form.form(asking, shipped(), EN, "if")
    assert "<b>" not in text and "<i>" not in text
    assert 'aria-invalid="true"' in text
    for each in asking.shocks:
        left = [other for other in asking.shocks if other != each]
        address = form.address(Asked(**{**{n: getattr(asking, n) for n in asking.__struct_fields__},
                                        "shocks": tuple(left)}))  # fmt: skip
        assert address.replace("&", "&amp;") in text
    assert "Ask again" in form.fault(Crowded("x"), asking, EN)
    assert "<i>" not in form.fault(BadSetting("<i>"), asking, EN)


def test_every_narrow_place_that_is_offered_can_be_closed():
    network = shipped()
    narrow = [each for each in network.places if each.kind in form.NARROW]
    assert narrow
    for each in narrow:
        assert parse(f"close place:{each.code}")[0].what == f"place:{each.code}"


# -- in a browser ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def url(tmp_path_factory) -> Iterator[str]:
    data = tmp_path_factory.mktemp("data")
    (data / "baci_raw_materials_made_up.csv").write_text(TRADE, encoding="utf-8")
    options = ("--traders", "50", "--days", "4", "--minerals", str(data))
    with playing(tmp_path_factory.mktemp("desk"), *options) as url:
        yield url


class TestInTheBrowser:
    """A shock put together and played, by pointer and by keyboard."""

    pytestmark = needs_chromium

    @pytest.mark.parametrize("look", [Look("en", "light", "desktop"), Look("kk", "dark", "phone")], ids=str)
    def test_it_is_played_and_can_be_read_by_everybody(self, browser: Any, url: str, look: Look):
        with window(browser, url, look) as visit:
            visit.sign_in("analyst")
            visit.go(f"/minerals/shock?{EMBARGO}")
            visit.page.wait_for_selector(".supposed h3")  # prices are there
            slider = visit.page.locator(".shock-turn input")
            slider.focus()
            for _ in range(6):
                visit.page.keyboard.press("ArrowRight")
            assert "6" in slider.get_attribute("aria-valuetext")
            visit.page.wait_for_selector(".shock-map path:is(.miss-3, .miss-4)", state="attached")
            assert visit.page.locator(".shock-play tbody tr").count() > 0
            visit.check("minerals-shock")
            assert visit.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            visit.page.locator(".shock-turn button").click()
            visit.page.wait_for_function("document.querySelector('.shock-turn input').value > 6")
            visit.page.locator(".shock-turn button").click()

    def test_it_is_put_together_without_words(self, browser: Any, url: str):
        with window(browser, url, Look("ru", "dark", "desktop")) as visit:
            visit.sign_in("officer")
            visit.go("/minerals/shock")
            visit.check("minerals-shock-open")
            visit.page.locator("select[name=material]").select_option("lree")
            visit.page.locator("select[name=verb]").select_option("quota")
            visit.page.locator("select[name=who]").select_option("CN")
            visit.page.locator("select[name=whom]").select_option("JP")
            visit.page.locator("input[name=much]").fill("50")
            visit.button("Play it").click()
            visit.alive()
            visit.page.wait_for_selector(".shock-map path.uses", state="attached")
            visit.page.wait_for_function("!location.search.includes('verb')")
            assert dict(parse_qsl(visit.page.url.partition("?")[2])) == {
                "material": "lree",
                "if": "quota CN>JP 50%",
            }

    def test_what_cannot_be_read_is_said_where_it_stands(self, browser: Any, url: str):
        with window(browser, url, Look("en", "light", "phone")) as visit:
            visit.sign_in("analyst")
            visit.go("/minerals/shock?material=lree&year=1990&if=embargo+CN%3EJP")
            visit.page.wait_for_selector("[role=alert]")
            assert "1990" in visit.page.locator("[role=alert]").first.inner_text()
            assert visit.page.locator("input[aria-invalid=true]").input_value() == "1990"
            visit.check("minerals-shock-wrong")
