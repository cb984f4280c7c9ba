"""Who is owned by the listed: judged once for each time between two changes of owners, and remembered."""

from __future__ import annotations

from bisect import bisect_right
from contextlib import suppress
from datetime import date
from functools import lru_cache

from sarai.goods import BadSetting
from sarai.screening.ownership import (
    Graph,
    Judgement,
    Link,
    OwnershipError,
    Verdicts,
    judge,
    percent,
    rule_on,
)
from sarai.screening.screener import Screener
from sarai.screening.subject import Subject
from sarai.watch.phrases import Phrase, phrase
from sarai.watch.register import Register

REMEMBERED = 100_000  # companies in a time
TIMES = 8  # between two changes of owners; papers come late, but not from everywhen
RULE = "eu"  # the widest: all listed owners together, from half on, and control counts
MOST_SAID = 4  # links of a chain; an officer who wants more asks `sarai screen --ownership`


class Owners:
    """Stakes, and who of the owners is listed.

    Parameters
    ----------
    listed
        Names or ids, as the graph has them.
    rule
        By which they are judged.

    Attributes
    ----------
    company
        What the graph calls a party of this id and name; None if it does not know it.
    """

    def __init__(self, graph: Graph, listed: frozenset[str], register: Register, rule: str = RULE) -> None:
        self.graph, self.listed, self.register, self.rule = graph, listed, register, rule
        self._changes = _changes(graph)
        self.company = lru_cache(REMEMBERED)(self._find)
        self._verdicts = lru_cache(TIMES)(self._judge)
        self._judgement = lru_cache(REMEMBERED)(
            lambda company, since: self._verdicts(since).judgement(company)
        )

    @classmethod
    def on_lists(cls, graph: Graph, screener: Screener, register: Register, rule: str = RULE) -> Owners:
        """An owner whose name is a hit that no officer has cleared is taken for the listed one."""
        asked: dict[str, Subject] = {}
        for name in graph.names:
            with suppress(BadSetting):  # without letters it is nobody's name
                asked[name] = Subject(name=graph.labels.get(name, name))
        answers = screener.screen(asked.values())
        hit = (name for name, answer in zip(asked, answers, strict=True) if answer.open)
        return cls(graph, frozenset(hit), register, rule)

    def judgement(self, company: str, day: date) -> Judgement | None:
        """Of a company of the graph; None if there was no rule yet."""
        try:
            rule_on(self.rule, day)
        except OwnershipError:
            return None
        return self._judgement(company, self._since(day))

    def _find(self, id: str, name: str) -> str | None:
        """By its id, else by its name in the document, else by that in the register."""
        firm = self.register.get(id)
        names = filter(None, (id, name, firm.name if firm else ""))
        return next((self.graph.names[number] for each in names for number in self.graph.numbers(each)), None)

    def _since(self, day: date) -> date:
        """The last day, until this one, on which an owner or the rule may have changed."""
        known = bisect_right(self._changes, day.toordinal())
        changed = date.fromordinal(self._changes[known - 1]) if known else date.min
        since = rule_on(self.rule, day).since or date.min
        return max(changed, since)

    def _judge(self, day: date) -> Verdicts:
        return judge(self.graph, self.listed, self.rule, day)


def held(judgement: Judgement) -> str | Phrase:
    """How much of a company the listed hold."""
    return _share(judgement.low, judgement.high)


def chain(judgement: Judgement) -> list[Phrase]:
    """Who holds what, from the listed down to the company, in words."""
    links = [link for step in judgement.chain for link in step.links] or judgement.open
    return list(map(_said, links[-MOST_SAID:]))


def _said(link: Link) -> Phrase:
    owner = phrase("{owner} (listed)", owner=link.owner) if link.listed else link.owner
    if link.control:
        return phrase(
            "{owner} controls {company} ({how})", owner=owner, company=link.company, how=link.control
        )
    share = _share(link.low, link.high)
    return phrase("{owner} holds {share} of {company}", owner=owner, share=share, company=link.company)


def _share(low: int, high: int) -> str | Phrase:
    if low == high:
        return percent(low)
    return phrase("{low} to {high}", low=percent(low), high=percent(high))


def _changes(graph: Graph) -> list[int]:
    """All days on which something may have begun or ended; of a vague date, both ends."""
    days: set[int] = set()
    for table in (graph.stakes.columns(), graph.controls.columns()):
        for name in ("since_first", "since_last", "until_first", "until_last"):
            days.update(table[name].tolist())
    return sorted(day for day in days if date.min.toordinal() <= day <= date.max.toordinal())
