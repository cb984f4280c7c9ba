"""How typologies name firms and goods, and which lots they mean."""

from __future__ import annotations

from collections.abc import Sequence

from sarai.goods import Line, Party
from sarai.reference import priority
from sarai.watch.seen import Seen

MOST_TOLD = 4  # goods; nobody reads more in a sentence
LONGEST = 60  # letters of a description; they run to thousands


def lots_of(seen: Seen, lines: Sequence[Line]) -> tuple[int, ...]:
    """The lots that a document moved for these of its lines."""
    items = {line.item for line in lines}
    return tuple(
        dict.fromkeys(
            movement.lot for movement in seen.movements if movement.item in items and not movement.reverses
        )
    )


def called(party: Party) -> str:
    """Name and identifier of a firm.

    >>> called(Party(id="KZ-000001", name="Trader 000001 LLP"))
    'Trader 000001 LLP (KZ-000001)'
    """
    return f"{party.name} ({party.id})" if party.name and party.name != party.id else party.id


def goods_of(lines: Sequence[Line]) -> list[str]:
    """Codes, each with a short name; of many the first few."""
    names = {line.hs: line.description[:LONGEST] or priority.label(line.hs[:6]) for line in lines}
    told = [f"{hs} {name}".strip() for hs, name in names.items()]
    return told if len(told) <= MOST_TOLD else [*told[:MOST_TOLD], f"{len(told) - MOST_TOLD} more"]


def in_words(hours: float) -> str:
    """A time as people tell it.

    >>> in_words(5.4), in_words(24 * 3)
    ('5 hours', '3 days')
    """
    return f"{hours:.0f} hours" if hours < 48 else f"{hours / 24:.0f} days"
