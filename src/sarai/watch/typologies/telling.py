"""How typologies name firms and goods, and which lots they mean."""

from __future__ import annotations

from collections.abc import Sequence

from sarai.goods import CountedLine, Line, Party
from sarai.reference import priority
from sarai.watch.phrases import Phrase, counted, phrase
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


def goods_of(lines: Sequence[Line]) -> list[str | Phrase]:
    """Codes, each with a short name; of many the first few."""
    told = list({line.hs: _named(line) for line in lines}.values())
    more = len(told) - MOST_TOLD
    return [*told[:MOST_TOLD], phrase("{count} more", count=more)] if more > 0 else told


def _named(line: Line) -> str | Phrase:
    """A code with what the line calls it, or with the short name that the priority list has for it."""
    if line.description:
        return f"{line.hs} {line.description[:LONGEST]}"
    label = priority.label(line.hs[:6])
    return phrase("{hs} {name}", hs=line.hs, name=phrase(label)) if label else line.hs


def quantity_of(line: Line | CountedLine) -> Phrase:
    """How much a line says that there is."""
    return phrase("{quantity} {unit}", quantity=str(line.quantity), unit=phrase(line.unit))


def in_words(hours: float) -> Phrase:
    """A time as people tell it.

    >>> str(in_words(5.4)), str(in_words(24 * 3))
    ('5 hours', '3 days')
    """
    if hours < 48:
        return counted("{count} hours", "{count} hours", round(hours))
    return counted("{count} days", "{count} days", round(hours / 24))
