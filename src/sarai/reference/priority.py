"""The Common High Priority List: goods found in weapons, watched above all others.

Fifty six-digit codes of HS 2022 in six tiers, of which tier 1 matters most (version of February
2024, by the EU, Japan, the United Kingdom and the United States).

In earlier editions a code of the list may lie inside a wider one: 852580 of HS 2017 held all
cameras, of which the list means those of 852589 alone; 854140 held solar cells and LEDs beside
the sensors of 854149. So a hit in an earlier edition is a reason to look, not a finding.
"""

from __future__ import annotations

from functools import cache, lru_cache

from sarai.goods.errors import BadSetting
from sarai.reference._tables import table
from sarai.reference.hs import EDITIONS

__all__ = ["TIERS", "codes", "label", "tier"]

TIERS = ("1", "2", "3.A", "3.B", "4.A", "4.B")


@lru_cache(maxsize=100_000)
def tier(hs6: str, edition: str = "HS2022") -> str | None:
    """The tier of a code, or of the code that its goods have in HS 2022; none if it is not listed.

    >>> tier("854231"), tier("854890"), tier("854890", "HS2017")
    ('1', None, '2')
    """
    if edition not in EDITIONS:
        raise BadSetting(f"HS edition {edition!r} is not known; use one of {', '.join(EDITIONS)}")
    return (_listed() if edition == EDITIONS[-1] else _listed_earlier()).get(hs6)


def codes(of: str | None = None) -> tuple[str, ...]:
    """The HS 2022 codes of a tier, or of all tiers, sorted."""
    if of is not None and of not in TIERS:
        raise BadSetting(f"tier {of!r} is not known; use one of {', '.join(TIERS)}")
    return tuple(sorted(code for code, tier in _listed().items() if of in (None, tier)))


def label(hs6: str) -> str:
    """A short name for a listed HS 2022 code, in our own words; empty if it is not listed."""
    return _labels().get(hs6, "")


@cache
def _listed() -> dict[str, str]:
    return {row["hs6"]: row["tier"] for row in table("chpl")}


@cache
def _listed_earlier() -> dict[str, str]:
    """By the code of HS 2012 and HS 2017 (the same in both, for every code of the list)."""
    return {row["earlier"]: row["tier"] for row in table("chpl")}


@cache
def _labels() -> dict[str, str]:
    return {row["hs6"]: row["label"] for row in table("chpl")}
