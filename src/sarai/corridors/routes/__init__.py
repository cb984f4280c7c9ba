"""Ways from door to door: the best by one cost, and by several at once; what they are, and how they fail."""

from sarai.corridors.routes.apart import Apart, apart
from sarai.corridors.routes.describing import At, Figure, Regimes, Route, Stretch, describe
from sarai.corridors.routes.front import Front, pareto
from sarai.corridors.routes.kbest import k_best
from sarai.corridors.routes.paths import Path
from sarai.corridors.routes.points import SinglePoint, single_points
from sarai.corridors.routes.times import Stop, Timetable, timetable
from sarai.corridors.routes.weighing import Weighing

__all__ = [
    "Apart",
    "At",
    "Figure",
    "Front",
    "Path",
    "Regimes",
    "Route",
    "SinglePoint",
    "Stop",
    "Stretch",
    "Timetable",
    "Weighing",
    "apart",
    "describe",
    "k_best",
    "pareto",
    "single_points",
    "timetable",
]
