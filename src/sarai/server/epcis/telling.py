"""What an event tells of a movement: who gives and gets, from where to where, when, under which paper."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sarai.goods import Code, Refusal
from sarai.server.epcis import vocabulary
from sarai.server.epcis.context import expand
from sarai.server.epcis.keys import canonical
from sarai.server.epcis.moments import moment, written
from sarai.server.epcis.naming import named, short_number
from sarai.server.epcis.wares import own

Event = Mapping[str, Any]

STARTS, ENDS = ("shipping", "departing"), ("receiving", "arriving")
HOLDERS = ("possessing_party", "owning_party")  # who has the goods comes before whose they are
SHIPMENT_PAPERS = ("desadv", "bol")  # papers of one shipment; an order may have many


class Refused(Exception):
    """The event means a movement, but lacks what the book needs."""

    def __init__(self, code: Code, words: str, pointer: str) -> None:
        super().__init__(words)
        self.refusal = Refusal(code=code, message=words, pointer=pointer, source="epcis")


class Sighting(Exception):
    """The event moves nothing in the book; the words say why."""


class Told(NamedTuple):
    """An event, the prefixes that hold in it, and its identifier."""

    event: Event
    known: Mapping[str, str]
    event_id: str

    def own(self, name: str) -> str:
        """What a field of ours says; empty if it is not there."""
        value = own(self.event, self.known, name)
        return value if isinstance(value, str) else ""

    def step(self) -> str:
        """The bare business step."""
        of = vocabulary.BIZ_STEP
        return of.bare(of.full(self.event.get("bizStep", ""), self.known))


def needed(found: str, missing: str) -> str:
    """What was found; without it the event is a sighting."""
    if not found:
        raise Sighting(missing)
    return found


def time_of(text: str) -> str:
    """A time of an event, as the book reads it."""
    return written(moment(text) or datetime.min)


def deadline(told: Told, answer_days: int) -> str:
    """Until when a consignment must be answered or arrive."""
    stated = told.own("deadline")
    if stated:
        return stated
    began = moment(told.event["eventTime"])
    try:
        return written(began + timedelta(days=answer_days)) if began else ""
    except OverflowError:
        return written(began) if began else ""


def regime(told: Told) -> dict[str, str]:
    """The regime that goods are under, if it is stated."""
    return {"regime": told.own("regime") or "home_use"}


def _listed(told: Told, side: str, *kinds: str) -> str:
    """The first of the kinds that the list of a side names."""
    found = {
        vocabulary.SOURCE_DEST.bare(vocabulary.SOURCE_DEST.full(each["type"], told.known)): each[side]
        for each in told.event.get(f"{side}List", ())
    }
    return next((named(found[kind], told.known) for kind in kinds if kind in found), "")


def party(told: Told, side: str) -> str:
    """Who has the goods at a side (``source``, ``destination``), else whose they are there."""
    return _listed(told, side, *HOLDERS)


def stated_place(told: Told) -> str:
    """Where the event happened."""
    for name in ("bizLocation", "readPoint"):
        if name in told.event:
            return named(told.event[name]["id"], told.known)
    return ""


def place_of(told: Told, side: str) -> str:
    """Where the goods are taken from."""
    return _listed(told, side, "location") or stated_place(told)


def destination(told: Told) -> str:
    """Where the goods go: of a dispatch only what is stated as such, of a receipt also where it happened."""
    stated = _listed(told, "destination", "location")
    return stated or (stated_place(told) if told.step() in ENDS else "")


def reference(told: Told) -> str:
    """The number of a shipment: that of its despatch advice or bill of lading, else the event's own."""
    found = {
        vocabulary.BIZ_TRANSACTION.bare(
            vocabulary.BIZ_TRANSACTION.full(each.get("type", ""), told.known)
        ): each
        for each in told.event.get("bizTransactionList", ())
    }
    for paper in SHIPMENT_PAPERS:
        if paper in found:
            return short_number(canonical(expand(found[paper]["bizTransaction"], told.known)))
    return short_number(told.event_id)
