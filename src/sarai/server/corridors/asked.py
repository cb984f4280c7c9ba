"""A question to the network as it stands in an address, and what is meant by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

from msgspec import Struct

from sarai.corridors import Network
from sarai.corridors.changes import Change, apply
from sarai.corridors.tables import Good, Place
from sarai.goods import BadSetting, NotInNetwork
from sarai.server.asking import Unclear
from sarai.server.corridors.knobs import SLIDERS, SWITCHES, Knobs, stormier, words_of
from sarai.telling.corridors_asked import changes_in, month_of

__all__ = ["BY", "MOST_BEST", "MOST_TEXT", "Asked", "Meant", "asked", "changed", "is_changed",
           "understood", "what_if"]  # fmt: skip

MOST_TEXT = 400  # characters of a field: a shock in words has less
MOST_CHANGES = 20  # of one question
MOST_BEST = 10  # ways that are looked for: more nobody compares on a page
BY = ("balance", "hours", "usd", "co2e", "reliability", "exposure")
GOOD, BEST = "container", "5"
HERE_ONLY = "add"  # it reads folders of this machine, which are none of a visitor's business


class Asked(Struct, frozen=True, kw_only=True):
    """A question as it was typed and turned; what is empty is open.

    Attributes
    ----------
    knobs : tuple of pairs
        What is turned, by name, as text.
    changes : tuple of str
        Names of shocks, or words of change.
    """

    start: str = ""
    end: str = ""
    good: str = GOOD
    month: str = ""
    by: str = BY[0]
    best: str = BEST
    knobs: tuple[tuple[str, str], ...] = ()
    changes: tuple[str, ...] = ()

    @property
    def address(self) -> list[tuple[str, str]]:
        """The fields that say something, as an address has them."""
        said = [
            (name, getattr(self, field)) for field, name in FIELDS.items()
            if getattr(self, field) != Asked.__struct_defaults__[list(FIELDS).index(field)]
        ]  # fmt: skip
        return [*said, *self.knobs, *(("if", each) for each in self.changes)]

    @property
    def is_open(self) -> bool:
        """Whether no way is asked for yet."""
        return not (self.start or self.end)

    @property
    def is_turned(self) -> bool:
        """Whether anything is changed."""
        return bool(self.changes) or any(is_turned(*each) for each in self.knobs)


FIELDS = {"start": "from", "end": "to", "good": "good", "month": "month", "by": "by", "best": "best"}
"""What the fields of a question are called in an address."""

KNOBS = (*SWITCHES, *SLIDERS, "border_at", "tariff_on")


def is_turned(name: str, text: str) -> bool:
    """Whether a knob that stands so changes anything; where another stands at, does not by itself."""
    if name in SLIDERS:
        return _number(name, text) != SLIDERS[name].usual
    return name in SWITCHES and text == "1"


class Meant(Struct, frozen=True, kw_only=True):
    """What is meant by a question.

    Attributes
    ----------
    month : int or None
        None for the average of the year.
    changes : tuple of Change
        All that is changed but the weather.
    """

    start: Place
    end: Place
    good: Good
    month: int | None
    by: str
    best: int
    knobs: Knobs
    changes: tuple[Change, ...]


def asked(query: Iterable[tuple[str, str]]) -> Asked:
    """A question out of an address, or out of a form."""
    plain: dict[str, str] = {}
    changes: dict[str, None] = {}
    for name, value in query:
        text = value.strip()[:MOST_TEXT]
        if name == "if" and text and len(changes) < MOST_CHANGES:
            changes[text] = None
        elif text:
            plain[name] = text
    fields: dict[str, Any] = {field: plain[name] for field, name in FIELDS.items() if name in plain}
    knobs = tuple((name, plain[name]) for name in KNOBS if name in plain and _says(name, plain))
    return Asked(**fields, knobs=knobs, changes=tuple(changes))


def _says(name: str, plain: Mapping[str, str]) -> bool:
    """Whether a knob need be named: where a slider stands at its usual place, neither it nor its kin."""
    kin = {"border_at": "border", "tariff_on": "tariff"}.get(name, name)
    try:
        return is_turned(kin, plain.get(kin, "")) if kin in plain else False
    except Unclear:
        return True


def understood(network: Network, question: Asked) -> Meant:
    """What is meant by a question; `Unclear` names the field that says nothing that can be understood."""
    start, end = (_of("from", network.place, question.start), _of("to", network.place, question.end))
    if start == end:
        raise Unclear("to", f"{end.name} is where it starts; choose another place to go to")
    knobs, changes = what_if(network, question)
    if question.by not in BY:
        raise Unclear("by", f"{question.by!r} is nothing to rank by; take {', '.join(BY)}")
    return Meant(
        start=start, end=end, good=_of("good", network.good, question.good), month=_month(question.month),
        by=question.by, best=_best(question.best), knobs=knobs, changes=changes,
    )  # fmt: skip


def what_if(network: Network, question: Asked) -> tuple[Knobs, tuple[Change, ...]]:
    """How all is turned, and the changes that this and the words of a question mean, each once."""
    knobs = _knobs(dict(question.knobs))
    changes = dict.fromkeys([*changes_in(tuple(words_of(knobs))), *_changes(question.changes)])
    return knobs, tuple(changes)


def is_changed(knobs: Knobs, changes: Iterable[Change]) -> bool:
    """Whether the network is another one then."""
    return bool(tuple(changes)) or knobs.weather != SLIDERS["weather"].usual


def changed(network: Network, knobs: Knobs, changes: Iterable[Change]) -> Network:
    """The network with all that is turned and changed; `Unclear` if there is nothing to change so."""
    try:
        return stormier(apply(network, changes), knobs.weather)
    except (BadSetting, NotInNetwork) as fault:
        raise Unclear("if", str(fault)) from fault


def _of(field: str, find: Any, said: str) -> Any:
    if not said:
        raise Unclear(field, "nothing is chosen; choose one of the network's")
    try:
        return find(said)
    except NotInNetwork as fault:
        raise Unclear(field, str(fault)) from fault


def _month(text: str) -> int | None:
    try:
        return month_of(text)
    except BadSetting as fault:
        raise Unclear("month", str(fault)) from fault


def _best(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= MOST_BEST):
        raise Unclear("best", f"{text!r} ways cannot be asked for; take 1 to {MOST_BEST}")
    return int(text)


def _changes(said: tuple[str, ...]) -> tuple[Change, ...]:
    try:
        found = changes_in(said)
    except BadSetting as fault:
        raise Unclear("if", str(fault)) from fault
    if any(each.verb == HERE_ONLY for each in found):
        raise Unclear("if", "add reads folders of the server, and is for the commands; use the other words")
    return found


def _knobs(said: Mapping[str, str]) -> Knobs:
    turned: dict[str, Any] = {name: text == "1" for name, text in said.items() if name in SWITCHES}
    turned |= {name: _number(name, text) for name, text in said.items() if name in SLIDERS}
    turned |= {name: said[name] for name in ("border_at", "tariff_on") if name in said}
    try:
        return Knobs(**turned)
    except BadSetting as fault:
        raise Unclear("if", str(fault)) from fault


def _number(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError as fault:
        raise Unclear(
            "if", f"{name} {text!r} is no number; give one such as {SLIDERS[name].most:g}"
        ) from fault
    if not isfinite(value):
        raise Unclear("if", f"{name} {text!r} is not finite; give a number such as {SLIDERS[name].most:g}")
    return value
