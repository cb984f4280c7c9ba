"""The packaged tables of materials: read once, and every fault told with its row and the next step."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec

from sarai.corridors import Fault
from sarai.goods import BadSetting, SaraiError
from sarai.minerals.materials import STAGES, HsCode, Material, Source, Substitute, Use

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
MOST_TOLD = 20  # faults in the text of an error; all of them are in its `faults`


class TablesFaulty(SaraiError):
    """Tables that cannot be used as they stand; `faults` are all of them."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        more = len(self.faults) - MOST_TOLD
        told = [str(each) for each in self.faults[:MOST_TOLD]]
        super().__init__("\n".join([*told, *([f"and {more} more"] if more > 0 else [])]))


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
    rows = tuple(_rows(text, kind, source, faults))
    if faults:
        raise TablesFaulty(faults)
    return rows


def _rows(text: str, kind: type[R], source: str, faults: list[Fault]) -> Iterator[R]:
    told = [
        (number, line)
        for number, line in enumerate(text.lstrip("\ufeff").splitlines(), start=1)
        if line.strip() and not line.startswith("#")
    ]
    reader = csv.DictReader((line for _, line in told), strict=True)
    seen: dict[R, int] = {}
    try:
        if wrong := _header(kind, reader.fieldnames or ()):
            faults.append(Fault(source, told[0][0] if told else 1, "", "", wrong))
            return
        for row in reader:
            number = told[min(reader.line_num, len(told)) - 1][0]
            each = _row(kind, row, source, number, faults)
            if each is not None and (before := seen.setdefault(each, number)) != number:
                faults.append(Fault(source, number, "", "", f"says again what line {before} says; keep one"))
            elif each is not None:
                yield each
    except csv.Error as fault:
        faults.append(Fault(source, reader.line_num, "", "", f"is no CSV that can be read: {fault}"))


def _header(kind: type[msgspec.Struct], columns: Iterable[str]) -> str:
    """What is wrong with the columns of a file; empty if nothing."""
    given = list(columns)
    fields = {each.name: each.required for each in msgspec.structs.fields(kind)}
    missing = [name for name, required in fields.items() if required and name not in given]
    unknown = [name for name in given if name not in fields]
    if not missing and not unknown:
        return ""
    what = f"has no column {missing[0]!r}" if missing else f"has a column {unknown[0]!r} that is not known"
    return f"{what}; the columns are {', '.join(fields)}"


def _row(kind: type[R], row: Mapping[Any, Any], source: str, number: int, faults: list[Fault]) -> R | None:
    """A row as its `kind`; none, and a fault, if it cannot be."""
    if None in row or None in row.values():
        words = "has more or fewer fields than the header; mend the commas"
        faults.append(Fault(source, number, "", "", words))
        return None
    said = {name: _value(text.strip()) for name, text in row.items() if text.strip()}
    try:
        return msgspec.convert(said, kind, strict=False)
    except msgspec.ValidationError as fault:
        words, _, column = str(fault).partition(" - at `$.")
        column = column.rstrip("`")
        faults.append(Fault(source, number, column, row.get(column, ""), words[:1].lower() + words[1:]))
        return None


def _value(text: str) -> str | bool:
    return text == "yes" if text in ("yes", "no") else text


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
