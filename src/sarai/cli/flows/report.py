"""sarai flows report: all of it on one page."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sarai.cli.flows import flows
from sarai.cli.flows.asking import Asked, asked, codes_in
from sarai.cli.flows.measures import SEED
from sarai.cli.flows.telling import finite
from sarai.cli.output import answer, note

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.flows.periods import Span
    from sarai.telling.flows_given import FlowsReport

MOST_SAID = 12


@flows.command()
@asked("exporters", "importers", "span", "base", "exported", "imported", "top")
@click.option("--through", metavar="LIST", default="",
              help="The country in between; without it, nothing is said of what passed through.")  # fmt: skip
@click.option("--treated", metavar="LIST", default="chpl", show_default=True,
              help="The codes of the difference in differences.")  # fmt: skip
@click.option("--least", type=click.FloatRange(0), default=10_000_000, show_default=True, metavar="VALUE",
              help="Anomalous markets: those above this value in the span.")  # fmt: skip
@click.option("--growth", type=click.FloatRange(0), default=1.0, show_default=True, metavar="RATIO",
              help="Anomalous markets: those that grew more; 1 is a doubling.")  # fmt: skip
@SEED
@click.option("--out", metavar="FILE.html", type=click.Path(dir_okay=False),
              help="Write it to this file: one page that needs nothing else.")  # fmt: skip
def report(
    ask: Asked, span: Span, base: Span, top: int, treated: str, least: float, growth: float, seed: int,
    out: str | None,
) -> int:  # fmt: skip
    """All measures on one page: sources, holes, gaps, passage, surges, breaks, effects, method notes.

    What cannot be computed is said, with the reason, in the place where it would stand.
    """
    from sarai.telling.flows_report import report_html
    from sarai.telling.flows_study import Study, study

    if not (out or ask.as_json):
        raise click.UsageError("a report needs a file: --out FILE.html; or --json for its figures")
    if len(ask.question.through) > 1:
        raise click.UsageError(
            f"--through takes one country, and {', '.join(ask.question.through)} are several; "
            "ask for a report of each"
        )
    codes, of = codes_in(treated, "--treated")
    found = study(
        Study(
            question=ask.question, ready=ask.ready, engine=ask.engine, statistics=ask.statistics,
            base=base, span=span, least=least, growth=growth, treated=codes, treated_of=of,
            memory_mb=ask.memory_mb, top=top, seed=seed,
        ),
        datetime.now(UTC),
    )  # fmt: skip
    if out:
        Path(out).write_text(report_html(found), encoding="utf-8")
    ask.sign.close()
    answer(ask.as_json, finite(found) if ask.as_json else None, lambda screen: _show(screen, found, str(out)))
    return 0


def _show(screen: Console, found: FlowsReport, out: str) -> None:
    from sarai.telling.flows_sentences import sentences

    screen.print(found.title, style="bold")
    said = sentences(found)
    for each in said[:MOST_SAID]:
        screen.print(f"- {each}")
    for name, why in found.lacking.items():
        note(screen, f"No {name}: {why}.")
    note(screen, f"All of it, with method notes: {out}")
