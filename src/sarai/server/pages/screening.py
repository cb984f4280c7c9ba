"""The page Screening: is this somebody who is listed?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from fastapi import Request, Response
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from sarai.goods import SaraiError
from sarai.screening.decisions import Verdict
from sarai.screening.screener import Answer, Screener
from sarai.screening.subject import Subject
from sarai.server.house import House
from sarai.server.pages import forms
from sarai.server.pages import screening_asking as asking
from sarai.server.pages import screening_view as view
from sarai.server.pages.balances_rows import page_number
from sarai.server.pages.entering import LOGIN, Visit, enter
from sarai.server.pages.look import put, show, toast

if TYPE_CHECKING:
    from nicegui.elements.html import Html

Fields = Mapping[str, str]


def register(house: House) -> None:
    """Put the page into the application."""
    from nicegui import ui

    @ui.page(view.PATH)
    async def screening(request: Request) -> Response | None:
        visit, away = enter(request, house, "pages.screening")
        if visit is None:
            return away
        with visit.framed(visit.words("Screening"), active="screening"):
            await _show(visit, request)
        return None


async def _show(visit: Visit, request: Request) -> None:
    words, screener, desk = visit.words, visit.house.given.screener, None
    if screener is None:
        show(view.no_lists(words))
    elif visit.may("screening.ask"):
        desk = ScreeningDesk(visit, screener)
        forms.acting(view.ask_form(request.query_params, words), desk.ask)
        desk.answer_here()
    if screener is not None:
        show(view.lists(asking.in_force(screener), screener.entities, words))
    if visit.may("screening.read"):
        before = page_number(request.query_params.get("before", ""))
        kept = show(await _recent(visit, before))
        if desk is not None:
            desk.then = lambda: _again(visit, kept, before)


async def _recent(visit: Visit, before: int) -> Markup:
    path = asking.decisions(visit.house)
    return view.recent(await run_in_threadpool(asking.recent, path, before), visit.words)


async def _again(visit: Visit, kept: Html, before: int) -> None:
    put(kept, await _recent(visit, before))


class ScreeningDesk:
    """Asks and decides for one visitor, while its page is open.

    Attributes
    ----------
    then
        What is done when something was asked or decided.
    """

    def __init__(self, visit: Visit, screener: Screener) -> None:
        self.visit, self._screener = visit, screener
        self._path = asking.decisions(visit.house)
        self._asked: Subject | None = None
        self._answer: Html | None = None
        self.then: Callable[[], Awaitable[None]] | None = None

    def answer_here(self) -> None:
        """Say where answers are shown."""
        self._answer = forms.acting("", self.decide)
        self._answer.visible = False

    async def ask(self, fields: Fields) -> None:
        """Ask the lists."""
        if not await self._goes_on():
            return
        try:
            self._asked = asking.subject(fields)
            await self._ask()
        except SaraiError as fault:
            toast(str(fault), "serious")

    async def _ask(self) -> None:
        """Ask, and show what comes of it; decisions are seen by who may read them."""
        if self._asked is None or self._answer is None:
            return
        now = self.visit.house.now()
        answer: Answer = await run_in_threadpool(asking.ask, self._screener, self._path, self._asked, now)
        entities = tuple(hit.entity for hit in answer.hits)
        decided = None
        if self.visit.may("screening.read"):
            decided = await run_in_threadpool(asking.history, self._path, entities)
        listed = {entity: self._screener.listed[entity] for entity in entities}
        found = view.Hits(answer=answer, listed=listed, decided=decided)
        put(self._answer, view.hits(found, self.visit.words, decide=self._may_decide))
        self._answer.visible = True
        if self.then is not None:
            await self.then()

    async def decide(self, fields: Fields) -> None:
        """Keep an officer's word, and ask again to show that it counts."""
        if not await self._goes_on() or not self._may_decide:
            return
        words, officer = self.visit.words, self.visit.visitor.officer
        ruling = asking.Ruling(
            screening=page_number(fields.get("screening", "")),
            entity=fields.get("entity", ""),
            verdict=Verdict.CONFIRM if fields.get("act") == Verdict.CONFIRM else Verdict.CLEAR,
            reason=fields.get("reason", "").strip(),
        )
        now = self.visit.house.now()
        try:
            await run_in_threadpool(asking.decide, self._screener, self._path, ruling, officer, now)
            await self._ask()
        except SaraiError as fault:
            toast(str(fault), "serious")
            return
        toast(words("The decision is kept."), "good")

    @property
    def _may_decide(self) -> bool:
        return self.visit.may("screening.decide") and bool(self.visit.visitor.officer)

    async def _goes_on(self) -> bool:
        from nicegui import ui

        goes_on = await run_in_threadpool(self.visit.goes_on)
        if not goes_on:
            ui.navigate.to(LOGIN)
        return goes_on
