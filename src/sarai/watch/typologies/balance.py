"""What the book cannot explain: goods out of nothing, returns of nothing, too much made of too little."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, log10

from sarai.goods import FactCode, Import, Waybill
from sarai.reference import priority, units
from sarai.watch.finding import Finding
from sarai.watch.kin import KIN, link
from sarai.watch.memory import Memory
from sarai.watch.memory.chains import yields
from sarai.watch.memory.explained import LENDER, Waiting, lent, whole_of
from sarai.watch.memory.holdings import Held
from sarai.watch.phrases import phrase
from sarai.watch.seen import DAY_US, DUE, HOUR_US, Seen, owner
from sarai.watch.typologies.telling import in_words, quantity_of
from sarai.watch.typology import Parameters, Typology

NO_RETURN = (
    "{share:.0%} of {count} imports of it came from there, and none is known to have left for there, "
    "so it can be no return"
)

CONCERN = {"to RU": 1.0, "to BY": 1.0}
"""Countries of concern, where goods of the priority list may not go."""


# -- out of stock that is not there --------------------------------------------------------------------


def unexplained_export(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """Goods go out of a stock that, by the book, did not have them; and no late paper explains it."""
    if seen.kind == DUE:
        yield from _still_unexplained(seen, memory, given)
        return
    loans = lent(seen) if seen.facts else {}
    for line in seen.lines if loans else ():
        loan = loans.get(line.item)
        listed = bool(priority.tier(line.hs[:6], line.edition))
        if loan is None or (seen.kind != "export" and not listed):
            continue
        whole = whole_of(seen, line.item)
        share, firm = loan.quantity / whole, owner(seen.document).id
        strength = share * _doubt(firm, listed, memory, given) * (1.0 if listed else given["of_others"])
        strength *= given.get(f"of_{seen.kind}", 1.0)
        if strength < given["least"]:
            continue
        yield Finding(
            subject=f"{seen.name} {line.item}",
            facts={
                "firm": firm,
                "hs": line.hs[:6],
                "what": phrase(seen.kind),
                "share": share,
                "then": "",
                "value": f"{line.value} {line.currency}" if line.value else phrase("not stated"),
                "document": seen.name,
                "usual": memory.chains.explained.lately.share,
            },
            parties=(firm,),
            lots=(loan.lot,),
            strength=strength,
        )


def _still_unexplained(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    waiting = _waiting(seen.reference, memory)
    if waiting is None:
        return
    strength = waiting.lack / waiting.whole * given["of_still"] * _doubt(waiting.party, True, memory, given)
    strength *= given.get(f"of_{waiting.kind}", 1.0)
    if strength < given["least"]:
        return
    days = (seen.time - waiting.time) / DAY_US
    yield Finding(
        subject=f"{waiting.document} {waiting.item} still",
        facts={
            "firm": waiting.party,
            "hs": waiting.hs,
            "what": phrase(waiting.kind),
            "share": waiting.lack / waiting.whole,
            "then": phrase("{days:.0f} days later no late paper has explained it.", days=days),
            "value": phrase("see there"),
            "document": waiting.document,
            "usual": memory.chains.explained.lately.share,
        },
        parties=(waiting.party,),
        lots=(waiting.lot,),
        entries=(waiting.entry,),
        strength=strength,
    )


def _waiting(reference: str, memory: Memory) -> Waiting | None:
    what, *numbers = reference.split()
    if what != "unexplained":
        return None
    account, entry, item = map(int, numbers)
    for waiting in memory.chains.explained.waiting.get(account, ()):
        if (waiting.entry, waiting.item) == (entry, item):
            return waiting
    return None


def _doubt(party: str, listed: bool, memory: Memory, given: Parameters) -> float:
    """How much it says: little where papers often fail, and where those of the firm mostly hold."""
    rare = memory.chains.explained.lately.rarity(given["usual"], int(given["least_lines"]))
    return rare * max(given["of_sound"], memory.chains.habits.of(party, listed).share_lent())


# -- returns of nothing --------------------------------------------------------------------------------


def phantom_return(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """Goods come from somebody who never had them, and leave."""
    if isinstance(seen.document, Import):
        yield from _came_from_nowhere(seen, memory, given)
    elif isinstance(seen.document, Waybill):
        yield from _sent_by_nobody(seen, memory, given)
    else:
        yield from _left_under_cover(seen, memory, given)


def _came_from_nowhere(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """Goods of the priority list come from a country that may not have them, and to which none went."""
    document = seen.document
    concern = given.get(f"to {document.country}", 0.0)
    if not concern or document.previous_regime:
        return
    for line in document.lines:
        hs = line.hs[:6]
        if not priority.tier(hs, line.edition) or not memory.chains.is_odd_source(hs, document.country):
            continue
        count, share = memory.chains.source(hs, document.country)
        if memory.chains.went_to.get(hs, {}).get(document.country):
            continue
        yield Finding(
            subject=f"{seen.name} {line.item}",
            facts={
                "firm": document.importer.id,
                "does": phrase("imports from {country}", country=document.country),
                "goods": (hs,),
                "why": phrase(NO_RETURN, share=share, count=count),
                "document": seen.name,
            },
            parties=(document.importer.id,),
            lots=(seen.lot(line.item),),
            strength=given["of_import"] * concern,
        )


def _sent_by_nobody(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """A firm that had nothing sends goods of the priority list, all out of nothing, to another."""
    loans = lent(seen) if seen.facts else {}
    sender, taker = seen.document.consignor.id, seen.document.consignee.id
    had = memory.chains.habits.of(sender, True), memory.chains.habits.of(sender, False)
    if not loans or sender == taker or any(habit.lines > habit.lent for habit in had):
        return
    goods = [
        line
        for line in seen.lines
        if line.item in loans
        and priority.tier(line.hs[:6], line.edition)
        and loans[line.item].quantity >= given["nearly_all"] * whole_of(seen, line.item)
    ]
    if not goods:
        return
    register = memory.given.register
    if not link(register, sender, taker, given["most_sharing"]).worth:
        return  # that a paper lacks speaks for itself; those of one family need not have met for a sale
    rare = memory.chains.explained.lately.rarity(given["usual"], int(given["least_lines"]))
    yield Finding(
        subject=f"{seen.name} sent",
        facts={
            "firm": sender,
            "does": phrase("sends to {taker}", taker=taker),
            "goods": tuple(dict.fromkeys(line.hs[:6] for line in goods)),
            "why": phrase("the book knows of no goods that the sender ever had"),
            "document": seen.name,
        },
        parties=(sender, taker),
        lots=tuple(loans[line.item].lot for line in goods),
        strength=rare * given["of_waybill"],
    )


def _left_under_cover(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """Goods leave for a country of concern that came from there, or out of nothing by another's hands."""
    document = seen.document
    concern = given.get(f"to {document.country}", 0.0)
    if not concern:
        return
    for movement, giver, held in memory.holdings.drawn_by(seen):
        if not held.listed:
            continue
        back = held.source == f"abroad:{document.country}"
        if back and not memory.chains.is_odd_source(held.hs, document.country):
            continue
        if not (back or (held.source == LENDER and held.hops)):
            continue
        before = in_words((movement.time - held.born) / HOUR_US)
        if back:
            why = phrase("it came from {country} {time} before", country=document.country, time=before)
        else:
            why = phrase("{firm} had it out of nothing {time} before", firm=held.first, time=before)
        yield Finding(
            subject=f"{movement.lot} {document.country}",
            facts={
                "firm": giver.party,
                "does": phrase("exports to {country}", country=document.country),
                "goods": (held.hs,),
                "why": why,
                "document": seen.name,
            },
            parties=(giver.party,),
            lots=(movement.lot,),
            strength=concern
            * given["of_export" if _close(giver.party, held, memory, given) else "of_bought"],
        )


