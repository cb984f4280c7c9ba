"""What sarai screen does with goods: codes against control lists, descriptions against codes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sarai.cli.output import plain
from sarai.cli.root import FINDINGS

if TYPE_CHECKING:
    from sarai.screening.controls import Controls, DescriptionModel


def check(
    goods: Path, controls: tuple[Path, ...], nomenclature: Path | None, on: date | None, **_: Any
) -> int:
    """Check every row of a table (code, edition, destination, date, end_user, description)."""
    from sarai.goods.errors import BadSetting, SaraiError
    from sarai.screening.batch import lines
    from sarai.screening.controls import ControlList, Controls

    known = Controls([ControlList.priority(), *map(ControlList.read, controls)])
    model, outcome = _model(nomenclature), 0
    today = on or datetime.now(UTC).date()
    for line, row, error in lines(goods, ("code", "hs")):
        try:
            if error:
                raise BadSetting(error)
            told = _judged(row, known, model, today)
        except (SaraiError, ValueError) as fault:
            told = {"line": line, "code": row.get("code", ""), "hits": [], "error": f"line {line}: {fault}"}
        outcome = FINDINGS if told.get("hits") or told.get("error") or told.get("flagged") else outcome
        click.echo(json.dumps(plain(told), ensure_ascii=False))
    return outcome


def _judged(
    row: Mapping[str, str], known: Controls, model: DescriptionModel | None, today: date
) -> dict[str, Any]:
    from sarai.screening.batch import country_code

    code, edition = row.get("code", "") or row.get("hs", ""), row.get("edition", "") or "HS2022"
    day = date.fromisoformat(row["date"]) if row.get("date") else today
    said = row.get("destination", "").strip()
    hits = known.check(code, edition, country_code(said) or said, day, row.get("end_user"))
    told: dict[str, Any] = {"code": code, "edition": edition, "hits": hits}
    if model and row.get("description"):
        judgement = model.judge(row["description"], code, edition)
        told |= {"flagged": judgement.flagged, "description": judgement}
    return told


def _model(path: Path | None) -> DescriptionModel | None:
    if path is None:
        return None
    from sarai.screening.controls import DescriptionModel

    return DescriptionModel.of_nomenclature(path)
