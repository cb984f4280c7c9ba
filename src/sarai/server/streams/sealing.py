"""The state of a seal, out of what it told.

An alarm (silent, off route) lasts until the seal is heard with a plain position again; a seal that is off
its route says so with each. A seal that was broken or removed stays so until it is applied anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sarai.server.streams.told import EVENTS, Told

DECLARED = "declared"  # named by the transit, and not heard of yet
WORST = ("broken", "off_route", "silent", "removed", DECLARED, "applied")
"""The states, the one that needs somebody first at the front."""

_ENDS = ("broken", "removed")


class Sealed(NamedTuple):
    """The state of a seal, since when (microseconds), and the word that tells it, if one does."""

    state: str
    since: int
    word: Told | None


def sealed(words: Iterable[Told], began: int) -> Sealed:
    """How a seal stands after its words, in the order of their times."""
    base = Sealed(DECLARED, began, None)
    alarm: Sealed | None = None
    for word in words:
        event = EVENTS[word.event]
        if event in ("applied", *_ENDS):
            base, alarm = Sealed(event, word.time, word), None
        elif event == "position":
            alarm = None
            if base.state == DECLARED:
                base = Sealed("applied", word.time, word)
        elif alarm is None or alarm.state != event:
            alarm = Sealed(event, word.time, word)
    return base if alarm is None or base.state in _ENDS else alarm


def worst(states: Iterable[str]) -> str:
    """The state of a consignment's seals together; empty if it has none."""
    return min(states, key=WORST.index, default="")
