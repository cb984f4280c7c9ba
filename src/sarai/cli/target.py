"""sarai target: learn from inspections which declarations to open next, and pick them, or draw by a plan."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sarai.cli import options
from sarai.cli.output import answer, busy
from sarai.cli.root import FINDINGS

if TYPE_CHECKING:
    from sarai.watch.targeting import Columns, Declarations

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
RANDOM_SHARE = 0.1  # as sarai.watch.targeting has it, with the reason; loading that would slow --help


@click.group()
def target() -> None:
    """Learn from inspections which declarations to open, and pick them."""


@target.command()
@click.argument("file", metavar="FILE", type=FILE)
@click.option("--out", metavar="MODEL", type=click.Path(dir_okay=False, path_type=Path), required=True,
              help="Write the model to this file.")  # fmt: skip
@click.option("--columns", metavar="FILE", type=FILE,
              help="Which column says what (TOML); without it, the columns bear our own names.")  # fmt: skip
@click.option("--now", type=options.TIME, metavar="TIME",
              help="Learn only what was known before; by default up to the last declaration.")  # fmt: skip
@click.option("--lag", type=click.FloatRange(0, 3_650), metavar="DAYS", default=30, show_default=True,
              help="Until an outcome is known, where the table does not say when it was.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True,
              help="The same seed, the same model.")  # fmt: skip
@click.option("--threads", type=click.IntRange(1, 64), default=1, show_default=True,
              help="To grow trees with; another number gives another model.")  # fmt: skip
@options.as_json
def train(
    file: Path, out: Path, columns: Path | None, now: datetime | None, lag: float, as_json: bool, **more: int
) -> int:
    """Learn from a CSV of declarations with what their inspections found.

    The last fifth of the time is held back first, to tell how good what is learnt is on what comes after
    it. Then all of it is learnt. Exit status 1 says that rows were refused.
    """
    from sarai.cli.targeted import show_training, told
    from sarai.watch.targeting import Columns, Settings, header_of, train

    table = Columns.read(columns) if columns else Columns.usual(header_of(file))
    settings = Settings(lag_days=lag, **more)
    with busy("learning"):
        history = _read(file, table, lag, outcome=True)
        model = train(history, table, settings, round(now.timestamp()) if now else None)
        model.write(out)
    value = _trained(out, model, history)
    answer(as_json, value, lambda screen: show_training(screen, value))
    return told(history.refused)


@target.command()
@click.argument("model", metavar="MODEL", type=FILE)
@click.argument("file", metavar="FILE", type=FILE)
@click.option("--budget", type=click.FloatRange(0, 100, min_open=True), metavar="PERCENT", default=5,
              show_default=True, help="How many of the declarations to open.")  # fmt: skip
@click.option("--random-share", type=click.FloatRange(0, 1), default=RANDOM_SHARE, show_default=True,
              help="Of the picks, drawn by chance, so that it keeps learning.")  # fmt: skip
@click.option("--by", type=click.Choice(["risk", "value"]), default="risk", show_default=True,
              help="By the probability that something is found, or by that times the value.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), metavar="N",
              help="Of the draw; by default one that nobody can guess, which is told.")  # fmt: skip
@options.as_json
def rank(
    model: Path, file: Path, budget: float, random_share: float, by: Any, seed: int | None, as_json: bool
) -> int:
    """Pick which declarations of a CSV to open, each with the reason.

    If the table says what was found, it is also told how good the picks are. Exit status 1 says that
    what is declared or found has moved away from what was learnt, or that rows were refused.
    """
    import secrets

    from sarai.cli.targeted import show_ranking, told
    from sarai.watch.targeting import Model, rank

    drawn = secrets.randbelow(2**31) if seed is None else seed
    with busy("ranking"):
        known = Model.read(model)
        card = known.card
        new = _read(file, card.columns, card.settings.lag_days, outcome=False)
        ranking = rank(known, new, budget, drawn, random_share, by)
    answer(as_json, ranking, lambda screen: show_ranking(screen, ranking))
    return max(told(new.refused), FINDINGS if ranking.drift.alarm else 0)


@target.command()
@click.argument("plan", metavar="PLAN", type=FILE)
@click.argument("file", metavar="FILE", type=FILE)
@click.option("--columns", metavar="FILE", type=FILE,
              help="Which column says what (TOML); without it, the columns bear our own names.")  # fmt: skip
@click.option("--out", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
              help="Write the declarations with propensity, check and an outcome to be filled.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), metavar="N",
              help="Of the draw; by default one that nobody can guess, which is told.")  # fmt: skip
@options.as_json
def draw(
    plan: Path, file: Path, columns: Path | None, out: Path | None, seed: int | None, as_json: bool
) -> int:
    """Draw which declarations of a CSV to open, as often as a plan of inspections says.

    PLAN is what sarai standing game --plan writes. Each declaration is opened with the plan's probability,
    and no check is made more often than its inspectors can. Exit status 1 says that rows were refused, or
    are of a place or shift where the plan has no check.
    """
    import secrets

    from sarai.cli.targeted import show_draw, told
    from sarai.watch.targeting import Columns, draw_by, header_of, read_plan

    table = Columns.read(columns) if columns else Columns.usual(header_of(file))
    drawn = secrets.randbelow(2**31) if seed is None else seed
    found = draw_by(read_plan(plan), _read(file, table, 0, outcome=False), drawn)
    if out:
        from sarai.cli.targeted import with_draw

        out.write_text(with_draw(file, found), "utf-8")
    answer(as_json, found, lambda screen: show_draw(screen, found))
    return told(found.refused)


def _read(file: Path, columns: Columns, lag: float, *, outcome: bool) -> Declarations:
    from sarai.watch.targeting import read_declarations

    return read_declarations(file, columns, lag, outcome=outcome)


def _trained(out: Path, model: Any, history: Declarations) -> dict[str, Any]:
    """What is said of a model: all that it is but what it remembers."""
    card = model.card
    gains: dict[str, float] = {}
    for feature, gain in zip(card.features, card.gains, strict=True):
        gains[feature.source] = gains.get(feature.source, 0.0) + gain
    return {
        "model": str(out),
        "digest": model.digest,
        "history": card.history,
        "library": card.library,
        "declarations": len(history),
        "settings": card.settings,
        "known_before": _time(card.memory.moment_s),
        "windows": [
            {
                "use": each.use, "begin": _time(each.begin_s), "end": _time(each.end_s),
                "declarations": each.declarations, "wrong": each.wrong,
            }
            for each in card.windows
        ],
        "calibration": card.calibrator.method,
        "gains": dict(sorted(gains.items(), key=lambda each: (-each[1], each[0]))),
        "judged_from": _time(card.judged.from_s),
        "judged": card.judged.measures,
        "refused": history.refused,
    }  # fmt: skip


def _time(seconds: int) -> datetime:
    from datetime import UTC

    return datetime.fromtimestamp(seconds, UTC)
