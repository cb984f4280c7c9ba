"""How demand may turn out: by how much more or less, and how it grows."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from sarai.corridors.tables import Demand
from sarai.goods import BadSetting

__all__ = ["Scenario"]

FIGURES = ("t", "t_low", "t_high")


class Scenario(Struct, frozen=True, kw_only=True):
    """How demand may turn out; raises `BadSetting` for what cannot be.

    Attributes
    ----------
    weight : float
        Beside the other scenarios'; they are brought to a sum of one.
    of : str
        Which figure of the demands it starts from: ``t``, ``t_low`` or ``t_high``.
    times : float
    growth : float
        A year, from the first year on: 0.03 for three in a hundred.
    goods : mapping of str to float
        By the code of a good, times of its own beside `times`.
    """

    name: str
    weight: float = 1.0
    of: str = "t"
    times: float = 1.0
    growth: float = 0.0
    goods: Mapping[str, float] = {}

    def __post_init__(self) -> None:
        if self.of not in FIGURES:
            raise BadSetting(f"scenario {self.name!r} starts from {self.of!r}; take {', '.join(FIGURES)}")
        for name, value in {"weight": self.weight, "times": self.times, **self.goods}.items():
            if not 0 <= value < float("inf"):
                raise BadSetting(f"scenario {self.name!r} has {name} {value!r}; take 0 or more")
        if not -1 < self.growth <= 1:
            raise BadSetting(
                f"scenario {self.name!r} grows by {self.growth!r} a year; take a share above -1, at most 1"
            )

    def tonnes(self, demand: Demand, after_years: int) -> float:
        """Of a demand, so many years after the first.

        >>> demand = Demand(good="ore", start="A", end="B", t=100.0, source="s")
        >>> Scenario(name="slow", growth=0.1, goods={"ore": 2.0}).tonnes(demand, 2)
        242.0
        """
        stated = getattr(demand, self.of)
        base = demand.t if stated is None else stated
        grown = base * self.times * self.goods.get(demand.good, 1.0) * (1 + self.growth) ** after_years
        return round(grown, 6)
