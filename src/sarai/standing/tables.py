"""What a state's standing is told from: one declared table for each notion, read from files and checked.

A row is a frozen `Struct`; its fields are the columns of the file. Where sources disagree about one fact,
each has a row of its own; a range that one source states is in ``low`` and ``high`` (empty: the value).
"""

from __future__ import annotations

from msgspec import Struct

from sarai.reference.rows import Source

__all__ = [
    "TABLES",
    "TOTAL",
    "Channel",
    "Figure",
    "Measure",
    "Membership",
    "Power",
    "Replacing",
    "Route",
    "Source",
    "Standing",
    "within",
    "year_of",
]

TOTAL = "*"  # the power of a row that is the sum over all, named or not


class Power(Struct, frozen=True, kw_only=True):
    """One that a state can depend on; `pole` is the country or group whose votes are its pole."""

    code: str
    name: str
    pole: str = ""
    note: str = ""


class Channel(Struct, frozen=True, kw_only=True):
    """A way of depending, with its weight in means over channels."""

    code: str
    name: str
    weight: float = 1.0
    note: str = ""


class Measure(Struct, frozen=True, kw_only=True):
    """How a channel is measured; of several the first is the one that indices use.

    Attributes
    ----------
    base : str
        Another measure of the channel, which lends the powers and the total that this one lacks.
    """

    code: str
    channel: str
    name: str
    unit: str
    base: str = ""
    note: str = ""


class Figure(Struct, frozen=True, kw_only=True):
    """An amount by a measure.

    Attributes
    ----------
    power : str
        Code of a `Power`, or `TOTAL`.
    part : str
        Who or what exactly: parts of a power add up, rows of one part conflict.
    of : str
        The date: ``2024``, ``2024-05``, ``2024-05-20``, or two with ``/`` for a span.
    value : float or None
        Without one the note says why.
    """

    measure: str
    power: str
    part: str = ""
    of: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    source: str
    note: str = ""

    def at(self, share: float) -> float:
        """The value at a share of its range: `low` at 0, the value at a half, `high` at 1."""
        value = self.value or 0.0
        low = value if self.low is None else self.low
        high = value if self.high is None else self.high
        return within(low, value, high, share)


class Route(Struct, frozen=True, kw_only=True):
    """A part of figures that is a route: what stops it, and what bounds it.

    Attributes
    ----------
    needs : str
        Powers by blanks: without any one of them it stops.
    limits : str
        Codes of limits of a network of corridors by blanks; empty: no bound is stated, and it takes no more.
    per_unit : float
        The figure's unit in a unit of the limit.
    """

    measure: str
    code: str
    name: str
    needs: str = ""
    limits: str = ""
    per_unit: float = 1.0
    source: str
    of: str = ""
    note: str = ""


class Replacing(Struct, frozen=True, kw_only=True):
    """What share of what a power (or ``*``, any) withdraws could be had elsewhere within a year."""

    channel: str
    power: str
    share: float
    low: float | None = None
    high: float | None = None
    source: str
    note: str = ""


class Membership(Struct, frozen=True, kw_only=True):
    """A body or agreement; without `since` one that the state has not joined.

    Attributes
    ----------
    powers : str
        Whose it is, by blanks; empty for neutral or global ones.
    depth : int
        3: common law or defence; 2: treaty in force or full member; 1: partnership or memorandum.
    """

    code: str
    name: str
    status: str = ""
    powers: str = ""
    depth: int = 2
    since: str = ""
    until: str = ""
    source: str
    note: str = ""

    def holds(self, day: str) -> bool:
        """Whether it holds on a day, as ``2024-12-31``."""
        return bool(self.since) and self.since <= day and not (self.until and self.until <= day)


class Standing(Struct, frozen=True, kw_only=True):
    """All tables of one state."""

    sources: tuple[Source, ...] = ()
    powers: tuple[Power, ...] = ()
    channels: tuple[Channel, ...] = ()
    measures: tuple[Measure, ...] = ()
    figures: tuple[Figure, ...] = ()
    routes: tuple[Route, ...] = ()
    replacing: tuple[Replacing, ...] = ()
    memberships: tuple[Membership, ...] = ()


TABLES: dict[str, tuple[type[Struct], tuple[str, ...]]] = {
    "sources": (Source, ("code",)),
    "powers": (Power, ("code",)),
    "channels": (Channel, ("code",)),
    "measures": (Measure, ("code",)),
    "figures": (Figure, ("measure", "power", "part", "of", "source")),
    "routes": (Route, ("measure", "code")),
    "replacing": (Replacing, ("channel", "power")),
    "memberships": (Membership, ("code",)),
}
"""By the name of the file, the rows that it has, and the columns that a row is known by."""


def year_of(of: str) -> int:
    """The year that a date is in; of a span, that of its end.

    >>> year_of("2024-05"), year_of("2020/2024")
    (2024, 2024)
    """
    return int(of.rpartition("/")[2][:4])


def within(low: float, value: float, high: float, share: float) -> float:
    """What stands at a share of a range whose middle is the value, by straight lines.

    >>> within(1.0, 2.0, 4.0, 0.5), within(1.0, 2.0, 4.0, 0.75)
    (2.0, 3.0)
    """
    return low + 2 * share * (value - low) if share < 0.5 else value + (2 * share - 1) * (high - value)
