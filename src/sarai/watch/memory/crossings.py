"""What crossed the border lately, by code, country and family of firms: to see goods go round."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from sys import intern

from msgspec import Struct, field

from sarai.goods import Export, Import, Line, Regime, Transit
from sarai.reference import priority
from sarai.watch.memory.bounds import forget_oldest
from sarai.watch.register import Register
from sarai.watch.seen import Seen

MOST_OF_A_KEY = 10  # the latest
MOST_LISTED, MOST_OTHERS = 60_000, 50_000  # keys of goods of the priority list, and of all others: 50 MB
MOST_SHARING = 12  # more firms than these with one phone or address are no family
COMES_AND_GOES = Regime.TEMPORARY_ADMISSION  # goods under it are meant to leave again


class Crossing(Struct, frozen=True, gc=False, array_like=True):
    """A goods item that came (from a country) or left (for it).

    Attributes
    ----------
    quantity, price
        In the unit stated; the price is the value of one unit, 0 where no value is stated.
    """

    entry: int
    left: bool
    party: str
    partner: str
    time: int
    quantity: float
    unit: str
    price: float
    currency: str


class Crossings(Struct):
    """The latest, by ``out code country firm`` and ``in ...``; the idle go first."""

    listed: dict[str, tuple[Crossing, ...]] = field(default_factory=dict)
    others: dict[str, tuple[Crossing, ...]] = field(default_factory=dict)

    def learn(self, seen: Seen) -> None:
        """Take in what a document brings or sends."""
        for line, country, crossing in crossings(seen):
            by_key = self._of(line)
            key = _key(line, country, crossing.left) + crossing.party
            kept = by_key.pop(key, ())
            if seen.former:  # the version before is the same deed
                kept = tuple(other for other in kept if other.time != crossing.time)
            by_key[key] = (*kept, crossing)[-MOST_OF_A_KEY:]
        forget_oldest(self.listed, MOST_LISTED)
        forget_oldest(self.others, MOST_OTHERS)

    def related(self, line: Line, country: str, family: list[str], left: bool) -> list[Crossing]:
        """What a family of firms has sent (``left``) or brought of a code."""
        by_key, key = self._of(line), _key(line, country, left)
        return [each for member in family for each in by_key.get(key + member, ())]

    def _of(self, line: Line) -> dict[str, tuple[Crossing, ...]]:
        return self.listed if priority.tier(line.hs[:6], line.edition) else self.others


def _key(line: Line, country: str, left: bool) -> str:
    return f"{'out' if left else 'in'} {line.hs[:6]} {country} "


def family(party: str, register: Register) -> list[str]:
    """The firm, and those with whom it shares what few share."""
    return register.kin(party, MOST_SHARING) or [party]


@lru_cache(maxsize=1)
def crossings(seen: Seen) -> list[tuple[Line, str, Crossing]]:
    """The crossings that a document tells of, with their lines and the country."""
    return list(_crossings(seen))


def _crossings(seen: Seen) -> Iterator[tuple[Line, str, Crossing]]:
    document = seen.document
    if isinstance(document, Export):
        party, partner, country = document.exporter.id, document.consignee, document.country
    elif isinstance(document, Import):
        party, partner, country = document.importer.id, document.seller, document.country
    elif isinstance(document, Transit):
        party, partner = (document.consignee or document.principal).id, None
        country = "" if document.destination_country else document.country
    else:
        return
    if not country or getattr(document, "previous_regime", None) or document.regime == COMES_AND_GOES:
        return
    who, whom, left = intern(party), intern(partner.id if partner else ""), isinstance(document, Export)
    for line in document.lines:
        quantity = float(line.quantity)
        price = float(line.value) / quantity if line.value else 0.0
        unit, currency = intern(line.unit), intern(line.currency)
        yield line, country, Crossing(
            seen.entry, left, who, whom, seen.time, quantity, unit, price, currency
        )  # fmt: skip
