"""What the corridors' own demands leave of every limit.

Counted as `sarai.corridors.capacity.bounds` counts: lines, ports and fleets; the departures of services; and
what handlings do in a day. A tonne that is handled twice at a place counts twice there. What is left of TEU,
slots and trains is told in tonnes of metal in containers; ores take more or less of the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from sarai.corridors import Network
from sarai.minerals.diversify.tables import Limit

if TYPE_CHECKING:
    from sarai.corridors.capacity.bounds import Bound
    from sarai.corridors.steps import Step
    from sarai.corridors.tables import Good

__all__ = ["Room"]

TOLD_IN = "aluminium"


class Room:
    """The limits of a network; they are solved for when the first is asked for.

    Attributes
    ----------
    bounds : tuple of Bound
        Rows of a year, by which limits count.
    """

    def __init__(self, network: Network) -> None:
        from sarai.corridors.capacity.bounds import bounds

        self.network = network
        self.bounds: tuple[Bound, ...] = tuple(bounds(network, None))
        self._at: dict[str, list[Bound]] = defaultdict(list)
        for each in self.bounds:
            for part in each.on:
                self._at[part].append(each)

    def takes(self, steps: Iterable[Step], good: Good) -> dict[str, float]:
        """Tonnes of each limit that a tonne takes on its way."""
        from sarai.corridors.capacity.bounds import parts_of, per_tonne

        found: dict[str, float] = defaultdict(float)
        for step in steps:
            for part in parts_of(self.network, step, good):
                for each in self._at.get(part, ()):
                    found[each.code] += per_tonne(each.unit, good) * self._t_of(each)
        return {code: times for code, times in found.items() if times > 0}

    def limit(self, code: str) -> Limit:
        """What is left of one."""
        from sarai.corridors.capacity.naming import limit_names

        at = next(at for at, each in enumerate(self.bounds) if each.code == code)
        bound, left = self.bounds[at], float(self._left[at])
        sources = {each.code: each.source for each in self.network.limits}
        return Limit(
            code=code, name=limit_names(self.network, (bound.limit,))[0],
            t_per_year=max(0.0, left) * self._t_of(bound),
            source=sources.get(bound.limit, "the network of corridors"),
        )  # fmt: skip

    def _t_of(self, bound: Bound) -> float:
        """Tonnes for one of what a bound counts: of metal for a TEU, a slot or a train, else one."""
        from sarai.corridors.capacity.bounds import per_tonne

        if bound.unit == "unit" and not bound.code.endswith(":container"):
            return 1.0  # a handling of what is loose
        good = self.network.by_good.get(TOLD_IN)
        return 1 / (per_tonne(bound.unit, good) or 1.0) if good else 1.0

    @cached_property
    def _left(self) -> np.ndarray:
        """Of each bound in its unit, shape (bounds,); empties of the network's demands take their part."""
        from sarai.corridors.capacity import Problem, prepared

        flow = prepared(Problem.of(self.network))
        found = flow.found()
        left = flow.model.rights(found.capacity)
        for column, amount in found.used:
            left[column.bounds] -= column.takes * amount
        return left
