r"""The plan as a mixed-integer program.

With :math:`x_{kt}` tonnes of offer :math:`k` in year :math:`t` (a source at a price by a way),
:math:`b_{p\tau}` whether project :math:`p` is decided in :math:`\tau`, and :math:`i, o, h` what a stockpile
takes, gives and holds by country of origin :math:`c`:

.. math::
    \min\; & \sum_t \delta_t \Bigl( \sum_k c_k x_{kt} + \sum_p a_p K_p z_{pt}
      + \sum_{pc} e_p h_{pct} \Bigr) \\
    & u_{ct} = \sum_{k \in c} x_{kt} - \sum_p (i_{pct} - o_{pct}) \ge 0, \qquad \sum_c u_{ct} = D_t,
      \qquad D_t = d_t + \sum_{k \in f} r_k x_{kt} \\
    & x_{kt} \le q_k \text{ for suppliers}, \quad \sum_{k \in p} x_{kt} \le q_p z_{pt} \text{ for projects},
      \quad \sum_c h_{pct} \le q_p z_{pt} \\
    & z_{pt} = \sum_{\tau:\, \tau + L_p \le t < \tau + L_p + N_p} b_{p\tau}, \qquad \sum_\tau b_{p\tau} \le 1,
      \qquad h_{pct} = h_{pc,t-1} + i_{pct} - o_{pct} \\
    & u_{ct} \le s\, D_t \text{ for countries not the importer's own}, \quad
      \sum_{k \in l} x_{kt} \le Q_l, \quad \sum_{p\tau} K_p b_{p\tau} \le B, \quad \sum_{pc} h_{pct} \ge r D_t

and the risk (`sarai.minerals.diversify.risk`). Consumption :math:`D_t` of a stage is what is asked and what
the importer's own projects of later stages take of it, :math:`r_k` tonnes a tonne, so every rule of a stage
stays linear and holds for what is consumed, new consumption among it. :math:`a_p` is the annuity of the
capital, compounded from the decision until the project is there, so that a plan of few years bears only their
part of it. What a stockpile holds keeps its origin, so that a share cannot be had by laundering it through
the stock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping
from typing import NamedTuple

from sarai.minerals.diversify.case import Case
from sarai.minerals.diversify.chains import Stage, feed_of
from sarai.minerals.diversify.offers import Offer, offers, starts
from sarai.minerals.diversify.program import Program
from sarai.minerals.diversify.tables import Project

__all__ = ["Model", "asked_projects", "capital_usd", "model"]

SCALED_TO = 1000.0
Sums = dict[Hashable, float]


class Whole(NamedTuple):
    """A year's consumption of a stage in units of `t` tonnes: a constant, and what projects take."""

    t: float
    constant: float
    sums: Sums

    def times(self, share: float) -> tuple[Sums, float]:
        """A share of it: as columns to be taken from the left of a row, and its right-hand side."""
        return {name: -share * part for name, part in self.sums.items()}, share * self.constant

    def value(self, of: Mapping[Hashable, float]) -> float:
        """Of a solution."""
        return self.constant + sum(part * of[name] for name, part in self.sums.items())


class Model(NamedTuple):
    """The program of a case, and what its units are.

    Attributes
    ----------
    unit_t : mapping
        Tonnes that a column of a need counts in.
    usd : float
        That the objective counts in.
    uses : mapping
        Consumption by material, stage, country and year, as sums of columns, in units.
    feeds : mapping
        What projects take of a material and stage in a year, as sums of columns, in units.
    relaxed : tuple of str
        Families whose rows have slack.
    whole_t : mapping
        Tonnes that the rows of a corridor's limit count in.
    """

    case: Case
    program: Program
    offers: tuple[Offer, ...]
    unit_t: dict[Stage, float]
    usd: float
    uses: dict[tuple[str, str, str, int], Sums]
    feeds: dict[tuple[str, str, int], Sums]
    relaxed: tuple[str, ...]
    whole_t: dict[str, float]

    def there(self, project: Project, year: int) -> Sums:
        """The decisions by which a project is there in a year."""
        return {
            ("decide", project.code, start): 1.0
            for start in starts(self.case, project)
            if start + project.lead_y <= year < start + project.lead_y + project.life_y
        }

    def whole(self, material: str, stage: str, year: int) -> Whole | None:
        """The consumption of a year; none where nothing can be consumed."""
        asked, unit = self.case.demand[material, stage, year], self.unit_t[material, stage]
        feeds = self.feeds.get((material, stage, year))
        if feeds:
            return Whole(unit, asked / unit, feeds)
        return Whole(asked, 1.0, {}) if asked > 0 else None

    def slack(self, family: str, of: str = "", most: float = float("inf")) -> Sums:
        """The column by which a family is relaxed; none if it is not."""
        if family not in self.relaxed:
            return {}
        name = ("slack", family, of)
        if name not in self.program.at:
            self.program.column(name, cost=1.0, high=most)
        return {name: -1.0}


