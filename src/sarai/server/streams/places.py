"""Where places lie, by the reference tables."""

from __future__ import annotations

from functools import cache

from sarai.reference.places import place
from sarai.watch.memory.places import Point

CODE = 5  # letters of a code; a warehouse's name may go on behind it


@cache
def place_of(code: str) -> Point | None:
    """Where a place is, by its code or the code that begins its name.

    >>> place_of("KZHOR"), place_of("KZALA-7") == place_of("KZALA"), place_of("Warehouse 4")
    (Point(latitude_deg=44.21, longitude_deg=80.04), True, None)
    """
    found = place(code) or place(code[:CODE])
    return Point(found.latitude_deg, found.longitude_deg) if found else None
