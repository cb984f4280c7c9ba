"""Questions to the desk that take a while: what can be wrong with one, and the answers that are kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

from sarai.goods import BadSetting, SaraiError

__all__ = ["Busy", "Kept", "TooMuch", "Unclear"]

T = TypeVar("T")


class Unclear(BadSetting):
    """A field of a question that cannot be understood.

    Attributes
    ----------
    field : str
        As it is called in an address.
    """

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


class Busy(SaraiError):
    """Another question is being worked out."""


class TooMuch(SaraiError):
    """A question that needs more memory or time than there is."""


class Kept:
    """The answers that were asked for last; any thread may call its methods.

    Parameters
    ----------
    most : int
        How many; what was not asked for the longest goes first.
    """

    def __init__(self, most: int) -> None:
        self._most, self._turn = most, Lock()
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable) -> Any:
        """The answer, or none."""
        with self._turn:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def put(self, key: Hashable, answer: T) -> T:
        """Keep an answer; it is handed back."""
        with self._turn:
            self._answers[key] = answer
            while len(self._answers) > self._most:
                self._answers.popitem(last=False)
        return answer

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """The answer that is kept, or else one that is made and kept."""
        found = self.get(key)
        return self.put(key, make()) if found is None else found
