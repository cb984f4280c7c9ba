"""A transit under way, and what its seals told."""

from __future__ import annotations

from msgspec import Struct, field

from sarai.goods import Party, SealEvent, Transit
from sarai.ledger.rows import to_us
from sarai.reference import priority
from sarai.watch.memory.places import Point
from sarai.watch.seen import Seen

MOST_TOLD = 6  # words of a seal, the latest
MOST_ITEMS = 20  # of a transit, and lots of it; priority goods first
ODD = ("off_route", "silent", "broken")


class Told(Struct, frozen=True, gc=False):
    """What a seal told."""

    entry: int
    time: int
    event: str
    place: str
    latitude_deg: float | None
    longitude_deg: float | None

    @property
    def point(self) -> Point | None:
        """Where from, if it told that."""
        if self.latitude_deg is None or self.longitude_deg is None:
            return None
        return Point(self.latitude_deg, self.longitude_deg)


class Early(Struct, gc=False):
    """What was told of a transit before its own paper came, and refused for that: words, and an end."""

    told: list[Told] = field(default_factory=list)
    end: int = 0


class Goods(Struct, frozen=True, gc=False):
    """An item under way; ``tier`` is that of the priority list, or empty."""

    item: int
    hs: str
    tier: str


class Underway(Struct, gc=False):
    """A transit, or a part of one that was split.

    Attributes
    ----------
    time, heard
        When it began; when its seal was last heard of, as recorded. Microseconds.
    destination, bound
        Where it is to end, and for which country beyond; empty if none is stated.
    meant, declared
        The same as they were declared in the beginning.
    refused
        The entry of an arrival or exit that the book refused, if there was one.
    changed
        Whether a diversion has changed where it goes, or to whom.
    ended
        When, by what and where it ended; 0 while it is under way.
    parts
        Those that it was split into.
    """

    entry: int
    time: int
    heard: int
    deadline: int
    place: str
    country: str
    destination: str
    bound: str
    meant: str
    declared: str
    consignee: str
    principal: str
    carrier: str
    goods: tuple[Goods, ...]
    lots: tuple[int, ...]
    sealed: bool
    told: list[Told] = field(default_factory=list)
    part: bool = False
    refused: int = 0
    changed: bool = False
    seized: bool = False
    ended: int = 0
    ended_by: str = ""
    ended_at: str = ""
    parts: tuple[str, ...] = ()

    @property
    def tier(self) -> str:
        """The highest of the priority list among its goods, or empty."""
        return min((goods.tier for goods in self.goods if goods.tier), default="")

    @property
    def route(self) -> str:
        """From where to where."""
        return f"{self.place} {self.destination}"

    @property
    def last(self) -> Told | None:
        """The last word of its seal."""
        return self.told[-1] if self.told else None

    def parties(self) -> tuple[str, ...]:
        """Whose goods they are, as far as it was said: a principal may answer for others."""
        return (self.consignee,) if self.consignee else ()

    def roles(self) -> list[tuple[str, str]]:
        """Who has to do with it, by role; who has two roles counts in the first."""
        found: dict[str, str] = {}
        for role in ("consignee", "principal", "carrier"):
            party = getattr(self, role)
            if party:
                found.setdefault(party, role)
        return [(role, party) for party, role in found.items()]

    def hear(self, told: Told, recorded: int) -> None:
        """One more word; words may be recorded in another order than they were spoken."""
        self.told.append(told)
        self.told.sort(key=_when)
        del self.told[:-MOST_TOLD]
        self.heard = max(self.heard, recorded)


def _when(told: Told) -> tuple[int, int]:
    return told.time, told.entry


def begin(seen: Seen, document: Transit) -> Underway:
    """The transit that a document opens."""
    bound = document.destination_country
    lots = dict.fromkeys(movement.lot for movement in seen.movements if not movement.reverses)
    return Underway(
        entry=seen.entry, time=seen.time, heard=seen.recorded, deadline=to_us(document.deadline),
        place=document.place, country=document.country, destination=document.destination, bound=bound,
        meant=document.destination, declared=bound, consignee=_id(document.consignee),
        principal=document.principal.id, carrier=_id(document.carrier),
        goods=_goods(document), lots=tuple(lots)[:MOST_ITEMS], sealed=bool(document.seals),
    )  # fmt: skip


def _goods(document: Transit) -> tuple[Goods, ...]:
    goods = [
        Goods(line.item, line.hs[:6], priority.tier(line.hs[:6], line.edition) or "")
        for line in document.lines
    ]
    if len(goods) > MOST_ITEMS:
        goods.sort(key=_unlisted)
    return tuple(goods[:MOST_ITEMS])


def _unlisted(goods: Goods) -> bool:
    return not goods.tier


def told(seen: Seen, document: SealEvent) -> Told:
    """What a seal event tells."""
    latitude, longitude = document.latitude_deg, document.longitude_deg
    return Told(
        seen.entry, seen.time, document.event, document.place,
        None if latitude is None else float(latitude), None if longitude is None else float(longitude),
    )  # fmt: skip


def _id(party: Party | None) -> str:
    return party.id if party is not None else ""
