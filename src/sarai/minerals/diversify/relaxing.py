"""Where no plan keeps all the rules: what is the least that one rule must give, or all of them together.

A level of shares, risk or cover gives by a column of slack. Where projects add to consumption that column
would stand beside a consumption that is itself to be found, so the least level is then found by halving.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from sarai.minerals.diversify.bounds import DAYS, bound
from sarai.minerals.diversify.case import Case
from sarai.minerals.diversify.checking import checked
from sarai.minerals.diversify.model import Model, asked_projects, model
from sarai.minerals.diversify.plans import SECONDS, plan_of
from sarai.minerals.diversify.program import Impossible, Solved
from sarai.minerals.diversify.risk import largest_weight, solved

__all__ = ["Relaxation", "relaxed"]

ROWS = ("demand", "share", "risk", "corridor", "budget", "cover")
LEVELS = {"share": "share", "risk": "risk", "cover": "cover_days"}
"""Families that hold for a level of consumption, by the setting that states it."""
LEAST = 1e-6
NEAR = 1e-4  # of what a level gives: how closely it is halved down


class Relaxation(Struct, frozen=True, kw_only=True):
    """Rules that would do, by name, each with what it is asked and what would do.

    Attributes
    ----------
    alone : bool
        Whether this one alone is enough; otherwise all of `gives` together.
    gives : tuple of str
        In words.
    """

    alone: bool
    families: tuple[str, ...]
    gives: tuple[str, ...]


def relaxed(case: Case, *, seconds: float = SECONDS) -> tuple[Relaxation, ...]:
    """Each rule that alone could give enough, by how much at least; all together where none could.

    Other rules stay as they are. A demand that is met less is told by year. Of a case that has a plan as it
    is, nothing is told.
    """
    if _is_possible(case, seconds):
        return ()
    found = [each for family in ROWS if (each := _rows(case, (family,), seconds))]
    found += [*_standard(case, seconds), *_later(case, seconds)]
    if not found and (together := _rows(case, ROWS, seconds)):
        found.append(together)
    return tuple(found)


def _rows(case: Case, families: tuple[str, ...], seconds: float) -> Relaxation | None:
    made = model(case, relaxed=families)
    bound(made)
    try:
        values = solved(made, seconds)
    except Impossible:
        return None
    levels = _levels(made, values, seconds) if made.feeds else {}
    told = sorted(_told(made, values, levels))
    if not told:
        return None
    return Relaxation(
        alone=len(families) == 1, families=tuple(dict.fromkeys(family for family, _ in told)),
        gives=tuple(words for _, words in told),
    )  # fmt: skip


def _levels(made: Model, found: Solved, seconds: float) -> dict[str, float]:
    """By family that gave, the level that is enough; the least one where it gave alone."""
    given = {name[1] for name, value in found.of.items() if name[0] == "slack" and value > LEAST}
    checks, levels = checked(made.case, plan_of(made, found)), {}
    for family in sorted(given & LEVELS.keys()):
        values = [each.value for each in checks if each.rule == family]
        levels[family] = min(values) if family == "cover" else max(values)
    if len(made.relaxed) == 1:
        return {family: _halved(made.case, family, level, seconds) for family, level in levels.items()}
    return levels


def _halved(case: Case, family: str, enough: float, seconds: float) -> float:
    """Between what is asked and what is enough, the level next to what is asked that still is."""
    name = LEVELS[family]
    too_much = asked = getattr(case.rules, name)
    while abs(enough - too_much) > NEAR * abs(enough - asked):
        middle = (enough + too_much) / 2
        if _is_possible(replace(case, rules=replace(case.rules, **{name: middle})), seconds):
            enough = middle
        else:
            too_much = middle
    return enough


def _told(made: Model, found: Solved, levels: Mapping[str, float]) -> Iterator[tuple[str, str]]:
    """Each family that gives, and by how much in words."""
    given = {name[1:]: value for name, value in found.of.items() if name[0] == "slack" and value > LEAST}
    for (family, of), value in given.items():
        if family == "corridor":
            yield family, _wider(made, of, value)
        elif family != "demand":
            yield family, _level(made, family, levels.get(family, _slackened(made, family, value)))
    for need in sorted({of.rsplit(" ", 1)[0] for family, of in given if family == "demand"}):
        short = {of.rsplit(" ", 1)[1]: t for (family, of), t in given.items() if of.startswith(f"{need} ")}
        yield "demand", _less(made, need, short)


def _slackened(made: Model, family: str, value: float) -> float:
    """The level of a family whose rows were given so much slack."""
    rules = made.case.rules
    if family == "share":
        return rules.share + value
    if family == "risk":
        return (rules.risk or 0.0) + value * largest_weight(made)
    if family == "budget":
        return (rules.budget_musd or 0.0) + value * sum(each.paid_musd for each in asked_projects(made))
    return max(0.0, rules.cover_days - value * DAYS)


def _level(made: Model, family: str, level: float) -> str:
    rules = made.case.rules
    return {
        "share": lambda: f"a share of {level:.1%} instead of {rules.share:.1%}",
        "risk": lambda: f"a risk of {level:.4g} instead of {rules.risk:.4g}",
        "budget": lambda: f"a budget of USD {level:,.1f} M instead of {rules.budget_musd:,.1f} M",
        "cover": lambda: f"stocks for {level:.0f} days instead of {rules.cover_days:.0f}",
    }[family]()


def _wider(made: Model, code: str, value: float) -> str:
    limit = next(each for each in made.case.limits if each.code == code)
    t = limit.t_per_year + value * made.whole_t[code]
    return f"{t:,.0f} t a year through {code} instead of {limit.t_per_year:,.0f}"


def _less(made: Model, need: str, short: dict[str, float]) -> str:
    material, stage = need.split(" ")
    most = max(short.values()) * made.unit_t[material, stage]
    years = f"{min(short)} to {max(short)}" if len(short) > 1 else min(short)
    return f"up to {most:,.0f} t a year less of {material} ({stage}) in {years}"


def _standard(case: Case, seconds: float) -> Iterator[Relaxation]:
    for standard in range(case.rules.standard - 1, -1, -1):
        if _is_possible(replace(case, rules=replace(case.rules, standard=standard)), seconds):
            said = f"a standard of {standard} instead of {case.rules.standard}"
            yield Relaxation(alone=True, families=("standard",), gives=(said,))
            return


def _later(case: Case, seconds: float) -> Iterator[Relaxation]:
    for year in case.years:
        later = year > case.rules.by
        if later and _is_possible(replace(case, rules=replace(case.rules, by=year)), seconds):
            said = f"the rules from {year} instead of {case.rules.by}"
            yield Relaxation(alone=True, families=("by",), gives=(said,))
            return


def _is_possible(case: Case, seconds: float) -> bool:
    made = model(case)
    bound(made)
    try:
        solved(made, seconds)
    except Impossible:
        return False
    return True
