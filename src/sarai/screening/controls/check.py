"""Which entries of control lists a line of goods falls under, on its day and on its way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from sarai.reference import countries
from sarai.screening.controls.control_list import ANYWHERE, ControlList, Entry
from sarai.screening.controls.nomenclature import Carried, Nomenclature, carry, digits, nomenclature

UNSTATED = ("", "XX", "ZZ")  # as papers write a country that nobody knows
SHOWN = 6  # of the codes that a code became; a sentence with a thousand is none


class Certainty(StrEnum):
    """Whether the line is under the entry, or may be and somebody must look."""

    CERTAIN = "certain"
    POSSIBLE = "possible"


class ControlHit(Struct, frozen=True, kw_only=True):
    """An entry that a line falls under, and why: a sentence for each test that it passed."""

    entry: Entry
    code: str
    nomenclature: str
    certainty: Certainty
    reasons: tuple[str, ...]


class _Line(NamedTuple):
    code: str
    of: Nomenclature
    destination: str
    on: date
    end_user: str


class _Finding(NamedTuple):
    """The outcome of one test: a hit remains certain only if every test is."""

    certain: bool
    reason: str = ""


class Controls:
    """Control lists, looked up by code.

    >>> hits = Controls([ControlList.priority()]).check("854140", "HS2017", "KG", date(2021, 3, 1))
    >>> [(hit.entry.code, hit.entry.tier, hit.certainty.value) for hit in hits]
    [('854149', '3.A', 'possible')]
    """

    def __init__(self, lists: Iterable[ControlList]) -> None:
        self._by_code: dict[str, dict[str, list[Entry]]] = defaultdict(lambda: defaultdict(list))
        for entry in (entry for each in lists for entry in each.entries):
            self._by_code[entry.nomenclature.edition][entry.code[:6]].append(entry)

    def check(
        self, code: str, edition: str, destination: str, on: date, end_user: str | None = None
    ) -> list[ControlHit]:
        """The entries that a line falls under, certain ones first.

        Parameters
        ----------
        code
            Six to twelve digits.
        edition
            An HS edition, or the nomenclature that the further digits are of (``EAEU2022``).
        destination
            ISO 3166-1 alpha-2; empty, XX or ZZ if the paper does not say.
        on
            The day of the document.
        end_user
            What is known of the end user and the use, in words.

        Raises
        ------
        BadSetting
            A code or nomenclature that is none.
        UnknownCountry
            A destination that is none.
        """
        if destination:
            countries.country(destination)
        line = _Line(digits(code, 6, 12), nomenclature(edition), destination, on, end_user or "")
        hits = [hit for entry, found in self._under(line) if (hit := _hit(entry, found, line))]
        return sorted(hits, key=lambda hit: (hit.certainty, hit.entry.list, hit.entry.tier, hit.entry.code))

    def _under(self, line: _Line) -> Iterator[tuple[Entry, _Finding]]:
        """The entries whose code covers the line's, whatever else they ask."""
        for edition, entries in self._by_code.items():
            carried = carry(line.code[:6], line.of.edition, edition)
            prefixes = sorted({code[:length] for code in carried.likely for length in range(2, 7)})
            for entry in (entry for prefix in prefixes for entry in entries.get(prefix, ())):
                if found := _by_code(entry, line, carried):
                    yield entry, found


def _hit(entry: Entry, by_code: _Finding, line: _Line) -> ControlHit | None:
    if not entry.since <= line.on < entry.until:
        return None
    destination = _by_destination(entry, line)
    if destination is None:
        return None
    findings = (by_code, destination, _by_end_use(entry, line), _by_day(entry, line))
    return ControlHit(
        entry=entry,
        code=line.code,
        nomenclature=line.of.name,
        certainty=Certainty.CERTAIN if all(found.certain for found in findings) else Certainty.POSSIBLE,
        reasons=tuple(found.reason for found in findings if found.reason),
    )


def _by_code(entry: Entry, line: _Line, carried: Carried) -> _Finding | None:
    named = f"{entry.code} of {entry.nomenclature.name} ({_title(entry)})"
    if len(entry.code) > 6:
        return _by_further_digits(entry, line, carried, named)
    own = f"{line.code} of {line.of.name}"
    if all(code.startswith(entry.code) for code in carried.all):
        told = "is" if line.code == entry.code and line.of == entry.nomenclature else "lies in"
        return _Finding(carried.known, f"{own} {told} {named}{_unknown(line, carried)}.")
    became = _some(carried.all)
    return _Finding(False, f"{own} may lie in {named}: it is the wider code, and corresponds to {became}.")


def _by_further_digits(entry: Entry, line: _Line, carried: Carried, named: str) -> _Finding | None:
    own = f"{line.code} of {line.of.name}"
    if line.of != entry.nomenclature:
        tell = f"only its first six digits can be compared with {entry.nomenclature.name}"
        return _Finding(False, f"{own} may lie in {named}: {tell}{_unknown(line, carried)}.")
    shared = min(len(entry.code), len(line.code))
    if line.code[:shared] != entry.code[:shared]:
        return None
    if len(line.code) < len(entry.code):
        return _Finding(False, f"{own} may lie in {named}: the list names a part of the code.")
    return _Finding(True, f"{own} lies in {named}.")


def _by_destination(entry: Entry, line: _Line) -> _Finding | None:
    where = line.destination
    if entry.destinations == (ANYWHERE,) and not entry.excepted:
        return _Finding(True)
    if where in UNSTATED:
        return _Finding(False, "The destination is not stated; the list controls some and not others.")
    if _among(where, entry.excepted, line.on):
        return None
    named = _among(where, entry.destinations, line.on)
    if named is None:
        return None
    what = {ANYWHERE: "is not among the exceptions", where: "is named"}
    return _Finding(True, f"Destination {where} {what.get(named, f'belonged to {named} on {line.on}')}.")


def _among(where: str, places: Iterable[str], on: date) -> str | None:
    """By which word a country is meant on a day: its own, its group's, or all's."""
    for place in places:
        if place in (ANYWHERE, where):
            return place
        if not countries.exists(place) and where in countries.members(place, on):
            return place
    return None


def _by_end_use(entry: Entry, line: _Line) -> _Finding:
    if not entry.end_use:
        return _Finding(True)
    condition = f"It is controlled if: {entry.end_use}."
    if not line.end_user:
        return _Finding(False, f"{condition} Nothing is known of the end user; ask.")
    if entry.end_use.casefold() in line.end_user.casefold():
        return _Finding(True, f"{condition} The end user is so described: {line.end_user}.")
    return _Finding(
        False, f"{condition} The end user is described as: {line.end_user}; judge whether it is met."
    )


def _by_day(entry: Entry, line: _Line) -> _Finding:
    if entry.since == date.min:
        return _Finding(True)
    return _Finding(True, f"In force since {entry.since}; the document is of {line.on}.")


def _title(entry: Entry) -> str:
    tier = f"tier {entry.tier}" if entry.tier else ""
    return ", ".join(filter(None, (entry.list, tier, entry.text)))


def _unknown(line: _Line, carried: Carried) -> str:
    return "" if carried.known else f", but {line.of.edition} has no such code: check the edition"


def _some(codes: tuple[str, ...]) -> str:
    more = f" and {len(codes) - SHOWN} more" if len(codes) > SHOWN else ""
    return ", ".join(codes[:SHOWN]) + more
