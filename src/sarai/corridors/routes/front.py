"""The Pareto front: ways that no other way beats in every criterion at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from msgspec import Struct

from sarai.corridors.graph import CRITERIA, Graph
from sarai.corridors.routes.blocked import unreachable
from sarai.corridors.routes.labels import Labelled, settle
from sarai.corridors.routes.layout import layout, onward
from sarai.corridors.routes.paths import Ends, Path, both_ends, path_of
from sarai.goods import BadSetting, TooLarge

__all__ = ["Front", "pareto"]

WITHIN = 0.01  # no figure of the tables is known better
WIDER = 5.0
THINNER = 1.5
ROUGHEST = 10.0  # ways that differ more stand for nothing
MOST_LABELS = 50_000  # some seconds of work; five criteria across the packaged network take about 30,000
MOST_WAYS = 10_000


class Front(Struct, frozen=True):
    """Ways between which only a preference decides.

    Attributes
    ----------
    ways : tuple of Path
        In order of the criteria: the least of the first one first.
    by : tuple of str
        The criteria.
    within : float
        For every way there is one of `ways` that is in no criterion more than ``1 + within`` times it; with
        0, `ways` are exactly those that none beats (of ways equal in all, one).
    notice : str
        Why `within` is wider than was asked for; empty if it is not.
    """

    ways: tuple[Path, ...]
    by: tuple[str, ...]
    within: float
    notice: str = ""


def pareto(
    graph: Graph,
    start: str,
    end: str,
    by: Sequence[str] = CRITERIA,
    most: int = 200,
    within: float = WITHIN,
) -> Front:
    """The ways that no way beats in all criteria.

    Parameters
    ----------
    start, end : str
        Places, by code or name.
    by : sequence of str
        One to five of `CRITERIA`.
    most : int
        More ways than these are not read. Where there are more, ways stand for others that are further off,
        and where the search takes too long, it is done again more roughly; `Front.within` is what then holds.
    within : float
        0 to 1: ways that differ by no more than this share in each criterion may stand for each other. 0
        asks for all, and stays.

    Raises
    ------
    Unreachable
        There is none.
    TooLarge
        They are more than `most` or take too long, and all were asked for (`within` is 0) or none can stand
        for the others.
    BadSetting
        A criterion, `most` or `within` cannot be used, or start and end are the same place.
    """
    by = _checked(by, most, within)
    columns = [CRITERIA.index(name) for name in by]
    found, rough = _searched(graph, both_ends(graph, start, end), columns, within)
    if found is None:
        raise unreachable(graph, graph.network.place(start), graph.network.place(end))
    ways, holds = _thinned([path_of(graph, edges) for edges in found.paths], columns, rough, most)
    if not found.whole or len(ways) > most:
        raise TooLarge(_too_many(graph, start, end, found, most))
    ways.sort(key=lambda way: (*(way.criteria[column] for column in columns), way.steps))
    return Front(tuple(ways), by, holds, _notice(within, holds, most))


def _searched(graph: Graph, ends: Ends, columns: list[int], within: float) -> tuple[Labelled | None, float]:
    """What label setting found, none if there is no way; and within what, as it took too long for less."""
    nodes, weights = len(graph.nodes), graph.weights[:, columns]
    trees = (onward(graph.tail, graph.head, np.ascontiguousarray(c), nodes, ends.end) for c in weights.T)
    least = np.column_stack([tree.cost for tree in trees])
    if not np.isfinite(least[ends.start]).all():
        return None, within
    lines = layout(graph.tail, nodes)
    search = partial(settle, lines, graph.head, weights, least, ends, most_labels=MOST_LABELS)
    found = search(within=within)
    while not found.whole and 0 < within < ROUGHEST:
        within *= WIDER
        found = search(within=within)
    return found, within


def _thinned(ways: list[Path], columns: list[int], within: float, most: int) -> tuple[list[Path], float]:
    """At most so many ways, each of the others within a share of one of them, and what holds then for all."""
    values = np.array([way.criteria for way in ways]).reshape(-1, len(CRITERIA))[:, columns]
    kept, apart, factor = list(range(len(ways))), within, 1.0
    while len(kept) > most and 0 < apart < ROUGHEST:
        apart *= THINNER
        factor, kept = 1 + apart, []
        for at, row in enumerate(values):
            if not (values[kept] <= row * factor).all(axis=1).any():
                kept.append(at)
    return [ways[at] for at in kept], (1 + within) * factor - 1 if factor > 1 else within


def _checked(by: Sequence[str], most: int, within: float) -> tuple[str, ...]:
    if unknown := [name for name in by if name not in CRITERIA]:
        raise BadSetting(f"criterion {unknown[0]!r} is not known; take some of {', '.join(CRITERIA)}")
    if not by or len(set(by)) < len(by):
        raise BadSetting(f"criteria {', '.join(by)!r} cannot be compared by; name each that counts once")
    if not 1 <= most <= MOST_WAYS:
        raise BadSetting(f"{most} ways cannot be asked for; take 1 to {MOST_WAYS:,}")
    if not 0 <= within <= 1:
        raise BadSetting(f"a share of {within!r} is not used; give 0 (all ways) to 1")
    return tuple(by)


def _notice(asked: float, holds: float, most: int) -> str:
    if holds == asked:
        return ""
    return (
        f"at {asked:.1%} there are more than {most} ways, or too many to compare; so for each way left out "
        f"one is shown that is in no criterion more than {holds:.1%} above it"
    )


def _too_many(graph: Graph, start: str, end: str, found: Labelled, most: int) -> str:
    between = f"{graph.network.place(start).name} and {graph.network.place(end).name}"
    why = f"more than {most}" if found.whole else f"too many to compare ({found.settled:,} begun)"
    return (
        f"ways between {between} that none beats are {why}; ask for fewer criteria, or more ways, or roughly"
    )
