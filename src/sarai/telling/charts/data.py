"""What charts are drawn of: plain values, where ``None`` is a hole and never a zero."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from math import isfinite

from msgspec import Struct

from sarai.goods import BadSetting

Value = float | None


class Words(Struct, frozen=True, kw_only=True):
    """What every chart says beside its picture.

    Attributes
    ----------
    unit : str
        Of what is drawn: ``USD``, ``share of imports``.
    source : str
        Who published the data, and when they were taken.
    note : str
        What a reader must know so as not to misread it.
    """

    title: str
    unit: str
    source: str
    note: str = ""


# -- over time -----------------------------------------------------------------------------------


class Series(Struct, frozen=True, kw_only=True):
    """A value for every period from the first on; a period that was not published is ``None``.

    Attributes
    ----------
    first : date
        The first day of the first period.
    step_months : int
        Months from one period to the next: 1 or 12.
    low, high : tuple
        Bounds of an interval about the values, or empty.
    """

    name: str
    first: date
    values: tuple[Value, ...]
    low: tuple[Value, ...] = ()
    high: tuple[Value, ...] = ()
    step_months: int = 1

    def __post_init__(self) -> None:
        if self.step_months < 1:
            raise BadSetting(f"series {self.name!r} steps by {self.step_months} months; give 1 or 12")
        check_numbers(self.name, (*self.values, *self.low, *self.high))
        for name, bound in (("low", self.low), ("high", self.high)):
            if bound and len(bound) != len(self.values):
                raise BadSetting(
                    f"series {self.name!r} has {len(self.values)} values and {len(bound)} of {name}; "
                    "give one for each, None where there is none"
                )

    @property
    def months(self) -> tuple[int, ...]:
        """Each period as a count of months, which is where it is drawn."""
        start = month_number(self.first)
        return tuple(range(start, start + self.step_months * len(self.values), self.step_months))

    @property
    def holes(self) -> tuple[tuple[int, int], ...]:
        """Runs of periods without a value, by the months of the first and of the last."""
        return runs([m for m, value in zip(self.months, self.values, strict=True) if value is None],
                    self.step_months)  # fmt: skip


def series(
    name: str, pairs: Iterable[tuple[date, Value]], *, step_months: int = 1, until: date | None = None
) -> Series:
    """A series of periods and values, in any order; a period that is not among them becomes a hole.

    >>> series("sent", [(date(2021, 3, 1), 4.0), (date(2021, 1, 1), 2.0)]).values
    (2.0, None, 4.0)

    Raises
    ------
    BadSetting
        There is no period, one stands twice, or one lies between the steps.
    """
    rows = sorted(pairs, key=lambda pair: pair[0])
    if not rows:
        raise BadSetting(f"series {name!r} has no periods; leave it out, or give the holes as None")
    for (one, _), (other, _) in pairwise(rows):
        if one == other:
            raise BadSetting(f"series {name!r} has {one:%Y-%m} twice; sum the rows of a period first")
    found = {month_number(period): value for period, value in rows}
    first = month_number(rows[0][0])
    last = max(month_number(rows[-1][0]), month_number(until) if until else 0)
    months = range(first, last + 1, step_months)
    astray = sorted(set(found) - set(months))
    if astray:
        raise BadSetting(f"series {name!r} steps by {step_months} months and misses {said_month(astray[0])}")
    return Series(name=name, first=rows[0][0], step_months=step_months,
                  values=tuple(found.get(month) for month in months))  # fmt: skip


class Break(Struct, frozen=True, kw_only=True):
    """A time at which a series changes, with the bounds within which that may be."""

    period: date
    name: str = "break"
    low: date | None = None
    high: date | None = None


class Panel(Struct, frozen=True, kw_only=True):
    """Series that share their axes, and the breaks in them."""

    name: str
    series: tuple[Series, ...]
    breaks: tuple[Break, ...] = ()


class Lines(Struct, frozen=True, kw_only=True):
    """Series over time; more than one panel make small multiples, each with a scale of its own."""

    words: Words
    panels: tuple[Panel, ...]


# -- at one time ---------------------------------------------------------------------------------


class Bar(Struct, frozen=True, kw_only=True):
    """A value by its name, with the bounds of its interval if it has one."""

    name: str
    value: Value
    low: Value = None
    high: Value = None

    def __post_init__(self) -> None:
        check_numbers(self.name, (self.value, self.low, self.high))


class Bars(Struct, frozen=True, kw_only=True):
    """Values ranked, the largest first, the holes last.

    Attributes
    ----------
    dots : bool
        Draw dots with their intervals, for estimates: a bar would say that zero is where they begin.
    ranked : bool
        Whether to rank them; else they stay in the order given.
    most : int
        Rows drawn; how many more there are is said, and the table has them all.
    """

    words: Words
    bars: tuple[Bar, ...]
    dots: bool = False
    ranked: bool = True
    most: int = 20


class Stack(Struct, frozen=True, kw_only=True):
    """What a sum is made of, in the order of the parts of `Stacks`."""

    name: str
    values: tuple[float, ...]

    def __post_init__(self) -> None:
        for value in self.values:
            check_flow(self.name, value)

    @property
    def total(self) -> float:
        """The sum."""
        return sum(self.values)


class Stacks(Struct, frozen=True, kw_only=True):
    """Sums with what they are made of, in the order given."""

    words: Words
    parts: tuple[str, ...]
    rows: tuple[Stack, ...]

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.values) != len(self.parts):
                raise BadSetting(
                    f"{row.name!r} has {len(row.values)} values for {len(self.parts)} parts; give one each"
                )


class Change(Struct, frozen=True, kw_only=True):
    """What something was before and after."""

    name: str
    before: Value
    after: Value

    def __post_init__(self) -> None:
        check_numbers(self.name, (self.before, self.after))


class Slopes(Struct, frozen=True, kw_only=True):
    """Values before and after, each pair joined; one side missing is marked and not joined."""

    words: Words
    before: str
    after: str
    changes: tuple[Change, ...]
    log: bool = False


class Point(Struct, frozen=True, kw_only=True):
    """A pair of values; one that is ``marked`` stands out and has its name beside it."""

    name: str
    x: Value
    y: Value
    marked: bool = False

    def __post_init__(self) -> None:
        check_numbers(self.name, (self.x, self.y))


class Scatter(Struct, frozen=True, kw_only=True):
    """Two values of each thing against each other.

    Attributes
    ----------
    equal : bool
        Draw the line on which both are equal, as for two accounts of one flow.
    log : bool
        Both axes are logarithmic; what is not above zero is counted and not drawn.
    joined : bool
        Join the points by a line, from left to right, as of a frontier.
    """

    words: Words
    x: str
    y: str
    points: tuple[Point, ...]
    log: bool = False
    equal: bool = False
    joined: bool = False


class Heat(Struct, frozen=True, kw_only=True):
    """Cells in rows and columns, darker the larger; a hole is hatched, a zero is empty.

    Attributes
    ----------
    filled : str
        If cells have no size: what one that is filled means, as ``published``.
    """

    words: Words
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[Value, ...], ...]
    filled: str = ""

    def __post_init__(self) -> None:
        if len(self.cells) != len(self.rows) or any(len(row) != len(self.columns) for row in self.cells):
            raise BadSetting(
                f"heat table {self.words.title!r} has {len(self.rows)} rows and {len(self.columns)} columns; "
                "give a cell for each, None for a hole"
            )
        check_numbers(self.words.title, [value for row in self.cells for value in row])


# -- from one to another -------------------------------------------------------------------------


class Link(Struct, frozen=True, kw_only=True):
    """What goes from a node of one layer to a node of the next; ``None`` if it was not published."""

    giver: str
    taker: str
    value: Value
    layer: int = 0

    def __post_init__(self) -> None:
        check_flow(f"{self.giver} to {self.taker}", self.value)


class Sankey(Struct, frozen=True, kw_only=True):
    """Flows through layers, as exporters, transit and destinations; every width is of one unit."""

    words: Words
    layers: tuple[str, ...]
    links: tuple[Link, ...]

    def __post_init__(self) -> None:
        for link in self.links:
            if not 0 <= link.layer < len(self.layers) - 1:
                raise BadSetting(
                    f"link {link.giver} to {link.taker} leaves layer {link.layer}; "
                    f"there are layers 0 to {len(self.layers) - 1}, and the last gives nothing"
                )


class Area(Struct, frozen=True, kw_only=True):
    """A country's value, by its alpha-2 code."""

    code: str
    value: Value

    def __post_init__(self) -> None:
        check_numbers(self.code, (self.value,))


