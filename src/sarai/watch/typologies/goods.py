"""What is traded: values and weights out of line, and goods that cannot be used up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from math import exp, log
from typing import NamedTuple

from sarai.goods import Consumption, Line
from sarai.watch.finding import Finding, Key
from sarai.watch.memory import Memory
from sarai.watch.memory.goods import Norm
from sarai.watch.memory.traders import listed, value_of
from sarai.watch.phrases import Phrase, counted, phrase
from sarai.watch.seen import Seen, owner
from sarai.watch.typologies.business import MISFIT, Misfit, misfits
from sarai.watch.typologies.telling import called, goods_of, lots_of, quantity_of
from sarai.watch.typology import Parameters, Typology

LN10 = log(10)
MAY_BE_SLIP = "It may be a slip of the pen: {slip}."


class Odd(NamedTuple):
    """A line out of line, and by how many spreads."""

    line: Line
    norm: Norm
    spreads: float


# -- values and weights ------------------------------------------------------------------------------


def unit_value(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """A unit is worth far more, or far less, than the same goods usually are."""
    odd = _odd(seen.lines, memory.goods.value_of, given)
    if not odd:
        return
    worst = max(odd, key=lambda each: abs(each.spreads))
    slip, strength = _slip(worst, given), 1.0
    remark: str | Phrase = ""
    if any(_stands(memory, lot, "unit-value") for lot in lots_of(seen, [each.line for each in odd])):
        remark = phrase("The same goods were out of line in a document before: hardly a slip of the pen.")
        strength = given["again"]
    elif slip:
        remark, strength = phrase(MAY_BE_SLIP, slip=slip), given["slip"]
    elif _are_off_alike(worst.norm, memory.goods.mass_of(worst.line, given["least_known"])):
        remark = phrase("Weight per unit is off by the same factor: the quantity may be misstated.")
        strength = given["slip"]
    rate = memory.goods.money.rate(worst.line.currency) or 0.0
    usual = exp(worst.norm.usual.middle - rate)
    unit = phrase("{currency} a unit", currency=worst.line.currency)
    yield _finding(seen, odd, worst, usual, unit, remark, strength)


def piece_weight(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """A unit weighs far more, or far less, than the same goods usually do, but is worth as much as usual.

    Where its value is off by the same factor, it is the quantity, and the unit value tells of it.
    """
    goods, least = memory.goods, given["least_known"]
    odd = [
        each
        for each in _odd(seen.lines, goods.mass_of, given)
        if not _are_off_alike(each.norm, goods.value_of(each.line, least))
    ]
    if not odd:
        return
    worst = max(odd, key=lambda each: abs(each.spreads))
    slip = _slip(worst, given)
    remark = phrase(MAY_BE_SLIP, slip=slip) if slip else ""
    strength = given["slip"] if slip else 1.0
    yield _finding(seen, odd, worst, exp(worst.norm.usual.middle), phrase("kg a unit"), remark, strength)


def _finding(
    seen: Seen,
    odd: Sequence[Odd],
    worst: Odd,
    usual: float,
    what: Phrase,
    remark: str | Phrase,
    strength: float,
) -> Finding:
    party, norm = owner(seen.document), worst.norm
    return Finding(
        subject=seen.name,
        parties=(party.id,),
        lots=lots_of(seen, [each.line for each in odd]),
        facts={
            "document": seen.name,
            "firm": called(party),
            "item": worst.line.item,
            "goods": goods_of([worst.line]),
            "each": _rounded(usual * exp(norm.by)),
            "what": what,
            "usual": _rounded(usual),
            "times": _rounded(exp(abs(norm.by))),
            "direction": phrase("above") if norm.by > 0 else phrase("below"),
            "known": len(norm.usual.values),
            "origin": phrase("from {country}", country=norm.origin) if norm.origin else "",
            "remark": remark,
        },
        strength=strength,
    )


def _rounded(figure: float) -> float:
    """Four digits; more nobody compares."""
    return float(f"{figure:.4g}")


def _odd(
    lines: Iterable[Line], norm_of: Callable[[Line, float], Norm | None], given: Parameters
) -> list[Odd]:
    """The lines that are out of line by many spreads and a large factor, as hardly any were before."""
    odd, least_known, least_log = [], given["least_known"], given["least_log"]
    for line in lines:
        norm = norm_of(line, least_known)
        if norm is None or -least_log < norm.by < least_log:
            continue
        spreads = norm.usual.off(norm.each, given["least_spread"])
        known = len(norm.usual.values)
        wanted = given["spreads"] * (1 + given["doubt"] / known)
        if abs(spreads) >= wanted and _as_far(norm) <= max(1.0, given["share_as_far"] * known):
            odd.append(Odd(line, norm, spreads))
    return odd


def _as_far(norm: Norm) -> int:
    """How many of those known are at least half as far off, to the same side."""
    side, half, middle = (1 if norm.by > 0 else -1), abs(norm.by) / 2, norm.usual.middle
    return sum(1 for each in norm.usual.values if (each - middle) * side >= half)


def _slip(odd: Odd, given: Parameters) -> Phrase | None:
    """What slip of the pen would put a line right, if one would."""
    by, quantity = odd.norm.by, odd.line.quantity
    near = max(given["slip_spreads"] * odd.norm.usual.spread, given["least_slip"])
    tens = round(by / LN10)
    if tens and abs(by - tens * LN10) <= near:
        return counted(
            "a decimal point {count} place off, or a wrong unit",
            "a decimal point {count} places off, or a wrong unit",
            abs(tens),
        )
    for swapped in _swapped(quantity):
        if abs(by + log(float(quantity) / float(swapped))) <= near:
            return phrase("with two digits swapped the quantity is {quantity}", quantity=str(swapped))
    return None


def _swapped(quantity: Decimal) -> Iterator[Decimal]:
    """The quantities that come of swapping two neighbouring digits."""
    digits = f"{quantity:f}"
    for at, (one, other) in enumerate(pairwise(digits)):
        if one != other and "." not in (one, other):
            swapped = Decimal(digits[:at] + other + one + digits[at + 2 :])
            if swapped:
                yield swapped


def _stands(memory: Memory, lot: int, typology: str) -> bool:
    """Whether a typology has found something about a lot before."""
    standing = memory.standing.about.get(str(Key("lot", str(lot))), ())
    return any(stood.typology == typology for stood in standing)


def _are_off_alike(one: Norm, other: Norm | None) -> bool:
    """Whether value and weight of a unit are off by the same factor."""
    return other is not None and abs(one.by - other.by) <= abs(one.by) / 3


# -- goods written off ---------------------------------------------------------------------------------


def consumption_unfit(seen: Seen, memory: Memory, given: Parameters) -> Iterator[Finding]:
    """A firm writes off goods that hardly any firm of its activity uses up, if they are worth a look."""
    document = seen.document
    words = memory.given.register.words(document.holder.id) if isinstance(document, Consumption) else ()
    if not words:
        return
    holder, traders = document.holder, memory.traders
    trader = traders.of.get(holder.id)
    odd = list(misfits(document.lines, traders.using, words, trader.used if trader else "", given))
    chosen = [each for each in odd if listed([each.line])] or odd
    lots = lots_of(seen, [each.line for each in chosen])
    from_newcomer = any(_stands(memory, lot, "priority-newcomer") for lot in lots)
    strength = _worth(chosen, from_newcomer, memory, given)
    if not strength:
        return
    yield Finding(
        subject=seen.name,
        parties=(holder.id,),
        lots=lots,
        facts={
            "document": seen.name,
            "firm": called(holder),
            "activity": memory.given.register.get(holder.id).activity,
            "reason": document.reason or phrase("no reason given"),
            "goods": [_quantity(each.line) for each in chosen],
            "remark": phrase("They came by way of a newcomer.") if from_newcomer else "",
            **chosen[0].facts,
        },
        strength=strength,
    )


def _worth(odd: Sequence[Misfit], from_newcomer: bool, memory: Memory, given: Parameters) -> float:
    """What goods written off weigh, as priority goods and by their value; 0 if they are not worth a look."""
    usual, value = memory.goods.written_off, value_of([each.line for each in odd], memory.goods.money)
    known = bool(value) and usual.count >= given["least_known"]
    spreads = usual.off(log(value), given["least_spread"]) if known else 0.0
    far = any(each.fit.against <= given["far_against"] for each in odd)
    if not any(listed([each.line]) for each in odd):
        return given["of_other_goods"] if far and spreads >= given["dear"] else 0.0
    if from_newcomer:
        return given["from_newcomer"] if spreads >= given["dear_from_newcomer"] else given["cheap"]
    if spreads < given["dear"]:
        return given["cheap"] if far else 0.0
    return given["very"] if far and spreads >= given["very_dear"] else given["only_dear"]


def _quantity(line: Line) -> Phrase:
    return phrase("{quantity} of {goods}", quantity=quantity_of(line), goods=goods_of([line])[0])


def _usual_text(thing: str) -> str:
    return (
        f"{{document}}, item {{item}} ({{firm}}): {{goods}} at {{each:,.10g}} {{what}}; {thing} "
        "{usual:,.10g} is usual, by {known} others{origin: }. That is {times:,.10g} times {direction} it."
        "{remark: }"
    )


OUT_OF_LINE = {
    "least_known": 6.0,  # lines of the same goods
    "spreads": 5.0,  # robust; of what is normal hardly one in a million lies so far
    "doubt": 8.0,  # of so few known, twice as many spreads are wanted; a spread of few is no spread
    "least_spread": 0.1,  # however alike the known are: a tenth more or less is nothing
    "least_log": 0.7,  # twice, or half
    "share_as_far": 0.1,  # of the known may lie half as far: more, and there are two kinds of the goods
    "slip_spreads": 2.0,  # how near the usual a slip must bring it
    "least_slip": 0.25,
    "slip": 0.4,  # slips get corrected, and hide nothing
}

ROWS = (
    Typology(
        name="unit-value",
        title="Unit value out of line",
        source="FinCEN and BIS, FIN-2023-Alert004, May 2023; WCO guide to trade-based laundering",
        needs=("values",),
        on=("import", "export", "transit", "waybill"),
        judge=unit_value,
        points=2.0,
        parameters={**OUT_OF_LINE, "again": 1.25},
        text=_usual_text("worth"),
        advice="Look at the goods or a sample; ask for invoice and payment; compare with other codes.",
    ),
    Typology(
        name="weight-per-piece",
        title="Weight per unit out of line",
        source="BIS red flag indicators; WCO risk indicators for declarations",
        needs=("masses",),
        on=("import", "export", "transit", "waybill"),
        judge=piece_weight,
        points=1.5,
        parameters=OUT_OF_LINE,
        text=_usual_text("a weight of"),
        advice="Weigh a piece; look whether the goods are what the code says.",
    ),
    Typology(
        name="consumption-unfit",
        title="Goods written off that such a firm does not use up",
        source="BIS red flag indicators; Order MF 278 of 15 March 2023, write-offs",
        needs=("register", "values"),
        on=("consumption",),
        judge=consumption_unfit,
        points=2.0,
        parameters={
            **MISFIT,
            "least_alike": 10.0,  # fewer write off than deal
            "share": 0.07,
            "against": 0.85,
            "far_against": 0.4,
            "least_known": 50.0,  # lines of consumption
            "dear": 1.5,  # spreads of their values above the middle
            "very_dear": 2.5,
            "least_spread": 0.3,
            "very": 0.75,
            "only_dear": 0.4,
            "cheap": 0.15,  # a few pieces: a remnant
            "of_other_goods": 0.15,
            "from_newcomer": 0.8,  # goods that came by way of one, and need not be so dear
            "dear_from_newcomer": 1.0,
        },
        text=(
            '{firm}, registered as "{activity}", has written off {goods} by {document} '
            '({reason}). Of {firms} firms with "{word}" in their activity that write goods off, {dealing} '
            "have done so with {heading}; of all firms {everywhere}.{remark: }"
        ),
        advice="Go and look whether the goods are still there; ask for what they were used.",
    ),
)
