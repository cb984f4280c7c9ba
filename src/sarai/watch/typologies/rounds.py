"""Where goods go in the end: round and back again, all to one buyer, or straight through a firm."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import attrgetter

from sarai.goods import Export
from sarai.ledger.rows import from_us
from sarai.reference import priority
from sarai.watch.finding import Finding
from sarai.watch.kin import KIN
from sarai.watch.memory import Memory
from sarai.watch.memory.chains import buyer_abroad, buyer_of, is_whole, priority_codes
from sarai.watch.memory.crossings import Crossing, crossings, family
from sarai.watch.memory.habits import ENOUGH, NEARLY_ALL
from sarai.watch.phrases import phrase
from sarai.watch.seen import DAY_US, Seen, owner
from sarai.watch.typology import Parameters, Typology

_when = attrgetter("time", "entry")

# -- round and back ----------------------------------------------------------------------------------


def round_trip(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """As much of the same code crosses the border to and fro, by firms that belong together, ever dearer."""
    since = seen.time - given["window_days"] * DAY_US
    kept, firms = memory.chains.crossings, []
    for line, country, now in crossings(seen):
        firms = firms or family(now.party, memory.given.register)
        back = kept.related(line, country, firms, not now.left)
        if not any(_is_way_back(now, each, given["tolerance"]) for each in back):
            continue
        before = back + kept.related(line, country, firms, now.left)
        related = [each for each in before if each.unit == now.unit and each.time >= since]
        legs = _legs(now, related, given["tolerance"])
        if len(legs) < 2:
            continue
        first, last = legs[0], legs[-1]
        dearer = last.price / first.price - 1 if first.price and first.currency == last.currency else 0.0
        if dearer < given["dearer"]:
            continue
        same = bool(first.partner) and first.partner in {leg.partner for leg in legs[1:]}
        strength = given[f"of {min(len(legs), 4)} legs"] + (given["of_same_partner"] if same else 0.0)
        if len(legs) == 2 and not (priority.tier(line.hs[:6], line.edition) and f"to {country}" in given):
            strength *= given["of_sent_back" if now.left else "of_come_back"]
        yield Finding(
            subject=f"{seen.name} {line.item}",
            facts={
                "hs": line.hs[:6],
                "country": country,
                "quantity": phrase("{quantity:g} {unit}", quantity=now.quantity, unit=phrase(now.unit)),
                "times": len(legs),
                "firms": tuple(dict.fromkeys(leg.party for leg in legs)),
                "since": from_us(first.time),
                "dearer": dearer,
                "document": seen.name,
            },
            parties=tuple(dict.fromkeys(leg.party for leg in reversed(legs))),
            lots=_lots(seen, line.item),
            entries=tuple(leg.entry for leg in legs[:-1]),
            strength=min(1.0, strength) * _chance(legs, related, given),
        )


def _legs(now: Crossing, before: Iterable[Crossing], tolerance: float) -> list[Crossing]:
    """The crossings that this one continues, the earliest first and this one last."""
    legs = [now]
    for each in sorted(before, key=_when, reverse=True):
        if _is_way_back(legs[-1], each, tolerance):
            legs.append(each)
    return legs[::-1]


def _is_way_back(later: Crossing, each: Crossing, tolerance: float) -> bool:
    """Whether as much went the other way before."""
    if each.left == later.left or each.time >= later.time:
        return False
    return abs(each.quantity - later.quantity) <= tolerance * later.quantity


def _chance(legs: list[Crossing], related: list[Crossing], given: Parameters) -> float:
    """Less where quantities may agree by chance: few pieces, or much other trade of the same firms."""
    few = given["of_few"] if legs[-1].quantity <= given["few"] else 1.0
    return few * min(1.0, 2 * len(legs) / (1 + len(related)))


def _lots(seen: Seen, item: int) -> tuple[int, ...]:
    return tuple(dict.fromkeys(movement.lot for movement in seen.movements if movement.item == item))


# -- all to one --------------------------------------------------------------------------------------


def sole_buyer(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """A firm of which all goods of the priority list go to one buyer, time after time."""
    document = seen.document
    seller = owner(document).id
    buyers = memory.chains.habits.buyers.get(seller, {})
    count = sum(buyers.values()) + 1
    if count < ENOUGH or len(buyers) != 1 or seen.former:
        return
    abroad = isinstance(document, Export)
    buyer = buyer_abroad(document) if abroad else buyer_of(seen)
    codes = priority_codes(document) if buyer in buyers and buyer != seller else []
    if not codes:
        return
    where = given.get(f"to {document.country}", given["to others"]) if abroad else given["inland"]
    usual = memory.chains.habits.sole.rarity(given["usual"], int(given["least_firms"]))
    yield Finding(
        subject=f"{seller} {buyer}",
        facts={
            "seller": seller,
            "buyer": buyer,
            "country": document.country if abroad else phrase("this country"),
            "count": count,
            "goods": codes,
            "document": seen.name,
        },
        parties=(seller,) if abroad else (seller, buyer),
        lots=tuple(dict.fromkeys(movement.lot for movement, _, _ in memory.holdings.drawn_by(seen))),
        strength=where * usual,
    )


# -- straight through --------------------------------------------------------------------------------


def conduit(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """A firm that sends all that it has abroad as it came, to one buyer, time after time."""
    document, habits = seen.document, memory.chains.habits
    firm, buyer = document.exporter.id, buyer_abroad(document)
    buyers = habits.abroad.get(firm, {})
    count = sum(buyers.values()) + 1
    if count < ENOUGH or set(buyers) != {buyer} or seen.former or habits.share_through(firm) < NEARLY_ALL:
        return
    drawn = memory.holdings.drawn_by(seen)
    if not drawn or not all(is_whole(draw.held, draw.movement.quantity) for draw in drawn):
        return
    usual = habits.conduits.rarity(given["usual"], int(given["least_firms"]))
    age_days = memory.given.register.age_days(firm, seen.time)
    young = age_days is not None and age_days < given["young_days"]
    yield Finding(
        subject=f"{firm} {buyer}",
        facts={
            "firm": firm,
            "buyer": buyer,
            "country": document.country,
            "count": count,
            "sources": tuple(dict.fromkeys(draw.held.source.removeprefix("abroad:") for draw in drawn)),
            "goods": tuple(dict.fromkeys(line.hs[:6] for line in seen.lines))[:8],
            "document": seen.name,
        },
        parties=(firm,),
        lots=tuple(dict.fromkeys(draw.movement.lot for draw in drawn)),
        strength=given.get(f"to {document.country}", given["to others"])
        * usual
        * (1.0 if young else given["of_old"]),
    )


ROWS = (
    Typology(
        name="round-trip",
        title="Goods that go round",
        source="FATF, Trade-based money laundering, 2006 and 2020: carousels; RF32",
        needs=("imports", "exports", "values", "register"),
        on=("import", "export", "transit"),
        judge=round_trip,
        points=3.0,
        parameters={
            "window_days": 120.0,  # as long as findings speak for each other
            "tolerance": 0.05,  # the same goods, as far as quantities tell; papers round
            "dearer": 0.08,  # returns and repairs come back at their price, give or take freight and rate
            "of 2 legs": 0.5,  # out and back may still be a bargain found abroad
            "of 3 legs": 0.8,
            "of 4 legs": 1.0,
            "of_sent_back": 0.6,  # what came once and went back once: a sale at a profit; but not
            "of_come_back": 0.8,
            "to RU": 1.0,  # with countries of concern, of goods of the priority list
            "to BY": 1.0,
            "of_same_partner": 0.2,
            "few": 3.0,  # so few pieces are often the same number by chance
            "of_few": 0.5,
        },
        text=(
            "{quantity} of {hs} have crossed the border with {country} {times} times since "
            "{since:%d %B %Y} (now {document}), {dearer:.0%} dearer than at first. The firms are {firms}."
        ),
        advice="Compare serial numbers of what left and came; hold refunds of tax until it is clear.",
    ),
    Typology(
        name="sole-buyer",
        title="All for one buyer",
        source="Drones that all went to one Russian buyer (press, 2023); BIS guidance, July 2024",
        needs=("exports",),
        on=("export", "waybill"),
        judge=sole_buyer,
        points=2.0,
        parameters={
            "to RU": 1.0,
            "to BY": 1.0,  # countries of concern: where the goods may not go
            "to others": 0.6,
            "inland": 0.5,
            "usual": 0.1,  # of firms may have one buyer; where more have, it says less
            "least_firms": 10.0,
        },
        text=(
            "All {count} deliveries of {seller} of goods of the priority list ({goods}) went to one buyer, "
            "{buyer} in {country}; the latest is {document}."
        ),
        advice="Ask who the end user is; look whether the firm was founded or paid by its buyer.",
    ),
    Typology(
        name="conduit",
        title="A firm that only passes through",
        source="Drones bought abroad and all sold on to Russia (press, 2023); BIS guidance, July 2024; RF30",
        needs=("imports", "exports"),
        on=("export",),
        judge=conduit,
        points=2.0,
        parameters={
            "to RU": 1.0,
            "to BY": 1.0,  # countries of concern: where the goods may not go
            "to others": 0.6,
            "usual": 0.1,  # of exporters may be like that; where more are, it says less
            "least_firms": 10.0,
            "young_days": KIN["young_days"],
            "of_old": 0.6,
        },
        text=(
            "All that {firm} has imported goes on as it came to one buyer, {buyer} in {country}: {count} "
            "exports by now, the latest {document} ({goods} from {sources})."
        ),
        advice="Ask who ordered the goods and pays for them; look who founded the firm.",
    ),
)
