"""The page Standing, Carrots and sticks: the plan of inspections, and what turns it."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import Request, Response
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from sarai.goods import SaraiError
from sarai.server.access import granted
from sarai.server.house import House
from sarai.server.pages import drawn, questions
from sarai.server.pages import standing_game_form as form
from sarai.server.pages import standing_game_plan as plan
from sarai.server.pages import standing_game_small as small
from sarai.server.pages.entering import Visit, answered, enter
from sarai.server.pages.look import put, show
from sarai.server.pages.standing_game_said import Names
from sarai.server.pages.standing_sides import GAME, sides
from sarai.server.pages.working import Turned, soon, waiting
from sarai.server.routes.standing import telling
from sarai.server.standing.game import Round
from sarai.server.standing.game_asked import Playing, playing

if TYPE_CHECKING:
    from nicegui.elements.html import Html

STYLES = [Path(__file__).with_name(name) for name in ("standing.css", "standing_game.css")]
TURNED = """(event) => {
  const output = event.target.closest("label")?.querySelector("output");
  if (event.target.type !== "range" || !output) return;
  const numbers = new Intl.NumberFormat(document.documentElement.lang || "en");
  output.textContent = numbers.format(event.target.value);
  event.target.setAttribute("aria-valuetext", output.textContent);
}"""
ASKED = """(event) => {
  const form = event.target.closest("form");
  if (event.type === "submit") event.preventDefault();
  if (form) emit([...new FormData(form)].map(([name, value]) => [name, String(value)]));
}"""


def register(house: House) -> None:
    """Put the page, and the plan as CSV, into the application."""
    from nicegui import app, ui

    @ui.page(GAME)
    async def game(request: Request) -> Response | None:
        visit, away = enter(request, house, "pages.standing")
        if visit is None:
            return away
        for css in (drawn.colours(), drawn.STYLE, *STYLES):
            ui.add_css(css)
        with visit.framed(visit.words("Standing"), active="standing"):
            show(sides(visit.words, GAME))
            if visit.may("standing.read"):
                Page(visit, playing(request.query_params.multi_items())).begin()
        return None

    @app.get(plan.FILE, include_in_schema=False)
    async def as_file(request: Request) -> Response:
        return await answered(request, _file(house, request))


async def _file(house: House, request: Request) -> Response:
    """The plan for targeting, of today."""
    from sarai.telling.standing_handed import handed

    granted(request.state.visitor, "standing.read")
    question = playing([("what", "plan"), *(
        each for each in request.query_params.multi_items() if each[0] != "what")])  # fmt: skip
    found = await run_in_threadpool(telling, lambda: house.standing.game(question).announced())
    headers = {"Content-Disposition": 'attachment; filename="plan.csv"', "Cache-Control": "no-store"}
    return Response(
        handed(found, house.now().astimezone(UTC)), 200, headers, media_type="text/csv; charset=utf-8"
    )


class Page(Turned[Playing]):
    """An open page: what is asked, and what it shows of it."""

    def __init__(self, visit: Visit, question: Playing) -> None:
        super().__init__(visit, question, playing, form.address)
        self.bench, self.marked = visit.house.standing, False

    def begin(self) -> None:
        """Lay the page out; what is asked is worked out as soon as it hears."""
        asking = show(form.form(self.question, self.words), class_="standing game-form")
        asking.on("input", js_handler=TURNED)
        for event in ("change", "submit"):
            asking.on(event, self.ask, js_handler=ASKED)
        self.asking: Html = asking
        self.note = show("", class_="standing")
        self.answer = show("", class_="standing game")
        self.answer.props["aria-live"] = "polite"
        self.over = show("", class_="standing game")
        soon(self.work)

    async def answer_to(self, question: Playing) -> None:
        """What there is of the game so far; what takes longer is put beneath as it comes."""
        put(self.answer, waiting(self.words))
        put(self.over, "")
        try:
            found = self.bench.game(question)
            names = Names(found.meant.game, self.words)
            if self.marked:
                put(self.asking, form.form(question, self.words))
            self.marked = False
            put(self.note, plan.assumed(names))
            await {"plan": self._plan, "statics": self._statics, "repeated": self._repeated}[question.what](
                found, question, names
            )
        except SaraiError as fault:
            self.marked = True
            put(self.asking, form.form(question, self.words, questions.wrong(fault)))
            put(self.answer, form.fault(fault, question, self.words))

    # -- the games ---------------------------------------------------------------------------------

    async def _plan(self, found: Round, question: Playing, names: Names) -> None:
        """What is quick first; then what was asked to be compared, and what is not announced."""

        def shown(whole: bool) -> Markup:
            return plan.body(found.planned() if whole else found.announced(), question, names)

        put(self.answer, await run_in_threadpool(shown, False))
        if question == self.question:
            await self._varied(found, question, names)
        if self._goes_on(question):
            put(self.answer, await run_in_threadpool(shown, True))

    async def _varied(self, found: Round, question: Playing, names: Names) -> None:
        name, values = found.meant.vary or ("", ())
        rows: list[dict[str, Any]] = []
        put(self.over, plan.varied(rows, 0, question, names))
        for value in values:
            if not self._goes_on(question):
                return
            rows.append(await run_in_threadpool(found.varied, name, value))
            put(self.over, await run_in_threadpool(plan.varied, rows, len(values), question, names))

    async def _statics(self, found: Round, question: Playing, names: Names) -> None:
        put(self.answer, await run_in_threadpool(lambda: small.statics(found.played(), names)))

    async def _repeated(self, found: Round, question: Playing, names: Names) -> None:
        put(self.answer, await run_in_threadpool(lambda: small.repeated(found.kept(), names)))

    def _goes_on(self, question: Playing) -> bool:
        """Whether somebody still waits for this answer."""
        return question == self.question and self.answer.client.has_socket_connection
