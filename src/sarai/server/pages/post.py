"""The page Post: drop a file, watch it go in, mend what was refused."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from fastapi import Request, Response
from nicegui import ui
from nicegui.element import Element

from sarai.goods import NotInBook, SaraiError
from sarai.ledger import Book
from sarai.ledger.search import kept
from sarai.server.access import Eyes
from sarai.server.house import House
from sarai.server.pages import post_view as view
from sarai.server.pages.book_seen import Seen
from sarai.server.pages.entering import Visit, enter
from sarai.server.pages.health_parts import size
from sarai.server.pages.look import button, element, empty, put, show, toast
from sarai.server.pages.post_drops import Drop, RefusedRecord
from sarai.server.pages.post_place import place_of
from sarai.server.pages.post_pump import Pump, raw_text
from sarai.server.problems import Problem

PATH = "/post"
STYLE = Path(__file__).with_name("post.css")
LOOK_S = 0.5  # between two looks at how far a file is
SHOWN = 10  # drops; older ones are looked up in the book
PAGE = 20  # refused records that are shown at a time


class Editor(Element, component="post_editor.js"):
    """A text that is posted: tells ``on_post`` with it, and can show a place in it."""

    def __init__(self, label: str, action: str, text: str, on_post: Callable[[str], Awaitable[None]]) -> None:
        super().__init__()
        self.props.update(label=label, action=action, begin=text)

        async def posted(event: Any) -> None:
            try:
                await on_post(str(event.args))
            finally:
                self.run_method("done")

        self.on("post", posted)

    def mark(self, text: str, pointer: str) -> None:
        """Show where something is to be mended."""
        place = place_of(text, pointer)
        if place is not None:
            self.run_method("mark", *place)


def register(house: House) -> None:
    """Declare the page; what was on its way when the server ended can be continued."""
    from nicegui import app

    pump = Pump(house)
    app.on_shutdown(pump.close)

    @ui.page(PATH)
    async def post_page(request: Request) -> Response | None:
        visit, away = enter(request, house, "pages.post")
        if visit is None:
            return away
        ui.add_css(STYLE)
        eyes = visit.eyes("documents.post")
        with visit.framed(visit.words("Post"), active="post"):
            if eyes is not None:
                await Page(visit, eyes, pump).begin(dict(request.query_params))
        return None


class Page:
    """An open page."""

    def __init__(self, visit: Visit, eyes: Eyes, pump: Pump) -> None:
        self.visit, self.words, self.eyes, self.pump = visit, visit.words, eyes, pump
        self.panels: dict[int, Panel] = {}

    async def begin(self, asked: dict[str, str]) -> None:
        """Lay it out; with a document to begin with, that comes first."""
        words = self.words
        text = await self._begun(asked)
        if text:
            self._editor(text)
        self._zone()
        with element("section", class_="post-stack", aria_label=words("Files")):
            self.nothing = show(empty(words("Nothing was posted yet.")))
            self.list = element("div", class_="post-stack")
        if not text:
            self._editor("")
        await self.draw()
        ui.timer(LOOK_S, self.draw)

    def _editor(self, text: str) -> None:
        words = self.words
        with element("section", class_="panel post-stack"):
            show(words("Write a document"), "h2")
            label = words("A document as JSON, or several, one a line")
            self.written = Editor(label, words("Post it"), text, self._write)
            self.answer = show("", "div")
            self.answer.props["role"] = "status"

    # -- files -------------------------------------------------------------------------------------

    def _zone(self) -> None:
        words, most = self.words, self.visit.house.settings.request_bytes
        self.zone = ui.upload(
            multiple=True, auto_upload=True, max_file_size=most, on_upload=self._take,
            on_rejected=lambda: toast(
                words("The file is too large; at most {most} at once.", most=size(most, words)), "serious"
            ),
        ).classes("post-zone")  # fmt: skip
        self.zone.add_slot("header", view.zone_template(words))
        self.zone.add_slot("list", view.sending_template(words))

    async def _take(self, event: Any) -> None:
        """A file has come: keep it before anything else."""
        if not self._goes_on():
            return
        folder = self.pump.house.directory / "dropped"
        incoming = folder / f"incoming-{uuid4().hex}"
        try:
            await event.file.save(incoming)
            await asyncio.to_thread(self.pump.take, self.eyes, event.file.name[-200:] or "file", incoming)
        except (SaraiError, OSError) as fault:
            toast(self.words("The file could not be kept: {fault}", fault=fault), "critical",
                  close=self.words("Close"))  # fmt: skip
        self.zone.reset()
        await self.draw()

    async def draw(self) -> None:
        """Show how far everything is."""
        drops = (await asyncio.to_thread(self._drops))[:SHOWN]
        self.nothing.visible = not drops
        for drop in reversed(drops):
            panel = self.panels.get(drop.id)
            if panel is None:
                with self.list:
                    panel = self.panels[drop.id] = Panel(self, drop)
                panel.box.move(target_index=0)
            await panel.draw(drop)

    def _drops(self) -> list[Drop]:
        with self.pump.store() as store:
            return store.of(self.visit.visitor.account)

    def _goes_on(self) -> bool:
        if self.visit.goes_on():
            return True
        ui.navigate.reload()
        return False

    # -- writing -----------------------------------------------------------------------------------

    async def _begun(self, asked: dict[str, str]) -> str:
        """What stands in the editor at first."""
        entry = asked.get("entry", "")
        readable = self.visit.eyes("book.read")
        if readable is not None and entry.isdecimal() and len(entry) < 16:
            return await self.visit.house.read(lambda book: entry_text(book, readable, int(entry)))
        party = next(iter(sorted(self.eyes.visitor.parties)), self.eyes.visitor.authority)
        return view.template(asked, party, self.visit.house.now())

    async def _write(self, text: str) -> None:
        told = await self.post(RefusedRecord(0, 0, 0, 0, "", "", "", "", 0, text), text, keep=False)
        if told is not None:
            put(self.answer, view.result_text(told, self.words))
            if not told.mended:
                self.written.mark(text, told.pointer)

    async def post(self, record: RefusedRecord, text: str, *, keep: bool) -> RefusedRecord | None:
        """Post a text in the place of a record; None if it could not be handed in."""
        if not self._goes_on():
            return None
        try:
            return await asyncio.to_thread(self.pump.mend, self.eyes, record, text, keep=keep)
        except (SaraiError, Problem, OSError) as fault:
            toast(self.words("Not saved: {fault}", fault=fault), "critical", close=self.words("Close"))
            return None


class Panel:
    """A dropped file on the page, with what of it was refused."""

    def __init__(self, page: Page, drop: Drop) -> None:
        self.page, self.words = page, page.words
        self.drop: Drop | None = None
        self.last = 0
        with element("article", class_="panel post-stack", aria_label=drop.name) as self.box:
            self.head, self.body = show(""), show("")
            with element("div", class_="buttons"):
                self.on = button(self.words("Go on"), self._go_on, "main")
                self.open = button(self.words("Show what was refused"), self._more)
            self.refused = element("div")

    async def draw(self, drop: Drop) -> None:
        """Show how far it is."""
        if drop == self.drop:
            return
        begun_again = self.drop is not None and self.drop.refused > drop.refused
        self.drop = drop
        put(self.head, view.drop_head(drop, self.words))
        put(self.body, view.drop_body(drop, self.words))
        self.on.visible = drop.state == "stopped"
        if begun_again:
            self.last = 0
            self.refused.clear()
        self.open.visible = drop.refused > 0 and self.last == 0

    async def _go_on(self) -> None:
        if self.drop and self.page._goes_on():
            await asyncio.to_thread(self.page.pump.go_on, self.page.eyes, self.drop.id)

    async def _more(self) -> None:
        """The next records that were refused."""
        records = await asyncio.to_thread(self._records)
        self.open.visible = False
        with self.refused:
            for record in records[:PAGE]:
                Mending(self.page, record)
            if len(records) > PAGE:
                more = button(self.words("Show more"), lambda: None)
                more.on("click", lambda: (more.delete(), self._more())[1], [])
        if records:
            self.last = records[:PAGE][-1].id

    def _records(self) -> list[RefusedRecord]:
        assert self.drop is not None
        with self.page.pump.store() as store:
            return store.refused(self.drop.id, self.last, PAGE + 1)


class Mending:
    """One refused record, and the editor in which it is mended."""

    def __init__(self, page: Page, record: RefusedRecord) -> None:
        self.page, self.words, self.record = page, page.words, record
        with element("div", class_="post-one") as self.box:
            self.said = show(view.refused_text(record, self.words))
            self.said.props["role"] = "status"
            if record.mended:
                return
            if not record.whole:
                show(self.words("It cannot be mended here: mend the file, and drop it again."), "p", "quiet")
                return
            with element("div", class_="buttons") as self.buttons:
                button(self.words("Mend and post again"), self._open)

    def _open(self) -> None:
        self.buttons.visible = False
        label = self.words("The document, to be mended")
        with self.box:
            self.editor = Editor(label, self.words("Post again"), self.record.text, self._post)
        ui.timer(0.1, lambda: self.editor.mark(self.record.text, self.record.pointer), once=True)

    async def _post(self, text: str) -> None:
        told = await self.page.post(self.record, text, keep=True)
        if told is None:
            return
        self.record = told
        put(self.said, view.refused_text(told, self.words))
        if told.mended:
            self.editor.delete()
            toast(self.words("Posted as entry {entry}.", entry=str(told.mended)), "good")
        else:
            self.editor.mark(text, told.pointer)


def entry_text(book: Book, eyes: Eyes, entry: int) -> str:
    """What came in with an entry, to be mended; empty if somebody may not see it."""
    try:
        found = kept(book.store, entry)
    except NotInBook:
        return ""
    shown = Seen(book, eyes)(found.line)
    return raw_text(found.body) if shown is not None else ""
