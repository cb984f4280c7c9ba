"""How transits end: too late or never, elsewhere, with goods missing."""

from __future__ import annotations

from collections.abc import Iterator

from sarai.goods import Exit, FactCode
from sarai.ledger.rows import from_us
from sarai.watch.finding import Finding
from sarai.watch.memory import Memory
from sarai.watch.memory.places import UNNAMED
from sarai.watch.memory.routes import surprise
from sarai.watch.memory.transits import missing
from sarai.watch.memory.underway import ODD, Underway
from sarai.watch.phrases import Phrase, phrase
from sarai.watch.seen import DAY_US, DUE, Seen
from sarai.watch.typologies import diversions, seals
from sarai.watch.typologies.consignments import consignment_name, finding, weight
from sarai.watch.typology import Parameters, Typology


def overdue(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """A transit that has not ended by its deadline, nor by the time that late papers usually come."""
    what, _, name = seen.reference.partition(" ")
    underway = memory.transits.open.get(name) if what in ("deadline", "overdue") else None
    if underway is None or underway.seized or seen.time < underway.deadline:
        return
    last = underway.last
    odd = last is not None and (
        last.event in ODD or bool(memory.transits.ways.astray(underway, last, last.point))
    )
    if what == "deadline":
        days = given["least_grace_days"] if odd else _grace_days(memory, underway, given)
        memory.due.set(underway.deadline + int(days * DAY_US), f"overdue {name}")
        return
    if not memory.transits.flow.is_usual(underway.deadline, seen.time):
        memory.due.set(seen.time + DAY_US, seen.reference)
        return
    there = last is not None and last.event == "removed" and last.place in ("", underway.destination)
    paper, worth = _what_tells(underway, there, odd, given)
    yield finding(
        name,
        underway,
        {
            "deadline": from_us(underway.deadline),
            "days": round((seen.time - underway.deadline) / DAY_US, 1),
            "tells": paper,
        },
        parties=() if worth < 1 else underway.parties(),
        entries=(*((last.entry,) if last else ()), *((underway.refused,) if underway.refused else ())),
        strength=worth,
    )


def _grace_days(memory: Memory, underway: Underway, given: Parameters) -> float:
    usual = memory.transits.late_days.of(underway.route, given["least_seen"])
    if usual is None:
        return given["unknown_grace_days"]
    late = given["beyond"] * usual.quantile(given["quantile"])
    return min(max(given["least_grace_days"], late), given["most_grace_days"])


def _what_tells(underway: Underway, there: bool, odd: bool, given: Parameters) -> tuple[Phrase, float]:
    """What else is known of a transit that is overdue, and what the delay is worth for it."""
    if underway.refused:
        return phrase("Its arrival or exit was handed in and refused by the book"), given["paper_is_lost"]
    if there:
        return phrase("Its seal was removed there, so the paper may be lost"), given["paper_is_lost"]
    worth = max(weight(underway, given), given["of_odd_seal"] if odd else 1.0)
    if underway.last is None:
        return phrase("No seal has told of it"), worth
    return phrase("Its seal last reported {report}", report=seals.REPORTS[underway.last.event]), worth


def exit_elsewhere(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """Goods leave that were declared for here, or for another country, or by another post."""
    document: Exit = seen.document
    underway = memory.transits.known(document)
    if underway is None:
        return
    goal, worth, how = _other_goal(seen, memory, underway, given)
    if not worth:
        return
    yield finding(
        consignment_name(document),
        underway,
        {"goal": goal, "post": document.place, "country": document.country, "how": how},
        parties=underway.parties() if worth == 1 else (),
        strength=worth * weight(underway, given),
    )


def _other_goal(
    seen: Seen, memory: Memory, underway: Underway, given: Parameters
) -> tuple[Phrase | str, float, Phrase | str]:
    """Where goods that leave were to go, what the difference is worth, and how it came about."""
    document, transits = seen.document, memory.transits
    declared = transits.ways.places.away(underway.declared, underway.meant)
    through_unsaid = not underway.declared and document.place == underway.meant
    if declared in (document.country, UNNAMED) or through_unsaid:
        if all(fact.code != FactCode.EXITED_ELSEWHERE for fact in seen.facts):
            return "", 0.0, ""
        return _beyond(underway.meant, document.country), given["another_post"], ""
    goal = (
        _beyond(underway.meant, declared)
        if declared
        else phrase("{place}, in the country", place=underway.meant)
    )
    if document.country == underway.country:
        return goal, given["back"], phrase(", from where it came")
    if transits.ways.places.away(underway.bound, underway.destination) == document.country:
        return goal, given["ordered"], phrase(", as was ordered on its way")
    return goal, 1.0, ""


def _beyond(place: str, country: str) -> Phrase:
    return phrase("{place}, for {country}", place=place, country=country)


def missing_goods(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """Of an item more is missing at the end of the way than is usual for its code."""
    if all(fact.code != FactCode.SHORTAGE for fact in seen.facts):
        return
    name = consignment_name(seen.document)
    underway = memory.transits.known(seen.document)
    if underway is None:
        return
    goods_of = {goods.item: goods for goods in underway.goods}
    for item, share in missing(seen).items():
        goods = goods_of.get(item)
        usual = memory.transits.short_share.of(goods.hs if goods else "", given["least_seen"])
        if usual is None:
            continue
        bound = max(given["least_share"], given["beyond"] * usual.quantile(given["quantile"]))
        if share <= bound:
            continue
        listed = goods is not None and goods.tier
        yield finding(
            name,
            underway,
            {
                "item": item,
                "hs": goods.hs if goods else phrase("not known"),
                "share": share,
                "bound": bound,
                "end": seen.document.place,
            },
            subject=f"{name} {item}",
            strength=(given["of_priority_goods"] if listed else 1.0)
            * (given["of_most"] if share >= given["most"] else 1.0),
        )


def lateness(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """Somebody's transits end late far more often than all others'."""
    underway = memory.transits.of(seen.document)
    if underway is None or underway.part or seen.time <= underway.deadline:
        return
    for role, party in underway.roles():
        own, all_ = memory.transits.tallies.of(role, party)
        late, ended = own.late + 1, own.ended + 1
        others, others_late = all_.ended - own.ended, all_.late - own.late
        if late < given["least_late"] or others < given["least_others"]:
            continue
        usual = (others_late + 0.5) / (others + 1)
        if surprise(late, ended, usual) < given["surprise"] or late / ended < given["times"] * usual:
            continue
        yield finding(
            consignment_name(seen.document),
            underway,
            {"role": phrase(role), "party": party, "late": late, "ended": ended, "usual": usual},
            subject=f"{role} {party}",
            parties=(party,) if role == "consignee" else (),
            strength=1.0,
        )


GUARANTEE = "Revised Kyoto Convention, specific annex E1"

ROWS = (
    Typology(
        name="transit-overdue",
        title="Transit never discharged",
        source=f"{GUARANTEE}; OCCRP, February 2024",
        needs=("transits",),
        on=(DUE,),
        judge=overdue,
        points=2.0,
        # Papers come late, and lorries too: the grace is half as much again as nearly all on the route have
        # needed, and ten days while too few have ended to tell; but one day where the seal was odd. A seal
        # removed at the destination, or an end that was refused, says that a paper is lost: a curiosity.
        parameters={
            "least_grace_days": 1.0, "unknown_grace_days": 10.0, "most_grace_days": 30.0, "beyond": 1.5,
            "quantile": 0.995, "least_seen": 200, "of_priority_goods": 1.5, "of_odd_seal": 1.5,
            "paper_is_lost": 0.2,
        },
        text=(
            "Transit {consignment} ({goods:; }) was due at {destination} by {deadline:%d %B %Y}; {days} days "
            "later no arrival or exit is in the book. {tells}."
        ),
        advice="Ask the carrier and the post of destination; look for the vehicle; call on the guarantee.",
    ),
    Typology(
        name="exit-elsewhere",
        title="Left otherwise than declared",
        source=f"{GUARANTEE}; Tri-Seal compliance note, 2 March 2023",
        needs=("transits",),
        on=("exit",),
        judge=exit_elsewhere,
        points=2.5,
        # Another post on the way to the same country is a queue avoided (0.5); goods that go back to where
        # they came from were refused, mostly. Where it was ordered, the order has been weighed already.
        parameters={"of_priority_goods": 1.5, "another_post": 0.2, "back": 0.4, "ordered": 0.2},
        text=(
            "Transit {consignment} ({goods:; }; consignee {consignee}) was declared for {goal}, and left "
            "at {post} for {country}{how}."
        ),
        advice="Ask abroad, by mutual assistance, what came in; ask who ordered it; call on the guarantee.",
    ),
    Typology(
        name="repeated-lateness",
        title="Late again and again",
        source=GUARANTEE,
        needs=("transits",),
        on=("arrival", "exit"),
        judge=lateness,
        points=1.5,
        # Chance explains it in fewer than 1 of a million parties (e to the 14th).
        parameters={"least_late": 5, "least_others": 100, "surprise": 14.0, "times": 3.0},
        text=(
            "Of {ended} transits with {party} as {role}, {late} ended after their deadline; of all others "
            "{usual:.1%} do."
        ),
        advice="Ask for the reasons; raise the guarantee; have the next ones sealed and followed.",
    ),
    Typology(
        name="missing-goods",
        title="Goods missing at the end of the way",
        source=f"{GUARANTEE}; Directive (EU) 2020/262, article 7 (losses)",
        needs=("transits",),
        on=("arrival", "exit"),
        judge=missing_goods,
        points=1.5,
        # Thrice what 98 of 100 lose of that code, and 2 % at the least: what dries or spills is less.
        parameters={
            "of_priority_goods": 1.5, "least_share": 0.02, "beyond": 3.0, "quantile": 0.98, "least_seen": 40,
            "most": 0.5, "of_most": 1.5,
        },
        text=(
            "Of item {item} ({hs}) of transit {consignment}, {share:.1%} was missing at {end}; "
            "{bound:.1%} would be far beyond what is usual for such goods."
        ),
        advice="Count again; compare seals and weights on the way; ask the carrier, who is liable.",
    ),
    *diversions.ROWS,
    *seals.ROWS,
)  # fmt: skip
