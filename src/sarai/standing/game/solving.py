"""Small mixed programs through HiGHS: largest value, with what is proven about it and the duals of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sarai.corridors.capacity.lp import TimedOut, solver
from sarai.goods import SaraiError

__all__ = ["Program", "Solved"]

TIGHT = 1e-9


@dataclass(frozen=True)
class Solved:
    """A solution; `gap` is how much better, as a share, another might still be, `duals` are of an LP."""

    value: float
    bound: float
    columns: np.ndarray
    duals: np.ndarray

    @property
    def gap(self) -> float:
        """As a share of the value."""
        return max(0.0, self.bound - self.value) / max(abs(self.value), 1e-9)


@dataclass(frozen=True)
class Program:
    """Largest ``gain @ columns`` with rows and columns between bounds; infinities are no bounds."""

    gain: np.ndarray
    matrix: np.ndarray
    low: np.ndarray
    high: np.ndarray
    least: np.ndarray
    most: np.ndarray
    whole: np.ndarray

    def solve(self, time_limit_s: float, tolerance: float = TIGHT) -> Solved | None:
        """The best there is, or the best found in time; none if nothing can be within the tolerance.

        Raises
        ------
        TimedOut
            Nothing was found in time.
        """
        highs = solver(time_limit_s)
        for name in ("primal_feasibility", "dual_feasibility", "mip_feasibility"):
            highs.setOptionValue(f"{name}_tolerance", tolerance)
        highs.setOptionValue("mip_rel_gap", 1e-7)
        highs.passModel(self._model())
        highs.run()
        if not self._found(highs, time_limit_s):
            return None
        found, solution = highs.getInfo(), highs.getSolution()
        value = found.objective_function_value
        bound = found.mip_dual_bound if self.whole.any() else value
        return Solved(value, bound, np.array(solution.col_value), np.array(solution.row_dual))

    def _found(self, highs: Any, time_limit_s: float) -> bool:
        """Whether there is a solution; False if there cannot be any."""
        from highspy import HighsModelStatus, SolutionStatus

        status = highs.getModelStatus()
        if status in (HighsModelStatus.kInfeasible, HighsModelStatus.kUnboundedOrInfeasible):
            return False
        held = highs.getInfo().primal_solution_status == SolutionStatus.kSolutionStatusFeasible
        if status == HighsModelStatus.kTimeLimit and not (held and self.whole.any()):
            raise TimedOut(
                f"the game of {len(self.gain):,} columns was not solved in {time_limit_s:g} s; give it longer"
            )
        if status not in (HighsModelStatus.kOptimal, HighsModelStatus.kTimeLimit):
            raise SaraiError(f"the game's program ended as {highs.modelStatusToString(status)}")
        return True

    def _model(self) -> Any:
        import highspy
        from scipy.sparse import csc_array

        matrix = csc_array(self.matrix)
        program = highspy.HighsLp()
        program.num_row_, program.num_col_ = self.matrix.shape
        program.sense_ = highspy.ObjSense.kMaximize
        program.col_cost_, program.col_lower_, program.col_upper_ = self.gain, self.least, self.most
        program.row_lower_, program.row_upper_ = self.low, self.high
        program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        program.a_matrix_.start_ = matrix.indptr
        program.a_matrix_.index_ = matrix.indices
        program.a_matrix_.value_ = matrix.data
        if self.whole.any():
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            program.integrality_ = [kinds[int(each)] for each in self.whole]
        return program
