"""Charts of trade, from plain data to pictures.

`svg`, `png` and `picture` draw what `data` describes; `table` and `described` say the same in words.
A hole stays a hole in all of them.
"""

from sarai.telling.charts.data import (
    Area,
    Arrow,
    Bar,
    Bars,
    Break,
    Change,
    Chart,
    Heat,
    Lines,
    Link,
    Map,
    Panel,
    Point,
    Route,
    Sankey,
    Scatter,
    Series,
    Slopes,
    Spot,
    Way,
    Ways,
    Words,
    series,
)
from sarai.telling.charts.drawing import picture, png, svg
from sarai.telling.charts.style import variables
from sarai.telling.charts.told import Table, described, table

__all__ = [
    "Area",
    "Arrow",
    "Bar",
    "Bars",
    "Break",
    "Change",
    "Chart",
    "Heat",
    "Lines",
    "Link",
    "Map",
    "Panel",
    "Point",
    "Route",
    "Sankey",
    "Scatter",
    "Series",
    "Slopes",
    "Spot",
    "Table",
    "Way",
    "Ways",
    "Words",
    "described",
    "picture",
    "png",
    "series",
    "svg",
    "table",
    "variables",
]
