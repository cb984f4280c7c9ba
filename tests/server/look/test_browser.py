"""The demo page in a browser: nothing leaves the machine, nothing fails, all can be read and operated."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

CHROMIUM = Path("/usr/bin/chromium")
HERE = Path(__file__).resolve().parent
sync_api = pytest.importorskip("playwright.sync_api", reason="the browser tests need playwright")
pytestmark = pytest.mark.skipif(not CHROMIUM.is_file(), reason=f"no browser at {CHROMIUM}")

DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
LEAST_TARGET_PX = 24  # WCAG 2.2, 2.5.8
START_S = 60.0

TOO_FAINT = """() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const linear = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const paper = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const [r, g, b, a = 1] = parse(getComputedStyle(at).backgroundColor);
      if (a === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let seen = 0;
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (!text || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    if (element.closest("script, style, .unseen, [disabled], .skip")) continue;
    const style = getComputedStyle(element);
    const [one, other] = [luminance(parse(style.color)), luminance(paper(element))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    seen += 1;
    if (ratio < (large ? 3 : 4.5)) faint.push(`${text.slice(0, 40)}: ${ratio.toFixed(2)}`);
  }
  return { seen, faint };
}"""

NAMELESS = """() => [...document.querySelectorAll("a, button, input, textarea, select, summary, nav, dialog")]
  .filter((element) => element.checkVisibility())
  .filter((element) => !(element.innerText || element.ariaLabel || element.title || element.labels?.length
    || element.getAttribute("aria-labelledby")))
  .map((element) => element.outerHTML.slice(0, 120))"""

SMALL = """(least) => [...document.querySelectorAll("button, summary, nav a, .button, input")]
  .filter((element) => element.checkVisibility())
  .map((element) => [element.outerHTML.slice(0, 80), element.getBoundingClientRect()])
  .filter(([, box]) => box.width < least || box.height < least)
  .map(([html]) => html)"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The demo, in a process of its own on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "demo_page:create", "--factory", "--port", str(port)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    process = subprocess.Popen([*command, "--log-level", "warning"], cwd=HERE, env=environment)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(f"{url}/now", process)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def wait_for(url: str, process: subprocess.Popen) -> None:
    for _ in range(int(START_S / 0.2)):
        assert process.poll() is None, "the demo ended"
        try:
            with urlopen(url, timeout=5):
                return
        except URLError:
            time.sleep(0.2)
    pytest.fail(f"no answer from {url}")


@pytest.fixture(scope="module")
def browser() -> Iterator[sync_api.Browser]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(server, browser) -> Iterator:
    """Open the demo; at the end nothing may have gone wrong."""
    wrong: list[str] = []
    contexts = []

    def watch(page: sync_api.Page) -> None:
        page.on(
            "console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda fault: wrong.append(str(fault)))
        page.on("request", lambda sent: wrong.append(sent.url) if leaves(sent.url, server) else None)
        page.on(
            "websocket", lambda socket: wrong.append(socket.url) if "//127.0.0.1:" not in socket.url else None
        )

    def opened(path: str = "/now", size: dict = DESKTOP, **options) -> sync_api.Page:
        contexts.append(browser.new_context(viewport=size, **options))
        page = contexts[-1].new_page()
        watch(page)
        page.goto(server + path)
        page.wait_for_selector("h1")
        page.wait_for_function("window.socket?.connected ?? true")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


def leaves(url: str, server: str) -> bool:
    return not url.startswith((server, "data:", "blob:"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("language", "size"), [("en", DESKTOP), ("ru", PHONE), ("kk", PHONE)])
def test_it_is_readable_named_and_large_enough(open_page, language, size, scheme, tmp_path):
    page = open_page(f"/now?language={language}&scheme={scheme}", size)
    page.wait_for_selector(f"body.body--{scheme}")
    contrast = page.evaluate(TOO_FAINT)
    assert contrast["seen"] > 60
    assert contrast["faint"] == []
    assert page.evaluate(NAMELESS) == []
    assert page.evaluate(SMALL, LEAST_TARGET_PX) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert page.evaluate("document.documentElement.lang") == language
    page.screenshot(path=tmp_path / f"{language}-{scheme}-{size['width']}.png", full_page=True)


def test_the_test_of_contrast_would_find_what_is_faint(open_page):
    page = open_page()
    page.add_style_tag(content=".tile-label { color: #999 !important; background: #fff }")
    assert len(page.evaluate(TOO_FAINT)["faint"]) == 4


def test_landmarks_and_headings(open_page):
    page = open_page()
    for landmark, count in (("banner", 1), ("main", 1), ("navigation", 1), ("search", 1), ("status", None)):
        found = page.get_by_role(landmark).count()
        assert found == count if count else found >= 1, landmark
    assert page.get_by_role("heading", level=1).all_inner_texts() == ["Now"]
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((element) => element.id)")
    assert len(ids) == len(set(ids))
    assert page.locator(".side a[aria-current=page]").first.inner_text() == "Now"
    assert page.title() == "Now · Sarai"


def test_the_first_key_skips_to_the_content(open_page):
    page = open_page()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'content'")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "tile critical"


def test_shortcuts(open_page):
    page = open_page()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.type("?")  # is text there
    assert page.locator("dialog.help[open]").count() == 0
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    assert page.locator("dialog.help[open]").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("dialog.help[open]").count() == 0


def test_g_and_a_letter_go_to_a_page(open_page):
    page = open_page("/empty")
    page.goto(page.url.replace("/empty", "/now?language=ru"))
    page.wait_for_selector(".side")
    page.keyboard.press("g")
    page.keyboard.press("n")
    page.wait_for_url("**/now")


def test_a_menu_closes_on_escape_and_gives_the_focus_back(open_page):
    page = open_page()
    page.locator(".bar .menu summary").click()
    assert page.get_by_text("Times are Asia/Almaty (UTC+5)").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("details.menu[open]").count() == 0
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_appearance_is_chosen_at_once(open_page):
    page = open_page("/now?scheme=light")
    page.locator(".bar .menu summary").click()
    page.get_by_role("button", name="Dark").click()
    page.wait_for_selector("body.body--dark")
    assert page.get_by_role("button", name="Dark").get_attribute("aria-pressed") == "true"


def test_auto_follows_the_system(open_page):
    assert open_page(color_scheme="dark").wait_for_selector("body.body--dark")
    assert open_page(color_scheme="light").wait_for_selector("body.body--light")


def test_another_language(open_page):
    page = open_page()
    page.get_by_role("button", name="ҚЗ").click()
    page.wait_for_url("**/now?language=kk**")
    page.wait_for_selector("h1:text('Қазір')")


def test_a_table_is_sorted_and_turned_over(open_page):
    page = open_page()
    first = page.locator(".table tbody tr").first
    assert page.locator("th[aria-sort=descending]").inner_text() == "Quantity"
    page.get_by_role("button", name="Quantity").click()
    page.wait_for_selector("th[aria-sort=ascending]")
    assert "\t5\xa0kg" in first.inner_text()
    assert page.get_by_role("button", name="Previous").is_disabled()
    page.get_by_role("button", name="Next").click()
    page.wait_for_function("document.querySelector('.pager .quiet').innerText.startsWith('6–10')")
    assert page.locator(".table tbody").first.locator("tr").count() == 5


def test_at_phone_width_rows_are_cards_and_the_navigation_lies_below(open_page):
    page = open_page("/now?language=en", PHONE)
    label = page.locator(".table tbody td").nth(1)
    assert label.evaluate("(cell) => getComputedStyle(cell, '::before').content") == '"Weightiness"'
    side = page.locator(".side").bounding_box()
    assert side["y"] + side["height"] == PHONE["height"]
    assert page.locator(".side ul.main > li:visible").count() == 5
    page.locator(".overflow summary").click()
    assert page.locator(".overflow a:visible").all_inner_texts() == [
        "Post",
        "Balances",
        "Flows",
        "Corridors",
        "Minerals",
        "Standing",
        "Screening",
        "Health",
    ]


def test_what_cannot_be_undone_is_asked_for_with_a_reason(open_page):
    page = open_page("/now?language=ru&scheme=dark")
    page.get_by_role("button", name="Задержать").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Задержать").click()
    dialog.get_by_text("Обязательное поле.").wait_for()
    assert page.evaluate(TOO_FAINT)["faint"] == []
    dialog.locator("textarea").fill("Пломба нарушена")
    dialog.get_by_role("button", name="Задержать").click()
    page.locator(".toast", has_text="Товары задержаны.").wait_for()
    assert page.locator(".frame [role=status]").inner_text() == "Товары задержаны."
    assert page.locator(".side .tally").nth(1).inner_text() == "3"


def test_a_question_can_be_left_by_escape(open_page):
    page = open_page()
    page.get_by_role("button", name="Hold").click()
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    assert page.locator(".toast").count() == 0


def test_before_login_there_is_no_navigation(open_page):
    page = open_page("/empty")
    assert page.get_by_role("navigation").count() == 0
    assert page.get_by_role("heading", level=1).inner_text() == "Log in"


def test_markup_of_traders_is_text(open_page):
    page = open_page()
    assert page.get_by_text("<script>alert(1)</script>").is_visible()
    assert not re.search("<script>alert", page.content())
