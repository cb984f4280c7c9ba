"""The same market as a programme of quantities, solved by Clarabel with power cones for the curves."""

from __future__ import annotations

import numpy as np
import pytest

from minerals.markets_of_prices import chosen, random_market, shut
from sarai.minerals.shocks.clearing import CHOKE, HIGHEST, SHUT, cleared

clarabel = pytest.importorskip("clarabel", reason="Clarabel comes with the extra `test`")
ELASTIC = {"supply": (0.25, 0.25), "demand": (0.3, 0.3), "trade": (3.0, 3.0), "spare": (0.3, 0.3)}


class Primal:
    """Greatest surplus over quantities: variables are added one by one, then rows by cone."""

    def __init__(self):
        self.linear, self.square, self.rows, self.right, self.cones = [], [], [], [], []

    def variable(self, linear=0.0, square=0.0):
        self.linear.append(linear)
        self.square.append(square)
        return len(self.linear) - 1

    def within(self, cone, *rows):
        """Each row is (right, {variable: factor}): right - sum is in the cone."""
        self.rows += [row for _, row in rows]
        self.right += [right for right, _ in rows]
        self.cones.append(cone)

    def solved(self):
        from scipy.sparse import csc_matrix, diags

        table = np.zeros((len(self.rows), len(self.linear)))
        for at, row in enumerate(self.rows):
            for variable, factor in row.items():
                table[at, variable] += factor
        settings = clarabel.DefaultSettings()
        settings.verbose = False
        settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = 1e-10
        solver = clarabel.DefaultSolver(
            csc_matrix(diags(self.square)), np.array(self.linear), csc_matrix(table),
            np.array(self.right), self.cones, settings,
        )  # fmt: skip
        return np.array(solver.solve().x)


def by_clarabel(of, shock, interest):
    """Consumption, production (T, n) and flows (T, m), from quantities alone."""
    months, countries = shock.lost.shape
    primal = Primal()
    used, made, sold, moved = [], [], [], []
    for month in range(months):
        worth = (1 + interest) ** (-month / 12)
        used.append([demand(primal, of.consumption[at], worth) for at in range(countries)])
        able = of.production * (1 - shock.lost[month])
        made.append([supply(primal, able[at], worth) for at in range(countries)])
        sold.append([release(primal, of, at, worth) for at in range(countries)])
        moved.append([link(primal, of, shock, month, at, worth) for at in range(len(of.links))])
        for at in range(countries):
            balance = dict.fromkeys(used[-1][at], 1.0) | dict.fromkeys((*made[-1][at], sold[-1][at]), -1.0)
            for flow, (giver, taker) in zip(moved[-1], of.links.tolist(), strict=True):
                if at in (giver, taker):
                    balance[flow] = 1.0 if at == giver else -1.0
            primal.within(clarabel.ZeroConeT(1), (0.0, balance))
    for at in range(countries):
        primal.within(clarabel.NonnegativeConeT(1), (of.stocks[at], {month[at]: 1.0 for month in sold}))
    x = primal.solved()
    return x[np.array(used)].sum(axis=2), x[np.array(made)].sum(axis=2), x[np.array(moved)]


def bounded(primal, variable, most=np.inf):
    rows = [(0.0, {variable: -1.0})] + ([(most, {variable: 1.0})] if np.isfinite(most) else [])
    primal.within(clarabel.NonnegativeConeT(len(rows)), *rows)
    return variable


def demand(primal, base, worth):
    """The straight part below what is used at `CHOKE`, and the part of constant elasticity above it."""
    elasticity = ELASTIC["demand"][0]
    at_choke = base * CHOKE**-elasticity
    if base <= 0:
        return bounded(primal, primal.variable(), 0.0), bounded(primal, primal.variable(), 0.0)
    straight = primal.variable(-HIGHEST * worth, worth * (HIGHEST - CHOKE) / at_choke)
    bounded(primal, straight, at_choke)
    power = 1 / elasticity - 1
    beyond, area = bounded(primal, primal.variable()), primal.variable(worth * base / power)
    # area >= share ** -power, with share = (at_choke + beyond) / base
    primal.within(
        clarabel.PowerConeT(elasticity),
        (0.0, {area: -1.0}), (at_choke / base, {beyond: -1 / base}), (1.0, {}),
    )  # fmt: skip
    return straight, beyond


def supply(primal, base, worth):
    """The straight part below what is given at `SHUT`, and the part of constant elasticity above it."""
    elasticity, spare = ELASTIC["supply"][0], ELASTIC["spare"][0]
    if base <= 0:
        return bounded(primal, primal.variable(), 0.0), bounded(primal, primal.variable(), 0.0)
    at_shut = base * SHUT**elasticity
    straight = bounded(primal, primal.variable(0.0, worth * SHUT / at_shut), at_shut)
    power = 1 + 1 / elasticity
    beyond = bounded(primal, primal.variable(), base * (1 + spare) - at_shut)
    cost = primal.variable(worth * base / power)
    # cost >= share ** power, with share = (at_shut + beyond) / base
    primal.within(
        clarabel.PowerConeT(1 / power),
        (0.0, {cost: -1.0}), (1.0, {}), (at_shut / base, {beyond: -1 / base}),
    )  # fmt: skip
    return straight, beyond


def release(primal, of, at, worth):
    if of.stocks[at] <= 0:
        return bounded(primal, primal.variable(), 0.0)
    pace = max(of.consumption[at], of.stocks[at] / 12) / 0.1
    return bounded(primal, primal.variable(worth, worth / pace))


def link(primal, of, shock, month, at, worth):
    stiffness = 1 / (ELASTIC["trade"][0] * of.sizes[at])
    cost = of.entry[at] + shock.added[month, at] - stiffness * of.flows[at]
    return bounded(primal, primal.variable(worth * cost, worth * stiffness), shock.caps[month, at])


@pytest.mark.parametrize("seed", range(5))
def test_an_independent_solver_of_quantities_agrees(seed):
    of = random_market(20 + seed, 3 + seed % 3, chosen(**ELASTIC))
    shock = shut(of, 0, 4, share=(0.4, 0.8, 1.0)[seed % 3], lost=0.4 * (seed % 2))
    used, made, moved = by_clarabel(of, shock, 0.1)
    ours = cleared(of, shock, 4, foresight=True, interest_a_year=0.1)
    assert ours.prices.max() > 1.05
    close = {"rel": 1e-5, "abs": 1e-5 * of.consumption.sum()}
    assert ours.consumption == pytest.approx(used, **close)
    assert ours.production == pytest.approx(made, **close)
    assert ours.flows == pytest.approx(moved, **close)
