"""A question to the game of inspections as it stands in an address, and what can be turned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

from msgspec import Struct

from sarai.goods import BadSetting
from sarai.server.asking import Unclear
from sarai.standing.game import PARAMETERS, Game, Repeated, example, repeated_example
from sarai.telling.standing_game import changed

__all__ = [
    "MOST_SET", "MOST_TEXT", "MOST_VARIED", "SLIDERS", "VARIED", "WHATS", "Meant", "Playing", "Slider",
    "playing", "understood",
]  # fmt: skip

MOST_TEXT = 120  # characters of a field
MOST_SET = 20  # figures of one question
MOST = 1e9  # of any figure: more is no money of a consignment, and strains the solver
MOST_VARIED = 9  # values of a figure: each is a plan of its own
WHATS = ("plan", "statics", "repeated")


class Slider(Struct, frozen=True):
    """A figure that can be turned: its bounds, step, where the packaged example has it."""

    least: float
    most: float
    step: float
    usual: float


SLIDERS: Mapping[str, Mapping[str, Slider]] = {
    "plan": {
        "inspectors": Slider(4, 24, 1, 12),
        "aid": Slider(0, 2000, 200, 0),
        "access": Slider(0, 300, 20, 60),
        "threat": Slider(0, 10_000, 500, 0),
        "fines": Slider(0.25, 3, 0.25, 1),
    },
    "statics": {
        "access": Slider(0, 300, 20, 60),
        "threat": Slider(0, 10_000, 500, 0),
        "fines": Slider(0.25, 3, 0.25, 1),
    },
    "repeated": {
        "fine": Slider(0, 20, 1, 6),
        "notices": Slider(0.1, 1, 0.1, 0.9),
        "temptation": Slider(0, 20, 1, 6),
        "at_stake": Slider(1, 12, 1, 4),
    },
}
"""By what is asked and by name, as `changed` knows it."""

VARIED: Mapping[str, tuple[float, ...]] = {
    "inspectors": (6, 10, 14, 18, 22),
    "aid": (0, 400, 800, 1200, 1600),
    "access": (0, 60, 120, 200, 300),
    "threat": (0, 1000, 2500, 5000, 10_000),
    "fines": (0.25, 0.5, 1, 2, 3),
}
"""The values at which the page looks at each figure of the plan."""


class Playing(Struct, frozen=True, kw_only=True):
    """A question as it was typed and turned; what is empty is open.

    Attributes
    ----------
    turned : tuple of pairs
        Figures that are set, by name, as text.
    level : str
        What re-exports are to stay below; of ``repeated``.
    vary : str
        The figure whose values are compared, with or without them: ``aid``, ``aid=0,400``; of ``plan``.
    stakes : tuple of pairs
        Of ``statics``: a 2x2 game of one's own, by name, as text.
    """

    what: str = WHATS[0]
    turned: tuple[tuple[str, str], ...] = ()
    level: str = ""
    vary: str = ""
    stakes: tuple[tuple[str, str], ...] = ()

    @property
    def address(self) -> list[tuple[str, str]]:
        """The fields that say something, as an address has them."""
        said = [(name, getattr(self, name)) for name in ("what", "level", "vary")]
        said = [pair for pair in said if pair[1] and pair != ("what", WHATS[0])]
        return [*said, *(("set", f"{name}={text}") for name, text in self.turned), *self.stakes]


class Meant(Struct, frozen=True, kw_only=True):
    """What is meant: the game as it is set, and a name for it under which answers are kept."""

    what: str
    game: Game | Repeated
    key: tuple[Any, ...]
    level: float | None = None
    vary: tuple[str, tuple[float, ...]] | None = None
    stakes: dict[str, float]


def playing(query: Iterable[tuple[str, str]]) -> Playing:
    """A question out of an address, or out of a form whose sliders have fields of their own."""
    plain: dict[str, str] = {}
    turned: dict[str, str] = {}
    for name, value in query:
        text = value.strip()[:MOST_TEXT]
        if name == "set":
            figure, _, text = (part.strip() for part in text.partition("="))
            if figure and len(turned) < MOST_SET:
                turned[figure] = text
        elif text:
            plain[name] = text
    what = plain.get("what", WHATS[0])
    sliders = SLIDERS.get(what, {})
    turned |= {name: plain[name] for name in sliders if name in plain}
    return Playing(
        what=what, level=plain.get("level", ""), vary=plain.get("vary", ""),
        turned=tuple((name, text) for name, text in turned.items() if not _is_usual(sliders.get(name), text)),
        stakes=tuple((name, plain[name]) for name in PARAMETERS if what == "statics" and name in plain),
    )  # fmt: skip


def _is_usual(slider: Slider | None, text: str) -> bool:
    """Whether a slider stands where it changes nothing."""
    try:
        return slider is not None and float(text) == slider.usual
    except ValueError:
        return False


def understood(question: Playing) -> Meant:
    """What is meant by a question; `Unclear` names the field that says nothing that can be understood."""
    if question.what not in WHATS:
        raise Unclear("what", f"{question.what!r} is no game; take {', '.join(WHATS)}")
    said = {name: _number(name, text, "set") for name, text in question.turned}
    base = repeated_example() if question.what == "repeated" else example()
    try:
        game = changed(base, said)
    except BadSetting as fault:
        raise Unclear("set", str(fault)) from fault
    return Meant(
        what=question.what, game=game, key=(question.what, *sorted(said.items())),
        vary=_varied(question.vary),
        level=_number("level", question.level, "level") if question.level else None,
        stakes={name: _number(name, text, name) for name, text in question.stakes},
    )  # fmt: skip


def _varied(said: str) -> tuple[str, tuple[float, ...]] | None:
    """A figure and its values; those of `VARIED` if none are said."""
    name, _, text = (part.strip() for part in said.partition("="))
    if not name:
        return None
    if not text and name not in VARIED:
        raise Unclear(
            "vary", f"{name!r} has no values; take {', '.join(VARIED)}, or write inspectors=10,12,14"
        )
    values = tuple(_number(name, each, "vary") for each in text.split(",")) if text else VARIED[name]
    if len(values) > MOST_VARIED:
        raise Unclear("vary", f"{len(values)} values of {name} are too many; give at most {MOST_VARIED}")
    return name, values


def _number(name: str, text: str, field: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not isfinite(value) or abs(value) > MOST:
        raise Unclear(field, f"{name} {text!r} is no number that it can be; write it such as 12.5")
    return int(value) if value.is_integer() else value
