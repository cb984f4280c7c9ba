"""What is usual on a route, and how transits fare of somebody who has to do with many."""

from __future__ import annotations

from collections.abc import Iterable
from math import log

from msgspec import Struct, field

from sarai.watch.memory.times import OF_ALL, Times

MOST_ROUTES = 2_000  # some 4 kB each; those that come later count among all alone

MOST_PARTIES = 150_000  # those beyond are not told apart


class ByRoute(Struct):
    """The latest values of each route, and of all."""

    routes: dict[str, Times] = field(default_factory=dict)
    all: Times = field(default_factory=lambda: Times(most=OF_ALL))

    def add(self, route: str, value: float) -> None:
        """One more."""
        self.all.add(value)
        times = self.routes.get(route)
        if times is None:
            if len(self.routes) >= MOST_ROUTES:
                return
            times = self.routes[route] = Times()
        times.add(value)

    def of(self, route: str, least: float) -> Times | None:
        """Those of a route if there are so many, else of all if there are; else nobody knows."""
        times = self.routes.get(route)
        if times is not None and times.count >= least:
            return times
        return self.all if self.all.count >= least else None


def count_up(counts: dict[str, int], name: str, most: int, by: int = 1) -> None:
    """One more of a name; names beyond a bound are not counted."""
    if name in counts or len(counts) < most:
        counts[name] = counts.get(name, 0) + by


class Tally(Struct, frozen=True, gc=False):
    """How many transits began, ended, ended late, and were sent to another country."""

    begun: int = 0
    ended: int = 0
    late: int = 0
    abroad: int = 0

    def plus(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(
            self.begun + other.begun, self.ended + other.ended,
            self.late + other.late, self.abroad + other.abroad,
        )  # fmt: skip


NOTHING = Tally()


class Tallies(Struct):
    """How transits fared, by who has to do with them, and in which role.

    Attributes
    ----------
    parties
        By role and party.
    totals
        By role, of all parties.
    """

    parties: dict[str, Tally] = field(default_factory=dict)
    totals: dict[str, Tally] = field(default_factory=dict)

    def of(self, role: str, party: str) -> tuple[Tally, Tally]:
        """Those of a party in a role, and of all in that role."""
        return self.parties.get(f"{role} {party}", NOTHING), self.totals.get(role, NOTHING)

    def add(self, roles: Iterable[tuple[str, str]], more: Tally) -> None:
        """One more transit of those who have these roles."""
        for role, party in roles:
            for tallies, key in ((self.totals, role), (self.parties, f"{role} {party}")):
                former = tallies.get(key)
                if former is not None:
                    tallies[key] = former.plus(more)
                elif len(tallies) < MOST_PARTIES:
                    tallies[key] = more


def surprise(part: int, whole: int, share: float) -> float:
    """How little chance explains so many of so many, where ``share`` is usual.

    The logarithm of one over a bound of that chance: the whole times the divergence of Kullback and
    Leibler; 0 if it is no more than usual. Source: Chernoff, Annals of Mathematical Statistics 23 (1952).

    >>> surprise(2, 10, 0.5), round(surprise(8, 10, 0.1), 1)
    (0.0, 13.6)
    """
    own = part / whole if whole else 0.0
    if own <= share or share <= 0.0:
        return 0.0
    rest = (1 - own) * log((1 - own) / (1 - share)) if own < 1 else 0.0
    return whole * (own * log(own / share) + rest)
