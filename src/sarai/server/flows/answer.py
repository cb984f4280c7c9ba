"""What statistics answer to a question: plain figures, ``None`` for what is not known, and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sarai.flows.measures.legs import Sources
from sarai.flows.measures.method import Method
from sarai.flows.periods import Span
from sarai.flows.question import Question

if TYPE_CHECKING:
    from sarai.flows.models.permutation import Permutation

Value = float | None


class Turn(Struct, frozen=True, kw_only=True):
    """A break of a series: the first period of the new level, and the bounds within which that may be."""

    period: date
    earliest: date
    latest: date


class Track(Struct, frozen=True, kw_only=True):
    """Series that belong together, a value for every period from the first on.

    Attributes
    ----------
    group : tuple of str
        Exporter and importer; empty for all together.
    lines : mapping of str to tuple
        By what they are: ``exported``, ``imported``, ``inbound``, ``outbound``.
    """

    group: tuple[str, ...]
    first: date
    step_months: int
    lines: Mapping[str, tuple[Value, ...]]
    turns: tuple[Turn, ...] = ()


class Section(Struct, frozen=True, kw_only=True):
    """What one measure says.

    Attributes
    ----------
    rows : tuple of dict
        As the measure has them, the most striking first.
    figures : mapping
        Of all rows together.
    chance : Permutation, optional
        What selection alone would have found.
    refused : tuple of dict
        What could not be compared, with the reason.
    lacking : str
        Why there is no answer, in English; empty if there is one.
    """

    name: str
    method: Method
    rows: tuple[dict[str, Any], ...] = ()
    tracks: tuple[Track, ...] = ()
    more_tracks: int = 0
    figures: Mapping[str, Any] = {}
    chance: Permutation | None = None
    refused: tuple[dict[str, Any], ...] = ()
    lacking: str = ""


class Coverage(Struct, frozen=True, kw_only=True):
    """What was published: rows of source, reporter and flow, and for each period whether, or how much."""

    rows: tuple[tuple[str, str, str], ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[Value, ...], ...]
    more: int = 0

    @property
    def holes(self) -> int:
        """How many cells were not published."""
        return sum(cell is None for row in self.cells for cell in row)


class Held(Struct, frozen=True, kw_only=True):
    """A source at hand."""

    source: str
    rows: int
    reporters: int
    first: date
    last: date
    digits: int
    currencies: tuple[str, ...]


class AtHand(Struct, frozen=True, kw_only=True):
    """All statistics at hand, and which months of whom they cover."""

    sources: tuple[Held, ...]
    coverage: Coverage
    refused: int


class Answer(Struct, frozen=True, kw_only=True):
    """All that statistics answer to a question.

    Attributes
    ----------
    without_past, without_rate : tuple of dict
        Codes of which nobody knows what they were in the edition of the answer, and values that no
        exchange rate converts: both are left out.
    """

    question: Question
    span: Span
    base: Span
    least: float
    currency: str
    edition: str
    sources: Sources
    coverage: Coverage
    sections: tuple[Section, ...]
    without_past: tuple[dict[str, Any], ...] = ()
    without_rate: tuple[dict[str, Any], ...] = ()

    def section(self, name: str) -> Section:
        """What one measure says."""
        return next(each for each in self.sections if each.name == name)
