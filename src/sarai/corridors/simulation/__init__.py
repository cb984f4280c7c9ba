"""Times as distributions: a seeded discrete-event simulation of consignments on a network.

`Stream`s go over the steps of a graph; `simulate` says what became of them, as an `Outcome`. How queues are
calibrated stands in `sarai.corridors.simulation.plan`.
"""

from sarai.corridors.simulation.outcome import (
    ClosedTime,
    Estimate,
    Outcome,
    QueueMonth,
    QueueOutcome,
    StreamMonth,
    StreamOutcome,
)
from sarai.corridors.simulation.plan import WHY
from sarai.corridors.simulation.run import simulate
from sarai.corridors.simulation.streams import Spread, Stream, demanded

__all__ = [
    "WHY",
    "ClosedTime",
    "Estimate",
    "Outcome",
    "QueueMonth",
    "QueueOutcome",
    "Spread",
    "Stream",
    "StreamMonth",
    "StreamOutcome",
    "demanded",
    "simulate",
]
