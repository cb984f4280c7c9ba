"""A trace with somebody's eyes: it stops where the visitor's own book ends.

A step is seen if the visitor gave or took. What lies behind a step that is not seen is not looked at,
so a sum of what others did stands in its place, and the figures still add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from sarai.ledger import Account, Destination, LotName, Origin, Step
from sarai.reference import units
from sarai.server.access.eyes import ANOTHER, Eyes
from sarai.server.access.roles import Scope

NO_LOT = LotName(ANOTHER, "", 0)
NO_ACCOUNT = Account(ANOTHER, "", "", "")


def seen_steps(eyes: Eyes, steps: Iterable[Step]) -> list[Step]:
    """The steps that somebody may see, as new ones.

    Goods come back to what is one's own by a step that is seen; a way through two others is cut.
    """
    if eyes.scope is Scope.ALL:
        return list(steps)
    left: list[Step] = []
    waiting = [(left, step) for step in steps]
    for into, step in waiting:  # grows while it is read: trees are deeper than a stack
        if not sees_step(eyes, step):
            continue
        cut = any(not sees_step(eyes, link) for link in step.links)
        shown = replace(
            step,
            document=eyes.document(step.document),
            giver=eyes.account(step.giver),
            taker=eyes.account(step.taker),
            lot=eyes.lot(step.lot),
            links=[],
            cut=step.cut or cut,
        )
        into.append(shown)
        waiting.extend((shown.links, link) for link in step.links)
    return left


def sees_step(eyes: Eyes, step: Step) -> bool:
    """Whether somebody may see a movement."""
    return eyes.scope is not Scope.OWN or eyes.owns((step.giver.party, step.taker.party))


def seen_origins(eyes: Eyes, origins: Sequence[Origin], steps: Sequence[Step]) -> list[Origin]:
    """Where goods came from, by the tree (not yet cut) of the same trace.

    A birth that is not seen is told as another party's, all such of an item and a kind of unit in one. Of a
    document that moved nothing of one's own, nothing is told.
    """
    if eyes.scope is not Scope.OWN:
        return [origin._replace(lot=eyes.lot(origin.lot)) for origin in origins]
    items = {step.item for step in steps if sees_step(eyes, step)}
    origins = [origin for origin in origins if origin.item in items]
    born = {step.lot for step in _seen(eyes, steps) if not step.giver.state}
    left = [
        origin._replace(lot=eyes.lot(origin.lot), low=None, high=None, exact=False)
        for origin in origins
        if origin.lot in born
    ]
    others: dict[tuple[int, int], Origin] = {}
    for origin in origins:
        if origin.lot not in born:
            key = origin.item, origin.dimension
            nothing = Origin(
                origin.item, NO_LOT, "", "", "", "", "", origin.dimension, 0.0, 0.0, None, None, False
            )
            so_far = others.get(key, nothing)
            others[key] = so_far._replace(
                quantity=so_far.quantity + origin.quantity, share=so_far.share + origin.share
            )
    return sorted([*left, *others.values()], key=lambda origin: (origin.item, -origin.share, origin.lot))


def seen_destinations(
    eyes: Eyes, destinations: Sequence[Destination], steps: Sequence[Step]
) -> list[Destination]:
    """Where goods went, by the tree (not yet cut) of the same trace.

    What others did with them is one figure for each kind of unit: also what they sent abroad. Of a document
    that moved nothing of one's own, nothing is told.
    """
    if eyes.scope is not Scope.OWN:
        return [
            each._replace(account=eyes.account(each.account), lot=eyes.lot(each.lot)) for each in destinations
        ]
    if not any(sees_step(eyes, step) for step in steps):  # goods that never were one's own
        return []
    ours = [
        each for each in destinations if each.account.state and each.account.party in eyes.visitor.parties
    ]
    left = [*ours, *_sent_out(eyes, destinations, steps)]
    rest: dict[int, float] = {}
    for each in destinations:
        rest[each.dimension] = rest.get(each.dimension, 0.0) + each.quantity
    for each in left:
        rest[each.dimension] = rest.get(each.dimension, 0.0) - each.quantity
    others = [
        Destination(NO_ACCOUNT, NO_LOT, "", dimension, quantity)
        for dimension, quantity in sorted(rest.items())
        if quantity >= 1  # less is what was lost in rounding
    ]
    return [*sorted(each._replace(lot=eyes.lot(each.lot)) for each in left), *others]


def _sent_out(eyes: Eyes, destinations: Sequence[Destination], steps: Sequence[Step]) -> list[Destination]:
    """What the visitor itself sent abroad, used or lost, by lot."""
    ends = {(each.account, each.lot): each for each in destinations if not each.account.state}
    sums: dict[tuple[Account, LotName], float] = {}
    for step in _seen(eyes, steps):
        end = step.taker, step.lot
        if end in ends and not step.links:
            sums[end] = sums.get(end, 0.0) + units.to_base(step.amount, step.unit)
    return [ends[end]._replace(quantity=quantity) for end, quantity in sums.items()]


def _seen(eyes: Eyes, steps: Iterable[Step]) -> Iterator[Step]:
    """Each step that is seen, as it is in the book."""
    waiting = list(steps)
    for step in waiting:
        if sees_step(eyes, step):
            waiting.extend(step.links)
            yield step
