"""What a report says of a measure: its name, formula, source and unit, and what a null in it means."""

from __future__ import annotations

from msgspec import Struct

__all__ = ["HOLE", "Method"]

HOLE = "a reporter had not published a period that it depends on, or keeps a value in it confidential"


class Method(Struct, frozen=True, kw_only=True):
    """A method note.

    Attributes
    ----------
    name : str
        The measure's function.
    title : str
        What a reader calls it.
    formula : str
        In LaTeX, as in the docstring of its file.
    source : str
        Who defined it so: paper, manual; or that it is this room's own.
    unit : str
        Of its main columns.
    null : str
        What it means that a figure is not there.
    """

    name: str
    title: str
    formula: str
    source: str
    unit: str
    null: str = HOLE
