"""The page Now: what needs me first, what is under way, and what has just come."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from fastapi import Request, Response

from sarai.ledger import Book, HeldLot
from sarai.reference.places import places
from sarai.server.access import Eyes, Scope
from sarai.server.house import House
from sarai.server.pages import now_view as view
from sarai.server.pages.entering import Visit, enter
from sarai.server.pages.live import Held, Shared, bind, follow
from sarai.server.pages.look import Frame, Table, element, put, show
from sarai.server.pages.look.markup import Content
from sarai.server.pages.now_cells import Cell, View, cells, changes
from sarai.server.pages.now_first import First, of_desk, of_own, own
from sarai.server.pages.now_map import POST_KINDS, STYLE, NowMap
from sarai.server.pages.now_news import Counter, News, Today, alerts, documents, newest
from sarai.server.pages.now_play import show_play
from sarai.server.pages.now_points import STATES, Point, points, ways
from sarai.server.pages.now_roll import Roll
from sarai.server.streams import Follower, Streams
from sarai.server.words import Words
from sarai.watch import AlertStore

if TYPE_CHECKING:
    from nicegui.elements.html import Html

PATHS = ("/", "/now")
TOPICS = ("book", "whereabouts", "alerts", "health")
TICK_S = 1.0  # goods move although nothing is said
FRESH_S = 0.8  # what moves
SLOW_S = 3.0  # what takes long to put together: the queue, the counts of the day
MOST_WAYS = 40
LIST_ROWS = 20
HOME = View(40.6, 46.5, 55.4, 87.3, 4.0)  # the country and its doors

T = TypeVar("T")


class Common:
    """What all open pages share."""

    def __init__(self, follower: Follower) -> None:
        self.roll, self.counter, self.shared = Roll(follower), Counter(Words().zone), Shared()


def register(house: House) -> None:
    """Declare the page, under both its addresses."""
    from nicegui import ui

    @cache
    def common_of(streams: Streams) -> Common:
        return Common(streams.follower)

    async def now_page(request: Request) -> Response | None:
        visit, away = enter(request, house, "pages.now")
        if visit is None:
            return away
        ui.add_css(STYLE)
        with visit.framed(visit.words("Now"), active="now") as frame:
            page = Page(visit, common_of(request.app.state.streams), frame)
            await page.begin()
        bind(follow(house, TOPICS, page.draw, still_s=TICK_S))
        return None

    for path in PATHS:
        ui.page(path)(now_page)


class Look:
    """All that one look at the house brought, with one visitor's eyes."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.points: list[Point] = []
        self.first: First | None = None
        self.today: Today | None = None
        self.documents: Sequence[News] | None = None
        self.alerts: Sequence[News] | None = None


class Section(NamedTuple):
    """A part of the page whose content changes, but not while somebody is at it."""

    shown: Html
    held: Held

    def put(self, content: Content) -> None:
        """Show other content, now or at the next look."""
        if not self.held:
            put(self.shown, content)


