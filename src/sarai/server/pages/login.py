"""The pages Login and Setup, and the forms that they send."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from urllib.parse import parse_qsl

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from sarai.goods import BadSetting, SaraiError
from sarai.server.access import (
    Access,
    AccountStore,
    Denied,
    Role,
    Secret,
    allowed,
    stated_password,
)
from sarai.server.access.signing import begin, slow_down_logins, with_session
from sarai.server.access.web import address_of
from sarai.server.house import House
from sarai.server.pages import forms
from sarai.server.pages import login_view as view
from sarai.server.pages.entering import Visit, answered, enter
from sarai.server.pages.look import empty, link, show
from sarai.server.problems import Problem

Fields = Mapping[str, str]


def register(house: House) -> None:
    """Put the pages, and where their forms go, into the application."""
    from nicegui import app, ui

    @ui.page(view.LOGIN)
    async def login(request: Request) -> Response | None:
        visit, away = enter(request, house, "pages.login")
        if visit is None:
            return away
        if visit.visitor.how != "session" and await run_in_threadpool(_unset, visit.access.store, house):
            return RedirectResponse(view.SETUP, HTTPStatus.SEE_OTHER)
        with visit.framed(visit.words("Log in"), bare=True):
            await _login(visit, request)
        return None

    @ui.page(view.SETUP)
    async def setup(request: Request) -> Response | None:
        visit, away = enter(request, house, "pages.login")
        if visit is None:
            return away
        unset = await run_in_threadpool(_unset, visit.access.store, house)
        with visit.framed(visit.words("Create the first account"), bare=True):
            if unset:
                show(
                    view.setup(request.query_params, visit.words, least=visit.access.settings.password_least)
                )
            else:
                login_there = link(visit.words("Log in"), view.LOGIN, "button main")
                show(
                    empty(
                        visit.words("There is an admin already. Ask for an account there."),
                        action=login_there,
                    )
                )
        return None

    app.add_route(view.LOGIN_FORM, take_login, methods=["POST"])
    app.add_route(view.SETUP_FORM, take_setup, methods=["POST"])


async def _login(visit: Visit, request: Request) -> None:
    words, query = visit.words, request.query_params
    if visit.visitor.how == "session":

        async def leave(_: Fields) -> None:
            visit.leave()

        forms.acting(view.signed_in(visit.visitor, query, words), leave)
        return
    demo = await run_in_threadpool(_demo, visit.access.store) if visit.house.demo else ()
    show(view.login(query, words, provider=visit.access.oidc is not None, demo=demo))


def _demo(store: AccountStore) -> list:
    """The accounts of a demo with their passwords, in the order in which a newcomer tries them."""
    first = (Role.OFFICER, Role.SUPERVISOR, Role.TRADER)
    found = {account.role: account for account in store.all() if account.demo and account.active}
    roles = [*first, *(role for role in found if role not in first)]
    return [(found[role], stated_password(role)) for role in roles if role in found]


def _unset(store: AccountStore, house: House) -> bool:
    """Whether the house waits for its first admin."""
    return not house.demo and not any(each.role is Role.ADMIN and each.active for each in store.all())


# -- what the forms send -----------------------------------------------------------------------------


async def take_login(request: Request) -> Response:
    """Sign in by a form, and go on to where one wanted to; else back to the form, which says why."""
    return await answered(request, _taken(request, _log_in))


async def take_setup(request: Request) -> Response:
    """Make the first admin by a form."""
    return await answered(request, _taken(request, _set_up))


async def _taken(request: Request, act: Callable[[Request, Fields], Response]) -> Response:
    """Read a form, and act on it in a thread: hashing takes a while."""
    if allowed(request.state.visitor, "pages.login") is None:
        raise Problem(403, "Not allowed", "you may not log in here; ask an admin")
    fields = await _fields(request)
    try:
        slow_down_logins(request)
    except Problem as problem:
        form = view.LOGIN if request.url.path == view.LOGIN_FORM else view.SETUP
        wait = problem.headers.get("Retry-After", "")
        return _again(view.failed(form, "wait", wait=wait, next=fields.get("next", "")))
    return await run_in_threadpool(act, request, fields)


async def _fields(request: Request) -> dict[str, str]:
    most, data = request.state.access.settings.body_bytes, b""
    async for chunk in request.stream():
        data += chunk
        if len(data) > most:
            raise Problem(413, "Too large", f"a form has at most {most:,} bytes; send less")
    try:
        return dict(parse_qsl(data.decode(), keep_blank_values=True, max_num_fields=20))
    except ValueError:
        raise Problem(400, "Not a form", "send name and password as a form does") from None


def _access(request: Request) -> Access:
    return request.state.access


def _log_in(request: Request, fields: Fields) -> Response:
    to, name = fields.get("next", ""), fields.get("name", "")
    password = Secret(fields.get("password", ""))
    try:
        found = _access(request).store.log_in(name, password, address=address_of(request))
    except SaraiError:  # too many at once, or the file cannot be written to
        return _again(view.failed(view.LOGIN, "busy", next=to))
    if isinstance(found, Denied):
        what, wait = ("wait", str(found.wait_s)) if found.wait_s else ("wrong", "")
        return _again(view.failed(view.LOGIN, what, wait=wait, next=to))
    return with_session(request, begin(request, found), _again(view.local(to)))


def _set_up(request: Request, fields: Fields) -> Response:
    said = {
        name: fields.get(name, "").strip() for name in ("id", "name")
    }  # the token is no part of an address
    if fields.get("password", "") != fields.get("again", ""):
        return _again(view.failed(view.SETUP, "differ", **said))
    token, password = Secret(fields.get("token", "").strip()), Secret(fields.get("password", ""))
    where = address_of(request)
    try:
        found = _access(request).store.set_up(token, said["id"], said["name"], password, address=where)
    except BadSetting as fault:
        return _again(view.failed(view.SETUP, "refused", why=str(fault), **said))
    if isinstance(found, Denied):
        return _again(view.failed(view.SETUP, "token", **said))
    return with_session(request, begin(request, found), _again("/accounts"))


def _again(path: str) -> Response:
    return RedirectResponse(path, HTTPStatus.SEE_OTHER)
