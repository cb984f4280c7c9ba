"""What an officer can do with a case, as buttons; each step says what became of it, and where it is kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from sarai.goods import SaraiError
from sarai.ledger.search import kept
from sarai.server.pages import case_acts as acts
from sarai.server.pages.case_seen import Seen
from sarai.server.pages.entering import Visit, said
from sarai.server.pages.look import badge, button, confirm, element, put, show, tag, toast
from sarai.server.pages.look.markup import link
from sarai.server.problems import Problem
from sarai.telling.html import shown
from sarai.telling.words import amount
from sarai.watch.cases.desk import lot_text
from sarai.watch.cases.stake import Goods

MOST_TEXT = 4_000  # of a note, as documents have it


class CaseDesk:
    """The buttons beside a case.

    Parameters
    ----------
    renew
        Shows the case anew.
    """

    def __init__(self, visit: Visit, found: Seen, renew: Callable[[], Awaitable[None]]) -> None:
        self.visit, self.found, self._renew = visit, found, renew
        self.words = visit.words
        self._buttons: dict[str, Any] = {}

    # -- how it looks --------------------------------------------------------------------------------

    def build(self) -> None:
        """Lay the buttons out; what the visitor may not do says so."""
        words = self.words
        with element("section", class_="panel case-desk"):
            show(words("What you can do"), "h2")
            self.done = show("", "div", "case-done")
            self._row("lots.hold", [("hold", words("Hold the goods"), self._ask_hold, "grave")])
            self._row("lots.release", [("release", words("Release"), self._ask_release, "")])
            self._row(
                "cases.act",
                [
                    ("mine", words("Assign to me"), self._mine, ""),
                    ("hand", words("Take the case in hand"), lambda: self._state("in hand"), ""),
                    ("wait", words("Wait for an answer"), lambda: self._state("waiting"), ""),
                ],
            )
            if self.visit.may("cases.act"):
                self._other()
                self._note()
            self._row(
                "cases.decide",
                [
                    ("confirm", words("Confirm"), lambda: self._ask_decide("confirmed"), "grave"),
                    ("dismiss", words("Dismiss"), lambda: self._ask_decide("dismissed"), ""),
                ],
            )
        self.update(self.found)

    def _row(self, right: str, several: Sequence[tuple[str, str, Callable, str]]) -> None:
        may = self.visit.may(right)
        with element("div", class_="buttons"):
            for name, text, act, look in several:
                made = button(text, act, look)
                self._buttons[name] = made
                if not may:
                    made.props["disabled"] = True
                    made.props["aria-describedby"] = f"why-{right.replace('.', '-')}"
        if not may:
            show(self._why_not(right), "div", "quiet")

    def _why_not(self, right: str) -> Markup:
        from sarai.server.access import why

        told = said(self.words, why(self.visit.visitor, right))
        short = f"{told[1]} {told[-1]}"
        more = link(self.words("Why?"), f"/why?right={right}")
        return tag("p", short, " ", more, id=f"why-{right.replace('.', '-')}")

    def _other(self) -> None:
        from nicegui import ui

        with element("div", class_="case-line"):
            self.other = ui.input(self.words("Another officer")).props("outlined dense maxlength=200")
            button(self.words("Assign"), self._assign)

    def _note(self) -> None:
        from nicegui import ui

        with element("div", class_="case-line"):
            self.text = ui.textarea(self.words("Note")).props(
                f"outlined dense autogrow maxlength={MOST_TEXT}"
            )
            button(self.words("Save"), self._save_note)

    def update(self, found: Seen) -> None:
        """The case stands otherwise now."""
        self.found = found
        ranked = found.ranked
        allowed = {
            "hold": any(self._holdable()), "release": bool(ranked.held),
            "mine": ranked.case.assignee != self.visit.visitor.officer,
            "hand": ranked.case.state != "in hand", "wait": ranked.case.state != "waiting",
            "confirm": ranked.case.is_open, "dismiss": ranked.case.is_open,
        }  # fmt: skip
        for name, made in self._buttons.items():
            if "aria-describedby" not in made.props:
                made.props["disabled"] = not allowed[name]
                made.update()

    # -- steps ---------------------------------------------------------------------------------------

    async def _take(self, right: str, step: acts.Act, good: str, *, orders: bool = False) -> None:
        """Take a step and say what became of it; a step on goods or a verdict stands on what was seen."""
        visit, words = self.visit, self.words
        if not (visit.may(right) and visit.goes_on()):
            toast(words("You were away for long, so you were logged out. Log in again."), "serious")
            return
        try:
            done = await acts.act(visit, self.found.name, step, self.found.steps if orders else None)
        except (SaraiError, Problem) as fault:
            self._say("serious", words("Not saved"), shown(str(fault)))
            return
        if done.refused:
            self._say("serious", words("Refused"), shown(done.refused))
            return
        await self._renew()
        self._say("good", good, *await self._entries(done.entries), *(self._enforced() if orders else ()))
        toast(good, "good")

    def _say(self, severity: str, title: str, *more: str | Markup) -> None:
        rows = (tag("p", each) for each in more if each)
        put(self.done, tag("div", badge(self.words, severity, title), *rows, role="status"))

    async def _entries(self, entries: Sequence[int]) -> list[Markup]:
        """Where the step is kept."""
        lines = await self.visit.house.read(
            lambda book: [kept(book.store, entry).line for entry in entries[-3:]]
        )
        said = []
        for line in lines:
            query = urlencode({"issuer": line.issuer, "number": line.number})
            name = f"{self.words.name('kind', line.kind)} {line.number}"
            to = link(shown(name), f"/book/document?{query}")
            said.append(tag("span", self.words("Entry"), f" {self.words.number(line.entry)}: ", to))
        return said

    def _enforced(self) -> list[str]:
        held = self.found.ranked.held
        if not held:
            return []
        lots = self.words.count("{count} lot", "{count} lots", len(held))
        return [
            self.words("Held: {lots}", lots=lots),
            self.words("Whoever tries to move them is refused by the book (312), until they are released."),
        ]

    async def _mine(self) -> None:
        officer = self.visit.visitor.officer
        await self._take("cases.act", acts.assign_to(""), self.words("Assigned to {name}", name=officer))

    async def _assign(self) -> None:
        to = (self.other.value or "").strip()
        if not to:
            toast(self.words("This must be filled in."), "serious")
            return
        await self._take("cases.act", acts.assign_to(to), self.words("Assigned to {name}", name=to))
        self.other.value = ""

    async def _save_note(self) -> None:
        await self._take(
            "cases.act", acts.note(self.text.value or ""), self.words("The note is in the book.")
        )
        self.text.value = ""

    async def _state(self, to: str) -> None:
        await self._take("cases.act", acts.state(to), self.words.name("state", to))

    async def _ask_decide(self, verdict: str) -> None:
        words = self.words
        confirmed = verdict == "confirmed"
        question = words("Confirm this case?" if confirmed else "Dismiss this case?")
        action = words("Confirm" if confirmed else "Dismiss")
        answer = await confirm(
            words, question, words("This cannot be undone; it stays in the book."), action,
            grave=confirmed, reason=True,
        )  # fmt: skip
        if answer:
            good = words("The case is confirmed." if confirmed else "The case is dismissed.")
            await self._take("cases.decide", acts.decide(verdict, answer.reason), good, orders=True)

    # -- goods ---------------------------------------------------------------------------------------

    def _holdable(self) -> list[Goods]:
        ranked = self.found.ranked
        return [each for each in ranked.stake.goods if each.portions and each.name not in ranked.held]

    async def _ask_hold(self) -> None:
        words = self.words
        answer = await choose(
            words, words("Hold the goods of this case?"),
            words("Nobody can move them until they are released."), words("Hold"), self._holdable(),
        )  # fmt: skip
        if answer:
            lots, reason = answer
            await self._take("lots.hold", acts.hold(lots, reason), words("The goods are held."), orders=True)

    async def _ask_release(self) -> None:
        words, held = self.words, self.found.ranked.held
        goods = [each for each in self.found.ranked.stake.goods if each.name in held]
        answer = await choose(
            words, words("Release the held goods?"), words("This cannot be undone; it stays in the book."),
            words("Release"), goods,
        )  # fmt: skip
        if answer:
            lots, reason = answer
            await self._take(
                "lots.release", acts.release(lots, reason), words("The goods are released."), orders=True
            )


async def choose(
    words: Any, question: str, consequence: str, action: str, goods: Sequence[Goods]
) -> tuple[list[str], str] | None:
    """Ask for which lots, and why; None if it was not agreed to."""
    from nicegui import ui

    with ui.dialog() as dialog, element("div", class_="sheet"):
        title = show(question, "h2")
        dialog.props["aria-labelledby"] = title.html_id
        show(consequence, "p")
        boxes = {}
        with element("fieldset", class_="case-lots"):
            show(words("Lots"), "legend")
            for each in goods:
                name = lot_text(each.name)
                much = "; ".join(amount(part.amount, part.unit) for part in each.portions)
                boxes[name] = ui.checkbox(shown(f"{name} · {each.hs} · {much}"), value=True)
        reason = ui.textarea(words("Reason")).props("outlined autogrow maxlength=2000").classes("reason")
        reason.props["hint"] = words("Give a reason; it is kept in the book.")
        reason.props["error-message"] = words("This must be filled in.")

        def agree() -> None:
            chosen = [name for name, box in boxes.items() if box.value]
            given = (reason.value or "").strip()
            if not given or not chosen:
                reason.props["error"] = not given
                return
            dialog.submit((chosen, given))

        with element("div", class_="buttons"):
            button(words("Cancel"), lambda: dialog.submit(None))
            button(action, agree, "grave")
    answer = await dialog
    if not dialog.is_deleted:  # who asked may be gone, and the page with him
        dialog.delete()
    return answer
