"""The page Standing, What if: agreements, sanctions, investments and shut routes, before and after."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import Request, Response
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from sarai.goods import SaraiError
from sarai.server.house import House
from sarai.server.pages import drawn, questions
from sarai.server.pages import standing_whatif_form as form
from sarai.server.pages import standing_whatif_view as view
from sarai.server.pages.entering import Visit, enter
from sarai.server.pages.look import put, show
from sarai.server.pages.standing_said import Said
from sarai.server.pages.standing_sides import WHAT_IF, sides
from sarai.server.pages.working import soon, waiting
from sarai.server.standing import Bench
from sarai.server.standing.whatif_asked import Supposing, supposing

if TYPE_CHECKING:
    from nicegui.elements.html import Html

STYLES = [Path(__file__).with_name(name) for name in ("standing.css", "standing_whatif.css")]


def register(house: House) -> None:
    """Put the page into the application."""
    from nicegui import ui

    @ui.page(WHAT_IF)
    async def whatif(request: Request) -> Response | None:
        visit, away = enter(request, house, "pages.standing")
        if visit is None:
            return away
        question = supposing(request.query_params.multi_items())
        if question.added:
            return RedirectResponse(form.address(question), 303)
        for css in (drawn.colours(), drawn.STYLE, *STYLES):
            ui.add_css(css)
        with visit.framed(visit.words("Standing"), active="standing"):
            await _show(visit, question)
        return None


async def _show(visit: Visit, question: Supposing) -> None:
    words, bench = visit.words, visit.house.standing
    if not visit.may("standing.read"):
        return
    show(sides(words, WHAT_IF))
    try:
        said = Said(await run_in_threadpool(lambda: bench.standing), words)
    except SaraiError as fault:
        show(form.fault(fault, question, words))
        return
    asking = show(form.form(question, said), class_="standing whatif")
    answer = show(form.opened(words), class_="standing whatif")
    answer.props["aria-live"] = "polite"
    if question.changes:
        Working(bench, question, said, asking, answer).begin()


class Working:
    """An answer that is worked out while its page is open already."""

    def __init__(self, bench: Bench, question: Supposing, said: Said, asking: Html, answer: Html) -> None:
        self.bench, self.question, self.said = bench, question, said
        self.asking, self.answer = asking, answer

    def begin(self) -> None:
        """Say that it is worked out, and do so as soon as the page hears."""
        put(self.answer, waiting(self.said.words))
        soon(self.work)

    async def work(self) -> None:
        """Work it out."""
        try:
            put(self.answer, await run_in_threadpool(self._body))
        except SaraiError as fault:
            put(self.asking, form.form(self.question, self.said, questions.wrong(fault)))
            put(self.answer, form.fault(fault, self.question, self.said.words))

    def _body(self) -> Markup:
        return view.body(self.bench.whatif(self.question), self.said)
