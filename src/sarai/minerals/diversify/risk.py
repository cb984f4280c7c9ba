r"""Risk of a year's consumption: how concentrated it is, weighted by how its countries are governed.

.. math:: R_t = \sum_c g_c s_{ct}^2, \qquad s_{ct} = u_{ct} / D_t

(European Commission, Methodology for establishing the EU list of critical raw materials, 2017, without its
factors for trade). In :math:`R_t D_t = \sum_c g_c u_{ct}^2 / D_t` each term is the greatest of its tangents,
:math:`u^2 / D \ge 2 \hat s u - \hat s^2 D`, which are linear also where projects add to consumption, so
:math:`R_t \le R` is approached from outside by tangents where the last answer lay (J. E. Kelley, The cutting
plane method for solving convex programs, Journal of SIAM 8, 1960), until it is kept within `WITHIN`. Every
answer on the way is a lower bound of the cost. The linear proxy :math:`\sum_c g_c s_{ct}` needs no cuts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from time import monotonic

from sarai.corridors.capacity.lp import TimedOut
from sarai.minerals.diversify.model import Model
from sarai.minerals.diversify.program import Solved

__all__ = ["WITHIN", "largest_weight", "solved"]

WITHIN = 1e-6  # of the risk that is asked, or of 1 if that is less
FIRST = (0.1, 0.25, 0.5, 0.75, 1.0)  # where squares are touched before anything is known
MOST_TURNS = 200
LEAST_WHOLE = 1e-9  # of a unit: nothing is consumed
Key = tuple[str, str, str, int]
Year = tuple[str, str, int]


def solved(made: Model, seconds: float) -> Solved:
    """The least cost, with as many tangents as it takes.

    Raises
    ------
    Impossible, TimedOut
        Nothing keeps the rules; or the time was over before they were kept.
    """
    if made.case.rules.risk is None:
        return made.program.solve(seconds)
    bound, ends = _Bound(made, made.case.rules.risk), monotonic() + seconds
    for _ in range(MOST_TURNS):
        found = made.program.solve(ends - monotonic())
        wrong = bound.exceeded(found)
        if not wrong:
            return found
        for key, share in wrong:
            bound.touch(key, share)
        if monotonic() > ends:
            break
    raise TimedOut(f"the risk was not kept within {WITHIN:g} in {seconds:g} s; give it longer")


def largest_weight(made: Model) -> float:
    """What rows of the risk are divided by."""
    return max((made.case.weight(country) for _, _, country, _ in made.uses), default=1.0) or 1.0


class _Bound:
    """The rows of a risk in a program.

    Attributes
    ----------
    shares, wholes : dict
        By material, stage, country and year what is consumed of it as a sum of columns; and all of a year.
    weights : dict
        Of each country, as a part of the greatest.
    """

    def __init__(self, made: Model, risk: float) -> None:
        case = made.case
        self.made, self.risk, self.whole = made, risk, largest_weight(made)
        self.weights = {country: case.weight(country) / self.whole for _, _, country, _ in made.uses}
        self.shares = {
            key: _share(made, key)
            for key in sorted(made.uses)
            if key[3] in case.bound_years and made.whole(*_year(key))
        }
        self.wholes = {year: made.whole(*year) for year in map(_year, self.shares)}
        self._put()

    def _put(self) -> None:
        program, sums = self.made.program, defaultdict(dict)
        for key, share in self.shares.items():
            if self.made.case.rules.quadratic:
                program.column(("square", *key))
                sums[_year(key)]["square", *key] = self.weights[key[2]]
                for point in FIRST:
                    self.touch(key, point)
            else:
                sums[_year(key)] |= {name: part * self.weights[key[2]] for name, part in share.items()}
        for year, total in sums.items():
            fed, high = self.wholes[year].times(self.risk / self.whole)
            program.row("risk", total | fed | self.made.slack("risk"), high=high, of=year)

    def touch(self, key: Key, point: float) -> None:
        """The tangent of a square at a share."""
        slope = {name: -2 * point * part for name, part in self.shares[key].items()}
        fed, low = self.wholes[_year(key)].times(-(point**2))
        self.made.program.row("", {("square", *key): 1.0} | slope | fed, low=low)

    def exceeded(self, found: Solved) -> list[tuple[Key, float]]:
        """Shares whose squares are told too small, where the risk is above what is asked and relaxed by."""
        if not self.made.case.rules.quadratic:
            return []
        given = found.of.get(("slack", "risk", ""), 0.0) * self.whole
        most = self.risk + WITHIN * max(1.0, self.risk)
        wholes = {year: whole.value(found.of) for year, whole in self.wholes.items()}
        values = {
            key: sum(found.of[name] * part for name, part in share.items())
            for key, share in self.shares.items()
        }
        risk: dict[Year, float] = defaultdict(float)
        for key, value in values.items():
            risk[_year(key)] += self.weights[key[2]] * self.whole * _over(value**2, wholes[_year(key)])
        return [
            (key, _over(value, wholes[_year(key)]))
            for key, value in values.items()
            if risk[_year(key)] > most * wholes[_year(key)] + given
            and _over(value**2, wholes[_year(key)]) > found.of["square", *key]
        ]


def _year(key: Key) -> Year:
    return key[0], key[1], key[3]


def _over(value: float, whole: float) -> float:
    return value / whole if whole > LEAST_WHOLE else 0.0


def _share(made: Model, key: Key) -> dict[Hashable, float]:
    """Of the year's `Whole`, a country's part."""
    part = made.unit_t[key[:2]] / made.whole(*_year(key)).t
    return {name: value * part for name, value in made.uses[key].items()}
