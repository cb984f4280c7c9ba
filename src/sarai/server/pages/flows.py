"""The page Flows: what trade statistics give away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from sarai.goods import SaraiError
from sarai.server.access import granted
from sarai.server.flows import Asked, Bench, asked
from sarai.server.house import House
from sarai.server.pages import drawn, questions
from sarai.server.pages import flows_form as form
from sarai.server.pages import flows_view as view
from sarai.server.pages.entering import Visit, answered, enter
from sarai.server.pages.look import put, show
from sarai.server.pages.working import soon, waiting
from sarai.server.routes import flows as route
from sarai.telling.plain import plain

if TYPE_CHECKING:
    from nicegui.elements.html import Html

STYLE = Path(__file__).with_name("flows.css")


def register(house: House) -> None:
    """Put the page, and its answers as files, into the application."""
    from nicegui import app, ui

    @ui.page(form.PATH)
    async def flows(request: Request) -> Response | None:
        visit, away = enter(request, house, "pages.flows")
        if visit is None:
            return away
        ui.add_css(drawn.colours())
        ui.add_css(drawn.STYLE)
        ui.add_css(STYLE)
        with visit.framed(visit.words("Flows"), active="flows"):
            await _show(visit, asked(request.query_params))
        return None

    @app.get(f"{form.PATH}.json", include_in_schema=False)
    async def as_json(request: Request) -> Response:
        return await answered(request, _file(request, as_text, "application/json"))

    @app.get(f"{form.PATH}.html", include_in_schema=False)
    async def as_report(request: Request) -> Response:
        return await answered(request, _file(request, reported, "text/html; charset=utf-8"))


async def _show(visit: Visit, question: Asked) -> None:
    words, bench = visit.words, visit.house.statistics
    if bench is None or not visit.may("flows.read"):
        show(form.not_given(words))
        return
    asking = show(form.form(question, words), class_="flows")
    answer = show("", class_="flows")
    answer.visible = not question.is_open
    if not question.is_open:
        answer.props["aria-live"] = "polite"
        Working(visit, bench, question, asking, answer).begin()
    try:
        held = await run_in_threadpool(bench.at_hand)
    except SaraiError as fault:
        put(answer, form.fault(fault, question, words))
        answer.visible = True
        return
    show(await run_in_threadpool(view.at_hand, held, words, open_=question.is_open), class_="flows")


class Working:
    """An answer that is worked out while its page is open already."""

    def __init__(self, visit: Visit, bench: Bench, question: Asked, asking: Html, answer: Html) -> None:
        self.visit, self.bench, self.question = visit, bench, question
        self.asking, self.answer = asking, answer

    def begin(self) -> None:
        """Say that it is worked out, and do so as soon as the page hears."""
        put(self.answer, waiting(self.visit.words))
        soon(self.work)

    async def work(self) -> None:
        """Work it out."""
        words = self.visit.words
        try:
            found = await run_in_threadpool(self.bench.answer, self.question)
        except SaraiError as fault:
            put(self.asking, form.form(self.question, words, questions.wrong(fault)))
            put(self.answer, form.fault(fault, self.question, words))
            return
        put(self.answer, await run_in_threadpool(view.body, found, self.question, words))


# -- to take away ----------------------------------------------------------------------------------


async def _file(request: Request, written: Callable[[Bench, Asked], bytes], media_type: str) -> Response:
    """An answer as a file."""
    granted(request.state.visitor, "flows.read")
    bench, question = route.bench_of(request), asked(request.query_params)
    body = await run_in_threadpool(route.telling, lambda: written(bench, question))
    name = request.url.path.removeprefix("/")
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, 200, headers, media_type=media_type)


def as_text(bench: Bench, question: Asked) -> bytes:
    """An answer as JSON: its terms, and a member for each section."""
    found = bench.answer(question)
    sections = {
        each.name: {
            "rows": each.rows, "figures": each.figures, "chance": each.chance, "refused": each.refused,
            "series": each.tracks, "more_series": each.more_tracks, "method": each.method,
            "lacking": each.lacking,
        }
        for each in found.sections
    }  # fmt: skip
    return msgspec.json.encode(plain({**route.terms_of(found), **sections}))


def reported(bench: Bench, question: Asked) -> bytes:
    """All that statistics say to a question, as a report in one HTML file."""
    return bench.report(question, datetime.now(UTC)).encode()
