r"""The most that can go between some places and others, of one good or of a mix in fixed shares.

With :math:`v(\lambda)` the least that stays behind of :math:`\lambda` tonnes, the most is where it begins to
be above zero. It is convex, and every dual solution is a line below it whose root no throughput can pass:

.. math:: \lambda^* \le \frac{\pi^\top b}{\sum_g s_g \sigma_g}

Newton's method from above goes from root to root and ends at the most, with the limits of the last line as
its cut (for one good: L. R. Ford and D. R. Fulkerson, Maximal flow through a network, Canadian Journal of
Mathematics 8, 1956; for mixes: F. Shahrokhi and D. W. Matula, The maximum concurrent flow problem, Journal
of the ACM 37, 1990).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from time import monotonic

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from sarai.corridors.capacity.answer import Answer, answer
from sarai.corridors.capacity.bounds import UNITS
from sarai.corridors.capacity.feasible import check_ways
from sarai.corridors.capacity.flow import TIME_LIMIT_S, worth_of_limits
from sarai.corridors.capacity.generation import Found, Generation
from sarai.corridors.capacity.model import Model, model
from sarai.corridors.capacity.naming import limit_names
from sarai.corridors.capacity.problem import ANY, Empties, Prices, Problem
from sarai.corridors.network import Network
from sarai.corridors.tables import Demand
from sarai.goods import BadSetting

__all__ = ["Cut", "Most", "most"]

SAME = 1e-9
MOST_TURNS = 200
STAYS_USD_PER_T = 1e6  # above any way, so that all of the most is carried


class Cut(Struct, frozen=True, kw_only=True):
    """A limit that holds the most down: with one more unit a year, `t_per_unit` tonnes more could go."""

    code: str
    name: str
    unit: str
    capacity: float
    t_per_unit: float


class Most(Struct, frozen=True, kw_only=True):
    """The largest throughput.

    Attributes
    ----------
    t : float
        Tonnes in the year or month, of all goods together; infinite if nothing bounds it.
    bound_t : float
        What no flow can pass; the same where it is proven.
    cut : tuple of Cut
        What holds it down. Capacity times `t_per_unit`, of what is open, sums to `bound_t`.
    answer : Answer, optional
        The cheapest way of carrying it; none if it is infinite.
    stopped : str
        Why it is not proven; empty if it is.
    """

    t: float
    bound_t: float
    shares: Mapping[str, float]
    cut: tuple[Cut, ...]
    answer: Answer | None
    stopped: str


def most(
    network: Network,
    starts: Collection[str],
    ends: Collection[str],
    goods: str | Mapping[str, float],
    *,
    month: int | None = None,
    groups: Collection[str] = (),
    prices: Prices | None = None,
    empties: Empties | str = "returned",
    asked: Collection[str] = (),
    time_limit_s: float = TIME_LIMIT_S,
    clock: Callable[[], float] = monotonic,
) -> Most:
    """The most that can go from any of some places to any of others, with nothing else on the way.

    Parameters
    ----------
    goods : str or mapping of str to float
        A good, or shares in tonnes of several, which are brought to a sum of one.
    groups : collection of str
        Corridors whose legs alone are used; all legs if none are named.

    Raises
    ------
    BadSetting
        Shares that cannot be, or groups without legs.
    Infeasible
        A good cannot go at all.
    """
    shares = _shares(goods)
    problem = Problem.of(
        _within(network, groups), [_demand(starts, ends, code, share) for code, share in shares.items()],
        month=month, prices=replace(prices or Prices(), undelivered_usd_per_t=STAYS_USD_PER_T),
        empties=empties, asked=asked,
    )  # fmt: skip
    made = model(problem)
    check_ways(made)
    end = clock() + time_limit_s
    found, line, bound_t = _turned(made, end, clock)
    if not np.isfinite(bound_t):
        return Most(t=bound_t, bound_t=bound_t, shares=shares, cut=(), answer=None, stopped="")
    carried = float(min((found.asked - found.undelivered) / made.asked))
    demands = [replace(each, t=each.t * carried * (1 - SAME)) for each in problem.demands]
    cheapest = answer(replace(problem, demands=tuple(demands)), time_limit_s=end - clock(), clock=clock)
    return Most(
        t=carried, bound_t=bound_t, shares=shares, cut=_cut(made, line), answer=cheapest,
        stopped=found.stopped,
    )  # fmt: skip


def _turned(made: Model, end: float, clock: Callable[[], float]) -> tuple[Found, Found, float]:
    """The flow at the most, the one whose prices prove that it is, and what they say that bounds it."""
    free = replace(
        made,
        goods=tuple(replace(each, cost=each.cost * 0.0) for each in made.goods),
        fleets=tuple(replace(each, cost=each.cost * 0.0) for each in made.fleets),
        problem=replace(made.problem, prices=replace(made.problem.prices, undelivered_usd_per_t=1.0)),
    )
    generation, capacity = Generation(free, clock), np.maximum(made.capacity, 0.0)
    line, total = None, _all_room(made, capacity)
    for _ in range(MOST_TURNS):
        found = generation.solve(capacity, made.asked * total, end - clock())
        if found.stopped or float(found.undelivered.sum()) <= SAME * total:
            break
        line, before, priced = found, total, found.prices > 0
        total = float(found.prices[priced] @ made.rights(capacity)[priced] / (found.least @ made.asked))
        if total >= before * (1 - SAME):
            break
    unbounded = line is None and not found.stopped
    return found, line or found, np.inf if unbounded else total


def _all_room(made: Model, capacity: np.ndarray) -> float:
    """More than could go if every bound were passed once: what goes at all and is more has no bound."""
    takes = np.array([good.takes for good in made.goods]).reshape(len(made.goods), -1)
    least = np.where(takes > 0, takes, np.inf).min(axis=0)
    rights = made.rights(capacity)
    counted = np.isfinite(least) & np.isfinite(rights)
    return 2.0 * float((rights[counted] / least[counted]).sum()) / float(made.asked.min()) + 1.0


def _cut(made: Model, found: Found) -> tuple[Cut, ...]:
    worth = worth_of_limits(made, found) / max(float(found.least @ made.asked), SAME)
    names = limit_names(made.problem.network, made.limits)
    units = {int(at): UNITS[bound.unit] for at, bound in zip(made.limit_of, made.bounds, strict=True)}
    found_at = [at for at in np.argsort(-worth, kind="stable").tolist() if worth[at] > SAME]
    return tuple(
        Cut(
            code=made.limits[at], name=names[at], unit=units[at],
            capacity=float(made.capacity[at]), t_per_unit=float(worth[at]),
        )
        for at in found_at
    )  # fmt: skip


def _shares(goods: str | Mapping[str, float]) -> dict[str, float]:
    shares = {goods: 1.0} if isinstance(goods, str) else dict(goods)
    total = sum(shares.values())
    if not shares or min(shares.values()) <= 0 or not total < float("inf"):
        raise BadSetting(f"shares {shares!r} of goods cannot be; give each more than 0")
    return {code: share / total for code, share in shares.items()}


def _within(network: Network, groups: Collection[str]) -> Network:
    if not groups:
        return network
    legs = [leg for leg in network.legs if leg.group in groups]
    if not legs:
        known = sorted({leg.group for leg in network.legs if leg.group})
        raise BadSetting(f"no leg is of the group {' or '.join(groups)}; there are {', '.join(known)}")
    return network.with_rows(legs=legs)


def _demand(starts: Collection[str], ends: Collection[str], good: str, share: float) -> Demand:
    return Demand(good=good, start=ANY.join(starts), end=ANY.join(ends), t=share, source="asked")
