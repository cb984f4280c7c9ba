r"""Codes of one edition of the Harmonized System in terms of another, with the weight of every split.

A code :math:`i` of one edition is shared out over codes :math:`j` of the other by weights
:math:`w_{ij} \ge 0` with :math:`\sum_j w_{ij} = 1`, so that no value is lost or made up:

.. math:: y_j = \sum_i w_{ij}\, x_i

Towards an *older* edition, which is how series are compared, the weight of a code follows from the
first of these rules that applies; each row names its rule:

``only``
    Correlations name one older code: it takes all.
``nomenclature``
    The nomenclature itself says what the code was split from (`Link.added`), whatever the tables say.
``wide``
    More than `WIDE` codes are named, none of them by the same digits (electronic waste could have been any
    machine): no one of them stands for it, and each takes the same small share, or none, as
    `sarai.flows.preparing.share_table` has it. The UN's conversion table would send all electronic waste
    to processors (854231), where it looks like a surge.
``conversion``
    The one code that the conversion table of the UN Statistics Division names. So does a wide code that
    there was before, such as 852990, which in 2022 took in parts of 482 other machines: it stays itself.

Towards a *newer* edition a code is shared equally over the codes whose weight points back to it, or if
none does, over all that correlations name (``equal``). 300219 of HS 2017 has no successor and stays as it
is. `sarai.flows.estimated` learns better shares from trade that was recorded in both, which `shares` then
takes for the step between the two.

A row over several editions names the last rule of its way that was not ``only``, but ``wide`` once it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from sarai.goods import BadSetting
from sarai.reference.hs import EDITIONS, Link, links_back

__all__ = ["WIDE", "Share", "held", "shares"]

WIDE = 50  # codes named: the widest split of a machine names 41, the narrowest of a mixture 65


class Share(NamedTuple):
    """How much of one code's trade another edition has under a code."""

    edition: str
    code: str
    target_code: str
    weight: float
    rule: str


Shared = dict[str, tuple[float, str]]  # by target code, its weight and the rule
Learnt = Mapping[tuple[str, str], Iterable[Share]]


def shares(editions: Iterable[str], target: str, learnt: Learnt | None = None) -> list[Share]:
    """The shares of every six-digit code of some editions in the codes of a target edition.

    The target's own codes stand in it too, each with all of itself, so that one join carries all.

    Parameters
    ----------
    learnt : mapping of (source, target) to shares, optional
        For steps between neighbours, what takes the place of the default, code by code.

    Raises
    ------
    BadSetting
        An edition has no tables.

    >>> [share for share in shares(["HS2022"], "HS2017") if share.code == "854151"]
    [Share(edition='HS2022', code='854151', target_code='854150', weight=1.0, rule='nomenclature')]
    """
    steps = {step: _by_code(rows) for step, rows in (learnt or {}).items()}
    found = []
    for edition in sorted(set(editions)):
        found += _carried(_way(edition, target), steps)
    return found


def held(code: str, link: Link) -> tuple[str, ...]:
    """The older codes that a newer one may be shared out over; none if it names too many."""
    if len(link.older) <= WIDE:
        return link.older
    return link.added or ((code,) if code in link.older else ())


def _way(source: str, target: str) -> Sequence[str]:
    unknown = [edition for edition in (source, target) if edition not in EDITIONS]
    if unknown:
        raise BadSetting(
            f"there is no correspondence for {unknown[0]!r}; use editions {', '.join(EDITIONS)}, "
            "or keep each edition apart"
        )
    start, end = EDITIONS.index(source), EDITIONS.index(target)
    return EDITIONS[start : end + 1] if start <= end else EDITIONS[end : start + 1][::-1]


def _by_code(rows: Iterable[Share]) -> dict[str, Shared]:
    found: dict[str, Shared] = defaultdict(dict)
    for share in rows:
        found[share.code][share.target_code] = (share.weight, share.rule)
    return found


def _carried(way: Sequence[str], learnt: Mapping[tuple[str, str], dict[str, Shared]]) -> list[Share]:
    """The shares along a way of editions: the product of the weights of its steps, summed over ways."""
    if len(way) == 1:
        return [Share(way[0], code, code, 1.0, "same") for code in sorted(_codes(way[0]))]
    weights = {code: {code: (1.0, "only")} for code in _codes(way[0])}
    for step in pairwise(way):
        onward = _step(*step) | learnt.get(step, {})
        weights = {code: _product(shared, onward) for code, shared in weights.items()}
    return [
        Share(way[0], code, target, weight, rule)
        for code in sorted(weights)
        for target, (weight, rule) in sorted(weights[code].items())
    ]


def _product(shared: Shared, onward: dict[str, Shared]) -> Shared:
    total: Shared = {}
    for middle, (weight, rule) in sorted(shared.items()):
        for target, (more, last) in sorted(onward.get(middle, {}).items()):
            before, _ = total.get(target, (0.0, ""))
            total[target] = (before + weight * more, rule if last == "only" or rule == "wide" else last)
    return total


@cache
def _codes(edition: str) -> frozenset[str]:
    older = EDITIONS.index(edition) - 1
    if older < 0:
        newer = links_back(EDITIONS[1], edition)
        return frozenset(code for link in newer.values() for code in link.older)
    return frozenset(links_back(edition, EDITIONS[older]))


@cache
def _step(source: str, target: str) -> dict[str, Shared]:
    """The weights of a step between neighbours."""
    if source > target:
        return {code: _back(code, link) for code, link in links_back(source, target).items()}
    heirs: dict[str, list[str]] = defaultdict(list)  # those whose weight points back
    named: dict[str, list[str]] = defaultdict(list)  # all that correlations name
    for newer, link in sorted(links_back(target, source).items()):
        for older in link.older:
            named[older].append(newer)
        for older, (_, rule) in _back(newer, link).items():
            if rule != "wide":
                heirs[older].append(newer)
    return {code: _equal(heirs[code] or named[code] or [code], "equal") for code in sorted(_codes(source))}


def _back(code: str, link: Link) -> Shared:
    if len(link.older) == 1:
        return _equal(link.older, "only")
    if link.added:
        return _equal(link.added, "nomenclature")
    if not held(code, link):
        return _equal(link.older, "wide")
    return _equal([link.conversion], "conversion")


def _equal(codes: Sequence[str], rule: str) -> Shared:
    return {code: (1 / len(codes), rule if len(codes) > 1 or rule != "equal" else "only") for code in codes}
