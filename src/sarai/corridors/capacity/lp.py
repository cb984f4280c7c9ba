"""Linear programs through HiGHS, always under a time limit and without the presolve that stalls on flows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sarai.goods import SaraiError

if TYPE_CHECKING:
    from scipy.sparse import csc_array

__all__ = ["TimedOut", "optimum", "solver"]

STALLING_RULE = 1024  # of HiGHS's presolve: can run without end on pure network flows


class TimedOut(SaraiError):
    """A time limit came before an answer; the text says which, and what to do."""


def solver(time_limit_s: float) -> Any:
    """A HiGHS that says nothing and stops in time."""
    import highspy

    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("time_limit", float(max(time_limit_s, 0.01)))
    highs.setOptionValue("presolve_rule_off", STALLING_RULE)
    return highs


def optimum(
    cost: np.ndarray, matrix: csc_array, low: np.ndarray, high: np.ndarray, time_limit_s: float
) -> tuple[float, np.ndarray, np.ndarray]:
    """Least cost over columns >= 0 with rows between low and high: its value, columns and row duals.

    Raises
    ------
    TimedOut
        The limit was reached first.
    """
    import highspy

    matrix = matrix.tocsc()
    rows, columns = matrix.shape
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = columns, rows
    program.col_cost_ = cost
    program.col_lower_, program.col_upper_ = np.zeros(columns), np.full(columns, highspy.kHighsInf)
    program.row_lower_, program.row_upper_ = low, high
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_ = matrix.indptr
    program.a_matrix_.index_ = matrix.indices
    program.a_matrix_.value_ = matrix.data
    highs = solver(time_limit_s)
    highs.passModel(program)
    highs.run()
    status = highs.getModelStatus()
    if status == highspy.HighsModelStatus.kTimeLimit:
        raise TimedOut(
            f"the linear program of {columns:,} columns was not solved in {time_limit_s:g} s; give it longer"
        )
    if status != highspy.HighsModelStatus.kOptimal:
        raise SaraiError(
            f"the linear program of {columns:,} columns ended as {highs.modelStatusToString(status)}"
        )
    found = highs.getSolution()
    value = highs.getInfo().objective_function_value
    return value, np.array(found.col_value), np.array(found.row_dual)
