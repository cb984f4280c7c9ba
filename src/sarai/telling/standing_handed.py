"""An inspection plan in the form that ``sarai target`` reads: declarations with their propensity."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sarai.goods import BadSetting
from sarai.standing.game import Game
from sarai.telling.standing_game import Planned

if TYPE_CHECKING:
    import numpy as np

__all__ = ["applied", "handed"]

HANDED = ("id", "time", "place", "shift", "typology", "inspectors", "consignments", "propensity",
          "budget_percent", "outcome")  # fmt: skip
GIVEN = ("propensity", "check", "outcome")  # columns that are put beside those of declarations


def handed(plan: Planned, day: datetime) -> str:
    """A plan as a CSV that ``sarai target`` reads: a row for each check that is ever made.

    `propensity` is the share of the shift's `consignments` opened there for the typology: both together are
    what its inspectors can open, on average. `outcome` is left to be filled with what was found.
    """
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    write.writerow(HANDED)
    for each in plan.stands:
        if each.share > 0:
            code = f"{each.checkpoint}/{each.shift}/{each.typology}"
            often = [f"{each.inspectors:.9f}", f"{each.consignments:.12g}", f"{each.share:.12g}",
                     f"{100 * each.share:.6g}"]  # fmt: skip
            write.writerow([code, day.isoformat(), each.place, each.shift, each.typology, *often, ""])
    return out.getvalue()


def applied(plan: Planned, game: Game, declarations: Path, rng: np.random.Generator) -> str:
    """A day's declarations with the probability that the plan has each opened, and for which check it is.

    Each is drawn for itself, so that of a hundred not always the same number is opened. A shift is one by
    the traffic of shifts. The column `outcome` is left to be filled where `check` names one.

    Raises
    ------
    BadSetting
        There is no column ``place``, or a place that the plan does not have.
    """
    shares = _by_place(plan, game)
    reader = _reader(declarations)
    header = [name for name in reader.fieldnames or () if name not in GIVEN]
    out = io.StringIO()
    write = csv.DictWriter(out, [*header, *GIVEN], lineterminator="\n", extrasaction="ignore", restval="")
    write.writeheader()
    for row in reader:
        checks = shares.get((row["place"] or "").strip())
        if checks is None:
            raise BadSetting(
                f"{declarations}, line {reader.line_num}: the plan has no place {row['place']!r}; it has "
                f"{', '.join(shares)}"
            )
        propensity, check = f"{sum(checks.values()):.12g}", _drawn(checks, rng.random())
        write.writerow(row | {"propensity": propensity, "check": check, "outcome": ""})
    return out.getvalue()


def _reader(declarations: Path) -> csv.DictReader[str]:
    """The rows of a table with commas or semicolons."""
    text = declarations.read_text("utf-8-sig")
    first = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in first and "," not in first else ",")
    if "place" not in (reader.fieldnames or ()):
        raise BadSetting(f"{declarations} has no column place; name so the one with the checkpoint")
    return reader


def _by_place(plan: Planned, game: Game) -> dict[str, dict[str, float]]:
    """The share opened for each typology by place, over shifts and checkpoints by their traffic."""
    point = {each.code: each.consignments for each in game.checkpoints}
    shift = {each.code: each.traffic for each in game.shifts}
    opened: dict[str, dict[str, float]] = {}
    passed: dict[str, float] = {}
    kinds = len(game.typologies)
    for each in plan.stands:
        traffic = point[each.checkpoint] * shift[each.shift]
        checks = opened.setdefault(each.place, {})
        checks[each.typology] = checks.get(each.typology, 0.0) + traffic * each.share
        passed[each.place] = passed.get(each.place, 0.0) + traffic / kinds
    return {
        place: {kind: each / passed[place] for kind, each in checks.items()}
        for place, checks in opened.items()
    }


def _drawn(checks: dict[str, float], at: float) -> str:
    """The check that a number between 0 and 1 falls to; none if it falls beyond all."""
    for kind, share in checks.items():
        if at < share:
            return kind
        at -= share
    return ""
