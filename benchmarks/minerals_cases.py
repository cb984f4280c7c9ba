"""`python -m benchmarks.minerals_cases`: what models said of past shocks, beside what then came.

Both are run on data of the year before alone, with the assumptions that every other shock has; nothing is
fitted to what came after. The tables stand in docs/minerals.md as they come out. Seeded, so a test holds the
page to them.
"""

from __future__ import annotations

from benchmarks.minerals_peer import DATA
from sarai.minerals.shocks.cases import EVENTS
from sarai.telling.minerals_cases import CasesTold, told
from sarai.telling.minerals_cases_sheets import Sheet, sheets


def markdown(found: CasesTold) -> str:
    """The tables of the page."""
    return "\n\n".join(map(_table, sheets(found)))


def _table(sheet: Sheet) -> str:
    titles = [each.removeprefix(">") for each in sheet.columns]
    rules = ["---:" if each.startswith(">") else "---" for each in sheet.columns]
    return "\n".join([f"*{_escaped(sheet.title)}*", "", *map(_line, (titles, rules, *sheet.rows))])


def _line(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(map(_escaped, cells))} |"


def _escaped(text: str) -> str:
    return text.replace("*", r"\*")


if __name__ == "__main__":
    for event in EVENTS:
        print(f"<!-- {event} -->\n{markdown(told(DATA, [event]))}\n<!-- end of {event} -->\n")
