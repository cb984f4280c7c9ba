"""Pages of lists: what of one is asked for, and the token that leads to the next."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote

import msgspec
from msgspec import Struct
from starlette.requests import Request

from sarai.server.epcis.exchange import here
from sarai.server.epcis.flaws import shown
from sarai.server.epcis.jobs import to_us
from sarai.server.epcis.moments import of_microseconds, written
from sarai.server.epcis.refusing import EpcisProblem, bad_query
from sarai.server.epcis.settings import EpcisSettings


class Page(Struct, frozen=True):
    """What of a list is asked for: how many, and after what."""

    count: int
    after: Any = None


def parameters(request: Request) -> dict[str, list[str]]:
    """The query string: by name, lists parted by ``|`` or by saying the name again."""
    found: dict[str, list[str]] = {}
    text = request.scope["query_string"].decode("latin-1")
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=1_000)
    except (UnicodeDecodeError, ValueError) as fault:
        raise bad_query("the query string is not UTF-8, or has over 1,000 parameters; mend it") from fault
    for name, value in pairs:
        found.setdefault(name, []).extend(value.split("|"))
    return found


class Tokens:
    """The tokens of pages: each says after what its list goes on, until when, and of which list it is.

    They hold nothing here; of those that were given up it is remembered that they are, as long as they
    would have been good, and as far as there is room.
    """

    def __init__(self, settings: EpcisSettings, clock: Callable[[], datetime]) -> None:
        self._settings, self._now = settings, clock
        self._given_up: dict[str, int] = {}

    def make(self, subject: str, after: Any) -> tuple[str, int]:
        """A token, and until when it is good (microseconds)."""
        due = to_us(self._now() + timedelta(seconds=self._settings.token_s))
        body = msgspec.json.encode([due, after, _mark(subject)])
        text = base64.urlsafe_b64encode(body).decode().rstrip("=")
        return f"{text}.{_mark(text)}", due

    def after(self, token: str, subject: str) -> Any:
        """After what a list goes on. Raises `EpcisProblem` for a token of another list, or of none."""
        _, after, of = self._opened(token)
        if of != _mark(subject):
            raise _bad_token()
        return after

    def give_up(self, token: str) -> None:
        """Let a token be good no more; one that is not is left as it is."""
        try:
            due, _, _ = self._opened(token)
        except EpcisProblem:
            return
        now = to_us(self._now())
        self._given_up = {each: until for each, until in self._given_up.items() if until >= now}
        self._given_up[token] = due
        while len(self._given_up) > self._settings.tokens_given_up:
            del self._given_up[next(iter(self._given_up))]

    def _opened(self, token: str) -> tuple[int, Any, str]:
        body, _, mark = token.partition(".")
        if mark != _mark(body) or token in self._given_up:
            raise _bad_token()
        try:
            due, after, of = msgspec.json.decode(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        except (ValueError, TypeError) as fault:
            raise _bad_token() from fault
        if not isinstance(due, int) or due < to_us(self._now()):
            raise _bad_token()
        return due, after, of


def read_page(asked: dict[str, list[str]], subject: str, settings: EpcisSettings, tokens: Tokens) -> Page:
    """Take ``perPage`` and ``nextPageToken`` out of the parameters.

    Parameters
    ----------
    subject
        Of which list: a token is good for the list that gave it.
    """
    count = _count(asked.pop("perPage", [str(settings.per_page)]), settings.per_page_most)
    given = asked.pop("nextPageToken", None)
    if given is None:
        return Page(count)
    if len(given) != 1:
        raise _bad_token()
    return Page(count, tokens.after(given[0], subject))


def _bad_token() -> EpcisProblem:
    return bad_query("this nextPageToken is not, or no longer, good for this list; begin with the first page")


def _count(values: Sequence[str], most: int) -> int:
    told = values[0]
    if len(values) != 1 or not told.isascii() or not told.isdigit() or not int(told[:9]) > 0:
        raise bad_query(f"perPage: {shown('|'.join(values))} is not a whole number from 1 on")
    return min(int(told[:9]), most)


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def next_page(request: Request, subject: str, after: Any, tokens: Tokens) -> dict[str, str]:
    """The headers that lead to the next page."""
    token, due = tokens.make(subject, after)
    pairs = [
        part for part in request.scope["query_string"].decode("latin-1").split("&")
        if part and not part.startswith("nextPageToken=")
    ]  # fmt: skip
    query = "&".join([*pairs, f"nextPageToken={quote(token, safe='')}"])
    return {
        "Link": f'<{here(request)}?{query}>; rel="next"',
        "GS1-Next-Page-Token-Expires": written(of_microseconds(due)),
    }
