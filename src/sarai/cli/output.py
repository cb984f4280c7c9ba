"""How a command speaks: JSON for programs; tables, trees and progress bars for people.

On a terminal the lines of tables are drawn; into a pipe goes plain ASCII (but for what documents
themselves say), at the width that COLUMNS says.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from sarai.telling.plain import plain

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

PATIENCE_S = 2.0  # what takes longer shows how far it is
LEAST_COLUMNS = 40


def answer(as_json: bool, value: Any, show: Callable[[Console], None]) -> None:
    """Give the answer, as JSON or for people."""
    if as_json:
        click.echo(json.dumps(plain(value), ensure_ascii=False, indent=2))
    else:
        show(console())


# -- for people ----------------------------------------------------------------------------------


def console(*, stderr: bool = False) -> Console:
    """Where tables go: as wide as the terminal; without one, in ASCII."""
    from rich.console import Console

    class Piped(Console):
        encoding = "ascii"  # so rich draws trees and rules with ASCII

    stream = sys.stderr if stderr else sys.stdout
    kind = Console if stream.isatty() else Piped
    screen = kind(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=False)
    screen.width = max(screen.width, LEAST_COLUMNS)
    return screen


def grid(
    screen: Console,
    columns: Sequence[str],
    rows: Iterable[Sequence[RenderableType]],
    totals: Iterable[Sequence[RenderableType]] = (),
    title: str = "",
) -> Table:
    """A table; a column whose title begins with ``>`` is aligned to the right."""
    from rich import box
    from rich.table import Table

    lines = box.SIMPLE_HEAD if screen.encoding.startswith("utf") else _ascii_lines()
    table = Table(
        box=lines, title=title or None, title_justify="left", title_style="bold", show_edge=False,
        pad_edge=False, padding=(0, 1, 0, 0),
    )  # fmt: skip
    for column in columns:
        right = column.startswith(">")
        table.add_column(
            column.removeprefix(">"), justify="right" if right else "left", overflow="fold", no_wrap=right
        )
    for row in rows:
        table.add_row(*row)
    totals = list(totals)
    if totals:
        table.add_section()
    for row in totals:
        table.add_row(*row, style="bold")
    return table


def _ascii_lines():
    from rich.box import Box

    rule, empty = " -- \n", "    \n"
    return Box(empty * 2 + rule + empty + rule + empty * 3, ascii=True)


def note(screen: Console, text: str) -> None:
    """A quiet line beneath an answer."""
    screen.print(text, style="dim")


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Callable[..., None]]:
    """A bar on standard error once the work takes longer than `PATIENCE_S`, if that is a terminal.

    Yields
    ------
    callable
        To be told how much is done, and of how much if that was not known before.
    """
    bar = _Bar(what, total)
    try:
        yield bar.update
    finally:
        bar.close()


@contextmanager
def busy(what: str) -> Iterator[None]:
    """A sign of life on standard error once the work takes longer than `PATIENCE_S`, if that is a terminal.

    For work that cannot say how far it is.
    """
    if not sys.stderr.isatty():
        yield
        return
    sign = console(stderr=True).status(what)
    patience = threading.Timer(PATIENCE_S, sign.start)
    patience.start()
    try:
        yield
    finally:
        patience.cancel()
        patience.join()
        sign.stop()


class _Bar:
    def __init__(self, what: str, total: int | None) -> None:
        self.what, self.total = what, total
        self.began = time.monotonic()
        self.shown = None
        self.wanted = sys.stderr.isatty()

    def update(self, done: int, total: int | None = None) -> None:
        self.total = total or self.total
        if self.shown is None:
            if not self.wanted or time.monotonic() - self.began < PATIENCE_S:
                return
            self.shown = self._show()
        self.shown.update(self.task, completed=done, total=self.total)

    def _show(self):
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

        shown = Progress(
            TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn(),
            console=console(stderr=True), transient=True,
        )  # fmt: skip
        self.task = shown.add_task(self.what, total=self.total)
        shown.start()
        return shown

    def close(self) -> None:
        if self.shown is not None:
            self.shown.stop()
