"""The pages Accounts (everybody's) and Account (one's own)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from fastapi import Request, Response
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from sarai.goods import SaraiError
from sarai.server.access import AccountStore, Secret
from sarai.server.house import House
from sarai.server.pages import accounts_acts as acts
from sarai.server.pages import accounts_view as view
from sarai.server.pages import forms
from sarai.server.pages.accounts_acts import Hand
from sarai.server.pages.balances_rows import page_number
from sarai.server.pages.entering import LOGIN, Visit, enter
from sarai.server.pages.look import empty, link, put, show, toast

if TYPE_CHECKING:
    from nicegui.elements.html import Html

T = TypeVar("T")
Fields = Mapping[str, str]


def register(house: House) -> None:
    """Put the pages into the application."""
    from nicegui import ui

    @ui.page(view.PATH)
    async def accounts(request: Request) -> Response | None:
        visit, away = enter(request, house, "pages.accounts")
        if visit is None:
            return away
        with visit.framed(visit.words("Accounts")):
            await _all(visit)
        return None

    @ui.page(view.LOG)
    async def log(request: Request) -> Response | None:
        visit, away = enter(request, house, "pages.accounts")
        if visit is None:
            return away
        before = page_number(request.query_params.get("before", ""))
        lines = await run_in_threadpool(acts.latest, visit.access.store.audit, before)
        with visit.framed(visit.words("Accounts")):
            show(view.log(lines, visit.words))
        return None

    @ui.page(f"{view.PATH}/of/{{id_}}")
    async def account(request: Request, id_: str) -> Response | None:
        visit, away = enter(request, house, "pages.accounts")
        if visit is None:
            return away
        with visit.framed(visit.words("Account")):
            await _one(visit, id_)
        return None

    @ui.page(view.OWN)
    async def own(request: Request) -> Response | None:
        visit, away = enter(request, house, "pages.account")
        if visit is None:
            return away
        with visit.framed(visit.words("Account")):
            await _own(visit)
        return None


class Acting:
    """Forms that act, and what is shown when they have acted.

    Parameters
    ----------
    read
        Makes the page anew, in a thread.
    """

    def __init__(self, visit: Visit, read: Callable[[], Markup]) -> None:
        self.visit, self.read = visit, read
        self.hand = Hand(visit.visitor.account, visit.address)
        self._secret = show("")
        self._secret.visible = False
        self._page: Html | None = None

    async def draw(self, act: Callable[[Fields], Awaitable[None]]) -> None:
        """Show the page."""
        self._page = forms.acting(await run_in_threadpool(self.read), act)

    async def do(self, act: Callable[[], T], said: str = "") -> T | None:
        """Do something in a thread, say so, and show what is so now; None if it could not be done."""
        from nicegui import ui

        if not await run_in_threadpool(self.visit.goes_on):
            ui.navigate.to(LOGIN)
            return None
        try:
            done = await run_in_threadpool(act)
        except SaraiError as fault:
            toast(str(fault), "serious")
            return None
        if said:
            toast(said, "good")
        await self.again()
        return done

    async def again(self) -> None:
        """Show the page as it is now."""
        if self._page is not None:
            put(self._page, await run_in_threadpool(self.read))

    def tell(self, what: str, secret: Secret) -> None:
        """Show a secret, this once."""
        put(self._secret, view.once(what, secret, self.visit.words))
        self._secret.visible = True


# -- everybody's -----------------------------------------------------------------------------------


async def _all(visit: Visit) -> None:
    store, words, manage = visit.access.store, visit.words, visit.may("accounts.manage")
    page = Acting(visit, lambda: view.accounts(store.all(), words, manage=manage))

    async def act(fields: Fields) -> None:
        if not visit.may("accounts.manage"):
            return
        made = await page.do(
            lambda: acts.make(store, fields, page.hand, visit.access.entropy), words("The account is made.")
        )
        if made:
            page.tell(words("First password of {account}", account=made[0].id), made[1])

    await page.draw(act)


async def _one(visit: Visit, id_: str) -> None:
    store, words, manage = visit.access.store, visit.words, visit.may("accounts.manage")

    def read() -> Markup:
        return view.account(store.get(id_), store.sessions.of(id_), words, manage=manage)

    page = Acting(visit, read)

    async def act(fields: Fields) -> None:
        if visit.may("accounts.manage"):
            await _change(page, store, id_, fields)

    try:
        await page.draw(act)
    except SaraiError as fault:
        show(empty(str(fault), action=link(words("Accounts"), view.PATH, "button main")))


async def _change(page: Acting, store: AccountStore, id_: str, fields: Fields) -> None:
    words, hand = page.visit.words, page.hand
    deed = fields.get("act") if fields.get("form") == "lock" else "change"
    if deed == "change":
        await page.do(lambda: acts.change(store, id_, fields, hand), words("Saved"))
    elif deed in ("on", "off"):
        said = (
            words("The account is let in again.") if deed == "on" else words("The account is switched off.")
        )
        await page.do(lambda: acts.switch(store, id_, hand, active=deed == "on"), said)
    elif deed == "password":
        password = await page.do(lambda: acts.reset(store, id_, hand, page.visit.access.entropy))
        if password:
            page.tell(words("First password of {account}", account=id_), password)


# -- one's own -------------------------------------------------------------------------------------


async def _own(visit: Visit) -> None:
    store, words, visitor = visit.access.store, visit.words, visit.visitor
    least = visit.access.settings.password_least

    def read() -> Markup:
        sessions, keys = store.sessions.of(visitor.account), store.keys.of(visitor.account)
        return view.own(visitor, sessions, keys, words, least=least)

    page = Acting(visit, read)

    async def act(fields: Fields) -> None:
        if visitor.how == "session":  # a key may look, and change nothing
            await _act_own(page, store, fields)

    await page.draw(act)


async def _act_own(page: Acting, store: AccountStore, fields: Fields) -> None:
    words, hand, what = page.visit.words, page.hand, fields.get("form")
    ended = {"actor": hand.account, "address": hand.address}
    if what == "end-session":
        await page.do(
            lambda: store.sessions.end(hand.account, fields["act"], **ended), words("The session is over.")
        )
    elif what == "end-key":
        await page.do(
            lambda: store.keys.end(hand.account, fields["act"], **ended), words("The key is withdrawn.")
        )
    elif what == "key":
        secret = await page.do(lambda: acts.new_key(store, fields, hand))
        if secret:
            page.tell(words("API key {label}", label=fields.get("label", "")), secret)
    elif what == "password":
        await _new_password(page, store, fields)
    elif what == "language":
        page.visit.speak(fields.get("language", ""))


async def _new_password(page: Acting, store: AccountStore, fields: Fields) -> None:
    """When it is changed no session goes on, this one neither."""
    from nicegui import ui

    hand = page.hand
    if await page.do(lambda: acts.own_password(store, fields, hand) or True):
        ui.navigate.to(f"{LOGIN}?done=password")
