"""The page Standing: every figure with date and source in every language; asked by address and by hand."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from browsing import Look, Visit, needs_chromium, window
from lxml import html

from sarai.server.asking import Crowded, Unclear
from sarai.server.pages import standing_channel as opened
from sarai.server.pages import standing_form as form
from sarai.server.pages import standing_view as view
from sarai.server.pages import standing_votes as voting
from sarai.server.pages.standing_said import Said
from sarai.server.pages.standing_sides import NAMED
from sarai.server.settings import ServerSettings
from sarai.server.standing import Asked, Bench
from sarai.server.standing.answering import answer
from sarai.server.standing.asked import Meant
from sarai.server.words import LANGUAGES, Words
from sarai.standing import Figure, load, shipped
from sarai.standing.bodies import BODIES, body_figures

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "balance"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="needs the shared data beside the checkout")
LOOKS = [Look("en", "light", "desktop"), Look("kk", "dark", "phone"), Look("ru", "dark", "desktop")]
UNITS = {each.code: each.unit for each in shipped().measures}
CHANNEL = {each.code: each.channel for each in shipped().measures}
SOURCES = {each.code: each for each in shipped().sources}
CHANNELS = [each.code for each in shipped().channels]


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(ServerSettings(), (), SHARED if SHARED.is_dir() else None)


@cache
def page(bench: Bench, language: str, **asked: str) -> html.HtmlElement:
    """What the page shows of a question."""
    question, said = Asked(**asked), Said(shipped(), Words(language))
    found = bench.answer(question)
    body = opened.body if found.channel else view.body
    return html.fromstring(str(body(found, question, said)))


def text_of(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def dates_of(element: html.HtmlElement) -> list[str]:
    return [each.get("datetime") for each in element.iter("time")]


# -- every figure with its source and date -----------------------------------------------------------


def written(value: float, unit: str, language: str) -> str:
    """A number as a language writes it, by plain formatting."""
    text = f"{100 * value:.1f}" if unit == "share" else f"{value:.10g}"
    return text if language == "en" else text.replace(".", ",")


def tells(element: html.HtmlElement, row: Figure, language: str) -> bool:
    """Whether an element has a figure's value and range, its date, and its source in words."""
    words, text = Words(language), text_of(element)
    if row.of.split("/") != dates_of(element):
        return False
    if row.value is None:
        return words("no figure") in text
    stated = [each for each in (row.value, row.low, row.high) if each is not None]
    source = SOURCES[row.source]
    said = [words(source.title), source.publisher, source.published, words.name("source", source.kind)]
    said = [" ".join(each.split()) for each in said]
    return all(
        part in text for part in (*(written(each, UNITS[row.measure], language) for each in stated), *said)
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", CHANNELS)
def test_every_figure_of_a_channel_stands_with_its_source_and_date(bench: Bench, channel: str, language: str):
    rows = list(page(bench, language, channel=channel).iter("tr"))
    said = Said(shipped(), Words(language))
    figures = [each for each in shipped().figures if CHANNEL[each.measure] == channel]
    figures += [each for code in BODIES if CHANNEL[code] == channel for each in body_figures(shipped(), code)
                if each.power == "*"]  # fmt: skip
    assert figures
    lacking = [
        each for each in figures
        if not any(said.who(each) in text_of(row) and tells(row, each, language) for row in rows)
    ]  # fmt: skip
    assert lacking == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_of_all_channels_in_short_stands_with_its_source_and_date(bench: Bench, language: str):
    items = page(bench, language).xpath("//ul[@class='figures']/li")
    rows = {row for each in bench.overview().channels for row in view.figures_of(each)}
    assert len(rows) > 70
    assert {row.measure for row in rows} == set(UNITS), "other measures are told too"
    assert [row for row in rows if not any(tells(each, row, language) for each in items)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_membership_stands_with_its_date_and_source(bench: Bench, language: str):
    words = Words(language)
    rows = list(page(bench, language, channel="memberships").iter("tr"))
    for each in shipped().memberships:
        said = (words(each.name), words(each.status), words(SOURCES[each.source].title))
        dated = [each.since] if each.since else []
        assert any(dates_of(row) == dated and all(part in text_of(row) for part in said) for row in rows), (
            each.code
        )


def conflicts() -> list[list[Figure]]:
    """Rows of the packaged tables that speak of one fact and differ."""
    facts: dict[tuple[str, ...], list[Figure]] = {}
    for each in shipped().figures:
        facts.setdefault((each.measure, each.power, each.part, each.of), []).append(each)
    return [rows for rows in facts.values() if len({each.value for each in rows}) > 1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_figure_that_conflicts_shows_all_its_values_side_by_side(bench: Bench, language: str):
    assert len(conflicts()) == 4
    words = Words(language)
    for rows in conflicts():
        blocks = page(bench, language, channel=CHANNEL[rows[0].measure]).xpath("//div[@class='apart']")
        values = [
            (written(each.value, UNITS[each.measure], language), words(SOURCES[each.source].title))
            for each in rows
        ]
        cards = [[text_of(card) for card in block.xpath("./div[@class='beside']/div")] for block in blocks]
        assert any(
            len(several) == len(rows)
            and all(all(part in card for part in said) for card, said in zip(several, values, strict=True))
            for several in cards
        ), rows


def test_net_and_gross_investment_are_told_apart_with_the_reason(bench: Bench):
    (fdi,) = [
        text_of(each) for each in page(bench, "en").xpath("//details[contains(@class, 'folded')]")
        if "Foreign direct investment" in text_of(each)[:40]
    ]  # fmt: skip
    assert "not the same number" in fdi
    assert "Gross inflow, USD bn, 2022" in fdi and "Outflow is not taken off" in fdi
    assert "Net inflow, USD bn, 2022: 6.1 USD bn in all" in fdi and "After outflow; UNCTAD" in fdi


def test_what_is_assumed_and_who_counts_as_a_power_is_said(bench: Bench):
    whole = page(bench, "en")
    text = text_of(whole)
    assert "United States and United Kingdom: The two count as one" in text
    for each in shipped().replacing:
        assert Said(shipped(), Words("en")).note(each.note) in text
    assert len(whole.xpath("//*[contains(@class, 'badge')][text()='assumed']")) >= 1


def test_shares_and_losses_are_those_that_are_reckoned(bench: Bench):
    found, text = bench.overview(), text_of(page(bench, "en"))
    for channel in found.channels:
        for one in channel.shares.powers:
            assert one.share is None or f"{100 * one.share:.1f}%" in text
    for each in bench.exposed().exposures:
        assert each.net is None or f"stops: {100 * each.gross:.1f}%" in text


def test_a_year_without_figures_says_so(bench: Bench):
    text = text_of(page(bench, "en", year="1950"))
    assert "No channel has figures of this year." in text
    assert "No figures of 1950" in text


ALONE = {
    "powers": "code,name\nNO,North\nSO,South\n",
    "channels": "code,name\ntrade,Trade <b>\nempty,Nothing\n",
    "measures": "code,channel,name,unit\nt,trade,turnover,barrels\nu,trade,other,barrels\ne,empty,none,x\n",
    "sources": "code,title,kind\nbook,A book,published\n",
    "figures": "measure,power,part,of,value,source\nt,*,,2020,10,book\nt,NO,attic,2020,4,book\n",
}


@pytest.mark.parametrize("channel", ["", "trade", "empty"])
def test_tables_of_ones_own_stand_as_they_were_written(tmp_path, channel: str):
    for name, text in ALONE.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    standing = load([tmp_path])
    meant = Meant(year=None, channel=channel, countries=("KZ",))
    found = answer(standing, meant, lambda: None)
    body = opened.body if channel else view.body
    shown = str(body(found, Asked(channel=channel), Said(standing, Words("ru"))))
    assert "Trade &lt;b&gt;" in shown or channel == "empty"
    assert "<b>" not in shown.replace("<b style", "")
    if channel != "empty":
        assert "attic" in shown and "4 barrels" in shown and "A book" in shown


@pytest.mark.parametrize("year", ["1991", "2019", "2021", "2024", "2026"])
def test_any_year_can_be_asked(bench: Bench, year: str):
    text = text_of(page(bench, "en", year=year))
    for each in bench.answer(Asked(year=year)).overview.channels:
        assert each.shares is None or each.shares.of.rpartition("/")[2][:4] == year
    assert "Who has which share" in text


# -- in words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_the_packaged_tables_are_said_in_every_language(language: str):
    words, standing = Words(language), shipped()
    texts = [*NAMED.values()]
    for rows in (
        standing.powers,
        standing.channels,
        standing.measures,
        standing.routes,
        standing.memberships,
    ):
        texts += [each.name for each in rows]
    texts += [each.unit for each in standing.measures] + [each.status for each in standing.memberships]
    assert [text for text in texts if words(text) == text] == []
    said = Said(standing, words)
    notes = [each.note for rows in (standing.powers, standing.channels, standing.measures, standing.figures,
             standing.routes, standing.replacing, standing.memberships) for each in rows]  # fmt: skip
    notes = [each for each in notes if any(letter.isalpha() for letter in each)]
    english = Said(standing, Words("en"))
    assert [each for each in notes if said.note(each) == english.note(each)] == []


@pytest.mark.parametrize(
    ("of", "said"),
    [("2024", "2024"), ("2021-06", "Jun 2021"), ("2025-03-31", "31 Mar 2025"), ("2020/2024", "2020 – 2024")],
)
def test_a_date_is_written_as_the_language_does(of: str, said: str):
    assert Said(shipped(), Words("en")).day(of) == said
    assert dates_of(html.fromstring(str(Said(shipped(), Words("ru")).date(of)))) == of.split("/")


def test_what_was_typed_stands_there_to_be_mended():
    said = Said(shipped(), Words("en"))
    text = form.form(Asked(countries="<b>Atlantis", channel="<i>x", year="1999"), said, "countries")
    assert "&lt;b&gt;Atlantis" in text and "<b>Atlantis" not in text and "<i>x" not in text
    assert text.count('aria-invalid="true"') == 1
    assert "Ask again" in form.fault(Crowded("x"), Asked(), said.words)
    assert "Votes of: &lt;i&gt;" in form.fault(Unclear("countries", "<i>"), Asked(), said.words)


@needs_shared
@pytest.mark.parametrize("language", LANGUAGES)
def test_distances_of_votes_stand_in_a_table_with_their_source(bench: Bench, language: str):
    words = Words(language)
    found = bench.voted(["KZ", "AM"])
    text = text_of(html.fromstring(str(voting.body(found, Said(shipped(), words)))))
    assert found.source in text
    for each in found.distances:
        if each.year == 2024 and each.distance is not None:
            assert words.number(each.distance, 2) in text
            assert f"{words.number(each.low, 2)} – {words.number(each.high, 2)}" in text
    assert words.country("AM") in text and words("nearest") in text


# -- in a browser ------------------------------------------------------------------------------------


class TestInTheBrowser:
    """A page that is asked by its form and its address, in several looks."""

    pytestmark = needs_chromium

    @pytest.mark.parametrize("look", LOOKS[:2], ids=str)
    def test_all_channels_can_be_read_by_everybody(self, browser: Any, url: str, look: Look):
        with window(browser, url, look) as visit:
            visit.sign_in("analyst")
            visit.go("/standing")
            _heading(visit, "Votes in the United Nations")
            visit.page.locator("details.folded > summary").first.click()
            visit.page.locator("details.folded[open] ul.figures").first.wait_for()
            visit.check("standing")
            assert _fits(visit)

    @pytest.mark.parametrize("look", LOOKS[2:], ids=str)
    def test_an_opened_channel_can_be_read_by_everybody(self, browser: Any, url: str, look: Look):
        with window(browser, url, look) as visit:
            visit.sign_in("auditor")
            visit.go("/standing?channel=fdi&year=2022")
            _heading(visit, "Where sources disagree")
            visit.check("standing-channel")
            assert _fits(visit)

    def test_it_is_asked_by_keyboard_and_what_is_wrong_is_said_beside_the_field(self, browser: Any, url: str):
        with window(browser, url, LOOKS[0]) as visit:
            visit.sign_in("supervisor")
            visit.page.keyboard.press("g")
            visit.page.keyboard.press("d")
            visit.page.wait_for_url("**/standing")
            visit.alive()
            field = visit.page.locator("input[name=countries]")
            field.fill("Atlantis")
            field.press("Enter")
            visit.page.wait_for_url("**/standing?*countries=Atlantis*")
            visit.page.wait_for_selector("[role=alert]")
            assert "Atlantis" in visit.page.locator("[role=alert]").first.inner_text()
            assert visit.page.locator("input[aria-invalid=true]").input_value() == "Atlantis"
            visit.check("standing-wrong")


def _heading(visit: Visit, text: str) -> None:
    visit.page.get_by_role("heading", name=visit.words(text), exact=True).first.wait_for()


def _fits(visit: Visit) -> bool:
    return visit.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
