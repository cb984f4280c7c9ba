"""One chart of each kind, of invented numbers, with holes in all."""

from __future__ import annotations

from datetime import date
from math import sin

from sarai.telling.charts import (
    Area,
    Arrow,
    Bar,
    Bars,
    Break,
    Change,
    Heat,
    Lines,
    Link,
    Map,
    Panel,
    Point,
    Sankey,
    Scatter,
    Series,
    Slopes,
    Words,
)

FIRST = date(2019, 1, 1)
MONTHS = 60
HOLES = range(20, 24)


def words(title: str, unit: str = "USD a month", note: str = "") -> Words:
    return Words(title=title, unit=unit, source="invented for a test", note=note)


def sent(number: int = 0, *, holes: bool = True) -> Series:
    """A series that rises in 2022, with four months not published and a month alone between holes."""
    values = [2e6 + 4e5 * sin(m / 3 + number) + (6e6 if m > 38 else 0) for m in range(MONTHS)]
    lacking = {*HOLES, 30, 32} if holes else set()
    seen = [None if m in lacking else v for m, v in enumerate(values)]
    return Series(
        name="sent to Kazakhstan", first=FIRST, values=tuple(seen),
        low=tuple(v and 0.85 * v for v in seen), high=tuple(v and 1.15 * v for v in seen),
    )  # fmt: skip


def received() -> Series:
    values = [1.6e6 + 2e5 * sin(m / 4) + (9e5 if m > 40 else 0) for m in range(MONTHS)]
    seen = [None if m in (*HOLES, 50, 51, 52) else v for m, v in enumerate(values)]
    return Series(name="recorded on arrival", first=FIRST, values=tuple(seen))


BREAK = Break(period=date(2022, 4, 1), low=date(2022, 2, 1), high=date(2022, 6, 1))
LINES = Lines(
    words=words("Sent and recorded", note="Recorded values are c.i.f., sent ones f.o.b."),
    panels=(Panel(name="Germany to Kazakhstan, all goods", series=(sent(), received()), breaks=(BREAK,)),),
)
MULTIPLES = Lines(
    words=words("Trend by group of goods", "USD a month; each panel has its own scale"),
    panels=tuple(
        Panel(name=f"Tier {n + 1}: goods of the group number {n + 1}", series=(sent(n, holes=n % 2 == 0),),
              breaks=(BREAK,) if n % 3 == 0 else ())
        for n in range(5)
    ),
)  # fmt: skip
NAMES = (
    "Germany",
    "Netherlands",
    "Poland",
    "Lithuania",
    "Czechia",
    "Italy",
    "Bosnia and Herzegovina",
    "Finland",
)
BARS = Bars(
    words=words("What did not arrive", "share of what was sent"),
    bars=tuple(
        Bar(name=name, value=None if n == 3 else 0.9 - 0.14 * n, low=None if n == 3 else 0.8 - 0.14 * n,
            high=None if n == 3 else 0.97 - 0.14 * n)
        for n, name in enumerate(NAMES)
    ),
)  # fmt: skip
DOTS = Bars(
    words=words("The effect, estimated in two ways", "coefficient on treated x after"),
    dots=True,
    ranked=False,
    bars=(
        Bar(name="asinh, two-way fixed effects", value=0.62, low=0.21, high=1.03),
        Bar(name="PPML", value=0.48, low=-0.04, high=1.0),
    ),
)
SLOPES = Slopes(
    words=words("Before and after", "USD m a year"),
    before="2021",
    after="2022",
    changes=tuple(
        Change(
            name=name,
            before=None if n == 2 else 1e6 * (n + 1),
            after=None if n == 5 else 1e6 * (n + 1) * (1.9 - n / 4),
        )
        for n, name in enumerate(NAMES)
    ),
)
SCATTER = Scatter(
    words=words("Two accounts of one flow", "USD, 2022, each dot a line of goods"),
    x="sent, USD",
    y="received, USD",
    log=True,
    equal=True,
    points=tuple(
        Point(
            name=f"85{n:02d}",
            x=1e4 * 1.4**n,
            y=None if n == 7 else 1e4 * 1.4**n * (0.1 if n in (4, 14) else 0.9),
            marked=n in (4, 14),
        )
        for n in range(20)
    ),
)
HEAT = Heat(
    words=words("What each reporter published", "months published"),
    filled="published",
    rows=NAMES,
    columns=tuple(f"{2019 + m // 12}-{m % 12 + 1:02d}" for m in range(MONTHS)),
    cells=tuple(
        tuple(None if (n == 2 and m in HOLES) or (n == 5 and m > 50) else 1.0 for m in range(MONTHS))
        for n in range(len(NAMES))
    ),
)
HEAT_SIZED = Heat(
    words=words("Sent by month and partner"), rows=NAMES, columns=HEAT.columns,
    cells=tuple(tuple(None if cell is None else float(n * m % 50) * 1e5 for m, cell in enumerate(row))
                for n, row in enumerate(HEAT.cells)),
)  # fmt: skip
SANKEY = Sankey(
    words=words("From exporters by way of Kazakhstan", "USD m, 2022"),
    layers=("exporter", "transit", "destination"),
    links=(
        Link(giver="Germany", taker="Kazakhstan", value=52.0),
        Link(giver="Poland", taker="Kazakhstan", value=31.0),
        Link(giver="Lithuania", taker="Kazakhstan", value=12.0),
        Link(giver="Lithuania", taker="Kyrgyzstan", value=14.0),
        Link(giver="Italy", taker="Kyrgyzstan", value=9.0),
        Link(giver="Malta", taker="Kazakhstan", value=None),
        Link(giver="Kazakhstan", taker="Russia", value=48.0, layer=1),
        Link(giver="Kazakhstan", taker="kept", value=47.0, layer=1),
        Link(giver="Kyrgyzstan", taker="Russia", value=19.0, layer=1),
        Link(giver="Kyrgyzstan", taker="kept", value=4.0, layer=1),
    ),
)
MAP = Map(
    words=words("Where it went", "USD m, 2022", "Borders as drawn by Natural Earth, which is no opinion."),
    drawn="sent",
    filled="growth of what arrived",
    areas=tuple(
        Area(code=c, value=v)
        for c, v in (
            ("KZ", 1.9),
            ("KG", 3.5),
            ("AM", 2.7),
            ("GE", 1.2),
            ("UZ", 1.5),
            ("BY", None),
            ("TJ", 0.0),
        )
    ),
    arrows=tuple(
        Arrow(exporter=a, importer=b, value=v)
        for a, b, v in (
            ("EU", "KZ", 95.0),
            ("EU", "KG", 23.0),
            ("KZ", "RU", 48.0),
            ("KG", "RU", 19.0),
            ("EU", "RU", 30.0),
            ("EU", "AM", 12.0),
            ("AM", "RU", 8.0),
            ("TR", "KZ", 14.0),
            ("CN", "KZ", 60.0),
            ("BY", "RU", None),
        )
    ),
)
ALL = {
    "lines": LINES,
    "multiples": MULTIPLES,
    "bars": BARS,
    "dots": DOTS,
    "slopes": SLOPES,
    "scatter": SCATTER,
    "heat": HEAT,
    "heat_sized": HEAT_SIZED,
    "sankey": SANKEY,
    "map": MAP,
}
