"""Forms, tables and pagers as plain HTML: they work by address, so that what is seen can be sent to others.

A form that asks is a GET to the page itself. One that acts is caught where it stands (`acting`) and handed to
the server over the page's own socket.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup

from sarai.server.pages.look.elements import show
from sarai.server.pages.look.markup import Content, link, tag
from sarai.server.words import Words

if TYPE_CHECKING:
    from nicegui.elements.html import Html

SUBMITTED = """(event) => {
  event.preventDefault();
  const button = event.submitter;
  emit({ ...Object.fromEntries(new FormData(event.target)), form: event.target.dataset.form ?? "",
         act: button?.name === "act" ? button.value : "" });
}"""


# -- fields ----------------------------------------------------------------------------------------


def field(
    label: str, name: str, value: str = "", *, kind: str = "text", hint: str = "", **more: Any
) -> Markup:
    """A field with its label; with ``hint``, words below it."""
    box = tag("input", class_="field", type=kind, name=name, value=value or None, style=PLAIN, **more)
    return _labelled(label, box, hint)


def choice(
    label: str,
    name: str,
    options: Iterable[tuple[str, str]],
    chosen: str = "",
    *,
    hint: str = "",
    **more: Any,
) -> Markup:
    """A choice of one, by values and what they are called."""
    inside = [tag("option", said, value=value, selected=value == chosen) for value, said in options]
    return _labelled(label, tag("select", *inside, class_="field", name=name, style=PLAIN, **more), hint)


def words_field(label: str, name: str, value: str = "", **more: Any) -> Markup:
    """A field for several lines."""
    return _labelled(label, tag("textarea", value, class_="field", name=name, style=PLAIN, **more), "")


def tick(label: str, name: str, *, on: bool = False) -> Markup:
    """A box to tick."""
    box = tag("input", type="checkbox", name=name, value="1", checked=on)
    return tag("label", box, label, style=TICKED)


def _labelled(label: str, box: Markup, hint: str) -> Markup:
    said = tag("span", hint, class_="quiet", style=PLAIN) if hint else ""
    return tag("label", label, box, said, class_="labelled")


def unseen(name: str, value: str) -> Markup:
    """What a form says without showing it."""
    return tag("input", type="hidden", name=name, value=value)


def button(text: str, *, look: str = "main", act: str = "", **more: Any) -> Markup:
    """A button that sends its form; with ``act``, which of several was pressed is told."""
    named = {"name": "act", "value": act} if act else {}
    return tag("button", text, type="submit", class_=f"button {look}".rstrip(), **named, **more)


def buttons(*several: Content) -> Markup:
    """Buttons beside each other."""
    return tag("div", *several, class_="buttons")


GRID = "display:grid;grid-template-columns:repeat(auto-fill,minmax(min(13rem,100%),1fr));gap:var(--space-3)"
PLAIN = "font-weight:400"  # of what is written, beside the label
TICKED = "display:flex;align-items:center;gap:var(--space-2);min-height:var(--target);font-weight:600"
STACK = "display:flex;flex-direction:column;gap:var(--space-4)"


def asking(path: str, fields: Iterable[Content], *ends: Content, label: str = "") -> Markup:
    """A form that asks by address."""
    grid = tag("div", *fields, style=f"{GRID};align-items:end")
    return tag("form", grid, buttons(*ends), method="get", action=path, style=STACK, aria_label=label or None,
               role="search")  # fmt: skip


def form(name: str, *inside: Content, **more: Any) -> Markup:
    """A form that acts; ``name`` tells the handler which."""
    return tag("form", *inside, data_form=name, style=STACK, **more)


def acting(content: Content, act: Callable[[Mapping[str, str]], Awaitable[None]]) -> Html:
    """The same with forms that act: ``act`` gets the fields, ``form`` and, of the button pressed, ``act``."""
    element = show(content)

    async def submitted(event: Any) -> None:
        await act({str(name): str(value) for name, value in event.args.items()})

    return element.on("submit", submitted, js_handler=SUBMITTED)


def breakable(text: str) -> Markup:
    """A long name, which may break where its parts meet."""
    return Markup("/").join(tag("span", part, style="display:inline-block") for part in text.split("/"))


# -- tables ----------------------------------------------------------------------------------------


class Column(NamedTuple):
    """A column: its heading; whether it holds numbers, leads the row, or holds what does not break."""

    label: str
    numeric: bool = False
    leads: bool = False
    short: bool = False

    @property
    def look(self) -> str:
        """Its class."""
        return "number" if self.numeric else "short" if self.short else ""


def table(
    columns: Sequence[Column], rows: Iterable[Sequence[Content]], *, caption: str, foot: Content = ""
) -> Markup:
    """A table; at phone width every row is a card, with its headings beside the values."""
    head = tag(
        "tr",
        *(tag("th", each.label, scope="col", class_=f"{each.look} unsorted".strip()) for each in columns),
    )
    body = [tag("tr", *map(_cell, row, columns)) for row in rows]
    whole = tag("table", tag("caption", caption, class_="unseen"), tag("thead", head), tag("tbody", *body))
    scrolled = tag("div", whole, tabindex="0", role="group", aria_label=caption, style="overflow-x:auto")
    return tag("div", scrolled, foot, class_="table")


def folded(
    columns: Sequence[Column], rows: Sequence[Sequence[Content]], words: Words, *, caption: str, first: int
) -> Markup:
    """A table of the first rows, and of the others for who wants them: a phone shows each as a card."""
    seen = table(columns, rows[:first], caption=caption)
    if not (rest := rows[first:]):
        return seen
    count = words.count("{count} more row", "{count} more rows", len(rest))
    more = table(columns, rest, caption=f"{caption}: {count}")
    return seen + tag("details", tag("summary", count, class_="more"), more)


def _cell(cell: Content, column: Column) -> Markup:
    look = f"{column.look} lead-cell".strip() if column.leads else column.look
    return tag("td", cell, class_=look or None, data_label=column.label)


def pager(words: Words, text: str, *, previous: str = "", following: str = "") -> Markup:
    """Where one is in a long table, and how to go on; an empty address leads nowhere."""
    steps = [
        link(words(label), to, "button") if to else ""
        for label, to in (("Previous", previous), ("Next", following))
    ]
    return tag("nav", tag("span", text, class_="quiet"), *steps, class_="pager", aria_label=words("Pages"))


def chips(label: str, several: Iterable[tuple[str, str, bool]]) -> Markup:
    """Ways to look at the same thing: what each is called, where it leads, whether it is the one shown."""
    inside = [
        tag(
            "a",
            said,
            href=to,
            class_=f"button{' main' if here else ''}",
            aria_current="true" if here else None,
        )
        for said, to, here in several
    ]
    return tag("div", *inside, class_="buttons", role="group", aria_label=label)