class Page:
    """An open page: what it shows, and what it knows of what it shows."""

    def __init__(self, visit: Visit, common: Common, frame: Frame) -> None:
        self.frame, self.last_alert = frame, 0
        self.documents: Section | None = None
        self.alerts: Section | None = None
        self.visit, self.words, self.house, self.common = visit, visit.words, visit.house, common
        self.consignments = visit.eyes("consignments.read")
        self.cases = visit.eyes("cases.read")
        self.alerted = visit.eyes("alerts.read")
        self.readable = visit.eyes("book.read")
        self.rights = {name: visit.may(f"pages.{name}") for name in ("case", "trace", "book")}
        self.shown: dict[str, Cell] = {}
        self.points: list[Point] = []
        self.view = View()
        self.drawn_ways: list = []

    # -- looking -----------------------------------------------------------------------------------

    async def look(self) -> Look:
        """Ask the house, in threads that read; what others see too is asked once for all."""
        seen, house, ask = Look(self.house.now()), self.house, self._ask
        await self.common.shared.get("roll", FRESH_S, lambda: house.read_alerts(self._read_on))
        if eyes := self.consignments:
            seen.points = await ask("points", eyes, FRESH_S, lambda: house.read(lambda _: self._points(eyes)))
        seen.first = await self._first(seen.now)
        if eyes := self.readable:
            make = lambda: house.read(lambda book: documents(book, eyes))  # noqa: E731
            seen.documents = await ask("documents", eyes, FRESH_S, make)
        if eyes := self.alerted:
            make = lambda: house.read_alerts(lambda store: alerts(store, eyes))  # noqa: E731
            seen.alerts = await ask("alerts", eyes, FRESH_S, make)
            seen.today = await self.common.shared.get("today", SLOW_S, self._today)
        return seen

    def _ask(self, what: str, eyes: Eyes, age_s: float, make: Callable[[], Awaitable[T]]) -> Awaitable[T]:
        """Ask once for all whose scope is the same; what is one's own is asked for each."""
        own = eyes.scope is Scope.OWN
        return self.common.shared.get("" if own else f"{what} {eyes.scope.value}", age_s, make)

    def _read_on(self, store: AlertStore) -> None:
        self.common.roll.look(store)

    def _points(self, eyes: Eyes) -> list[Point]:
        warn = self.alerted is not None
        found = points(self.common.roll, eyes, self.house.now(), warn=warn)
        if warn and eyes.scope is not Scope.ALL:
            found = [point._replace(alert="") for point in found]
        return sorted(found, key=lambda point: STATES.index(point.state))

    async def _first(self, now: datetime) -> First | None:
        house = self.house
        if eyes := self.cases:
            make = lambda: house.read_cases(lambda desk: of_desk(desk, eyes))  # noqa: E731
            return await self._ask("first", eyes, SLOW_S, make)
        if self.consignments is None:
            return None
        holds = await house.holds() if self.visit.may("holds.read") else []
        return await house.read(lambda book: self._own(book, holds, now))

    async def _today(self) -> Today:
        house, counter = self.house, self.common.counter
        return await house.read_alerts(lambda store: counter.today(house.book, store, house.now()))

    def _own(self, book: Book, holds: Sequence[HeldLot], now: datetime) -> First:
        eyes = self.consignments
        assert eyes is not None
        found = own(book, eyes, holds, read=self.visit.may("documents.read"))
        return of_own(self.common.roll, found.holds, found.refused, eyes, now)

    # -- showing -----------------------------------------------------------------------------------

    async def begin(self) -> None:
        """Lay the page out, with what there is now."""
        if self.house.demo and self.house.player:
            show_play(self.house, self.words)
        seen = await self.look()
        self.figures = show(self._figures(seen))
        with element("div", class_="now-grid"):
            with element("div", class_="now-column"):
                with element("div", class_="now-column"):
                    self._lay_map()
                if self.alerted:
                    self.alerts = self._section("Latest alerts")
            with element("div", class_="now-column"):
                self.first = self._section("What needs me first", "panel now-first")
                if self.readable:
                    self.documents = self._section("Latest documents")
        self.listed = self._lay_list()
        self.put(seen)

    def _section(self, title: str, look: str = "panel") -> Section:
        with element("section", class_=look) as part:
            show(self.words(title), "h2")
            return Section(show(""), Held(part))

    def _lay_map(self) -> None:
        posts = [each for each in places() if each.kind in POST_KINDS and each.country == "KZ"]
        self.map = NowMap(self.words, posts, HOME, self._viewed)
        show(view.key(self.words))

    def _lay_list(self) -> Table[Point]:
        words = self.words
        with element("details", class_="panel now-listed"):
            with element("summary"):
                show(words("The map as a list"), "strong")
            return Table(
                words, view.columns(words, self._link), (), nothing=words("Nothing is under way."),
                caption=words("Consignments under way"), page_rows=LIST_ROWS,
            )  # fmt: skip

    def _link(self, point: Point) -> str:
        return view.to_consignment(point, self.rights)

    def _viewed(self, seen: View) -> None:
        self.view = seen
        self._draw_marks()

    async def draw(self) -> bool:
        """Show what is new; whether there is still somebody to look."""
        if not self.visit.goes_on():
            from nicegui import ui

            with self.figures.client:
                ui.navigate.reload()
            return False
        self.put(await self.look())
        return True

    def put(self, seen: Look) -> None:
        """Show what one look brought; only what changed is sent."""
        words = self.words
        put(self.figures, self._figures(seen))
        self.points = seen.points
        self._draw_marks()
        used = ways(self.points, MOST_WAYS)
        if used != self.drawn_ways:
            self.drawn_ways = used
            self.map.show_ways(used)
        self.listed.replace(self.points)
        if seen.first is not None:
            self.first.put(view.first_list(seen.first, words, seen.now))
        if self.documents and seen.documents is not None:
            self.documents.put(view.news_list(seen.documents, "kind", "Nothing was posted yet.", words))
        if self.alerts and seen.alerts is not None:
            nothing = "No alerts yet: the watch looks at every document as it comes."
            self.alerts.put(view.news_list(seen.alerts, "typology", nothing, words))
            self._tell(seen.alerts)
        self._tally(seen.first)

    def _tally(self, first: First | None) -> None:
        """How many cases are overdue, beside the page that lists them."""
        if first is not None and "overdue" in first.counts and "alerts" in self.frame.tallies:
            self.frame.tally("alerts", first.counts["overdue"], self.words)

    def _tell(self, several: Sequence[News]) -> None:
        """Say to who hears the page that there is a new alert."""
        last, self.last_alert = self.last_alert, max(newest(several), self.last_alert)
        if last and self.last_alert > last:
            title = self.words.name("typology", several[0].key)
            self.frame.announce(self.words("New alert: {title}", title=title))

    def _draw_marks(self) -> None:
        found = cells(self.points, self.view)
        new, gone = changes(self.shown, found)
        self.shown = {cell.key: cell for cell in found}
        self.map.show(new, gone, self.words, self._link)

    def _figures(self, seen: Look) -> str:
        counts = seen.first.counts if seen.first else {}
        late = view.not_on_time(seen.points)
        return view.figures(view.Figures(len(seen.points), late, seen.today, counts), self.words)
