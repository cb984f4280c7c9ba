"""The desk's pages: live, in three languages, for officers, traders and partners."""

from __future__ import annotations

from importlib import import_module

from fastapi import FastAPI

from sarai.server.house import House

PAGES = (
    "now", "alerts", "case", "trace", "balances", "flows", "corridors", "minerals", "minerals_shock",
    "minerals_diversify", "standing", "standing_whatif", "standing_game", "screening", "book", "post",
    "health", "login", "why", "accounts",
)  # fmt: skip


def mount(app: FastAPI, house: House) -> None:
    """Put all pages into an application; what they need comes from here, and from nowhere else."""
    from nicegui import app as desk
    from nicegui import ui

    from sarai.server.pages import look

    desk.state = app.state  # pages have an application of their own
    look.install(app)
    for name in PAGES:
        import_module(f"sarai.server.pages.{name}").register(house)
    ui.run_with(
        app, title="Sarai", storage_secret=house.secret.hex(), show_welcome_message=False, tailwind=False
    )
