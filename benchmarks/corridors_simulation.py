"""How long 1,000 months of the shipped network take, on two processes, and beside a plain model in simpy.

Demands are sent the cheapest way: thirty of them, evenly taken from the table, and all of them. The plain
model has a process for each box and vessel, and draws each number when it needs it; as it takes so much
longer, both are compared on block trains of containers, at a tenth of their demand so that nothing is
overloaded, for fewer months and on one process, in turns. Their mean hours must agree.
"""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

from benchmarks.corridors_simulation_plain import plain
from benchmarks.report import Goal, Report
from sarai.corridors import Network, shipped
from sarai.corridors.simulation import Stream, demanded, simulate
from sarai.corridors.simulation.streams import Resolved, resolved

MONTHS, REPLICATIONS = 50, 20
STREAMS = 30
GOAL_S = 60
ROUNDS = 3
PLAIN_MONTHS = 2
SHARE = 0.1
AGREE = 0.1  # of the mean hours: vessels and queues are rougher in the plain model


def run(directory: Path, quick: bool) -> Report:
    """Measure (quick: a tenth of the months, once)."""
    report, network = Report("Corridors: simulation"), shipped()
    streams = demanded(network)
    some = streams[:: max(1, len(streams) // STREAMS)][:STREAMS]
    rounds, replications = (1, REPLICATIONS // 10) if quick else (ROUNDS, REPLICATIONS)
    for chosen, goal in ((some, Goal("≤", GOAL_S)), (streams, None)):
        case = f"{MONTHS * replications:,} months of {len(chosen)} streams"
        taken = [_months(network, chosen, replications) for _ in range(rounds)]
        report.add(case, "two processes", taken, "s", goal if not quick else None)
        report.add(case, "two processes", [MONTHS * replications / each for each in taken], "months/s")
    _beside_plain(report, network, rounds)
    return report


def _months(network: Network, streams: tuple[Stream, ...], replications: int) -> float:
    began = time.perf_counter()
    outcome = simulate(network, streams, months=MONTHS, replications=replications, processes=2)
    assert len(outcome.streams) == len(streams)
    return time.perf_counter() - began


def _beside_plain(report: Report, network: Network, rounds: int) -> None:
    streams = _block_trains(network)
    ways = resolved(network, streams)
    case = f"{PLAIN_MONTHS} months of {len(streams)} streams of block trains, one process"
    ours_s, plain_s = [], []
    for turn in range(rounds):
        began = time.perf_counter()
        outcome = simulate(
            network,
            streams,
            months=PLAIN_MONTHS,
            start=date(2026, 6, 1),
            replications=1,
            warm_up=2,
            seed=turn,
        )
        between = time.perf_counter()
        hours = plain(network, ways, PLAIN_MONTHS + 2, turn)
        ours_s.append(between - began)
        plain_s.append(time.perf_counter() - between)
        mean = sum(s.mean_h.value * s.delivered_units for s in outcome.streams if s.mean_h.value)
        _check(mean / sum(s.delivered_units for s in outcome.streams), sum(hours) / len(hours))
    report.add(case, "ours", ours_s, "s")
    report.add(case, "plain", plain_s, "s")
    report.add(case, "plain to ours", [b / a for a, b in zip(ours_s, plain_s, strict=True)], "ratio")


def _block_trains(network: Network) -> tuple[Stream, ...]:
    def by_rail(way: Resolved) -> bool:
        return any(step.leg and network.by_leg[step.leg].mode == "rail" for step in way.way)

    streams = [s for s in demanded(network, SHARE) if network.good(s.good).form == "container"]
    ways = resolved(network, streams)
    return tuple(s for s, way in zip(streams, ways, strict=True) if by_rail(way))


def _check(ours: float, theirs: float) -> None:
    if abs(ours - theirs) > AGREE * theirs:
        raise AssertionError(f"mean hours differ: {ours:.1f} and {theirs:.1f}")
