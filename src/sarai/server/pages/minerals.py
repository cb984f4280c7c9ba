"""The page Minerals: who depends on whom for raw materials, what a shock does, what would replace it."""

from __future__ import annotations

from fastapi import Request, Response

from sarai.server.house import House
from sarai.server.pages.entering import enter

PATH = "/minerals"


def register(house: House) -> None:
    """Put the page into the application."""
    from nicegui import ui

    @ui.page(PATH)
    async def minerals(request: Request) -> Response | None:
        visit, away = enter(request, house, "pages.minerals")
        if visit is None:
            return away
        with visit.framed(visit.words("Minerals"), active="minerals"):
            pass
        return None
