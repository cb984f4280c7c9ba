"""The side Shock of the page Minerals: an embargo, a quota or a closed corridor, played forward."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from sarai.goods import SaraiError
from sarai.server.house import House
from sarai.server.minerals import Bench, NoData
from sarai.server.minerals.shock_asked import Asked, asked
from sarai.server.pages import drawn, questions
from sarai.server.pages import minerals_shock_form as form
from sarai.server.pages import minerals_shock_view as view
from sarai.server.pages.entering import Visit, enter
from sarai.server.pages.look import element, empty, link, panel, put, show, tag
from sarai.server.pages.minerals_form import not_given
from sarai.server.pages.minerals_shock_map import ShockMap
from sarai.server.pages.minerals_sides import SHOCK, sides
from sarai.server.pages.working import addressed, soon, waiting
from sarai.telling.minerals_shock import ShockTold

STYLE = Path(__file__).with_name("minerals_shock.css")


def register(house: House) -> None:
    """Put the page into the application."""
    from nicegui import ui

    @ui.page(SHOCK)
    async def minerals_shock(request: Request) -> Response | None:
        visit, away = enter(request, house, "pages.minerals")
        if visit is None:
            return away
        for style in (drawn.colours(), drawn.STYLE, STYLE):
            ui.add_css(style)
        with visit.framed(visit.words("What a shock does"), active="minerals"):
            show(sides(visit.words, SHOCK))
            await _show(visit, asked(request.query_params.multi_items()))
        return None


async def _show(visit: Visit, question: Asked) -> None:
    words, bench = visit.words, visit.house.minerals
    if not visit.may("minerals.read"):
        return
    try:
        bench.folder  # noqa: B018 - whether there is one
        network = await run_in_threadpool(lambda: bench.network)
    except NoData:
        show(not_given(words), class_="supposed")
        return
    except SaraiError as fault:
        show(form.fault(fault, question, words), class_="supposed")
        return
    Page(visit, bench, question, lambda wrong="": form.form(question, network, words, wrong)).begin()


class Page:
    """An open page: the cascade comes first, prices when they are there."""

    def __init__(self, visit: Visit, bench: Bench, question: Asked, asking: Any) -> None:
        self.visit, self.words, self.bench, self.question = visit, visit.words, bench, question
        self.form = asking

    def begin(self) -> None:
        """Lay the page out, and work out what is asked as soon as it hears."""
        with element("div", class_="supposed"):
            self.asking = show(self.form())
            self.answer = show(
                self._open() if self.question.is_open else waiting(self.words), class_="supposed"
            )
            self.answer.props["aria-live"] = "polite"
            self.played = element("div", class_="supposed")
            self.rest, self.prices = show("", class_="supposed"), show("", class_="supposed")
            self.prices.props["aria-live"] = "polite"
        soon(self.work)

    async def work(self) -> None:
        """Work it out."""
        addressed(form.address(self.question))
        if self.question.is_open:
            return
        try:
            found = await run_in_threadpool(self.bench.shock, self.question)
        except SaraiError as fault:
            put(self.asking, self.form(questions.wrong(fault)))
            put(self.answer, form.fault(fault, self.question, self.words))
            return
        await self._told(found)
        await self._priced(found)

    async def _told(self, found: ShockTold) -> None:
        """What the cascade says, with the map on which it is played."""
        words = self.words
        put(self.answer, view.totals(found, words))
        with self.played, element("section", class_="panel"):
            show(words("Played forward"), "h2")
            ShockMap(words, found)
            show(view.key(found, words))
        put(self.rest, await run_in_threadpool(view.body, found, words))

    async def _priced(self, found: ShockTold) -> None:
        words = self.words
        later = tag("p", words("Prices are being worked out; that takes a moment."), class_="quiet")
        put(self.prices, panel(words("Prices"), later))
        try:
            prices = await run_in_threadpool(self.bench.prices, self.question)
        except SaraiError as fault:
            put(self.prices, panel(words("Prices"), form.fault(fault, self.question, words)))
            return
        put(self.prices, await run_in_threadpool(view.priced, found, prices, words))

    def _open(self) -> Any:
        said = self.words("Choose a material and put a shock together.")
        name = self.words("For example: rare earths, China's embargo on Japan, 2009")
        return empty(said, action=link(name, form.address(form.EXAMPLE), "button"))
