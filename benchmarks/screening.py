"""How well and how fast names are screened, beside rapidfuzz WRatio and nomenklatura's logic-v2.

The peer pins what it needs so tightly that it is asked in an environment of its own, whose interpreter
`SARAI_PEER_PYTHON` names. Without one, the first line of the report says so, and the rest is measured.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from importlib.metadata import version as package
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.report import Goal, Report
from benchmarks.screening_contestants import PEER_PYTHON, Asked, Asking, peer_version
from benchmarks.screening_tables import (
    ALIASES,
    LABELLED,
    NEGATIVES,
    SOME,
    labelled,
    mixed,
    negatives,
    spread,
    written,
)

JUDGES = (("ours", 0.7), ("WRatio", 0.7), ("WRatio", 0.85), ("logic-v2", 0.7))
RESAMPLES = 1_000
RANGE = (5, 95)  # percent of the resamples
BATCH = "names in a batch"
CPU = "names to a second of CPU"
UNITS = {
    "built in": "s",
    "built in, CPU": "s",
    BATCH: "1/s",
    CPU: "1/s",
    "one name, median": "ms",
    "one name, p95": "ms",
    "most memory": "MB",
}
GOALS = {
    ("pairs of nk_entity_checks", "ours from 0.7: F1"): Goal("≥", 0.92),
    ("all lists, eu_cross_script_alias_dev", "ours: recall"): Goal("≥", 0.85),
    ("all lists, ofac_aka_dev", "ours: recall"): Goal("≥", 0.88),
    "ours: false alerts": Goal("≤", 0.5),
    "ours: built in": Goal("≤", 5),
    "ours: names in a batch": Goal("≥", 2_000),
    "ours: one name, p95": Goal("≤", 10),
    "ours: most memory": Goal("≤", 400),
}


class Size(NamedTuple):
    """How much is asked."""

    step: int  # every so manieth row of the tables, of ours
    sample: int  # rows of each table, of both
    rounds: int
    batch: Mapping[str, int]  # names
    single: Mapping[str, int]


WHOLE = Size(1, 400, 4, {"ours": 2_000, "logic-v2": 200}, {"ours": 400, "logic-v2": 40})
QUICK = Size(5, 60, 3, {"ours": 2_000, "logic-v2": 50}, {"ours": 100, "logic-v2": 10})


def run(directory: Path, quick: bool) -> Report:
    """Measure."""
    report, size, version = Report("Screening names"), QUICK if quick else WHOLE, peer_version()
    told = f"nomenklatura {version}" if version else f"nomenklatura: not asked, {PEER_PYTHON} names none"
    report.add("contestants", told, [float(bool(version))], "asked")
    report.add("contestants", f"rapidfuzz {package('rapidfuzz')}", [1.0], "asked")
    peers = ["logic-v2"] if version else []
    with ExitStack() as stack:
        asking = {name: stack.enter_context(Asking(name)) for name in ("ours", "WRatio", *peers)}
        for table in (*LABELLED, *ALIASES):
            _pairs(table, asking, report)
    paths = written(directory)
    _end_to_end(paths, ["ours", *peers], size, report)
    _speed(paths["some"], ["ours", *peers], size, report)
    return report


# -- pairs -------------------------------------------------------------------------------------------


def _pairs(table: str, asking: Mapping[str, Asking], report: Report) -> None:
    """All contestants score the same pairs, one after the other."""
    rows, case = labelled(table), f"pairs of {table}"
    answers = {name: ask("pairs", [row[:3] for row in rows]) for name, ask in asking.items()}
    report.rounds.append({"case": case, **{name: answer.took() for name, answer in answers.items()}})
    same = np.array([row.same for row in rows])
    report.add(case, "pairs", [len(rows)], "")
    for name, threshold in JUDGES:
        if name in answers:
            hit = np.array(answers[name].value) >= threshold
            for measure, values in judged(hit, same).items():
                label = f"{name} from {threshold}: {measure}"
                report.add(case, label, values, "", GOALS.get((case, label)))


def judged(hit: np.ndarray, same: np.ndarray) -> dict[str, list[float]]:
    """Each measure, between what one resample of the pairs in twenty falls short of and one exceeds.

    Without pairs of different parties there is nothing but recall.
    """
    drawn = np.random.default_rng(1).integers(0, len(hit), (RESAMPLES, len(hit)))
    resampled, whole = _measures(hit[drawn], same[drawn]), _measures(hit, same)
    wanted = ("recall",) if same.all() else tuple(whole)
    return {name: [float(whole[name]), *np.percentile(resampled[name], RANGE).tolist()] for name in wanted}


def _measures(hit: np.ndarray, same: np.ndarray) -> dict[str, np.ndarray]:
    right, hits, parties = ((hit & same).sum(-1), hit.sum(-1), same.sum(-1))
    return {
        "precision": right / np.maximum(hits, 1),
        "recall": right / np.maximum(parties, 1),
        "F1": 2 * right / np.maximum(hits + parties, 1),
    }


# -- end to end ----------------------------------------------------------------------------------------


class Question(NamedTuple):
    """Names to screen, and which of their hits count."""

    case: str
    measure: str
    unit: str
    asked: Sequence[Asked]
    wanted: Sequence[str]  # the entity that counts as found; empty: any hit counts, and is false


def questions(step: int) -> Iterator[Question]:
    """What is asked of all lists, every so manieth row."""
    for table in ALIASES:
        rows = [row for row in labelled(table) if row.entity][::step]
        wanted = [row.entity for row in rows]
        yield Question(f"all lists, {table}", "recall", "", [row.asked for row in rows], wanted)
    for table in NEGATIVES:
        rows = negatives(table)[::step]
        bare = [Asked(row.name) for row in rows]
        for measure, asked in (("false alerts", bare), ("false alerts, with birth and nationality", rows)):
            yield Question(f"all lists, {table}", measure, "%", asked, [""] * len(rows))


def _end_to_end(paths: Mapping[str, Path], names: Sequence[str], size: Size, report: Report) -> None:
    """Ask all lists: ours about many names, and if there is a peer, both about the same few."""
    with ExitStack() as stack:
        asking = {name: stack.enter_context(_built(name, "all", paths, report)) for name in names}
        held_out = stack.enter_context(_built("ours", "held out", paths, report))
        for question in questions(size.step):
            _answer("ours", asking["ours"], question, report)
            if all(question.wanted):
                _answer("ours, the names asked about left off", held_out, question, report)
            few = _few(question, size.sample)
            for name, ask in asking.items() if len(asking) > 1 else ():
                _answer(f"{name}, of {len(few.asked)} names", ask, few, report)


def _built(name: str, lists: str, paths: Mapping[str, Path], report: Report) -> Asking:
    ask = Asking(name)
    ask("load", str(paths[lists]))
    built = ask("build")
    report.rounds.append({"case": "all lists", "contestant": name, "lists": lists, **built.took()})
    return ask


def _answer(name: str, ask: Asking, question: Question, report: Report) -> None:
    hits = ask("screen", question.asked).value
    counts = [
        wanted in found if wanted else bool(found)
        for wanted, found in zip(question.wanted, hits, strict=True)
    ]
    hit, label = np.array(counts), f"{name}: {question.measure}"
    values = judged(hit, np.ones(len(hit), bool))["recall"]
    factor = 100 if question.unit == "%" else 1
    goal = GOALS.get(label) or GOALS.get((question.case, label))
    report.add(question.case, label, [factor * value for value in values], question.unit, goal)


def _few(question: Question, count: int) -> Question:
    return question._replace(asked=spread(question.asked, count), wanted=spread(question.wanted, count))


# -- speed -----------------------------------------------------------------------------------------------


def _speed(path: Path, names: Sequence[str], size: Size, report: Report) -> None:
    """In each round each contestant, in a new process, builds its index and is asked names new to it."""
    asked = mixed()
    rounds: list[dict[str, dict[str, float]]] = []
    for turn in range(size.rounds):
        first = turn % len(names)
        order = [*names[first:], *names[:first]]
        rounds.append({name: _asked_once(name, path, asked[turn :: size.rounds], size) for name in order})
        report.rounds.append({"case": "speed", "round": turn, "order": order, **rounds[-1]})
    case = f"speed, {SOME:,} entities"
    for name in names:
        for what, unit in UNITS.items():
            values = [found[name][what] for found in rounds]
            report.add(case, f"{name}: {what}", values, unit, GOALS.get(f"{name}: {what}"))
    if len(names) > 1:
        ratios = [one["ours"][BATCH] / one["logic-v2"][BATCH] for one in rounds]
        report.add(case, f"ours ÷ logic-v2: {BATCH}", ratios, "")


def _asked_once(name: str, path: Path, asked: Sequence[Asked], size: Size) -> dict[str, float]:
    batch, single = size.batch[name], size.single[name]
    with Asking(name) as ask:
        ask("load", str(path))
        built, many = ask("build"), ask("screen", asked[:batch])
        alone = [ask("screen", [each]) for each in asked[batch : batch + single]]
    ms = [1_000 * answer.wall_s for answer in alone]
    return {
        "built in": built.wall_s,
        "built in, CPU": built.cpu_s,
        BATCH: batch / many.wall_s,
        CPU: batch / many.cpu_s,
        "one name, median": float(np.median(ms)),
        "one name, p95": float(np.percentile(ms, 95)),
        "most memory": max(answer.peak_mb for answer in (built, many, *alone)),
    }
