"""How what is remembered stays bounded: the longest unused is forgotten, a tenth at a time."""

from __future__ import annotations

from itertools import islice
from typing import Any

TENTH = 10  # one at a time, every look for the oldest would step over all that went before


def forget_oldest(kept: dict[Any, Any], most: int) -> None:
    """Drop the first tenth, if there are more than so many."""
    if len(kept) > most:
        for key in list(islice(kept, max(1, most // TENTH))):
            del kept[key]


def forget_idle(kept: dict[Any, tuple], held: int, most: int) -> int:
    """Drop the first tenth of the keys, until no more than so many values are held under all; how many."""
    while held > most:
        for key in list(islice(kept, max(1, len(kept) // TENTH))):
            held -= len(kept.pop(key))
    return held
