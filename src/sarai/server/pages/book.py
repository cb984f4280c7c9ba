"""The page Book: find any document, read it, see its proof."""

from __future__ import annotations

import msgspec
from fastapi import Request, Response
from starlette.responses import RedirectResponse

from sarai.goods import NotInBook, SaraiError
from sarai.ledger import Book
from sarai.ledger.search import kept
from sarai.server.access import Eyes, Scope, Visitor, allowed, granted
from sarai.server.access.visitor import Grant
from sarai.server.house import House
from sarai.server.pages import book_view as view
from sarai.server.pages.book_asking import Sight, known, named, proved
from sarai.server.pages.book_search import Page, Wanted, address, search, wanted
from sarai.server.pages.book_seen import Seen, Shown
from sarai.server.pages.entering import Visit, answered, enter, sign_in
from sarai.server.pages.look import badge, empty, link, show, tag
from sarai.server.routes.sight import content_of, not_yours, sought

PATIENCE_S = 30.0  # to look into 20,000 entries takes a second; a book on a slow disk longer
NO_STORE = {"Cache-Control": "no-store"}


def register(house: House) -> None:
    """Put the pages, and what is taken away from them, into the application."""
    from nicegui import app, ui

    @ui.page(view.PATH, response_timeout=PATIENCE_S)
    async def book(request: Request) -> Response | None:
        visit, away = enter(request, house, "pages.book")
        if visit is None:
            return away
        meant = await _meant(visit, request.query_params.get("q", "").strip())
        if meant is not None:
            return meant
        with visit.framed(visit.words("Book"), active="book"):
            await (_search(visit, request) if visit.may("book.read") else _partner(visit, request))
        return None

    @ui.page(f"{view.PATH}/entry/{{entry}}", response_timeout=PATIENCE_S)
    async def one(request: Request, entry: int) -> Response | None:
        visit, away = enter(request, house, "book.read")
        if visit is None:
            return away
        await _entry(visit, entry)
        return None

    @app.get(f"{view.PATH}/document", include_in_schema=False)
    async def by_name(request: Request, issuer: str, number: str) -> Response:
        return await answered(request, _by_name(house, request, issuer, number))

    @app.get(f"{view.PATH}/entry/{{entry}}/document.json", include_in_schema=False)
    async def document(request: Request, entry: int) -> Response:
        return await answered(request, _document(house, request, entry))

    @app.get(f"{view.PATH}/entry/{{entry}}/proof.json", include_in_schema=False)
    async def proof(request: Request, entry: int) -> Response:
        return await answered(request, _proof(house, request, entry))

    @app.get(f"{view.PATH}/proof.json", include_in_schema=False)
    async def proof_by_name(request: Request, issuer: str, number: str) -> Response:
        return await answered(request, _proof_by_name(house, request, issuer, number))

    @app.get(f"{view.PATH}/checkpoint", include_in_schema=False)
    async def checkpoint(request: Request) -> Response:
        return await answered(request, _checkpoint(house, request))


def sight_of(house: House, request: Request) -> Sight:
    """With whose eyes each thing is looked at."""
    visitor, access = request.state.visitor, request.state.access

    def eyes(right: str) -> Eyes | None:
        scope = allowed(visitor, right)
        return access.eyes(Grant(visitor, scope, right)) if scope is not None else None

    return Sight(
        read=eyes("book.read"), proofs=eyes("proofs.read"), balances=eyes("balances.read"), keys=house.keys
    )


def _sight(visit: Visit) -> Sight:
    return Sight(
        read=visit.eyes("book.read"), proofs=visit.eyes("proofs.read"), balances=visit.eyes("balances.read"),
        keys=visit.house.keys,
    )  # fmt: skip


# -- pages -----------------------------------------------------------------------------------------


async def _meant(visit: Visit, text: str) -> Response | None:
    """Where the search in the bar leads: to the one of that name, else to all that have the words."""
    if not text:
        return None
    eyes = visit.eyes("book.read")
    entry = await visit.house.read(lambda book: named(book, text, eyes)) if eyes else None
    to = view.entry_path(entry) if entry else address(view.PATH, Wanted(words=tuple(text.split())))
    return RedirectResponse(to, 303)


