"""A chart without its picture: a table of everything in it, and what a picture shows in a few sentences."""

from __future__ import annotations

from functools import singledispatch
from typing import NamedTuple

from sarai.telling.charts.data import (
    Bars,
    Chart,
    Compass,
    Heat,
    Lines,
    Map,
    Panel,
    Sankey,
    Scatter,
    Series,
    Slopes,
    Stacks,
    Value,
    Ways,
    said_month,
)
from sarai.telling.charts.numbers import HOLE, compact, whole


class Table(NamedTuple):
    """Titles, and rows of texts; columns from ``numbers`` on are numbers."""

    titles: tuple[str, ...]
    rows: list[tuple[str, ...]]
    numbers: int = 1


@singledispatch
def table(chart: Chart) -> Table:
    """Everything that is drawn, and what was left out of the picture too."""
    raise TypeError(f"{type(chart).__name__} is no chart")


@singledispatch
def described(chart: Chart) -> str:
    """What the picture shows, for who does not see it."""
    raise TypeError(f"{type(chart).__name__} is no chart")


@table.register
def _(chart: Lines) -> Table:
    rows = []
    bounded = any(each.low for panel in chart.panels for each in panel.series)
    for panel in chart.panels:
        for each in panel.series:
            for number, month in enumerate(each.months):
                bounds = [whole(b[number]) if b else "" for b in (each.low, each.high)] if bounded else []
                rows.append((panel.name, each.name, said_month(month), whole(each.values[number]), *bounds))
    return Table(("panel", "series", "period", "value", *(("low", "high") if bounded else ())), rows, 3)


@described.register
def _(chart: Lines) -> str:
    return " ".join(_panel(panel) for panel in chart.panels)


def _panel(panel: Panel) -> str:
    said = [_series(each) for each in panel.series]
    said += [f"{each.name} at {each.period:%Y-%m}" for each in panel.breaks]
    return f"{panel.name}: {'; '.join(said)}."


def _series(each: Series) -> str:
    known = [
        (value, month) for value, month in zip(each.values, each.months, strict=True) if value is not None
    ]
    holes = holes_said(each)
    if not known:
        return f"{each.name} {holes or 'has no periods'}"
    (low, low_at), (high, high_at) = min(known), max(known)
    said = (
        f"{each.name} from {compact(low)} ({said_month(low_at)}) to {compact(high)} ({said_month(high_at)})"
    )
    return f"{said}, {holes}" if holes else said


def holes_said(each: Series) -> str:
    """Which periods a series lacks; empty if none."""
    runs = [said_month(a) if a == b else f"{said_month(a)} to {said_month(b)}" for a, b in each.holes]
    return f"{HOLE} {', '.join(runs)}" if runs else ""


@table.register
def _(chart: Bars) -> Table:
    rows = [(bar.name, whole(bar.value), *(whole(b) if b is not None else "" for b in (bar.low, bar.high)))
            for bar in chart.bars]  # fmt: skip
    return Table(("name", "value", "low", "high"), rows)


@described.register
def _(chart: Bars) -> str:
    known = sorted((bar.value, bar.name) for bar in chart.bars if bar.value is not None)
    lacking = [bar.name for bar in chart.bars if bar.value is None]
    said = [f"{len(chart.bars)} rows"]
    if known:
        said.append(f"the most is {known[-1][1]} with {compact(known[-1][0])}")
        said.append(f"the least {known[0][1]} with {compact(known[0][0])}")
    return _closed(said, lacking)


@table.register
def _(chart: Stacks) -> Table:
    rows = [(row.name, whole(row.total), *map(whole, row.values)) for row in chart.rows]
    return Table(("name", "total", *chart.parts), rows)


@described.register
def _(chart: Stacks) -> str:
    known = sorted((row.total, row.name) for row in chart.rows)
    most = f"; the most is {known[-1][1]} with {compact(known[-1][0])}" if known else ""
    return f"{len(known)} rows of {', '.join(chart.parts)}{most}."


def _closed(said: list[str], lacking: list[str]) -> str:
    return "; ".join([*said, f"{HOLE}: {', '.join(lacking)}"] if lacking else said) + "."


@table.register
def _(chart: Slopes) -> Table:
    rows = [(each.name, whole(each.before), whole(each.after)) for each in chart.changes]
    return Table(("name", chart.before, chart.after), rows)


