"""Alerts gathered into cases: those about the same goods, or about the same parties within a time.

Alerts are taken one by one, in the order in which they were raised, so what is gathered changes only
by what comes later. A case is called after its first alert. An alert that belongs to two cases joins
the older one, and the other is merged into that.

Goods tie always. A party ties whatever it answers for itself, but not whatever it is named in: a large
buyer is in the alerts of firms that have nothing to do with one another. How many such firms are many,
the parties of all alerts so far say (`Company`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec import Struct, field

from sarai.watch.finding import Alert, Key
from sarai.watch.memory.standing import COUNTS_US
from sarai.watch.seen import DAY_US

GOODS_US = 365 * DAY_US  # goods may lie in a customs warehouse for so long at least (Kyoto, annex D1, 11)
PARTY_US = COUNTS_US  # for which a finding speaks for another about the same party
MOST_BY_PARTY = 30  # alerts that parties may tie into one case; nobody reads more as one story
MOST_FIRMS = 64  # counted of one party; far more than the middle one has
MARK = "C-"
OWN = "own"  # what a party answers for itself


class Link(NamedTuple):
    """What an alert has in common with an earlier one: a ``lot``, a ``consignment`` or a ``party``."""

    what: str
    name: str
    alert: str


class Merged(NamedTuple):
    """A case that came to be part of an older one, when this alert belonged to both."""

    case: str
    alert: str


class Gathered(Struct):
    """Alerts that belong together, the first of which gives the name.

    Attributes
    ----------
    links
        By alert, what ties it to those before it; the first has none.
    """

    id: str
    alerts: list[Alert] = field(default_factory=list)
    links: dict[str, tuple[Link, ...]] = field(default_factory=dict)
    merged: list[Merged] = field(default_factory=list)


class _Touch(NamedTuple):
    """The latest alert about something."""

    case: int
    alert: str
    raised: int


def case_id(alert: str) -> str:
    """The name of the case that begins with an alert."""
    return f"{MARK}{alert}"


def gather(alerts: Iterable[Alert]) -> list[Gathered]:
    """Gather alerts, handed in as they were raised, into cases; the oldest first."""
    gathering = Gathering()
    for alert in alerts:
        gathering.add(alert)
    return gathering.cases()


class Gathering:
    """Takes alert after alert."""

    def __init__(self) -> None:
        self._cases: list[Gathered] = []
        self._into: list[int] = []  # by number of a case, the one that it is part of
        self._latest: dict[Key, _Touch] = {}
        self._company = Company()

    def cases(self) -> list[Gathered]:
        """Those that are part of no other."""
        return [case for number, case in enumerate(self._cases) if self._into[number] == number]

    def add(self, alert: Alert) -> Gathered:
        """Put an alert where it belongs, and say where that is."""
        self._company.add(alert)
        links: list[Link] = []
        home = None
        for key, touch in self._ties(alert):
            case = self._root(touch.case)
            if home is not None and case != home and not self._may_join(key, home, case):
                continue
            if home is None and not self._may_join(key, case):
                continue
            links.append(Link(*key, touch.alert))
            home = case if home is None else self._merge(home, case, alert)
        if home is None:
            home = self._new(alert)
        self._cases[home].alerts.append(alert)
        if links:
            self._cases[home].links[alert.id] = tuple(links)
        own = [Key(OWN, party) for party in alert.parties[:1]]
        for key in (*keys(alert), *own):
            self._latest[key] = _Touch(home, alert.id, alert.raised)
        return self._cases[home]

    def _ties(self, alert: Alert) -> Iterator[tuple[Key, _Touch]]:
        """What an alert has in common with earlier ones, near enough in time; goods before parties."""
        for key in keys(alert):
            by_party, known = key.what == "party", key
            if by_party and not self._company.ties(key.name):
                if key.name != alert.parties[0]:
                    continue
                known = Key(OWN, key.name)
            touch = self._latest.get(known)
            if touch is not None and alert.raised - touch.raised <= (PARTY_US if by_party else GOODS_US):
                yield key, touch

    def _may_join(self, key: Key, *cases: int) -> bool:
        return key.what != "party" or sum(len(self._cases[each].alerts) for each in cases) < MOST_BY_PARTY

    def _new(self, alert: Alert) -> int:
        self._cases.append(Gathered(case_id(alert.id)))
        self._into.append(len(self._into))
        return len(self._into) - 1

    def _root(self, number: int) -> int:
        while self._into[number] != number:
            self._into[number] = self._into[self._into[number]]
            number = self._into[number]
        return number

    def _merge(self, one: int, other: int, alert: Alert) -> int:
        older, younger = sorted((one, other))
        if older == younger:
            return older
        stays, goes = self._cases[older], self._cases[younger]
        stays.alerts = sorted([*stays.alerts, *goes.alerts], key=order)
        stays.links |= goes.links
        stays.merged += [*goes.merged, Merged(goes.id, alert.id)]
        self._into[younger] = older
        return older


class Company:
    """In how many other firms' alerts each party is named, and how many are usual.

    A party that is named beside more firms than the middle one of all parties so named ties no more: it is
    common here, in this trade, and says little. Measured on simulated states, ties by all parties made
    one case of a fifth of all alerts; ties by no party but the answering one told a scheme in five twice.
    """

    def __init__(self) -> None:
        self._firms: dict[str, set[str]] = {}
        self._sizes: Counter[int] = Counter()

    def add(self, alert: Alert) -> None:
        """Learn who is named beside whom."""
        for other in alert.parties[1:]:
            firms = self._firms.setdefault(other, set())
            if other != alert.parties[0] and alert.parties[0] not in firms and len(firms) < MOST_FIRMS:
                if firms:
                    self._sizes[len(firms)] -= 1
                firms.add(alert.parties[0])
                self._sizes[len(firms)] += 1

    def ties(self, party: str) -> bool:
        """Whether a party is named by so few that it says something."""
        return len(self._firms.get(party, ())) <= self.usual()

    def usual(self) -> int:
        """How many firms the middle one of these parties is named beside."""
        wanted, seen = self._sizes.total() / 2, 0
        for size in sorted(self._sizes):
            seen += self._sizes[size]
            if seen >= wanted:
                return size
        return 0


def keys(alert: Alert) -> list[Key]:
    """What an alert is about, goods before parties."""
    found = [Key("lot", str(lot)) for lot in alert.lots]
    if alert.consignment:
        found.append(Key("consignment", alert.consignment))
    return [*found, *(Key("party", party) for party in alert.parties)]


def order(alert: Alert) -> tuple[int, int, str]:
    """The order in which alerts were raised."""
    return alert.raised, alert.entry, alert.id
