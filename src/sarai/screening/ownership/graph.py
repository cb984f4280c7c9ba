"""Who holds how much of whom, and who controls whom, from a day until a day."""

from __future__ import annotations

import unicodedata
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING

from sarai.screening.ownership.shares import ALWAYS, NEVER, OwnershipError, Share, Span, checked, share, span

if TYPE_CHECKING:
    import numpy as np

MAX_NAME = 1_000
MAX_ROWS = 20_000_000  # some 2 GB of columns
NOBODY = -1


class Outside(IntEnum):
    """Whether the sale that ended a stake was wholly outside US jurisdiction."""

    NOT_SAID = 0
    YES = 1
    NO = 2


class Table:
    """Columns of whole numbers, to which rows are added."""

    def __init__(self, *names: str) -> None:
        self._columns = {name: array("q") for name in names}

    def __len__(self) -> int:
        return len(next(iter(self._columns.values())))

    def add(self, *row: int) -> None:
        """Add one row."""
        for column, value in zip(self._columns.values(), row, strict=True):
            column.append(value)

    def add_columns(self, *columns: Iterable[int]) -> None:
        """Add many rows at once."""
        for column, values in zip(self._columns.values(), columns, strict=True):
            column.extend(values)

    def columns(self) -> dict[str, np.ndarray]:
        """A copy of each column, by its name."""
        import numpy as np

        return {name: np.array(column, dtype=np.int64) for name, column in self._columns.items()}


_ALWAYS, _NEVER = Span(ALWAYS, ALWAYS), Span(NEVER, NEVER)
_WORDS = {
    "": Outside.NOT_SAID,
    "yes": Outside.YES,
    "true": Outside.YES,
    "no": Outside.NO,
    "false": Outside.NO,
}
_COMMON = ("owner", "company", "since_first", "since_last", "until_first", "until_last", "place")


