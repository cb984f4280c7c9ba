"""The two-minute story in a browser: an officer finds goods that go astray and stops them; a trader's day.

A server plays a state in a process of its own; Debian's chromium looks at it. Anything that leaves the
machine, any error that the browser reports and any serious fault of accessibility fails the test.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sarai.server.words import Words

sync_api = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_core_python.sync_playwright")
CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium here; .ci/run installs it"),
    pytest.mark.xdist_group("browser"),
]

DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
LOOKS = {
    "English, light, desktop": ("en", "light", DESKTOP),
    "Russian, dark, phone": ("ru", "dark", PHONE),
    "Kazakh, dark, desktop": ("kk", "dark", DESKTOP),
    "Kazakh, light, phone": ("kk", "light", PHONE),
}
PAGES = ("/", "/alerts", "/trace", "/balances", "/book", "/screening", "/post", "/desk/health", "/why")
SERIOUS = ("serious", "critical")
PICTURES = os.environ.get("SARAI_PICTURES")  # a directory into which this run puts what it saw


@pytest.fixture(scope="module")
def url(tmp_path_factory) -> Iterator[str]:
    directory = tmp_path_factory.mktemp("desk")
    command = [sys.executable, "-m", "sarai.cli", "serve", "--demo", "--json", "--port", "0",
               "--traders", "300", "--days", "24", "--dir", str(directory / "desk")]  # fmt: skip
    with (directory / "log").open("w") as log:
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    text = ""
    while not text.rstrip().endswith("}"):
        line = server.stdout.readline()
        assert line, (directory / "log").read_text()[-2_000:]
        text += line
    yield json.loads(text)["url"]
    server.send_signal(signal.SIGTERM)
    assert server.wait(60) == 0
    server.stdout.close()
    assert "Traceback" not in (directory / "log").read_text()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Visit:
    """A browser's window, and what went wrong in it."""

    def __init__(self, page: Any, url: str, words: Words, look: str) -> None:
        self.page, self.url, self.words, self.look = page, url, words, look
        self.faults: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda fault: self.faults.append(f"error: {fault}"))
        page.on("request", self._request)
        page.on("response", self._response)

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"{message.type}: {message.text}")

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.url, self.url.replace("http", "ws"), "data:", "blob:")):
            self.faults.append(f"left the machine: {request.url}")

    def _response(self, response: Any) -> None:
        if response.status >= 400:
            self.faults.append(f"{response.status}: {response.url}")

    def go(self, path: str) -> None:
        """Open a page and wait until it is alive."""
        self.page.goto(self.url.rstrip("/") + path)
        self.page.wait_for_selector("main h1")
        self.page.wait_for_function("() => window.socket?.connected ?? true")
        self.page.wait_for_timeout(600)

    def sign_in(self, role: str) -> None:
        """As one of the demo's users."""
        self.go("/login")
        self.button(role).click()
        self.page.wait_for_url(lambda where: "/login" not in where)

    def button(self, text: str) -> Any:
        """A button by its English text."""
        return self.page.get_by_role("button", name=self.words(text), exact=True).first

    def check(self, name: str) -> None:
        """Nothing serious stands in the way of people with disabilities; and take a picture."""
        found = axe.Axe().run(self.page)["violations"]
        said = [
            f"{each['id']} ({each['impact']}): {each['help']}; {node['html'][:160]}"
            for each in found
            if each["impact"] in SERIOUS
            for node in each["nodes"][:3]
        ]
        assert said == [], f"{name}, {self.look}"
        if PICTURES:
            self.page.screenshot(path=Path(PICTURES) / f"{name}-{self.look.replace(', ', '-').lower()}.png")

    def calm(self) -> None:
        """Nothing went wrong."""
        assert self.faults == [], self.look


@contextmanager
def window(browser: Any, url: str, look: str) -> Iterator[Visit]:
    language, scheme, size = LOOKS[look]
    context = browser.new_context(viewport=size, color_scheme=scheme, locale=language)
    visit = Visit(context.new_page(), url, Words(language), look)
    visit.page.set_default_timeout(30_000)
    try:
        yield visit
        visit.calm()
    finally:
        context.close()


@pytest.mark.parametrize("look", LOOKS)
def test_an_officer_finds_goods_that_go_astray_and_stops_them(url: str, browser: Any, look: str):
    with window(browser, url, look) as visit:
        visit.sign_in(visit.words.name("role", "officer"))
        visit.go("/")
        visit.check("now")
        visit.go("/alerts")
        visit.check("alerts")
        case = _case_in_reach(visit)
        visit.go(case)
        visit.check("case")
        visit.button("Hold the goods").click()
        dialog = visit.page.get_by_role("dialog")
        dialog.wait_for()
        visit.page.wait_for_timeout(1_000)  # it comes in by and by, and pale at first
        for field in dialog.locator("input, textarea").all():
            if field.is_editable() and field.get_attribute("type") not in ("checkbox", "radio"):
                field.fill("Look first")
        visit.check("hold")
        dialog.get_by_role("button").last.click()
        dialog.wait_for(state="hidden")
        visit.page.wait_for_timeout(1_500)
        held = visit.page.evaluate("async () => (await (await fetch('/api/v1/holds')).json()).rows")
        assert held, "the book has it"
        assert any(row["case"] == case.rpartition("/")[2] for row in held)
        visit.check("held")


def _case_in_reach(visit: Visit) -> str:
    """The first case of which goods can still be stopped, and none are."""
    rows = visit.page.evaluate("async () => (await (await fetch('/api/v1/cases?limit=500')).json()).rows")
    return next(f"/case/{row['id']}" for row in rows if row["in_reach"] and not row["held"])


def test_a_new_alert_is_announced_while_one_reads(url: str, browser: Any):
    with window(browser, url, "English, light, desktop") as visit:
        visit.sign_in("Officer")
        visit.go("/alerts")
        visit.page.get_by_text(re.compile(r"\d+ new alerts?")).first.wait_for(timeout=90_000)


@pytest.mark.parametrize("look", ["English, light, desktop", "Russian, dark, phone"])
def test_a_trader_sees_its_own_and_hands_in_a_file(url: str, browser: Any, look: str, tmp_path: Path):
    with window(browser, url, look) as visit:
        visit.sign_in(visit.words.name("role", "trader"))
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
        visit.page.goto(f"{visit.url}alerts")
        visit.page.wait_for_selector("main h1")
        visit.faults = [
            fault for fault in visit.faults if not fault.startswith(("403", "error: Failed to load"))
        ]


@pytest.mark.parametrize("look", ["English, light, desktop", "Russian, dark, phone"])
def test_every_page(url: str, browser: Any, look: str):
    with window(browser, url, look) as visit:
        visit.go("/login")
        visit.check("login")
        visit.sign_in(visit.words.name("role", "supervisor"))
        for path in PAGES:
            visit.go(path)
            visit.check(path.strip("/").replace("/", "-") or "now")
