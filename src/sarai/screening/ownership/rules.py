"""The rules on who is blocked by its owners: a table of named sets, each from a day until a day."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from msgspec import Struct

from sarai.screening.ownership.shares import PERCENT, OwnershipError, percent

HALF = 50 * PERCENT
MORE_THAN_HALF = HALF + 1  # shares are whole parts, so this is the least that is more


class Together(StrEnum):
    """Whose shares in a company are added up."""

    ALL = "all"  # those of all who are blocked
    ARRANGED = "arranged"  # one person's, direct and indirect, with those under a joint arrangement with it
    ALONE = "alone"  # one person's, direct and indirect


class Rule(Struct, frozen=True, kw_only=True):
    """What a rule says from one day until another.

    Attributes
    ----------
    since, until
        In force from the one day until the day before the other; none: without a bound.
    applies
        Whether ownership counts at all; where it does not, only the listed are blocked.
    needs
        The parts per billion that suffice.
    control
        Whether control without ownership suffices.
    sales
        Whether a sale counts only where it is wholly outside US jurisdiction (OFAC FAQ 402).
    """

    name: str
    title: str
    since: date | None = None
    until: date | None = None
    applies: bool = True
    needs: int = HALF
    together: Together = Together.ALL
    control: bool = False
    sales: bool = False
    source: str
    note: str = ""

    @property
    def threshold(self) -> str:
        """In words."""
        return f"more than {percent(HALF)}" if self.needs > HALF else f"at least {percent(self.needs)}"


_OFAC = "OFAC 50 Percent Rule"
_EU = "EU ownership and control"
_BIS = "BIS Affiliates Rule"
_FIRST_BIS, _SUSPENDED, _RESUMED = date(2025, 9, 29), date(2025, 11, 10), date(2026, 11, 10)
_REVISED, _BEST_PRACTICES = date(2014, 8, 13), date(2024, 7, 3)

RULES = (
    Rule(
        name="ofac", title=_OFAC, since=date(2008, 2, 14), until=_REVISED,
        together=Together.ALONE, sales=True,
        source="OFAC guidance on entities owned by blocked persons, 14 February 2008",
    ),
    Rule(
        name="ofac", title=_OFAC, since=_REVISED, sales=True,
        source="OFAC revised guidance of 13 August 2014 (79 FR 47726); FAQ 398 to 402",
    ),
    Rule(
        name="eu", title=_EU, until=_BEST_PRACTICES, needs=MORE_THAN_HALF, control=True,
        source="EU Best Practices before 3 July 2024; Commission FAQ on asset freezes, no. 8 (aggregation)",
    ),
    Rule(
        name="eu", title=_EU, since=_BEST_PRACTICES, control=True,
        source="EU Best Practices of 3 July 2024; Commission FAQ on asset freezes, no. 8 (aggregation)",
        note="a presumption, which evidence can rebut",
    ),
    Rule(
        name="uk", title="UK ownership and control", since=date(2020, 12, 31), needs=MORE_THAN_HALF,
        together=Together.ARRANGED, control=True,
        source="Russia (Sanctions) (EU Exit) Regulations 2019 (S.I. 2019/855), regulation 7 and Schedule 1; "
        "OFSI general guidance 4.1.4 on aggregation (March 2022)",
    ),
    Rule(
        name="bis", title=_BIS, until=_FIRST_BIS, applies=False,
        source="15 CFR 744 before 29 September 2025: only who is listed",
    ),
    Rule(
        name="bis", title=_BIS, since=_FIRST_BIS, until=_SUSPENDED,
        source="interim final rule, RIN 0694-AK11, in force 29 September 2025",
    ),
    Rule(
        name="bis", title=_BIS, since=_SUSPENDED, until=_RESUMED, applies=False,
        source="final rule on one year's suspension from 10 November 2025 (90 FR no. 216, 12 November 2025)",
        note="suspended; owners on the lists are still a red flag",
    ),
    Rule(
        name="bis", title=_BIS, since=_RESUMED,
        source="the same final rule: in force again on 10 November 2026",
        note="unless the suspension was extended: check before relying on it",
    ),
)  # fmt: skip
"""Each rule's sets, from the earliest on."""

NAMES = tuple(dict.fromkeys(rule.name for rule in RULES))


def rule_on(name: str, day: date) -> Rule:
    """What a rule says on a day.

    >>> rule_on("eu", date(2024, 7, 2)).threshold, rule_on("eu", date(2024, 7, 3)).threshold
    ('more than 50 %', 'at least 50 %')

    Raises
    ------
    OwnershipError
        There is no such rule, or not yet on that day.
    """
    sets = [rule for rule in RULES if rule.name == name.lower()]
    if not sets:
        raise OwnershipError(f"ownership rule {name!r} is not known; use one of {', '.join(NAMES)}")
    for rule in sets:
        if (rule.since is None or rule.since <= day) and (rule.until is None or day < rule.until):
            return rule
    raise OwnershipError(f"rule {name!r} says nothing on {day}; its first set is of {sets[0].since}")
