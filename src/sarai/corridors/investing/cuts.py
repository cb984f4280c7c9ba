r"""Cuts: every answer to one yearly flow bounds the cost of all others from below (Benders 1962).

The flow of a cell is a linear program in whose dual neither capacities nor demands stand among the
constraints. So a dual solution :math:`(\pi, \sigma)`, :math:`\pi \le 0`, found in any cell is feasible in
all of them, and by weak duality

.. math::
    C_{tsh}(z) \;\ge\; \sigma^\top d_{ts} + \pi^\top (b \circ \ell_h) + \pi^\top ((A z_t) \circ \ell_h)

for all openings :math:`z`, years, scenarios and shocks. Costs are convex in :math:`z`, so what is found where
openings are half open holds too.

Source: J. F. Benders, Partitioning procedures for solving mixed-variables programming problems, Numerische
Mathematik 4 (1962); sharing between cells: G. Infanger and D. Morton, Cut sharing for multistage stochastic
linear programs with interstage dependency, Mathematical Programming 75 (1996).
"""

from __future__ import annotations

import numpy as np

from sarai.corridors.investing.case import Answer, Case

__all__ = ["Cuts"]


class Cuts:
    """All duals found so far, each a line below the cost of every cell."""

    def __init__(self, case: Case) -> None:
        shocks, openings = len(case.left), len(case.openings)
        self.case = case
        self.slopes = np.zeros((0, shocks, openings))
        self.constants = np.zeros((0, *case.demands.shape[:2], shocks))
        self._seen: set[bytes] = set()

    def __len__(self) -> int:
        return len(self.slopes)

    def add(self, answer: Answer) -> None:
        """Take the duals of an answer, unless they are there already."""
        if self._is_new(answer):
            case, left = self.case, np.asarray(answer.limit_duals) * self.case.left
            of_demands = case.demands @ np.asarray(answer.demand_duals)
            constants = of_demands[..., None] + left @ case.base
            self.slopes = np.concatenate([self.slopes, (left @ case.adds)[None]])
            self.constants = np.concatenate([self.constants, constants[None]])

    def values(self, opened: np.ndarray) -> np.ndarray:
        """What each cut says of each cell, shape (cuts, years, scenarios, shocks).

        Parameters
        ----------
        opened : ndarray, shape (openings, years)
            From 0 to 1.
        """
        slopes = np.einsum("nho,ot->nth", self.slopes, opened)
        return self.constants + slopes[:, :, None, :]

    def at(self, opened: np.ndarray, year: int, scenario: int, shock: int) -> float:
        """The most that any cut says of one cell; minus infinity if there is none."""
        said = self.constants[:, year, scenario, shock] + self.slopes[:, shock] @ opened
        return float(said.max(initial=-np.inf))

    def _is_new(self, answer: Answer) -> bool:
        duals = np.concatenate([np.ravel(answer.limit_duals), np.ravel(answer.demand_duals)])
        key = (duals + 0.0).tobytes()  # so that -0.0 is 0.0
        if key in self._seen:
            return False
        self._seen.add(key)
        return True
