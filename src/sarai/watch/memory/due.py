"""What is to be looked at again when its time comes."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush

from msgspec import Struct, field


class Due(Struct):
    """A heap of times with what they are for; whether it is still wanted is looked at when it comes.

    Attributes
    ----------
    told
        The latest time that it was told of, microseconds since 1970.
    """

    waiting: list[tuple[int, str]] = field(default_factory=list)
    told: int = 0

    def set(self, time: int, reference: str) -> None:
        """Look again at a time, microseconds since 1970."""
        heappush(self.waiting, (time, reference))

    def join(self, other: Due) -> None:
        """Take over what another was set, which was told the same times."""
        self.waiting = sorted({*self.waiting, *other.waiting})
        self.told = max(self.told, other.told)

    def until(self, now: int) -> Iterator[tuple[int, str]]:
        """What was due before now, in order; what is set meanwhile comes in its turn.

        What was set when its time had gone by, since a paper came late, is due as soon as that is known:
        at the time ``told``.
        """
        while self.waiting and self.waiting[0][0] < now:
            yield heappop(self.waiting)
        self.told = max(self.told, now)
