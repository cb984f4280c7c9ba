"""Who could feed plants that are not there today, of stages of which nothing is needed yet."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from sarai.minerals.diversify.chains import Stage, feed_of, stages_of
from sarai.minerals.diversify.own import Tables
from sarai.minerals.diversify.supplying import Asked, feeders
from sarai.minerals.diversify.tables import Project

__all__ = ["fed"]


def fed(asked: Asked, tables: Tables, importer: str, inside: tuple[str, ...]) -> tuple[Tables, list[str]]:
    """Tables with suppliers of what projects would take, and words; unknown inputs are not followed.

    A stage that the tables say something of is left as they have it.
    """
    needed = {(each.material, each.stage) for each in tables.needs}
    new = sorted(stages_of(tables.needs, tables.projects, inside) - needed)
    suppliers, words = list(tables.suppliers), []
    for name, stage in new:
        if not any((each.material, each.stage) == (name, stage) for each in suppliers):
            found = feeders(asked, name, importer, stage)
            suppliers += found
            if found:
                words.append(
                    f"{stage}: nothing of {name} is asked; what projects take could come from {len(found)} "
                    "countries that sell it to others, at the world's mean price and a premium."
                )
    sources = {(each.material, each.stage) for each in (*suppliers, *tables.projects) if _gives(each)}
    blind = [stage for stage in new if stage not in sources]
    projects = [_without(each) if feed_of(each, inside) in blind else each for each in tables.projects]
    words += _unfollowed(tables.projects, blind, inside)
    return replace(tables, suppliers=suppliers, projects=projects), words


def _gives(row: object) -> bool:
    return getattr(row, "kind", "") != "stockpile"


def _without(project: Project) -> Project:
    return replace(project, input_stage="", input_material="", input_t_per_t=0.0)


def _unfollowed(projects: list[Project], blind: list[Stage], inside: tuple[str, ...]) -> Iterator[str]:
    for name, stage in blind:
        codes = [each.code for each in projects if feed_of(each, inside) == (name, stage)]
        yield (
            f"{stage}: nothing says who could give {name}, so what {', '.join(codes)} would take of it is "
            "not followed; state it in suppliers.csv of the folder of --projects."
        )
