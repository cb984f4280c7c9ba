"""The page Standing: how balanced the state stands between powers, and every figure that says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import Request, Response
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from sarai.goods import SaraiError
from sarai.server.house import House
from sarai.server.pages import drawn, questions
from sarai.server.pages import standing_channel as opened
from sarai.server.pages import standing_form as form
from sarai.server.pages import standing_view as view
from sarai.server.pages import standing_votes as votes
from sarai.server.pages.entering import Visit, enter
from sarai.server.pages.look import put, show
from sarai.server.pages.standing_said import Said
from sarai.server.pages.standing_sides import COMPASS, sides
from sarai.server.pages.working import soon, waiting
from sarai.server.standing import Asked, Bench, NoVotes, asked
from sarai.server.standing.asked import countries_in

if TYPE_CHECKING:
    from nicegui.elements.html import Html

PATH = COMPASS
STYLE = Path(__file__).with_name("standing.css")


def register(house: House) -> None:
    """Put the page into the application."""
    from nicegui import ui

    @ui.page(PATH)
    async def standing(request: Request) -> Response | None:
        visit, away = enter(request, house, "pages.standing")
        if visit is None:
            return away
        ui.add_css(drawn.colours())
        ui.add_css(drawn.STYLE)
        ui.add_css(STYLE)
        with visit.framed(visit.words("Standing"), active="standing"):
            await _show(visit, asked(request.query_params.multi_items()))
        return None


async def _show(visit: Visit, question: Asked) -> None:
    words, bench = visit.words, visit.house.standing
    if not visit.may("standing.read"):
        return
    show(sides(words, PATH))
    try:
        said = Said(await run_in_threadpool(lambda: bench.standing), words)
    except SaraiError as fault:
        show(form.fault(fault, question, words))
        return
    asking = show(form.form(question, said), class_="standing")
    answer, voted = (show("", class_="standing") for _ in range(2))
    answer.props["aria-live"] = "polite"
    Working(bench, question, said, asking, answer, voted).begin()


class Working:
    """An answer that is worked out while its page is open already."""

    def __init__(
        self, bench: Bench, question: Asked, said: Said, asking: Html, answer: Html, voted: Html
    ) -> None:
        self.bench, self.question, self.said = bench, question, said
        self.asking, self.answer, self.voted = asking, answer, voted

    def begin(self) -> None:
        """Say that it is worked out, and do so as soon as the page hears."""
        put(self.answer, waiting(self.said.words))
        soon(self.work)

    async def work(self) -> None:
        """Channels first, for they are there sooner; then votes, where no channel is opened."""
        if await self._answered(self.answer, self._channels) and not self.question.channel:
            await self._answered(self.voted, self._votes)

    async def _answered(self, to: Html, made: Callable[[], Markup]) -> bool:
        """Put what is made where it belongs, or what is wrong; whether it went well."""
        try:
            put(to, await run_in_threadpool(made))
        except SaraiError as fault:
            put(self.asking, form.form(self.question, self.said, questions.wrong(fault)))
            put(to, form.fault(fault, self.question, self.said.words))
            return False
        return True

    def _channels(self) -> Markup:
        found = self.bench.answer(self.question)
        shown = opened.body if found.channel else view.body
        return shown(found, self.question, self.said)

    def _votes(self) -> Markup:
        try:
            found = self.bench.voted(countries_in(self.question.countries))
        except NoVotes:
            return form.no_votes(self.said.words)
        return votes.body(found, self.said)
