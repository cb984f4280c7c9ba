"""What a network is made of: one declared table for each notion, from which files are read and checked.

A row is a frozen `Struct`; its fields are the columns of the file, with the unit last in the name. Where
sources disagree a figure has ``_low`` and ``_high`` beside it (else they are empty, and mean the figure
itself), and every table that states figures names a `Source` and the date that they are of.

Tonnes are metric; ``units`` of a good in containers are TEU, of every other good tonnes.
"""

from __future__ import annotations

from msgspec import Struct

from sarai.reference.rows import Source

__all__ = [
    "FORMS",
    "MODES",
    "PLACE_KINDS",
    "TABLES",
    "Border",
    "Closure",
    "Demand",
    "Emission",
    "Exposure",
    "Good",
    "Handling",
    "Leg",
    "Limit",
    "Pace",
    "Place",
    "Project",
    "Row",
    "Service",
    "Source",
    "Tariff",
]

MODES = ("rail", "road", "sea", "ferry", "river", "pipeline", "air")
PLACE_KINDS = ("city", "station", "port", "post", "airport", "terminal", "waypoint", "strait", "canal")
FORMS = ("container", "bulk", "liquid", "gas")


class Row(Struct, frozen=True, kw_only=True):
    """What every row of figures says about itself.

    Attributes
    ----------
    source : str
        Code of a `Source`.
    of : str
        The date that the figures are of: ``2024``, ``2024-05`` or ``2024-05-20``.
    note : str
        What a reader must know, in words.
    """

    source: str
    of: str = ""
    note: str = ""


class Place(Row, frozen=True, kw_only=True):
    """Where goods can be, or a point that ships pass.

    Attributes
    ----------
    code : str
        UN/LOCODE where there is one; waypoints at sea have codes of their own that begin with ``XZ``.
    country : str
        Alpha-2; empty at sea.
    kind : str
        One of `PLACE_KINDS`; through waypoints, straits and canals goods pass and cannot be sent to.
    """

    code: str
    name: str
    name_ru: str = ""
    name_kk: str = ""
    country: str = ""
    kind: str
    latitude_deg: float
    longitude_deg: float


class Leg(Row, frozen=True, kw_only=True):
    """A way between two places in one mode.

    Attributes
    ----------
    gauge_mm : int
        Of rails: 1435, 1520; 0 for other modes.
    both : bool
        Whether it can be used from `end` to `start` as well.
    distance_km : float
        Along the way.
    via : str
        Points on the way for drawing and measuring, ``latitude longitude; ...``.
    takes : str
        The forms that it takes, by blanks; empty for what its mode takes.
    asked : bool
        Whether it is left out until somebody asks for it, as the way through the Arctic.
    group : str
        The corridor that it belongs to, by code.
    """

    code: str
    start: str
    end: str
    mode: str
    gauge_mm: int = 0
    both: bool = True
    distance_km: float
    distance_km_low: float | None = None
    distance_km_high: float | None = None
    via: str = ""
    takes: str = ""
    asked: bool = False
    group: str = ""


class Service(Row, frozen=True, kw_only=True):
    """What goes along legs at times of its own; its legs are reached by it alone.

    Attributes
    ----------
    legs : str
        Codes of legs, by blanks.
    per_week : float
        Departures in each direction.
    days : str
        Fixed weekdays of departure, ``Mon Thu``; empty where it goes when it is full, or whenever.
    units : float
        What one departure carries, in `form` units (TEU or tonnes); 0 for no bound.
    """

    code: str
    name: str
    legs: str
    per_week: float
    per_week_low: float | None = None
    per_week_high: float | None = None
    days: str = ""
    form: str = "container"
    units: float = 0.0


class Pace(Row, frozen=True, kw_only=True):
    """How fast goods get on between stops; the most exact that fits a leg is used.

    A row for a `leg` goes before one for mode and `country` (that of the leg's start), and that before one
    for the mode alone; among them a row for the `form` of the goods goes first. Times spread:
    `speed_kmh_low` and `speed_kmh_high` are the speeds that one journey in ten falls below or goes above.
    """

    mode: str
    country: str = ""
    leg: str = ""
    form: str = ""
    speed_kmh: float
    speed_kmh_low: float | None = None
    speed_kmh_high: float | None = None


class Tariff(Row, frozen=True, kw_only=True):
    """What carriage costs, by the way and by the journey; the most exact that fits is used, as for `Pace`.

    Attributes
    ----------
    usd_per_km : float
        For each unit: a TEU in containers, else a tonne.
    usd_per_unit : float
        Once for the leg, as a canal's toll.
    """

    mode: str
    form: str
    country: str = ""
    leg: str = ""
    usd_per_km: float
    usd_per_km_low: float | None = None
    usd_per_km_high: float | None = None
    usd_per_unit: float = 0.0


