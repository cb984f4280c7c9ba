"""How well the watch does where the truth is known: what is found, when, and what is false.

The truth is that of `docs/simulation.md`: records of schemes with the documents of each case. An alert
is right if one of the entries that it shows is a document of a case; a consignment is an import,
export, transit or waybill, and honest if no case has it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from statistics import median
from typing import Any, NamedTuple

from sarai.ledger.rows import to_us
from sarai.watch.finding import Alert

CONSIGNMENTS = ("import", "export", "transit", "waybill")
DIVERSIONS = ("false_transit",)  # schemes in which goods leave the way that was declared
LEFT = ("exit",)  # with these goods are gone, whatever follows
HOUR_US = 3_600_000_000

Name = tuple[str, str]


class Known(NamedTuple):
    """A document of the book: what it is called, its kind, when it happened and was known."""

    name: Name
    kind: str
    time: int
    recorded: int


class Rate(NamedTuple):
    """So many of so many."""

    part: int
    whole: int

    @property
    def share(self) -> float:
        """Between 0 and 1; 0 of nothing."""
        return self.part / self.whole if self.whole else 0.0


class OfScheme(NamedTuple):
    """How one scheme fares: cases found, and hours from a case's first document to its first alert."""

    found: Rate
    median_h: float | None
    by: Mapping[str, int]


class OfTypology(NamedTuple):
    """How one typology fares: alerts that are right, cases that it finds, and after how many hours."""

    right: Rate
    cases: Rate
    median_h: float | None


class Evaluation(NamedTuple):
    """All of it.

    Attributes
    ----------
    found, right
        Cases with an alert, of all cases; alerts that are right, of all alerts.
    false
        Alerts that are false, to all honest consignments.
    in_time
        Diversions with an alert before the goods had left, of all diversions.
    missed, wrong
        The cases that were not found, with their variant; the alerts that are false.
    """

    found: Rate
    right: Rate
    false: Rate
    in_time: Rate
    schemes: Mapping[str, OfScheme]
    typologies: Mapping[str, OfTypology]
    missed: Sequence[tuple[str, str]]
    wrong: Sequence[Alert]


def evaluate(
    alerts: Sequence[Alert], documents: Mapping[int, Known], truth: Iterable[Mapping[str, Any]]
) -> Evaluation:
    """Hold alerts against the truth.

    Parameters
    ----------
    documents
        Everything that was posted, by entry.
    truth
        Records; only those of schemes count.
    """
    cases = {each["case"]: each for each in truth if each["record"] == "scheme" and each["documents"]}
    case_of = {_name(each): case for case, record in cases.items() for each in record["documents"]}
    hits: dict[str, list[Alert]] = defaultdict(list)
    wrong = []
    for alert in alerts:
        shown = [documents[entry].name for entry in alert.entries if entry in documents]
        hit = {case_of[name] for name in shown if name in case_of}
        for case in sorted(hit):
            hits[case].append(alert)
        if not hit:
            wrong.append(alert)
    first = _first_times(documents)
    return Evaluation(
        found=Rate(len(hits), len(cases)),
        right=Rate(len(alerts) - len(wrong), len(alerts)),
        false=Rate(len(wrong), _honest(documents, case_of)),
        in_time=_in_time(cases, hits, documents),
        schemes=dict(_by_scheme(cases, hits, first)),
        typologies=dict(_by_typology(alerts, wrong, cases, hits, first)),
        missed=[(case, record["variant"]) for case, record in cases.items() if case not in hits],
        wrong=wrong,
    )


def _name(document: Mapping[str, Any]) -> Name:
    return document["issuer"], document["number"]


def _first_times(documents: Mapping[int, Known]) -> dict[Name, int]:
    first: dict[Name, int] = {}
    for document in documents.values():
        first.setdefault(document.name, document.time)
    return first


def _honest(documents: Mapping[int, Known], case_of: Mapping[Name, str]) -> int:
    """How many consignments no case has."""
    return len(
        {
            known.name
            for known in documents.values()
            if known.kind in CONSIGNMENTS and known.name not in case_of
        }
    )


def _in_time(
    cases: Mapping[str, Mapping[str, Any]],
    hits: Mapping[str, Sequence[Alert]],
    documents: Mapping[int, Known],
) -> Rate:
    left: dict[Name, int] = {known.name: known.time for known in documents.values() if known.kind in LEFT}
    diverted = [case for case, record in cases.items() if record["scheme"] in DIVERSIONS]
    in_time = 0
    for case in diverted:
        times = [left[name] for name in map(_name, cases[case]["documents"]) if name in left]
        gone = min(times, default=_end(cases[case]))
        in_time += any(alert.raised <= gone for alert in hits.get(case, ()))
    return Rate(in_time, len(diverted))


def _end(record: Mapping[str, Any]) -> int:
    """When a case ends for which no paper says that the goods have left: never, as far as is known."""
    return 1 << 62


def _by_scheme(
    cases: Mapping[str, Mapping[str, Any]], hits: Mapping[str, Sequence[Alert]], first: Mapping[Name, int]
) -> Iterator[tuple[str, OfScheme]]:
    of: dict[str, list[str]] = defaultdict(list)
    for case, record in cases.items():
        of[record["scheme"]].append(case)
    for scheme, members in sorted(of.items()):
        found = [case for case in members if case in hits]
        by = Counter(name for case in found for name in {alert.typology for alert in hits[case]})
        hours = [_hours(cases[case], hits[case], first) for case in found]
        ranked = dict(sorted(by.items(), key=lambda pair: (-pair[1], pair[0])))
        yield scheme, OfScheme(Rate(len(found), len(members)), median(hours) if hours else None, ranked)


def _by_typology(
    alerts: Sequence[Alert],
    wrong: Sequence[Alert],
    cases: Mapping[str, Mapping[str, Any]],
    hits: Mapping[str, Sequence[Alert]],
    first: Mapping[Name, int],
) -> Iterator[tuple[str, OfTypology]]:
    raised = Counter(alert.typology for alert in alerts)
    false = Counter(alert.typology for alert in wrong)
    for name in sorted(raised):
        found = {case: [a for a in some if a.typology == name] for case, some in hits.items()}
        found = {case: some for case, some in found.items() if some}
        hours = [_hours(cases[case], some, first) for case, some in found.items()]
        yield (
            name,
            OfTypology(
                Rate(raised[name] - false[name], raised[name]),
                Rate(len(found), len(cases)),
                median(hours) if hours else None,
            ),
        )


def _hours(case: Mapping[str, Any], alerts: Sequence[Alert], first: Mapping[Name, int]) -> float:
    times = [first[name] for name in map(_name, case["documents"]) if name in first]
    began = min(times) if times else to_us(datetime.fromisoformat(case["start"]))
    return (min(alert.raised for alert in alerts) - began) / HOUR_US
