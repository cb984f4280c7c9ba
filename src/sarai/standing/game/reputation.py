"""The game played again and again: what partners do, what the state is then likely to do, what they see.

In each period the state *enforces* or is *lax*; nobody sees which. Its reputation is the probability that
partners and traders give to the former. They see whether goods leaked, and learn by Bayes; then the state
may change its mind. Traders' gains are exponential about a mean: violation pays those whose gain exceeds
``p (fine + access) / (1 - p)``, where p is the inspection that they expect (the 2x2 game solved for g).

The state weighs what it is tempted by against what it has to lose from tomorrow on, as often as being lax
gives it away: ``delta / (1 - delta) (access + threat) (seen if lax - seen if enforcing)``, with logit noise.
"""

from __future__ import annotations

from itertools import product
from math import exp
from typing import Annotated

from msgspec import Meta, Struct

from sarai.goods import BadSetting

__all__ = ["Mix", "Period", "Repeated", "period"]

Share = Annotated[float, Meta(ge=0, le=1)]
Inner = Annotated[float, Meta(ge=0, lt=1)]
Money = Annotated[float, Meta(ge=0, le=1e12)]
Positive = Annotated[float, Meta(gt=0, le=1e12)]
Levels = Annotated[tuple[Money, ...], Meta(min_length=1, max_length=12)]


class Mix(Struct, frozen=True, kw_only=True, order=True):
    """What partners do in a period: aid given, market access, a measure threatened."""

    aid: float
    access: float
    threat: float


class Repeated(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The repeated game, in one money and for one period.

    Attributes
    ----------
    aid, access, threat : tuple of float
        Levels to choose from. Access is worth as much to a trader for a verified consignment; it and the
        threat are so much to the state too, by `at_stake`.
    at_stake : float
        Consignments that access, and threat, are multiplied with to be weighed by the state.
    inspects, inspects_lax : float
        The share inspected by a state that enforces and by one that is lax.
    per_aid : float
        What money of aid adds to both shares, at most up to `most_inspected`.
    mean_gain, fine : float
        Of traders by a violation, and what they pay if inspected.
    consignments : float
        In a period that could be re-exported.
    notices, alarm : float
        The probability that partners see leaks if all leaks, and if nothing does.
    temptation, noise : float
        What a state has of being lax, and how much else moves it.
    inertia : float
        The probability that it does not think again.
    state_discount, discount : float
        Worth of the next period to the state, and to partners.
    access_cost, threat_cost, measure_cost : float
        To partners, for money of the level: to grant access, to make a threat, to carry it out after leaks
        are seen. Aid costs what it is.
    start : float
        Reputation at the beginning.
    steps : int
        Of reputation: values 0, 1 / steps, ..., 1; between them by interpolation.
    """

    name: str
    note: str = ""
    aid: Levels
    access: Levels
    threat: Levels
    at_stake: Positive = 1.0
    inspects: Inner
    inspects_lax: Inner
    per_aid: Money
    most_inspected: Inner = 0.95
    mean_gain: Positive
    fine: Money
    consignments: Positive
    notices: Share
    alarm: Share
    temptation: Money
    noise: Positive
    inertia: Share
    state_discount: Inner
    discount: Inner
    access_cost: Money
    threat_cost: Money
    measure_cost: Money
    start: Share
    steps: Annotated[int, Meta(ge=1, le=100)] = 20

    def __post_init__(self) -> None:
        if self.inspects < self.inspects_lax:
            raise BadSetting(
                f"{self.name!r}: a state that enforces inspects {self.inspects:g}, less than a lax one "
                f"({self.inspects_lax:g}); exchange them"
            )
        if self.notices < self.alarm:
            raise BadSetting(f"{self.name!r}: leaks are seen with {self.notices:g}, less than without any "
                             f"({self.alarm:g}); exchange them")  # fmt: skip

    @property
    def mixes(self) -> tuple[Mix, ...]:
        """All that partners may do."""
        levels = (sorted(set(each)) for each in (self.aid, self.access, self.threat))
        return tuple(Mix(aid=a, access=b, threat=c) for a, b, c in product(*levels))


class Period(Struct, frozen=True, kw_only=True):
    """What a mix brings at a reputation.

    Attributes
    ----------
    leaks : float
        Consignments re-exported.
    seen : float
        The probability that partners see leaks.
    after : tuple
        Probability and next reputation, where leaks were seen and where not.
    enforces : float
        The probability that a state that thinks again enforces.
    """

    cost: float
    leaks: float
    seen: float
    after: tuple[tuple[float, float], ...]
    enforces: float


def period(game: Repeated, reputation: float, mix: Mix) -> Period:
    """One period, in expectation over what the state really does."""
    shares = [min(max(game.most_inspected, each), each + game.per_aid * mix.aid)
              for each in (game.inspects, game.inspects_lax)]  # fmt: skip
    beliefs = (reputation, 1.0 - reputation)
    expected = sum(b * p for b, p in zip(beliefs, shares, strict=True))
    violate = exp(-expected * (game.fine + mix.access) / (1.0 - expected) / game.mean_gain)
    noticed = [game.alarm + (game.notices - game.alarm) * violate * (1.0 - each) for each in shares]
    seen = sum(b * s for b, s in zip(beliefs, noticed, strict=True))
    stake = game.at_stake * (mix.access + mix.threat) * (noticed[1] - noticed[0])
    weighed = game.state_discount / (1.0 - game.state_discount) * stake - game.temptation
    enforces = 1.0 / (1.0 + exp(min(700.0, -weighed / game.noise)))
    after = []
    for chance, likely in ((seen, noticed[0]), (1.0 - seen, 1.0 - noticed[0])):
        if chance > 0.0:
            learnt = min(1.0, reputation * likely / chance)
            after.append((chance, game.inertia * learnt + (1.0 - game.inertia) * enforces))
    cost = (
        mix.aid + game.access_cost * mix.access + (game.threat_cost + game.measure_cost * seen) * mix.threat
    )
    return Period(cost=cost, leaks=game.consignments * violate * (1.0 - expected), seen=seen,
                  after=tuple(after), enforces=enforces)  # fmt: skip
