"""What is asked of a corridor: goods to be carried in a year or a month, and at what prices."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from msgspec import Struct

from sarai.corridors.graph import Graph, graph
from sarai.corridors.network import Network
from sarai.corridors.tables import Demand
from sarai.corridors.worth import HOUR_USD_PER_T
from sarai.goods import BadSetting

__all__ = ["ANY", "Empties", "Key", "Prices", "Problem", "key_of", "places_of", "tonnes"]

Key = tuple[str, str, str]
"""A demand: its good, where it starts and where it ends, by code."""

UNDELIVERED_USD_PER_T = 10_000.0
"""What a tonne costs that stays where it is: above any carriage, so that all is carried that can be."""


class Prices(Struct, frozen=True, kw_only=True):
    """What a tonne of goods is charged for beside its carriage.

    Attributes
    ----------
    usd_per_t_h : float
        Value of time, US dollars for a tonne's hour.
    of_goods : mapping of str to float
        Value of time by the code of a good, where it has its own.
    usd_per_t_co2e : float
        For a tonne of CO2 equivalent.
    usd_per_exposure : float
        For a tonne of goods and one of exposure.
    undelivered_usd_per_t : float
        What a tonne that is not delivered costs. A way that is dearer than that is not used.
    """

    usd_per_t_h: float = HOUR_USD_PER_T
    of_goods: Mapping[str, float] = {}
    usd_per_t_co2e: float = 0.0
    usd_per_exposure: float = 0.0
    undelivered_usd_per_t: float = UNDELIVERED_USD_PER_T


class Empties(Struct, frozen=True, kw_only=True):
    """How what goods were carried in gets to where it is filled next.

    Attributes
    ----------
    returned : bool
        Whether it must; otherwise there are always enough empties everywhere, for nothing.
    tariff_share : float
        Of what the same unit would pay loaded. Assumed.
    t_per_teu : float
        Tare of a TEU in tonnes: an ISO 20-foot dry box weighs 2.2 to 2.4.
    wagon_share : float
        Tare of a train of wagons as a share of its load: 24 t of wagon for 69 t of goods.
    """

    returned: bool = True
    tariff_share: float = 0.5
    t_per_teu: float = 2.3
    wagon_share: float = 0.35


ANY = "|"
FREE = Empties(returned=False)


class Problem(Struct, frozen=True, kw_only=True):
    """Least cost of carrying demands within limits.

    Attributes
    ----------
    demands : tuple of Demand
        Tonnes in the year, or in the month if there is one. Of the same good, start and end they add up.
        Either end may be any of several places, ``KZAAU|KZKUR``.
    month : int, optional
        1 to 12: that month alone, with a twelfth of the yearly capacities, cut by what is closed then.
    asked : tuple of str
        Codes or groups of legs that are left out unless asked for.
    steps : callable
        Makes the graph of a good, as `sarai.corridors.graph.graph` does.
    """

    network: Network
    demands: tuple[Demand, ...]
    month: int | None = None
    prices: Prices = Prices()
    empties: Empties = Empties()
    asked: tuple[str, ...] = ()
    steps: Callable[..., Graph] = graph

    @classmethod
    def of(
        cls,
        network: Network,
        demands: Collection[Demand] | None = None,
        *,
        month: int | None = None,
        prices: Prices | None = None,
        empties: Empties | str = "returned",
        asked: Collection[str] = (),
    ) -> Problem:
        """A problem, of the network's own demands if none are given.

        Raises
        ------
        BadSetting
            A month, price or share that cannot be.
        """
        named = {"returned": Empties(), "free": FREE}
        if isinstance(empties, str) and empties not in named:
            raise BadSetting(f"empties {empties!r} is not known; take {' or '.join(named)}")
        problem = cls(
            network=network, demands=tuple(network.demands if demands is None else demands), month=month,
            prices=prices or Prices(), asked=tuple(asked),
            empties=named[empties] if isinstance(empties, str) else empties,
        )  # fmt: skip
        _check(problem)
        return problem

    @property
    def year_share(self) -> float:
        """Of a year that it is about."""
        return 1.0 if self.month is None else 1 / 12


def key_of(demand: Demand, network: Network) -> Key:
    """What a demand is known by; raises `NotInNetwork` for a good or place that there is not."""
    starts, ends = (
        (network.place(each).code for each in places_of(said)) for said in (demand.start, demand.end)
    )
    return network.good(demand.good).code, ANY.join(starts), ANY.join(ends)


def places_of(said: str) -> list[str]:
    """The places of one end of a demand: any of ``KZAAU|KZKUR`` will do."""
    return [each.strip() for each in said.split(ANY)]


def tonnes(problem: Problem) -> dict[Key, float]:
    """Tonnes by demand, in the order in which they are first named."""
    asked: dict[Key, float] = {}
    for each in problem.demands:
        key = key_of(each, problem.network)
        asked[key] = asked.get(key, 0.0) + each.t
    return asked


def _check(problem: Problem) -> None:
    if problem.month is not None and problem.month not in range(1, 13):
        raise BadSetting(f"month {problem.month!r} is none; take 1 to 12, or none for the year")
    prices, empties = problem.prices, problem.empties
    bounds = {
        "usd_per_t_h": (prices.usd_per_t_h, 1e6), "usd_per_t_co2e": (prices.usd_per_t_co2e, 1e6),
        "usd_per_exposure": (prices.usd_per_exposure, 1e6),
        "undelivered_usd_per_t": (prices.undelivered_usd_per_t, 1e9),
        "tariff_share": (empties.tariff_share, 1.0), "t_per_teu": (empties.t_per_teu, 30.0),
        "wagon_share": (empties.wagon_share, 1.0),
        **{f"usd_per_t_h of {code}": (value, 1e6) for code, value in prices.of_goods.items()},
    }  # fmt: skip
    for name, (value, most) in bounds.items():
        if not 0 <= value <= most:
            raise BadSetting(f"{name} {value!r} cannot be; take 0 to {most:g}")
    for each in problem.demands:
        if not 0 <= each.t < float("inf"):
            raise BadSetting(
                f"demand of {each.good} from {each.start} to {each.end} has {each.t!r} t; take 0 or more"
            )
