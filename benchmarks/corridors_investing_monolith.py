"""The same plan as one mixed-integer program: the flows of all years and scenarios beside the binaries.

Written apart from `sarai.corridors.investing` and `sarai.corridors.capacity`: a variable for each step, good,
origin, year and scenario, and a binary for each project and year of decision.
"""

from __future__ import annotations

from typing import NamedTuple

import highspy
import numpy as np
from scipy.sparse import block_diag, coo_array, csc_array, hstack, vstack

from benchmarks.corridors_investing_case import Made
from sarai.corridors.graph import Graph, graph
from sarai.corridors.tables import Demand

SECONDS = 900.0


class Answer(NamedTuple):
    """Discounted expected cost of the plan and of none, what it cannot be below, and years by project."""

    cost: float
    nothing: float
    bound: float
    decided: dict[str, int]


class _Cell(NamedTuple):
    """One year in one scenario, but for its demands: rows of balances, then of limits, then of new legs."""

    cost: np.ndarray
    balance: csc_array
    limits: csc_array
    new: csc_array


def solved(made: Made, budget: float, seconds: float = SECONDS) -> Answer:
    """The plan by HiGHS alone; its bound tells how far it is proven."""
    question = made.question
    keys = list(dict.fromkeys((each.good, each.start) for each in question.demands))
    graphs = {
        code: graph(question.network, question.network.good(code), None, tuple(made.opens.values()))
        for code, _ in keys
    }
    cell, groups = _cell(made, graphs, keys)
    cells = [(year, scenario) for year in range(len(question.years)) for scenario in question.cases]
    tonnes = [np.array([s.tonnes(each, year) for each in question.demands]) for year, s in cells]
    weights = np.array([s.weight for _, s in cells]) / sum(s.weight for s in question.cases)
    weights = weights * np.array([(1 + question.discount) ** -year for year, _ in cells])
    binaries = [
        (at, year)
        for at, each in enumerate(question.projects)
        for year in range(max(0, len(question.years) - each.lead_years))
    ]
    there = _there(made, cells, binaries, [each.sum() for each in tonnes], cell)
    flows = [block_diag([part] * len(cells)) for part in (cell.balance, vstack([cell.limits, cell.new]))]
    money, once = _money(made, binaries), _once(made, binaries)
    blank = coo_array((money.shape[0] + once.shape[0], flows[0].shape[1]))
    matrix = vstack(
        [
            hstack([flows[0], coo_array((flows[0].shape[0], len(binaries)))]),
            hstack([flows[1], -there]),
            hstack([blank, vstack([money, once])]),
        ]
    ).tocsc()
    balances = np.concatenate([_balances(groups, cell, each) for each in tonnes])
    caps = [limit.capacity for limit in question.network.limits]
    high = np.concatenate(
        [balances, np.tile(caps + [0.0] * len(made.opens), len(cells)), [budget], np.ones(once.shape[0])]
    )
    low = np.concatenate([balances, np.full(len(high) - len(balances), -np.inf)])
    cost = np.concatenate([*(weight * cell.cost for weight in weights), np.zeros(len(binaries))])
    highs = _run(matrix, cost, low, high, len(binaries), seconds, most=1.0)
    values = np.array(highs.getSolution().col_value)[-len(binaries) :]
    decided = {
        question.projects[at].code: question.years[year]
        for (at, year), value in zip(binaries, values, strict=True)
        if value > 0.5
    }
    info = highs.getInfo()
    nothing = _run(matrix, cost, low, high, len(binaries), seconds, most=0.0).getInfo()
    return Answer(
        info.objective_function_value, nothing.objective_function_value, info.mip_dual_bound, decided
    )


