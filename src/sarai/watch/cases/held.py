"""What officers hold, as their orders say: a hold stands until a release of its lot lifts it.

The ledger knows the same by the numbers of the lots. Read off the orders, it asks nothing of the book,
which would have to learn all that was recorded since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sarai.goods import Hold, Release
from sarai.ledger.reading import LotName
from sarai.ledger.whereabouts import HeldLot
from sarai.watch.cases.steps import Step

Held = Mapping[LotName, tuple[HeldLot, ...]]


def held(steps: Iterable[Step]) -> Held:
    """The lots that are held after these steps, each with its holds in the order of their entries."""
    found: dict[LotName, tuple[HeldLot, ...]] = {}
    for entry, _, document in steps:
        if isinstance(document, Hold):
            for lot in _names(document):
                hold = HeldLot(
                    lot, entry, document.issuer, document.number, document.case, document.reason,
                    document.time,
                )  # fmt: skip
                found[lot] = (*found.get(lot, ()), hold)
        elif isinstance(document, Release):
            for lot in _names(document):
                found[lot] = tuple(
                    hold for hold in found.get(lot, ()) if document.case not in ("", hold.case)
                )
    return {lot: holds for lot, holds in found.items() if holds}


def _names(document: Hold | Release) -> list[LotName]:
    return [LotName(lot.issuer, lot.number, lot.item) for lot in document.lots]
