"""A mixed-integer program put together by names: columns, rows that belong to a family, and its solution.

Rows are ``low <= sum <= high``. Each belongs to one family of rules, so that a rule can be relaxed as a whole
by a column of slack.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple

import numpy as np
from msgspec import Struct

from sarai.corridors.capacity.lp import TimedOut, solver
from sarai.goods import SaraiError

__all__ = ["ENDLESS", "Impossible", "Program", "Row", "Solved"]

ENDLESS = float("inf")
TIGHT = 1e-9  # of feasibility; rows are scaled to the order of one
GAP = 1e-7


class Impossible(SaraiError):
    """No plan keeps all the rules."""


class Row(NamedTuple):
    """A rule in numbers: coefficients by name of the column, between what their sum lies, and what of."""

    family: str
    sums: Mapping[Hashable, float]
    low: float
    high: float
    of: tuple = ()


class Solved(Struct, frozen=True):
    """Values by name of the column; no solution is below `bound`.

    Attributes
    ----------
    duals : tuple of float
        By row, by how much the value grows for one more of what the row is bound by; empty where columns
        are whole.
    """

    value: float
    bound: float
    finished: bool
    of: Mapping[Hashable, float]
    duals: tuple[float, ...] = ()


class Program:
    """Columns and rows; `solve` finds the least cost."""

    def __init__(self) -> None:
        self.at: dict[Hashable, int] = {}
        self.cost: list[float] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self.whole: list[bool] = []
        self.rows: list[Row] = []

    def column(self, name: Hashable, cost: float = 0.0, high: float = ENDLESS, whole: bool = False) -> None:
        """One more column, from 0 to `high`."""
        self.at[name] = len(self.cost)
        self.cost.append(cost)
        self.low.append(0.0)
        self.high.append(high)
        self.whole.append(whole)

    def fix(self, name: Hashable, value: float) -> None:
        """A column that is no longer to be decided."""
        at = self.at[name]
        self.low[at] = self.high[at] = value
        self.whole[at] = False

    def row(
        self,
        family: str,
        sums: Mapping[Hashable, float],
        low: float = -ENDLESS,
        high: float = ENDLESS,
        of: tuple = (),
    ) -> None:
        """One more row."""
        self.rows.append(Row(family, sums, low, high, of))

    def solve(self, time_limit_s: float) -> Solved:
        """The least cost.

        Raises
        ------
        Impossible
            Nothing keeps all rows.
        TimedOut
            Nothing was found in time.
        """
        import highspy

        highs = solver(time_limit_s)
        highs.setOptionValue("mip_rel_gap", GAP)
        for option in ("primal_feasibility_tolerance", "mip_feasibility_tolerance"):
            highs.setOptionValue(option, TIGHT)
        highs.passModel(self._model())
        highs.run()
        status, found, said = highs.getModelStatus(), highs.getSolution(), highspy.HighsModelStatus
        if status in (said.kInfeasible, said.kUnboundedOrInfeasible):
            raise Impossible("no plan keeps all the rules")
        if status == said.kTimeLimit and not found.value_valid:
            raise TimedOut(f"no plan was found in {time_limit_s:g} s; give it longer")
        if status not in (said.kOptimal, said.kTimeLimit):
            raise SaraiError(f"the plan's program ended as {highs.modelStatusToString(status)}")
        return self._solved(highs, found, status == said.kOptimal)

    def _solved(self, highs: Any, found: Any, finished: bool) -> Solved:
        info = highs.getInfo()
        value = info.objective_function_value
        bound, duals = (info.mip_dual_bound, ()) if any(self.whole) else (value, tuple(found.row_dual))
        return Solved(value, min(bound, value), finished, self._named(found.col_value), duals)

    def _named(self, values: Any) -> dict[Hashable, float]:
        return {
            name: float(round(values[at]) if self.whole[at] else max(0.0, values[at]))
            for name, at in self.at.items()
        }

    def _model(self) -> Any:
        import highspy
        from scipy.sparse import csc_array

        at = [(number, self.at[name], value) for number, row in enumerate(self.rows)
              for name, value in row.sums.items()]  # fmt: skip
        lines, columns, values = zip(*at, strict=True) if at else ((), (), ())
        matrix = csc_array((values, (lines, columns)), shape=(len(self.rows), len(self.cost)))
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = len(self.cost), len(self.rows)
        program.col_cost_ = np.array(self.cost)
        program.col_lower_, program.col_upper_ = np.array(self.low), np.array(self.high)
        program.row_lower_ = np.array([row.low for row in self.rows])
        program.row_upper_ = np.array([row.high for row in self.rows])
        program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        program.a_matrix_.start_ = matrix.indptr
        program.a_matrix_.index_ = matrix.indices
        program.a_matrix_.value_ = matrix.data
        kind = highspy.HighsVarType
        program.integrality_ = [kind.kInteger if each else kind.kContinuous for each in self.whole]
        return program
