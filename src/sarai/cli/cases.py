"""sarai cases: what officers do with alerts that belong together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sarai.cli import options
from sarai.cli.options import Decorator
from sarai.cli.output import answer, busy, note
from sarai.cli.root import FINDINGS
from sarai.cli.watch import alerts

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.ledger import Result
    from sarai.watch.cases import Desk, Officer, Ranked

now = click.option("--now", type=options.TIME, metavar="T",
                   help="The time by which clocks run; by default, the clock's.")  # fmt: skip
clocks = click.option(
    "--clocks", metavar="FILE", type=click.Path(exists=True, dir_okay=False),
    help="Days of the deadline clocks, where the law says others: TOML, a line such as decision = 20.",
)  # fmt: skip
reason = click.option("--reason", default="", metavar="TEXT", help="Why, for whoever reads it later.")
lots = click.option("--lot", "lots", multiple=True, metavar="LOT",
                    help="Only this lot of the case, as ISSUER/NUMBER#ITEM; may be given again.")  # fmt: skip


def acting(command: Callable[..., Any]) -> Callable[..., Any]:
    """What every step of an officer needs."""
    decorators: tuple[Decorator, ...] = (
        click.argument("case"),
        options.ledger,
        alerts,
        click.option("--officer", metavar="ID", envvar="SARAI_OFFICER", show_envvar=True, default="",
                     help="Who does it."),
        click.option("--authority", metavar="PARTY", default="",
                     help="For which authority of the book; by default, the only one."),
        now,
        options.as_json,
    )  # fmt: skip
    for decorate in reversed(decorators):
        command = decorate(command)
    return command


@click.group()
def cases() -> None:
    """Cases: alerts that belong together, what to do about them, until when."""


@contextmanager
def at_desk(
    ledger: str, alerts: str, now: datetime | None = None, clocks: str | None = None
) -> Iterator[Desk]:
    """The desk of a book and a file of alerts, which must be there."""
    from sarai.watch.cases import CLOCKS, Desk, read_clocks
    from sarai.watch.store import AlertStore

    table = read_clocks(Path(clocks)) if clocks else CLOCKS
    with options.open_book(ledger) as book, AlertStore.open(alerts, create=False) as store:
        yield Desk(book, store, now or datetime.now(UTC), table)


# -- looking -------------------------------------------------------------------------------------


@cases.command("list")
@options.ledger
@alerts
@click.option("--all", "closed", is_flag=True, help="Closed cases too.")
@click.option("--assignee", metavar="ID", help="Only those that this officer has.")
@now
@clocks
@options.as_json
def list_cases(
    ledger: str, alerts: str, closed: bool, assignee: str | None, as_json: bool, **times: Any
) -> int:
    """The queue: goods on the road not looked at, then what is overdue, then by score.

    Exit status 1 if something is overdue.
    """
    from sarai.cli.case_words import show_queue
    from sarai.telling.cases import summary

    with at_desk(ledger, alerts, **times) as desk, busy("gathering"):
        queue = [each for each in desk.ranked(closed=closed) if assignee in (None, each.case.assignee)]
        weights = desk.weights
    value = {"now": desk.now, "decisions": weights.decisions, "cases": [summary(each) for each in queue]}
    answer(as_json, value, lambda screen: show_queue(screen, queue, weights))
    return FINDINGS if any(each.overdue for each in queue) else 0


@cases.command()
@click.argument("case")
@options.ledger
@alerts
@now
@clocks
@options.as_json
def show(case: str, ledger: str, alerts: str, as_json: bool, **times: Any) -> int:
    """A case: why, what is at stake, what was done, what is due.

    CASE is its name or the beginning of it, or one of its alerts.
    """
    from sarai.cli.case_words import show_case
    from sarai.telling.cases import described

    with at_desk(ledger, alerts, **times) as desk, busy("gathering"):
        found = desk.one(case)
    answer(as_json, described(found), lambda screen: show_case(screen, found))
    return 0


@cases.command()
@click.argument("case")
@options.ledger
@alerts
@click.option("--out", metavar="FILE", required=True, type=click.Path(dir_okay=False),
              help="Write it to this file: HTML, which a browser prints.")  # fmt: skip
@options.key
@now
@options.as_json
def export(
    case: str, ledger: str, alerts: str, out: str, key: str | None, now: datetime | None, as_json: bool
) -> int:
    """The file of a case: one HTML page with its documents and their proofs."""
    from sarai.ledger import SigningKey
    from sarai.telling.case_page import page
    from sarai.watch.cases.dossier import dossier

    keys = [SigningKey.load(Path(key))] if key else []
    with at_desk(ledger, alerts, now) as desk, busy("putting the file together"):
        made = dossier(desk.book, desk.one(case), desk.now, *keys)
    Path(out).write_text(page(made), encoding="utf-8")
    value = {
        "case": made.ranked.case.id, "file": out, "documents": len(made.papers), "left_out": made.left_out,
        "size": made.size, "checkpoint": made.checkpoint, "signed": bool(keys),
    }  # fmt: skip

    def say(screen: Console) -> None:
        screen.print(
            f"{made.ranked.case.id} written to {out}: {len(made.papers):,} documents, each with its proof."
        )
        if not keys:
            note(screen, "The checkpoint in it is not signed: give --key FILE.")

    answer(as_json, value, say)
    return 0


# -- acting --------------------------------------------------------------------------------------

Act = Callable[["Desk", "Ranked", "Officer"], "list[Result]"]


def _do(act: Act, *, case: str, ledger: str, alerts: str, now: datetime | None, **who: Any) -> int:
    """Act on a case, and tell what the book says to it."""
    from sarai.watch.cases import Officer, authority

    as_json = who["as_json"]
    with at_desk(ledger, alerts, now) as desk:
        officer = Officer(who["officer"], authority(desk.book, who["authority"]))
        found = desk.one(case)
        results = act(desk, found, officer)
        after = desk.one(found.case.id)
    refused = [result for result in results if not result.ok]
    value = {
        "case": after.case.id,
        "state": after.case.state,
        "entries": [result.entry for result in results if result.ok],
        "refused": [
            {"code": result.code, "name": result.code.name, "message": result.message} for result in refused
        ],
    }

    def say(screen: Console) -> None:
        for result in refused:
            screen.print(f"Refused ({int(result.code)}): {result.message}", soft_wrap=True)
        if not refused:
            screen.print(f"{after.case.id} is {after.case.state}; entry {results[-1].entry:,} of the book.")

    answer(as_json, value, say)
    return FINDINGS if refused else 0


@cases.command()
@acting
@click.argument("to", required=False, metavar="[TO]")
@reason
def assign(to: str | None, reason: str, **asked: Any) -> int:
    """Give a case to an officer: to TO, or to yourself."""
    return _do(
        lambda desk, found, officer: desk.assign(found.case, officer, to or officer.id, reason), **asked
    )


@cases.command("note")
@acting
@click.argument("text")
def note_(text: str, **asked: Any) -> int:
    """Write down what was found."""
    return _do(lambda desk, found, officer: desk.note(found.case, officer, text), **asked)


@cases.command()
@acting
@click.argument("to", metavar="in-hand|waiting", type=click.Choice(["in-hand", "waiting"]))
@reason
def state(to: str, reason: str, **asked: Any) -> int:
    """Say that a case is in hand, or waits for somebody's answer.

    A closed case is opened again by it.
    """
    stated = to.replace("-", " ")
    return _do(lambda desk, found, officer: desk.state(found.case, officer, stated, reason), **asked)


@cases.command()
@acting
@click.argument("verdict", metavar="confirm|dismiss", type=click.Choice(["confirm", "dismiss"]))
@click.option("--reason", required=True, metavar="TEXT", help="Why, for whoever reads it later.")
def decide(verdict: str, reason: str, **asked: Any) -> int:
    """Close a case: it was as suspected, or it was not.

    The scores of other cases learn from it. An alert that joins later opens it again.
    """
    said = {"confirm": "confirmed", "dismiss": "dismissed"}[verdict]
    return _do(lambda desk, found, officer: desk.decide(found.case, officer, said, reason), **asked)


@cases.command()
@acting
@lots
@reason
def hold(lots: tuple[str, ...], reason: str, **asked: Any) -> int:
    """Stop the goods of a case: all that are in the country, or some lots.

    From then on the book refuses whatever would move them.
    """
    return _do(lambda desk, found, officer: desk.hold(found, officer, lots, reason), **asked)


@cases.command()
@acting
@lots
@reason
def release(lots: tuple[str, ...], reason: str, **asked: Any) -> int:
    """Let goods of a case go: all that are held for it, or some lots."""
    return _do(lambda desk, found, officer: desk.release(found, officer, lots, reason), **asked)
