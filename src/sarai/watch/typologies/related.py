"""Firms that belong together: goods pass between them, over the border too, or on paper alone."""

from __future__ import annotations

from collections.abc import Iterator

from sarai.goods import Export, Waybill
from sarai.reference import priority
from sarai.watch.finding import Finding
from sarai.watch.kin import KIN, NONE, Link, closest, is_young, link
from sarai.watch.memory import Memory
from sarai.watch.memory.chains import buyer_of
from sarai.watch.memory.holdings import Held
from sarai.watch.phrases import Phrase, phrase
from sarai.watch.register import Register
from sarai.watch.seen import DAY_US, Seen, owner
from sarai.watch.typologies.chains import FLAGS
from sarai.watch.typology import Parameters, Typology

# -- from one to the other ---------------------------------------------------------------------------


def linked_chain(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """Those between whom goods pass, or who had them and who exports them, share what firms seldom do."""
    document, register = seen.document, memory.given.register
    if not register or seen.former:
        return
    seller, most = owner(document).id, given["most_sharing"]
    other, found = buyer_of(seen), NONE
    if other:
        found = link(register, seller, other, most)
        if not found.worth:
            return
    drawn = [held for _, _, held in memory.holdings.drawn_by(seen)]
    if not other:
        before = dict.fromkeys(firm for held in drawn for firm in held.holders if firm != seller)
        other, found = closest(register, seller, before, most)
    if not found.worth:
        return
    listed = any(priority.tier(line.hs[:6], line.edition) for line in seen.lines)
    days = given["young_days"]
    young = sum(is_young(register, firm, seen.time, days) for firm in (seller, other))
    row = _row(register, drawn, (other,) if isinstance(document, Waybill) else (), most)
    strength = found.worth * given[f"of {young} young"] * (1.0 if listed else given["of_others"])
    yield Finding(
        subject=seen.name,
        facts={
            "one": seller,
            "other": other,
            "shared": _shared(found),
            "young": (phrase("neither is"), phrase("one is"), phrase("both are"))[young],
            "row": row,
            "goods": tuple(dict.fromkeys(line.hs[:6] for line in seen.lines))[:8],
            "document": seen.name,
        },
        parties=(seller, other),
        lots=tuple(dict.fromkeys(movement.lot for movement in seen.movements)),
        strength=strength * (given["of_three"] if row >= 3 else 1.0),
    )


def _shared(found: Link) -> tuple[Phrase, ...]:
    """What two firms share, in words."""
    return tuple(map(phrase, found.shared))


def _row(register: Register, drawn: list[Held], after: tuple[str, ...], most: float) -> int:
    """How many linked firms one after the other the goods pass at the end of their way."""
    longest = 1
    for held in drawn:
        firms = [*held.holders, *after]
        count = 1
        for one, other in zip(reversed(firms[1:]), reversed(firms[:-1]), strict=True):
            if not link(register, one, other, most).worth:
                break
            count += 1
        longest = max(longest, count)
    return longest


# -- over the border ---------------------------------------------------------------------------------


def linked_abroad(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """A firm and the seller or buyer abroad with whom it trades share what firms seldom do."""
    document, register = seen.document, memory.given.register
    partner = document.consignee if isinstance(document, Export) else document.seller
    if partner is None or seen.former:
        return
    firm = owner(document).id
    found = link(register, firm, partner.id, given["most_sharing"])
    if not found.worth:
        return
    listed = any(priority.tier(line.hs[:6], line.edition) for line in seen.lines)
    young = is_young(register, firm, seen.time, given["young_days"])
    yield Finding(
        subject=f"{firm} {partner.id}",
        facts={
            "firm": firm,
            "partner": partner.id,
            "does": phrase("buys from") if seen.kind == "import" else phrase("sells to"),
            "country": document.country,
            "shared": _shared(found),
            "young": phrase("is") if young else phrase("is not"),
            "goods": tuple(dict.fromkeys(line.hs[:6] for line in seen.lines))[:8],
            "document": seen.name,
        },
        parties=(firm,),
        strength=found.worth * (1.0 if young else given["of_old"]) * (1.0 if listed else given["of_others"]),
    )


# -- nothing moves -----------------------------------------------------------------------------------


def ghost_import(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """A lot sold whole by its importer to a firm close to it, where it has lain untouched ever since."""
    what, _, lot = seen.reference.partition(" ")
    rests = memory.chains.resting.get(int(lot)) if what == "resting" else None
    if rests is None:
        return
    register, days = memory.given.register, given["young_days"]
    found = link(register, rests.seller, rests.buyer, given["most_sharing"])
    young = [firm for firm in (rests.seller, rests.buyer) if is_young(register, firm, rests.time, days)]
    if not found.worth or not young:
        return
    yield Finding(
        subject=lot,
        facts={
            "hs": rests.hs,
            "seller": rests.seller,
            "buyer": rests.buyer,
            "shared": _shared(found),
            "young": young,
            "days": round((seen.time - rests.time) / DAY_US),
        },
        parties=(rests.buyer, rests.seller),
        lots=(int(lot),),
        entries=(rests.entry,),
        strength=found.worth * len(young) / 2,
    )


ROWS = (
    Typology(
        name="linked-chain",
        title="Seller and buyer belong together",
        source=f"{FLAGS}; RF10, RF24",
        needs=("register",),
        on=("waybill", "export"),
        judge=linked_chain,
        points=2.0,
        parameters={
            **KIN,
            "of 0 young": 0.35,  # old firms of one group sell to each other every day
            "of 1 young": 0.6,
            "of 2 young": 1.0,
            "of_others": 0.75,  # than of the priority list
            "of_three": 1.5,  # linked firms in a row, or more
        },
        text=(
            "{one} and {other}, between whom goods pass ({document}: {goods}), have the same {shared}; "
            "{young} younger than a year. {row} linked firms in a row have had the goods."
        ),
        advice="Look both up in the register; ask why goods are sold between firms of the same people.",
    ),
    Typology(
        name="linked-abroad",
        title="Partner abroad belongs to the firm",
        source=f"{FLAGS}; chips that a father sold to his son's new firm (press, 2023); RF10, RF22",
        needs=("register",),
        on=("import", "export"),
        judge=linked_abroad,
        points=2.0,
        parameters={
            **KIN,
            "of_old": 0.5,  # daughters of firms abroad trade with them every day
            "of_others": 0.6,  # than of the priority list
        },
        text=(
            "{firm} {does} {partner} in {country} ({document}: {goods}), and both have the same {shared}; "
            "the firm {young} younger than a year."
        ),
        advice="Ask why the goods go by way of this country; compare the price with that of others.",
    ),
    Typology(
        name="ghost-import",
        title="Goods that only paper has",
        source="Financial Times, May 2023: half of a sample of controlled goods never arrived; RF29",
        needs=("waybills", "register"),
        on=("due",),
        judge=ghost_import,
        points=2.0,
        parameters=KIN,
        text=(
            "All of a lot of {hs} went from its importer {seller} to {buyer} (the same {shared}; young: "
            "{young}) and has not moved for {days} days. Nothing but paper shows that it ever came."
        ),
        advice="Go and count the stock; ask for the carrier's papers and the border's record of entry.",
    ),
)
