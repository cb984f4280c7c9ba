"""Places by UN/LOCODE, with names and positions; and the base map of land and borders to draw them on.

Both are small: the places are those of the ways through Kazakhstan and its neighbours. Where borders are
disputed the map says what its source says (`base_map` has it in ``source``), which is no opinion.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct

from sarai.reference._tables import table

__all__ = ["KINDS", "Place", "base_map", "base_map_bytes", "place", "places"]

KINDS = ("post", "port", "station", "city")


class Place(Struct, frozen=True):
    """A place by its code; names by language, position in degrees (for drawing, no quantity of goods)."""

    code: str
    names: Mapping[str, str]
    latitude_deg: float
    longitude_deg: float
    kind: str
    source: str

    @property
    def country(self) -> str:
        """The alpha-2 code of its country."""
        return self.code[:2]

    def name(self, language: str = "en") -> str:
        """Its name in a language, else in English.

        >>> place("KZKUR").name("kk"), place("RUMOW").name("de")
        ('Құрық', 'Moscow')
        """
        return self.names.get(language) or self.names["en"]


def place(code: str) -> Place | None:
    """The place of a code; none if the table does not have it, as it will not for a warehouse.

    >>> place("KZAST").name("ru"), place("Warehouse 4")
    ('Астана', None)
    """
    return _places().get(code)


def places() -> tuple[Place, ...]:
    """All places, in the order of the table."""
    return tuple(_places().values())


def base_map() -> dict[str, Any]:
    """Land and borders of the world as GeoJSON (RFC 7946), fine along the Middle Corridor, coarse elsewhere.

    One feature for each country; ``id`` is its alpha-2 code. What has none has a ``name`` among its
    properties. ``source``, ``licence`` and ``date`` stand beside the features. No edge crosses 180 degrees.
    """
    return msgspec.json.decode(base_map_bytes())


@cache
def base_map_bytes() -> bytes:
    """The base map as it is to be served, UTF-8; about 315 kB, 100 kB when gzipped."""
    from importlib.resources import files

    return files("sarai.reference").joinpath("places", "base_map.json").read_bytes()


@cache
def _places() -> dict[str, Place]:
    return {row["code"]: _place(row) for row in table("places")}


def _place(row: dict[str, str]) -> Place:
    return Place(
        code=row["code"],
        names={language: row[f"name_{language}"] for language in ("en", "ru", "kk")},
        latitude_deg=float(row["latitude_deg"]),
        longitude_deg=float(row["longitude_deg"]),
        kind=row["kind"],
        source=row["source"],
    )
