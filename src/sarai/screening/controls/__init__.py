"""Goods: does a control list name them, and does their description fit their code?"""

from __future__ import annotations

from importlib import import_module

from sarai.screening.controls.check import Certainty, ControlHit, Controls
from sarai.screening.controls.control_list import ControlList, Entry

_LATER = {
    "DescriptionModel": "description",
    "Judgement": "judgement",
    "Likely": "judgement",
    "Weight": "judgement",
}  # read when first asked for: they need numpy and scipy

__all__ = ["Certainty", "ControlHit", "ControlList", "Controls", "Entry", *sorted(_LATER)]  # noqa: PLE0604


def __getattr__(name: str) -> object:
    if name in _LATER:
        return getattr(import_module(f"sarai.screening.controls.{_LATER[name]}"), name)
    raise AttributeError(f"module 'sarai.screening.controls' has no attribute {name!r}")
