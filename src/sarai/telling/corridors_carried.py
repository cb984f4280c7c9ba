"""What a corridor carries: by good and direction, on which ways, where it binds and what more is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from sarai.corridors import Network
from sarai.corridors.capacity import Answer, CarriedDemand, Cut, LimitUse, Prices, Problem, Year
from sarai.corridors.tables import Demand
from sarai.corridors.worth import of_goods
from sarai.goods import BadSetting
from sarai.telling.corridors_names import named_by_legs, uncounted
from sarai.telling.corridors_routes import MONTHS

__all__ = [
    "Binding", "ByGood", "Carried", "Lane", "LegFlow", "Most", "Used", "Yearly", "by_month", "carried",
    "merged", "most",
]  # fmt: skip

TELLS_T = 0.5  # tonnes that are not delivered in a demand and are worth telling
UNITS = {"t": "tonne", "teu": "TEU", "train": "train"}
DELIVERS_T = {"t": 0.5, "teu": 3.0, "train": 500.0}
"""By unit: so many tonnes more that are delivered are what a limit is worth; less is a dearer way."""
LEAST_USD = 0.005
WHY = {
    "no way": "no way leads there",
    "too dear": "its way costs more than it is worth",
    "no room": "no room",
}
SOLVE_S = 300.0


class Used(Struct, frozen=True, kw_only=True):
    """A way that a lane uses.

    Attributes
    ----------
    legs : tuple of str
        Codes with the direction, ``A-B>``, in order.
    """

    name: str
    t: float
    hours: float
    usd_per_t: float
    co2e_kg_per_t: float
    legs: tuple[str, ...]


class Lane(Struct, frozen=True, kw_only=True):
    """A demand, and what becomes of it.

    Attributes
    ----------
    asked_t, carried_t : float
    hours, usd_per_t, co2e_kg_per_t : float or None
        Means of what is carried; none if that is nothing.
    next_usd : float
        What one more tonne would cost: beside carriage and time, what it takes from others where room is
        short.
    why_left : str
        Why something stays behind, in words; empty if nothing does.
    """

    good: str
    start: str
    end: str
    start_name: str
    end_name: str
    asked_t: float
    carried_t: float
    hours: float | None
    usd_per_t: float | None
    co2e_kg_per_t: float | None
    next_usd: float
    why_left: str
    ways: tuple[Used, ...]

    @property
    def left_t(self) -> float:
        """What is not delivered."""
        return max(0.0, self.asked_t - self.carried_t)


class ByGood(Struct, frozen=True, kw_only=True):
    """All lanes of a good together."""

    good: str
    asked_t: float
    carried_t: float
    hours: float | None
    usd_per_t: float | None
    co2e_kg_per_t: float | None


class Binding(Struct, frozen=True, kw_only=True):
    """A limit, and how much of it is used.

    Attributes
    ----------
    unit : str
        Of `capacity`, a year.
    share : float
        Used, of what is open; the fuller direction.
    worth_usd : float
        What one more unit a year saves.
    delivers_t : float
        How much more would be delivered with one more unit a year, where that is what it is worth.
    worth : str
        The same, shortly: ``USD 12 a tonne``; empty for what does not bind.
    words : str
        The same in a sentence; empty too.
    """

    code: str
    name: str
    unit: str
    capacity: float
    share: float
    worth_usd: float
    delivers_t: float
    worth: str
    words: str


class LegFlow(Struct, frozen=True, kw_only=True):
    """Tonnes along a leg, from its start to its end and back."""

    leg: str
    there_t: float
    back_t: float


class Carried(Struct, frozen=True, kw_only=True):
    """What is carried in a year or a month at the least cost.

    Attributes
    ----------
    month : int or None
        None for the year.
    limits : tuple of Binding
        Those that are used at all: what is worth most first, then by share.
    cost_usd : float
        Of carriage and time, of what is carried and of empties.
    gap : float
        Share of the whole cost that a better flow could save at most.
    """

    month: int | None
    empties: str
    lanes: tuple[Lane, ...]
    goods: tuple[ByGood, ...]
    limits: tuple[Binding, ...]
    legs: tuple[LegFlow, ...]
    asked_t: float
    carried_t: float
    hours: float | None
    co2e_t: float
    cost_usd: float
    gap: float
    words: tuple[str, ...]

    @property
    def binding(self) -> tuple[Binding, ...]:
        """The limits that bind."""
        return tuple(each for each in self.limits if each.words)

    @property
    def undelivered(self) -> tuple[Lane, ...]:
        """Lanes of which something stays behind, the most first."""
        return tuple(
            sorted((each for each in self.lanes if each.left_t > TELLS_T), key=lambda lane: -lane.left_t)
        )


class Yearly(Struct, frozen=True, kw_only=True):
    """A year month by month, with what is closed in each.

    Attributes
    ----------
    binding : dict of str to tuple of int
        By name of a limit, the months in which it binds; what is worth most first.
    """

    months: tuple[Carried, ...]
    asked_t: float
    carried_t: float
    binding: dict[str, tuple[int, ...]]


class Most(Struct, frozen=True, kw_only=True):
    """The most that can go between places.

    Attributes
    ----------
    t : float or None
        In the year or month; none if nothing bounds it.
    cut : tuple of Cut
        What holds it down.
    carried : Carried or None
        The cheapest way of carrying it; none if nothing bounds it.
    """

    t: float | None
    cut: tuple[Cut, ...]
    carried: Carried | None
    words: tuple[str, ...]


def carried(
    network: Network, *, month: int | None = None, empties: str = "returned",
    demands: Sequence[Demand] | None = None, strict: bool = False, seconds: float = SOLVE_S,
) -> Carried:  # fmt: skip
    """What the network carries of its demands, or of others, in a year or in a month of an even year.

    Parameters
    ----------
    empties : str
        ``returned``: what goods were carried in must go back; ``free``: it need not.
    strict : bool
        Whether all must be delivered.

    Raises
    ------
    BadSetting
        There are no demands.
    Infeasible
        If `strict`: with what stays behind, and the least that limits would have to be wider.
    """
    from sarai.corridors.capacity import answer

    asked = _asked(network, demands)
    if month is not None:
        asked = tuple(replace(each, t=each.t / 12) for each in asked)
    prices = _prices(network)
    problem = Problem.of(network, asked, month=month, prices=prices, empties=empties)
    found = answer(problem, strict=strict, stranded=not strict, time_limit_s=seconds)
    return _told(network, found, prices, empties)


def by_month(
    network: Network, *, empties: str = "returned", demands: Sequence[Demand] | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None, seconds: float = SOLVE_S,
) -> Yearly:  # fmt: skip
    """The same month by month, with what is closed then; raises `Infeasible` for a demand without any way."""
    from sarai.corridors.capacity import by_month as solved

    prices = _prices(network)
    year: Year = solved(
        network, _asked(network, demands), prices=prices, empties=empties, time_limit_s=seconds,
        progress=progress,
    )  # fmt: skip
    return Yearly(
        months=tuple(_told(network, each, prices, empties) for each in year.months), asked_t=year.asked_t,
        carried_t=year.delivered_t,
        binding={each.name: each.months for each in year.limits},
    )  # fmt: skip


def most(
    network: Network, starts: Sequence[str], ends: Sequence[str], good: str, *, month: int | None = None,
    empties: str = "returned", seconds: float = SOLVE_S,
) -> Most:  # fmt: skip
    """The most that can go of a good from any of some places to any of others, with nothing else on the way.

    Raises
    ------
    NotInNetwork, Infeasible
        A place or good is not known, or nothing leads there.
    """
    from sarai.corridors.capacity import most as solved

    places = [[network.place(each).code for each in several] for several in (starts, ends)]
    code, prices = network.good(good).code, _prices(network)
    found = solved(network, *places, code, month=month, prices=prices, empties=empties, time_limit_s=seconds)
    if found.answer is None:
        words = "Nothing bounds it: some way meets no limit of the network. Leave its modes out to know more."
        return Most(t=None, cut=(), carried=None, words=(words,))
    told = _told(network, found.answer, prices, empties)
    cut = tuple(replace(each, unit=_unit(each)) for each in found.cut)
    stopped = (f"Not proven: {found.stopped}; at most {found.bound_t:,.0f} t.",) if found.stopped else ()
    return Most(t=found.t, cut=cut, carried=told, words=(*told.words, *stopped))


def _asked(network: Network, demands: Sequence[Demand] | None) -> tuple[Demand, ...]:
    asked = tuple(network.demands if demands is None else demands)
    if not asked:
        raise BadSetting(
            "there are no demands; add demands.csv, or ask for the most that can go between places"
        )
    return asked


def _prices(network: Network) -> Prices:
    return Prices(of_goods=of_goods(network))


def merged(ways: Sequence[Used]) -> list[Used]:
    """Ways of the same name together, those that carry most first; the legs are those of the largest."""
    several: dict[str, list[Used]] = {}
    for way in ways:
        several.setdefault(uncounted(way.name), []).append(way)
    found = []
    for name, same in several.items():
        total, hours, usd, co2e = _mean(same)
        largest = max(same, key=lambda way: way.t)
        found.append(replace(largest, name=name, t=total, hours=hours, usd_per_t=usd, co2e_kg_per_t=co2e))
    return sorted(found, key=lambda way: -way.t)


# -- from the solution ---------------------------------------------------------------------------


def _told(network: Network, found: Answer, prices: Prices, empties: str) -> Carried:
    """A solution with names, means and words."""
    lanes = tuple(_lane(network, each) for each in found.demands)
    worth = prices.undelivered_usd_per_t
    totals = found.totals
    return Carried(
        month=found.month, empties=empties, lanes=lanes, goods=tuple(_by_good(lanes)),
        limits=tuple(_limit(each, worth) for each in found.limits if each.share > 0 or each.binds),
        legs=tuple(_legs(found)), asked_t=totals.asked_t, carried_t=totals.delivered_t, hours=totals.hours,
        co2e_t=totals.co2e_t, cost_usd=found.cost_usd - worth * totals.undelivered_t, gap=found.gap,
        words=tuple(_words(found, empties)),
    )  # fmt: skip


def _lane(network: Network, each: CarriedDemand) -> Lane:
    names = named_by_legs(network, [way.legs for way in each.ways])
    ways = tuple(
        Used(name=name, t=way.t, hours=way.hours, usd_per_t=way.usd, co2e_kg_per_t=way.co2e_kg, legs=way.legs)
        for name, way in zip(names, each.ways, strict=True)
    )
    _, hours, usd, co2e = _mean(ways)
    return Lane(
        good=each.good, start=each.start, end=each.end, start_name=_place_name(network, each.start),
        end_name=_place_name(network, each.end), asked_t=each.asked_t, carried_t=each.delivered_t,
        hours=hours, usd_per_t=usd, co2e_kg_per_t=co2e, next_usd=each.next_usd,
        why_left=WHY.get(each.why_left, each.why_left), ways=ways,
    )  # fmt: skip


def _place_name(network: Network, said: str) -> str:
    """The name of a place, or of several that do as well."""
    return " or ".join(network.by_place[code].name for code in said.split("|"))


def _mean(parts: Iterable[Used | Lane]) -> tuple[float, float | None, float | None, float | None]:
    """Tonnes of parts, and what a tonne of them takes on average."""
    known = [(getattr(each, "t", None) or getattr(each, "carried_t", 0.0), each) for each in parts]
    known = [(tonnes, each) for tonnes, each in known if tonnes > 0 and each.hours is not None]
    total = sum(tonnes for tonnes, _ in known)
    if not total:
        return 0.0, None, None, None
    sums = [sum(tonnes * getattr(each, name) for tonnes, each in known) for name in
            ("hours", "usd_per_t", "co2e_kg_per_t")]  # fmt: skip
    return total, sums[0] / total, sums[1] / total, sums[2] / total


def _by_good(lanes: Sequence[Lane]) -> Iterator[ByGood]:
    order = sorted(lanes, key=lambda lane: lane.good)
    for good, several in groupby(order, key=lambda lane: lane.good):
        of_good = list(several)
        tonnes, hours, usd, co2e = _mean(of_good)
        yield ByGood(good=good, asked_t=sum(lane.asked_t for lane in of_good), carried_t=tonnes, hours=hours,
                     usd_per_t=usd, co2e_kg_per_t=co2e)  # fmt: skip


def _legs(found: Answer) -> Iterator[LegFlow]:
    tonnes: dict[str, list[float]] = {}
    for each in found.legs:
        tonnes.setdefault(each.leg, [0.0, 0.0])[each.backwards] += each.t
    for code, (there, back) in sorted(tonnes.items()):
        if there or back:
            yield LegFlow(leg=code, there_t=there, back_t=back)


def _limit(each: LimitUse, undelivered_usd: float) -> Binding:
    unit = _unit(each)
    delivers = each.worth_usd / undelivered_usd
    delivers = delivers if delivers >= DELIVERS_T.get(unit, 0.5) else 0.0
    short = _worth(unit, each.worth_usd, delivers) if each.worth_usd > LEAST_USD else ""
    one = f"One more {UNITS.get(unit, unit)} a year at {each.name}"
    said = f"{one} lets {short} be delivered." if delivers else f"{one} is worth {short}."
    return Binding(
        code=each.code, name=each.name, unit=unit, capacity=each.capacity, share=each.share,
        worth_usd=each.worth_usd, delivers_t=delivers, worth=short, words=said if short else "",
    )  # fmt: skip


def _unit(each: LimitUse | Cut) -> str:
    """What a limit counts; of a handling TEU, if it is one of containers."""
    if each.unit in UNITS:
        return each.unit
    return "teu" if each.code.endswith((":container", ":*")) else "t"


def _worth(unit: str, saves: float, delivers: float) -> str:
    """What one more unit a year is worth, shortly: tonnes that are delivered more, or dollars.

    >>> _worth("t", 12.4, 0.0), _worth("train", 2e7, 2000.0)
    ('USD 12', '2,000 t more')
    """
    if delivers:
        return f"{delivers:,.0f} t more" if delivers >= 10 else f"{delivers:.2g} t more"
    return f"USD {saves:,.0f}" if saves >= 10 else f"USD {saves:,.2f}"


def _words(found: Answer, empties: str) -> Iterator[str]:
    when = f"{MONTHS[found.month - 1]}, a twelfth of a year's demand" if found.month else "A year"
    back = (
        "what goods were carried in goes back empty" if empties == "returned" else "empties are not counted"
    )
    yield f"{when}; least cost of carriage and time within all limits, {back}."
    if found.stopped:
        yield f"Not proven to be the best: {found.stopped}; up to {found.gap:.2%} may be saved."
