"""What a corridor carries: by good and direction, on which ways, where it binds and what more is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from sarai.corridors import Infeasible, Network
from sarai.corridors.capacity import Flow, Prices, Problem, prepared
from sarai.corridors.capacity.flow import worth_of_limits
from sarai.corridors.capacity.generation import Found
from sarai.corridors.routes import Route, describe
from sarai.corridors.routes.paths import path_of
from sarai.corridors.tables import Demand
from sarai.goods import BadSetting
from sarai.telling.corridors_names import named, uncounted
from sarai.telling.corridors_routes import MONTHS
from sarai.telling.corridors_worth import of_goods

__all__ = [
    "UNBOUNDED_T", "Binding", "ByGood", "Carried", "Lane", "LegFlow", "Used", "by_month", "carried",
    "check_all", "merged", "most", "solved",
]  # fmt: skip

UNBOUNDED_T = 1e9  # a year and pair: more than all the world's containers
BINDS = 0.999  # of a limit that is used
TELLS_T = 0.5  # tonnes that are not delivered in a demand and are worth telling
UNITS = {"t": "tonne", "teu": "TEU", "train": "train"}
DELIVERS_T = {"t": 0.5, "teu": 3.0, "train": 500.0}
"""By unit: so many tonnes more that are delivered are what a limit is worth; less is a dearer way."""
SOLVE_S = 300.0


class Used(Struct, frozen=True, kw_only=True):
    """A way that a lane uses.

    Attributes
    ----------
    legs : tuple of str
        Codes, in order.
    """

    name: str
    t: float
    hours: float
    usd_per_t: float
    co2e_kg_per_t: float
    legs: tuple[str, ...]
    route: Route


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


def carried(
    network: Network, *, month: int | None = None, empties: str = "returned",
    demands: Sequence[Demand] | None = None, seconds: float = SOLVE_S,
) -> Carried:  # fmt: skip
    """What the network carries of its demands, or of others, in a year or in a month of an even year.

    Parameters
    ----------
    empties : str
        ``returned``: what goods were carried in must go back; ``free``: it need not.

    Raises
    ------
    BadSetting
        There are no demands.
    """
    asked = tuple(network.demands if demands is None else demands)
    if not asked:
        raise BadSetting(
            "the network has no demands; name what goes with --from, --to and --good, or add demands.csv"
        )
    if month is not None:
        asked = tuple(_share(each, 1 / 12) for each in asked)
    prices = Prices(of_goods=of_goods(network))
    flow = prepared(Problem.of(network, asked, month=month, prices=prices, empties=empties))
    return solved(flow, flow.found(time_limit_s=seconds), empties)


def by_month(
    network: Network, *, empties: str = "returned", demands: Sequence[Demand] | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None, seconds: float = SOLVE_S,
) -> tuple[Carried, ...]:  # fmt: skip
    """The same month by month, with what is closed then."""
    found = []
    for month in range(1, 13):
        found.append(carried(network, month=month, empties=empties, demands=demands, seconds=seconds / 12))
        progress(month, 12)
    return tuple(found)


def most(
    network: Network, starts: Sequence[str], ends: Sequence[str], good: str, *, month: int | None = None,
    empties: str = "returned", seconds: float = SOLVE_S,
) -> Carried:  # fmt: skip
    """The most that can go of a good from any of some places to any of others, with nothing else on the way.

    What has no bound is `UNBOUNDED_T`.
    """
    pairs = [(network.place(a).code, network.place(b).code) for a in starts for b in ends]
    code = network.good(good).code
    demands = [
        Demand(good=code, start=a, end=b, t=UNBOUNDED_T * (1 if month is None else 12), source="asked")
        for a, b in pairs if a != b
    ]  # fmt: skip
    if not demands:
        raise BadSetting("start and end are the same place; choose another for one of them")
    return carried(network, month=month, empties=empties, demands=demands, seconds=seconds)


def check_all(found: Carried) -> None:
    """Raise `Infeasible` with what is not delivered, and what would make room for it."""
    if lanes := found.undelivered:
        told = "; ".join(
            f"{each.left_t:,.0f} t of {each.good} from {each.start_name} to {each.end_name}"
            for each in lanes[:5]
        )
        more = f" and {len(lanes) - 5} more" if len(lanes) > 5 else ""
        room = [f"{each.name} ({each.code})" for each in found.binding if each.delivers_t > 0][:5]
        what = f"widen {', '.join(room)}" if room else "no way leads there: add a leg, or choose other places"
        raise Infeasible(f"not delivered: {told}{more}; {what}, or ask for less")


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


def solved(flow: Flow, found: Found, empties: str = "returned") -> Carried:
    """A solution in words and figures."""
    made, network = flow.model, flow.model.problem.network
    lanes = tuple(_lanes(flow, found))
    limits = tuple(sorted(_limits(flow, found), key=lambda each: (-each.worth_usd, -each.share, each.code)))
    price = made.problem.prices.undelivered_usd_per_t
    whole = _mean(lanes)
    return Carried(
        month=made.problem.month, empties=empties, lanes=lanes, goods=tuple(_by_good(lanes)), limits=limits,
        legs=tuple(_legs(network, lanes)), asked_t=sum(each.asked_t for each in lanes), carried_t=whole[0],
        hours=whole[1], co2e_t=(whole[3] or 0.0) * whole[0] / 1000,
        cost_usd=found.cost - price * float(found.undelivered.sum()), gap=found.gap,
        words=tuple(_words(made.problem.month, empties, found)),
    )  # fmt: skip


def _share(demand: Demand, share: float) -> Demand:
    return Demand(good=demand.good, start=demand.start, end=demand.end, t=demand.t * share,
                  source=demand.source)  # fmt: skip


def _lanes(flow: Flow, found: Found) -> Iterator[Lane]:
    made = flow.model
    by_demand: dict[int, list[tuple[np.ndarray, float]]] = {}
    for column, tonnes in found.used:
        if column.pair >= 0 and tonnes > 1e-6:
            by_demand.setdefault(column.pair, []).append((column.path, tonnes))
    network = made.problem.network
    for at, (good, start, end) in enumerate(made.keys):
        ways = tuple(_ways(flow, at, sorted(by_demand.get(at, []), key=lambda pair: -pair[1])))
        tonnes, hours, usd, co2e = _mean(ways)
        yield Lane(
            good=good, start=start, end=end, start_name=network.by_place[start].name,
            end_name=network.by_place[end].name, asked_t=float(made.asked[at]), carried_t=tonnes, hours=hours,
            usd_per_t=usd, co2e_kg_per_t=co2e, next_usd=float(found.least[at]), ways=ways,
        )  # fmt: skip


def _ways(flow: Flow, demand: int, used: Sequence[tuple[np.ndarray, float]]) -> Iterator[Used]:
    made = flow.model
    carrying = made.goods[made.good_of[demand]]
    graph = carrying.net.graph
    routes = [describe(graph, path_of(graph, tuple(carrying.net.steps[path].tolist()))) for path, _ in used]
    for route, name, (path, tonnes) in zip(routes, named(graph.network, routes), used, strict=True):
        hours, usd, grams, _, _ = carrying.criteria(path).tolist()
        legs = tuple(code for stretch in route.stretches for code in stretch.legs)
        yield Used(name=name, t=tonnes, hours=hours, usd_per_t=usd, co2e_kg_per_t=grams / 1000, legs=legs,
                   route=route)  # fmt: skip


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


def _legs(network: Network, lanes: Sequence[Lane]) -> Iterator[LegFlow]:
    there: dict[str, float] = {}
    back: dict[str, float] = {}
    for lane in lanes:
        for way in lane.ways:
            for stretch in way.route.stretches:
                for code, start in zip(stretch.legs, stretch.places, strict=False):
                    into = there if network.by_leg[code].start == start else back
                    into[code] = into.get(code, 0.0) + way.t
    for code in sorted({*there, *back}):
        yield LegFlow(leg=code, there_t=there.get(code, 0.0), back_t=back.get(code, 0.0))


def _limits(flow: Flow, found: Found) -> Iterator[Binding]:
    made = flow.model
    used = np.zeros(len(made.bounds))
    for column, amount in found.used:
        used[column.bounds] += column.takes * amount
    rights = made.rights(made.capacity)
    worth = worth_of_limits(made, found)
    price = made.problem.prices.undelivered_usd_per_t
    for at, code in enumerate(made.limits):
        rows = np.flatnonzero(made.limit_of == at)
        shares = [used[row] / rights[row] if rights[row] > 0 else float(used[row] > 0) for row in rows]
        share = float(max(shares, default=0.0))
        if share <= 0 and worth[at] <= 0:
            continue
        unit = _unit(flow, code, [made.bounds[row].unit for row in rows])
        name = limit_name(made.problem.network, code)
        saves = float(worth[at])
        delivers = saves / price if saves / price >= DELIVERS_T.get(unit, 0.5) else 0.0
        binds = saves > 0.005 and share > 0.5
        short = _worth(unit, saves, delivers) if binds else ""
        one = f"One more {UNITS.get(unit, unit)} a year at {name}"
        yield Binding(
            code=code, name=name, unit=unit, capacity=float(made.capacity[at]), share=share, worth_usd=saves,
            delivers_t=delivers, worth=short,
            words=(f"{one} lets {short} be delivered." if delivers else f"{one} is worth {short}.") if binds
            else "",
        )  # fmt: skip


def _unit(flow: Flow, code: str, units: Sequence[str]) -> str:
    """What a limit counts, as people say it."""
    if code.startswith("service:"):
        service = flow.model.problem.network.by_service.get(code.removeprefix("service:"))
        return "teu" if service is not None and service.form == "container" else "t"
    if code.startswith("handling:"):
        return "teu" if code.endswith((":container", ":*")) else "t"
    return units[0] if units and units[0] in UNITS else "t"


def _worth(unit: str, saves: float, delivers: float) -> str:
    """What one more unit a year is worth, shortly: tonnes that are delivered more, or dollars.

    >>> _worth("t", 12.4, 0.0), _worth("train", 2e7, 2000.0)
    ('USD 12', '2,000 t more')
    """
    if delivers:
        return f"{delivers:,.0f} t more" if delivers >= 10 else f"{delivers:.2g} t more"
    return f"USD {saves:,.0f}" if saves >= 10 else f"USD {saves:,.2f}"


def limit_name(network: Network, code: str) -> str:
    """What a limit is called; those of services and handlings by these."""
    kind, _, rest = code.partition(":")
    if kind == "service" and rest in network.by_service:
        return network.by_service[rest].name
    if kind == "handling":
        place, start, end, _ = (*rest.split(":"), "", "", "")[:4]
        name = network.by_place[place].name if place in network.by_place else place
        return f"{name}, {start} to {end}"
    return next((each.name for each in network.limits if each.code == code), code)


def _words(month: int | None, empties: str, found: Found) -> Iterator[str]:
    when = f"{MONTHS[month - 1]}, a twelfth of a year's demand" if month else "A year"
    back = (
        "what goods were carried in goes back empty" if empties == "returned" else "empties are not counted"
    )
    yield f"{when}; least cost of carriage and time within all limits, {back}."
    if found.stopped:
        yield f"Not proven to be the best: {found.stopped}; up to {found.gap:.2%} may be saved."
