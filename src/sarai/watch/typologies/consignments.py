"""What findings about a transit have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sarai.goods import Document
from sarai.watch.finding import Finding
from sarai.watch.memory.underway import Underway
from sarai.watch.phrases import Phrase, phrase
from sarai.watch.typology import Parameters

MOST_NAMED = 5  # goods that a text names


def consignment_name(document: Document) -> str:
    """The consignment that a document speaks of, as people name it."""
    reference = document.consignment
    return f"{reference.issuer}/{reference.number}"


def weight(underway: Underway, given: Parameters) -> float:
    """More for priority goods."""
    return given["of_priority_goods"] if underway.tier else 1.0


def goods_words(underway: Underway) -> list[str | Phrase]:
    """Its goods by their codes, the priority goods first."""
    first = sorted(underway.goods, key=lambda goods: not goods.tier)
    listed = list(dict.fromkeys((goods.hs, goods.tier) for goods in first))
    words = [
        phrase("{hs}, priority goods of tier {tier}", hs=hs, tier=tier) if tier else hs
        for hs, tier in listed[:MOST_NAMED]
    ]
    more = len(listed) - len(words)
    return [*words, phrase("and {count} more", count=more)] if more else words


def finding(
    name: str,
    underway: Underway,
    facts: Mapping[str, Any],
    *,
    strength: float,
    subject: str = "",
    parties: tuple[str, ...] = (),
    entries: tuple[int, ...] = (),
) -> Finding:
    """A finding about a transit; its parties only where it says something about them."""
    return Finding(
        subject=subject or name,
        consignment=name,
        parties=parties,
        lots=underway.lots,
        entries=(underway.entry, *entries),
        strength=round(strength, 3),
        facts={
            "consignment": name,
            "goods": goods_words(underway),
            "place": underway.place,
            "destination": underway.destination,
            "consignee": underway.consignee or phrase("nobody named"),
            **facts,
        },
    )
