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
