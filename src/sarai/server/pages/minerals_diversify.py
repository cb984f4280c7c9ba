"""The side Diversify of the page Minerals: what would replace a supplier, at which cost, by which way."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from sarai.goods import SaraiError
from sarai.server.house import House
from sarai.server.minerals import Bench, NoData
from sarai.server.minerals.diversify_asked import Asked, asked
from sarai.server.pages import drawn, questions
from sarai.server.pages import minerals_diversify_form as form
from sarai.server.pages import minerals_diversify_view as view
from sarai.server.pages.entering import Visit, enter
from sarai.server.pages.look import empty, link, put, show
from sarai.server.pages.minerals_form import not_given
from sarai.server.pages.minerals_sides import DIVERSIFY, sides
from sarai.server.pages.working import addressed, soon, waiting

if TYPE_CHECKING:
    from nicegui.elements.html import Html

STYLES = [Path(__file__).with_name(f"minerals_{name}.css") for name in ("shock", "diversify")]


def register(house: House) -> None:
    """Put the page into the application."""
    from nicegui import ui

    @ui.page(DIVERSIFY)
    async def minerals_diversify(request: Request) -> Response | None:
        visit, away = enter(request, house, "pages.minerals")
        if visit is None:
            return away
        for style in (drawn.colours(), drawn.STYLE, *STYLES):
            ui.add_css(style)
        with visit.framed(visit.words("What would replace it"), active="minerals"):
            show(sides(visit.words, DIVERSIFY))
            _show(visit, asked(request.query_params.multi_items()))
        return None


def _show(visit: Visit, question: Asked) -> None:
    words, bench = visit.words, visit.house.minerals
    if not visit.may("minerals.read"):
        return
    try:
        bench.folder  # noqa: B018 - whether there is one
    except NoData:
        show(not_given(words), class_="supposed")
        return
    asking = show(form.form(question, words), class_="supposed")
    if question.is_open:
        show(_open(visit), class_="supposed")
        return
    answer = show(waiting(words), class_="supposed")
    answer.props["aria-live"] = "polite"
    Working(visit, bench, question, asking, answer).begin()


def _open(visit: Visit) -> Any:
    said = visit.words("Choose a material and an importer.")
    name = visit.words("For example: gallium for the EU, 65 % by 2030")
    return empty(said, action=link(name, form.address(form.EXAMPLE), "button"))


class Working:
    """A plan that is worked out while its page is open already."""

    def __init__(self, visit: Visit, bench: Bench, question: Asked, asking: Html, answer: Html) -> None:
        self.visit, self.bench, self.question = visit, bench, question
        self.asking, self.answer = asking, answer

    def begin(self) -> None:
        """Do so as soon as the page hears; the address is then the shortest that asks the same."""
        soon(self.work)

    async def work(self) -> None:
        """Work it out."""
        words = self.visit.words
        addressed(form.address(self.question))
        try:
            found = await run_in_threadpool(self.bench.diversify, self.question)
            told = await run_in_threadpool(lambda: view.body(found, self.bench.network, words))
        except SaraiError as fault:
            put(self.asking, form.form(self.question, words, questions.wrong(fault)))
            put(self.answer, form.fault(fault, self.question, words))
            return
        put(self.answer, told)
