"""Who trades: firms too new, grown too fast, of another trade, go-betweens, and those often refused."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, log, sqrt

from sarai.goods import Export, Import, Party, Regime, Transit, Waybill
from sarai.watch.finding import Finding
from sarai.watch.memory import Memory
from sarai.watch.memory.traders import PRIORITY, TURNED_BACK, Trader, listed, sender, value_of
from sarai.watch.phrases import Phrase, phrase
from sarai.watch.seen import DAY_US, REFUSED, Seen, owner
from sarai.watch.typologies.business import MISFIT, misfits
from sarai.watch.typologies.telling import called, goods_of, lots_of
from sarai.watch.typology import Parameters, Typology

MONTH_US = 30 * DAY_US

REFUSED_PAPERS = "documents about its goods were refused by the book"
TURNED_BACK_PAPERS = "waybills that it sent were declined, revoked or expired"

# Stems in the languages of the region, and codes of ISIC rev. 4 and its national versions.
GO_BETWEENS = (
    "forward", "freight", "logistic", "warehous", "storage", "bank", "postal", "courier", "express",
    "экспед", "логист", "склад", "хранен", "банк", "почт", "курьер", "пошта", "қойма", "52.", "53.", "64.",
)  # fmt: skip


def newcomer(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """Goods of the priority list come to, or leave, a firm founded lately or new to such goods."""
    party, lines = _principal(seen), listed(seen.lines)
    if party is None or not lines:
        return
    age_days = memory.given.register.age_days(party.id, seen.time)
    young = age_days is not None and age_days < given["young_days"]
    new = [phrase("was founded {days} days before", days=age_days)] if young else []
    new += _firsts(seen, memory, memory.traders.of.get(party.id), given)
    if not new:
        return
    yield Finding(
        subject=f"{party.id} {seen.time // MONTH_US}",
        parties=(party.id,),
        lots=lots_of(seen, lines),
        facts={
            "document": seen.name,
            "firm": called(party),
            "how_new": new,
            "goods": goods_of(lines),
        },
        strength=1.0 if young else given["only_first"],
    )


def _firsts(seen: Seen, memory: Memory, trader: Trader | None, given: Parameters) -> list[Phrase]:
    """What a firm does for the first time, in a book that has seen enough for that to tell."""
    traders, most, least = memory.traders, given["usual_firsts"], given["least_deeds"]
    if seen.time - traders.began < given["history_days"] * DAY_US:
        return []
    new = []
    if (trader is None or not trader.priority) and traders.dealt.are_rare(most, least):
        new.append(phrase("deals in such goods for the first time"))
    imports = isinstance(seen.document, Import) and seen.document.regime is Regime.HOME_USE
    if imports and (trader is None or trader.imports is None) and traders.imported.are_rare(most, least):
        new.append(phrase("imports for the first time"))
    return new


def growth(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """Imports rise far above their height of the past, and by more than others' do."""
    document = seen.document
    if not isinstance(document, Import) or document.regime is not Regime.HOME_USE or seen.former:
        return
    traders = memory.traders
    trader = traders.of.get(document.importer.id)
    if trader is None or trader.imports is None or traders.growth.count < given["least_known"]:
        return
    lines = listed(document.lines)
    for imports, of, strength in (
        (trader.listed_imports if lines else None, lines, 1.0),
        (trader.imports, document.lines, 1.0 if lines else given["of_other_goods"]),
    ):
        if imports is None or imports.count < given["least_imports"]:
            continue
        past, level = imports.past(seen.time), imports.after(seen.time, value_of(of, memory.goods.money))
        if not past or level < given["least_times"] * past:
            continue
        off = traders.growth.off(log(level / past), given["least_spread"])
        if off >= given["spreads"]:
            yield Finding(
                subject=f"{document.importer.id} {seen.time // MONTH_US}",
                parties=(document.importer.id,),
                lots=lots_of(seen, of),
                facts={
                    "document": seen.name,
                    "firm": called(document.importer),
                    "times": level / past,
                    "usual_times": exp(traders.growth.middle),
                    "before": imports.count,
                    "what": phrase("goods of the priority list") if of is lines else phrase("goods"),
                    "goods": goods_of(of),
                },
                strength=strength,
            )
            return


