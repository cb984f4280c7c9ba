"""Whether goods fit a firm's business: what firms of like activity do tells it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sarai.goods import Line
from sarai.watch.memory.activities import ALL, Activities, Fit
from sarai.watch.memory.traders import PRIORITY, headings_of
from sarai.watch.phrases import phrase
from sarai.watch.typology import Parameters

MISFIT = {
    "least_firms": 100.0,  # of any activity, before it is known who does what
    "least_alike": 20.0,  # firms with the word that speaks against the goods
    "least_everywhere": 3.0,  # firms that do it: else nobody is known to
    "share": 0.02,  # of firms of such an activity that are expected to do it
    "against": 0.4,  # that share by the share of all firms
    "share_listed": 0.1,  # the same of any goods of the priority list: they are many kinds
    "against_listed": 0.6,
}


class Misfit(NamedTuple):
    """A line with goods that do not fit, and under which heading."""

    line: Line
    heading: str
    fit: Fit

    @property
    def facts(self) -> Mapping[str, Any]:
        """What an officer is told of it."""
        return {
            "heading": phrase("any goods of the priority list")
            if self.heading == PRIORITY
            else phrase("goods of heading {heading}", heading=self.heading),
            "word": self.fit.word,
            "dealing": self.fit.dealing,
            "firms": self.fit.firms,
            "everywhere": self.fit.everywhere,
        }


def misfits(
    lines: Iterable[Line], activities: Activities, words: Iterable[str], known: str, given: Parameters
) -> Iterator[Misfit]:
    """The lines with goods that are new to a firm, and that hardly any firm like it has.

    Parameters
    ----------
    known
        The headings that the firm has had before.
    """
    if activities.firms.get(ALL, 0) < given["least_firms"]:
        return
    for line in lines:
        for heading in headings_of([line]):
            if f" {heading}" in known:
                continue
            fit = activities.fit(words, heading)
            if _is_odd(fit, given, "_listed" if heading == PRIORITY else ""):
                yield Misfit(line, heading, fit)
                break


def _is_odd(fit: Fit, given: Parameters, of: str) -> bool:
    """Whether hardly any such firm does it, though firms of other kinds do."""
    return (
        fit.share <= given[f"share{of}"]
        and fit.against <= given[f"against{of}"]
        and fit.firms >= given["least_alike"]
        and fit.everywhere >= given["least_everywhere"]
    )
