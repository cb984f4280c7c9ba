"""What a plan of supply is made of: needs, suppliers, projects, ways and limits, one declared table each.

A row is a frozen `Struct` whose fields are the columns of a CSV file, the unit last in the name. Tonnes are
of the material's content at its stage, money is US dollars of one year.
"""

from __future__ import annotations

from msgspec import Struct

__all__ = [
    "KINDS", "STAGES", "STANDARDS", "TABLES", "Limit", "Need", "Project", "Supplier", "Way", "limit_word",
]  # fmt: skip

STAGES = ("mining", "processing", "refining")
NEAR_ONE = 1e-9
KINDS = ("mine", "plant", "recycling", "stockpile", "venture")
STANDARDS = {0: "not known", 1: "the law of its country", 2: "certified", 3: "audited by a third party"}
"""Environmental standards in order; which certificate is of which rank is for who fills the tables to say."""


class Need(Struct, frozen=True, kw_only=True):
    """Tonnes that the importer must have of a material at a stage in a year."""

    material: str
    stage: str
    year: int
    t: float


class Supplier(Struct, frozen=True, kw_only=True):
    """Who supplies already.

    Attributes
    ----------
    t : float
        That it gives a year at `usd_per_t`.
    more_t : float
        That it could give beyond, at a price higher by the share `premium`.
    standard : int
        Of `STANDARDS`.
    since, until : int
        Years in which it gives, both included; 0 for no bound.
    """

    code: str
    material: str
    stage: str
    country: str
    t: float
    usd_per_t: float
    more_t: float = 0.0
    premium: float = 0.0
    standard: int = 0
    co2e_t_per_t: float = 0.0
    since: int = 0
    until: int = 0
    source: str = ""


class Project(Struct, frozen=True, kw_only=True):
    """What could be built, or not, and when.

    Attributes
    ----------
    kind : str
        One of `KINDS`; for a ``stockpile``, `t_per_year` is what it holds, and `usd_per_t` what holding a
        tonne costs a year.
    lead_y : int
        Years from the decision until it gives.
    capital_musd : float
        All of it; the importer pays the share `stake`, or `offtake` where `stake` is below zero.
    offtake : float
        Share of the capacity that the importer may take.
    life_y : int
        Years over which the capital is recovered.
    earliest : int
        Year before which it cannot be decided; 0 for none.
    input_t_per_t : float
        Tonnes of `input_stage` (of `input_material`, or its own) that a tonne takes; `usd_per_t` and
        `co2e_t_per_t` are then without them. `input_source` says who says so.
    byproduct_of : str
        What is made there anyway and brings it along, so that it takes no ore of its own.
    """

    code: str
    material: str
    stage: str
    country: str
    kind: str
    t_per_year: float
    capital_musd: float
    usd_per_t: float
    name: str = ""
    lead_y: int = 3
    offtake: float = 1.0
    stake: float = -1.0
    life_y: int = 20
    earliest: int = 0
    standard: int = 0
    co2e_t_per_t: float = 0.0
    status: str = ""
    source: str = ""
    input_stage: str = ""
    input_material: str = ""
    input_t_per_t: float = 0.0
    input_source: str = ""
    byproduct_of: str = ""

    @property
    def paid_musd(self) -> float:
        """What the importer pays of the capital."""
        return self.capital_musd * (self.offtake if self.stake < 0 else self.stake)

    @property
    def given_t(self) -> float:
        """What the importer may take in a year, or hold."""
        return self.t_per_year * self.offtake


class Way(Struct, frozen=True, kw_only=True):
    """A way from a country to the importer.

    Attributes
    ----------
    limits : str
        Codes of the limits that it goes through, by blanks; ``code=2`` where a tonne takes two of it.
    """

    code: str
    origin: str
    usd_per_t: float
    limits: str = ""
    co2e_t_per_t: float = 0.0
    material: str = ""
    source: str = ""

    @property
    def takes(self) -> dict[str, float]:
        """Tonnes of each limit that a tonne takes.

        >>> Way(code="w", origin="CN", usd_per_t=1.0, limits="pass port=2").takes
        {'pass': 1.0, 'port': 2.0}
        """
        found: dict[str, float] = {}
        for word in self.limits.split():
            code, _, times = word.partition("=")
            found[code] = found.get(code, 0.0) + float(times or 1.0)
        return found


def limit_word(code: str, times: float) -> str:
    """How `Way.limits` writes a limit.

    >>> limit_word("pass", 1.0), limit_word("port", 2.0)
    ('pass', 'port=2')
    """
    return code if abs(times - 1) < NEAR_ONE else f"{code}={times:.12g}"


class Limit(Struct, frozen=True, kw_only=True):
    """Tonnes a year that are left on what ways share: a port, a line, a fleet."""

    code: str
    t_per_year: float
    name: str = ""
    source: str = ""


TABLES: dict[str, type[Struct]] = {
    "needs": Need, "suppliers": Supplier, "projects": Project, "ways": Way, "limits": Limit,
}  # fmt: skip
"""By the name of the file, the rows that it has."""
