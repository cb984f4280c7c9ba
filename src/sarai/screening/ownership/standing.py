"""The stakes that count on a day under a rule, and the room that each company's stakes leave.

Where stakes contradict each other, or a rule does not recognise a sale, the band of a stake gets
wider and a finding says so; a verdict that hangs on it is then "cannot be told".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import numpy as np

from sarai.screening.ownership.graph import NOBODY, Graph, Outside
from sarai.screening.ownership.judgement import Finding
from sarai.screening.ownership.rules import Rule, Together
from sarai.screening.ownership.shares import NEVER, WHOLE, percent

MAX_PLACES = 20


class Stakes:
    """Parallel arrays of the stakes that count, and arrays by company of what they leave.

    Attributes
    ----------
    row
        Where each stands in the graph's table.
    low, high
        At least and at most so much.
    room
        How much its owner takes of what others do not hold for certain: as much as ``low``, but the whole of
        what he sold and may still have, since the others are then who bought it.
    group
        Number of the joint arrangement; -1: none, or the rule does not ask.
    excess
        By company: how much its stakes are over 100 % at the least. Anybody's may be overstated by it.
    free
        By company: how much nobody holds for certain, and so those of unknown share may.
    """

    def __init__(self, graph: Graph, rule: Rule, day: date, listed: Mapping[int, int]) -> None:
        self.graph, self.listed, self.findings = graph, listed, []
        table, today, count = graph.stakes.columns(), day.toordinal(), len(graph.names)
        low, high = _on(table, today)
        sold = _sales(table, today, listed, count) if rule.sales else np.empty(0, dtype=np.int64)
        if len(sold):
            _take_back(table, sold, listed, count, low, high)
        rows = np.setdiff1d(np.flatnonzero(high), sold, assume_unique=True)
        self.findings.extend(_split_restated(graph, table, rows, low, high))
        self.row = np.flatnonzero(high)
        self.owner, self.company = table["owner"][self.row], table["company"][self.row]
        self.low, self.high, self.place = low[self.row], high[self.row], table["place"][self.row]
        self.ended = np.isin(self.row, sold)
        self.room = np.where(self.ended, self.high, self.low)
        self.arrangement = table["arrangement"][self.row]
        self.group = self._groups(self.arrangement, rule)
        total = np.zeros(count, dtype=np.int64)
        np.add.at(total, self.company, self.low)
        self.excess = np.maximum(total - WHOLE, 0)
        self.free = np.maximum(WHOLE - total, 0)
        self.findings += [*self._too_much(), *self._of_itself()]

    def _groups(self, arrangement: np.ndarray, rule: Rule) -> np.ndarray:
        """Number the pairs of company and arrangement."""
        if rule.together is not Together.ARRANGED or not self.graph.arrangements:
            return np.full(len(self.row), NOBODY, dtype=np.int64)
        pairs = self.company * len(self.graph.arrangements) + arrangement
        groups = np.unique(pairs, return_inverse=True)[1]
        return np.where(arrangement == NOBODY, NOBODY, groups)

    def _too_much(self) -> Iterator[Finding]:
        rows = np.flatnonzero((self.excess[self.company] > 0) & (self.low > 0))
        for same in _several(rows, self.company[rows], least=1):
            company = self.company[same[0]]
            total = percent(WHOLE + int(self.excess[company]))
            message = f"its stakes add up to {total}; any of them may be overstated by what is over 100 %"
            yield Finding(self.graph.names[company], message, tuple(self.place[same[:MAX_PLACES]].tolist()))

    def _of_itself(self) -> Iterator[Finding]:
        for at in np.flatnonzero(self.owner == self.company).tolist():
            name = self.graph.names[self.company[at]]
            message = "it holds shares in itself; under the law of many countries the others' count for more"
            yield Finding(name, message, (int(self.place[at]),))


def _on(table: dict[str, np.ndarray], today: int) -> tuple[np.ndarray, np.ndarray]:
    """At least and at most how much of each stake is held today: it is 0 at least while a date is vague."""
    surely = (table["since_last"] <= today) & (today < table["until_first"])
    maybe = (table["since_first"] <= today) & (today < table["until_last"])
    return np.where(surely, table["low"], 0), np.where(maybe, table["high"], 0)


# -- sales that a rule does not recognise ------------------------------------------------------


def _sales(table: dict[str, np.ndarray], today: int, listed: Mapping[int, int], count: int) -> np.ndarray:
    """The stakes that were sold after the seller, or anybody if he is not listed himself, was listed.

    The sale of what was not yet blocked is a sale like any other.
    """
    since = np.full(count, min(listed.values(), default=NEVER), dtype=np.int64)
    for number, day in listed.items():
        since[number] = day
    ended = (table["until_last"] <= today) & (table["outside"] != Outside.YES) & (table["high"] > 0)
    return np.flatnonzero(ended & (table["until_last"] >= since[table["owner"]]))


def _take_back(
    table: dict[str, np.ndarray], sold: np.ndarray, listed: Mapping[int, int],
    count: int, low: np.ndarray, high: np.ndarray,
) -> None:  # fmt: skip
    """A listed seller keeps what was sold within US jurisdiction; of other sales that is not known.

    Whoever got a stake on that day or later may have bought it, so for certain he has that much less.
    """
    owner, company = table["owner"][sold], table["company"][sold]
    high[sold] = table["high"][sold]
    void = (table["outside"][sold] == Outside.NO) & np.isin(owner, np.array(sorted(listed), dtype=np.int64))
    low[sold[void]] = table["low"][sold[void]]
    returned, first = np.zeros(count, dtype=np.int64), np.full(count, NEVER, dtype=np.int64)
    np.add.at(returned, company[void], high[sold[void]])
    np.minimum.at(first, company[void], table["until_first"][sold[void]])
    bought = table["since_last"] >= first[table["company"]]
    low[bought] = np.maximum(low[bought] - returned[table["company"][bought]], 0)


# -- stakes that are stated more than once -----------------------------------------------------


def _split_restated(
    graph: Graph, table: dict[str, np.ndarray], rows: np.ndarray, low: np.ndarray, high: np.ndarray
) -> Iterator[Finding]:
    """Two stakes of one owner in one company on one day: two blocks of shares, or one stated twice?

    A row that says just the same is a repetition and is left out. Else the owner has at least the
    smallest of them, and at most all together. Another joint arrangement is another block.
    """
    arrangements = len(graph.arrangements) + 1
    keys = table["company"][rows] * arrangements + table["arrangement"][rows] + 1
    for same in _several(rows, table["owner"][rows], keys):
        owner, company = (graph.names[table[end][same[0]]] for end in ("owner", "company"))
        if len(set(zip(low[same].tolist(), high[same].tolist(), strict=True))) == 1:
            low[same[1:]] = high[same[1:]] = 0
            message = f"the stake of {owner} is there more than once; it is counted once"
        else:
            least, most = int(low[same].min()), min(int(high[same].sum()), WHOLE)
            low[same] = 0
            low[same[0]] = least
            message = (
                f"{owner} has stakes that differ on the same day: "
                f"one of them or all together, from {percent(least)} to {percent(most)}"
            )
        yield Finding(company, message, tuple(table["place"][same[:MAX_PLACES]].tolist()))


def _several(rows: np.ndarray, *keys: np.ndarray, least: int = 2) -> Iterator[np.ndarray]:
    """The rows that are alike by all keys, where there are at least so many of them."""
    if not len(rows):
        return
    order = np.lexsort(keys)
    differ = np.any([key[order][1:] != key[order][:-1] for key in keys], axis=0)
    begins = np.flatnonzero(np.r_[True, differ])
    ends = np.r_[begins[1:], len(rows)]
    for at in np.flatnonzero(ends - begins >= least).tolist():
        yield np.sort(rows[order[begins[at] : ends[at]]])


class Control:
    """The control that counts on a day: by controller, and as columns."""

    def __init__(self, graph: Graph, rule: Rule, day: date) -> None:
        columns, today = graph.controls.columns(), day.toordinal()
        surely = (columns["since_last"] <= today) & (today < columns["until_first"])
        maybe = (columns["since_first"] <= today) & (today < columns["until_last"]) & rule.control
        columns["sure"] = np.where(surely, columns["sure"], 0)
        self.columns = {name: column[maybe] for name, column in columns.items()}
        self.by_owner: dict[int, list[tuple[int, bool]]] = {}
        self._into: dict[int, list[tuple[int, int]]] = {}
        ends = (self.columns[name].tolist() for name in ("owner", "company", "sure"))
        for at, (owner, company, sure) in enumerate(zip(*ends, strict=True)):
            self.by_owner.setdefault(owner, []).append((company, bool(sure)))
            self._into.setdefault(company, []).append((owner, at))

    def into(self, company: int) -> list[tuple[int, int]]:
        """Who controls a company: each controller, and the row of the columns."""
        return self._into.get(company, [])
