"""The frame around every page: bar, navigation, the place for the page, and what is announced."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from sarai.server.pages.look import theme
from sarai.server.pages.look.elements import element, put, show
from sarai.server.pages.look.icons import icon
from sarai.server.pages.look.markup import Content, facts, tag
from sarai.server.pages.look.shortcuts import help_dialog
from sarai.server.words import LANGUAGES, Words

if TYPE_CHECKING:
    from nicegui.element import Element
    from nicegui.elements.html import Html

SCHEMES: dict[str, bool | None] = {"light": False, "dark": True, "auto": None}  # as Quasar has them
SCHEME_NAMES = {"light": "Light", "dark": "Dark", "auto": "As the system"}
SHORT_NAMES = {"en": "EN", "ru": "РУ", "kk": "ҚЗ"}
EARLY = 4  # so many of the navigation stand at the bottom of a phone; the others open from there
MOST_TALLIED = 99


class Item(NamedTuple):
    """A page in the navigation. ``key`` is the letter that goes there after ``g``."""

    name: str
    text: str
    to: str
    key: str


NAVIGATION = (
    Item("now", "Now", "/now", "n"),
    Item("alerts", "Alerts", "/alerts", "a"),
    Item("trace", "Trace", "/trace", "t"),
    Item("book", "Book", "/book", "b"),
    Item("post", "Post", "/post", "p"),
    Item("balances", "Balances", "/balances", "l"),
    Item("flows", "Flows", "/flows", "f"),
    Item("corridors", "Corridors", "/corridors", "c"),
    Item("minerals", "Minerals", "/minerals", "m"),
    Item("standing", "Standing", "/standing", "d"),
    Item("screening", "Screening", "/screening", "s"),
    Item("health", "Health", "/desk/health", "h"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who looks at a page, and how.

    Attributes
    ----------
    words
        In the viewer's language and time zone.
    state
        Name of the state, or of whoever keeps the book; stands in the bar.
    now
        Aware; for how far the time zone is from UTC.
    name, role
        Of the account; the role by its code. Empty if nobody has logged in.
    scheme
        ``light``, ``dark`` or ``auto``.
    on_language, on_scheme, on_leave
        Keep what was chosen, and log out. Whoever keeps a language loads the page again. What has no function
        is not offered.
    """

    words: Words
    state: str
    now: datetime
    name: str = ""
    role: str = ""
    scheme: str = "auto"
    on_language: Callable[[str], object] | None = None
    on_scheme: Callable[[str], object] | None = None
    on_leave: Callable[[], object] | None = None


@dataclass(slots=True)
class Frame:
    """What a page can change around it while it is open."""

    region: Html
    tallies: dict[str, Html] = field(default_factory=dict)

    def announce(self, text: str) -> None:
        """Say something to who hears the page, when they are done with what they hear."""
        put(self.region, text)

    def tally(self, name: str, count: int, words: Words) -> None:
        """How many wait on a page of the navigation; none is not shown."""
        said = words.number(count) if count <= MOST_TALLIED else f"{MOST_TALLIED}+"
        put(self.tallies[name], said if count else "")


@contextmanager
def frame(
    viewer: Viewer,
    title: str,
    *,
    active: str = "",
    navigation: Sequence[Item] = NAVIGATION,
    tallies: Mapping[str, int] | None = None,
    beside: Content = "",
) -> Iterator[Frame]:
    """Build a page inside its frame.

    Parameters
    ----------
    title
        The page's heading, in the viewer's language.
    active
        Name of its item in the navigation.
    navigation
        What this viewer may open; empty for a page before login, or of an error.
    tallies
        How many wait, by name of the item.
    beside
        Stands beside the heading: as of when, for instance.
    """
    from nicegui import ui

    client = ui.context.client
    _head(viewer, title)
    client.layout.classes("framed" if navigation else "framed bare")
    dark = ui.dark_mode(SCHEMES[viewer.scheme])
    with client.layout, element("div", class_="frame", data_frame=True) as around:
        made = _around(viewer, active, navigation, dark)
    around.move(target_index=0)  # before the page, for who goes through it by keyboard
    for name, count in (tallies or {}).items():
        if name in made.tallies:
            made.tally(name, count, viewer.words)
    with client.content:
        element("span", id="content", tabindex="-1")
        with element("div", class_="page-head"):
            show(title, "h1")
            if beside:
                show(beside, "div", "quiet")
        yield made


def _head(viewer: Viewer, title: str) -> None:
    from nicegui import ui

    ui.page_title(f"{title} · {viewer.state}")
    ui.add_head_html(str(tag("meta", name="sarai-language", content=viewer.words.code)))
    ui.add_head_html(theme.head())


