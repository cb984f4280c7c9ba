"""Debian's chromium and a server that plays a state, for tests that look at pages as people do.

Anything that leaves the machine, any error that the browser reports and any serious fault of accessibility
fails the test.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sarai.server.words import Words

CHROMIUM = shutil.which("chromium")
PICTURES = os.environ.get("SARAI_PICTURES")  # a directory into which the tests put what they saw
SERIOUS = ("serious", "critical")
SIZES = {"desktop": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}


class Look(NamedTuple):
    """How somebody looks at the pages."""

    language: str
    scheme: str
    size: str

    def __str__(self) -> str:
        return "-".join(self)


LOOKS = [Look(*each) for each in product(("en", "ru", "kk"), ("light", "dark"), SIZES)]
SESSIONS: dict[tuple[str, str], list[Any]] = {}  # the cookies of who has signed in, by address and role
needs_chromium = [
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium here; .ci/run installs it"),
    pytest.mark.xdist_group("browser"),
]


@contextmanager
def playing(directory: Path, *options: str) -> Iterator[str]:
    """The address of a demonstration that runs in a process of its own, and ends in peace."""
    command = [sys.executable, "-m", "sarai.cli", "serve", "--demo", "--json", "--port", "0", *options,
               "--dir", str(directory / "desk")]  # fmt: skip
    log = directory / "log"
    with (
        log.open("w") as to,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=to, text=True) as server,
    ):
        try:
            yield _address(server, log)
            server.send_signal(signal.SIGTERM)
            assert server.wait(60) == 0
        finally:
            server.kill()
    said = log.read_text()
    assert "Traceback" not in said, said[said.find("Traceback") :][:6_000]


def _address(server: subprocess.Popen, log: Path) -> str:
    text = ""
    while not text.rstrip().endswith("}"):
        line = server.stdout.readline()
        assert line, log.read_text()[-2_000:]
        text += line
    return json.loads(text)["url"]


@contextmanager
def browsing() -> Iterator[Any]:
    """The browser."""
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Visit:
    """A browser's window, and what went wrong in it."""

    def __init__(self, page: Any, url: str, look: Look) -> None:
        self.page, self.url, self.words, self.look = page, url, Words(look.language), look
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
        self.alive()

    def alive(self) -> None:
        """Wait until the page is there and hears what it is told."""
        self.page.wait_for_selector("main h1")
        self.page.wait_for_function("() => window.socket?.connected ?? true")
        self.page.wait_for_timeout(600)

    def sign_in(self, role: str) -> None:
        """As one of the demo's users; in its session, if there is one already."""
        self.page.context.add_cookies(SESSIONS.get((self.url, role), []))
        self.go("/" if (self.url, role) in SESSIONS else "/login")
        if "/login" in self.page.url:
            self.button(self.words.name("role", role)).click()
            self.page.wait_for_url(lambda where: "/login" not in where)
            self.alive()
            kept = self.page.context.cookies()
            SESSIONS[self.url, role] = [each for each in kept if each["name"].endswith("sarai")]

    def button(self, text: str) -> Any:
        """A button by its English text."""
        return self.page.get_by_role("button", name=self.words(text), exact=True).first

    def ask(self, path: str) -> Any:
        """What the API answers to who is signed in."""
        return self.page.evaluate("async path => (await fetch(`/api/v1${path}`)).json()", path)

    def check(self, name: str) -> None:
        """Nothing serious stands in the way of people with disabilities; and take a picture."""
        axe = pytest.importorskip("axe_core_python.sync_playwright")
        found = axe.Axe().run(self.page, options={"resultTypes": ["violations"]})["violations"]
        said = [
            f"{each['id']} ({each['impact']}): {each['help']}; {node['html'][:160]}"
            for each in found
            if each["impact"] in SERIOUS
            for node in each["nodes"][:3]
        ]
        assert said == [], f"{name}, {self.look}"
        if PICTURES:
            self.page.screenshot(path=Path(PICTURES) / f"{name}-{self.look}.png")

    def calm(self) -> None:
        """Nothing went wrong."""
        assert self.faults == [], str(self.look)


@contextmanager
def window(browser: Any, url: str, look: Look) -> Iterator[Visit]:
    """A window of the browser; whatever goes wrong in it fails at the end."""
    context = browser.new_context(
        viewport=SIZES[look.size], color_scheme=look.scheme, locale=look.language, reduced_motion="reduce"
    )
    visit = Visit(context.new_page(), url, look)
    visit.page.set_default_timeout(30_000)
    try:
        yield visit
        visit.calm()
    finally:
        context.close()
