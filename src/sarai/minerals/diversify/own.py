"""Tables of a case: the packaged projects and prices, and a folder of the user's own before them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from sarai.goods import BadSetting
from sarai.minerals.diversify.tables import TABLES, Limit, Need, Project, Supplier, Way
from sarai.minerals.loading import packaged, read_table

__all__ = ["Price", "Tables", "over", "packaged_prices", "packaged_projects", "read_folder"]


class Price(Struct, frozen=True, kw_only=True):
    """What a tonne costs, and who says so."""

    material: str
    stage: str
    usd_per_t: float
    year: int
    source: str


class Tables(Struct, frozen=True, kw_only=True):
    """Rows by kind; an empty table says nothing."""

    needs: list[Need] = []
    suppliers: list[Supplier] = []
    projects: list[Project] = []
    ways: list[Way] = []
    limits: list[Limit] = []


def read_folder(folder: Path) -> Tables:
    """The tables that a folder has, as ``projects.csv``.

    Raises
    ------
    BadSetting
        It has none.
    TablesFaulty
        With every row that cannot be read.
    """
    found: dict[str, Any] = {}
    for name, kind in TABLES.items():
        path = folder / f"{name}.csv"
        if path.is_file():
            found[name] = list(read_table(path.read_text("utf-8-sig"), kind, str(path)))
    if not found:
        raise BadSetting(
            f"{folder} has no table of a plan; it takes {', '.join(f'{name}.csv' for name in TABLES)}"
        )
    return Tables(**found)


def over(base: Tables, own: Tables) -> Tables:
    """Both: a row goes before one of the same code, needs before those of the same material and stage."""
    needed = {(each.material, each.stage) for each in own.needs}
    needs = [each for each in base.needs if (each.material, each.stage) not in needed] + own.needs
    rows = {
        name: list(
            (
                {each.code: each for each in getattr(base, name)} | {e.code: e for e in getattr(own, name)}
            ).values()
        )
        for name in ("suppliers", "projects", "ways", "limits")
    }
    return Tables(needs=needs, **rows)


def packaged_projects() -> list[Project]:
    """Announced projects; each says what of it is assumed."""
    return list(packaged("projects", Project))


@cache
def packaged_prices() -> dict[tuple[str, str], float]:
    """US dollars a tonne by material and stage."""
    return {(each.material, each.stage): each.usd_per_t for each in packaged("prices", Price)}
