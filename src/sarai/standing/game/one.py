"""The inspection game of one trader and one inspector, two choices each.

The trader violates, to gain g if he is not inspected and be fined F if he is; or he complies, and is
rewarded with r if it is verified. The inspector pays c for an inspection, takes the fine or pays the
reward, and loses L by a violation that he does not see. Played at once, each mixes so that the other is
indifferent: inspection with ``p* = g / (g + F + r)``, violation with ``q* = (c + r) / (F + L + r)``. An
inspector who commits himself in public to p* deters: the trader complies (von Stengel 2016, "Recursive
inspection games", Mathematics of Operations Research 41).
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from sarai.goods import BadSetting

__all__ = ["PARAMETERS", "Commitment", "Equilibrium", "Inspection", "Statics", "commitment", "equilibrium",
           "statics"]  # fmt: skip

PARAMETERS = ("gain", "fine", "reward", "cost", "loss")
STEP = 1e-4  # of finite differences, as a share of the parameter
NOTHING = 1e-6  # of all that is at stake: a parameter below is as good as 0


class Inspection(Struct, frozen=True, kw_only=True):
    """What is at stake for one consignment, all in one currency.

    Attributes
    ----------
    gain : float
        g, of the trader by a violation that is not inspected; more than 0.
    fine : float
        F, paid by him and taken by the inspector if it is; fine and reward together more than 0.
    reward : float
        r, for compliance that an inspection verified.
    cost : float
        c, of an inspection; more than 0.
    loss : float
        L, of the inspector by a violation that is not inspected; more than 0.
    """

    gain: float
    fine: float
    reward: float = 0.0
    cost: float
    loss: float

    def __post_init__(self) -> None:
        for name in PARAMETERS:
            value = getattr(self, name)
            least = "at least 0" if name in ("fine", "reward") else "more than 0"
            if not 0 <= value < float("inf") or (value == 0 and least != "at least 0"):
                raise BadSetting(f"{name} {value:g} of the inspection game must be {least}; change it")
        if self.fine + self.reward == 0:
            raise BadSetting("neither fine nor reward: no inspection can deter; give one of them")

    @property
    def mixes(self) -> bool:
        """Whether an inspection of a sure violation pays; else nobody inspects and all violate."""
        return self.cost < self.fine + self.loss


class Equilibrium(Struct, frozen=True, kw_only=True):
    """Both chosen at once: probabilities of inspection and of violation, and what each expects."""

    inspects: float
    violates: float
    inspector: float
    trader: float


class Commitment(Struct, frozen=True, kw_only=True):
    """The inspector announces first: how often he inspects, whether it deters, and what each expects."""

    inspects: float
    deters: bool
    inspector: float
    trader: float


class Statics(Struct, frozen=True, kw_only=True):
    """How fast a result changes with a parameter: by the formula, and by finite differences."""

    result: str
    parameter: str
    slope: float
    difference: float


def equilibrium(stakes: Inspection) -> Equilibrium:
    """The Nash equilibrium."""
    if not stakes.mixes:
        return Equilibrium(inspects=0.0, violates=1.0, inspector=-stakes.loss, trader=stakes.gain)
    p, q = enough(stakes), _violation(stakes)
    return Equilibrium(inspects=p, violates=q, inspector=-q * stakes.loss, trader=p * stakes.reward)


def enough(stakes: Inspection) -> float:
    """p*: just enough inspection for compliance to be as good as violation."""
    return stakes.gain / (stakes.gain + stakes.fine + stakes.reward)


def _violation(stakes: Inspection) -> float:
    return (stakes.cost + stakes.reward) / (stakes.fine + stakes.loss + stakes.reward)


def commitment(stakes: Inspection) -> Commitment:
    """What the inspector announces if he leads; a trader who is indifferent does what he prefers.

    Beside deterring with p*, he may let go: with no inspection, or, where a violation costs less than it
    gains (L < g), with p* and the fines that come of it.
    """
    p = enough(stakes)
    fined = p * (stakes.fine - stakes.cost) - (1 - p) * stakes.loss
    trader = p * stakes.reward
    options = (
        Commitment(inspects=p, deters=True, inspector=_deterred(stakes), trader=trader),
        Commitment(inspects=p, deters=False, inspector=fined, trader=trader),
        Commitment(inspects=0.0, deters=False, inspector=-stakes.loss, trader=stakes.gain),
    )
    return max(options, key=lambda each: each.inspector)


def _deterred(stakes: Inspection) -> float:
    """What deterrence costs: p* of the time an inspection, and a reward for what it verifies."""
    return -enough(stakes) * (stakes.cost + stakes.reward)


def statics(stakes: Inspection) -> tuple[Statics, ...]:
    """How p*, q* and the value of deterrence change with each parameter.

    Raises
    ------
    BadSetting
        No inspection pays, so that nothing mixes.
    """
    if not stakes.mixes:
        raise BadSetting(
            f"an inspection costs {stakes.cost:g}, no less than fine and loss together "
            f"({stakes.fine + stakes.loss:g}): none pays and nothing mixes; lower the cost"
        )
    results: dict[str, tuple[Callable[[Inspection], float], dict[str, float]]] = {
        "inspects": (enough, _slopes_of_inspection(stakes)),
        "violates": (_violation, _slopes_of_violation(stakes)),
        "deterred": (_deterred, _slopes_of_deterrence(stakes)),
    }
    return tuple(
        Statics(result=result, parameter=name, slope=slopes[name], difference=_difference(of, stakes, name))
        for result, (of, slopes) in results.items()
        for name in PARAMETERS
    )


def _slopes_of_inspection(s: Inspection) -> dict[str, float]:
    total = s.gain + s.fine + s.reward
    less = -s.gain / total**2
    return {"gain": (s.fine + s.reward) / total**2, "fine": less, "reward": less, "cost": 0.0, "loss": 0.0}


def _slopes_of_violation(s: Inspection) -> dict[str, float]:
    total = s.fine + s.loss + s.reward
    less = -(s.cost + s.reward) / total**2
    more = (s.fine + s.loss - s.cost) / total**2
    return {"gain": 0.0, "fine": less, "reward": more, "cost": 1 / total, "loss": less}


def _slopes_of_deterrence(s: Inspection) -> dict[str, float]:
    """Of ``-p* (c + r)``, by the rule of products."""
    p, slopes = enough(s), _slopes_of_inspection(s)
    own = {"cost": -p, "reward": -p}
    return {name: own.get(name, 0.0) - slopes[name] * (s.cost + s.reward) for name in PARAMETERS}


def _difference(of: Callable[[Inspection], float], stakes: Inspection, name: str) -> float:
    """The central difference; at a parameter of about 0 the one forwards."""
    value = getattr(stakes, name)
    step = STEP * max(value, NOTHING * sum(getattr(stakes, each) for each in PARAMETERS))
    low, high = (value - step if value > step else value), value + step
    ends = [of(replace(stakes, **{name: each})) for each in (low, high)]
    return (ends[1] - ends[0]) / (high - low)
