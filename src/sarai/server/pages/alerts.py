"""The page Alerts: the queue of cases and the list of alerts, live, for who works with the keyboard."""

from __future__ import annotations

from pathlib import Path

from fastapi import Request, Response
from nicegui import ui
from nicegui.element import Element

from sarai.goods import SaraiError
from sarai.server.access import Eyes, Scope
from sarai.server.house import House
from sarai.server.pages import alerts_list as view
from sarai.server.pages.alerts_rows import Some, Wanted, alert_row, alerts, cases, wanted
from sarai.server.pages.case_acts import assign
from sarai.server.pages.entering import Visit, enter
from sarai.server.pages.live import news
from sarai.server.pages.look import Frame, badge, button, element, put, show, tag, toast
from sarai.server.problems import Problem
from sarai.telling.html import shown
from sarai.watch import Alert

PATIENCE_S = 30.0  # putting ten thousand alerts together takes a second, more on a busy machine
NEWS_MOST = 200  # read at once
STYLE = Path(__file__).with_name("alerts.css")


class ListKeys(Element, component="alerts_keys.js"):
    """Lets ``j``, ``k`` and ``a`` work on the rows of a list; tells ``take`` with the case's name."""


def register(house: House) -> None:
    """Declare the page."""

    @ui.page("/alerts", response_timeout=PATIENCE_S)
    async def alerts_page(request: Request) -> Response | None:
        visit, away = enter(request, house, "pages.alerts")
        if visit is None:
            return away
        ui.add_css(STYLE)
        with visit.framed(visit.words("Alerts"), active="alerts") as frame:
            await _page(visit, frame, request)
        return None


async def _page(visit: Visit, frame: Frame, request: Request) -> None:
    words, eyes = visit.words, visit.eyes("cases.read")
    if eyes is None or visit.eyes("alerts.read") is None:
        return
    asked = wanted(request.query_params, eyes.scope)
    listing = Listing(visit, frame, asked, eyes)
    found = await listing.read()
    with element("div", class_="views"):
        show(view.views(asked, words))
        listing.news_bar()
    show(view.narrow(asked, found, words, officer=visit.visitor.officer, full=eyes.scope is Scope.ALL))
    listing.rows = show(view.listed(asked, found, words))
    if visit.may("cases.act"):
        show(words("Keys: {down} and {up} go down and up, {open} opens, {take} takes the case.",
                   down="j", up="k", open="Enter", take="a"), "p", "quiet")  # fmt: skip
    listing.keys = ListKeys().on("take", lambda event: listing.take(str(event.args)))
    news(visit, ("alerts",), listing.hear)


class Listing:
    """A list that is open: what stands in it, and what came since."""

    def __init__(self, visit: Visit, frame: Frame, asked: Wanted, eyes: Eyes) -> None:
        self.visit, self.frame, self.asked, self.eyes = visit, frame, asked, eyes
        self.known = self.fresh = 0
        self.rows = None

    async def read(self) -> Some:
        """The rows as they are now; what came until then counts as known."""
        house, officer = self.visit.house, self.visit.visitor.officer
        find = cases if self.asked.view == "cases" else alerts
        self.known = await house.read_alerts(lambda store: store.last())
        return await house.read_cases(lambda desk: find(desk, self.asked, self.eyes, officer))

    def news_bar(self) -> None:
        """Where news is shown, above the list, so that nothing in it moves."""
        words = self.visit.words
        with element("div", class_="news") as self.bar:
            self.said = show(words("Live"), "div", "news-said")
            self.more = button(words("Show"), self.renew, "main")
        self.more.visible = False

    async def renew(self) -> None:
        """Read the list again."""
        found = await self.read()
        put(self.rows, view.listed(self.asked, found, self.visit.words))
        self.fresh, self.more.visible = 0, False
        self.bar.classes(remove="fresh")
        put(self.said, self.visit.words("Live"))
        self.keys.run_method("back")

    async def hear(self) -> None:
        """Tell what came since, without touching the list."""
        known = self.known
        news = await self.visit.house.read_alerts(lambda store: store.after(known, NEWS_MOST))
        if not news or known != self.known:
            return
        self.known = news[-1][0]
        fitting = [alert for _, alert in news if self.asked.typology in ("", alert.typology)]
        if fitting:
            self.fresh += len(fitting)
            self._tell(max(fitting, key=lambda alert: alert.score))

    def _tell(self, alert: Alert) -> None:
        words = self.visit.words
        row = alert_row(alert, None, self.eyes)
        title = words.name("typology", row.typology)
        count = words.count("{count} new alert", "{count} new alerts", self.fresh)
        told = shown(words.told(row.words))
        said = tag(
            "span",
            badge(words, row.severity),
            " ",
            tag("strong", f"{count} · {title}"),
            " ",
            told,
        )
        put(self.said, said)
        self.bar.classes(add="fresh")
        self.more.visible = True
        self.frame.announce(f"{count}. {words('New alert: {title}', title=title)} {told}")

    async def take(self, name: str) -> None:
        """Give a case to who asked for it."""
        visit, words = self.visit, self.visit.words
        if not (visit.may("cases.act") and visit.goes_on()):
            return toast(words("You may not see this."), "serious")
        try:
            refused = await assign(visit, name)
        except (SaraiError, Problem) as fault:
            return toast(str(fault), "serious")
        if refused:
            return toast(refused, "serious")
        toast(words("Assigned to {name}", name=visit.visitor.officer), "good")
        return await self.renew()
