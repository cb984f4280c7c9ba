"""Which way: ways from door to door as choices, each with a letter and a name that people understand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from sarai.corridors import Network
from sarai.corridors.graph import CRITERIA, Graph, graph
from sarai.corridors.routes import (
    At,
    Path,
    Route,
    SinglePoint,
    Timetable,
    Weighing,
    apart,
    describe,
    k_best,
    single_points,
    timetable,
)
from sarai.corridors.routes import (
    pareto as front,
)
from sarai.corridors.tables import Good
from sarai.corridors.worth import Worth, worth_of
from sarai.goods import BadSetting
from sarai.telling.corridors_names import named
from sarai.telling.corridors_tracks import Track, of_route

__all__ = ["BY", "MOST_PARETO", "Choice", "Choices", "choices", "letter"]

BY = {
    "balance": "dollars, with what time is worth", "hours": "expected hours", "usd": "dollars",
    "co2e": "CO2e", "reliability": "how little the time varies", "exposure": "exposure in countries entered",
}  # fmt: skip
"""What ways can be ranked by."""

ALONE = {
    "hours": "hours",
    "usd": "usd",
    "co2e": "co2e_g",
    "reliability": "variance_h2",
    "exposure": "exposure",
}
MOST_PARETO = 40  # letters on a picture; the front says how far off others are
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


class Choice(Struct, frozen=True, kw_only=True):
    """A way.

    Attributes
    ----------
    letter : str
        ``A`` is the best, or the first of the front.
    name : str
        By what it passes and others do not: ``Caspian, Black Sea``.
    usd_with_time_per_unit : float
        What it costs with its hours at their worth.
    timetable : Timetable, optional
        By date, if a departure was asked for.
    track : tuple of Track
        Its legs on the map, in order.
    """

    letter: str
    name: str
    route: Route
    usd_with_time_per_unit: float
    timetable: Timetable | None = None
    track: tuple[Track, ...] = ()


class Choices(Struct, frozen=True, kw_only=True):
    """Ways between two places.

    Attributes
    ----------
    unit : str
        ``TEU`` or ``t``.
    month : int, optional
        Whose closures count; none for the average of the year.
    by : str
        One of `BY`, or ``pareto``.
    set_aside : int
        How many ways were found between these that only vary one of them.
    single_points : tuple of SinglePoint
        What every way passes.
    words : tuple of str
        What a reader must know.
    """

    start: At
    end: At
    good: str
    good_name: str
    unit: str
    month: int | None
    by: str
    worth_usd_per_t_h: float
    choices: tuple[Choice, ...]
    set_aside: int
    single_points: tuple[SinglePoint, ...]
    words: tuple[str, ...]


def choices(
    network: Network,
    start: str,
    end: str,
    *,
    good: str,
    month: int | None = None,
    by: str = "balance",
    worth: float | None = None,
    best: int = 5,
    pareto: bool = False,
    depart: datetime | None = None,
    near: bool = False,
) -> Choices:
    """Ways of a good from door to door.

    Parameters
    ----------
    start, end : str
        Places, by code or name.
    by : str
        What they are ranked by, of `BY`.
    worth : float, optional
        US dollars for an hour of a tonne; by the value of the good if none.
    best : int
        How many ways.
    pareto : bool
        Instead, those that no other beats in all criteria.
    depart : datetime, optional
        With its zone: each way is told by date, and the closures are of its month.
    near : bool
        Ways that only vary a better one count too.

    Raises
    ------
    NotInNetwork, Unreachable, BadSetting
        A place or good is not known, nothing leads there, or a setting cannot be used.
    """
    if by not in BY:
        raise BadSetting(f"ways are not ranked by {by!r}; take {', '.join(BY)}")
    month = depart.month if depart else month
    made = graph(network, network.good(good), month)
    value = worth_of(made.good, worth)
    if pareto:
        paths, aside, how = _front(made, start, end)
    else:
        paths, aside, how = _ranked(made, start, end, by, value, best, near)
    found = _told(made, paths, value, depart)
    points = single_points(made, start, end)
    first = found[0].route
    return Choices(
        start=first.places[0], end=first.places[-1], good=made.good.code, good_name=made.good.name,
        unit=first.unit, month=month, by="pareto" if pareto else by, worth_usd_per_t_h=value.usd_per_t_h,
        choices=found, set_aside=aside, single_points=points,
        words=_words(made.good, month, value, how, points, by == "balance" or pareto),
    )  # fmt: skip


def letter(number: int) -> str:
    """The letter of a way by its number from 0.

    >>> letter(0), letter(25), letter(26)
    ('A', 'Z', 'AA')
    """
    before, at = divmod(number, 26)
    return (letter(before - 1) if before else "") + chr(ord("A") + at)


def _ranked(
    made: Graph, start: str, end: str, by: str, worth: Worth, best: int, near: bool
) -> tuple[Sequence[Path], int, str]:
    weigh = Weighing.money(worth.usd_per_t_h) if by == "balance" else Weighing.alone(ALONE[by])
    ranked = f"Ranked by {BY[by]}."
    if near:
        return k_best(made, start, end, best, weigh), 0, ranked
    found = apart(made, start, end, best, weigh)
    if found.aside:
        said = "way that only varies one of them is" if found.aside == 1 else "ways that only vary one are"
        ranked += f" {found.aside} more {said} left out."
    return found.ways, found.aside, ranked


def _front(made: Graph, start: str, end: str) -> tuple[Sequence[Path], int, str]:
    found = front(made, start, end, CRITERIA, most=MOST_PARETO)
    how = (
        "No way beats another of these in hours, dollars, CO2e, reliability and exposure at once; each other "
        f"way takes at least as much in all of them as one of these, within {found.within:.0%}."
    )
    return found.ways, 0, how


def _told(made: Graph, paths: Sequence[Path], worth: Worth, depart: datetime | None) -> tuple[Choice, ...]:
    routes = [describe(made, path) for path in paths]
    names = named(made.network, routes)
    return tuple(
        Choice(
            letter=letter(at), name=name, route=route,
            usd_with_time_per_unit=route.usd_per_unit.value
            + route.hours.value * worth.usd_per_t_h * made.good.t_per_unit,
            timetable=timetable(made, path, depart) if depart else None,
            track=of_route(made.network, route),
        )
        for at, (name, route, path) in enumerate(zip(names, routes, paths, strict=True))
    )  # fmt: skip


def _words(
    good: Good, month: int | None, worth: Worth, how: str, points: Sequence[SinglePoint], weighs: bool
) -> tuple[str, ...]:
    closed = f"Closures are those of {MONTHS[month - 1]}." if month else "Closures are averages of the year."
    unit = f"A TEU carries {good.t_per_unit:g} t of {good.name}. " if good.form == "container" else ""
    narrow = ", ".join(point.name for point in points)
    passed = (
        f"Every way passes {narrow}." if points else "No place or country between is passed by every way."
    )
    return (how, *((worth.words,) if weighs else ()), f"{unit}{closed}", passed)
