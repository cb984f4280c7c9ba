"""sarai lists: loading and pulling lists, which versions are in force, and what is new in one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sarai.cli import options
from sarai.cli.loading import Report, load_paths, show_report, told
from sarai.cli.output import answer, busy, grid, note, plain

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.screening.listed import ListedEntity
    from sarai.screening.lists.store import Difference, ListStore, Version

SHOWN_ENTITIES = 50
DAY = click.DateTime(["%Y-%m-%d"])


def _store(*, required: bool) -> options.Decorator:
    said = "The store of lists: a SQLite file." if required else "Also load them into this store."
    return click.option(
        "--store", metavar="FILE", envvar="SARAI_LISTS", show_envvar=True, required=required, help=said
    )


@click.group()
def lists() -> None:
    """Lists of sanctions and export control, in every version."""


# -- load ----------------------------------------------------------------------------------------


@lists.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(exists=True))
@_store(required=True)
@click.option("--published", type=DAY, metavar="DATE",
              help="When the lists were published, where their files do not say so.")  # fmt: skip
@click.option("--accept-shrinking", is_flag=True,
              help="Take in a version with less than half of the entities of the one before.")  # fmt: skip
@options.as_json
def load(
    paths: tuple[str, ...], store: str, published: datetime | None, accept_shrinking: bool, as_json: bool
) -> int:
    """Take lists into the store, from files or directories.

    Each PATH stands or falls alone, and each list in it is taken in whole or not at all: a damaged file
    is refused, and the version of before stays in force. The same content again makes no version.
    """
    report = load_paths(paths, store, published and published.date().isoformat(), accept_shrinking)
    answer(as_json, report, lambda screen: show_report(screen, report))
    return told(report)


# -- pull ----------------------------------------------------------------------------------------


@lists.command()
@click.argument("name", required=False, metavar="[NAME]")
@click.option("--into", metavar="DIR", type=click.Path(file_okay=False), default="lists", show_default=True,
              help="Keep the files here, in a directory named after the list.")  # fmt: skip
@_store(required=False)
@options.as_json
def pull(name: str | None, into: str, store: str | None, as_json: bool) -> int:
    """Fetch a list from its public address, or show the addresses.

    Files of before are replaced once all of the new ones are whole. Without a way to the internet,
    fetch the files elsewhere and load them.
    """
    from sarai.screening.lists.pull import ADDRESSES, address
    from sarai.screening.lists.pull import pull as fetch

    if name is None:
        answer(as_json, {"addresses": ADDRESSES}, _show_addresses)
        return 0
    source = address(name)
    with busy(f"fetching {name}"):
        files = [str(file) for file in fetch(name, Path(into) / name)]
    report = load_paths([str(Path(into) / name)], store, None, False) if store else Report([], [], [], [])
    value = {"files": files, "page": source.page, "terms": source.terms}
    loaded = report._asdict() if store else {}
    answer(as_json, {**value, **loaded}, lambda screen: _show_pulled(screen, value, report))
    return told(report)


def _show_addresses(screen: Console) -> None:
    from sarai.screening.lists.pull import ADDRESSES

    rows = [[each.name, each.publisher, each.terms] for each in ADDRESSES]
    screen.print(grid(screen, ["List", "Publisher", "Terms of use"], rows))
    note(screen, "Their addresses, and the pages for people: --json")


def _show_pulled(screen: Console, value: dict[str, Any], report: Report) -> None:
    for file in value["files"]:
        screen.print(file, soft_wrap=True)
    show_report(screen, report)
    note(screen, f"Terms of use: {value['terms']}; {value['page']}")


# -- show ----------------------------------------------------------------------------------------


@lists.command()
@click.argument("names", nargs=-1, metavar="[LIST]...")
@_store(required=True)
@click.option("--on", type=DAY, metavar="DATE", help="The versions that were in force on this day.")
@click.option("--all", "every", is_flag=True, help="Every version of every list.")
@options.as_json
def show(names: tuple[str, ...], store: str, on: datetime | None, every: bool, as_json: bool) -> int:
    """The versions in force, of these lists or of all.

    A version is in force from the day on which it was published or, where its files do not say so,
    loaded.
    """
    if on and every:
        raise click.UsageError("--on names the versions of a day, --all is every version; give one of them")
    asked, day = names or None, on.date() if on else None
    with _open(store) as opened:
        current, digest = opened.in_force(asked, day), opened.digest(asked, day)
        versions = [each for now in current for each in opened.versions(now.list)] if every else current
    value = {"versions": [{**plain(v), "in_force": v in current} for v in versions], "digest": digest}
    answer(as_json, value, lambda screen: _show_versions(screen, versions, current))
    return 0


def _open(store: str) -> ListStore:
    from sarai.screening.lists.store import ListStore

    return ListStore.open(store, create=False)


def _show_versions(screen: Console, versions: list[Version], current: list[Version]) -> None:
    columns = ["List", ">Version", "Published", "Loaded", ">Entities", "SHA-256", ""]
    rows = [
        [
            each.list, str(each.number), each.published or "-", each.loaded.date().isoformat(),
            f"{each.count:,}", each.digest[:12], "" if each in current else "not now",
        ]
        for each in versions
    ]  # fmt: skip
    screen.print(grid(screen, columns, rows))


# -- diff ----------------------------------------------------------------------------------------


@lists.command()
@click.argument("name", metavar="LIST")
@click.argument("old", required=False, type=click.IntRange(1), metavar="[OLD")
@click.argument("new", required=False, type=click.IntRange(1), metavar="NEW]")
@_store(required=True)
@options.as_json
def diff(name: str, old: int | None, new: int | None, store: str, as_json: bool) -> int:
    """Who came onto a list, who left it, and who is described otherwise.

    By the numbers of two versions; by default, the version in force and the one before it.
    """
    with _open(store) as opened:
        if new is None:
            old, new = _last_two(opened, name, old)
        found = opened.diff(name, old, new)
    value = {"list": name, "old": old, "new": new, **_plain_difference(found)}
    answer(as_json, value, lambda screen: _show_difference(screen, value, found))
    return 0


def _last_two(store: ListStore, name: str, old: int | None) -> tuple[int, int]:
    (current,) = store.in_force([name])
    numbers = [version.number for version in store.versions(name)]
    if old is None and len(numbers) == 1:
        raise click.UsageError(f"{name} has one version only; load another to compare it with")
    return old or numbers[-2], current.number


def _plain_difference(found: Difference) -> dict[str, Any]:
    changed = [
        {
            "id": each.new.id,
            "fields": {
                field: {"old": getattr(each.old, field), "new": getattr(each.new, field)}
                for field in each.fields
            },
        }
        for each in found.changed
    ]
    return {"added": found.added, "changed": changed, "removed": found.removed}


def _show_difference(screen: Console, value: dict[str, Any], found: Difference) -> None:
    added, changed, removed = len(found.added), len(found.changed), len(found.removed)
    screen.print(
        f"{value['list']}, version {value['old']} to {value['new']}: {added:,} added, {changed:,} changed, "
        f"{removed:,} removed."
    )
    rows = [
        *(["+", each.id, _name(each), ""] for each in found.added),
        *(["~", each.new.id, _name(each.new), ", ".join(each.fields)] for each in found.changed),
        *(["-", each.id, _name(each), ""] for each in found.removed),
    ]
    if rows:
        screen.print(grid(screen, ["", "Id", "Name", "Changed"], rows[:SHOWN_ENTITIES]))
    if len(rows) > SHOWN_ENTITIES:
        screen.print(f"... and {len(rows) - SHOWN_ENTITIES:,} more; --json lists them.")


def _name(entity: ListedEntity) -> str:
    return entity.names[0].text if entity.names else "-"
