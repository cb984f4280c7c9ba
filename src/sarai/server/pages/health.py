"""The page Health: how each part of the house fares, live."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fastapi import Request, Response
from markupsafe import Markup
from starlette.datastructures import State

from sarai.server.house import House
from sarai.server.pages import health_parts as health
from sarai.server.pages.entering import enter
from sarai.server.pages.health_parts import Bounds, Bytes, Part
from sarai.server.pages.live import bind, follow
from sarai.server.pages.look import badge, element, facts, panel, put, show, tag, when
from sarai.server.pages.look.markup import Content
from sarai.server.routes.health import fares
from sarai.server.words import Words
from sarai.watch import TYPOLOGIES

if TYPE_CHECKING:
    from sarai.server.epcis import Repository

PATH = "/desk/health"  # /health itself is what balancers ask
TOPICS = ("book", "alerts", "health")
STILL_S = 2.0  # disks fill and brokers go without a word
STYLE = """
.health { display: grid; gap: var(--space-4);
  grid-template-columns: repeat(auto-fill, minmax(min(19rem, 100%), 1fr)); }
.health .panel > * + * { margin-top: var(--space-2); }
.health dl.facts { grid-template-columns: repeat(auto-fit, minmax(7rem, 1fr));
  gap: var(--space-2) var(--space-4); margin-top: var(--space-4); padding-top: var(--space-3);
  border-top: 1px solid var(--line); }
"""


def register(house: House) -> None:
    """Declare the page."""
    from nicegui import ui

    @ui.page(PATH)
    async def health_page(request: Request) -> Response | None:
        visit, away = enter(request, house, "pages.health")
        if visit is None:
            return away
        ui.add_css(STYLE)
        with visit.framed(visit.words("Health"), active="health"):
            with element("div", role="status", aria_live="polite"):
                whole = show("")
            shown = show("")

        async def draw() -> bool:
            if not visit.goes_on():
                return False
            parts = await ask(house, request.app.state)
            put(whole, verdict(parts, visit.words))
            put(shown, grid(parts, visit.words))
            return True

        await draw()
        bind(follow(house, TOPICS, draw, still_s=STILL_S))
        return None


async def ask(house: House, state: State) -> list[Part]:
    """How everything fares now; ``state`` is the application's."""
    bounds = Bounds(house.settings.queue_lines, house.settings.subscribers, len(TYPOLOGIES))
    disk = await asyncio.to_thread(health.disk_of, house.directory)
    others = [await asyncio.to_thread(subscribers, state.epcis)]
    if house.player is not None:
        others.append(health.play_part(house.player.fault, house.player.done, house.player.is_over))
    told = await fares(house, state)
    return health.parts_of(told, bounds, disk, house.now(), state.streams.feeders, others)


def subscribers(epcis: Repository) -> Part:
    """The subscribers of events."""
    positions = [each.position for each in epcis.queries.subscriptions()]
    return health.epcis_part(positions, epcis.events.top())


# -- as HTML ---------------------------------------------------------------------------------------


def verdict(parts: Iterable[Part], words: Words) -> Markup:
    """The whole in one line."""
    light = health.worst(parts)
    return tag("p", badge(words, light, health.verdict(light).to(words)), class_="lead")


def grid(parts: Iterable[Part], words: Words) -> Markup:
    """Every part with its light, what that means, and its figures."""
    return tag("div", *(card(part, words) for part in parts), class_="health")


def card(part: Part, words: Words) -> Markup:
    """One part."""
    light = badge(words, part.light, words(LIGHTS[part.light]))
    said = [tag("p", each.to(words)) for each in part.said]
    rows = facts((words(name), figure(value, words)) for name, value in part.figures)
    return panel(words(part.name), tag("p", light), *said, rows, severity=part.light)


LIGHTS = {"good": "Works", "notice": "Needs looking after", "critical": "Does not work"}


def figure(value: Any, words: Words) -> Content:
    """A figure as the language writes it."""
    if isinstance(value, Bytes):
        return health.size(value, words)
    if isinstance(value, datetime):
        return when(words, value)
    return words.number(value) if isinstance(value, int) else str(value)
