"""How what targeting has learnt and picked is shown to people."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from math import exp
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sarai.cli.output import grid, note
from sarai.cli.root import FINDINGS
from sarai.screening.batch import lines
from sarai.telling import words
from sarai.watch.targeting.reading import header_of

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.watch.targeting.declarations import Refused
    from sarai.watch.targeting.drift import Drift
    from sarai.watch.targeting.handed import Draw
    from sarai.watch.targeting.measures import Estimate, Measures
    from sarai.watch.targeting.picking import Pick, Ranking
    from sarai.watch.targeting.wording import Reason

SHOWN_PICKS = 20
SHOWN_REFUSED = 3
SHOWN_GAINS = 8
NEAR = 1e-9
GIVEN = ("propensity", "check", "outcome")  # columns that a draw puts beside those of declarations


def told(refused: Sequence[Refused]) -> int:
    """Say on standard error which rows were refused; returns the exit status."""
    for each in refused[:SHOWN_REFUSED]:
        click.echo(f"sarai: {each.error}", err=True)
    if (more := len(refused) - SHOWN_REFUSED) > 0:
        click.echo(f"sarai: {more:,} rows more were refused; --json lists them", err=True)
    return FINDINGS if refused else 0


def show_training(screen: Console, value: dict[str, Any]) -> None:
    """What was learnt from which time, and how good it is."""
    rows = [
        (each["use"], words.day(each["begin"]), words.day(each["end"]), f"{each['declarations']:,}",
         f"{each['wrong'] / each['declarations']:.1%}")
        for each in value["windows"]
    ]  # fmt: skip
    screen.print(grid(screen, ["Learnt from", "First", "Last", ">Declarations", ">Wrong"], rows))
    note(
        screen,
        f"Judged first on what was declared from {words.day(value['judged_from'])} on, not yet learnt then:",
    )
    _show_measures(screen, value["judged"])
    gains = list(value["gains"].items())[:SHOWN_GAINS]
    note(screen, f"Most was learnt from {', '.join(f'{name} ({gain:.0%})' for name, gain in gains)}.")
    note(screen, f"Written to {value['model']}, SHA-256 {value['digest'][:16]}...")


def _show_measures(screen: Console, measures: Measures) -> None:
    rows = [
        (
            f"{each.percent:g} %",
            f"{each.opened:,}",
            *map(_interval, (each.precision, each.recall, each.value)),
        )
        for each in measures.at
    ]
    columns = [">Opened", ">Count", ">Precision", ">Recall", ">Value caught"]
    screen.print(grid(screen, columns, rows))
    found = f"Of {measures.declarations:,} whose outcome is known, {_interval(measures.rate)} were wrong:"
    note(screen, f"{found} what opening by chance finds.")
    if believed := measures.reliability:
        note(
            screen,
            f"Probabilities: off by {believed.ece:.3f} in the mean; Brier score {believed.brier:.3f}, "
            f"{believed.brier_of_rate:.3f} if all were given the rate of all.",
        )


def _interval(estimate: Estimate) -> str:
    if estimate.value is None:
        return "-"
    return f"{estimate.value:.3f} ({estimate.low:.3f}-{estimate.high:.3f})"


def show_ranking(screen: Console, ranking: Ranking) -> None:
    """The picks with their reasons, and what stands behind them."""
    chance = sum(pick.picked == "random" for pick in ranking.picks)
    screen.print(grid(
        screen, [">Place", "Declaration", "Picked", ">Probability", "Why"],
        [(f"{pick.place:,}", pick.id, pick.picked, f"{pick.probability:.1%}", "\n".join(_why(pick)))
         for pick in ranking.picks[:SHOWN_PICKS]],
    ))  # fmt: skip
    if (more := len(ranking.picks) - SHOWN_PICKS) > 0:
        note(screen, f"And {more:,} more: --json lists all.")
    note(
        screen,
        f"{len(ranking.picks):,} of {ranking.declarations:,} declarations ({ranking.budget:g} %), {chance:,} "
        f"by chance (seed {ranking.seed}). In {ranking.expected:,.0f} something should be found.",
    )
    if ranking.measures:
        _show_measures(screen, ranking.measures)
    for line in _drift(ranking.drift):
        note(screen, line)


def show_draw(screen: Console, found: Draw) -> None:
    """What is to be opened by a plan, and how that keeps to it."""
    rows = [(each.id, each.place, each.shift or "-", each.check, f"{each.propensity:.1%}")
            for each in found.picks[:SHOWN_PICKS]]  # fmt: skip
    screen.print(grid(screen, ["Declaration", "Place", "Shift", "Check for", ">Probability"], rows))
    if (more := len(found.picks) - SHOWN_PICKS) > 0:
        note(screen, f"And {more:,} more: --json lists all, --out writes them.")
    rows = [(each.place, each.shift or "-", f"{each.declared:,}", f"{each.opened:,}", f"{each.capacity:,.1f}",
             f"{each.planned:.1%}", f"{each.propensity:.1%}") for each in found.strata]  # fmt: skip
    columns = ["Place", "Shift", ">Declared", ">Opened", ">Can open", ">Planned", ">Probability"]
    screen.print(grid(screen, columns, rows))
    note(screen, f"{len(found.picks):,} of {found.declarations:,} declarations (seed {found.seed}).")
    if any(each.propensity < each.planned - NEAR for each in found.strata):
        note(screen, "Where more is declared than the plan was made for, less than its share can be opened.")


def with_draw(file: Path, found: Draw) -> str:
    """The table of declarations with the probability of each, the check drawn for it, and its outcome."""
    picks = {each.line: each.check for each in found.picks}
    header = [name for name in header_of(file) if name.strip().lower() not in GIVEN]
    out = StringIO()
    write = csv.DictWriter(out, [*header, *GIVEN], lineterminator="\n")
    write.writeheader()
    for line in lines(file):
        propensity = found.propensities.get(line.number)
        said = {name: line.row.get(name.strip().lower(), "") for name in header}
        own = "" if propensity is None else f"{propensity:.12g}"
        write.writerow(said | dict(zip(GIVEN, (own, picks.get(line.number, ""), ""), strict=True)))
    return out.getvalue()


def _why(pick: Pick) -> Iterator[str]:
    if pick.picked == "random":
        yield f"drawn by chance, as one in {1 / pick.propensity:,.0f} of those that stand lower"
        return
    yield from (_reason(each) for each in pick.why.reasons if each.points > 0)


def _reason(reason: Reason) -> str:
    return f"odds x {exp(reason.points):.1f}: {reason.words}"


def _drift(drift: Drift) -> Iterator[str]:
    """What has changed since the training."""
    if drift.score is None:
        yield f"{drift.declarations:,} declarations are too few to tell whether what is declared has changed."
    else:
        moved = "has moved" if drift.score > drift.score_limit else "is spread as before"
        yield f"The score {moved}: stability index {drift.score:.3f}, limit {drift.score_limit:.2f}."
    for each in drift.moved:
        yield (
            f"{words.plainly(each.column)} has moved: stability index {each.index:.2f}, "
            f"limit {each.limit:.2f}; {each.gain:.0%} of what was learnt rests on it."
        )
    if hits := drift.hit_rate:
        fallen = "Fewer than there should be" if hits.fallen else "No fewer than chance allows"
        yield f"{hits.found:,} of {hits.opened:,} opened were wrong, {hits.expected:,.0f} expected. {fallen}."
    if drift.alarm:
        yield "ALARM: the world is not the one that was learnt. Train again with what was found since."
