"""Changes in words, read: what each says, and what is wrong with a word and where it stands."""

from __future__ import annotations

import re
from math import isfinite
from typing import NoReturn

from msgspec import Struct

from sarai.corridors.changes.selecting import KINDS, Selector
from sarai.goods import BadSetting

__all__ = ["Amount", "Change", "parse"]

ON_THE_WAY = ("leg", "place", "service", "country", "mode", "group", "border")
VERBS = {
    "close": KINDS, "slow": ON_THE_WAY, "tax": ON_THE_WAY, "widen": ("limit", "service"), "add": (),
    "ask": ("leg", "group"),
}  # fmt: skip
"""By word, the kinds of selectors that it takes."""

AMOUNTS = {"slow": ("x",), "tax": ("x", "+"), "widen": ("x", "+", "=")}
EXAMPLES = {
    "slow": "x2 or +50%",
    "tax": "+50 (US dollars a unit), x1.1 or +10%",
    "widen": "+2000000, x1.2, +20% or =5000000",
}
NUMBER = re.compile(r"(?P<how>[x×+=-])(?P<number>\d[\d_]*(\.\d+)?(e[+-]?\d+)?)(?P<percent>%?)", re.ASCII)


class Amount(Struct, frozen=True):
    """How a figure changes: ``x`` times, ``+`` more (less, if negative), ``=`` to what it is set."""

    how: str
    number: float

    def __str__(self) -> str:
        return f"{self.number:+}" if self.how == "+" else f"{self.how}{self.number}"

    def of(self, figure: float) -> float:
        """What becomes of a figure.

        >>> Amount("x", 1.5).of(4), Amount("+", -1).of(4), Amount("=", 9).of(4)
        (6.0, 3, 9)
        """
        if self.how == "x":
            return figure * self.number
        return figure + self.number if self.how == "+" else self.number


class Change(Struct, frozen=True):
    """One change; its text is what `parse` reads.

    Attributes
    ----------
    verb : str
        ``close``, ``slow``, ``tax``, ``widen``, ``add`` or ``ask``.
    what : Selector or str
        Of ``add``, a folder.
    units : bool
        Of ``widen`` a service: what a departure carries, not how many there are.
    """

    verb: str
    what: Selector | str
    amount: Amount | None = None
    units: bool = False

    def __str__(self) -> str:
        words = [self.verb, str(self.what), *(["units"] if self.units else [])]
        return " ".join([*words, *([str(self.amount)] if self.amount else [])])


class _Word(Struct, frozen=True):
    """A word, and where it stands."""

    text: str
    line: int
    column: int

    def refused(self, why: str) -> NoReturn:
        raise BadSetting(f"line {self.line}, column {self.column}: {self.text!r} {why}")


def parse(text: str) -> tuple[Change, ...]:
    """The changes of a text, one on each line or between ``;``; lines that begin with ``#`` are comments.

    Raises
    ------
    BadSetting
        With the word that cannot be read, its place, and what is possible there.

    Examples
    --------
    >>> [str(each) for each in parse("close place:SUEZ; widen limit:DOSTYK +20%")]
    ['close place:SUEZ', 'widen limit:DOSTYK x1.2']
    """
    changes = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("#"):
            continue
        for part in re.finditer(r"[^;]+", line):
            words = re.finditer(r"\S+", part.group())
            if said := [_Word(each.group(), number, part.start() + each.start() + 1) for each in words]:
                changes.append(_change(said, part.group()))
    return tuple(changes)


def _change(words: list[_Word], text: str) -> Change:
    verb, *rest = words
    if verb.text not in VERBS:
        verb.refused(f"is no change; begin with {', '.join(VERBS)}")
    if verb.text == "add":
        folder = text.strip().removeprefix("add").strip()
        return Change("add", folder) if folder else verb.refused("has no folder; write add FOLDER")
    if not rest:
        verb.refused(f"of what? write {verb.text} {VERBS[verb.text][0]}:CODE")
    what = _selector(verb.text, rest.pop(0))
    units = bool(rest) and what.kind == "service" and verb.text == "widen" and rest[0].text == "units"
    amount = _amount(verb, rest[units:]) if verb.text in AMOUNTS else None
    if more := rest[units + (amount is not None) :]:
        more[0].refused("is more than is understood; put ; or a new line between changes")
    return Change(verb.text, what, amount, units)


def _selector(verb: str, word: _Word) -> Selector:
    try:
        selector = Selector.read(word.text)
    except BadSetting as fault:
        word.refused(str(fault))
    if selector.kind not in VERBS[verb]:
        word.refused(
            f"is not what {verb} takes; it takes {', '.join(f'{each}:CODE' for each in VERBS[verb])}"
        )
    if selector.kind == "leg" and selector.way and verb != "close":
        word.refused(f"has a direction; {verb} holds for both, write {word.text[:-1]}")
    return selector


def _amount(verb: _Word, rest: list[_Word]) -> Amount:
    if not rest:
        verb.refused(f"by how much? write {EXAMPLES[verb.text]} at the end")
    word = rest[0]
    found = NUMBER.fullmatch(word.text)
    if not found:
        word.refused(f"is no amount; {verb.text} takes {EXAMPLES[verb.text]}")
    amount = _read(found)
    if amount.how not in AMOUNTS[verb.text]:
        word.refused(f"cannot be done with {verb.text}; it takes {EXAMPLES[verb.text]}")
    if not isfinite(amount.number) or (amount.how == "x" and amount.number < 0):
        word.refused("is out of bounds; a share is at least -100%, and a number is finite")
    if verb.text == "slow" and amount.number == 0:
        word.refused("takes all time away; write x0.5 for twice as fast")
    return amount


def _read(found: re.Match[str]) -> Amount:
    number = float(found["number"])
    how = "x" if found["how"] == "×" else found["how"]
    signed = -number if how == "-" else number
    if found["percent"] and how in "+-":
        return Amount("x", (100 + signed) / 100)
    if found["percent"]:
        return Amount(how, number / 100)
    return Amount("+" if how == "-" else how, signed)
