"""Asking the lists about a name, and deciding on what they say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from sarai.goods import BadSetting
from sarai.reference import countries
from sarai.screening.decisions import Decision, Log, Screening, Verdict
from sarai.screening.listed import Kind, ListedEntity
from sarai.screening.matching import THRESHOLD
from sarai.screening.screener import Answer, Screener
from sarai.screening.subject import Subject
from sarai.server.house import House

MOST_NAME = 500  # characters; a list's longest name has some 300
MOST_REASON = 2_000
DECISIONS = "decisions.db"  # beside the book, where the server was given no file of decisions
RECENT = 50  # screenings on a page
KINDS = tuple(str(kind) for kind in (Kind.PERSON, Kind.ORGANISATION, Kind.VESSEL, Kind.AIRCRAFT))


class ListInForce(Struct, frozen=True, kw_only=True):
    """A list that is asked: its name, and the day of its version (empty: not known)."""

    list: str
    published: str = ""


def subject(query: Mapping[str, str]) -> Subject | None:
    """Who is asked about; None if nobody is. BadSetting names what cannot be asked."""
    name = " ".join(query.get("name", "").split())
    if not name:
        return None
    if len(name) > MOST_NAME:
        raise BadSetting(f"a name of {len(name):,} characters is none; give at most {MOST_NAME}")
    kind, code = query.get("kind", ""), query.get("country", "").strip()
    if kind and kind not in KINDS:
        raise BadSetting(f"kind {kind!r} is none; choose one of the list")
    found = countries.alpha2(code) or countries.alpha2(countries.by_name(code) or "") if code else None
    if code and not found:
        raise BadSetting(f"country {code[:40]!r} is not known; use a code such as KZ")
    return Subject(name=name, kind=Kind(kind) if kind else None, countries=(found,) if found else ())


def decisions(house: House) -> Path:
    """The file where screenings and decisions are kept."""
    screener = house.given.screener
    return Path(screener.log.database.path) if screener and screener.log else house.directory / DECISIONS


@contextmanager
def recorded(screener: Screener, path: Path) -> Iterator[Screener]:
    """The same lists, with a log that this thread alone uses."""
    with Log.open(path) as log:
        ours = copy(screener)
        ours.log = log
        yield ours


def ask(screener: Screener, path: Path, asked: Subject, now: datetime) -> Answer:
    """Ask, and keep that it was asked."""
    with recorded(screener, path) as ours:
        (answer,) = ours.screen([asked], now, THRESHOLD)
        return answer


class Ruling(Struct, frozen=True, kw_only=True):
    """An officer's word on a hit of a screening."""

    screening: int
    entity: str
    verdict: Verdict
    reason: str


def decide(screener: Screener, path: Path, ruling: Ruling, officer: str, now: datetime) -> int:
    """Record a decision; its number. BadSetting without a reason, or if the hit is not as it was shown."""
    if len(ruling.reason) > MOST_REASON:
        raise BadSetting(f"a reason of {len(ruling.reason):,} characters; say it in {MOST_REASON:,}")
    with recorded(screener, path) as ours:
        return ours.decide(ruling.screening, ruling.entity, ruling.verdict, ruling.reason, officer, now)


def history(path: Path, entities: tuple[str, ...]) -> dict[str, list[Decision]]:
    """What officers decided about listed ones, by the entity, the latest first."""
    if not path.exists():
        return {}
    with Log.open(path, create=False) as log:
        return {entity: log.history(entity)[::-1] for entity in entities}


def in_force(screener: Screener) -> list[ListInForce]:
    """The lists that are asked, by name."""
    published: Mapping[str, str] = getattr(screener, "published", {})
    return [ListInForce(list=name, published=published.get(name, "")) for name in sorted(screener.contents)]


def recent(path: Path, before: int = 0, most: int = RECENT) -> list[Screening]:
    """The last screenings that were kept, or the last before one of them; the latest first."""
    if not path.exists():
        return []
    with Log.open(path, create=False) as log:
        ((last,),) = log.database.query("SELECT coalesce(max(id), 0) FROM screening")
        end = min(before - 1, last) if before > 1 else last
        return [log.screening(number) for number in range(end, max(0, end - most), -1)]


def about(entity: ListedEntity) -> dict[str, tuple[str, ...]]:
    """What the list says of somebody, by field: texts as the publisher prints them."""
    identifiers = tuple(f"{each.kind}: {each.value}" for each in entity.identifiers)
    told = {
        "Names": tuple(dict.fromkeys(name.text for name in entity.names)),
        "Identifiers": identifiers,
        "Born": entity.births,
        "Countries": entity.countries,
        "Addresses": tuple(address.text for address in entity.addresses),
        "Programmes": entity.programmes,
        "Listed since": (entity.listed,) if entity.listed else (),
        "Remarks": (entity.remarks,) if entity.remarks else (),
    }
    return {name: values for name, values in told.items() if values}
