"""What of a question cannot be, told before anything is computed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from sarai.corridors.investing.scenario import Scenario
from sarai.corridors.tables import Demand
from sarai.goods import BadSetting

__all__ = ["check_demands", "check_scenarios", "check_shocks", "check_years"]

MOST_YEARS = 60


def check_years(years: Sequence[int], discount: float) -> None:
    """Years one after the other, and a discount that is a share."""
    if not 1 <= len(years) <= MOST_YEARS or list(years) != list(range(years[0], years[0] + len(years))):
        raise BadSetting(
            f"years {', '.join(map(str, years)) or 'none'} are not 1 to {MOST_YEARS} that follow each other; "
            f"write 2026 to 2035"
        )
    if not 0 <= discount <= 1:
        raise BadSetting(f"discount {discount!r} cannot be; take a share a year from 0 to 1")


def check_demands(demands: Collection[Demand]) -> None:
    """Some, and none below zero."""
    if not demands:
        raise BadSetting("there is no demand; a plan is judged by what it carries, so state some")
    for each in demands:
        if not 0 <= each.t < float("inf"):
            raise BadSetting(
                f"demand of {each.good} from {each.start} to {each.end} has {each.t!r} t; take 0 or more"
            )


def check_scenarios(scenarios: Sequence[Scenario]) -> None:
    """Each with a name of its own, and one of them of some weight."""
    names = [each.name for each in scenarios]
    if twice := [name for name in names if names.count(name) > 1]:
        raise BadSetting(f"scenario {twice[0]!r} is there twice; give each a name of its own")
    if not sum(each.weight for each in scenarios) > 0:
        raise BadSetting("the scenarios' weights are all 0; give one more")


def check_shocks(objective: str, shocks: Mapping[str, str], likely: Mapping[str, float]) -> None:
    """Shocks for ``resilience`` alone, with weights of those that there are."""
    for text in _wrong_with_shocks(objective, shocks, likely):
        raise BadSetting(text)


def _wrong_with_shocks(
    objective: str, shocks: Mapping[str, str], likely: Mapping[str, float]
) -> Iterator[str]:
    if objective == "resilience" and not shocks:
        yield "objective 'resilience' is about shocks; state some, as suez: close place:SUEZ"
    if objective != "resilience" and shocks:
        yield f"shocks count for 'resilience' alone, not for {objective!r}; leave them out"
    if unknown := [name for name in likely if name not in shocks]:
        yield f"a weight is of shock {unknown[0]!r}, which is not among {', '.join(shocks) or 'any'}"
    if likely and (min(likely.values()) < 0 or sum(likely.values()) <= 0):
        yield "the weights of shocks must be 0 or more, and one of them more"
