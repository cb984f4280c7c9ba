"""Shares of codes across editions that are learnt from trade recorded around the change of edition.

The default shares of `sarai.flows.editions` follow from tables alone: where a new code took in goods of
several old ones, one of them gets all. Reporters that went over in time have recorded much the same trade
under old codes in the last months before, and under new ones in the first months after. So shares can be
learnt (`sarai.flows.apportioning`) for each group of codes that correlations connect.

Where trade changed because of the event that is looked for, what is learnt would hide it: flows from, to and
of `DOUBTED` countries are left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from sarai.flows.apportioning import Apportioned, apportioned
from sarai.flows.editions import Share, held, shares
from sarai.flows.periods import Span
from sarai.goods import BadSetting
from sarai.reference.hs import Link, links_back

if TYPE_CHECKING:
    from ibis.expr.types import Table
    from numpy.typing import NDArray
    from pandas import DataFrame

__all__ = [
    "DOUBTED",
    "LEAST_REPORTERS",
    "LEAST_TRADE",
    "Estimate",
    "Estimated",
    "Left",
    "estimated",
    "recorded",
]

DOUBTED = ("AM", "AZ", "BY", "GE", "KG", "KZ", "MN", "RU", "TJ", "TM", "UZ")
"""Russia, Belarus, and the neighbours and customs partners through which goods were sent on from 2022."""

BY = ("source", "reporter", "flow")
LEAST_REPORTERS = 10  # fewer, and one of them decides
LEAST_TRADE = 100_000  # of a reporter in a group: below it, a single consignment decides its make-up
NEGLIGIBLE = 1e-6  # a weight that rounds to nothing


class Estimate(NamedTuple):
    """A share that was learnt, within which bounds, and from how much.

    `low` and `high` bound it (`sarai.flows.apportioning.CONFIDENCE`); `value` is the trade under `code` that
    it was learnt from, in the currency of the records, of `reporters` reporters.
    """

    edition: str
    code: str
    target_code: str
    weight: float
    low: float
    high: float
    value: float
    reporters: int


class Left(NamedTuple):
    """A code with several correlates that keeps its default shares, and why."""

    code: str
    reason: str


class Estimated(NamedTuple):
    """All shares of an edition, learnt where that could be, and what they rest on."""

    shares: list[Share]
    learnt: list[Estimate]
    left: list[Left]


class _Group(NamedTuple):
    """Codes that correlations connect, and where weights may be."""

    codes: list[str]
    targets: list[str]
    links: NDArray


def recorded(
    trade: Table,
    source: str,
    target: str,
    before: Span,
    after: Span,
    *,
    by: Collection[str] = BY,
    without: Collection[str] = DOUBTED,
) -> Table:
    """What reporters recorded under the older edition before it changed, and under the newer one after.

    Parameters
    ----------
    trade : Table
        As `sarai.flows.preparing.selected` makes it: rows of one frequency and one length of code, six or
        more digits, in one currency.
    source, target : str
        The editions, which stand next to each other, in either order.
    before, after : Span
        The same months of the year, so that seasons do not look like a change of codes.
    by : Collection of str
        What makes a row of observations; add ``partner`` for pairs.
    without : Collection of str
        Reporters and partners that are left out.

    Returns
    -------
    Table
        Columns of `by`, edition, code (six digits) and value.
    """
    older, newer = sorted((source, target))
    links_back(newer, older)  # says so if the editions do not stand next to each other
    early = (trade.edition == older) & trade.period.between(before.first, before.last)
    late = (trade.edition == newer) & trade.period.between(after.first, after.last)
    kept = trade.filter(trade.flow.isin(["import", "export"]), early | late, trade.code.length() >= 6)
    if without:
        kept = kept.filter(kept.reporter.notin(list(without)), kept.partner.notin(list(without)))
    return kept.mutate(code=kept.code.left(6)).group_by([*by, "edition", "code"]).agg(value=kept.value.sum())


def estimated(records: DataFrame, source: str, target: str) -> Estimated:
    """The shares of an edition's codes in those of the one next to it, learnt from records.

    A code keeps its default shares, and is named in `left`, if it has too many correlates (rule ``wide``), if
    it was not traded, or if fewer than `LEAST_REPORTERS` reporters recorded `LEAST_TRADE` of its group in
    both editions.

    Parameters
    ----------
    records : DataFrame
        What `recorded` gives.

    Raises
    ------
    BadSetting
        The editions do not stand next to each other, or the records have no trade in one of them.
    """
    newer, older = max(source, target), min(source, target)
    links = links_back(newer, older)
    sides = (_matrix(records, source), _matrix(records, target))
    default = shares([source], target)
    prior = {(share.code, share.target_code): share.weight for share in default}
    learnt: list[Estimate] = []
    left = _too_wide(links) if source == newer else []
    for group in _groups(links, backwards=source == newer):
        found, missed = _of_group(group, *sides, prior)
        learnt += [each._replace(edition=source) for each in found]
        left += missed
    return Estimated(_instead(default, learnt), sorted(learnt), sorted(left))


def _too_wide(links: dict[str, Link]) -> list[Left]:
    named = ((code, len(link.older)) for code, link in links.items() if not held(code, link))
    return [Left(code, f"{count} codes are named, which is too many") for code, count in named]


def _matrix(records: DataFrame, edition: str) -> DataFrame:
    """Observers by codes of one edition."""
    rows = records[records["edition"] == edition]
    if rows.empty:
        raise BadSetting(
            f"there is no trade in {edition} to learn from; give spans before and after the change of edition"
        )
    observer = [name for name in records.columns if name not in ("edition", "code", "value")]
    return rows.pivot_table(index=observer, columns="code", values="value", aggfunc="sum", fill_value=0.0)


def _groups(links: dict[str, Link], *, backwards: bool) -> Iterator[_Group]:
    """The groups of codes in which at least one has several targets."""
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    pairs = [(newer, older) for newer, link in sorted(links.items()) for older in held(newer, link)]
    pairs = pairs if backwards else [(older, newer) for newer, older in pairs]
    codes, rows = np.unique([code for code, _ in pairs], return_inverse=True)
    targets, columns = np.unique([target for _, target in pairs], return_inverse=True)
    size = len(codes) + len(targets)
    graph = coo_array((np.ones(len(pairs)), (rows, columns + len(codes))), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    linked = np.zeros((len(codes), len(targets)), dtype=bool)
    linked[rows, columns] = True
    of_code, of_target = label[: len(codes)], label[len(codes) :]
    for number in np.unique(of_code[linked.sum(axis=1) > 1]):
        ours, theirs = np.flatnonzero(of_code == number), np.flatnonzero(of_target == number)
        yield _Group(codes[ours].tolist(), targets[theirs].tolist(), linked[np.ix_(ours, theirs)])


def _of_group(
    group: _Group, source: DataFrame, target: DataFrame, prior: dict[tuple[str, str], float]
) -> tuple[list[Estimate], list[Left]]:
    """What is learnt of those codes of a group that have several targets."""
    import numpy as np

    both = source.index.intersection(target.index).sort_values()
    x = source.reindex(index=both, columns=group.codes, fill_value=0.0).to_numpy()
    y = target.reindex(index=both, columns=group.targets, fill_value=0.0).to_numpy()
    enough = np.minimum(x.sum(axis=1), y.sum(axis=1)) >= LEAST_TRADE
    reporters = both.get_level_values("reporter")[enough]
    split = np.flatnonzero(group.links.sum(axis=1) > 1)
    if (count := reporters.nunique()) < LEAST_REPORTERS:
        why = f"{count} reporters recorded its group in both editions, which is too few"
        return [], [Left(group.codes[row], why) for row in split]
    traded = x[enough].sum(axis=0) > 0
    missed = [Left(group.codes[row], "no trade of it was recorded") for row in split[~traded[split]]]
    stands = np.array([[prior.get((code, to), 0.0) for to in group.targets] for code in group.codes])
    _, observers = np.unique(reporters, return_inverse=True)
    result = apportioned(x[enough], y[enough], stands, group.links, observers)
    return list(_estimates(group, split[traded[split]], x[enough], observers, result)), missed


def _estimates(
    group: _Group, rows: NDArray, x: NDArray, observers: NDArray, result: Apportioned
) -> Iterator[Estimate]:
    import numpy as np

    for row in rows:
        rested_on = (float(x[:, row].sum()), len(np.unique(observers[x[:, row] > 0])))
        for column in np.flatnonzero(group.links[row]):
            bounds = (float(matrix[row, column]) for matrix in result)
            yield Estimate("", group.codes[row], group.targets[column], *bounds, *rested_on)


def _instead(default: list[Share], learnt: Iterable[Estimate]) -> list[Share]:
    """The default shares, but for those codes of which better ones were learnt."""
    total: dict[str, float] = {}
    kept = [each for each in learnt if each.weight > NEGLIGIBLE]
    for each in kept:
        total[each.code] = total.get(each.code, 0.0) + each.weight
    better = [
        Share(each.edition, each.code, each.target_code, each.weight / total[each.code], "estimated")
        for each in kept
    ]
    return sorted([share for share in default if share.code not in total] + better)
