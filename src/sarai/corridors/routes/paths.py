"""A way through the graph of steps, and its two ends."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from msgspec import Struct

from sarai.corridors.graph import Graph
from sarai.corridors.routes.blocked import unreachable
from sarai.corridors.steps import DELIVERED, DOOR, Criteria, Step
from sarai.goods import BadSetting

__all__ = ["Ends", "Path", "both_ends", "path_of"]


class Path(Struct, frozen=True):
    """A way, as the indices of its steps in the graph.

    Attributes
    ----------
    steps : tuple of int
        From loading to delivering.
    criteria : Criteria
        Of all steps together, for a tonne.
    cost : float
        By what the way was chosen; 0 where nothing was weighed.
    """

    steps: tuple[int, ...]
    criteria: Criteria
    cost: float = 0.0

    def along(self, graph: Graph) -> list[Step]:
        """The steps themselves."""
        return [graph.steps[at] for at in self.steps]


class Ends(NamedTuple):
    """Nodes of the graph between which ways are sought."""

    start: int
    end: int


def both_ends(graph: Graph, start: str, end: str) -> Ends:
    """The nodes where a way begins and ends, by codes or names of places.

    Raises
    ------
    NotInNetwork
        A place is not known.
    BadSetting
        Both are the same.
    Unreachable
        Nothing takes the good up or sets it down there.
    """
    first, last = graph.network.place(start), graph.network.place(end)
    if first == last:
        raise BadSetting(f"start and end are both {first.name} ({first.code}); choose another place for one")
    ends = [graph.index.get(node) for node in ((first.code, DOOR), (last.code, DELIVERED))]
    if None in ends:
        raise unreachable(graph, first, last)
    return Ends(*ends)


def path_of(graph: Graph, edges: tuple[int, ...], cost: float = 0.0) -> Path:
    """The way of some steps, with what they take together."""
    total = graph.weights[np.array(edges, int)].sum(axis=0)
    return Path(edges, Criteria(*total.tolist()), cost)
