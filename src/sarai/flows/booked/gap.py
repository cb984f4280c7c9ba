"""What a gap between two statistics is, and what may explain it: the nouns of `explain`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from msgspec import Struct

from sarai.flows.periods import Span
from sarai.goods import BadSetting
from sarai.reference.hs import EDITIONS

__all__ = ["REASONS", "Candidate", "Cell", "Explanation", "Paper", "Question"]

MOST_LAG = 12  # months; beyond a year a season meets itself

REASONS = {
    "code": "recorded under another code of the same heading",
    "edition": "recorded under a code of another edition that corresponds to the partner's",
    "month": "recorded in a month before or after",
    "third_country": "recorded under another country; origin (imports) or buyer (exports) is the partner's",
    "no_country": "recorded without the country, of consignment or origin, that the basis asks for",
    "other_basis": "recorded under the partner; made in another country (exports: not ours)",
    "other_party": "recorded under another party than the one asked about",
    "left_again": "came under transit and left again; the partner may have thought it final",
    "under_way": "came under transit and has neither arrived nor left",
    "lost": "came under transit and was found missing, or seized",
    "passed_through": "left under transit for the partner, who may take it for ours",
    "unit_value": "declared at another value for the same mass",
}
"""Why two statistics may differ, and what our documents would look like then."""


class Cell(Struct, frozen=True, kw_only=True):
    """Where two statistics differ: a group of cells between an exporter and an importer.

    Attributes
    ----------
    code : str
        The beginning of the codes.
    party : str
        On our side only what this importer or exporter declared; empty for all.
    """

    exporter: str
    importer: str
    code: str
    span: Span
    party: str = ""


class Question(Struct, frozen=True, kw_only=True):
    """A cell, and how its two sides are read.

    Attributes
    ----------
    reporter : str
        Who keeps the book: the exporter or the importer of the cell.
    rates : mapping, optional
        What one unit of a document's currency is worth in that of the statistics. Without rates the gap
        is measured in kg of net mass.
    currency : str
        The statistics' currency, for the words.
    basis : str
        By which our imports name the partner, ``consignment`` or ``origin``.
    edition, digits
        Of the codes of the statistics.
    lag_months : int
        How far apart in time the two sides may have recorded goods.
    shown : int
        Documents named for each candidate.

    Raises
    ------
    BadSetting
        The reporter is no party to the cell, or one of the others cannot be used.
    """

    cell: Cell
    reporter: str
    rates: Mapping[str, float] | None = None
    currency: str = ""
    basis: str = "consignment"
    edition: str = EDITIONS[-1]
    digits: int = 6
    lag_months: int = 1
    shown: int = 50

    def __post_init__(self) -> None:
        cell = self.cell
        if self.reporter not in (cell.exporter, cell.importer) or cell.exporter == cell.importer:
            raise BadSetting(
                f"{self.reporter} keeps the book, but the cell is {cell.exporter} to {cell.importer}; "
                "give a cell of which it is one party"
            )
        if self.basis not in ("consignment", "origin"):
            raise BadSetting(f"basis {self.basis!r} is not known; use consignment or origin")
        if len(cell.code) > self.digits:
            raise BadSetting(f"code {cell.code} has more than the {self.digits} digits of the statistics")
        if not 0 <= self.lag_months <= MOST_LAG:
            raise BadSetting(f"a lag of {self.lag_months} months must be 0 to {MOST_LAG}")

    @property
    def measure(self) -> str:
        """``kg``, or the currency of the amounts."""
        return "kg" if self.rates is None else self.currency

    @property
    def imports(self) -> bool:
        """Whether our side are imports."""
        return self.reporter == self.cell.importer

    @property
    def partner(self) -> str:
        """The other party of the cell."""
        return self.cell.exporter if self.imports else self.cell.importer

    @property
    def family(self) -> str:
        """The beginning of the codes under which the goods might also stand: the heading, or chapter."""
        length = len(self.cell.code)
        return self.cell.code[: 4 if length > 4 else 2 if length > 2 else length]


class Paper(NamedTuple):
    """One item of a document, for an officer to open; ``amount`` is in kg or in the currency."""

    issuer: str
    number: str
    version: int
    item: int
    day: date
    party: str
    code: str
    country: str | None
    amount: float


class Candidate(NamedTuple):
    """Something that could explain a gap.

    Attributes
    ----------
    reason
        One of `REASONS`.
    where
        Under which code, in which month, under or towards which country, or in whose hands.
    amount
        What those documents hold (of ``unit_value``: by how much they fall short of, or exceed, the
        partner's unit value).
    surplus
        By how much the two statistics differ there the other way round, and so what can have strayed;
        null where that cannot be told, as the partner has published nothing that compares.
    explains
        How much of the gap it could explain: the surplus, else the amount, but no more than the gap.
    count, papers
        How many items of documents, and the largest of them.
    """

    reason: str
    where: str
    amount: float
    surplus: float | None
    explains: float
    count: int
    papers: tuple[Paper, ...]


class Explanation(NamedTuple):
    """A gap and its candidates, those first that could explain most.

    Attributes
    ----------
    ours, theirs, gap
        What the book has, what the partner reports, and the second less the first.
    count, papers
        How many items of documents make up our side, and the largest of them.
    unmeasured
        How many more items there are on our side that do not state the measure (or state it in a
        currency without a rate), and count for nothing in it.
    unexplained
        What is left of the gap, without its sign, if all candidates explain as much as they can: at
        least so much no document of the book accounts for.
    """

    question: Question
    ours: float
    theirs: float
    gap: float
    count: int
    papers: tuple[Paper, ...]
    unmeasured: int
    candidates: tuple[Candidate, ...]
    unexplained: float
