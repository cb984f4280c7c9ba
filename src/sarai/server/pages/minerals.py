"""The page Minerals: who depends on whom for raw materials, with the world map of their flows."""

from __future__ import annotations

from pathlib import Path

from fastapi import Request, Response
from msgspec.structs import replace
from starlette.concurrency import run_in_threadpool

from sarai.goods import SaraiError
from sarai.minerals import named
from sarai.server.house import House
from sarai.server.minerals import Bench, NoData
from sarai.server.minerals.answer import Sheet
from sarai.server.minerals.asked import Asked, asked
from sarai.server.pages import drawn, questions
from sarai.server.pages import minerals_all as table
from sarai.server.pages import minerals_carried as carried
from sarai.server.pages import minerals_form as form
from sarai.server.pages import minerals_map as mapped
from sarai.server.pages import minerals_said as said
from sarai.server.pages import minerals_view as view
from sarai.server.pages.entering import Visit, enter
from sarai.server.pages.look import element, panel, put, show, tag
from sarai.server.pages.minerals_facts import codes_of, facts_of, uses_of
from sarai.server.pages.minerals_sides import PATH, sides
from sarai.server.pages.working import soon, waiting

STYLE = Path(__file__).with_name("minerals.css")


def register(house: House) -> None:
    """Put the page into the application."""
    from nicegui import ui

    @ui.page(PATH)
    async def minerals(request: Request) -> Response | None:
        visit, away = enter(request, house, "pages.minerals")
        if visit is None:
            return away
        ui.add_css(drawn.colours())
        ui.add_css(drawn.STYLE)
        ui.add_css(STYLE)
        with visit.framed(visit.words("Minerals"), active="minerals"):
            show(sides(visit.words, PATH))
            if visit.may("minerals.read"):
                Page(visit, visit.house.minerals, asked(request.query_params.multi_items())).begin()
        return None


class Page:
    """An open page: what is asked, and what it shows of it."""

    def __init__(self, visit: Visit, bench: Bench, question: Asked) -> None:
        self.visit, self.words, self.bench, self.question = visit, visit.words, bench, question

    def begin(self) -> None:
        """Lay the page out; what is asked is worked out as soon as it hears."""
        words = self.words
        with element("div", class_="minerals"):
            self.asking = show(form.form(self.question, words))
            self.head = show(waiting(words))
            self.head.props["aria-live"] = "polite"
            self.place = element("section", class_="panel")
            with self.place:
                show(words("World map of flows"), "h2")
                self.map = mapped.FlowsMap(words)
                self.key = show("", class_="minerals")
            self.place.visible = False
            self.answer = show("", class_="minerals")
            self.foot = show("", class_="minerals")
        soon(self.work)

    async def work(self) -> None:
        """Work it out, or say why not."""
        one = bool(self.question.material)
        try:
            await (self._sheet() if one else self._all())
        except NoData:
            put(self.head, form.not_given(self.words))
            put(self.answer, self._packaged())
        except SaraiError as fault:
            put(self.asking, form.form(self.question, self.words, questions.wrong(fault)))
            put(self.head, form.fault(fault, self.question, self.words))

    async def _all(self) -> None:
        found = await run_in_threadpool(self.bench.overview, self.question)
        put(self.head, table.overview(found, self.question, self.words))

    async def _sheet(self) -> None:
        sheet = await run_in_threadpool(self.bench.sheet, self.question)
        put(self.head, view.head(sheet, self.words))
        self._map(sheet)
        put(self.answer, await run_in_threadpool(view.body, sheet, self.words))
        if sheet.exposed:
            await self._foot(sheet)

    def _map(self, sheet: Sheet) -> None:
        if sheet.flows is None:
            return
        words, elsewhen = self.words, form.address(replace(self.question, year=""))
        self.place.visible = True
        self.map.lay(mapped.laid(sheet, elsewhen, words))
        put(self.key, tag("div", mapped.key(sheet.flows, words), mapped.told(sheet, words),
                          mapped.table(sheet, words), class_="minerals"))  # fmt: skip

    async def _foot(self, sheet: Sheet) -> None:
        try:
            found = await run_in_threadpool(self.bench.carried, sheet.exposed)
        except SaraiError as fault:
            put(self.foot, form.fault(fault, self.question, self.words))
            return
        put(self.foot, await run_in_threadpool(carried.body, found, self.words))

    def _packaged(self) -> object:
        """What is packaged: all, or all that is known of one."""
        words, code = self.words, named(self.question.material)
        if not code:
            return table.packaged(self.question, words)
        facts = panel(said.material(code, words), facts_of(code, words))
        return tag("div", facts, codes_of(code, (), words), uses_of(code, words), class_="minerals")
