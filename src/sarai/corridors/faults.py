"""What is wrong with a network, as values: all of it at once, each with its place and the next step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sarai.goods import SaraiError

__all__ = ["Fault", "Infeasible", "NetworkFaulty", "Unreachable"]

MOST_TOLD = 20  # faults in the text of an error; all of them are in its `faults`


class Fault(NamedTuple):
    """Something wrong with a row.

    Attributes
    ----------
    table : str
        The file or table.
    row : int or str
        The line of the file, or the row's code.
    column, value : str
        Where in the row, and what stands there; empty where it is the row as a whole.
    text : str
        What is wrong, and what to do.
    """

    table: str
    row: int | str
    column: str
    value: str
    text: str

    def __str__(self) -> str:
        where = f"{self.table}, line {self.row}" if isinstance(self.row, int) else f"{self.table} {self.row}"
        what = f" {self.column} {self.value!r}" if self.column else ""
        return f"{where}:{what} {self.text}"


class NetworkFaulty(SaraiError):
    """A network that cannot be used as it stands; `faults` are all of them."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        told = [str(each) for each in self.faults[:MOST_TOLD]]
        more = len(self.faults) - len(told)
        super().__init__("\n".join([*told, *([f"and {more} more"] if more else [])]))


class Unreachable(SaraiError):
    """No way leads from one place to the other; the text says how far one gets, and what would open it."""


class Infeasible(SaraiError):
    """A demand or plan that nothing can meet; the text names it and what would."""
