"""Networks by what has been built: each set of projects once, in an order in which it can be built."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from itertools import combinations

from sarai.corridors.capacity.bounds import capacities
from sarai.corridors.changes import Change, apply, parse
from sarai.corridors.network import Network
from sarai.corridors.tables import Project
from sarai.goods import BadSetting, NotInNetwork, TooLarge

__all__ = ["Built", "States"]

Built = frozenset[int]
"""Projects that are there, by index, with all that they come after."""

MOST_TOGETHER = 8  # projects that change one and the same thing: every set of them is looked at
OPENS_WAYS = ("slow", "tax", "add", "ask")


class States:
    """A network with any set of projects; raises `BadSetting` for projects that cannot be as they are told.

    Attributes
    ----------
    changes : tuple of tuple of Change
        What each project does.
    """

    def __init__(self, network: Network, projects: Sequence[Project], asked: Collection[str] = ()) -> None:
        self.projects, self.asked = tuple(projects), tuple(asked)
        self.at = {each.code: at for at, each in enumerate(self.projects)}
        if len(self.at) < len(self.projects):
            codes = [each.code for each in self.projects]
            twice = next(code for code in codes if codes.count(code) > 1)
            raise BadSetting(f"project {twice!r} is there twice; keep one of them")
        self.after = tuple(tuple(self._named(each)) for each in self.projects)
        self.order = self._in_order()
        self.changes = tuple(_changes(each) for each in self.projects)
        self._networks: dict[Built, Network] = {frozenset(): network}

    def closed(self, some: Iterable[int]) -> Built:
        """Projects with all that must be there before them."""
        found, todo = set(), list(some)
        while todo:
            at = todo.pop()
            if at not in found:
                found.add(at)
                todo += self.after[at]
        return frozenset(found)

    def without(self, at: int) -> Built:
        """All but one, and but those that come after it."""
        return frozenset(each for each in self.everything if at not in self.closed([each]))

    @cached_property
    def everything(self) -> Built:
        """All projects."""
        return frozenset(range(len(self.projects)))

    def together(self, some: Collection[int], what: str) -> list[Built]:
        """All sets that can be built of some projects, smaller ones first; none of them is left out."""
        if len(some) > MOST_TOGETHER:
            codes = ", ".join(self.projects[at].code for at in sorted(some))
            raise TooLarge(
                f"{len(some)} projects change {what}: {codes}; at most {MOST_TOGETHER} "
                f"can, so plan them apart"
            )
        sets = [
            self.closed(each) for size in range(len(some) + 1) for each in combinations(sorted(some), size)
        ]
        return sorted(dict.fromkeys(sets), key=lambda each: (len(each), sorted(each)))

    def needed(self, built: Built) -> tuple[int, ...]:
        """Of a set, those that bring all others with them."""
        implied = {before for at in built for before in self.closed(self.after[at])}
        return tuple(sorted(built - implied))

    def network(self, built: Built) -> Network:
        """The network with projects built, in the order in which they are listed or must come."""
        if built not in self._networks:
            last = max(built, key=self.order.index)
            self._networks[built] = self.applied(self.network(built - {last}), last, self.changes[last])
        return self._networks[built]

    @cached_property
    def frame(self) -> Network:
        """All places, legs and services that there could be; limits as they are without projects."""
        bare = self.network(frozenset())
        network = bare
        for at in self.order:
            brings = [each for each in self.changes[at] if each.verb in ("add", "ask")]
            network = self.applied(network, at, brings)
        old = {each.code: each for each in bare.limits}
        return network.with_rows(limits=[old.get(each.code, each) for each in network.limits])

    def capacities(self, built: Built) -> dict[str, float]:
        """A year's capacity by limit."""
        return capacities(self.network(built))

    def ways_of(self, built: Built) -> Built:
        """Of a set, those that change ways, with what they come after: the same steps are there with them."""
        return self.closed(at for at in built if self.opens_ways(at))

    def opens_ways(self, at: int) -> bool:
        """Whether a project can change what steps there are, or what they take."""
        return any(each.verb in OPENS_WAYS or _is_service(each) for each in self.changes[at])

    def applied(self, network: Network, at: int, changes: Iterable[Change]) -> Network:
        """A network after changes of a project, which faults name."""
        try:
            return apply(network, changes)
        except (BadSetting, NotInNetwork) as fault:
            raise type(fault)(f"project {self.projects[at].code}: {fault}") from fault

    def _named(self, project: Project) -> Iterable[int]:
        for code in project.after.split():
            if code not in self.at:
                raise BadSetting(
                    f"project {project.code} comes after {code!r}, which is not among the projects "
                    f"({', '.join(sorted(self.at))}); add it, or leave it out of `after`"
                )
            yield self.at[code]

    def _in_order(self) -> list[int]:
        """All projects, each after what it comes after; as they are listed where that leaves it open."""
        order: list[int] = []
        while len(order) < len(self.projects):
            ready = (at for at in range(len(self.projects)) if at not in order)
            found = next((at for at in ready if set(self.after[at]) <= set(order)), None)
            if found is None:
                stuck = [each.code for at, each in enumerate(self.projects) if at not in order]
                raise BadSetting(
                    f"projects {', '.join(stuck)} wait for each other; take one out of another's `after`"
                )
            order.append(found)
        return order


def _changes(project: Project) -> tuple[Change, ...]:
    try:
        found = parse(project.does)
    except BadSetting as fault:
        raise BadSetting(f"project {project.code} does {project.does!r}: {fault}") from fault
    if not found:
        raise BadSetting(f"project {project.code} does nothing; say what, as `widen limit:CODE +1000000`")
    if shut := [each for each in found if each.verb == "close"]:
        raise BadSetting(
            f"project {project.code} closes something ({shut[0]}); a project opens, leave that out"
        )
    if not project.cost_musd >= 0 or project.lead_years < 0:
        raise BadSetting(
            f"project {project.code} costs {project.cost_musd:g} M USD in {project.lead_years} years; "
            f"neither can be below 0"
        )
    return found


def _is_service(change: Change) -> bool:
    return getattr(change.what, "kind", "") == "service"
