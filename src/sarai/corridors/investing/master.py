r"""The master problem: which projects when, against what the cuts so far say of the cost.

Binaries :math:`y_{pt}` say that project :math:`p` is decided by year :math:`t`; with lead :math:`L_p` it is
there in the years :math:`t` with :math:`y_{p,t-L_p} = 1`. With costs :math:`k_p` paid evenly over
:math:`n_p = \max(1, L_p)` years, weights :math:`w_s` of scenarios and :math:`v_h` of shocks, discounts
:math:`\delta_t` and openings :math:`z`:

.. math::
    \min\; & \sum_{t,s,h} \delta_t w_s v_h\, \theta_{tsh} \\
    & y_{p,t-1} \le y_{pt}, \qquad y_{pt} \le y_{q,t-L_q} \text{ for what } p \text{ comes after} \\
    & z_{ot} \le y_{p,t-L_p} \text{ for all } p \text{ that } o \text{ requires} \\
    & \sum_p \frac{k_p}{n_p} (y_{pt} - y_{p,t-n_p}) \le B_t, \qquad \sum_p k_p\, y_{pT} \le B \\
    & \theta_{tsh} \ge \text{each cut of } z_t

For the worst shock, one :math:`\theta_{ts}` stands above the cuts of all shocks; for regret,
:math:`\min r` with :math:`r \ge \text{cost}_s - \text{best}_s` takes the place of the weighted sum.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from sarai.corridors.investing.case import Case, Decision
from sarai.goods import SaraiError

__all__ = ["Budget", "Master", "Point", "SolverFailed"]

NO_PRESOLVE_RULE = 1024  # HiGHS may stall in this rule of its presolve on network flows
TIGHT = 1e-9  # feasibility; budgets and cuts are scaled to the order of 1 to 1000
LEAST_SECONDS = 0.01
SCALED_TO = 1000.0

Row = tuple[dict[int, float], float]
"""Coefficients by column, and the least that their sum may be."""


class SolverFailed(SaraiError):
    """HiGHS gave no answer where there must be one."""


class Budget(NamedTuple):
    """Millions of US dollars: in all, and in years (by index) that have a bound of their own."""

    total: float | None = None
    yearly: Mapping[int, float] = {}

    def covers(self, spending: np.ndarray) -> bool:
        """Whether spending by year keeps within it."""
        slack = 1 + 1e-9
        in_all = self.total is None or spending.sum() <= self.total * slack
        return in_all and all(spending[year] <= most * slack for year, most in self.yearly.items())


class Point(NamedTuple):
    """What the master proposes.

    Attributes
    ----------
    bound : float
        No plan has a lower objective; minus infinity if not known.
    decision : tuple or None
        None from the relaxation.
    opened : ndarray or None, shape (openings, years)
        None if nothing was found in time.
    """

    bound: float
    decision: Decision | None
    opened: np.ndarray | None


class Master:
    """The master in HiGHS; cuts are added between its runs.

    Parameters
    ----------
    floor : ndarray, shape (years, scenarios, shocks)
        What each cell costs at least.
    scale : float
        Of costs: what a difference that matters is like.
    likely : ndarray or None, shape (scenarios,)
        Weights of scenarios; none if regret counts.
    best : ndarray, optional, shape (scenarios,)
        The least discounted cost of each scenario, if regret counts.
    """

    def __init__(
        self,
        case: Case,
        budget: Budget,
        floor: np.ndarray,
        scale: float,
        likely: np.ndarray | None,
        best: np.ndarray | None = None,
    ) -> None:
        import highspy

        self.case, self.scale = case, scale / SCALED_TO
        self.highs = highspy.Highs()
        for option, value in _OPTIONS.items():
            self.highs.setOptionValue(option, value)
        self._decided = self._decisions()
        self._opened = self._openings()
        self._theta = self._costs(floor, likely)
        for row in (*self._orders(), *self._budgets(budget), *self._requirements()):
            self._put(row)
        if best is not None:
            self._regret(best)

    # -- columns ---------------------------------------------------------------------------------

    def _column(self, cost: float, low: float, high: float) -> int:
        self.highs.addCol(cost, low, high, 0, [], [])
        return self.highs.getNumCol() - 1

    def _decisions(self) -> list[list[int]]:
        """Columns by project and year, for the years from which it can still be there in time."""
        last = len(self.case.years)
        return [
            [self._column(0.0, 0.0, 1.0) for _ in range(max(0, last - each.lead))]
            for each in self.case.builds
        ]

    def _openings(self) -> list[list[int | None]]:
        """Columns by opening and year: of its project if it is one alone."""
        years = range(len(self.case.years))
        return [
            [
                self._there(each.requires[0], year)
                if len(each.requires) == 1
                else self._column(0.0, 0.0, 1.0)
                for year in years
            ]
            for each in self.case.openings
        ]

    def _costs(self, floor: np.ndarray, likely: np.ndarray | None) -> np.ndarray:
        """Columns by cell; the shocks of a year and scenario share one where the worst counts."""
        case, low = self.case, floor / self.scale
        columns = np.zeros(floor.shape, int)
        for year, scenario in np.ndindex(*floor.shape[:2]):
            weight = 0.0 if likely is None else case.discount[year] * likely[scenario]
            if case.worst:
                columns[year, scenario] = self._column(weight, low[year, scenario].max(), np.inf)
                continue
            for shock, struck in enumerate(case.struck):
                columns[year, scenario, shock] = self._column(
                    weight * struck, low[year, scenario, shock], np.inf
                )
        return columns

    def _by(self, project: int, year: int) -> int | None:
        """The column that says whether a project is decided by a year."""
        columns = self._decided[project]
        return columns[min(year, len(columns) - 1)] if columns and year >= 0 else None

    def _there(self, project: int, year: int) -> int | None:
        return self._by(project, year - self.case.builds[project].lead)

    # -- rows ------------------------------------------------------------------------------------

    def _put(self, row: Row) -> None:
        coefficients, least = row
        self.highs.addRow(
            least, np.inf, len(coefficients), list(coefficients), [float(v) for v in coefficients.values()]
        )

    def _orders(self) -> Iterator[Row]:
        """What is decided stays so, and comes after what it must."""
        for at, build in enumerate(self.case.builds):
            columns = self._decided[at]
            for earlier, later in pairwise(columns):
                yield {later: 1, earlier: -1}, 0
            for year, column in enumerate(columns):
                for before in build.after:
                    there = self._there(before, year)
                    yield ({column: -1} if there is None else {there: 1, column: -1}), 0

    def _budgets(self, budget: Budget) -> Iterator[Row]:
        """Spending at most the budget, in shares of it."""
        builds = list(enumerate(self.case.builds))
        for year, most in sorted(budget.yearly.items()):
            row: dict[int, float] = {}
            for at, build in builds:
                for column, sign in ((self._by(at, year), -1), (self._by(at, year - build.paid_over), 1)):
                    if column is not None:
                        row[column] = row.get(column, 0.0) + sign * build.cost / build.paid_over
            yield _shares(row, most)
        if budget.total is not None:
            last = len(self.case.years) - 1
            costs = {column: -b.cost for at, b in builds if (column := self._by(at, last)) is not None}
            yield _shares(costs, budget.total)

    def _requirements(self) -> Iterator[Row]:
        for opening, columns in zip(self.case.openings, self._opened, strict=True):
            for year, column in enumerate(columns):
                for project in opening.requires if len(opening.requires) > 1 else ():
                    there = self._there(project, year)
                    yield ({column: -1} if there is None else {there: 1, column: -1}), 0

    def _regret(self, best: np.ndarray) -> None:
        """A column above what each scenario costs beyond its best."""
        case = self.case
        regret = self._column(1.0, -np.inf, np.inf)
        for scenario, least in enumerate(best):
            row: dict[int, float] = {regret: 1.0}
            for year, columns in enumerate(self._theta[:, scenario]):
                for shock, column in enumerate(columns):
                    struck = 1.0 / len(columns) if case.worst else case.struck[shock]
                    row[column] = row.get(column, 0.0) - case.discount[year] * struck
            self._put((row, -least / self.scale))

    def add(self, year: int, scenario: int, shock: int, constant: float, slopes: np.ndarray) -> None:
        """A cut of a cell: its cost is at least `constant` and `slopes` times what is open."""
        row = {int(self._theta[year, scenario, shock]): 1.0}
        for columns, slope in zip(self._opened, slopes, strict=True):
            column = columns[year]
            if slope and column is not None:
                row[column] = row.get(column, 0.0) - slope / self.scale
        self._put((row, constant / self.scale))

    # -- runs ------------------------------------------------------------------------------------

    def solve(self, whole: bool, seconds: float, gap: float = 0.0, start: Decision | None = None) -> Point:
        """The best point by the cuts so far, or the relaxation's if not `whole`.

        Parameters
        ----------
        gap : float
            How far from the best it may be, in units of the objective.
        start : tuple, optional
            A plan within the budget, from which the search begins.
        """
        import highspy

        highs = self.highs
        kind = highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous
        binaries = [column for columns in self._decided for column in columns]
        for column in binaries:
            highs.changeColIntegrality(column, kind)
        # HiGHS counts a linear program's time from the first run on, a mixed-integer one's from this
        before = 0.0 if whole else highs.getRunTime()
        highs.setOptionValue("time_limit", before + max(LEAST_SECONDS, seconds))
        highs.setOptionValue("mip_abs_gap", max(gap / self.scale, TIGHT))
        if whole and start is not None:
            self._begin_at(start)
        highs.run()
        status, info = highs.getModelStatus(), highs.getInfo()
        if status not in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kTimeLimit):
            raise SolverFailed(f"the master problem came back {highs.modelStatusToString(status)}")
        solved = status == highspy.HighsModelStatus.kOptimal
        value = info.objective_function_value
        bound = (info.mip_dual_bound if whole else value if solved else -np.inf) * self.scale
        if not (solved or (whole and abs(value) < highspy.kHighsInf)):
            return Point(bound, None, None)
        return Point(bound, *self._read(np.array(highs.getSolution().col_value), whole))

    def _begin_at(self, start: Decision) -> None:
        columns = [column for each in self._decided for column in each]
        values = [
            float(year is not None and at >= year)
            for year, each in zip(start, self._decided, strict=True)
            for at in range(len(each))
        ]
        self.highs.setSolution(len(columns), columns, values)

    def _read(self, values: np.ndarray, whole: bool) -> tuple[Decision | None, np.ndarray]:
        if whole:
            decided = (np.flatnonzero(values[columns] > 0.5) for columns in self._decided)
            decision = tuple(int(years[0]) if len(years) else None for years in decided)
            return decision, self.case.opened(decision)
        opened = [[0.0 if c is None else values[c] for c in columns] for columns in self._opened]
        shape = (len(self.case.openings), len(self.case.years))
        return None, np.clip(np.array(opened).reshape(shape), 0.0, 1.0)


def _shares(row: dict[int, float], most: float) -> Row:
    if most <= 0:
        return row, 0.0
    return {column: value / most for column, value in row.items()}, -1.0


_OPTIONS = {
    "output_flag": False, "threads": 1, "random_seed": 0, "presolve_rule_off": NO_PRESOLVE_RULE,
    "mip_rel_gap": 0.0, "mip_feasibility_tolerance": TIGHT, "primal_feasibility_tolerance": TIGHT,
}  # fmt: skip
