"""Watch: typologies over the growing book, the alerts that they raise, cases, and what to open."""

from __future__ import annotations

from importlib import import_module

_LATER = {
    "TYPOLOGIES": "typologies",
    "Alert": "finding",
    "AlertStore": "store",
    "Evaluation": "evaluation",
    "Finding": "finding",
    "Given": "given",
    "Memory": "memory",
    "Phrase": "phrases",
    "Reason": "finding",
    "Register": "register",
    "Say": "phrases",
    "Seen": "seen",
    "Typology": "typology",
    "Watch": "engine",
    "Watching": "running",
    "counted": "phrases",
    "evaluate": "evaluation",
    "phrase": "phrases",
    "told": "finding",
}  # read when first asked for: a typology needs no store

__all__ = sorted(_LATER)  # noqa: PLE0605


def __getattr__(name: str) -> object:
    if name in _LATER:
        return getattr(import_module(f"sarai.watch.{_LATER[name]}"), name)
    raise AttributeError(f"module 'sarai.watch' has no attribute {name!r}")
