"""Orders on the way: goods under customs control are sent elsewhere, or to somebody else."""

from __future__ import annotations

from collections.abc import Iterator

from sarai.watch.finding import Finding
from sarai.watch.memory import Memory
from sarai.watch.memory.routes import surprise
from sarai.watch.memory.transits import Order
from sarai.watch.phrases import Phrase, phrase
from sarai.watch.seen import HOUR_US, Seen, name_of
from sarai.watch.typologies.consignments import finding, weight
from sarai.watch.typology import Parameters, Typology


def diverted(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """On their way, goods are sent to another country, or to another place here."""
    transits = memory.transits
    for order in transits.orders(seen):
        underway, country = order.underway, transits.sent_to(order)
        if country:
            worth = _abroad(memory, order, country, given)
        elif order.destination != underway.destination and not transits.ways.places.away(
            underway.bound, underway.meant
        ):
            worth = given["inland"]
        else:
            continue
        hours = (_told(seen) - underway.time) / HOUR_US
        if seen.former and hours < given["slip_h"]:
            worth *= given["slip"]
        by, stranger = _who(seen, order)
        reason = getattr(seen.document, "reason", "")
        yield finding(
            order.name,
            underway,
            {
                "former": underway.destination,
                "destination": order.destination,
                "country": phrase("in {country}", country=country) if country else "",
                "by": by,
                "document": name_of(seen.document),
                "hours": round(hours),
                "why": phrase("Reason given: {reason}.", reason=reason) if reason else "",
            },
            subject=f"{order.name} {country or order.destination}",
            parties=underway.parties() if country and country != underway.country else (),
            strength=worth * weight(underway, given) * (given["of_stranger"] if stranger else 1.0),
        )


def _abroad(memory: Memory, order: Order, country: str, given: Parameters) -> float:
    """What it is worth that goods are sent to another country."""
    underway = order.underway
    former = memory.transits.ways.places.away(underway.bound, underway.destination)
    worth = 1.0 if former else given["from_inland"]
    if country == underway.country:
        worth *= given["back"]
    return worth * (given["where_often"] if memory.transits.share("sent abroad") > given["often"] else 1.0)


def _who(seen: Seen, order: Order) -> tuple[str | Phrase, bool]:
    """Who gives the order, in words, and whether it is nobody whose business it is known to be."""
    issuer = seen.document.issuer
    for role, party in order.underway.roles():
        if issuer == party:
            return phrase("its {role} {party}", role=phrase(role), party=issuer), False
    return issuer, not order.name.startswith(f"{issuer}/")


def _told(seen: Seen) -> int:
    """When an order was given; a correction bears the time of what it corrects, so when it was known."""
    return seen.recorded if seen.former else seen.time


def last_minute(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """Consignee, destination or country change when most of the way is behind."""
    transits = memory.transits
    for order in transits.orders(seen):
        underway = order.underway
        consignee = order.consignee != underway.consignee and bool(underway.consignee)
        country = bool(transits.sent_to(order))
        if not (consignee or country or order.destination != underway.destination):
            continue
        usual = transits.hours.of(underway.route, given["least_seen"])
        hours = (_told(seen) - underway.time) / HOUR_US
        if usual is None or hours < given["of_the_way"] * usual.quantile(0.5):
            continue
        often = transits.share("changed") > given["often"]
        changes = [
            phrase("{what} {now} instead of {then}", what=phrase(what), now=now, then=then)
            for what, now, then, changed in (
                ("consignee", order.consignee, underway.consignee, consignee),
                ("destination", order.destination, underway.destination, True),
                ("country", order.bound, underway.bound or memory.transits.ways.places.home, country),
            )
            if changed and now != then
        ]
        yield finding(
            order.name,
            underway,
            {
                "changes": changes,
                "hours": round(hours),
                "usual_h": round(usual.quantile(0.5)),
                "by": seen.document.issuer,
            },
            strength=weight(underway, given)
            * (1.0 if consignee else given["goal_alone"])
            * (given["where_often"] if often else 1.0),
        )


def diversions_of_one(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """Transits of one party are sent to other countries far more often than all others'."""
    transits = memory.transits
    for order in transits.orders(seen):
        if order.underway.part or not transits.sent_to(order):
            continue
        for role, party in order.underway.roles():
            own, all_ = transits.tallies.of(role, party)
            sent, others, others_sent = own.abroad + 1, all_.begun - own.begun, all_.abroad - own.abroad
            if sent < given["least_sent"] or others < given["least_others"]:
                continue
            usual = (others_sent + 0.5) / (others + 1)
            if surprise(sent, own.begun, usual) < given["surprise"]:
                continue
            yield finding(
                order.name,
                order.underway,
                {"role": phrase(role), "party": party, "sent": sent, "begun": own.begun, "usual": usual},
                subject=f"{role} {party}",
                parties=(party,) if role == "consignee" else (),
                strength=1.0,
            )


ORDERS = ("diversion", "split", "transit")

ROWS = (
    Typology(
        name="diverted-before-arrival",
        title="Sent elsewhere on the way",
        source="OCCRP, February 2024; Tri-Seal compliance note, 2 March 2023",
        needs=("transits",),
        on=ORDERS,
        judge=diverted,
        points=2.0,
        # To another country: alone an alert for priority goods, and for others if a stranger orders it.
        # Between stores here (0.5) is everyday. Where more than 1 of 100 are sent abroad it says less; and so
        # does what is corrected on its first day, which was written wrong.
        parameters={
            "of_priority_goods": 1.5, "from_inland": 1.25, "inland": 0.25, "back": 0.5, "of_stranger": 1.2,
            "often": 0.01, "where_often": 0.8, "slip": 0.5, "slip_h": 12.0,
        },
        text=(
            "Transit {consignment} ({goods:; }; consignee {consignee}), bound for {former}, was sent to "
            "{destination}{country: } {hours} hours after it began, by {by} ({document}).{why: }"
        ),
        advice="Stop the goods before they leave; ask who gave the order, on whose account, and for whom.",
    ),
    Typology(
        name="last-minute-consignee",
        title="Changed shortly before the end",
        source="Tri-Seal compliance note, 2 March 2023",
        needs=("transits",),
        on=ORDERS,
        judge=last_minute,
        points=1.0,
        # Goods are sold on the way in honest trade too: a sign beside others. Where they go is weighed apart.
        parameters={
            "of_priority_goods": 1.5, "of_the_way": 0.75, "least_seen": 20, "goal_alone": 0.5,
            "often": 0.05, "where_often": 0.5,
        },
        text=(
            "Transit {consignment} ({goods:; }) was changed by {by}, {hours} hours after it began, "
            "on a way that takes {usual_h}: {changes}."
        ),
        advice="Ask both consignees for contract and payment; see the goods at the end of the way.",
    ),
    Typology(
        name="diversions-of-one",
        title="One party's goods are sent elsewhere",
        source="OCCRP, February 2024",
        needs=("transits",),
        on=ORDERS,
        judge=diversions_of_one,
        points=2.0,
        # Three at the least, and chance explains it in fewer than 1 of 10,000 parties (e to the 9th).
        parameters={"least_sent": 3, "least_others": 50, "surprise": 9.0},
        text=(
            "Of {begun} transits with {party} as {role}, {sent} were sent to another country on their way; "
            "of all others {usual:.1%} are."
        ),
        advice="Go through all transits of this party; have the next ones escorted.",
    ),
)  # fmt: skip
