"""Put the figures of a run into docs/benchmarks.md: `python -m benchmarks.page out/benchmarks-….json`."""

from __future__ import annotations

import json
import re
import sys
from itertools import groupby
from pathlib import Path

from benchmarks.report import shown

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
HEADINGS = ("", "median", "least", "greatest", "unit", "goal", "met")


def fill(page: str, run: dict) -> str:
    """The page with the figures of a run between its marks; what was not asked in the run stays."""
    page = _between(page, "machine", f"Begun {run['began']}. {_machine(run['machine'])}\n")
    for report in run["reports"]:
        page = _between(page, report["title"], tables(report))
    return page


def tables(report: dict) -> str:
    """A Markdown table for each case."""
    written = []
    for case, figures in groupby(report["figures"], key=lambda figure: figure["case"]):
        rows = [HEADINGS, ("---",) * len(HEADINGS), *map(_row, figures)]
        lines = "\n".join(f"| {' | '.join(row)} |" for row in rows)
        written.append(f"**{case[0].upper()}{case[1:]}**\n\n{lines}\n")
    return "\n".join(written)


def _row(figure: dict) -> tuple[str, ...]:
    numbers = [shown(figure[name]) for name in ("median", "low", "high")]
    return figure["name"], *numbers, figure["unit"], figure["goal"], figure["met"]


def _machine(machine: dict[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in machine.items()) + "."


def _between(page: str, mark: str, text: str) -> str:
    begin, end = f"<!-- {mark} -->\n", f"<!-- end of {mark} -->"
    pattern = re.escape(begin) + ".*?" + re.escape(end)
    return re.sub(pattern, lambda _: f"{begin}{text}{end}", page, flags=re.DOTALL)


if __name__ == "__main__":
    PAGE.write_text(fill(PAGE.read_text(), json.loads(Path(sys.argv[1]).read_text())))
