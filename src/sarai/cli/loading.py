"""Loading lists from paths, and what became of each: shared by sarai lists load and pull."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from sarai.cli.output import busy, grid, note
from sarai.cli.root import FINDINGS

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.screening.listed import Publication
    from sarai.screening.lists.store import ListStore, LoadResult

SHOWN_FILES = 5


class Refused(NamedTuple):
    """A path, or a list in it, that was not loaded."""

    path: str
    message: str


class Report(NamedTuple):
    """What became of paths; stale are lists whose files, without a date, say what an older version said."""

    loaded: list[LoadResult]
    refused: list[Refused]
    passed_over: list[str]
    stale: list[str]


def load_paths(paths: Iterable[str], store: str, published: str | None, accept_shrinking: bool) -> Report:
    """Load files and directories into a store; ``published`` is for lists whose files have no date."""
    from sarai.screening.lists.store import ListStore

    report, now = Report([], [], [], []), datetime.now(UTC)
    with ListStore.open(store) as opened, busy("reading lists"):
        for path in paths:
            for publication in _read(path, published, now, report):
                _load_one(opened, publication, path, now, accept_shrinking, report)
    return report


def _read(path: str, published: str | None, now: datetime, report: Report) -> list[Publication]:
    """The lists of a path, older ones first, and what only adds to a list after it."""
    from msgspec.structs import replace

    from sarai.screening.lists.reading import ListError, read

    try:
        found = read(Path(path))
    except ListError as fault:
        report.refused.append(Refused(path, str(fault)))
        return []
    report.refused.extend(Refused(path, str(fault)) for fault in found.damaged)
    report.passed_over.extend(map(str, found.passed_over))
    dated = [replace(each, published=each.published or published or "") for each in found.publications]
    today = now.date().isoformat()
    return sorted(dated, key=lambda each: (each.published or today, each.supplement))


def _load_one(
    store: ListStore, publication: Publication, path: str, now: datetime, accept: bool, report: Report
) -> None:
    from sarai.screening.lists.reading import ListError

    try:
        result = store.load(publication, now, accept)
    except ListError as fault:
        report.refused.append(Refused(path, str(fault)))
        return
    report.loaded.append(result)
    if result.list in report.stale:  # what is loaded last decides: an archive may be loaded again
        report.stale.remove(result.list)
    if result.repeated and not result.in_force and not publication.published:
        report.stale.append(result.list)


def told(report: Report) -> int:
    """Say on standard error what is not as it should be; returns the exit status."""
    for each in report.refused:
        click.echo(f"sarai: {each.path}: {each.message}", err=True)
    if report.stale:
        click.echo(
            f"sarai: what was loaded of {', '.join(report.stale)} is what an older version said, in files "
            "without a date: the later version stays in force. If the list went back to it, load it with "
            "--published DATE",
            err=True,
        )
    return FINDINGS if report.refused or report.stale else 0


def show_report(screen: Console, report: Report) -> None:
    """A line for each list, and what else is worth knowing."""
    if report.loaded:
        columns = ["List", ">Version", ">Added", ">Changed", ">Removed", ">Unchanged", ""]
        screen.print(grid(screen, columns, map(_loaded_row, report.loaded)))
    past = ", ".join(sorted({each.list for each in report.loaded if not each.in_force}))
    if past:
        note(screen, f"Of {past}, a version of a later day is in force: see sarai lists show --all")
    if report.passed_over:
        note(screen, f"Passed over, since no reader knows them: {_some(report.passed_over)}")


def _some(files: list[str]) -> str:
    more = len(files) - SHOWN_FILES
    return ", ".join(files[:SHOWN_FILES]) + (f", and {more:,} more (--json lists them)" if more > 0 else "")


def _loaded_row(result: LoadResult) -> list[str]:
    counts = (result.version, result.added, result.changed, result.removed, result.unchanged)
    marks = ["repeated"] * result.repeated + ["not in force"] * (not result.in_force)
    return [result.list, *(f"{count:,}" for count in counts), ", ".join(marks)]
