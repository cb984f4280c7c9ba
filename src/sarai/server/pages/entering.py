"""How a visitor comes to a page: who it is, whether it may, in which language, and the frame around it."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from sarai.goods import SaraiError
from sarai.server.access import Access, Explanation, Eyes, Grant, Visitor, allowed, why
from sarai.server.house import House
from sarai.server.pages.look import NAVIGATION, Frame, Item, Viewer, empty, frame, link, show, toast
from sarai.server.pages.look.markup import Content
from sarai.server.problems import Problem, answer, problem_of
from sarai.server.words import LANGUAGES, Words, negotiate

SCHEME_COOKIE, LANGUAGE_COOKIE = "sarai-scheme", "sarai-language"
SCHEMES = ("light", "dark", "auto")
YEAR_S = 365 * 86_400
LOGIN = "/login"
SUMMARY = "Scope summary."


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody at a page.

    Attributes
    ----------
    address
        Where it comes from.
    scheme
        ``light``, ``dark`` or ``auto``.
    """

    house: House
    access: Access
    visitor: Visitor
    words: Words
    address: str
    scheme: str

    def may(self, right: str) -> bool:
        """Whether it has a right."""
        return allowed(self.visitor, right) is not None

    def eyes(self, right: str) -> Eyes | None:
        """With whose eyes it looks, as far as a right reaches; None if it has not that right."""
        scope = allowed(self.visitor, right)
        return None if scope is None else self.access.eyes(Grant(self.visitor, scope, right))

    def goes_on(self) -> bool:
        """Whether its session is not over; a page that stayed open asks before it does something."""
        return self.access.still(self.visitor)

    @contextmanager
    def framed(
        self, title: str, *, active: str = "", beside: Content = "", bare: bool = False
    ) -> Iterator[Frame]:
        """The page within its frame, with what this visitor may open."""
        beside = beside or (self.words("Demonstration: made-up traders and goods") if self.house.demo else "")
        with frame(
            self._viewer(), title, active=active, beside=beside,
            navigation=() if bare else [item for item in NAVIGATION if self._opens(item)],
        ) as made:  # fmt: skip
            yield made

    def _opens(self, item: Item) -> bool:
        return self.may(f"pages.{item.name}")

    def _viewer(self) -> Viewer:
        signed_in = self.visitor.how == "session"
        return Viewer(
            words=self.words,
            state=self.house.book.settings.origin,
            now=self.house.now(),
            name=self.visitor.name,
            role=self.visitor.role.value,
            scheme=self.scheme,
            on_language=self.speak,
            on_scheme=keep_scheme,
            on_leave=self.leave if signed_in else None,
        )

    def speak(self, language: str) -> None:
        """Keep a language (of an account that many share, in the browser), and show the page in it."""
        from nicegui import ui

        known = language if language in LANGUAGES else "en"
        if self.visitor.how == "session" and not self.house.demo:
            account = self.visitor.account
            try:
                self.access.store.change(account, by=account, address=self.address, language=known)
            except SaraiError as fault:
                return toast(str(fault), "serious")
        else:
            keep(LANGUAGE_COOKIE, known)
        return ui.navigate.reload()

    def leave(self) -> None:
        """Log out."""
        from nicegui import ui

        visitor = self.visitor
        with suppress(SaraiError):  # it was over already
            self.access.store.sessions.end(
                visitor.account, visitor.ticket, actor=visitor.account, address=self.address, deed="logout"
            )
        ui.navigate.to(LOGIN)


def keep_scheme(scheme: str) -> None:
    """Let the browser remember light or dark; it is nobody else's business."""
    keep(SCHEME_COOKIE, scheme if scheme in SCHEMES else "auto")


def keep(cookie: str, value: str) -> None:
    """Let the browser remember a choice; a value is a word of ours."""
    from nicegui import ui

    ui.run_javascript(f"document.cookie = '{cookie}={value}; path=/; max-age={YEAR_S}; samesite=lax'")


def enter(request: Request, house: House, right: str) -> tuple[Visit | None, RedirectResponse | None]:
    """Let somebody in who has a right to the page.

    Who is not signed in is sent to do so; who may not is told why, in the page itself. Then there is no
    visit, and the page returns what stands in its place.
    """
    visitor: Visitor = request.state.visitor
    scope = allowed(visitor, right)
    if scope is None and visitor.how == "nobody":
        return None, RedirectResponse(sign_in(request), 303)
    visit = Visit(
        house=house,
        access=request.state.access,
        visitor=visitor,
        words=Words(language_of(request, house)),
        address=request.client.host if request.client else "",
        scheme=_scheme(request),
    )
    if scope is not None:
        return visit, None
    _turned_away(visit, why(visitor, right))
    return None, None


def sign_in(request: Request) -> str:
    """Where one signs in, and from where one comes back to what was asked for."""
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"{LOGIN}?{urlencode({'next': path})}"


def _scheme(request: Request) -> str:
    kept = request.cookies.get(SCHEME_COOKIE, "")
    return kept if kept in SCHEMES else "auto"


def language_of(request: Request, house: House) -> str:
    """The account's; of nobody, or of a demo's accounts that many share, what the browser asks for."""
    visitor: Visitor = request.state.visitor
    if visitor.how != "nobody" and not house.demo:
        return negotiate("", visitor.language)
    return negotiate(request.headers.get("accept-language", ""), request.cookies.get(LANGUAGE_COOKIE, ""))


def _turned_away(visit: Visit, explained: Explanation) -> None:
    words = visit.words
    with visit.framed(words("You may not see this.")):
        show(
            empty(
                " ".join(said(words, explained)), action=link(words("Why can I see this?"), "/why", "button")
            )
        )


async def answered(request: Request, made: Awaitable[Response]) -> Response:
    """The answer of a route beside a page; what goes wrong is told as the other routes tell it."""
    try:
        return await made
    except Problem as problem:
        return answer(request, problem)
    except SaraiError as fault:
        return answer(request, problem_of(fault))


def said(words: Words, explained: Explanation) -> list[str]:
    """An explanation of a right, sentence by sentence, in somebody's language."""
    gaps = {"role": lambda code: words.name("role", code), "what": words}
    sentences = []
    for sentence in explained.sentences:
        filled = {name: gaps.get(name, str)(value) for name, value in sentence.gaps.items()}
        if "parties" in filled:
            filled["parties"] = words(filled["parties"])  # it may say that there is none yet
        if "roles" in filled:
            filled["roles"] = words.items([words.name("role", role.value) for role in explained.holders])
        if sentence.words.startswith(f"{SUMMARY} "):  # what it leaves is a text of its own
            sentences += [words(SUMMARY), words(sentence.words.removeprefix(f"{SUMMARY} "))]
        else:
            sentences.append(words(sentence.words, **filled))
    return sentences
