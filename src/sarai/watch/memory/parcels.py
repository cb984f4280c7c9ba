"""The latest consignments of one code, by firm and by what firms share, and how large they usually are."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, field

from sarai.goods import Export, Import
from sarai.watch.memory.bounds import forget_idle, forget_oldest
from sarai.watch.memory.money import Money
from sarai.watch.memory.robust import Usual
from sarai.watch.register import Register
from sarai.watch.seen import Seen, name_of, owner

MOST_OF_ONE = 24  # the latest
MOST = 120_000  # under all keys, some 35 MB; those of whom nothing was heard for longest go first
MOST_CODES = 10_000
MOST_SHARE_A_TIE = 12  # more is a business centre


class Parcel(Struct, frozen=True, gc=False):
    """A consignment that crosses the border, by what it mainly holds.

    Attributes
    ----------
    kind
        ``import`` or ``export``.
    worth
        Logarithm of its value in the measure of money.
    """

    entry: int
    time: int
    kind: str
    firm: str
    hs: str
    document: str
    worth: float
    lots: tuple[int, ...]


class Parcels(Struct):
    """By ``kind code firm``, and by what it shares with few others in place of the firm.

    Attributes
    ----------
    sizes
        What consignments are worth, by ``kind code``.
    held
        How many are remembered, under all keys.
    """

    latest: dict[str, tuple[Parcel, ...]] = field(default_factory=dict)
    held: int = 0
    sizes: dict[str, Usual] = field(default_factory=dict)

    def learn(self, seen: Seen, money: Money, register: Register) -> None:
        """Take in a consignment; a corrected one counts already."""
        parcel = None if seen.former else parcel_of(seen, money)
        if parcel is None:
            return
        self.sizes.setdefault(f"{parcel.kind} {parcel.hs}", Usual()).add(parcel.worth)
        forget_oldest(self.sizes, MOST_CODES)
        for key in keys_of(parcel, register):
            known = self.latest.pop(key, ())
            self.latest[key] = (*known, parcel)[-MOST_OF_ONE:]
            self.held += len(self.latest[key]) - len(known)
        self.held = forget_idle(self.latest, self.held, MOST)


def keys_of(parcel: Parcel, register: Register) -> Iterable[str]:
    """Under what a consignment is remembered."""
    for who in (parcel.firm, *register.ties(parcel.firm, MOST_SHARE_A_TIE)):
        yield f"{parcel.kind} {parcel.hs} {who}"


def parcel_of(seen: Seen, money: Money) -> Parcel | None:
    """The consignment of a document that crosses the border, if it has one main code and a known value."""
    document = seen.document
    if not isinstance(document, Import | Export) or getattr(document, "previous_regime", None):
        return None
    lines = document.lines
    main = lines[0] if len(lines) == 1 else max(lines, key=lambda line: line.value or 0)
    if main.value is None or any(line.currency != main.currency for line in lines):
        return None
    total = main.value if len(lines) == 1 else sum(line.value or 0 for line in lines)
    worth = money.worth(total, main.currency) if main.value * 2 >= total else None
    if worth is None:
        return None
    lots = tuple(movement.lot for movement in seen.movements if movement.item == main.item)
    return Parcel(
        seen.entry, seen.time, seen.kind, owner(document).id, main.hs[:6], name_of(document), worth, lots
    )