class Arrow(Struct, frozen=True, kw_only=True):
    """What goes from one country to another, by their alpha-2 codes; ``EU`` is one too."""

    exporter: str
    importer: str
    value: Value

    def __post_init__(self) -> None:
        check_flow(f"{self.exporter} to {self.importer}", self.value)


class Map(Struct, frozen=True, kw_only=True):
    """Countries filled by value, flows as arrows, or both.

    Attributes
    ----------
    filled, drawn : str
        What the colour and what the width of an arrow mean.
    frame : tuple, optional
        West, south, east, north in degrees; without it, what holds all countries named.
    """

    words: Words
    areas: tuple[Area, ...] = ()
    arrows: tuple[Arrow, ...] = ()
    filled: str = ""
    drawn: str = ""
    frame: tuple[float, float, float, float] | None = None


# -- along ways ----------------------------------------------------------------------------------


class Way(Struct, frozen=True, kw_only=True):
    """A line over the map.

    Attributes
    ----------
    points : tuple
        Latitude and longitude, degrees, in order.
    mode : str
        How goods go there: ``rail``, ``road``, ``sea``, ``ferry``, ``river``, ``pipeline`` or ``air``.
    value : float, optional
        How much goes there, which is its width.
    of : tuple of str
        Letters of the `Route`s that go there.
    name : str
        For the table.
    """

    points: tuple[tuple[float, float], ...]
    mode: str
    value: Value = None
    of: tuple[str, ...] = ()
    name: str = ""

    def __post_init__(self) -> None:
        check_flow(self.name or self.mode, self.value)
        if len(self.points) < 2:
            raise BadSetting(
                f"way {self.name or self.mode!r} has {len(self.points)} points; give two or more"
            )


