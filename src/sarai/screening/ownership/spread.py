"""The least fixed point: who is blocked because the blocked hold enough of it.

Start with the listed, S. Add each company of which the members of S together hold enough; repeat
until none is added. That is what the rules say, and not a product of percentages along a chain;
companies that hold each other are not blocked by that alone, which is why the *least* fixed point.

It is reached twice: first with the least that everybody may hold, which gives who is blocked for
certain, and from there on with the most, which gives who may be. Each owner is visited once and
each stake once, so the work grows as the number of stakes. Members are taken one at a time from a
work list, or all that wait at once as vectors where they are many.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from sarai.screening.ownership.graph import NOBODY
from sarai.screening.ownership.shares import WHOLE
from sarai.screening.ownership.standing import Control, Stakes

MANY = 500  # members that wait: from about here on, vectors are faster than one at a time
MAX_WALKED = 1_000_000  # members of all closures; some ten seconds


class Column:
    """Whole numbers in one memory, quick both one at a time (``one``) and as a vector (``all``)."""

    def __init__(self, values: np.ndarray) -> None:
        self.one = array("q", np.ascontiguousarray(values, dtype=np.int64).tobytes())
        self.all = np.frombuffer(self.one, dtype=np.int64) if len(self.one) else np.zeros(0, dtype=np.int64)


class Links(NamedTuple):
    """Stakes in the order of their owners: those of owner o are from ``starts[o]`` to ``starts[o + 1]``.

    ``more`` is what may be held beyond the least, ``room`` how much of that takes nothing of what
    others leave, ``group`` the joint arrangement.
    """

    starts: Column
    company: Column
    low: Column
    more: Column
    room: Column
    group: Column


class Reach:
    """Whom all seeds block, and how much they hold of whom.

    Where a rule looks at each person alone there is a closure for each; else there is one.

    Attributes
    ----------
    closures
        Each: its members by their turn: the seeds, those blocked for certain, those possibly so;
        and how many ``seeds`` there are.
    surely, maybe
        By company: the number of the closure that first added it; -1: none.
    low, high
        By company: the greatest share that any closure holds, at least and at most; and in ``most``
        the number of the closure that holds the latter.
    is_coarse
        Whether so much may be blocked that some seeds were in the end looked at together.
    """

    def __init__(self, count: int) -> None:
        self.closures: list[dict[int, int]] = []
        self.seeds: list[int] = []
        self.walked, self.is_coarse = 0, False
        none, nothing = np.full(count, NOBODY), np.zeros(count)
        self.surely, self.maybe, self.most = Column(none), Column(none), Column(none)
        self.low, self.high = Column(nothing), Column(nothing)

    def closure_of(self, company: int) -> int:
        """The closure that blocks it, or else may, or else holds the most of it; -1: none."""
        closures = (column.one[company] for column in (self.surely, self.maybe, self.most))
        return next((number for number in closures if number != NOBODY), NOBODY)


class Spreading:
    """The stakes and control of one day, ready to be walked from any seeds.

    Of the closure that is being walked, ``low``, ``more`` and ``room`` are what it holds of each
    company, and ``rank`` is the turn of each member, -1 for others.
    """

    def __init__(self, stakes: Stakes, control: Control, needs: int) -> None:
        self._count = len(stakes.excess)
        vague = (stakes.low < stakes.high) | (stakes.group != NOBODY)
        self._plain, self._vague = _links(stakes, ~vague), _links(stakes, vague)
        self._walked = tuple(column.one for column in self._plain[:3])
        self._vague_starts = self._vague.starts.one
        self._alone = _links(stakes, stakes.high >= needs)
        self._joint, self._counted = _joint(stakes), set[int]()
        self._control, self._needs = control.by_owner, needs
        self._excess, self._free = Column(stakes.excess), Column(stakes.free)
        self._surely = Column(stakes.excess + needs)  # even if what is over the whole is overstated here
        nothing = np.zeros(self._count)
        self._low, self._more, self._room = Column(nothing), Column(nothing), Column(nothing)
        self._rank = Column(np.full(self._count, NOBODY))

    def reach(self, seeds: Iterable[Sequence[int]]) -> Reach:
        """From each of some groups of seeds on its own.

        A seed that is blocked already by one before would add nothing: all it reaches is reached.
        Where many may each block much, as in a graph of unknown shares, those that are left after
        ``MAX_WALKED`` are taken together: that can only tell less, never otherwise.
        """
        reach, put_off = Reach(self._count), []
        for some in seeds:
            if any(reach.surely.one[seed] == NOBODY for seed in some):
                is_new = any(reach.maybe.one[seed] == NOBODY for seed in some)
                is_now = is_new and reach.walked < MAX_WALKED
                self._close(some, reach, maybe=is_now)
                put_off += some if is_new and not is_now else ()
        if put_off:
            reach.is_coarse = True
            self._close(put_off, reach, sure=False)
        return reach

    def _close(self, seeds: Sequence[int], reach: Reach, *, sure: bool = True, maybe: bool = True) -> None:
        """Add a closure: whom the seeds block for certain, and whom they may block."""
        members: list[int] = []
        self._enter(seeds, members)
        if sure:
            self._grow(members, 0, sure=True)
        certain, touched = len(members), self._touched(members) if sure else ()
        self._note_least(reach, members[len(seeds) :], touched)
        if maybe:
            self._enter(self._enough(touched, sure=False), members)
            for owner in members[:certain] if self._control else ():
                self._enter((company for company, _ in self._control.get(owner, ())), members)
            self._grow(members, certain if sure else 0, sure=False)
            touched = self._touched(members)
            reach.walked += len(members)
        self._note_most(reach, members[certain:], touched)
        reach.closures.append(dict(zip(members, range(len(members)), strict=True)))
        reach.seeds.append(len(seeds))
        self._forget(members, touched)

    # -- walking -------------------------------------------------------------------------------

    def _grow(self, members: list[int], at: int, *, sure: bool) -> None:
        """Walk the list of members from a place on while it grows."""
        while at < len(members):
            wait = len(members) - at
            if wait >= MANY and not self._joint:
                owners, at = members[at:], len(members)
                touched = self._add_all(np.array(owners))
            else:
                owners, at = members[at : at + 1], at + 1
                touched = self._add(owners[0])
            if enough := self._enough(touched, sure):
                self._enter(enough, members)
            for owner in owners if self._control else ():
                links = self._control.get(owner, ())
                self._enter((company for company, certain in links if certain or not sure), members)

    def _enter(self, companies: Iterable[int], members: list[int]) -> None:
        rank = self._rank.one
        for company in companies:
            if rank[company] == NOBODY:
                rank[company] = len(members)
                members.append(company)

    def _add(self, owner: int) -> Sequence[int]:
        """Add one owner's stakes to what is held; the companies."""
        starts, companies, shares = self._walked
        begin, end, held = starts[owner], starts[owner + 1], self._low.one
        touched = companies[begin:end]
        for company, share in zip(touched, shares[begin:end], strict=True):
            held[company] += share
        begin, end = self._vague_starts[owner], self._vague_starts[owner + 1]
        if begin == end:
            return touched
        for at in range(begin, end):
            self._add_vague(at)
        return touched + self._vague.company.one[begin:end]

    def _add_vague(self, at: int) -> None:
        """A stake of unknown share; or one under a joint arrangement, with all that is under it."""
        _, company, *parts, group = (column.one for column in self._vague)
        joint = group[at]
        if joint in self._counted:
            return
        if joint != NOBODY:
            self._counted.add(joint)
        added = (part[at] for part in parts) if joint == NOBODY else self._joint[joint]
        for held, part in zip((self._low, self._more, self._room), added, strict=True):
            held.one[company[at]] += part

    def _add_all(self, owners: np.ndarray) -> np.ndarray:
        """Add the stakes of many owners to what is held; the companies."""
        plain, vague = (_rows(links.starts.all, owners) for links in (self._plain, self._vague))
        np.add.at(self._low.all, self._plain.company.all[plain], self._plain.low.all[plain])
        companies = self._vague.company.all[vague]
        for held, part in zip((self._low, self._more, self._room), self._vague[2:5], strict=True):
            np.add.at(held.all, companies, part.all[vague])
        return np.unique(np.concatenate([self._plain.company.all[plain], companies]))

    def _enough(self, companies: Sequence[int], sure: bool) -> Sequence[int]:
        """Those of which enough is held, for certain or possibly."""
        if isinstance(companies, np.ndarray):
            low = self._low.all[companies]
            is_enough = low >= self._surely.all[companies] if sure else self._mosts(companies) >= self._needs
            return companies[is_enough & (self._rank.all[companies] == NOBODY)].tolist()
        if sure:
            low, need = self._low.one, self._surely.one
            return [company for company in companies if low[company] >= need[company]]
        return [company for company in companies if self._most(company) >= self._needs]

    def _most(self, company: int) -> int:
        """The most that is held: no more than others leave for certain."""
        left = self._room.one[company] + self._free.one[company]
        return min(self._low.one[company] + min(self._more.one[company], left), WHOLE)

    def _mosts(self, companies: np.ndarray) -> np.ndarray:
        left = self._room.all[companies] + self._free.all[companies]
        return np.minimum(self._low.all[companies] + np.minimum(self._more.all[companies], left), WHOLE)

    # -- keeping a closure ---------------------------------------------------------------------

    def _touched(self, members: list[int]) -> Sequence[int]:
        """The companies of which members hold anything."""
        if len(members) >= MANY:
            owners = np.array(members)
            rows = [
                links.company.all[_rows(links.starts.all, owners)] for links in (self._plain, self._vague)
            ]
            return np.unique(np.concatenate(rows))
        found: dict[int, None] = {}
        for links in (self._plain, self._vague):
            starts, company = links.starts.one, links.company.one
            for owner in members:
                found.update(dict.fromkeys(company[starts[owner] : starts[owner + 1]]))
        return list(found)

    def _note_least(self, reach: Reach, added: list[int], touched: Sequence[int]) -> None:
        _first(reach.surely.one, added, len(reach.closures))
        if isinstance(touched, np.ndarray):
            least = self._low.all[touched] - self._excess.all[touched]
            reach.low.all[touched] = np.maximum(reach.low.all[touched], least)
            return
        low = reach.low.one
        for company in touched:
            low[company] = max(low[company], self._low.one[company] - self._excess.one[company])

    def _note_most(self, reach: Reach, added: list[int], touched: Sequence[int]) -> None:
        number = len(reach.closures)
        _first(reach.maybe.one, added, number)
        if isinstance(touched, np.ndarray):
            most = self._mosts(touched)
            more = most > reach.high.all[touched]
            reach.high.all[touched[more]], reach.most.all[touched[more]] = most[more], number
            return
        high = reach.high.one
        for company in touched:
            most = self._most(company)
            if most > high[company]:
                high[company], reach.most.one[company] = most, number

    def _forget(self, members: list[int], touched: Sequence[int]) -> None:
        """Make ready for the next closure."""
        self._counted.clear()
        for member in members:
            self._rank.one[member] = NOBODY
        for held in (self._low, self._more, self._room):
            for company in touched:
                held.one[company] = 0

    # -- the order of closures -----------------------------------------------------------------

    def upstream_first(self, owners: Sequence[int]) -> list[int]:
        """Owners so that one comes before those that it may block through stakes that suffice alone.

        Then what the first one blocks need not be walked again from the second; else a chain of
        listed companies would take time by the square of its length.
        """
        if len(owners) < 2:
            return list(owners)
        done: list[int] = []
        seen: set[int] = set()
        for root in owners:
            way = [] if root in seen else [(root, iter(self._below(root)))]
            seen.add(root)
            while way:
                owner, below = way[-1]
                found = next((company for company in below if company not in seen), None)
                if found is None:
                    done.append(owner)
                    way.pop()
                else:
                    seen.add(found)
                    way.append((found, iter(self._below(found))))
        wanted = set(owners)
        return [owner for owner in reversed(done) if owner in wanted]

    def _below(self, owner: int) -> list[int]:
        starts, company = self._alone.starts.one, self._alone.company.one
        controlled = (company for company, _ in self._control.get(owner, ()))
        return [*company[starts[owner] : starts[owner + 1]], *controlled]


