"""What is to be simulated: streams of consignments, each on its way through the steps of a graph."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from msgspec import Struct

from sarai.corridors.faults import Infeasible
from sarai.corridors.graph import graph
from sarai.corridors.network import Network
from sarai.corridors.simulation.ways import cheapest
from sarai.corridors.steps import WEEK_H, Step
from sarai.corridors.tables import Good
from sarai.corridors.worth import HOUR_USD_PER_T
from sarai.goods import BadSetting

__all__ = ["Spread", "Stream", "demanded", "resolved"]

WEEKS = 8766.0 / WEEK_H  # in a year
SHIFT_H = 8.0


class Stream(Struct, frozen=True, kw_only=True):
    """Consignments of one good that go the same way, week after week.

    Attributes
    ----------
    good : str
        Code of a `Good`.
    start, end : str
        Codes or names of places; the cheapest way between them is taken if `way` is empty.
    way : tuple of Step
        Steps of a `Graph`, from loading to delivering.
    t_per_week, units_per_week : float
        How much goes; one of the two. Units are TEU in containers, else tonnes.
    batch : float
        Units of one consignment; 0 for what a train carries, but on a way without rails for no less than
        eight hours of the stream: what goes by ships and pipes alone does not come by the train.
    usd_per_t_h : float
        What an hour of a tonne counts for in choosing the way.
    priority : int
        Who is served first: the lower number; among equals who came first.
    due_h : float
        Hours from door to door that are on time; 0 for the expected hours of the way.
    code : str
        What it is called in the outcome; ``GOOD START-END`` if empty.
    """

    good: str
    start: str = ""
    end: str = ""
    way: tuple[Step, ...] = ()
    t_per_week: float = 0.0
    units_per_week: float = 0.0
    batch: float = 0.0
    usd_per_t_h: float = HOUR_USD_PER_T
    priority: int = 0
    due_h: float = 0.0
    code: str = ""

    @property
    def name(self) -> str:
        """Its code, or what stands for it."""
        start, end = self.start, self.end
        if self.way:
            start, end = start or self.way[0].place, end or self.way[-1].place
        return self.code or f"{self.good} {start}-{end}"


class Spread(Struct, frozen=True, kw_only=True):
    """What is random, and how.

    Attributes
    ----------
    hours : str
        How hours of moving, borders and handling spread about their mean, with the variance that the steps
        state (``exponential`` and ``fixed`` look at the mean alone).
    service : str
        How the time that a server works at one consignment spreads.
    arrivals : str
        Whether consignments set out at random times (Poisson) or evenly.
    headways : str
        What lies between departures of a service without fixed weekdays.
    """

    hours: Literal["lognormal", "gamma", "exponential", "fixed"] = "lognormal"
    service: Literal["fixed", "exponential"] = "fixed"
    arrivals: Literal["random", "even"] = "random"
    headways: Literal["even", "exponential"] = "even"


class Resolved(Struct, frozen=True):
    """A stream that is known to have a way, with its figures in units."""

    name: str
    good: Good
    way: tuple[Step, ...]
    units_per_h: float
    batch: float
    priority: int
    due_h: float


def demanded(network: Network, share: float = 1.0) -> tuple[Stream, ...]:
    """A stream for each demand of a network, or for a share of it, evenly over the year."""
    return tuple(
        Stream(good=each.good, start=each.start, end=each.end, t_per_week=each.t * share / WEEKS)
        for each in network.demands
    )


def resolved(network: Network, streams: Sequence[Stream]) -> tuple[Resolved, ...]:
    """The streams with their ways.

    Raises
    ------
    Unreachable
        No way leads from a stream's start to its end.
    Infeasible
        A service never leaves.
    BadSetting
        A stream has no rate, a way with a gap, or another's name.
    """
    _check_services(network)
    graphs = {
        code: graph(network, network.good(code))
        for code in dict.fromkeys(s.good for s in streams if not s.way)
    }
    found: dict[str, Resolved] = {}
    for stream in streams:
        if stream.name in found:
            raise BadSetting(f"two streams are called {stream.name!r}; give one a code of its own")
        good = network.good(stream.good)
        way = stream.way or cheapest(graphs[stream.good], stream.start, stream.end, stream.usd_per_t_h)
        _check_way(stream.name, network, way)
        per_h = _units_per_week(stream, good) / WEEK_H
        found[stream.name] = Resolved(
            stream.name, good, way, per_h, _batch(network, stream, good, way, per_h), stream.priority,
            stream.due_h or sum(step.criteria.hours for step in way),
        )  # fmt: skip
    return tuple(found.values())


def _check_services(network: Network) -> None:
    for service in network.services:
        if service.per_week <= 0:
            raise Infeasible(
                f"service {service.code} ({service.name}) leaves {service.per_week:g} times a week; "
                "state more than 0, or take the service and its legs out"
            )


def _units_per_week(stream: Stream, good: Good) -> float:
    if min(stream.t_per_week, stream.units_per_week) < 0 or not (
        bool(stream.t_per_week) ^ bool(stream.units_per_week)
    ):
        raise BadSetting(
            f"stream {stream.name!r} sends {stream.t_per_week:g} t and {stream.units_per_week:g} units a "
            "week; state one of the two, more than 0"
        )
    return stream.units_per_week or stream.t_per_week / good.t_per_unit


def _batch(network: Network, stream: Stream, good: Good, way: tuple[Step, ...], per_h: float) -> float:
    if stream.batch < 0:
        raise BadSetting(
            f"stream {stream.name!r} has consignments of {stream.batch:g} units; state 0 or more"
        )
    train = good.t_per_train / good.t_per_unit
    by_rail = any(step.leg and network.by_leg[step.leg].mode == "rail" for step in way)
    return stream.batch or (train if by_rail else max(train, per_h * SHIFT_H))


def _check_way(name: str, network: Network, way: tuple[Step, ...]) -> None:
    """From door to door, each step from where the one before it ended."""
    if way[0].kind != "load" or way[-1].kind != "deliver":
        raise BadSetting(
            f"the way of stream {name!r} goes from {way[0].kind} to {way[-1].kind}; "
            "it must begin with loading and end with delivering"
        )
    for before, step in pairwise(way):
        at = _end_place(network, before)
        if (at, before.end) != (step.place, step.start):
            raise BadSetting(
                f"the way of stream {name!r} has a gap: it comes to {at} in {before.end}, "
                f"and goes on from {step.place} in {step.start}"
            )


def _end_place(network: Network, step: Step) -> str:
    if not step.leg:
        return step.place
    leg = network.by_leg[step.leg]
    return leg.start if step.backwards else leg.end
