"""A year month by month, each with what is closed then: when it binds that binds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from time import monotonic

from msgspec import Struct
from msgspec.structs import replace

from sarai.corridors.capacity.answer import Answer, answer
from sarai.corridors.capacity.feasible import check_ways
from sarai.corridors.capacity.flow import TIME_LIMIT_S
from sarai.corridors.capacity.model import model
from sarai.corridors.capacity.problem import Empties, Prices, Problem
from sarai.corridors.network import Network
from sarai.corridors.tables import Demand
from sarai.goods import BadSetting

__all__ = ["LimitYear", "Year", "by_month"]

MONTHS = 12
FULL = 1 - 1e-6


class LimitYear(Struct, frozen=True, kw_only=True):
    """A limit over the months.

    Attributes
    ----------
    months : tuple of int
        In which more of it would save something.
    shares : tuple of float
        Used of what is open, by month.
    worth_usd : float
        What one more unit a year saves, in all months together.
    """

    code: str
    name: str
    unit: str
    months: tuple[int, ...]
    shares: tuple[float, ...]
    worth_usd: float


class Year(Struct, frozen=True, kw_only=True):
    """Twelve answers, and what they sum to.

    Attributes
    ----------
    limits : tuple of LimitYear
        Those that bind in a month, what is worth most first.
    stopped : tuple of str
        Why months are not proven, by month; empty texts where they are.
    """

    months: tuple[Answer, ...]
    asked_t: float
    delivered_t: float
    undelivered_t: float
    cost_usd: float
    limits: tuple[LimitYear, ...]
    stopped: tuple[str, ...]


def by_month(
    network: Network,
    demands: Collection[Demand] | None = None,
    *,
    shares: Sequence[float] | None = None,
    prices: Prices | None = None,
    empties: Empties | str = "returned",
    asked: Collection[str] = (),
    time_limit_s: float = TIME_LIMIT_S,
    clock: Callable[[], float] = monotonic,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Year:
    """The least-cost flow of each month; nothing is kept from one for the next.

    Parameters
    ----------
    shares : sequence of float, optional
        Of the year's demand by month; a twelfth each if none.

    Raises
    ------
    BadSetting
        Shares that are not twelve, or do not sum to one.
    Infeasible
        A demand has no way in any month. One that has none in some is undelivered then.
    """
    shares = [1 / MONTHS] * MONTHS if shares is None else list(shares)
    if len(shares) != MONTHS or min(shares) < 0 or abs(sum(shares) - 1) > 1e-6:
        raise BadSetting(f"shares of months {shares!r} are not twelve of 0 or more that sum to 1")
    year = Problem.of(network, demands, prices=prices, empties=empties, asked=asked)
    check_ways(model(year))
    end, months = clock() + time_limit_s, []
    for month, share in enumerate(shares, start=1):
        scaled = tuple(replace(each, t=each.t * share) for each in year.demands)
        left_s = (end - clock()) / (MONTHS + 1 - month)
        one = replace(year, month=month, demands=scaled)
        months.append(answer(one, stranded=True, time_limit_s=left_s, clock=clock))
        progress(month, MONTHS)
    return _summed(months)


def _summed(months: list[Answer]) -> Year:
    totals = [each.totals for each in months]
    return Year(
        months=tuple(months), limits=tuple(_limits(months)), stopped=tuple(each.stopped for each in months),
        asked_t=sum(each.asked_t for each in totals), delivered_t=sum(each.delivered_t for each in totals),
        undelivered_t=sum(each.undelivered_t for each in totals),
        cost_usd=sum(each.cost_usd for each in months),
    )  # fmt: skip


def _limits(months: list[Answer]) -> list[LimitYear]:
    uses = [{use.code: use for use in each.limits} for each in months]
    found = []
    for code, first in uses[0].items():
        of = [month[code] for month in uses]
        binding = tuple(at for at, use in enumerate(of, start=1) if use.binds)
        if binding:
            found.append(
                LimitYear(
                    code=code, name=first.name, unit=first.unit, months=binding,
                    shares=tuple(use.share for use in of), worth_usd=sum(use.worth_usd for use in of),
                )
            )  # fmt: skip
    return sorted(found, key=lambda each: (-each.worth_usd, each.code))
