"""Playing a scenario to its end, and naming what its papers and its truth name."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from sarai.goods import Document
from sarai.simulation import Event, Scenario, Simulation


@dataclass
class Played:
    """A finished run: its events and its truth, by kind of record."""

    scenario: Scenario
    events: list[Event]
    truth: dict[str, list[dict]]
    register: list[dict]
    papers: dict[tuple, list[Event]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for event in self.events:
            self.papers[key(event.document)].append(event)

    @property
    def filed(self) -> int:
        """How many papers went through somebody's hands: recorded or lost, each counted once."""
        return sum(version == 1 for *_, version in self.papers) + len(self.truth["lost"])


def key(named: Document | dict) -> tuple[str, str, int]:
    """The identity of a document, or of a record that names one."""
    if isinstance(named, Document):
        return (named.issuer, named.number, named.version)
    return (named["issuer"], named["number"], named["version"])


def play(scenario: Scenario, seed: int) -> Played:
    """Run a scenario to its end."""
    simulation = Simulation(scenario, seed)
    events = list(simulation)
    truth = defaultdict(list)
    for record in simulation.truth():
        truth[record["record"]].append(record)
    return Played(scenario, events, truth, simulation.register())


def lot_key(named: dict) -> tuple[str, str, int]:
    """The name of a lot."""
    return (named["issuer"], named["number"], named["item"])
