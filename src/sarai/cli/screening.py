"""What sarai screen does with names: one, a table of them, or pairs."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sarai.cli.output import answer, busy, grid, note, plain
from sarai.cli.root import FINDINGS

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.screening.screener import Answer, Screener

BLOCK = 2_000  # rows that are screened, recorded and answered together


def one(
    name: str, lists: tuple[str, ...], on: date | None, log: str | None, threshold: float, as_json: bool,
    kind: str | None, birth: tuple[str, ...], country: tuple[str, ...], identifier: tuple[str, ...], **_: Any
) -> int:  # fmt: skip
    """Screen a name."""
    from sarai.screening.listed import Kind
    from sarai.screening.subject import Subject
    from sarai.screening.subject import identifier as read

    subject = Subject(
        name=name, kind=Kind(kind) if kind else None, births=birth, countries=tuple(map(_country, country)),
        identifiers=tuple(map(read, identifier)),
    )  # fmt: skip
    with open_screener(lists, on, log) as screener:
        (found,) = screener.screen([subject], datetime.now(UTC), threshold)
    answer(as_json, found, lambda screen: _show(screen, found, screener))
    return FINDINGS if found.open else 0


def _country(text: str) -> str:
    from sarai.screening.batch import country_code

    if not (code := country_code(text)):
        raise click.UsageError(f"country {text!r} is not known; use an ISO 3166-1 code such as KZ")
    return code


def batch(
    batch: Path, lists: tuple[str, ...], on: date | None, log: str | None, threshold: float, **_: Any
) -> int:
    """Screen a table; a line of JSON for each row, in order."""
    from sarai.screening.batch import subjects

    outcome = 0
    with open_screener(lists, on, log) as screener:
        waiting = iter(subjects(batch))
        while block := list(islice(waiting, BLOCK)):
            asked = [row.subject for row in block if row.subject]
            answers = iter(screener.screen(asked, datetime.now(UTC), threshold))
            for row in block:
                found = next(answers) if row.subject else None
                line = found or {"query": row.text, "hits": [], "error": row.error}
                outcome = FINDINGS if row.error or (found and found.open) else outcome
                click.echo(_line(line))
    return outcome


def pairs(path: Path, threshold: float, as_json: bool) -> int:
    """Match pairs; the table again, with score and match."""
    from sarai.goods.errors import BadSetting
    from sarai.screening.batch import lines, match_pair

    writer = None
    for line, row, error in lines(path, ("query",), ("candidate",)):
        if error:
            raise BadSetting(f"{path}, line {line}: {error}")
        score = match_pair(row["query"], row["candidate"], row.get("schema", "")).score
        told = {**row, "score": score, "match": int(score >= threshold)}
        if as_json:
            click.echo(_line(told))
            continue
        writer = writer or _table(told)
        writer.writerow({name: _harmless(value) for name, value in told.items()})
    return 0


def _table(row: dict) -> csv.DictWriter:
    writer = csv.DictWriter(sys.stdout, list(row), lineterminator="\n")
    writer.writerow({name: _harmless(name) for name in row})
    return writer


def _harmless(value: object) -> object:
    """A text that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in tuple("=+-@\t\r") else value


def _line(value: object) -> str:
    import json

    return json.dumps(plain(value), ensure_ascii=False)


@contextmanager
def open_screener(
    lists: tuple[str, ...], on: date | None = None, log: str | None = None, *, create: bool = True
) -> Iterator[Screener]:
    """The lists, to be asked; ``create`` says whether a log is made if there is none."""
    from sarai.screening.decisions import Log
    from sarai.screening.screener import Screener

    kept = Log.open(log, create=create) if log else None
    try:
        with busy("reading lists"):
            screener = Screener.from_paths(lists, on, kept)
        yield screener
    finally:
        if kept:
            kept.close()


def _show(screen: Console, found: Answer, screener: Screener) -> None:
    from sarai.screening.lists.reading import clean

    if not found.hits:
        note(screen, f"{clean(found.query)}: no hit among {screener.entities:,} listed.")
        return
    rows = [(f"{hit.score:.2f}", hit.list, hit.entity, hit.name, hit.decision) for hit in found.hits]
    screen.print(grid(screen, ("score", "list", "entity", "name", "decision"), rows))
    if found.screening:
        note(
            screen,
            f"Screening {found.screening}: decide with sarai decide {found.screening} ENTITY clear|confirm.",
        )
    for hit in found.hits:
        note(screen, f"{hit.entity}: {'; '.join(hit.reasons)}")
        for change in hit.changed:
            note(screen, f"  decided before, but {change}")