class Route(Struct, frozen=True, kw_only=True):
    """A way that stands out, by the letter that its lines name, with what the legend says of it."""

    letter: str
    name: str


class Spot(Struct, frozen=True, kw_only=True):
    """A place on the map; one that is ``marked`` is named first."""

    name: str
    latitude_deg: float
    longitude_deg: float
    marked: bool = False


class Ways(Struct, frozen=True, kw_only=True):
    """Legs over the map: by mode, as wide as what goes there, and routes that stand out.

    Attributes
    ----------
    drawn : str
        What a width means.
    routes : tuple of Route
        The first is drawn on top.
    """

    words: Words
    ways: tuple[Way, ...]
    routes: tuple[Route, ...] = ()
    spots: tuple[Spot, ...] = ()
    drawn: str = ""


# -- about a middle ------------------------------------------------------------------------------


class Outline(Struct, frozen=True, kw_only=True):
    """A value for each direction, with the bounds of their intervals or without any.

    Attributes
    ----------
    dashed : bool
        Whether to draw it with dashes, as what was before.
    """

    name: str
    values: tuple[Value, ...]
    low: tuple[Value, ...] = ()
    high: tuple[Value, ...] = ()
    dashed: bool = False

    def __post_init__(self) -> None:
        for value in (*self.values, *self.low, *self.high):
            check_flow(self.name, value)


class Compass(Struct, frozen=True, kw_only=True):
    """Values in directions about a middle, which is zero.

    Attributes
    ----------
    most : float
        What the outer ring stands for; 0: the largest value.
    """

    words: Words
    directions: tuple[str, ...]
    outlines: tuple[Outline, ...]
    most: float = 0.0

    def __post_init__(self) -> None:
        several = len(self.directions)
        for each in self.outlines:
            if len(each.values) != several or any(len(e) not in (0, several) for e in (each.low, each.high)):
                raise BadSetting(
                    f"outline {each.name!r} has {len(each.values)} values for {several} directions; give one "
                    "for each, None for a hole"
                )


Chart = Lines | Bars | Stacks | Slopes | Scatter | Heat | Sankey | Map | Ways | Compass

# -- checks and times ----------------------------------------------------------------------------


def check_numbers(name: str, values: Iterable[Value]) -> None:
    """Hold that every value is a finite number or a hole: NaN would pass for neither."""
    for value in values:
        if value is not None and not isfinite(value):
            raise BadSetting(f"{name!r} has the value {value}; give a number, or None for a hole")


def check_flow(name: str, value: Value) -> None:
    """Hold that a flow can have a width."""
    check_numbers(name, (value,))
    if value is not None and value < 0:
        raise BadSetting(f"the flow {name} is {value}; a width cannot be negative: swap its ends")


def month_number(period: date) -> int:
    """A period as a count of months since the year 0."""
    return period.year * 12 + period.month - 1


def said_month(number: int) -> str:
    """The month of a count.

    >>> said_month(month_number(date(2021, 12, 1)))
    '2021-12'
    """
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def runs(months: Iterable[int], step: int) -> tuple[tuple[int, int], ...]:
    """Months, ascending, as runs of neighbours.

    >>> runs([1, 2, 3, 7], 1)
    ((1, 3), (7, 7))
    """
    found: list[tuple[int, int]] = []
    for month in months:
        if found and month - found[-1][1] == step:
            found[-1] = (found[-1][0], month)
        else:
            found.append((month, month))
    return tuple(found)
