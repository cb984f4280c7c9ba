"""Answers that are worked out while their page is open, and pages whose question is turned meanwhile."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

from markupsafe import Markup

from sarai.server.pages.entering import Visit
from sarai.server.pages.look import tag
from sarai.server.words import Words

__all__ = ["Turned", "addressed", "pairs", "soon", "waiting"]

Q = TypeVar("Q")
SOON_S = 0.05  # after the page hears


def waiting(words: Words) -> Markup:
    """What stands where an answer will."""
    return tag("p", words("It is being worked out; that takes a moment."), class_="quiet")


def soon(work: Callable[[], Awaitable[None]]) -> None:
    """Work once, as soon as the page hears."""
    from nicegui import ui

    ui.timer(SOON_S, work, once=True)


def addressed(to: str) -> None:
    """The address of the open page from now on, so that what is seen can be sent to others."""
    from nicegui import ui

    ui.run_javascript(f"history.replaceState(history.state, '', (window.path_prefix || '') + {to!r})")


class Turned(ABC, Generic[Q]):
    """An open page and its question: what is asked last is what is answered.

    Parameters
    ----------
    read : function of a list of (str, str)
        The question that the fields of the form mean.
    address : function of a question
        The address that asks it.
    """

    def __init__(
        self, visit: Visit, question: Q, read: Callable[[list[tuple[str, str]]], Q],
        address: Callable[[Q], str],
    ) -> None:  # fmt: skip
        self.visit, self.words, self.question = visit, visit.words, question
        self._read, self._address, self._working = read, address, False

    @abstractmethod
    async def answer_to(self, question: Q) -> None:
        """Work it out, and show what comes."""

    async def ask(self, event: Any) -> None:
        """Somebody turned something, or asked."""
        from nicegui import ui

        if not self.visit.goes_on():
            ui.navigate.reload()
            return
        self.question = self._read(pairs(event.args))
        addressed(self._address(self.question))
        await self.work()

    async def work(self) -> None:
        """Work out what is asked, and what was asked meanwhile."""
        if self._working:
            return
        self._working = True
        try:
            answered = None
            while answered != self.question:
                answered = self.question
                await self.answer_to(answered)
        finally:
            self._working = False


def pairs(args: Any) -> list[tuple[str, str]]:
    """Fields of a form as the browser tells them; what has another shape is left out."""
    if not isinstance(args, list):
        return []
    couples = (each for each in args if isinstance(each, list) and len(each) == 2)
    return [(one, other) for one, other in couples if isinstance(one, str) and isinstance(other, str)]
