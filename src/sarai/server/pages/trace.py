"""The page Trace: where goods came from and where they went, from import to export."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from fastapi import Request, Response
from markupsafe import Markup
from nicegui import ui
from nicegui.element import Element

from sarai.goods import SaraiError
from sarai.server.access import Scope
from sarai.server.house import House
from sarai.server.pages import forms
from sarai.server.pages.entering import Visit, enter
from sarai.server.pages.look import element, empty, panel, put, show, tag
from sarai.server.pages.trace_asked import LONGEST, METHODS, Asked, Traced, asked, latest, traced
from sarai.server.pages.trace_svg import Drawn, draw, heading, minutes
from sarai.server.pages.trace_told import Teller
from sarai.server.words import Words

PATIENCE_S = 60.0  # bounds of goods that were processed often take long
STYLE = Path(__file__).with_name("trace_view.css")
METHOD_NAMES = {
    "booked": "As booked",
    "named": "Named in the paper",
    "fifo": "Oldest first",
    "proportional": "In proportion",
}


class TraceView(Element, component="trace_view.js"):
    """The picture, in which one can zoom, choose and let time run; tells ``choose`` with the part's id."""

    def __init__(self, drawn: Drawn, words: Words) -> None:
        super().__init__()
        self.props.update(
            svg=drawn.svg, width=drawn.width, height=drawn.height, course=drawn.course,
            begin=minutes(drawn.begin), end=minutes(drawn.end) + 1,
            locale=str(words.locale).replace("_", "-"), zone=words.zone.key,
            words={
                "in": words("Zoom in"), "out": words("Zoom out"), "fit": words("Fit"),
                "fit_long": words("Fit into the page"), "then": words("What had happened by then"),
            },
        )  # fmt: skip


def register(house: House) -> None:
    """Declare the page."""

    @ui.page("/trace", response_timeout=PATIENCE_S)
    async def trace_page(request: Request) -> Response | None:
        visit, away = enter(request, house, "pages.trace")
        if visit is None:
            return away
        ui.add_css(STYLE)
        with visit.framed(visit.words("Trace"), active="trace"):
            await _page(visit, request.query_params)
        return None


async def _page(visit: Visit, query: Mapping[str, str]) -> None:
    words, eyes = visit.words, visit.eyes("traces.read")
    if eyes is None:
        return
    try:
        wanted = asked(query)
        links = eyes.scope is not Scope.SUMMARY
        told = (
            await visit.house.read(lambda book: Told(traced(book, wanted, eyes), words, links=links))
            if wanted.number
            else None
        )
    except SaraiError as fault:
        show(ask_form(_typed(query), words))
        show(panel(words("Not found"), tag("p", str(fault), role="alert"), severity="serious"))
        return
    show(ask_form(wanted, words))
    if told is None:
        show(suggestions(await visit.house.read(lambda book: latest(book, eyes)), words))
    else:
        show(told.heading, "h2")
        _show(told, words)
        show(told.ends)


def _typed(query: Mapping[str, str]) -> Asked:
    """What was asked for, as far as it can be shown again to be mended."""
    return Asked(issuer=query.get("issuer", "")[:LONGEST], number=query.get("number", "")[:LONGEST])


def ask_form(wanted: Asked, words: Words) -> Markup:
    """The form that asks: of which document, which way, by which method."""
    ways = [("up", words("Where it came from")), ("down", words("Where it went"))]
    methods = [(name, words(METHOD_NAMES[name])) for name in METHODS]
    fields = [
        forms.field(words("Issuer"), "issuer", wanted.issuer, maxlength=200, required=True),
        forms.field(words("Number"), "number", wanted.number, maxlength=200, required=True),
        forms.field(words("Item"), "item", str(wanted.item or ""), kind="number", min=1, max=65_535),
        forms.choice(words("Direction"), "direction", ways, wanted.direction),
        forms.choice(words("Method"), "method", methods, wanted.method),
        forms.tick(words("Bounds"), "bounds", on=wanted.bounds),
    ]
    return tag(
        "form", *fields, forms.button(words("Trace")), method="get", action="/trace", class_="trace-ask",
        aria_label=words("Trace"),
    )  # fmt: skip


def suggestions(some: list[Asked], words: Words) -> Markup:
    """What could be traced, where nothing was named."""
    if not some:
        return empty(words("The book is empty. Post the first document."))
    rows = [tag("li", tag("a", each.name, href=each.url)) for each in some]
    said = words("Name a document, a lot or a consignment to trace.")
    return panel(words("Latest documents"), tag("p", said, class_="quiet"), tag("ul", *rows))


class Told:
    """An answer as it is shown, made in a thread that reads: of thousands of steps it takes a moment."""

    def __init__(self, answer: Traced, words: Words, *, links: bool = True) -> None:
        self.teller = Teller(answer, words, links=links)
        self.heading = heading(answer, words)
        self.drawn, self.way = draw(answer, words), self.teller.way()
        self.ends = panel(words("The graph as a table"), self.teller.ends())


def walkable(answer: Traced, words: Words) -> None:
    """The picture with what is chosen beside it, and the way as a list below."""
    _show(Told(answer, words), words)


def _show(told: Told, words: Words) -> None:
    if note := told.teller.note():
        show(note, "p", "quiet")
    with element("div", class_="trace-body"):
        view = TraceView(told.drawn, words)
        with element("section", class_="panel trace-side", aria_live="polite"):
            side = show(tag("p", words("Choose a box or a ribbon to see its documents."), class_="quiet"))
    view.on("choose", lambda event: put(side, told.teller.chosen(str(event.args))))
    show(tag("details", tag("summary", words("The way, step by step"), class_="button"), told.way))