def _first(numbers: array, companies: list[int], number: int) -> None:
    for company in companies:
        if numbers[company] == NOBODY:
            numbers[company] = number


def _rows(starts: np.ndarray, owners: np.ndarray) -> np.ndarray:
    """The rows of all these owners."""
    begins, counts = starts[owners], starts[owners + 1] - starts[owners]
    shifts = np.repeat(begins - np.r_[0, np.cumsum(counts)[:-1]], counts)
    return shifts + np.arange(len(shifts))


def _links(stakes: Stakes, which: np.ndarray) -> Links:
    rows = np.flatnonzero(which)
    rows = rows[np.argsort(stakes.owner[rows], kind="stable")]
    starts = np.searchsorted(stakes.owner[rows], np.arange(len(stakes.excess) + 1))
    low = stakes.low[rows]
    columns = (
        stakes.company[rows],
        low,
        stakes.high[rows] - low,
        stakes.room[rows] - low,
        stakes.group[rows],
    )
    return Links(Column(starts), *map(Column, columns))


def _joint(stakes: Stakes) -> list[tuple[int, int, int]]:
    """What each joint arrangement holds: at least, may hold more, and the room for it."""
    joint = stakes.group != NOBODY
    sums = np.zeros((int(stakes.group.max(initial=NOBODY)) + 1, 3), dtype=np.int64)
    low, high, room = stakes.low[joint], stakes.high[joint], stakes.room[joint]
    np.add.at(sums, stakes.group[joint], np.stack([low, high - low, room - low], axis=1))
    return [tuple(row) for row in sums.tolist()]
