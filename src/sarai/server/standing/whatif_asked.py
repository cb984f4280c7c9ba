"""A what-if as it stands in an address, or as its small forms put it together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from sarai.goods import BadSetting
from sarai.server.asking import Unclear
from sarai.server.standing.asked import FIRST, LAST
from sarai.standing import parse

__all__ = ["FORMS", "MOST_CHANGES", "MOST_TEXT", "Supposing", "supposing", "understood"]

MOST_TEXT = 400  # characters of a field
MOST_CHANGES = 20  # of one question

FORMS: Mapping[str, Callable[[Mapping[str, str]], str]] = {
    "sanction": lambda said: f"sanction {said['power']} {said['channel']} {said['share']}%",
    "invest": lambda said: f"invest {said['power']} {said['amount']}bn",
    "shut": lambda said: f"shut {said['route']}",
    "join": lambda said: f"join {said['body']}",
    "leave": lambda said: f"leave {said['body']}",
    "say": lambda said: said["words"],
}
"""By what ``add`` says, the words of change that the fields of a form make."""


class Supposing(Struct, frozen=True, kw_only=True):
    """A question as it was typed and chosen.

    Attributes
    ----------
    changes : tuple of str
        Words of change, one each.
    year : str
        Whose figures are changed; empty for those that are best known.
    added : bool
        Whether a form has just added one, so that the address is not the question's own yet.
    """

    changes: tuple[str, ...] = ()
    year: str = ""
    added: bool = False

    @property
    def address(self) -> list[tuple[str, str]]:
        """The fields that say something, as an address has them."""
        return [*([("year", self.year)] if self.year else []), *(("if", each) for each in self.changes)]


def supposing(query: Iterable[tuple[str, str]]) -> Supposing:
    """A question out of an address, or out of a form that adds to it."""
    plain: dict[str, str] = {}
    changes: list[str] = []
    for name, value in query:
        text = value.strip()[:MOST_TEXT]
        if name == "if":
            changes += _each(text)
        elif text:
            plain[name] = text
    added = _added(plain)
    unlike = tuple(dict.fromkeys([*changes, *added]))[:MOST_CHANGES]
    return Supposing(changes=unlike, year=plain.get("year", ""), added="add" in plain)


def _each(words: str) -> list[str]:
    return [text for each in words.split(";") if (text := " ".join(each.split()))]


def _added(plain: Mapping[str, str]) -> list[str]:
    """What a form adds; nothing if a field is empty."""
    make = FORMS.get(plain.get("add", ""))
    try:
        return _each(make(plain)) if make else []
    except KeyError:
        return []


def understood(question: Supposing) -> tuple[tuple[str, ...], int | None]:
    """The changes, and the year; `Unclear` names the field that says nothing that can be understood."""
    said = question.year
    if said and not (said.isascii() and said.isdecimal() and FIRST <= int(said) <= LAST):
        raise Unclear("year", f"year {said!r} cannot be read; take one from {FIRST} to {LAST}, or none")
    for each in question.changes:
        try:
            parse(each)
        except BadSetting as fault:
            raise Unclear("if", str(fault)) from fault
    return question.changes, int(said) if said else None