def _close(exporter: str, held: Held, memory: Memory, given: Parameters) -> bool:
    """Whether an exporter had goods first, or belongs together with who had."""
    first = held.first
    return first == exporter or link(memory.given.register, exporter, first, given["most_sharing"]).worth > 0


# -- counted ---------------------------------------------------------------------------------------------


def count_surplus(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """A stock count finds goods of the priority list that no paper explains."""
    surplus = {fact.item: fact.quantity for fact in seen.facts if fact.code == FactCode.COUNT_SURPLUS}
    if not surplus:
        return
    holder, chains = seen.document.holder.id, memory.chains
    opening = seen.time - chains.begun < given["opening_days"] * DAY_US
    for line in seen.lines:
        found = surplus.get(line.item)
        if not found or not priority.tier(line.hs[:6], line.edition):
            continue
        account = next(m.taker for m in seen.movements if m.item == line.item)
        if account not in chains.counted and opening:
            continue  # what was there when the book began
        share = found / units.to_base(line.quantity, line.unit)
        if share < given["least_share"]:
            continue
        yield Finding(
            subject=f"{seen.name} {line.item}",
            facts={
                "holder": holder,
                "hs": line.hs[:6],
                "share": share,
                "counted": quantity_of(line),
                "document": seen.name,
            },
            parties=(holder,),
            lots=(seen.lot(line.item),),
            strength=share,
        )


# -- made ------------------------------------------------------------------------------------------------


def processing_yield(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """Far more is made than the same inputs give elsewhere."""
    document = seen.document
    for item, recipe, yielded in yields(document):
        usual = memory.chains.yields.get(recipe)
        if usual is None or usual.count < given["least_count"]:
            continue
        spreads = usual.off(yielded, given["least_spread"])
        if spreads < given["spreads"]:
            continue
        times = exp(yielded - usual.middle)
        slip = times > 5 and abs(log10(times) - round(log10(times))) < given["slip"]
        yield Finding(
            subject=f"{seen.name} {item}",
            facts={
                "processor": document.processor.id,
                "recipe": recipe,
                "times": times,
                "count": usual.count,
                "slip": phrase("It may be a slip of the pen: a unit or a point.") if slip else "",
                "document": seen.name,
            },
            parties=(document.processor.id,),
            lots=(seen.lot(item),),
            strength=given["of_slip"] if slip else 1.0,
        )


ROWS = (
    Typology(
        name="unexplained-export",
        title="Out of stock that is not there",
        source="The draft rules for sanctioned exports: remaining balance within a day (mondaq 1211634)",
        needs=("imports", "exports"),
        on=("export", "waybill", "consumption", DUE),
        judge=unexplained_export,
        points=1.5,
        parameters={
            "usual": 0.06,  # of lines may lack a paper; where more do, one says less
            "least_lines": 200.0,
            "least": 0.25,  # nothing is said of what is worth less: shrinkage, rounding, one paper of many
            "of_waybill": 0.8,
            "of_consumption": 0.5,  # what is used up here covers no export
            "of_still": 1.25,
            "of_others": 0.4,  # than of the priority list
            "of_sound": 0.35,  # at least, however well the other papers of a firm hold
        },
        text=(
            "{share:.0%} of the {hs} of {document} ({what} of {firm}, value {value}) is in no paper before "
            "it. Lately {usual:.1%} of lines lack a paper.{then: }"
        ),
        advice="Ask the firm for the paper by which the goods came to it; count what else it has.",
    ),
    Typology(
        name="phantom-return",
        title="A return that never was",
        source="Tax authorities' typologies of virtual warehouses; RF32",
        needs=("imports", "exports"),
        on=("import", "waybill", "export"),
        judge=phantom_return,
        points=2.0,
        parameters={
            **CONCERN,
            "nearly_all": 0.9,
            "usual": 0.06,
            "least_lines": 200.0,
            "of_import": 0.75,
            "of_waybill": 0.75,
            "most_sharing": KIN["most_sharing"],
            "of_export": 1.0,
            "of_bought": 0.5,  # from a firm that the exporter has nothing to do with
        },
        text="{firm} {does} {goods} ({document}), but {why}.",
        advice="Ask for the paper of the first delivery; do not let the goods leave until it is found.",
    ),
    Typology(
        name="count-surplus",
        title="Counted, but never come",
        source="Revised Kyoto Convention, specific annex D1: stock control of warehouses",
        needs=("stock counts",),
        on=("stock_count",),
        judge=count_surplus,
        points=2.0,
        parameters={
            "least_share": 0.1,  # of what was counted; less is a slip in counting
            "opening_days": 45.0,  # in which firms first count what they have, when a book begins
        },
        text=("{holder} counted {counted} of {hs} ({document}), of which no paper explains {share:.0%}."),
        advice="Ask where they come from; hold them until a paper shows it.",
    ),
    Typology(
        name="processing-yield",
        title="More made than the inputs give",
        source="Revised Kyoto Convention, specific annex F1, rates of yield",
        needs=("processing",),
        on=("processing",),
        judge=processing_yield,
        points=1.5,
        parameters={
            "least_count": 8.0,  # times that the same was made of the same
            "least_spread": 0.03,  # of the logarithm: yields differ by some per cent
            "spreads": 6.0,
            "slip": 0.03,  # of a power of ten
            "of_slip": 0.3,
        },
        text=(
            "{processor} made {times:.1f} times as much as is usual ({document}: {recipe}; {count} times "
            "known).{slip: }"
        ),
        advice="Inspect the process; weigh one run; see whether other goods were passed off as made.",
    ),
)
