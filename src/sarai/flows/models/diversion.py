r"""How much of a lost direct trade came back through a transit state, and since when.

Direct trade (sender to sanctioned) falls; what the sender sends to the transit state and what that sends
onward rise. Each is a level, a trend, seasons, and a shift since one common month :math:`T`:

.. math:: y_{it} = \alpha_i + \beta_i t + \sum_s \gamma_{is} 1[t \in s] + \delta_i 1[t \ge T] + e_{it}

*Since when*: the month at which the shifts of all three together explain most, weighted by the long-run
covariance :math:`\Omega` of what is left over (Bai, Lumsdaine & Stock 1998, Review of Economic Studies
65:395). Its interval is all months at which they explain no less than :math:`-2 \ln(1 - \sqrt{0.95})`
below that: the likelihood ratio turned round (Eo & Morley 2015, Quantitative Economics 6:463), which
holds for small shifts too, where other intervals are too short.

*How much*: the share :math:`\theta = -\delta_{\text{gained}} / \delta_{\text{direct}}`, the gain the mean
of both legs with the least variance. This is the estimate by instrumental variables of gain on loss, with
"since T" as the instrument: the loss need not be constant, it may swing with the seasons. The interval is
Fieller's (1954, Journal of the Royal Statistical Society B 16:175), which is Anderson & Rubin's (1949) here:
all shares that a test with autocorrelation does not reject. It stays right where the loss is uncertain.

Goods that stay in the transit state are in the first leg alone, goods that were never recorded on arrival
there too; so the legs' own shares stand beside, with a test of whether they agree. Where they do not, the
common share is a mixture, and the two legs are the finding.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike

from sarai.flows.models.errors import NotIdentified
from sarai.flows.models.longrun import long_run
from sarai.flows.models.series import Floats, as_series, check_level, seasons
from sarai.goods import BadSetting

__all__ = ["Diversion", "Share", "diversion"]

SPARE = 12  # observed periods beyond the coefficients: with fewer no autocorrelation can be told
ROUNDS = 10  # of weighing and dating; two are usual
DIRECT, SENT, ONWARD = range(3)


class Share(NamedTuple):
    """A share of the lost direct trade, with its interval; above 1 where more came than was lost."""

    estimate: float
    low: float
    high: float


class Diversion(Struct, frozen=True):
    """Trade that was lost directly and came back indirectly.

    Attributes
    ----------
    at, earliest, latest
        Position of the first period after the break, and its interval.
    share
        Of both legs together; `sent` and `onward` of each alone.
    agree_p
        Against both legs having the same share; small if they do not.
    lost, gained
        Per period, in the unit of the values.
    periods, holes
        Length, and how many periods lack one of the three.
    """

    at: int
    earliest: int
    latest: int
    share: Share
    sent: Share
    onward: Share
    agree_p: float
    lost: float
    gained: float
    level: float
    periods: int
    holes: int


def diversion(
    direct: ArrayLike,
    sent: ArrayLike,
    onward: ArrayLike,
    *,
    cycle: int = 12,
    level: float = 0.95,
    trimming: float = 0.15,
) -> Diversion:
    """The share of lost direct trade that came back through a transit state, and since when.

    Parameters
    ----------
    direct, sent, onward : arrays of shape (periods,)
        Sender to sanctioned, sender to transit state, transit state to sanctioned: values in one currency
        and valuation (not logarithms: a loss is compared with a gain), on one unbroken calendar. NaN for
        a hole; a period with a hole in one of them takes no part.
    cycle : int
        Periods of a year; 1 for values without seasons.
    level : float
        Of the intervals.
    trimming : float
        Share of observed periods that each side of the break keeps.

    Raises
    ------
    BadSetting
        The series are of different lengths, or a setting is out of range.
    TooFewPeriods
        Too few periods are observed in all three.
    NotIdentified
        Direct trade did not clearly fall, so that there is nothing to take a share of.
    """
    check_level(level)
    if not 0 < trimming < 0.5:
        raise BadSetting(f"trimming {trimming} must lie between 0 and 0.5; 0.15 is usual")
    flows = _observed((direct, sent, onward), cycle)
    first, earliest, latest = _when(flows, trimming, level)
    shift, covariance = flows.shifts(first)
    return _described(flows, (first, earliest, latest), shift, covariance, level)


class _Flows(NamedTuple):
    """The three flows where all are observed, shape (n, 3), without trend and seasons."""

    rest: Floats
    basis: Floats  # of trend and seasons
    position: np.ndarray
    periods: int

    @property
    def freedom(self) -> int:
        return len(self.rest) - self.basis.shape[1] - 1

    def since(self, first: np.ndarray) -> Floats:
        """Indicators of all periods since each of some, without trend and seasons."""
        after = (np.arange(len(self.rest))[:, None] >= first).astype(np.float64)
        return after - self.basis @ (self.basis.T @ after)

    def shifts(self, first: int) -> tuple[Floats, Floats]:
        """The shift of each flow since a period, and their covariance."""
        after = self.since(np.array([first]))[:, 0]
        squares = after @ after
        shift = after @ self.rest / squares
        residuals = np.full((self.periods, 3), np.nan)
        residuals[self.position] = self.rest - np.outer(after, shift)
        return shift, long_run(residuals) * (len(self.rest) / self.freedom) / squares


def _observed(series: tuple[ArrayLike, ...], cycle: int) -> _Flows:
    names = ("direct trade", "trade sent to transit", "trade sent onward")
    least = cycle + 2 + SPARE
    arrays = [as_series(values, least, name) for values, name in zip(series, names, strict=True)]
    if len({len(array) for array in arrays}) > 1:
        raise BadSetting(
            f"the three flows have {', '.join(str(len(array)) for array in arrays)} periods; "
            "give all on one calendar, with NaN where one was not published"
        )
    if np.array_equal(arrays[SENT], arrays[ONWARD], equal_nan=True):
        raise BadSetting("both legs are the same numbers; give what was sent to transit, and what onward")
    together = np.sum(arrays, axis=0)
    position = np.flatnonzero(np.isfinite(as_series(together, least, "trade observed in all three flows")))
    time = np.arange(len(together)) - len(together) / 2
    beside = np.column_stack([np.ones(len(time)), time, seasons(len(time), cycle)])[position]
    basis, _ = np.linalg.qr(beside)
    values = np.column_stack(arrays)[position]
    return _Flows(values - basis @ (basis.T @ values), basis, position, len(time))


def _when(flows: _Flows, trimming: float, level: float) -> tuple[int, int, int]:
    """The break among observed periods, and the first and last that could be it."""
    n = len(flows.rest)
    shortest = math.ceil(trimming * n)
    first = np.arange(shortest, n - shortest + 1)
    after = flows.since(first)
    squares = (after**2).sum(axis=0)[:, None]
    shift = after.T @ flows.rest / squares
    left = (flows.rest**2).sum(axis=0) - shift**2 * squares
    best = int(np.log(left).sum(axis=1).argmin())
    for _ in range(ROUNDS):
        before = best
        _, covariance = flows.shifts(int(first[best]))
        weight = np.linalg.inv(covariance * squares[best])
        explained = (squares * shift @ weight * shift).sum(axis=1)
        best = int(explained.argmax())
        if best == before:
            break
    within = first[explained >= explained[best] + 2 * math.log(1 - math.sqrt(level))]
    return int(first[best]), int(within[0]), int(within[-1])


def _described(
    flows: _Flows, when: tuple[int, int, int], shift: Floats, covariance: Floats, level: float
) -> Diversion:
    from scipy.stats import chi2
    from scipy.stats import t as student

    reach = float(student.isf((1 - level) / 2, flows.freedom))
    legs = {SENT: np.eye(3)[SENT], ONWARD: np.eye(3)[ONWARD]}
    both = _least_variance(covariance)
    share = _share(both, shift, covariance, reach)
    # legs agree if the difference of their gains is none
    apart = legs[SENT] - legs[ONWARD]
    first, earliest, latest = when
    return Diversion(
        at=int(flows.position[first]),
        earliest=int(flows.position[earliest - 1]) + 1,
        latest=int(flows.position[latest]),
        share=share,
        sent=_share(legs[SENT], shift, covariance, reach),
        onward=_share(legs[ONWARD], shift, covariance, reach),
        agree_p=float(chi2.sf((apart @ shift) ** 2 / (apart @ covariance @ apart), 1)),
        lost=float(-shift[DIRECT]),
        gained=float(both @ shift),
        level=level,
        periods=flows.periods,
        holes=flows.periods - len(flows.position),
    )


def _least_variance(covariance: Floats) -> Floats:
    """Weights of the legs, between 0 and 1, whose mean varies least."""
    apart = covariance[SENT, SENT] + covariance[ONWARD, ONWARD] - 2 * covariance[SENT, ONWARD]
    of_sent = float(np.clip((covariance[ONWARD, ONWARD] - covariance[SENT, ONWARD]) / apart, 0, 1))
    return np.array([0.0, of_sent, 1 - of_sent])


def _share(gain: Floats, shift: Floats, covariance: Floats, reach: float) -> Share:
    """All shares at which gain less share times loss lies within its reach of nothing (Fieller 1954)."""
    gained, lost = gain @ shift, -shift[DIRECT]
    cross, of_loss = -(gain @ covariance[:, DIRECT]), covariance[DIRECT, DIRECT]
    square = lost**2 - reach**2 * of_loss
    if lost <= 0 or square <= 0:
        raise NotIdentified(
            f"direct trade changed by {-lost:.4g} per period with a standard error of "
            f"{math.sqrt(of_loss):.4g}: no clear loss to take a share of; "
            "take a longer span, or more goods together"
        )
    middle = gained * lost - reach**2 * cross
    root = math.sqrt(max(middle**2 - square * (gained**2 - reach**2 * (gain @ covariance @ gain)), 0.0))
    return Share(float(gained / lost), float((middle - root) / square), float((middle + root) / square))