@described.register
def _(chart: Slopes) -> str:
    both = [(e.before, e.after) for e in chart.changes if e.before is not None and e.after is not None]
    more = sum(after > before for before, after in both)
    lacking = [each.name for each in chart.changes if None in (each.before, each.after)]
    said = f"Of {len(both)} pairs {more} are more in {chart.after} than in {chart.before}"
    return _closed([said], lacking)


@table.register
def _(chart: Scatter) -> Table:
    return Table(
        ("name", chart.x, chart.y), [(each.name, whole(each.x), whole(each.y)) for each in chart.points]
    )


@described.register
def _(chart: Scatter) -> str:
    marked = [each.name for each in chart.points if each.marked]
    lacking = [each.name for each in chart.points if None in (each.x, each.y)]
    said = [f"{len(chart.points)} points, {chart.y} against {chart.x}"]
    return _closed(said + ([f"marked: {', '.join(marked)}"] if marked else []), lacking)


@table.register
def _(chart: Heat) -> Table:
    rows = [
        (name, *(_cell(value, chart.filled) for value in row))
        for name, row in zip(chart.rows, chart.cells, strict=True)
    ]
    return Table(("", *chart.columns), rows)


def _cell(value: Value, filled: str) -> str:
    return filled if filled and value else whole(value)


@described.register
def _(chart: Heat) -> str:
    holes = {
        row: sum(value is None for value in cells) for row, cells in zip(chart.rows, chart.cells, strict=True)
    }
    lacking = [f"{row} {count} of {len(chart.columns)}" for row, count in holes.items() if count]
    return _closed([f"{len(chart.rows)} rows, {len(chart.columns)} columns"], lacking)


@table.register
def _(chart: Sankey) -> Table:
    rows = [(chart.layers[e.layer], e.giver, e.taker, whole(e.value)) for e in chart.links]
    return Table(("layer", "from", "to", "value"), rows, 3)


@described.register
def _(chart: Sankey) -> str:
    known = sorted(chart.links, key=lambda link: (-(link.value or 0.0), link.giver, link.taker))
    said = [f"{e.giver} to {e.taker} {compact(e.value)}" for e in known[:5] if e.value]
    lacking = [f"{e.giver} to {e.taker}" for e in chart.links if e.value is None]
    return _closed([f"{len(chart.links)} flows through {', '.join(chart.layers)}", *said], lacking)


@table.register
def _(chart: Map) -> Table:
    rows = [(chart.filled or "value", each.code, "", whole(each.value)) for each in chart.areas]
    rows += [(chart.drawn or "flow", e.exporter, e.importer, whole(e.value)) for e in chart.arrows]
    return Table(("what", "country, exporter", "importer", "value"), rows, 3)


@described.register
def _(chart: Map) -> str:
    areas = sorted(((e.value, e.code) for e in chart.areas if e.value is not None), reverse=True)
    arrows = sorted(chart.arrows, key=lambda e: (-(e.value or 0.0), e.exporter, e.importer))
    said = [f"{code} {compact(value)}" for value, code in areas[:5]]
    said += [f"{e.exporter} to {e.importer} {compact(e.value)}" for e in arrows[:5] if e.value]
    lacking = [each.code for each in chart.areas if each.value is None]
    lacking += [f"{e.exporter} to {e.importer}" for e in arrows if e.value is None]
    return _closed(["A map", *said], lacking)


@table.register
def _(chart: Ways) -> Table:
    rows = [
        (each.name, each.mode, ", ".join(each.of), "" if each.value is None else whole(each.value))
        for each in chart.ways if each.of or each.value is not None
    ]  # fmt: skip
    return Table(("leg", "mode", "on way", chart.drawn or "value"), rows, 3)


@described.register
def _(chart: Ways) -> str:
    said = [f"{each.letter}: {each.name}" for each in chart.routes]
    widest = sorted((each for each in chart.ways if each.value), key=lambda each: (-each.value, each.name))
    said += [f"{each.name} {compact(each.value)}" for each in widest[:5]]
    return "; ".join(["A map", *said]) + "."


@table.register
def _(chart: Compass) -> Table:
    rows = [(each.name, *map(whole, each.values)) for each in chart.outlines]
    return Table(("", *chart.directions), rows)


@described.register
def _(chart: Compass) -> str:
    said = []
    for each in chart.outlines:
        known = [(value, name) for value, name in zip(each.values, chart.directions, strict=True) if value]
        said += (
            [f"{each.name} the most towards {max(known)[1]} with {compact(max(known)[0])}"] if known else []
        )
    return "; ".join([f"{len(chart.directions)} directions", *said]) + "."
