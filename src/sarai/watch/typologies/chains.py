"""Goods that go from hand to hand: too fast, between firms that belong together, or on paper alone."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from sarai.goods import Regime, Waybill
from sarai.ledger.rows import Movement
from sarai.reference import priority
from sarai.watch.finding import Finding
from sarai.watch.kin import KIN, NONE, closest, is_young, link
from sarai.watch.memory import Memory
from sarai.watch.memory.chains import ENOUGH, Chains, buyer_of, is_whole
from sarai.watch.memory.holdings import Held
from sarai.watch.register import Register
from sarai.watch.seen import DAY_US, HOUR_US, Seen, owner
from sarai.watch.typologies.telling import in_words
from sarai.watch.typology import Parameters, Typology

FLAGS = "FinCEN and BIS joint alert FIN-2023-Alert004; Tri-Seal compliance note, March 2023"


# -- out again at once -------------------------------------------------------------------------------


def quick_reexport(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """Goods from abroad leave sooner than most that come; the more so, if they leave as they came."""
    document = seen.document
    if document.regime == Regime.TEMPORARY_ADMISSION and f"to {document.country}" not in given:
        return  # meant to leave again
    passing = [each for each in _passing(seen, memory, given) if each[0] >= given["least"]]
    if not passing:
        return
    weight, _, facts = max(passing, key=itemgetter(0))
    exporter = document.exporter.id
    yield Finding(
        subject=seen.name,
        facts={**facts, "exporter": exporter, "country": document.country, "document": seen.name},
        parties=(exporter,),
        lots=tuple(dict.fromkeys(lot for _, lot, _ in passing)),
        strength=weight,
    )


def _passing(seen: Seen, memory: Memory, given: Parameters) -> Iterator[tuple[float, int, dict[str, Any]]]:
    """What an export takes of goods from abroad sooner than is usual: what it weighs, its lot, the facts."""
    firm, country, chains = seen.document.exporter.id, seen.document.country, memory.chains
    towards = given.get(f"to {country}", given["to others"])
    for movement, _, held in memory.holdings.drawn_by(seen):
        if not held.source.startswith("abroad:"):
            continue
        hours = (movement.time - held.born) / HOUR_US
        rank = chains.rank(chains.stay_hours, held.hs, hours, held.listed)
        if rank <= given["soon"]:
            soon = min(1.0, given["level"] - rank)
            facts = {
                "hs": held.hs,
                "source": held.source.removeprefix("abroad:"),
                "after": in_words(hours),
                "rank": rank,
                "share": movement.quantity / held.whole,
            }
            yield towards * soon * _passed(firm, movement, held, chains, given), movement.lot, facts


def _passed(firm: str, movement: Movement, held: Held, chains: Chains, given: Parameters) -> float:
    """How much it looks as if goods only passed through the firm, by its habit and by what leaves of them."""
    listed = held.listed
    habit = chains.habits.of(firm, listed)
    weight = (1.0 if listed else given["of_others"]) * (given["of_bought"] if held.hops else 1.0)
    if not is_whole(held, movement.quantity):
        return weight * given["of_a_part"] * habit.share_through()
    again = 1.0 + given["of_each_again"] * min(habit.through, given["most_again"])
    return weight * again * habit.share_through()


# -- from hand to hand -------------------------------------------------------------------------------


def quick_resales(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """A lot that several holders one after the other kept for far less than is usual."""
    for movement, giver, held in memory.holdings.drawn_by(seen):
        if held.hops + 1 < given["least_holders"] or giver.party == buyer_of(seen):
            continue
        listed = held.listed
        kept = [(each.party, each.kept / HOUR_US) for each in held.past]
        kept.append((held.holder, (movement.time - held.since) / HOUR_US))
        quick = _last_quick(kept, held.hs, listed, memory.chains)
        if quick < given["least_holders"]:
            continue
        more = 1.0 + given["of_each_more"] * (quick - given["least_holders"])
        firms = [firm for firm, _ in kept[-quick:]]
        habit = min(memory.chains.habits.of(firm, listed).share_quick() for firm in firms)
        yield Finding(
            subject=f"{movement.lot} {giver.party}",
            facts={
                "hs": held.hs,
                "count": quick,
                "firms": firms,
                "hours": in_words(sum(hours for _, hours in kept[-quick:])),
                "usual": in_words(memory.chains.hold_hours.of(held.hs, ENOUGH).quantile(0.5)),
                "document": seen.name,
            },
            parties=(giver.party,),
            lots=(movement.lot,),
            strength=min(1.5, more) * habit * (1.0 if listed else given["of_others"]),
        )


def _last_quick(kept: list[tuple[str, float]], hs: str, listed: bool, chains: Chains) -> int:
    """How many of the latest holders, one after the other, kept goods for hours that are few."""
    count = 0
    for _, hours in reversed(kept):
        if not chains.is_quick(hs, hours, listed):
            break
        count += 1
    return count


# -- firms that belong together ----------------------------------------------------------------------


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
            "shared": found.shared,
            "young": ("neither is", "one is", "both are")[young],
            "row": row,
            "goods": tuple(dict.fromkeys(line.hs[:6] for line in seen.lines))[:8],
            "document": seen.name,
        },
        parties=(seller, other),
        lots=tuple(dict.fromkeys(movement.lot for movement in seen.movements)),
        strength=strength * (given["of_three"] if row >= 3 else 1.0),
    )


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
            "shared": found.shared,
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
        name="quick-reexport",
        title="Out again at once",
        source=f"{FLAGS}; RF30",
        needs=("imports",),
        on=("export",),
        judge=quick_reexport,
        points=2.0,
        parameters={
            "soon": 0.5,  # more than half of such goods stay longer
            "level": 1.2,  # less the share that was sooner: it says most up to a fifth, and less beyond
            "of_a_part": 0.6,  # if less than nearly all leaves of a lot
            "of_bought": 0.75,  # if another firm had imported it
            "of_each_again": 0.15,  # goods item that the firm passed through before
            "most_again": 4.0,
            "of_others": 0.4,  # than of the priority list
            "least": 0.3,  # nothing is said of what is worth less
            "to RU": 1.0,
            "to BY": 1.0,  # countries of concern: where the goods may not go
            "to others": 0.75,
        },
        text=(
            "{exporter} sends {hs} to {country} ({document}) {after} after it came from {source}: "
            "{rank:.0%} of such goods leave or are used up sooner. It is {share:.0%} of what was imported."
        ),
        advice="Hold the goods; ask for the contract of import and of export, and who the end user is.",
    ),
    Typology(
        name="quick-resales",
        title="A chain of quick resales",
        source=f"{FLAGS}; shell chains (RF34)",
        needs=("waybills",),
        on=("waybill", "export"),
        judge=quick_resales,
        points=1.5,
        parameters={
            "least_holders": 3.0,  # two quick hands are ordinary trade
            "of_each_more": 0.25,
            "of_others": 0.5,
        },
        text=(
            "{hs} went through {count} firms one after the other ({firms}), with whom it lay {hours} in "
            "all; one firm usually keeps it {usual}. The latest paper is {document}."
        ),
        advice="Ask each firm what it paid and why it bought; look who stands behind the last one.",
    ),
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
