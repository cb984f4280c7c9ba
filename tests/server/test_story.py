"""The desk in a browser: an officer finds goods that go astray and stops them; a trader's day; every page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from browsing import LOOKS, Look, Visit, needs_chromium, playing, window

pytestmark = needs_chromium

TWO_MINUTES_S = 120
LOOKS_ON_S = 75  # the first sign comes after 30
HELD = 312
PLAIN = Look("en", "light", "desktop")
PAGES = (
    "/", "/alerts", "/trace", "/balances", "/flows", "/corridors", "/minerals", "/standing", "/book",
    "/screening", "/post", "/desk/health", "/why",
)  # fmt: skip


@pytest.fixture(scope="module")
def url(tmp_path_factory) -> Iterator[str]:
    with playing(tmp_path_factory.mktemp("desk"), "--traders", "300", "--days", "24") as url:
        yield url


# -- two minutes -----------------------------------------------------------------------------------


def test_a_newcomer_stops_goods_that_go_astray_within_two_minutes(browser: Any, tmp_path: Path):
    """As `make run` shows it: wait for what happens, follow what the page says, stop the goods."""
    with playing(tmp_path) as url, window(browser, url, PLAIN) as visit:
        visit.sign_in("officer")
        began, known = monotonic(), set(_needs(visit))
        while monotonic() - began < LOOKS_ON_S:  # not everything that comes up will be what it seems
            case = _what_comes_up(visit, known)
            if case is None:
                continue
            known.add(case)
            visit.check("now")
            visit.page.locator(f".now-first a[href='{case}']").first.click()
            visit.page.wait_for_url(f"**{case}")
            visit.alive()
            visit.check("case")
            if visit.button("Hold the goods").is_enabled():
                _hold(visit)
                assert any(row["case"] in case for row in visit.ask("/holds")["rows"])
            visit.go("/")
        assert monotonic() - began < TWO_MINUTES_S
        visit.button("×16").click()
        _somebody_is_refused(visit)


def _needs(visit: Visit) -> list[str]:
    links = visit.page.locator(".now-first a[href^='/case/']")
    return [each.get_attribute("href") for each in links.all()]


def _hold(visit: Visit) -> None:
    """Hold the goods of the case that is open, and see that the page says so."""
    visit.button("Hold the goods").click()
    dialog = visit.page.get_by_role("dialog")
    dialog.wait_for()
    visit.page.wait_for_timeout(1_000)  # it comes in by and by, and pale at first
    dialog.locator("textarea").fill("Look first")
    visit.check("hold")
    dialog.get_by_role("button").last.click()
    dialog.wait_for(state="hidden")
    visit.page.get_by_text(visit.words("The goods are held.")).first.wait_for()


def _what_comes_up(visit: Visit, known: set[str]) -> str | None:
    """The first new case of the queue, once there is one."""
    for _ in range(10):
        new = [each for each in _needs(visit) if each not in known]
        if new:
            return new[0]
        visit.page.wait_for_timeout(500)
    return None


def _somebody_is_refused(visit: Visit) -> None:
    """The book refuses who moves the goods all the same, because they are held."""
    until = monotonic() + TWO_MINUTES_S
    while monotonic() < until:
        if any(row["code"] == HELD for row in visit.ask("/documents?refused=true&limit=500")["rows"]):
            return
        visit.page.wait_for_timeout(500)
    raise AssertionError("nobody tried to move the goods")


# -- officer and trader, in every look --------------------------------------------------------------


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_an_officer_stops_goods_that_go_astray_and_a_supervisor_releases_them(
    url: str, browser: Any, look: Look
):
    with window(browser, url, look) as visit:
        visit.sign_in("officer")
        visit.go("/")
        visit.check("now")
        visit.go("/alerts")
        visit.check("alerts")
        case = _case_in_reach(visit)
        visit.go(case)
        visit.check("case")
        _hold(visit)
        visit.page.wait_for_timeout(1_500)
        held = visit.ask("/holds")["rows"]
        assert any(row["case"] == case.rpartition("/")[2] for row in held)
        visit.check("held")
    with window(browser, url, look) as visit:
        visit.sign_in("supervisor")
        visit.go(case)
        _release(visit)
        assert all(row["case"] != case.rpartition("/")[2] for row in visit.ask("/holds")["rows"])


def _case_in_reach(visit: Visit) -> str:
    """The first case of which goods can still be stopped, and none are."""
    rows = visit.ask("/cases?limit=500")["rows"]
    return next(f"/case/{row['id']}" for row in rows if row["in_reach"] and not row["held"])


def _release(visit: Visit) -> None:
    visit.button("Release").click()
    dialog = visit.page.get_by_role("dialog")
    dialog.wait_for()
    dialog.locator("textarea").fill("Looked")
    dialog.get_by_role("button").last.click()
    dialog.wait_for(state="hidden")
    visit.page.get_by_text(visit.words("The goods are released.")).first.wait_for()


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_a_trader_sees_its_own_and_hands_in_a_file(url: str, browser: Any, look: Look, tmp_path: Path):
    with window(browser, url, look) as visit:
        visit.sign_in("trader")
        for path, name in (("/", "trader-now"), ("/balances", "trader-balances"), ("/post", "trader-post")):
            visit.go(path)
            visit.check(name)
        document = {
            "kind": "consumption", "issuer": "somebody-else", "number": "1", "time": "2026-01-10T00:00:00Z",
            "holder": {"id": "somebody-else"}, "place": "store",
            "lines": [{"item": 1, "hs": "610910", "quantity": "1", "unit": "H87"}],
        }  # fmt: skip
        path = tmp_path / "mine.jsonl"
        path.write_text(json.dumps(document) + "\nno document\n")
        visit.page.locator("input[type=file]").first.set_input_files(path)
        visit.button("Show what was refused").click()
        for code in ("305", "101"):
            visit.page.get_by_text(re.compile(rf"\b{code}\b")).first.wait_for()
        visit.check("trader-refused")
        visit.go("/alerts")  # not a trader's to see, and the page says so
        assert visit.page.locator("main h1").inner_text() == visit.words("You may not see this.")
        visit.check("trader-alerts")


# -- every page ------------------------------------------------------------------------------------


@pytest.mark.parametrize("look", [PLAIN, Look("ru", "dark", "phone"), Look("kk", "dark", "desktop")], ids=str)
def test_every_page(url: str, browser: Any, look: Look):
    with window(browser, url, look) as visit:
        visit.go("/login")
        visit.check("login")
        visit.sign_in("supervisor")
        for path in PAGES:
            visit.go(path)
            visit.check(path.strip("/").replace("/", "-") or "now")
        cases = visit.ask("/cases?limit=500")["rows"]
        visit.go(f"/case/{max(cases, key=lambda case: len(case['parties']))['id']}")
        visit.page.locator("main a[href^='/trace?']").first.click()
        visit.page.locator(".trace-paper svg").first.wait_for()
        visit.check("trace-of-a-lot")


def test_a_new_alert_is_announced_while_one_reads(url: str, browser: Any):
    """The last of them: it lets the state run out."""
    with window(browser, url, PLAIN) as visit:
        visit.sign_in("officer")
        visit.page.get_by_role("radio", name="×16").or_(visit.button("×16")).first.click()
        visit.go("/alerts")
        visit.page.get_by_text(re.compile(r"\d+ new alerts?")).first.wait_for(timeout=90_000)
