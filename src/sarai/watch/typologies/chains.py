"""Goods that go on too fast: out again at once, from hand to hand, or used up as soon as they came."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from sarai.goods import Regime
from sarai.ledger.rows import Movement
from sarai.watch.finding import Finding
from sarai.watch.memory import Memory
from sarai.watch.memory.chains import ENOUGH, Chains, buyer_of, is_whole
from sarai.watch.memory.holdings import Held
from sarai.watch.seen import HOUR_US, Seen, owner
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


# -- used up at once ---------------------------------------------------------------------------------


def used_up_at_once(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """All of a lot of the priority list is written off sooner than most firms pass such goods on."""
    chains = memory.chains
    gone = [draw for draw in memory.holdings.drawn_by(seen) if chains.is_gone_at_once(draw)]
    if not gone or seen.former:
        return
    holder, bought = owner(seen.document).id, any(draw.held.hops for draw in gone)
    lines = len({draw.movement.item for draw in gone})
    hours = min((draw.movement.time - draw.held.since) / HOUR_US for draw in gone)
    usual = chains.gone_at_once.rarity(given["usual"], int(given["least_lines"]))
    yield Finding(
        subject=seen.name,
        facts={
            "holder": holder,
            "goods": tuple(dict.fromkeys(draw.held.hs for draw in gone)),
            "after": in_words(hours),
            "share": chains.gone_at_once.share,
            "reason": seen.document.reason,
            "document": seen.name,
        },
        lots=tuple(dict.fromkeys(draw.movement.lot for draw in gone)),  # a firm's other goods are no matter
        strength=usual * lines / len(seen.lines) * (1.0 if bought else given["of_own_import"]),
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
        name="used-up-at-once",
        title="Written off as soon as it came",
        source="BIS red flag indicators; Order MF 278 of 15 March 2023, write-offs",
        needs=("imports",),
        on=("consumption",),
        judge=used_up_at_once,
        points=1.5,
        parameters={
            "usual": 0.05,  # of lines written off may be like that; where more are, it says less
            "least_lines": 50.0,
            "of_own_import": 0.6,  # who imports a machine for himself may use it at once
        },
        text=(
            "{holder} has written off {goods} of the priority list to the last piece {after} after they came "
            "({document}, {reason}). Lately {share:.1%} of such goods were written off so."
        ),
        advice="Go and look for the goods and for what was made with them, before the trace is cold.",
    ),
)
