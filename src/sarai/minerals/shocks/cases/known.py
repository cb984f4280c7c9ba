"""Shocks of the past that can be run forward, with what was known when they began."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from sarai.goods import BadSetting

__all__ = ["CASES", "EVENTS", "Case", "cases_of"]

PRICED = ("JP", "US", "DE", "KR")  # large users, none of which made any to speak of


class Case(Struct, frozen=True, kw_only=True):
    """A shock of the past.

    Attributes
    ----------
    codes : tuple of str
        Of BACI, in HS 1992.
    shock : str
        As `sarai.minerals.shocks.measures.parse` reads it; what was known when it began.
    before : int
        The last year that was known; the market is that year's.
    after : tuple of int
        Years that are read for checking alone.
    source : str
        For what happened, and when.
    priced : tuple of str
        Countries whose prices are set beside what they then paid for a tonne.
    """

    name: str
    material: str
    codes: tuple[str, ...]
    shock: str
    exporter: str
    importer: str
    before: int
    after: tuple[int, ...]
    source: str
    priced: tuple[str, ...] = PRICED


CASES: Mapping[str, Case] = {
    "rare-earths-2010": Case(
        name="China stops rare earths for Japan, September 2010", material="lree",
        codes=("280530", "284610", "284690"), shock="embargo CN>JP", exporter="CN", importer="JP",
        before=2009, after=(2010, 2011, 2012, 2013),
        source="New York Times, 23 September 2010; never announced, over by late November 2010",
    ),
    "rare-earth-quota-2010": Case(
        name="China cuts its quota of rare earths to three fifths, July 2010", material="lree",
        codes=("280530", "284610", "284690"), shock="quota CN>* 60%", exporter="CN", importer="JP",
        before=2009, after=(2010, 2011, 2012, 2013),
        source="MOFCOM: 30,258 t for 2010, after 50,145 t for 2009; announced on 8 July 2010",
    ),
    "gallium-2023": Case(
        name="China licenses exports of gallium, August 2023", material="gallium", codes=("811291", "811292"),
        shock="delay CN>* 63d", exporter="CN", importer="JP", before=2022, after=(2023, 2024),
        source="MOFCOM and GACC Announcement 23 of 2023; 45 working days for a licence, about 63 days",
    ),
    "germanium-2023": Case(
        name="China licenses exports of germanium, August 2023", material="germanium",
        codes=("811230", "811292"), shock="delay CN>* 63d", exporter="CN", importer="JP", before=2022,
        after=(2023, 2024), source="MOFCOM and GACC Announcement 23 of 2023; about 63 days for a licence",
    ),
}  # fmt: skip
"""By code."""

EVENTS: Mapping[str, tuple[str, ...]] = {
    "japan-2010": ("rare-earths-2010", "rare-earth-quota-2010"),
    "gallium-2023": ("gallium-2023", "germanium-2023"),
}
"""By name, the cases that one event is told by."""


def cases_of(event: str) -> tuple[Case, ...]:
    """The cases of an event.

    Raises
    ------
    BadSetting
        There is no such event.
    """
    if event not in EVENTS:
        raise BadSetting(f"case {event!r} is not known; take {' or '.join(EVENTS)}")
    return tuple(CASES[code] for code in EVENTS[event])
