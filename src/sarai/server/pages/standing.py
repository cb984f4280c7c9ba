"""The page Standing: how balanced the state stands between powers, and what would change it."""

from __future__ import annotations

from fastapi import Request, Response

from sarai.server.house import House
from sarai.server.pages.entering import enter

PATH = "/standing"


def register(house: House) -> None:
    """Put the page into the application."""
    from nicegui import ui

    @ui.page(PATH)
    async def standing(request: Request) -> Response | None:
        visit, away = enter(request, house, "pages.standing")
        if visit is None:
            return away
        with visit.framed(visit.words("Standing"), active="standing"):
            pass
        return None
