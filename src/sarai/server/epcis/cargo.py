"""What an event moves: quantities of classes of goods, and the commodity that each class is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

import msgspec

from sarai.goods import Code
from sarai.server.epcis.context import expand
from sarai.server.epcis.keys import canonical
from sarai.server.epcis.telling import Refused, Sighting, Told
from sarai.server.epcis.wares import Ware, own_of_class, product

COUNTRY_OF_ORIGIN = "urn:epcglobal:cbv:mda:countryOfOrigin"
PIECES = "C62"


class Memory(Protocol):
    """What is known beyond the event."""

    def ware(self, link: str) -> Ware | None:
        """The commodity of a class, from master data or the table of wares."""

    def posted(self, issuer: str, number: str) -> Told | None:
        """The event that became the document of this name."""

    def undone(self, issuer: str, number: str) -> bool:
        """Whether that document was cancelled, since its event was declared wrong."""

    def posted_as(self, event_id: str) -> tuple[str, str] | None:
        """Issuer and number of the document that an event became."""


class Goods(NamedTuple):
    """A quantity of a class of goods, and the field that says so."""

    link: str
    quantity: Decimal
    unit: str
    pointer: str


def goods(told: Told, fields: tuple[str, str]) -> Iterator[Goods]:
    """The quantities of classes that an event names; instances count one each, by their product."""
    instances, classes = fields
    counted: dict[str, Goods] = {}
    for place, uri in enumerate(told.event.get(instances, ())):
        link = canonical(expand(uri, told.known))
        of = product(link)
        if of != link:
            before = counted.get(of, Goods(of, Decimal(0), PIECES, f"/{instances}/{place}"))
            counted[of] = before._replace(quantity=before.quantity + 1)
    yield from counted.values()
    for place, each in enumerate(told.event.get(classes, ())):
        if "quantity" in each:
            link = canonical(expand(each["epcClass"], told.known))
            quantity = Decimal(each["quantity"])
            yield Goods(link, quantity, each.get("uom", PIECES), f"/{classes}/{place}/epcClass")


def lines(told: Told, memory: Memory, fields: tuple[str, str], begin: int = 0) -> list[dict[str, Any]]:
    """The lines of a document; a class without an HS code is refused."""
    lines = [
        {"item": item, "quantity": each.quantity, "unit": each.unit} | _ware(told, memory, each)
        for item, each in enumerate(goods(told, fields), start=begin + 1)
    ]
    if not lines:
        raise Sighting(f"no quantity of a class of goods is named ({fields[0]} or {fields[1]})")
    return lines


def _ware(told: Told, memory: Memory, each: Goods) -> dict[str, str]:
    declared = memory.ware(each.link) or memory.ware(product(each.link)) or Ware("")
    said = {
        name: own_of_class(told.event, told.known, name, each.link) for name in ("hs", "edition", "origin")
    }
    found = msgspec.to_builtins(declared) | {name: value for name, value in said.items() if value}
    if not found["hs"]:
        raise Refused(
            Code.MISSING_FIELD,
            f"nothing says which HS code {each.link} has; state sarai:hs in the event or its ilmd, in master "
            "data, or in the table of wares",
            each.pointer,
        )
    return _origin(told) | found


def _origin(told: Told) -> dict[str, str]:
    for key, value in told.event.get("ilmd", {}).items():
        if expand(key, told.known) == COUNTRY_OF_ORIGIN and isinstance(value, str) and len(value) == 2:
            return {"origin": value}
    return {}


def compared(told: Told, opened: Told) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What came of what was sent, item by item: the shortages, and the answer to each item."""
    fields = ("epcList", "quantityList")
    left: dict[tuple[str, str], Decimal] = {}
    for each in goods(told, fields):
        left[each.link, each.unit] = left.get((each.link, each.unit), Decimal(0)) + each.quantity
    if not left:
        raise Sighting("how much was received is not said (epcList or quantityList)")
    sent = list(goods(opened, fields))
    missing, answers = [], []
    for item, each in enumerate(sent, start=1):
        came = min(left.get((each.link, each.unit), Decimal(0)), each.quantity)
        left[each.link, each.unit] = left.get((each.link, each.unit), Decimal(0)) - came
        answers.append({"item": item, "accepted": came, "shortage": each.quantity - came})
        missing += [{"item": item, "quantity": each.quantity - came}] if came < each.quantity else []
    _nothing_over(left, sent)
    return missing, answers


def _nothing_over(left: Mapping[tuple[str, str], Decimal], sent: list[Goods]) -> None:
    for (link, unit), quantity in left.items():
        if quantity > 0:
            known = any((each.link, each.unit) == (link, unit) for each in sent)
            raise Refused(
                Code.MORE_THAN_DISPATCHED if known else Code.ITEM_UNKNOWN,
                f"{quantity} {unit} of {link} more was received than the consignment has; mend the quantity, "
                "or report the surplus as a stock count",
                "/quantityList",
            )
