"""Flows on the desk: questions to trade statistics answered one at a time, within bounds."""

from sarai.server.flows.answer import Answer, AtHand, Section, Track
from sarai.server.flows.asked import Asked, asked, understood
from sarai.server.flows.bench import Bench, NotKept

__all__ = [
    "Answer",
    "Asked",
    "AtHand",
    "Bench",
    "NotKept",
    "Section",
    "Track",
    "asked",
    "understood",
]