def model(case: Case, relaxed: Collection[str] = ()) -> Model:
    """The program of a case; with families relaxed, the least relaxation is what it seeks."""
    found, unit = offers(case), {stage: _unit_t(case, stage) for stage in sorted(case.stages)}
    made = Model(
        case, Program(), found, unit, _usd(case, found), defaultdict(dict), defaultdict(dict),
        tuple(relaxed), {},
    )  # fmt: skip
    for put in (_decisions, _takings, _stocks):
        put(made)
    return made


def _unit_t(case: Case, stage: Stage) -> float:
    """The most that a year can consume of a stage."""
    asked = max(t for (*of, _), t in case.demand.items() if tuple(of) == stage)
    fed = sum(
        each.input_t_per_t * min(each.given_t, _unit_t(case, (each.material, each.stage)))
        for each in case.projects
        if feed_of(each, case.own) == stage and (each.material, each.stage) in case.stages
    )
    return asked + fed or 1.0


def _usd(case: Case, found: tuple[Offer, ...]) -> float:
    dearest = max((each.usd_per_t for each in found), default=1.0) or 1.0
    return max(1.0, dearest * sum(case.demand.values())) / SCALED_TO


def _cost(made: Model, usd: float) -> float:
    return 0.0 if made.relaxed else usd / made.usd


def asked_projects(made: Model) -> tuple[Project, ...]:
    """Those of a material and stage that is needed, and of the standard that is asked."""
    case = made.case
    return tuple(
        each for each in sorted(case.projects, key=lambda row: row.code)
        if (each.material, each.stage) in made.unit_t and each.standard >= case.rules.standard
    )  # fmt: skip


def capital_usd(case: Case, project: Project, year: int) -> float:
    """What a year bears of the capital of a project that is there; not discounted."""
    grown = (1 + case.rules.discount) ** project.lead_y
    return project.paid_musd * 1e6 * case.annuity(project) * grown


def _decisions(made: Model) -> None:
    case, program = made.case, made.program
    for project in asked_projects(made):
        for start in starts(case, project):
            there = [year for year in case.years if 0 <= year - start - project.lead_y < project.life_y]
            usd = sum(capital_usd(case, project, year) * case.discounted(year) for year in there)
            program.column(("decide", project.code, start), _cost(made, usd), 1.0, whole=True)
        once = {("decide", project.code, start): 1.0 for start in starts(case, project)}
        if once:
            program.row("", once, high=1.0)


def _takings(made: Model) -> None:
    case = made.case
    for offer in made.offers:
        unit = made.unit_t[offer.need]
        usd = offer.usd_per_t + offer.co2e_t_per_t * case.rules.carbon_usd_per_t
        for year in filter(offer.is_there, case.years):
            name = ("take", *offer.name, year)
            made.program.column(name, _cost(made, usd * unit * case.discounted(year)))
            made.uses[*offer.need, offer.of.country, year][name] = 1.0
            if isinstance(offer.of, Project) and (feed := feed_of(offer.of, case.own)):
                made.feeds[*feed, year][name] = offer.of.input_t_per_t * unit / made.unit_t[feed]
    for (_, _, year), several in _by_source(made).items():
        _capacity(made, several, year)


def _by_source(made: Model) -> dict[tuple[str, str, int], list[Offer]]:
    """Offers that are one source's at one price in a year, by all its ways."""
    found: dict[tuple[str, str, int], list[Offer]] = defaultdict(list)
    for offer in made.offers:
        for year in filter(offer.is_there, made.case.years):
            found[offer.of.code, offer.tier, year].append(offer)
    return found


def _capacity(made: Model, several: list[Offer], year: int) -> None:
    first = several[0]
    sums: Sums = {("take", *each.name, year): 1.0 for each in several}
    given = first.t / made.unit_t[first.need]
    if isinstance(first.of, Project):
        gate = {name: -given for name in made.there(first.of, year)}
        made.program.row("", sums | gate, high=0.0)
    else:
        made.program.row("", sums, high=given)


def _stocks(made: Model) -> None:
    for project in asked_projects(made):
        if project.kind == "stockpile":
            need = project.material, project.stage
            origins = sorted({each.of.country for each in made.offers if each.need == need})
            for year in made.case.years:
                held: Sums = {_held(made, project, country, year): 1.0 for country in origins}
                room = project.given_t / made.unit_t[need]
                gate = {name: -room for name in made.there(project, year)}
                made.program.row("", held | gate, high=0.0)


def _held(made: Model, project: Project, country: str, year: int) -> Hashable:
    """The column of what a stockpile holds of an origin at the end of a year, with what changes it."""
    program, need = made.program, (project.material, project.stage)
    taken, given, kept = ((word, project.code, country, year) for word in ("in", "out", "held"))
    usd = project.usd_per_t * made.unit_t[need] * made.case.discounted(year)
    for name, cost in ((taken, 0.0), (given, 0.0), (kept, _cost(made, usd))):
        program.column(name, cost)
    before = ("held", project.code, country, year - 1)
    carried = {before: -1.0} if before in program.at else {}
    program.row("", {kept: 1.0, taken: -1.0, given: 1.0} | carried, 0.0, 0.0)
    made.uses[*need, country, year] |= {taken: -1.0, given: 1.0}
    return kept
