"""What questions about shocks and plans have in common: fields of an address, each read within its bounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from typing import NamedTuple, TypeVar

from sarai.goods import BadSetting, NotInNetwork
from sarai.minerals import STAGES
from sarai.server.asking import Unclear

__all__ = ["MOST_TEXT", "Bounds", "as_meant", "cleaned", "number", "share", "stage", "unclear", "whole"]

T = TypeVar("T")
MOST_TEXT = 80  # characters of a field
PERCENT = "%"


class Bounds(NamedTuple):
    """The least and the most that a field may say."""

    least: float
    most: float


def cleaned(text: str) -> str:
    """What somebody typed into a field."""
    return text.strip()[:MOST_TEXT].strip()


def number(field: str, text: str, bounds: Bounds) -> float:
    """A number; `Unclear` if it is none, or beyond its bounds."""
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not (isfinite(value) and bounds.least <= value <= bounds.most):
        raise Unclear(field, f"{text!r} cannot be; give a number from {bounds.least:g} to {bounds.most:g}")
    return value


def whole(field: str, text: str, bounds: Bounds) -> int:
    """A whole number; faults as of `number`."""
    value = number(field, text, bounds)
    if value != int(value):
        raise Unclear(field, f"{text!r} is not whole; give one from {bounds.least:g} to {bounds.most:g}")
    return int(value)


def share(field: str, text: str, most: float = 1.0) -> float:
    """A share, as ``65%`` or ``0.65``."""
    said = text.removesuffix(PERCENT)
    per = 100 if text.endswith(PERCENT) else 1
    try:
        return number(field, said.strip(), Bounds(0, most * per)) / per
    except Unclear:
        raise Unclear(field, f"{text!r} is no share; write 0% to {most:.0%}, or 0 to {most:g}") from None


def stage(field: str, text: str) -> str:
    """A stage."""
    if text not in STAGES:
        raise Unclear(field, f"stage {text!r} is not one of {', '.join(STAGES)}")
    return text


def as_meant(field: str, read: Callable[[str], T], text: str) -> T:
    """What a reader of a core module makes of a text; `Unclear` where it makes nothing."""
    with unclear(lambda _: field):
        return read(text)


@contextmanager
def unclear(field_of: Callable[[str], str], folder: Path | None = None) -> Iterator[None]:
    """What core modules say cannot be, as `Unclear` with its field; a folder of the server is not named."""
    try:
        yield
    except Unclear:
        raise
    except (BadSetting, NotInNetwork) as fault:
        said = str(fault).replace(str(folder), "the data") if folder else str(fault)
        raise Unclear(field_of(said), said) from fault
