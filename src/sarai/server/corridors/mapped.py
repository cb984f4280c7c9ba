"""The network as a map draws it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sarai.corridors import Network
from sarai.corridors.tables import Place
from sarai.server.corridors.answer import Mapped, MappedLeg, MappedPlace

__all__ = ["mapped", "names_of", "unrolled"]

DIGITS = 2  # of a degree: a kilometre, less than a line is wide


def mapped(network: Network) -> Mapped:
    """Places and legs with their positions."""
    from sarai.telling.corridors_tracks import of_leg

    def points(code: str) -> tuple[tuple[float, float], ...]:
        return tuple(unrolled(of_leg(network, code).points))

    return Mapped(
        places=tuple(
            MappedPlace(
                code=each.code, names=names_of(each), country=each.country, kind=each.kind,
                point=(round(each.latitude_deg, DIGITS), round(each.longitude_deg, DIGITS)),
            )
            for each in network.places
        ),
        legs=tuple(
            MappedLeg(code=leg.code, mode=leg.mode, points=points(leg.code), row=leg)
            for leg in network.legs
        ),
    )  # fmt: skip


def names_of(place: Place) -> dict[str, str]:
    """What a place is called, by language; in English where another language has no name of its own."""
    return {"en": place.name, "ru": place.name_ru or place.name, "kk": place.name_kk or place.name}


def unrolled(points: Iterable[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Points whose longitudes go on beyond 180 degrees, so that no line is drawn around the world.

    >>> list(unrolled([(10.0, 170.0), (10.0, -170.0)]))
    [(10.0, 170.0), (10.0, 190.0)]
    """
    last = None
    for latitude, longitude in points:
        turns = 0 if last is None else round((last - longitude) / 360)
        last = longitude + 360 * turns
        yield round(latitude, DIGITS), round(last, DIGITS)
