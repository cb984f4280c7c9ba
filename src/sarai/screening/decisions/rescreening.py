"""What a new list makes of an old question: only the difference is news."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct


class Hit(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A hit as it is recorded.

    Attributes
    ----------
    name
        The listed name that was hit.
    score
        The matcher's, from 0 to 1.
    facts
        Digest of the facts, by which decisions are found.
    """

    list: str
    entity: str
    name: str
    score: float
    facts: str = ""


class HitChange(Struct, frozen=True, kw_only=True):
    """A hit on the same entity, then and now."""

    old: Hit
    new: Hit


class HitDifference(Struct, frozen=True, kw_only=True):
    """Hits that a screening had not before, that it has no longer, and that are other than they were."""

    appeared: tuple[Hit, ...]
    gone: tuple[Hit, ...]
    changed: tuple[HitChange, ...]


def difference(former: Iterable[Hit], new: Iterable[Hit]) -> HitDifference:
    """Compare the hits of two screenings of one query, by list and entity, in that order."""
    then, now = ({(hit.list, hit.entity): hit for hit in hits} for hits in (former, new))
    both = sorted(then.keys() & now.keys())
    return HitDifference(
        appeared=tuple(now[key] for key in sorted(now.keys() - then.keys())),
        gone=tuple(then[key] for key in sorted(then.keys() - now.keys())),
        changed=tuple(HitChange(old=then[key], new=now[key]) for key in both if then[key] != now[key]),
    )
