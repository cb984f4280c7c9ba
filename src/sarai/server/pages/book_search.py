"""Finding documents in the journal: by what its index has, and by what stands in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from msgspec import Struct

from sarai.goods import KINDS, BadSetting
from sarai.ledger import Book
from sarai.ledger.search import Line, find
from sarai.server.access import Scope
from sarai.server.pages.book_seen import Seen, Shown

PAGE = 50
AT_ONCE = 1_000  # entries read together
LOOKED_MOST = 20_000  # entries that one question looks into; then one may ask to look on
MOST_TEXT = 200
OUTCOMES = ("posted", "refused")


class Wanted(Struct, frozen=True, kw_only=True):
    """What somebody looks for; empty leaves open.

    Attributes
    ----------
    number
        Its beginning is enough.
    words
        All of them stand in what is shown of the document, in whatever case.
    day
        When it was recorded, in ``zone``.
    outcome
        ``posted`` or ``refused``.
    before
        Only entries before this one; 0 for all.
    """

    issuer: str = ""
    number: str = ""
    kind: str = ""
    words: tuple[str, ...] = ()
    day: date | None = None
    outcome: str = ""
    before: int = 0

    @property
    def is_open(self) -> bool:
        """Whether nothing narrows it."""
        return self == Wanted(before=self.before)


class Page(Struct, frozen=True, kw_only=True):
    """Some of what fits, the latest first.

    Attributes
    ----------
    looked
        The last entry that was looked at; 0 if nothing is left to look at.
    """

    found: tuple[Shown, ...]
    looked: int


def wanted(query: Mapping[str, str]) -> Wanted:
    """What an address looks for; BadSetting names what cannot be looked for."""
    text = {name: query.get(name, "").strip()[:MOST_TEXT] for name in ("issuer", "number", "kind", "outcome")}
    if text["kind"] and text["kind"] not in KINDS:
        raise BadSetting(f"kind {text['kind']!r} is none; choose one of the list")
    before = query.get("before", "")
    return Wanted(
        issuer=text["issuer"],
        number=text["number"],
        kind=text["kind"],
        words=tuple(query.get("words", "").casefold()[:MOST_TEXT].split()),
        day=_day(query.get("day", "").strip()),
        outcome=text["outcome"] if text["outcome"] in OUTCOMES else "",
        before=int(before) if before.isascii() and before.isdecimal() and len(before) < 16 else 0,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as fault:
        raise BadSetting(f"{text[:40]!r} is no date; write it such as 2026-03-01") from fault


def address(path: str, question: Wanted, **changes: Any) -> str:
    """The address that looks for it, with some of it changed."""
    fields = {name: getattr(question, name) for name in question.__struct_fields__} | changes
    plain = {
        name: " ".join(value) if isinstance(value, tuple) else str(value)
        for name, value in fields.items()
        if value
    }
    return f"{path}?{urlencode(plain)}" if plain else path


def search(book: Book, question: Wanted, seen: Seen, zone: ZoneInfo, most: int = PAGE) -> Page:
    """What fits and may be seen; it stops when a page is full, or enough was looked at."""
    found: list[Shown] = []
    looked = 0
    for number, line in enumerate(_lines(book, question, seen, zone), 1):
        looked = line.entry
        shown = seen(line)
        if shown is not None and _fits(shown, question):
            found.append(shown)
        if len(found) == most or number == LOOKED_MOST:
            break
    else:
        looked = 0
    return Page(found=tuple(found), looked=looked if looked > 1 else 0)


def _lines(book: Book, question: Wanted, seen: Seen, zone: ZoneInfo) -> Iterator[Line]:
    """What the index finds, the latest first.

    Issuer and number are asked of the index only by who sees them as they are: else one could learn which
    label stands for whom.
    """
    fields: dict[str, Any] = {"kind": question.kind}
    if question.outcome:
        fields["refused"] = question.outcome == "refused"
    if seen.eyes.scope is not Scope.SUMMARY:
        fields |= {"issuer": question.issuer, "number": question.number}
    begin, before = _bounds(book, question, zone)
    while lines := find(book.store, before=before, most=AT_ONCE, **fields):
        seen.read(lines)
        for line in lines:
            if begin is not None and line.recorded < begin:
                return
            yield line
        before = lines[-1].entry


def _bounds(book: Book, question: Wanted, zone: ZoneInfo) -> tuple[datetime | None, int | None]:
    """When the day begins, and before which entry to look: entries are in the order of their times."""
    before = question.before or None
    if question.day is None:
        return None, before
    begin = datetime.combine(question.day, time(), zone)
    end = _first_since(book, datetime.combine(question.day + timedelta(days=1), time(), zone))
    return begin, min(before, end) if before else end


def _first_since(book: Book, when: datetime) -> int:
    """The first entry that was recorded at a time or later; behind the last if there is none."""
    last = find(book.store, most=1)
    low, high = 1, last[0].entry + 1 if last else 1
    while low < high:
        middle = (low + high) // 2
        (line,) = find(book.store, before=middle + 1, most=1)
        low, high = (low, middle) if line.recorded >= when else (middle + 1, high)
    return low


def _fits(shown: Shown, question: Wanted) -> bool:
    if question.issuer not in ("", shown.issuer) or not shown.number.startswith(question.number):
        return False
    if not question.words:
        return True
    text = shown.text
    return all(word in text for word in question.words)
