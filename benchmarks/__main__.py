"""`python -m benchmarks [QUESTION ...] [--quick] [--json]`: by default all of `QUESTIONS`."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.report import machine, show, whole

QUESTIONS = (
    "posting",
    "postgres",
    "trace",
    "memory",
    "screening",
    "description",
    "ownership",
    "watch",
    "targeting",
    "desk",
    "flows",
    "corridors_routes",
    "corridors_capacity",
    "corridors_simulation",
    "corridors_investing",
    "minerals",
)
OUT = Path("out")


def main() -> None:
    """Ask the questions, show and keep the answers."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Sarai beside its baselines.")
    parser.add_argument("questions", nargs="*", metavar="|".join(QUESTIONS), help="by default all")
    parser.add_argument("--quick", action="store_true", help="two minutes instead of twenty; rougher")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    given = parser.parse_args()
    if unknown := set(given.questions).difference(QUESTIONS):
        parser.error(f"no question {', '.join(sorted(unknown))}; ask {', '.join(QUESTIONS)}")
    OUT.mkdir(exist_ok=True)
    began, reports = datetime.now(UTC), []
    kept = OUT / f"benchmarks-{began:%Y%m%dT%H%M%S}.json"
    for question in given.questions or QUESTIONS:
        with TemporaryDirectory(prefix="benchmark-", dir=OUT) as directory:
            reports.append(import_module(f"benchmarks.{question}").run(Path(directory), given.quick))
        kept.write_text(whole(reports, began))
        if not given.json:
            show(reports[-1])
    print(kept.read_text() if given.json else " | ".join([*map(" ".join, machine().items()), str(kept)]))


if __name__ == "__main__":
    main()
