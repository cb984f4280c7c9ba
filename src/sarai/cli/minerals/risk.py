"""sarai minerals risk: supply risk by the EU's method, beside what was published."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sarai.cli import options
from sarai.cli.flows.telling import draw
from sarai.cli.minerals import minerals
from sarai.cli.minerals.asking import PLOT, data
from sarai.cli.output import answer, busy, grid, note

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.minerals.dependence import StageRisk
    from sarai.telling.minerals_risk import Read, Row, Told

COLUMNS = [
    "Material", ">Risk", ">EU's\nlist", ">Off", "Stage", ">World\nHHI", ">EU\nHHI", ">IR",
    "Benchmarks",
]  # fmt: skip
MARKS = (
    "Benchmarks of 2030: E extraction 10 %, P processing 40 %, R recycling 25 %, 1 at most 65 % from one "
    "country; + met, - missed, ? not known."
)
MOST_ODD = 6


@minerals.command()
@click.argument("materials", nargs=-1, metavar="[MATERIAL]...")
@data
@click.option("--year", type=click.IntRange(1996, 2100), default=None, metavar="YEAR",
              help="Of the EU's list (2023), or of production; else the last one.")  # fmt: skip
@click.option("--importer", default="EU", show_default=True, metavar="EU|CC",
              help="Whose supply: the EU, or a country.")  # fmt: skip
@click.option("--explain", metavar="MATERIAL", default="",
              help="Instead, every term of this one, with the countries that weigh most.")  # fmt: skip
@click.option("--readings", "by_reading", is_flag=True,
              help="Instead, what other readings of the method give beside published figures.")  # fmt: skip
@options.as_json
@PLOT
def risk(materials: tuple[str, ...], folder: Path, year: int | None, importer: str, explain: str,
         by_reading: bool, as_json: bool, plot: Path | None) -> int:  # fmt: skip
    """Supply risk of raw materials, by the method of the EU's lists.

    MATERIAL is a code or a name (gallium, natural-graphite); all 34 if none is named. A material that
    data lack has a reason in place of a figure, and stops no other.
    """
    from sarai.telling import minerals_risk as telling

    if by_reading:
        return _readings(folder, year, as_json, materials, importer)
    with busy("reading"):
        found = telling.told(folder, (*materials, explain) if explain else materials, importer, year)
    if explain:
        return _explain(found, folder, as_json)
    answer(as_json, found, lambda screen: _show(screen, found))
    draw(plot, lambda: telling.bars(found))
    return int(any(each.risk is None for each in found.materials))


def _show(screen: Console, found: Told) -> None:
    from sarai.telling.minerals_risk import rows

    lines = rows(found)
    screen.print(grid(screen, COLUMNS, map(_line, lines)))
    for each in lines:
        if each.reason:
            note(screen, f"{each.material}: {each.reason}")
    if found.comparison:
        beside = found.comparison
        order = "" if beside.spearman is None else f"; order (Spearman) {beside.spearman:.3f}"
        note(screen, f"{beside.near} of {len(beside.materials)} within 25 % of the figure as printed, "
                     f"{beside.near_rounding} within what it was rounded from{order}.")  # fmt: skip
    for line in (*found.words, MARKS):
        note(screen, line)
    for odd in found.odd[:MOST_ODD]:
        note(
            screen, f"{odd.file}, line {odd.line}: {odd.text} {odd.why}" + ("" if odd.kept else "; not used")
        )
    if len(found.odd) > MOST_ODD:
        note(screen, f"{len(found.odd) - MOST_ODD} more rows were amiss; --json has them all.")


def _line(each: Row) -> list[str]:
    off = "-" if each.off is None else f"{each.off:+.0%}"
    reliance = "-" if each.import_reliance is None else f"{each.import_reliance:.0%}"
    return [
        each.material, _figure(each.risk), _figure(each.published, 1), off, each.stage,
        _figure(each.hhi_world), _figure(each.hhi_sourcing), reliance, each.benchmarks,
    ]  # fmt: skip


def _figure(value: float | None, places: int = 2) -> str:
    return "-" if value is None else f"{value:.{places}f}"


def _explain(found: Told, folder: Path, as_json: bool) -> int:
    from sarai.telling.minerals_risk import explained

    terms = [{"of": title, "terms": stage, "countries": weighed}
             for title, stage, weighed in explained(found, folder)]  # fmt: skip
    answer(as_json, {"answer": found, "explained": terms}, lambda screen: _terms(screen, found, terms))
    return int(any(each.risk is None for each in found.materials))


def _terms(screen: Console, found: Told, terms: list[dict]) -> None:
    for each in terms:
        stage = each["terms"]
        lines = [[one.supply, one.country, f"{one.share:.1%}", f"{one.governance:.2f}", f"{one.t:g}",
                  f"{one.adds:.3f}"] for one in each["countries"]]  # fmt: skip
        columns = ["Supply", "Country", ">Share", ">Governance", ">t", ">Adds"]
        screen.print(grid(screen, columns, lines, title=each["of"]))
        note(screen, _sum(stage))
    for one in found.materials:
        for line in filter(None, (one.reason, *one.words)):
            note(screen, f"{one.material}: {line}")
        for mark in one.benchmarks:
            share = "-" if mark.share is None else f"{mark.share:.0%}"
            note(screen, f"{one.material}, {mark.name}: {share} against {mark.benchmark:.0%} {mark.said}")
    for line in (*found.words, *_sources(terms)):
        note(screen, line)


def _sources(terms: list[dict]) -> Iterator[str]:
    """Where what is stated was seen."""
    from sarai.minerals import cited_sources

    for code in sorted({each["terms"].source for each in terms} - {""}):
        source = cited_sources()[code]
        yield f"{code} ({source.kind}): {source.title}; {source.address}"


def _sum(stage: StageRisk) -> str:
    return (
        f"HHI world {_figure(stage.hhi_world)}, sourcing {_figure(stage.hhi_sourcing)}, counting "
        f"{stage.supplies}; import reliance {_figure(stage.import_reliance)} (stated "
        f"{_figure(stage.stated_reliance)}), recycled {stage.recycled:.2f}, substitution "
        f"{stage.substitution:g} ({stage.source or 'not stated'}): risk {stage.risk:.2f}"
    )


def _readings(
    folder: Path, year: int | None, as_json: bool, materials: tuple[str, ...], importer: str
) -> int:
    from sarai.telling.minerals_risk import readings

    if materials or importer.upper() != "EU":
        raise click.UsageError("--readings is of all materials of the EU; leave MATERIAL and --importer out")
    with busy("reading"):
        found = readings(folder, year)
    answer(as_json, found, lambda screen: _beside(screen, found))
    return 0


def _beside(screen: Console, found: Sequence[Read]) -> None:
    screen.print(grid(
        screen, ["Reading", ">Order", ">Within 25 %", ">Others' order", ">Within 25 %", "Farther off"],
        map(_reading, found)))  # fmt: skip
    note(screen, "Order is Spearman's. Others are materials that the study assessed and the list lacks.")


def _reading(each: Read) -> list[str]:
    held_out = each.held_out
    others = ["-", "-"] if held_out is None else [
        _figure(held_out.spearman, 3), f"{held_out.near} of {len(held_out.materials)}",
    ]  # fmt: skip
    return [each.reading, _figure(each.spearman, 3), f"{each.near} of {each.of}", *others,
            ", ".join(each.far)]  # fmt: skip
