"""Index runs and checkpoints every few hundred movements, so that a small book has many of them."""

from __future__ import annotations

from importlib import import_module

SHORT = 256
PLACES = (
    ("book", "CHECKPOINT"), ("verify", "CHECKPOINT"), ("meta", "RUN"), ("reading", "RUN"),
)  # fmt: skip


def shorten(set_attribute=setattr) -> None:
    """For the rest of this process, or for as long as a monkeypatch lasts."""
    for room, name in PLACES:
        set_attribute(import_module(f"sarai.ledger.{room}"), name, SHORT)
