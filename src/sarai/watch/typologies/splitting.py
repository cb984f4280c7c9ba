"""Orders cut into pieces: consignments of the same goods that crowd within days under one ceiling.

That they crowd is held against chance: if so large a share of others' consignments of the code is
worth as much, so many of so many are by a binomial chance. A standing order crowds too, but it
did so before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import comb, exp, log
from typing import NamedTuple

from sarai.watch.finding import Finding
from sarai.watch.memory import Memory
from sarai.watch.memory.money import Money
from sarai.watch.memory.parcels import Parcel, keys_of, parcel_of
from sarai.watch.memory.traders import listed
from sarai.watch.phrases import Phrase, phrase
from sarai.watch.seen import DAY_US, Seen
from sarai.watch.typologies.telling import goods_of
from sarai.watch.typology import Parameters, Typology

MONTH_US = 30 * DAY_US


class Crowd(NamedTuple):
    """Consignments worth little less than one ceiling, out of so many of the same days.

    ``chance`` is that of so many lying so close together; ``legal`` names a ceiling of the law.
    """

    parcels: tuple[Parcel, ...]
    of: int
    chance: float
    legal: Phrase | None


def splitting(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """Consignments of one code, by one firm or linked ones, crowd within days under a ceiling."""
    money = memory.goods.money
    parcel = None if seen.former else parcel_of(seen, money)
    if parcel is None:
        return
    latest = memory.parcels.latest
    crowds = [
        crowd
        for key in keys_of(parcel, memory.given.register)
        if len(latest.get(key, ())) + 1 >= given["least"]
        and (crowd := _crowd(parcel, latest[key], memory, given)) is not None
    ]
    if not crowds:
        return
    crowd = min(crowds, key=lambda each: each.chance)
    firms = tuple(dict.fromkeys(each.firm for each in reversed(crowd.parcels)))
    highest = exp(max(each.worth for each in crowd.parcels))
    ceiling = phrase("{amount:,.0f} {currency}", amount=highest, currency=money.measure)
    yield Finding(
        subject=f"{min(firms)} {parcel.kind} {parcel.hs} {seen.time // MONTH_US}",
        parties=firms,
        lots=tuple(dict.fromkeys(lot for each in crowd.parcels for lot in each.lots)),
        facts={
            "count": len(crowd.parcels),
            "of": crowd.of,
            "kind": phrase(parcel.kind),
            "goods": goods_of(seen.lines),
            "firms": firms,
            "ceiling": crowd.legal or ceiling,
            "days": (parcel.time - min(each.time for each in crowd.parcels)) / DAY_US,
            "documents": [each.document for each in crowd.parcels],
            "odds": 1 / crowd.chance,
        },
        entries=tuple(each.entry for each in crowd.parcels if each.entry != parcel.entry),
        strength=(1.0 if listed(seen.lines) else given["of_other_goods"])
        * (given["linked"] if len(firms) > 1 else 1.0),
    )


def _crowd(parcel: Parcel, earlier: Sequence[Parcel], memory: Memory, given: Parameters) -> Crowd | None:
    """The crowd that a consignment belongs to, if it is one that chance and habit do not explain."""
    since = parcel.time - given["window_days"] * DAY_US
    lately = [each for each in earlier if each.time >= since] + [parcel]
    top = max(each.worth for each in lately if each.worth <= parcel.worth + given["band"])
    low = top - given["band"]
    within = tuple(each for each in lately if low <= each.worth <= top)
    habit = sum(1 for each in earlier if each.time < since and low <= each.worth <= top)
    crowded = len(within) >= max(given["least"], given["least_share"] * len(lately))
    if not crowded or habit >= given["habit"]:
        return None
    share = _usual_share(parcel, low, top, within[:-1], memory, given)
    chance, legal = _at_least(len(within), len(lately), share), _legal(within, memory.goods.money, given)
    return (
        Crowd(within, len(lately), chance, legal)
        if chance <= given["chance_legal" if legal else "chance"]
        else None
    )


def _usual_share(
    parcel: Parcel, low: float, top: float, known: Sequence[Parcel], memory: Memory, given: Parameters
) -> float:
    """The share of others' consignments of the code that are worth as much.

    Where few are known it is drawn towards a high one: of such goods every load may be worth the same.
    """
    usual = memory.parcels.sizes.get(f"{parcel.kind} {parcel.hs}")
    worths = usual.values if usual is not None else ()
    inside = sum(1 for worth in worths if low <= worth <= top)
    prior, others = given["prior_known"], max(0, len(worths) - len(known))
    return (max(0, inside - len(known)) + prior * given["prior_share"]) / (others + prior)


def _at_least(part: int, whole: int, share: float) -> float:
    """The chance that at least so many of so many are where such a share is."""
    return sum(comb(whole, n) * share**n * (1 - share) ** (whole - n) for n in range(part, whole + 1))


def _legal(parcels: Sequence[Parcel], money: Money, given: Parameters) -> Phrase | None:
    """The threshold of the law that all of them stay under by little, if there is one."""
    for name, amount in given.items():
        what, _, currency = name.partition("_")
        rate = money.rate(currency.upper()) if what == "ceiling" else None
        if rate is None:
            continue
        ceiling = log(amount) + rate
        if all(ceiling - given["near"] <= each.worth <= ceiling + given["rounding"] for each in parcels):
            return phrase(
                "the threshold of {amount:,.0f} {currency}", amount=amount, currency=currency.upper()
            )
    return None


ROWS = (
    Typology(
        name="splitting",
        title="An order cut into consignments under a ceiling",
        source="FinCEN and BIS, FIN-2023-Alert004, May 2023 (consignments split)",
        needs=("values", "register"),
        on=("import", "export"),
        judge=splitting,
        points=2.0,
        parameters={
            "least": 4.0,  # consignments
            "least_share": 0.7,  # of those of the code within the window
            "window_days": 10.0,
            "band": 0.25,  # logarithm: from four fifths of the ceiling up to it
            "habit": 2.0,  # as many earlier ones of the same size are a standing order
            "prior_share": 0.25,  # of others' consignments worth as much, where none are known
            "prior_known": 4.0,  # that this counts as
            "chance": 1e-3,  # that so many of them lie together by chance
            "chance_legal": 3e-2,  # the same, close under a threshold of the law
            "near": 0.3,  # logarithm, below the threshold
            "rounding": 0.08,  # above it: rates are known about so well
            "ceiling_eur": 1_000.0,  # simplified declaration of exports, EU and EAEU
            "ceiling_usd": 10_000.0,  # reports of payments and declarations of value
            "of_other_goods": 0.6,
            "linked": 1.5,  # several firms that share something cut one order: hardly an accident
        },
        text=(
            "Within {days:.1f} days {count} {kind} consignments of {goods} by {firms} stay close under "
            "{ceiling}, of {of} in all: {documents}. By chance that happens once in {odds:,.0f} times."
        ),
        advice="Take the consignments as one; ask who ordered them, and who set the size of the orders.",
    ),
)
