"""The restricted master: the flow over the ways known so far, with rows for what could bind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import compress
from typing import Any, NamedTuple

import numpy as np

from sarai.corridors.capacity.columns import Column
from sarai.corridors.capacity.lp import TimedOut, solver
from sarai.corridors.capacity.model import Model
from sarai.goods import SaraiError

__all__ = ["Duals", "Master", "State"]

KILO = 1e3  # goods in kilotonnes and empties in thousands, so that HiGHS's tolerances mean something
DUAL = {"solver": "simplex", "simplex_strategy": 1}  # goes on from the last basis, after new rows
PRIMAL = {"solver": "simplex", "simplex_strategy": 4}  # and after new columns
INTERIOR = {"solver": "ipm"}  # begins anew, and goes over to a basis
MANY = 200  # new columns, after which an interior point is quicker than going on from the last basis
NEARLY = 1e-4  # how near to the best the interior point goes before its crossover to a basis
KEPT = 0.3  # of the ways, those that are nearest to helping, when it is pruned
NEAR = 0.9  # of a bound, from which on its row is kept
OVER = 1e-7  # of a bound, by which it may be passed before it gets its row
NOTHING = np.zeros(0, np.int32), np.zeros(0)


class Duals(NamedTuple):
    """Prices of the master.

    Attributes
    ----------
    demand : ndarray, shape (demands,)
        US dollars for another tonne.
    bound : ndarray, shape (bounds,)
        What a unit of room costs, 0 or more.
    yards : list of ndarray, shape (places,)
        By fleet, what an empty unit is worth at a yard; NaN where it has no row yet.
    """

    demand: np.ndarray
    bound: np.ndarray
    yards: list[np.ndarray]


class State(NamedTuple):
    """A flow within all bounds.

    Attributes
    ----------
    cost, objective : float
        US dollars; and what was minimised, in which undelivered tonnes cost what they are charged.
    ways : list of Column
        That there were, and more since.
    amounts, reduced : ndarray, shape (columns,)
        Tonnes or empty units, and the reduced cost of another one.
    undelivered : ndarray, shape (demands,)
        Tonnes.
    extra : ndarray, shape (limits,)
        Capacity that was added.
    """

    cost: float
    objective: float
    ways: list[Column]
    amounts: np.ndarray
    reduced: np.ndarray
    undelivered: np.ndarray
    extra: np.ndarray


class Master:
    """A linear program that grows: columns as they are found, bounds as they are passed.

    Parameters
    ----------
    elastic : ndarray, shape (limits,), optional
        What one more unit of each limit may be had for; none where capacities are what they are.

    Attributes
    ----------
    columns : list of Column
    """

    def __init__(self, model: Model, elastic: np.ndarray | None = None) -> None:
        self.model, self.columns = model, []
        self._known: set[tuple[int, int, bytes]] = set()
        self._bound_row = np.full(len(model.bounds), -1, np.int32)
        self._yard_row = [np.full(len(model.problem.network.places), -1, np.int32) for _ in model.fleets]
        self._rows = self._demands = len(model.keys)
        self._lp = solver(1.0)
        self._lp.setOptionValue("presolve", "off")  # each solve starts from the last one's basis
        self._lp.setOptionValue("ipm_optimality_tolerance", NEARLY)
        self._price = model.problem.prices.undelivered_usd_per_t
        self._charged = np.full(self._demands, self._price)
        for at in range(self._demands):
            self._lp.addRow(0.0, 0.0, 0, *NOTHING)
            self._lp.addCol(self._price, 0.0, np.inf, 1, np.array([at], np.int32), np.ones(1))
        self._elastic = elastic
        for each in () if elastic is None else elastic:
            self._lp.addCol(float(each), 0.0, np.inf, 0, *NOTHING)
        self._fixed = self._demands + (0 if elastic is None else len(elastic))
        self._flat = _flattened([])
        self._new = 0

    def pruned(self, state: State, rights: np.ndarray) -> Master:
        """A smaller one, with the ways and bounds that mattered in its last state, and the newest ways."""
        smaller, solved = Master(self.model, self._elastic), len(state.amounts)
        kept = state.reduced <= np.quantile(state.reduced, KEPT) if solved else np.zeros(0, bool)
        smaller.add([*compress(self.columns, kept.tolist()), *self.columns[solved:]])
        near = self.used(np.append(state.amounts, np.zeros(len(self.columns) - solved))) > NEAR * rights
        for bound in np.flatnonzero(near & (self._bound_row >= 0)):
            smaller._bind(int(bound), float(rights[bound]))
        return smaller

    def charge(self, usd_per_t: np.ndarray) -> None:
        """What an undelivered tonne of each demand costs from now on, shape (demands,)."""
        self._charged = usd_per_t
        for at, each in enumerate(usd_per_t.tolist()):
            self._lp.changeColCost(at, each)

    def add(self, columns: Iterable[Column]) -> int:
        """Take columns that are not there yet; how many those were."""
        before = len(self.columns)
        for each in columns:
            name = (each.pair, each.fleet if each.pair < 0 else -1, each.path.tobytes())
            if name not in self._known:
                self._known.add(name)
                self._put(each)
                self.columns.append(each)
        new = len(self.columns) - before
        if new:
            self._flat, self._new = _flattened(self.columns), self._new + new
        return new

    def _put(self, column: Column) -> None:
        inside = self._bound_row[column.bounds] >= 0
        rows, values = [self._bound_row[column.bounds[inside]]], [column.takes[inside]]
        if column.pair >= 0:
            rows.append(self.model.row_of[[column.pair]])
            values.append(np.ones(1))
        if column.fleet >= 0:
            rows.append(self._yards(column))
            values.append(column.leaves)
        index, value = np.concatenate(rows).astype(np.int32), np.concatenate(values)
        self._lp.addCol(column.cost, 0.0, np.inf, len(index), index, value)

    def _yards(self, column: Column) -> np.ndarray:
        """Rows of the yards that a column touches, made where they are new."""
        row_of = self._yard_row[column.fleet]
        for place in column.yards[row_of[column.yards] < 0]:
            self._lp.addRow(0.0, 0.0, 0, *NOTHING)
            row_of[place] = self._rows
            self._rows += 1
        return row_of[column.yards]

    def solve(self, rights: np.ndarray, asked: np.ndarray, time_limit_s: float) -> tuple[State, Duals]:
        """The least cost over the columns there are, within all bounds; raises `TimedOut`."""
        for at, tonnes in enumerate(asked / KILO):
            self._lp.changeRowBounds(at, tonnes, tonnes)
        for bound in np.flatnonzero(self._bound_row >= 0):
            self._lp.changeRowBounds(int(self._bound_row[bound]), -np.inf, rights[bound] / KILO)
        end = self._lp.getRunTime() + time_limit_s
        how, self._new = INTERIOR if self._new > MANY else PRIMAL, 0
        while True:
            state, duals = self._run(how, end)
            how = DUAL
            room = rights if self._elastic is None else rights + self.model.rights(state.extra)
            over = np.flatnonzero(self.used(state.amounts) > room * (1 + OVER) + OVER)
            over = over[self._bound_row[over] < 0]
            if not len(over):
                return state, duals
            for bound in over:
                self._bind(int(bound), float(rights[bound]))

    def used(self, amounts: np.ndarray) -> np.ndarray:
        """Of each bound, by amounts on the columns; shape (bounds,)."""
        column, bound, takes = self._flat
        return np.bincount(bound, takes * amounts[column], len(self.model.bounds))

    def _bind(self, bound: int, right: float) -> None:
        """A row for a bound, over the columns there are."""
        column, of, takes = self._flat
        there = of == bound
        index, value = column[there] + self._fixed, takes[there]
        if self._elastic is not None:
            index = np.append(index, self._demands + self.model.limit_of[bound])
            value = np.append(value, -self.model.open_share[bound])
        self._lp.addRow(-np.inf, right / KILO, len(index), index.astype(np.int32), value)
        self._bound_row[bound] = self._rows
        self._rows += 1

    def _run(self, how: Mapping[str, Any], end: float) -> tuple[State, Duals]:
        import highspy

        for option, value in how.items():
            self._lp.setOptionValue(option, value)
        if how is INTERIOR:
            self._lp.clearSolver()
        self._lp.setOptionValue("time_limit", max(end, self._lp.getRunTime() + 0.01))  # of all runs together
        self._lp.run()
        status = self._lp.getModelStatus()
        if status == highspy.HighsModelStatus.kTimeLimit:
            raise TimedOut(f"the master of {len(self.columns):,} ways was not solved in time")
        if status != highspy.HighsModelStatus.kOptimal:
            raise SaraiError(f"the master ended as {self._lp.modelStatusToString(status)}")
        found = self._lp.getSolution()
        values, duals = np.maximum(found.col_value, 0.0) * KILO, np.array(found.row_dual)
        objective = self._lp.getInfo().objective_function_value * KILO
        undelivered, extra = values[: self._demands], np.zeros(len(self.model.limits))
        if self._elastic is not None:
            extra = values[self._demands : self._fixed]
        prices = np.maximum(np.where(self._bound_row >= 0, -duals[self._bound_row], 0.0), 0.0)
        yards = [np.where(rows >= 0, duals[rows], np.nan) for rows in self._yard_row]
        cost = objective + float((self._price - self._charged) @ undelivered)
        reduced = np.array(found.col_dual)[self._fixed :]
        state = State(cost, objective, self.columns, values[self._fixed :], reduced, undelivered, extra)
        return state, Duals(duals[: self._demands], prices, yards)


def _flattened(columns: Sequence[Column]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Column, bound and how much, of all that columns take."""
    lengths = [len(each.bounds) for each in columns]
    return (
        np.repeat(np.arange(len(columns)), lengths),
        np.concatenate([NOTHING[0], *(each.bounds for each in columns)]),
        np.concatenate([NOTHING[1], *(each.takes for each in columns)]),
    )
