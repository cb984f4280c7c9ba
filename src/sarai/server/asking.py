"""Questions to the desk that take a while: what can be wrong with one, whose turn it is, what is kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from threading import Lock, Semaphore
from time import monotonic
from typing import Any, Self, TypeVar

from msgspec import Struct

from sarai.goods import BadSetting, SaraiError

__all__ = ["Busy", "Crowded", "Fields", "InTime", "Kept", "TooMuch", "Turns", "Unclear"]

T = TypeVar("T")
InTime = Callable[[], None]
SEATS = 4  # who may wait for their turn; whoever comes then is asked to come again


class Fields(Struct, frozen=True, kw_only=True):
    """A question as it was typed, a text a field; what is as it is at first is open."""

    @classmethod
    def of(cls, query: Iterable[tuple[str, str]], most: int) -> Self:
        """Out of an address or a form, ``most`` characters a field; of one said twice the last counts."""
        said = {name: text for name, value in query if (text := value.strip()[:most])}
        return cls(**{name: said[name] for name in cls.__struct_fields__ if name in said})

    @property
    def address(self) -> list[tuple[str, str]]:
        """The fields that say something, as an address has them."""
        usual = zip(self.__struct_fields__, self.__struct_defaults__, strict=True)
        return [(name, said) for name, open_ in usual if (said := getattr(self, name)) != open_]


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


class Crowded(Busy):
    """Too many questions of a kind wait already."""


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


class Turns:
    """Questions worked out one at a time, within a time, and answers kept; any thread may call its methods.

    Parameters
    ----------
    of : str
        What is asked, as messages name it: ``the network``.
    seconds : float
        How long an answer may take, and how long one may wait for one's turn.
    shorter : str
        How to ask for less, where that was not enough.
    kept : int
        How many answers are kept.
    """

    def __init__(self, of: str, seconds: float, shorter: str, kept: int) -> None:
        self.of, self.seconds, self.shorter, self.kept = of, seconds, shorter, Kept(kept)
        self._turn, self._seats = Lock(), Semaphore(SEATS)

    def answer(self, key: Hashable, work: Callable[[InTime], T]) -> T:
        """What is kept, or what ``work`` makes; it calls what it is given between its steps.

        Raises
        ------
        Crowded, TooMuch
            Others wait already, or it takes too long.
        """
        if (found := self.kept.get(key)) is not None:
            return found
        with self._at_work() as in_time:
            return self.kept.once(key, lambda: work(in_time))

    @contextmanager
    def _at_work(self) -> Iterator[InTime]:
        """One's turn, and what to call between steps: it raises when the time is over."""
        if not self._seats.acquire(blocking=False):
            raise Crowded(f"several questions to {self.of} wait already; ask again in a moment")
        try:
            if not self._turn.acquire(timeout=self.seconds):
                raise Crowded(f"another question to {self.of} is being worked out; ask again in a moment")
            try:
                until = monotonic() + self.seconds

                def in_time() -> None:
                    if monotonic() > until:
                        raise TooMuch(f"it takes longer than {self.seconds:g} seconds; {self.shorter}")

                yield in_time
            finally:
                self._turn.release()
        finally:
            self._seats.release()
