"""The register of firms: what an officer could look up of each, and what firms share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Self

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from sarai.goods.errors import BadSetting
from sarai.ledger.rows import EPOCH
from sarai.watch.seen import DAY_US

SHARED = ("director", "phone", "address")  # the more telling first
ALONE: tuple[str, ...] = ("",)  # who bears what nobody else does
MOST_WORDS = 12  # of an activity; official titles run on
_WORD = re.compile(r"\d+(?:\.\d+)+|[^\W_]{3,}")  # codes such as 52.29 too


class Firm(Struct, frozen=True, gc=False):
    """An entry of the register; what is not known is empty."""

    id: str
    name: str = ""
    activity: str = ""
    seat: str = ""
    address: str = ""
    phone: str = ""
    director: str = ""
    founded: date | None = None


class Register:
    """Firms by identifier.

    Parameters
    ----------
    firms
        One entry of each.
    """

    def __init__(self, firms: Iterable[Firm] = ()) -> None:
        texts: dict[str, str] = {}
        self.firms = {firm.id: _sparing(firm, texts) for firm in firms}
        self._bearers = {what: _bearers(self.firms.values(), what) for what in SHARED}
        self._words: dict[str, tuple[str, ...]] = {}

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read JSON Lines with at least ``id``; BadSetting names the line that is none."""
        decode, firms = msgspec.json.Decoder(Firm).decode, []
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    firms.append(decode(line))
                except (msgspec.DecodeError, UnicodeDecodeError) as fault:
                    raise BadSetting(f"{path}, line {number}: no firm: {fault}; mend the line") from fault
        return cls(firms)

    def get(self, party: str) -> Firm | None:
        """A firm by its identifier."""
        return self.firms.get(party)

    def age_days(self, party: str, time: int) -> int | None:
        """How old a firm was at a time, microseconds since 1970; None if that is not known."""
        firm = self.firms.get(party)
        if firm is None or firm.founded is None:
            return None
        return time // DAY_US - (firm.founded - EPOCH.date()).days

    def words(self, party: str) -> tuple[str, ...]:
        """The words of a firm's activity, and the whole of it.

        >>> Register([Firm(id="1", activity="Retailer, food")]).words("1")
        ('food', 'retailer', 'retailer, food')
        """
        firm = self.firms.get(party)
        if firm is None or not firm.activity:
            return ()
        words = self._words.get(firm.activity)
        if words is None:
            whole = firm.activity.casefold().strip()
            words = tuple(sorted({*_WORD.findall(whole)[:MOST_WORDS], whole}))
            self._words[firm.activity] = words
        return words

    def shared(self, one: str, other: str) -> list[str]:
        """Which of director, phone and address two different firms have in common."""
        ours, theirs = self.firms.get(one), self.firms.get(other)
        if ours is None or theirs is None or one == other:
            return []
        return [
            what for what in SHARED if getattr(ours, what) and getattr(ours, what) == getattr(theirs, what)
        ]

    def how_many(self, party: str, what: str) -> int:
        """How many firms have the same director, phone or address as this one."""
        firm = self.firms.get(party)
        value = getattr(firm, what, "")
        return len(self._bearers[what].get(value, ALONE)) if value else 0

    def ties(self, party: str, most: int) -> list[str]:
        """What a firm shares with others, but not with more than so many: ``director ...``, ``phone ...``."""
        firm = self.firms.get(party)
        if firm is None:
            return []
        return [
            f"{what} {getattr(firm, what)}"
            for what, bearers in self._bearers.items()
            if 2 <= len(bearers.get(getattr(firm, what), ALONE)) <= most
        ]

    def kin(self, party: str, most: int) -> list[str]:
        """A firm and all that share something with it, but not with more than so many; none if unknown."""
        firm = self.firms.get(party)
        if firm is None:
            return []
        found = {party: None}
        for what, bearers in self._bearers.items():
            others = bearers.get(getattr(firm, what), ())
            if len(others) <= most:
                found |= dict.fromkeys(others)
        return list(found)

    def __len__(self) -> int:
        return len(self.firms)


def _sparing(firm: Firm, texts: dict[str, str]) -> Firm:
    """The firm, with what it has in common with others kept once: a country has many firms."""
    common = (*SHARED, "activity")
    return replace(
        firm, **{what: texts.setdefault(getattr(firm, what), getattr(firm, what)) for what in common}
    )


def _bearers(firms: Iterable[Firm], what: str) -> dict[str, tuple[str, ...]]:
    """The firms with each director, phone or address that several have."""
    found: dict[str, list[str]] = {}
    for firm in firms:
        found.setdefault(getattr(firm, what), []).append(firm.id)
    found.pop("", None)
    return {value: tuple(ids) for value, ids in found.items() if len(ids) > 1}