class Graph:
    """Stakes and control among owners and companies, which are known by their names or ids.

    Examples
    --------
    >>> graph = Graph()
    >>> graph.stake("X", "A", "50%", until="2024-03-01", outside_us="yes")
    >>> graph.control("Y", "A", "right to appoint the board")
    """

    def __init__(self, source: str = "") -> None:
        self.source = source
        self.names: list[str] = []
        self.labels: dict[str, str] = {}
        self.arrangements: list[str] = []
        self.kinds: list[str] = []
        self.stakes = Table(*_COMMON, "low", "high", "arrangement", "outside")
        self.controls = Table(*_COMMON, "kind", "sure")
        self._numbers = Interned(self._new_node)
        self._arrangements = Interned(lambda word: _new_word(word, self._arrangements, self.arrangements))
        self._kinds = Interned(lambda word: _new_word(word, self._kinds, self.kinds))
        self._arrangements[""] = NOBODY
        self._labelled: dict[str, list[str]] = {}

    def stake(
        self,
        owner: str,
        company: str,
        held: str | Share = "",
        *,
        since: str = "",
        until: str = "",
        arrangement: str = "",
        outside_us: str = "",
        place: int = 0,
    ) -> None:
        """Add a stake.

        Parameters
        ----------
        held
            In percent, as `shares.share` reads it; empty: unknown.
        since, until
            ISO 8601; held from the one day until the day before the other. Empty: without a bound.
        arrangement
            Stakes in one company with the same word here are under a joint arrangement.
        outside_us
            Of a stake that has ended: whether the sale was wholly outside US jurisdiction, ``yes``,
            ``no``, or empty where it is not known.
        place
            The line that says so, from 1; 0: none.
        """
        low, high = checked(*held) if isinstance(held, Share) else share(held)
        ends = self._ends(owner, company, since, until, place)
        self.stakes.add(*ends, low, high, self._arrangements[arrangement], _outside(outside_us))
        _bounded(self.stakes)

    def control(
        self,
        controller: str,
        company: str,
        kind: str,
        *,
        since: str = "",
        until: str = "",
        sure: bool = True,
        place: int = 0,
    ) -> None:
        """Add control by other means than a share; ``sure`` is false for what is only suspected."""
        ends = self._ends(controller, company, since, until, place)
        self.controls.add(*ends, self._kinds[kind], int(sure))
        _bounded(self.controls)

    def label(self, name: str, text: str) -> None:
        """Say what somebody who is known by an id is called; the first label stays."""
        id, label = _clean(name), _clean(text)
        if id not in self.labels:
            self.labels[id] = label
            self._labelled.setdefault(label, []).append(id)

    def add_stakes(
        self,
        owners: Sequence[str],
        companies: Sequence[str],
        held: Sequence[str],
        since: Sequence[str],
        until: Sequence[str],
        arrangements: Sequence[str],
        outside_us: Sequence[str],
        places: Sequence[int],
    ) -> None:
        """Add many stakes at once, column by column: all of them, or on an error none."""
        dates = [*_looked_up(since, _since), *_looked_up(until, _until)]
        if any(ends <= begins for begins, ends in zip(dates[0], dates[3], strict=True)):
            raise OwnershipError("one of these stakes ends before it begins; mend the dates")
        low, high = _looked_up(held, share)
        outside = {word: _outside(word) for word in set(outside_us)}
        self.stakes.add_columns(
            [self._numbers[name] for name in owners],
            [self._numbers[name] for name in companies],
            *dates,
            places,
            low,
            high,
            [self._arrangements[word] for word in arrangements],
            [outside[word] for word in outside_us],
        )
        _bounded(self.stakes)

    def number(self, name: str) -> int | None:
        """Where somebody stands in ``names``."""
        number = self._numbers.get(name)
        return self._numbers.get(_clean(name)) if number is None else number

    def numbers(self, name: str) -> Iterator[int]:
        """Everybody of a name: by id, or by label."""
        if (number := self.number(name)) is not None:
            yield number
        else:
            found = map(self.number, self._labelled.get(_clean(name), ()))
            yield from (number for number in found if number is not None)

    def _ends(self, owner: str, company: str, since: str, until: str, place: int) -> tuple[int, ...]:
        begins, ends = _since(since), _until(until)
        if ends.last <= begins.first:
            raise OwnershipError(f"it ends on {until!r}, not after it begins on {since!r}; mend the dates")
        return (self._numbers[owner], self._numbers[company], *begins, *ends, place)

    def _new_node(self, name: str) -> int:
        plain = _clean(name)
        if not plain:
            raise OwnershipError("an owner or company has no name; give its name or id")
        if len(plain) > MAX_NAME:
            raise OwnershipError(f"name {plain[:40]!r}… has more than {MAX_NAME} characters; shorten it")
        number = self._numbers.get(plain)
        if number is None:
            number = self._numbers[plain] = len(self.names)
            self.names.append(plain)
        return number


class Interned(dict[str, int]):
    """Numbers of texts; a new text is numbered when it is first looked up."""

    def __init__(self, number: Callable[[str], int]) -> None:
        super().__init__()
        self._number = number

    def __missing__(self, text: str) -> int:
        number = self[text] = self._number(text)
        return number


def _new_word(word: str, numbers: dict[str, int], words: list[str]) -> int:
    plain = word.strip()
    number = numbers.get(plain)
    if number is None:
        number = numbers[plain] = len(words)
        words.append(plain)
    return number


def _clean(name: str) -> str:
    """On one line, composed, without characters that are not seen."""
    composed = unicodedata.normalize("NFC", name)
    if not composed.isprintable():
        composed = "".join(
            " " if char.isspace() else char for char in composed if char.isspace() or char.isprintable()
        )
    return " ".join(composed.split())


def _looked_up(texts: Sequence[str], read: Callable[[str], tuple[int, int]]) -> tuple[list[int], list[int]]:
    """The two numbers behind each text; every text is read once."""
    known = {text: read(text) for text in set(texts)}
    if len(known) == 1:
        ((one, other),) = known.values()
        return [one] * len(texts), [other] * len(texts)
    return [known[text][0] for text in texts], [known[text][1] for text in texts]


def _since(text: str) -> Span:
    return span(text) if text and not text.isspace() else _ALWAYS


def _until(text: str) -> Span:
    return span(text) if text and not text.isspace() else _NEVER


def _outside(word: str) -> Outside:
    found = _WORDS.get(word.strip().lower())
    if found is None:
        raise OwnershipError(f"outside_us is {word!r}; write yes, no or leave it empty")
    return found


def _bounded(table: Table) -> None:
    if len(table) > MAX_ROWS:
        raise OwnershipError(f"there are more than {MAX_ROWS:,} links; split the graph")
