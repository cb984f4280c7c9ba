"""The packaged tables of materials: read once, and every fault told with its row and the next step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import TypeVar

import msgspec

from sarai.goods import BadSetting
from sarai.minerals.materials import STAGES, HsCode, Material, Substitute, Use
from sarai.reference.rows import Fault, Faulty, Source, rows

__all__ = [
    "TablesFaulty",
    "cited_sources",
    "hs_codes",
    "material",
    "materials",
    "named",
    "packaged",
    "read_table",
    "substitutes",
    "uses",
]  # fmt: skip

R = TypeVar("R", bound=msgspec.Struct)


class TablesFaulty(Faulty):
    """Tables of materials that cannot be used as they stand."""


def materials() -> Mapping[str, Material]:
    """The 34 materials by code, in the order of the codes."""
    return MappingProxyType({each.code: each for each in packaged("materials", Material)})


def material(code: str) -> Material:
    """A material by its code or any of its names.

    Raises
    ------
    BadSetting
        There is none; the text names the nearest.
    """
    found = named(code)
    if found:
        return materials()[found]
    from difflib import get_close_matches

    near = get_close_matches(code.casefold(), materials(), 3, 0.5) or list(materials())
    raise BadSetting(f"material {code!r} is not one of the 34; take one of {', '.join(near)}")


def named(text: str) -> str:
    """The code of a material by its code or a name of it; empty if there is none.

    >>> named("Natural Graphite"), named("HREEs"), named("Baryte"), named("Gold")
    ('natural-graphite', 'hree', 'baryte', '')
    """
    return _names().get(_plain(text), "")


def hs_codes(material: str = "", stage: str = "", year: int | None = None) -> tuple[HsCode, ...]:
    """Codes under which materials are traded; of one, of a stage and of a year's nomenclature, as asked.

    Data that stay in an old edition (BACI in HS 1992) are asked for by that edition's year.

    Raises
    ------
    BadSetting
        There is no such material or stage.

    >>> [each.hs for each in hs_codes("germanium", "processing", 2005)]
    ['811230']
    >>> [each.hs for each in hs_codes("germanium", "processing", 2023)]
    ['811292']
    """
    if stage and stage not in STAGES:
        raise BadSetting(f"stage {stage!r} is not one of {', '.join(STAGES)}")
    return tuple(
        each
        for each in _of(packaged("hs_codes", HsCode), material)
        if (not stage or each.stage == stage) and (year is None or each.holds(year))
    )


def uses(material: str = "") -> tuple[Use, ...]:
    """What materials, or one, are used for."""
    return _of(packaged("uses", Use), material)


def substitutes(material: str = "", use: str = "") -> tuple[Substitute, ...]:
    """What could stand in for materials, or one, in all uses or one."""
    found = _of(packaged("substitutes", Substitute), material)
    return tuple(each for each in found if not use or each.use == use)


def cited_sources() -> Mapping[str, Source]:
    """Where the facts come from, by code."""
    return MappingProxyType({each.code: each for each in packaged("sources", Source)})


@cache
def packaged(name: str, kind: type[R]) -> tuple[R, ...]:
    """The rows of a packaged table of materials; raises `TablesFaulty` with every fault."""
    from importlib.resources import files

    text = files("sarai.reference").joinpath("minerals", f"{name}.csv").read_text("utf-8")
    return read_table(text, kind, f"minerals/{name}.csv")


def read_table(text: str, kind: type[R], source: str) -> tuple[R, ...]:
    """The rows of a CSV whose columns are the fields of `kind`; lines that begin with ``#`` are comments.

    Raises
    ------
    TablesFaulty
        With every row that cannot be read or says again what another says.
    """
    faults: list[Fault] = []
    read = tuple(_once(text, kind, source, faults))
    if faults:
        raise TablesFaulty(faults)
    return read


def _once(text: str, kind: type[R], source: str, faults: list[Fault]) -> Iterator[R]:
    """Rows, each said once."""
    seen: dict[R, int] = {}
    for number, each in rows(text, kind, source, faults):
        if (before := seen.setdefault(each, number)) == number:
            yield each
        else:
            faults.append(Fault(source, number, "", "", f"says again what line {before} says; keep one"))


def _of(rows: tuple[R, ...], name: str) -> tuple[R, ...]:
    """Those of one material, or all."""
    code = material(name).code if name else ""
    return tuple(each for each in rows if not code or each.material == code)


@cache
def _names() -> dict[str, str]:
    """Every name, plain, of every material."""
    return {
        _plain(name): each.code
        for each in materials().values()
        for name in (each.code, each.name, *each.also.split(";"))
        if name.strip()
    }


def _plain(text: str) -> str:
    return " ".join(text.replace("-", " ").casefold().split())