def unfit(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """Goods that hardly any firm of such an activity deals in, for the first time with this firm.

    Inside the country only those of the priority list: who has not sold something odd on to a neighbour.
    """
    inside = isinstance(seen.document, Waybill)
    party = seen.document.consignee if inside else _principal(seen)
    words = memory.given.register.words(party.id) if party is not None else ()
    if not words:
        return
    trader = memory.traders.of.get(party.id)
    lines = listed(seen.lines) if inside else seen.lines
    odd = list(misfits(lines, memory.traders.dealing, words, trader.headings if trader else "", given))
    if not odd:
        return
    worst = min(odd, key=lambda each: (each.heading != PRIORITY, each.fit.share, each.line.item))
    lines = [each.line for each in odd]
    yield Finding(
        subject=f"{party.id} {worst.heading}",
        parties=(party.id,),
        lots=lots_of(seen, lines),
        facts={
            "document": seen.name,
            "firm": called(party),
            "activity": memory.given.register.get(party.id).activity,
            "goods": goods_of(lines),
            **worst.facts,
        },
        strength=1.0 if listed(lines) else given["of_other_goods"],
    )


def final_go_between(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """A forwarder, store, bank or post is importer into home use, or the last to receive."""
    document, party = seen.document, None
    if isinstance(document, Import):
        party = document.importer if document.regime is Regime.HOME_USE else None
    elif isinstance(document, Waybill):
        party = document.consignee if document.consignee.id != document.consignor.id else None
    elif isinstance(document, Transit):
        party = document.consignee
    words = memory.given.register.words(party.id) if party is not None else ()
    if not any(word == "post" or word.startswith(GO_BETWEENS) for word in words):
        return
    lines = listed(seen.lines)
    yield Finding(
        subject=f"{party.id} {seen.name}",
        parties=(party.id,),
        lots=lots_of(seen, lines or seen.lines),
        facts={
            "document": seen.name,
            "firm": called(party),
            "activity": memory.given.register.get(party.id).activity,
            "goods": goods_of(lines or seen.lines),
        },
        strength=1.0 if lines else given["of_other_goods"],
    )


def often_refused(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """A firm's waybills are given back, or its papers refused, far more often than others'."""
    traders = memory.traders
    if seen.kind == REFUSED:
        party = owner(seen.document)
        trader = traders.of.get(party.id) if party is not None else None
        told, of_all = REFUSED_PAPERS, traders.everybody
        pair = (trader.refused + 1, trader.posted + trader.refused + 1) if trader else None
        usual = of_all.refused / max(1, of_all.posted + of_all.refused)
    elif seen.document.decision in TURNED_BACK:
        trader = traders.of.get(sender(seen))
        told, of_all = TURNED_BACK_PAPERS, traders.everybody
        pair = (trader.turned_back + 1, trader.sent) if trader else None
        usual = of_all.turned_back / max(1, of_all.sent)
    else:
        return
    if pair is None or of_all.posted < given["least_known"] or not _is_often(*pair, usual, given):
        return
    firm = party.id if seen.kind == REFUSED else sender(seen)
    yield Finding(
        subject=f"{firm} {seen.kind} {seen.recorded // MONTH_US}",
        parties=(firm,),
        facts={"firm": firm, "back": pair[0], "of": pair[1], "told": phrase(told), "usual": usual},
    )


def _is_often(back: int, of: int, usual: float, given: Parameters) -> bool:
    expected = of * usual
    return (
        back >= given["least"]
        and back >= given["times"] * expected
        and back - expected >= given["spreads"] * sqrt(max(expected * (1 - usual), 1.0))
    )


def _principal(seen: Seen) -> Party | None:
    """Who brings goods into the country or takes them out."""
    document = seen.document
    if isinstance(document, Transit):
        return document.consignee
    return owner(document) if isinstance(document, Import | Export) else None


ROWS = (
    Typology(
        name="priority-newcomer",
        title="Priority goods with a newcomer",
        source="FinCEN and BIS, FIN-2023-Alert004, May 2023; BIS red flag indicators",
        needs=("register",),
        on=("import", "export", "transit"),
        judge=newcomer,
        points=1.5,
        parameters={
            "young_days": 365.0,  # the guidance's "little or no business background"
            "only_first": 0.5,  # an old firm that is new to such goods: many begin something new
            "history_days": 14.0,  # a younger book does not know who is new
            "least_deeds": 50.0,
            "usual_firsts": 0.2,  # where more of the deeds are a firm's first, a first one tells nothing
        },
        text="{firm} {how_new: and }; document {document} is about {goods}.",
        advice="Ask for the contract, the end user and where the money comes from; visit the firm's address.",
    ),
    Typology(
        name="sudden-growth",
        title="Imports grow far above a firm's past",
        source="FinCEN and BIS, FIN-2023-Alert004, May 2023",
        needs=("values",),
        on=("import",),
        judge=growth,
        points=0.75,
        parameters={
            "least_imports": 8.0,  # of a past
            "least_times": 4.0,  # the height of the past
            "least_known": 50.0,  # imports of all firms, before it is known how they grow
            "spreads": 4.5,
            "least_spread": 0.3,  # a third more or less is nothing
            "of_other_goods": 0.4,
        },
        text=(
            "With {document} {firm} has imported {times:.1f} times as much {what} within days as in the "
            "busiest days of its past of {before} imports ({goods})."
        ),
        advice="Compare contracts and payments with the firm's staff, stores and tax returns.",
    ),
    Typology(
        name="unfit-business",
        title="Goods do not fit the firm's business",
        source="BIS red flag indicators",
        needs=("register",),
        on=("import", "export", "waybill"),
        judge=unfit,
        points=0.9,  # with a newcomer, or with goods written off, it raises nothing: they go together
        parameters={
            **MISFIT,
            "of_other_goods": 0.4,
        },
        text=(
            '{firm} is registered as "{activity}"; document {document} is about {goods}. Of {firms} firms '
            'with "{word}" in their activity, {dealing} deal in {heading}, of all firms '
            "{everywhere}."
        ),
        advice="Ask what the firm does with the goods and to whom it sells them.",
    ),
    Typology(
        name="forwarder-final",
        title="A forwarder, store, bank or post as the last to receive",
        source="BIS red flag indicators; FinCEN and BIS, FIN-2023-NTC2, November 2023",
        needs=("register",),
        on=("import", "waybill", "transit"),
        judge=final_go_between,
        points=1.5,
        parameters={"of_other_goods": 0.4},  # a forwarder buys lorries and computers too
        text=(
            '{firm}, registered as "{activity}", is the last to receive {goods} by {document}; such firms '
            "hold goods for others and have little use for them."
        ),
        advice="Ask for whom the goods are; take the consignee out of the waybill before they go on.",
    ),
    Typology(
        name="refused-pattern",
        title="Papers refused or given back in a pattern",
        source="Tax authorities' typologies of virtual warehouses",
        needs=("waybills",),
        on=("answer", REFUSED),
        judge=often_refused,
        points=1.0,
        parameters={
            "least": 5.0,
            "times": 4.0,  # what is usual
            "spreads": 6.0,  # of chance alone; papers hang together, so it takes more
            "least_known": 500.0,  # documents of all firms, before it is known what is usual
        },
        text="{firm}: {back} of {of} {told}; {usual:.1%} are usual.",
        advice="Look at who declines them and why; compare the goods with the stock that is really there.",
    ),
)