def _cell(made: Made, graphs: dict[str, Graph], keys: list) -> tuple[_Cell, dict]:
    """The flows of a cell: those of each good and origin, then what stays of each demand."""
    question = made.question
    costs, balances, uses, rows = [], [], [], dict[tuple, int]()
    for code, start in keys:
        drawn = graphs[code]
        offset = sum(each.shape[0] for each in balances)
        ends = {each.end for each in question.demands if (each.good, each.start) == (code, start)}
        kept = [
            at
            for at, step in enumerate(drawn.steps)
            if (step.kind != "load" or step.place == start) and (step.kind != "deliver" or step.place in ends)
        ]
        size = len(kept)
        ones = np.concatenate([np.ones(size), -np.ones(size)])
        where = (np.append(drawn.head[kept], drawn.tail[kept]), np.tile(np.arange(size), 2))
        balances.append(coo_array((ones, where), shape=(len(drawn.nodes), size)))
        costs.append(drawn.weights[kept, 1] + drawn.weights[kept, 0] * question.prices.usd_per_t_h)
        uses.append([drawn.steps[at].leg for at in kept])
        for each in question.demands:
            if (each.good, each.start) == (code, start):
                rows[code, start, "door"] = offset + drawn.door(start)
                rows[code, start, each.end] = offset + drawn.delivered(each.end)
    legs = [leg for each in uses for leg in each] + [""] * len(question.demands)
    stays = _stays(question.demands, rows, sum(each.shape[0] for each in balances))
    balance = hstack([block_diag(balances), stays]).tocsc()
    left = np.full(len(question.demands), question.prices.undelivered_usd_per_t)
    limits = [limit.on.removeprefix("leg:") for limit in question.network.limits]
    cell = _Cell(
        np.concatenate([*costs, left]), balance, _on(legs, limits), _on(legs, list(made.opens.values()))
    )
    return cell, rows | {"demands": question.demands}


def _stays(demands: list[Demand], rows: dict, size: int) -> coo_array:
    """What stays of a demand neither leaves its door nor comes to its end."""
    at = np.arange(len(demands))
    doors = [rows[each.good, each.start, "door"] for each in demands]
    ends = [rows[each.good, each.start, each.end] for each in demands]
    ones = np.ones(len(demands))
    where = (np.append(doors, ends), np.append(at, at))
    return coo_array((np.append(-ones, ones), where), shape=(size, len(demands)))


def _balances(rows: dict, cell: _Cell, tonnes: np.ndarray) -> np.ndarray:
    found = np.zeros(cell.balance.shape[0])
    for each, amount in zip(rows["demands"], tonnes, strict=True):
        found[rows[each.good, each.start, "door"]] -= amount
        found[rows[each.good, each.start, each.end]] += amount
    return found


def _on(legs: list[str], rows: list[str]) -> csc_array:
    """Which columns go along the leg of each row."""
    hits = [(row, column) for row, code in enumerate(rows) for column, leg in enumerate(legs) if leg == code]
    where = np.array(hits, int).reshape(-1, 2).T
    return coo_array((np.ones(len(hits)), tuple(where)), shape=(len(rows), len(legs))).tocsc()


def _there(made: Made, cells: list, binaries: list, totals: list, cell: _Cell) -> coo_array:
    """What each decision adds to the limits and new legs of each cell."""
    question, height = made.question, cell.limits.shape[0] + cell.new.shape[0]
    limits = [limit.code for limit in question.network.limits]
    entries = []
    for number, ((year, _), total) in enumerate(zip(cells, totals, strict=True)):
        for column, (at, decided) in enumerate(binaries):
            project = question.projects[at]
            if decided + project.lead_years > year:
                continue
            if project.code in made.widens:
                limit, amount = made.widens[project.code]
                entries.append((number * height + limits.index(limit), column, amount))
            else:
                row = list(made.opens).index(project.code)
                entries.append((number * height + len(limits) + row, column, total))
    rows, columns, values = zip(*entries, strict=True)
    return coo_array((values, (rows, columns)), shape=(len(cells) * height, len(binaries)))


def _money(made: Made, binaries: list) -> coo_array:
    return coo_array(np.array([[made.question.projects[at].cost_musd for at, _ in binaries]]))


def _once(made: Made, binaries: list) -> coo_array:
    rows = [at for at, _ in binaries]
    shape = (len(made.question.projects), len(binaries))
    return coo_array((np.ones(len(rows)), (rows, np.arange(len(rows)))), shape=shape)


def _run(matrix, cost, low, high, binaries: int, seconds: float, most: float) -> highspy.Highs:
    program = highspy.HighsLp()
    program.num_row_, program.num_col_ = matrix.shape
    program.col_cost_, program.row_lower_, program.row_upper_ = cost, low, high
    program.col_lower_ = np.zeros(len(cost))
    program.col_upper_ = np.append(np.full(len(cost) - binaries, np.inf), np.full(binaries, most))
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_, program.a_matrix_.index_ = matrix.indptr, matrix.indices
    program.a_matrix_.value_ = matrix.data
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    program.integrality_ = [kinds[at >= len(cost) - binaries and most > 0] for at in range(len(cost))]
    highs = highspy.Highs()
    options = {"output_flag": False, "threads": 1, "presolve_rule_off": 1024, "time_limit": seconds}
    for name, value in (options | {"mip_rel_gap": 0.0, "mip_abs_gap": 0.0}).items():
        highs.setOptionValue(name, value)
    highs.passModel(program)
    highs.run()
    return highs
