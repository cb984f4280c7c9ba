"""The page Case: one case with all that counts, and what an officer does with it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import Request, Response
from nicegui import app, ui

from sarai.goods import SaraiError
from sarai.server.access import Eyes, Grant, Scope, allow
from sarai.server.house import House
from sarai.server.pages.case_desk import CaseDesk
from sarai.server.pages.case_page import CasePage
from sarai.server.pages.case_seen import Seen, file_name, find, seen, version, way
from sarai.server.pages.entering import Visit, enter, language_of
from sarai.server.pages.live import news
from sarai.server.pages.look import badge, button, element, empty, link, panel, put, show, tag
from sarai.server.pages.trace import STYLE as TRACE_STYLE
from sarai.server.pages.trace import walkable
from sarai.server.problems import Problem
from sarai.server.words import Words

PATIENCE_S = 30.0  # a case of a hundred alerts proves some hundred documents
AIM = (
    "if (location.hash) location.replace(location.hash)"  # the alert that the address names is there only now
)
STYLE = Path(__file__).with_name("alerts.css")


def register(house: House) -> None:
    """Declare the page, and the file of a case."""

    @ui.page("/case/{name}", response_timeout=PATIENCE_S)
    async def case_page(request: Request, name: str) -> Response | None:
        visit, away = enter(request, house, "pages.case")
        if visit is None:
            return away
        eyes = visit.eyes("cases.read")
        if eyes is None:
            return None
        ui.add_css(STYLE)
        ui.add_css(TRACE_STYLE)
        await _open(visit, name, eyes)
        return None

    @app.get("/case/{name}/file", include_in_schema=False)
    async def case_file(
        request: Request, name: str, grant: Annotated[Grant, allow("cases.read")]
    ) -> Response:
        from sarai.telling.case_page import page

        if grant.scope is not Scope.ALL:
            raise Problem(
                403, "Not allowed", "the file of a case names everybody in it; ask an officer for it"
            )
        found = await read(house, name, request.state.access.eyes(grant))
        as_file = f'attachment; filename="{file_name(found.name)}"'
        words = Words(language_of(request, house))
        headers = {
            "Content-Disposition": as_file, "Cache-Control": "no-store", "Content-Language": words.code
        }  # fmt: skip
        assert found.file is not None
        whole = page(found.file, words.say, words.code)
        return Response(whole, 200, headers, media_type="text/html; charset=utf-8")


async def read(house: House, name: str, eyes: Eyes) -> Seen:
    """The case as it stands."""
    return await house.read_cases(lambda desk: seen(desk, house.book, name, eyes, house.now(), house.keys))


async def _open(visit: Visit, name: str, eyes: Eyes) -> None:
    words = visit.words
    try:
        found = await read(visit.house, name, eyes)
    except SaraiError:
        ui.context.client.status_code = 404
        with visit.framed(words("Not found"), active="alerts"):
            said = words(
                "No such case: {case}. It may have been merged; look for it under Alerts.", case=name[:80]
            )
            show(empty(said, action=link(words("Alerts"), "/alerts", "button")))
        return
    with visit.framed(words("Case {name}", name=found.name), active="alerts") as frame:
        opened = OpenCase(visit, found, eyes)
        opened.build()
        opened.announce = frame.announce
        news(visit, ("alerts",), opened.hear)
        ui.run_javascript(AIM)


class OpenCase:
    """A case that somebody looks at."""

    def __init__(self, visit: Visit, found: Seen, eyes: Eyes) -> None:
        self.visit, self.found, self.eyes = visit, found, eyes
        self.announce = lambda text: None
        self.parts: dict = {}

    def build(self) -> None:
        """Lay the page out."""
        words = self.visit.words
        self._part("head")
        self._changed()
        self._part("facts")
        with element("div", class_="case-body"):
            with element("div", class_="case-main"):
                for name in ("goods", "why", "alerts"):
                    self._part(name)
                self._way()
                self._part("happened")
            with element("aside", class_="case-side", aria_label=words("What to do")):
                with element("section", class_="panel"):
                    show(words("Due"), "h2")
                    self._part("clocks")
                self.desk = CaseDesk(self.visit, self.found, self.renew)
                self.desk.build()
                self._part("advice")
                if self.eyes.scope is Scope.ALL:
                    self._export()

    def _part(self, name: str) -> None:
        self.parts[name] = show(getattr(self._page(), name)())

    def _page(self) -> CasePage:
        return CasePage(self.found, self.visit.words, self.eyes.party)

    def _changed(self) -> None:
        words = self.visit.words
        with element("div", class_="news fresh case-news") as self.news:
            show(
                tag("span", badge(words, "notice"), " ", words("This case has changed since you opened it."))
            )
            button(words("Show"), self.renew, "main")
        self.news.visible = False

    def _way(self) -> None:
        if self.found.file is None:
            return
        answer = way(self.found.file)
        if answer is None:
            return
        words, left = self.visit.words, self.found.file.way.left_out
        with element("section", class_="panel"):
            show(words("Where it came from") if answer.up else words("Where it went"), "h2")
            walkable(answer, words)
            if left:
                said = words(
                    "{count} more lots went too many ways to be drawn; trace each by its name.", count=left
                )
                show(said, "p", "quiet")

    def _export(self) -> None:
        words = self.visit.words
        to = f"/case/{self.found.name}/file"
        said = words(
            "One page with every document and its proof; whoever receives it can check it without us."
        )
        take = tag("a", words("Export the case file"), href=to, class_="button", download=True)
        show(panel(words("Case file"), tag("p", said, class_="quiet"), take))

    async def renew(self) -> None:
        """Show the case as it is now."""
        self.found = await read(self.visit.house, self.found.name, self.eyes)
        page = self._page()
        for name, part in self.parts.items():
            put(part, getattr(page, name)())
        self.desk.update(self.found)
        self.news.visible = False

    async def hear(self) -> None:
        """Say that something changed, and let who reads go on reading."""
        name = self.found.name
        now = await self.visit.house.read_cases(lambda desk: version(find(desk, name, self.eyes)))
        if now != self.found.version and not self.news.visible:
            self.news.visible = True
            self.announce(self.visit.words("This case has changed since you opened it."))
