"""When a consignment will be there: an interval that holds as often as it says.

The expected hours come from `TravelTimes`. How far off such expectations are is not assumed but counted:
each consignment that came tells by how many scales it came earlier or later than was expected when it left
(its score), and intervals are quantiles of the latest scores (split conformal prediction, Papadopoulos et
al. 2002, Vovk et al. 2005). So they hold for any distribution, as long as tomorrow resembles yesterday.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from datetime import UTC, datetime, timedelta
from math import ceil, exp, floor, inf, log

from msgspec import Struct

from sarai.corridors.learnt.times import SHORTEST_H, Time, TravelTimes

__all__ = ["Arrivals", "Expected"]

KEPT = 1_000  # scores: some weeks of a busy border, so that a change of the ways is noticed
LEAST = 40  # scores before they say more than Student's t: an 80 % interval leaves out four at each end
COVERAGE = 0.8
LONGEST_H = 366 * 24.0  # from now on: by Student's t, who is far too late already comes in centuries
LATEST = datetime.max.replace(tzinfo=UTC)


class Expected(Struct, frozen=True, kw_only=True):
    """When a consignment will be there.

    Attributes
    ----------
    early, median, late : datetime
        It comes between `early` and `late` with probability `coverage`, half of the rest before and after.
        None of them is more than a year from now, so that what has long been lost is told as a year.
    late_probability : float or None
        That it comes after its deadline; none if there is none.
    passages : float
        How many passages between these places the time rests on, faded; 0 for the network's figures alone.
    calibrated : int
        How many earlier expectations the interval rests on; 0 for Student's t.
    """

    early: datetime
    median: datetime
    late: datetime
    coverage: float
    late_probability: float | None
    passages: float
    calibrated: int


class Arrivals:
    """Expects arrivals, and learns from them.

    Parameters
    ----------
    times : TravelTimes
    coverage : float
        Of the intervals.
    """

    def __init__(self, times: TravelTimes, coverage: float = COVERAGE) -> None:
        self.times = times
        self.coverage = coverage
        self._scores: deque[float] = deque(maxlen=KEPT)
        self._ordered: list[float] = []  # of them; empty if they have changed since

    def came(self, start: str, end: str, hours: float, known: Time | None = None) -> None:
        """A consignment took so long; to be told before `TravelTimes.learn` takes its passage in.

        `known` is what was expected when it left, if that was kept; else what is expected now.
        """
        time = known or self.times.time(start, end)
        if time is not None:
            self._scores.append((log(max(hours, SHORTEST_H)) - time.mu) / time.scale)
            self._ordered = []

    def expect(
        self, start: str, end: str, left: datetime, now: datetime, deadline: datetime | None = None
    ) -> Expected | None:
        """When what left a place at a time and has not come until now will be at another.

        None where nothing is known of that pair of places.
        """
        time = self.times.time(start, end)
        if time is None:
            return None
        gone_h = max((now - left).total_seconds() / 3600, 0.0)
        scores = self._left_over(time, gone_h)
        tail = (1 - self.coverage) / 2
        most = log(gone_h + LONGEST_H)
        early, median, late = (
            max(exp(min(time.mu + time.scale * _quantile(scores, time, gone_h, share), most)), gone_h)
            for share in (tail, 0.5, 1 - tail)
        )
        return Expected(
            early=_later(left, early), median=_later(left, median), late=_later(left, late),
            coverage=self.coverage,
            late_probability=_after(scores, time, gone_h, left, deadline),
            passages=round(time.passages, 1), calibrated=len(scores),
        )  # fmt: skip

    def _left_over(self, time: Time, gone_h: float) -> list[float]:
        """The scores that are still possible for who has gone so long, in order; none if they are too few."""
        least = (log(gone_h) - time.mu) / time.scale if gone_h > 0 else -inf
        self._ordered = self._ordered or sorted(self._scores)
        scores = self._ordered[bisect_right(self._ordered, least) :]
        return scores if len(scores) >= LEAST else []


def _later(left: datetime, hours: float) -> datetime:
    """So much later, as far as there are dates."""
    return left + min(timedelta(hours=hours), LATEST - left)


def _quantile(scores: list[float], time: Time, gone_h: float, share: float) -> float:
    """Of the scores, outwards to the next one, as conformal prediction has it; else of Student's t."""
    if scores:
        place = (len(scores) + 1) * share
        at = ceil(place) if share > 0.5 else floor(place)
        return scores[min(max(at, 1), len(scores)) - 1]
    from scipy.special import stdtr, stdtrit

    before = stdtr(time.freedom, (log(gone_h) - time.mu) / time.scale) if gone_h > 0 else 0.0
    return float(stdtrit(time.freedom, min(before + (1 - before) * share, 1 - 1e-9)))


def _after(
    scores: list[float], time: Time, gone_h: float, left: datetime, deadline: datetime | None
) -> float | None:
    """The probability to come after the deadline, given that it has not come until now."""
    if deadline is None:
        return None
    hours = (deadline - left).total_seconds() / 3600
    if hours <= gone_h:
        return 1.0
    least = (log(hours) - time.mu) / time.scale
    if scores:
        return round(sum(each > least for each in scores) / len(scores), 4)
    from scipy.special import stdtr

    gone = stdtr(time.freedom, -(log(gone_h) - time.mu) / time.scale) if gone_h > 0 else 1.0
    return round(min(float(stdtr(time.freedom, -least) / max(gone, 1e-12)), 1.0), 4)
