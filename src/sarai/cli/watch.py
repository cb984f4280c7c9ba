"""sarai watch: judge the book, explain an alert, hold the watch against the truth, show the typologies."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sarai.cli import options
from sarai.cli.output import answer, grid, note, plain, progress

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.ledger import Book
    from sarai.watch.finding import Alert
    from sarai.watch.given import Given

SHOWN = 40  # alerts on a screen
FINDINGS = 1

alerts = click.option(
    "--alerts", metavar="FILE", envvar="SARAI_ALERTS", show_envvar=True, required=True,
    help="Where the watch keeps alerts and how far it is: a SQLite file of its own.",
)  # fmt: skip
register = click.option(
    "--register", metavar="FILE", type=click.Path(exists=True, dir_okay=False),
    help="The register of firms, JSON Lines: id, activity, founded, address, phone, director.",
)  # fmt: skip


@click.group()
def watch() -> None:
    """Typologies of evasion over the book, and their alerts."""


# -- run -----------------------------------------------------------------------------------------


@watch.command()
@options.ledger
@alerts
@register
@click.option("--lists", multiple=True, metavar="PATH", type=click.Path(exists=True),
              help="Hold parties against these lists: files, directories or a store.")  # fmt: skip
@click.option("--owners", metavar="FILE", type=click.Path(exists=True, dir_okay=False),
              help="Stakes of owners, as `sarai screen --ownership` reads them.")  # fmt: skip
@click.option("--controls", multiple=True, metavar="PATH", type=click.Path(exists=True),
              help="Hold goods against these control lists.")  # fmt: skip
@click.option("--decisions", metavar="FILE", type=click.Path(exists=True, dir_okay=False),
              help="What officers have decided on hits: who was cleared raises nothing.")  # fmt: skip
@click.option("--now", type=options.TIME, metavar="TIME",
              help="Judge also what was due before then; by default, before the last entry.")  # fmt: skip
@click.option("--mended", multiple=True, metavar="NAME",
              help="Ask this typology again, which had failed, of all that it has missed.")  # fmt: skip
@options.as_json
def run(
    ledger: str, alerts: str, now: datetime | None, mended: tuple[str, ...], as_json: bool, **given: Any
) -> int:
    """Judge what is new in the book; tell the alerts that are new.

    The book is only read. Exit status 1 if there are new alerts, or a typology is switched off.
    """
    from sarai.watch.running import Watching
    from sarai.watch.store import AlertStore

    with options.open_book(ledger) as book, AlertStore.open(alerts) as store:
        watching = Watching(book, store, _given(**given), mended)
        with progress("judging", watching.backlog) as show:
            new = list(watching.run(now, show))
        value = {"judged": watching.watch.position, "alerts": [described(book, each) for each in new],
                 "off": plain(watching.off)}  # fmt: skip
        answer(as_json, value, lambda screen: _show_run(screen, value))
        return FINDINGS if new or watching.off else 0


def _given(register: str | None, owners: str | None, decisions: str | None, **lists: Any) -> Given:
    """What the watch is given beside the book."""
    from sarai.watch.given import Given

    def path(name: str | None) -> Path | None:
        return Path(name) if name else None

    return Given.read(path(register), owners=path(owners), decisions=path(decisions), **lists)


def described(book: Book, alert: Alert) -> dict[str, Any]:
    """An alert with its documents by name, as JSON has it."""
    from sarai.ledger.reading import Reader
    from sarai.ledger.rows import from_us

    reader = Reader(book.store)
    shown = {"entry": alert.entry, "documents": [
        dict(zip(("kind", "issuer", "number", "version"), reader.document_name(entry), strict=True))
        for entry in alert.entries
    ]}  # fmt: skip
    lots = reader.names(alert.lots)
    return plain(
        {
            "id": alert.id, "typology": alert.typology, "version": alert.version, "subject": alert.subject,
            "raised": from_us(alert.raised), "score": alert.score, "words": alert.words, **shown,
            "parties": alert.parties, "lots": [lots[lot] for lot in alert.lots],
            "consignment": alert.consignment, "reasons": alert.reasons, "facts": alert.facts,
        }
    )  # fmt: skip


def _show_run(screen: Console, value: dict[str, Any]) -> None:
    found = value["alerts"]
    if found:
        rows = [
            [each["raised"][:16].replace("T", " "), each["id"], f"{each['score']:.1f}",
             f"{each['typology']}: {each['words']}"]
            for each in found[-SHOWN:]
        ]  # fmt: skip
        screen.print(grid(screen, ["Raised (UTC)", "alert", ">score", "what"], rows))
        if len(found) > SHOWN:
            note(screen, f"the latest {SHOWN} of {len(found):,}; all of them with --json")
    else:
        screen.print("No new alerts.")
    for fault in value["off"]:
        screen.print(
            f"SWITCHED OFF: {fault['typology']} failed at entry {fault['entry']:,} ({fault['why']}). "
            f"Mend it, then: sarai watch run --mended {fault['typology']}", style="bold red", soft_wrap=True,
        )  # fmt: skip
    note(screen, f"judged up to entry {value['judged']:,}; why: sarai watch explain ALERT")


# -- explain -------------------------------------------------------------------------------------


@watch.command()
@click.argument("alert")
@options.ledger
@alerts
@options.as_json
def explain(alert: str, ledger: str, alerts: str, as_json: bool) -> int:
    """Why ALERT was raised: every reason with its points, and the documents that show it."""
    from sarai.watch.store import AlertStore
    from sarai.watch.typologies import TYPOLOGIES

    with options.open_book(ledger) as book, AlertStore.open(alerts, create=False) as store:
        value = described(book, store.alert(alert))
    row = next((each for each in TYPOLOGIES if each.name == value["typology"]), None)
    value |= {"title": row.title, "source": row.source, "advice": row.advice} if row else {}
    answer(as_json, value, lambda screen: _show_alert(screen, value))
    return 0


def _show_alert(screen: Console, value: dict[str, Any]) -> None:
    screen.print(f"{value.get('title', value['typology'])}, score {value['score']:.1f}", style="bold")
    screen.print(value["words"], soft_wrap=True)
    rows = [[each["typology"], f"{each['points']:.2f}", each["words"]] for each in value["reasons"]]
    screen.print()
    screen.print(grid(screen, ["What speaks for it", ">points", ""], rows))
    documents = [[each["kind"], f"{each['issuer']}/{each['number']}"] for each in value["documents"]]
    screen.print()
    screen.print(grid(screen, ["Documents", ""], documents))
    if value.get("advice"):
        screen.print(f"\nNext: {value['advice']}", soft_wrap=True)
        note(screen, f"After {value['source']}")


# -- typologies ----------------------------------------------------------------------------------


@watch.command()
@options.as_json
def typologies(as_json: bool) -> int:
    """The table of typologies: what each looks for, where it comes from, its settings."""
    from sarai.watch.typologies import TYPOLOGIES

    names = ("name", "title", "source", "needs", "on", "points", "parameters", "text", "advice", "version")
    value = [{name: getattr(row, name) for name in names} for row in TYPOLOGIES]

    def show(screen: Console) -> None:
        rows = [[row.name, row.title, f"{row.points:g}", row.source] for row in TYPOLOGIES]
        screen.print(grid(screen, ["Typology", "finds", ">points", "after"], rows))

    answer(as_json, value, show)
    return 0


# -- evaluate ------------------------------------------------------------------------------------


@watch.command()
@click.argument("directory", required=False, metavar="[DIR]", type=click.Path(exists=True, file_okay=False))
@options.seed
@click.option("--traders", type=int, default=2_000, show_default=True, help="Of a state to simulate.")
@click.option("--days", type=int, default=60, show_default=True, help="Of a state to simulate.")
@options.as_json
def evaluate(directory: str | None, seed: int, traders: int, days: int, as_json: bool) -> int:
    """Hold the watch against a state of which the truth is known.

    DIR is what sarai simulate has written; without it, a state is simulated.
    """
    from sarai.cli.evaluating import evaluated, show_evaluation

    value = evaluated(directory and Path(directory), seed, traders, days)
    answer(as_json, value, lambda screen: show_evaluation(screen, value))
    return 0
