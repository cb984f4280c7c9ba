"""A table that is sorted and paged on the server, so that a long one is no heavier than a short one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from markupsafe import Markup

from sarai.server.pages.look.elements import element, put, show
from sarai.server.pages.look.icons import icon
from sarai.server.pages.look.markup import Content, empty, tag
from sarai.server.words import Words

if TYPE_CHECKING:
    from nicegui.element import Element

PAGE_ROWS = 50  # more are not read on one screen

Row = TypeVar("Row")
KINDS = ("", "number", "short")
WAYS = {None: ("both", "none"), False: ("up", "ascending"), True: ("down", "descending")}


class Column(NamedTuple, Generic[Row]):
    """A column: its title, what it shows of a row, and (if it can be sorted) by what.

    ``kind`` is ``number`` for what is set to the right, ``short`` for what does not break.
    """

    title: str
    cell: Callable[[Row], Content]
    key: Callable[[Row], Any] | None = None
    kind: str = ""


class Table(Generic[Row]):
    """Rows in columns; the first column names the row, and heads its card at phone width.

    Parameters
    ----------
    nothing
        What is said when there are no rows: a text, or more of it by `empty`.
    caption
        What the table shows, for who hears it.
    sort, descending
        Number of the column that it is sorted by at first; none keeps the order of the rows.
    """

    def __init__(
        self,
        words: Words,
        columns: Sequence[Column[Row]],
        rows: Sequence[Row],
        *,
        nothing: Content,
        caption: str,
        sort: int | None = None,
        descending: bool = False,
        page_rows: int = PAGE_ROWS,
    ) -> None:
        self.words, self.columns, self.page_rows = words, columns, page_rows
        self.sort, self.descending, self.page = sort, descending, 0
        self._rows = list(rows)
        self._nothing = nothing if isinstance(nothing, Markup) else empty(nothing)
        with element("div", class_="table"):
            self._table = element("table")
            with self._table:
                show(caption, "caption", "unseen")
                self._heads = self._titles()
                self._body = show("", "tbody")
            self._empty = show(self._nothing)
            self._pager = element("div", class_="pager")
            self._place, self._back, self._on = self._steps()
        self._draw()

    def replace(self, rows: Sequence[Row]) -> None:
        """Show other rows, sorted as before; only what changed is sent."""
        self._rows = list(rows)
        self._draw()

    def ordered(self) -> list[Row]:
        """The rows as they are sorted now; rows without a value come last, whichever way."""
        key = self.columns[self.sort].key if self.sort is not None else None
        if key is None:
            return self._rows
        keyed = [(key(row), row) for row in self._rows]
        valued = sorted(
            (each for each in keyed if each[0] is not None), key=lambda each: each[0], reverse=self.descending
        )
        return [row for _, row in valued] + [row for value, row in keyed if value is None]

    def order_by(self, column: int) -> None:
        """Sort by a column; by the same one again, the other way round."""
        self.descending = self.sort == column and not self.descending
        self.sort, self.page = column, 0
        self._draw()

    def turn(self, pages: int) -> None:
        """Go on or back by so many pages, as far as there are any."""
        last = max(0, len(self._rows) - 1) // self.page_rows
        self.page = min(max(0, self.page + pages), last)
        self._draw()

    # -- drawing ---------------------------------------------------------------------------------

    def _titles(self) -> list[tuple[Element, Any] | None]:
        with element("thead"), element("tr"):
            return [self._title(place, column) for place, column in enumerate(self.columns)]

    def _title(self, place: int, column: Column[Row]) -> tuple[Element, Any] | None:
        cell = element("th", class_=column.kind if column.key else f"{column.kind} unsorted", scope="col")
        with cell:
            if column.key is None:
                show(column.title, "span")
                return None
            button = element("button", class_="sort", type="button").on(
                "click", lambda: self.order_by(place), []
            )
            with button:
                show(column.title, "span")
                return cell, show("", "span")

    def _steps(self) -> tuple[Any, Element, Element]:
        with self._pager:
            place = show("", "div", "quiet")
            made = []
            for text, pages in (("Previous", -1), ("Next", 1)):
                button = element("button", class_="button", type="button")
                button.on("click", lambda pages=pages: self.turn(pages), [])
                with button:
                    show(self.words(text), "span")
                made.append(button)
        return place, made[0], made[1]

    def _draw(self) -> None:
        first = self.page * self.page_rows
        if first >= len(self._rows):
            first = self.page = 0
        shown = self.ordered()[first : first + self.page_rows]
        put(self._body, Markup("").join(self._row(row) for row in shown))
        for place, title in enumerate(self._heads):
            if title:
                self._mark(*title, self.descending if place == self.sort else None)
        self._table.visible = bool(self._rows)
        self._empty.visible = not self._rows
        self._say_place(first, first + len(shown))

    def _row(self, row: Row) -> Markup:
        cells = []
        for place, column in enumerate(self.columns):
            look = f"{column.kind} lead-cell".strip() if place == 0 else column.kind
            cells.append(tag("td", column.cell(row), class_=look or None, data_label=column.title))
        return tag("tr", *cells)

    def _mark(self, cell: Element, shown: Any, descending: bool | None) -> None:
        drawing, way = WAYS[descending]
        put(shown, icon(drawing))
        if cell.props.get("aria-sort") != way:
            cell.props["aria-sort"] = way

    def _say_place(self, first: int, last: int) -> None:
        count = len(self._rows)
        self._pager.visible = count > self.page_rows
        said = self.words.count("{count} row", "{count} rows", count)
        put(self._place, f"{self.words.number(first + 1)}–{self.words.number(last)} · {said}")
        for button, off in ((self._back, first == 0), (self._on, last >= count)):
            if bool(button.props.get("disabled")) != off:
                button.props["disabled"] = off
