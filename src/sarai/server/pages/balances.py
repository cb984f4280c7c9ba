"""The page Balances: who holds what, now, as it was, and as it was known."""

from __future__ import annotations

from fastapi import Request, Response

from sarai.goods import SaraiError
from sarai.server.access import allowed, granted
from sarai.server.house import House
from sarai.server.pages import balances_view as view
from sarai.server.pages.balances_rows import Asked, Sheet, as_csv, asked, sheet
from sarai.server.pages.entering import Visit, answered, enter
from sarai.server.pages.look import badge, show, tag
from sarai.server.words import Words

PATIENCE_S = 30.0  # summing a year of a state's movements takes seconds


def register(house: House) -> None:
    """Put the page, and its table as CSV, into the application."""
    from nicegui import app, ui

    @ui.page(view.PATH, response_timeout=PATIENCE_S)
    async def balances(request: Request) -> Response | None:
        visit, away = enter(request, house, "pages.balances")
        if visit is None:
            return away
        with visit.framed(visit.words("Balances"), active="balances"):
            await _show(visit, request)
        return None

    @app.get(f"{view.PATH}.csv", include_in_schema=False)
    async def as_file(request: Request) -> Response:
        return await answered(request, _file(house, request))


async def _file(house: House, request: Request) -> Response:
    """All rows that fit, as CSV."""
    grant = granted(request.state.visitor, "balances.read")
    question, eyes = asked(request.query_params, Words().zone), request.state.access.eyes(grant)
    holds = await house.holds() if allowed(grant.visitor, "holds.read") else []
    found = await house.read(lambda book: sheet(book, question, eyes, holds))
    headers = {"Content-Disposition": 'attachment; filename="balances.csv"', "Cache-Control": "no-store"}
    return Response(as_csv(found.rows), 200, headers, media_type="text/csv; charset=utf-8")


async def _show(visit: Visit, request: Request) -> None:
    words, may = visit.words, _may(visit)
    eyes = visit.eyes("balances.read")
    if eyes is None:
        return
    question = Asked()
    try:
        question = asked(request.query_params, words.zone)
        holds = await visit.house.holds() if may.held else []
        found: Sheet = await visit.house.read(lambda book: sheet(book, question, eyes, holds))
    except SaraiError as fault:
        show(view.filters(question, words, may))
        show(tag("p", badge(words, "serious"), " ", str(fault), role="alert"))
        return
    show(view.body(found, question, words, may))


def _may(visit: Visit) -> view.May:
    scope = allowed(visit.visitor, "balances.read")
    return view.May(
        scope=scope or view.Scope.OWN,
        own=tuple(sorted(visit.visitor.parties)),
        trace=visit.may("pages.trace"),
        read=visit.may("book.read"),
        held=visit.may("holds.read"),
    )
