"""A question to statistics: who, what, when, and in which terms it is answered."""

from __future__ import annotations

from msgspec import Struct

from sarai.flows.periods import Span

__all__ = ["Question"]


class Question(Struct, frozen=True, kw_only=True):
    """What an analyst asks.

    Attributes
    ----------
    exporters, through, importers : tuple of str
        Countries (alpha-2); empty for all.
    codes : tuple of str
        Beginnings of codes in the edition `codes_of`, or of the answer's edition if that is empty.
    span : Span
        All of the time that is looked at, the past that it is compared with included.
    edition : str
        The edition of the answer; the oldest in the rows if it is empty.
    currency : str
        Of the answer; as reported if it is empty and there is one.
    fob : str
        Imports as if at the exporter's border: by the "stated" margin of freight and insurance, or by its
        "low" or "high" end; as reported if it is empty.
    exported, imported : str
        The sources of exports and of imports; if empty, the first that has any.
    """

    exporters: tuple[str, ...] = ()
    through: tuple[str, ...] = ()
    importers: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    codes_of: str = ""
    span: Span | None = None
    frequency: str = "M"
    digits: int = 6
    edition: str = ""
    currency: str = ""
    fob: str = ""
    exported: str = ""
    imported: str = ""

    @property
    def parties(self) -> tuple[str, ...]:
        """Everyone in it; none if a side is open."""
        sides = [side for side in (self.exporters, self.through, self.importers) if side]
        closed = self.exporters and self.importers
        return tuple(sorted({party for side in sides for party in side})) if closed else ()
