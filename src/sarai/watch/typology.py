"""A typology: a row that says what is looked for, why, with which settings, and how an officer is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import Struct

from sarai.goods.errors import BadSetting
from sarai.watch.finding import Finding
from sarai.watch.phrases import Phrase
from sarai.watch.seen import Seen

if TYPE_CHECKING:
    from sarai.watch.memory import Memory

Parameters: TypeAlias = Mapping[str, float]
Judge: TypeAlias = "Callable[[Seen, Memory, Parameters], Iterator[Finding]]"


class Typology(Struct, frozen=True, kw_only=True):
    """One row of the table of typologies.

    Attributes
    ----------
    name
        By which it is called; it never changes its meaning.
    title
        What it is, in a few words.
    source
        The law, guidance or case that it comes from.
    needs
        The facts without which it says nothing, such as ``register``, ``values``, ``lists``.
    on
        The kinds of what is seen that it looks at.
    judge
        Looks at one thing seen, before the memory learns it; yields what it finds.
    points
        What a finding weighs; from `RAISE` points on, alone or with others about the same, it is an alert.
    text
        For an officer: a format string over the facts of its findings (see `sarai.watch.phrases`). A fact
        that is words and not data is a `Phrase`.
    advice
        What the officer can do about it.
    parameters
        Its settings, by name: bounds on what the data at hand say is usual.
    version
        Goes up whenever it would say something else of the same book.
    """

    name: str
    title: str
    source: str
    needs: tuple[str, ...]
    on: tuple[str, ...]
    judge: Judge
    points: float
    text: str
    advice: str
    parameters: Mapping[str, float] = {}
    version: int = 1

    def __post_init__(self) -> None:
        if not (self.on and self.source and self.text and self.points > 0):
            raise BadSetting(f"typology {self.name} lacks its kinds, source, text or points; give them")

    def words(self, facts: Mapping[str, Any]) -> str:
        """Its text with the facts of a finding; KeyError if the finding lacks one."""
        return str(Phrase(self.text, facts))