async def _search(visit: Visit, request: Request) -> None:
    words, eyes, question = visit.words, visit.eyes("book.read"), Wanted()
    assert eyes is not None
    try:
        question = wanted(request.query_params)
        page: Page = await visit.house.read(lambda book: search(book, question, Seen(book, eyes), words.zone))
    except SaraiError as fault:
        show(view.search_form(question, words))
        show(tag("p", badge(words, "serious"), " ", str(fault), role="alert"))
        return
    show(view.search_page(page, question, words))


async def _partner(visit: Visit, request: Request) -> None:
    """For who may check what it was given, and search nothing."""
    words, asked, sight = visit.words, request.query_params, _sight(visit)
    issuer, number = asked.get("issuer", "").strip(), asked.get("number", "").strip()
    show(view.partner_form(issuer, number, words))
    if not (issuer and number):
        return
    try:
        found = await visit.house.read(lambda book: proved(book, issuer, number, sight))
    except NotInBook as fault:
        show(empty(str(fault)))
        return
    show(view.proof_panel(found, view.proof_path(issuer, number), words))


async def _entry(visit: Visit, entry: int) -> None:
    words, sight = visit.words, _sight(visit)
    try:
        found = await visit.house.read(lambda book: known(book, entry, sight))
    except SaraiError as fault:
        with visit.framed(words("Not found"), active="book"):
            show(empty(str(fault), action=link(words("Find any document"), view.PATH, "button main")))
        return
    back = link(words("Back to the search"), view.PATH)
    with visit.framed(_title(found.shown, words), active="book", beside=back):
        show(view.entry_page(found, words))


def _title(shown: Shown, words: object) -> str:
    kind = words.name("kind", shown.kind) if shown.kind else ""  # type: ignore[attr-defined]
    return f"{kind} {shown.number}".strip() or f"{shown.entry}"


# -- what is taken away ----------------------------------------------------------------------------


async def _by_name(house: House, request: Request, issuer: str, number: str) -> Response:
    """Where the page of a document is, for who may see it; nobody else learns that there is one."""
    visitor: Visitor = request.state.visitor
    if allowed(visitor, "book.read") is None and visitor.how == "nobody":
        return RedirectResponse(sign_in(request), 303)
    eyes = request.state.access.eyes(granted(visitor, "book.read"))

    def find(book: Book) -> int:
        entry = sought(eyes, lambda: book.entry_of(issuer, number))
        if content_of(eyes, kept(book.store, entry), book) is None:
            raise not_yours()
        return entry

    return RedirectResponse(view.entry_path(await house.read(find)), 303)


async def _document(house: House, request: Request, entry: int) -> Response:
    """What came in, byte for byte, for who sees all of it; else what is to be seen of it."""
    grant = granted(request.state.visitor, "documents.read")
    eyes = request.state.access.eyes(grant)

    def read(book: object) -> bytes:
        found = kept(book.store, entry)  # type: ignore[attr-defined]
        shown = Seen(book, eyes)(found.line)  # type: ignore[arg-type]
        if shown is None:
            raise NotInBook(f"there is no entry {entry:,} among those that you may see")
        return found.body if eyes.scope is not Scope.SUMMARY else msgspec.json.encode(shown.content)

    return _taken(await house.read(read), f"entry-{entry}.json")


async def _proof(house: House, request: Request, entry: int) -> Response:
    sight = _for_proofs(house, request)
    found = await house.read(lambda book: known(book, entry, sight).proved)
    assert found is not None
    return _taken(view.pretty(found.proof).encode(), f"proof-{entry}.json")


async def _proof_by_name(house: House, request: Request, issuer: str, number: str) -> Response:
    sight = _for_proofs(house, request)
    found = await house.read(lambda book: proved(book, issuer, number, sight))
    return _taken(view.pretty(found.proof).encode(), f"proof-{found.proof.index + 1}.json")


def _for_proofs(house: House, request: Request) -> Sight:
    visitor: Visitor = request.state.visitor
    granted(visitor, "proofs.read")
    return sight_of(house, request)


async def _checkpoint(house: House, request: Request) -> Response:
    granted(request.state.visitor, "checkpoint.read")
    text = await house.read(lambda book: book.checkpoint(*house.keys))
    return Response(text, 200, NO_STORE, media_type="text/plain; charset=utf-8")


def _taken(body: bytes, name: str) -> Response:
    headers = {**NO_STORE, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, 200, headers, media_type="application/json")
