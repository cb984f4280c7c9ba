"""sarai flows load, pull: statistics from files, or from public addresses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sarai.cli import options
from sarai.cli.flows import flows
from sarai.cli.flows.asking import SPAN, codes_in, countries_in, engine_of, memory, store
from sarai.cli.output import answer, busy, grid, note
from sarai.goods import BadSetting

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.flows.periods import Span
    from sarai.flows.pulling import Plan
    from sarai.flows.readers import Reading

SHOWN_REFUSALS = 20
FORMATS = ("comtrade", "comext", "sdmx", "baci")

# -- load ----------------------------------------------------------------------------------------


@flows.command()
@click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False)
)
@store
@click.option(
    "--as", "name", type=click.Choice(FORMATS), help="Their format; told by their headers if not given."
)
@click.option(
    "--mapping",
    metavar="F.toml",
    type=click.Path(exists=True, dir_okay=False),
    help="What stands where, for tables of any other format.",
)
@click.option("--edition", metavar="HSYYYY", help="Of BACI: the edition, where file names do not say it.")
@memory
@options.as_json
def load(
    files: tuple[str, ...], store: str, name: str | None, mapping: str | None, edition: str | None,
    memory: int, as_json: bool,
) -> int:  # fmt: skip
    """Take statistics from files into the folder.

    All files of a load are of one format, and stand or fall together; a zip stands for what is in it. The
    same files again have no effect; a later load that says something else of the same flow and period
    takes its place. Exit status 1 if rows were refused.
    """
    from sarai.flows.statistics import Statistics

    statistics = Statistics(Path(store))
    with (
        busy("reading"), unpacked([Path(file) for file in files]) as paths,
        engine_of({"memory": memory}, statistics.folder) as engine,
    ):  # fmt: skip
        how, reading = read(paths, engine, name, mapping, edition)
        loaded = statistics.load(reading, paths, how, engine, datetime.now(UTC))
        refused = reading.refused.order_by("file", "row", "reason", "value")
        refusals = [] if loaded.repeated else engine.to_pyarrow(refused).to_pylist()
    refusals = [{**row, "file": Path(row["file"]).name} for row in refusals]
    value = {"repeated": loaded.repeated, "load": loaded.load, "refusals": refusals}
    answer(as_json, value, lambda screen: _show_loaded(screen, value))
    return int(bool(refusals))


@contextmanager
def unpacked(files: Sequence[Path]) -> Iterator[list[Path]]:
    """Files, with what is in a zip in its place for the time being."""
    import tempfile

    from sarai.flows.pulling import unpack

    with tempfile.TemporaryDirectory(prefix="sarai-flows-") as folder:
        found: list[Path] = []
        for number, file in enumerate(files):
            packed = file.suffix.lower() in (".zip", ".7z")
            found += sorted(unpack(file, Path(folder) / str(number))) if packed else [file]
        yield found


def read(
    paths: Sequence[Path], engine: Any, name: str | None, mapping: str | None, edition: str | None
) -> tuple[str, Reading]:
    """How files are read, in words that tell two ways apart, and what they say."""
    from sarai.flows.readers import MAPPED, READERS, read_mapping, sniff

    if mapping:
        return f"mapping {Path(mapping).read_text('utf-8')}", MAPPED.read(
            paths, engine, mapping=read_mapping(Path(mapping))
        )
    names = {name} if name else {sniff(path) for path in paths}
    if len(names) > 1:
        raise BadSetting(
            f"the files are of several formats, {' and '.join(sorted(names))}; load each by itself"
        )
    (found,) = names
    more = {"edition": edition} if found == "baci" and edition else {}
    return f"{found} {edition or ''}".strip(), READERS[found].read(paths, engine, **more)


def _show_loaded(screen: Console, value: dict[str, Any]) -> None:
    load = value["load"]
    if value["repeated"]:
        screen.print(f"These files were loaded on {load.at:%Y-%m-%d}: nothing to do.")
        return
    span = f", {load.first[:7]} to {load.last[:7]}" if load.rows else ""
    screen.print(f"{load.rows:,} rows of {', '.join(load.digits) or 'no source'}{span}.")
    if load.replaced:
        screen.print(f"{load.replaced:,} rows of before gave way to them.")
    refusals = value["refusals"]
    if refusals:
        rows = [
            [row["file"], row["column"], row["value"], row["reason"], f"{row['rows']:,}"] for row in refusals
        ]
        titles = ["File", "Column", "Value", "Refused because", ">Rows"]
        screen.print(grid(screen, titles, [[str(cell) for cell in row] for row in rows[:SHOWN_REFUSALS]]))
        more = len(refusals) - SHOWN_REFUSALS
        note(
            screen,
            f"{load.refused:,} {'row was' if load.refused == 1 else 'rows were'} refused"
            + (f"; {more} reasons more: --json" if more > 0 else ""),
        )


# -- pull ----------------------------------------------------------------------------------------


@flows.command()
@click.argument(
    "source",
    required=False,
    metavar="[SOURCE]",
    type=click.Choice(["comtrade", "comext", "eurostat", "baci", "ecb"]),
)
@click.option(
    "--into",
    metavar="DIR",
    type=click.Path(file_okay=False),
    default="statistics-files",
    show_default=True,
    help="Keep the files here, in a folder named after the source.",
)
@click.option("--reporters", metavar="LIST", default="", help="Whose figures: countries or groups.")
@click.option("--partners", metavar="LIST", default="", help="With whom; all if none is given.")
@click.option("--codes", metavar="LIST", default="", help="Codes, with commas; chpl for the priority list.")
@click.option("--span", type=SPAN, metavar="FROM..TO", help="The time, such as 2021..2022.")
@click.option("--monthly", is_flag=True, help="Months instead of years.")
@click.option("--edition", metavar="HSYYYY", default="", help="Of BACI: the edition, such as HS2017.")
@click.option(
    "--version", "release", metavar="YYYYMM", default="", help="Of BACI: the version, such as 202601."
)
@click.option(
    "--currencies", metavar="LIST", default="USD", show_default=True, help="Of the ECB: rates of these."
)
@click.option(
    "--api-key",
    "key",
    metavar="KEY",
    envvar="SARAI_COMTRADE_KEY",
    show_envvar=True,
    default="",
    help="Of UN Comtrade: your key; without one, its preview of 500 rows a request.",
)
@options.as_json
def pull(source: str | None, into: str, as_json: bool, key: str, **asked: Any) -> int:
    """Fetch statistics from a public address, or show the addresses.

    Files that are there and whole are kept, what broke off goes on, and each is noted with its SHA-256.
    Without a way to the internet, fetch the files elsewhere and load them.
    """
    import random
    import time

    from sarai.flows.pulling import SOURCES, Web
    from sarai.flows.pulling import pull as fetch

    if source is None:
        answer(as_json, {"sources": SOURCES}, _show_sources)
        return 0
    plan = plan_of(source, keyed=bool(key), **asked)
    web = Web(lambda: datetime.now(UTC), time.sleep, random.Random())
    folder = Path(into) / source
    with busy(f"fetching {len(plan.parts)} files"):
        pulled = list(fetch(plan, folder, web, key))
    value = {"folder": str(folder), "terms": plan.source.terms, "page": plan.source.page, "parts": pulled}
    answer(as_json, value, lambda screen: _show_pulled(screen, value))
    return 0


def plan_of(
    source: str, *, keyed: bool, reporters: str, partners: str, codes: str, span: Span | None, monthly: bool,
    edition: str, release: str, currencies: str,
) -> Plan:  # fmt: skip
    """What is to be fetched."""
    from sarai.flows import pulling

    if source == "baci":
        return pulling.baci(edition, release)
    if span is None:
        raise BadSetting(f"{source} is fetched by periods; say which, such as --span 2021..2022")
    if source == "ecb":
        return pulling.ecb_rates(currencies.upper().split(","), span, "M" if monthly else "A")
    if source == "comext" and not (reporters or codes):
        return pulling.comext_bulk(span)
    who, with_whom = countries_in(reporters, span, "--reporters"), countries_in(partners, span, "--partners")
    what = codes_in(codes)[0]
    if not who:
        raise BadSetting(f"{source} is fetched by reporters; say whose figures, such as --reporters KZ,LT")
    if source == "comtrade":
        return pulling.comtrade(
            who,
            span,
            frequency="M" if monthly else "A",
            codes=what or ("TOTAL",),
            partners=with_whom,
            keyed=keyed,
        )
    return pulling.comext_api(who, with_whom, what, span)


def _show_sources(screen: Console) -> None:
    from sarai.flows.pulling import SOURCES

    rows = [[each.name, each.publisher, each.terms] for each in SOURCES]
    screen.print(grid(screen, ["Source", "Publisher", "Terms of use"], rows))
    note(screen, "Pages for people, and how often each is asked: --json")


def _show_pulled(screen: Console, value: dict[str, Any]) -> None:
    rows = [[each.part.file, each.outcome, f"{each.size:,}"] for each in value["parts"]]
    screen.print(grid(screen, ["File", "", ">Bytes"], rows))
    note(screen, f"In {value['folder']}. Terms of use: {value['terms']}; {value['page']}")
