"""Shocks in words, read: ``embargo CN>JP; lose CL 30%``. What each says, and what is wrong with a word.

Six words do it:

=======  ==========================  ==================================================================
word     what follows                what does not come within the year
=======  ==========================  ==================================================================
embargo  ``CN>JP`` ``CN>*`` [120d]   nothing goes there, all year or for so many days
quota    ``CN>* 50%`` [120d]         what is above this share of before
delay    ``CN>* 60d``                licences take so long: that many days of deliveries come a year later
lose     ``CL 30%`` [90d]            this share of a country's production
close    ``place:SUEZ`` [90d]        what goes there by the corridors' network, as `sarai.corridors.changes`
=======  ==========================  ==================================================================

A country is an alpha-2 code; ``EU`` (or another group of the house) is its members of the year.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from sarai.goods import BadSetting
from sarai.reference.countries import alpha2, members

if TYPE_CHECKING:
    import numpy as np

__all__ = ["DAYS", "GROUPS", "VERBS", "Cut", "Measure", "cut", "parse"]

DAYS = 365
VERBS = {
    "embargo": "embargo CN>JP", "quota": "quota CN>* 50%", "delay": "delay CN>* 60d", "lose": "lose CL 30%",
    "close": "close place:SUEZ",
}  # fmt: skip
"""By word, how it is written."""

NEEDS_SHARE, NEEDS_DAYS = ("quota", "lose"), ("delay",)
SHARE = re.compile(r"(\d+(?:\.\d+)?)%", re.ASCII)
SPAN = re.compile(r"(\d+)d", re.ASCII)
GROUPS = ("EU", "EAEU", "C5", "SCO")
"""That stand for their members of the year."""

ALL = "*"


class Measure(Struct, frozen=True):
    """One shock.

    Attributes
    ----------
    verb : str
        One of `VERBS`.
    exporter, importer : str
        Codes, groups, or ``*`` for the importer; of ``lose`` the exporter alone.
    share : float
        Of what goes there, or is produced, while it lasts: what is missing; in [0, 1].
    days : int
        Of the year in which it holds, from its beginning.
    what : str
        Of ``close``: a selector of the network, as ``place:SUEZ``.
    """

    verb: str
    exporter: str = ""
    importer: str = ""
    share: float = 1.0
    days: int = DAYS
    what: str = ""

    def __str__(self) -> str:
        of = self.what or (f"{self.exporter}>{self.importer}" if self.importer else self.exporter)
        left = {"quota": 1 - self.share, "lose": self.share}.get(self.verb)
        how = [f"{100 * left:.6g}%"] if left is not None else []
        return " ".join([self.verb, of, *how, *([f"{self.days}d"] if self.days < DAYS else [])])

    def missing(self, month: int | None = None) -> float:
        """The share that is missing over the year, or in a month (from 1; twelfths of the year)."""
        begun, length = _span(month)
        return self.share * min(max(self.days - begun, 0.0), length) / length


def _span(month: int | None) -> tuple[float, float]:
    """The day on which a month, or the year, begins, and how many it has."""
    return (0.0, DAYS) if month is None else ((month - 1) * DAYS / 12, DAYS / 12)


def parse(text: str) -> tuple[Measure, ...]:
    """The shocks of a text, one on each line or between ``;``.

    Raises
    ------
    BadSetting
        With the words that cannot be read and how they are written.

    Examples
    --------
    >>> [str(each) for each in parse("embargo CN>JP; quota CN>* 40% 90d")]
    ['embargo CN>JP', 'quota CN>* 40% 90d']
    """
    said = [part.split() for part in re.split(r"[;\n]", text) if part.strip()]
    if not said:
        raise BadSetting(f"shock {text!r} is empty; write {', '.join(map(repr, VERBS.values()))}")
    return tuple(_measure(words) for words in said)


def _measure(words: Sequence[str]) -> Measure:
    verb, text = words[0], " ".join(words)
    if verb not in VERBS:
        raise BadSetting(f"shock {text!r}: {verb!r} is no shock; begin with {', '.join(VERBS)}")
    if len(words) == 1:
        raise BadSetting(f"shock {text!r}: of what? write {VERBS[verb]!r}")
    given = dict(_amount(verb, text, word) for word in words[2:])
    if len(given) < len(words) - 2:
        raise BadSetting(f"shock {text!r} says the same amount twice; put ; between shocks")
    for name, needed in (("share", NEEDS_SHARE), ("days", NEEDS_DAYS)):
        if verb in needed and name not in given:
            raise BadSetting(f"shock {text!r}: by how much? write {VERBS[verb]!r}")
    if verb == "quota":
        given["share"] = 1 - given["share"]
    return Measure(verb, **_of(verb, text, words[1]), share=given.get("share", 1.0),
                   days=int(given.get("days", DAYS)))  # fmt: skip


def _amount(verb: str, text: str, word: str) -> tuple[str, float]:
    if (found := SHARE.fullmatch(word)) and verb in NEEDS_SHARE:
        if float(found[1]) > 100:
            raise BadSetting(f"shock {text!r}: {word!r} is out of bounds; a share is 0% to 100%")
        return "share", float(found[1]) / 100
    if found := SPAN.fullmatch(word):
        if not 1 <= int(found[1]) <= DAYS:
            raise BadSetting(f"shock {text!r}: {word!r} is out of bounds; write 1d to {DAYS}d")
        return "days", int(found[1])
    raise BadSetting(f"shock {text!r}: {word!r} is no amount here; write {VERBS[verb]!r}")


def _of(verb: str, text: str, word: str) -> dict[str, str]:
    if verb == "close":
        from sarai.corridors.changes import Selector

        try:
            return {"what": str(Selector.read(word))}
        except BadSetting as fault:
            raise BadSetting(f"shock {text!r}: {word!r} {fault}") from fault
    exporter, arrow, importer = word.partition(">")
    if bool(arrow) == (verb == "lose"):
        raise BadSetting(f"shock {text!r}: {word!r} cannot be read; write {VERBS[verb]!r}")
    if not arrow:
        return {"exporter": _country(text, exporter)}
    return {"exporter": _country(text, exporter), "importer": _country(text, importer, ALL)}


def _country(text: str, word: str, *more: str) -> str:
    """A code; alpha-3 is taken too."""
    code = word.upper()
    found = code if code in (*GROUPS, *more) else alpha2(code) if code else None
    if found is None:
        takes = ", ".join(("an alpha-2 code such as CN", *GROUPS, *more))
        raise BadSetting(f"shock {text!r}: country {word!r} is not known; write {takes}")
    return found


# -- what is missing -----------------------------------------------------------------------------


class Cut(Struct, frozen=True):
    """What a shock takes away of a market of n countries.

    Attributes
    ----------
    links : ndarray (n, n)
        Share of each flow, from the exporter's row to the importer's column, that does not come; [0, 1].
    production : ndarray (n,)
        Share of each country's production that is lost; [0, 1].
    capped : ndarray (n, n)
        Links that cannot grow instead: where an exporter or a closure lets no more through.
    """

    links: np.ndarray
    production: np.ndarray
    capped: np.ndarray


Closing = Callable[[str, Sequence[str]], "np.ndarray"]
"""Of a selector and countries: which share of each flow (n, n) would not come within the year."""


def cut(
    measures: Sequence[Measure],
    countries: Sequence[str],
    year: int,
    *,
    month: int | None = None,
    closing: Closing | None = None,
) -> Cut:
    """What shocks together take away; two on the same flow leave the product of what each leaves.

    Parameters
    ----------
    countries : sequence of str
        Alpha-2 codes, in the order of the market.
    year : int
        Whose members groups have.
    month : int, optional
        From 1, of the twelve after the shock begins; without it, over the year.
    closing : callable, optional
        What a closed corridor keeps back, as `sarai.minerals.shocks.closing.closed` says it.

    Raises
    ------
    BadSetting
        A shock names a country that is not on the market, or closes a corridor where there is no network.
    """
    import numpy as np

    many = len(countries)
    left = Cut(np.ones((many, many)), np.ones(many), np.zeros((many, many), dtype=bool))
    for each in measures:
        if each.verb == "close":
            _close(left, each, countries, month, closing)
        else:
            _withhold(left, each, countries, each.missing(month), year)
    return Cut(1 - left.links, 1 - left.production, left.capped)


def _close(
    left: Cut, measure: Measure, countries: Sequence[str], month: int | None, closing: Closing | None
) -> None:
    """Take from what is left of links what a closed corridor keeps back.

    A way that takes ten days longer keeps back the first ten days' deliveries; then they come as before.
    Without a way nothing comes while it is closed.
    """
    import numpy as np

    if closing is None:
        raise BadSetting(f"shock {str(measure)!r} needs the corridors' network; give closing")
    late = closing(measure.what, countries)
    begun, length = _span(month)
    kept_days = np.minimum(late * DAYS, measure.days)
    left.links[:] *= 1 - np.clip(kept_days - begun, 0.0, length) / length
    left.capped[:] |= (late >= 1) & (measure.missing(month) > 0)


def _withhold(left: Cut, measure: Measure, countries: Sequence[str], missing: float, year: int) -> None:
    """Take from what is left of links or production what a country keeps back or loses."""
    import numpy as np

    givers = _among(measure, measure.exporter, countries, year)
    if measure.verb == "lose":
        left.production[givers] *= 1 - missing
        return
    links = np.ix_(givers, _among(measure, measure.importer, countries, year))
    left.links[links] *= 1 - missing
    left.capped[links] |= missing > 0


def _among(measure: Measure, said: str, countries: Sequence[str], year: int) -> list[int]:
    meant = set(countries) if said == ALL else members(said, date(year, 12, 31)) if said in GROUPS else {said}
    found = [at for at, code in enumerate(countries) if code in meant]
    if not found:
        raise BadSetting(
            f"shock {str(measure)!r}: {said} neither makes nor trades this in {year}; "
            f"the market has {', '.join(sorted(countries)[:8])}, ..."
        )
    return found
