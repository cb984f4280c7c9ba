"""Whether a publication may become the next version of its list."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sarai.screening.listed import Publication
from sarai.screening.lists.reading import ListError
from sarai.screening.lists.version import Version

KEPT_AT_LEAST = 0.5
"""The share of its entities that a list keeps from one version to the next.

No list has halved in a day: one that seems so was cut on its way, or is another list's file.
"""

AHEAD = timedelta(days=1)  # in Tokyo it is tomorrow already


class Shrunk(ListError):
    """A version with so few of the former's entities that it is hardly whole."""


def check(publication: Publication, now: datetime) -> None:
    """Refuse what contradicts itself; ListError says how."""
    seen: set[str] = set()
    for entity in publication.entities:
        if entity.id in seen:
            raise ListError(
                f"{publication.list} has two entities with the id {entity.id}; nothing was loaded"
            )
        seen.add(entity.id)
    if publication.published:
        _check_date(publication, (now + AHEAD).astimezone(UTC).date())


def _check_date(publication: Publication, last: date) -> None:
    named = f"{publication.list} is said to be published on {publication.published!r}"
    try:
        published = date.fromisoformat(publication.published)
    except ValueError as fault:
        raise ListError(f"{named}: give a date such as 2026-03-21; nothing was loaded") from fault
    if published.isoformat() != publication.published:
        raise ListError(f"{named}: write it {published.isoformat()}; nothing was loaded")
    if published > last:
        raise ListError(f"{named}, which is to come; mend the date or the clock. Nothing was loaded")


def check_size(publication: Publication, former: Version | None, count: int, accepted: bool) -> None:
    """Refuse a version that is hardly whole, unless somebody has looked and accepted it; raises Shrunk."""
    least = former.count * KEPT_AT_LEAST if former else 0
    if accepted or former is None or (count >= least and count > 0):
        return
    raise Shrunk(
        f"{publication.list} would have {count:,} entities, and the version before it has {former.count:,}: "
        "the file may be cut. The version before stays in force; load it with --accept-shrinking if it is "
        "right"
    )