class Handling(Row, frozen=True, kw_only=True):
    """What it takes to go over from one carriage to another at a place.

    `start` and `end` are modes, rail with its gauge (``rail-1520``), or ``door``. A row of a place goes
    before one of the kind of place; without either, goods cannot go over there.

    Attributes
    ----------
    form : str
        Or ``*`` for all that have no row of their own.
    both : bool
        Whether it holds for the way back too.
    per_day : float
        Units that the place can handle so a day; 0 for no bound of its own.
    """

    place: str = ""
    kind: str = ""
    start: str
    end: str
    form: str
    both: bool = True
    hours: float
    hours_low: float | None = None
    hours_high: float | None = None
    usd_per_unit: float = 0.0
    per_day: float = 0.0


class Border(Row, frozen=True, kw_only=True):
    """What crossing from a country into another takes on both sides, beside the carriage.

    Countries may be ``*``; the most exact row is used: both, the start, the end, none; a `leg` before all.

    Attributes
    ----------
    usd_per_unit, usd_per_teu : float
        Charges on a tonne and on a TEU; the latter as the former where it is empty.
    """

    start: str
    end: str
    mode: str
    leg: str = ""
    hours: float
    hours_low: float | None = None
    hours_high: float | None = None
    usd_per_unit: float = 0.0
    usd_per_teu: float | None = None

    def usd(self, form: str) -> float:
        """What a unit of goods in a form is charged."""
        has_own = form == "container" and self.usd_per_teu is not None
        return self.usd_per_teu if has_own else self.usd_per_unit


class Limit(Row, frozen=True, kw_only=True):
    """How much can go a year over what shares a bound: a line, a port, a fleet.

    Attributes
    ----------
    on : str
        By blanks: ``leg:CODE`` (both directions), ``leg:CODE>`` or ``leg:CODE<`` (one), ``place:CODE``
        (what is handled there), ``service:CODE``.
    capacity : float
        In `unit` a year.
    unit : str
        ``t``, ``teu`` or ``train``.
    """

    code: str
    name: str
    on: str
    capacity: float
    capacity_low: float | None = None
    capacity_high: float | None = None
    unit: str = "t"


class Closure(Row, frozen=True, kw_only=True):
    """When something usually cannot be used.

    Attributes
    ----------
    on : str
        As `Limit.on` has it.
    months : str
        Numbers of months by blanks, ``11 12``.
    share : float
        Of these months' time.
    mean_h : float
        How long one closing lasts.
    """

    on: str
    months: str
    share: float
    share_low: float | None = None
    share_high: float | None = None
    mean_h: float = 24.0
    cause: str = ""


class Good(Row, frozen=True, kw_only=True):
    """A kind of goods, by how it is carried.

    Attributes
    ----------
    hs : str
        Codes of the HS that it stands for, by blanks.
    t_per_unit : float
        Tonnes in a TEU; 1 for what is not in containers.
    t_per_train : float
        Tonnes that a train carries of it.
    usd_per_t : float
        What it is worth, for the cost of time.
    returns : bool
        Whether what it was carried in must go back, or on, empty.
    """

    code: str
    name: str
    form: str
    hs: str = ""
    t_per_unit: float = 1.0
    t_per_train: float = 2000.0
    usd_per_t: float = 0.0
    returns: bool = False


class Demand(Row, frozen=True, kw_only=True):
    """What is to go from a place to another in a year, in tonnes."""

    good: str
    start: str
    end: str
    t: float
    t_low: float | None = None
    t_high: float | None = None


class Emission(Row, frozen=True, kw_only=True):
    """Greenhouse gas of carriage well to wheel, by ISO 14083; the most exact row is used, as for `Pace`.

    Attributes
    ----------
    g_per_tkm : float
        Grams of CO2 equivalent for each tonne-kilometre.
    """

    mode: str
    country: str = ""
    form: str = ""
    g_per_tkm: float
    g_per_tkm_low: float | None = None
    g_per_tkm_high: float | None = None


class Exposure(Row, frozen=True, kw_only=True):
    """How exposed goods are in a country.

    Attributes
    ----------
    risk : float
        From 0 (none) to 1: what entering it adds to the exposure of a route.
    regimes : str
        Sanctions regimes that its carriers and ways are under, by blanks: ``EU UN US UK``.
    """

    country: str
    risk: float
    regimes: str = ""


class Project(Row, frozen=True, kw_only=True):
    """What could be built.

    Attributes
    ----------
    cost_musd : float
        All of it, in millions of US dollars.
    lead_years : int
        From the decision until it is there.
    does : str
        What changes, as `sarai.corridors.changes` reads it, by ``;``: ``widen limit:X +2000000``.
    after : str
        Codes of projects that must be there before, by blanks.
    """

    code: str
    name: str
    cost_musd: float
    cost_musd_low: float | None = None
    cost_musd_high: float | None = None
    lead_years: int = 1
    does: str
    after: str = ""


TABLES: dict[str, type[Struct]] = {
    "sources": Source, "places": Place, "legs": Leg, "services": Service, "paces": Pace, "tariffs": Tariff,
    "handlings": Handling, "borders": Border, "limits": Limit, "closures": Closure, "goods": Good,
    "demands": Demand, "emissions": Emission, "exposures": Exposure, "projects": Project,
}  # fmt: skip
"""By the name of the file, the rows that it has."""
