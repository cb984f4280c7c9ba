"""What to simulate: one table of settings, every share of it in thousandths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from sarai.goods import BadSetting

SCHEMES = (
    "false_transit",
    "shell_chain",
    "misdeclared_code",
    "under_declared",
    "round_trip",
    "split_consignments",
    "sudden_specialist",
    "phantom_return",
    "impossible_consumption",
    "ghost_trade",
)
MAX_TRADERS = 100_000  # identifiers have six digits, and scheme firms need room beside
MAX_DAYS = 3_660


def _each_scheme() -> dict[str, int]:
    return dict.fromkeys(SCHEMES, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """The settings of a simulation. Shares are per mille; rates are per mille of traders a day.

    Attributes
    ----------
    traders, days, start
        How many, how long, and the first day (local).
    imports, through, counts, seizures
        Consignments ordered from abroad, transits through the country, stock counts and seizures:
        per mille of traders a working day.
    opening
        Share of stock-keeping traders who have stock when the book begins.
    named, out_of_turn
        Of the lines drawn from stock: those that name their lot, and those whose goods were not
        taken first in, first out though no paper says so.
    shrinkage
        Share of lines counted where less is found than was there.
    amended, cancelled, silent
        Imports amended in a way that moves no goods; waybills cancelled before an answer; waybills
        that nobody answers, so that the book lets them expire.
    late, lost, mistakes, corrected, resent, malformed
        Shares of papers: recorded days late; never recorded; written wrong; of those, put right;
        sent twice; first sent in a form that the book must refuse.
    schemes
        Cases of each scheme per 1,000 traders over the whole run (at least one, unless zero).
    """

    traders: int = 2_000
    days: int = 30
    start: date = date(2026, 1, 5)
    imports: int = 100
    through: int = 18
    counts: int = 8
    seizures: int = 1
    opening: int = 350
    named: int = 150
    out_of_turn: int = 80
    shrinkage: int = 60
    amended: int = 15
    cancelled: int = 10
    silent: int = 8
    late: int = 30
    lost: int = 10
    mistakes: int = 12
    corrected: int = 600
    resent: int = 5
    malformed: int = 4
    schemes: Mapping[str, int] = field(default_factory=_each_scheme)

    def __post_init__(self) -> None:
        if not 20 <= self.traders <= MAX_TRADERS:
            raise BadSetting(f"traders {self.traders} must be 20 to {MAX_TRADERS}: below, no chain closes")
        if not 1 <= self.days <= MAX_DAYS:
            raise BadSetting(f"days {self.days} must be 1 to {MAX_DAYS}")
        for name in (f.name for f in fields(self)[3:-1]):
            if not 0 <= getattr(self, name) <= 1000:
                raise BadSetting(f"{name} {getattr(self, name)} is a share per mille: give 0 to 1000")
        for name, rate in self.schemes.items():
            if name not in SCHEMES or not 0 <= rate <= 1000:
                raise BadSetting(f"scheme {name!r} at {rate}: give one of {', '.join(SCHEMES)} at 0 to 1000")

    @classmethod
    def honest(cls, **settings: Any) -> Scenario:
        """Nobody cheats and no paper is late, lost, wrong or sent twice: the strict book posts all of it."""
        clean = dict.fromkeys(("late", "lost", "mistakes", "resent", "malformed"), 0)
        return cls(**{**clean, "schemes": {}, **settings})
