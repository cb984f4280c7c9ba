"""The page Flows: a question out of an address, what statistics answer, and what is not known."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from math import log
from pathlib import Path
from statistics import fmean, stdev
from threading import Event, Thread
from typing import Any
from urllib.parse import urlencode

import pytest
from browsing import Look, Visit, needs_chromium, playing, window
from statistics_made import CHIPS, HOLES, MONTHS, QUESTION, SINCE, invented, statistics_at

from flows.tables import row
from sarai.flows.ready import NothingThere
from sarai.flows.statistics import NoStatistics
from sarai.server.asking import Busy, TooMuch, Unclear
from sarai.server.flows import Answer, Asked, Bench, asked, understood
from sarai.server.pages import flows_form as form
from sarai.server.pages import flows_view as view
from sarai.server.pages.flows import as_text, reported
from sarai.server.settings import ServerSettings
from sarai.server.words import Words

EN = Words("en")
LOOKS = [Look("en", "light", "desktop"), Look("kk", "dark", "phone"), Look("ru", "dark", "desktop")]


def bench_at(folder: Path, **settings: Any) -> Bench:
    return Bench(folder, folder.parent / "spill", ServerSettings(**settings))


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return statistics_at(tmp_path_factory.mktemp("statistics") / "folder")


@pytest.fixture(scope="module")
def bench(folder: Path) -> Bench:
    return bench_at(folder)


@pytest.fixture(scope="module")
def found(bench: Bench) -> Answer:
    return bench.answer(asked(QUESTION))


# -- what is asked ---------------------------------------------------------------------------------


def test_an_address_says_what_is_asked_and_the_other_way_round():
    question = asked({**QUESTION, "digits": "6", "unknown": "x"})
    assert question.address == QUESTION
    assert form.address(question) == f"/flows?{urlencode(QUESTION)}"
    assert asked({}).is_open
    assert form.address(Asked()) == "/flows"


def test_countries_codes_and_times_are_understood():
    meant = understood(asked({
        "from": "deu, Poland, eu", "through": "kz", "codes": "chpl:1, 61", "span": "2022-03..2022-11",
        "currency": "usd",
    }))  # fmt: skip
    assert meant.question.exporters[:2] == ("DE", "PL")
    assert len(meant.question.exporters) == 27
    assert meant.question.through == ("KZ",)
    assert meant.question.codes[-1] == "61"
    assert meant.question.codes_of == "HS2022"
    assert (str(meant.span), str(meant.base)) == ("2022-03..2022-11", "2021-03..2021-11")
    assert meant.question.currency == "USD"


@pytest.mark.parametrize(("query", "field", "value"), [
    ({}, "span", "2022-03..2022-11"),
    ({"span": "soon"}, "span", "soon"),
    ({"span": "0000"}, "span", "0000"),
    ({"span": "2022-03..2021-01"}, "span", "2022-03..2021-01"),
    ({"span": "2022", "base": "1901"}, "base", "months"),
    ({"span": "2022", "from": "KZ, Atlantis"}, "from", "Atlantis"),
    ({"span": "2022", "to": "<b>"}, "to", "<b>"),
    ({"span": "2022", "through": "KZ, KG"}, "through", "KZ"),
    ({"span": "2022", "codes": "85x"}, "codes", "85x"),
    ({"span": "2022", "codes": "chpl:9"}, "codes", "9"),
    ({"span": "2022", "digits": "3"}, "digits", "3"),
    ({"span": "2022", "digits": "2", "codes": "85, 8542"}, "digits", "8542"),
    ({"span": "2022", "currency": "dollar"}, "currency", "dollar"),
    ({"span": "2022", "least": "much"}, "least", "much"),
])  # fmt: skip
def test_what_cannot_be_understood_is_said_with_its_field_and_value(query, field, value):
    with pytest.raises(Unclear, match=value.replace(".", r"\.")) as caught:
        understood(asked(query))
    assert caught.value.field == field
    if query:
        assert 'aria-invalid="true"' in form.form(asked(query), EN, field)
    assert "<b>" not in form.fault(caught.value, asked(query), EN)


# -- what is answered ------------------------------------------------------------------------------


def test_every_section_answers(found: Answer):
    assert [each.name for each in found.sections] == list(view.TITLES)
    assert not [each.name for each in found.sections if each.lacking]
    assert (found.currency, found.edition, *found.sources) == ("USD", "HS2017", "comtrade", "comtrade")


def test_mirror_gaps_are_those_that_plain_sums_give(found: Answer):
    flows: dict[tuple, dict[str, float]] = defaultdict(dict)
    for each in invented():
        out = each["flow"] == "export"
        pair = (each["reporter"], each["partner"]) if out else (each["partner"], each["reporter"])
        flows[*pair, each["code"]][f"{each['flow']} {each['period']:%Y-%m}"] = each["value"]
    for gap in found.section("mirror").rows:
        told = flows[gap["exporter"], gap["importer"], gap["code"]]
        logs = {
            month: log(told[f"export {month}"] / told[f"import {month}"])
            for month in MONTHS
            if f"export {month}" in told
        }
        past = [logs[month] for month in MONTHS[:SINCE] if month in logs]
        now = logs[f"{gap['period']:%Y-%m}"]
        assert gap["gap_log"] == pytest.approx(now, rel=1e-9)
        assert gap["score"] == pytest.approx((now - fmean(past)) / max(stdev(past), 0.05), rel=1e-9)
    assert len(found.section("mirror").rows) == 25


def test_what_was_not_published_is_a_hole_and_never_zero(found: Answer):
    (lithuania,) = (each for each in found.section("mirror").tracks if each.group == ("LT", "KZ"))
    (russia,) = (each for each in found.section("mirror").tracks if each.group == ("KZ", "RU"))
    sent = lithuania.lines["exported"]
    at = [n for n, value in enumerate(sent) if value is None]
    assert [found.coverage.columns[n] for n in at] == list(HOLES)
    assert set(russia.lines["imported"]) == {None}
    holes = dict(zip(found.coverage.rows, found.coverage.cells, strict=True))
    assert holes["comtrade", "LT", "export"].count(None) == 2
    assert set(holes["comtrade", "RU", "import"]) == {None}
    unknown = {row["exporter"] for row in found.section("anomalies").rows if row["verdict"] == "unknown"}
    assert unknown == {"LT"}


def test_the_break_is_found_where_it_was_put(found: Answer):
    since = {row["group"]: row["since"] for row in found.section("breaks").rows}
    assert {f"{each:%Y-%m}" for each in since.values()} == {found.coverage.columns[SINCE]}
    assert () in since


def test_chance_alone_is_told_for_what_selects_on_the_outcome(found: Answer):
    for name in ("surges", "anomalies"):
        chance = found.section(name).chance
        assert chance.permutations == 999
        assert 0 < chance.p <= 1


def test_quantities_in_other_units_are_refused_with_the_reason(found: Answer):
    section = found.section("reexports")
    reasons = {row["unit"]: row["reason"] for row in section.refused if row["code"] == CHIPS}
    assert reasons == {
        "H87": "no outbound row states this unit",
        "KGM": "no inbound row states this unit",
    }
    text = view.body(found, asked(QUESTION), EN)
    assert "4 quantities cannot be compared" in text


def test_without_a_country_in_between_it_says_what_is_needed(bench: Bench):
    query = {"from": "DE", "to": "KZ", "span": "2022"}
    answer = bench.answer(asked(query))
    lacking = {each.name for each in answer.sections if each.lacking}
    assert lacking == {"reexports", "surges"}
    assert "the country in between" in view.body(answer, asked(query), EN)


# -- what cannot be answered -----------------------------------------------------------------------


def test_nothing_there_and_no_statistics_are_said(bench: Bench, tmp_path: Path):
    with pytest.raises(NothingThere):
        bench.answer(asked({"from": "FR", "to": "IT", "span": "2022"}))
    empty = bench_at(tmp_path / "nowhere")
    with pytest.raises(NoStatistics, match="sarai flows load"):
        empty.at_hand()
    assert "--statistics" in form.not_given(EN)


def test_several_currencies_need_one_to_answer_in(tmp_path: Path):
    several = bench_at(statistics_at(tmp_path / "several", invented("EUR")))
    with pytest.raises(Unclear, match="EUR and USD") as caught:
        several.answer(asked(QUESTION))
    assert caught.value.field == "currency"
    answer = several.answer(asked({**QUESTION, "currency": "usd"}))
    assert answer.currency == "USD"
    assert several.at_hand().sources[0].currencies == ("EUR", "USD")


def test_one_question_at_a_time(folder: Path, monkeypatch):
    from sarai.server.flows import answering

    begun, go_on = Event(), Event()

    def slow(*_: Any) -> str:
        begun.set()
        assert go_on.wait(20)
        return "done"

    monkeypatch.setattr(answering, "answer", slow)
    several = bench_at(folder)
    thread = Thread(target=several.answer, args=(asked(QUESTION),))
    thread.start()
    assert begun.wait(20)
    with pytest.raises(Busy) as caught:
        several.answer(asked({**QUESTION, "digits": "4"}))
    assert "Ask again" in form.fault(caught.value, asked(QUESTION), EN)
    go_on.set()
    thread.join()
    assert several.answer(asked(QUESTION)) == "done", "an answer is kept"


def test_a_question_that_takes_too_long_is_stopped(folder: Path):
    with pytest.raises(TooMuch, match="fewer countries"):
        bench_at(folder, flows_s=0.001).answer(asked(QUESTION))


def test_an_answer_is_worked_out_anew_after_a_load(tmp_path: Path):
    several = bench_at(statistics_at(tmp_path / "folder"))
    query = asked({"from": "DE", "to": "KZ", "codes": "8542", "span": "2022"})
    before = several.answer(query)
    assert several.answer(query) is before
    statistics_at(tmp_path / "folder", iter([row("DE", "export", "KZ", CHIPS, "2022-12", 1.0)]), "later")
    after = several.answer(query)
    assert after.section("mirror").tracks[0].lines["exported"][-1] == 1.0


# -- to take away ----------------------------------------------------------------------------------


def test_files_say_the_same(bench: Bench, found: Answer):
    told = json.loads(as_text(bench, asked(QUESTION)))
    assert told["currency"] == "USD"
    assert len(told["mirror"]["rows"]) == len(found.section("mirror").rows)
    assert told["mirror"]["rows"][0]["exported"] == found.section("mirror").rows[0]["exported"]
    assert told["anomalies"]["chance"]["p"] == found.section("anomalies").chance.p


def test_the_report_is_a_page_by_itself(bench: Bench):
    page = reported(bench, asked({**QUESTION, "through": "", "to": "KZ"})).decode()
    assert "Mirror gaps" in page
    assert "Lithuania" in page
    assert "not published" in page
    assert "<script" not in page


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_it_is_said_in_every_language(bench: Bench, found: Answer, language: str):
    words = Words(language)
    text = view.body(found, asked(QUESTION), words) + view.at_hand(bench.at_hand(), words, open_=True)
    assert words("not published") in text
    assert words.country("LT") in text
    assert (">not published<" in text) == (language == "en")


# -- in a browser ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def url(tmp_path_factory, folder: Path) -> Iterator[str]:
    directory = tmp_path_factory.mktemp("desk")
    with playing(directory, "--traders", "50", "--days", "4", "--statistics", str(folder)) as url:
        yield url


class TestInTheBrowser:
    """A page that is asked by its form and by its address, in several looks."""

    pytestmark = needs_chromium

    @pytest.mark.parametrize("look", LOOKS, ids=str)
    def test_it_can_be_read_by_everybody(self, browser: Any, url: str, look: Look):
        with window(browser, url, look) as visit:
            visit.sign_in("analyst")
            visit.go(form.address(asked(QUESTION)))
            visit.page.wait_for_selector("a[href^='/flows.json']")
            visit.check("flows")
            assert visit.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            assert visit.page.locator("figure svg:visible").count() == 4
            assert _said_inside(visit) == []
            visit.page.locator("figure summary").first.click()
            visit.check("flows-table")

    def test_it_is_asked_by_keyboard_and_mended_where_it_is_wrong(self, browser: Any, url: str):
        with window(browser, url, LOOKS[0]) as visit:
            visit.sign_in("officer")
            visit.page.keyboard.press("g")
            visit.page.keyboard.press("f")
            visit.page.wait_for_url("**/flows")
            visit.alive()
            visit.check("flows-open")
            visit.page.locator("input[name=from]").fill("Atlantis")
            visit.page.locator("input[name=span]").fill("2022-04..2022-12")
            visit.page.keyboard.press("Enter")
            alert = visit.page.locator("[role=alert]")
            alert.wait_for()
            assert "'Atlantis' is no country" in alert.inner_text()
            assert visit.page.locator("input[aria-invalid=true]").input_value() == "Atlantis"
            visit.check("flows-wrong")
            visit.page.locator("input[name=from]").fill("DE")
            visit.page.locator("input[name=to]").fill("KZ")
            visit.page.keyboard.press("Enter")
            visit.page.wait_for_selector("a[href^='/flows.json']")
            assert "from=DE" in visit.page.url
            with visit.page.expect_download() as taken:
                visit.page.locator("a[href^='/flows.json']").click()
            told = json.loads(Path(taken.value.path()).read_text())
            assert told["question"]["exporters"] == ["DE"]


def _said_inside(visit: Visit) -> list[str]:
    """Texts of pictures that stick out of them."""
    return visit.page.evaluate("""() => [...document.querySelectorAll("figure svg")]
      .filter(svg => svg.getBoundingClientRect().width > 0)
      .flatMap(svg => [...svg.querySelectorAll("text")].filter(text => {
        const outer = svg.getBoundingClientRect(), inner = text.getBoundingClientRect();
        return inner.right > outer.right + 1 || inner.left < outer.left - 1;
      }).map(text => text.textContent))""")