def _around(viewer: Viewer, active: str, navigation: Sequence[Item], dark: Element) -> Frame:
    show(tag("a", viewer.words("Skip to content"), href="#content", class_="skip"))
    with element("header", class_="bar"):
        _bar(viewer, bool(navigation), dark)
    region = show("", "div", "unseen")
    region.props["role"] = "status"
    made = Frame(region)
    if navigation:
        with element("nav", class_="side", aria_label=viewer.words("Main navigation")):
            made.tallies = _navigation(viewer.words, active, navigation)
        help_dialog(viewer.words, [(item.key, item.text) for item in navigation])
    return made


def _bar(viewer: Viewer, full: bool, dark: Element) -> None:
    with element("a", class_="brand", href="/"):
        show(icon("book"), "span", "mark")
        show(viewer.state, "span")
    if full:
        show(_search(viewer.words), "search", "search-place")
    with element("div", class_="bar-end"):
        if viewer.on_language:
            names = [(code, SHORT_NAMES[code], LANGUAGES[code].name) for code in LANGUAGES]
            choice(viewer.words("Language"), names, viewer.words.code, viewer.on_language)
        _menu(viewer, dark)


def _search(words: Words) -> Content:
    asked = words("Document, consignment, party, lot or case")
    field = tag(
        "input", type="search", name="q", aria_label=words("Search"), placeholder=asked, autocomplete="off"
    )
    return tag("form", icon("search"), field, tag("kbd", "/"), class_="search", action="/book")


def _menu(viewer: Viewer, dark: Element) -> None:
    words = viewer.words
    with element("details", class_="menu"):
        with element("summary", aria_label=viewer.name or words("Menu")):
            show(icon("person"), "span")
            if viewer.name:
                show(viewer.name, "span", "person-name")
        with element("div", class_="menu-body"):
            if viewer.name:
                role = words.name("role", viewer.role) if viewer.role else ""
                show(facts([(words("Logged in as {name}", name=viewer.name), role)]))
            _appearance(viewer, dark)
            show(words.times(viewer.now), "div", "quiet")
            show(
                tag(
                    "button",
                    words("Keyboard shortcuts"),
                    tag("kbd", "?"),
                    type="button",
                    class_="button",
                    data_help=True,
                )
            )
            if viewer.name:
                show(tag("a", words("Why can I see this?"), href="/why"))
            if viewer.on_leave:
                leave = element("button", class_="button", type="button").on("click", viewer.on_leave)
                with leave:
                    show(words("Log out"), "span")


def _appearance(viewer: Viewer, dark: Element) -> None:
    def chosen(scheme: str) -> None:
        dark.value = SCHEMES[scheme]
        if viewer.on_scheme:
            viewer.on_scheme(scheme)

    schemes = [(code, viewer.words(name), viewer.words(name)) for code, name in SCHEME_NAMES.items()]
    choice(viewer.words("Appearance"), schemes, viewer.scheme, chosen)


def choice(
    label: str, options: Sequence[tuple[str, str, str]], chosen: str, on_choice: Callable[[str], object]
) -> None:
    """Buttons of which one is pressed; each option is its code, what it shows, and what it is called."""
    buttons: dict[str, Element] = {}

    def choose(code: str) -> None:
        for other, button in buttons.items():
            button.props["aria-pressed"] = "true" if other == code else "false"
        on_choice(code)

    with element("div", class_="choice", role="group", aria_label=label):
        for code, shown, name in options:
            button = element("button", type="button", aria_pressed="true" if code == chosen else "false")
            button.on("click", lambda code=code: choose(code), [])
            if shown != name:
                button.props["title"] = name
            with button:
                show(shown, "span")
            buttons[code] = button


def _navigation(words: Words, active: str, navigation: Sequence[Item]) -> dict[str, Html]:
    tallies: dict[str, Html] = {}
    late = navigation[EARLY:]
    with element("ul", class_="main"):
        for place, item in enumerate(navigation):
            with element("li", class_="late" if place >= EARLY else ""):
                tallies[item.name] = _item(words, item, active)
        if late:
            with element("li", class_="overflow"):
                _overflow(words, late, active)
    return tallies


def _item(words: Words, item: Item, active: str) -> Html:
    link = element("a", href=item.to, data_key=item.key)
    if item.name == active:
        link.props["aria-current"] = "page"
    with link:
        show(icon(item.name), "span")
        show(words(item.text), "span", "text")
        return show("", "span", "tally")


def _overflow(words: Words, late: Sequence[Item], active: str) -> None:
    links = [
        tag(
            "li",
            tag("a", icon(item.name), tag("span", words(item.text)), href=item.to,
                aria_current="page" if item.name == active else None),
        )
        for item in late
    ]  # fmt: skip
    with element("details", class_="menu"):
        with element("summary"):
            show(icon("more"), "span")
            show(words("More"), "span", "text")
        show(tag("ul", *links), "div", "menu-body")
