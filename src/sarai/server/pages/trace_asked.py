"""What a visitor asks of a trace, and the answer with that visitor's eyes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from msgspec import Struct

from sarai.goods import BadSetting, NotInBook
from sarai.ledger import Account, Book, Destination, LotName, Origin, Step
from sarai.ledger.way import Way
from sarai.server.access.tracing import seen_destinations, seen_origins, seen_steps
from sarai.server.pages.trace_graph import Graph, graph

if TYPE_CHECKING:
    from sarai.server.access.eyes import Eyes

DIRECTIONS = ("up", "down")
METHODS = ("booked", "named", "fifo", "proportional")
MOST_STEPS = 10_000  # read for a picture: a lot with thousands of orders, in well under a second
LONGEST = 200  # characters of a name


class Asked(Struct, frozen=True, kw_only=True):
    """What is to be traced, and how."""

    issuer: str = ""
    number: str = ""
    item: int | None = None
    direction: str = "up"
    method: str = "booked"
    bounds: bool = False

    @property
    def name(self) -> str:
        """As people write it: ``issuer/number#item``."""
        if not self.number:
            return ""
        return f"{self.issuer}/{self.number}" + (f"#{self.item}" if self.item else "")

    @property
    def url(self) -> str:
        """Of the page that answers it."""
        given = {"issuer": self.issuer, "number": self.number, "item": self.item, "direction": self.direction}
        given |= {
            "method": self.method if self.method != "booked" else "",
            "bounds": "1" if self.bounds else "",
        }
        return "/trace?" + urlencode({name: value for name, value in given.items() if value})


def asked(query: Mapping[str, str]) -> Asked:
    """The question of an address; BadSetting says which part of it cannot be used."""
    item = query.get("item", "")
    if item and not (item.isdecimal() and item.isascii() and 1 <= int(item[:6]) <= 65_535):
        raise BadSetting(f"item {item!r} is no number from 1 to 65535; name an item of the document, or none")
    found = Asked(
        issuer=query.get("issuer", "")[:LONGEST],
        number=query.get("number", "")[:LONGEST],
        item=int(item) if item else None,
        direction=query.get("direction") or "up",
        method=query.get("method") or "booked",
        bounds=query.get("bounds", "") in ("1", "true"),
    )
    for value, allowed in ((found.direction, DIRECTIONS), (found.method, METHODS)):
        if value not in allowed:
            raise BadSetting(f"{value!r} is none of {', '.join(allowed)}; choose one of these")
    return found


class Traced(Struct, frozen=True, kw_only=True):
    """The answer.

    Attributes
    ----------
    ends
        Origins, or destinations.
    steps
        The way as it was booked.
    """

    asked: Asked
    ends: Sequence[Origin] | Sequence[Destination]
    steps: Sequence[Step]
    graph: Graph

    @property
    def up(self) -> bool:
        """Whether it leads back."""
        return self.asked.direction == "up"


def traced(book: Book, wanted: Asked, eyes: Eyes) -> Traced:
    """Trace, and cut the answer to what somebody may see; NotInBook if that is nothing."""
    up = wanted.direction == "up"
    found = book.trace(
        wanted.issuer, wanted.number, wanted.item, direction=wanted.direction,
        method=wanted.method if up else "booked", bounds=wanted.bounds and up,
    )  # fmt: skip
    way = Way(found.reader, MOST_STEPS)
    steps = (way.back if up else way.on)(found.movements)
    seen = seen_steps(eyes, steps)
    if not seen:
        raise NotInBook(
            f"{wanted.name} is no document of yours that moves goods; look at its issuer and number"
        )
    if up:
        ends = seen_origins(eyes, found.origins, steps)
    else:
        ends = seen_destinations(eyes, found.destinations, steps)
    return Traced(asked=wanted, ends=ends, steps=seen, graph=graph(seen, up=up))


class ByMethod(Struct, frozen=True):
    """What a method says of a lot, all items together: its share, and the bounds as shares."""

    share: float
    low: float | None
    high: float | None


def by_method(ends: Sequence[Origin]) -> dict[LotName, ByMethod]:
    """What each lot gave, of all that is of its kind of unit."""
    totals: dict[int, float] = {}
    sums: dict[LotName, list[Origin]] = {}
    for end in ends:
        totals[end.dimension] = totals.get(end.dimension, 0.0) + end.quantity
        sums.setdefault(end.lot, []).append(end)
    return {
        lot: ByMethod(
            _share((each.quantity for each in some), totals[some[0].dimension]),
            *(
                _share(values, totals[some[0].dimension]) if None not in values else None
                for values in ([each.low for each in some], [each.high for each in some])
            ),
        )
        for lot, some in sums.items()
    }


def _share(values, total: float) -> float:
    return min(1.0, sum(values) / total) if total else 0.0


def holders(ends: Sequence[Destination]) -> list[tuple[Account, int, float]]:
    """Who has how much, over all lots of a kind of unit; what is in the country first, then the most."""
    sums: dict[tuple[Account, int], float] = {}
    for end in ends:
        key = end.account, end.dimension
        sums[key] = sums.get(key, 0.0) + end.quantity
    rows = [(account, dimension, quantity) for (account, dimension), quantity in sums.items()]
    return sorted(rows, key=lambda row: (not row[0].state, row[1], -row[2], row[0]))


def largest(amounts: Mapping[str, Decimal]) -> tuple[str, Decimal]:
    """The unit of which there is most, with its amount."""
    return max(amounts.items(), key=lambda each: (each[1], each[0]))


LATEST = 8
KINDS = ("import", "export", "transit", "waybill")


def latest(book: Book, eyes: Eyes) -> list[Asked]:
    """Some documents that a visitor may see and could trace: exports back, all others on."""
    from sarai.ledger.search import find, kept
    from sarai.server.routes.sight import content_of

    found = []
    if eyes.scope == "summary":
        return []  # labels name nothing that could be asked for
    for kind in KINDS:
        for line in find(book.store, kind=kind, refused=False, most=LATEST):
            if content_of(eyes, kept(book.store, line.entry), book) is not None:
                found.append(line)
    found.sort(key=lambda line: -line.entry)
    return [
        Asked(issuer=line.issuer, number=line.number, direction="up" if line.kind == "export" else "down")
        for line in found[: 2 * LATEST]
    ]
