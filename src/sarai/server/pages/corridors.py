"""The page Corridors: which way, what changes it, where it binds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import Request, Response
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from sarai.goods import SaraiError
from sarai.server.corridors import Asked, Bench, asked
from sarai.server.corridors.answer import Answer, Flows, Mapped
from sarai.server.house import House
from sarai.server.pages import corridors_flows as flows
from sarai.server.pages import corridors_form as form
from sarai.server.pages import corridors_view as view
from sarai.server.pages import questions
from sarai.server.pages.corridors_front import front
from sarai.server.pages.corridors_map import Hand, Laid, WaysMap
from sarai.server.pages.corridors_network import lay_network
from sarai.server.pages.drawn import colours
from sarai.server.pages.entering import Visit, enter
from sarai.server.pages.look import element, empty, link, put, show
from sarai.server.pages.working import Turned, soon, waiting

STYLE = Path(__file__).with_name("corridors.css")


def register(house: House) -> None:
    """Put the page into the application."""
    from nicegui import ui

    @ui.page(form.PATH)
    async def corridors(request: Request) -> Response | None:
        visit, away = enter(request, house, "pages.corridors")
        if visit is None:
            return away
        ui.add_css(colours())
        ui.add_css(STYLE)
        with visit.framed(visit.words("Corridors"), active="corridors"):
            await _show(visit, asked(request.query_params.multi_items()))
        return None


async def _show(visit: Visit, question: Asked) -> None:
    words, bench = visit.words, visit.house.corridors
    if not visit.may("corridors.read"):
        return
    try:
        held = await run_in_threadpool(bench.mapped)
    except SaraiError as fault:
        show(form.fault(fault, question, words))
        return
    Page(visit, bench, held, question).begin()


class Page(Turned[Asked]):
    """An open page: what is asked, and what it shows of it."""

    def __init__(self, visit: Visit, bench: Bench, held: Mapped, question: Asked) -> None:
        super().__init__(visit, question, asked, form.address)
        self.bench, self.held, self.chosen = bench, held, ""
        self.found: Answer | None = None
        self.flows: Flows | None = None

    def begin(self) -> None:
        """Lay the page out; what is asked is worked out as soon as it hears."""
        words = self.words
        with element("div", class_="corridors"):
            with element("div", class_="ways-top"):
                self.asking = show(self._form())
                with element("div", class_="corridors"):
                    with element("section", class_="panel ways-mapped"):
                        show(words("Map"), "h2")
                        self.map = WaysMap(words, self.held)
                        show(view.key(words))
                    self.front = show("")
            self.answer = show(self._open(), class_="corridors")
            self.answer.props["aria-live"] = "polite"
            self.year = show("", class_="corridors")
            lay_network(self.bench.network, self.held, words)
        hand = Hand()
        hand.on("ask", self.ask)
        hand.on("choose", self.choose)
        if not self.question.is_open:
            put(self.answer, waiting(self.words))
        put(self.year, waiting(self.words))
        soon(self.work)

    def _form(self, wrong: str = "") -> Any:
        return form.form(self.question, self.held, self.bench.network.goods, self.words, wrong)

    def _open(self) -> Any:
        example = form.address(Asked(start="CNXIA", end="DEDUI", month="11"))
        said = self.words("Choose from where to where, or turn what may change.")
        name = self.words("For example, Xi'an to Duisburg in November")
        return empty(said, action=link(name, example, "button"))

    # -- asking ------------------------------------------------------------------------------------

    async def answer_to(self, question: Asked) -> None:
        """Ways first, for they are there sooner; then the year's flows, unless something else is asked."""
        if question.is_open:
            self.found = None
            put(self.answer, self._open())
        else:
            put(self.answer, await self._ways(question))
        self.draw(fit=self.chosen != flows.FLOWS)
        if question == self.question:
            put(self.year, await self._flows(question))
            self.draw(fit=False)

    async def _ways(self, question: Asked) -> Markup:
        self.found = None
        try:
            self.found = await run_in_threadpool(self.bench.answer, question)
        except SaraiError as fault:
            put(self.asking, self._form(questions.wrong(fault)))
            return form.fault(fault, question, self.words)
        if self.chosen not in (*view.letters(self.found), flows.FLOWS):
            self.chosen = self.found.now.ranked.choices[0].letter
        return self._told()

    async def _flows(self, question: Asked) -> Markup:
        self.flows = None
        try:
            self.flows = await run_in_threadpool(self.bench.flows, question)
        except SaraiError as fault:
            told = questions.wrong(fault) and not question.is_open  # the ways say so already
            return Markup("") if told else form.fault(fault, question, self.words)
        return self._year()

    def _told(self) -> Markup:
        assert self.found is not None
        return view.body(self.found, self.question, self.held, self.words, self.chosen)

    def _drawn(self) -> Markup:
        """The front beside the map, where there are ways to choose from."""
        found = self.found
        drawn = front(found, self.held, self.words, self.chosen) if found and not found.lacking else None
        return drawn or Markup("")

    def _year(self) -> Markup:
        assert self.flows is not None
        return flows.body(self.flows, self.bench.network, self.held, self.words, self.chosen)

    async def choose(self, event: Any) -> None:
        """Show another way, or the year's flows, on the map."""
        letter = str(event.args)
        known = [*view.letters(self.found)] if self.found else []
        if letter not in (*known, flows.FLOWS):
            return
        self.chosen = letter
        if self.found is not None:
            put(self.answer, self._told())
        if self.flows is not None:
            put(self.year, self._year())
        self.draw(fit=False)

    def draw(self, *, fit: bool) -> None:
        """Show on the map what is chosen."""
        found = self.found
        put(self.front, self._drawn())
        if self.flows is not None and (self.chosen == flows.FLOWS or found is None):
            self.map.lay(flows.laid(self.flows, self.bench.network), fit=False)
        elif found is None:
            self.map.lay(Laid(), fit=False)
        else:
            self.map.lay(self._laid(found), fit=fit)

    def _laid(self, found: Answer) -> Laid:
        before = None if found.after is None and not found.lacking else found.before.ranked.choices[0].route
        if found.lacking:
            return Laid(before=before, closed=found.closed)
        now = found.now
        others = tuple(each.route for each in now.ranked.choices if each.letter != self.chosen)
        return Laid(chosen=now.way(self.chosen), others=others, before=before, closed=found.closed)
