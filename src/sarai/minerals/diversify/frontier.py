"""The least cost for each greatest share, or each risk: what going from one country's grip costs."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from sarai.corridors.capacity.lp import TimedOut
from sarai.goods import BadSetting
from sarai.minerals.diversify.case import Case
from sarai.minerals.diversify.plans import SECONDS, Plan, best
from sarai.minerals.diversify.program import Impossible

__all__ = ["LEVELS", "Level", "frontier"]

LEVELS = (1.0, 0.9, 0.8, 0.7, 0.65, 0.6, 0.5, 0.4, 0.3)


class Level(Struct, frozen=True, kw_only=True):
    """A level of the share or of the risk, and the cheapest plan that keeps it.

    Attributes
    ----------
    plan : Plan, optional
        None if there is none, or if none was found in time; `why` says which.
    """

    level: float
    plan: Plan | None
    why: str = ""


def frontier(
    case: Case, levels: Sequence[float] = LEVELS, *, by: str = "share", seconds: float = SECONDS
) -> tuple[Level, ...]:
    """The cheapest plan of each level, from the loosest to the tightest; none is dearer than a tighter one's.

    Parameters
    ----------
    by : str
        ``share`` or ``risk``: the rule whose level changes; all others stay.
    seconds : float
        For all together.
    """
    if by not in ("share", "risk") or not levels:
        raise BadSetting(f"a frontier is by share or risk and has levels, not {by!r} with {len(levels)}")
    found: list[Level] = []
    tighter: Plan | None = None
    for level in sorted(set(levels)):
        at = replace(case, rules=replace(case.rules, **{by: level}))
        plan, why = _best(at, seconds / len(levels))
        tighter = _cheaper(plan, tighter)
        found.append(Level(level=level, plan=tighter, why="" if tighter else why))
    return tuple(reversed(found))


def _best(case: Case, seconds: float) -> tuple[Plan | None, str]:
    try:
        return best(case, seconds=seconds), ""
    except Impossible:
        return None, "no plan"
    except TimedOut:
        return None, "not found in time"


def _cheaper(plan: Plan | None, tighter: Plan | None) -> Plan | None:
    """What keeps a tighter level keeps this one too, so within the gap the cheaper of both counts."""
    return min((each for each in (plan, tighter) if each), key=lambda each: each.cost_usd, default=None)
